"""What was recorded in error: ends the effect of one row of another table, and leaves it where it is. Only added to."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import BindParameter, ColumnElement, Select, select

from pipeline.register.decision import Decision
from pipeline.register.ledger.signed_heads import Field
from pipeline.register.tables.decisions import correction as table
from pipeline.register.tables.mapper import Mapper
from pipeline.register.transaction import Transaction


class CorrectionKind(StrEnum):
    """Which table the corrected row is of."""

    ACKNOWLEDGEMENT = "acknowledgement"
    DECLARATION = "declaration"
    APPROVAL = "approval"
    LEAVING = "leaving"
    """The state of an engagement that gave the last day."""
    TELLING = "telling"
    """That a group was told."""


@dataclass(frozen=True, slots=True)
class CorrectionRow:
    """That one row was recorded in error."""

    target: int
    """Its key in its own table."""
    reason: str
    actor: str
    recorded_at: datetime


_CORRECTIONS = Mapper(CorrectionRow, table)


def add_correction(
    decision: Decision,
    kind: CorrectionKind,
    target: int,
    reason: str,
    *,
    fields: dict[str, Field],
    words: dict[str, str | None],
) -> None:
    """Record that a row was recorded in error; ``fields`` and ``words`` say to the ledger which, see ``Decision``."""
    position = decision.record(f"{kind.value}-corrected", fields, words={**words, "reason": reason})
    row = CorrectionRow(target, reason, decision.actor, decision.now)
    _CORRECTIONS.add(decision.tx, decision.school, row, kind=kind.value, ledger_position=position)


def list_corrections(
    tx: Transaction, school: str, kind: CorrectionKind, *, as_at: datetime | None = None
) -> dict[int, CorrectionRow]:
    """Return what was recorded in error by ``as_at``, at any time by default, by the key of the corrected row."""
    query = _CORRECTIONS.of(school, table.c.kind == kind.value, *_by(as_at))
    return {row.target: row for row in _CORRECTIONS.all(tx, query)}


def corrected_keys(
    school: str | BindParameter[str], kind: CorrectionKind, as_at: datetime | None = None
) -> Select[tuple[int]]:
    """Return the query for the keys of the rows that were recorded in error, to leave them out of another."""
    return select(table.c.target).where(table.c.school == school, table.c.kind == kind.value, *_by(as_at))


def _by(as_at: datetime | None) -> tuple[ColumnElement[bool], ...]:
    return () if as_at is None else (table.c.recorded_at <= as_at,)
