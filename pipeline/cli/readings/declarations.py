"""``policy acknowledge declared``, and what ``acknowledge list`` says of declarations: apart from readings."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import click

from pipeline.cli.days import DayParameter
from pipeline.cli.session import Session, json_option, pass_session, print_json, say
from pipeline.wording import say_day, say_method

if TYPE_CHECKING:
    from pipeline.acknowledgements.declarations.listing import DeclarationCount, DeclarationLine


@click.command("declared", help="Record that somebody declared in person what they have to; never what it is.")
@click.argument("person")
@click.argument("declaration")
@click.option(
    "--on", "said_on", type=DayParameter(), help="The day on which they said it, or on the sheet; else today."
)
@click.option("--by", "entered_by", metavar="NAME", help="Who records it; never the person. --as says it too.")
@click.option("--nothing", is_flag=True, help="They signed a sheet that they have nothing to declare.")
@json_option
@pass_session
def declared_command(
    session: Session, /, person: str, declaration: str, said_on: date | None, entered_by: str | None, nothing: bool
) -> None:
    """Record that a person declared in person what they have to; never what it is."""
    from pipeline.acknowledgements.declarations.declaring import DeclarationEntry, Declared, name_asked, record_entered
    from pipeline.people.naming import find_one
    from pipeline.register.people.persons import list_people

    if entered_by is None and session.named is None:
        raise click.UsageError("--by NAME is needed: who records it.")
    by = session.actor_or(entered_by)
    with session.writing(by=by) as decision:
        row = find_one(list_people(decision.tx, decision.school, session.today), person, session.today)
        name = name_asked(decision.tx, decision.school, session.config, row, declaration)
        entry = DeclarationEntry(declaration, said_on or session.today, by, nothing)
        outcome = record_entered(decision, session.config, row, entry, today=session.today)
    if session.as_json:
        print_json({"person_id": row.person.person_id, "declaration": declaration, "outcome": outcome.value})
    elif outcome is Declared.ALREADY:
        say(f"{row.person.name}’s declaration “{name}” is held already; nothing was added.")
    else:
        what = "has nothing to declare" if nothing else "has declared in person"
        say(f"Recorded: {row.person.name} {what}, “{name}”, on {say_day(entry.on)}.")


def say_declarations(
    lines: "Sequence[DeclarationLine]",
    counts: "Sequence[DeclarationCount]",
    zone: ZoneInfo,
    *,
    late: bool,
    by_name: bool,
) -> Iterator[str]:
    """Yield what a list says of declarations: their counts, and with ``by_name`` a line for each person."""
    for line in lines if by_name else ():
        said = line.state.words
        if line.said is not None:
            said += f" on {say_day(line.said.given_at.astimezone(zone).date())} ({say_method(line.said.method)})"
        elif line.request.closed_at is None:
            said += f", by {say_day(line.request.due_on)}"
        yield f"{line.person.person.name}: {line.request.name} ({line.year}): {said}"
    if by_name and not lines and not late:
        yield (
            "Nobody has been asked to declare anything yet. What staff declare stands under [declarations] in "
            "config.toml."
        )
    elif by_name and not lines:
        yield "Nobody is late."
    for count in counts:
        yield f"Declaration “{count.name}”, {count.year}: {count.words}."
