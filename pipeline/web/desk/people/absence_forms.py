"""A member of staff is away, is back, leaves or begins again, said from the desk.

As ``policy staff set``, ``leaves`` and ``add``. No reason of an absence or a leaving is
asked for or kept.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta

from pipeline.decisions.rights import Action
from pipeline.people.absences import say_what_is_open
from pipeline.people.away import absent_through
from pipeline.people.by_hand import add_by_hand, leave, set_by_hand
from pipeline.people.obligations import has_left
from pipeline.reasons.reason import Voice
from pipeline.register.people.persons import PersonRow
from pipeline.register.readings.requests import list_requests
from pipeline.web.desk.forms import Doing, Done, Form
from pipeline.web.desk.people.people_forms import done_with, person_of, show_of_person, what_is_open
from pipeline.web.desk.typed import FormError, read_day
from pipeline.web.desk.view import ShowPage, View
from pipeline.wording import say_day

_DAY = timedelta(days=1)
_ALL = "all of it"
_WHEN = {"day": "Their last day is the one below", "already": "They have left already"}


# --- away -------------------------------------------------------------------------------------------------------


def _absence(view: View, row: PersonRow) -> Mapping[str, object]:
    return {
        "until": absent_through(row.person, view.today),
        "coming": [period for period in row.person.away if period.from_on > view.today],
        "has_left": has_left(row.person, view.today),
    }


def act_away(doing: Doing) -> Done:
    """Note from when until when a person is away, or that they are back."""
    sent = doing.sent
    if sent.of("what") == "back":
        fields = ["away_until="]
    elif sent.of("what") == "away":
        until = read_day(sent, "until", "Say until when they are away; their last day away")
        first = read_day(sent, "from")
        fields = [f"away_until={until}", *([f"away_from={first}"] if first else [])]
    else:
        raise FormError({"what": "Say whether they are away or back"})
    with doing.deciding() as decision:
        change = set_by_hand(decision, person_of(doing, decision).id, fields, doing.today)
    return done_with(change, doing.today)


# --- leaves -----------------------------------------------------------------------------------------------------


def _leaving(view: View, row: PersonRow) -> Mapping[str, object]:
    lists = [one.list for one in row.engagements]
    return {
        "has_left": has_left(row.person, view.today),
        "lists": {_ALL: "Everything they are here", **{name: f"Only as in {name}" for name in lists}},
        "is_in_several": len(lists) > 1,
        "choices": _WHEN,
    }


def act_leaves(doing: Doing) -> Done | ShowPage:
    """Show what a leaving ends, and, once that was looked at, record it."""
    last_day = _last_day(doing)
    if doing.sent.of("sure") != "yes":
        return _show_leaving(last_day)
    wanted = doing.sent.of("list", _ALL)
    list_name = None if wanted == _ALL else wanted
    with doing.deciding() as decision:
        row = person_of(doing, decision)
        change = leave(decision, row.id, last_day, doing.today, list_name=list_name)
        more = what_is_open(decision, doing.config, change, doing.today)
    return done_with(change, doing.today, more)


def _last_day(doing: Doing) -> date:
    when = doing.sent.of("when")
    if when == "already":
        return doing.today - _DAY
    if when != "day":
        raise FormError({"when": "Say when they leave"})
    day = read_day(doing.sent, "on", "Give their last day here")
    assert day is not None  # a missing one was refused
    return day


def _show_leaving(last_day: date) -> ShowPage:
    def what_ends(view: View, row: PersonRow) -> Mapping[str, object]:
        going = replace(row, person=replace(row.person, leave_on=last_day))
        asked = list_requests(view.tx, view.school, person=row.id, only_open=True)
        return {
            "is_over": last_day < view.today,
            "last_day": view.day(last_day),
            "asked": len(asked),
            "open": say_what_is_open(view.tx, view.school, going, view.config, view.today, Voice.DESK),
        }

    return show_of_person("person_leaves_check.html", "{name} leaves", what_ends)


# --- back -------------------------------------------------------------------------------------------------------


def _return(view: View, row: PersonRow) -> Mapping[str, object]:
    return {"left_on": view.day(row.person.leave_on), "has_left": has_left(row.person, view.today)}


def act_return(doing: Doing) -> Done:
    """Let a person who left begin again; that they never left is taken back by ``decisions.undo``."""
    starts = read_day(doing.sent, "starts", "Give their first day")
    with doing.deciding() as decision:
        person = person_of(doing, decision).person
        if not has_left(person, doing.today):
            raise FormError({"": f"{person.name} has not left; a last day that is wrong is taken back instead."})
        if starts is not None and person.leave_on is not None and starts <= person.leave_on:
            raise FormError({"starts": f"They left on {say_day(person.leave_on)}; give a day after that"})
        known = {"role": person.role, "team": person.team, "work_email": person.work_email, "kind": person.kind.value}
        fields = [f"{name}={value}" for name, value in known.items() if value]
        change = add_by_hand(decision, person.name, [*fields, f"starts={starts}"], doing.today)
    return done_with(change, doing.today)


AWAY = Form(show_of_person("person_away.html", "{name}: away or back", _absence), act_away, Action.LOOK_AFTER_PEOPLE)
LEAVES = Form(show_of_person("person_leaves.html", "{name} leaves", _leaving), act_leaves, Action.LOOK_AFTER_PEOPLE)
RETURN = Form(
    show_of_person("person_return.html", "{name} works here again", _return), act_return, Action.LOOK_AFTER_PEOPLE
)
ABSENCE_FORMS: dict[str, Form] = {
    "/people/{person}/away": AWAY,
    "/people/{person}/leaves": LEAVES,
    "/people/{person}/return": RETURN,
}
