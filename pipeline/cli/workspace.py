"""``policy init``."""

from pathlib import Path

import click

from pipeline.cli.session import Session, json_option, pass_session, print_json, say
from pipeline.workspace import init_workspace


@click.command("init", help="Lay out an empty workspace in FOLDER.")
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--school", default="", metavar="NAME", help="The school's name, as it stands on its policies.")
@json_option
@pass_session
def init_command(session: Session, folder: Path, school: str) -> None:
    """Lay out an empty workspace in FOLDER."""
    made = init_workspace(folder, school)
    if session.as_json:
        print_json({"workspace": str(folder), "made": [str(path) for path in made]})
        return
    say(f"A workspace is laid out in {folder}. What to do next:")
    say(f"  1. Put the school's policies into {folder / 'policies'}.")
    say(f"  2. Fill in {folder / 'config.toml'}: the school's name and who the safeguarding lead is.")
    say(f"  3. Put the staff list in {folder / 'staff.csv'} (its headings are there).")
    say(f"  4. Go into {folder} and run: policy run --dry-run, which lists and changes nothing; then: policy run")
