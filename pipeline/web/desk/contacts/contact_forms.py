"""A change of contact, shown with every place it touches before it is kept."""

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from pipeline.configuration.faults import KNOWN_ROLES
from pipeline.contacts.confirmations import OFFICE
from pipeline.decisions.rights import Action
from pipeline.errors import ConfigurationError, UsageError
from pipeline.model.progress import Progress
from pipeline.publish.contacts import (
    Preview,
    change_contact,
    check_change,
    is_same_person,
    preview_change,
    say_changed,
)
from pipeline.settings.change import Deciding, SettingsMovedError, current
from pipeline.settings.contacts import (
    FORMER,
    NEXT,
    ContactChange,
    Step,
    TypedPerson,
    check_person,
    find_entry,
    person_of,
)
from pipeline.settings.text import tables_of
from pipeline.web.desk.contacts.contacts import CONTACTS
from pipeline.web.desk.forms import Doing, Done, Form
from pipeline.web.desk.typed import FormError, read_day
from pipeline.web.desk.view import DESK, Answer, Crumb, ShowPage, View, not_here
from pipeline.web.desk.work import Finished, WorkState
from pipeline.wording import say_day, say_role

CHANGE = Crumb("Change a contact", "/contacts/change")
_TITLES = {
    Step.DETAILS: "Correct the details of {name}",
    Step.FOLLOWS: "Somebody takes over from {name}",
    Step.ENDS: "{name} gives the role up",
    Step.ADDS: "Name somebody in a role",
    Step.TAKEN_OUT: "Take out the entry of {name}",
}
_STEP_WORDS = {
    Step.DETAILS: "Correct details",
    Step.FOLLOWS: "Somebody takes over",
    Step.ENDS: "Gives it up",
    Step.TAKEN_OUT: "Take out",
}
_PRONOUNS = {"she": "she", "he": "he", "they": "they"}
_PATIENCE_SECONDS, _STEP_SECONDS = 4.0, 0.05
"""So long a page waits itself for what a change touches; where it takes longer a page shows how far it is."""


# --- which -------------------------------------------------------------------------------------------------------


def _of_settings(show: Callable[[View, str], Answer]) -> ShowPage:
    """Return a page that is made of the text of the settings; where they cannot be read, it says why."""

    def shown(view: View) -> Answer:
        try:
            file, _ = current(view.config.root)
        except ConfigurationError as error:
            broken = {"broken": [str(fault) for fault in error.faults]}
            return Answer("settings_broken.html", "The settings cannot be read", broken, (DESK, CONTACTS), status=503)
        return show(view, file.text)

    return shown


@_of_settings
def show_change(view: View, text: str) -> Answer:
    """Show every entry of the contacts, with what can be changed of it."""
    fields = {"entries": list(_entries(text)), "words": _STEP_WORDS}
    return Answer("contact_entries.html", CHANGE.label, fields, (DESK, CONTACTS), at="/contacts")


@dataclass(frozen=True, slots=True)
class EntryLine:
    """One entry of the contacts, with what can be changed of it."""

    at: str
    """The address that its changes begin with."""
    role: str
    person: TypedPerson
    note: str
    steps: tuple[Step, ...]


def _entries(text: str) -> Iterator[EntryLine]:
    contacts = tables_of(text).get("contacts", {})
    order = sorted(contacts, key=lambda table: (table == FORMER, table == NEXT))
    for table in order:
        found = contacts[table]
        for number, entry in enumerate(
            found if isinstance(found, list) else [found] if isinstance(found, dict) else []
        ):
            days = {key: say_day(entry[key]) for key in ("from", "until") if isinstance(entry.get(key), date)}
            words = [f"{'since' if table not in (FORMER, NEXT) else 'from'} {days['from']}"] if "from" in days else []
            words += [f"until {days['until']}"] if "until" in days else []
            role = say_role(str(entry.get("role", table)))
            role = {FORMER: f"{role}, before", NEXT: f"{role}, to come"}.get(table, role)
            at = f"/contacts/change/{table}/{number}"
            yield EntryLine(at, role, person_of(entry), ", ".join(words), _steps_of(table))


def _steps_of(table: str) -> tuple[Step, ...]:
    if table in (FORMER, NEXT):
        return (Step.DETAILS, Step.TAKEN_OUT)
    return (Step.DETAILS,) if table == "office" else (Step.DETAILS, Step.FOLLOWS, Step.ENDS)


