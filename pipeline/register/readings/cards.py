"""The cards that were printed for supply staff, and the slips that came back: every line of SQL about them.

Used by ``papers``. Stacks and slips are only added. A day's cards are numbered on from stack to stack.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, func, insert, select

from pipeline.register.tables.cards import card_slip, card_stack
from pipeline.register.transaction import Transaction


@dataclass(frozen=True, slots=True)
class Essential:
    """A policy version whose essentials a card carries."""

    policy_id: int
    slug: str
    title: str
    version_id: int
    version: int
    """As the register counts."""
    version_label: str
    version_sha256: str


@dataclass(frozen=True, slots=True)
class StackRow:
    """One stack of cards as it was printed."""

    id: int
    printed_on: date
    first_number: int
    last_number: int
    essentials: tuple[Essential, ...]


@dataclass(frozen=True, slots=True)
class SlipRow:
    """One slip that came back signed."""

    person: int
    """The register's key."""
    stack: StackRow
    number: int
    signed_on: date
    entered_by: str


def next_number(tx: Transaction, school: str, day: date) -> int:
    """Return the number of the next card printed on a day; the first is 1."""
    query = select(func.max(card_stack.c.last_number))
    return (tx.scalar(query.where(card_stack.c.school == school, card_stack.c.printed_on == day)) or 0) + 1


def add_stack(
    tx: Transaction,
    school: str,
    *,
    printed_on: date,
    first_number: int,
    last_number: int,
    essentials: Sequence[Essential],
    actor: str,
    now: datetime,
) -> StackRow:
    """Record a stack of cards before it is printed."""
    key = tx.execute(
        insert(card_stack).values(
            school=school,
            printed_on=printed_on,
            first_number=first_number,
            last_number=last_number,
            essentials=[asdict(one) for one in essentials],
            printed_at=now,
            actor=actor,
        )
    ).inserted_primary_key
    assert key is not None
    return StackRow(key[0], printed_on, first_number, last_number, tuple(essentials))


def find_stack(tx: Transaction, school: str, day: date, number: int) -> StackRow | None:
    """Return the stack that a card belongs to by its day and number; None where none was printed."""
    row = tx.execute(
        select(card_stack).where(
            card_stack.c.school == school,
            card_stack.c.printed_on == day,
            card_stack.c.first_number <= number,
            card_stack.c.last_number >= number,
        )
    ).first()
    return None if row is None else _stack(row)


def add_slip(
    tx: Transaction,
    school: str,
    *,
    stack: StackRow,
    number: int,
    person: int,
    signed_on: date,
    entered_by: str,
    ledger_position: int,
    now: datetime,
) -> None:
    """Record a slip that came back; its ledger record was appended in the same transaction."""
    tx.execute(
        insert(card_slip).values(
            school=school,
            stack=stack.id,
            number=number,
            person=person,
            signed_on=signed_on,
            recorded_at=now,
            entered_by=entered_by,
            ledger_position=ledger_position,
        )
    )


def list_slips(tx: Transaction, school: str) -> tuple[SlipRow, ...]:
    """Return every slip that came back, in the order in which they were entered."""
    stacks = {row.id: _stack(row) for row in tx.execute(select(card_stack).where(card_stack.c.school == school))}
    rows = tx.execute(select(card_slip).where(card_slip.c.school == school).order_by(card_slip.c.id))
    return tuple(_slip(row, stacks) for row in rows)


def find_slip(tx: Transaction, school: str, stack: StackRow, number: int) -> SlipRow | None:
    """Return the slip of one card, None while it has not come back."""
    row = tx.execute(
        select(card_slip).where(
            card_slip.c.school == school, card_slip.c.stack == stack.id, card_slip.c.number == number
        )
    ).first()
    return None if row is None else _slip(row, {stack.id: stack})


def _slip(row: Row[Any], stacks: Mapping[int, StackRow]) -> SlipRow:
    return SlipRow(row.person, stacks[row.stack], row.number, row.signed_on, row.entered_by)


def _stack(row: Row[Any]) -> StackRow:
    essentials = tuple(Essential(**one) for one in row.essentials)
    return StackRow(row.id, row.printed_on, row.first_number, row.last_number, essentials)
