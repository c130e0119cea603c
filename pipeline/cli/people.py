"""``policy staff`` and ``policy acknowledge``: who works here, and who has read what."""

from datetime import date
from pathlib import Path
from typing import Any

import click

from pipeline.cli import Day
from pipeline.cli.session import Session, json_option, pass_session, print_json, say
from pipeline.lifecycle.wording import say_count, say_day
from pipeline.model import Person


@click.group("staff", help="The staff list: import one, show it.")
def staff_command() -> None:
    """The staff list: import one, show it."""


@staff_command.command("import", help="Take in a staff list: new, changed, left, missing, and refused with the reason.")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@json_option
@pass_session
def import_staff_command(session: Session, file: Path) -> None:
    """Take in a staff list: new, changed, left, missing, and refused with the reason."""
    from pipeline.cli.report_json import staff_as_json
    from pipeline.errors import UsageError
    from pipeline.people.staff_import import import_staff
    from pipeline.people.staff_list import read_staff_list

    if not file.is_file():
        raise UsageError(f"{file} is not there; nothing was changed.")
    staff_list = read_staff_list(file)
    source = session.config.people.source
    with session.writing(create=True) as (register, tx):
        taken = import_staff(tx, register.school, staff_list, source, session.today, session.now)
    if session.as_json:
        print_json(staff_as_json(taken))
        return
    for what, rows in (
        ("new", taken.new),
        ("changed", taken.changed),
        ("left", taken.left),
        ("missing", taken.missing),
    ):
        say(f"{len(rows)} {what}" + (f": {', '.join(row.person.name for row in rows)}" if rows else ""))
    for refusal in taken.refused:
        say(f"Row {refusal.row} was refused: {refusal.reason}" if refusal.row else f"Refused: {refusal.reason}")
    for note in taken.notes:
        say(note)


@staff_command.command("list", help="Show everybody the register knows.")
@json_option
@pass_session
def list_staff_command(session: Session) -> None:
    """Show everybody the register knows."""
    from pipeline.register.people import list_people

    with session.open_register(create=False) as register, register.reading() as tx:
        rows = list_people(tx, register.school)
    if session.as_json:
        print_json([_person(row.person, row.source, row.missing_since) for row in rows])
        return
    for row in rows:
        person = row.person
        marks = [
            mark
            for mark in (_dates(person, session.today), "missing from the list" if row.missing_since else "")
            if mark
        ]
        say(f"{person.person_id:<10}{person.name:<28}{person.work_email or '(no e-mail)':<36}{person.role}"
            + (f" ({', '.join(marks)})" if marks else ""))  # fmt: skip
    say(say_count(len(rows), "person", "people"))


def _dates(person: Person, today: date) -> str:
    if person.leave_on is not None and person.leave_on < today:
        return f"left on {say_day(person.leave_on)}"
    if person.start_on is not None and person.start_on > today:
        return f"starts on {say_day(person.start_on)}"
    if person.away_until is not None and person.away_until >= today:
        return f"away until {say_day(person.away_until)}"
    return ""


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


@acknowledge_command.command("list", help="Show who has recorded their reading, and who has not.")
@json_option
@pass_session
def list_command(session: Session) -> None:
    """Show who has recorded their reading, and who has not."""
    from pipeline.acknowledgements.listing import list_acknowledgements
    from pipeline.policies.standing import list_standings

    with session.open_register(create=False) as register, register.reading() as tx:
        standings = list_standings(tx, register.school, session.config, session.today)
        lines = list_acknowledgements(tx, register.school, session.config, standings, session.today)
    if session.as_json:
        print_json(
            [
                {
                    "person_id": line.person.person.person_id,
                    "name": line.person.person.name,
                    "policy": line.slug,
                    "version": line.version,
                    "state": line.state.value,
                    "method": line.method.value if line.method else None,
                    "acknowledged_at": line.acknowledged_at.isoformat() if line.acknowledged_at else None,
                }
                for line in lines
            ]
        )
        return
    for line in lines:
        given = f" on {say_day(line.acknowledged_at.date())} ({line.method})" if line.acknowledged_at else ""
        due = f", by {say_day(line.due_on)}" if line.due_on and not given else ""
        say(f"{line.person.person.name:<28}{line.title} (version {line.version}): {line.state.value}{given}{due}")
    say(say_count(len(lines), "line"))


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
            entered_by=entered_by or session.user,
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
@click.option("--by", "entered_by", required=True, metavar="NAME", help="Who enters it; never the reader.")
@json_option
@pass_session
def record_command(session: Session, person_id: str, slug: str, signed_on: date | None, entered_by: str) -> None:
    """Record a signed sheet for somebody."""
    from pipeline.acknowledgements.record import Outcome, record_on_paper
    from pipeline.register.people import list_people
    from pipeline.register.policies import list_policies

    with session.open_register(create=False) as register:
        recording = record_on_paper(
            register,
            session.config,
            person_id=person_id,
            slug=slug,
            signed_on=signed_on or session.today,
            entered_by=entered_by,
            today=session.today,
            now=session.now,
        )
        with register.reading() as tx:
            people = {row.person.person_id: row.person.name for row in list_people(tx, register.school)}
            titles = {policy.slug: policy.title for policy in list_policies(tx, register.school)}
    if session.as_json:
        print_json({"person_id": person_id, "policy": slug, "outcome": recording.outcome.value})
    else:
        name, title = people.get(person_id, person_id), titles.get(slug, slug)
        said = {
            Outcome.RECORDED: f"Recorded: {name} has signed for {title}.",
            Outcome.ALREADY: f"{name}’s reading of {title} was recorded already; nothing was added.",
            Outcome.REPLACED: f"Not recorded: a later version of {title} must be read; {name} is asked for that one.",
            Outcome.REFUSED: f"Not recorded: {name} has left, or {title} is not in use.",
        }
        say(said[recording.outcome])