# --- what --------------------------------------------------------------------------------------------------------


@_of_settings
def show_step(view: View, text: str) -> Answer:
    """Ask for what changes of one entry."""
    params = view.request.path_params
    table, step = str(params["role"]), _step(str(params["step"]))
    number = view.key("number")
    entry = find_entry(text, table, number) if number is not None else None
    if entry is None or step not in _steps_of(table):
        return not_here("entry", (CONTACTS, CHANGE))
    person = person_of(entry)
    role = str(entry.get("role", table)) if table in (FORMER, NEXT) else table
    return _form(view, step, role, table, person, entry.get("from"))


@_of_settings
def show_add(view: View, _: str) -> Answer:
    """Ask who holds a role beside those who do, or as the first."""
    return _form(view, Step.ADDS, "", "", None, None)


def _form(view: View, step: Step, role: str, table: str, person: TypedPerson | None, first: date | None) -> Answer:
    shown = person if step is Step.DETAILS else None
    fields = {
        "step": step.value,
        "table": table,
        "role": say_role(role) if role else "",
        "person": person,
        "shown": shown,
        "first": first.isoformat() if first else "",
        "pronouns": _PRONOUNS,
        "roles": {one: say_role(one) for one in KNOWN_ROLES if one != OFFICE or not view.config.contacts.get(OFFICE)},
    }
    name = person.name if person else ""
    return Answer(
        "contact_change.html", _TITLES[step].format(name=name), fields, (DESK, CONTACTS, CHANGE), at="/contacts"
    )


def _step(name: str) -> Step | None:
    return Step(name) if name in set(Step) else None


def act_step(doing: Doing) -> Done:
    """Show what a change of one entry touches; keep it once that was looked at."""
    step, number = _step(doing.part("step")), doing.part("number")
    table = doing.part("role")
    if step is None or not number.isascii() or not number.isdigit():
        raise UsageError("There is no such entry.")
    file, _ = current(doing.config.root)
    entry = find_entry(file.text, table, int(number[:6]))
    if entry is None or step not in _steps_of(table):
        raise UsageError("That entry is not there any more as it was shown. Look at the contacts and begin again.")
    was = person_of(entry)
    role = str(entry.get("role", table)) if table == NEXT else table
    person = _read_person(doing, role) if step in (Step.DETAILS, Step.FOLLOWS) else None
    if step is Step.DETAILS and person is not None and not is_same_person(was, person) and not doing.sent.of("same"):
        raise FormError(
            {
                "name": f"{person.name} does not look like {was.name} spelt otherwise. Where somebody else takes the "
                "role over, go back and choose that; where it is the same person under a new name, say so below"
            }
        )
    change = ContactChange(step, table, int(number[:6]), person, _read_first(doing, step), was)
    return _look(doing, change)


def act_add(doing: Doing) -> Done:
    """Show what a new holder of a role touches; keep it once that was looked at."""
    role = doing.sent.of("other") or doing.sent.of("role")
    role = "-".join(role.casefold().split())
    if not role or role in (FORMER, NEXT):
        raise FormError({"role": "Choose the role"})
    if role == OFFICE and doing.config.contacts.get(OFFICE):
        # Its number stands wherever one is not confirmed: a second one beside it would be anybody's.
        raise FormError({"role": "The school office is named already; correct its details under “Change a contact”"})
    return _look(doing, ContactChange(Step.ADDS, role, 0, _read_person(doing, role), _read_first(doing, Step.ADDS)))


def _read_person(doing: Doing, role: str) -> TypedPerson:
    sent = doing.sent
    words = [" ".join(sent.of(name).split()) for name in ("name", "phone", "email", "pronoun", "title")]
    person = TypedPerson(words[0], words[1], words[2], words[3] if words[3] in _PRONOUNS else "", words[4])
    faults = check_person(person, role)
    if not person.pronoun:
        faults["pronoun"] = "Choose how policies speak of them"
    if faults:
        raise FormError(faults)
    return person


def _read_first(doing: Doing, step: Step) -> date | None:
    missing = {Step.FOLLOWS: "Give the first day", Step.ENDS: "Give their last day"}
    day = read_day(doing.sent, "day", missing.get(step, ""))
    if day is not None and abs((day - doing.today).days) > 800:
        raise FormError({"day": f"{say_day(day)} is more than two years away: is the year right?"})
    return day


