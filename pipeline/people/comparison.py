"""Hold a staff list against the people that are known: who is new, changed, has left or is missing. Pure.

Between ``staff_list`` and ``staff_import``, which writes it down, or some of it, or nothing. A person who is not in the
list is missing and never left: a filtered export looks exactly like that.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from pipeline.lifecycle.wording import say_count, say_day, say_list
from pipeline.model import Person
from pipeline.names.likeness import COULD_BE, name_key, same_person
from pipeline.people.list_rows import Refusal
from pipeline.people.obligations import has_left
from pipeline.people.staff_list import StaffList
from pipeline.register.people import PersonRow

_MOST_AT_ONCE = 5
"""A list that removes or changes more than one in so many of the people waits for a yes …"""
_FEW = 3
"""… where they are so many or more: in a handful of people one is already a fifth."""
_MOST_NAMES = 12
_DAY = timedelta(days=1)
_FIELDS = {
    "person_id": "person_id", "first_name": "first_name", "last_name": "last_name", "work_email": "work_email",
    "role": "role", "start_date": "start_on", "leave_date": "leave_on", "away_until": "away_until",
}  # fmt: skip
"""The fields of a list and those of a person."""


@dataclass(frozen=True, slots=True)
class Change:
    """One thing the list says otherwise of somebody than what is known."""

    person_id: str
    """As the list has it now."""
    name: str
    """As it is now."""
    field: str
    """A column of the list such as ``role``; ``missing`` of somebody who is in the list again."""
    before: str
    """Days the ISO way; empty for nothing."""
    after: str
    waits: bool = False
    """It is not taken over until somebody says yes."""


@dataclass(frozen=True, slots=True)
class Step:
    """What the list makes of somebody who is known."""

    before: PersonRow
    after: Person

    @property
    def changes(self) -> tuple[Change, ...]:
        """What is said otherwise, field by field."""
        old, new = self.before.person, self.after
        found = [
            Change(new.person_id, new.name, name, _written(getattr(old, key)), _written(getattr(new, key)))
            for name, key in _FIELDS.items()
            if getattr(old, key) != getattr(new, key)
        ]
        if self.before.missing_since:
            found.append(Change(new.person_id, new.name, "missing", self.before.missing_since.isoformat(), ""))
        return tuple(found)

    @property
    def states_a_last_day(self) -> bool:
        """Whether the list gives a last day that was not known."""
        return self.after.leave_on is not None and self.after.leave_on != self.before.person.leave_on

    @property
    def at_once(self) -> Person:
        """The person with what is taken over in any case: a last day that the list states."""
        return (
            replace(self.before.person, leave_on=self.after.leave_on)
            if self.states_a_last_day
            else (self.before.person)
        )


@dataclass(frozen=True, slots=True)
class Comparison:
    """What a list would make of the people of its source."""

    new: tuple[Person, ...] = ()
    """Not known before; some may have left already."""
    changed: tuple[Step, ...] = ()
    left: tuple[Step, ...] = ()
    """Whose last day has passed, not known before."""
    missing: tuple[PersonRow, ...] = ()
    """Known, still here, and not in the list."""
    uncertain: tuple[PersonRow, ...] = ()
    """Still here as far as is known, with a last day in the list that cannot be read: they are not mailed."""
    refused: tuple[Refusal, ...] = ()
    notes: tuple[str, ...] = ()
    questions: tuple[str, ...] = ()
    known_count: int = 0
    """How many people of the source were here before."""

    @property
    def is_large(self) -> bool:
        """Whether it removes or changes more than a fifth of the people."""
        gone = [row for row in self.missing if row.missing_since is None]
        touched = len(self.changed) + len(self.left) + len(gone)
        return touched >= _FEW and touched * _MOST_AT_ONCE > self.known_count

    @property
    def has_more_than_last_days(self) -> bool:
        """Whether something would wait: anything besides starters and last days."""
        waits = any(step.at_once != step.after for step in (*self.changed, *self.left))
        return waits or any(row.missing_since is None for row in self.missing)


def compare(known: Sequence[PersonRow], staff_list: StaffList, today: date, *, confirmed: bool = False) -> Comparison:
    """Return what a list makes of ``known``, everybody recorded from its source.

    A list in which none of the people who are here stands is not acted on, unless ``confirmed``: its keys have changed
    or it is the wrong file. An empty list changes nobody.
    """
    here = [row for row in known if not has_left(row.person, today)]
    if not staff_list.listed:
        return Comparison(refused=staff_list.refused, notes=staff_list.notes, questions=staff_list.questions)
    comparing = _Comparing(staff_list, {row.person.person_id: row for row in known}, today, confirmed=confirmed)
    for person in staff_list.people:
        comparing.take(person)
    comparing.take_refused_leavers()
    comparing.take_unclear_endings()
    found_again = any(row.person.person_id in staff_list.listed for row in here) or comparing.joined
    if here and not found_again and not confirmed:
        reason = (
            f"none of the {say_count(len(here), 'person', 'people')} known from {here[0].source} is in the list, so "
            "nothing was taken from it. Check that it is the right list and that its ids are those of the last one; "
            "if it is, take it in with 'policy staff import FILE --yes'."
        )
        return Comparison(
            refused=(Refusal(0, reason), *staff_list.refused),
            notes=staff_list.notes,
            questions=staff_list.questions,
            known_count=len(here),
        )
    missing = tuple(row for row in comparing.unlisted() if not has_left(row.person, today))
    return Comparison(
        tuple(comparing.new),
        tuple(comparing.changed),
        tuple(comparing.left),
        missing,
        tuple(comparing.uncertain),
        (*staff_list.refused, *comparing.refused),
        (*staff_list.notes, *comparing.notes, *comparing.say_days()),
        (*staff_list.questions, *comparing.questions),
        len(here),
    )


@dataclass(slots=True)
class _Comparing:
    """The people of one list, one after the other, and what became of each."""

    staff_list: StaffList
    known: dict[str, PersonRow]
    """By id; who is found under another id is taken out."""
    today: date
    confirmed: bool
    new: list[Person] = field(default_factory=list)
    changed: list[Step] = field(default_factory=list)
    left: list[Step] = field(default_factory=list)
    uncertain: list[PersonRow] = field(default_factory=list)
    refused: list[Refusal] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    questions: list[str] = field(default_factory=list)
    joined: bool = False
    """Somebody was found under another id, or is asked about."""
    dated: list[Person] = field(default_factory=list)
    """Who has left by their status, with the day that was put in for want of one."""
    expected: list[Person] = field(default_factory=list)
    """Who is not switched on yet, and starts on a day to come."""
    elsewhere: dict[str, list[PersonRow]] = field(init=False)
    """Who is here and not in the list, by what their name is compared by."""

    def __post_init__(self) -> None:
        self.elsewhere = {}
        for key, row in self.known.items():
            if key not in self.staff_list.listed and not has_left(row.person, self.today):
                self.elsewhere.setdefault(_name_key(row.person), []).append(row)

    def unlisted(self) -> Iterator[PersonRow]:
        """Yield who is known and not in the list under any id."""
        return (row for key, row in self.known.items() if key not in self.staff_list.listed)

    def take(self, person: Person) -> None:
        """Sort one person of the list."""
        before = self.known.get(person.person_id)
        if before is None and (before := self._under_another_id(person)) is not None:
            self.notes.append(_say_other_id(person, before.person))
            self._take_out(before)
        if before is None and (asked := self._at_another_address(person)) is not None:
            self._take_out(asked)
            if not self.confirmed:
                self.questions.append(_ask_whether_one(person, asked.person))
                return
            before = asked
        after = self._with_last_day(_kept_absence(person, before), before)
        if before is None:
            self.new.append(after)
        elif _may_be_the_same(after, before.person):
            self._take_again(Step(before, after))
        else:
            self.refused.append(_taken_over(after, before.person))

    def take_refused_leavers(self) -> None:
        """Take over the last day of those whose row was refused for another reason: nobody who has left is mailed."""
        for key, day in self.staff_list.refused_leavers.items():
            if before := self._meant_by_refused(key):
                self._take_again(Step(before, replace(before.person, leave_on=day or self.today - _DAY)))

    def take_unclear_endings(self) -> None:
        """Ask about whoever has a last day that cannot be read: they may have left."""
        for key in sorted(self.staff_list.unclear_endings):
            if before := self._meant_by_refused(key):
                self.uncertain.append(before)
                self.questions.append(_ask_for_last_day(before.person))

    def _meant_by_refused(self, key: str) -> PersonRow | None:
        """Return who is here of whom a refused row speaks; None where its id stands for somebody else."""
        before = self.known.get(key)
        if before is None or has_left(before.person, self.today):
            return None
        named = next((each.name for each in self.staff_list.refused if each.person_id == key), "")
        return None if named and not _shares_a_word(named, before.person.name) else before

    def _take_again(self, step: Step) -> None:
        if not step.changes:
            return
        goes = has_left(step.after, self.today) and not has_left(step.before.person, self.today)
        (self.left if goes else self.changed).append(step)

    def _take_out(self, row: PersonRow) -> None:
        del self.known[row.person.person_id]
        self.elsewhere[_name_key(row.person)].remove(row)
        self.joined = True

    def _under_another_id(self, person: Person) -> PersonRow | None:
        """Return who somebody was under an id that is gone from the list: same name, same address, nobody else's."""
        address = (person.work_email or "").casefold()
        named = self.elsewhere.get(_name_key(person), [])
        same = [row for row in named if address and (row.person.work_email or "").casefold() == address]
        return same[0] if len(same) == 1 else None

    def _at_another_address(self, person: Person) -> PersonRow | None:
        """Return who somebody may have been under another address, in a list that knows people by it."""
        if not self.staff_list.keyed_by_address:
            return None
        named = self.elsewhere.get(_name_key(person), [])
        same = [row for row in named if row.person.start_on == person.start_on]
        return same[0] if len(same) == 1 else None

    def _with_last_day(self, person: Person, before: PersonRow | None) -> Person:
        """Return somebody who has left by their status with a last day: the known one, else yesterday.

        A starter whose account is not switched on yet has not left.
        """
        if person.person_id not in self.staff_list.undated_leavers:
            return person
        if before is not None and has_left(before.person, self.today):
            return replace(person, leave_on=before.person.leave_on)
        if person.start_on is not None and person.start_on >= self.today:
            self.expected.append(person)
            return person
        after = replace(person, leave_on=self.today - _DAY)
        self.dated.append(after)
        return after

    def say_days(self) -> Iterator[str]:
        """Yield whose last day was put in, and whose contract has ended although they are taken for staff."""
        if self.dated:
            yield (
                f"{_say_names(self.dated)} {_have(self.dated)} left by the status in the list, which gives no last "
                f"day; {say_day(self.today - _DAY)} was put in, and nothing is sent to them any more."
            )
        if self.expected:
            yield (
                f"{_say_names(self.expected)} {_have(self.expected)} no account yet by the status in the list and "
                "will start; nothing is sent before the start date."
            )
        ends = self.staff_list.contract_ends
        over = [each for each in self.staff_list.people if ends.get(each.person_id, self.today) < self.today]
        if over:
            yield (
                f"The contract of {_say_names(over)} has ended, but the list gives no last day; they are taken for "
                "staff. If they have left, put the last day into the list."
            )


