"""``policy contacts``: the directory, what is to come, what waits for a call, and the ghosts."""

import click

from pipeline.cli.session import Session, json_option, pass_session, print_json, say


@click.command("contacts", help="Show the directory, and who is named in a role they do not hold.")
@click.option("--confirm", "role", metavar="ROLE", help="Record that a new number or address of this role is right.")
@click.option("--by", metavar="NAME", help="With --confirm: who rang or wrote.")
@click.option("--how", metavar="TEXT", help="With --confirm: how, such as 'I have rung it'.")
@click.option("--name", metavar="NAME", help="With --confirm: whose, where several are new in the role.")
@json_option
@pass_session
def contacts_command(session: Session, role: str | None, by: str | None, how: str | None, name: str | None) -> None:
    """Show the directory, and who is named in a role they do not hold."""
    if role is None:
        if by or how or name:
            raise click.UsageError("--by, --how and --name go with --confirm ROLE.")
        _show_all(session)
    elif by is None:
        raise click.UsageError("--confirm needs --by NAME: who rang or wrote.")
    else:
        _confirm(session, role, by, how, name)


def _show_all(session: Session) -> None:
    from pipeline.cli.contact_report import contacts_as_json, gather_contacts, show_contacts

    with session.open_register(create=False) as register:
        picture = gather_contacts(register, session.config, session.today)
    if session.as_json:
        print_json(contacts_as_json(picture))
    else:
        show_contacts(picture)


def _confirm(session: Session, role: str, by: str, how: str | None, name: str | None) -> None:
    from pipeline.copies.confirmations import Confirmation, confirm_contacts
    from pipeline.lifecycle.wording import say_list, say_role

    with session.writing() as (register, tx):
        confirmed = confirm_contacts(
            tx,
            register.school,
            session.config,
            Confirmation(role, by, how, name),
            today=session.today,
            now=session.now,
        )
    names = [holder.name for holder in confirmed]
    if session.as_json:
        print_json({"role": role, "confirmed": names, "by": by})
    elif names:
        say(f"Noted: {by} confirmed {say_list(names)}, {say_role(role)}. The next run puts it into the copies.")
    else:
        say(f"Nothing of the {say_role(role)} waits for a confirmation.")
