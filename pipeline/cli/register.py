"""``policy register move``."""

import click

from pipeline.cli.session import Session, json_option, pass_session, print_json, say
from pipeline.wording import say_count


@click.group("register", help="Carry the register into a PostgreSQL database, or back into a file.")
def register_command() -> None:
    """Carry the register into a PostgreSQL database, or back into a file."""


@register_command.command("move", help="Carry the register into a PostgreSQL database, or back into a file.")
@click.argument("url")
@json_option
@pass_session
def move_command(session: Session, url: str) -> None:
    """Carry the register into a PostgreSQL database, or back into a file."""
    from pipeline.register.store.moving import move_register, open_to_move

    config = session.config
    with open_to_move(config, url) as register:
        moved = move_register(register, url, root=config.root, school_key=config.school.key, now=session.now)
    if session.as_json:
        print_json({"to": moved.to, "kept": moved.kept, "rows": moved.rows, "records": moved.records})
        return
    say(
        f"{say_count(moved.rows, 'row')} were carried to {moved.to}, each as it was. The ledger, "
        f"{say_count(moved.records, 'record')}, agrees on both sides."
    )
    if config.register_.url != url:
        say("Now put this into config.toml; until then every command stops and says so:")
        say(f'[register]\nurl = "{url}"')
    say(f"The old register is kept as it was, at {moved.kept}, and nothing writes to it any more.")
