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
from pipeline.letters.addressed import Addressed, Telling, owners_or_default
from pipeline.letters.contributors.guidance import GUIDANCE
from pipeline.letters.contributors.late import week_of
from pipeline.letters.contributors.office import OFFICE_TASKS, list_standing_facts, office_recipients
from pipeline.letters.contributors.reviews import REVIEWS
from pipeline.letters.items import LetterContents
from pipeline.letters.others_day import ListWeekToday, OthersDay
from pipeline.letters.parts import LetterPart, Shared, some_titles
from pipeline.mail.composed import Attachment
from pipeline.mail.words import one_line
from pipeline.model.mail import MailKind
from pipeline.model.people import Right
from pipeline.model.policies import PolicyStanding
from pipeline.policies.agenda import list_agenda
from pipeline.policies.open_points import OpenKind, OpenPoint, gather_open_facts, list_open_points
from pipeline.policies.owners import Recipient
from pipeline.register.jobs import find_list_week
from pipeline.register.mail.slots import without_slots
from pipeline.register.mail.told import About, ToldRecord, list_addresses_told
from pipeline.register.transaction import Transaction
from pipeline.wording import say_count

MOST = 7
"""Policies in one list, of two lines each; the rest is counted."""
_OPENS_THE_DESK = frozenset({Right.OWNER, Right.DEPUTY_OWNER, Right.BUSINESS_MANAGER, Right.HEAD})
"""Whose account shows a policy's page."""
_TOLD_BY_REVIEW = frozenset({OpenKind.LATE, OpenKind.REVIEW, OpenKind.APPROVAL, OpenKind.PAPERS})
_TOLD_BY_GUIDANCE = frozenset({OpenKind.GUIDANCE, OpenKind.EDITION})


@dataclass(frozen=True, slots=True)
class OpenItem:
    """One policy, or one thing the office sees to, in the list of what is open."""

    title: str
    """Of the policy; empty where ``wrong`` says it all."""
    wrong: str
    """What is wrong, in one plain line."""
    act: str
    """The page of the desk, or the command, that puts it right."""
    policy_id: int | None = None


@dataclass(frozen=True, slots=True)
class OpenList:
    """What is open for a person, once a week."""

    week: str
    """Under which it is noted as told."""
    items: tuple[OpenItem, ...]
    """The most pressing first."""
    more: int
    """How many are not shown for their number."""
    all_at: str
    """The page, or the command, that shows all of it."""
    needs_account: bool
    """The links lead to a desk for which its reader has no account."""


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


def list_open(day: OthersDay, said: Mapping[str, Addressed]) -> Iterator[Telling]:
    """Yield the list of each owner; ``said`` is what their letters say besides."""
    week = day.week
    if week is None or not (week.is_day or week.again):
        return
    points = _points(day.tx, day.school, day.config, day.standings, day.today)
    found: dict[str, tuple[Recipient, list[OpenItem]]] = {}
    for recipient, facts in _of_office(day, week, said):
        found[recipient.address.casefold()] = recipient, list(facts)
    for recipient, policies in _by_recipient(day, week, points):
        key = recipient.address.casefold()
        contents = said[key].contents if key in said else LetterContents()
        left = [mine for each in policies if (mine := _unsaid(each, contents))]
        items = [_item(day.config, each) for each in sorted(left, key=lambda each: each[0].rank)]
        found.setdefault(key, (recipient, []))[1].extend(items)
    for recipient, items in found.values():
        if items:
            yield recipient, OPEN, _list_of(day, week, recipient, items)


def _by_recipient(
    day: OthersDay, week: ListWeekToday, points: Mapping[int, tuple[OpenPoint, ...]]
) -> Collection[tuple[Recipient, Sequence[tuple[OpenPoint, ...]]]]:
    """Return the points of each policy for whom they are open: its owners, else the default owner; an address once."""
    found: dict[str, tuple[Recipient, list[tuple[OpenPoint, ...]]]] = {}
    for standing in day.standings:
        if standing.policy_id not in points:
            continue
        is_edition = any(point.kind is OpenKind.EDITION for point in points[standing.policy_id])
        owners, _ = owners_or_default(standing.owner, day.directory, day.config, day.not_here, or_lead=is_edition)
        for recipient in {one.address.casefold(): one for one in owners}.values():
            if week.goes_to(recipient.address):
                key = recipient.address.casefold()
                found.setdefault(key, (recipient, []))[1].append(points[standing.policy_id])
    return found.values()


