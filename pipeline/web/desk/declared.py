"""The forms of declared decisions: one page for all of them, made of the declaration's fields and of what it shows."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from pipeline.decisions.declare import (
    Case,
    DeclaredDecision,
    DeclaredField,
    Look,
    NotHereError,
    Where,
    address_names,
    fields_of,
)
from pipeline.decisions.rights import Action
from pipeline.decisions.table import DECISIONS
from pipeline.errors import UsageError
from pipeline.policies.standing import list_standings
from pipeline.reasons.reason import Voice, say
from pipeline.register.decision import Decision
from pipeline.register.people.persons import find_person
from pipeline.web.desk.contacts.contacts import CONTACTS
from pipeline.web.desk.forms import Doing, Done, Form
from pipeline.web.desk.mail.mailings import MAILINGS
from pipeline.web.desk.people.people import PEOPLE
from pipeline.web.desk.typed import FormError, day_fault, read_key, typed_day
from pipeline.web.desk.view import DESK, POLICIES, Answer, Crumb, View, not_here

SHOWN = "shown"
"""The hidden field that holds what of the register the page has shown."""
_ABOVE = {one.href: one for one in (POLICIES, PEOPLE, CONTACTS, MAILINGS)}
_STALE = "What this page showed was changed or taken back meanwhile; nothing was done. Look once more."
_NOT_WHOLE = "That form did not come whole. Nothing was changed; open it once more."


def declared_forms() -> dict[str, Form]:
    """Return the forms of all declared decisions by their addresses."""
    return {one.words.page: form_of(one) for one in DECISIONS if one.words.page}


def form_of(declared: type[DeclaredDecision]) -> Form:
    """Return the form of one decision."""
    return Form(partial(show_decision, declared), partial(act_on_decision, declared), declared.words.right)


def _address(declared: type[DeclaredDecision], path: Mapping[str, Any]) -> dict[str, str]:
    return {name: str(path[name]) for name in address_names(declared)}


def page_fields(declared: type[DeclaredDecision]) -> list[DeclaredField]:
    """Return the fields that the page of a decision asks for."""
    return [one for one in fields_of(declared) if one.words.where in (Where.BOTH, Where.PAGE)]


# --- shown -----------------------------------------------------------------------------------------------------------


def show_decision(declared: type[DeclaredDecision], view: View) -> Answer:
    """Show what would happen, and ask for the fields of a decision."""
    words = declared.words
    crumbs = (DESK, _ABOVE[words.above]) if view.opens(words.above) else (DESK,)
    try:
        look = declared.look(view.case, **_address(declared, view.request.path_params))
    except NotHereError as error:
        return not_here(error.what, crumbs[1:])
    except UsageError as error:
        look = Look(nothing=str(error))
    if look.about is not None:
        crumbs = (*crumbs, Crumb(*look.about))
    fields = {"look": look, "words": words, "asked": page_fields(declared), "button": look.button or words.button}
    heading = look.heading or words.heading.format(name=crumbs[-1].label)
    return Answer("decide.html", heading, fields, crumbs, at=words.above)


# --- sent ------------------------------------------------------------------------------------------------------------


def act_on_decision(declared: type[DeclaredDecision], doing: Doing) -> Done:
    """Make a decision as it was typed, where what the page showed still holds."""
    address = _address(declared, doing.request.path_params)
    typed, faults = read_fields(declared, doing)
    if faults:
        raise FormError(faults)
    with doing.deciding() as decision:
        case = _case_in(decision, doing)
        look = declared.look(case, **address)
        _refuse_stale(look, doing.sent.of(SHOWN))
        made = declared(**address, **typed)
        if faults := _not_among(look, typed) | dict(made.faults(case)):
            raise FormError(faults)
        said = made.do(case)
    to = said.to or (look.about[1] if look.about is not None else declared.words.above)
    return Done(to if doing.who.may(Action.SEE_NAMES) else "/", say(said.said, Voice.DESK))


def _case_in(decision: Decision, doing: Doing) -> Case:
    def standings() -> Any:
        return list_standings(decision.tx, decision.school, doing.config, doing.today)

    def person(key: str) -> Any:
        return find_person(decision.tx, decision.school, read_key(key), doing.today)

    return Case(decision, doing.config, doing.today, standings, person, doing.who)


def _refuse_stale(look: Look, shown: str) -> None:
    if look.shown and not shown:
        raise UsageError(_NOT_WHOLE)
    if look.shown != shown:
        raise UsageError(_STALE)
    if look.nothing:
        raise UsageError(look.nothing)


def _not_among(look: Look, typed: Mapping[str, Any]) -> dict[str, str]:
    return {
        name: "Choose one of these" for name, options in look.choices.items() if typed.get(name) not in (*options, "")
    }


def read_fields(declared: type[DeclaredDecision], doing: Doing) -> tuple[dict[str, Any], dict[str, str]]:
    """Return what was typed into the fields of a decision, and what cannot be used, both by field."""
    typed, faults = {}, {}
    for one in page_fields(declared):
        typed[one.name], fault = _read(one, doing)
        if fault:
            faults[one.name] = fault
    return typed, faults


def _read(one: DeclaredField, doing: Doing) -> tuple[Any, str]:
    sent, words = doing.sent, one.words
    if one.kind is bool:
        ticked = sent.of(one.name) == "yes"
        return ticked, "" if ticked else words.missing
    if one.kind is str:
        return sent.of(one.name), "" if sent.of(one.name) else words.missing
    day = typed_day(sent, one.name)
    if day is not None and day > doing.today and words.to_come:
        return day, words.to_come
    return day, day_fault(sent, one.name, words.missing)
