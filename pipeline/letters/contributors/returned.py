"""What comes back, in letters: the answer to a person who wrote, and whom the school is told of the same day.

Both go beside the day's own letter. An answer is queued in the transaction in which the mail is taken in; who wrote is
told of to the office, else to the default owner, at most once an hour.
"""

import ssl
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from pipeline.acknowledgements.keys import Keys
from pipeline.acknowledgements.replies import TakenIn, Taker, ToAnswer
from pipeline.config import Config
from pipeline.contacts.confirmations import contacts_of_day
from pipeline.errors import DeliveryError
from pipeline.letters.addressed import Addressed, join_tellings
from pipeline.letters.contributors.office import day_for_office, list_for_office, list_to_look_at
from pipeline.letters.day_plan import DayPlan
from pipeline.letters.items import LetterContents
from pipeline.letters.write import LetterWriter
from pipeline.mail.inbox.opening import open_mailbox
from pipeline.mail.routes.tokens import TokenError
from pipeline.model.facts import Problem
from pipeline.register.ledger import ledger
from pipeline.register.ledger.key import ledger_key_path
from pipeline.register.mail.deliveries import RoutePause, find_pause, pause_route
from pipeline.register.mail.inbox import has_mail_beside, was_answered
from pipeline.register.store.database import Register
from pipeline.register.transaction import Transaction
from pipeline.wording import say_count, say_day

ONCE_IN = timedelta(hours=1)
"""The person who looks after the mailbox is told at most once in so long."""
STRANGERS_ONCE_IN = timedelta(days=28)
"""So long nobody who is on no list is answered again: two programs that answer each other must come to an end."""
_REST = "inbox"
"""What the rest of the mailbox is kept under, beside those of the routes that mail goes by."""


@dataclass(frozen=True, slots=True)
class InboxReport:
    """What one look into the mailbox came to."""

    taken: TakenIn | None = None
    """None where there is no mailbox to look into, or it could not be read."""
    told: int = 0
    """Letters to those who are to look at what people wrote."""
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class InboxSeams:
    """What a test puts in the place of the real thing."""

    context: ssl.SSLContext | None = None
    """Verifies the mail server; None is the system's own trust."""
    stop: Callable[[], bool] = lambda: False
    """Asked between mails: end soon."""


def take_in(
    register: Register,
    config: Config,
    secret: str,
    *,
    today: date,
    now: datetime,
    environ: Mapping[str, str],
    seams: InboxSeams = InboxSeams(),
) -> InboxReport:
    """Take in what is new in the configured mailbox, and tell who wrote back; nothing where none is configured.

    Raises:
        ConfigurationError: there is no password for it, or a template cannot be filled.
        DeliveryError: it could not be read; what was taken in so far is kept.
        RegisterError: the register cannot be written.
    """
    if not config.inbox.route:
        return InboxReport()
    if rests := _say_rest(register, config, now):
        return InboxReport(problems=(Problem("mailbox-rests", rests),))
    answers = AnswerWriter(register, config, secret, today, now)
    taker = Taker(register, config, secret, today, now, answers.write, seams.stop)
    try:
        with closing(open_mailbox(config, environ, context=seams.context, stop=seams.stop)) as mailbox:
            taken = taker.take_in(mailbox)
    except DeliveryError as error:
        _note_rest(register, error, now)
        raise
    told = tell_who_wrote(register, config, secret, today, now)
    return InboxReport(taken, told, tuple(_problems(taken, config)))


def take_in_due(
    register: Register,
    config: Config,
    keys: Keys,
    today: date,
    now: datetime,
    environ: Mapping[str, str],
    stop: Callable[[], bool] | None = None,
) -> InboxReport:
    """Take in what came back, and sign the ledger where that added to it. Several processes may do so at once.

    Raises:
        ConfigurationError: the mailbox has no password, or a template cannot be filled.
        DeliveryError: the mailbox could not be read; what was taken in so far is kept.
        RegisterError: when the register cannot be written.
    """
    if keys.other_links:
        words = "The mailbox is read once the key is back that the mails were sent with; `policy keys` says which."
        return InboxReport(problems=(Problem("keys", words),) if config.inbox.route else ())
    seams = InboxSeams(stop=stop) if stop is not None else InboxSeams()
    report = take_in(register, config, keys.secret, today=today, now=now, environ=environ, seams=seams)
    if report.taken is not None and not keys.other_ledger:
        with register.transaction() as tx:
            ledger.sign(tx, register.school, ledger_key_path(config.root), now)
    return report


