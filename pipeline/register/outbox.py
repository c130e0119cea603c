"""The rows of the outbox: every line of SQL about messages.

Used by ``mail.outbox`` and ``mail.delivery``. A row is complete before anything is sent. Each step is one statement
that says what it expects to find; a row count other than one means that somebody else was there first.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, func, insert, or_, select, update

from pipeline.model import DeliveryState, MailKind
from pipeline.register.copies import copies_to_give
from pipeline.register.counter import count
from pipeline.register.database import Transaction
from pipeline.register.deliveries import DeliveryRow, add_delivery
from pipeline.register.people_tables import engagement, person
from pipeline.register.schema import campaign, message

TO_STAFF: tuple[MailKind, ...] = (MailKind.READING, MailKind.STARTER, MailKind.NOTICE)
"""The kinds that make up campaigns; a mail to a policy owner never does."""

_OPEN_STATES = (DeliveryState.PENDING.value, DeliveryState.DEFERRED.value)


@dataclass(frozen=True, slots=True)
class StoredAttachment:
    """A copy that goes with a message."""

    copy_id: int
    file_name: str
    path: str
    """Relative to ``distribution/``, with forward slashes; or absolute."""
    sha256: str
    size_bytes: int


@dataclass(frozen=True, slots=True)
class MessageRow:
    """One message of the outbox."""

    id: int
    kind: MailKind
    campaign: int | None
    person: int | None
    recipient: str
    subject: str
    text: str
    html: str
    attachments: tuple[StoredAttachment, ...]
    message_id: str
    """With its angle brackets; the same for every try."""
    due_on: date
    state: DeliveryState
    route: str
    attempts: int
    next_try_at: datetime | None
    in_doubt: bool
    """An earlier try may have been taken by the server."""
    queued_at: datetime
    settled_at: datetime | None
    detail: str | None


@dataclass(frozen=True, slots=True)
class NewMessage:
    """What is queued."""

    key: str
    kind: MailKind
    person: int | None
    recipient: str
    subject: str
    text: str
    html: str
    attachments: tuple[StoredAttachment, ...]
    message_id: str
    due_on: date
    route: str
    safety_text: str | None = None
    """The part of ``text`` that says whom a worry about a child goes to; None where it says so nowhere."""
    safety_html: str | None = None
    campaign: int | None = None


def next_number(tx: Transaction) -> int:
    """Return a number no message had so far: two mails under one key at one moment still differ by it."""
    return int(tx.scalar(select(func.max(message.c.id))) or 0) + 1


def add_message(tx: Transaction, school: str, new: NewMessage, now: datetime) -> int | None:
    """Queue a message; return its key in the register, or None where ``new.key`` is already there.

    A message that was cancelled by itself gives its key up; one cancelled with its campaign keeps it, since the owner
    said no.
    """
    earlier = tx.execute(
        select(message.c.id, message.c.state, campaign.c.state.label("campaign_state"))
        .outerjoin(campaign, campaign.c.id == message.c.campaign)
        .where(message.c.school == school, message.c.key == new.key)
    ).first()
    if earlier is not None:
        if earlier.state != DeliveryState.CANCELLED.value or earlier.campaign_state == "cancelled":
            return None
        tx.execute(update(message).where(message.c.id == earlier.id).values(key=None))
    key = tx.execute(
        insert(message).values(
            school=school,
            key=new.key,
            kind=new.kind.value,
            campaign=new.campaign,
            person=new.person,
            recipient=new.recipient,
            subject=_distinct_subject(tx, school, new),
            text_part=new.text,
            html_part=new.html,
            safety_text=new.safety_text,
            safety_html=new.safety_html,
            attachments=[_stored(attachment) for attachment in new.attachments],
            message_id=new.message_id,
            due_on=new.due_on,
            state=DeliveryState.PENDING.value,
            route=new.route,
            queued_at=now,
        )
    ).inserted_primary_key
    assert key is not None
    return int(key[0])


def _distinct_subject(tx: Transaction, school: str, new: NewMessage) -> str:
    """Return the subject, numbered where this reader has another mail of the same name: mail programs fold such."""
    taken = set(
        tx.scalars(
            select(message.c.subject).where(
                message.c.school == school,
                message.c.recipient == new.recipient,
                message.c.route == new.route,
                message.c.state != DeliveryState.CANCELLED.value,
            )
        )
    )
    subject, number = new.subject, 1
    while subject in taken:
        number += 1
        subject = f"{new.subject} ({number})"
    return subject


def find_message(tx: Transaction, school: str, message_id: int) -> MessageRow | None:
    """Return one message by its key in the register."""
    row = tx.execute(select(message).where(message.c.school == school, message.c.id == message_id)).first()
    return None if row is None else _row(row)


def list_messages(
    tx: Transaction,
    school: str,
    *,
    state: DeliveryState | None = None,
    kind: MailKind | None = None,
    only: tuple[int, ...] | None = None,
) -> tuple[MessageRow, ...]:
    """Return the messages, oldest first; of one state or kind, or ``only`` some, where given."""
    query = select(message).where(message.c.school == school).order_by(message.c.id)
    if state is not None:
        query = query.where(message.c.state == state.value)
    if kind is not None:
        query = query.where(message.c.kind == kind.value)
    if only is not None:
        query = query.where(message.c.id.in_(only))
    return tuple(_row(row) for row in tx.execute(query))


def newest_text_with(tx: Transaction, school: str, words: str) -> str | None:
    """Return the text of the newest mail, unless cancelled, in which ``words`` stand; None where there is none."""
    sent = message.c.school == school, message.c.state != DeliveryState.CANCELLED.value
    query = select(message.c.text_part).where(*sent, message.c.text_part.contains(words)).order_by(message.c.id.desc())
    found: str | None = tx.execute(query.limit(1)).scalar()
    return found


def count_messages(tx: Transaction, school: str) -> dict[DeliveryState, int]:
    """Return how many messages stand in each state; every state has an entry."""
    rows = tx.execute(select(message.c.state, func.count()).where(message.c.school == school).group_by(message.c.state))
    return dict.fromkeys(DeliveryState, 0) | {DeliveryState(state): number for state, number in rows}


def list_due(tx: Transaction, school: str, route: str, today: date, now: datetime) -> tuple[int, ...]:
    """Return the messages that may go now, the earliest due first: queued or due for another try, not held back."""
    query = (
        select(message.c.id)
        .outerjoin(campaign, campaign.c.id == message.c.campaign)
        .where(message.c.school == school, _may_go(route, today, now))
        .order_by(message.c.due_on, message.c.id)
    )
    return tuple(tx.scalars(query))


def _may_go(route: str, today: date, now: datetime) -> ColumnElement[bool]:
    free_kind = message.c.kind.not_in([kind.value for kind in TO_STAFF]) | (message.c.route != "smtp")
    return and_(
        message.c.route == route,
        message.c.state.in_(_OPEN_STATES),
        message.c.due_on <= today,
        or_(message.c.next_try_at.is_(None), message.c.next_try_at <= now),
        or_(campaign.c.state == "open", and_(message.c.campaign.is_(None), free_kind)),
    )


def claim_message(
    tx: Transaction, school: str, message_id: int, route: str, today: date, claimed_by: str, now: datetime
) -> MessageRow | None:
    """Take a message for sending; return it as it was before, or None where it may no longer go."""
    query = (
        select(message)
        .outerjoin(campaign, campaign.c.id == message.c.campaign)
        .where(message.c.school == school, message.c.id == message_id, _may_go(route, today, now))
    )
    row = tx.execute(query).first()
    if row is None:
        return None
    taken = tx.execute(
        update(message)
        .where(message.c.id == message_id, message.c.state == row.state, message.c.attempts == row.attempts)
        .values(
            state=DeliveryState.SENDING.value, claimed_by=claimed_by, claimed_at=now, attempts=message.c.attempts + 1
        )
    )
    if taken.rowcount != 1:
        return None
    count(tx, school, now)
    return _row(row)


@dataclass(frozen=True, slots=True)
class Settlement:
    """What came of a try."""

    state: DeliveryState
    detail: str | None = None
    next_try_at: datetime | None = None
    """Of a message that is tried again."""
    in_doubt: bool = False
    """The message may have gone all the same."""


def settle_message(
    tx: Transaction, school: str, message_id: int, settlement: Settlement, *, claimed_by: str, now: datetime
) -> bool:
    """Record what came of a try; return False where the claim was no longer ours, with nothing written."""
    state, detail = settlement.state, settlement.detail
    changed = tx.execute(
        update(message)
        .where(message.c.school == school, message.c.id == message_id)
        .where(message.c.state == DeliveryState.SENDING.value, message.c.claimed_by == claimed_by)
        .values(
            state=state.value,
            detail=detail,
            claimed_by=None,
            claimed_at=None,
            next_try_at=settlement.next_try_at,
            in_doubt=settlement.in_doubt,
            settled_at=now if state is not DeliveryState.DEFERRED else None,
        )
    )
    if changed.rowcount != 1:
        return False
    attempt = tx.scalar(select(message.c.attempts).where(message.c.id == message_id))
    add_delivery(tx, school, DeliveryRow(message_id, attempt or 0, state, detail, now))
    return True


def cancel_messages(tx: Transaction, school: str, messages: tuple[int, ...], detail: str, now: datetime) -> int:
    """Cancel those of ``messages`` that have not gone and are not on their way; return how many."""
    return tx.execute(
        update(message)
        .where(message.c.school == school, message.c.id.in_(messages), message.c.state.in_(_OPEN_STATES))
        .values(state=DeliveryState.CANCELLED.value, detail=detail, settled_at=now)
    ).rowcount


def release_dead_claims(tx: Transaction, school: str, is_living: Callable[[str, datetime], bool]) -> int:
    """Put back, marked as in doubt, what a process that died held; return how many.

    ``is_living`` is asked with what ``claimed_by`` holds and when the claim was made.
    """
    rows = tx.execute(
        select(message.c.claimed_by, func.max(message.c.claimed_at))
        .where(message.c.school == school, message.c.state == DeliveryState.SENDING.value)
        .group_by(message.c.claimed_by)
    ).all()
    released = 0
    for claimed_by, claimed_at in rows:
        if is_living(claimed_by, claimed_at):
            continue
        released += tx.execute(
            update(message)
            .where(message.c.school == school, message.c.claimed_by == claimed_by)
            .where(message.c.state == DeliveryState.SENDING.value)
            .values(state=DeliveryState.PENDING.value, claimed_by=None, claimed_at=None, in_doubt=True)
        ).rowcount
    return released


def list_waiting_on_other_routes(tx: Transaction, school: str, route: str) -> tuple[int, ...]:
    """Return the messages queued for a route that is no longer the configured one."""
    query = select(message.c.id).where(
        message.c.school == school, message.c.state.in_(_OPEN_STATES), message.c.route != route
    )
    return tuple(tx.scalars(query))


def renew_safety_lines(tx: Transaction, school: str, text: str, html: str) -> int:
    """Put today's safety lines into the mails that have not gone; return into how many. Their ids stay."""
    query = select(message.c.id, message.c.text_part, message.c.html_part, message.c.safety_text, message.c.safety_html)
    waiting = (message.c.school == school, message.c.state.in_(_OPEN_STATES), message.c.safety_text.is_not(None))
    other = or_(message.c.safety_text != text, message.c.safety_html != html)
    rows = tx.execute(query.where(*waiting, other)).all()
    for row in rows:
        tx.execute(
            update(message)
            .where(message.c.id == row.id, message.c.state.in_(_OPEN_STATES))
            .values(
                text_part=row.text_part.replace(row.safety_text, text),
                html_part=row.html_part.replace(row.safety_html, html) if row.safety_html else row.html_part,
                safety_text=text,
                safety_html=html,
            )
        )
    return len(rows)


