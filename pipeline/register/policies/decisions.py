"""What was decided on policies: approvals, and facts that the office overruled. Only ever added to."""

from dataclasses import dataclass
from datetime import date, datetime

from pipeline.model.policies import VersionStatus
from pipeline.register.cached_answers import kept
from pipeline.register.corrections import CorrectionKind, corrected_keys
from pipeline.register.decision import Decision
from pipeline.register.policies.policies import VersionRow
from pipeline.register.tables import schema
from pipeline.register.tables.mapper import Mapper, made_of
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


def _consultation(
    groups: str | None, first: date | None, last: date | None, outcome: str | None
) -> Consultation | None:
    return None if groups is None else Consultation(groups, first, last, outcome or "")


_ASKED = [schema.approval.c[name] for name in ("consulted", "consulted_from", "consulted_until", "consultation")]
_APPROVALS = Mapper(ApprovalRow, schema.approval, consultation=made_of(_consultation, *_ASKED))
_OVERRIDES = Mapper(OverrideRow, schema.fact_override)


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
    stood = version.policy_id, version.id, body, approved_on, minute
    new = ApprovalRow(*stood, 0, decision.now, version.status, version.next_review_on)
    asked: dict[str, object] = {}
    if consultation is not None:
        asked |= {"consulted": consultation.groups, "consultation": consultation.outcome or None}
        asked |= {"consulted_from": consultation.first, "consulted_until": consultation.last}
    key = _APPROVALS.add(decision.tx, decision.school, new, actor=decision.actor, **asked)
    return _APPROVALS.read(decision.tx.execute(_APPROVALS.of(decision.school, schema.approval.c.id == key)).one())


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
        return _approvals(tx, school, policy_id, as_at, corrected=corrected)

    return list(kept(tx, ("approvals", school, policy_id, as_at, corrected), ("approval", "correction"), ask))


def _approvals(
    tx: Transaction, school: str, policy_id: int | None, as_at: datetime | None, *, corrected: bool
) -> tuple[ApprovalRow, ...]:
    table = schema.approval
    query = _APPROVALS.of(school)
    if not corrected:
        query = query.where(table.c.id.not_in(corrected_keys(school, CorrectionKind.APPROVAL, as_at)))
    if as_at is not None:
        query = query.where(table.c.recorded_at <= as_at)
    if policy_id is not None:
        query = query.where(table.c.policy_id == policy_id)
    return _APPROVALS.all(tx, query)


def add_override(
    decision: Decision, policy_id: int, *, field: str, value: str, reason: str, stated: str | None = None
) -> OverrideRow:
    """Record that the office overruled a fact; what was said of it before is kept."""
    row = OverrideRow(field, value, reason, decided_at=decision.now, stated=stated)
    _OVERRIDES.add(decision.tx, decision.school, row, policy_id=policy_id, actor=decision.actor)
    return row


def list_overrides(
    tx: Transaction, school: str, *, as_at: datetime | None = None
) -> dict[int, tuple[OverrideRow, ...]]:
    """Return the overruled facts by policy id, the latest word on each field by ``as_at`` or now, by field name."""
    return dict(kept(tx, ("overrides", school, as_at), ("fact_override",), lambda: _overrides(tx, school, as_at)))


def _overrides(tx: Transaction, school: str, as_at: datetime | None) -> dict[int, tuple[OverrideRow, ...]]:
    table = schema.fact_override
    latest: dict[int, dict[str, OverrideRow]] = {}
    query = _OVERRIDES.of(school).add_columns(table.c.policy_id)
    if as_at is not None:
        query = query.where(table.c.decided_at <= as_at)
    for row in tx.execute(query):
        latest.setdefault(row.policy_id, {})[row.field] = _OVERRIDES.read(row)
    return {policy: tuple(words[name] for name in sorted(words)) for policy, words in latest.items()}
