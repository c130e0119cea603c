"""Which copy of each policy the editor of the school's website said they put there: the SQL of ``website_copy``."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import insert, select

from pipeline.register.decision import Decision
from pipeline.register.tables.website import website_copy as table
from pipeline.register.transaction import Transaction


@dataclass(frozen=True, slots=True)
class PlacedCopy:
    """What that person said of one policy."""

    policy_id: int
    copy: int | None
    """The register's key of the copy; None where what stood there was taken down, or says that the policy ended."""
    placed_on: date
    actor: str
    """Who recorded it."""
    recorded_at: datetime


def add_placed(decision: Decision, policy_id: int, slug: str, copy: int | None, code: str, placed_on: date) -> None:
    """Record that a copy was put on the website; ``copy`` is None and ``code`` empty where a policy was taken down."""
    position = decision.record("website-replaced", {"policy": slug, "copy": code, "placed_on": placed_on.isoformat()})
    values = {
        "policy_id": policy_id,
        "copy": copy,
        "placed_on": placed_on,
        "actor": decision.actor,
        "recorded_at": decision.now,
        "ledger_position": position,
    }
    decision.tx.execute(insert(table).values(school=decision.school, **values))


def last_placed(tx: Transaction, school: str) -> Mapping[int, PlacedCopy]:
    """Return what was said last of each policy, by the register's key; one of which nothing was said is left out."""
    query = select(table).where(table.c.school == school).order_by(table.c.id)
    return {
        row.policy_id: PlacedCopy(row.policy_id, row.copy, row.placed_on, row.actor, row.recorded_at)
        for row in tx.execute(query)
    }
