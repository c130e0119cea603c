"""``policy person``: what is held on people, for them; holding, erasing, and who left long ago."""

import shlex
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pipeline.cli.declared import add_declared
from pipeline.cli.session import Session, pass_json_session, print_json, say
from pipeline.model.pick import pick
from pipeline.wording import say_count

if TYPE_CHECKING:
    from pipeline.privacy.look import ErasurePreview
    from pipeline.privacy.retention import Due, Refused
    from pipeline.register.people.erasures import ErasureProposal


@click.group("person", help="What is held on people, for them; holding and erasing it.")
def person_command() -> None:
    """What is held on people."""


add_declared(person_command)


@person_command.command("export", help="Write all that is held on PERSON into a folder, others masked.")
@click.argument("person")
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), required=True, help="The folder to put it in.")
@pass_json_session
def export_person_command(session: Session, person: str, out: Path) -> None:
    """Write all that is held on PERSON (a list's id, work address or whole name) into a folder, others masked."""
    from pipeline.evidence.person_export import find_held, held_as_json, held_as_page
    from pipeline.papers.files import open_folder, write_paper
    from pipeline.people.naming import find_one
    from pipeline.register.people.persons import list_people

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
    session.answer(
        {
            "name": held.name,
            "page": str(out / f"{stem}.html"),
            "data": str(out / f"{stem}.json"),
            "rows": {name: len(each) for name, each in held.tables.items()},
            "ledger": len(held.records),
        },
        f"{out / stem}.html: all that the register holds on {held.name} ({say_count(rows, 'row')}), to read.",
        f"{out / stem}.json: the same as data. Give both to them alone; they name nobody else.",
        "What the school's own lists, documents and mailboxes hold on them is not in it.",
    )


# --- erasing one person --------------------------------------------------------------------------------------------


@person_command.command(
    "erase", help="Show what erasing PERSON would come to; ask for it, or agree as a second person."
)
@click.argument("person")
@click.option(
    "--reason", metavar="TEXT", help="Ask for it: why, without a name. Nothing is erased until a second agrees."
)
@click.option("--agree", is_flag=True, help="Agree as the second person, named by --as, and erase them for good.")
@click.option("--withdraw", is_flag=True, help="Take back that they are to be erased.")
@pass_json_session
def erase_person_command(session: Session, person: str, reason: str | None, agree: bool, withdraw: bool) -> None:
    """Show what erasing PERSON (a list's id, work address or whole name) would come to, ask for it, or agree."""
    from pipeline.errors import UsageError

    if sum((reason is not None, agree, withdraw)) > 1:
        raise UsageError("Give one of --reason, --agree and --withdraw.")
    if agree:
        _agree(session, person)
    elif withdraw or reason is not None:
        _ask(session, person, reason)
    else:
        _show(session, person)


def _show(session: Session, person: str) -> None:
    from pipeline.privacy.erase import look_for

    with session.looking() as doing:
        look, waiting = look_for(doing.tx, doing.school, session.config, person, session.today)
    if session.as_json:
        print_json(_look_as_json(look, waiting))
        return
    for line in _say_look(look):
        say(line)
    if waiting is not None:
        say(
            f"{waiting.proposed_by} has asked for it (“{waiting.reason}”). A second person agrees with --agree (policy "
            "--as NAME person erase …); --withdraw takes it back."
        )
    elif not look.in_the_way:
        say("Nothing was changed. --reason TEXT asks for it; a second person then agrees with --agree.")


def _ask(session: Session, person: str, reason: str | None) -> None:
    from pipeline.privacy.erase import propose, withdraw

    with session.writing() as doing:
        if reason is None:
            said = withdraw(doing, person, session.today)
        else:
            said = propose(doing, session.config, person, reason, session.today)
    session.answer({"asked": reason is not None, "by": session.actor}, said)


def _agree(session: Session, person: str) -> None:
    from pipeline.errors import UsageError
    from pipeline.privacy.erase import agree
    from pipeline.register.people.erasure import stand_in

    if session.named is None:
        raise UsageError(f"Say who agrees: policy --as NAME person erase {shlex.quote(person)} --agree")
    with session.writing(alone=True) as doing:
        number, look = agree(doing, session.config, person, session.today)
    _keep_outside(session)
    session.answer(
        {"erased": number, "goes": dict(look.goes), "stays": list(look.stays)},
        f"Erased. In figures and lists there is “{stand_in(number)}” now, of whom nobody can tell who it was.",
        *_say_stays(look),
    )


def _keep_outside(session: Session) -> None:
    from pipeline.register.people.erased_outside import keep_outside

    with session.open_register(create=False) as register:
        keep_outside(register)


def _say_look(look: "ErasurePreview") -> Iterator[str]:
    from pipeline.people.naming import call

    if look.goes:
        yield f"{call(look.row)}. This would go:"
        for what, count in look.goes:
            yield f"  {count:>6,}  {what}"
        yield from _say_stays(look)
    if look.in_the_way:
        yield "Not now:"
        yield from (f"  - {reason}" for reason in look.in_the_way)


