"""What came of a try to send a mail, and what follows: sent, put off, given up, or the whole route rests.

Used by ``mail.delivery`` inside the transaction that records the try. A mail ages towards being given up by its own
failing alone: the days count on which it was tried and refused for its own sake, never days without mail, the rest of a
route, a hold, a server that cannot be reached or a copy that is not on the shelf.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from pipeline.errors import DeliveryError, DroppedError, InDoubtError, RouteDownError
from pipeline.model.facts import Problem
from pipeline.model.mail import DeliveryState, MailKind
from pipeline.register.mail.bounced import reopen_bounced
from pipeline.register.mail.deliveries import LastTry, RoutePause, list_last_tries, list_own_failings, pause_route
from pipeline.register.mail.dispatch import TrySettlement, settle_message
from pipeline.register.mail.outbox import MessageRow
from pipeline.register.transaction import Transaction
from pipeline.wording import say_minutes

FIRST_WAIT = timedelta(minutes=15)
LONGEST_WAIT = timedelta(hours=4)
FAILING_DAYS = 5
"""On so many days a mail may be put off for its own failing; on the next such day it is given up."""
PAUSE = timedelta(hours=1)
"""How long a route rests before it is tried again."""
ALIKE = 3
"""The same refusal for so many people in a row is the route's failing."""


@dataclass(frozen=True, slots=True)
class TryOutcome:
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
    waits: bool = False
    """The route rests so shortly that this run waits for it and tries again."""
    stop: bool = False
    """The route cannot be reached; this run sends nothing more."""
    is_theirs: bool | None = None
    """Of a failure: the recipient's or the message's own."""
    likeness: str | None = None
    """Of a refusal that is not plainly this recipient's: what it has in common with the same one of other mail."""


@dataclass(frozen=True, slots=True)
class Settled:
    """What was recorded of a try."""

    state: DeliveryState
    outcome: TryOutcome
    """As it was taken in the end."""
    problem: Problem | None
    """What the office must know."""
    reopened: tuple[int, ...] = ()
    """Messages refused before, which are tried again since the failing was the route's."""


def outcome_of(error: DeliveryError, row: MessageRow) -> TryOutcome:
    """Return what a failed try of ``row`` means."""
    deferred, said = DeliveryState.DEFERRED, str(error)
    if isinstance(error, InDoubtError):
        return TryOutcome(deferred, said, in_doubt=True, is_theirs=False)
    if isinstance(error, DroppedError):
        # Whatever an earlier try left in doubt waits for its time: a slow server may yet take that one.
        return TryOutcome(deferred, said, again=not row.in_doubt, is_theirs=False)
    if isinstance(error, RouteDownError):
        return TryOutcome(deferred, said, stop=True, is_theirs=False)
    state = DeliveryState.BOUNCED if error.permanent else deferred
    if row.kind is MailKind.ANSWER and row.person is None and error.likeness is not None:
        # Many a relay takes mail for the school's own addresses alone: that must not hold everybody else's mail.
        return TryOutcome(state, said, is_theirs=True)
    return TryOutcome(
        state,
        said,
        pause=error.pauses_route,
        pause_for=error.resume_after or PAUSE,
        is_theirs=error.is_theirs,
        likeness=error.likeness,
    )


def settle(
    tx: Transaction,
    school: str,
    row: MessageRow,
    outcome: TryOutcome,
    *,
    again: bool,
    claimed_by: str,
    zone: ZoneInfo,
    now: datetime,
) -> Settled:
    """Record what came of a try and what follows from it, also for other messages and for the route."""
    settlement = _settlement(tx, school, row, outcome, again, zone, now)
    reopened: tuple[int, ...] = ()
    if settlement.state is DeliveryState.BOUNCED and outcome.likeness is not None:
        before = list_last_tries(tx, school, row.route, ALIKE - 1)
        if _is_the_routes(row, outcome.likeness, before):
            outcome = _laid_to_the_route(outcome)
            settlement = _settlement(tx, school, row, outcome, again, zone, now)
            alike = [one.message for one in before if one.likeness == outcome.likeness]
            reopened = reopen_bounced(tx, school, alike, outcome.detail, settlement.next_try_at)
    if outcome.pause:
        pause_route(tx, school, row.route, RoutePause(now + outcome.pause_for, outcome.detail or ""))
    settle_message(tx, school, row, settlement, claimed_by=claimed_by, now=now)
    return Settled(settlement.state, outcome, _problem(row, settlement, outcome), reopened)


