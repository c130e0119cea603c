"""Forms of the desk: GET shows one, POST does what it says, by the same functions that the commands call.

A form is a page (``show``) and what it does (``act``). ``act`` returns ``Done``, and the browser goes on to another
page that says what was done; or a page to look at before it counts. What it refuses, with UsageError, or with
FormError for a certain field, is said at the top of the same form, which still holds what was filled in::

    def show(view: View) -> Answer: ...       # view.sent and view.faults fill it after an error
    def act(doing: Doing) -> Done:
        with doing.deciding() as decision:
            said = decide.issue(decision, ...)
        return Done("/policies/" + slug, said.message)

Each form carries ``{{ parts.hidden(view) }}``: the session's token, and a mark by which the same form, sent twice as it
was filled in, is done once.
"""

import hashlib
import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from types import MappingProxyType
from typing import TypeAlias

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from pipeline.config import Config
from pipeline.decisions.declare import Case
from pipeline.decisions.rights import NEEDS_SECOND_STEP, Action, Who
from pipeline.errors import ConfigurationError, DocumentError, RenderError, UsageError
from pipeline.register.deciding import deciding
from pipeline.register.decision import Decision
from pipeline.register.states import keep_everything
from pipeline.web.desk.receiving import NotTakenError, Receiving, Sent
from pipeline.web.desk.session_memory import Kept
from pipeline.web.desk.typed import Filled, FormError
from pipeline.web.desk.view import DeskPages, ShowPage
from pipeline.web.desk.work import LongWork
from pipeline.web.guard import FORM_TOKEN, is_from_elsewhere
from pipeline.web.site import Site

ONCE = "once"
"""The hidden field by which a form that is sent twice is known."""
_SENTENCES = (UsageError, ConfigurationError, DocumentError, RenderError)
"""Errors that the person who filled in the form can do something about."""
_NEVER_HELD = frozenset({FORM_TOKEN, ONCE, "passphrase"})
_AGAIN = "You have signed in again since this form was opened. Look through it once more, then send it."


@dataclass(frozen=True, slots=True)
class Done:
    """Something was done: where to go on, and what is said there."""

    to: str
    said: str = ""


@dataclass(frozen=True, slots=True)
class Doing:
    """One form that was sent by a person who may do what it says."""

    request: Request
    site: Site
    config: Config
    who: Who
    now: datetime
    today: date
    sent: Sent
    kept: Kept
    work: LongWork

    def part(self, name: str) -> str:
        """Return a part of the address, such as the policy's name in it."""
        return str(self.request.path_params.get(name, ""))

    def case(self, decision: Decision) -> Case:
        """Return in what a declared decision is looked at and made."""
        return Case(decision, self.config, self.today, self.site.environ, self.who)

    @contextmanager
    def deciding(self) -> Iterator[Decision]:
        """Open one decision of the person who sent the form: kept whole, signed in the ledger, or not at all."""
        register = self.site.register
        with deciding(register, self.config.root, self.who.name, self.now) as decision:
            yield decision
            keep_everything(decision.tx, decision.school, self.config, actor=decision.actor, now=decision.now)


Act: TypeAlias = "Callable[[Doing], Done | ShowPage]"


@dataclass(frozen=True, slots=True)
class Form:
    """One form of the desk."""

    show: ShowPage
    act: Act
    action: Action
    """What the person who opens or sends it must be allowed to do."""


