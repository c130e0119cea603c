"""The day on which a review is due, moved once by the policy's owner, with a reason that governors see.

The word stands beside the facts that an owner settled, with the scheduled day it was said of. It holds for that review
alone: whatever moves the schedule on, an approval or a check without change, ends it, and the next date rolls from the
scheduled day as ever. The document, and what copies say of it, stay as they are.
"""

from collections.abc import Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from pipeline.catalogue.policies import ReviewRule, entry_on
from pipeline.config import Config
from pipeline.dates.calendar import add_months
from pipeline.dates.states import due_on
from pipeline.errors import UsageError
from pipeline.model.facts import Problem
from pipeline.model.policies import DueMove, PolicyStanding
from pipeline.policies.approvals import approvals_that_hold, latest_approvals
from pipeline.policies.decisions.decided import Decided, drop_reminders
from pipeline.policies.effective import effective_facts, effective_next_review
from pipeline.register.decision import Decision
from pipeline.register.ledger.signed_heads import Field
from pipeline.register.policies import decisions
from pipeline.register.policies import policies as rows
from pipeline.register.policies.decisions import ApprovalRow, OverrideRow
from pipeline.register.policies.policies import PolicyRow, VersionRow, get_policy
from pipeline.register.policies.ready_texts import REAFFIRMED
from pipeline.wording import say_count, say_day, say_partial

DUE = "due"
"""The name under which the day is kept among what owners decided, ``stated`` being the scheduled one; empty: not so."""
LONGEST_MONTHS = 6
"""From the day a review was due, or from today where that is over, to the day it may be moved to: two terms."""
_LONGEST_REASON = 300


def find_move(
    said: Sequence[OverrideRow], scheduled: date | None, approval: ApprovalRow | None, zone: ZoneInfo
) -> DueMove | None:
    """Return the move that holds for a review scheduled for a day; None where there is none, or it is over.

    ``approval`` is what holds for the text in use; a later one, or a check without change, has ended the review.
    """
    word = _word(said)
    if word is None or scheduled is None or word.stated != scheduled.isoformat():
        return None
    checked = any(each.field == REAFFIRMED and each.value and each.decided_at > word.decided_at for each in said)
    if checked or (approval is not None and approval.recorded_at > word.decided_at):
        return None
    return DueMove(scheduled, date.fromisoformat(word.value), _day(word.decided_at, zone), word.reason)


def _word(said: Sequence[OverrideRow]) -> OverrideRow | None:
    return next((each for each in said if each.field == DUE and each.value), None)


def _day(moment: datetime, zone: ZoneInfo) -> date:
    return moment.astimezone(zone).date()


def latest_day(scheduled: date, today: date) -> date:
    """Return the last day to which a review scheduled for a day may be moved."""
    return add_months(max(scheduled, today), LONGEST_MONTHS)


def move_due(decision: Decision, slug: str, *, to: date, reason: str, config: Config, today: date) -> Decided:
    """Record that the review of a policy is due on another day, once for this review.

    Raises:
        UsageError: it has no review that could be moved, it was moved before, the day is over or too far, or the reason
            is missing.
    """
    tx, school = decision.tx, decision.school
    policy = get_policy(tx, school, slug)
    version, scheduled, move = _review_of(decision, policy, config)
    if move is not None:
        raise UsageError(
            f"{say_move(policy.title, move)} A review is moved once; record the approval, or that it was checked and "
            "is unchanged, once it is done."
        )
    said = " ".join(reason.split())
    if not said:
        raise UsageError("Say why; governors see the reason in their papers.")
    if not said.isprintable():
        raise UsageError("Say why in ordinary characters: it stands on the governors' agenda sheet.")
    if len(said) > _LONGEST_REASON:
        raise UsageError(f"Say why in at most {_LONGEST_REASON} characters: it stands on the governors' agenda sheet.")
    _check_day(policy, scheduled, to, today)
    decisions.add_override(
        decision, policy.id, field=DUE, value=to.isoformat(), reason=said, stated=scheduled.isoformat()
    )
    decision.record("due-moved", _fields(policy, version, scheduled, to), words={"reason": said})
    drop_reminders(decision, policy.id)
    moved = DueMove(scheduled, to, _day(decision.now, config.zone), said)
    warning = rule_warning(policy.catalogue_slug, moved, today)
    message = (
        f"The review of {policy.title} was due on {say_day(scheduled)} and is due on {say_day(to)} now. Reminders "
        "follow that day, and governors see the reason in their papers."
    )
    return Decided(slug, policy.title, f"{message} {warning}".strip())


