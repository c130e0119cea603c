"""``policy mail``: prove that the mail route works, and the two pages that people need before it does."""

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pipeline.cli.session import Session, pass_json_session, print_json, say
from pipeline.errors import ExitCode, UsageError, say_system_error
from pipeline.text.addresses import is_address
from pipeline.wording import say_count, say_list

if TYPE_CHECKING:
    from pipeline.contacts.confirmations import ContactsOfDay
    from pipeline.letters.announcement import AnnouncementAudience
    from pipeline.mail.routes.check import ReadBack

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
@pass_json_session
def check_command(session: Session, to: str | None) -> ExitCode:
    """Sign in, send one test mail to the owner, say who lifts a refusal."""
    from pipeline.mail.routes.check import check_route

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
    keys = ("route", "recipient", "accepted", "code", "read_back")
    session.answer({**{key: getattr(report, key) for key in keys}, "said": list(lines)}, *lines)
    return ExitCode.DONE if report.accepted else ExitCode.UNDELIVERED


@mail_command.command("letter", help="Write the page for your IT provider.")
@_OUT
@pass_json_session
def letter_command(session: Session, out: Path | None) -> None:
    """Write the page for your IT provider."""
    from pipeline.mail.routes.setup_pages import provider_letter

    contacts, _ = _look(session)
    text = provider_letter(session.config, contacts.shown, session.today)
    _give(session, text, out, "The page for your IT provider is in")


@mail_command.command("announce", help="Write the head's words to staff before the first mail; --confirm sends them.")
@_OUT
@click.option("--confirm", is_flag=True, help="Send them to all staff, from the mailbox that mail will come from.")
@click.option("--people", type=int, metavar="N", help="With --confirm: to how many people they go.")
@pass_json_session
def announce_command(session: Session, out: Path | None, confirm: bool, people: int | None) -> ExitCode:
    """Write the head's words to staff before the first mail; with ``--confirm`` send them."""
    from pipeline.mail.routes.setup_pages import announcement

    if people is not None and not confirm:
        raise UsageError("--people goes with --confirm; nothing was sent.")
    if out is not None and confirm:
        raise UsageError("--out writes the head's words to a file and --confirm sends them: give one of the two.")
    if confirm:
        return _send_announcement(session, people)
    contacts, _ = _look(session)
    text = announcement(session.config, contacts.shown, contacts.safety)
    _give(session, text, out, "Nothing was sent. The head's words, to paste into a mail of their own, are in")
    if not session.as_json:
        click.echo(_say_next(session), err=True)
    return ExitCode.DONE


def _say_next(session: Session) -> str:
    """Return what to do with the head's words, and to how many people they go."""
    from pipeline.letters.announcement import find_audience

    with session.looking() as decision:
        audience = find_audience(decision.tx, decision.school, session.config, session.today)
    lines = [
        "Nothing was sent. Best is a mail from the head's own address: staff know it, and nobody can know the new one. "
        "The head reads this through, changes what is not their own words, and sends it before the first mail goes."
    ]
    if audience.to_tell:
        people = say_count(len(audience.to_tell), "person", "people")
        addresses = "; ".join(row.person.work_email or "" for row in audience.to_tell)
        lines.append(f"Whom it is for, to be put into Bcc so that nobody sees the others: {addresses}")
        sends = f"sends it to {people} from {session.config.mail.from_address}"
        if session.config.mail.route == "folder":
            sends = f"writes it to {people} into the outbox folder, as no mail server is set up"
        lines.append(f"Or: 'policy mail announce --confirm' {sends}.")
    if audience.told:
        lines.append(f"{say_count(audience.told, 'person has', 'people have')} had it by mail already.")
    return "\n".join(lines)


def _send_announcement(session: Session, people: int | None) -> ExitCode:
    """Send the head's words to everybody who has not had them.

    Raises:
        UsageError: another number of people was meant, nobody is left to tell, or all mail is held; nothing was sent.
    """
    from pipeline.acknowledgements.keys import find_keys
    from pipeline.cli.mail.mail import ask_number, deliver_now, delivery_as_json, rest_of, show_delivery
    from pipeline.letters.announcement import announce, find_audience
    from pipeline.mail.holds import list_held, say_hold
    from pipeline.register.store.marks import HoldReason

    config, today = session.config, session.today
    with session.open_register(create=False) as register:
        register.refuse_damage()
        keys = find_keys(register, config, session.environ, make=True)
        reasons = [*list_held(register).reasons, *([HoldReason.LINK_KEY] if keys.other_links else [])]
        if reasons:
            raise UsageError(f"Nothing was sent. {say_hold(reasons[0], register)}")
        with register.reading() as tx:
            audience = find_audience(tx, register.school, config, today)
        number = people if people is not None else ask_number(session, len(audience.to_tell))
        mails = announce(register, config, keys.secret, by=session.actor, today=today, now=session.now, people=number)
        delivery = deliver_now(session, register)
        rest = "" if session.as_json else rest_of(session, register)
    if session.as_json:
        others = {"unreached": [row.person.name for row in audience.unreached], "away": len(audience.away)}
        print_json({"people": mails, **others, "delivery": delivery_as_json(delivery)})
    else:
        say(f"The head's words go to {say_count(mails, 'person', 'people')}.")
        show_delivery(delivery, config.mail, rest)
        for line in _say_left_out(audience):
            say(line)
    return ExitCode.UNDELIVERED if delivery.undelivered else ExitCode.DONE


def _say_left_out(audience: "AnnouncementAudience") -> list[str]:
    """Return who has not got the head's words, and what to do about that."""
    lines = []
    if audience.unreached:
        names = say_list([row.person.name for row in audience.unreached])
        lines.append(f"No work address of their own, so somebody has to tell them: {names}.")
    if audience.away:
        names = say_list([row.person.name for row in audience.away])
        lines.append(f"Away, so not told yet: {names}. The same command sends it to them once they are back.")
    return lines


def _look(session: Session) -> "tuple[ContactsOfDay, str]":
    """Return who may be named today, and what to say of a route that rests; empty where it does not."""
    from pipeline.contacts.confirmations import contacts_of_day
    from pipeline.register.mail.deliveries import find_pause

    with session.looking() as decision:
        tx, school, config = decision.tx, decision.school, session.config
        contacts = contacts_of_day(tx, school, config, session.today)
        pause = find_pause(tx, school, config.mail.route)
    rests = pause is not None and pause.holds(session.now)
    return contacts, "Mail still rests: 'policy send --resume' lets it go now." if rests else ""


def _read_back(session: Session, recipient: str) -> "ReadBack | None":
    """Return what looks for the test mail; None where it goes to another mailbox than the one that is read."""
    from pipeline.mail.inbox.opening import wait_for

    inbox = session.config.inbox
    if not inbox.route or recipient.casefold() != inbox.user.casefold():
        return None
    return lambda message_id, code: wait_for(session.config, session.environ, message_id, code)


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
    session.answer(
        {"text": text, "file": str(out) if out is not None else None},
        text.rstrip() if out is None else f"{done} {out}.",
    )
