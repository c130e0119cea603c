"""The trust's server as one application: its own pages, and each school's below ``/schools/KEY/``."""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.middleware.errors import ServerErrorMiddleware
from starlette.middleware.exceptions import ExceptionMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from pipeline.decisions.rights import Action
from pipeline.web.faults import fault_handlers
from pipeline.web.gate import Gate
from pipeline.web.guard import SecureHeaders
from pipeline.web.look import logo, stylesheet
from pipeline.web.sessions import Sessions
from pipeline.web.sign_in.routes import sign_in_routes
from pipeline.web.trust.glances import Glances
from pipeline.web.trust.one_school import NotOpen, OpenSchool
from pipeline.web.trust.own_site import LiveTrust, TrustSite
from pipeline.web.trust.pages import TrustPages
from pipeline.web.trust.visitors import VISITOR, Visitor, rights_there

Using = Callable[[str], AbstractContextManager[OpenSchool | NotOpen | None]]
"""Keeps the school of a key open while a request is answered there; None where the trust has no such school."""
_SCHOOL = re.compile(r"/schools/([a-z0-9-]+)(/.*)?", re.DOTALL)


def build_trust_app(site: TrustSite, live: LiveTrust, sessions: Sessions, using: Using, glances: Glances) -> ASGIApp:
    """Return the application that serves a trust; ``sessions`` are those of the trust's own people."""
    pages = TrustPages(site, live, Gate(site, sessions), glances)

    def not_found(request: Request, error: Exception) -> Response:
        if isinstance(error, HTTPException) and error.status_code != 404:
            return PlainTextResponse("Not allowed here.", error.status_code, headers=error.headers)
        return site.page("trust/gone.html", title="Page not found", status=404)

    handlers = fault_handlers(site, not_found)
    own = Starlette(
        routes=[
            *pages.routes(),
            *sign_in_routes(site, sessions),
            Route("/style.css", lambda request: stylesheet(site.look(), site.config().templates)),
            Route("/logo", lambda request: logo(site.look())),
            Route("/healthz", lambda request: _health(live)),
        ],
        exception_handlers=handlers,
    )
    by_school = _BySchool(own, live, sessions, using, glances, pages)
    # For what goes wrong before a school is asked, such as when the trust's own register cannot be read.
    expected = {of: handler for of, handler in handlers.items() if of is not Exception}
    app = ServerErrorMiddleware(ExceptionMiddleware(by_school, expected), handlers[Exception])
    return SecureHeaders(app, is_https=lambda: live.now().web.base_url.startswith("https://"))


def _health(live: LiveTrust) -> Response:
    """Say that pages are served, and whether ``trust.toml`` can be read; no school is asked for that."""
    live.now()
    return JSONResponse({"status": "ok", "trust_toml": "faults" if live.faults else "ok", "scheduler": "off"})


class _BySchool:
    """Hands each request to the trust's own pages, or to the school whose path it has."""

    def __init__(
        self, own: ASGIApp, live: LiveTrust, sessions: Sessions, using: Using, glances: Glances, pages: TrustPages
    ) -> None:
        self._own, self._live, self._sessions = own, live, sessions
        self._using, self._glances, self._pages = using, glances, pages

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        found = _SCHOOL.fullmatch(scope["path"])
        if found is None:
            await self._own(scope, receive, send)
        elif found[2] is None:
            await RedirectResponse(f"/schools/{found[1]}/", status_code=303)(scope, receive, send)
        else:
            await self._at_school(found[1], scope, receive, send)

    async def _at_school(self, key: str, scope: Scope, receive: Receive, send: Send) -> None:
        using = self._using(key)
        school = await run_in_threadpool(using.__enter__)
        try:
            if school is None:
                # As for any other address that there is not.
                await self._own({**scope, "path": "/schools/none"}, receive, send)
                return
            visitor = await run_in_threadpool(self._visitor, Request(scope), key)
            if isinstance(school, NotOpen):
                answer = await run_in_threadpool(self._not_open, school, visitor)
                await answer(scope, receive, send)
                return
            await school.app({**scope, VISITOR: visitor}, receive, self._noting_what_is_done(key, scope, send))
        finally:
            await run_in_threadpool(using.__exit__, None, None, None)

    def _noting_what_is_done(self, key: str, scope: Scope, send: Send) -> Send:
        """Return ``send``, which has a school looked at anew where a form was taken: one refused changes nothing."""

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start" and message["status"] < 400:
                self._glances.forget(key)
            await send(message)

        return send if scope["method"] in ("GET", "HEAD") else sending

    def _visitor(self, request: Request, key: str) -> Visitor | None:
        """Return who of the trust asks, where they have any right at this school."""
        token = self._sessions.token_of(request)
        who = self._sessions.who(request) if token else None
        if who is None or token is None:
            return None
        there = rights_there(self._live.now(), who, key)
        return Visitor(there, token) if there.may(Action.SEE_DESK) else None

    def _not_open(self, school: NotOpen, visitor: Visitor | None) -> Response:
        return self._pages.not_open(visitor.who if visitor else None, school.name, school.said)
