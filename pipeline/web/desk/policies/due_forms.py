"""The day a review is due, moved once by whoever looks after the policy."""

from pipeline.decisions.rights import Action
from pipeline.errors import UsageError
from pipeline.model import DueMove
from pipeline.policies.decisions.due_dates import latest_day, move_due, rule_warning
from pipeline.policies.meetings import say_meeting
from pipeline.policies.standing import list_standings
from pipeline.reasons.reason import Voice, say
from pipeline.web.desk.forms import Doing, Done, Form, FormError
from pipeline.web.desk.policies.issue_forms import nothing_to_do, policy_crumbs
from pipeline.web.desk.policies.policies import POLICIES, may_move_due
from pipeline.web.desk.typed import day_fault, typed_day
from pipeline.web.desk.view import Answer, View, not_here

_NOT_YOURS = "Only whoever looks after this policy, or runs the program, moves the day on which its review is due."


def show_due(view: View) -> Answer:
    """Show when a policy's review is due and how far it may be moved, and ask to which day and why."""
    one = view.picture.by_slug(str(view.request.path_params["slug"]))
    if one is None:
        return not_here("policy", (POLICIES,))
    title = f"Move the review of {one.title}"
    if not may_move_due(view.who, one, view.config, view.today):
        return nothing_to_do(view, title, _NOT_YOURS)
    if one.due_move is not None:
        said = f"It was moved to {view.day(one.due_move.to)} before. A review is moved once: next it is done."
        return nothing_to_do(view, title, said)
    if one.due_on is None or one.days is None:
        return nothing_to_do(view, title, f"{one.title} has no review that could be moved.")
    latest = latest_day(one.due_on, view.today)
    fields = {
        "one": one,
        "latest": latest,
        "meeting": say_meeting(one, view.config, view.today),
        "warning": rule_warning(one.catalogue_slug, DueMove(one.due_on, latest, view.today, ""), view.today),
    }
    return Answer("due.html", title, fields, policy_crumbs(one), at="/policies")


def act_due(doing: Doing) -> Done:
    """Move the day on which a review is due."""
    slug, sent = doing.part("slug"), doing.sent
    to, faults = typed_day(sent, "to"), {}
    if fault := day_fault(sent, "to", "Say on which day it is to be due"):
        faults["to"] = fault
    if not sent.of("reason"):
        faults["reason"] = "Say why; governors see it in their papers"
    if faults or to is None:
        raise FormError(faults)
    with doing.deciding() as decision:
        standings = list_standings(decision.tx, decision.school, doing.config, doing.today)
        one = next((each for each in standings if each.slug == slug), None)
        if one is not None and not may_move_due(doing.who, one, doing.config, doing.today):
            raise UsageError(_NOT_YOURS)
        decided = move_due(decision, slug, to=to, reason=sent.of("reason"), config=doing.config, today=doing.today)
    return Done(f"/policies/{slug}" if doing.who.may(Action.SEE_NAMES) else "/", say(decided.said, Voice.DESK))


DUE = Form(show_due, act_due, Action.SEE_DESK)
"""For everybody who is signed in, since whoever looks after a policy may have any right, and none beside."""
