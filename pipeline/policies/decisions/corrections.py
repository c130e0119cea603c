"""Take back an approval that was recorded in error: it ends, and the version stands as it did without it.

Which row a correction means is told here for readings and tellings too: ``last_standing``.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from typing import Protocol, TypeVar

from pipeline.changes.kinds import ISSUES_ITSELF
from pipeline.dates.calendar import last_day, next_review
from pipeline.errors import UsageError
from pipeline.model.facts import Facts
from pipeline.model.policies import IN_FORCE, RevisionKind, VersionStatus
from pipeline.policies.decisions.decided import Decided
from pipeline.policies.effective import cycle_months, effective_facts, effective_next_review
from pipeline.policies.version_labels import find_label
from pipeline.register.corrections import CorrectionKind, add_correction, list_corrections
from pipeline.register.decision import Decision
from pipeline.register.policies import decisions
from pipeline.register.policies import policies as rows
from pipeline.register.policies.decisions import ApprovalRow, OverrideRow
from pipeline.register.policies.policies import PolicyRow, VersionRow, get_policy
from pipeline.register.policies.ready_texts import REAFFIRMED
from pipeline.wording import say_day, say_partial


class _Recorded(Protocol):
    @property
    def id(self) -> int: ...


_Row = TypeVar("_Row", bound=_Recorded)


def last_standing(
    decision: Decision,
    kind: CorrectionKind,
    recorded: Sequence[_Row],
    say: Callable[[_Row], str],
    *,
    what: str,
    earlier: bool,
) -> _Row | None:
    """Return the last of ``recorded`` that was not taken back, which a correction means; None where there is none.

    ``recorded`` has those that were taken back too, the newest last. Where that one was, ``earlier`` has to be said, so
    that a command given twice ends one row. ``what`` and ``say``, such as "of 3 May 2026", name a row in the refusal.

    Raises:
        UsageError: the newest was taken back before, and ``earlier`` was not said.
    """
    corrected = list_corrections(decision.tx, decision.school, kind)
    standing = [row for row in recorded if row.id not in corrected]
    if not standing:
        return None
    if recorded[-1].id in corrected and not earlier:
        raise UsageError(
            f"{what}, {say(recorded[-1])}, was taken back before; nothing was changed. The one before it, "
            f"{say(standing[-1])}, stands: to take that back as well, add --earlier."
        )
    return standing[-1]


def correct_approval(
    decision: Decision,
    slug: str,
    *,
    reason: str,
    number: int | None,
    default_cycle_months: int,
    earlier: bool = False,
) -> Decided:
    """Record that the last approval of a policy, or of its version ``number``, was recorded in error.

    The version awaits its approval again, unless another body's holds or it was in use from before the first run; its
    review is due when it was without the approval. ``earlier``: the last one was taken back before, and the one before
    it is meant.

    Raises:
        UsageError: no approval is recorded that could be meant.
    """
    tx, school = decision.tx, decision.school
    policy = get_policy(tx, school, slug)
    versions = rows.list_versions(tx, school, policy.id)
    approval = _meant(decision, policy, versions, number, earlier=earlier)
    version = next(each for each in versions if each.id == approval.version_id)
    add_correction(
        decision,
        CorrectionKind.APPROVAL,
        approval.id,
        reason,
        fields={"policy": policy.slug, "version": version.number, "on": approval.approved_on.isoformat()},
        words={"by": approval.body},
    )
    left = _stand_without(decision, policy, version, versions, default_cycle_months)
    called = find_label(tx, school, version)
    said = f"The approval of {policy.title} (version {called}) by {approval.body} on {say_day(approval.approved_on)}"
    return Decided(slug, policy.title, f"{said} was recorded in error. {_say_standing(decision, policy, left)}")


def _meant(
    decision: Decision,
    policy: PolicyRow,
    versions: Sequence[VersionRow],
    number: int | None,
    *,
    earlier: bool,
) -> ApprovalRow:
    numbers = {version.id: version.number for version in versions}
    recorded = decisions.list_approvals(decision.tx, decision.school, policy.id, corrected=True)
    recorded = [row for row in recorded if number in (None, numbers[row.version_id])]
    of = f"version {number} of {policy.title}" if number is not None else policy.title
    what = f"The last approval of {of}"
    meant = last_standing(decision, CorrectionKind.APPROVAL, recorded, _say_approval, what=what, earlier=earlier)
    if meant is None:
        raise UsageError(f"No approval of {of} is recorded, so there is nothing to take back.")
    return meant


def _say_approval(approval: ApprovalRow) -> str:
    return f"by {approval.body} on {say_day(approval.approved_on)}"


def _stand_without(
    decision: Decision,
    policy: PolicyRow,
    version: VersionRow,
    versions: Sequence[VersionRow],
    default_cycle_months: int,
) -> bool:
    """Let a version, and those that only changed its contacts or dates, stand as without the corrected approval.

    Return whether it is still approved.
    """
    tx, school = decision.tx, decision.school
    given = decisions.list_approvals(tx, school, policy.id, corrected=True)
    first = next(row for row in given if row.version_id == version.id)
    holding = [row for row in decisions.list_approvals(tx, school, policy.id) if row.version_id == version.id]
    overrides = decisions.list_overrides(tx, school).get(policy.id, ())
    facts = effective_facts(version.facts, overrides)
    cycle = cycle_months(facts, policy, default_cycle_months)
    review = _rolled(version, facts, cycle, first, holding, overrides)
    for one in _of_the_same_text(version, versions, {row.version_id for row in given}):
        rows.set_rolled_review(tx, one.id, review)
        if not holding and one.status in IN_FORCE:
            rows.set_version_status(tx, one.id, _status_before(version, first))
    return bool(holding)


def _status_before(version: VersionRow, first: ApprovalRow) -> VersionStatus:
    """Return how a version stands without any approval: what was a draft stays in use, and awaits one."""
    if first.status_before is None:
        was_adopted = version.kind is RevisionKind.ADOPTED
        return VersionStatus.APPROVED if was_adopted else VersionStatus.PENDING_APPROVAL
    return first.status_before if first.status_before in IN_FORCE else VersionStatus.PENDING_APPROVAL


def _of_the_same_text(version: VersionRow, versions: Sequence[VersionRow], approved: set[int]) -> Iterator[VersionRow]:
    """Yield a version and those after it to which its approval was carried over."""
    yield version
    for later in versions:
        if later.number > version.number and later.status not in (VersionStatus.DRAFT, VersionStatus.WITHDRAWN):
            if later.kind not in ISSUES_ITSELF or later.id in approved:
                return
            yield later


def _rolled(
    version: VersionRow,
    facts: Facts,
    cycle: int,
    first: ApprovalRow,
    holding: Sequence[ApprovalRow],
    overrides: Sequence[OverrideRow],
) -> date | None:
    """Return to which day the approvals that hold have rolled the review; the owner's own date ends what was before."""
    said = next((one.decided_at for one in overrides if one.field == "next_review"), None)
    rolled = first.review_before if said is None or said < first.recorded_at else None
    for approval in holding:
        if said is None or said < approval.recorded_at:
            stated = effective_next_review(replace(version, next_review_on=rolled), facts)
            rolled = last_day(next_review(stated, cycle, approval.approved_on))
    return _rolled_by_check(version, facts, cycle, rolled, overrides)


def _rolled_by_check(
    version: VersionRow, facts: Facts, cycle: int, rolled: date | None, overrides: Sequence[OverrideRow]
) -> date | None:
    """Return the review date that a review without change moved on; ``rolled`` where there was none of this text."""
    checked = next((one for one in overrides if one.field == REAFFIRMED and one.value), None)
    if checked is None or checked.decided_at < version.recorded_at:
        return rolled
    stated = effective_next_review(replace(version, next_review_on=rolled), facts)
    return last_day(next_review(stated, cycle, date.fromisoformat(checked.value)))


def _say_standing(decision: Decision, policy: PolicyRow, is_approved: bool) -> str:
    current = rows.versions_in_force(decision.tx, decision.school).get(policy.id)
    if current is None:
        return "It is not in use."
    overrides = decisions.list_overrides(decision.tx, decision.school).get(policy.id, ())
    review = effective_next_review(current, effective_facts(current.facts, overrides))
    due = f"the next review is due {say_partial(review)}" if review else "it states no next review"
    if is_approved:
        return f"Another approval holds; {due}."
    if current.status is VersionStatus.PENDING_APPROVAL:
        return f"The text stays in use and awaits its approval; {due}."
    return f"The text stays in use; {due}."
