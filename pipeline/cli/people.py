"""``policy staff``: who works here."""

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pipeline.cli.session import Session, json_option, pass_session, print_json, say
from pipeline.lifecycle.wording import say_count
from pipeline.model import Person

if TYPE_CHECKING:
    from pipeline.config import PeopleListSection


@click.group("staff", help="The staff list: import one, show it.")
def staff_command() -> None:
    """The staff list: import one, show it."""


@staff_command.command("import", help="Take in a staff list: new, changed, left, missing, and refused with the reason.")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--preview", is_flag=True, help="Only say what would be taken in; write nothing.")
@click.option("--yes", "confirmed", is_flag=True, help="Take over what waits: the list is right as it is.")
@click.option("--source", metavar="NAME", help="The list it is: one of [[people.lists]]; else the staff list.")
@json_option
@pass_session
def import_staff_command(session: Session, file: Path, preview: bool, confirmed: bool, source: str | None) -> None:
    """Take in a staff list: new, changed, left, missing, and refused with the reason."""
    from pipeline.cli.report_json import staff_as_json
    from pipeline.cli.staff_report import import_lines
    from pipeline.errors import UsageError
    from pipeline.people.absences import ask_about
    from pipeline.people.staff_import import import_staff, record_import
    from pipeline.people.staff_list import read_staff_list
    from pipeline.policies.standing import list_standings
    from pipeline.register.people import list_people

    if not file.is_file():
        raise UsageError(f"{file} is not there; nothing was changed.")
    config = session.config
    listed = config.people_list(source)
    staff_list = read_staff_list(file, config.people, listed.kind)
    with session.looking() if preview or staff_list.questions else session.writing(create=True) as decision:
        taken = import_staff(
            decision.tx,
            decision.school,
            staff_list,
            listed.name,
            session.today,
            session.now,
            confirmed=confirmed,
            preview=preview,
            actor=session.actor,
        )
        record_import(decision, taken)
        standings = list_standings(decision.tx, decision.school, config, session.today)
        people = list_people(decision.tx, decision.school, session.today)
        asked, _ = ask_about(people, taken, standings, config, session.today)
    if session.as_json:
        print_json({**staff_as_json(taken), "ask": list(asked)})
    else:
        name = "" if source is None else listed.name
        for line in (*asked, *import_lines(taken, str(file), name), *_say_other_file(session, file, listed)):
            say(line)
    if staff_list.questions and not preview:
        raise UsageError("Nothing was taken from the list: answer what is asked above, and import it again.")


def _say_other_file(session: Session, file: Path, listed: "PeopleListSection") -> tuple[str, ...]:
    """Return what to say where the daily run will read another file for the same list tomorrow, or none."""
    config = session.config
    if listed not in config.people_lists:
        return (
            f"The daily run does not know the list “{listed.name}”: put it into config.toml under [[people.lists]] "
            "with name, source and kind, so that it is read each day.",
        )
    there = config.root / listed.source
    if not there.exists() or file.resolve() == there.resolve():
        return ()
    return (
        f"The daily run reads {listed.source}, not {file.name}: put this list in its place, or name it in config.toml "
        "as source of its list, or the next run goes by the old one again.",
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
