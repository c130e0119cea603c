"""``policy acknowledge``: who has read what; what came back on paper or by the school's own form."""

import sys
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import click

from pipeline.cli.days import DayParameter
from pipeline.cli.declared import add_declared, decide
from pipeline.cli.readings.declarations import say_declarations
from pipeline.cli.session import Session, pass_json_session, print_json, say
from pipeline.model.readings import RequestState
from pipeline.wording import say_count, say_day, say_list

if TYPE_CHECKING:
    from pipeline.acknowledgements.forms.export import FormImport, FormList
    from pipeline.acknowledgements.listing import ReadingLine
    from pipeline.acknowledgements.paper import EnteredLine
    from pipeline.acknowledgements.session import Attendance
    from pipeline.register.store.database import Register


@click.group("acknowledge", help="Who has read what: show, record on paper, import.")
def acknowledge_command() -> None:
    """Who has read what: show, record on paper, import."""


add_declared(acknowledge_command)


@acknowledge_command.command("list", help="Show who has recorded their reading, who has not, and who is late.")
@click.option("--late", is_flag=True, help="Only who should have read it by now, the longest first.")
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE.xlsx",
    help="Write the list to a spreadsheet as well.",
)
@click.option("--declarations", is_flag=True, help="Who has declared and who has not, in place of readings.")
@pass_json_session
def list_command(session: Session, late: bool, declarations: bool, out: Path | None) -> None:
    """Show who has recorded their reading, who has not, and who is late."""

    from pipeline.acknowledgements.declarations.listing import count_declarations, list_declaration_lines, only_late
    from pipeline.acknowledgements.listing import list_acknowledgements, list_late
    from pipeline.cli.screen import Screen, show_line
    from pipeline.lists.declarations import DECLARATIONS
    from pipeline.lists.readings import READINGS
    from pipeline.lists.workbook import check_sheet_path, write_sheet
    from pipeline.policies.standing import list_standings

    if out is not None:
        check_sheet_path(out)
    with session.open_register(create=False) as register, register.reading() as tx:
        standings = list_standings(tx, register.school, session.config, session.today)
        lines = list_acknowledgements(tx, register.school, session.config, standings, session.today)
        declared = list_declaration_lines(tx, register.school, session.today)
    counts, zone = count_declarations(declared, session.today), session.config.zone
    if late:
        lines = tuple(line for reader in list_late(lines) for line in reader.lines)
        declared = only_late(declared)
    if out is not None:
        write_sheet(out, [READINGS.table(lines, zone), DECLARATIONS.table(declared, zone)], session.now)
    if session.as_json:
        print_json(
            [DECLARATIONS.as_json(line) for line in declared]
            if declarations
            else [READINGS.as_json(line) for line in lines]
        )
        return
    console = Screen()
    if not declarations:
        for line in lines:
            show_line(console, _say_line(line, zone))
        say("Nobody is late." if late and not lines else say_count(len(lines), "line"))
    for said in say_declarations(declared, counts, zone, late=late, by_name=declarations):
        show_line(console, said)
    if out is not None:
        say(f"Written to {out}.")


def _say_line(line: "ReadingLine", zone: ZoneInfo) -> str:
    from pipeline.lists.readings import STATE_WORDS

    said = STATE_WORDS[line.state]
    if line.corrected_at is not None and line.acknowledged_at is not None:
        given, taken_back = (one.astimezone(zone).date() for one in (line.acknowledged_at, line.corrected_at))
        said = f"recorded on {say_day(given)} ({line.method}), in error, as was said on {say_day(taken_back)}"
    elif line.acknowledged_at is not None:
        how = f"at {line.at_school}" if line.at_school else line.method
        said += f" on {say_day(line.acknowledged_at.astimezone(zone).date())} ({how})"
    elif line.state is RequestState.ELSEWHERE:
        said = f"asked at {line.at_school}"
    elif line.days_late and line.due_on is not None:
        said += f", {say_count(line.days_late, 'day')} late (was to be read by {say_day(line.due_on)})"
    elif line.due_on is not None and line.state is not RequestState.CLOSED:
        said += f", by {say_day(line.due_on)}"
    return f"{line.person.person.name}: {line.title} (version {line.version_label}): {said}"


