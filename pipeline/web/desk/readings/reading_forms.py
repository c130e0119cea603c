"""Readings that came back on a sheet of names, entered from the desk; and the list of all as a spreadsheet.

As ``policy acknowledge record`` and ``list``. The person who is signed in entered it; nobody enters their own.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from pipeline.acknowledgements.declarations.listing import list_declaration_lines, only_late
from pipeline.acknowledgements.listing import list_acknowledgements as list_acknowledgements_of_all
from pipeline.acknowledgements.listing import list_late
from pipeline.acknowledgements.paper import PaperSheet, record_people
from pipeline.decisions.paper import say_entered
from pipeline.decisions.rights import Action
from pipeline.lists.declarations import DECLARATIONS
from pipeline.lists.readings import READINGS as READ
from pipeline.lists.workbook import write_sheet
from pipeline.policies.standing import list_standings
from pipeline.register.decision import Decision
from pipeline.register.people.persons import PersonRow, find_person
from pipeline.web.desk.downloads import begin_file
from pipeline.web.desk.forms import Doing, Done, Form
from pipeline.web.desk.policies.policies import reader_states
from pipeline.web.desk.readings.readings import READINGS, team_members
from pipeline.web.desk.typed import FormError, read_day, read_key
from pipeline.web.desk.view import DESK, POLICIES, Answer, Crumb, ShowPage, View
from pipeline.web.desk.work import Progress
from pipeline.wording import say_count, say_day

_STATES = {"late": "late", "due": "to read", "away": "away"}
_OWN = "You yourself are on the sheet: somebody else has to enter your line. Take your tick out, and send the rest"
_SHEET, _SESSION = "sheet", "session"
_KINDS = {
    _SHEET: "A signed sheet",
    _SESSION: "The attendance list of a training session: whoever was there has read it",
}
_LISTS = {"all": "Everybody, with what they have read and owe", "late": "Only who is late, the longest first"}


# --- a sheet of names -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _TickLine:
    """One line to tick."""

    row: PersonRow
    state: str
    is_own: bool


def show_sheet(view: View) -> Answer:
    """Show everybody who is to sign one policy and has not, each with a box to tick."""
    one = view.policy
    teams = team_members(view)
    team = view.request.query_params.get("team", "")
    among = teams.get(team, -1)
    states = reader_states(view, one)
    readers = [
        _TickLine(row, words, view.who.is_at(row.person.work_email))
        for state, words in _STATES.items()
        for row in view.picture.tally.rows(states[state] & among)
    ]
    readers.sort(key=lambda reader: (reader.row.person.last_name.casefold(), reader.row.person.first_name.casefold()))
    fields = {
        "one": one,
        "team": team if team in teams else "",
        "teams": list(teams),
        "readers": readers,
        "ticked": set(view.sent.all("person")),
        "today": view.today.isoformat(),
        "kinds": _KINDS,
    }
    crumbs = (DESK, POLICIES, Crumb(one.title, f"/policies/{one.slug}"))
    return Answer("sheet.html", f"Enter a signed sheet: {one.title}", fields, crumbs, at="/policies")


def act_sheet(doing: Doing) -> Done | ShowPage:
    """Show who is recorded for which day, and, once that was looked at, record it."""
    sent, slug = doing.sent, doing.part("slug")
    signed_on = read_day(sent, "on", "Give the day on the sheet")
    assert signed_on is not None  # a missing one was refused
    keys = [key for typed in dict.fromkeys(sent.all("person")) if (key := read_key(typed))]
    if not keys:
        raise FormError({"person": "Tick who has signed"})
    with doing.site.register.reading() as tx:
        rows = [find_person(tx, doing.site.register.school, key, doing.today) for key in keys]
    if any(row is not None and doing.who.is_at(row.person.work_email) for row in rows):
        raise FormError({"person": _OWN})
    if signed_on > doing.today:
        raise FormError({"on": f"{say_day(signed_on)} has not come yet; give the day on the sheet"})
    kind, held = sent.of("kind", _SHEET), sent.of("held")
    if kind not in _KINDS:
        raise FormError({"kind": "Say what it is"})
    if kind == _SESSION and not held:
        raise FormError({"held": "Say who held the session; the name is kept with each reading"})
    if sent.of("sure") != "yes":
        return _show_sheet_check(slug, [row for row in rows if row is not None], signed_on)
    with doing.deciding() as decision:
        trainer = held if kind == _SESSION else ""
        sheet = PaperSheet(signed_on, doing.who.name, doing.today, doing.now, trainer)
        entered = record_people(decision.tx, decision.school, doing.config, keys, slug, sheet)
        if not trainer:
            _note_holder(decision, slug, signed_on, len(keys), held)
    return Done(f"/policies/{slug}/readers", say_entered(entered, signed_on))


def _note_holder(decision: Decision, slug: str, signed_on: date, lines: int, holder: str) -> None:
    """Keep who held the sheet, where that is said: they saw people sign."""
    if holder:
        decision.record(
            "sheet-held",
            {"policy": slug, "signed_on": signed_on.isoformat(), "lines": lines},
            words={"held_by": holder},
        )


def _show_sheet_check(slug: str, rows: Sequence[PersonRow], signed_on: date) -> ShowPage:
    def show(view: View) -> Answer:
        one = view.policy
        crumbs = (DESK, POLICIES, Crumb(one.title, f"/policies/{slug}"))
        fields = {"one": one, "rows": rows, "day": view.day(signed_on), "held": view.sent.of("held")}
        fields["kind"] = view.sent.of("kind", _SHEET)
        return Answer("sheet_check.html", "Check before it is recorded", fields, crumbs, at="/policies")

    return show


# --- the list ---------------------------------------------------------------------------------------------------


def show_list(view: View) -> Answer:
    """Ask which lines the spreadsheet is to have."""
    return Answer("readings_list.html", "Who has read what, as a spreadsheet", {"choices": _LISTS}, (DESK, READINGS))


def act_list(doing: Doing) -> Done:
    """Begin to write who has read what into a spreadsheet."""
    which = doing.sent.of("which")
    if which not in _LISTS:
        raise FormError({"which": "Choose what is to be in it"})
    site = doing.site

    def make(folder: Path, progress: Progress) -> tuple[Path, str]:
        progress("Writing the list", 0, 0)
        config = site.config()
        now = site.clock()
        today = site.today(now)
        with site.register.reading() as tx:
            school = site.register.school
            lines = list_acknowledgements_of_all(tx, school, config, list_standings(tx, school, config, today), today)
            declarations = list_declaration_lines(tx, school, today)
        if which == "late":
            lines = tuple(line for reader in list_late(lines) for line in reader.lines)
            declarations = only_late(declarations)
        path = folder / f"{'late' if which == 'late' else 'readings'}-{today}.xlsx"
        write_sheet(path, [READ.table(lines, config.zone), DECLARATIONS.table(declarations, config.zone)], now)
        return path, f"{say_count(len(lines), 'line')}. The file is here for two hours, for you alone."

    return begin_file(doing, "Who has read what", make, line="papers")


SHEET = Form(show_sheet, act_sheet, Action.RECORD_READINGS)
LIST = Form(show_list, act_list, Action.RECORD_READINGS)
READING_FORMS: dict[str, Form] = {
    "/readings/list": LIST,
    "/policies/{slug}/sheet": SHEET,
}
