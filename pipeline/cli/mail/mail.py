"""``policy send``: what becomes of a mailing that waits."""

import sys
from datetime import timedelta

import click

from pipeline.cli.session import Session, pass_json_session, print_json, read_line, say
from pipeline.configuration.mail import MailSection
from pipeline.errors import ExitCode, UsageError
from pipeline.mail import mailings
from pipeline.mail.holds import HeldMail, list_held, refuse_copy, say_hold
from pipeline.mail.mailings import CampaignSummary, reading_minutes
from pipeline.mail.outbox import DeliveryReport
from pipeline.model.mail import DeliveryState
from pipeline.register.mail.bounced import list_bounced
from pipeline.register.mail.campaigns import CountedMailing
from pipeline.register.store.database import Register
from pipeline.wording import say_count, say_day, say_minutes, say_moment, say_most_reading

_TOLD_AGAIN = timedelta(days=30)
"""So long `--retry` names who has refused mail."""


@click.command("send", help="Confirm, pause, resume, cancel or retry a mailing, or drop mail that came back.")
@click.option("--confirm", is_flag=True, help="Send what waits.")
@click.option("--people", type=int, metavar="N", help="With --confirm: to how many people it writes.")
@click.option("--pause", is_flag=True, help="Hold back what has not gone yet.")
@click.option("--resume", is_flag=True, help="Go on with what was paused.")
@click.option("--cancel", is_flag=True, help="Drop what has not gone yet.")
@click.option("--retry", is_flag=True, help="Try again now what was put off; say what was refused.")
@click.option("--refused", is_flag=True, help="With --retry: try again what came back, too.")
@click.option("--drop", metavar="ADDRESS", help="Name mail that came back from an address no more.")
@pass_json_session
def send_command(session: Session, /, people: int | None, refused: bool, **chosen: bool | str | None) -> int:
    """Confirm, pause, resume, cancel or retry a mailing, or drop mail that came back."""
    action = _one_action([name for name, wanted in chosen.items() if wanted])
    if people is not None and action != "confirm":
        raise UsageError("--people goes with --confirm; nothing was done.")
    if refused and action != "retry":
        raise UsageError("--refused goes with --retry; nothing was done.")
    with session.open_register(create=False) as register:
        if action is None:
            _show_outlook(session, register)
            return ExitCode.DONE
        register.refuse_damage()
        if action == "retry":
            return _retry(session, register, refused=refused)
        if action == "drop":
            return _drop(session, register, str(chosen["drop"]))
        summary, is_lifted = _decide(session, register, action, people)
        delivery = None
        if action in ("confirm", "resume") and (summary.readers or is_lifted):
            delivery = deliver_now(session, register)
        _show(session, register, summary, action, delivery)
    return _code(delivery)


def _decide(session: Session, register: Register, action: str, people: int | None) -> tuple[CampaignSummary, bool]:
    """Do what was asked for; return whom it concerns, and whether mail was held before."""
    root, by, now = session.config.root, session.actor, session.now
    if action == "confirm":
        is_held = bool(list_held(register).reasons)
        number = people if people is not None else _ask_people(session, register)
        today = session.today
        return mailings.confirm(register, session.config, by=by, today=today, now=now, people=number), is_held
    decide = {"pause": mailings.pause, "resume": mailings.resume, "cancel": mailings.cancel}[action]
    return decide(register, root, by=by, now=now), False


def _ask_people(session: Session, register: Register) -> int | None:
    """Say what to look at first, and have the number of people typed. Raises UsageError in a copy."""
    refuse_copy(register)
    number = mailings.people_to_confirm(register)
    if number and not session.as_json and sys.stdin.isatty():
        for said in mailings.look_first(mailings.look_ahead(register, session.config, session.now)):
            say(said)
    return ask_number(session, number)


def ask_number(session: Session, number: int) -> int | None:
    """Have the number of people typed on a terminal; None where nobody can be asked, or it is not wanted.

    Raises:
        UsageError: it was another number, or nothing was typed.
    """
    if not number or not mailings.needs_number(session.config):
        return None
    mailings.check_terms(session.config, session.today)
    if session.as_json or not sys.stdin.isatty():
        return None
    try:
        typed = read_line(f"This writes to {say_count(number, 'person', 'people')}. Type the number to send: ")
    except EOFError:
        typed = ""
    if typed.replace(",", "") != str(number):
        raise UsageError(f"You typed {typed or 'nothing'}, and it is {number}: nothing was sent.")
    return number


