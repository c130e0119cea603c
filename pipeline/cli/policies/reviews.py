"""What is due when: ``policy calendar`` and ``policy summary``."""

from pathlib import Path

import click

from pipeline.cli.session import Session, check_out, pass_json_session, print_json, say, write_out

_FILE = click.Path(path_type=Path, dir_okay=False)


@click.command("calendar", help="Write reviews, meetings and days for papers as a calendar file (.ics).")
@click.option("--out", required=True, type=_FILE, metavar="FILE", help="The file to write; the same one each time.")
@pass_json_session
def calendar_command(session: Session, out: Path) -> None:
    """Write the calendar of reviews and meetings into a file."""
    from pipeline.policies.review_calendar import calendar_of_reviews, count_entries
    from pipeline.policies.standing import list_standings

    check_out(session, out, ".ics")
    with session.open_register(create=False) as register, register.reading() as tx:
        standings = list_standings(tx, register.school, session.config, session.today)
        content = calendar_of_reviews(
            register.school, standings, session.config, today=session.today, made_at=session.now
        )
    write_out(out, content)
    entries = count_entries(content)
    session.answer(
        {"file": str(out), "entries": entries},
        f"{out}: {entries} entries, of reviews, meetings and days for papers. It names nobody.",
        "Open it in your calendar. Write it again and open it again, and reviews that moved move there too.",
    )


@click.command("summary", help="Show the governors' termly summary as it would be mailed today; send nothing.")
@click.option("--out", type=_FILE, metavar="FILE", help="Write it into a file: as text, or as .html.")
@pass_json_session
def summary_command(session: Session, out: Path | None) -> None:
    """Show the governors' termly summary as it would be mailed today; send nothing."""
    from pipeline.letters.summary_preview import preview_summary
    from pipeline.policies.standing import list_standings

    config = session.config
    if out is not None:
        check_out(session, out, ".txt", ".html", ".htm")
    with session.open_register(create=False) as register, register.reading() as tx:
        standings = list_standings(tx, register.school, config, session.today)
        letter = preview_summary(tx, register.school, config, standings, session.today)
    to = letter.to.address if letter.to is not None else None
    if out is not None:
        write_out(out, (letter.html if out.suffix.lower() in (".html", ".htm") else letter.text).encode("utf-8"))
    if session.as_json:
        found = {"to": to, "subject": letter.subject, "text": letter.text, "on": config.governors.summary}
        print_json({**found, "file": str(out) if out is not None else None})
        return
    say(f"To: {to or 'nobody: neither the address of the clerk nor that of the chair is known'}")
    say(f"Subject: {letter.subject}\n")
    say(letter.text if out is None else f"The letter is in {out}.")
    if config.governors.summary:
        say("It goes once a term, on the first day of the term with mail.")
    else:
        say("It is not switched on: set summary = true under [governors] in config.toml, and it goes once a term.")
