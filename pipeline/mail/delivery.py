"""Send what is due: claim a row, build its bytes, hand it over, record what came of it. One transaction a step.

``mail.outbox.deliver`` decides what may go in this run and starts one ``Courier`` a connection. A crash between claim
and record leaves the row as being sent; the next run puts it back in doubt, and a further try of a row in doubt is
written into the ledger before it goes.
"""

import hashlib
import math
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from threading import Lock

from pipeline.config import Config
from pipeline.errors import DeliveryError, say_system_error
from pipeline.lifecycle.calendar import next_mail_day
from pipeline.lifecycle.wording import say_minutes
from pipeline.mail.envelope import (
    EncodedAttachment,
    Envelope,
    build_bytes,
    encode_attachment,
    sender_address,
    wire_address,
)
from pipeline.mail.pace import Pace, RunClock
from pipeline.mail.patience import Patience
from pipeline.mail.transport import DroppedError, InDoubtError, RouteDownError, Transport
from pipeline.model import DeliveryState, Problem
from pipeline.register import outbox
from pipeline.register.database import Register, Transaction
from pipeline.register.decision import THE_RUN, Decision
from pipeline.register.deliveries import RoutePause, first_try_at, pause_route
from pipeline.register.ledger_heads import Field
from pipeline.register.letter_bodies import StoredAttachment, list_with_replaced_copies
from pipeline.register.outbox import MessageRow, Settlement
from pipeline.register.reader_mail import cancel_answered_mail

FIRST_WAIT = timedelta(minutes=15)
LONGEST_WAIT = timedelta(hours=4)
GIVES_UP_AFTER = timedelta(days=5)
PAUSE = timedelta(hours=1)
"""How long a route rests after a refused sign-in or a used-up quota."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one try."""

    state: DeliveryState
    detail: str | None = None
    again: bool = False
    """Try once more at once: the connection broke before the message had gone whole."""
    in_doubt: bool = False
    pause: bool = False
    """The whole route rests."""
    pause_for: timedelta = PAUSE
    """How long it rests."""
    stop: bool = False
    """The route cannot be reached; this run sends nothing more."""


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
    counts: Counter[DeliveryState] = field(default_factory=Counter)
    problems: list[Problem] = field(default_factory=list)
    copies: dict[tuple[str, str], EncodedAttachment] = field(default_factory=dict)
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

    def note(self, state: DeliveryState, problem: Problem | None) -> None:
        """Count one settled message and keep what somebody must know of it."""
        with self.lock:
            self.counts[state] += 1
            if problem is not None:
                self.problems.append(problem)
            if self.progress is not None:
                self.progress(1)


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
            run.counts[DeliveryState.CANCELLED] += _drop_if_needless(
                tx, run.register.school, message_id, run.today, now
            )
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
        except InDoubtError as error:
            return Outcome(DeliveryState.DEFERRED, str(error), in_doubt=True)
        except DroppedError as error:
            # Whatever an earlier try left in doubt waits for its time: a slow server may yet take that one.
            return Outcome(DeliveryState.DEFERRED, str(error), again=not row.in_doubt)
        except RouteDownError as error:
            return Outcome(DeliveryState.DEFERRED, str(error), stop=True)
        except DeliveryError as error:
            state = DeliveryState.BOUNCED if error.permanent else DeliveryState.DEFERRED
            return Outcome(state, str(error), pause=error.pauses_route, pause_for=error.resume_after or PAUSE)

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
            attachments=[self._encoded(attachment) for attachment in row.attachments],
        )
        return Envelope(
            row_id=row.id,
            message_id=row.message_id,
            sender=sender_address(config.mail.from_),
            recipient=recipient,
            content=content,
            name=_file_name(row, config),
        )

    def _encoded(self, attachment: StoredAttachment) -> EncodedAttachment:
        """Return the copy as a MIME part, encoded once a run.

        Raises:
            DeliveryError: when the file is gone or no longer the copy the register knows.
        """
        run, key = self._round, (attachment.sha256, attachment.file_name)
        with run.lock:
            if key not in run.copies:
                run.copies[key] = encode_attachment(
                    attachment.file_name, _read_copy(attachment, run.config.distribution)
                )
            return run.copies[key]

    # --- record ---

    def _record(self, row: MessageRow, outcome: Outcome, *, again: bool) -> bool:
        """Record what came of the try; return whether to try again at once."""
        run = self._round
        now = run.clock.now()
        with run.lock, run.register.transaction() as tx:
            settlement = _settlement(tx, run.register.school, row, outcome, again, now)
            if outcome.pause:
                pause_route(
                    tx, run.register.school, run.route, RoutePause(now + outcome.pause_for, outcome.detail or "")
                )
            outbox.settle_message(tx, run.register.school, row.id, settlement, claimed_by=run.claimed_by, now=now)
        if again and settlement.state is DeliveryState.DEFERRED:
            return True
        run.stopped = run.stopped or outcome.pause or outcome.stop
        run.note(settlement.state, _problem(row, settlement, outcome))
        return False