def _settlement(
    tx: Transaction, school: str, row: MessageRow, outcome: TryOutcome, again: bool, zone: ZoneInfo, now: datetime
) -> TrySettlement:
    """Return what to record of a try."""
    what = TrySettlement(outcome.state, outcome.detail, is_theirs=outcome.is_theirs, likeness=outcome.likeness)
    if outcome.state is not DeliveryState.DEFERRED:
        return what
    what = replace(what, in_doubt=row.in_doubt or outcome.in_doubt)
    if again:
        return replace(what, next_try_at=now)
    if outcome.is_theirs and _has_failed_long_enough(tx, school, row.id, zone, now):
        given_up = f"Given up after {FAILING_DAYS} days on which it was tried. {outcome.detail}"
        return replace(what, state=DeliveryState.BOUNCED, detail=given_up, in_doubt=False)
    wait = outcome.pause_for if outcome.pause or outcome.waits else wait_after(row.attempts + 1)
    return replace(what, next_try_at=now + wait)


def _has_failed_long_enough(tx: Transaction, school: str, message_id: int, zone: ZoneInfo, now: datetime) -> bool:
    days = {moment.astimezone(zone).date() for moment in list_own_failings(tx, school, message_id)}
    return len(days - {now.astimezone(zone).date()}) >= FAILING_DAYS


def wait_after(attempts: int) -> timedelta:
    """Return how long to wait after so many tries: 15 minutes, doubling up to 4 hours."""
    return min(FIRST_WAIT * (1 << min(attempts - 1, 10)), LONGEST_WAIT)


def _is_the_routes(row: MessageRow, likeness: str, before: Sequence[LastTry]) -> bool:
    """Say whether a refusal for good is that of the people before, too, or one that was laid to the route just now."""
    if not before or before[0].likeness != likeness:
        return False
    if before[0].is_theirs is False:
        return True
    alike = [one for one in before if one.likeness == likeness and one.outcome is DeliveryState.BOUNCED]
    return len({row.recipient.casefold(), *(one.recipient for one in alike)}) == ALIKE


def _laid_to_the_route(outcome: TryOutcome) -> TryOutcome:
    words = (
        f"{outcome.detail} This was said of {ALIKE} people in a row, so it is taken for a fault of the mail route: "
        "whoever runs the mail service (the IT provider) can tell what it objects to, and lift it."
    )
    return replace(outcome, state=DeliveryState.DEFERRED, detail=words, pause=True, is_theirs=False)


def _problem(row: MessageRow, settlement: TrySettlement, outcome: TryOutcome) -> Problem | None:
    """Return what the office must know of a message that did not go."""
    state, detail = settlement.state, settlement.detail
    if outcome.pause:
        minutes = math.ceil(outcome.pause_for / timedelta(minutes=1))
        return Problem("mail-paused", f"Mail rests for {say_minutes(minutes)}. {detail}")
    if outcome.stop:
        return Problem("mail-unreachable", detail or "")
    if state is DeliveryState.BOUNCED:
        return Problem("mail-refused", f"The mail to {row.recipient} cannot be delivered. {detail}")
    if state is DeliveryState.DEFERRED and outcome.in_doubt:
        return Problem("mail-deferred", f"Whether the mail to {row.recipient} went is not known. {detail}")
    if state is DeliveryState.DEFERRED:
        return Problem("mail-deferred", f"The mail to {row.recipient} did not go and is tried again. {detail}")
    return None
