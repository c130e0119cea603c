"""Which approval holds for the text in use, and the dates that follow from it. Beside ``standing``."""

from collections.abc import Iterable, Mapping

from pipeline.lifecycle.calendar import last_day
from pipeline.lifecycle.revisions import ISSUES_ITSELF
from pipeline.lifecycle.wording import say_day
from pipeline.model import Facts, PartialDate, Precision, VersionStatus
from pipeline.register.corrections import CorrectionKind, list_corrections
from pipeline.register.database import Transaction
from pipeline.register.decisions import ApprovalRow, list_approvals
from pipeline.register.policies import VersionRow


def latest_approvals(approvals: Iterable[ApprovalRow]) -> dict[int, ApprovalRow]:
    """Return the latest decision on each version that one was made on, by the version's key."""
    latest: dict[int, ApprovalRow] = {}
    for approval in approvals:
        known = latest.get(approval.version_id)
        if known is None or approval.approved_on >= known.approved_on:
            latest[approval.version_id] = approval
    return latest


def approvals_in_error(tx: Transaction, school: str) -> dict[int, str]:
    """Return what to say of each version, by its key, of which an approval was recorded in error: of the last one."""
    corrections = list_corrections(tx, school, CorrectionKind.APPROVAL)
    said = {}
    for approval in list_approvals(tx, school, corrected=True) if corrections else ():
        if (found := corrections.get(approval.id)) is not None:
            said[approval.version_id] = (
                f"The approval by {approval.body} on {say_day(approval.approved_on)} was recorded in error, as was "
                f"said on {say_day(found.recorded_at.date())}: {found.reason}"
            )
    return said


def approvals_that_hold(approvals: Mapping[int, ApprovalRow], versions: Iterable[VersionRow]) -> dict[int, ApprovalRow]:
    """Return the approval that holds for each version, by the version's key.

    A version that changed contacts or dates alone is of the text that was approved before it: that decision holds on,
    unless the document states another approval now. ``versions`` by policy and number.
    """
    holding = dict(approvals)
    before: dict[int, VersionRow] = {}
    for version in versions:
        if version.status in (VersionStatus.DRAFT, VersionStatus.WITHDRAWN):
            continue
        earlier = before.get(version.policy_id)
        if (
            earlier is not None
            and version.id not in holding
            and earlier.id in holding
            and version.kind in ISSUES_ITSELF
            and _stated(version.facts) == _stated(earlier.facts)
        ):
            holding[version.id] = holding[earlier.id]
        before[version.policy_id] = version
    return holding


def _stated(facts: Facts) -> PartialDate | None:
    return facts.approved_on.date if facts.approved_on else None


def approved_on(approval: ApprovalRow | None, facts: Facts) -> PartialDate | None:
    """Return when a text was approved: as it was recorded, else as the document says."""
    return _day(approval) if approval is not None else _stated(facts)


def last_review(approval: ApprovalRow | None, facts: Facts) -> PartialDate | None:
    """Return when a text was last reviewed: an approved review is one, unless the document states a later one."""
    stated = facts.last_review.date if facts.last_review else None
    if approval is None or (stated is not None and last_day(stated) >= approval.approved_on):
        return stated
    return _day(approval)


def _day(approval: ApprovalRow) -> PartialDate:
    return PartialDate(approval.approved_on.isoformat(), Precision.DAY)
