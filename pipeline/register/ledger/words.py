"""Records of one kind in the ledger, with the words that were committed in them, where those were not erased."""

import json
from collections.abc import Mapping

from sqlalchemy import select

from pipeline.register.tables.schema import ledger_opening, ledger_record
from pipeline.register.transaction import Transaction


def positions_of(tx: Transaction, school: str, kind: str) -> tuple[tuple[int, Mapping[str, str]], ...]:
    """Return the place of each record of a kind, and its words by name, the oldest first."""
    table = ledger_record
    mine = table.c.school == school, table.c.record.contains(f'"kind":"{kind}"', autoescape=True)
    rows = [
        (row.position, json.loads(row.record))
        for row in tx.execute(select(table).where(*mine).order_by(table.c.position))
    ]
    found = [(place, record["personal"]) for place, record in rows if record["kind"] == kind]
    wanted = {each for _, personal in found for each in personal.values()}
    opened = select(ledger_opening.c.commitment, ledger_opening.c.value)
    opened = opened.where(ledger_opening.c.school == school, ledger_opening.c.commitment.in_(wanted))
    values = {row.commitment: row.value for row in tx.execute(opened)}
    return tuple(
        (place, {name: values[each] for name, each in personal.items() if each in values}) for place, personal in found
    )
