"""Which copy of each policy the editor of the school's website said they put there: the SQL of ``website_copy``."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from pipeline.register.decision import Decision
from pipeline.register.tables.mapper import Mapper
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


_PLACED = Mapper(PlacedCopy, table)


def add_placed(decision: Decision, policy_id: int, slug: str, copy: int | None, code: str, placed_on: date) -> None:
    """Record that a copy was put on the website; ``copy`` is None and ``code`` empty where a policy was taken down."""
    position = decision.record("website-replaced", {"policy": slug, "copy": code, "placed_on": placed_on.isoformat()})
    row = PlacedCopy(policy_id, copy, placed_on, decision.actor, decision.now)
    _PLACED.add(decision.tx, decision.school, row, ledger_position=position)


def last_placed(tx: Transaction, school: str) -> Mapping[int, PlacedCopy]:
    """Return what was said last of each policy, by the register's key; one of which nothing was said is left out."""
    return {row.policy_id: row for row in _PLACED.all(tx, _PLACED.of(school))}
