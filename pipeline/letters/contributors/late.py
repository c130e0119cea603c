"""Who is late with a reading, to those who can do something about it: the policy's owner, then those above the owner.

Once the last reminder has gone, the owner's letter names who is late and by how many days, once a week. Where the
school wants it (``[reading] escalate``) the line manager is told a week later, and the head a week after that: once
each, never of a person who was not told or is away, and never the one of whom it speaks.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import date, timedelta
from operator import itemgetter

from pipeline.config import Config
from pipeline.dates.calendar import is_mail_day, school_day_from
from pipeline.directory import HEAD
from pipeline.letters.addressed import Addressed, add_for, only_here, owners_or_default
from pipeline.letters.items import LateItem, LateReading, LetterContents
from pipeline.model.contacts import Directory
from pipeline.model.policies import PolicyStanding
from pipeline.named.names.likeness import name_key
from pipeline.people.obligations import has_left, is_away
from pipeline.policies.owners import Recipient, reachable
from pipeline.register.mail.told import About, ToldOutcome, ToldRow, routes_like
from pipeline.register.people.persons import PersonRow
from pipeline.register.people.situations import OverdueRequest

MANAGER_AFTER, HEAD_AFTER = 5, 10
"""School days after the last reminder."""
MANAGER = "manager"
_CLOCK_SET_BACK_DAYS = 28


@dataclass(frozen=True, slots=True)
class LateDay:
    """What decides who is told of whom today."""

    config: Config
    directory: Directory
    standings: Sequence[PolicyStanding]
    people: Sequence[PersonRow]
    list_overdue: Callable[[Set[int]], Sequence[OverdueRequest]]
    """Returns the open requests for some policies whose day is over and whose reader was told: asked only where
    an owner or manager is to hear of those."""
    told: Sequence[ToldRow]
    """What was told of late readers so far."""
    not_here: Set[str]
    """The addresses of those who have left or are away: nobody of them is told, the default owner is in their place."""
    today: date


def list_late_to_tell(day: LateDay) -> dict[str, Addressed]:
    """Return who is to be told today of whom, by address in small letters; nobody on a day without mail."""
    addressed: dict[str, Addressed] = {}
    if not is_mail_day(day.today, day.config.calendar.closed):
        return addressed
    people = {row.id: row for row in day.people}
    after = max(day.config.reading.remind_school_days, default=0)
    _tell_owners(day, after, people, addressed)
    if day.config.reading.escalate:
        for stage, later in ((MANAGER, MANAGER_AFTER), (HEAD, HEAD_AFTER)):
            _tell_above(day, stage, after + later, people, addressed)
    return addressed


def _late_by(
    day: LateDay, school_days: int, people: Mapping[int, PersonRow], policies: Set[int]
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


def _tell_owners(day: LateDay, after: int, people: Mapping[int, PersonRow], addressed: dict[str, Addressed]) -> None:
    week, horizon = week_of(day.today), week_of(day.today + timedelta(days=_CLOCK_SET_BACK_DAYS))
    # A week told by a clock that was a little ahead is told already; what one further ahead told silences nothing.
    told = {(row.address, row.policy_id) for row in _counted(day, About.LATE) if week <= (row.stage or "") <= horizon}
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
                at[address] = frozenset(row.id for row in day.people if _is(row, address))
            others = [one for one in by_policy[standing.policy_id] if one.person not in at[address]]
            _add(day, addressed, recipient, standing, others, people, About.LATE, week)


def _owners(day: LateDay, standing: PolicyStanding) -> Sequence[Recipient]:
    """Return who looks after a policy, else who stands in for them, of those who are here."""
    return owners_or_default(standing.owner, day.directory, day.config, day.not_here)[0]


def week_of(day: date) -> str:
    """Return the week of a day, as it is noted of what is told once a week."""
    year, week, _ = day.isocalendar()
    return f"{year}-W{week:02}"


def _tell_above(
    day: LateDay,
    stage: str,
    after: int,
    people: Mapping[int, PersonRow],
    addressed: dict[str, Addressed],
) -> None:
    told = {(row.request, row.stage) for row in _counted(day, About.ESCALATION)}
    titles = {standing.policy_id: standing for standing in day.standings}
    found: dict[tuple[Recipient, int], list[OverdueRequest]] = defaultdict(list)
    for one in _late_by(day, after, people, titles.keys()):
        if (one.request, stage) in told:
            continue
        for recipient in only_here(_above(day, stage, people[one.person]), day.not_here):
            if not _is(people[one.person], recipient.address.casefold()):
                found[recipient, one.policy_id].append(one)
    for (recipient, policy_id), mine in found.items():
        _add(day, addressed, recipient, titles[policy_id], mine, people, About.ESCALATION, stage)


def _above(day: LateDay, stage: str, row: PersonRow) -> tuple[Recipient, ...]:
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


def _is(row: PersonRow, address: str) -> bool:
    return (row.person.work_email or "").casefold() == address


def _counted(day: LateDay, about: About) -> Iterator[ToldRow]:
    """Yield what was told, or is about to be, by today's route."""
    gone = (ToldOutcome.CANCELLED, ToldOutcome.BOUNCED)
    routes = routes_like(day.config.mail.route)
    return (row for row in day.told if row.about == about and row.route in routes and row.outcome not in gone)


def _add(
    day: LateDay,
    addressed: dict[str, Addressed],
    recipient: Recipient,
    standing: PolicyStanding,
    late: Sequence[OverdueRequest],
    people: Mapping[int, PersonRow],
    about: About,
    stage: str,
) -> None:
    by_day: dict[date, list[tuple[str, OverdueRequest]]] = defaultdict(list)
    for one in late:
        by_day[one.due_on].append((people[one.person].person.name, one))
    readers = tuple(
        LateReading(name, (day.today - due_on).days, one.person, one.request)
        for due_on, named in sorted(by_day.items())
        for name, one in sorted(named, key=itemgetter(0))
    )
    if readers:
        item = LateItem(standing.title, standing.policy_id, readers, about, stage)
        add_for(addressed, recipient, LetterContents(late=(item,)))
