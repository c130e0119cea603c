"""Mail that was refused for good: whose it was, and taking that back where it proves to be the route's failing.

Used by ``mail``, by reports and the dashboard.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists, func, or_, select, update

from pipeline.model.mail import DeliveryState
from pipeline.register.mail.told import ToldOutcome, settle_told
from pipeline.register.tables.mapper import Mapper, made_of, stored
from pipeline.register.tables.people import person, whole_name
from pipeline.register.tables.schema import message, request, told
from pipeline.register.transaction import Transaction


@dataclass(frozen=True, slots=True)
class BouncedMail:
    """A mail that was refused for good."""

    name: str
    """Of the person; empty where it went to nobody of the lists."""
    recipient: str
    subject: str
    detail: str
    """What the mail server said."""
    settled_at: datetime


_NAME = made_of(whole_name, person.c.first_name, person.c.last_name)
_DETAIL = stored(message.c.detail, lambda said: said or "")
_BOUNCED = Mapper(BouncedMail, message, name=_NAME, detail=_DETAIL)


def list_bounced(tx: Transaction, school: str, since: datetime) -> tuple[BouncedMail, ...]:
    """Return the mails that were refused for good after ``since``, the last ones first."""
    query = (
        _BOUNCED.select.outerjoin(person, person.c.id == message.c.person)
        .where(message.c.school == school, message.c.state == DeliveryState.BOUNCED.value, message.c.settled_at > since)
        .order_by(message.c.settled_at.desc(), message.c.id)
    )
    return _BOUNCED.all(tx, query)


@dataclass(frozen=True, slots=True)
class UndeliveredMail:
    """A mail that came back, of which its reader knows nothing yet."""

    message: int
    person: int | None
    """The register's key; None where it went to a person who is on no list."""
    name: str
    """Empty where ``person`` is None."""
    recipient: str
    detail: str
    """What the mail server said."""
    settled_at: datetime


_UNDELIVERED = Mapper(UndeliveredMail, message, message=message.c.id, name=_NAME, detail=_DETAIL)
_LATER, _TELLS, _PRINTED = message.alias(), told.alias(), told.alias()
"""Made once, since they cost more than the question."""


def list_undelivered(tx: Transaction, school: str, route: str | None = None) -> tuple[UndeliveredMail, ...]:
    """Return the mails that came back and still matter, the earliest first; by one route where given.

    Left out is what was put right: the reader has another address now, a later mail to this one has gone, papers were
    printed since, or everything it asks to read is answered or no longer asked.
    """
    went = _LATER.c.state.in_([DeliveryState.SENT.value, DeliveryState.WRITTEN.value])
    same_way = (_LATER.c.recipient == message.c.recipient) & (_LATER.c.route == message.c.route)
    gone_since = exists().where(same_way, _LATER.c.id > message.c.id, went)
    printed = exists().where(
        _PRINTED.c.person == message.c.person,
        _PRINTED.c.outcome == ToldOutcome.PRINTED.value,
        _PRINTED.c.settled_at >= message.c.settled_at,
    )
    asks = exists().where(_TELLS.c.message == message.c.id, _TELLS.c.request.is_not(None))
    still_asks = exists().where(
        _TELLS.c.message == message.c.id, _TELLS.c.request == request.c.id, request.c.closed_at.is_(None)
    )
    elsewhere = func.lower(message.c.recipient) != func.lower(func.coalesce(person.c.work_email, ""))
    query = (
        _UNDELIVERED.select.outerjoin(person, person.c.id == message.c.person)
        .where(message.c.school == school, message.c.state == DeliveryState.BOUNCED.value, ~gone_since)
        .where(or_(message.c.person.is_(None), ~elsewhere & ~printed), or_(~asks, still_asks))
        .order_by(message.c.id)
    )
    if route is not None:
        query = query.where(message.c.route == route)
    return _UNDELIVERED.all(tx, query)


def drop_bounced(tx: Transaction, school: str, messages: Collection[int], detail: str, now: datetime) -> int:
    """Let refused messages be done with: what they tell is not brought up again. Return how many."""
    bounced = message.c.school == school, message.c.id.in_(messages), message.c.state == DeliveryState.BOUNCED.value
    which = tuple(tx.scalars(select(message.c.id).where(*bounced)))
    cancelled = {"state": DeliveryState.CANCELLED.value, "detail": detail, "settled_at": now}
    tx.execute(update(message).where(message.c.id.in_(which)).values(**cancelled))
    settle_told(tx, school, which, ToldOutcome.WITHHELD, now)
    return len(which)


def reopen_bounced(
    tx: Transaction, school: str, messages: Collection[int], detail: str | None, next_try_at: datetime | None
) -> tuple[int, ...]:
    """Put messages that were refused for good off to another try, since nobody was told by them; return which.

    ``detail`` is why, None to keep what the server said.
    """
    bounced = message.c.school == school, message.c.id.in_(messages), message.c.state == DeliveryState.BOUNCED.value
    which = tuple(tx.scalars(select(message.c.id).where(*bounced)))
    values: dict[str, object] = {} if detail is None else {"detail": detail}
    values |= {"state": DeliveryState.DEFERRED.value, "settled_at": None, "next_try_at": next_try_at}
    tx.execute(update(message).where(message.c.id.in_(which)).values(**values))
    settle_told(tx, school, which, None, None)
    return which
