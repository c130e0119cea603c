"""What was decided on policies: approvals, and facts that the office overruled. Only ever added to."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, insert, select

from pipeline.model.policies import VersionStatus
from pipeline.register.cached_answers import kept
from pipeline.register.corrections import CorrectionKind, corrected_keys
from pipeline.register.decision import Decision
from pipeline.register.policies.policies import VersionRow
from pipeline.register.tables import schema
from pipeline.register.transaction import Transaction


@dataclass(frozen=True, slots=True)
class Consultation:
    """Who was asked about a text before it was approved."""

    groups: str
    """In words: ``parents, staff and the school council``."""
    first: date | None = None
    last: date | None = None
    outcome: str = ""
    """What came of it."""


@dataclass(frozen=True, slots=True)
class ApprovalRow:
    """One body's decision on one version."""

    policy_id: int
    version_id: int
    body: str
    approved_on: date
    minute: str | None
    id: int
    recorded_at: datetime
    status_before: VersionStatus | None
    """How the version stood before; None of what was recorded before that was kept."""
    review_before: date | None
    """To which day an earlier approval had rolled its review before."""
    consultation: Consultation | None = None
    """None where none was recorded."""


@dataclass(frozen=True, slots=True)
class OverrideRow:
    """A fact that the office overruled."""

    field: str
    value: str
    reason: str
    decided_at: datetime
    stated: str | None = None
    """What the document itself said then; None where it said nothing clear."""


def add_approval(
    decision: Decision,
    version: VersionRow,
    *,
    body: str,
    approved_on: date,
    minute: str | None,
    consultation: Consultation | None = None,
) -> ApprovalRow:
    """Record one body's decision on a version, as it stood before, and who entered it."""
    values = {
        "policy_id": version.policy_id,
        "version_id": version.id,
        "body": body,
        "approved_on": approved_on,
        "minute": minute,
        "recorded_at": decision.now,
        "actor": decision.actor,
        "status_before": version.status.value,
        "review_before": version.next_review_on,
    }
    if consultation is not None:
        values |= {
            "consulted": consultation.groups,
            "consulted_from": consultation.first,
            "consulted_until": consultation.last,
            "consultation": consultation.outcome or None,
        }
    table = schema.approval
    key = decision.tx.execute(insert(table).values(school=decision.school, **values)).inserted_primary_key
    assert key is not None
    return _approval(decision.tx.execute(select(table).where(table.c.id == key[0])).one())


def list_approvals(
    tx: Transaction,
    school: str,
    policy_id: int | None = None,
    *,
    as_at: datetime | None = None,
    corrected: bool = False,
) -> list[ApprovalRow]:
    """Return the decisions on one policy, or on all, in the order they were recorded; by ``as_at`` where given.

    Those recorded in error are left out, unless ``corrected``.
    """

    def ask() -> tuple[ApprovalRow, ...]:
        return tuple(_approvals(tx, school, policy_id, as_at, corrected=corrected))

    return list(kept(tx, ("approvals", school, policy_id, as_at, corrected), ("approval", "correction"), ask))


def _approvals(
    tx: Transaction, school: str, policy_id: int | None, as_at: datetime | None, *, corrected: bool
) -> Iterator[ApprovalRow]:
    table = schema.approval
    query = select(table).where(table.c.school == school).order_by(table.c.id)
    if not corrected:
        query = query.where(table.c.id.not_in(corrected_keys(school, CorrectionKind.APPROVAL, as_at)))
    if as_at is not None:
        query = query.where(table.c.recorded_at <= as_at)
    if policy_id is not None:
        query = query.where(table.c.policy_id == policy_id)
    yield from (_approval(row) for row in tx.execute(query))


def _approval(row: Row[Any]) -> ApprovalRow:
    return ApprovalRow(
        row.policy_id,
        row.version_id,
        row.body,
        row.approved_on,
        row.minute,
        row.id,
        row.recorded_at,
        None if row.status_before is None else VersionStatus(row.status_before),
        row.review_before,
        None
        if row.consulted is None
        else Consultation(row.consulted, row.consulted_from, row.consulted_until, row.consultation or ""),
    )


def add_override(
    decision: Decision, policy_id: int, *, field: str, value: str, reason: str, stated: str | None = None
) -> OverrideRow:
    """Record that the office overruled a fact; what was said of it before is kept."""
    row = OverrideRow(field, value, reason, decided_at=decision.now, stated=stated)
    values = {"school": decision.school, "policy_id": policy_id, "actor": decision.actor, **asdict(row)}
    decision.tx.execute(insert(schema.fact_override).values(**values))
    return row


def list_overrides(
    tx: Transaction, school: str, *, as_at: datetime | None = None
) -> dict[int, tuple[OverrideRow, ...]]:
    """Return the overruled facts by policy id, the latest word on each field by ``as_at`` or now, by field name."""
    return dict(kept(tx, ("overrides", school, as_at), ("fact_override",), lambda: _overrides(tx, school, as_at)))


def _overrides(tx: Transaction, school: str, as_at: datetime | None) -> dict[int, tuple[OverrideRow, ...]]:
    table = schema.fact_override
    latest: dict[int, dict[str, OverrideRow]] = {}
    query = select(table).where(table.c.school == school).order_by(table.c.id)
    if as_at is not None:
        query = query.where(table.c.decided_at <= as_at)
    for row in tx.execute(query):
        override = OverrideRow(row.field, row.value, row.reason, row.decided_at, row.stated)
        latest.setdefault(row.policy_id, {})[row.field] = override
    return {policy: tuple(words[name] for name in sorted(words)) for policy, words in latest.items()}
