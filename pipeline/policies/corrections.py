"""Take back an approval that was recorded in error: it ends, and the version stands as it did without it."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date

from pipeline.errors import UsageError
from pipeline.lifecycle.calendar import last_day
from pipeline.lifecycle.revisions import ISSUES_ITSELF
from pipeline.lifecycle.states import review_after_approval
from pipeline.lifecycle.wording import say_day, say_partial
from pipeline.model import IN_FORCE, Facts, RevisionKind, VersionStatus
from pipeline.policies.decide import Decided, cycle_months, effective_facts, effective_next_review, get_policy
from pipeline.policies.version_labels import find_label
from pipeline.register import decisions
from pipeline.register import policies as rows
from pipeline.register.corrections import CorrectionKind, add_correction
from pipeline.register.decision import Decision
from pipeline.register.decisions import ApprovalRow, OverrideRow
from pipeline.register.policies import PolicyRow, VersionRow


def correct_approval(
    decision: Decision, slug: str, *, reason: str, number: int | None, default_cycle_months: int
) -> Decided:
    """Record that the last approval of a policy, or of its version ``number``, was recorded in error.

    The version awaits its approval again, unless another body's holds or it was in use from before the first run; its
    review is due when it was without the approval.

    Raises:
        UsageError: the reason is missing, or no approval is recorded that could be meant.
    """
    tx, school = decision.tx, decision.school
    policy = get_policy(tx, school, slug)
    if not reason.strip():
        raise UsageError("Say why with --reason; it is kept with the correction.")
    versions = rows.list_versions(tx, school, policy.id)
    approval = _meant(policy, versions, decisions.list_approvals(tx, school, policy.id), number)
    version = next(each for each in versions if each.id == approval.version_id)
    add_correction(
        decision,
        CorrectionKind.APPROVAL,
        approval.id,
        reason.strip(),
        fields={"policy": policy.slug, "version": version.number, "on": approval.approved_on.isoformat()},
        words={"by": approval.body},
    )
    left = _stand_without(decision, policy, version, versions, default_cycle_months)
    called = find_label(tx, school, version)
    said = f"The approval of {policy.title} (version {called}) by {approval.body} on {say_day(approval.approved_on)}"
    return Decided(slug, policy.title, f"{said} was recorded in error. {_say_standing(decision, policy, left)}")


def _meant(
    policy: PolicyRow, versions: Sequence[VersionRow], approvals: Sequence[ApprovalRow], number: int | None
) -> ApprovalRow:
    numbers = {version.id: version.number for version in versions}
    found = [row for row in approvals if number in (None, numbers[row.version_id])]
    if not found:
        of = f"version {number} of {policy.title}" if number is not None else policy.title
        raise UsageError(f"No approval of {of} is recorded, so there is nothing to take back.")
    return found[-1]


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
            rolled = last_day(review_after_approval(stated, cycle, approval.approved_on))
    return rolled


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
