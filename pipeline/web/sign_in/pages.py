"""The way in and out: ask for a link by mail, press the button behind a link, sign out."""

from collections.abc import Mapping

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from pipeline.register.sign_ins import MAILED_LINK_LASTS
from pipeline.text.addresses import is_address
from pipeline.web.gate import sign_in_page
from pipeline.web.guard import is_from_elsewhere, read_form
from pipeline.web.patience import RateLimit, client_of
from pipeline.web.sessions import LONGEST, Sessions
from pipeline.web.site import Site

_LONGEST_ADDRESS = 254
"""Source: RFC 5321, 4.5.3.1.3, less the angle brackets."""
_HOUR = 3600.0
LINKS_AN_HOUR = 5
"""Links by mail to one address that one client may ask for; a client that asks from elsewhere uses up none of them."""
ASKED_AN_HOUR = 200
"""By one client for all addresses together: everybody in a school may come from one."""


class SignInPages:
    """The pages under ``/sign-in``, and ``/sign-out``."""

    def __init__(
        self, site: Site, sessions: Sessions, *, of_pair: RateLimit | None = None, of_client: RateLimit | None = None
    ) -> None:
        """``of_pair`` counts what one client asks for one address, ``of_client`` what it asks for at all."""
        self._site, self._sessions = site, sessions
        self._of_pair = of_pair or RateLimit(most=LINKS_AN_HOUR, seconds=_HOUR)
        self._of_client = of_client or RateLimit(most=ASKED_AN_HOUR, seconds=_HOUR)

    def ask(self, request: Request) -> Response:
        """Ask for the work address; to a person signed in, show the first page instead."""
        if self._sessions.who(request) is not None:
            return RedirectResponse("/", status_code=303)
        return sign_in_page(self._site)

    async def send_link(self, request: Request) -> Response:
        """Take a work address, and answer every one alike, as fast."""
        fields = await read_form(request)
        return await run_in_threadpool(self._send_link, request, fields)

    def _send_link(self, request: Request, fields: Mapping[str, str] | None) -> Response:
        if self._is_from_elsewhere(request):
            return self._refuse()
        typed = (fields or {}).get("address", "").strip()
        if len(typed) > _LONGEST_ADDRESS or not is_address(typed):
            error = "Type your whole work address, like jo.marsh@example.org" if typed else "Type your work address"
            return sign_in_page(self._site, status=422, typed=typed[:_LONGEST_ADDRESS], error=error)
        client = client_of(request)
        if seconds := self._of_client.seconds_to_wait(client):
            answer = self._site.page("sign_in_wait.html", title="Please wait before you ask again", status=429)
            answer.headers["Retry-After"] = str(seconds)
            return answer
        self._of_client.note(client)
        pair = f"{client} {typed.casefold()}"
        if not self._of_pair.seconds_to_wait(pair):
            self._of_pair.note(pair)
            self._site.ask_for_link(typed)
        return self._site.page(
            "sign_in_sent.html",
            title="Look at your mail",
            minutes=MAILED_LINK_LASTS.seconds // 60,
            most=LINKS_AN_HOUR,
        )

    def show(self, request: Request) -> Response:
        """Show the button that signs in; looking at the link does not use it up."""
        if not self._sessions.is_link_token(str(request.path_params["token"])):
            return self._ended()
        hours = LONGEST.seconds // 3600
        return self._site.page("sign_in.html", title="Sign in", token=request.path_params["token"], hours=hours)

    def sign_in(self, request: Request) -> Response:
        """Use the sign-in link up and open a session."""
        if self._is_from_elsewhere(request):
            return self._refuse()
        session = self._sessions.sign_in(str(request.path_params["token"]), request)
        if session is None:
            return self._ended()
        response = RedirectResponse("/", status_code=303)
        self._sessions.set_cookie(response, session)
        return response

    def sign_out(self, request: Request) -> Response:
        """End the session."""
        if self._is_from_elsewhere(request):
            return self._refuse()
        self._sessions.sign_out(request)
        response = RedirectResponse("/sign-in", status_code=303)
        self._sessions.clear_cookie(response)
        # The pages seen so far are not to be had with the browser's way back either.
        response.headers["Clear-Site-Data"] = '"cache"'
        return response

    def _is_from_elsewhere(self, request: Request) -> bool:
        return is_from_elsewhere(request, self._site.config().web.base_url)

    def _refuse(self) -> Response:
        return self._site.page("refused.html", title="This came from another page", status=403)

    def _ended(self) -> Response:
        return self._site.page("sign_in_ended.html", title="This link does not sign in any more", status=404)
