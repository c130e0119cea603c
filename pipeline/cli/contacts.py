"""``policy contacts``."""

from typing import Any

import click

from pipeline.cli.session import Session, json_option, pass_session, print_json, say
from pipeline.lifecycle.wording import say_role
from pipeline.model import Directory, Holder
from pipeline.policies.naming import Naming, list_namings


@click.command("contacts", help="Show the directory, and who is named in a role they do not hold.")
@json_option
@pass_session
def contacts_command(session: Session) -> None:
    """Show the directory, and who is named in a role they do not hold."""
    directory = session.config.directory(session.today)
    with session.open_register(create=False) as register, register.reading() as tx:
        namings = list_namings(tx, register.school, directory)
    if session.as_json:
        print_json(_as_json(directory, namings))
    else:
        _show(directory, namings)


def _show(directory: Directory, namings: tuple[Naming, ...]) -> None:
    if not directory.of("dsl"):
        say("No safeguarding lead is named in config.toml ([contacts.dsl]).")
    for holder in directory.holders:
        details = ", ".join(part for part in (holder.phone, holder.email) if part)
        say(f"{say_role(holder.role)}: {holder.name}{f' ({details})' if details else ''}")
    if directory.former:
        say("\nBefore:")
    for holder in directory.former:
        say(f"  {holder.name}, {say_role(holder.role)}")
    say(
        "\nIn the documents:"
        if namings
        else "\nEvery document in use names the people above and nobody else in their roles."
    )
    for naming in namings:
        say(f"  {naming.title} ({naming.path}): {naming.message}")


def _as_json(directory: Directory, namings: tuple[Naming, ...]) -> dict[str, Any]:
    return {
        "directory": [_holder(holder) for holder in directory.holders],
        "former": [_holder(holder) for holder in directory.former],
        "documents": [
            {
                "slug": naming.slug,
                "title": naming.title,
                "file": naming.path,
                "role": naming.contact.role,
                "name": naming.contact.name,
                "phone": naming.contact.phone,
                "email": naming.contact.email,
                "holders": [holder.name for holder in naming.holders],
                "message": naming.message,
            }
            for naming in namings
        ],
    }


def _holder(holder: Holder) -> dict[str, str | None]:
    return {
        "role": holder.role,
        "name": holder.name,
        "title": holder.title,
        "phone": holder.phone,
        "email": holder.email,
    }
