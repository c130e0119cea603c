"""Draw a school and what befalls it over the years, from one source of chance: plain values, nothing of the program.

Reviews are done as they come (``living``); all else is settled here: who looks after what until when, who is away, who
leaves, when the machine is off, and when its clock is wrong.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

from tests.soak_calendar.dumb import DAY, Days, months_on, run_moment

Span = tuple[datetime, datetime]
"""From a moment to another, in UTC; the second not included."""
PLACES = (
    ("Europe/London", "01:30"),
    ("Europe/Brussels", "02:30"),
    ("America/New_York", "02:15"),
    ("Australia/Lord_Howe", "02:10"),
    ("Pacific/Chatham", "03:00"),
    ("Atlantic/Azores", "00:30"),
    ("America/St_Johns", "06:30"),
    ("Asia/Beirut", "00:10"),
)
"""Time zones whose clocks change, and the hour of the daily run: mostly one that on such days does not exist or comes
twice; on Lord Howe Island half an hour does."""
POSTS = ("Art", "Music", "Drama", "Geography", "History", "Science", "Sport", "French")
_FRONT = ("Ald", "Bram", "Cot", "Dun", "Eld", "Fen", "Grim", "Hols", "Ing", "Kel")
_BACK = ("ford", "ley", "ham", "wick", "stone", "by", "thorpe", "worth", "field", "mere")
NAMES = tuple(front + back for back in _BACK for front in _FRONT)
_EVEN_IN_A_MONTH = 100
"""Troubles that come at least once in so many days come in a shorter time, too."""
_CYCLES = (12, 12, 12, 24, 36)


@dataclass(frozen=True)
class Size:
    """How much is drawn for one school."""

    days: int
    policies: int
    people: int
    kills: int


@dataclass(frozen=True)
class Policy:
    """A policy as it lies in the folder on the first day."""

    title: str
    post: str
    due: date
    by_month: bool
    """The document gives the month alone: it is due on the month's last day."""
    cycle_months: int

    @property
    def slug(self) -> str:
        """The program's short name for it."""
        return self.title.lower().replace(" ", "-")


@dataclass
class Person:
    """Somebody on the staff list."""

    key: str
    name: str
    leaves: date | None = None
    """Their last day."""
    away: list[Days] = field(default_factory=list)

    @property
    def address(self) -> str:
        """Their work address."""
        return f"{self.name.lower()}@example.org"

    def is_here(self, day: date) -> bool:
        """Return whether they can be written to on a day."""
        return not (self.leaves and day > self.leaves) and not any(first <= day <= last for first, last in self.away)


@dataclass
class Drawn:
    """A school and its years."""

    seed: str
    zone: ZoneInfo
    at: time
    first: date
    size: Size
    remind: tuple[int, ...]
    every: int
    """A late review is told again after so many days."""
    closed: tuple[Days, ...]
    policies: list[Policy]
    people: list[Person]
    owners: dict[str, list[tuple[datetime, str]]]
    """By post, who looks after its policies from which moment on."""
    default: str
    """The address that is written to where an owner is not there; the first person's, who never leaves."""
    outages: list[Span]
    wrong: list[tuple[Span, timedelta]]
    """When the machine's clock is wrong, and by how much."""

    @property
    def last(self) -> date:
        """The last day that is lived."""
        return self.first + (self.size.days - 1) * DAY

    def skew(self, moment: datetime) -> timedelta:
        """Return by how much the clock is wrong at a moment."""
        return next((by for (begin, end), by in self.wrong if begin <= moment < end), timedelta())

    def is_off(self, moment: datetime) -> bool:
        """Return whether the machine is off or asleep."""
        return any(begin <= moment < end for begin, end in self.outages)


def draw(seed: int, number: int, size: Size) -> Drawn:
    """Return school ``number`` of a seed."""
    chance = Random(f"{seed}/{number}")
    name, at = PLACES[number % len(PLACES)]
    zone, hour = ZoneInfo(name), time.fromisoformat(at)
    first = date(2027, 1, 4)
    people = [Person(f"P{each}", NAMES[each]) for each in range(size.people)]
    drawn = Drawn(
        seed=f"{seed}/{number}",
        zone=zone,
        at=hour,
        first=first,
        size=size,
        remind=chance.choice(((90, 60, 30, 14, 7, 0), (90, 60, 30, 14, 7, 0), (28, 14, 0))),
        every=chance.choice((7, 7, 14)),
        closed=tuple(_closed(first, size.days, chance)),
        policies=[],
        people=people,
        owners={},
        default=people[0].address,
        outages=[],
        wrong=[],
    )
    drawn.policies += _policies(size, first, chance)
    _draw_owners(drawn, chance)
    _draw_absences(drawn, chance)
    _draw_troubles(drawn, chance)
    return drawn


