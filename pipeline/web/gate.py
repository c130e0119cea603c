"""What stands before every page for those who are signed in: who asks, whether they may, and the second step.

A page begins with ``Gate.pass_for``, an action with ``Gate.act``; either returns who it is, or what to answer with::

    who = self._gate.pass_for(request, Action.SEE_DESK)
    if isinstance(who, Response):
        return who
"""

from collections.abc import Mapping
from urllib.parse import quote, urlsplit

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from pipeline.decisions.rights import NEEDS_SECOND_STEP, Action, Who, say_rights
from pipeline.web.guard import FORM_TOKEN, is_from_elsewhere
from pipeline.web.sessions import Sessions
from pipeline.web.site import Site

PROVIDERS = {"microsoft": "Microsoft", "google": "Google"}
"""The services of OpenID Connect, as ``[accounts]`` and as pages call them."""
_HOME = "/"


class Gate:
    """Lets those pass who may."""

    def __init__(self, site: Site, sessions: Sessions) -> None:
        self._site, self._sessions = site, sessions

    def pass_for(self, request: Request, action: Action) -> Who | Response:
        """Return who asks for a page that shows what ``action`` allows, or the page that says why it is not shown."""
        who = self._sessions.who(request)
        if who is None:
            return self.ask_to_sign_in()
        return who if who.may(action) else self._say_not_theirs(who)

    def act(self, request: Request, fields: Mapping[str, str] | None, action: Action) -> Who | Response:
        """Return who may do ``action`` by the form they sent, or the page to answer with; nothing was done then.

        ``fields`` are the form's as ``guard.read_form`` reads them. A form of another site or session is refused; what
        reading a person's mail must not be enough for asks for the second step.
        """
        if is_from_elsewhere(request, self._site.config().web.base_url):
            return self.refuse()
        who = self.pass_for(request, action)
        if isinstance(who, Response):
            return who
        if not self._sessions.is_own_form(request, (fields or {}).get(FORM_TOKEN, "")):
            return self.refuse()
        return (self.require_second_step(request, who) if action in NEEDS_SECOND_STEP else None) or who

    def who(self, request: Request) -> Who | None:
        """Return who is signed in, None where nobody is."""
        return self._sessions.who(request)

    def form_token(self, request: Request) -> str:
        """Return what each form of this session carries."""
        return self._sessions.form_token(request)

    def is_own_form(self, request: Request, token: str) -> bool:
        """Return whether a form was made for the session that sends it."""
        return self._sessions.is_own_form(request, token)

    def require_second_step(self, request: Request, who: Who) -> Response | None:
        """Return the way to the page that asks for the second step of a session; None where it counts now.

        After it the browser comes back to the page that was asked for; from a form, to the page of the form.
        """
        if who.has_step(self._site.clock()):
            return None
        back = request.url.path
        if request.method not in ("GET", "HEAD"):
            back = urlsplit(request.headers.get("referer", "")).path or _HOME
        return RedirectResponse(f"/second-step?then={quote(own_path(back), safe='')}", status_code=303)

    def ask_to_sign_in(self) -> Response:
        """Return the page that says how to sign in."""
        return sign_in_page(self._site, status=401)

    def refuse(self) -> Response:
        """Return the page for a form that another site, or another session, sent."""
        return self._site.page("refused.html", title="This came from another page", status=403)

    def _say_not_theirs(self, who: Who) -> Response:
        rights = say_rights(who.rights)
        return self._site.page("not_theirs.html", title="This page is not yours to see", status=403, rights=rights)


def sign_in_page(site: Site, *, status: int = 200, typed: str = "", error: str = "") -> Response:
    """Return the page on which a person asks for a link, or chooses another way to sign in."""
    accounts = site.config().accounts
    return site.page(
        "sign_in_first.html",
        title="Error: Sign in" if error else "Sign in",
        status=status,
        typed=typed,
        error=error,
        has_accounts=bool(accounts.people),
        providers={name: words for name, words in PROVIDERS.items() if getattr(accounts, name).is_used},
    )


def own_path(path: str) -> str:
    """Return a path on this very site, else its first page: no address may lead anywhere else.

    Source: OWASP ASVS 5.0, 3.7.2.
    """
    parts = urlsplit(path)
    is_own = path.startswith("/") and not path.startswith(("//", "/\\")) and not (parts.scheme or parts.netloc)
    return path if is_own and path.isprintable() and "\\" not in path else _HOME
