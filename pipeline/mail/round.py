"""One run's delivery as its couriers share it, and their steps in the register.

A step records what came of a courier's last try and claims its next message. Steps that come together go into one
transaction, and a courier takes its next one only when the last is on record: whatever is killed, of each connection at
most one mail may have been taken by its server without the register knowing.
"""

import logging
from collections import Counter, deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from threading import Lock

from pipeline.config import Config
from pipeline.mail.routes.pace import SHORT_WAIT, SHORT_WAITS, Pace, RunClock
from pipeline.mail.routes.patience import Patience
from pipeline.mail.settling import Settled, TryOutcome, settle
from pipeline.mail.shelf import Shelf
from pipeline.model.facts import Problem
from pipeline.model.mail import DeliveryState
from pipeline.register.decision import THE_RUN, Decision
from pipeline.register.ledger.signed_heads import Field
from pipeline.register.mail.dispatch import cancel_needless, claim_messages, look_at
from pipeline.register.mail.outbox import MessageRow
from pipeline.register.store.database import Register
from pipeline.register.transaction import Transaction

_log = logging.getLogger(__name__)
_LOOKS_AT_ONCE = 50
"""After so many looks for a message that may go a transaction ends, so that others may write."""


@dataclass(frozen=True, slots=True)
class Tried:
    """What came of the try of one message."""

    row: MessageRow
    """As it stood before it was claimed."""
    outcome: TryOutcome
    may_repeat: bool
    """It may be tried once more at once, where the outcome is such."""


@dataclass(slots=True, eq=False)
class CourierStep:
    """One courier's step: what came of its last try, and its wish for the next message."""

    tried: Tried | None = None
    wants: bool = True
    repeats: int | None = None
    """The message that it is to have, since the connection broke under it before it had gone."""

    row: MessageRow | None = None
    """The message to send now; None where there is none, or none was found yet."""
    is_last: bool = False
    """Nothing is left to send, or nothing more is to be begun."""
    error: Exception | None = None
    is_written: bool = False