def _drop_if_needless(tx: Transaction, school: str, message_id: int, today: date, now: datetime) -> int:
    """Cancel a message that no longer has to go; return how many were cancelled.

    Its copy was replaced, whoever it goes to has left, is away or has another address, or everything it asks for was
    recorded.
    """
    row = outbox.find_message(tx, school, message_id)
    if row is None or row.state not in (DeliveryState.PENDING, DeliveryState.DEFERRED):
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


def _settlement(
    tx: Transaction, school: str, row: MessageRow, outcome: Outcome, again: bool, now: datetime
) -> Settlement:
    """Return what to record of a try."""
    if outcome.state is not DeliveryState.DEFERRED:
        return Settlement(outcome.state, outcome.detail)
    in_doubt = row.in_doubt or outcome.in_doubt
    if again:
        return Settlement(outcome.state, outcome.detail, now, in_doubt)
    first = first_try_at(tx, school, row.id) or now
    if now - first >= GIVES_UP_AFTER:
        return Settlement(DeliveryState.BOUNCED, f"Given up after {GIVES_UP_AFTER.days} days. {outcome.detail}")
    wait = outcome.pause_for if outcome.pause else wait_after(row.attempts + 1)
    return Settlement(outcome.state, outcome.detail, now + wait, in_doubt)


def wait_after(attempts: int) -> timedelta:
    """Return how long to wait after so many tries: 15 minutes, doubling up to 4 hours."""
    return min(FIRST_WAIT * (1 << min(attempts - 1, 10)), LONGEST_WAIT)


def _problem(row: MessageRow, settlement: Settlement, outcome: Outcome) -> Problem | None:
    """Return what somebody must know of a message that did not go."""
    state, detail = settlement.state, settlement.detail
    if outcome.pause:
        return Problem(
            "mail-paused",
            f"Mail rests for {say_minutes(math.ceil(outcome.pause_for / timedelta(minutes=1)))}. {detail}",
        )
    if outcome.stop:
        return Problem("mail-unreachable", detail or "")
    if state is DeliveryState.BOUNCED:
        return Problem("mail-refused", f"The mail to {row.recipient} cannot be delivered. {detail}")
    if state is DeliveryState.DEFERRED and outcome.in_doubt:
        return Problem("mail-deferred", f"Whether the mail to {row.recipient} went is not known. {detail}")
    if state is DeliveryState.DEFERRED:
        return Problem("mail-deferred", f"The mail to {row.recipient} did not go and is tried again. {detail}")
    return None


def _read_copy(attachment: StoredAttachment, distribution: Path) -> bytes:
    path = distribution / attachment.path
    try:
        content = path.read_bytes()
    except OSError as error:
        raise DeliveryError(
            f"{attachment.file_name} is not at {path} ({say_system_error(error)}); "
            "run again so that the copy is made anew.",
            permanent=False,
        ) from error
    if hashlib.sha256(content).hexdigest() != attachment.sha256:
        raise DeliveryError(
            f"{path} is not the copy that was made: somebody has changed it. Delete it and run again.", permanent=False
        )
    return content


def _file_name(row: MessageRow, config: Config) -> str:
    """Return the stem of the .eml file: the day it goes, the reader, its number; the same for every try."""
    queued_on = row.queued_at.astimezone(config.zone).date()
    day = next_mail_day(max(row.due_on, queued_on), config.calendar.closed)
    reader = re.sub(r"[^a-z0-9]+", "-", row.recipient.partition("@")[0].lower()).strip("-")[:40] or "reader"
    return f"{day.isoformat()}-{reader}-{row.id:05}"
