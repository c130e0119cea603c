"""One person added, changed or given another address from the desk, and the links that they were given ended.

As ``policy staff add``, ``set`` and ``link``. Nobody changes their own record: it says what they are asked to read.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date

from pipeline.config import Config
from pipeline.decisions.rights import Action
from pipeline.model import Person
from pipeline.people.absences import say_what_is_open
from pipeline.people.by_hand import HandChange, add_by_hand, revoke_link, set_by_hand
from pipeline.people.lists.staff_wording import hand_change_lines
from pipeline.people.obligations import has_left
from pipeline.reasons.reason import Voice
from pipeline.register.decision import Decision
from pipeline.register.mail.bounced import list_undelivered
from pipeline.register.people.persons import PersonRow, find_person
from pipeline.web.desk.forms import Doing, Done, Form
from pipeline.web.desk.people.people import KINDS, PEOPLE
from pipeline.web.desk.typed import FormError, read_key
from pipeline.web.desk.view import DESK, Answer, Crumb, ShowPage, View, not_here

_ONE_KIND = {kind.value: words for kind, words in KINDS.items()}
_OWN = "This is your own record, and nobody changes their own: it says what they are asked to read. Ask somebody else."
_OWN_ADDRESS = "That is your own address. Mail to others cannot go to you, and nobody adds themself"
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
            return Answer("own_record.html", heading, {"row": row, "said": _OWN}, crumbs, at="/people")
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
        raise FormError({"": _OWN})
    return row


def done_with(change: HandChange, today: date, more: Sequence[str] = ()) -> Done:
    """Return to the person's page, where it is said what became of them."""
    said = " ".join((*hand_change_lines(change, today), *change.notes, *more))
    return Done(f"/people/{change.after.id}", said)


def what_is_open(decision: Decision, config: Config, change: HandChange, today: date) -> tuple[str, ...]:
    """Return what a person who was just given a last day still holds; none for a person who stays."""
    if change.new_last_day is None:
        return ()
    return say_what_is_open(decision.tx, decision.school, change.after, config, today, Voice.DESK)


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
        faults["work_email"] = _OWN_ADDRESS
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


def act_address(doing: Doing) -> Done:
    """Correct a person's work address; mail that came back from the one before goes to the new one."""
    typed = doing.sent.of("work_email")
    with doing.deciding() as decision:
        row = person_of(doing, decision)
        if typed.casefold() == (row.person.work_email or "").casefold():
            raise FormError({"work_email": "That is the address they have now; type the right one"})
        if not typed and doing.sent.of("none") != "yes":
            raise FormError({"work_email": "Type the address, or tick that they have none"})
        if doing.who.is_at(typed):
            raise FormError({"work_email": _OWN_ADDRESS})
        change = set_by_hand(decision, row.id, [f"work_email={typed}"], doing.today)
    return done_with(change, doing.today)


def _returned(view: View, row: PersonRow) -> dict[str, object]:
    came_back = [one for one in list_undelivered(view.tx, view.school) if one.person == row.id]
    return {"came_back": came_back[-1] if came_back else None}


# --- links ------------------------------------------------------------------------------------------------------


def act_link(doing: Doing) -> Done:
    """End the personal links that a person was given."""
    with doing.deciding() as decision:
        row = revoke_link(decision, person_of(doing, decision).id, doing.today).after
    return Done(
        f"/people/{row.id}",
        f"The links that {row.person.name} was given open nothing any more; the next letter brings another.",
    )


def _change_fields(view: View, row: PersonRow) -> dict[str, object]:
    return {"shown": _shown(row.person), "kinds": _ONE_KIND, "has_left": has_left(row.person, view.today)}


ADD = Form(show_add, act_add, Action.LOOK_AFTER_PEOPLE)
CHANGE = Form(
    show_of_person("person_change.html", "Change {name}", _change_fields), act_change, Action.LOOK_AFTER_PEOPLE
)
ADDRESS = Form(
    show_of_person("person_address.html", "Work address of {name}", _returned), act_address, Action.LOOK_AFTER_PEOPLE
)
LINK = Form(
    show_of_person("person_link.html", "End the links of {name}", lambda view, row: {}),
    act_link,
    Action.LOOK_AFTER_PEOPLE,
)
PEOPLE_FORMS: dict[str, Form] = {
    "/people/add": ADD,
    "/people/{person}/change": CHANGE,
    "/people/{person}/address": ADDRESS,
    "/people/{person}/link": LINK,
}
