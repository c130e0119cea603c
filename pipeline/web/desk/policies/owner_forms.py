"""Everything of one owner, handed over in one step."""

from pipeline.decisions.rights import Action
from pipeline.errors import UsageError
from pipeline.policies.decisions.handing_over import check_new_owner, find_owner, hand_over, list_owners
from pipeline.web.desk.forms import Doing, Done, Form
from pipeline.web.desk.typed import FormError
from pipeline.web.desk.view import DESK, POLICIES, Answer, Crumb, View

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
