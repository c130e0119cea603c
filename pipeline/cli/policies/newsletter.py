"""``policy newsletter``: the words for the next newsletter on what is new among the policies, and that it went out."""

from datetime import date
from pathlib import Path

import click

from pipeline.cli.days import DayParameter
from pipeline.cli.session import Session, check_out, pass_json_session, print_json, say
from pipeline.files import write_atomically
from pipeline.publish.newsletter import Newsletter, prepare_newsletter, record_newsletter, word_sheet
from pipeline.wording import say_list


@click.command("newsletter", help="The words for the newsletter on new and changed policies; record that it went out.")
@click.argument("groups", nargs=-1, metavar="[GROUP]...")
@click.option(
    "--out", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE", help="Write a .docx or .txt file."
)
@click.option("--sent-on", type=DayParameter(), help="The day it went out: its groups were told.")
@click.option("--made-on", type=DayParameter(), help="With --sent-on: the day its words are of; else the same day.")
@pass_json_session
def newsletter_command(
    session: Session, groups: tuple[str, ...], out: Path | None, sent_on: date | None, made_on: date | None
) -> None:
    """Print or write the sheet for the groups named, else those told by a newsletter; or record that it went out."""
    if made_on is not None and sent_on is None:
        raise click.UsageError("Give --made-on together with --sent-on.")
    if sent_on is not None:
        if out is not None:
            raise click.UsageError("Give --out for the sheet, or --sent-on once it went out.")
        _record(session, groups, sent_on, made_on or sent_on)
        return
    _show(session, groups, out)


def _record(session: Session, groups: tuple[str, ...], sent_on: date, made_on: date) -> None:

    with session.writing() as decision:
        message = record_newsletter(
            decision, session.config, sent_on=sent_on, made_on=made_on, today=session.today, named=groups
        )
    session.answer({"sent_on": sent_on.isoformat(), "made_on": made_on.isoformat(), "message": message}, message)


def _show(session: Session, groups: tuple[str, ...], out: Path | None) -> None:

    if out is not None:
        check_out(session, out, ".docx", ".txt")
    with session.open_register(create=False) as register, register.reading() as tx:
        sheet = prepare_newsletter(tx, register.school, session.config, session.today, groups)
    if out is not None and sheet.items:
        _write(sheet, out, session.today)
    if session.as_json:
        print_json(_as_json(sheet))
        return
    names = say_list([name for _, name in sheet.groups])
    if not sheet.items:
        say(sheet.nothing_new)
    elif out is not None:
        say(
            f"Written to {out}. Once the newsletter went out: policy newsletter --sent-on DAY --made-on {session.today}"
        )
    else:
        say("\n".join(sheet.lines))
    if sheet.not_public:
        say(
            f"\nNot in it, since they are not on the public site: {say_list(sheet.not_public)}. Tell {names} otherwise."
        )


def _write(sheet: Newsletter, out: Path, today: date) -> None:

    text = "\n".join(sheet.lines) + "\n"
    write_atomically(out, word_sheet(sheet, today) if out.suffix.lower() == ".docx" else text.encode("utf-8"))


def _as_json(sheet: Newsletter) -> dict[str, object]:
    return {
        "groups": [key for key, _ in sheet.groups],
        "since": sheet.since.isoformat() if sheet.since else None,
        "policies": [
            {"slug": each.slug, "title": each.title, "said": each.said, "address": each.address or None}
            for each in sheet.items
        ],
        "not_public": list(sheet.not_public),
        "text": "\n".join(sheet.lines) if sheet.items else "",
    }
