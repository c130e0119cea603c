"""Who stands where many others stand, so that a plan decides once for all of them.

``plan`` finds the groups of a day before it decides anything. Two people are in one group where everything is the same
that a day's decision can rest on: when they came, leave and are away, what they are at the school, what the register's
lines tell, and what the day says of their mail. In a look ahead (``register.kept_answers``) everybody's group is known
from the day before. Nothing of that has to be forgotten: whether somebody stands as they stood is compared each day.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from pipeline.register.kept_answers import carried
from pipeline.register.people.lines import BETWEEN_ENTRIES, BETWEEN_FIELDS
from pipeline.register.people.persons import PersonRow
from pipeline.register.people.situations import SituationLines
from pipeline.register.store.database import Transaction

Lines = tuple[str, str, str, str]
"""Where somebody stands by the register: requests, readings given, told, declarations."""
_Key = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Marks:
    """What a day says of one person's mail."""

    is_unreached: bool = False
    """They are here, and no mail reaches them alone."""
    again: bool = False
    """Their address was refused, and is written to again."""
    quiet: bool = False
    """Their mailbox says that they are away."""
    resting: frozenset[int] = frozenset()
    """Policies that they say they have read, at which the owner looks."""
    own: str = ""
    """Their address, in small letters, where a declaration would be made to themself; else empty."""


NO_MARKS = Marks()


@dataclass(frozen=True, slots=True)
class Group:
    """Some people who stand alike on a day."""

    lines: Lines
    marks: Marks
    counting: frozenset[int]
    """The engagements whose readings count, where that matters; else empty."""
    key: object
    """The same object on each day on which somebody stands so."""
    members: list[tuple[int, PersonRow]] = field(default_factory=list)
    """Each with their place among everybody."""

    @property
    def row(self) -> PersonRow:
        """One of them, for whatever is the same of all."""
        return self.members[0][1]


@dataclass(slots=True)
class _Place:
    """Where somebody stood when they were last looked at closely."""

    row: PersonRow
    lines: Lines
    marks: Marks
    key: "_Interned"


@dataclass(slots=True, eq=False)
class _Interned:
    """What makes a group, compared once and then told by its identity."""

    key: _Key
    counting: frozenset[int]


@dataclass(slots=True)
class _Known:
    """What is carried to the next day: everybody's place, and the keys of the groups that there are."""

    places: dict[int, _Place] = field(default_factory=dict)
    keys: dict[_Key, _Interned] = field(default_factory=dict)


def find_groups(
    tx: Transaction,
    school: str,
    people: Sequence[PersonRow],
    lines: SituationLines,
    marks: Callable[[PersonRow], Marks],
) -> Iterable[Group]:
    """Return everybody in groups, in the order of ``people`` by their first members, as are the members of each."""
    known = carried(tx, ("groups", school), _Known)
    requests, given, told, declared = lines.requests.get, lines.given.get, lines.told.get, lines.declared.get
    groups: dict[_Interned, Group] = {}
    for position, row in enumerate(people):
        person = row.id
        mine = requests(person, ""), given(person, ""), told(person, ""), declared(person, "")
        marked = marks(row)
        place = known.places.get(person)
        if place is None or place.row is not row or place.lines != mine or place.marks != marked:
            place = known.places[person] = _Place(row, mine, marked, _intern(known, row, mine, marked))
        group = groups.get(place.key)
        if group is None:
            group = groups[place.key] = Group(mine, marked, place.key.counting, place.key)
        group.members.append((position, row))
    known.keys = {one.key: one for one in groups}
    return groups.values()


def _intern(known: _Known, row: PersonRow, lines: Lines, marks: Marks) -> _Interned:
    counting = row.counting if _names_engagements(lines[1]) or _names_engagements(lines[3], "r") else frozenset()
    person = row.person
    posts = tuple((one.kind, one.role, one.team, one.start_on, one.leave_on) for one in row.engagements)
    days = person.start_on, person.leave_on, person.away, person.away_until
    key = (*days, posts, person.kind, person.role, person.team, counting, marks, lines)
    return known.keys.setdefault(key, _Interned(key, counting))


def _names_engagements(line: str, of: str = "") -> bool:
    """Return whether a line names an engagement that is over: only then it matters which ones count.

    It is the last field of an entry; of a line of declarations of those entries that begin with ``of``.
    """
    begins = of + BETWEEN_FIELDS if of else ""
    return bool(line) and any(
        entry.startswith(begins) and not entry.endswith(BETWEEN_FIELDS) for entry in line.split(BETWEEN_ENTRIES)
    )


def lines_of(lines: SituationLines, person: int) -> Lines:
    """Return one person's lines, empty where they have none."""
    parts = lines.requests, lines.given, lines.told, lines.declared
    requests, given, told, declared = (part.get(person, "") for part in parts)
    return requests, given, told, declared
