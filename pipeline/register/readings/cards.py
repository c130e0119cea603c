"""The cards that were printed for supply staff, and the slips that came back: every line of SQL about them.

Used by ``papers``. Stacks and slips are only added. A day's cards are numbered on from stack to stack.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select

from pipeline.register.tables.cards import card_slip, card_stack
from pipeline.register.tables.mapper import Mapper
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


def as_recorded(carried: Sequence[Essential]) -> str:
    """Return of what a card gives the essentials, for the ledger: policy, version as counted and hash of each."""
    return ", ".join(f"{one.slug} {one.version} {one.version_sha256}" for one in carried)


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


_STACKS = Mapper(StackRow, card_stack)
_SLIPS = Mapper(SlipRow, card_slip, known=("stack",))


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
    new = StackRow(0, printed_on, first_number, last_number, tuple(essentials))
    return _STACKS.added(tx, school, new, printed_at=now, actor=actor)


def find_stack(tx: Transaction, school: str, day: date, number: int) -> StackRow | None:
    """Return the stack that a card belongs to by its day and number; None where none was printed."""
    among = card_stack.c.first_number <= number, card_stack.c.last_number >= number
    return _STACKS.first(tx, _STACKS.of(school, card_stack.c.printed_on == day, *among))


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
    new = SlipRow(person, stack, number, signed_on, entered_by)
    _SLIPS.add(tx, school, new, stack=stack.id, recorded_at=now, ledger_position=ledger_position)


def list_slips(tx: Transaction, school: str) -> tuple[SlipRow, ...]:
    """Return every slip that came back, in the order in which they were entered."""
    stacks = {row.id: row for row in _STACKS.all(tx, _STACKS.of(school))}
    rows = tx.execute(_SLIPS.of(school).add_columns(card_slip.c.stack))
    return tuple(_SLIPS.read(row, stack=stacks[row.stack]) for row in rows)


def find_slip(tx: Transaction, school: str, stack: StackRow, number: int) -> SlipRow | None:
    """Return the slip of one card, None while it has not come back."""
    this = card_slip.c.stack == stack.id, card_slip.c.number == number
    return _SLIPS.first(tx, _SLIPS.of(school, *this), stack=stack)
