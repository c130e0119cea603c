"""``policy simulate``: every mail that would go, day by day."""

from datetime import date
from typing import TYPE_CHECKING, Any

import click

from pipeline.cli.days import DayParameter
from pipeline.cli.session import Session, pass_json_session, print_json, progress_bar, say

if TYPE_CHECKING:
    from pipeline.simulation.look_ahead import SimulatedMail, Simulation


@click.command("simulate", help="Show every mail that would go until a day; write and send nothing.")
@click.option("--until", required=True, type=DayParameter(), help="The last day to look at.")
@click.option("--unconfirmed", is_flag=True, help="As if nobody confirmed a mailing that waits for it.")
@pass_json_session
def simulate_command(session: Session, until: date, unconfirmed: bool) -> None:
    """Show every mail that would go until a day; write and send nothing."""
    from pipeline.simulation.days_to_come import simulate

    found = simulate(
        session.config,
        until=until,
        today=session.today,
        now=session.now,
        environ=session.environ,
        confirms=not unconfirmed,
        progress=progress_bar(enabled=True),
    )
    if session.as_json:
        for mail in found.mails:
            print_json(_as_json(mail))
        return
    for line in _lines(found, session.config.mail.route):
        say(line)


def _as_json(mail: "SimulatedMail") -> dict[str, Any]:
    return {
        "date": mail.on.isoformat(),
        "to": mail.to,
        "kind": mail.kind.value,
        "kinds": [kind.value for kind in mail.kinds],
        "subject": mail.subject,
        "policies": list(mail.titles),
        "slugs": list(mail.slugs),
    }


def _lines(found: "Simulation", route: str) -> list[str]:
    from pipeline.simulation.calendar import groups_of, say_assumptions, say_named_day, say_waiting, say_whole

    lines = [say_whole(found), *say_assumptions(found, route), *map(str, found.notices)]
    if not found.confirmed:
        lines.append("Without --unconfirmed each mailing is taken to be confirmed on its day.")
    for day in found.days:
        lines += [
            "",
            say_named_day(day),
            *(f"  {line}" for line in say_waiting(day.waiting, confirmed=found.confirmed)),
        ]
        lines += [f"  {group.who(names=True)}: {group.what}" for group in groups_of(day)]
    return lines
