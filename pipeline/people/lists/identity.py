"""Who in a list is whom of those who are known: told by two things that agree, never by the mailbox of a role. Pure.

Used by ``comparison`` before it sorts anybody. Things that tell a person are the list's id, an address of their own, a
first day and a part of the name. What does not agree is a question (``PersonQuestion``), which the office answers with
whom it means; until then nobody inherits what another person has read.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum

from pipeline.model.people import Person
from pipeline.named.names.likeness import COULD_BE, name_key, same_person
from pipeline.people.lists.staff_list import StaffList, is_of_role
from pipeline.people.lists.statements import Said
from pipeline.people.obligations import has_left
from pipeline.register.people.persons import PersonRow

LATELY = timedelta(days=92)
"""A term: a person who began before it and is new to a list was not just appointed."""
SOMEBODY_ELSE = ""
"""The answer that a person in a list is nobody who is known."""
_FEW_PAIRS, _ONE_IN_PAIRS = 3, 20
_AGREE = 2
_MOST = 300
"""Of more than so many who are new or gone the list waits anyway."""


class Asks(StrEnum):
    """What is asked about a person in a list."""

    SUCCESSOR = "successor"
    """Their id or address was another person's, by the name and the first day."""
    UNMATCHED = "unmatched"
    """They are new while a person of the same post or name is gone."""
    BACK = "back"
    """Their leaving was known, and the list has them again without a last day."""
    NAMESAKE = "namesake"
    """They are new, and a person of their name has left."""
    ADDRESS = "address"
    """Their address is at none of the school's domains."""


LEAVERS = (Asks.BACK, Asks.NAMESAKE)


@dataclass(frozen=True, slots=True)
class PersonQuestion:
    """One question about a person in a list, which its key in the list names."""

    asks: Asks
    stated: Person
    """As the list has them."""
    known: PersonRow | None
    """Who they may be; of ``ADDRESS`` who they are, None for a new person."""
    slip: str = ""
    """Of ``ADDRESS``: the school's domain that theirs looks like."""

    @property
    def holds_mail(self) -> bool:
        """Whether no mail goes to who is known until it is answered."""
        return self.asks in (Asks.SUCCESSOR, Asks.UNMATCHED)

    @property
    def answers(self) -> tuple[str, str]:
        """What may be said: who it is, and that it is nobody known; of ``BACK`` that they are back, or stay away."""
        return (self.known.person.person_id if self.known else self.stated.person_id), SOMEBODY_ELSE


@dataclass(slots=True)
class Identities:
    """Who in one list is whom."""

    known_as: dict[str, PersonRow] = field(default_factory=dict)
    """Who a person in the list is, by its key for them; who is in none of the three is new, or known by their key."""
    asked: dict[str, PersonQuestion] = field(default_factory=dict)
    taken: dict[str, PersonRow] = field(default_factory=dict)
    """Whose id stands for another person, by it."""
    swapped: dict[str, PersonRow] = field(default_factory=dict)
    """Whose name a row has whose id is another person's, by it."""
    replaced: dict[str, PersonRow] = field(default_factory=dict)
    """Who had the key that a new person has now, by it, and is not there any more."""
    strange: frozenset[str] = frozenset()
    """The keys that do not stand for whom they stood for."""


def are_many_pairs(asked: Sequence[PersonQuestion], of: int) -> bool:
    """Return whether the pairs of gone and new are above three, or more than one and than a twentieth of the people."""
    pairs = sum(one.asks is Asks.UNMATCHED for one in asked)
    return pairs > _FEW_PAIRS or (pairs > 1 and pairs * _ONE_IN_PAIRS > of)


def find_identities(
    staff_list: StaffList,
    known: Mapping[str, PersonRow],
    said: Mapping[int, Said],
    is_found: Callable[[Person], bool],
    answers: Mapping[str, str],
    today: date,
    *,
    confirmed: bool = False,
) -> Identities:
    """Return who the people of a list are; ``known`` are those of its source, by id.

    ``said`` is what the list said last; ``is_found`` tells of a new person whether they are known otherwise;
    ``answers`` are, by the list's key, the id of who they were said to be, or ``SOMEBODY_ELSE``. ``confirmed``: the
    list is right, so who is new in it is nobody who is gone.
    """
    return _Finding(staff_list, known, said, is_found, answers, today, confirmed).find()


