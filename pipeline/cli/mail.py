"""``policy send``: what becomes of a mailing that waits."""

from collections.abc import Callable

import click

from pipeline.cli.session import Session, json_option, pass_session, print_json, say
from pipeline.errors import ExitCode, UsageError
from pipeline.lifecycle.wording import say_count, say_minutes, say_most_reading
from pipeline.mail import mailings, outbox
from pipeline.mail.holds import NOTHING_HELD, HeldMail, list_held, say_hold
from pipeline.mail.mailings import CampaignSummary, reading_minutes
from pipeline.mail.outbox import DeliveryReport


@click.command("send", help="Confirm, pause, resume or cancel a mailing that waits.")
@click.option("--confirm", is_flag=True, help="Send what waits.")
@click.option("--pause", is_flag=True, help="Hold back what has not gone yet.")
@click.option("--resume", is_flag=True, help="Go on with what was paused.")
@click.option("--cancel", is_flag=True, help="Drop what has not gone yet.")
@json_option
@pass_session
def send_command(session: Session, /, **chosen: bool) -> int:
    """Confirm, pause, resume or cancel a mailing that waits."""
    action = _one_action([name for name, wanted in chosen.items() if wanted])
    with session.open_register(create=False) as register:
        held = list_held(register)
        if action is None:
            _show(session, mailings.campaign_summary(register), None, held=held)
            return ExitCode.DONE
        register.refuse_damage()
        decide: dict[str, Callable[..., CampaignSummary]] = {
            "confirm": mailings.confirm,
            "pause": mailings.pause,
            "resume": mailings.resume,
            "cancel": mailings.cancel,
        }
        summary = decide[action](register, session.config.root, by=session.actor, now=session.now)
        delivery = None
        if action in ("confirm", "resume") and (summary.readers or held.reasons):
            delivery = outbox.deliver(
                register, session.config, today=session.today, now=session.now, environ=session.environ
            )
    _show(session, summary, action, delivery)
    return ExitCode.UNDELIVERED if delivery is not None and delivery.undelivered else ExitCode.DONE


def _one_action(chosen: list[str]) -> str | None:
    if len(chosen) > 1:
        raise UsageError(f"Choose one of --{', --'.join(chosen)}; nothing was done.")
    return chosen[0] if chosen else None


def _show(
    session: Session,
    summary: CampaignSummary,
    action: str | None,
    delivery: DeliveryReport | None = None,
    held: HeldMail = NOTHING_HELD,
) -> None:
    if session.as_json:
        print_json({**_as_json(summary, action, delivery), "held": [reason.value for reason in held.reasons]})
        return
    for reason in held.reasons:
        say(say_hold(reason))
    if held.reasons:
        say(f"{say_count(len(held.mails), 'mail')} would go:")
        for recipient, subject in held.mails:
            say(f"  {recipient}: {subject}")
        return
    people = say_count(len(summary.readers), "person", "people")
    if not summary.readers and delivery is None:
        nothing = {"pause": "Nothing is going out that could be paused", "resume": "No mailing is paused"}
        say(f"{nothing.get(action or '', 'No mailing waits')}.")
        return
    done = {"confirm": "Confirmed", "pause": "Paused", "resume": "Resumed", "cancel": "Cancelled"}
    say(f"{done[action]}: the mailing to {people}." if action else f"A mailing to {people} waits:")
    for reader in summary.readers:
        say(f"  {reader.name} <{reader.recipient}>: {say_minutes(reading_minutes(reader))} of reading")
    if said := say_most_reading([(reader.name, reading_minutes(reader)) for reader in summary.readers]):
        say(said)
    if delivery is not None:
        show_delivery(delivery)


def show_delivery(delivery: DeliveryReport) -> None:
    """Say what a delivery did."""
    done = [f"{say_count(delivery.written, 'mail')} written"] if delivery.written else []
    done.append(f"{say_count(delivery.sent, 'mail')} sent")
    say(f"{', '.join(done)}, {delivery.deferred} put off, {delivery.bounced} refused.")
    for problem in delivery.problems:
        say(problem.message)


def delivery_as_json(delivery: DeliveryReport) -> dict[str, object]:
    """Return what a delivery did, for other programs."""
    counts = ("written", "sent", "deferred", "bounced", "cancelled", "waiting", "later")
    problems = [{"code": problem.code, "message": problem.message} for problem in delivery.problems]
    return {**{name: getattr(delivery, name) for name in counts}, "problems": problems}


def _as_json(summary: CampaignSummary, action: str | None, delivery: DeliveryReport | None) -> dict[str, object]:
    readers = [
        {"name": reader.name, "to": reader.recipient, "minutes": reading_minutes(reader)} for reader in summary.readers
    ]
    counts = None
    if delivery is not None:
        counts = {name: getattr(delivery, name) for name in ("written", "sent", "deferred", "bounced", "cancelled")}
    return {"action": action, "readers": readers, "minutes": summary.minutes, "delivery": counts}