@dataclass(slots=True)
class Round:
    """What the couriers of one run share."""

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
    rest_until: datetime | None = None
    """Until then the mail service wants to be left alone; None where it never did."""
    rests_left: int = SHORT_WAITS
    """So often in a row that is still waited for."""
    _resting: list[int] = field(default_factory=list)
    """Messages that are tried again once the rest is over."""
    _line: deque[CourierStep] = field(default_factory=deque)
    _turn: Lock = field(default_factory=Lock)
    """The process that has it writes the register, and all of the above, for everybody in the line."""

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

    def has_turn(self) -> bool:
        """Take a turn where the mail service's limits let one more go at this moment; say whether they do."""
        return not self.is_stopped() and not self._rest_seconds() and (self.writes_files or self.pace.take_turn())

    def wait_for_turn(self) -> bool:
        """Wait until the mail service's limits let one more go; False when they do not today, or the round stops."""
        self._wait_out_rest()
        if not self.is_stopped() and (self.writes_files or self.pace.wait_for_turn(self.is_stopped)):
            return True
        self.limit_reached = self.limit_reached or not self.is_stopped()
        self.stopped = True
        return False

    def give_back(self) -> None:
        """Give back a turn with which nothing went."""
        if not self.writes_files:
            self.pace.give_back()

    # --- a short rest of the mail service ---

    def rested(self, outcome: TryOutcome, now: datetime) -> TryOutcome:
        """Return what a try comes to where the route's rest is so short that this run waits for it; else as it is.

        Not for ever: a service that asks for it again and again, and takes no mail between, rests as any other.
        """
        if not asks_for_a_moment(outcome) or not (self.rests_left or self._is_resting(now)):
            return outcome
        return replace(outcome, pause=False, waits=True)

    def _begin_rest(self, outcome: TryOutcome, now: datetime) -> None:
        if not self._is_resting(now):
            self.rests_left -= 1
        self.rest_until = max(self.rest_until or now, now + outcome.pause_for)

    def _is_resting(self, now: datetime) -> bool:
        return self.rest_until is not None and now < self.rest_until

    def _rest_seconds(self) -> float:
        left = (self.rest_until - self.clock.now()).total_seconds() if self.rest_until is not None else 0.0
        return max(0.0, left)

    def _wait_out_rest(self) -> None:
        """Wait until the rest is over or the round stops, in steps of at most a second."""
        while not self.is_stopped() and (left := self._rest_seconds()):
            self.clock.sleep(min(1.0, left))
        with self._turn:
            if not self._rest_seconds():
                self.waiting += self._resting
                self._resting.clear()

    @property
    def counts(self) -> Counter[DeliveryState]:
        """How many of the messages came to which end."""
        return Counter(settled.state for settled in self.settled.values())

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What the office must know, in the order in which it came up."""
        return tuple(settled.problem for settled in self.settled.values() if settled.problem is not None)

    # --- the register ---

    def take(self, step: CourierStep) -> CourierStep:
        """Write one step into the register, together with those that wait in line; return it, filled.

        Raises whatever kept it from being written; then nothing of it was.
        """
        self._line.append(step)
        with self._turn:
            if not step.is_written:
                self._write([self._line.popleft() for _ in range(len(self._line))])
        if step.error is not None:
            raise step.error
        return step

    def _write(self, steps: Sequence[CourierStep]) -> None:
        """Write some steps in one transaction; each by itself where that fails, so that none is lost with another."""
        written = _Written(self, steps, self.clock.now())
        try:
            with self.register.transaction() as tx:
                written.write(tx)
        except Exception as error:
            self.waiting += reversed(written.drawn)
            if len(steps) > 1:
                _log.warning("the steps of %d mails could not be recorded together: %s", len(steps), error)
                for step in steps:
                    self._write([step])
                return
            steps[0].error, steps[0].is_written = error, True
            return
        self._note(written)

    def _note(self, written: "_Written") -> None:
        """Note what was written, once it is kept."""
        self.cancelled += written.cancelled
        self.waiting += written.put_back
        for step in written.steps:
            step.row, step.is_written = written.claimed.get(step), True
            step.is_last = step.row is None and (written.stops or not self.waiting)
        for step, settled in written.settled:
            assert step.tried is not None
            if written.repeats.get(step) == step.tried.row.id:
                step.repeats = step.tried.row.id
                continue
            self.stopped = self.stopped or settled.outcome.pause or settled.outcome.stop
            if settled.outcome.waits:
                self._begin_rest(settled.outcome, written.now)
                self._resting.append(step.tried.row.id)
            elif settled.state is DeliveryState.SENT:
                self.rests_left = SHORT_WAITS
            self._keep(step.tried.row.id, settled)

    def _keep(self, message_id: int, settled: Settled) -> None:
        """Keep what came of one message, and of those it concerns besides."""
        is_first = message_id not in self.settled
        self.settled[message_id] = settled
        for other in settled.reopened:
            if other in self.settled:
                self.settled[other] = Settled(DeliveryState.DEFERRED, settled.outcome, None)
        if self.progress is not None and is_first:
            self.progress(1)


def asks_for_a_moment(outcome: TryOutcome) -> bool:
    """Return whether the mail service wants to be left alone for no longer than a run can wait."""
    return outcome.pause and outcome.pause_for <= SHORT_WAIT


class _Written:
    """Some steps in one transaction, and what they came to; nothing of it counts until the transaction is kept."""

    def __init__(self, round_: Round, steps: Sequence[CourierStep], now: datetime) -> None:
        self._round = round_
        self.steps, self.now = steps, now
        self.settled: list[tuple[CourierStep, Settled]] = []
        self.repeats: dict[CourierStep, int] = {step: step.repeats for step in steps if step.repeats is not None}
        """Messages that are tried again at once, by whose."""
        self.claimed: dict[CourierStep, MessageRow] = {}
        self.cancelled = 0
        self.drawn: list[int] = []
        """What was taken from those that wait, in this order."""
        self.put_back: list[int] = []
        self.stops = False

    def write(self, tx: Transaction) -> None:
        """Record the tries and claim what is wished for. What is recorded first may keep the rest from going."""
        for step in self.steps:
            if step.tried is not None:
                self._settle(tx, step, step.tried)
        self.stops = self._round.is_stopped() or any(
            settled.outcome.pause or settled.outcome.stop for _, settled in self.settled
        )
        wishes = [] if self.stops else [step for step in self.steps if step.wants]
        for _ in range(_LOOKS_AT_ONCE):
            wishes = [step for step in wishes if step not in self.claimed]
            if not wishes or not self._claim(tx, wishes):
                return

    def _settle(self, tx: Transaction, step: CourierStep, tried: Tried) -> None:
        run = self._round
        settled = settle(
            tx,
            run.register.school,
            tried.row,
            run.rested(tried.outcome, self.now),
            again=tried.may_repeat,
            claimed_by=run.claimed_by,
            zone=run.config.zone,
            now=self.now,
        )
        self.settled.append((step, settled))
        if tried.may_repeat and settled.state is DeliveryState.DEFERRED:
            self.repeats[step] = tried.row.id

    def _claim(self, tx: Transaction, wishes: Sequence[CourierStep]) -> bool:
        """Look at a message for each wish and claim those that may go; return whether there was any."""
        run, school, now = self._round, self._round.register.school, self.now
        drawn = {number: step for step in wishes if (number := self._draw(step)) is not None}
        going: dict[str, MessageRow] = {}
        for looked in look_at(tx, school, tuple(drawn), route=run.route, today=run.today, now=now):
            if looked.needless is not None:
                self.cancelled += cancel_needless(tx, school, looked, now)
            elif looked.may_go and (reader := looked.row.recipient.casefold()) in going:
                # Whether a person has had a letter today is to be asked again once the first one goes.
                self.put_back.append(looked.row.id)
            elif looked.may_go:
                going[reader] = looked.row
        claim_messages(tx, school, [row.id for row in going.values()], claimed_by=run.claimed_by, now=now)
        for row in going.values():
            self._tell_repeat(tx, row, now)
            self.claimed[drawn[row.id]] = row
        return bool(drawn)

    def _draw(self, step: CourierStep) -> int | None:
        """Return the message that a courier is to try next, None where there is none."""
        wished = self.repeats.get(step)
        if wished is not None and wished not in self.drawn:
            self.drawn.append(wished)
            return wished
        if not self._round.waiting:
            return None
        self.drawn.append(self._round.waiting.pop())
        return self.drawn[-1]

    def _tell_repeat(self, tx: Transaction, row: MessageRow, now: datetime) -> None:
        """Tell the ledger of a further try of a mail that may have been taken; a file is found again, not repeated."""
        if not row.in_doubt or self._round.writes_files:
            return
        fields: dict[str, Field] = {"message": row.id, "message_id": row.message_id, "attempt": row.attempts + 1}
        Decision(tx, self._round.register.school, THE_RUN, now).record("mail-repeated", fields)