@acknowledge_command.command("import", help="Take over the export of the school's own form, or last year's sheet.")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--baseline", is_flag=True, help="Last year's sheet: counts for the version in use, and mails nobody.")
@click.option("--paper", is_flag=True, help="Signed sheets that somebody typed into a list.")
@click.option("--dates", type=click.Choice(["day-first", "month-first"]), help="How days in numbers are meant.")
@click.option("--preview", is_flag=True, help="Only say what would be recorded; write nothing.")
@click.option("--yes", "confirmed", is_flag=True, help="On a terminal: record it without asking.")
@click.option("--by", "entered_by", metavar="NAME", help="Who enters it; else the name you are signed in with.")
@pass_json_session
def import_command(session: Session, /, file: Path, preview: bool, confirmed: bool, **given: Any) -> None:
    """Take over the export of the school's own form, or last year's sheet."""
    from pipeline.acknowledgements.forms.export import import_form_export, preview_form_export

    if given["baseline"] and given["paper"]:
        raise click.UsageError("--baseline and --paper are two kinds of list; give one of them.")
    config, today, now = session.config, session.today, session.now
    with session.open_register(create=False) as register:
        register.refuse_damage()
        form = _form_list(session, register, file, given)
        asks = not (preview or confirmed or session.as_json) and sys.stdin.isatty() and sys.stdout.isatty()
        if preview or asks:
            looked = preview_form_export(register, config, form, today=today, now=now)
            _show_import(session, looked, would=True)
            if preview or not looked.recorded or not click.confirm("Record this?", default=False):
                return
        taken = import_form_export(register, config, form, today=today, now=now)
    _show_import(session, taken, would=False)


def _form_list(session: Session, register: "Register", file: Path, given: Mapping[str, Any]) -> "FormList":
    from pipeline.acknowledgements.forms.export import FormList
    from pipeline.acknowledgements.keys import secret_for_reading_codes
    from pipeline.model.readings import AcknowledgementMethod
    from pipeline.people.lists.dates import DateOrder

    method = AcknowledgementMethod.FORM
    if given["baseline"] or given["paper"]:
        method = AcknowledgementMethod.BASELINE if given["baseline"] else AcknowledgementMethod.PAPER
    with register.reading() as tx:
        secret = secret_for_reading_codes(tx, register.school, session.config, session.environ)
    dates = DateOrder(given["dates"]) if given["dates"] else None
    return FormList(file, session.actor_or(given["entered_by"]), method, dates, secret or "")


def _show_import(session: Session, taken: "FormImport", *, would: bool) -> None:
    if session.as_json:
        print_json(_import_as_json(taken))
        return
    recorded = "would be recorded" if would else "recorded"
    say(f"{say_count(len(taken.recorded), 'reading')} {recorded}, {len(taken.already)} held already.")
    if taken.remark:
        say(taken.remark)
    for unmatched in taken.unmatched:
        say(f"Row {unmatched.row} was not taken: {unmatched.reason}")
        for one in unmatched.proposals:
            who = one.person.person
            command = f'policy acknowledge record {who.person_id} {one.slug} --on {one.given_on} --by "Your Name"'
            say(f"  Probably {who.name}? Then record it with: {command}")


def _import_as_json(taken: "FormImport") -> dict[str, Any]:
    named = {
        name: [{"row": one.row, "person_id": one.person.person.person_id, "policy": one.slug} for one in ones]
        for name, ones in (("recorded", taken.recorded), ("already", taken.already))
    }
    unmatched = [
        {
            "row": each.row,
            "reason": each.reason,
            "proposals": [
                {
                    "person_id": one.person.person.person_id,
                    "name": one.person.person.name,
                    "policy": one.slug,
                    "on": one.given_on.isoformat(),
                }
                for one in each.proposals
            ],
        }
        for each in taken.unmatched
    ]
    return {**named, "unmatched": unmatched, "remark": taken.remark}


@acknowledge_command.command("record", help="Record a sheet that was signed: by people and policy, or by its codes.")
@click.argument("words", nargs=-1, metavar="[PERSON... SLUG]")
@click.option("--code", "codes", multiple=True, metavar="CODE...", help="The codes of the lines that were signed.")
@click.option("--card", metavar="CODE", help="The code on the slip of a card, with --name in place of people.")
@click.option("--name", metavar="NAME", help="With --card: the name on the slip, first and last, or an id.")
@click.option("--until", type=DayParameter(), help="With --card: their last day here, where it is not that day.")
@click.option("--on", "signed_on", type=DayParameter(), help="The day on the sheet; else today.")
@click.option("--by", "entered_by", metavar="NAME", help="Who enters it; never the reader. --as says it too.")
@pass_json_session
def record_command(
    session: Session, /, words: tuple[str, ...], codes: tuple[str, ...], signed_on: date | None, **given: Any
) -> None:
    """Record a sheet that was signed: by people and policy, or by its codes."""
    from pipeline.decisions.paper import EnterCodes, EnterSlip

    if given["entered_by"] is None and session.named is None:
        raise click.UsageError("--by NAME is needed: who enters it.")
    by, (card, name, until) = given["entered_by"], (given[key] for key in ("card", "name", "until"))
    if card is not None:
        if words or codes or name is None:
            raise click.UsageError("--card goes with --name and without people, policy or --code.")
        decide(session, EnterSlip(card=card, name=name, on=signed_on, until=until, by=by))
        return
    if name is not None or until is not None:
        raise click.UsageError("--name and --until go with --card CODE.")
    if codes:
        decide(session, EnterCodes(codes=" ".join((*codes, *words)), on=signed_on, by=by))
    elif len(words) < 2:
        raise click.UsageError("Give the people and then the policy's short name, or the codes with --code.")
    else:
        _record_sheet(session, words, signed_on or session.today, session.actor_or(by))


