"""Who is late with a reading, to those who can do something about it: the policy's owner, then those above the owner.

Once the last reminder has gone, the owner's letter names who is late and by how many days, once a week. Where the
school wants it (``[reading] escalate``) the line manager is told a week later, and the head a week after that: once
each, never of a person who was not told or is away, and never the one of whom it speaks.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import date, timedelta
from operator import itemgetter
from typing import NamedTuple

from pipeline.dates.calendar import school_day_from
from pipeline.directory import HEAD
from pipeline.letters.addressed import Telling, only_here, owners_or_default
from pipeline.letters.others_day import OthersDay
from pipeline.letters.parts import LetterPart, Shared
from pipeline.mail.composed import Attachment
from pipeline.mail.words import one_line
from pipeline.model.mail import MailKind
from pipeline.model.policies import PolicyStanding
from pipeline.named.names.likeness import name_key
from pipeline.people.obligations import has_left, is_away
from pipeline.policies.owners import Recipient, reachable
from pipeline.register.mail.slots import without_slots
from pipeline.register.mail.told import About, ToldRecord
from pipeline.register.people.persons import PersonRow
from pipeline.register.people.situations import OverdueRequest
from pipeline.wording import say_count, say_list

MANAGER_AFTER, HEAD_AFTER = 5, 10
"""School days after the last reminder."""
MANAGER = "manager"
_CLOCK_SET_BACK_DAYS = 28


MOST_LATE = 40
"""Late readers of one policy in a letter; the rest is counted."""


class LateReading(NamedTuple):
    """One reader who is late with a policy; in a large school there are tens of thousands of them a week."""

    name: str
    days_late: int
    person: int
    """The register's key, as is the next."""
    request: int


@dataclass(frozen=True, slots=True)
class LateItem:
    """Who is late with one policy, to its owner, or to their line manager or the head."""

    title: str
    policy_id: int
    readers: tuple[LateReading, ...]
    """The longest late first."""
    about: About
    """``LATE`` or ``ESCALATION``."""
    stage: str
    """Under which it is noted as told: the week, or who above was told."""
    is_declaration: bool = False
    """They are late with a declaration, not with a reading."""


def list_late_to_tell(day: OthersDay) -> Iterator[Telling]:
    """Yield who is to be told today of whom."""
    people = {row.id: row for row in day.people}
    after = max(day.config.reading.remind_school_days, default=0)
    yield from _tell_owners(day, after, people)
    if day.config.reading.escalate:
        for stage, later in ((MANAGER, MANAGER_AFTER), (HEAD, HEAD_AFTER)):
            yield from _tell_above(day, stage, after + later, people)


def _late_by(
    day: OthersDay, school_days: int, people: Mapping[int, PersonRow], policies: Set[int]
) -> Iterator[OverdueRequest]:
    """Yield what is late with some policies by more than so many school days, of those who are here."""
    closed, overdue = day.config.calendar.no_school, day.list_overdue(policies) if policies else ()
    late = {on for on in {one.due_on for one in overdue} if school_day_from(on, school_days, closed) < day.today}
    is_here: dict[int, bool] = {}
    for one in overdue:
        if one.due_on in late:
            if one.person not in is_here:
                row = people.get(one.person)
                is_here[one.person] = row is not None and not is_away(row.person, day.today)
            if is_here[one.person]:
                yield one


def _tell_owners(day: OthersDay, after: int, people: Mapping[int, PersonRow]) -> Iterator[Telling]:
    week, horizon = week_of(day.today), week_of(day.today + timedelta(days=_CLOCK_SET_BACK_DAYS))
    # A week told by a clock that was a little ahead is told already; what one further ahead told silences nothing.
    late = (row for row in day.counted() if row.about == About.LATE)
    told = {(row.address, row.policy_id) for row in late if week <= (row.stage or "") <= horizon}
    owners = {standing.policy_id: _owners(day, standing) for standing in day.standings}
    untold = {
        policy: [one for one in mine if (one.address.casefold(), policy) not in told] for policy, mine in owners.items()
    }
    by_policy: dict[int, list[OverdueRequest]] = defaultdict(list)
    # On most days everybody was told this week of whatever anybody is late with.
    for one in _late_by(day, after, people, {policy for policy, mine in untold.items() if mine}):
        by_policy[one.policy_id].append(one)
    at: dict[str, frozenset[int]] = {}
    for standing in day.standings:
        for recipient in untold[standing.policy_id] if standing.policy_id in by_policy else ():
            address = recipient.address.casefold()
            if address not in at:
                at[address] = frozenset(row.id for row in day.people if is_at(row, address))
            others = [one for one in by_policy[standing.policy_id] if one.person not in at[address]]
            if readers := late_readers(day, others, people):
                yield recipient, LATE, LateItem(standing.title, standing.policy_id, readers, About.LATE, week)