@dataclass(slots=True)
class _Finding:
    """One list on the way to who its people are."""

    listed: StaffList
    known: Mapping[str, PersonRow]
    said: Mapping[int, Said]
    is_found: Callable[[Person], bool]
    answers: Mapping[str, str]
    today: date
    confirmed: bool
    found: Identities = field(default_factory=Identities)

    def find(self) -> Identities:
        strange = self._take_by_key()
        self.found.strange = frozenset(strange)
        gone = self._gone(strange)
        new = [one for one in self.listed.people if one.person_id not in self.known or one.person_id in strange]
        new = self._take_answers(new, gone)
        new = self._take_same_names(new, gone)
        new = [one for one in new if one.person_id in strange or not self.is_found(one)]
        for one in new:
            if (before := strange.get(one.person_id)) is not None:
                self._take_strange(one, before, gone)
        if not self.confirmed:
            self._ask_pairs([one for one in new if one.person_id not in strange], gone)
        return self.found

    def _take_by_key(self) -> dict[str, PersonRow]:
        """Take out whose names stand with each other's ids; return whom their id does not tell, by it."""
        strange: dict[str, PersonRow] = {}
        swapped = dict(find_swapped(self.listed.people, self.known, self.today))
        names = {key_of_name(one) for one in self.listed.people}
        for stated in self.listed.people:
            before = self.known.get(stated.person_id)
            if before is None:
                continue
            # Whose whole name stands in another row is there, whatever else of this row is theirs.
            is_elsewhere = key_of_name(before.person) in names and not shared_words(stated.name, before.person.name)
            if not is_elsewhere and self._is_the_same(stated, before):
                continue
            strange[stated.person_id] = before
        for key, row in swapped.items():
            if key not in strange or _same_address(self._stated(key), self.known[key].person):
                self.found.swapped[key] = row
                strange.pop(key, None)
        return strange

    def _stated(self, key: str) -> Person:
        return next(one for one in self.listed.people if one.person_id == key)

    def _is_the_same(self, stated: Person, before: PersonRow) -> bool:
        last = self.said.get(before.engagement, {})
        unchanged = last.get("last_name") == stated.last_name and last.get("first_name") == stated.first_name
        return unchanged or agree(stated, before.person, by_address=self.listed.keyed_by_address)

    def _gone(self, strange: Mapping[str, PersonRow]) -> list[PersonRow]:
        """Return who is here by what is known and in the list no more, or only as a key that is another person's."""
        return [
            row
            for key, row in self.known.items()
            if (key not in self.listed.listed or key in strange) and not has_left(row.person, self.today)
        ]

    def _take_answers(self, new: Sequence[Person], gone: list[PersonRow]) -> list[Person]:
        """Take whom the office said a person to be; return everybody else who is new."""
        rest = []
        for one in new:
            answer = self.answers.get(one.person_id)
            row = next((row for row in gone if answer and row.person.person_id == answer), None)
            if row is None:
                rest.append(one)
                continue
            self.found.known_as[one.person_id] = row
            gone.remove(row)
        return rest

    def _take_same_names(self, new: Sequence[Person], gone: list[PersonRow]) -> list[Person]:
        """Take who has a name that one person is gone with and one is new with; ask where something contradicts it."""
        named: dict[str, list[PersonRow]] = defaultdict(list)
        for row in gone:
            named[key_of_name(row.person)].append(row)
        count = Counter(key_of_name(one) for one in self.listed.people)
        rest = []
        for one in new:
            rows = named.get(key_of_name(one), [])
            if (
                len(rows) != 1
                or count[key_of_name(one)] > 1
                or self.answers.get(one.person_id) == SOMEBODY_ELSE
                or (contradicts(one, rows[0].person) and self.confirmed)
            ):
                rest.append(one)
            elif contradicts(one, rows[0].person):
                self._ask(Asks.UNMATCHED, one, rows[0], gone)
            else:
                self.found.known_as[one.person_id] = rows[0]
                gone.remove(rows[0])
        return rest

    def _take_strange(self, one: Person, before: PersonRow, gone: list[PersonRow]) -> None:
        """Sort a person under an id, or an address, that was another's."""
        answer, left = self.answers.get(one.person_id), has_left(before.person, self.today)
        if before not in gone and not left:
            return  # who had it stands elsewhere in the list, so this is a new person
        if answer == SOMEBODY_ELSE or (left and self.listed.keyed_by_address and is_of_role(one.work_email)):
            self.found.replaced[one.person_id] = before
        elif _same_address(one, before.person):
            self._ask(Asks.SUCCESSOR, one, before, gone)
        else:
            self.found.taken[one.person_id] = before
        if before in gone:
            gone.remove(before)

    def _ask_pairs(self, new: Sequence[Person], gone: list[PersonRow]) -> None:
        """Ask of who is new whether they are who is gone from the same post or team, the likeliest first."""
        lately = [row for row in gone if row.missing_since is None or row.missing_since >= self.today - LATELY]
        pairs = [
            (_unlikeness(one, row.person), place, number)
            for place, one in enumerate(new[:_MOST])
            for number, row in enumerate(lately[:_MOST])
            if self.answers.get(one.person_id) != SOMEBODY_ELSE
            and _same_post(one, row.person)
            and not self._has_just_begun(one, row.person)
        ]
        asked: set[int] = set()
        for _, place, number in sorted(pairs):
            if new[place].person_id not in self.found.asked and number not in asked:
                asked.add(number)
                self._ask(Asks.UNMATCHED, new[place], lately[number], gone)

    def _has_just_begun(self, one: Person, gone: Person) -> bool:
        """Whether a first day shows that a new person is not who is gone: another than theirs, or a late one."""
        if one.start_on is None or one.start_on == gone.start_on:
            return False
        return gone.start_on is not None or one.start_on >= self.today - LATELY

    def _ask(self, asks: Asks, one: Person, row: PersonRow, gone: list[PersonRow]) -> None:
        self.found.asked[one.person_id] = PersonQuestion(asks, one, row)
        if row in gone:  # and not who has left, whose id and address are another's now
            gone.remove(row)


