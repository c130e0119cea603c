"""``policy fleet status``: several workspaces, for the person who looks after their computers."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pipeline.cli.session import Session, pass_json_session

if TYPE_CHECKING:
    from pipeline.trust.fleet import Workspace


@click.group("fleet", help="Several workspaces, for an IT provider: last run, mail route, safety copy, version.")
def fleet_command() -> None:
    """Several workspaces, for an IT provider: last run, mail route, safety copy, version."""


@fleet_command.command("status")
@click.argument("folders", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="DIR...")
@pass_json_session
def status_command(session: Session, folders: tuple[Path, ...]) -> int:
    """Show how each workspace stands; nothing is opened for writing, and nobody is named."""
    from pipeline.trust.fleet import look_at_all
    from pipeline.trust.outcomes import worst

    found = look_at_all(folders, _moment(session))
    session.answer([_as_json(one) for one in found], *_show(found))
    return worst([one.code for one in found])


def _moment(session: Session) -> datetime:
    """Return the present moment; with ``--today`` that day at the present time of day."""
    here = datetime.now().astimezone()
    if session.today_given is not None:
        here = datetime.combine(session.today_given, here.time(), tzinfo=here.tzinfo)
    return here.astimezone(UTC)


def _as_json(one: "Workspace") -> dict[str, object]:
    return {
        "folder": str(one.folder),
        "school": one.school,
        "route": one.route or None,
        "last_run": one.last_run.astimezone(UTC).isoformat() if one.last_run else None,
        "safety_copy_days": one.copy_days,
        "program": one.program or None,
        "register_edition": one.edition or None,
        "problems": list(one.problems),
        "exit_code": int(one.code),
    }


def _show(found: "tuple[Workspace, ...]") -> Iterator[str]:
    from pipeline.wording import say_count, say_moment

    wrong = [one for one in found if one.problems]
    yield f"{say_count(len(found), 'workspace')}, {len(wrong)} with something to look at."
    for one in found:
        yield ""
        yield f"{one.school} ({one.folder})"
        if one.route:
            ran = say_moment(one.last_run) if one.last_run else "never"
            age = "none" if one.copy_days is None else "today's" if one.copy_days <= 0 else _days(one.copy_days)
            version = f"; written by version {one.program}" if one.program else ""
            yield f"  last run {ran}; mail route {one.route}; newest safety copy: {age}{version}"
        yield from (f"  ! {problem}" for problem in one.problems)


def _days(days: int) -> str:
    from pipeline.wording import say_count

    return f"{say_count(days, 'day')} old"
