"""The way into the owner's desk and out of it; ``desk`` has its pages."""

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from pipeline.web.guard import is_from_elsewhere
from pipeline.web.sessions import COOKIE, Sessions
from pipeline.web.site import Site


class Dashboard:
    """Who may see the desk: the sign-in link, and the end of a session."""

    def __init__(self, site: Site, sessions: Sessions) -> None:
        self._site, self._sessions = site, sessions

    def refuse(self, request: Request) -> Response | None:
        """Return what somebody who is not signed in is shown, None for whoever is."""
        if self._sessions.is_signed_in(request.cookies.get(COOKIE), self._site.clock()):
            return None
        return self._site.page("sign_in_first.html", title="Sign in", status=401)

    def show_sign_in(self, request: Request) -> Response:
        """Show the button that signs in; looking at the link does not use it up."""
        if not self._sessions.is_link_token(str(request.path_params["token"])):
            return self._site.page("gone.html", title="This link does not work any more", status=404)
        return self._site.page("sign_in.html", title="Sign in", token=request.path_params["token"])

    def sign_in(self, request: Request) -> Response:
        """Use the sign-in link up and open a session."""
        base_url = self._site.config().web.base_url
        if is_from_elsewhere(request, base_url):
            return self._site.page("refused.html", title="This came from another page", status=403)
        session = self._sessions.sign_in(str(request.path_params["token"]), self._site.clock())
        if session is None:
            return self._site.page("gone.html", title="This link does not work any more", status=404)
        response = RedirectResponse("/", status_code=303)
        response.set_cookie(
            COOKIE, session, path="/", secure=base_url.startswith("https://"), httponly=True, samesite="lax"
        )
        return response

    async def sign_out(self, request: Request) -> Response:
        """End the session."""
        if is_from_elsewhere(request, self._site.config().web.base_url):
            return await run_in_threadpool(
                self._site.page, "refused.html", title="This came from another page", status=403
            )
        self._sessions.sign_out(request.cookies.get(COOKIE))
        response = RedirectResponse("/", status_code=303)
        response.delete_cookie(COOKIE, path="/", httponly=True, samesite="lax")
        return response
