"""``policy told``: record that a group, such as parents, was told of policies by the school's own means."""

from datetime import date

import click

from pipeline.cli.days import DayParameter
from pipeline.cli.session import Session, json_option, pass_session


@click.command("told", help="Record that parents, pupils or others were told of policies.")
@click.argument("group")
@click.argument("slugs", nargs=-1, metavar="[SLUG]...")
@click.option("--on", "told_on", required=True, type=DayParameter(), help="The day they were told.")
@click.option("--by-means", metavar="TEXT", default="", help="How, such as 'letter home'; else as config.toml has it.")
@json_option
@pass_session
def told_command(session: Session, group: str, slugs: tuple[str, ...], told_on: date, by_means: str) -> None:
    """Record that a group was told of policies: of those named, else of all that it is told of by ``[groups]``."""
    from pipeline.policies.groups import GroupAnswer, record_told

    with session.writing() as decision:
        message = record_told(decision, session.config, GroupAnswer(group, slugs, told_on, by_means), session.today)
    session.answer({"group": group, "told_on": told_on.isoformat(), "message": message}, message)