def _say_stays(look: "ErasurePreview") -> Iterator[str]:
    yield "This stays:"
    yield from (f"  - {reason}" for reason in look.stays)


def _look_as_json(look: "ErasurePreview", waiting: "ErasureProposal | None") -> dict[str, object]:
    asked_by = waiting.proposed_by if waiting is not None else None
    found = {"goes": dict(look.goes), **pick(look, "stays", "in_the_way")}
    return pick(look.row.person, "person_id", "name") | found | {"asked_by": asked_by}


# --- who left long ago ---------------------------------------------------------------------------------------------


@person_command.command(
    "retention", help="Show who left longer ago than records are kept; erase them, with two people."
)
@click.option(
    "--erase", "ask", type=int, metavar="PEOPLE", help="Ask for all of them: type how many; nothing goes yet."
)
@click.option("--agree", type=int, metavar="PEOPLE", help="Agree as the second person, named by --as, and erase them.")
@pass_json_session
def retention_command(session: Session, ask: int | None, agree: int | None) -> None:
    """Show who left longer ago than records are kept, ask for all of them to be erased, or agree to that."""
    from pipeline.errors import UsageError
    from pipeline.privacy.retention import agree_due, look_at_due, propose_due

    if ask is not None and agree is not None:
        raise UsageError("One asks with --erase, a second person agrees with --agree: give one of them.")
    if agree is not None:
        if session.named is None:
            raise UsageError("Say who agrees: policy --as NAME person retention --agree PEOPLE")
        with session.writing(alone=True) as doing:
            numbers = agree_due(doing, session.config, session.today, people=agree)
        _keep_outside(session)
        session.answer({"erased": list(numbers)}, f"{say_count(len(numbers), 'person', 'people')} erased.")
    elif ask is not None:
        with session.writing() as doing:
            asked = propose_due(doing, session.config, session.today, people=ask)
        said = f"{session.actor} asks for {say_count(asked, 'person', 'people')} to be erased. Nothing is erased yet: "
        said += f"a second person agrees with: policy --as THEIR-NAME person retention --agree {asked}"
        session.answer({"asked": asked, "by": session.actor}, said)
    else:
        with session.looking() as doing:
            may, refused = look_at_due(doing.tx, doing.school, session.config, session.today)
        _say_due(session, may, refused)


def _say_due(session: Session, may: "Sequence[tuple[Due, ErasurePreview]]", refused: "Sequence[Refused]") -> None:
    if session.as_json:
        going = [{**_look_as_json(look, None), "why": due.why, "asked_by": due.asked_by} for due, look in may]
        kept = [{"name": one.due.row.person.name, "why": one.due.why, "in_the_way": list(one.why)} for one in refused]
        print_json({"due": going, "not_now": kept})
        return
    years = session.config.people.retention_years
    if not may and not refused:
        never = "[people] retention_years is 0, so records of leavers are kept without an end."
        say(f"Nobody left more than {say_count(years, 'year')} ago." if years else never)
        return
    for due, look in may:
        what = say_count(sum(count for _, count in look.goes), "row, word or file", "rows, words and files")
        say(
            f"{due.row.person.name}: {due.why}{f'; {due.asked_by} has asked' if due.asked_by else ''}. {what} would go."
        )
    for one in refused:
        say(f"{one.due.row.person.name}: {one.due.why}. Not now: {' '.join(one.why)}")
    new = sum(due.asked_by is None for due, _ in may)
    if new:
        say(f"To ask for {'all' if new > 1 else 'it'}: policy person retention --erase {new}")
    if waiting := len(may) - new:
        say(f"{waiting} asked for already; a second person agrees: policy --as NAME person retention --agree {waiting}")
    say("'policy person erase PERSON' shows what goes and what stays of one; 'policy person hold' leaves somebody out.")


# --- what is held, and why -----------------------------------------------------------------------------------------


@person_command.command("held", help="Print what is held on people, what for, who sees it and for how long.")
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="Write it to a file: .md or .html.")
@pass_json_session
def held_command(session: Session, out: Path | None) -> None:
    """Print the record of what is held on people, what for, who sees it and for how long, or write it to a file."""
    from pipeline.errors import UsageError
    from pipeline.papers.files import write_paper
    from pipeline.privacy.purposes import make_record, record_as_json, record_as_page, record_as_text

    if out is not None and out.suffix.casefold() not in (".md", ".html"):
        raise UsageError(f"{out.name}: give a file that ends in .md or .html.")
    with session.open_to_look() as register, register.reading() as tx:
        record = make_record(tx, register.school, session.config, session.today)
    if out is not None:
        is_page = out.suffix.casefold() == ".html"
        write_paper(out, record_as_page(record) if is_page else record_as_text(record).encode("utf-8"))
    session.answer(
        record_as_json(record),
        f"{out}: what is held on people, and why." if out is not None else record_as_text(record),
    )
