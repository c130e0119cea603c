"""The Monday list: once a week everything that is open for a person, below whatever else their letter of the day says.

It belongs to the first day of a week on which mail goes; where no letters were planned that day, to the next on which
they are. A week in which none were is not made up for. What the letter tells anyway does not stand in the list again,
and nobody for whom nothing is open is written to for it.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial

from pipeline.config import Config
from pipeline.dates.calendar import is_mail_day, next_mail_day
from pipeline.letters.acting import is_address, way_to_act
from pipeline.letters.addressed import Addressed, add_for, owners_or_default
from pipeline.letters.contributors.late import week_of
from pipeline.letters.contributors.office import office_recipients
from pipeline.letters.items import LetterContents, OfficeItem, OpenItem, OpenList
from pipeline.model.contacts import Directory
from pipeline.model.people import Right
from pipeline.model.policies import PolicyStanding
from pipeline.policies.agenda import list_agenda
from pipeline.policies.open_points import OpenKind, OpenPoint, gather_open_facts, list_open_points
from pipeline.policies.owners import Recipient
from pipeline.register.jobs import find_list_week
from pipeline.register.mail.told import About, list_addresses_told
from pipeline.register.transaction import Transaction

MOST = 7
"""Policies in one list, of two lines each; the rest is counted."""
_OPENS_THE_DESK = frozenset({Right.OWNER, Right.DEPUTY_OWNER, Right.BUSINESS_MANAGER, Right.HEAD})
"""Whose account shows a policy's page."""
_TOLD_BY_REVIEW = frozenset({OpenKind.LATE, OpenKind.REVIEW, OpenKind.APPROVAL, OpenKind.PAPERS})
_TOLD_BY_GUIDANCE = frozenset({OpenKind.GUIDANCE, OpenKind.EDITION})


@dataclass(frozen=True, slots=True)
class ListWeekToday:
    """Whether lists go today, and to whom."""

    week: str
    monday: date
    is_day: bool
    """The week's list belongs to this day."""
    opens: bool
    """No letters were planned in this week before: the caller that keeps the plan notes it."""
    told: Set[str]
    """The addresses that had theirs, in small letters."""
    again: Set[str]
    """The addresses whose letter was dropped before it went."""

    def goes_to(self, address: str) -> bool:
        """Return whether the person at ``address`` is to have their list today."""
        mine = address.casefold()
        return mine not in self.told and (self.is_day or mine in self.again)


def monday_of(day: date) -> date:
    """Return the Monday of the week that a day lies in."""
    return day - timedelta(days=day.weekday())


def list_week(tx: Transaction, school: str, config: Config, today: date) -> ListWeekToday:
    """Return whether lists of what is open go today; none on a day without mail.

    A school whose letters are planned for the first time begins with the first day of a week.
    """
    monday, closed = monday_of(today), config.calendar.closed
    week = week_of(today)
    if not is_mail_day(today, closed):
        return ListWeekToday(week, monday, False, False, frozenset(), frozenset())
    known = find_list_week(tx, school, monday)
    is_day = (known.day or today) == today and (not known.is_first or today == next_mail_day(monday, closed))
    told, again = list_addresses_told(tx, school, About.OPEN, week, config.mail.route)
    return ListWeekToday(week, monday, is_day, known.day is None, told, again)


@dataclass(frozen=True, slots=True)
class MondayDay:
    """What decides what stands in whose list today."""

    config: Config
    directory: Directory
    standings: Sequence[PolicyStanding]
    not_here: Set[str]
    """The addresses of those who have left or are away: the default owner is told in their place."""
    today: date
    week: ListWeekToday
    office: Sequence[OfficeItem] = ()
    """What the office is to put right today, told before or not."""


def list_open(tx: Transaction, school: str, day: MondayDay, said: Mapping[str, Addressed]) -> dict[str, Addressed]:
    """Return the list of each owner, by address in small letters; ``said`` is what their letters say besides."""
    addressed: dict[str, Addressed] = {}
    if not (day.week.is_day or day.week.again):
        return addressed
    points = _points(tx, school, day.config, day.standings, day.today)
    found: dict[str, tuple[Recipient, list[OpenItem]]] = {}
    for recipient, facts in _of_office(day, said):
        found[recipient.address.casefold()] = recipient, list(facts)
    for recipient, policies in _by_recipient(day, points):
        key = recipient.address.casefold()
        contents = said[key].contents if key in said else LetterContents()
        left = [mine for each in policies if (mine := _unsaid(each, contents))]
        items = [_item(day.config, each) for each in sorted(left, key=lambda each: each[0].rank)]
        found.setdefault(key, (recipient, []))[1].extend(items)
    for recipient, items in found.values():
        if items:
            add_for(addressed, recipient, LetterContents(open=_list_of(day, recipient, items)))
    return addressed


