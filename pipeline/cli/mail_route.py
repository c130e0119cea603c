"""``policy mail``: prove that the mail route works, and the two pages that people need before it does."""

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pipeline.cli.session import Session, json_option, pass_session, print_json, say
from pipeline.config_values import is_address
from pipeline.errors import ExitCode, UsageError, say_system_error

if TYPE_CHECKING:
    from pipeline.copies.confirmations import ContactsOfDay
    from pipeline.mail.check import ReadBack

_OUT = click.option(
    "--out", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE", help="Write it to a file."
)


@click.group("mail", help="Prove that the mail route works; what IT and staff need before.")
def mail_command() -> None:
    """Prove that the mail route works; what IT and staff need before."""


@mail_command.command("check", help="Sign in, send one test mail to the owner, say who lifts a refusal.")
@click.option(
    "--to",
    metavar="ADDRESS",
    help="Whom it goes to; else the default owner, else the sender itself. The mailbox of [inbox] is looked into.",
)
@json_option
@pass_session
def check_command(session: Session, to: str | None) -> ExitCode:
    """Sign in, send one test mail to the owner, say who lifts a refusal."""
    from pipeline.mail.check import check_route

    contacts, pause = _look(session)
    recipient = _recipient(session, to)
    report = check_route(
        session.config,
        contacts.safety,
        session.environ,
        recipient=recipient,
        now=datetime.now(UTC),
        say=lambda words: click.echo(words, err=True),
        read_back=_read_back(session, recipient),
    )
    lines = (*report.lines, pause) if report.accepted and pause else report.lines
    if session.as_json:
        keys = ("route", "recipient", "accepted", "code", "read_back")
        print_json({**{key: getattr(report, key) for key in keys}, "said": list(lines)})
    else:
        for line in lines:
            say(line)
    return ExitCode.DONE if report.accepted else ExitCode.UNDELIVERED


@mail_command.command("letter", help="Write the page for your IT provider.")
@_OUT
@json_option
@pass_session
def letter_command(session: Session, out: Path | None) -> None:
    """Write the page for your IT provider."""
    from pipeline.mail.setup_pages import provider_letter

    contacts, _ = _look(session)
    text = provider_letter(session.config, contacts.shown, session.today)
    _give(session, text, out, "The page for your IT provider is in")


@mail_command.command("announce", help="Write the head's words to staff before the first mail; sends nothing.")
@_OUT
@json_option
@pass_session
def announce_command(session: Session, out: Path | None) -> None:
    """Write the head's words to staff before the first mail; sends nothing."""
    from pipeline.mail.setup_pages import announcement

    contacts, _ = _look(session)
    text = announcement(session.config, contacts.shown, contacts.safety)
    _give(session, text, out, "Nothing was sent. The head's words, to paste into a mail of their own, are in")


def _look(session: Session) -> "tuple[ContactsOfDay, str]":
    """Return who may be named today, and what to say of a route that rests; empty where it does not."""
    from pipeline.copies.confirmations import contacts_of_day
    from pipeline.register.deliveries import find_pause

    with session.looking() as decision:
        tx, school, config = decision.tx, decision.school, session.config
        contacts = contacts_of_day(tx, school, config, session.today)
        pause = find_pause(tx, school, config.mail.route)
    rests = pause is not None and pause.until > session.now
    return contacts, "Mail still rests: 'policy send --resume' lets it go now." if rests else ""


def _read_back(session: Session, recipient: str) -> "ReadBack | None":
    """Return what looks for the test mail; None where it goes to another mailbox than the one that is read."""
    from pipeline.mail.inbox.mailbox import wait_for

    inbox = session.config.inbox
    if not inbox.route or recipient.casefold() != inbox.user.casefold():
        return None
    return lambda message_id: wait_for(session.config, session.environ, message_id)


def _recipient(session: Session, to: str | None) -> str:
    """Return whom the test mail goes to.

    Raises:
        UsageError: when what was given is no address.
    """
    from pipeline.policies.owners import resolve_default_owner

    if to is not None and not is_address(to.strip()):
        raise UsageError(f"--to {to!r} is not an e-mail address; write it like name@school.sch.uk. Nothing was sent.")
    if to is not None:
        return to.strip()
    config = session.config
    owners = resolve_default_owner(config.directory(session.today), config)
    return owners[0].address if owners else config.mail.from_address


def _give(session: Session, text: str, out: Path | None, done: str) -> None:
    """Print a page, or write it to a file that is not there yet.

    Raises:
        UsageError: when the file is there or cannot be written.
    """
    if out is not None and out.exists():
        raise UsageError(f"{out} is there already: choose another name.")
    try:
        if out is not None:
            out.write_text(text, encoding="utf-8")
    except OSError as error:
        raise UsageError(f"{out} cannot be written: {say_system_error(error)}. Choose another place.") from error
    if session.as_json:
        print_json({"text": text, "file": str(out) if out is not None else None})
    else:
        say(text.rstrip() if out is None else f"{done} {out}.")