def _owners(day: OthersDay, standing: PolicyStanding) -> Sequence[Recipient]:
    """Return who looks after a policy, else who stands in for them, of those who are here."""
    return owners_or_default(standing.owner, day.directory, day.config, day.not_here)[0]


def week_of(day: date) -> str:
    """Return the week of a day, as it is noted of what is told once a week."""
    year, week, _ = day.isocalendar()
    return f"{year}-W{week:02}"


def _tell_above(day: OthersDay, stage: str, after: int, people: Mapping[int, PersonRow]) -> Iterator[Telling]:
    told = {(row.request, row.stage) for row in day.counted() if row.about == About.ESCALATION}
    titles = {standing.policy_id: standing.title for standing in day.standings}
    found: dict[tuple[Recipient, int], list[OverdueRequest]] = defaultdict(list)
    for one in _late_by(day, after, people, titles.keys()):
        if (one.request, stage) in told:
            continue
        for recipient in only_here(_above(day, stage, people[one.person]), day.not_here):
            if not is_at(people[one.person], recipient.address.casefold()):
                found[recipient, one.policy_id].append(one)
    for (recipient, policy_id), mine in found.items():
        readers = late_readers(day, mine, people)
        yield recipient, LATE, LateItem(titles[policy_id], policy_id, readers, About.ESCALATION, stage)


def _above(day: OthersDay, stage: str, row: PersonRow) -> tuple[Recipient, ...]:
    """Return the head, or the line manager as the list has them: by work address, key or name, if only one fits."""
    if stage == HEAD:
        return reachable(list(day.directory.of(HEAD)))
    wanted = row.person.manager.strip()
    if not wanted:
        return ()
    others = (other for other in day.people if other.id != row.id and not has_left(other.person, day.today))
    fitting = [other for other in others if _is_called(other, wanted)]
    addresses = {other.person.work_email for other in fitting if other.person.work_email}
    if len(addresses) != 1:
        return ()
    return (Recipient(addresses.pop(), fitting[0].person.name),)


def _is_called(row: PersonRow, words: str) -> bool:
    keys = {row.person.person_id.casefold(), (row.person.work_email or "").casefold()}
    return words.casefold() in keys or name_key(words) == name_key(row.person.name)


def is_at(row: PersonRow, address: str) -> bool:
    """Return whether a person is the one at an address in small letters."""
    return (row.person.work_email or "").casefold() == address


def late_readers(
    day: OthersDay, late: Iterable[OverdueRequest], people: Mapping[int, PersonRow]
) -> tuple[LateReading, ...]:
    """Return who is ``late`` by how many days, the longest first."""
    by_day: dict[date, list[tuple[str, OverdueRequest]]] = defaultdict(list)
    for one in late:
        by_day[one.due_on].append((people[one.person].person.name, one))
    return tuple(
        LateReading(name, (day.today - due_on).days, one.person, one.request)
        for due_on, named in sorted(by_day.items())
        for name, one in sorted(named, key=itemgetter(0))
    )


# --- as letters have it ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class LateLines:
    """Who is late with one policy, as templates see it."""

    title: str
    readers: tuple[str, ...]
    """Name and days late, the longest first."""
    more: int
    """How many are not named for their number."""


def _late_with(late: Sequence[LateItem]) -> str:
    """Return what some people are late with, in words."""
    kinds = {item.is_declaration: "a declaration" if item.is_declaration else "a reading" for item in late}
    return " or ".join(kinds[kind] for kind in sorted(kinds))


def _late_lines(item: LateItem) -> LateLines:
    shown = item.readers[:MOST_LATE]
    readers = tuple(f"{one_line(without_slots(one.name), 80)}: {say_count(one.days_late, 'day')} late" for one in shown)
    return LateLines(one_line(item.title, 120), readers, len(item.readers) - len(shown))


def _fields(items: Sequence[LateItem], limit: int, carried: Sequence[Attachment]) -> dict[str, object]:
    return {"late_readers": [_late_lines(item) for item in items], "late_with": _late_with(items)}


def _noted(items: Sequence[LateItem], shared: Shared) -> Iterator[ToldRecord]:
    for item in items:
        told = (*shared, None, item.about, item.stage, item.policy_id)
        if item.about is About.LATE:
            yield ToldRecord(*told)
        else:
            yield from (ToldRecord(*told, request=one.request) for one in item.readers)


LATE = LetterPart(
    kind=MailKind.LATE,
    rank=40,
    in_calendar="who is late with a reading",
    on_desk="who is late",
    about=(About.LATE, About.ESCALATION),
    fields=_fields,
    noted=_noted,
    in_report=lambda items: f"who is late with {say_list([item.title for item in items])}",
    said=lambda items: [one_line(item.title, 120) for item in items],
    policies=lambda item: (item.policy_id,),
)
