"""``policy register move``."""

import click

from pipeline.cli.session import Session, pass_json_session, print_json, say
from pipeline.wording import say_count


@click.group("register", help="Carry the register into a PostgreSQL database, or back into a file.")
def register_command() -> None:
    """Carry the register into a PostgreSQL database, or back into a file."""


@register_command.command("move", help="Carry the register into a PostgreSQL database, or back into a file.")
@click.argument("url")
@click.option("--yes", is_flag=True, help="Do it; without this it is only looked at and said what would be carried.")
@pass_json_session
def move_command(session: Session, url: str, yes: bool) -> None:
    """Carry the register into a PostgreSQL database, or back into a file."""
    from pipeline.register.store.location import refuse_no_address
    from pipeline.register.store.moving import move_register, open_to_move, preview_move

    refuse_no_address(url)
    config, key = session.config, session.config.school.key
    with open_to_move(config, url) as register:
        if yes:
            moved = move_register(register, url, root=config.root, school_key=key, now=session.now)
        else:
            moved = preview_move(register, url, root=config.root, school_key=key)
    if session.as_json:
        counts = {"rows": moved.rows, "records": moved.records}
        print_json({"to": moved.to, "kept": moved.kept, **counts, "moved": yes})
        return
    if not yes:
        ledger = f"with the ledger of {say_count(moved.records, 'record')}"
        say(f"This would carry {say_count(moved.rows, 'row')}, {ledger}, from {moved.kept} to {moved.to}.")
        say("Nothing was changed. Once it is done config.toml is to say where it is; until then every command stops.")
        say(f"To do it: end 'policy serve', then policy register move {url} --yes")
        return
    say(
        f"{say_count(moved.rows, 'row')} were carried to {moved.to}, each as it was. The ledger, "
        f"{say_count(moved.records, 'record')}, agrees on both sides."
    )
    if config.register_.url != url:
        say("Now put this into config.toml; until then every command stops and says so:")
        say(f'[register]\nurl = "{url}"')
    say(f"The old register is kept as it was, at {moved.kept}, and nothing writes to it any more.")
