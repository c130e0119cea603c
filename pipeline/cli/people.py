"""``policy staff`` and ``policy acknowledge``: who works here, and who has read what."""

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pipeline.cli import Day
from pipeline.cli.session import Session, json_option, pass_session, print_json, say
from pipeline.lifecycle.wording import say_count, say_day
from pipeline.model import Person, RequestState

if TYPE_CHECKING:
    from pipeline.acknowledgements.listing import ReadingLine


@click.group("staff", help="The staff list: import one, show it.")
def staff_command() -> None:
    """The staff list: import one, show it."""


@staff_command.command("import", help="Take in a staff list: new, changed, left, missing, and refused with the reason.")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--preview", is_flag=True, help="Only say what would be taken in; write nothing.")
@click.option("--yes", "confirmed", is_flag=True, help="Take over what waits: the list is right as it is.")
@click.option("--source", metavar="NAME", help="The list it counts as; else [people] source. Lists stand side by side.")
@json_option
@pass_session
def import_staff_command(session: Session, file: Path, preview: bool, confirmed: bool, source: str | None) -> None:
    """Take in a staff list: new, changed, left, missing, and refused with the reason."""
    from pipeline.cli.report_json import staff_as_json
    from pipeline.cli.staff_report import import_lines
    from pipeline.errors import UsageError
    from pipeline.people.absences import ask_about
    from pipeline.people.staff_import import import_staff
    from pipeline.people.staff_list import read_staff_list
    from pipeline.policies.standing import list_standings
    from pipeline.register.people import list_people

    if not file.is_file():
        raise UsageError(f"{file} is not there; nothing was changed.")
    config = session.config
    staff_list = read_staff_list(file, config.people)
    with session.looking() if preview or staff_list.questions else session.writing(create=True) as decision:
        taken = import_staff(
            decision.tx,
            decision.school,
            staff_list,
            source or config.people.source,
            session.today,
            session.now,
            confirmed=confirmed,
            preview=preview,
        )
        standings = list_standings(decision.tx, decision.school, config, session.today)
        asked, _ = ask_about(
            list_people(decision.tx, decision.school, session.today), taken, standings, config, session.today
        )
    if session.as_json:
        print_json({**staff_as_json(taken), "ask": list(asked)})
    else:
        for line in (*asked, *import_lines(taken, str(file)), *_say_other_file(session, file, source)):
            say(line)
    if staff_list.questions and not preview:
        raise UsageError("Nothing was taken from the list: answer what is asked above, and import it again.")


def _say_other_file(session: Session, file: Path, source: str | None) -> tuple[str, ...]:
    """Return what to say where the daily run will read another file for the same list tomorrow."""
    listed = session.config.staff_list
    if source not in (None, session.config.people.source) or not listed.exists() or file.resolve() == listed.resolve():
        return ()
    return (
        f"The daily run reads {session.config.people.source}, not {file.name}: put this list in its place, or name it "
        "in config.toml under [people] as source, or the next run goes by the old one again.",
    )


@staff_command.command("list", help="Show everybody the register knows.")
@json_option
@pass_session
def list_staff_command(session: Session) -> None:
    """Show everybody the register knows."""
    from pipeline.cli.staff_report import staff_lines
    from pipeline.register.people import list_people

    with session.open_register(create=False) as register, register.reading() as tx:
        rows = list_people(tx, register.school, session.today)
    if session.as_json:
        print_json([_person(row.person, row.source, row.missing_since) for row in rows])
        return
    for line in staff_lines(rows, session.today):
        say(line)
    say(say_count(len(rows), "person", "people"))


def _person(person: Person, source: str, missing_since: date | None) -> dict[str, Any]:
    return {
        "person_id": person.person_id,
        "first_name": person.first_name,
        "last_name": person.last_name,
        "work_email": person.work_email,
        "role": person.role,
        "start_date": person.start_on.isoformat() if person.start_on else None,
        "leave_date": person.leave_on.isoformat() if person.leave_on else None,
        "away_until": person.away_until.isoformat() if person.away_until else None,
        "source": source,
        "missing_since": missing_since.isoformat() if missing_since else None,
    }


@click.group("acknowledge", help="Who has read what: show, record on paper, import.")
def acknowledge_command() -> None:
    """Who has read what: show, record on paper, import."""


@acknowledge_command.command("list", help="Show who has recorded their reading, who has not, and who is late.")
@click.option("--late", is_flag=True, help="Only who should have read it by now, the longest first.")
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE.xlsx",
    help="Write the list to a spreadsheet as well.",
)
@json_option
@pass_session
def list_command(session: Session, late: bool, out: Path | None) -> None:
    """Show who has recorded their reading, who has not, and who is late."""
    from rich.console import Console

    from pipeline.acknowledgements.listing import list_acknowledgements, list_late
    from pipeline.acknowledgements.sheet import check_sheet_path, write_sheet
    from pipeline.cli.screen import show_line
    from pipeline.policies.standing import list_standings

    if out is not None:
        check_sheet_path(out)
    with session.open_register(create=False) as register, register.reading() as tx:
        standings = list_standings(tx, register.school, session.config, session.today)
        lines = list_acknowledgements(tx, register.school, session.config, standings, session.today)
    if late:
        lines = tuple(line for reader in list_late(lines) for line in reader.lines)
    if out is not None:
        write_sheet(out, lines)
    if session.as_json:
        print_json([_line_as_json(line) for line in lines])
        return
    console = Console(highlight=False, soft_wrap=True)
    for line in lines:
        show_line(console, _say_line(line))
    say("Nobody is late." if late and not lines else say_count(len(lines), "line"))
    if out is not None:
        say(f"Written to {out}.")


