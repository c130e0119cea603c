"""What was recorded in error: an approval, a review, a reading, a last day, a telling. It ends and stays on record."""

from collections.abc import Mapping

from pipeline.acknowledgements.corrections import correct_leaving, correct_reading
from pipeline.errors import UsageError
from pipeline.policies.decisions.contact_answers import Given, key_of, list_settled, say_settled, settle_contact
from pipeline.policies.decisions.corrections import correct_approval
from pipeline.policies.decisions.decide import get_policy
from pipeline.policies.decisions.reaffirm import correct_review, reaffirmed_on
from pipeline.policies.groups import correct_telling
from pipeline.reasons.reason import Voice, say
from pipeline.register.mail.groups import GroupTold, list_told
from pipeline.register.people.persons import PersonRow, find_person
from pipeline.register.policies.decisions import list_approvals, list_overrides
from pipeline.register.policies.settlements import Answer as Word
from pipeline.register.readings.requests import list_acknowledgements
from pipeline.web.desk.forms import Doing, Done, Form, FormError
from pipeline.web.desk.people.people import PEOPLE
from pipeline.web.desk.policies.issue_forms import nothing_to_do, policy_crumbs
from pipeline.web.desk.policies.policies import POLICIES
from pipeline.web.desk.typed import read_key, typed_day
from pipeline.web.desk.view import DESK, Answer, Crumb, View, not_here
from pipeline.web.rights import Action
from pipeline.wording import say_method, say_role

_TITLE = "Recorded in error?"
_OWN = "That is your own reading or last day: somebody else says that it was recorded in error."


def correction_page(
    rows: Mapping[str, str], then: str, shown: str, crumbs: tuple[Crumb, ...], *, at: str = "/policies"
) -> Answer:
    """Return the page that shows what was recorded and what follows, and asks why it was an error."""
    return Answer("correct.html", _TITLE, {"rows": rows, "then": then, "shown": shown}, crumbs, at=at)


def correction_reason(doing: Doing) -> str:
    """Return what was wrong, as it was typed. Raises FormError where nothing was."""
    if not doing.sent.of("reason"):
        raise FormError({"reason": "Say what was wrong; it is kept with the correction"})
    return doing.sent.of("reason")


def _shown(doing: Doing) -> int:
    shown = read_key(doing.sent.of("shown"))
    if not shown:
        raise UsageError("That form did not come whole. Nothing was changed; open it once more.")
    return shown


# --- of a policy -----------------------------------------------------------------------------------------------------


def show_approval(view: View) -> Answer:
    """Show the approval of a policy that was recorded last."""
    one = view.picture.by_slug(str(view.request.path_params["slug"]))
    if one is None:
        return not_here("policy", (POLICIES,))
    given = list_approvals(view.tx, view.school, one.policy_id)
    if not given:
        return nothing_to_do(view, _TITLE, f"No approval of {one.title} is recorded.")
    last = given[-1]
    label = view.picture.standing.shared.labels[last.version_id].text
    rows = {
        "Approval of": f"{one.title}, version {label}",
        "By": last.body,
        "On": view.day(last.approved_on),
        "Minute": last.minute or "",
        "Entered on": view.moment(last.recorded_at),
    }
    then = "Its text awaits approval again unless another one holds, and its review is due when it was before."
    return correction_page(rows, then, str(last.id), policy_crumbs(one))


def act_approval(doing: Doing) -> Done:
    """Take back the approval that was shown."""
    slug, reason, shown = doing.part("slug"), correction_reason(doing), _shown(doing)
    cycle = doing.config.review.cycle_months
    with doing.deciding() as decision:
        decided = correct_approval(decision, slug, reason=reason, number=None, default_cycle_months=cycle, shown=shown)
    return Done(f"/policies/{slug}", say(decided.said, Voice.DESK))


CORRECT_APPROVAL = Form(show_approval, act_approval, Action.UNDO)


