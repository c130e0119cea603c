"""Recording from the desk that a person declared in person, or signed that they have nothing to: never what it is.

As ``policy acknowledge declared``. The person who is signed in recorded it; nobody records their own.
"""

from pipeline.acknowledgements.declarations.declaring import DeclarationEntry, Declared, record_entered
from pipeline.acknowledgements.declarations.listing import DeclarationLine
from pipeline.decisions.rights import Action
from pipeline.register.people.persons import find_person
from pipeline.register.readings.declarations import list_declaration_requests
from pipeline.web.desk.forms import Doing, Done, Form
from pipeline.web.desk.readings.declarations import DECLARATIONS, declaration_lines
from pipeline.web.desk.readings.readings import READINGS
from pipeline.web.desk.typed import FormError, read_day
from pipeline.web.desk.view import DESK, Answer, View, not_here

_OWN = "This is your own declaration, so somebody else has to record it."
_IN_PERSON, _NOTHING = "in-person", "nothing"
_HOW = {
    _IN_PERSON: "They have declared in person what they have to",
    _NOTHING: "They have signed a sheet that they have nothing to declare",
}


def _find(view: View) -> DeclarationLine | None:
    key = view.key("asked")
    return next((line for line in declaration_lines(view) if line.request.id == key), None)


def show_declared(view: View) -> Answer:
    """Show how one person stands with one declaration, and ask what they have done."""
    line = _find(view)
    if line is None:
        return not_here("declaration", (READINGS, DECLARATIONS))
    fields = {
        "line": line,
        "choices": _HOW,
        "today": view.today.isoformat(),
        "own": _OWN if view.who.is_at(line.person.person.work_email) else "",
    }
    title = f"{line.person.person.name}: {line.request.name}"
    return Answer("declared.html", title, fields, (DESK, READINGS, DECLARATIONS), at="/readings")


def act_declared(doing: Doing) -> Done:
    """Record that a member of staff declared."""
    how, asked = doing.sent.of("how"), doing.part("asked")
    if how not in _HOW:
        raise FormError({"how": "Choose what they have done"})
    on = read_day(doing.sent, "on", "Give the day on which they declared it, or on the sheet")
    assert on is not None  # a missing one was refused
    if on > doing.today:
        raise FormError({"on": "That day has not come yet"})
    with doing.deciding() as decision:
        tx, school = decision.tx, decision.school
        request = next((one for one in list_declaration_requests(tx, school) if str(one.id) == asked), None)
        row = find_person(tx, school, request.person, doing.today) if request else None
        if request is None or row is None:
            raise FormError({"": "This is not asked any more; nothing was recorded."})
        if doing.who.is_at(row.person.work_email):
            raise FormError({"": _OWN})
        entry = DeclarationEntry(request.declaration, on, doing.who.name, how == _NOTHING)
        outcome = record_entered(decision, doing.config, row, entry, today=doing.today)
    if outcome is Declared.ALREADY:
        return Done("/readings/declarations", f"{row.person.name}’s declaration is held already; nothing was added.")
    return Done("/readings/declarations", f"Recorded: {row.person.name}, {request.name}.")


DECLARATION_FORMS: dict[str, Form] = {
    "/readings/declarations/{asked}": Form(show_declared, act_declared, Action.RECORD_READINGS)
}
