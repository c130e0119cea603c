"""Who stands in for the safeguarding lead, as the office said it: appended, never changed; the last word counts.

``contacts.cover`` decides and says what holds on a day. No reason is kept.
"""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import insert, select

from pipeline.register.cached_answers import kept
from pipeline.register.tables.contacts import cover as table
from pipeline.register.transaction import Transaction


@dataclass(frozen=True, slots=True)
class CoverRow:
    """One thing that was said of cover."""

    role: str | None
    """The role of the person who stands in; None where the lead is back and nobody does."""
    name: str | None
    """Of the person who stands in."""
    covers: str | None
    """The lead whose place they take; None where there was none."""
    first: date
    until: date | None
    """The last day; None where ``role`` is."""
    decided_by: str
    decided_at: datetime


def list_covers(tx: Transaction, school: str, *, as_at: datetime | None = None) -> tuple[CoverRow, ...]:
    """Return everything ever said of cover, or by ``as_at``, in the order in which it was said."""
    return kept(tx, ("covers", school, as_at), (table.name,), lambda: _covers(tx, school, as_at))


def _covers(tx: Transaction, school: str, as_at: datetime | None) -> tuple[CoverRow, ...]:
    query = select(table).where(table.c.school == school).order_by(table.c.id)
    rows = tx.execute(query if as_at is None else query.where(table.c.decided_at <= as_at))
    return tuple(
        CoverRow(row.role, row.name, row.covers, row.first, row.until, row.decided_by, row.decided_at) for row in rows
    )


def add_cover(tx: Transaction, school: str, row: CoverRow) -> None:
    """Record what was said."""
    tx.execute(
        insert(table).values(
            school=school,
            role=row.role,
            name=row.name,
            covers=row.covers,
            first=row.first,
            until=row.until,
            decided_by=row.decided_by,
            decided_at=row.decided_at,
        )
    )
