"""Erasure: the openings of commitments are taken out, and a record of its own says which, and by which two people.

A commitment without its opening says nothing of anybody any more, and the ledger still verifies. That makes a missing
opening a thing that must be explained: without such a record it was taken out by something else, to let a record speak
of a person it was not written for.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from pipeline.register.tables.erasure import erasure
from pipeline.register.tables.people import person
from pipeline.wording import say_count, say_list

if TYPE_CHECKING:
    from pipeline.register.ledger.rows import Openings
    from pipeline.register.transaction import Transaction

AGREED_BY = "agreed_by"
"""The second person; the first is the one who decides."""
NUMBER = "number"
"""Where a record of erasure says which person was erased, of those who were."""
FIRST_NAME = "A person who was"
_MOST_NAMED = 5


def stand_in(number: int) -> str:
    """Return what stands in the place of the name of a person who was erased; they are told apart by a number."""
    return f"{FIRST_NAME} {last_name(number)}"


def is_stand_in(name: str) -> bool:
    """Return whether a name stands for a person who was erased."""
    return name.startswith(f"{FIRST_NAME} ")


def last_name(number: int) -> str:
    """Return the part of it that stands for the last name."""
    return f"erased ({number})"


def address_of(number: int) -> str:
    """Return what stands in the place of their work address; no mail ever reaches it.

    Source: RFC 6761, 6.4: no name ends in ``.invalid``.
    """
    return f"erased-{number}@erased.invalid"


@dataclass(slots=True)
class Erasures:
    """What the records say was erased, and what is missing, gathered while they are read."""

    missing: dict[str, tuple[int, str]] = field(default_factory=dict)
    """By commitment: the record it stands in and what it was of."""
    removed: dict[str, int] = field(default_factory=dict)
    """By commitment: the record that says that it was erased."""
    records: dict[int, Mapping[str, Any]] = field(default_factory=dict)
    """The records of erasure by position."""

    def add(self, position: int, record: Mapping[str, Any]) -> None:
        """Keep a record of erasure."""
        self.records[position] = record
        for commitment in str(record["fields"].get("removed", "")).split():
            self.removed.setdefault(commitment, position)

    def check(self, openings: "Openings") -> Iterator[str]:
        """Hold what is missing against what was erased, both ways; yield a sentence for each disagreement."""
        unexplained = [
            (position, name)
            for commitment, (position, name) in self.missing.items()
            if self.removed.get(commitment, -1) <= position
        ]
        for position, name in unexplained[:_MOST_NAMED]:
            yield f"What opens {name!r} of record {position} is gone, and no record says that it was erased."
        if len(unexplained) > _MOST_NAMED:
            yield f"So are {len(unexplained) - _MOST_NAMED} more."
        for commitment, position in self.removed.items():
            if commitment not in self.missing:
                yield f"Record {position} says that {commitment[:12]} was erased, and it was not, or never was here."
        for position, record in self.records.items():
            yield from _check_people(position, record, openings)
            removed = str(record["fields"].get("removed", "")).split()
            if record["fields"].get("count") != len(set(removed)) or not removed:
                yield f"Record {position} of an erasure does not say what was erased."

    def check_rows(self, tx: "Transaction", school: str) -> Iterator[str]:
        """Hold everybody who was erased against the records, both ways; yield a sentence for each disagreement."""
        numbered = {
            position: record["fields"][NUMBER]
            for position, record in self.records.items()
            if NUMBER in record["fields"]
        }
        done = erasure.c.school == school, erasure.c.erased_at.is_not(None)
        query = select(erasure, person.c.last_name, person.c.work_email).join(person, person.c.id == erasure.c.person)
        for row in tx.execute(query.where(*done).order_by(erasure.c.id)):
            if numbered.pop(row.ledger_position, None) != row.number:
                yield f"Erasure {row.id} has no record of its own at {row.ledger_position}: it was added or moved."
            elif (row.last_name, row.work_email) != (last_name(row.number), None):
                yield f"Record {row.ledger_position} says that a person was erased, who has a name or address again."
        for position in numbered:
            yield f"The erasure of record {position} is gone."

    def say(self) -> list[str]:
        """Return a sentence on what was erased, if anything."""
        if not self.records:
            return []
        places = say_list([str(position) for position in self.records][:_MOST_NAMED])
        return [f"{say_count(len(self.removed), 'name or text', 'names and texts')} were erased; see record {places}."]


def _check_people(position: int, record: Mapping[str, Any], openings: "Openings") -> Iterator[str]:
    people = [record["personal"].get(name) for name in ("actor", AGREED_BY)]
    if not all(people):
        yield f"Record {position} of an erasure does not name two people."
        return
    named = [openings.value(str(each)) for each in people]
    if named[0] is not None and named[1] is not None and is_same_person(named[0], named[1]):
        yield f"Record {position} of an erasure names one person twice."


def is_same_person(one: str, other: str) -> bool:
    """Return whether two people named themselves alike."""
    return " ".join(one.split()).casefold() == " ".join(other.split()).casefold()
