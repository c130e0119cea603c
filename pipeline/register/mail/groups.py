"""Which group was told of which version, when and by which means: the SQL of the table ``group_told``.

Groups are parents, pupils or agencies, who are told and not asked; no person stands here. Rows are only
added.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import insert, select

from pipeline.register.corrections import CorrectionKind, corrected_keys
from pipeline.register.tables.schema import group_told as table
from pipeline.register.transaction import Transaction


@dataclass(frozen=True, slots=True)
class GroupTold:
    """One telling."""

    id: int
    group: str
    """The group's key in ``config.toml``."""
    policy_id: int
    version_id: int
    """The version that was in use on the day."""
    told_on: date
    by_means: str
    actor: str
    """Who recorded it."""
    recorded_at: datetime


def add_told(
    tx: Transaction,
    school: str,
    *,
    group: str,
    policy_id: int,
    version_id: int,
    told_on: date,
    by_means: str,
    actor: str,
    now: datetime,
) -> GroupTold:
    """Record that a group was told."""
    values: dict[str, Any] = {
        "policy_id": policy_id,
        "version_id": version_id,
        "told_on": told_on,
        "by_means": by_means,
        "actor": actor,
        "recorded_at": now,
    }
    key = tx.execute(insert(table).values(school=school, group_key=group, **values)).inserted_primary_key
    assert key is not None
    return GroupTold(id=key[0], group=group, **values)


def list_told(tx: Transaction, school: str, *, corrected: bool = False) -> tuple[GroupTold, ...]:
    """Return every telling, oldest day first; those recorded in error are left out, unless ``corrected``."""
    query = select(table).where(table.c.school == school)
    if not corrected:
        query = query.where(table.c.id.not_in(corrected_keys(school, CorrectionKind.TELLING)))
    return tuple(
        GroupTold(
            row.id,
            row.group_key,
            row.policy_id,
            row.version_id,
            row.told_on,
            row.by_means,
            row.actor,
            row.recorded_at,
        )
        for row in tx.execute(query.order_by(table.c.told_on, table.c.id))
    )
