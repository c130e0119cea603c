"""What a list says of a person now, held against what it said last: only what it says anew is taken from it. Pure.

Used by ``comparison``. A list that goes on saying what it said does not undo what the office changed by hand, nor what
another list of the same person says.
"""

from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import replace
from datetime import date
from functools import cached_property

from pipeline.model.people import Person
from pipeline.named.names.likeness import name_key
from pipeline.register.people.changes import said
from pipeline.register.people.persons import PersonRow

Said = Mapping[str, str | None]
"""What a list said of a person, as ``person_changes.said`` keeps it."""
FIELDS = ("first_name", "last_name", "work_email", "role", "kind", "team", "manager", "start_on", "leave_on")
"""What a list says of a person besides its own key for them and their absence."""


def hear(stated: Person, known: Person, last: Said | None, today: date) -> Person:
    """Return what is known of a person with what a list says anew; ``last`` is what it said before, None: nothing.

    An absence that is over, or that the list does not speak of, changes nothing.
    """
    now = said(stated)
    anew = [name for name in FIELDS if last is None or now[name] != last.get(name)]
    after = replace(known, person_id=stated.person_id, **{name: getattr(stated, name) for name in anew})
    until = stated.away_until
    if until is None or until < today or (last is not None and now["away_until"] == last.get("away_until")):
        return after
    return replace(after, away_until=until)


def hear_first(stated: Person, known: Person, today: date) -> Person:
    """Return what is known of a person added by hand whom a list has now: what it does not speak of stays as typed.

    A last day before the first one that the list gives was that of an earlier time.
    """
    kept = [name for name in FIELDS if not getattr(stated, name)]
    if comes_back(stated, known):
        kept = [name for name in kept if name != "leave_on"]
    return replace(hear(stated, known, None, today), **{name: getattr(known, name) for name in kept})


def contradicted(stated: Person, after: Person) -> tuple[str, ...]:
    """Return in which fields a person stays otherwise than their list says; where it says nothing, in none."""
    pairs = {name: (_plain(getattr(stated, name)), _plain(getattr(after, name))) for name in FIELDS}
    return tuple(name for name, (in_list, known) in pairs.items() if in_list and in_list != known)


def _plain(value: object) -> object:
    return value.casefold() if isinstance(value, str) else value


def comes_back(stated: Person, known: Person) -> bool:
    """Tell whether a list says that a person begins anew: on a first day after the last day that is known.

    A last day that only vanishes from the list is a correction, with the same first day.
    """
    start, last_day = stated.start_on, known.leave_on
    return start is not None and last_day is not None and last_day < start != known.start_on


class KnownElsewhere:
    """Who is known, to find whether a person new to a list is one of them."""

    def __init__(
        self,
        people: Callable[[], Sequence[PersonRow]] = tuple,
        by_hand: Callable[[], Sequence[PersonRow]] = tuple,
    ) -> None:
        """Take the ways to everybody, and to those added by hand who are still here; neither is gone before needed."""
        self._load_people, self._load_by_hand = people, by_hand
        self._gone: dict[str, list[PersonRow]] | None = None

    def find(self, stated: Person, not_these: Set[int]) -> PersonRow | None:
        """Return who a person is: same name and same work address, and nobody else is; ``not_these`` are others."""
        if not stated.work_email:
            return None
        found = [row for row in self._people.get(_identity(stated), ()) if row.id not in not_these]
        return found[0] if len(found) == 1 else None

    def find_leavers(self, stated: Person, today: date) -> Sequence[PersonRow]:
        """Return who of this name has left, and did not leave before a first day that the list gives."""
        named = self._leavers(today).get(_identity(stated)[0], ())
        return [row for row in named if stated.start_on is None or stated.start_on <= (row.person.leave_on or date.min)]

    def _leavers(self, today: date) -> Mapping[str, Sequence[PersonRow]]:
        if self._gone is None:
            self._gone = {}
            for row in self._load_people():
                if row.person.leave_on is not None and row.person.leave_on < today:
                    self._gone.setdefault(_identity(row.person)[0], []).append(row)
        return self._gone

    def find_by_hand(self, stated: Person, not_these: Set[int]) -> PersonRow | None:
        """Return whom the office added by hand before their list had them: same name, and same address or first day."""
        address = _identity(stated)[1]
        same = self.named_by_hand(stated, not_these)
        found = [
            row for row in same if (address and _identity(row.person)[1] == address) or _may_be_starter(row, stated)
        ]
        return found[0] if len(found) == 1 else None

    def named_by_hand(self, stated: Person, not_these: Set[int]) -> Sequence[PersonRow]:
        """Return who of this name was added by hand."""
        return [row for row in self._by_hand.get(_identity(stated)[0], ()) if row.id not in not_these]

    @cached_property
    def _people(self) -> Mapping[tuple[str, str], Sequence[PersonRow]]:
        people: dict[tuple[str, str], list[PersonRow]] = {}
        for row in self._load_people():
            if row.person.work_email:
                people.setdefault(_identity(row.person), []).append(row)
        return people

    @cached_property
    def _by_hand(self) -> Mapping[str, Sequence[PersonRow]]:
        people: dict[str, list[PersonRow]] = {}
        for row in self._load_by_hand():
            people.setdefault(_identity(row.person)[0], []).append(row)
        return people


def _may_be_starter(row: PersonRow, stated: Person) -> bool:
    """Tell whether a starter of this name was added before one of the two had an address."""
    one, other = row.person, stated
    return one.start_on is not None and one.start_on == other.start_on and not (one.work_email and other.work_email)


def _identity(one: Person) -> tuple[str, str]:
    return name_key(one.name) or one.name.casefold(), (one.work_email or "").casefold()