def _written(value: date | str | None) -> str:
    return value.isoformat() if isinstance(value, date) else value or ""


def _say_names(people: Sequence[Person]) -> str:
    names = [person.name for person in people[:_MOST_NAMES]]
    more = len(people) - len(names)
    return say_list([*names, f"{more} more"] if more else names)


def _have(people: Sequence[Person]) -> str:
    return "has" if len(people) == 1 else "have"


def _kept_absence(person: Person, before: PersonRow | None) -> Person:
    """Keep an absence that the office recorded here, since most lists have no column for it."""
    if before is None or person.away_until:
        return person
    return replace(person, away_until=before.person.away_until)


def _say_other_id(person: Person, before: Person) -> str:
    return (
        f"{person.name} has the id {person.person_id} now (before: {before.person_id}), with the same name and "
        "address; what they have read stays theirs."
    )


def _ask_whether_one(person: Person, before: Person) -> str:
    since = f"both started on {say_day(person.start_on)}" if person.start_on else "neither has a start date"
    return (
        f"{person.name} has the address {person.work_email} in the list, and {before.name} with {before.work_email} "
        f"is not in it any more; {since}. Is that one person? If so, 'policy staff import FILE --yes' takes the new "
        "address over; if they are two, give both an id of their own in a column person_id."
    )


