"""What came of each try to send a message, and whether a mail route is paused: the SQL of both.

Used by ``mail.delivery``, and by reports and the dashboard. Tries are only added.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import insert, select, update

from pipeline.model.mail import DeliveryState
from pipeline.register.jobs import CLOCKS_DIFFER
from pipeline.register.tables.mapper import Mapper, stored
from pipeline.register.tables.schema import delivery, message
from pipeline.register.tables.upkeep import mail_route
from pipeline.register.transaction import Transaction


@dataclass(frozen=True, slots=True)
class RoutePause:
    """Why and until when nothing goes by a route."""

    until: datetime
    detail: str

    def holds(self, now: datetime) -> bool:
        """Return whether nothing goes at ``now``. No pause is longer than a day: a clock that was ahead noted that."""
        return now < self.until <= now + timedelta(hours=24) + CLOCKS_DIFFER


@dataclass(frozen=True, slots=True)
class DeliveryRow:
    """One try of one message, and what came of it."""

    message: int
    attempt: int
    """Counts from 1."""
    outcome: DeliveryState
    detail: str | None
    at: datetime
    is_theirs: bool | None = None
    """Of a try that failed: whether it was the recipient's or the mail's own failing; None where nobody can tell."""
    likeness: str | None = None
    """What a refusal has in common with the same one of other mail; None where it is plainly this recipient's."""


@dataclass(frozen=True, slots=True)
class LastTry:
    """One of the last tries by a route."""

    message: int
    recipient: str
    """In small letters."""
    outcome: DeliveryState
    is_theirs: bool | None
    likeness: str | None


_ADD = insert(delivery)
_TRIES = Mapper(DeliveryRow, delivery)
_LAST = Mapper(LastTry, delivery, recipient=stored(message.c.recipient, str.casefold))
_PAUSES = Mapper(
    RoutePause, mail_route, until=mail_route.c.paused_until, detail=stored(mail_route.c.detail, lambda said: said or "")
)


def add_delivery(tx: Transaction, school: str, row: DeliveryRow) -> None:
    """Record one try."""
    tx.execute(_ADD, {"school": school, **_TRIES.values(row)})


def list_own_failings(tx: Transaction, school: str, message_id: int) -> tuple[datetime, ...]:
    """Return when a message was put off for its own failing, the earliest first; faults of the route are left out."""
    query = select(delivery.c.at).where(
        delivery.c.school == school,
        delivery.c.message == message_id,
        delivery.c.outcome == DeliveryState.DEFERRED.value,
        delivery.c.is_theirs.is_(True),
    )
    return tuple(tx.scalars(query.order_by(delivery.c.id)))


def list_last_tries(tx: Transaction, school: str, route: str, number: int) -> tuple[LastTry, ...]:
    """Return the last ``number`` tries by a route, the last one first."""
    query = (
        _LAST.select.join(message, message.c.id == delivery.c.message)
        .where(delivery.c.school == school, message.c.route == route)
        .order_by(delivery.c.id.desc())
        .limit(number)
    )
    return _LAST.all(tx, query)


def list_deliveries(tx: Transaction, school: str, message_id: int | None = None) -> tuple[DeliveryRow, ...]:
    """Return the tries, oldest first; of one message where given."""
    of_message = [] if message_id is None else [delivery.c.message == message_id]
    return _TRIES.all(tx, _TRIES.of(school, *of_message))


def list_sent_since(tx: Transaction, school: str, since: datetime) -> tuple[datetime, ...]:
    """Return when mails were sent in the day after ``since``, the earliest first: what limits are counted against.

    What was sent later than that was sent by a clock that was ahead.
    """
    of_a_day = delivery.c.at > since, delivery.c.at <= since + timedelta(hours=24) + CLOCKS_DIFFER
    query = (
        select(delivery.c.at)
        .where(delivery.c.school == school, *of_a_day, delivery.c.outcome == DeliveryState.SENT.value)
        .order_by(delivery.c.at)
    )
    return tuple(tx.scalars(query))


def find_pause(tx: Transaction, school: str, route: str) -> RoutePause | None:
    """Return the pause of a route, past or not, None where there never was one."""
    mine = mail_route.c.school == school, mail_route.c.route == route, mail_route.c.paused_until.is_not(None)
    return _PAUSES.first(tx, _PAUSES.select.where(*mine))


def pause_route(tx: Transaction, school: str, route: str, pause: RoutePause) -> None:
    """Let nothing go by a route until a moment."""
    values, mine = _PAUSES.values(pause), (mail_route.c.school == school, mail_route.c.route == route)
    if tx.execute(update(mail_route).where(*mine).values(**values)).rowcount == 0:
        tx.execute(insert(mail_route).values(school=school, route=route, **values))


def end_pauses(tx: Transaction, school: str) -> None:
    """Let mail go again by every route that rests."""
    tx.execute(update(mail_route).where(mail_route.c.school == school).values(paused_until=None, detail=None))
