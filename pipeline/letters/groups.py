"""Who stands where many others stand, so that a plan decides once for all of them.

``plan`` finds the groups of a day before it decides anything. Two people are in one group where everything is the same
that a day's decision can rest on: when they came, leave and are away, what they are at the school, what the register's
lines tell, and what the day says of their mail. In a look ahead (``register.cached_answers``) everybody's group is
known from the day before. Nothing of that has to be forgotten: whether a person stands as they stood is compared daily.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from pipeline.letters.shared import NOT_SHARED, SharedMarks
from pipeline.register.cached_answers import carried
from pipeline.register.people.lines import BETWEEN_ENTRIES, BETWEEN_FIELDS
from pipeline.register.people.persons import PersonRow
from pipeline.register.people.situations import SituationLines
from pipeline.register.transaction import Transaction

Lines = tuple[str, str, str, str]
"""Where a person stands by the register: requests, readings given, told, declarations."""
_Key = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class PersonMail:
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
    shared: SharedMarks = NOT_SHARED
    """What they owe at several schools of the trust."""
    waits: bool = False
    """Their list of people tells nothing today, so what asks or reminds them waits (``people.list_faults``)."""


NO_MARKS = PersonMail()


@dataclass(frozen=True, slots=True)
class Group:
    """Some people who stand alike on a day."""

    lines: Lines
    marks: PersonMail
    counting: frozenset[int]
    """The engagements whose readings count, where that matters; else empty."""
    key: object
    """The same object on each day on which a person stands so."""
    members: dict[int, PersonRow] = field(default_factory=dict)
    """By the register's key, in no order."""

    @property
    def row(self) -> PersonRow:
        """One of them, for whatever is the same of all."""
        return next(iter(self.members.values()))


@dataclass(slots=True, eq=False)
class _Interned:
    """What makes a group, compared once and then told by its identity."""

    key: _Key
    counting: frozenset[int]


@dataclass(slots=True)
class _CarriedGroups:
    """What is carried to the next day: the groups that there are, and all that decided who is in which."""

    people: Mapping[int, PersonRow] = field(default_factory=dict)
    lines: tuple[Mapping[int, str], ...] = ({}, {}, {}, {})
    """Requests, readings given, told, declarations: as they were, since the register's own go on changing."""
    marks: Mapping[int, PersonMail] = field(default_factory=dict)
    places: dict[int, Group] = field(default_factory=dict)
    groups: dict[_Key, Group] = field(default_factory=dict)


def find_groups(
    tx: Transaction,
    school: str,
    people: Sequence[PersonRow],
    lines: SituationLines,
    marks: Mapping[int, PersonMail],
) -> Iterable[Group]:
    """Return everybody in groups; of whom ``marks`` say nothing the day says nothing. A plan is done with the groups
    before the next one asks, which changes them.
    """
    known = carried(tx, ("groups", school), _CarriedGroups)
    by_id = {row.id: row for row in people}
    told = lines.requests, lines.given, lines.told, lines.declared
    for person in _touched(known, by_id, told, marks):
        _leave(known, person)
        if (row := by_id.get(person)) is not None:
            _join(known, row, lines_of(lines, person), marks.get(person, NO_MARKS))
    known.people, known.marks = by_id, marks
    known.lines = tuple(
        before if part == before else dict(part) for part, before in zip(told, known.lines, strict=True)
    )
    return known.groups.values()


def _touched(
    known: _CarriedGroups,
    people: Mapping[int, PersonRow],
    lines: tuple[Mapping[int, str], ...],
    marks: Mapping[int, PersonMail],
) -> set[int]:
    """Return of whom anything is not as it was when the groups were made."""
    found = known.people.keys() - people.keys()
    before = known.people.get
    found |= {person for person, row in people.items() if (was := before(person)) is not row and was != row}
    for now, then in zip(lines, known.lines, strict=True):
        if now != then:
            found |= {person for person, _ in now.items() ^ then.items()}
    marked = marks.keys() | known.marks.keys()
    return found | {person for person in marked if marks.get(person) != known.marks.get(person)}


def _leave(known: _CarriedGroups, person: int) -> None:
    group = known.places.pop(person, None)
    if group is not None:
        del group.members[person]
        if not group.members:
            assert isinstance(group.key, _Interned)
            del known.groups[group.key.key]


def _join(known: _CarriedGroups, row: PersonRow, mine: Lines, marks: PersonMail) -> None:
    made_by = _intern(row, mine, marks)
    group = known.groups.get(made_by.key)
    if group is None:
        group = known.groups[made_by.key] = Group(mine, marks, made_by.counting, made_by)
    group.members[row.id] = row
    known.places[row.id] = group


def _intern(row: PersonRow, lines: Lines, marks: PersonMail) -> _Interned:
    counting = row.counting if _names_engagements(lines[1]) or _names_engagements(lines[3], "r") else frozenset()
    person = row.person
    posts = tuple((one.kind, one.role, one.team, one.start_on, one.leave_on) for one in row.engagements)
    days = person.start_on, person.leave_on, person.away, person.away_until
    key = (*days, posts, person.kind, person.role, person.team, counting, marks, lines)
    return _Interned(key, counting)


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
