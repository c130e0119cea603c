"""``policy init``."""

import sys
from pathlib import Path

import click

from pipeline.cli.session import Session, pass_json_session, say
from pipeline.errors import UsageError
from pipeline.starting.launchers import typed
from pipeline.workspace import check_default_owner, check_new_folder, init_workspace


@click.command("init", help="Lay out an empty workspace in FOLDER.")
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--school", default="", metavar="NAME", help="The school's name, as it stands on its policies.")
@click.option(
    "--default-owner",
    metavar="ADDRESS",
    help="Who is told of reviews whose owner nobody can tell; asked for on a terminal, '' for nobody yet.",
)
@pass_json_session
def init_command(session: Session, folder: Path, school: str, default_owner: str | None) -> None:
    """Lay out an empty workspace in FOLDER."""
    if default_owner is None:
        check_new_folder(folder)
        default_owner = _ask_default_owner() if sys.stdin.isatty() and not session.as_json else ""
    made = init_workspace(folder, school, default_owner.strip())
    session.answer(
        {"workspace": str(folder), "made": [str(path) for path in made]},
        *next_steps(folder.resolve(), Path(sys.executable), windows=sys.platform == "win32"),
    )


def next_steps(folder: Path, python: Path, *, windows: bool) -> list[str]:
    """Return what to do next in a new workspace, a line each, with commands that work wherever they are typed."""
    suffix = ".cmd" if windows else ""
    run, serve = (typed(str(folder / f"{name}{suffix}"), windows=windows) for name in ("run", "serve"))
    policy = typed(str(python.with_name("policy")), windows=windows)
    return [
        f"A workspace is laid out in {folder}. What to do next:",
        f"  1. Put the school's policies into {folder / 'policies'}.",
        f"  2. Fill in {folder / 'config.toml'}: the school's name and who the safeguarding lead is.",
        f"  3. Put the staff list in {folder / 'staff.csv'} (its headings are there).",
        "  4. See what would happen; nothing is written or sent:",
        f"       {run} --dry-run",
        "  5. Do the day's work. Mail is written as files and goes to nobody until you set a mail server:",
        f"       {run}",
        "  6. Open the dashboard in the browser; as long as it runs, the day's work is done by itself:",
        f"       {serve}",
        "A double click on these files does the same. Every other command, from any folder:",
        f"       {policy} --workspace {typed(str(folder), windows=windows)} --help",
    ]


def _ask_default_owner() -> str:
    """Ask, on a terminal, who is told of reviews that nobody looks after; nothing typed leaves it open."""
    while True:
        say("Who is told when a policy is due for review and nobody can tell who looks after it?")
        address: str = click.prompt("E-mail address (Enter: decide later)", default="", show_default=False).strip()
        try:
            check_default_owner(address)
        except UsageError as error:
            say(str(error))
            continue
        return address
