"""``policy schedule``."""

import getpass
import sys

import click

from pipeline.cli.session import Session, pass_session, print_json


@click.command("schedule", help="Print the lines with which this computer's own scheduler calls the program.")
@click.option(
    "--print",
    "kind",
    type=click.Choice(["cron", "systemd", "windows"]),
    required=True,
    help="For which scheduler; each calls run, deliver and take-in of this workspace.",
)
@pass_session
def schedule_command(session: Session, kind: str) -> None:
    """Print the lines with which this computer's own scheduler calls the program; nothing is put in."""
    from pipeline.dates.calendar import skipped_hour
    from pipeline.starting.timers import Timed, cron_lines, systemd_lines, windows_lines
    from pipeline.wording import say_day

    config = session.config
    skipped = skipped_hour(config.schedule.at, config.zone, session.today)
    timed = Timed(
        school=config.school.name or "your school",
        workspace=str(config.root.absolute()),
        python=sys.executable,
        account=getpass.getuser(),
        daily_at=config.schedule.at,
        zone=config.school.time_zone,
        has_mailbox=bool(config.inbox.route),
        skipped_on=say_day(skipped[0]) if skipped else "",
    )
    lines = {"cron": cron_lines, "systemd": systemd_lines, "windows": windows_lines}[kind](timed)
    if session.as_json:
        print_json({"scheduler": kind, "commands": list(timed.commands), "lines": lines})
    else:
        click.echo(lines, nl=False)
