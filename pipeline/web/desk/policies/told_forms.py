"""That a group, such as parents, was told of a policy by the school's own means. Nobody is mailed from here."""

from pipeline.decisions.rights import Action
from pipeline.errors import UsageError
from pipeline.policies.groups import Telling, record_told
from pipeline.web.desk.forms import Doing, Done, Form, FormError
from pipeline.web.desk.policies.issue_forms import nothing_to_do, policy_crumbs
from pipeline.web.desk.policies.policies import POLICIES
from pipeline.web.desk.typed import day_fault, typed_day
from pipeline.web.desk.view import Answer, View, not_here


def show_told(view: View) -> Answer:
    """Ask when and how a group was told of a policy."""
    one, key = view.picture.by_slug(str(view.request.path_params["slug"])), str(view.request.path_params["group"])
    group = view.config.groups.get(key)
    if one is None:
        return not_here("policy", (POLICIES,))
    if group is None:
        return nothing_to_do(view, "Nobody of that name is told", "No such group is named in the settings.")
    title = f"{group.name} were told of {one.title}"
    return Answer("told.html", title, {"one": one, "group": group}, policy_crumbs(one), at="/policies")


def act_told(doing: Doing) -> Done:
    """Record that a group was told of the version that was in use on a day."""
    slug, key, sent = doing.part("slug"), doing.part("group"), doing.sent
    if key not in doing.config.groups:
        raise UsageError("That group is no longer named in the settings, so nothing was recorded.")
    on, faults = typed_day(sent, "on"), {}
    if fault := day_fault(sent, "on", "Say on which day they were told"):
        faults["on"] = fault
    elif on is not None and on > doing.today:
        faults["on"] = "That day is still to come; record it once they have been told"
    if not sent.of("means"):
        faults["means"] = "Say how they were told, such as a letter home"
    if faults or on is None:
        raise FormError(faults)
    with doing.deciding() as decision:
        said = record_told(decision, doing.config, Telling(key, (slug,), on, sent.of("means")), doing.today)
    return Done(f"/policies/{slug}", said)


TOLD = Form(show_told, act_told, Action.EDIT_POLICIES)
