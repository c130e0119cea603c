"""What a staff list makes of the people that are known, as values: who is new, changed, has left or is missing.

Made by ``comparison``, written down by ``staff_import``, said by ``staff_wording``.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from pipeline.model.people import Person
from pipeline.people.lists.identity import PersonQuestion, are_many_pairs
from pipeline.people.lists.notes import FIELDS, written
from pipeline.people.lists.rows import Refusal
from pipeline.register.people.persons import PersonRow

_MOST_AT_ONCE = 5
"""A list that removes or changes more than one in so many of the people waits for a yes …"""
_FEW = 3
"""… where they are so many or more: in a handful of people one is already a fifth."""
_NOT_KEPT_BEFORE = ("kind", "department", "line_manager")


@dataclass(frozen=True, slots=True)
class PersonChange:
    """One thing the list says otherwise of a person than what is known."""

    person_id: str
    """As the list has it now."""
    name: str
    """As it is now."""
    field: str
    """A column of the list such as ``role``; ``missing`` of a person who is in the list again."""
    before: str
    """Days the ISO way; empty for nothing."""
    after: str
    waits: bool = False
    """It is not taken over until the office says yes."""


@dataclass(frozen=True, slots=True)
class PersonStep:
    """What the list makes of a person who is known."""

    before: PersonRow
    after: Person
    hears_first: bool = False
    """What the list says of them was not kept before: a team, say, that nobody asked it for is no change."""
    is_doubted: bool = False
    """Their last day was put in for a status, in a list that would let go of more than a fifth of the people; or the
    list states it, with one for more than half of them."""

    is_answered: bool = False
    """The office said who they are: it waits for no yes to the list."""

    @property
    def changes(self) -> tuple[PersonChange, ...]:
        """What is said otherwise, field by field."""
        old, new = self.before.person, self.after
        found = [
            PersonChange(new.person_id, new.name, name, written(getattr(old, key)), written(getattr(new, key)))
            for name, key in FIELDS.items()
            if getattr(old, key) != getattr(new, key) and not (self.hears_first and name in _NOT_KEPT_BEFORE)
        ]
        if self.before.missing_since:
            found.append(PersonChange(new.person_id, new.name, "missing", self.before.missing_since.isoformat(), ""))
        return tuple(found)

    @property
    def states_a_last_day(self) -> bool:
        """Whether the list gives a last day that was not known, and is believed."""
        last = self.after.leave_on
        return last is not None and last != self.before.person.leave_on and not self.is_doubted

    @property
    def ends_sooner(self) -> bool:
        """Whether the list ends what had no end, or a later one."""
        last, known = self.after.leave_on, self.before.person.leave_on
        return last is not None and (known is None or last < known)

    @property
    def at_once(self) -> Person:
        """The person with what is taken over in any case: a last day that the list states, and what is no change."""
        person = self.before.person
        if self.is_answered:
            return self.after
        if self.hears_first:
            person = replace(person, kind=self.after.kind, team=self.after.team, manager=self.after.manager)
        return replace(person, leave_on=self.after.leave_on) if self.states_a_last_day else person


@dataclass(frozen=True, slots=True)
class Joining:
    """A person who is known and new to the list, or comes back to it: a further engagement."""

    known: PersonRow
    stated: Person
    comes_back: bool
    """After the last day of another one; they are asked afresh."""
    begins_on: date | None
    """As the list says it; today for a person who comes back and of whom it says no first day."""
    stays_away: bool = False
    """The office said that they have left, although the list has them without a last day."""

    @property
    def as_said(self) -> Person:
        """What the list says of them, which it goes on saying of whom it is not followed in."""
        return replace(self.stated, leave_on=None) if self.stays_away else self.stated


@dataclass(frozen=True, slots=True)
class ListComparison:
    """What a list would make of the people of its source."""

    new: tuple[Person, ...] = ()
    """Not known before; some may have left already."""
    joining: tuple[Joining, ...] = ()
    changed: tuple[PersonStep, ...] = ()
    left: tuple[PersonStep, ...] = ()
    """Whose last day has passed, not known before."""
    missing: tuple[PersonRow, ...] = ()
    """Known, still here, and not in the list."""
    doubted: tuple[PersonStep, ...] = ()
    """Who has left by a status without a last day, or with so many others by one that the list states, of too many to
    be believed unasked; they are not mailed."""
    ends_most: bool = False
    """It states a last day for more than half of the people at once; none of these is taken unasked."""
    uncertain: tuple[PersonRow, ...] = ()
    """Still here as far as is known, with a last day in the list that cannot be read: they are not mailed."""
    refused: tuple[Refusal, ...] = ()
    notes: tuple[str, ...] = ()
    questions: tuple[str, ...] = ()
    adopted: tuple[PersonStep, ...] = ()
    """Whom the office added by hand, and the list has now: their engagement is the list's from now on."""
    untold: tuple[PersonStep, ...] = ()
    """What is taken over and is no change: kept for the first time."""
    statements: Mapping[int, Person] = field(default_factory=dict)
    """What the list says of whom it knows, by the register's key of the engagement."""
    known_count: int = 0
    """How many people of the source were here before."""
    asked: tuple[PersonQuestion, ...] = ()
    """What must be said of a person before the list is followed in it; it is not."""
    back: tuple[Person, ...] = ()
    """Who has left and stands in it again: so many, or without those who started last, that it is older. Nothing is
    taken from it, and about nobody in it is asked one by one."""
    renumbered: tuple[tuple[Person, Person], ...] = ()
    """Who stands in it under another id, each as listed and as known."""
    has_many_outside: bool = False
    """So many addresses at once are at none of the school's domains that the column may be another."""

    @property
    def is_older(self) -> bool:
        """Whether it is older than what is known."""
        return bool(self.back)

    @property
    def is_large(self) -> bool:
        """Whether it removes or changes more than a fifth of the people."""
        gone = [row for row in self.missing if row.missing_since is None]
        return are_many(len(self.changed) + len(self.left) + len(gone), self.known_count)

    @property
    def is_doubtful(self) -> bool:
        """Whether so much of it is strange that it waits, with whom nobody knew: it may be another list, or older."""
        is_changed = self.is_large and self.has_more_than_last_days
        is_ending = bool(self.doubted) or self.ends_most
        return is_ending or is_changed or self.is_older or are_many_pairs(self.asked, self.known_count)

    @property
    def has_more_than_last_days(self) -> bool:
        """Whether something would wait: anything besides starters and last days."""
        waits = any(step.at_once != step.after for step in (*self.changed, *self.left))
        return waits or any(row.missing_since is None for row in self.missing)


def are_many(count: int, of: int) -> bool:
    """Return whether so many of the people are more than a list may change or remove unasked."""
    return count >= _FEW and count * _MOST_AT_ONCE > of
