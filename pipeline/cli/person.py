"""``policy person``: what is held on one person."""

from pathlib import Path

import click

from pipeline.cli.session import Session, json_option, pass_session, print_json, say
from pipeline.lifecycle.wording import say_count


@click.group("person", help="What is held on one person: all of it, for them.")
def person_command() -> None:
    """What is held on one person."""


@person_command.command("export", help="Write all that is held on PERSON into a folder, others masked.")
@click.argument("person")
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), required=True, help="The folder to put it in.")
@json_option
@pass_session
def export_person_command(session: Session, person: str, out: Path) -> None:
    """Write all that is held on PERSON (a list's id, work address or whole name) into a folder, others masked."""
    from pipeline.evidence.person_export import find_held, held_as_json, held_as_page
    from pipeline.papers.files import open_folder, write_paper
    from pipeline.people.naming import find_one
    from pipeline.register.people import list_people

    with session.open_to_look() as register, register.reading() as tx:
        row = find_one(list_people(tx, register.school, session.today), person, session.today)
        held = find_held(tx, register.school, row)
        page = held_as_page(tx, register.school, held, session.config, session.today)
    open_folder(out)
    stem = f"held-{row.person.person_id or row.id}-{session.today}"
    stem = "".join(letter if letter.isalnum() or letter in "-_." else "-" for letter in stem)
    write_paper(out / f"{stem}.json", held_as_json(held))
    write_paper(out / f"{stem}.html", page)
    rows = sum(len(rows) for rows in held.tables.values())
    if session.as_json:
        print_json(
            {
                "name": held.name,
                "page": str(out / f"{stem}.html"),
                "data": str(out / f"{stem}.json"),
                "rows": {name: len(each) for name, each in held.tables.items()},
                "ledger": len(held.records),
            }
        )
        return
    say(f"{out / stem}.html: all that the register holds on {held.name} ({say_count(rows, 'row')}), to read.")
    say(f"{out / stem}.json: the same as data. Give both to them alone; they name nobody else.")
    say("What the school's own lists, documents and mailboxes hold on them is not in it.")