def show_review(view: View) -> Answer:
    """Show when a policy was last recorded as checked and unchanged."""
    one = view.picture.by_slug(str(view.request.path_params["slug"]))
    if one is None:
        return not_here("policy", (POLICIES,))
    checked_on = reaffirmed_on(list_overrides(view.tx, view.school).get(one.policy_id, ()))
    if checked_on is None:
        return nothing_to_do(view, _TITLE, f"No review of {one.title} without change is recorded.")
    rows = {"Checked, unchanged": one.title, "On": view.day(checked_on)}
    then = "Its review is due when it was before."
    return correction_page(rows, then, checked_on.isoformat(), policy_crumbs(one))


def act_review(doing: Doing) -> Done:
    """Take back the review that was shown."""
    slug, reason, shown = doing.part("slug"), correction_reason(doing), typed_day(doing.sent, "shown")
    cycle = doing.config.review.cycle_months
    with doing.deciding() as decision:
        decided = correct_review(decision, slug, reason=reason, default_cycle_months=cycle, shown=shown)
    return Done(f"/policies/{slug}", say(decided.said, Voice.DESK))


CORRECT_REVIEW = Form(show_review, act_review, Action.UNDO)


def show_telling(view: View) -> Answer:
    """Show when a group was last told of a policy."""
    one, key = view.picture.by_slug(str(view.request.path_params["slug"])), str(view.request.path_params["group"])
    if one is None:
        return not_here("policy", (POLICIES,))
    if key not in view.config.groups:
        return nothing_to_do(view, _TITLE, "No such group is named in the settings.")
    name, last = view.config.groups[key].name, _last_telling(view, key, one.policy_id)
    if last is None:
        return nothing_to_do(view, _TITLE, f"Nothing is recorded of {name} and {one.title}.")
    rows = {"Told": name, "Of": one.title, "On": view.day(last.told_on), "How": last.by_means}
    return correction_page(rows, f"{name} count as told as they were before.", str(last.id), policy_crumbs(one))


def _last_telling(view: View, key: str, policy_id: int) -> GroupTold | None:
    told = [one for one in list_told(view.tx, view.school) if (one.group, one.policy_id) == (key, policy_id)]
    return told[-1] if told else None


def act_telling(doing: Doing) -> Done:
    """Take back the telling that was shown."""
    slug, group, reason, shown = doing.part("slug"), doing.part("group"), correction_reason(doing), _shown(doing)
    with doing.deciding() as decision:
        said = correct_telling(decision, doing.config, group, slug, reason=reason, shown=shown)
    return Done(f"/policies/{slug}", say(said, Voice.DESK))


CORRECT_TELLING = Form(show_telling, act_telling, Action.UNDO)


def show_named(view: View) -> Answer:
    """Show what was said of a name or number in a policy."""
    one = view.picture.by_slug(str(view.request.path_params["slug"]))
    if one is None:
        return not_here("policy", (POLICIES,))
    settled = list_settled(view.tx, view.school, one.policy_id)
    said = next((each for each in settled if key_of(each) == view.request.path_params["named"]), None)
    if said is None:
        return nothing_to_do(view, _TITLE, "Nothing is said of that name or number here.")
    rows = {
        "Said of": f"{said.value}, {say_role(said.role)}",
        "In": one.title if said.policy_id is not None else "every policy",
        "That": "it is right there" if said.answer is Word.RIGHT else "it is a former holder’s",
        "By": said.decided_by,
        "Because": said.reason,
    }
    return correction_page(rows, "The next run asks again whose it is.", said.answer.value, policy_crumbs(one))


def act_named(doing: Doing) -> Done:
    """Take back what was said of a name or number."""
    slug, reason = doing.part("slug"), correction_reason(doing)
    with doing.deciding() as decision:
        policy = get_policy(decision.tx, decision.school, slug)
        settled = list_settled(decision.tx, decision.school, policy.id)
        said = next((each for each in settled if key_of(each) == doing.part("named")), None)
        if said is None or said.answer.value != doing.sent.of("shown"):
            raise UsageError(
                "That was taken back meanwhile, or is another by now; nothing was changed. Look once more."
            )
        given = Given(slug, said.value, Word.TAKEN_BACK, reason, said.role, said.policy_id is None)
        back = settle_contact(decision, doing.config, given, today=doing.today)
    return Done(f"/policies/{slug}", say_settled(back, policy.title))


