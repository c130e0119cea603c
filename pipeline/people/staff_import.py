"""Bring a staff list into the register: who is new, changed, left or missing, and what was refused.

After ``staff_list``; the obligations of the people follow from the register. A person who is not in the list is
flagged, never dropped: a filtered export looks exactly like that.
"""

import secrets
from collections.abc import Callable, Iterator, Mapping, Set
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from pipeline.model import DeliveryState, Person
from pipeline.names.likeness import COULD_BE, SAME, name_key, same_person
from pipeline.people.obligations import has_left
from pipeline.people.staff_list import Refusal, StaffList
from pipeline.register.database import Transaction
from pipeline.register.people import PersonRow, add_person, change_person, list_people, mark_missing
from pipeline.register.requests import list_mail_to


@dataclass(frozen=True, slots=True)
class StaffImport:
    """What one import did."""

    new: tuple[PersonRow, ...] = ()
    changed: tuple[PersonRow, ...] = ()
    """As they stand now; somebody who has just left is under ``left`` instead."""
    left: tuple[PersonRow, ...] = ()
    """Whose leaving date has passed, told once."""
    missing: tuple[PersonRow, ...] = ()
    """Known from this source, still here, and not in the list."""
    refused: tuple[Refusal, ...] = ()
    notes: tuple[str, ...] = ()


def new_token_key() -> str:
    """Draw the random part of a person's link."""
    return secrets.token_hex(12)


def import_staff(
    tx: Transaction,
    school: str,
    staff_list: StaffList,
    source: str,
    today: date,
    now: datetime,
    *,
    new_key: Callable[[], str] = new_token_key,
) -> StaffImport:
    """Record the people of ``staff_list`` as coming from ``source``; absence from it says nothing of other sources.

    A list in which none of the known people of its source stands is not acted on: its keys have changed or it is the
    wrong file. An empty list changes nobody.
    """
    known = {row.person.person_id: row for row in list_people(tx, school) if row.source == source}
    here = [row for row in known.values() if not has_left(row.person, today)]
    if not staff_list.listed:
        return StaffImport(refused=staff_list.refused, notes=staff_list.notes)
    if here and not any(row.person.person_id in staff_list.listed for row in here):
        reason = (
            f"none of the {len(here)} people known from {source} is in the list, so nothing was taken from it. "
            "Check that it is the right list and that its ids are those of the last one."
        )
        return StaffImport(refused=(Refusal(0, reason), *staff_list.refused), notes=staff_list.notes)
    intake = _Intake(tx, school, source, known, today, now, new_key)
    for person in staff_list.people:
        intake.take(person, staff_list.listed)
    return StaffImport(
        tuple(intake.new),
        tuple(intake.changed),
        tuple(intake.left),
        tuple(_flag_missing(tx, school, staff_list, known, today, now)),
        (*staff_list.refused, *intake.refused),
        (*staff_list.notes, *intake.notes),
    )


@dataclass(slots=True)
class _Intake:
    """The people of one list on their way into the register, and what became of each."""

    tx: Transaction
    school: str
    source: str
    known: dict[str, PersonRow]
    """By id; who is found under another id is taken out."""
    today: date
    now: datetime
    new_key: Callable[[], str]
    new: list[PersonRow] = field(default_factory=list)
    changed: list[PersonRow] = field(default_factory=list)
    left: list[PersonRow] = field(default_factory=list)
    refused: list[Refusal] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def take(self, person: Person, listed: Set[str]) -> None:
        """Record somebody of the list; ``listed`` are the ids of all who are in it."""
        before = self.known.get(person.person_id)
        if before is None and (before := _under_another_id(person, self.known, listed, self.today)) is not None:
            del self.known[before.person.person_id]
            self.notes.append(_say_other_id(person, before.person))
        if before is None:
            row = add_person(self.tx, self.school, person, self.source, self.new_key(), self.now)
            (self.left if has_left(person, self.today) else self.new).append(row)
        elif _may_be_the_same(person, before.person):
            self._take_again(person, before)
        else:
            self.refused.append(_taken_over(person, before.person))

    def _take_again(self, person: Person, before: PersonRow) -> None:
        after, token_key = _kept_absence(person, before.person), before.token_key
        if before.missing_since:
            mark_missing(self.tx, self.school, before.id, None, self.now)
        if after == before.person:
            self.changed += [before] if before.missing_since else []
            return
        goes = has_left(after, self.today)
        if has_left(before.person, self.today) and not goes:
            # Somebody who comes back gets a link of their own time; the one that died stays dead.
            token_key = self.new_key()
        row = change_person(self.tx, self.school, before.id, after, token_key, self.now)
        self.notes += [*_say_renamed(before.person, after), *_say_moved(self.tx, self.school, before, row)]
        (self.left if goes and not has_left(before.person, self.today) else self.changed).append(row)