def _retry(session: Session, register: Register, *, refused: bool) -> int:
    """Try again now what was put off, or came back, and say who has refused mail."""
    mails = mailings.retry(register, session.config.root, by=session.actor, now=session.now, refused=refused)
    delivery = deliver_now(session, register) if mails else None
    with register.reading() as tx:
        bounced = list_bounced(tx, register.school, session.now - _TOLD_AGAIN)
    if session.as_json:
        named = [{"name": one.name, "to": one.recipient, "detail": one.detail} for one in bounced]
        done = delivery_as_json(delivery) if delivery is not None else None
        print_json({"action": "retry", "mails": mails, "delivery": done, "refused": named})
        return _code(delivery)
    if delivery is None:
        say("No mail is put off.")
    else:
        say(f"Tried again: {say_count(mails, 'mail')}.")
        show_delivery(delivery, session.config.mail, rest_of(session, register))
    if bounced:
        say("Refused in the last 30 days, and not tried again by itself ('policy send --retry --refused' does it):")
    for one in bounced:
        who = f"{one.name} <{one.recipient}>" if one.name else one.recipient
        say(f"  {who}: {one.detail or one.subject}")
    return _code(delivery)


def _drop(session: Session, register: Register, address: str) -> int:
    """Name mail that came back from an address no more."""
    mails = mailings.drop(register, session.config.root, address, by=session.actor, now=session.now)
    if session.as_json:
        print_json({"action": "drop", "mails": mails})
    else:
        said = "it is" if mails == 1 else "they are"
        say(f"Dropped: {say_count(mails, 'mail')} to {address}; {said} named no more and not written again.")
    return ExitCode.DONE


def deliver_now(session: Session, register: Register) -> DeliveryReport:
    """Send what is due now; nothing where the keys are not those that links and ledger were made with."""
    from pipeline.acknowledgements.keys import find_keys
    from pipeline.stages.mail import deliver_due

    keys = find_keys(register, session.config, session.environ, make=False)
    return deliver_due(register, session.config, keys, session.today, session.now, session.environ)


def _code(delivery: DeliveryReport | None) -> ExitCode:
    return ExitCode.UNDELIVERED if delivery is not None and delivery.undelivered else ExitCode.DONE


def _show_outlook(session: Session, register: Register) -> None:
    """Show what waits, what is going out and what is paused."""
    held, ahead = list_held(register), mailings.look_ahead(register, session.config, session.now)
    if session.as_json:
        print_json(
            {
                **_as_json(ahead.waiting, None, None),
                "held": [reason.value for reason in held.reasons],
                "people": mailings.people_to_confirm(register),
                "going": ahead.going.people,
                "paused": ahead.paused.people,
                "last_mailing": _counted_as_json(ahead.last),
                "many_new": ahead.many_new,
                "outdated": ahead.outdated,
                "last_mail_at": ahead.last_mail_at.isoformat(timespec="minutes") if ahead.last_mail_at else None,
            }
        )
        return
    _show_held(held, register)
    if held.reasons:
        return
    _show_waiting(ahead.waiting, None)
    for said in mailings.look_first(ahead):
        say(said)
    if ahead.is_first:
        say("Have the head say first that it comes: 'policy mail announce'.")
    for summary, what in ((ahead.going, "is going out"), (ahead.paused, "is paused; --resume lets it go on")):
        if summary.people:
            say(f"Mail to {say_count(summary.people, 'person', 'people')} {what}.")
    if ahead.last is not None:
        say(_say_last(ahead.last, session))
    if ahead.last_mail_at is not None:
        end = say_moment(ahead.last_mail_at.astimezone(session.config.zone))
        when = "is let go now" if ahead.waiting.people else "goes on as it does"
        say(f"If it {when}, the last mail is out at about {end}.")


def _counted_as_json(last: CountedMailing | None) -> dict[str, object] | None:
    if last is None:
        return None
    return {"finished": last.is_finished, **{state.value: number for state, number in last.counts.items() if number}}


def _say_last(last: CountedMailing, session: Session) -> str:
    """Say how far the last mailing has come: finished is what has nothing left, as counted."""
    words = {
        DeliveryState.SENT: "sent",
        DeliveryState.BOUNCED: "refused",
        DeliveryState.CANCELLED: "no longer needed",
    }
    counts = [f"{last.counts[state]} {said}" for state, said in words.items() if last.counts[state]]
    counts += [f"{last.left} still to go"] if last.left else []
    begun = say_day((last.row.decided_at or last.row.created_at).astimezone(session.config.zone).date())
    return (
        f"The mailing let go on {begun} is {'finished' if last.is_finished else 'not finished'}: {', '.join(counts)}."
    )


