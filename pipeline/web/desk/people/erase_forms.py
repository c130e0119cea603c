"""A person is erased from the desk: one person of the school asks, a second one agrees.

The same functions as ``policy person erase``.
"""

from collections.abc import Mapping

from pipeline.decisions.rights import Action
from pipeline.errors import RegisterInUseError
from pipeline.privacy.erase import agree, look_for, propose, withdraw
from pipeline.privacy.purposes import make_record, record_for_page
from pipeline.privacy.retention import list_due
from pipeline.register.decision import could_be_one
from pipeline.register.people.erased_outside import keep_outside
from pipeline.register.people.persons import PersonRow
from pipeline.web.desk.forms import Doing, Done, Form
from pipeline.web.desk.people.people import PEOPLE
from pipeline.web.desk.people.people_forms import person_of, show_of_person
from pipeline.web.desk.typed import FormError
from pipeline.web.desk.view import DESK, Answer, View


def show_held(view: View) -> Answer:
    """Show what is held on people, what for and for how long, and who left longer ago than that."""
    record = make_record(view.tx, view.school, view.config, view.today)
    due = list_due(view.tx, view.school, view.config, view.today)
    fields = {"due": due, **record_for_page(record)}
    return Answer("held.html", "What is held on people, and why", fields, (DESK, PEOPLE), at="/people")


def _erasing(view: View, row: PersonRow) -> Mapping[str, object]:
    look, waiting = look_for(view.tx, view.school, view.config, row.id, view.today)
    is_own = waiting is not None and could_be_one(waiting.proposed_by, view.who.name)
    return {"look": look, "waiting": waiting, "is_own": is_own}


def act_erase(doing: Doing) -> Done:
    """Ask for a person to be erased; or, where a second person has, agree and do it."""
    if doing.sent.of("step") != "agree":
        reason = doing.sent.of("reason")
        if not reason:
            raise FormError({"reason": "Say why, without a name; it stays when they are erased"})
        with doing.deciding() as decision:
            row = person_of(doing, decision)
            propose(decision, doing.config, row.id, reason, doing.today)
        said = f"You have asked for {row.person.name} to be erased. Nothing is erased yet."
        return Done(f"/people/{row.id}/erase", said)
    if not doing.sent.of("sure"):
        raise FormError({"sure": "Say that you have looked at what goes and what stays; it cannot be taken back"})
    register = doing.site.register
    try:
        with register.lock(), doing.deciding() as decision:
            number, _ = agree(decision, doing.config, person_of(doing, decision).id, doing.today)
    except RegisterInUseError as error:
        raise FormError({"": "A run is at work just now. Wait until it is done, then do this again."}) from error
    keep_outside(register)
    return Done("/people", f"Erased. In figures and lists there is “A person who was erased ({number})” now.")


def act_withdraw(doing: Doing) -> Done:
    """Take back that a person is to be erased."""
    with doing.deciding() as decision:
        row = person_of(doing, decision)
        said = withdraw(decision, row.id, doing.today)
    return Done(f"/people/{row.id}", said)


_SHOW = show_of_person("person_erase.html", "Erase {name}", _erasing)
ERASE_FORMS: dict[str, Form] = {
    "/people/{person}/erase": Form(_SHOW, act_erase, Action.ERASE),
    "/people/{person}/erase/withdraw": Form(_SHOW, act_withdraw, Action.ERASE),
}