def list_with_replaced_copies(tx: Transaction, school: str, only: int | None = None) -> tuple[int, ...]:
    """Return the messages not gone yet whose attached copy is no longer one to give; ``only`` asks of one."""
    query = select(message.c.id, message.c.attachments).where(
        message.c.school == school, message.c.state.in_(_OPEN_STATES)
    )
    if only is not None:
        query = query.where(message.c.id == only)
    rows = [(row.id, row.attachments) for row in tx.execute(query) if row.attachments]
    copies = {(row.id, row.pdf_sha256) for row in copies_to_give(tx, school).values()} if rows else set()
    return tuple(
        message_id
        for message_id, attachments in rows
        if any((attachment["copy_id"], attachment["sha256"]) not in copies for attachment in attachments)
    )


def has_left(tx: Transaction, school: str, person_id: int, today: date) -> bool:
    """Return whether the last day of everything that a person was at the school is past."""
    query = select(engagement.c.leave_on).where(engagement.c.school == school, engagement.c.person == person_id)
    last_days = tx.execute(query).scalars().all()
    return bool(last_days) and all(day is not None and day < today for day in last_days)


def has_moved(tx: Transaction, school: str, person_id: int, recipient: str) -> bool:
    """Return whether a person has another work address now than ``recipient``."""
    query = select(person.c.work_email).where(person.c.school == school, person.c.id == person_id)
    return (tx.scalar(query) or "").casefold() != recipient.casefold()


def _stored(attachment: StoredAttachment) -> dict[str, str | int]:
    return {
        "copy_id": attachment.copy_id,
        "file_name": attachment.file_name,
        "path": attachment.path,
        "sha256": attachment.sha256,
        "size_bytes": attachment.size_bytes,
    }


def _row(row: Row[Any]) -> MessageRow:
    return MessageRow(
        id=row.id,
        kind=MailKind(row.kind),
        campaign=row.campaign,
        person=row.person,
        recipient=row.recipient,
        subject=row.subject,
        text=row.text_part,
        html=row.html_part,
        attachments=tuple(StoredAttachment(**attachment) for attachment in row.attachments),
        message_id=row.message_id,
        due_on=row.due_on,
        state=DeliveryState(row.state),
        route=row.route or "",
        attempts=row.attempts,
        next_try_at=row.next_try_at,
        in_doubt=row.in_doubt,
        queued_at=row.queued_at,
        settled_at=row.settled_at,
        detail=row.detail,
    )
