"""Who stands where many others stand, so that a plan decides once for all of them.

``plan`` finds the groups of a day before it decides anything. Two people are in one group where everything is the same
that a day's decision can rest on: when they came, leave and are away, what they are at the school, what the register's
lines tell, and what the day says of their mail.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from pipeline.letters.shared import NOT_SHARED, SharedMarks
from pipeline.register.people.lines import BETWEEN_ENTRIES, BETWEEN_FIELDS
from pipeline.register.people.persons import PersonRow
from pipeline.register.people.situations import SituationLines

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
    members: dict[int, PersonRow] = field(default_factory=dict)
    """By the register's key, in no order."""

    @property
    def row(self) -> PersonRow:
        """One of them, for whatever is the same of all."""
        return next(iter(self.members.values()))


def find_groups(
    people: Iterable[PersonRow], lines: SituationLines, marks: Mapping[int, PersonMail]
) -> Collection[Group]:
    """Return everybody in groups; of whom ``marks`` say nothing the day says nothing."""
    groups: dict[tuple[object, ...], Group] = {}
    for row in people:
        mine, mail = lines_of(lines, row.id), marks.get(row.id, NO_MARKS)
        counting = row.counting if _names_engagements(mine[1]) or _names_engagements(mine[3], "r") else frozenset()
        key = (*_stands(row), counting, mail, mine)
        if key not in groups:
            groups[key] = Group(mine, mail, counting)
        groups[key].members[row.id] = row
    return groups.values()


def _stands(row: PersonRow) -> tuple[object, ...]:
    """Return what of a person a day's decision can rest on."""
    person = row.person
    posts = tuple((one.kind, one.role, one.team, one.start_on, one.leave_on) for one in row.engagements)
    days = person.start_on, person.leave_on, person.away, person.away_until
    return (*days, posts, person.kind, person.role, person.team)


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
