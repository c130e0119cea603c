"""Say of every mail that has not gone when it would go, to whom and with what attached: for a dry run. Sends nothing.

The moments are those that the limits of the mail service, mail days and tries put off allow at the earliest, when
a person or a program delivers at each of them, as ``policy serve`` does.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from pipeline.config import Config
from pipeline.dates.calendar import is_mail_day, next_mail_day
from pipeline.mail.routes.pace import ANY_DAY, SendingLimits, limits_of
from pipeline.register.mail.campaigns import CampaignState
from pipeline.register.mail.deliveries import find_pause, list_sent_since
from pipeline.register.mail.rehearsal import UnsentMail, list_unsent_mail
from pipeline.register.store.counter import list_holds
from pipeline.register.store.database import Register
from pipeline.wording import say_count, say_moment

_MINUTE, _DAY = timedelta(minutes=1), timedelta(hours=24)
_WAITS = {
    CampaignState.PLANNING: "confirm",
    CampaignState.WAITING: "confirm",
    CampaignState.PAUSED: "resume",
    CampaignState.CANCELLED: "cancelled",
}


@dataclass(frozen=True, slots=True)
class RehearsedMail:
    """One mail, and when it would go."""

    mail: UnsentMail
    goes_at: datetime | None
    """The earliest moment, in UTC; None where it waits for a confirmation."""
    waits_for: str | None
    """``confirm`` or ``resume`` of its mailing, ``held`` with all mail; None where it goes by itself."""


def rehearse(register: Register, config: Config, today: date, now: datetime) -> tuple[RehearsedMail, ...]:
    """Return every mail that has not gone: those that go by themselves first, in the order in which they would go.

    At each moment that is the order of a delivery.
    """
    school, route = register.school, config.mail.route
    with register.reading() as tx:
        mails = list_unsent_mail(tx, school, route)
        held = bool(list_holds(tx, school))
        pause = find_pause(tx, school, route)
        sent = list_sent_since(tx, school, now - _DAY)
    waits = {mail.id: "held" if held else _WAITS.get(mail.mailing) if mail.mailing else None for mail in mails}
    start = pause.until if pause is not None and pause.holds(now) else now
    going = [mail for mail in mails if waits[mail.id] is None]
    going.sort(key=lambda mail: _earliest(mail, start, config, today))
    moments = _moments(going, sent, start, config, today)
    waiting = [RehearsedMail(mail, None, waits[mail.id]) for mail in mails if waits[mail.id] is not None]
    return (*(RehearsedMail(mail, at, None) for mail, at in zip(going, moments, strict=True)), *waiting)


def say_rest(register: Register, config: Config, today: date, now: datetime) -> str:
    """Return when the mail that has not gone goes on, and how much waits for the office's word; empty where none is."""
    unsent = rehearse(register, config, today, now)
    moments = [one.goes_at for one in unsent if one.goes_at is not None]
    said = []
    if moments:
        first = say_moment(min(moments).astimezone(config.zone))
        said.append(f"{say_count(len(moments), 'mail goes', 'mails go')} from {first} on")
    if waiting := len(unsent) - len(moments):
        said.append(f"{say_count(waiting, 'mail waits', 'mails wait')} for somebody to say that they may go")
    return f"{' and '.join(said)}." if said else ""


def _moments(
    mails: Sequence[UnsentMail], sent: Sequence[datetime], start: datetime, config: Config, today: date
) -> list[datetime]:
    limits = limits_of(config.mail) if config.mail.route != "folder" else SendingLimits()
    gone, found, moment = list(sent), [], start
    for mail in mails:
        moment = max(moment, _earliest(mail, start, config, today))
        if limits.per_minute and len(gone) >= limits.per_minute:
            moment = max(moment, gone[-limits.per_minute] + _MINUTE)
        if limits.per_day and len(gone) >= limits.per_day:
            moment = max(moment, gone[-limits.per_day] + _DAY)
        if mail.kind not in ANY_DAY:
            moment = _on_a_mail_day(moment, max(mail.due_on, today), config)
        gone.append(moment)
        found.append(moment)
    return found


def _earliest(mail: UnsentMail, start: datetime, config: Config, today: date) -> datetime:
    """Return when a mail may go, were there no others."""
    moment = max(start, mail.next_try_at or start)
    return moment if mail.kind in ANY_DAY else _on_a_mail_day(moment, max(mail.due_on, today), config)


def _on_a_mail_day(moment: datetime, earliest: date, config: Config) -> datetime:
    """Return the moment, or the hour of the daily run on the next day on which mail goes."""
    day = max(moment.astimezone(config.zone).date(), earliest)
    if day == moment.astimezone(config.zone).date() and is_mail_day(day, config.calendar.closed):
        return moment
    later = datetime.combine(next_mail_day(day, config.calendar.closed), config.schedule.at, tzinfo=config.zone)
    return max(moment, later.astimezone(moment.tzinfo))
