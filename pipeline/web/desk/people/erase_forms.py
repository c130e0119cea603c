"""A person is erased from the desk: one person of the school asks, a second one agrees.

The same functions as ``policy person erase``.
"""

from pipeline.decisions.declare import NotForYouError, NotHereError, page_of_person
from pipeline.decisions.people import OWN_RECORD
from pipeline.decisions.rights import Action
from pipeline.errors import RegisterInUseError
from pipeline.privacy.erase import agree, look_for, propose, withdraw
from pipeline.privacy.purposes import make_record, record_for_page
from pipeline.privacy.retention import list_due
from pipeline.register.decision import Decision, could_be_one
from pipeline.register.people.erased_outside import keep_outside
from pipeline.register.people.persons import PersonRow
from pipeline.web.desk.forms import Doing, Done, Form
from pipeline.web.desk.typed import FormError
from pipeline.web.desk.view import DESK, PEOPLE, Answer, Crumb, View, not_here


def show_held(view: View) -> Answer:
    """Show what is held on people, what for and for how long, and who left longer ago than that."""
    record = make_record(view.tx, view.school, view.config, view.today)
    due = list_due(view.tx, view.school, view.config, view.today)
    fields = {"due": due, **record_for_page(record)}
    return Answer("held.html", "What is held on people, and why", fields, (DESK, PEOPLE), at="/people")


def show_erase(view: View) -> Answer:
    """Show what goes and what stays of a person, and ask for it, or for the second person's word."""
    try:
        row = view.case.person(str(view.request.path_params["person"]), own=OWN_RECORD)
    except NotHereError as error:
        return not_here(error.what, (PEOPLE,))
    except NotForYouError as error:
        crumbs, title = (DESK, PEOPLE, Crumb(*error.about)), f"Erase {error.about[0]}"
        return Answer("nothing_to_do.html", title, {"words": str(error)}, crumbs, at="/people")
    look, waiting = look_for(view.tx, view.school, view.config, row.id, view.today)
    is_own = waiting is not None and could_be_one(waiting.proposed_by, view.who.name)
    fields = {"row": row, "look": look, "waiting": waiting, "is_own": is_own}
    crumbs = (DESK, PEOPLE, Crumb(*page_of_person(row)))
    return Answer("person_erase.html", f"Erase {row.person.name}", fields, crumbs, at="/people")


def _person(doing: Doing, decision: Decision) -> PersonRow:
    return doing.case(decision).person(doing.part("person"), own=OWN_RECORD)


def act_erase(doing: Doing) -> Done:
    """Ask for a person to be erased; or, where a second person has, agree and do it."""
    if doing.sent.of("step") != "agree":
        reason = doing.sent.of("reason")
        if not reason:
            raise FormError({"reason": "Say why, without a name; it stays when they are erased"})
        with doing.deciding() as decision:
            row = _person(doing, decision)
            propose(decision, doing.config, row.id, reason, doing.today)
        said = f"You have asked for {row.person.name} to be erased. Nothing is erased yet."
        return Done(f"/people/{row.id}/erase", said)
    if not doing.sent.of("sure"):
        raise FormError({"sure": "Say that you have looked at what goes and what stays; it cannot be taken back"})
    register = doing.site.register
    try:
        with register.lock(), doing.deciding() as decision:
            number, _ = agree(decision, doing.config, _person(doing, decision).id, doing.today)
    except RegisterInUseError as error:
        raise FormError({"": "A run is at work just now. Wait until it is done, then do this again."}) from error
    keep_outside(register)
    return Done("/people", f"Erased. In figures and lists there is “A person who was erased ({number})” now.")


def act_withdraw(doing: Doing) -> Done:
    """Take back that a person is to be erased."""
    with doing.deciding() as decision:
        row = _person(doing, decision)
        said = withdraw(decision, row.id, doing.today)
    return Done(f"/people/{row.id}", said)


ERASE_FORMS: dict[str, Form] = {
    "/people/{person}/erase": Form(show_erase, act_erase, Action.ERASE),
    "/people/{person}/erase/withdraw": Form(show_erase, act_withdraw, Action.ERASE),
}
