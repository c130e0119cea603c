"""What is due when: ``policy due`` and ``policy calendar``."""

from datetime import date
from pathlib import Path

import click

from pipeline.cli import Day
from pipeline.cli.session import Session, json_option, pass_session, print_json, say, write_out

_FILE = click.Path(path_type=Path, dir_okay=False)


@click.command("due", help="Move the day a review is due, once, with a reason that governors see.")
@click.argument("slug")
@click.option("--to", required=True, type=Day(), help="The day it is due instead.")
@click.option("--reason", required=True, metavar="TEXT", help="Why; it stands on the governors' agenda sheet.")
@json_option
@pass_session
def due_command(session: Session, slug: str, to: date, reason: str) -> None:
    """Move the day a review is due, once, with a reason that governors see."""
    from pipeline.policies.due_dates import move_due

    with session.writing() as decision:
        decided = move_due(decision, slug, to=to, reason=reason, config=session.config, today=session.today)
    if session.as_json:
        print_json({"slug": decided.slug, "title": decided.title, "message": decided.message})
    else:
        say(decided.message)


@click.command("calendar", help="Write reviews, meetings and days for papers as a calendar file (.ics).")
@click.option("--out", required=True, type=_FILE, metavar="FILE", help="The file to write; the same one each time.")
@json_option
@pass_session
def calendar_command(session: Session, out: Path) -> None:
    """Write the calendar of reviews and meetings into a file."""
    from pipeline.policies.review_calendar import calendar_of_reviews, count_entries
    from pipeline.policies.standing import list_standings

    with session.open_register(create=False) as register, register.reading() as tx:
        standings = list_standings(tx, register.school, session.config, session.today)
        content = calendar_of_reviews(
            register.school, standings, session.config, today=session.today, made_at=session.now
        )
    write_out(out, content)
    entries = count_entries(content)
    if session.as_json:
        print_json({"file": str(out), "entries": entries})
        return
    say(f"{out}: {entries} entries, of reviews, meetings and days for papers. It names nobody.")
    say("Open it in your calendar. Write it again and open it again, and entries that moved move there too.")
