"""``/c/CODE``: is this printed copy the current one? No sign-in, nothing personal, one look for every code.

``/c`` asks for the code. What was changed since the last run counts here, as it cannot in the static site.
"""

from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from pipeline.publish.recall import CopyState, find_answer_now
from pipeline.web.patience import RateLimit, client_of
from pipeline.web.site import Site

MOST_UNKNOWN = 30
"""Codes that were never printed, from one address in a minute; codes that exist are never counted."""


class RecallPages:
    """The pages under ``/c/``."""

    def __init__(self, site: Site, patience: RateLimit | None = None) -> None:
        self._site, self._patience = site, patience or RateLimit(most=MOST_UNKNOWN)

    def ask(self, request: Request) -> Response:
        """Ask for the code of a copy, and lead to the page of the one that was typed."""
        code = "".join(request.query_params.get("code", "").split())
        if code:
            return RedirectResponse(f"/c/{quote(code, safe='')}", status_code=303)
        return self._site.page("ask_for_code.html", title="Is a printed copy current?")

    def show(self, request: Request) -> Response:
        """Say whether the copy with this code is the current one."""
        site, address = self._site, client_of(request)
        if seconds := self._patience.seconds_to_wait(address):
            waiting = site.page("wait_for_code.html", title="Please wait a minute", status=429)
            waiting.headers["Retry-After"] = str(seconds)
            return waiting
        with site.register.reading() as tx:
            typed, today = str(request.path_params["code"]), site.today(site.clock())
            answer = find_answer_now(tx, site.register.school, typed, site.config(), today)
        unknown = answer.state is CopyState.UNKNOWN
        if unknown:
            self._patience.note(address)
        return site.page("recall.html", title="Is this copy current?", status=404 if unknown else 200, answer=answer)
