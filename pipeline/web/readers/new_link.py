"""``/new-link``: send me the link to my own page again. The same answer, after the same time, to everybody.

What was typed is judged only for its shape before the answer goes. Whether it is anybody's is looked up behind the
answer, by a thread of its own, so that neither words nor time tell who works here.
"""

import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from functools import partial

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from pipeline.errors import PolicyPipelineError
from pipeline.letters.asked_for import send_new_link
from pipeline.web.guard import is_from_elsewhere, read_form
from pipeline.web.patience import RateLimit
from pipeline.web.readers.page_owner import typed
from pipeline.web.site import Site

_log = logging.getLogger(__name__)
_MOST_FOR_ONE, _HOUR = 3, 3600.0
"""Links to one address in an hour; more are answered alike and bring nothing."""
_MOST_OF_ALL = 60
"""In a minute, by everybody together."""
_EVERYBODY = "everybody"


class NewLinkPages:
    """The page that asks for a work address and sends its owner the link."""

    def __init__(
        self,
        site: Site,
        *,
        behind: Callable[[Callable[[], object]], object] | None = None,
        of_one: RateLimit | None = None,
        of_all: RateLimit | None = None,
    ) -> None:
        """``behind`` does something once the answer is on its way; None: in a thread of its own."""
        self._site = site
        self._behind = behind or ThreadPoolExecutor(max_workers=1, thread_name_prefix="new-link").submit
        self._of_one = of_one or RateLimit(most=_MOST_FOR_ONE, seconds=_HOUR)
        self._of_all = of_all or RateLimit(most=_MOST_OF_ALL)

    def show(self, request: Request) -> Response:
        """Ask for the address; after it was given, say what comes."""
        return self._page(sent="sent" in request.query_params)

    async def post(self, request: Request) -> Response:
        """Take an address."""
        fields = await read_form(request) or {}
        return await run_in_threadpool(self._answer, request, typed(fields, "address"))

    def _answer(self, request: Request, address: str) -> Response:
        config = self._site.config()
        if is_from_elsewhere(request, config.web.base_url):
            return self._site.page("refused.html", title="This came from another page", status=403)
        if "@" not in address:
            return self._page(address=address, error="Type your work e-mail address, such as name@school.example")
        if seconds := self._of_all.seconds_to_wait(_EVERYBODY):
            response = self._site.page("wait.html", title="Please wait a little", status=429)
            response.headers["Retry-After"] = str(seconds)
            return response
        self._of_all.note(_EVERYBODY)
        if not self._of_one.seconds_to_wait(address.casefold()):
            self._of_one.note(address.casefold())
            self._behind(partial(self._send, address, self._site.clock()))
        return RedirectResponse("/new-link?sent", status_code=303)

    def _send(self, address: str, now: datetime) -> None:
        site = self._site
        try:
            send_new_link(site.register, site.config(), site.secret, address, site.today(now), now)
        except PolicyPipelineError as error:
            _log.warning("a new link could not be put into the outbox: %s", error)

    def _page(self, *, sent: bool = False, address: str = "", error: str = "") -> Response:
        title = "Send me a new link"
        return self._site.page(
            "new_link.html",
            title=f"Error: {title}" if error else title,
            status=422 if error else 200,
            sent=sent,
            address=address,
            error=error,
            has_links=bool(self._site.config().web.base_url),
        )
