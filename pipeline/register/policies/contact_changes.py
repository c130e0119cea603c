"""Who changed the contacts from a page, with the number and address they gave. Only ever added to.

Kept beside the states of the settings, of which it says who typed what: nobody confirms a number that they typed.
"""

import json
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import func, insert, select

from pipeline.register.tables.decisions import kept_state as table
from pipeline.register.transaction import Transaction

_KIND = "contact-change"


@dataclass(frozen=True, slots=True)
class TypedContact:
    """Whom the office typed, as it stood in the settings then."""

    role: str
    name: str
    phone: str
    email: str
    was: str = ""
    """The same person's name before, where it is another now, as the office said; empty where it is not."""


def add_contact_change(tx: Transaction, school: str, typed: TypedContact, *, actor: str, now: datetime) -> None:
    """Record what ``actor`` typed."""
    of_kind = (table.c.school == school, table.c.kind == _KIND)
    last = tx.execute(select(func.max(table.c.subject)).where(*of_kind)).scalar()
    value = json.dumps(asdict(typed), ensure_ascii=False, separators=(",", ":"))
    tx.execute(
        insert(table).values(
            school=school, kind=_KIND, subject=(last or 0) + 1, value=value, recorded_at=now, actor=actor
        )
    )


def list_contact_changes(tx: Transaction, school: str) -> tuple[tuple[TypedContact, str], ...]:
    """Return everything that was typed, oldest first, each with who typed it."""
    of_kind = (table.c.school == school, table.c.kind == _KIND)
    rows = tx.execute(select(table.c.value, table.c.actor).where(*of_kind).order_by(table.c.id))
    return tuple((TypedContact(**json.loads(row.value)), row.actor) for row in rows)
