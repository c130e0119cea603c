"""Send what is due: claim a row, build its bytes, hand it over, record what came of it. One transaction a step.

``mail.outbox.deliver`` decides what may go in this run and starts one ``Courier`` a connection. A crash between claim
and record leaves the row as being sent; the next run puts it back in doubt, and a further try of a row in doubt is
written into the ledger before it goes.
"""

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from threading import Lock

from pipeline.config import Config
from pipeline.errors import DeliveryError
from pipeline.lifecycle.calendar import next_mail_day
from pipeline.mail.envelope import Envelope, build_bytes, sender_address, wire_address
from pipeline.mail.pace import Pace, RunClock
from pipeline.mail.patience import Patience
from pipeline.mail.settling import Outcome, Settled, outcome_of, settle
from pipeline.mail.shelf import Shelf
from pipeline.mail.transport import Transport
from pipeline.model import DeliveryState, MailKind, Problem
from pipeline.register import outbox
from pipeline.register.database import Register, Transaction
from pipeline.register.decision import THE_RUN, Decision
from pipeline.register.ledger_heads import Field
from pipeline.register.letter_bodies import list_with_replaced_copies
from pipeline.register.outbox import MessageRow
from pipeline.register.reader_mail import cancel_answered_mail


@dataclass(slots=True)
class Round:
    """What the couriers of one run share. Guarded by ``lock``; the register is written by one at a time."""

    register: Register
    config: Config
    today: date
    clock: RunClock
    pace: Pace
    claimed_by: str
    waiting: list[int]
    """Messages still to be tried, the next one last."""
    progress: Callable[[int], None] | None
    patience: Patience
    shelf: Shelf
    cancelled: int = 0
    """Messages that turned out not to be needed any more."""
    settled: dict[int, Settled] = field(default_factory=dict)
    """What was recorded last of each message that was tried."""
    stopped: bool = False
    limit_reached: bool = False
    lock: Lock = field(default_factory=Lock)

    @property
    def route(self) -> str:
        """``folder``, ``smtp`` or ``graph``."""
        return self.config.mail.route

    @property
    def writes_files(self) -> bool:
        """Whether mail is written into a folder and goes to nobody: no limits, and nothing counts as sent."""
        return self.route == "folder"

    def is_stopped(self) -> bool:
        """Return whether no further message is to be begun."""
        return self.stopped or self.patience.is_stopped

    def wait_for_turn(self) -> bool:
        """Wait until the mail service's limits let one more go; False when they do not today, or the round stops."""
        if self.writes_files or self.pace.wait_for_turn(self.is_stopped):
            return True
        self.limit_reached = not self.is_stopped()
        self.stopped = True
        return False

    def next_message(self) -> int | None:
        """Take the next message to try, None when there is none or the round is stopped."""
        with self.lock:
            return self.waiting.pop() if self.waiting and not self.is_stopped() else None

    def note(self, message_id: int, settled: Settled) -> None:
        """Keep what came of one message, and of those it concerns besides. Call it under the lock."""
        self.settled[message_id] = settled
        for other in settled.reopened:
            if other in self.settled:
                self.settled[other] = Settled(DeliveryState.DEFERRED, settled.outcome, None)
        if self.progress is not None:
            self.progress(1)

    @property
    def counts(self) -> Counter[DeliveryState]:
        """How many of the messages came to which end."""
        return Counter(settled.state for settled in self.settled.values())

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What somebody must know, in the order in which it came up."""
        return tuple(settled.problem for settled in self.settled.values() if settled.problem is not None)


class Courier:
    """Delivers messages of a round over one transport until none is left. One a thread."""

    def __init__(self, round_: Round, transport: Transport) -> None:
        self._round = round_
        self._transport = transport

    def work(self) -> None:
        """Deliver until nothing is left or the round is stopped, then let go of the connection."""
        try:
            while (message_id := self._round.next_message()) is not None:
                self._deliver(message_id)
        except BaseException:
            self._round.stopped = True
            raise
        finally:
            self._transport.close()

    def _deliver(self, message_id: int) -> None:
        """Try one message; once more where the connection broke under it, unless it may have been taken."""
        for last_try in (False, True):
            if not self._round.wait_for_turn():
                return
            row = self._claim(message_id)
            if row is None:
                self._round.pace.give_back()
                return
            outcome = self._try(row)
            if not self._record(row, outcome, again=outcome.again and not last_try):
                return

    # --- claim ---

    def _claim(self, message_id: int) -> MessageRow | None:
        """Take the message, or cancel it where its reason is gone; tell the ledger of a repeated try."""
        run = self._round
        now = run.clock.now()
        with run.lock, run.register.transaction() as tx:
            run.cancelled += _drop_if_needless(tx, run.register.school, message_id, run.today, now)
            row = outbox.claim_message(tx, run.register.school, message_id, run.route, run.today, run.claimed_by, now)
            # A file of the folder route is found again, not written twice.
            if row is not None and row.in_doubt and not run.writes_files:
                fields: dict[str, Field] = {
                    "message": row.id,
                    "message_id": row.message_id,
                    "attempt": row.attempts + 1,
                }
                Decision(tx, run.register.school, THE_RUN, now).record("mail-repeated", fields)
            return row

    # --- send ---

    def _try(self, row: MessageRow) -> Outcome:
        done = DeliveryState.WRITTEN if self._round.writes_files else DeliveryState.SENT
        try:
            return Outcome(done, self._transport.send(self._envelope(row)))
        except DeliveryError as error:
            return outcome_of(error, row)

    def _envelope(self, row: MessageRow) -> Envelope:
        config = self._round.config
        recipient = wire_address(row.recipient)
        content = build_bytes(
            sender=config.mail.from_,
            recipient=recipient,
            subject=row.subject,
            text=row.text,
            html=row.html,
            message_id=row.message_id,
            date=self._round.clock.now().astimezone(config.zone),
            attachments=[self._round.shelf.encoded(attachment) for attachment in row.attachments],
            answers=row.answers,
        )
        return Envelope(
            row_id=row.id,
            message_id=row.message_id,
            sender=sender_address(config.mail.from_),
            recipient=recipient,
            content=content,
            name=_file_name(row, config),
        )

    # --- record ---

    def _record(self, row: MessageRow, outcome: Outcome, *, again: bool) -> bool:
        """Record what came of the try; return whether to try again at once."""
        run = self._round
        now = run.clock.now()
        school, zone = run.register.school, run.config.zone
        with run.lock:
            with run.register.transaction() as tx:
                settled = settle(tx, school, row, outcome, again=again, claimed_by=run.claimed_by, zone=zone, now=now)
            if again and settled.state is DeliveryState.DEFERRED:
                return True
            run.stopped = run.stopped or settled.outcome.pause or settled.outcome.stop
            run.note(row.id, settled)
        return False


def _drop_if_needless(tx: Transaction, school: str, message_id: int, today: date, now: datetime) -> int:
    """Cancel a message that no longer has to go; return how many were cancelled.

    Its copy was replaced, whoever it goes to has left, is away or has another address, or everything it asks for was
    recorded. The answer to somebody's own mail always goes.
    """
    row = outbox.find_message(tx, school, message_id)
    if row is None or row.state not in (DeliveryState.PENDING, DeliveryState.DEFERRED):
        return 0
    if row.kind is MailKind.ANSWER:
        return 0
    if list_with_replaced_copies(tx, school, only=message_id):
        return outbox.cancel_messages(tx, school, (message_id,), "the copy was replaced; it is planned afresh", now)
    if row.person is None:
        if not outbox.is_nobody_here(tx, school, row.recipient, today):
            return 0
        return outbox.cancel_messages(tx, school, (message_id,), "whom it goes to has left or is away", now)
    if outbox.has_left(tx, school, row.person, today):
        return outbox.cancel_messages(tx, school, (message_id,), "the reader has left", now)
    if outbox.is_away(tx, school, row.person, today):
        return outbox.cancel_messages(tx, school, (message_id,), "the reader is away; it is planned afresh", now)
    if outbox.has_moved(tx, school, row.person, row.recipient):
        return outbox.cancel_messages(tx, school, (message_id,), "the address changed; it is planned afresh", now)
    return cancel_answered_mail(tx, school, [row.person], now, "everything it asks for has been recorded")


def _file_name(row: MessageRow, config: Config) -> str:
    """Return the stem of the .eml file: the day it goes, the reader, its number; the same for every try."""
    queued_on = row.queued_at.astimezone(config.zone).date()
    day = next_mail_day(max(row.due_on, queued_on), config.calendar.closed)
    reader = re.sub(r"[^a-z0-9]+", "-", row.recipient.partition("@")[0].lower()).strip("-")[:40] or "reader"
    return f"{day.isoformat()}-{reader}-{row.id:05}"