def _say_line(line: "ReadingLine") -> str:
    from pipeline.acknowledgements.sheet import STATE_WORDS

    said = STATE_WORDS[line.state]
    if line.acknowledged_at is not None:
        said += f" on {say_day(line.acknowledged_at.date())} ({line.method})"
    elif line.days_late and line.due_on is not None:
        said += f", {say_count(line.days_late, 'day')} late (was to be read by {say_day(line.due_on)})"
    elif line.due_on is not None and line.state is not RequestState.CLOSED:
        said += f", by {say_day(line.due_on)}"
    return f"{line.person.person.name}: {line.title} (version {line.version_label}): {said}"


def _line_as_json(line: "ReadingLine") -> dict[str, Any]:
    return {
        "person_id": line.person.person.person_id,
        "name": line.person.person.name,
        "policy": line.slug,
        "version": line.version,
        "version_label": line.version_label,
        "state": line.state.value,
        "method": line.method.value if line.method else None,
        "acknowledged_at": line.acknowledged_at.isoformat() if line.acknowledged_at else None,
        "due_on": line.due_on.isoformat() if line.due_on else None,
        "days_late": line.days_late,
    }


@acknowledge_command.command("import", help="Take over the export of the school's own form, or last year's sheet.")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--baseline", is_flag=True, help="Last year's sheet: counts for the version in use, and mails nobody.")
@click.option("--by", "entered_by", metavar="NAME", help="Who enters it; else the name you are signed in with.")
@json_option
@pass_session
def import_command(session: Session, file: Path, baseline: bool, entered_by: str | None) -> None:
    """Take over the export of the school's own form, or last year's sheet."""
    from pipeline.acknowledgements.form_export import FormImport, import_form_export

    with session.open_register(create=False) as register:
        taken: FormImport = import_form_export(
            register,
            session.config,
            file,
            entered_by=session.actor_or(entered_by),
            baseline=baseline,
            today=session.today,
            now=session.now,
        )
    if session.as_json:
        named = {
            name: [{"row": one.row, "person_id": one.person.person.person_id, "policy": one.slug} for one in ones]
            for name, ones in (("recorded", taken.recorded), ("already", taken.already))
        }
        print_json({**named, "unmatched": [{"row": one.row, "reason": one.reason} for one in taken.unmatched]})
        return
    say(f"{say_count(len(taken.recorded), 'reading')} recorded, {len(taken.already)} held already.")
    for unmatched in taken.unmatched:
        say(f"Row {unmatched.row} was not taken: {unmatched.reason}")


@acknowledge_command.command("record", help="Record a signed sheet for somebody.")
@click.argument("person_id")
@click.argument("slug")
@click.option("--on", "signed_on", type=Day(), help="The day on the sheet; else today.")
@click.option("--by", "entered_by", metavar="NAME", help="Who enters it; never the reader. --as says it too.")
@json_option
@pass_session
def record_command(session: Session, person_id: str, slug: str, signed_on: date | None, entered_by: str | None) -> None:
    """Record a signed sheet for somebody."""
    from pipeline.acknowledgements.record import Outcome, record_on_paper
    from pipeline.register.people import list_people
    from pipeline.register.policies import list_policies

    if entered_by is None and session.named is None:
        raise click.UsageError("--by NAME is needed: who enters it.")
    with session.open_register(create=False) as register:
        recording = record_on_paper(
            register,
            session.config,
            person_id=person_id,
            slug=slug,
            signed_on=signed_on or session.today,
            entered_by=session.actor_or(entered_by),
            today=session.today,
            now=session.now,
        )
        with register.reading() as tx:
            people = {row.person.person_id: row.person.name for row in list_people(tx, register.school, session.today)}
            titles = {policy.slug: policy.title for policy in list_policies(tx, register.school)}
    if session.as_json:
        print_json({"person_id": person_id, "policy": slug, "outcome": recording.outcome.value})
    else:
        name, title = people.get(person_id, person_id), titles.get(slug, slug)
        given = f" on {say_day(signed_on)}" if signed_on else ""
        said = {
            Outcome.RECORDED: f"Recorded: {name} has signed for {title}{given}.",
            Outcome.ALREADY: f"{name}’s reading of {title} was recorded already; nothing was added.",
            Outcome.REPLACED: f"Not recorded: a later version of {title} must be read; {name} is asked for that one.",
            Outcome.REFUSED: f"Not recorded: {name} has left, or {title} is not in use.",
        }
        say(said[recording.outcome])