@dataclass(frozen=True, slots=True)
class ChangePreview:
    """A change of contact that was looked through, and waits for "keep it"."""

    change: ContactChange
    preview: Preview


def _look(doing: Doing, change: ContactChange, said: str = "") -> Done:
    """Look what a change touches, behind the pages where it takes long; go on to the page that shows it."""
    register, config, today, kept = doing.site.register, doing.config, doing.today, doing.kept
    session = doing.who.session
    try:
        check_change(config, change, today)
    except ConfigurationError as error:
        raise FormError(_by_field(error)) from error

    def look(progress: Progress) -> Finished:
        preview = preview_change(register, change, config, today, progress)
        key = kept.keep_value(session, ChangePreview(change, preview))
        return Finished("Every policy was looked through.", f"/contacts/check/{key}", "See what it touches")

    piece = doing.work.begin("What a change of contact touches", doing.who.name, doing.now, look)
    until = time.monotonic() + _PATIENCE_SECONDS
    while time.monotonic() < until:
        found = doing.work.find(piece.number)
        if found is not None and found.finished is not None and found.is_over:
            if found.state is WorkState.FAILED:
                raise UsageError(found.finished.said)
            return Done(found.finished.href, said)
        time.sleep(_STEP_SECONDS)
    return Done(piece.page, said)


def show_check(view: View) -> Answer:
    """Show a change with every place it touches, to be looked at before it counts."""
    looked = view.kept.value(view.who.session, str(view.request.path_params["looked"]))
    if not isinstance(looked, ChangePreview):
        return Answer("contact_gone.html", "Look once more", {}, (DESK, CONTACTS, CHANGE), at="/contacts")
    return _check(view, looked.preview)


def act_check(doing: Doing) -> Done:
    """Keep a change that was looked at."""
    looked = doing.kept.value(doing.who.session, doing.part("looked"))
    if not isinstance(looked, ChangePreview):
        raise UsageError("What this change touches is not known any more. Begin again under Contacts.")
    change, preview = looked.change, looked.preview
    if preview.doubts and not doing.sent.of("looked"):
        raise FormError({"looked": "Say that you have looked at each of these"})
    by = Deciding(doing.who.name, doing.now, preview.seen, doing.who.account)
    try:
        _, site = change_contact(doing.site.register, doing.config, change, by, today=doing.today)
    except SettingsMovedError as error:
        return _look(doing, change, f"Nothing was changed yet: {error} Look once more what this change touches now.")
    return Done("/contacts", say_changed(change, preview, site))


def _by_field(error: ConfigurationError) -> Mapping[str, str]:
    """Put each fault of the settings to the field of the form that it is about."""
    found: dict[str, str] = {}
    for fault in error.faults:
        table, _, last = fault.key.rpartition(".")
        name = {"from": "day", "until": "day"}.get(last, last)
        is_contact = table.startswith("contacts") and fault.joint == ": "
        is_field = is_contact and name in ("name", "title", "phone", "email", "pronoun", "day")
        found[name if is_field else ""] = fault.words if is_field else fault.said
    return found


def _check(view: View, preview: Preview) -> Answer:
    policies = [policy for change in preview.touched for policy in change.policies]
    fields = {
        "preview": preview,
        "role": say_role(preview.role),
        "policies": policies,
        "places": sum(len(policy.places) for policy in policies),
        "files": sum(len(policy.copies) for policy in policies),
        "rows": _rows(preview),
        "is_later": preview.on > view.today,
    }
    title = "Check this change of contact"
    return Answer("contact_check.html", title, fields, (DESK, CONTACTS, CHANGE), at="/contacts")


def _rows(preview: Preview) -> list[tuple[str, str, str, bool]]:
    """Return what is compared, before and after, and whether it differs."""
    words = {"name": "Name", "title": "Title", "phone": "Telephone", "email": "E-mail", "pronoun": "Spoken of as"}
    rows = []
    for key, label in words.items():
        before = getattr(preview.before, key) if preview.before else ""
        after = getattr(preview.after, key) if preview.after else ""
        if before or after:
            rows.append((label, before, after, before != after))
    return rows


CONTACT_STEP = Form(show_step, act_step, Action.CHANGE_CONTACTS)
CONTACT_ADD = Form(show_add, act_add, Action.CHANGE_CONTACTS)
CONTACT_CHECK = Form(show_check, act_check, Action.CHANGE_CONTACTS)
