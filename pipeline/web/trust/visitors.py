"""A person of the trust on the pages of one school: signed in at the trust's desk, with the rights it gives them here.

No session is opened at the school. Each page asks the trust's register who it is, so that signing out there, or a right
taken out of ``trust.toml``, ends it at every school at once. A session of the school's own goes before it.
"""

from dataclasses import dataclass, replace
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from pipeline.configuration.trust import Trust
from pipeline.decisions.rights import Who
from pipeline.register.sign_ins import Ending
from pipeline.web.gate import own_path
from pipeline.web.guard import is_from_elsewhere
from pipeline.web.sessions import Sessions, end_sessions
from pipeline.web.site import Site

VISITOR = "policy.visitor"
"""In the scope of a request to a school's pages: the ``Visitor``, where there is one."""
_OUT = "/.."
"""The trust's own pages, as ``mounted`` has it."""


@dataclass(frozen=True, slots=True)
class Visitor:
    """A person of the trust at one school."""

    who: Who
    """With the rights at this school. Its session's number is below 0: no session of the school's own has that."""
    token: str
    """Of their session at the trust; it is told to nobody."""


class VisitorSessions(Sessions):
    """Who is signed in at a school: by its own accounts, else as a visitor of the trust."""

    def __init__(self, site: Site, trust: Sessions) -> None:
        """``trust`` are the sessions of the trust's own desk."""
        super().__init__(site)
        self._trust = trust

    def who(self, request: Request) -> Who | None:
        """Return who asks for a page; None where nobody is signed in here or there."""
        visitor = visitor_of(request)
        return self.own(request) or (visitor.who if visitor else None)

    def own(self, request: Request) -> Who | None:
        """Return who is signed in at the school itself."""
        return super().who(request)

    def bound_to(self, request: Request) -> str | None:
        """Return what forms are bound to: the session at the school while it is open, else the visitor's.

        A session at the school that is over counts no more: the person who had it could make forms that a visitor
        sends.
        """
        visitor = visitor_of(request)
        if visitor is None or self.own(request) is not None:
            return self.token_of(request)
        return f"visitor {visitor.token}"

    def sign_out(self, request: Request) -> None:
        """End the session here, and the one at the trust: nobody who signed out is still signed in."""
        if own := self.own(request):
            end_sessions(self.keeper, [own.session], Ending.SIGNED_OUT, by=own.name)
        if visitor := visitor_of(request):
            end_sessions(self._trust.keeper, [-visitor.who.session], Ending.SIGNED_OUT, by=visitor.who.name)


class VisitorDoor:
    """Leads a visitor to the trust's own pages for what belongs to their session: the second step, and the way out."""

    def __init__(self, app: ASGIApp, site: Site, sessions: VisitorSessions, key: str) -> None:
        self._app, self._site, self._sessions, self._key = app, site, sessions, key

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer for the pages of a session, and pass everything else on."""
        first = scope["path"].split("/")[1] if scope.get(VISITOR) else ""
        if first in ("second-step", "sessions", "sign-out"):
            answer = await run_in_threadpool(self._answer, Request(scope, receive), first)
            if answer is not None:
                await answer(scope, receive, send)
                return
        await self._app(scope, receive, send)

    def _answer(self, request: Request, first: str) -> Response | None:
        if self._sessions.own(request) is not None:
            return None
        if first == "sessions":
            return RedirectResponse(f"{_OUT}/sessions", status_code=303)
        if first == "second-step":
            then = f"/schools/{self._key}{own_path(request.query_params.get('then', '/'))}"
            return RedirectResponse(f"{_OUT}/second-step?then={quote(then, safe='')}", status_code=303)
        if request.method != "POST" or is_from_elsewhere(request, self._site.config().web.base_url):
            return None
        self._sessions.sign_out(request)
        out = RedirectResponse(f"{_OUT}/sign-in", status_code=303)
        out.headers["Clear-Site-Data"] = '"cache"'
        return out


def rights_there(trust: Trust, who: Who, school: str) -> Who:
    """Return a person of the trust with the rights that they have at a school; without any they may do nothing there.

    The number of their session is turned below 0, so that nothing kept for a session of the school's own is theirs.
    """
    rights = trust.accounts.rights_at(school, who.account, who.groups)
    return replace(who, session=-who.session, rights=rights, teams=frozenset(), is_of_trust=True)


def visitor_of(request: Request) -> Visitor | None:
    """Return who of the trust sends a request to a school's pages."""
    visitor: Visitor | None = request.scope.get(VISITOR)
    return visitor
