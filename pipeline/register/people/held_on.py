"""Every row that is held on one person, table by table, for a person who asks what the school holds on them.

Which tables these are follows from how they are drawn: they have the person's key, the key of a row that has it, or a
work address.
"""

import json
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Table, and_, func, or_, select

from pipeline.register.store.chunks import in_chunks
from pipeline.register.tables.schema import metadata
from pipeline.register.transaction import Transaction

Row = Mapping[str, Any]

BY_PERSON = tuple(name for name, table in metadata.tables.items() if "person" in table.c)
"""Tables that have the person's key."""
THROUGH = {
    key.parent.table.name: (key.column.table.name, key.parent.name)
    for name, table in metadata.tables.items()
    for key in table.foreign_keys
    if name not in BY_PERSON and key.column.table.name in BY_PERSON
}
"""Tables that have the key of a row of another: that table, and the column."""
BY_ADDRESS = {
    name: column.name
    for name, table in metadata.tables.items()
    for column in table.c
    if column.name in ("recipient", "address", "account")
}
"""Tables that have a work address, and the column."""
NEVER_SHOWN = frozenset(
    {
        *("school", "row_sha256", "mac", "token_key", "token_sha256", "salt", "key", "body", "slots", "claimed_by"),
        "claimed_at",
    }
)
"""What opens a page or is the program's own; who asks is told that it is there."""


def rows_on(tx: Transaction, school: str, person: int, addresses: Collection[str]) -> Mapping[str, Sequence[Row]]:
    """Return the rows on one person by table, oldest first; ``addresses`` are the work addresses they have had.

    ``key`` of an engagement, the list's own key for them, is shown; else ``NEVER_SHOWN`` is left out.
    """
    known = {address.casefold() for address in addresses}
    found: dict[str, Sequence[Row]] = {}
    tables = metadata.tables
    found["person"] = _rows(tx, tables["person"], school, tables["person"].c.id == person)
    for name in (*BY_PERSON, *(name for name in BY_ADDRESS if name not in BY_PERSON)):
        table = tables[name]
        fits: list[ColumnElement[bool]] = [table.c.person == person] if "person" in table.c else []
        if name in BY_ADDRESS and known:
            at_address = func.lower(table.c[BY_ADDRESS[name]]).in_(known)
            # An address that another person had before, or has now, names that person in the row.
            fits.append(and_(at_address, table.c.person.is_(None)) if "person" in table.c else at_address)
        found[name] = _rows(tx, table, school, or_(*fits)) if fits else ()
    for name, (other, column) in THROUGH.items():
        table, keys = tables[name], [row["id"] for row in found[other]]
        found[name] = [row for some in in_chunks(keys) for row in _rows(tx, table, school, table.c[column].in_(some))]
    return {name: rows for name, rows in found.items() if rows}


def _rows(tx: Transaction, table: Table, school: str, fits: ColumnElement[bool]) -> Sequence[Row]:
    shown = [column for column in table.c if column.name not in NEVER_SHOWN or (table.name, column.name) == _LISTS_KEY]
    query = select(*shown).where(table.c.school == school, fits).order_by(table.c.id)
    return [dict(row._mapping) for row in tx.execute(query)]


_LISTS_KEY = ("engagement", "key")


def openings_on(tx: Transaction, school: str, words: Collection[str]) -> Sequence[tuple[int, str, str]]:
    """Return the ledger's records in which one of ``words`` stands as a commitment: place, kind and what it is of."""
    opening, record = metadata.tables["ledger_opening"], metadata.tables["ledger_record"]
    query = select(opening.c.commitment).where(opening.c.school == school, opening.c.value.in_(list(words)))
    mine = set(tx.execute(query).scalars())
    found: list[tuple[int, str, str]] = []
    if not mine:
        return found
    records = select(record.c.position, record.c.record).where(record.c.school == school).order_by(record.c.position)
    for position, text in tx.execute(records):
        read = json.loads(text)
        found += [(position, read["kind"], name) for name, each in read["personal"].items() if each in mine]
    return found


def elsewhere_at(tx: Transaction, school: str, addresses: Collection[str]) -> bool:
    """Tell whether another school of this register has a person at one of these work addresses, in small letters."""
    person = metadata.tables["person"]
    at_address = func.lower(person.c.work_email).in_(list(addresses))
    return tx.execute(select(person.c.id).where(person.c.school != school, at_address)).first() is not None


def count_held(tx: Transaction, school: str) -> Mapping[str, int]:
    """Return how many rows there are by table, of all people."""
    names = ("person", *BY_PERSON, *THROUGH, *(name for name in BY_ADDRESS if name not in BY_PERSON))
    counted = {}
    for name in names:
        table = metadata.tables[name]
        query = select(func.count()).select_from(table).where(table.c.school == school)
        counted[name] = int(tx.scalar(query) or 0)
    return counted


def count_people(tx: Transaction, school: str, today: date) -> tuple[int, int, int, datetime | None]:
    """Return how many people there are, how many of them have not left, how many were erased, and the oldest record."""
    person, engagement, erasure = (metadata.tables[name] for name in ("person", "engagement", "erasure"))
    mine = person.c.school == school
    here = or_(engagement.c.leave_on.is_(None), engagement.c.leave_on >= today)
    engaged = select(func.count(engagement.c.person.distinct())).where(engagement.c.school == school, here)
    erased = (
        select(func.count()).select_from(erasure).where(erasure.c.school == school, erasure.c.erased_at.is_not(None))
    )
    oldest = tx.scalar(select(func.min(person.c.recorded_at)).where(mine))
    everybody = tx.scalar(select(func.count()).select_from(person).where(mine))
    return int(everybody or 0), int(tx.scalar(engaged) or 0), int(tx.scalar(erased) or 0), oldest


def last_days(tx: Transaction, school: str) -> Mapping[int, date]:
    """Return the last day of everything that a person was at the school, by their key; who has none is left out."""
    table = metadata.tables["engagement"]
    found: dict[int, date] = {}
    endless: set[int] = set()
    for row in tx.execute(select(table.c.person, table.c.leave_on).where(table.c.school == school)):
        if row.leave_on is None:
            endless.add(row.person)
        else:
            found[row.person] = max(row.leave_on, found.get(row.person, row.leave_on))
    return {person: day for person, day in found.items() if person not in endless}
