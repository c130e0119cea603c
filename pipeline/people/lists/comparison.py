"""Hold a staff list against the people that are known: who is new, changed, has left or is missing. Pure.

Between ``staff_list`` and ``staff_import``, which writes it down, or some of it, or nothing. A person who is not in the
list is missing and never left: a filtered export looks exactly like that.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from types import MappingProxyType

from pipeline.model.people import Person
from pipeline.people.lists.columns import list_words
from pipeline.people.lists.compared import Joining, ListComparison, PersonStep, are_many
from pipeline.people.lists.domains import AddressCheck, are_many_addresses, learn_domains
from pipeline.people.lists.identity import (
    LEAVERS,
    Asks,
    Identities,
    PersonQuestion,
    contradicts,
    find_identities,
    is_older,
    key_of_name,
    shared_words,
)
from pipeline.people.lists.notes import (
    MOST_NAMES,
    address_taken,
    ask_for_last_day,
    have,
    names_swapped,
    none_known,
    say_back,
    say_kept_last_day,
    say_names,
    say_namesake,
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
    answers: Mapping[str, str] = MappingProxyType({}),
    domains: Sequence[str] = (),
) -> ListComparison:
    """Return what a list makes of ``known``, everybody recorded from its source.

    ``said`` is what the list said last, by the register's key of the engagement; ``elsewhere`` who is known besides;
    ``answers`` who a person in the list was said to be (``find_identities``); ``domains`` is ``[people] domains``.

    A list in which none of the people who are here stands, or where all have left none of those, is not acted on,
    unless ``confirmed``: its keys have changed or it is the wrong file. An empty list changes nobody.
    """
    here = [row for row in known if not has_left(row.person, today)]
    if not staff_list.listed:
        return ListComparison(refused=staff_list.refused, notes=staff_list.notes, questions=staff_list.questions)
    by_key = {row.person.person_id: row for row in known}
    rules = (elsewhere or KnownElsewhere(), answers, domains)
    comparing = _Comparing(staff_list, by_key, today, said, *rules, confirmed=confirmed)
    comparing.take_all()
    sought = here or known
    keys = {row.id for row in sought}
    found_again = any(row.person.person_id in staff_list.listed for row in sought) or comparing.joined
    found_again = found_again or any(one.known.id in keys for one in comparing.joining)
    if sought and not found_again and not confirmed:
        return ListComparison(
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
    answers: Mapping[str, str]
    given_domains: Sequence[str]
    confirmed: bool
    new: list[Person] = field(default_factory=list)
    joining: list[Joining] = field(default_factory=list)
    adopted: list[PersonStep] = field(default_factory=list)
    namesakes: list[tuple[Person, Person]] = field(default_factory=list)
    """Who is new, with those of that name who were added by hand and are others as far as can be told."""
    statements: dict[int, Person] = field(default_factory=dict)
    standing: list[tuple[Person, Person]] = field(default_factory=list)
    """Who is otherwise known than the list says, and how it has them."""
    untold: list[PersonStep] = field(default_factory=list)
    found: set[int] = field(init=False)
    """The register's keys of whom nobody new in the list can be: who is here by it, and whom it was found to be."""
    changed: list[PersonStep] = field(default_factory=list)
    left: list[PersonStep] = field(default_factory=list)
    uncertain: list[PersonRow] = field(default_factory=list)
    refused: list[Refusal] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    questions: list[str] = field(default_factory=list)
    renumbered: list[tuple[Person, Person]] = field(default_factory=list)
    joined: bool = False
    """A person was found under another id."""
    new_as_listed: list[Person] = field(default_factory=list)
    """Who is new, with the addresses that are asked about."""
    asked: list[PersonQuestion] = field(default_factory=list)
    who: Identities = field(init=False)
    addressed: AddressCheck = field(init=False)
    dated: list[Person] = field(default_factory=list)
    """Who has left by their status, with the day that was put in for want of one."""
    by_status: set[int] = field(default_factory=set)
    """The register's keys of the engagements of whom a last day was put in."""
    expected: list[Person] = field(default_factory=list)
    """Who is not switched on yet, and starts on a day to come."""
    addresses: dict[str, PersonRow] = field(init=False)
    """Who is here, by their work address in small letters."""
    here: list[PersonRow] = field(init=False)
    """Who was here before, in the order of ``known``."""

    def __post_init__(self) -> None:
        self.found = {row.id for row in self.known.values() if not has_left(row.person, self.today)}
        self.here = [row for row in self.known.values() if row.id in self.found]
        self.addresses = {row.person.work_email.casefold(): row for row in self.here if row.person.work_email}
        sorted_by = (self.said, self._is_known_otherwise, self.answers, self.today)
        self.who = find_identities(self.staff_list, self.known, *sorted_by, confirmed=self.confirmed)
        people = [one for one in self.staff_list.people if not has_left(one, self.today)]
        domains = learn_domains(self.given_domains, (row.person for row in self.here), people)
        self.addressed = AddressCheck(domains, is_given=bool(self.given_domains))
        moves = [(one, self.known[one.person_id].person) for one in people if one.person_id in self.known]
        self.addressed.expect_moves(moves, len(self.here))

    def _is_known_otherwise(self, stated: Person) -> bool:
        return bool(self.others.find_by_hand(stated, self.found) or self.others.find(stated, self.found))

    def take_all(self) -> None:
        """Sort everybody in the list."""
        for person in self.staff_list.people:
            self.take(person)
        self.take_refused_leavers()
        self.take_unclear_endings()

    def result(self, known_count: int) -> ListComparison:
        """Return what became of everybody; ``known_count`` were here before."""
        listed = self.staff_list
        if self.is_older(known_count):
            back = tuple(one.stated for one in self.asked if one.asks in LEAVERS)
            return ListComparison(refused=listed.refused, notes=listed.notes, back=back, known_count=known_count)
        ending = self.list_ending(known_count)
        doubted = self.take_doubted(known_count, ending)
        return ListComparison(
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
            asked=(*self.asked, *self.addressed.questions()),
            renumbered=tuple(self.renumbered),
            has_many_outside=are_many_addresses(len(self.addressed.asked), known_count or len(listed.people)),
        )

    def is_older(self, known_count: int) -> bool:
        """Return whether the list is older than what is known, and nobody has said that it is right."""
        back = sum(one.asks in LEAVERS for one in self.asked)
        gone = {row.id for row in self.unlisted() if row.missing_since is None}
        return is_older(self.asked, self.here, gone, are_many=are_many(back, known_count))

    def list_ending(self, known_count: int) -> tuple[PersonStep, ...]:
        """Return whose time a stated last day ends, where they are more than half of the people; else nobody.

        One day filled down a column, or a column of first days taken for last ones, looks exactly like that: everything
        asked of a whole staff would end, and be asked anew once it is put right.
        """
        stated = [one for one in (*self.left, *self.changed) if one.before.engagement not in self.by_status]
        ending = tuple(one for one in stated if one.ends_sooner)
        is_most = len(ending) >= _MANY_ENDING and len(ending) * _ONE_IN_ENDING > known_count
        return ending if is_most and not self.confirmed else ()

    def take_doubted(self, known_count: int, ending: Sequence[PersonStep]) -> tuple[PersonStep, ...]:
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
        key = person.person_id
        if (question := self.who.asked.get(key)) is not None:
            self._ask(question)
            return
        if other := self.who.swapped.get(key):
            self.refused.append(names_swapped(person, self.known[key].person, other.person))
            return
        if taken := self.who.taken.get(key):
            self.refused.append(taken_over(person, taken.person))
            return
        if replaced := self.who.replaced.get(key):
            self._end(replaced, person)
        before = self.who.known_as.get(key)
        if before is None and key not in self.who.strange:
            before = self.known.get(key)
        elif before is not None and before.person.person_id != key:
            self.renumbered.append((person, before.person))
            self._take_out(before)
            self.joined = True
        stated = self._with_last_day(person, before)
        if before is not None and stated in self.dated[-1:]:
            self.by_status.add(before.engagement)
        if before is None:
            self._take_unknown(stated)
        elif comes_back(stated := self._with_own_address(stated, before), before.person):
            self.joining.append(Joining(before, stated, comes_back=True, begins_on=stated.start_on))
        else:
            self._take_known(stated, before)

    def _ask(self, question: PersonQuestion) -> None:
        """Note a question; who a person may be is neither missing nor anybody else meanwhile."""
        self.asked.append(question)
        if question.known is not None:
            self._take_out(question.known)

    def _end(self, row: PersonRow, successor: Person) -> None:
        """End the time of a person whose id another has now: on the day before that begins, else yesterday."""
        last = max((successor.start_on or self.today), self.today) - _DAY
        if not has_left(row.person, self.today) and (row.person.leave_on is None or row.person.leave_on > last):
            self._take_again(PersonStep(row, replace(row.person, leave_on=last)))

    def _stays_away(self, stated: Person, known: PersonRow) -> bool:
        """Return whether a person whose leaving is known, and whom the list has without a last day, is asked about."""
        if self.confirmed or stated.leave_on is not None or self.answers.get(stated.person_id):
            return False
        if self.answers.get(stated.person_id) is None:
            self.asked.append(PersonQuestion(Asks.BACK, stated, known))
        return True

    def _take_known(self, stated: Person, before: PersonRow) -> None:
        last = self.said.get(before.engagement)
        is_held = self._is_address_held(stated, before, last or {})
        if is_held and (before.person.work_email or (last or {}).get("work_email") != stated.work_email):
            stated = replace(stated, work_email=before.person.work_email)
        after = hear(stated, before.person, last, self.today)
        if self.confirmed and after.work_email is None:
            after = replace(after, work_email=stated.work_email)
        if has_left(before.person, self.today) and not has_left(after, self.today):
            stays = self._stays_away(stated, before)
            if stays and self.answers.get(stated.person_id) is not None:
                self.statements[before.engagement] = stated
            if stays:
                return
        self.statements[before.engagement] = stated
        if contradicted(stated, after) and not has_left(after, self.today) and not is_held:
            self.standing.append((after, stated))
        is_answered = bool(self.answers.get(stated.person_id))
        self._take_again(PersonStep(before, after, hears_first=last is None, is_answered=is_answered))

    def _take_unknown(self, stated: Person) -> None:
        """Sort a person who is new to the list: new altogether, added by hand before, or known by another list."""
        if by_hand := self.others.find_by_hand(stated, self.found):
            self.found.add(by_hand.id)
            if self._is_address_held(stated, by_hand, {}):
                stated = replace(stated, work_email=by_hand.person.work_email)
            self.adopted.append(PersonStep(by_hand, hear_first(stated, by_hand.person, self.today)))
            if stated in self.dated[-1:]:
                self.by_status.add(by_hand.engagement)
            self.statements[by_hand.engagement] = stated
            return
        known = self.others.find(stated, self.found)
        if known is None and (leaver := self._find_leaver(stated)) is not None:
            answer = self.answers.get(stated.person_id)
            if answer is None and not self.confirmed:
                self.asked.append(PersonQuestion(Asks.NAMESAKE, stated, leaver))
                return
            known = leaver if answer else None
        if known is None:
            self._take_new(stated)
            return
        self.found.add(known.id)
        left = has_left(known.person, self.today)
        back, stays = left or comes_back(stated, known.person), False
        if left and not comes_back(stated, known.person) and (stays := self._stays_away(stated, known)):
            if self.answers.get(stated.person_id) is None:
                return
            stated = replace(stated, leave_on=known.person.leave_on)
        begins_on = stated.start_on or (self.today if back and not stays else None)
        self.joining.append(Joining(known, stated, back and not stays, begins_on, stays_away=stays))

    def _is_address_held(self, stated: Person, before: PersonRow | None, last: Said) -> bool:
        return not (self.confirmed or has_left(stated, self.today)) and self.addressed.held(stated, before, last)

    def _find_leaver(self, stated: Person) -> PersonRow | None:
        """Return who of this name has left and may be who an older list has, at another address or under another id."""
        if has_left(stated, self.today):
            return None
        named = [row for row in self.others.find_leavers(stated, self.today) if row.id not in self.found]
        found = [row for row in named if not contradicts(stated, row.person)]
        return found[0] if len(found) == 1 and len(named) == 1 else None

    def _take_new(self, stated: Person) -> None:
        """Take a new person; an address that is asked about is none of theirs before it is answered."""
        self.new_as_listed.append(stated)
        if self._is_address_held(stated, None, {}):
            stated = replace(stated, work_email=None)
        self.new.append(stated)
        self.namesakes += [(stated, row.person) for row in self.others.named_by_hand(stated, self.found)]

    def _with_own_address(self, stated: Person, before: PersonRow) -> Person:
        """Refuse the address of another person who is here, unless confirmed; all else in the row counts."""
        other = self.addresses.get((stated.work_email or "").casefold())
        if self.confirmed or other is None or other.id == before.id:
            return stated
        self.refused.append(address_taken(stated, other.person))
        return replace(stated, work_email=before.person.work_email)

    def take_refused_leavers(self) -> None:
        """Take over the last day of those whose row was refused for another reason: nobody who has left is mailed."""
        for key, day in self.staff_list.refused_leavers.items():
            if before := self._meant_by_refused(key):
                if day is None:
                    self.by_status.add(before.engagement)
                self._take_again(PersonStep(before, replace(before.person, leave_on=day or self.today - _DAY)))

    def take_unclear_endings(self) -> None:
        """Ask about a person who has a last day that cannot be read: they may have left."""
        for key in sorted(self.staff_list.unclear_endings):
            if before := self._meant_by_refused(key):
                self.uncertain.append(before)
                self.questions.append(ask_for_last_day(before.person))

    def _meant_by_refused(self, key: str) -> PersonRow | None:
        """Return who is here of whom a refused row speaks; None where its id stands for another person."""
        before = self.known.get(key)
        if before is None or has_left(before.person, self.today):
            return None
        named = next((each.name for each in self.staff_list.refused if each.person_id == key), "")
        return None if named and not shared_words(named, before.person.name) else before

    def _take_again(self, step: PersonStep) -> None:
        if not step.changes:
            self.untold += [step] if step.after != step.before.person else []
            return
        goes = has_left(step.after, self.today) and not has_left(step.before.person, self.today)
        (self.left if goes else self.changed).append(step)

    def _take_out(self, row: PersonRow) -> None:
        self.found.add(row.id)
        if self.known.get(row.person.person_id) is row:
            del self.known[row.person.person_id]

    def _with_last_day(self, person: Person, before: PersonRow | None) -> Person:
        """Return a person who has left by their status with a last day: the known one, else yesterday.

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
                named.setdefault(key_of_name(one), []).append(one)
        new = {one.person_id for one in self.new}
        twice = [
            found
            for found in named.values()
            if any(one.person_id in new for one in found) and len({_address(one) for one in found}) > 1
        ]
        yield from map(say_twice, twice[:MOST_NAMES])
        if len(twice) > MOST_NAMES:
            yield f"So do {len(twice) - MOST_NAMES} more names."
        with_address = [one for one in self.new_as_listed if one.work_email and not has_left(one, self.today)]
        private = [one for one in with_address if _address(one).rpartition("@")[2] in list_words("private.domains")]
        if len(private) >= _MANY_PRIVATE and 2 * len(private) > len(with_address):
            yield say_private(len(private), len(with_address), _address(private[0]))

    def say_days(self, doubted: Sequence[PersonStep]) -> Iterator[str]:
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


def _address(person: Person) -> str:
    return (person.work_email or "").casefold()
