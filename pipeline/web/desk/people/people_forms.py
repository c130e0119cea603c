"""One person added or changed from the desk.

As ``policy staff add`` and ``set``. Nobody changes their own record: it says what they are asked to read.
"""

from collections.abc import Callable, Mapping
from datetime import date

from pipeline.decisions.people import OWN_ADDRESS, OWN_RECORD
from pipeline.decisions.rights import Action
from pipeline.model.people import Person
from pipeline.people.by_hand import HandChange, add_by_hand, set_by_hand
from pipeline.people.lists.staff_wording import hand_change_lines
from pipeline.people.obligations import has_left
from pipeline.register.decision import Decision
from pipeline.register.people.persons import PersonRow, find_person
from pipeline.web.desk.forms import Doing, Done, Form
from pipeline.web.desk.people.people import KINDS, PEOPLE
from pipeline.web.desk.typed import FormError, read_key
from pipeline.web.desk.view import DESK, Answer, Crumb, ShowPage, View, not_here

_ONE_KIND = {kind.value: words for kind, words in KINDS.items()}
_CHANGED: Mapping[str, Callable[[Person], object]] = {
    "first_name": lambda person: person.first_name,
    "last_name": lambda person: person.last_name,
    "role": lambda person: person.role,
    "team": lambda person: person.team,
    "manager": lambda person: person.manager,
    "kind": lambda person: person.kind,
    "start_date": lambda person: person.start_on,
}
"""What the form of one person changes, by the name that ``read_typed`` knows it by."""


def show_of_person(template: str, title: str, more: Callable[[View, PersonRow], Mapping[str, object]]) -> ShowPage:
    """Return the page of a form about one person; of their own record it says that another person has to."""

    def show(view: View) -> Answer:
        key = view.key("person")
        row = None if key is None else find_person(view.tx, view.school, key, view.today)
        if row is None:
            return not_here("person", (PEOPLE,))
        crumbs = (DESK, PEOPLE, Crumb(row.person.name, f"/people/{row.id}"))
        heading = title.format(name=row.person.name)
        if view.who.is_at(row.person.work_email):
            return Answer("own_record.html", heading, {"row": row, "said": OWN_RECORD}, crumbs, at="/people")
        return Answer(template, heading, {"row": row, **more(view, row)}, crumbs, at="/people")

    return show


def person_of(doing: Doing, decision: Decision) -> PersonRow:
    """Return whom a form is about.

    Raises:
        FormError: nobody, or the person who sends it.
    """
    row = find_person(decision.tx, decision.school, read_key(doing.part("person")), doing.today)
    if row is None:
        raise FormError({"": "That person is not known any more; nothing was changed."})
    if doing.who.is_at(row.person.work_email):
        raise FormError({"": OWN_RECORD})
    return row


def done_with(change: HandChange, today: date) -> Done:
    """Return to the person's page, where it is said what became of them."""
    said = " ".join((*hand_change_lines(change, today), *change.notes))
    return Done(f"/people/{change.after.id}", said)


# --- add --------------------------------------------------------------------------------------------------------


def show_add(view: View) -> Answer:
    """Ask who is to be added."""
    teams = sorted({row.person.team for row in view.picture.people if row.person.team}, key=str.casefold)
    return Answer(
        "person_add.html", "Add one person", {"kinds": _ONE_KIND, "teams": teams}, (DESK, PEOPLE), at="/people"
    )


def act_add(doing: Doing) -> Done:
    """Add a person whom no list has."""
    sent = doing.sent
    faults = {}
    if not sent.of("name"):
        faults["name"] = "Give the first and the last name"
    if sent.of("kind") not in _ONE_KIND:
        faults["kind"] = "Say what they are here"
    if doing.who.is_at(sent.of("work_email")):
        faults["work_email"] = OWN_ADDRESS
    if faults:
        raise FormError(faults)
    names = ("role", "team", "work_email", "kind", "starts")
    fields = [f"{name}={sent.of(name)}" for name in names if sent.of(name)]
    with doing.deciding() as decision:
        change = add_by_hand(decision, sent.of("name"), fields, doing.today, is_another=sent.of("another") == "yes")
    return done_with(change, doing.today)


# --- change -----------------------------------------------------------------------------------------------------


def _shown(person: Person) -> dict[str, str]:
    return {name: str(value(person) or "") for name, value in _CHANGED.items()}


def act_change(doing: Doing) -> Done:
    """Change what is known of a person: what was filled in otherwise than the form showed it."""
    sent = doing.sent
    with doing.deciding() as decision:
        row = person_of(doing, decision)
        shown = _shown(row.person)
        was = {name: sent.of(f"was-{name}", shown[name]) for name in shown}
        fields = [f"{name}={sent.of(name)}" for name in shown if name in sent.values and sent.of(name) != was[name]]
        if not fields:
            raise FormError({"": "Nothing was filled in otherwise than it is known, so nothing was changed."})
        moved = [name for name in shown if sent.of(name) != was[name] and shown[name] != was[name]]
        if moved:
            raise FormError({moved[0]: "Somebody else, or the list, has changed this meanwhile. Look at it once more"})
        change = set_by_hand(decision, row.id, fields, doing.today)
    return done_with(change, doing.today)


def _change_fields(view: View, row: PersonRow) -> dict[str, object]:
    return {"shown": _shown(row.person), "kinds": _ONE_KIND, "has_left": has_left(row.person, view.today)}


ADD = Form(show_add, act_add, Action.LOOK_AFTER_PEOPLE)
CHANGE = Form(
    show_of_person("person_change.html", "Change {name}", _change_fields), act_change, Action.LOOK_AFTER_PEOPLE
)
PEOPLE_FORMS: dict[str, Form] = {
    "/people/add": ADD,
    "/people/{person}/change": CHANGE,
}
