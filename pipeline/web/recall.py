"""``/c/CODE``: is this printed copy the current one? No sign-in, nothing personal, one look for every code.

``/c`` asks for the code.
"""

import threading
import time
from collections import OrderedDict, deque
from collections.abc import Callable
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from pipeline.publish.recall import CopyState, find_answer
from pipeline.web.site import Site

MOST_UNKNOWN = 30
"""Codes that were never printed, from one address in a minute; codes that exist are never counted."""
_MINUTE_SECONDS = 60.0
_MOST_REMEMBERED = 10_000


class Patience:
    """Counts the unknown codes each address asked for in the last minute, so that codes cannot be tried out."""

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._asked: OrderedDict[str, deque[float]] = OrderedDict()
        self._turn = threading.Lock()

    def seconds_to_wait(self, address: str) -> int:
        """Return how long an address must wait before it asks again, 0 if not at all; rounded up."""
        with self._turn:
            asked = self._asked.get(address)
            if asked is None or len(asked) < MOST_UNKNOWN:
                return 0
            return max(0, -int(-(asked[0] + _MINUTE_SECONDS - self._monotonic()) // 1))

    def note_unknown(self, address: str) -> None:
        """Count a code that was never printed."""
        with self._turn:
            asked = self._asked.setdefault(address, deque(maxlen=MOST_UNKNOWN))
            asked.append(self._monotonic())
            self._asked.move_to_end(address)
            while len(self._asked) > _MOST_REMEMBERED:
                self._asked.popitem(last=False)


class RecallPages:
    """The pages under ``/c/``."""

    def __init__(self, site: Site, patience: Patience | None = None) -> None:
        self._site, self._patience = site, patience or Patience()

    def ask(self, request: Request) -> Response:
        """Ask for the code of a copy, and lead to the page of the one that was typed."""
        code = "".join(request.query_params.get("code", "").split())
        if code:
            return RedirectResponse(f"/c/{quote(code, safe='')}", status_code=303)
        return self._site.page("ask_for_code.html", title="Is a printed copy current?")

    def show(self, request: Request) -> Response:
        """Say whether the copy with this code is the current one."""
        site, address = self._site, request.client.host if request.client else ""
        if seconds := self._patience.seconds_to_wait(address):
            waiting = site.page("wait_for_code.html", title="Please wait a minute", status=429)
            waiting.headers["Retry-After"] = str(seconds)
            return waiting
        with site.register.reading() as tx:
            answer = find_answer(tx, site.register.school, str(request.path_params["code"]), site.config().zone)
        unknown = answer.state is CopyState.UNKNOWN
        if unknown:
            self._patience.note_unknown(address)
        return site.page("recall.html", title="Is this copy current?", status=404 if unknown else 200, answer=answer)
