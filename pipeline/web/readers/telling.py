"""What a reader can tell the school from their page, in fixed words: a question, read already, not for them.

Each page shows first whom to ring or write to, and what is held. Nothing that is typed is kept: the surname, or the
address to which the link came, only shows that no program pressed the button.
"""

import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from pipeline.acknowledgements.reports import ReportedPolicy, tell_school
from pipeline.contacts.safety_lines import LinePiece
from pipeline.errors import PolicyPipelineError
from pipeline.letters.asked_for import tell_what_readers_said
from pipeline.model.contacts import Holder
from pipeline.model.policies import PolicyStanding
from pipeline.named.holders import role_words
from pipeline.named.names.letters import letters_of
from pipeline.policies.owners import holders_to_see
from pipeline.register.people.persons import PersonRow
from pipeline.register.readings.reader_reports import ReportKind, ReportRow, list_reports
from pipeline.register.readings.requests import list_acknowledgements
from pipeline.web.readers.page_owner import FormResult, Readers, Rendered, typed
from pipeline.web.readers.personal import say_wrong_surname
from pipeline.web.readers.shared import Shared
from pipeline.web.readers.surnames import is_answered
from pipeline.web.readers.view import HOW, ReaderView
from pipeline.wording import say_day

_log = logging.getLogger(__name__)

OF_POLICY = {
    ReportKind.QUESTION: "I have a question: please get in touch with me",
    ReportKind.DONE: "I have read it already",
    ReportKind.NOT_MY_JOB: "It is not for my work",
}
OF_PAGE = {
    ReportKind.NOT_ME: "This page is of somebody else",
    ReportKind.LEFT: "I work here no more",
}


@dataclass(frozen=True, slots=True)
class ToAsk:
    """A person to ring or to write to."""

    who: str
    phone: str
    call: str
    """The address that rings the number; empty without one."""
    email: str
    """Empty where there is none, or where it would show the surname that a form asks for."""


@dataclass(frozen=True, slots=True)
class HeldReading:
    """A reading that the school holds."""

    version: str
    when: str
    how: str


@dataclass(frozen=True, slots=True)
class ReaderReport:
    """What was told just now, or before."""

    kind: ReportKind
    on: str
    rests_until: str
    """The last day without a reminder; empty where reminders go on."""


@dataclass(frozen=True, slots=True)
class ChoiceState:
    """How a refused choice is shown again."""

    said: str = ""
    typed: str = ""
    said_error: str = ""
    typed_error: str = ""