@acknowledge_command.command("session", help="Record a training session: who was there has read what it was about.")
@click.argument("slugs", nargs=-1, required=True, metavar="SLUG...")
@click.option("--present", required=True, type=click.Path(path_type=Path, dir_okay=False), help="The attendance list.")
@click.option("--trainer", required=True, metavar="NAME", help="Who held it.")
@click.option("--on", "held_on", type=DayParameter(), help="The day of it; else today.")
@click.option("--by", "entered_by", metavar="NAME", help="Who enters it; never a reader. --as says it too.")
@click.option("--preview", is_flag=True, help="Only say who would be recorded; write nothing.")
@pass_json_session
def session_command(
    session: Session, /, slugs: tuple[str, ...], present: Path, trainer: str, held_on: date | None, **given: Any
) -> None:
    """Record a training session: who was there, by its attendance list, has read what it was about."""
    from pipeline.acknowledgements.paper import PaperSheet
    from pipeline.acknowledgements.session import read_attendance, record_session
    from pipeline.decisions.paper import entered_as_json
    from pipeline.register.people.persons import list_people

    if given["entered_by"] is None and session.named is None:
        raise click.UsageError("--by NAME is needed: who enters it.")
    by = session.actor_or(given["entered_by"])
    sheet = PaperSheet(held_on or session.today, by, session.today, session.now, trainer.strip())
    with session.looking() if given["preview"] else session.writing(by=by) as decision:
        people = list_people(decision.tx, decision.school, session.today)
        attendance = read_attendance(people, present, session.today)
        entered = (
            ()
            if given["preview"]
            else record_session(decision.tx, decision.school, session.config, attendance, slugs, sheet)
        )
    session.answer(
        {
            "present": [row.person.person_id for row in attendance.present],
            "unknown": list(attendance.unknown),
            "recorded": entered_as_json(entered),
        },
        *_say_session(attendance, entered, trainer.strip()),
    )


def _say_session(attendance: "Attendance", entered: "Sequence[EnteredLine]", trainer: str) -> Iterator[str]:
    from pipeline.acknowledgements.record import RecordingOutcome

    if not entered:
        yield f"Present: {say_list([row.person.name for row in attendance.present])}. Nothing was written."
    else:
        counts = {outcome: sum(one.outcome is outcome for one in entered) for outcome in RecordingOutcome}
        there = say_count(len(attendance.present), "person was", "people were")
        recorded = say_count(counts[RecordingOutcome.RECORDED], "reading")
        yield (
            f"{there} at the session held by {trainer}: {recorded} recorded, "
            f"{counts[RecordingOutcome.ALREADY]} held already."
        )
        for one in entered:
            if one.outcome is RecordingOutcome.REPLACED:
                yield f"Not recorded: a later version of {one.policy.title} must be read by {one.person.person.name}."
    for name in attendance.unknown:
        yield f"Nobody here is called “{name}”: a guest, or a name that is spelt otherwise in the staff list."
    if entered:
        yield "Whoever was not there is asked by their letters as before."


def _record_sheet(session: Session, words: tuple[str, ...], signed_on: date, by: str) -> None:
    from pipeline.acknowledgements.paper import PaperSheet, record_people
    from pipeline.decisions.paper import entered_as_json, say_entered

    sheet = PaperSheet(signed_on, by, session.today, session.now)
    with session.writing(by=by) as decision:
        entered = record_people(decision.tx, decision.school, session.config, words[:-1], words[-1], sheet)
    lines = entered_as_json(entered)
    session.answer(lines[0] if len(words) == 2 else lines, say_entered(entered, signed_on))