def _ask_for_last_day(person: Person) -> str:
    return (
        f"When is the last day of {person.name}? The one in the list cannot be read, so they may have left: no mail "
        "goes to them. Put the day into the list as 2026-09-01, or empty the cell; mail goes to them again on the day "
        "after."
    )


def _may_be_the_same(person: Person, before: Person) -> bool:
    """Whether an id still stands for the person it stood for: a name in common in any spelling, or the address."""
    same_address = person.work_email and (person.work_email.casefold() == (before.work_email or "").casefold())
    return bool(_shares_a_word(person.name, before.name) or same_address) or same_person(
        person.name, before.name, COULD_BE
    )


def _name_key(person: Person) -> str:
    """Return what a name is compared by; one that cannot be taken apart is compared as it stands."""
    return name_key(person.name) or person.name.casefold()


def _shares_a_word(one: str, other: str) -> bool:
    words = ({word for word in name_key(name).split() if len(word) > 1} for name in (one, other))
    return bool(set.intersection(*words))


def _taken_over(person: Person, before: Person) -> Refusal:
    return Refusal(
        0,
        f"the id {person.person_id!r} was that of {before.name} and now stands for {person.name}, who would take over "
        f"what {before.name} has read. Give {person.name} an id of their own. If it is one person with another name, "
        "change first and last name in two steps, with a run between.",
        person.person_id,
        person.name,
    )
