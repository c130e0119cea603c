"""Who is signed in where, ending that, and the second step of a session."""

from collections.abc import Mapping
from dataclasses import dataclass

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from pipeline.decisions.rights import Action, Who
from pipeline.register.sign_ins import Ending, SessionRow, SignInWay
from pipeline.web.gate import PROVIDERS, Gate, own_path
from pipeline.web.guard import read_form
from pipeline.web.patience import RateLimit
from pipeline.web.sessions import CODE_LASTS, IDLE, LONGEST, STEP_LASTS, Sessions, end_sessions, list_open, take_step
from pipeline.web.site import Site
from pipeline.wording import say_moment

_WAYS = {
    SignInWay.MACHINE: "a link printed on the computer where the program runs",
    SignInWay.MAIL: "a link by mail",
    SignInWay.MICROSOFT: "Microsoft",
    SignInWay.GOOGLE: "Google",
}


_MOST_GUESSES, _GUESSES_COUNT_FOR = 6, 300.0
"""So many wrong codes in so many seconds; five have ended the code itself."""


@dataclass(frozen=True, slots=True)
class SessionLine:
    """One session as the page shows it."""

    number: int
    name: str
    way: str
    browser: str
    opened: str
    seen: str
    ends: str
    step: str
    """Until when its second step counts; empty where it does not."""
    is_this: bool


class SessionPages:
    """``/sessions`` and ``/second-step``."""

    def __init__(self, site: Site, sessions: Sessions) -> None:
        self._site, self._sessions = site, sessions
        # A code is worth guessing: unlike a surname on a reader's page, the right one waits as well.
        self._guesses = RateLimit(most=_MOST_GUESSES, seconds=_GUESSES_COUNT_FOR)
        self._gate = Gate(site, sessions)

    def show(self, request: Request) -> Response:
        """Show a person's own sessions, and to the owner and the IT provider everybody's."""
        who = self._sessions.who(request)
        if who is None:
            return self._gate.ask_to_sign_in()
        rows = self._visible(who)
        return self._site.page(
            "sessions.html",
            title="Who is signed in",
            lines=[self._line(row, who) for row in rows],
            has_others=any(row.account == who.account and row.id != who.session for row in rows),
            sees_all=who.may(Action.END_SESSIONS),
            form=self._sessions.form_token(request),
            idle=int(IDLE.total_seconds() // 60),
            longest=int(LONGEST.total_seconds() // 3600),
        )

    async def end(self, request: Request) -> Response:
        """End one session, or all others of the person who asks."""
        fields = await read_form(request)
        return await run_in_threadpool(self._end, request, fields)

    def _end(self, request: Request, fields: Mapping[str, str] | None) -> Response:
        who = self._gate.act(request, fields, Action.SEE_DESK)
        if isinstance(who, Response):
            return who
        asked = (fields or {}).get("session", "")
        rows = self._visible(who)
        if asked == "others":
            ids = [row.id for row in rows if row.account == who.account and row.id != who.session]
        else:
            ids = [row.id for row in rows if str(row.id) == asked]
        end_sessions(self._sessions.keeper, ids, Ending.REVOKED, by=who.name)
        return RedirectResponse("/sessions", status_code=303)

    def _visible(self, who: Who) -> list[SessionRow]:
        rows = list_open(self._sessions.keeper)
        return [row for row in rows if row.account == who.account or who.may(Action.END_SESSIONS)]

    def _line(self, row: SessionRow, who: Who) -> SessionLine:
        zone, now = self._site.config().zone, self._site.clock()
        opened, seen, ends = (
            say_moment(moment.astimezone(zone)) for moment in (row.opened_at, row.seen_at, row.ends_at)
        )
        has_step = row.step_until is not None and now < row.step_until
        step = f"{row.step_until.astimezone(zone):%H:%M}" if row.step_until is not None and has_step else ""
        is_this = row.id == who.session
        return SessionLine(row.id, row.named, _WAYS[row.way], row.browser, opened, seen, ends, step, is_this)

    def show_step(self, request: Request) -> Response:
        """Ask for the second step of a session."""
        who = self._sessions.who(request)
        if who is None:
            return self._gate.ask_to_sign_in()
        then = own_path(request.query_params.get("then", "/"))
        if who.has_step(self._site.clock()):
            return RedirectResponse(then, status_code=303)
        return self._ask_step(request, who, then)

    async def take_step(self, request: Request) -> Response:
        """Take the code of the second step."""
        fields = await read_form(request)
        return await run_in_threadpool(self._take_step, request, fields or {})

    def _take_step(self, request: Request, fields: Mapping[str, str]) -> Response:
        who = self._gate.act(request, fields, Action.SEE_DESK)
        if isinstance(who, Response):
            return who
        then, typed = own_path(fields.get("then", "/")), fields.get("code", "").strip()
        if seconds := self._guesses.seconds_to_wait(str(who.session)):
            return self._ask_step(request, who, then, status=429, error=_say_wait(seconds), wait=seconds)
        if not typed:
            return self._ask_step(request, who, then, status=422, error="Type the code")
        opened = take_step(self._sessions.keeper, who, typed)
        if opened is None:
            self._guesses.note(str(who.session))
            error = "That is not the code, or it has ended. Look at the computer again, or have a new one printed"
            return self._ask_step(request, who, then, status=422, error=error)
        response = RedirectResponse(then, status_code=303)
        self._sessions.set_cookie(response, opened.token)
        return response

    def _ask_step(
        self, request: Request, who: Who, then: str, *, status: int = 200, error: str = "", wait: int = 0
    ) -> Response:
        accounts = self._site.config().accounts
        used = {name: words for name, words in PROVIDERS.items() if getattr(accounts, name).is_used and who.account}
        response = self._site.page(
            "second_step.html",
            title="Error: One more step" if error else "One more step",
            status=status,
            number=who.session,
            then=then,
            error=error,
            form=self._sessions.form_token(request),
            providers=used,
            minutes=CODE_LASTS.seconds // 60,
            lasts=STEP_LASTS.seconds // 60,
        )
        if wait:
            response.headers["Retry-After"] = str(wait)
        return response


def _say_wait(seconds: int) -> str:
    minutes = -(-seconds // 60)
    return f"Too many wrong codes: wait {minutes} minute{'' if minutes == 1 else 's'}, then have a new one printed"