def is_older(asked: Sequence[PersonQuestion], here: Sequence[PersonRow], gone: Set[int], *, are_many: bool) -> bool:
    """Return whether a list is older than what is known: leavers are back, many or without those who started last.

    ``here`` are the people of the list as they are known, ``gone`` the keys of those of them who are not in it now.
    """
    if not any(one.asks in LEAVERS for one in asked):
        return False
    newest = max((_begun(row) for row in here), default=None)
    # Of a list that nobody is here by it cannot be told which starters it does not know yet.
    return are_many or (newest is not None and {row.id for row in here if _begun(row) == newest} <= gone)


def _begun(row: PersonRow) -> tuple[date, int]:
    """Return when a person began, by their first day, else by when they were recorded."""
    day = row.person.start_on
    return (day, 0) if day else (date.min, row.engagement)


def agree(stated: Person, before: Person, *, by_address: bool) -> bool:
    """Return whether two things tell that an id stands for whom it stood for, and nothing contradicts it.

    ``by_address``: the list has no ids, so that the id is the address.
    """
    if same_person(stated.name, before.name, COULD_BE):
        return True
    days = stated.start_on, before.start_on
    shares = bool(shared_words(stated.name, before.name))
    if not shares and None not in days and days[0] != days[1]:
        return False
    own = _same_address(stated, before) and not is_of_role(stated.work_email)
    same_day = days[0] is not None and days[0] == days[1]
    return sum((not by_address, own, same_day, shares)) >= _AGREE


def contradicts(stated: Person, known: Person) -> bool:
    """Return whether anything shows that two of one name are two people: first day, kind, or post and address both."""
    if stated.start_on and known.start_on and stated.start_on != known.start_on:
        return True
    if stated.kind != known.kind:
        return True
    if stated.start_on and known.start_on:
        return False
    has_both = all((stated.work_email, known.work_email, stated.role, known.role))
    return has_both and not _same_address(stated, known) and not _same_post(stated, known)


def find_swapped(
    people: Sequence[Person], known: Mapping[str, PersonRow], today: date
) -> Iterator[tuple[str, PersonRow]]:
    """Yield each key whose row has the name, first or last name of another person, whose row has another one, too."""
    rows = [(one, known[one.person_id]) for one in people if one.person_id in known]
    here = [(one, row) for one, row in rows if not has_left(row.person, today)]
    moved = [(one, row) for one, row in here if key_of_name(one) != key_of_name(row.person)]
    for part, rest in (("name", ""), ("last_name", "first_name"), ("first_name", "last_name")):
        changed = [(one, row) for one, row in moved if not rest or _same(one, row.person, rest)]
        changed = [(one, row) for one, row in changed if not _same(one, row.person, part)]
        owners = {getattr(row.person, part).casefold(): row for _, row in changed}
        takers = {getattr(one, part).casefold() for one, _ in changed}
        for one, row in changed:
            owner = owners.get(getattr(one, part).casefold())
            if owner is not None and owner.id != row.id and getattr(row.person, part).casefold() in takers:
                yield one.person_id, owner


def _same(one: Person, other: Person, part: str) -> bool:
    return bool(getattr(one, part).casefold() == getattr(other, part).casefold())


def _same_address(one: Person, other: Person) -> bool:
    return bool(one.work_email) and one.work_email.casefold() == (other.work_email or "").casefold()  # type: ignore[union-attr]


def _same_post(one: Person, other: Person) -> bool:
    pairs = ((one.role, other.role), (one.team, other.team))
    return any(mine and mine.casefold() == theirs.casefold() for mine, theirs in pairs)


def _unlikeness(one: Person, other: Person) -> tuple[bool, bool, bool]:
    same_day = one.start_on is not None and one.start_on == other.start_on
    return not shared_words(one.name, other.name), not same_day, one.role.casefold() != other.role.casefold()


def key_of_name(person: Person) -> str:
    """Return what a name is compared by; one that cannot be taken apart is compared as it stands."""
    return name_key(person.name) or person.name.casefold()


def shared_words(one: str, other: str) -> Set[str]:
    """Return the words of more than a letter that two names have in common."""
    words = ({word for word in name_key(name).split() if len(word) > 1} for name in (one, other))
    return set.intersection(*words)
