"""The texts that their owners call ready for the clerk, and the mails with papers that are not ready any more.

The word stands beside the facts that owners overrule; ``policies.decisions.ready`` says it. What plans papers, and
what sends one, asks here at that moment: a text that was changed, held, approved or taken back since does not go.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from pipeline.model.policies import VersionStatus
from pipeline.register.mail.told import About, list_told
from pipeline.register.policies import decisions
from pipeline.register.policies import policies as rows
from pipeline.register.policies.decisions import ApprovalRow, OverrideRow
from pipeline.register.policies.policies import VersionRow
from pipeline.register.transaction import Transaction

READY = "ready"
"""The name under which the text's hash is kept among what owners decided; empty: not ready after all."""
REAFFIRMED = "reaffirmed"
"""The name under which the day of a review without change is kept there; an empty day: it was recorded in error."""


@dataclass(frozen=True, slots=True)
class ReadyText:
    """A text that may go to the clerk."""

    version: VersionRow
    since: datetime


def list_ready(tx: Transaction, school: str) -> dict[int, ReadyText]:
    """Return the texts that may go to the clerk now, by the register's key of the policy."""
    decided = decisions.list_overrides(tx, school)
    if not any(each.field == READY and each.value for said in decided.values() for each in said):
        return {}
    approvals = decisions.list_approvals(tx, school)
    drafts, in_force = rows.drafts(tx, school), rows.versions_in_force(tx, school)
    found = {}
    for policy in rows.list_policies(tx, school, only=list(decided)):
        said = decided[policy.id]
        version = drafts.get(policy.id) or in_force.get(policy.id)
        word = ready_word(said)
        if word is None or version is None or policy.withdrawn_on is not None or version.holds:
            continue
        if version.sha256 == word.value and not _is_settled(version, word, said, approvals):
            found[policy.id] = ReadyText(version, word.decided_at)
    return found


def ready_word(said: Sequence[OverrideRow]) -> OverrideRow | None:
    """Return the word that calls a text of a policy ready, of all that was decided on it; None where none does."""
    return next((each for each in said if each.field == READY and each.value), None)


def _is_settled(
    version: VersionRow, word: OverrideRow, said: Sequence[OverrideRow], approvals: Sequence[ApprovalRow]
) -> bool:
    """Return whether a text was approved, or checked as unchanged, after it was called ready."""
    # One of several bodies may have approved a text that waits: then it is still to go to the others.
    is_whole = version.status not in (VersionStatus.DRAFT, VersionStatus.PENDING_APPROVAL)
    given = [each for each in approvals if each.version_id == version.id]
    approved = is_whole and any(each.recorded_at >= word.decided_at for each in given)
    checked = any(each.field == REAFFIRMED and each.value and each.decided_at >= word.decided_at for each in said)
    return approved or checked


def list_stale_papers(tx: Transaction, school: str, messages: Sequence[int] | None = None) -> tuple[int, ...]:
    """Return the messages not gone yet, all or of ``messages``, with a paper whose text is not ready any more."""
    told = [
        row
        for row in list_told(tx, school, about=(About.PAPERS,), only_waiting=True)
        if row.message is not None and row.version_id is not None and (messages is None or row.message in messages)
    ]
    ready = list_ready(tx, school) if told else {}
    versions = {text.version.id for text in ready.values()}
    return tuple(sorted({row.message for row in told if row.message and row.version_id not in versions}))