CORRECT_NAMED = Form(show_named, act_named, Action.UNDO)


# --- of a person -----------------------------------------------------------------------------------------------------


def _row(view: View) -> PersonRow | None:
    key = view.key("person")
    return None if key is None else find_person(view.tx, view.school, key, view.today)


def _acting_on(doing: Doing) -> PersonRow:
    """Return the person of the address. Raises UsageError where it is nobody, or whoever decides themself."""
    register = doing.site.register
    with register.reading() as tx:
        row = find_person(tx, register.school, read_key(doing.part("person")), doing.today)
    if row is None:
        raise UsageError("That person is no longer on record, so nothing was changed.")
    if doing.who.is_at(row.person.work_email):
        raise UsageError(_OWN)
    return row


def _person_crumbs(row: PersonRow) -> tuple[Crumb, ...]:
    return (DESK, PEOPLE, Crumb(row.person.name, f"/people/{row.id}"))


def show_reading(view: View) -> Answer:
    """Show somebody's last word on a policy."""
    row, one = _row(view), view.picture.by_slug(str(view.request.path_params["slug"]))
    if row is None or one is None:
        return not_here("reading", (PEOPLE,))
    given = list_acknowledgements(view.tx, view.school, person=row.id, policy_id=one.policy_id)
    if not given:
        return nothing_to_do(view, _TITLE, f"No reading of {one.title} by {row.person.name} is recorded.")
    last = given[-1]
    label = view.picture.standing.shared.labels[last.version_id].text
    rows = {
        "Reading of": f"{one.title}, version {label}",
        "By": row.person.name,
        "On": view.moment(last.acknowledged_at),
        "How": say_method(last.method.value),
    }
    then = "They owe it again: the next run asks them, and their page shows it at once."
    return correction_page(rows, then, str(last.id), _person_crumbs(row), at="/people")


def act_reading(doing: Doing) -> Done:
    """Take back the reading that was shown; nobody does so with their own."""
    reason, shown, row = correction_reason(doing), _shown(doing), _acting_on(doing)
    with doing.deciding() as decision:
        said = correct_reading(decision, row, doing.part("slug"), reason=reason, today=doing.today, shown=shown)
    return Done(f"/people/{row.id}", said)


CORRECT_READING = Form(show_reading, act_reading, Action.UNDO)


def show_leaving(view: View) -> Answer:
    """Show the last day that is recorded of somebody."""
    row = _row(view)
    if row is None:
        return not_here("person", (PEOPLE,))
    crumbs = _person_crumbs(row)
    if row.person.leave_on is None:
        said = f"No last day of {row.person.name} is recorded."
        return Answer("nothing_to_do.html", _TITLE, {"one": None, "words": said}, crumbs, at="/people")
    rows = {"Last day of": row.person.name, "On": view.day(row.person.leave_on), "In": row.source}
    then = "They are here again in every list that it ended, with the last day they had before, if any."
    return correction_page(rows, then, row.person.leave_on.isoformat(), crumbs, at="/people")


def act_leaving(doing: Doing) -> Done:
    """Take back the last day that was shown; nobody does so with their own."""
    reason, row = correction_reason(doing), _acting_on(doing)
    if row.person.leave_on is None or row.person.leave_on.isoformat() != doing.sent.of("shown"):
        raise UsageError(f"The last day of {row.person.name} is another by now; nothing was changed. Look once more.")
    with doing.deciding() as decision:
        said = correct_leaving(decision, row, reason=reason, today=doing.today)
    return Done(f"/people/{row.id}", said)


CORRECT_LEAVING = Form(show_leaving, act_leaving, Action.UNDO)
