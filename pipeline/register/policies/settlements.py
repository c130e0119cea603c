"""What the owner said of names and numbers that nobody in the school's contacts has. Only ever added to.

``policies.decisions.contact_answers`` decides and applies; a word is taken back by a further row, and what was said
stays.
"""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import update

from pipeline.register.cached_answers import kept
from pipeline.register.tables.contacts import contact_settlement as table
from pipeline.register.tables.mapper import Mapper
from pipeline.register.transaction import Transaction


class SettledAs(StrEnum):
    """Who a name or number is, by the owner's word."""

    RIGHT = "right"
    """Rightly named there in the role."""
    FORMER = "former"
    """Held the role before: as if listed under ``[[contacts.former]]``."""
    TAKEN_BACK = "taken-back"
    """What was said before was recorded in error."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settlement:
    """One word of the owner."""

    policy_id: int | None
    """None: in every policy."""
    role: str
    kind: str
    """``name``, ``phone`` or ``email``."""
    value: str
    """As the document writes it."""
    answer: SettledAs
    reason: str
    decided_by: str
    texts: tuple[str, ...] = ()
    """The SHA-256 of the versions that it was said of."""
    holders: tuple[str, ...] = ()
    """Who held the role then."""
    until: date | None = None
    """The last day in the role, where it is known."""
    decided_at: datetime


_SAID = Mapper(Settlement, table)


def add_settlement(tx: Transaction, school: str, said: Settlement) -> None:
    """Record what the owner said."""
    _SAID.add(tx, school, said)


def add_text(tx: Transaction, school: str, said: Settlement, sha256: str) -> None:
    """Let what the owner said hold for one more version, which says the same words of it."""
    which = [table.c[name] == getattr(said, name) for name in ("role", "kind", "value", "decided_at")]
    tx.execute(update(table).where(table.c.school == school, *which).values(texts=sorted({*said.texts, sha256})))


def list_settlements(tx: Transaction, school: str) -> tuple[Settlement, ...]:
    """Return all that was ever said, oldest first, what was taken back and the taking back included."""
    return kept(tx, ("settlements", school), (table.name,), lambda: _SAID.all(tx, _SAID.of(school)))
