"""Who stands in for the safeguarding lead, as the office said it: appended, never changed; the last word counts.

``contacts.cover`` decides and says what holds on a day. No reason is kept.
"""

from dataclasses import dataclass
from datetime import date, datetime

from pipeline.register.cached_answers import kept
from pipeline.register.tables.contacts import cover as table
from pipeline.register.tables.mapper import Mapper
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


_COVERS = Mapper(CoverRow, table)


def list_covers(tx: Transaction, school: str, *, as_at: datetime | None = None) -> tuple[CoverRow, ...]:
    """Return everything ever said of cover, or by ``as_at``, in the order in which it was said."""
    by_then = [] if as_at is None else [table.c.decided_at <= as_at]
    query = _COVERS.of(school, *by_then)
    return kept(tx, ("covers", school, as_at), (table.name,), lambda: _COVERS.all(tx, query))


def add_cover(tx: Transaction, school: str, row: CoverRow) -> None:
    """Record what was said."""
    _COVERS.add(tx, school, row)
