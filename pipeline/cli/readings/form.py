"""``policy form``: the school's own form for "I have read"."""

from pathlib import Path

import click

from pipeline.cli.session import Session, pass_session, say


@click.group("form", help="The school's own form for 'I have read': how to make it.")
def form_command() -> None:
    """The school's own form for 'I have read': how to make it."""


@form_command.command("recipe", help="Write the steps for Microsoft Forms and for Google Forms.")
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE", help="Write them to a file.")
@pass_session
def recipe_command(session: Session, out: Path | None) -> None:
    """Write the steps for Microsoft Forms and for Google Forms."""
    from pipeline.acknowledgements.forms.school_form import form_recipe
    from pipeline.errors import UsageError, say_system_error

    recipe = form_recipe(session.config)
    if out is None:
        say(recipe.rstrip())
        return
    if out.exists():
        raise UsageError(f"{out} is there already: choose another name.")
    try:
        out.write_text(recipe, encoding="utf-8")
    except OSError as error:
        raise UsageError(f"{out} cannot be written: {say_system_error(error)}. Choose another place.") from error
    say(f"The steps are in {out}.")
