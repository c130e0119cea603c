"""Take back what was recorded in error of people: that one has read a policy, or has left."""

from dataclasses import replace
from datetime import date

from pipeline.errors import UsageError
from pipeline.policies.decisions.corrections import last_standing
from pipeline.register.corrections import CorrectionKind, add_correction
from pipeline.register.decision import Decision
from pipeline.register.people.changes import change_person, list_ended_with
from pipeline.register.people.persons import PersonRow, find_leaving
from pipeline.register.policies.policies import PolicyRow, get_policy, list_versions
from pipeline.register.readings.requests import AcknowledgementRow, list_acknowledgements
from pipeline.wording import say_day, say_list


def correct_reading(
    decision: Decision,
    row: PersonRow,
    slug: str,
    *,
    reason: str,
    earlier: bool = False,
) -> str:
    """Record that a reader's last word on a policy was recorded in error; they owe the reading again.

    Where their last word was taken back before, the one before it is only taken back if ``earlier`` says so: a command
    that is given twice ends one word.

    Raises:
        UsageError: nothing is meant.
    """
    policy = get_policy(decision.tx, decision.school, slug)
    given = list_acknowledgements(decision.tx, decision.school, person=row.id, policy_id=policy.id, corrected=True)
    what = f"{row.person.name}’s last word on {policy.title}"
    last = last_standing(decision, CorrectionKind.ACKNOWLEDGEMENT, given, _say_reading, what=what, earlier=earlier)
    if last is None:
        raise UsageError(f"No reading of {policy.title} by {row.person.name} is recorded, so nothing was taken back.")
    _end_reading(decision, row, policy, last, reason)
    read_on = say_day(last.acknowledged_at.date())
    return (
        f"{row.person.name}’s reading of {policy.title} on {read_on} was recorded in error. They owe it again: the "
        "next run asks them, and their page shows it now."
    )


def _end_reading(decision: Decision, row: PersonRow, policy: PolicyRow, last: AcknowledgementRow, reason: str) -> None:
    versions = list_versions(decision.tx, decision.school, policy.id)
    version = next(each for each in versions if each.id == last.version_id)
    add_correction(
        decision,
        CorrectionKind.ACKNOWLEDGEMENT,
        last.id,
        reason,
        fields={"policy": policy.slug, "version": version.number, "method": last.method.value},
        words={"person_id": row.person.person_id, "name": row.person.name},
    )


def correct_leaving(decision: Decision, row: PersonRow, *, reason: str, today: date) -> str:
    """Record that a person's last day was recorded in error; they are here again, with the last day they had before.

    What of theirs ended in the same decision, by whatever list, goes on again as well.

    Raises:
        UsageError: they have no last day.
    """
    leaving = find_leaving(decision.tx, decision.school, row.engagement)
    if leaving is None or row.person.leave_on is None:
        raise UsageError(f"{row.person.name} has not left and no last day is recorded, so nothing was taken back.")
    ended = list_ended_with(decision.tx, decision.school, row, leaving, today)
    for one, given in ended:
        add_correction(
            decision,
            CorrectionKind.LEAVING,
            given.state,
            reason,
            fields={"last_day": row.person.leave_on.isoformat()},
            words={"person_id": one.person.person_id, "name": one.person.name},
        )
        back = replace(one.person, leave_on=given.before)
        change_person(decision.tx, decision.school, one, back, today, decision.now, actor=decision.actor)
    said = f"That {row.person.name}’s last day is {say_day(row.person.leave_on)} was recorded in error."
    before = {given.before for _, given in ended}
    if before == {None}:
        return f"{said} They are here again: the next run asks them for what they have not read."
    if len(before) == 1 and leaving.before is not None:
        return f"{said} It is {say_day(leaving.before)}, as it was before."
    days = [f"{say_day(given.before) if given.before else 'none'} in {one.source}" for one, given in ended]
    return f"{said} It is as it was before: {say_list(days)}."


def _say_reading(given: AcknowledgementRow) -> str:
    return f"of {say_day(given.acknowledged_at.date())}"
