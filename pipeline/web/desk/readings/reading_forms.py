"""Readings that came back on paper, entered from the desk: a sheet of names, its codes, the slip of a card; and the
list of all as a spreadsheet.

As ``policy acknowledge record`` and ``list``. The person who is signed in entered it; nobody enters their own.
"""

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from pipeline.acknowledgements.declarations.listing import list_declaration_lines, only_late
from pipeline.acknowledgements.keys import secret_for_reading_codes
from pipeline.acknowledgements.listing import list_acknowledgements as list_acknowledgements_of_all
from pipeline.acknowledgements.listing import list_late
from pipeline.acknowledgements.paper import EnteredLine, PaperSheet, record_codes, record_people
from pipeline.acknowledgements.record import RecordingOutcome
from pipeline.decisions.rights import Action
from pipeline.lists.declarations import DECLARATIONS
from pipeline.lists.readings import READINGS as READ
from pipeline.lists.workbook import write_sheet
from pipeline.papers.slips import Slip, record_slip
from pipeline.policies.standing import list_standings
from pipeline.register.decision import Decision
from pipeline.register.people.persons import PersonRow, find_person
from pipeline.web.desk.downloads import DOWNLOAD
from pipeline.web.desk.forms import Doing, Done, Form
from pipeline.web.desk.policies.policies import reader_states
from pipeline.web.desk.readings.readings import READINGS, team_members
from pipeline.web.desk.receiving import Upload
from pipeline.web.desk.typed import FormError, read_day, read_key
from pipeline.web.desk.view import DESK, POLICIES, Answer, Crumb, ShowPage, View, not_here
from pipeline.web.desk.work import Finished, Progress
from pipeline.wording import say_count, say_day, say_list

_STATES = {"late": "late", "due": "to read", "away": "away"}
_OWN = "You yourself are on the sheet: somebody else has to enter your line. Take your tick out, and send the rest"
_MOST_NAMED = 12
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
    one = view.picture.by_slug(str(view.request.path_params["slug"]))
    if one is None:
        return not_here("policy", (POLICIES,))
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
    return Done(f"/policies/{slug}/readers", _say_entered(entered, signed_on))


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
        one = view.picture.by_slug(slug)
        if one is None:
            return not_here("policy", (POLICIES,))
        crumbs = (DESK, POLICIES, Crumb(one.title, f"/policies/{slug}"))
        fields = {"one": one, "rows": rows, "day": view.day(signed_on), "held": view.sent.of("held")}
        fields["kind"] = view.sent.of("kind", _SHEET)
        return Answer("sheet_check.html", "Check before it is recorded", fields, crumbs, at="/policies")

    return show


def _say_entered(entered: Sequence[EnteredLine], signed_on: date | None) -> str:
    """Return what was recorded, and by name what was not."""
    said: Mapping[RecordingOutcome, list[str]] = {outcome: [] for outcome in RecordingOutcome}
    for one in entered:
        said[one.outcome].append(f"{one.person.person.name} ({one.policy.title})")
    on = f" on {say_day(signed_on)}" if signed_on else ""
    sentences = [f"Recorded: {say_count(len(said[RecordingOutcome.RECORDED]), 'reading')}{on}."]
    if held := said[RecordingOutcome.ALREADY]:
        sentences.append(f"Held already, so nothing was added: {_named(held)}.")
    if replaced := said[RecordingOutcome.REPLACED]:
        sentences.append(f"Not recorded, since a later version must be read: {_named(replaced)}.")
    return " ".join(sentences)


def _named(names: Sequence[str]) -> str:
    more = len(names) - _MOST_NAMED
    return say_list(names) if more <= 0 else f"{', '.join(names[:_MOST_NAMED])} and {more} more"


# --- codes and slips --------------------------------------------------------------------------------------------


def show_codes(view: View) -> Answer:
    """Ask for the codes of the lines that were signed."""
    fields = {"today": view.today.isoformat()}
    return Answer("sheet_codes.html", "Enter signed lines by their codes", fields, (DESK, READINGS), at="/readings")