class Telling:
    """The pages ``/my/TOKEN/about/POLICY`` and ``/my/TOKEN/not-me``."""

    def __init__(self, readers: Readers) -> None:
        self._readers, self._site = readers, readers.site

    def show_policy(self, request: Request) -> Response:
        """Show whom to ask about a policy, what is held, and what can be told."""
        row = self._readers.find(request)
        subject = None if row is None else self._subject(request, row)
        if row is None or subject is None:
            return self._readers.gone()
        return self._policy_page(request, row, subject).response

    async def post_policy(self, request: Request) -> Response:
        """Tell the school something about a policy."""
        return await self._readers.answer(request, self._tell_of_policy)

    def show_page(self, request: Request) -> Response:
        """Show what can be told about the page as a whole."""
        row = self._readers.find(request)
        return self._readers.gone() if row is None else self._whole_page(request, row)

    async def post_page(self, request: Request) -> Response:
        """Tell the school that the page is another person's, or that its reader has left."""
        return await self._readers.answer(request, self._tell_of_page)

    def _tell_of_policy(self, request: Request, row: PersonRow, fields: Mapping[str, str]) -> FormResult:
        subject = self._subject(request, row)
        if subject is None:
            return FormResult(self._readers.gone())
        said, surname = fields.get("said", ""), typed(fields, "surname")
        both = self._policy_page(request, row, subject).both_names
        is_right = bool(surname) and is_answered(surname, row.person, both_names=both)
        kinds = {kind.value: kind for kind in subject.kinds}
        state = ChoiceState(
            said,
            surname,
            "" if said in kinds else "Choose what you want to tell the school",
            "" if is_right else say_wrong_surname(surname, both_names=both),
        )
        if state.said_error or state.typed_error:
            delay = self._readers.note_wrong(row) if surname and not is_right else 0.0
            return FormResult(self._policy_page(request, row, subject, state).response, delay)
        about = ReportedPolicy(subject.standing.policy_id, subject.standing.slug)
        self._tell(row, kinds[said], about)
        address = f"/my/{request.path_params['token']}/about/{subject.standing.slug}?told={said}"
        return FormResult(RedirectResponse(address, status_code=303))

    def _tell_of_page(self, request: Request, row: PersonRow, fields: Mapping[str, str]) -> FormResult:
        said, address = fields.get("said", ""), typed(fields, "address")
        known = (row.person.work_email or "").strip()
        is_right = bool(known) and address.casefold() == known.casefold()
        kinds = {kind.value: kind for kind in OF_PAGE}
        wrong = "Type the address to which the mail with this link came" + (", as it stands there" if address else "")
        state = ChoiceState(
            said,
            address,
            "" if said in kinds else "Choose what you want to tell the school",
            "" if is_right else wrong,
        )
        if state.said_error or state.typed_error:
            delay = self._readers.note_wrong(row) if address and not is_right else 0.0
            return FormResult(self._whole_page(request, row, state), delay)
        self._tell(row, kinds[said], None)
        return FormResult(RedirectResponse(f"/my/{request.path_params['token']}/not-me?told={said}", status_code=303))

    def _tell(self, row: PersonRow, kind: ReportKind, about: ReportedPolicy | None) -> None:
        """Record what was chosen, and tell those who are to decide; where that fails the next plan tells it."""
        site, config, now = self._site, self._site.config(), self._site.clock()
        today = site.today(now)
        tell_school(site.register, config, row, kind, about, today=today, now=now)
        site.note_recorded()
        self._readers.note_right(row)
        try:
            tell_what_readers_said(site.register, config, site.secret, today, now)
        except PolicyPipelineError as error:
            _log.warning("what a reader told waits for the next run: %s", error)

    # --- what is shown ---

    def _subject(self, request: Request, row: PersonRow) -> "_Subject | None":
        """Return the policy of a page, None where its reader may not see it."""
        view, slug = self._readers.view(row), str(request.path_params["slug"])
        shared = self._shared()
        standing = next((one for one in shared.in_use if one.slug == slug), None)
        if standing is None or view.find(slug) is None:
            return None
        return _Subject(standing, tuple(_kinds(view, slug)), shared)

    def _shared(self) -> Shared:
        site = self._site
        with site.register.reading() as tx:
            return site.shared(tx, site.register.school, site.config(), site.today(site.clock()))

    def _policy_page(
        self, request: Request, row: PersonRow, subject: "_Subject", state: ChoiceState | None = None
    ) -> Rendered:
        standing, said = subject.standing, request.query_params.get("told", "") if state is None else ""
        common = {
            "token": request.path_params["token"],
            "policy": standing,
            "choices_of": [(kind.value, OF_POLICY[kind]) for kind in subject.kinds],
            "ask": self._to_ask(standing, row, subject.shared),
            "held": self._held(standing, row, subject.shared),
            "told": self._told(row, said, standing.policy_id),
            "state": state,
        }
        return self._shown(row, "about.html", f"About {standing.title}", common)

    def _whole_page(self, request: Request, row: PersonRow, state: ChoiceState | None = None) -> Response:
        said = request.query_params.get("told", "") if state is None else ""
        common = {
            "token": request.path_params["token"],
            "choices_of": [(kind.value, words) for kind, words in OF_PAGE.items()],
            "has_address": bool(row.person.work_email),
            "ask": self._office(row, self._shared()),
            "told": self._told(row, said, None),
            "state": state,
        }
        return self._shown(row, "not_me.html", "Is this page not about you?", common).response

    def _shown(self, row: PersonRow, template: str, title: str, fields: Mapping[str, object]) -> Rendered:
        is_refused = fields["state"] is not None
        title, status = (f"Error: {title}", 422) if is_refused else (title, 200)
        return self._readers.page(row, template, lambda both_names: fields, title=title, status=status)

    def _told(self, row: PersonRow, said: str, policy_id: int | None) -> ReaderReport | None:
        """Return what was told last of this kind, None where nothing was."""
        with self._site.register.reading() as tx:
            reports = list_reports(tx, self._site.register.school, person=row.id)
        mine = [one for one in reports if (one.kind.value, one.policy_id) == (said, policy_id)]
        return self._say_told(mine[-1]) if mine else None

    def _say_told(self, report: ReportRow) -> ReaderReport:
        zone = self._site.config().zone
        rests = say_day(report.rests_until) if report.rests_until else ""
        return ReaderReport(report.kind, say_day(report.reported_at.astimezone(zone).date()), rests)

    def _held(self, standing: PolicyStanding, row: PersonRow, shared: Shared) -> Sequence[HeldReading]:
        """Return the readings of a policy that are held of a reader, the newest first."""
        site, zone = self._site, self._site.config().zone
        with site.register.reading() as tx:
            rows = list_acknowledgements(tx, site.register.school, person=row.id, policy_id=standing.policy_id)
        return [
            HeldReading(
                shared.labels[one.version_id].text if one.version_id in shared.labels else "",
                say_day(one.acknowledged_at.astimezone(zone).date()),
                HOW[one.method],
            )
            for one in reversed(rows)
        ]

    def _to_ask(self, standing: PolicyStanding, row: PersonRow, shared: Shared) -> Sequence[ToAsk]:
        """Return whom to ask about a policy: who looks after it, else the school office; never the reader."""
        config, mine = self._site.config(), row.person.work_email or ""
        holders = holders_to_see(standing.owner, shared.contacts.shown, config, not_at=mine)
        return [to_ask(one, row) for one in holders] or self._office(row, shared)

    def _office(self, row: PersonRow, shared: Shared) -> Sequence[ToAsk]:
        shown = shared.contacts.shown
        offices = shown.of("office") or ((shown.office,) if shown.office is not None else ())
        return [to_ask(one, row) for one in offices]


@dataclass(frozen=True, slots=True)
class _Subject:
    """The policy that a page is about."""

    standing: PolicyStanding
    kinds: Sequence[ReportKind]
    """What its reader can say of it."""
    shared: Shared


def _kinds(view: ReaderView, slug: str) -> Iterator[ReportKind]:
    yield ReportKind.QUESTION
    if slug in {one.policy.slug for one in view.to_sign}:
        yield ReportKind.DONE
    if slug in {*(one.policy.slug for one in view.to_sign), *(one.slug for one in view.to_read)}:
        yield ReportKind.NOT_MY_JOB


def to_ask(holder: Holder, row: PersonRow) -> ToAsk:
    """Return how to reach a person, without the surname that the form of the page asks for."""
    wanted = letters_of(row.person.last_name)
    is_same = bool(wanted) and wanted in letters_of(f"{holder.name} {holder.email or ''}")
    role = "the school office" if holder.role == "office" else f"the {role_words(holder.role)}"
    name = f"{holder.title} {holder.name}".strip()
    who = role if is_same or not name or holder.role == "office" else f"{name}, {role}"
    phone = holder.phone or ""
    email = "" if is_same else holder.email or ""
    return ToAsk(who[:1].upper() + who[1:], phone, LinePiece(phone, phone=phone).call, email)
