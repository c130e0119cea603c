"""Hold a staff list against the people that are known: who is new, changed, has left or is missing. Pure.

Between ``staff_list`` and ``staff_import``, which writes it down, or some of it, or nothing. A person who is not in the
list is missing and never left: a filtered export looks exactly like that.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from types import MappingProxyType

from pipeline.model import Person
from pipeline.named.names.likeness import COULD_BE, name_key, same_person
from pipeline.people.lists.columns import list_words
from pipeline.people.lists.compared import Comparison, Joining, Step, are_many
from pipeline.people.lists.notes import (
    MOST_NAMES,
    address_taken,
    ask_for_last_day,
    ask_whether_one,
    have,
    none_known,
    say_back,
    say_kept_last_day,
    say_names,
    say_namesake,
    say_other_id,
    say_private,
    say_standing,
    say_taken_over,
    say_twice,
    taken_over,
)
from pipeline.people.lists.rows import Refusal
from pipeline.people.lists.staff_list import StaffList
from pipeline.people.lists.statements import KnownElsewhere, Said, comes_back, contradicted, hear, hear_first
from pipeline.people.obligations import has_left
from pipeline.register.people.persons import PersonRow
from pipeline.wording import say_day

_MANY_ENDING, _ONE_IN_ENDING = 5, 2
"""A list that gives so many people a last day at once, and more than one in so many, is not believed unasked."""
_MANY_PRIVATE = 5
"""So many new people with private addresses, and more than half of those who are new, are said."""
_DAY = timedelta(days=1)


def compare(
    known: Sequence[PersonRow],
    staff_list: StaffList,
    today: date,
    *,
    confirmed: bool = False,
    said: Mapping[int, Said] = MappingProxyType({}),
    elsewhere: KnownElsewhere | None = None,
) -> Comparison:
    """Return what a list makes of ``known``, everybody recorded from its source.

    ``said`` is what the list said last, by the register's key of the engagement; ``elsewhere`` who is known besides.

    A list in which none of the people who are here stands, or where all have left none of those, is not acted on,
    unless ``confirmed``: its keys have changed or it is the wrong file. An empty list changes nobody.
    """
    here = [row for row in known if not has_left(row.person, today)]
    if not staff_list.listed:
        return Comparison(refused=staff_list.refused, notes=staff_list.notes, questions=staff_list.questions)
    by_key = {row.person.person_id: row for row in known}
    comparing = _Comparing(staff_list, by_key, today, said, elsewhere or KnownElsewhere(), confirmed=confirmed)
    comparing.take_all()
    sought = here or known
    keys = {row.id for row in sought}
    found_again = any(row.person.person_id in staff_list.listed for row in sought) or comparing.joined
    found_again = found_again or any(one.known.id in keys for one in comparing.joining)
    if sought and not found_again and not confirmed:
        return Comparison(
            refused=(none_known(len(sought), sought[0].source, have_left=not here), *staff_list.refused),
            notes=staff_list.notes,
            questions=staff_list.questions,
            known_count=len(here),
        )
    return comparing.result(len(here))


@dataclass(slots=True)
class _Comparing:
    """The people of one list, one after the other, and what became of each."""

    staff_list: StaffList
    known: dict[str, PersonRow]
    """By id; who is found under another id is taken out."""
    today: date
    said: Mapping[int, Said]
    others: KnownElsewhere
    confirmed: bool
    new: list[Person] = field(default_factory=list)
    joining: list[Joining] = field(default_factory=list)
    adopted: list[Step] = field(default_factory=list)
    namesakes: list[tuple[Person, Person]] = field(default_factory=list)
    """Who is new, with whoever of that name was added by hand and is somebody else as far as can be told."""
    statements: dict[int, Person] = field(default_factory=dict)
    standing: list[tuple[Person, Person]] = field(default_factory=list)
    """Who is otherwise known than the list says, and how it has them."""
    untold: list[Step] = field(default_factory=list)
    found: set[int] = field(init=False)
    """The register's keys of whom nobody new in the list can be: who is here by it, and whom it was found to be."""
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
    by_status: set[int] = field(default_factory=set)
    """The register's keys of the engagements of whom a last day was put in."""
    expected: list[Person] = field(default_factory=list)
    """Who is not switched on yet, and starts on a day to come."""
    addresses: dict[str, PersonRow] = field(init=False)
    """Who is here, by their work address in small letters."""
    elsewhere: dict[str, list[PersonRow]] = field(init=False)
    """Who is here and not in the list, by what their name is compared by."""

    def __post_init__(self) -> None:
        self.found = {row.id for row in self.known.values() if not has_left(row.person, self.today)}
        here = [row for row in self.known.values() if row.id in self.found]
        self.addresses = {row.person.work_email.casefold(): row for row in here if row.person.work_email}
        self.elsewhere = {}
        for key, row in self.known.items():
            if key not in self.staff_list.listed and not has_left(row.person, self.today):
                self.elsewhere.setdefault(_name_key(row.person), []).append(row)

    def take_all(self) -> None:
        """Sort everybody in the list."""
        for person in self.staff_list.people:
            self.take(person)
        self.take_refused_leavers()
        self.take_unclear_endings()

    def result(self, known_count: int) -> Comparison:
        """Return what became of everybody; ``known_count`` were here before."""
        listed = self.staff_list
        ending = self.list_ending(known_count)
        doubted = self.take_doubted(known_count, ending)
        return Comparison(
            new=tuple(self.new),
            joining=tuple(self.joining),
            changed=tuple(self.changed),
            left=tuple(self.left),
            missing=tuple(row for row in self.unlisted() if not has_left(row.person, self.today)),
            doubted=doubted,
            ends_most=bool(ending),
            uncertain=tuple(self.uncertain),
            refused=(*listed.refused, *self.refused),
            notes=(*listed.notes, *self.notes, *self.say_days(doubted), *self.say_known()),
            questions=(*listed.questions, *self.questions),
            adopted=tuple(self.adopted),
            untold=tuple(self.untold),
            statements=self.statements,
            known_count=known_count,
        )

    def list_ending(self, known_count: int) -> tuple[Step, ...]:
        """Return whose time a stated last day ends, where they are more than half of the people; else nobody.

        One day filled down a column, or a column of first days taken for last ones, looks exactly like that: everything
        asked of a whole staff would end, and be asked anew once it is put right.
        """
        stated = [one for one in (*self.left, *self.changed) if one.before.engagement not in self.by_status]
        ending = tuple(one for one in stated if one.ends_sooner)
        is_most = len(ending) >= _MANY_ENDING and len(ending) * _ONE_IN_ENDING > known_count
        return ending if is_most and not self.confirmed else ()

    def take_doubted(self, known_count: int, ending: Sequence[Step]) -> tuple[Step, ...]:
        """Set aside all of ``ending``, and who left by a status where they, with the missing, are more than a fifth.

        A fault of a directory, or a column read amiss, looks exactly like that. Returns who would have left.
        """
        gone = [row for row in self.unlisted() if row.missing_since is None and not has_left(row.person, self.today)]
        steps = [one for one in (*self.left, *self.adopted) if one.before.engagement in self.by_status]
        doubted = tuple(replace(one, is_doubted=True) for one in steps if has_left(one.after, self.today))
        is_many = are_many(len(doubted) + len(gone), known_count + len(self.adopted))
        if not is_many or self.confirmed:
            doubted = ()
        set_aside = {one.before.engagement: replace(one, is_doubted=True) for one in (*doubted, *ending)}
        self.left = [set_aside.get(one.before.engagement, one) for one in self.left]
        self.changed = [set_aside.get(one.before.engagement, one) for one in self.changed]
        for place, one in enumerate(self.adopted):
            if one.before.engagement in set_aside:
                # The list has them from now on, and is heard afresh: they go on being here as they were typed.
                self.adopted[place] = replace(one, after=replace(one.after, leave_on=one.before.person.leave_on))
                self.statements.pop(one.before.engagement, None)
        return tuple(one for one in set_aside.values() if has_left(one.after, self.today))

    def unlisted(self) -> Iterator[PersonRow]:
        """Yield who is known and not in the list under any id."""
        return (row for key, row in self.known.items() if key not in self.staff_list.listed)

    def take(self, person: Person) -> None:
        """Sort one person of the list."""
        before = self.known.get(person.person_id)
        if before is None and (before := self._under_another_id(person)) is not None:
            self.notes.append(say_other_id(person, before.person))
            self._take_out(before)
        if before is None and (asked := self._at_another_address(person)) is not None:
            self._take_out(asked)
            if not self.confirmed:
                self.questions.append(ask_whether_one(person, asked.person, asked.source))
                return
            before = asked
        stated = self._with_last_day(person, before)
        if before is not None and stated in self.dated[-1:]:
            self.by_status.add(before.engagement)
        if before is None:
            self._take_unknown(stated)
        elif not self._is_the_same(stated, before):
            self.refused.append(taken_over(stated, before.person))
        elif comes_back(stated := self._with_own_address(stated, before), before.person):
            self.joining.append(Joining(before, stated, comes_back=True, begins_on=stated.start_on))
        else:
            self._take_known(stated, before)

    def _take_known(self, stated: Person, before: PersonRow) -> None:
        last = self.said.get(before.engagement)
        after = hear(stated, before.person, last, self.today)
        self.statements[before.engagement] = stated
        if contradicted(stated, after) and not has_left(after, self.today):
            self.standing.append((after, stated))
        self._take_again(Step(before, after, hears_first=last is None))

    def _take_unknown(self, stated: Person) -> None:
        """Sort somebody who is new to the list: new altogether, added by hand before, or known by another list."""
        if by_hand := self.others.find_by_hand(stated, self.found):
            self.found.add(by_hand.id)
            self.adopted.append(Step(by_hand, hear_first(stated, by_hand.person, self.today)))
            if stated in self.dated[-1:]:
                self.by_status.add(by_hand.engagement)
            self.statements[by_hand.engagement] = stated
            return
        known = self.others.find(stated, self.found)
        if known is None:
            self.new.append(stated)
            self.namesakes += [(stated, row.person) for row in self.others.named_by_hand(stated, self.found)]
            return
        self.found.add(known.id)
        back = has_left(known.person, self.today) or comes_back(stated, known.person)
        begins_on = stated.start_on or (self.today if back else None)
        self.joining.append(Joining(known, stated, comes_back=back, begins_on=begins_on))

    def _with_own_address(self, stated: Person, before: PersonRow) -> Person:
        """Refuse the address of somebody else who is here, unless confirmed; all else in the row counts."""
        other = self.addresses.get((stated.work_email or "").casefold())
        if self.confirmed or other is None or other.id == before.id:
            return stated
        self.refused.append(address_taken(stated, other.person))
        return replace(stated, work_email=before.person.work_email)

    def _is_the_same(self, stated: Person, before: PersonRow) -> bool:
        """Whether an id still stands for who it stood for, as they are known or as the list had them last."""
        last = self.said.get(before.engagement, {})
        unchanged = last.get("last_name") == stated.last_name and last.get("first_name") == stated.first_name
        return unchanged or _may_be_the_same(stated, before.person)

    def take_refused_leavers(self) -> None:
        """Take over the last day of those whose row was refused for another reason: nobody who has left is mailed."""
        for key, day in self.staff_list.refused_leavers.items():
            if before := self._meant_by_refused(key):
                if day is None:
                    self.by_status.add(before.engagement)
                self._take_again(Step(before, replace(before.person, leave_on=day or self.today - _DAY)))

    def take_unclear_endings(self) -> None:
        """Ask about whoever has a last day that cannot be read: they may have left."""
        for key in sorted(self.staff_list.unclear_endings):
            if before := self._meant_by_refused(key):
                self.uncertain.append(before)
                self.questions.append(ask_for_last_day(before.person))

    def _meant_by_refused(self, key: str) -> PersonRow | None:
        """Return who is here of whom a refused row speaks; None where its id stands for somebody else."""
        before = self.known.get(key)
        if before is None or has_left(before.person, self.today):
            return None
        named = next((each.name for each in self.staff_list.refused if each.person_id == key), "")
        return None if named and not _shares_a_word(named, before.person.name) else before

    def _take_again(self, step: Step) -> None:
        if not step.changes:
            self.untold += [step] if step.after != step.before.person else []
            return
        goes = has_left(step.after, self.today) and not has_left(step.before.person, self.today)
        (self.left if goes else self.changed).append(step)

    def _take_out(self, row: PersonRow) -> None:
        self.found.add(row.id)
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
        if before is not None and (day := self._last_day_before(before)):
            return replace(person, leave_on=day)
        if person.start_on is not None and person.start_on >= self.today:
            self.expected.append(person)
            return person
        after = replace(person, leave_on=self.today - _DAY)
        self.dated.append(after)
        return after

    def _last_day_before(self, before: PersonRow) -> date | None:
        """Return the last day that was put in before for want of one, or that is known and over."""
        last = self.said.get(before.engagement, {}).get("leave_on")
        if last is not None:
            return date.fromisoformat(last)
        return before.person.leave_on if has_left(before.person, self.today) else None

    def say_known(self) -> Iterator[str]:
        """Yield who of the list is known already, who comes back, and where the list is not followed."""
        for one in self.joining:
            if one.comes_back and one.begins_on and (last := one.known.person.leave_on):
                yield say_back(one.stated, last, one.begins_on)
        if known := [one.stated for one in self.joining if not one.comes_back]:
            yield (
                f"{say_names(known)} {have(known)} the name and address of somebody in another list: one person, "
                "with one letter."
            )
        if adopted := [step.after for step in self.adopted]:
            was = "was" if len(adopted) == 1 else "were"
            yield f"{say_names(adopted)} {was} added by hand before; the list has them from now on."
        for step in self.adopted:
            if contradicted(step.before.person, step.after):
                yield say_taken_over(step.after, step.before.person)
            if step.after.leave_on is not None and self.statements[step.before.engagement].leave_on is None:
                yield say_kept_last_day(step.after)
        yield from self.say_new()
        for stated, by_hand in self.namesakes:
            yield say_namesake(stated, by_hand)
        for after, stated in self.standing[:MOST_NAMES]:
            yield say_standing(after, stated)
        if len(self.standing) > MOST_NAMES:
            yield f"So it is with {len(self.standing) - MOST_NAMES} more people."

    def say_new(self) -> Iterator[str]:
        """Yield who is new and in the list twice, and whether most of those who are new have private addresses."""
        named: dict[str, list[Person]] = {}
        for one in self.staff_list.people:
            if one.work_email and not has_left(one, self.today):
                named.setdefault(_name_key(one), []).append(one)
        new = {one.person_id for one in self.new}
        twice = [
            found
            for found in named.values()
            if any(one.person_id in new for one in found) and len({_address(one) for one in found}) > 1
        ]
        yield from map(say_twice, twice[:MOST_NAMES])
        if len(twice) > MOST_NAMES:
            yield f"So do {len(twice) - MOST_NAMES} more names."
        with_address = [one for one in self.new if one.work_email and not has_left(one, self.today)]
        private = [one for one in with_address if _address(one).rpartition("@")[2] in list_words("private.domains")]
        if len(private) >= _MANY_PRIVATE and 2 * len(private) > len(with_address):
            yield say_private(len(private), len(with_address), _address(private[0]))

    def say_days(self, doubted: Sequence[Step]) -> Iterator[str]:
        """Yield whose last day was put in, and whose contract has ended although they are taken for staff."""
        waiting = {one.after.person_id for one in doubted}
        if dated := [one for one in self.dated if one.person_id not in waiting]:
            yield (
                f"{say_names(dated)} {have(dated)} left by the status in the list, which gives no last "
                f"day; {say_day(self.today - _DAY)} was put in, and nothing is sent to them any more."
            )
        if self.expected:
            yield (
                f"{say_names(self.expected)} {have(self.expected)} no account yet by the status in the list and "
                "will start; nothing is sent before the start date."
            )
        ends = self.staff_list.contract_ends
        over = [each for each in self.staff_list.people if ends.get(each.person_id, self.today) < self.today]
        if over:
            yield (
                f"The contract of {say_names(over)} has ended, but the list gives no last day; they are taken for "
                "staff. If they have left, put the last day into the list."
            )


def _may_be_the_same(person: Person, before: Person) -> bool:
    """Whether an id still stands for the person it stood for: a name in common in any spelling, or the address."""
    same_address = person.work_email and (person.work_email.casefold() == (before.work_email or "").casefold())
    return bool(_shares_a_word(person.name, before.name) or same_address) or same_person(
        person.name, before.name, COULD_BE
    )


def _address(person: Person) -> str:
    return (person.work_email or "").casefold()


def _name_key(person: Person) -> str:
    """Return what a name is compared by; one that cannot be taken apart is compared as it stands."""
    return name_key(person.name) or person.name.casefold()


def _shares_a_word(one: str, other: str) -> bool:
    words = ({word for word in name_key(name).split() if len(word) > 1} for name in (one, other))
    return bool(set.intersection(*words))