def act_codes(doing: Doing) -> Done:
    """Record the lines of signed sheets by the codes in them: all, or none where one cannot be right."""
    codes = doing.sent.of("codes").replace(",", " ").split()
    signed_on = read_day(doing.sent, "on", "Give the day on the sheet")
    assert signed_on is not None  # a missing one was refused
    if not codes:
        raise FormError({"codes": "Type the codes, as they stand in the lines that were signed"})
    with doing.deciding() as decision:
        tx, school = decision.tx, decision.school
        secret = secret_for_reading_codes(tx, school, doing.config, doing.site.environ)
        sheet = PaperSheet(signed_on, doing.who.name, doing.today, doing.now)
        entered = record_codes(tx, school, doing.config, codes, sheet, secret=secret or "")
        own = [one for one in entered if doing.who.is_at(one.person.person.work_email)]
        if own:
            raise FormError({"codes": f"{own[0].person.person.name}’s line is your own; somebody else has to enter it"})
    return Done("/readings", _say_entered(entered, signed_on))


def show_slip(view: View) -> Answer:
    """Ask for the code and the name on the slip of a card."""
    fields = {"today": view.today.isoformat()}
    return Answer("sheet_slip.html", "Enter the slip of a card", fields, (DESK, READINGS), at="/readings")


def act_slip(doing: Doing) -> Done:
    """Record that a reader was given a card and has read it."""
    sent = doing.sent
    faults = {}
    if not sent.of("card"):
        faults["card"] = "Type the code on the slip"
    if not sent.of("name"):
        faults["name"] = "Type the name on the slip, first and last"
    if faults:
        raise FormError(faults)
    signed_on = read_day(sent, "on", "Give the day on the slip")
    assert signed_on is not None  # a missing one was refused
    slip = Slip(sent.of("card"), sent.of("name"), signed_on, doing.who.name, read_day(sent, "until"))
    with doing.deciding() as decision:
        secret = secret_for_reading_codes(decision.tx, decision.school, doing.config, doing.site.environ)
        entered = record_slip(decision, slip, secret=secret or "", today=doing.today)
        person = entered.person.person
        if doing.who.is_at(person.work_email):
            raise FormError({"name": "This slip is your own; somebody else has to enter it"})
    if entered.already:
        return Done("/readings/slip", f"This slip of {person.name} was entered already; nothing was added.")
    added = " They were added as supply." if entered.is_new_person else ""
    return Done("/readings/slip", f"Recorded: {person.name} was given card {entered.number} and has read it.{added}")


# --- the list ---------------------------------------------------------------------------------------------------


def show_list(view: View) -> Answer:
    """Ask which lines the spreadsheet is to have."""
    return Answer("readings_list.html", "Who has read what, as a spreadsheet", {"choices": _LISTS}, (DESK, READINGS))


def act_list(doing: Doing) -> Done:
    """Begin to write who has read what into a spreadsheet."""
    which = doing.sent.of("which")
    if which not in _LISTS:
        raise FormError({"which": "Choose what is to be in it"})
    site, session = doing.site, doing.who.session

    def make(progress: Progress) -> Finished:
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
        with tempfile.TemporaryDirectory(prefix="policy-list-") as folder:
            path = Path(folder) / f"{'late' if which == 'late' else 'readings'}-{today}.xlsx"
            write_sheet(path, [READ.table(lines, config.zone), DECLARATIONS.table(declarations, config.zone)], now)
            key = doing.kept.keep_file(session, Upload(path.name, path, path.stat().st_size), now)
        said = f"{say_count(len(lines), 'line')}. The file is here for two hours, for you alone."
        return Finished(said, DOWNLOAD + key, "Download it")

    return Done(doing.work.begin("Who has read what", doing.who.name, doing.now, make, line="papers").page)


SHEET = Form(show_sheet, act_sheet, Action.RECORD_READINGS)
CODES = Form(show_codes, act_codes, Action.RECORD_READINGS)
SLIP = Form(show_slip, act_slip, Action.RECORD_READINGS)
LIST = Form(show_list, act_list, Action.RECORD_READINGS)
READING_FORMS: dict[str, Form] = {
    "/readings/list": LIST,
    "/policies/{slug}/sheet": SHEET,
    "/readings/codes": CODES,
    "/readings/slip": SLIP,
}
