"""A review that changed nothing: a text was read through on a day and found right, and its next review moves on.

Nothing of the document changes. The day is kept beside the facts that an owner settled, with the review date before it,
so that one recorded in error can be taken back.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from pipeline.dates.calendar import last_day, next_review
from pipeline.errors import UsageError
from pipeline.model.dates import PartialDate
from pipeline.policies.decisions.decided import Decided, drop_reminders
from pipeline.policies.effective import cycle_months, effective_facts, effective_next_review
from pipeline.policies.version_labels import find_label
from pipeline.register.decision import Decision
from pipeline.register.policies import decisions
from pipeline.register.policies import policies as rows
from pipeline.register.policies.decisions import OverrideRow
from pipeline.register.policies.policies import PolicyRow, VersionRow, get_policy
from pipeline.register.policies.ready_texts import REAFFIRMED
from pipeline.wording import say_day, say_partial

_CHECKED = "checked, unchanged"


def reaffirmed_on(decided: Sequence[OverrideRow]) -> date | None:
    """Return when a policy's text was last checked and found right, as it was recorded; None where it never was."""
    said = next((each for each in decided if each.field == REAFFIRMED and each.value), None)
    return date.fromisoformat(said.value) if said is not None else None


def next_review_if(
    version: VersionRow, policy: PolicyRow, decided: Sequence[OverrideRow], on: date, default_cycle_months: int
) -> PartialDate:
    """Return when a text would be due again if it were reviewed on a day: the review rolls from its scheduled date."""
    facts = effective_facts(version.facts, decided)
    cycle = cycle_months(facts, policy, default_cycle_months)
    return next_review(effective_next_review(version, facts), cycle, on)


def reaffirm(
    decision: Decision, slug: str, *, on: date, reason: str, default_cycle_months: int, today: date
) -> Decided:
    """Record that a policy's text in use was read through on a day and found right; its next review moves on.

    Raises:
        UsageError: the day is to come or before the last that was recorded, no text of the school's own is in use, it
            is held, or a changed one waits.
    """
    tx, school = decision.tx, decision.school
    policy = get_policy(tx, school, slug)
    version = _text_in_use(decision, policy)
    decided = decisions.list_overrides(tx, school).get(policy.id, ())
    if on > today:
        raise UsageError(f"{say_day(on)} is still to come; a review is recorded once the text has been read through.")
    before = reaffirmed_on(decided)
    if before is not None and on <= before:
        raise UsageError(f"That {policy.title} was checked on {say_day(before)} is recorded already.")
    rolled = next_review_if(version, policy, decided, on, default_cycle_months)
    _keep(decision, policy, version, on.isoformat(), reason.strip() or _CHECKED)
    rows.set_rolled_review(tx, version.id, last_day(rolled))
    drop_reminders(decision, policy.id)
    called = find_label(tx, school, version)
    return Decided(
        slug,
        policy.title,
        f"{policy.title} (version {called}) was checked on {say_day(on)} and is unchanged; the next review is due "
        f"{say_partial(rolled)}. Nobody is asked to read it again.",
    )


def correct_review(decision: Decision, slug: str, *, reason: str, default_cycle_months: int) -> Decided:
    """Record that the last review without change was recorded in error; the review is due when it was before.

    Raises:
        UsageError: none is recorded.
    """
    tx, school = decision.tx, decision.school
    policy = get_policy(tx, school, slug)
    decided = decisions.list_overrides(tx, school).get(policy.id, ())
    said = next((each for each in decided if each.field == REAFFIRMED and each.value), None)
    if said is None:
        raise UsageError(f"No review of {policy.title} without change is recorded, so nothing was taken back.")
    version = rows.versions_in_force(tx, school).get(policy.id)
    _keep(decision, policy, version, "", reason)
    before = date.fromisoformat(said.stated) if said.stated else None
    if version is not None and _is_as_it_left_it(said, before, version, policy, decided, default_cycle_months):
        rows.set_rolled_review(tx, version.id, before)
    on = say_day(date.fromisoformat(said.value))
    return Decided(
        slug,
        policy.title,
        f"That {policy.title} was checked on {on} was recorded in error; its review is due when it was before.",
    )


def _is_as_it_left_it(
    said: OverrideRow,
    before: date | None,
    version: VersionRow,
    policy: PolicyRow,
    decided: Sequence[OverrideRow],
    default_cycle_months: int,
) -> bool:
    """Return whether nothing decided since, such as an approval, has set another date of review for the text."""
    unmoved = replace(version, next_review_on=before)
    rolled = next_review_if(unmoved, policy, decided, date.fromisoformat(said.value), default_cycle_months)
    return version.next_review_on == last_day(rolled)


def _text_in_use(decision: Decision, policy: PolicyRow) -> VersionRow:
    tx, school = decision.tx, decision.school
    version = rows.versions_in_force(tx, school).get(policy.id)
    if policy.withdrawn_on is not None or version is None:
        raise UsageError(f"{policy.title} has no text in use that could be checked.")
    if version.edition is not None:
        raise UsageError(f"{policy.title} is published by others, who keep it up to date.")
    if version.holds:
        found = " ".join(problem.message for problem in version.holds)
        raise UsageError(f"{policy.title} is held: {found}")
    if policy.id in rows.drafts(tx, school):
        raise UsageError(
            f"{policy.title} was changed and the changed text waits, so it cannot be called unchanged. Put that in "
            "use, or put the earlier file back, first."
        )
    return version


def _keep(decision: Decision, policy: PolicyRow, version: VersionRow | None, day: str, reason: str) -> None:
    before = version.next_review_on if version is not None else None
    stated = before.isoformat() if before is not None else None
    decisions.add_override(decision, policy.id, field=REAFFIRMED, value=day, reason=reason, stated=stated)
    fields = {
        "policy": policy.slug,
        "version": version.number if version is not None else None,
        "sha256": version.sha256 if version is not None else None,
        "on": day or None,
    }
    decision.record(REAFFIRMED if day else "review-corrected", fields, words={"reason": reason})
