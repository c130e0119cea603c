"""Join the pages into one application: which address shows what, and what is said when something is wrong."""

from datetime import UTC, datetime

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from pipeline.register.jobs import last_run_at
from pipeline.web.attempts import Attempts
from pipeline.web.desk.routes import desk_routes
from pipeline.web.desk.view import DeskPages
from pipeline.web.faults import fault_handlers
from pipeline.web.gate import Gate
from pipeline.web.guard import SecureHeaders
from pipeline.web.look import logo, stylesheet
from pipeline.web.readers.declaring import Declaring
from pipeline.web.readers.new_link import NewLinkPages
from pipeline.web.readers.page_owner import Readers
from pipeline.web.readers.personal import PersonalPages
from pipeline.web.readers.read_here import ReadHere
from pipeline.web.readers.telling import Telling
from pipeline.web.recall import RecallPages
from pipeline.web.sessions import Sessions
from pipeline.web.sign_in.routes import sign_in_routes
from pipeline.web.site import Site


def build_app(site: Site, sessions: Sessions | None = None, attempts: Attempts | None = None) -> ASGIApp:
    """Return the application that serves ``site``; ``sessions`` says who is signed in, from the register."""
    sessions = sessions or Sessions(site)
    readers = Readers(site, attempts or Attempts())

    def not_found(request: Request, error: Exception) -> Response:
        if isinstance(error, HTTPException) and error.status_code != 404:
            return PlainTextResponse("Not allowed here.", error.status_code, headers=error.headers)
        return readers.gone()

    app = Starlette(routes=_routes(site, sessions, readers), exception_handlers=fault_handlers(site, not_found))
    return SecureHeaders(app, is_https=lambda: site.config().web.base_url.startswith("https://"))


def _routes(site: Site, sessions: Sessions, readers: Readers) -> list[Route]:
    """Return every address there is, in the order in which they are looked through for each request."""
    recall = RecallPages(site)
    # What a whole staff asks for goes first.
    return [
        *_reader_routes(readers),
        *desk_routes(DeskPages(site, Gate(site, sessions))),
        *sign_in_routes(site, sessions),
        Route("/c", recall.ask, methods=["GET"]),
        Route("/c/", recall.ask, methods=["GET"]),
        Route("/c/{code}", recall.show, methods=["GET"]),
        Route("/style.css", lambda request: stylesheet(site.look(), site.config().templates)),
        Route("/logo", lambda request: logo(site.look())),
        Route("/healthz", lambda request: _health(site)),
    ]


def _reader_routes(readers: Readers) -> list[Route]:
    """Return the pages of those who read policies: their own page and what it leads to, and the way to a new link."""
    personal, read_here, telling = PersonalPages(readers), ReadHere(readers), Telling(readers)
    new_link, declaring = NewLinkPages(readers.site), Declaring(readers)
    return [
        Route("/my/{token}", personal.show, methods=["GET"]),
        Route("/my/{token}", personal.post, methods=["POST"]),
        Route("/my/{token}/copy/{code}.pdf", personal.copy),
        Route("/my/{token}/receipt/{key}.pdf", personal.receipt),
        Route("/my/{token}/read/{slug}", read_here.show),
        Route("/my/{token}/about/{slug}", telling.show_policy, methods=["GET"]),
        Route("/my/{token}/about/{slug}", telling.post_policy, methods=["POST"]),
        Route("/my/{token}/declare/{key}", declaring.show, methods=["GET"]),
        Route("/my/{token}/declare/{key}", declaring.post, methods=["POST"]),
        Route("/my/{token}/not-me", telling.show_page, methods=["GET"]),
        Route("/my/{token}/not-me", telling.post_page, methods=["POST"]),
        Route("/new-link", new_link.show, methods=["GET"]),
        Route("/new-link", new_link.post, methods=["POST"]),
    ]


def _health(site: Site) -> Response:
    """Say that pages are served, when the daily run last finished well, and when any run did, by hand too.

    503 where the run that starts from here is missing for more than a day.
    """
    with site.register.reading() as tx:
        last_run = last_run_at(tx, site.register.school, site.clock())
    silent = site.silent_since(last_run) is not None
    return JSONResponse(
        {
            "status": "silent" if silent else "ok",
            "scheduler": "on" if site.schedules else "off",
            "last_ran_at": _as_text(site.last_ran_at()),
            "last_run_at": _as_text(last_run),
        },
        status_code=503 if silent else 200,
    )


def _as_text(moment: datetime | None) -> str | None:
    return moment.astimezone(UTC).isoformat(timespec="seconds") if moment else None
