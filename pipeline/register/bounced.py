"""Mail that was refused for good: whose it was, and taking that back where it proves to be the route's failing.

Used by ``mail``, by reports and the dashboard.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update

from pipeline.model import DeliveryState
from pipeline.register.database import Transaction
from pipeline.register.people_tables import person
from pipeline.register.schema import message
from pipeline.register.told import settle_told


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


def list_bounced(tx: Transaction, school: str, since: datetime) -> tuple[BouncedMail, ...]:
    """Return the mails that were refused for good after ``since``, the last ones first."""
    query = (
        select(message, person.c.first_name, person.c.last_name)
        .outerjoin(person, person.c.id == message.c.person)
        .where(message.c.school == school, message.c.state == DeliveryState.BOUNCED.value, message.c.settled_at > since)
        .order_by(message.c.settled_at.desc(), message.c.id)
    )
    return tuple(
        BouncedMail(
            f"{row.first_name or ''} {row.last_name or ''}".strip(),
            row.recipient,
            row.subject,
            row.detail or "",
            row.settled_at,
        )
        for row in tx.execute(query)
    )


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
