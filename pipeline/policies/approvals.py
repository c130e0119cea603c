"""Which approval holds for the text in use, and the dates that follow from it. Beside ``standing``."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from pipeline.changes.kinds import ISSUES_ITSELF
from pipeline.config import Config
from pipeline.dates.calendar import last_day
from pipeline.model.dates import PartialDate, Precision
from pipeline.model.facts import Facts
from pipeline.model.policies import VersionStatus
from pipeline.named.names.likeness import COULD_BE, SAME, same_person
from pipeline.policies.owners import resolve_owner, says_one
from pipeline.register.corrections import CorrectionKind, list_corrections
from pipeline.register.policies.decisions import ApprovalRow, list_approvals
from pipeline.register.policies.policies import VersionRow
from pipeline.register.transaction import Transaction
from pipeline.wording import say_day


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
        if version.status is VersionStatus.PENDING_APPROVAL:
            # What one of several bodies said of it is not yet its approval.
            holding.pop(version.id, None)
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


def unapproved_since(versions: Sequence[VersionRow]) -> dict[int, date]:
    """Return since when each policy's text in use waits for its approval, by the policy's key; none for the others.

    A version that changed contacts or dates alone is of the text that waited before it. ``versions`` by policy and
    number.
    """
    waiting: dict[int, date] = {}
    for version in versions:
        if version.status in (VersionStatus.DRAFT, VersionStatus.WITHDRAWN):
            continue
        began = waiting.pop(version.policy_id, None)
        issued = version.issued_on or version.recorded_at.date()
        waiting[version.policy_id] = began if began is not None and version.kind in ISSUES_ITSELF else issued
        if version.status is VersionStatus.APPROVED:
            del waiting[version.policy_id]
    in_use = {one.policy_id for one in versions if one.status is VersionStatus.PENDING_APPROVAL}
    return {policy: since for policy, since in waiting.items() if policy in in_use}


def _stated(facts: Facts) -> PartialDate | None:
    return facts.approved_on.date if facts.approved_on else None


def approved_on(approval: ApprovalRow | None, facts: Facts) -> PartialDate | None:
    """Return when a text was approved: as it was recorded, else as the document says."""
    return _day(approval.approved_on) if approval is not None else _stated(facts)


def last_review(approval: ApprovalRow | None, facts: Facts, checked_on: date | None = None) -> PartialDate | None:
    """Return when a text was last reviewed: an approved review is one, unless the document states a later one.

    ``checked_on`` is the day on which it was last recorded as checked and unchanged.
    """
    stated = facts.last_review.date if facts.last_review else None
    days = [approval.approved_on] if approval is not None else []
    recorded = max([*days, checked_on] if checked_on is not None else days, default=None)
    if recorded is None or (stated is not None and last_day(stated) >= recorded):
        return stated
    return _day(recorded)


def _day(recorded: date) -> PartialDate:
    return PartialDate(recorded.isoformat(), Precision.DAY)


def is_own_approval(body: str, config: Config, today: date, *, name: str, address: str | None) -> bool:
    """Return whether the person who records an approval is the one who would have given it.

    Either ``body`` could be their own ``name``, or is a role that only a person of that name holds, or a role or person
    that is told of at their work ``address``. A body of several people, such as the governors, is nobody's own.
    """
    from pipeline.named.roles.vocabulary import find_roles

    if same_person(body, name, COULD_BE):
        return True
    spoken = {mention.role for mention in find_roles(body)} if says_one(body) else set()
    holders = [one for one in config.directory(today).holders if one.role in spoken]
    if holders and all(same_person(one.name, name, SAME) for one in holders):
        return True
    reached = {one.address.casefold() for one in resolve_owner(body, config.directory(today), config)}
    return address is not None and reached == {address.casefold()}
