"""The forms of declared decisions: one page for all of them, made of the declaration's fields and of what it shows."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import partial
from typing import Any

from pipeline.decisions.declare import Case, DeclaredDecision, Look, NotForYouError, NotHereError, address_names
from pipeline.decisions.fields import DeclaredField, Where, fields_of
from pipeline.decisions.rights import Action
from pipeline.decisions.table import DECISIONS
from pipeline.errors import UsageError
from pipeline.reasons.reason import Voice, say
from pipeline.web.desk.contacts.contacts import CONTACTS
from pipeline.web.desk.forms import Doing, Done, Form
from pipeline.web.desk.mail.mailings import MAILINGS
from pipeline.web.desk.readings.readings import READINGS
from pipeline.web.desk.running_forms import begin_run
from pipeline.web.desk.typed import FormError, past_day
from pipeline.web.desk.view import DESK, PEOPLE, POLICIES, Answer, Crumb, ShowPage, View, not_here

SHOWN = "shown"
"""The hidden field that holds what of the register the page has shown."""
SURE = "sure"
"""The hidden field that says that what was typed was looked at."""
_ABOVE = {one.href: one for one in (POLICIES, PEOPLE, READINGS, CONTACTS, MAILINGS)}
_STALE = "What this page showed was changed or taken back meanwhile; nothing was done. Look once more."
_NOT_WHOLE = "That form did not come whole. Nothing was changed; open it once more."


def declared_forms() -> dict[str, Form]:
    """Return the forms of all declared decisions by their addresses."""
    return {one.words.page: form_of(one) for one in DECISIONS if one.words.page}


def form_of(declared: type[DeclaredDecision]) -> Form:
    """Return the form of one decision."""
    return Form(partial(show_decision, declared), partial(act_on_decision, declared), declared.words.right)


def _meant(declared: type[DeclaredDecision], case: Case, path: Mapping[str, Any]) -> Mapping[str, str]:
    return declared.meant(case, **{name: str(path[name]) for name in address_names(declared)})


def page_fields(declared: type[DeclaredDecision]) -> list[DeclaredField]:
    """Return the fields that the page of a decision asks for."""
    return [one for one in fields_of(declared) if one.words.where in (Where.BOTH, Where.PAGE)]


# --- shown -----------------------------------------------------------------------------------------------------------


def show_decision(declared: type[DeclaredDecision], view: View) -> Answer:
    """Show what would happen, and ask for the fields of a decision."""
    words = declared.words
    crumbs = (DESK, _ABOVE[words.list_page]) if view.opens(words.list_page) else (DESK,)
    try:
        look = declared.look(view.case, **_meant(declared, view.case, view.request.path_params))
    except NotHereError as error:
        return not_here(error.what, crumbs[1:])
    except NotForYouError as error:
        look = Look(error.about, nothing=str(error))
    except UsageError as error:
        look = Look(nothing=str(error))
    return _page(declared, look, crumbs)


def _page(declared: type[DeclaredDecision], look: Look, crumbs: Sequence[Crumb], *, is_check: bool = False) -> Answer:
    words = declared.words
    if look.about is not None:
        crumbs = (*crumbs, Crumb(*look.about))
    fields = {"look": look, "words": words, "asked": page_fields(declared), "is_check": is_check}
    heading = look.heading or words.heading.format(name=crumbs[-1].label)
    return Answer("decide.html", heading, fields, crumbs, at=words.list_page)


# --- sent ------------------------------------------------------------------------------------------------------------


class _LookFirst(Exception):  # noqa: N818  it ends the decision before anything of it is kept
    def __init__(self, look: Look) -> None:
        super().__init__()
        self.look = look


def act_on_decision(declared: type[DeclaredDecision], doing: Doing) -> Done | ShowPage:
    """Make a decision as it was typed, where what the page showed still holds; show first what is to be looked at."""
    try:
        return _make(declared, doing)
    except _LookFirst as first:
        look = first.look
        return lambda view: _page(declared, look, (DESK, _ABOVE[declared.words.list_page]), is_check=True)


def _make(declared: type[DeclaredDecision], doing: Doing) -> Done:
    with doing.deciding() as decision:
        case = doing.case(decision)
        address = _meant(declared, case, doing.request.path_params)
        look = declared.look(case, **address)
        _refuse_stale(look, doing.sent.of(SHOWN))
        typed, faults = _read_fields(declared, look, doing)
        if faults := faults or dict((made := declared(**address, **typed)).faults(case)):
            raise FormError(faults)
        if doing.sent.of(SURE) != "yes" and (check := made.check(case)) is not None:
            raise _LookFirst(check)
        said = made.do(case)
    to = said.to or (look.about[1] if look.about is not None else declared.words.list_page)
    words = [say(said.said, Voice.DESK), said.then(doing.site.register) if said.then is not None else ""]
    if said.begins_run:
        # Where one is going on already, the next does it.
        with suppress(FormError):
            to = begin_run(doing).page
    return Done(to if doing.who.may(Action.SEE_NAMES) else "/", " ".join(filter(None, words)))


def _refuse_stale(look: Look, shown: str) -> None:
    if look.shown and not shown:
        raise UsageError(_NOT_WHOLE)
    if look.shown != shown:
        raise UsageError(_STALE)
    if look.nothing:
        raise UsageError(look.nothing)


def _read_fields(declared: type[DeclaredDecision], look: Look, doing: Doing) -> tuple[dict[str, Any], dict[str, str]]:
    """Return what was typed into the fields of a decision, and what cannot be used, both by field."""
    typed, faults = {}, {}
    for one in page_fields(declared):
        if (options := look.choices.get(one.name)) == {}:
            continue
        typed[one.name], fault = _read(one, doing)
        if options and not set(doing.sent.all(one.name)) - {""} <= options.keys():
            fault = _STALE if one.is_several else one.words.missing or "Choose one of these"
        if fault:
            faults[one.name] = fault
    return typed, faults


def _read(one: DeclaredField, doing: Doing) -> tuple[Any, str]:
    sent, words = doing.sent, one.words
    if one.kind is bool:
        ticked = sent.of(one.name) == "yes"
        return ticked, "" if ticked else words.missing
    if one.is_several:
        several = tuple(filter(None, sent.all(one.name)))
        return several, "" if several else words.missing
    if one.kind is str:
        default = "" if one.is_required else one.default
        return sent.of(one.name, default), "" if sent.of(one.name) else words.missing
    return past_day(sent, one.name, words.missing, words.to_come, doing.today)
