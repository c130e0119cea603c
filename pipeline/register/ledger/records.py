"""The ledger's records, read by kind."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from pipeline.register.tables.schema import ledger_record as table
from pipeline.register.transaction import Transaction


@dataclass(frozen=True, slots=True)
class LedgerRecord:
    """One record, whose names and words are commitments."""

    position: int
    at: datetime
    kind: str
    fields: Mapping[str, Any]


def list_records(tx: Transaction, school: str, kind: str, *, below: int | None = None) -> Iterator[LedgerRecord]:
    """Yield the records of one kind in their order, those at ``below`` and after left out."""
    # Records are written in the one way they can be, so that this finds each of them, and perhaps some others.
    query = select(table.c.position, table.c.record).where(
        table.c.school == school, table.c.record.contains(f'"kind":"{kind}"', autoescape=True)
    )
    if below is not None:
        query = query.where(table.c.position < below)
    for position, text in tx.execute(query.order_by(table.c.position)):
        record = _read(position, text)
        if record.kind == kind:
            yield record


def first_record(tx: Transaction, school: str) -> LedgerRecord | None:
    """Return the first record of all, None where nothing is recorded."""
    query = select(table.c.position, table.c.record).where(table.c.school == school)
    row = tx.execute(query.order_by(table.c.position).limit(1)).first()
    return None if row is None else _read(row.position, row.record)


def _read(position: int, text: str) -> LedgerRecord:
    record = json.loads(text)
    return LedgerRecord(position, datetime.fromisoformat(record["at"]), record["kind"], record["fields"])