def _say_rest(register: Register, config: Config, now: datetime) -> str:
    """Return until when the mailbox is left alone, since its service asked for that; empty where it is not."""
    with register.reading() as tx:
        pause = find_pause(tx, register.school, _REST)
    if pause is None or not pause.holds(now):
        return ""
    until = pause.until.astimezone(config.zone)
    return (
        f"The mailbox is not read until {until:%H:%M} on {say_day(until.date())}; `policy send --resume` lets it be "
        f"read now. {pause.detail}"
    )


def _note_rest(register: Register, error: DeliveryError, now: datetime) -> None:
    """Keep how long the mailbox's service asked to be left alone; nothing where it did not."""
    is_asked = error.is_asked_to_wait if isinstance(error, TokenError) else True
    if error.resume_after is not None and is_asked:
        with register.transaction() as tx:
            pause_route(tx, register.school, _REST, RoutePause(now + error.resume_after, str(error)))


def _problems(taken: TakenIn, config: Config) -> list[Problem]:
    found = []
    if taken.replies:
        wrote = say_count(taken.replies, "person wrote back", "people wrote back")
        words = f"{wrote}: look in the mailbox of {config.inbox.user} today; nobody has read it."
        found.append(Problem("replies", words))
    if taken.unreadable:
        words = f"{say_count(taken.unreadable, 'mail')} in the mailbox of {config.inbox.user} could not be taken apart."
        found.append(Problem("mail-unreadable", f"{words} Look there."))
    if not taken.is_whole:
        found.append(Problem("mailbox-long", "There is more in the mailbox; the rest is taken in next time."))
    return found


class AnswerWriter:
    """Queues answers, one an address and day; to people on no list less often."""

    def __init__(self, register: Register, config: Config, secret: str, today: date, now: datetime) -> None:
        with register.reading() as tx:
            safety = contacts_of_day(tx, register.school, config, today).safety
        self._school, self._now = register.school, now
        self._writer = LetterWriter(register, config, DayPlan(today, safety=safety), secret, now, {})

    def write(self, tx: Transaction, to: ToAnswer) -> bool:
        """Queue the answer to a writer; return False where they have had one today, a stranger one these four weeks."""
        since = self._now - STRANGERS_ONCE_IN
        if to.is_stranger and was_answered(tx, self._school, to.address, since):
            return False
        return self._writer.write_one(tx, _ANSWER, to.address, to.row, ":answer", to.message_id)


def tell_who_wrote(register: Register, config: Config, secret: str, today: date, now: datetime) -> int:
    """Queue a letter to those who are to look at what people wrote and was not told yet; return how many letters.

    Nothing on a day without mail, within the hour, or where nobody can be told: the next plan tells of it.
    """
    school = register.school
    with register.reading() as tx:
        returned = list_to_look_at(tx, school, today)
        if not returned:
            return 0
        day = day_for_office(tx, school, config, today)
        others = join_tellings(list_for_office(day, only_returned=True) if day.has_mail else ())
    return tell_beside(register, config, secret, others, f":back-{returned[-1].id}", today, now)


def tell_beside(
    register: Register,
    config: Config,
    secret: str,
    others: Mapping[str, Addressed],
    suffix: str,
    today: date,
    now: datetime,
) -> int:
    """Queue what cannot wait for the next plan beside the day's own letters; return how many letters.

    ``others`` is by address in small letters; a reader who had one like it within the hour is left to the next plan.
    ``suffix`` (``:back-17``) tells letters of one day apart: what each is like stands before its last hyphen.
    """
    school, route, like = register.school, config.mail.route, suffix.rpartition("-")[0]
    with register.reading() as tx:
        safety = contacts_of_day(tx, school, config, today).safety
        waiting = {
            address: one
            for address, one in others.items()
            if not has_mail_beside(tx, school, f"{route}:{address}:{today}{like}", now - ONCE_IN)
        }
    writer = LetterWriter(register, config, DayPlan(today, others=waiting, safety=safety), secret, now, {})
    with register.transaction() as tx:
        writer.write_beside(tx, suffix)
    return len(writer.written.queued)


_ANSWER = LetterContents(answers=True)