def _of_office(
    day: OthersDay, week: ListWeekToday, said: Mapping[str, Addressed]
) -> Iterator[tuple[Recipient, Sequence[OpenItem]]]:
    """Yield who has the office's letter, with what the office is to put right and that letter does not tell today."""
    facts = list_standing_facts(day)
    for recipient in office_recipients(day.directory, day.config, day.not_here):
        if week.goes_to(recipient.address):
            key = recipient.address.casefold()
            told = {(one.stage, one.person) for one in said[key].contents.of(OFFICE_TASKS)} if key in said else set()
            left = [one for one in facts if one.short and (one.stage, one.person) not in told]
            yield recipient, [OpenItem("", one.short, way_to_act(day.config, one.page, one.command)) for one in left]


def _unsaid(points: Sequence[OpenPoint], contents: LetterContents) -> tuple[OpenPoint, ...]:
    """Return the points of a policy that a letter does not tell anyway."""
    policy_id = points[0].standing.policy_id
    told: set[OpenKind] = set()
    if any(item.standing.policy_id == policy_id for item in contents.of(REVIEWS)):
        told |= _TOLD_BY_REVIEW
    if any(item.standing.policy_id == policy_id for item in contents.of(GUIDANCE)):
        told |= _TOLD_BY_GUIDANCE
    if any(item.policy_id == policy_id for item in contents.of(OFFICE_TASKS)):
        told.add(OpenKind.REPORT)
    return tuple(point for point in points if point.kind not in told)


def _item(config: Config, points: Sequence[OpenPoint]) -> OpenItem:
    """Return one policy's entry: what presses most, how much more there is, and where it is put right."""
    first, more = points[0], len(points) - 1
    page = f"/policies/{first.standing.slug}" if more else first.page
    wrong = f"{first.words}; and {more} more" if more else first.words
    return OpenItem(first.standing.title, wrong, way_to_act(config, page, first.command), first.standing.policy_id)


def _list_of(day: OthersDay, week: ListWeekToday, recipient: Recipient, items: Sequence[OpenItem]) -> OpenList:
    shown = tuple(items[:MOST])
    rights = day.config.accounts.find(recipient.address)
    is_linked = any(is_address(item.act) for item in shown)
    return OpenList(
        week.week,
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


# --- as letters have it ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class OpenLine:
    """One entry of the list of what is open."""

    words: str
    """What is wrong, behind the title of the policy where it is one's."""
    title: str
    wrong: str
    act: str
    is_link: bool


@dataclass(frozen=True, slots=True)
class OpenLines:
    """The list of what is open."""

    lines: tuple[OpenLine, ...]
    more: int
    all_at: str
    is_link: bool
    """``all_at`` is an address."""
    needs_account: bool


def open_lines(known: OpenList) -> OpenLines:
    """Return the lines of a list."""
    lines = []
    for item in known.items:
        title, wrong = one_line(without_slots(item.title), 80), one_line(without_slots(item.wrong), 200)
        words = f"{title}: {wrong}" if title else wrong
        lines.append(OpenLine(words, title, wrong, item.act, is_address(item.act)))
    return OpenLines(tuple(lines), known.more, known.all_at, is_address(known.all_at), known.needs_account)


def _said(lists: Sequence[OpenList]) -> Iterator[str]:
    for one in lists:
        yield from (line.words for line in open_lines(one).lines)


def _open_titles(known: OpenList, limit: int) -> str:
    """Return what is open for a subject: policies by title, and what is of no policy counted, since it names people."""
    titles = [item.title for item in known.items if item.title]
    others = len(known.items) + known.more - len(titles)
    if not titles:
        return say_count(others, "thing to see to", "things to see to")
    return some_titles([*titles, *[""] * others], limit=limit, most=len(titles))


def _fields(lists: Sequence[OpenList], limit: int, carried: Sequence[Attachment]) -> dict[str, object]:
    one = lists[0] if lists else None
    return {"open": open_lines(one) if one else None, "open_titles": _open_titles(one, limit) if one else ""}


def _noted(lists: Sequence[OpenList], shared: Shared) -> Iterator[ToldRecord]:
    for one in lists:
        yield from (ToldRecord(*shared, None, About.OPEN, one.week, item.policy_id) for item in one.items)


OPEN = LetterPart(
    kind=MailKind.OPEN,
    rank=60,
    in_calendar="what is open, once a week",
    on_desk="what is open, once a week",
    fields=_fields,
    noted=_noted,
    in_report=lambda lists: f"{say_count(sum(len(one.items) + one.more for one in lists), 'thing')} open this week",
    said=_said,
    must_be_said=True,
    policies=lambda one: [item.policy_id for item in one.items if item.policy_id is not None],
)
