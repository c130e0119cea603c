"""Everybody who works, or worked, at the school: the SQL of the table ``person``.

Used by the import of staff lists and by ``acknowledgements``. A row is keyed by the list it came from and that list's
own key for the person, so that absence from one list says nothing of another.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, insert, select, update

from pipeline.model import Person
from pipeline.register.database import Transaction
from pipeline.register.schema import person as table


@dataclass(frozen=True, slots=True)
class PersonRow:
    """A person as the register holds them."""

    id: int
    """The register's own key."""
    person: Person
    source: str
    """The list they come from."""
    token_key: str
    """The random part of their personal link; a new one ends the links given out before."""
    missing_since: date | None = None
    """The first day on which their list no longer had them; None while it has."""


def list_people(tx: Transaction, school: str) -> tuple[PersonRow, ...]:
    """Return everybody ever recorded, leavers included, by last and first name."""
    rows = tx.execute(
        select(table).where(table.c.school == school).order_by(table.c.last_name, table.c.first_name, table.c.id)
    )
    return tuple(_row(row) for row in rows)


def find_person(tx: Transaction, school: str, row_id: int) -> PersonRow | None:
    """Return the person with the register's key ``row_id``, None where there is none at this school."""
    row = tx.execute(select(table).where(table.c.school == school, table.c.id == row_id)).first()
    return None if row is None else _row(row)


def find_by_list_id(tx: Transaction, school: str, person_id: str) -> tuple[PersonRow, ...]:
    """Return the people whom some list calls ``person_id``; several where two lists use the same key."""
    rows = tx.execute(
        select(table).where(table.c.school == school, table.c.person_id == person_id).order_by(table.c.id)
    )
    return tuple(_row(row) for row in rows)


def add_person(tx: Transaction, school: str, person: Person, source: str, token_key: str, now: datetime) -> PersonRow:
    """Record somebody new from the list ``source``."""
    row_id = tx.execute(
        insert(table).values(
            school=school, source=source, token_key=token_key, recorded_at=now, changed_at=now, **_values(person)
        )
    ).inserted_primary_key
    assert row_id is not None
    return PersonRow(row_id[0], person, source, token_key)


def change_person(
    tx: Transaction, school: str, row_id: int, person: Person, token_key: str, now: datetime
) -> PersonRow:
    """Record what the list says of somebody now."""
    return _update(tx, school, row_id, {**_values(person), "token_key": token_key, "changed_at": now})


def mark_missing(tx: Transaction, school: str, row_id: int, since: date | None, now: datetime) -> PersonRow:
    """Flag somebody as not in their list since a day; None takes the flag away."""
    return _update(tx, school, row_id, {"missing_since": since, "changed_at": now})


def _update(tx: Transaction, school: str, row_id: int, values: dict[str, Any]) -> PersonRow:
    tx.execute(update(table).where(table.c.school == school, table.c.id == row_id).values(**values))
    return _row(tx.execute(select(table).where(table.c.school == school, table.c.id == row_id)).one())


def _values(person: Person) -> dict[str, Any]:
    return {
        "person_id": person.person_id,
        "first_name": person.first_name,
        "last_name": person.last_name,
        "work_email": person.work_email,
        "role": person.role,
        "start_on": person.start_on,
        "leave_on": person.leave_on,
        "away_until": person.away_until,
    }


def _row(row: Row[Any]) -> PersonRow:
    person = Person(
        row.person_id,
        row.first_name,
        row.last_name,
        row.work_email,
        row.role,
        row.start_on,
        row.leave_on,
        row.away_until,
    )
    return PersonRow(row.id, person, row.source, row.token_key, row.missing_since)