def _one_action(chosen: list[str]) -> str | None:
    if len(chosen) > 1:
        raise UsageError(f"Choose one of --{', --'.join(chosen)}; nothing was done.")
    return chosen[0] if chosen else None


def _show(
    session: Session, register: Register, summary: CampaignSummary, action: str, delivery: DeliveryReport | None
) -> None:
    if session.as_json:
        more = {"people": summary.people, "on_their_way": summary.on_their_way, "held": []}
        print_json({**_as_json(summary, action, delivery), **more})
        return
    if not summary.readers and not summary.on_their_way and delivery is None:
        nothing = {"pause": "Nothing is going out that could be paused", "resume": "No mailing is paused"}
        say(f"{nothing.get(action, 'No mailing waits')}.")
        return
    if summary.readers or delivery is not None:
        _show_waiting(summary, action)
    if summary.on_their_way:
        mails = say_count(summary.on_their_way, "mail was", "mails were")
        say(f"Cancelled: {mails} on the way to the mail server just then and may have gone; none is sent again.")
    if delivery is not None:
        show_delivery(delivery, session.config.mail, rest_of(session, register))


def _show_held(held: HeldMail, register: Register) -> None:
    for reason in held.reasons:
        say(say_hold(reason, register))
    if held.reasons:
        would = "would go" if register.copied_from is None else "held here"
        say(f"{say_count(len(held.mails), 'mail')} {would}:")
        for recipient, subject in held.mails:
            say(f"  {recipient}: {subject}")
        people = len({recipient.casefold() for recipient, _ in held.mails})
        if people and register.copied_from is None:
            say(f"They go to {say_count(people, 'person', 'people')}: --confirm wants that number, --people {people}.")


def _show_waiting(summary: CampaignSummary, action: str | None) -> None:
    people = say_count(summary.people, "person", "people")
    if not summary.readers and action is None:
        say("No mailing waits.")
        return
    done = {"confirm": "Confirmed", "pause": "Paused", "resume": "Resumed", "cancel": "Cancelled"}
    minutes = f", {say_minutes(summary.minutes)} of reading in all"
    say(f"{done[action]}: the mailing to {people}." if action else f"A mailing to {people} waits{minutes}:")
    for reader in summary.readers:
        say(f"  {reader.name} <{reader.recipient}>: {say_minutes(reading_minutes(reader))} of reading")
    readers = {reader.recipient.casefold() for reader in summary.readers}
    for recipient, subject in summary.held:
        if recipient.casefold() not in readers:
            say(f"  {recipient}: {subject}")
    if said := say_most_reading([(reader.name, reading_minutes(reader)) for reader in summary.readers]):
        say(said)


def show_delivery(delivery: DeliveryReport, mail: MailSection, rest: str) -> None:
    """Say what a delivery did, and when the ``rest`` goes."""
    done = [f"{say_count(delivery.written, 'mail')} written"] if delivery.written else []
    done.append(f"{say_count(delivery.sent, 'mail')} {mail.way.sent}")
    say(f"{', '.join(done)}, {delivery.deferred} put off, {delivery.bounced} refused.")
    for problem in delivery.problems:
        say(problem.message)
    if rest:
        say(rest)


def rest_of(session: Session, register: Register) -> str:
    """Return when the mail that has not gone goes, in a sentence."""
    from pipeline.mail.rehearsal import say_rest

    return say_rest(register, session.config, session.today, session.now)


def delivery_as_json(delivery: DeliveryReport) -> dict[str, object]:
    """Return what a delivery did, for other programs."""
    counts = ("written", "sent", "accepted", "deferred", "bounced", "cancelled", "waiting", "later")
    problems = [{"code": problem.code, "message": problem.message} for problem in delivery.problems]
    return {**{name: getattr(delivery, name) for name in counts}, "problems": problems}


def _as_json(summary: CampaignSummary, action: str | None, delivery: DeliveryReport | None) -> dict[str, object]:
    readers = [
        {"name": reader.name, "to": reader.recipient, "minutes": reading_minutes(reader)} for reader in summary.readers
    ]
    counts = None
    if delivery is not None:
        names = ("written", "sent", "accepted", "deferred", "bounced", "cancelled")
        counts = {name: getattr(delivery, name) for name in names}
    return {"action": action, "readers": readers, "minutes": summary.minutes, "delivery": counts}