def _closed(first: date, days: int, chance: Random) -> Iterator[Days]:
    """Yield the holidays of each year: Christmas, Easter, half terms and six weeks of summer."""
    for year in range(first.year, (first + days * DAY).year + 1):
        for month, day, length in ((2, 14, 5), (4, 1, 12), (5, 27, 5), (7, 23, 40), (10, 24, 5), (12, 20, 14)):
            begin = date(year, month, day) + chance.randint(0, 3) * DAY
            yield begin, begin + length * DAY


def _policies(size: Size, first: date, chance: Random) -> Iterator[Policy]:
    titles = [f"{one} {other} Procedure" for one in NAMES for other in NAMES if one != other]
    for title in chance.sample(titles, size.policies):
        cycle = chance.choice(_CYCLES)
        by_month = chance.random() < 0.6
        due = first + chance.randint(-20, 30 * min(cycle, 14)) * DAY
        if by_month or chance.random() < 0.3:
            due = months_on(date(due.year, due.month, 1), 1) - DAY
        if not by_month and chance.random() < 0.1:
            due = date(2028, 2, 29)
        yield Policy(title, chance.choice(POSTS), due, by_month, cycle)


def _draw_owners(drawn: Drawn, chance: Random) -> None:
    """Let posts change hands: whoever has one leaves, and some weeks later somebody else has it."""
    free = drawn.people[1:]
    chance.shuffle(free)
    first = {post: free.pop() for post in POSTS}
    for post, person in first.items():
        drawn.owners[post] = [(datetime.min.replace(tzinfo=UTC), person.address)]
        day = drawn.first + chance.randint(20, 2_000) * DAY
        while day < drawn.last and free:
            person.leaves = day
            taken_on = day + chance.randint(1, 40) * DAY
            # At noon: no daily run falls due about then.
            begin = datetime.combine(taken_on, time(12), tzinfo=drawn.zone).astimezone(UTC)
            person = free.pop()
            drawn.owners[post].append((begin, person.address))
            day = taken_on + chance.randint(300, 2_500) * DAY


def _draw_absences(drawn: Drawn, chance: Random) -> None:
    for person in drawn.people[1:]:
        day = drawn.first + chance.randint(5, 700) * DAY
        while day < drawn.last:
            end = day + chance.choice((2, 5, 14, 30, 90, 200)) * DAY
            if person.leaves is None or end < person.leaves:
                person.away.append((day, end))
            day = end + chance.randint(30, 1_500) * DAY


def _draw_troubles(drawn: Drawn, chance: Random) -> None:
    """Let the machine be off, for minutes to 90 days, and its clock be wrong now and then."""
    days = drawn.size.days
    for length, often in (
        ((timedelta(minutes=5), timedelta(minutes=59)), 55),
        ((timedelta(hours=1), timedelta(hours=40)), 60),
        ((timedelta(days=2), timedelta(days=14)), 300),
        ((timedelta(days=15), timedelta(days=90)), 1_200),
        ((timedelta(days=90), timedelta(days=90)), 3_000),
    ):
        for _ in range(max(days // often, often < _EVEN_IN_A_MONTH)):
            begin = _moment(drawn, chance)
            drawn.outages.append((begin, begin + length[0] + (length[1] - length[0]) * chance.random()))
    backs = [timedelta(hours=-1), timedelta(days=-1), timedelta(days=-365), timedelta(days=-7)]
    for number in range(max(1, days // 250)):
        begin = _moment(drawn, chance)
        span = begin, begin + timedelta(hours=chance.randint(1, 30))
        if all(span[1] < other[0] or span[0] > other[1] for other, _ in drawn.wrong):
            drawn.wrong.append((span, backs[number % len(backs)]))


def _moment(drawn: Drawn, chance: Random) -> datetime:
    """Return a moment: every other one shortly around a daily run, where it does harm."""
    day = drawn.first + chance.randint(2, drawn.size.days - 2) * DAY
    due = run_moment(day, drawn.at, drawn.zone)
    return due + timedelta(minutes=chance.randint(-30, 30) if chance.random() < 0.5 else chance.randint(-900, 900))