def _by_recipient(
    day: MondayDay, points: Mapping[int, tuple[OpenPoint, ...]]
) -> Collection[tuple[Recipient, Sequence[tuple[OpenPoint, ...]]]]:
    """Return the points of each policy for whom they are open: its owners, else the default owner; an address once."""
    found: dict[str, tuple[Recipient, list[tuple[OpenPoint, ...]]]] = {}
    for standing in day.standings:
        if standing.policy_id not in points:
            continue
        is_edition = any(point.kind is OpenKind.EDITION for point in points[standing.policy_id])
        owners, _ = owners_or_default(standing.owner, day.directory, day.config, day.not_here, or_lead=is_edition)
        for recipient in {one.address.casefold(): one for one in owners}.values():
            if day.week.goes_to(recipient.address):
                key = recipient.address.casefold()
                found.setdefault(key, (recipient, []))[1].append(points[standing.policy_id])
    return found.values()


def _of_office(day: MondayDay, said: Mapping[str, Addressed]) -> Iterator[tuple[Recipient, Sequence[OpenItem]]]:
    """Yield who has the office's letter, with what the office is to put right and that letter does not tell today."""
    for recipient in office_recipients(day.directory, day.config, day.not_here):
        if day.week.goes_to(recipient.address):
            key = recipient.address.casefold()
            told = {(one.stage, one.person) for one in said[key].contents.office} if key in said else set()
            left = [one for one in day.office if one.short and (one.stage, one.person) not in told]
            yield recipient, [OpenItem("", one.short, way_to_act(day.config, one.page, one.command)) for one in left]


def _unsaid(points: Sequence[OpenPoint], contents: LetterContents) -> tuple[OpenPoint, ...]:
    """Return the points of a policy that a letter does not tell anyway."""
    policy_id = points[0].standing.policy_id
    told: set[OpenKind] = set()
    if any(item.standing.policy_id == policy_id for item in contents.reviews):
        told |= _TOLD_BY_REVIEW
    if any(item.standing.policy_id == policy_id for item in contents.guidance):
        told |= _TOLD_BY_GUIDANCE
    if any(item.policy_id == policy_id for item in contents.office):
        told.add(OpenKind.REPORT)
    return tuple(point for point in points if point.kind not in told)


def _item(config: Config, points: Sequence[OpenPoint]) -> OpenItem:
    """Return one policy's entry: what presses most, how much more there is, and where it is put right."""
    first, more = points[0], len(points) - 1
    page = f"/policies/{first.standing.slug}" if more else first.page
    wrong = f"{first.words}; and {more} more" if more else first.words
    return OpenItem(first.standing.title, wrong, way_to_act(config, page, first.command), first.standing.policy_id)


def _list_of(day: MondayDay, recipient: Recipient, items: Sequence[OpenItem]) -> OpenList:
    shown = tuple(items[:MOST])
    rights = day.config.accounts.find(recipient.address)
    is_linked = any(is_address(item.act) for item in shown)
    return OpenList(
        day.week.week,
        shown,
        len(items) - len(shown),
        way_to_act(day.config, "/policies", "policy status"),
        needs_account=is_linked and not _OPENS_THE_DESK & frozenset(rights),
    )


def _points(
    tx: Transaction, school: str, config: Config, standings: Sequence[PolicyStanding], today: date
) -> Mapping[int, tuple[OpenPoint, ...]]:
    agenda = list_agenda(tx, school, config, standings, today)
    return list_open_points(standings, gather_open_facts(tx, school, config, agenda, today), config, today)


class OpenNow:
    """Says whether lists that wait are right still; what is open is looked up for the first that waits."""

    def __init__(
        self, tx: Transaction, school: str, config: Config, standings: Sequence[PolicyStanding], today: date
    ) -> None:
        self._ask = partial(_points, tx, school, config, standings, today)
        self._open: Set[int] | None = None
        self._week = week_of(today)

    def is_over(self, week: str) -> bool:
        """Return whether a list is that of a week before, or of one after it that a wrong clock has told."""
        return week != self._week

    def why_needless(self, policy_id: int | None) -> str:
        """Return why a policy need not stand in a list any more, empty where it must."""
        if policy_id is None:
            return ""
        if self._open is None:
            self._open = frozenset(self._ask())
        return "" if policy_id in self._open else "nothing of it is open any more"
