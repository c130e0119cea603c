"""Which group was told of which version, when and by which means: the SQL of the table ``group_told``.

Groups are parents, pupils or agencies, who are told and not asked; no person stands here. Rows are only
added.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime

from pipeline.register.corrections import CorrectionKind, corrected_keys
from pipeline.register.tables.mapper import Mapper
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


_TOLD = Mapper(GroupTold, table, group=table.c.group_key)


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
    new = GroupTold(0, group, policy_id, version_id, told_on, by_means, actor, recorded_at=now)
    return replace(new, id=_TOLD.add(tx, school, new))


def list_told(tx: Transaction, school: str, *, corrected: bool = False) -> tuple[GroupTold, ...]:
    """Return every telling, oldest day first; those recorded in error are left out, unless ``corrected``."""
    query = _TOLD.select.where(table.c.school == school)
    if not corrected:
        query = query.where(table.c.id.not_in(corrected_keys(school, CorrectionKind.TELLING)))
    return _TOLD.all(tx, query.order_by(table.c.told_on, table.c.id))
