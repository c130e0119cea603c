"""What was decided on policies: approvals, and facts that somebody overruled. Only ever added to."""

from dataclasses import asdict, dataclass, fields
from datetime import date, datetime

from sqlalchemy import insert, select

from pipeline.register import schema
from pipeline.register.database import Transaction
from pipeline.register.decision import Decision


@dataclass(frozen=True, slots=True)
class ApprovalRow:
    """One body's decision on one version."""

    policy_id: int
    version_id: int
    body: str
    approved_on: date
    minute: str | None


@dataclass(frozen=True, slots=True)
class OverrideRow:
    """A fact that somebody overruled."""

    field: str
    value: str
    reason: str
    decided_at: datetime
    stated: str | None = None
    """What the document itself said then; None where it said nothing clear."""


def add_approval(
    decision: Decision, policy_id: int, version_id: int, *, body: str, approved_on: date, minute: str | None
) -> ApprovalRow:
    """Record one body's decision on a version, and who entered it."""
    row = ApprovalRow(policy_id, version_id, body, approved_on, minute)
    values = {"school": decision.school, "recorded_at": decision.now, "actor": decision.actor, **asdict(row)}
    decision.tx.execute(insert(schema.approval).values(**values))
    return row


def list_approvals(tx: Transaction, school: str, policy_id: int | None = None) -> list[ApprovalRow]:
    """Return the decisions on one policy, or on all, in the order they were recorded."""
    table = schema.approval
    columns = (table.c[field.name] for field in fields(ApprovalRow))
    query = select(*columns).where(table.c.school == school).order_by(table.c.id)
    if policy_id is not None:
        query = query.where(table.c.policy_id == policy_id)
    return [ApprovalRow(*row) for row in tx.execute(query)]


def add_override(
    decision: Decision, policy_id: int, *, field: str, value: str, reason: str, stated: str | None = None
) -> OverrideRow:
    """Record that somebody overruled a fact; what was said of it before is kept."""
    row = OverrideRow(field, value, reason, decided_at=decision.now, stated=stated)
    values = {"school": decision.school, "policy_id": policy_id, "actor": decision.actor, **asdict(row)}
    decision.tx.execute(insert(schema.fact_override).values(**values))
    return row


def list_overrides(tx: Transaction, school: str) -> dict[int, tuple[OverrideRow, ...]]:
    """Return the overruled facts by policy id, the latest word on each field, by field name."""
    table = schema.fact_override
    latest: dict[int, dict[str, OverrideRow]] = {}
    for row in tx.execute(select(table).where(table.c.school == school).order_by(table.c.id)):
        override = OverrideRow(row.field, row.value, row.reason, row.decided_at, row.stated)
        latest.setdefault(row.policy_id, {})[row.field] = override
    return {policy: tuple(words[name] for name in sorted(words)) for policy, words in latest.items()}