def _under_another_id(
    person: Person, known: Mapping[str, PersonRow], listed: Set[str], today: date
) -> PersonRow | None:
    """Return who somebody was under an id that is gone from the list: same name, same address, nobody else's."""
    same = [
        row
        for row in known.values()
        if person.work_email
        and row.person.person_id not in listed
        and not has_left(row.person, today)
        and same_person(row.person.name, person.name, SAME)
        and (row.person.work_email or "").casefold() == person.work_email.casefold()
    ]
    return same[0] if len(same) == 1 else None


def _say_other_id(person: Person, before: Person) -> str:
    return (
        f"{person.name} has the id {person.person_id} now (before: {before.person_id}), with the same name and "
        "address; what they have read stays theirs."
    )


def _may_be_the_same(person: Person, before: Person) -> bool:
    """Whether an id still stands for the person it stood for: a name in common in any spelling, or the address."""
    names = (_name_words(person), _name_words(before))
    same_address = person.work_email and (person.work_email.casefold() == (before.work_email or "").casefold())
    return bool(names[0] & names[1] or same_address) or same_person(person.name, before.name, COULD_BE)


def _say_renamed(before: Person, after: Person) -> Iterator[str]:
    """Yield that somebody has another last name, which an id given to somebody else looks like."""
    if not same_person(before.name, after.name, COULD_BE):
        yield (
            f"{before.name} ({after.person_id}) is {after.name} now; what they have read stays theirs. If that is "
            "somebody else, give them an id of their own."
        )


def _name_words(person: Person) -> set[str]:
    return {word for word in name_key(person.name).split() if len(word) > 1}


def _taken_over(person: Person, before: Person) -> Refusal:
    return Refusal(
        0,
        f"the id {person.person_id!r} was that of {before.name} and now stands for {person.name}, who would take over "
        f"what {before.name} has read. Give {person.name} an id of their own. If it is one person with another name, "
        "change first and last name in two steps, with a run between.",
        person.person_id,
    )


_MOVED = {
    DeliveryState.WRITTEN: "was written for {old} ({detail}): delete that file; another is written for the new address",
    DeliveryState.BOUNCED: "could not be delivered to {old}; it goes to the new address",
    DeliveryState.SENT: "was sent to {old} and is not sent again: if it did not arrive, give them the policy on paper "
    "and enter it with 'policy acknowledge record'",
}


def _say_moved(tx: Transaction, school: str, before: PersonRow, after: PersonRow) -> Iterator[str]:
    """Yield which mail went to the address somebody had before, and what becomes of it."""
    old, new = before.person.work_email, after.person.work_email
    if not old or not new or old.casefold() == new.casefold():
        return
    for mail in list_mail_to(tx, school, after.id, old):
        became = _MOVED.get(mail.state, "waits for {old}; it is written afresh for the new address")
        said = became.format(old=old, detail=mail.detail or "in the outbox folder")
        yield f"{after.person.name} now has the address {new}. The mail “{mail.subject}” {said}."


def _kept_absence(person: Person, before: Person) -> Person:
    """Keep an absence that the office recorded here, since most lists have no column for it."""
    return person if person.away_until else replace(person, away_until=before.away_until)


def _flag_missing(
    tx: Transaction, school: str, staff_list: StaffList, known: dict[str, PersonRow], today: date, now: datetime
) -> list[PersonRow]:
    missing = []
    for person_id, row in known.items():
        if person_id in staff_list.listed or has_left(row.person, today):
            continue
        missing.append(row if row.missing_since else mark_missing(tx, school, row.id, today, now))
    return missing
