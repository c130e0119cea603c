"""The governors' termly summary: what was reviewed, what is due, late or moved, what awaits approval; nobody's name.

Where ``[governors] summary`` is on it goes once a term to the clerk, or to the chair of governors where no clerk can be
told: on the term's first day with mail, or the first one after that on which the program runs, in the one letter that
they get that day. ``summary_preview`` shows it before it is switched on.
"""

from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass, replace
from datetime import date, timedelta

from pipeline.acknowledgements.listing import readings
from pipeline.config import Config
from pipeline.dates.calendar import DayRange, add_months, term_of
from pipeline.letters.addressed import Telling, find_clerk, only_here
from pipeline.letters.contributors.ledger_heads import is_due_this_term
from pipeline.letters.others_day import OthersDay
from pipeline.letters.parts import LetterPart
from pipeline.mail.composed import Attachment
from pipeline.mail.words import one_line
from pipeline.model.contacts import Directory
from pipeline.model.mail import MailKind
from pipeline.model.policies import DueMove, PolicyStanding, ReviewState
from pipeline.policies.decisions.due_dates import say_move
from pipeline.policies.decisions.reaffirm import reaffirmed_on
from pipeline.policies.meetings import say_meeting, say_missing_approval
from pipeline.policies.owners import Recipient, directory_of_owners, reachable
from pipeline.register.mail.slots import without_slots
from pipeline.register.mail.told import About, ToldRecord
from pipeline.register.policies.decisions import list_approvals, list_overrides
from pipeline.register.transaction import Transaction
from pipeline.wording import say_count, say_day, say_distance

_TERM_MONTHS = 4
"""Before a term where the one before it is not known."""
_MOST_LINES = 40
"""Policies in one part; the rest is counted."""
_CHAIR = "chair-of-governors"


@dataclass(frozen=True, slots=True)
class SummaryPart:
    """One part of the governors' summary."""

    heading: str
    lines: tuple[str, ...]
    """A policy each, in words."""
    more: int = 0
    """How many are not named for their number."""


@dataclass(frozen=True, slots=True)
class SummaryItem:
    """How a school's policies stand, for its governors, once a term."""

    since: date
    """The first day of what was done."""
    until: date
    """The last day of what is due."""
    policies: int
    """How many are reviewed here."""
    parts: tuple[SummaryPart, ...]
    """Those that say something, in their order."""
    read: str
    """How many readings are recorded of those asked for; empty where none is."""
    stage: str
    """Under which it is noted as told: the day."""


def list_summary_to_tell(day: OthersDay) -> Iterator[Telling]:
    """Yield clerk or chair with the summary where one is due today, which none is in the holidays; else nobody."""
    to = find_reader(day.config, day.directory, day.not_here) if day.config.governors.summary else None
    if to is not None and is_due_this_term(day, About.SUMMARY, to):
        yield to, SUMMARY, make_summary(day.tx, day.school, day.config, day.standings, day.today)


def find_reader(config: Config, directory: Directory, not_here: Set[str]) -> Recipient | None:
    """Return to whom the summary goes: the clerk, else the chair of governors; None where nobody can be told."""
    chairs = only_here(reachable(directory.of(_CHAIR)), not_here)
    return find_clerk(config, directory, not_here) or (chairs[0] if chairs else None)


def summary_notices(config: Config, today: date) -> tuple[str, ...]:
    """Return that the summary can go to nobody, where it is wanted."""
    if not config.governors.summary or find_reader(config, directory_of_owners(config, today), frozenset()):
        return ()
    return (
        "The governors are to have a summary once a term, and neither the clerk's address nor the chair's is known: "
        "write clerk_email under [governors] in config.toml.",
    )


# --- what it says ------------------------------------------------------------------------------------------------


