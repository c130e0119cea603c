"""A text that its owner calls ready for the clerk: from then on it may go to the governors as a paper, and none else.

The word is kept beside the facts that an owner settled, for one text by its hash: a text that changes after it is not
ready any more, nor is one that was approved or checked since. Nothing that is held can be called ready.
"""

from collections.abc import Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from pipeline.errors import UsageError
from pipeline.model.facts import Problem
from pipeline.policies.decisions.decided import Decided
from pipeline.policies.version_labels import find_label
from pipeline.reasons.reason import because
from pipeline.register.decision import Decision
from pipeline.register.ledger.signed_heads import Field
from pipeline.register.policies import decisions
from pipeline.register.policies import policies as rows
from pipeline.register.policies.decisions import OverrideRow
from pipeline.register.policies.policies import PolicyRow, VersionRow, get_policy
from pipeline.register.policies.ready_texts import READY, list_ready, ready_word
from pipeline.register.transaction import Transaction
from pipeline.wording import say_day

CHANGED_SINCE = "changed-since-ready"
_READY = "ready for the clerk"


def text_for_clerk(tx: Transaction, school: str, policy: PolicyRow) -> VersionRow | None:
    """Return the text of a policy that would go to the clerk: what waits, else what is in use; None for neither."""
    version = rows.drafts(tx, school).get(policy.id) or rows.versions_in_force(tx, school).get(policy.id)
    if policy.withdrawn_on is not None or version is None or version.edition is not None:
        return None
    return version


def mark_ready(decision: Decision, slug: str, *, zone: ZoneInfo) -> Decided:
    """Record that the text of a policy may go to the clerk: the draft that waits, else the text in use, unchanged.

    ``zone`` is the school's, by whose days an earlier word is told.

    Raises:
        UsageError: there is no text, it is held, or it was called ready before.
    """
    tx, school = decision.tx, decision.school
    policy = get_policy(tx, school, slug)
    version = text_for_clerk(tx, school, policy)
    if version is None:
        raise UsageError(f"{policy.title} has no text of the school's own that could go to the clerk.")
    if version.holds:
        found = " ".join(problem.message for problem in version.holds)
        raise UsageError(f"{policy.title} is held, and nothing half-edited leaves: {found} Mend the document first.")
    if (ready := list_ready(tx, school).get(policy.id)) is not None:
        raise UsageError(f"{policy.title} is ready for the clerk already, since {say_day(_day(ready.since, zone))}.")
    decisions.add_override(decision, policy.id, field=READY, value=version.sha256, reason=_READY)
    decision.record("ready", _fields(policy, version))
    called = find_label(tx, school, version)
    return Decided(
        slug,
        policy.title,
        f"{policy.title} (version {called}) is ready for the clerk: it goes with the papers of the next meeting. If "
        "the document is changed before, it is not ready any more.",
    )


def unmark_ready(decision: Decision, slug: str) -> Decided:
    """Record that a policy's text is not ready for the clerk after all; a paper that waits to go is dropped.

    Raises:
        UsageError: it is not called ready.
    """
    tx, school = decision.tx, decision.school
    policy = get_policy(tx, school, slug)
    ready = list_ready(tx, school).get(policy.id)
    if ready is None:
        raise UsageError(f"{policy.title} is not called ready for the clerk, so nothing was taken back.")
    decisions.add_override(decision, policy.id, field=READY, value="", reason=_READY)
    decision.record("not-ready", _fields(policy, ready.version))
    return Decided(slug, policy.title, f"{policy.title} is not ready for the clerk any more; its paper does not go.")


def changed_since_ready(
    policy: PolicyRow, draft: VersionRow | None, said: Sequence[OverrideRow], zone: ZoneInfo
) -> tuple[Problem, ...]:
    """Return the finding ``changed-since-ready`` on a draft that is another than the one that was called ready."""
    word = ready_word(said)
    if draft is None or word is None or draft.sha256 == word.value or draft.recorded_at <= word.decided_at:
        return ()
    return (
        Problem(
            CHANGED_SINCE,
            because("changed-since-ready", day=say_day(_day(word.decided_at, zone)), slug=policy.slug),
        ),
    )


def _day(moment: datetime, zone: ZoneInfo) -> date:
    """Return the school's day of a moment."""
    return moment.astimezone(zone).date()


def _fields(policy: PolicyRow, version: VersionRow) -> dict[str, Field]:
    return {"policy": policy.slug, "version": version.number, "sha256": version.sha256}