def _check_day(policy: PolicyRow, scheduled: date, to: date, today: date) -> None:
    if to < today:
        raise UsageError(f"{say_day(to)} is over; a review is moved to a day to come.")
    if to == scheduled:
        raise UsageError(f"The review of {policy.title} is due on {say_day(to)} already, so nothing was moved.")
    if to > (latest := latest_day(scheduled, today)):
        raise UsageError(
            f"{say_day(to)} is too far: a review is moved by at most {say_count(LONGEST_MONTHS, 'month')}, here to "
            f"{say_day(latest)}. What takes longer is for the governors to decide: have them approve the text with "
            "another date."
        )


def correct_due(decision: Decision, slug: str, *, reason: str, config: Config) -> Decided:
    """Record that moving a review was recorded in error; it is due on its scheduled day.

    Raises:
        UsageError: it is not moved.
    """
    policy = get_policy(decision.tx, decision.school, slug)
    version, scheduled, move = _review_of(decision, policy, config)
    if move is None:
        raise UsageError(f"The review of {policy.title} is not moved, or to another day, so nothing was taken back.")
    decisions.add_override(decision, policy.id, field=DUE, value="", reason=reason, stated=scheduled.isoformat())
    decision.record("due-corrected", _fields(policy, version, scheduled, move.to), words={"reason": reason})
    drop_reminders(decision, policy.id)
    return Decided(
        slug,
        policy.title,
        f"That the review of {policy.title} was moved to {say_day(move.to)} was recorded in error; it is due on "
        f"{say_day(scheduled)}.",
    )


def _review_of(decision: Decision, policy: PolicyRow, config: Config) -> tuple[VersionRow, date, DueMove | None]:
    """Return the text in use whose review is meant, the day it is scheduled for, and a move of it."""
    tx, school = decision.tx, decision.school
    version = rows.versions_in_force(tx, school).get(policy.id)
    if policy.withdrawn_on is not None or version is None:
        raise UsageError(f"{policy.title} has no text in use, so it has no review that could be moved.")
    entry = entry_on(policy.catalogue_slug, _day(decision.now, config.zone))
    if version.edition is not None or (entry is not None and entry.review_months == 0):
        raise UsageError(f"{policy.title} is kept up to date all year and has no review that could be moved.")
    said = decisions.list_overrides(tx, school).get(policy.id, ())
    scheduled = due_on(effective_next_review(version, effective_facts(version.facts, said)))
    if scheduled is None:
        raise UsageError(
            f"{policy.title} has no date of review that could be moved: give it one first, with 'policy set "
            f"{policy.slug} next_review=…' or under what it says of itself on its page."
        )
    given = latest_approvals(decisions.list_approvals(tx, school, policy.id))
    holding = approvals_that_hold(given, rows.list_versions(tx, school, policy.id))
    return version, scheduled, find_move(said, scheduled, holding.get(version.id), config.zone)


def _fields(policy: PolicyRow, version: VersionRow, scheduled: date, to: date) -> dict[str, Field]:
    return {
        "policy": policy.slug,
        "version": version.number,
        "sha256": version.sha256,
        "from": scheduled.isoformat(),
        "to": to.isoformat(),
    }


# --- in words ----------------------------------------------------------------------------------------------------


def say_move(title: str, move: DueMove) -> str:
    """Return from when to when a review was moved, and why, in a sentence."""
    return (
        f"The review of {title} was due on {say_day(move.before)} and was moved on {say_day(move.moved_on)} to "
        f"{say_day(move.to)}: {move.reason.rstrip('.')}."
    )


def say_review_due(standing: PolicyStanding) -> str:
    """Return when a policy's review is due: the day it was moved to, else as document or approval say; else nothing."""
    if standing.due_move is not None:
        return say_day(standing.due_move.to)
    return say_partial(standing.next_review) or ""


def rule_warning(catalogue_slug: str | None, move: DueMove, today: date) -> str:
    """Return that a move leaves a policy without the review that a rule asks for, in a sentence, or nothing."""
    entry = entry_on(catalogue_slug, today)
    if entry is None or entry.review_rule is not ReviewRule.MUST or not entry.review_months or move.to <= move.before:
        return ""
    often = "every year" if entry.review_months == 12 else f"at least every {say_count(entry.review_months, 'month')}"
    return (
        f"It must be reviewed {often}: after {say_day(move.before)} it is late by that rule, whatever its day here. "
        "Tell the chair of governors."
    )


def move_problem(title: str, catalogue_slug: str | None, move: DueMove, today: date) -> Problem:
    """Return the finding ``review-moved``; it is minor unless a rule asks for the review earlier."""
    warning = rule_warning(catalogue_slug, move, today)
    return Problem("review-moved", f"{say_move(title, move)} {warning}".strip(), minor=not warning)
