"""What a policy says of itself, overruled with a reason."""

from pipeline.decisions.rights import Action
from pipeline.errors import UsageError
from pipeline.policies.decisions import decide
from pipeline.policies.decisions.typed import checked, names_of
from pipeline.policies.effective import SETTABLE
from pipeline.reasons.reason import Voice, say
from pipeline.web.desk.forms import Doing, Done, Form
from pipeline.web.desk.policies.issue_forms import policy_crumbs
from pipeline.web.desk.typed import FormError
from pipeline.web.desk.view import POLICIES, Answer, View, not_here

_FACTS = {
    "title": "Title",
    "school": "School",
    "approved_by": "Approved by",
    "approved_on": "Approved on",
    "last_review": "Last review",
    "next_review": "Next review",
    "review_cycle_months": "Months between reviews",
    "version": "Version",
    "owner": "Who looks after it",
}
_REASON = "Say why; it is kept with the change"


def show_facts(view: View) -> Answer:
    """Show what can be overruled of a policy."""
    one = view.picture.by_slug(str(view.request.path_params["slug"]))
    if one is None:
        return not_here("policy", (POLICIES,))
    facts = {name: words for name, words in _FACTS.items() if name in SETTABLE}
    asked = view.request.query_params.get("fact", "")
    fields = {"one": one, "facts": facts, "asked": asked if asked in facts else ""}
    return Answer("facts.html", f"Correct what {one.title} says of itself", fields, policy_crumbs(one), at="/policies")


def act_facts(doing: Doing) -> Done:
    """Overrule one fact of a policy."""
    slug, sent = doing.part("slug"), doing.sent
    fact, value, faults = sent.of("fact"), sent.of("value"), {}
    if fact not in _FACTS:
        faults["fact"] = "Choose what is to be corrected"
    elif not value and sent.of("blank") != "yes":
        faults["value"] = "Type what is right, or tick that there is none"
    else:
        try:
            checked(f"{fact}={value}", doing.today)
        except UsageError as error:
            faults["value"] = str(error)
    if not sent.of("reason"):
        faults["reason"] = _REASON
    if faults:
        raise FormError(faults)
    with doing.deciding() as decision:
        decided = decide.set_facts(
            decision,
            slug,
            [f"{fact}={value}"],
            reason=sent.of("reason"),
            today=doing.today,
            known=names_of(doing.config),
        )
    return Done(f"/policies/{slug}", say(decided.said, Voice.DESK))


FACTS = Form(show_facts, act_facts, Action.EDIT_POLICIES)