class DeskForms:
    """Serves the forms of the desk to the people who may send them."""

    def __init__(self, pages: DeskPages) -> None:
        """``pages`` show what a form looks like."""
        self._pages = pages
        self._site, self._gate = pages.site, pages.gate

    def routes(self, path: str, form: Form) -> Sequence[Route]:
        """Return the routes at which a form is shown and sent."""

        def show(request: Request) -> Response:
            who = self._gate.pass_for(request, form.action)
            if isinstance(who, Response):
                return who
            # Before anything is typed, so that nothing typed is lost on the way to the second step.
            step = self._gate.require_second_step(request, who) if form.action in NEEDS_SECOND_STEP else None
            return step or self._show(request, form.show, who)

        async def post(request: Request) -> Response:
            return await self._post(request, form)

        return [Route(path, show, methods=["GET"]), Route(path, post, methods=["POST"])]

    def _show(
        self,
        request: Request,
        show: ShowPage,
        who: Who,
        sent: Sent | None = None,
        faults: Mapping[str, str] = MappingProxyType({}),
        status: int | None = None,
    ) -> Response:
        token = self._gate.form_token(request)
        filled = Filled(sent or Sent(), faults, token, secrets.token_urlsafe(9))
        return self._pages.show(request, show, who, filled, status=status)

    async def _post(self, request: Request, form: Form) -> Response:
        if is_from_elsewhere(request, self._site.config().web.base_url):
            return self._gate.refuse()
        # Before a file of a client who is not signed in is written anywhere.
        who = await run_in_threadpool(self._gate.who, request)
        with Receiving() as receiving:
            try:
                sent = await receiving.read(request) if who is not None or _is_short(request) else Sent()
            except NotTakenError as error:
                return await run_in_threadpool(self._say_not_taken, request, form, str(error))
            return await run_in_threadpool(self._answer, request, form, sent)

    def _say_not_taken(self, request: Request, form: Form, said: str) -> Response:
        who = self._gate.pass_for(request, form.action)
        return who if isinstance(who, Response) else self._show(request, form.show, who, faults={"": said}, status=413)

    def _answer(self, request: Request, form: Form, sent: Sent) -> Response:
        who = self._gate.who(request)
        if who is None:
            return self._hold(request, sent, "/", "Sign in", status=401)
        passed = self._gate.pass_for(request, form.action)
        if isinstance(passed, Response):
            return passed
        if not self._gate.is_own_form(request, sent.of(FORM_TOKEN)):
            return self._show(request, form.show, who, sent, {"": _AGAIN}, status=422)
        if form.action in NEEDS_SECOND_STEP and not who.has_step(self._site.clock()):
            return self._hold(request, sent, "/second-step", "Type the code", status=403)
        return self._do(request, form, who, sent)

    def _do(self, request: Request, form: Form, who: Who, sent: Sent) -> Response:
        site, now, kept = self._site, self._site.clock(), self._pages.kept
        doing = Doing(request, site, site.config(), who, now, site.today(now), sent, kept, self._pages.work)
        try:
            done = kept.once(
                who.session, _mark(request, sent), lambda: form.act(doing), lambda came: isinstance(came, Done)
            )
        except FormError as error:
            return self._show(request, form.show, who, sent, error.faults, status=422)
        except _SENTENCES as error:
            return self._show(request, form.show, who, sent, {"": str(error)}, status=422)
        if not isinstance(done, Done):
            return self._show(request, done, who, sent)
        to = done.to
        if done.said:
            to += f"{'&' if '?' in to else '?'}done={kept.note(who.session, done.said)}"
        return RedirectResponse(to, status_code=303)

    def _hold(self, request: Request, sent: Sent, way: str, words: str, *, status: int) -> Response:
        """Return the page that holds what was filled in until the sender has signed in, and sends it again."""
        fields = [(name, value) for name, values in sent.values.items() for value in values]
        return self._site.page(
            "held_form.html",
            title="Nothing was done yet",
            status=status,
            path=request.url.path,
            fields=[(name, value) for name, value in fields if name not in _NEVER_HELD],
            has_files=bool(sent.files),
            way=way,
            words=words,
        )


def _mark(request: Request, sent: Sent) -> str:
    """Return by what the same form, filled in the same way, is known; empty where it carries no mark.

    A person who goes back in the browser and fills the form in otherwise sends another one, under the mark of the
    first.
    """
    if not (once := sent.of(ONCE)):
        return ""
    files = [(name, file.name, file.size) for name, several in sent.files.items() for file in several]
    filled = repr((request.url.path, sorted((name, *values) for name, values in sent.values.items()), files))
    return f"{once} {hashlib.sha256(filled.encode('utf-8', 'replace')).hexdigest()}"


def _is_short(request: Request) -> bool:
    return request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded")
