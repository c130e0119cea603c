"""What is due when: ``policy calendar``."""

from pathlib import Path

import click

from pipeline.cli.session import Session, json_option, pass_session, print_json, say, write_out

_FILE = click.Path(path_type=Path, dir_okay=False)


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
