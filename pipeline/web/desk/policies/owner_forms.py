"""Who looks after a policy, said from the desk; and everything of one owner, handed over in one step."""

from pipeline.decisions.rights import Action
from pipeline.errors import UsageError
from pipeline.policies.decisions import decide
from pipeline.policies.decisions.handing_over import check_new_owner, find_owner, hand_over, list_owners
from pipeline.policies.decisions.typed import names_of
from pipeline.reasons.reason import Voice, say
from pipeline.web.desk.forms import Doing, Done, Form, FormError
from pipeline.web.desk.policies.policies import POLICIES
from pipeline.web.desk.view import DESK, Answer, Crumb, View, not_here


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
        decided = decide.set_facts(
            decision, slug, [f"owner={owner}"], reason=reason, today=doing.today, known=names_of(doing.config)
        )
    return Done(f"/policies/{slug}", say(decided.said, Voice.DESK))


OWNER = Form(show_owner, act_owner, Action.EDIT_POLICIES)


# --- everything of one owner -----------------------------------------------------------------------------------------

OWNERS = Crumb("Who looks after what", "/owners")


def show_hand_over(view: View) -> Answer:
    """Show everything that one owner looks after, and ask to whom it goes."""
    asked = view.request.query_params.get("owner", "")
    owners = [one for one in list_owners(view.tx, view.school, view.config, view.today) if one.name]
    crumbs = (DESK, POLICIES, OWNERS)
    try:
        owner = find_owner(view.tx, view.school, view.config, asked, view.today) if asked else None
    except UsageError:
        owner = None
    fields = {"owner": owner, "names": {one.name: one.name for one in owners}, "asked": asked}
    title = f"Hand over what {owner.name} looks after" if owner is not None else "Hand over everything of one owner"
    return Answer("hand_over.html", title, fields, crumbs, at="/policies")


def act_hand_over(doing: Doing) -> Done:
    """Give everything that was shown of one owner to another."""
    sent, config = doing.sent, doing.config
    wanted, to, reason = sent.of("from"), sent.of("to"), sent.of("reason")
    faults = {}
    if not to:
        faults["to"] = "Say who is to look after it all, by their role or their name"
    if not reason:
        faults["reason"] = "Say why; it is kept with the change"
    if not faults:
        with doing.site.register.reading() as tx:
            school = doing.site.register.school
            owner = find_owner(tx, school, config, wanted, doing.today)
            try:
                check_new_owner(tx, school, config, owner, to, doing.today)
            except UsageError as error:
                faults["to"] = str(error)
    if faults:
        raise FormError(faults)
    with doing.deciding() as decision:
        said = hand_over(decision, config, wanted, to, reason=reason, today=doing.today, shown=sent.all("policy"))
    return Done("/owners", said)


HAND_OVER = Form(show_hand_over, act_hand_over, Action.HAND_OVER)
