"""Who looks after a policy, said from the desk."""

from pipeline.policies import decide
from pipeline.web.desk.forms import Doing, Done, Form, FormError
from pipeline.web.desk.policies import POLICIES
from pipeline.web.desk.view import DESK, Answer, Crumb, View, not_here
from pipeline.web.rights import Action


def show_owner(view: View) -> Answer:
    """Show who looks after one policy, and ask who is to."""
    one = view.picture.by_slug(str(view.request.path_params["slug"]))
    if one is None:
        return not_here("policy", (POLICIES,))
    owners = sorted({each.owner for each in view.picture.standings if each.owner}, key=str.casefold)
    crumbs = (DESK, POLICIES, Crumb(one.title, f"/policies/{one.slug}"))
    return Answer("owner.html", f"Who looks after {one.title}", {"one": one, "owners": owners}, crumbs, at="/policies")


def act_owner(doing: Doing) -> Done:
    """Keep who looks after one policy."""
    slug, owner, reason = doing.part("slug"), doing.sent.of("owner"), doing.sent.of("reason")
    faults = {}
    if not owner:
        faults["owner"] = "Say who is to look after it, by their role or their name"
    if not reason:
        faults["reason"] = "Say why; it is kept with the change"
    if faults:
        raise FormError(faults)
    with doing.deciding() as decision:
        decided = decide.set_facts(decision, slug, [f"owner={owner}"], reason=reason, today=doing.today)
    return Done(f"/policies/{slug}", decided.message)


OWNER = Form(show_owner, act_owner, Action.EDIT_POLICIES)
