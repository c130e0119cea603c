"""The dashboard: how every policy stands, what waits, what went out. Signed in only; nothing is changed here."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from starlette.requests import Request
from starlette.responses import Response

from pipeline.acknowledgements.listing import (
    LateReader,
    ReadingCount,
    ReadingLine,
    list_acknowledgements,
    list_late,
    readings,
)
from pipeline.config import Config
from pipeline.copies.confirmations import contacts_of_day
from pipeline.letters.undelivered import say_undelivered
from pipeline.lifecycle.wording import say_count, say_day, say_distance, say_list, say_moment, say_state
from pipeline.mail.mailings import look_ahead
from pipeline.model import DeliveryState, PolicyStanding, RequestState, ReviewState
from pipeline.people.absences import list_absences
from pipeline.people.obligations import has_left
from pipeline.people.staff_list import without_own_address
from pipeline.policies.lead import lead_notices
from pipeline.policies.standing import list_standings
from pipeline.register.copies import held_copies
from pipeline.register.database import Transaction
from pipeline.register.jobs import last_run_at
from pipeline.register.outbox import count_messages
from pipeline.register.people import PersonRow, list_people
from pipeline.register.policies import versions_in_force
from pipeline.web.gate import Gate
from pipeline.web.rights import Action, Who
from pipeline.web.sessions import Sessions
from pipeline.web.site import Site

_DELIVERY_WORDS = {
    DeliveryState.WRITTEN: "written to the outbox folder",
    DeliveryState.SENT: "sent",
    DeliveryState.PENDING: "waiting to go",
    DeliveryState.SENDING: "on their way",
    DeliveryState.DEFERRED: "to be tried again",
    DeliveryState.BOUNCED: "refused by the receiving side",
    DeliveryState.CANCELLED: "dropped, no longer needed",
}
_STATE_TAGS = {
    ReviewState.OVERDUE: "red",
    ReviewState.UNDATED: "red",
    ReviewState.DUE_SOON: "yellow",
    ReviewState.AWAITING_APPROVAL: "blue",
    ReviewState.CURRENT: "green",
    ReviewState.LIVE_DOCUMENT: "green",
    ReviewState.WITHDRAWN: "grey",
}


@dataclass(frozen=True, slots=True)
class PolicyLine:
    """One policy as the table shows it."""

    slug: str
    title: str
    version: str
    state: str
    tag: str
    due: str
    distance: str
    owner: str
    readings: str
    problems: tuple[str, ...]
    has_draft: bool


@dataclass(frozen=True, slots=True)
class Late:
    """Somebody who should have recorded a reading by now."""

    name: str
    days: str
    """Of what is late the longest: ``12 days``."""
    titles: str


@dataclass(frozen=True, slots=True)
class OnPaper:
    """Somebody whom mail does not reach, and what they still owe."""

    name: str
    why: str
    titles: str


class Dashboard:
    """The page at ``/``."""

    def __init__(self, site: Site, sessions: Sessions) -> None:
        self._site, self._gate = site, Gate(site, sessions)

    def show(self, request: Request) -> Response:
        """Show the register, or to somebody not signed in how to sign in."""
        who = self._gate.pass_for(request, Action.SEE_DESK)
        if isinstance(who, Response):
            return who
        site, config, now = self._site, self._site.config(), self._site.clock()
        today = site.today(now)
        with site.register.reading() as tx:
            school, standings = site.register.school, list_standings(tx, site.register.school, config, today)
            counts = readings(tx, school, config, standings, today)
            lines = list_acknowledgements(tx, school, config, standings, today)
            people = list_people(tx, school, today)
            shown = [row for row in people if who.sees_names_of(row.person.team)]
            messages = count_messages(tx, school)
            waiting = _without_copy(tx, school)
            first = _first(tx, school, config, people, today) if who.may(Action.SEE_NAMES) else ()
            last_run = last_run_at(tx, school)
        ran_at, ahead = site.last_ran_at(), look_ahead(site.register, config, now)
        return site.page(
            "dashboard.html",
            title="Policies",
            today=say_day(today),
            first=first,
            policies=[_line(one, counts.get(one.policy_id), who) for one in standings],
            summary=_summary(standings),
            drafts=[one.title for one in standings if one.draft_version_id is not None],
            waiting=say_list([one.title for one in standings if one.policy_id in waiting]),
            campaign=ahead.waiting,
            going=ahead.going.people,
            paused=ahead.paused.people,
            last_mail_at=say_moment(ahead.last_mail_at.astimezone(config.zone)) if ahead.last_mail_at else None,
            deliveries=[(words, messages[state]) for state, words in _DELIVERY_WORDS.items() if messages.get(state)],
            owed=sum(line.state is RequestState.OWED for line in lines),
            late=[_late(reader) for reader in list_late(lines) if who.sees_names_of(reader.person.person.team)],
            on_paper=_on_paper(lines, shown, people, today),
            missing=[row.person.name for row in shown if row.missing_since and not has_left(row.person, today)],
            schedules=site.schedules,
            ran_at=say_moment(ran_at.astimezone(config.zone)) if ran_at else None,
            last_run=say_moment(last_run.astimezone(config.zone)) if last_run else None,
        )


def _first(tx: Transaction, school: str, config: Config, people: Sequence[PersonRow], today: date) -> tuple[str, ...]:
    """Return what stands at the top: nobody leads, a holder or owner has left, mail came back."""
    contacts = contacts_of_day(tx, school, config, today)
    absences = [one.message for one in list_absences(people, config, today) if one.is_pressing]
    leads = lead_notices(config, today, contacts.shown, contacts.covers)
    return (*leads, *absences, *say_undelivered(tx, school, config, today))


def _line(one: PolicyStanding, count: ReadingCount | None, who: Who) -> PolicyLine:
    return PolicyLine(
        slug=one.slug,
        title=one.title,
        version=f"version {one.version_label}" if one.version_label else "no version in use",
        state=say_state(one.state),
        tag=_STATE_TAGS[one.state],
        due=say_day(one.due_on) if one.due_on else "no date",
        distance=say_distance(one.days) if one.days is not None else "",
        owner=one.owner or "nobody named",
        readings=_say_readings(count),
        # They name who stands in a document, or has left.
        problems=tuple(problem.message for problem in one.problems) if who.may(Action.SEE_NAMES) else (),
        has_draft=one.draft_version_id is not None,
    )


def _say_readings(count: ReadingCount | None) -> str:
    if count is None:
        return "not asked"
    return f"{count.done} of {count.required}" + (f", {count.late} late" if count.late else "")


def _late(reader: LateReader) -> Late:
    """Return a late reader as the page names them, with the days of each policy only where they differ."""
    is_same = len({line.days_late for line in reader.lines}) == 1
    titles = [line.title if is_same else f"{line.title} ({say_count(line.days_late, 'day')})" for line in reader.lines]
    return Late(reader.person.person.name, say_count(reader.days_late, "day"), say_list(titles))


def _without_copy(tx: Transaction, school: str) -> set[int]:
    """Return the policies of which no copy with today's contacts could be made."""
    stopped = {policy_id for policy_id, version in versions_in_force(tx, school).items() if version.holds}
    return stopped | held_copies(tx, school).keys()


def _summary(standings: tuple[PolicyStanding, ...]) -> list[tuple[int, str]]:
    """Return how many policies stand how, the pressing ones first, states without any left out."""
    words = {
        ReviewState.OVERDUE: "review late, still in force",
        ReviewState.UNDATED: "without a review date",
        ReviewState.AWAITING_APPROVAL: "in use, before the governors",
        ReviewState.DUE_SOON: "due soon",
        ReviewState.CURRENT: "in date",
        ReviewState.LIVE_DOCUMENT: "kept up to date all year",
    }
    counts = [(sum(one.state is state for one in standings), text) for state, text in words.items()]
    return [(count, text) for count, text in counts if count]


def _on_paper(
    lines: tuple[ReadingLine, ...], shown: Sequence[PersonRow], people: Sequence[PersonRow], today: date
) -> list[OnPaper]:
    unreached = without_own_address(people, today)
    found = []
    for row in shown:
        owed = (line for line in lines if line.person.id == row.id and line.state is RequestState.OWED)
        if row.id in unreached and (titles := [line.title for line in owed]):
            why = "shares an address" if row.person.work_email else "no e-mail"
            found.append(OnPaper(row.person.name, why, say_list(titles)))
    return found