def make_summary(
    tx: Transaction, school: str, config: Config, standings: Sequence[PolicyStanding], today: date
) -> SummaryItem:
    """Return the summary as of today: of the term before this one, and of this one with the holidays after it."""
    since, until = _span(today, config.calendar.terms)
    reviewed = [one for one in standings if one.state not in (ReviewState.WITHDRAWN, ReviewState.LIVE_DOCUMENT)]
    due = [one for one in reviewed if one.due_on is not None and today <= one.due_on <= until]
    late = [one for one in reviewed if one.is_late]
    unapproved = [one for one in reviewed if one.unapproved_since is not None]
    parts = (
        _part("Reviewed", sorted(_done(tx, school, standings, since))),
        _part("Review late, still in force", [_say_late(one, config, today) for one in _by_day(late)]),
        _part("Review due", [_say_due(one, config, today) for one in _by_day(due)]),
        _part(
            "Review moved to another day",
            [_say_moved(one, one.due_move, config, today) for one in reviewed if one.due_move is not None],
        ),
        _part(
            "In use, not approved yet",
            [f"{one.title}. {say_missing_approval(one, config, today)}" for one in unapproved],
        ),
    )
    counts = readings(tx, school, config, standings, today).values()
    done, required = sum(one.done for one in counts), sum(one.required for one in counts)
    read = f"{done:,} of {say_count(required, 'reading')} that staff were asked to record {_are(done)} recorded."
    return SummaryItem(
        since, until, len(reviewed), tuple(part for part in parts if part.lines), read if required else "", f"{today}"
    )


def _are(number: int) -> str:
    return "is" if number == 1 else "are"


def _span(today: date, terms: Sequence[DayRange]) -> tuple[date, date]:
    """Return the first day of the term before today's, and the last before the one after it."""
    term = term_of(today, terms) or (today, today)
    before = [first for first, last in terms if last < term[0]]
    after = [first for first, _ in terms if first > term[1]]
    since = max(before, default=add_months(term[0], -_TERM_MONTHS))
    return since, min(after, default=add_months(term[1], 1)) - timedelta(days=1)


def _part(heading: str, lines: Sequence[str]) -> SummaryPart:
    return SummaryPart(heading, tuple(lines[:_MOST_LINES]), max(0, len(lines) - _MOST_LINES))


def _by_day(standings: Sequence[PolicyStanding]) -> list[PolicyStanding]:
    return sorted(standings, key=lambda one: (one.due_on or date.max, one.title.casefold()))


def _done(tx: Transaction, school: str, standings: Sequence[PolicyStanding], since: date) -> Iterator[str]:
    """Yield which policies were approved, or checked and found right, on which day."""
    titles = {one.policy_id: one.title for one in standings}
    in_part = {(one.policy_id, body) for one in standings for body in one.partly_approved_by}
    approvals = list_approvals(tx, school)
    last = {(given.policy_id, given.body): given.id for given in approvals}
    for given in approvals:
        if given.approved_on >= since and given.policy_id in titles:
            minute = f", minute {given.minute}" if given.minute else ""
            key = given.policy_id, given.body
            rest = "; another body has still to approve it" if key in in_part and last[key] == given.id else ""
            yield f"{titles[given.policy_id]}: approved by {given.body} on {say_day(given.approved_on)}{minute}{rest}"
    for policy, said in list_overrides(tx, school).items():
        checked_on = reaffirmed_on(said)
        if checked_on is not None and checked_on >= since and policy in titles:
            yield f"{titles[policy]}: checked, unchanged, on {say_day(checked_on)}"


def _say_late(one: PolicyStanding, config: Config, today: date) -> str:
    words = say_meeting(one, config, today)
    return f"{one.title}: was due on {say_day(one.due_on or today)}, {say_distance(one.days or 0)}. {words}".strip()


def _say_moved(one: PolicyStanding, move: DueMove, config: Config, today: date) -> str:
    return f"{say_move(one.title, move)} {say_meeting(one, config, today)}".strip()


def _say_due(one: PolicyStanding, config: Config, today: date) -> str:
    return f"{one.title}: {say_day(one.due_on or today)}. {say_meeting(one, config, today)}".strip()


# --- as letters have it ------------------------------------------------------------------------------------------


def _lines(item: SummaryItem) -> SummaryItem:
    """Return the summary with every line as it may stand in a mail."""
    parts = tuple(
        replace(part, lines=tuple(one_line(without_slots(line), 600) for line in part.lines)) for part in item.parts
    )
    return replace(item, parts=parts)


def _fields(items: Sequence[SummaryItem], limit: int, carried: Sequence[Attachment]) -> dict[str, object]:
    return {"summary": _lines(items[0]) if items else None}


SUMMARY = LetterPart(
    kind=MailKind.SUMMARY,
    rank=70,
    in_calendar="the governors’ termly summary",
    on_desk="termly summary, to the governors",
    about=(About.SUMMARY,),
    fields=_fields,
    noted=lambda items, shared: [ToldRecord(*shared, None, About.SUMMARY, item.stage) for item in items],
    said=lambda items: [line for item in items for part in _lines(item).parts for line in part.lines],
)
