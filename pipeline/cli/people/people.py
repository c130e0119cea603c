"""``policy staff``: who works here."""

from pathlib import Path

import click

from pipeline.cli.declared import add_declared, decide
from pipeline.cli.session import Session, pass_json_session
from pipeline.decisions.people import EndLinks, person_as_json
from pipeline.wording import say_count


@click.group("staff", help="Who works here: take in a list, add, change, end or show one person.")
def staff_command() -> None:
    """Who works here: take in a list, add, change, end or show one person."""


add_declared(staff_command)


@staff_command.command("import", help="Take in a staff list: new, changed, left, missing, and refused with the reason.")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--preview", is_flag=True, help="Only say what would be taken in; write nothing.")
@click.option("--yes", "confirmed", is_flag=True, help="Take over what waits: the list is right as it is.")
@click.option("--source", metavar="NAME", help="The list it is: one of [[people.lists]]; else the staff list.")
@click.option("--same", metavar="ID", multiple=True, help="The person asked about is who is known, or is back.")
@click.option("--other", metavar="ID", multiple=True, help="The person asked about is somebody else, or has left.")
@pass_json_session
def import_staff_command(
    session: Session,
    file: Path,
    preview: bool,
    confirmed: bool,
    source: str | None,
    same: tuple[str, ...],
    other: tuple[str, ...],
) -> None:
    """Take in a staff list: new, changed, left, missing, and refused with the reason."""
    from pipeline.cli.people.staff_report import import_lines
    from pipeline.cli.report_json import staff_as_json
    from pipeline.errors import UsageError
    from pipeline.people.lists.one_list import say_other_file, take_list
    from pipeline.people.lists.staff_list import read_staff_list

    if not file.is_file():
        raise UsageError(f"{file} is not there; nothing was changed.")
    if twice := set(same) & set(other):
        raise UsageError(f"Say either --same or --other of {sorted(twice)[0]}; nothing was changed.")
    answers = dict.fromkeys(same, True) | dict.fromkeys(other, False)
    config = session.config
    listed = config.people_list(source)
    staff_list = read_staff_list(file, config.people, listed.kind)
    with session.looking() if preview or staff_list.questions else session.writing(create=True) as decision:
        taken, asked = take_list(
            decision, config, staff_list, listed, session.today, confirmed=confirmed, preview=preview, answers=answers
        )
    name = "" if listed == config.people_lists[0] else listed.name
    lines = (*asked, *import_lines(taken, str(file), name), *say_other_file(config, file, listed))
    session.answer({**staff_as_json(taken), "ask": list(asked)}, *lines)
    if not taken.written and not preview:
        raise UsageError("Nothing was taken from the list: answer what is asked above, and import it again.")


@staff_command.command("fetch", help="Fetch the staff list from Microsoft 365 now; the next run takes it in.")
@pass_json_session
def fetch_staff_command(session: Session) -> None:
    """Fetch the staff list from Microsoft 365 now; the next run takes it in."""
    from pipeline.errors import UsageError
    from pipeline.fetched_lists import fetch_staff_list

    config = session.config
    if not config.people.microsoft.is_used:
        raise UsageError(
            "The staff list is not fetched: [people.microsoft] in config.toml says from which group, and README.md "
            "what your IT provider does for it."
        )
    fetched = fetch_staff_list(config, session.environ, session.today)
    session.answer(
        {"people": fetched.people, "file": str(fetched.path)},
        f"The group holds {say_count(fetched.people, 'person', 'people')}; the list is kept as {fetched.path}. The "
        f"next 'policy run' takes it in; 'policy staff import {fetched.path.name} --preview' says what that changes.",
    )


@staff_command.command("no-list", help="Say that a staff list is missing, empty or unreadable on purpose.")
@click.option("--source", metavar="NAME", help="The list it is: one of [[people.lists]]; else the staff list.")
@pass_json_session
def no_list_command(session: Session, source: str | None) -> None:
    """Say that a staff list is missing, empty or unreadable on purpose."""
    from pipeline.people.list_faults import say_it_is_meant

    name = session.config.people_list(source).name
    with session.writing() as decision:
        meant = say_it_is_meant(decision, name)
    session.answer(
        {"list": meant.name, "fault": meant.fault.value, "since": meant.since and meant.since.isoformat()},
        "Its people are asked and reminded again from the next run on, by the last list that could be read.",
    )


@staff_command.command("list", help="Show everybody the register knows.")
@pass_json_session
def list_staff_command(session: Session) -> None:
    """Show everybody the register knows."""
    from pipeline.cli.people.staff_report import staff_lines
    from pipeline.register.people.persons import list_people

    with session.open_register(create=False) as register, register.reading() as tx:
        rows = list_people(tx, register.school, session.today)
    session.answer(
        [person_as_json(row) for row in rows],
        *staff_lines(rows, session.today),
        say_count(len(rows), "person", "people"),
    )


@staff_command.command("link", help="Show somebody's personal link, or end it.")
@click.argument("person")
@click.option("--revoke", is_flag=True, help="End the link given out before; the next letter brings another.")
@pass_json_session
def link_command(session: Session, person: str, revoke: bool) -> None:
    """Show a person's personal link, or end it."""
    if revoke:
        decide(session, EndLinks(person=person))
    else:
        _show_link(session, person)


def _show_link(session: Session, person: str) -> None:
    from pipeline.acknowledgements.keys import find_keys
    from pipeline.acknowledgements.links import personal_link
    from pipeline.errors import UsageError
    from pipeline.people.naming import find_one
    from pipeline.people.obligations import has_left
    from pipeline.register.people.persons import list_people

    config = session.config
    with session.open_register(create=False) as register:
        keys = find_keys(register, config, session.environ, make=False)
        with register.reading() as tx:
            row = find_one(list_people(tx, register.school, session.today), person, session.today)
        school = register.school
    if not config.web.base_url:
        raise UsageError("There are no personal links without [web] base_url in config.toml.")
    if has_left(row.person, session.today):
        raise UsageError(f"{row.person.name} has left; no link of theirs opens.")
    if keys.other_links or not keys.has_secret:
        raise UsageError("The key that links are signed with is not there; 'policy keys' says how it stands.")
    link = personal_link(config, keys.secret, row, school)
    session.answer(
        {"person_id": row.person.person_id, "link": link},
        link,
        f"Only {row.person.name} may have it: whoever opens it can record readings in their name.",
    )
