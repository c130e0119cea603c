"""What has been asked of whom, which mail said so, and what was acknowledged: every line of SQL about it.

Used by ``acknowledgements`` and the pages. Requests are closed with a reason, never deleted; acknowledgements are only
added, one a person and version (and school year, where policies are asked for each year).
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, fields
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Row, func, insert, or_, select, update

from pipeline.model import AcknowledgementMethod, DeliveryState, ReadingRule
from pipeline.register.database import Transaction
from pipeline.register.outbox import MessageRow, cancel_messages, list_messages
from pipeline.register.people_tables import person
from pipeline.register.schema import acknowledgement, campaign, message, message_item, request


class ClosedReason(StrEnum):
    """Why a request is no longer open."""

    ACKNOWLEDGED = "acknowledged"
    LEFT = "left"
    SUPERSEDED = "superseded"
    """A later version is asked for instead, or needs no reading."""
    NOT_NEEDED = "not-needed"
    """The policy was withdrawn, or staff are no longer asked to sign it."""


@dataclass(frozen=True, slots=True)
class RequestRow:
    """One policy version that one person was asked to read."""

    id: int
    person: int
    """The register's key of the person."""
    policy_id: int
    version_id: int
    rule: ReadingRule
    asked_on: date
    due_on: date
    closed_at: datetime | None = None
    closed_reason: ClosedReason | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AcknowledgementRecord:
    """What is recorded of one person's word that they have read one version."""

    person: int
    policy_id: int
    version_id: int
    version_sha256: str
    method: AcknowledgementMethod
    entered_by: str | None
    """Who typed it in, where it was not the reader."""
    acknowledged_at: datetime
    recorded_at: datetime
    ledger_position: int
    school_year: int
    """Its first calendar year where policies are asked for each school year, else 0."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AcknowledgementRow(AcknowledgementRecord):
    """An acknowledgement in the register."""

    id: int


def open_request(
    tx: Transaction,
    school: str,
    *,
    person: int,
    policy_id: int,
    version_id: int,
    rule: ReadingRule,
    asked_on: date,
    due_on: date,
) -> RequestRow:
    """Record that a person is asked to read a version."""
    values: dict[str, Any] = {
        "person": person,
        "policy_id": policy_id,
        "version_id": version_id,
        "asked_on": asked_on,
        "due_on": due_on,
    }
    key = tx.execute(insert(request).values(school=school, rule=rule.value, **values)).inserted_primary_key
    assert key is not None
    return RequestRow(id=key[0], rule=rule, **values)


def close_request(tx: Transaction, school: str, request_id: int, reason: ClosedReason, now: datetime) -> bool:
    """Close an open request; return whether it was open."""
    result = tx.execute(
        update(request)
        .where(request.c.school == school, request.c.id == request_id, request.c.closed_at.is_(None))
        .values(closed_at=now, closed_reason=reason.value)
    )
    return result.rowcount == 1


def list_requests(
    tx: Transaction, school: str, *, person: int | None = None, only_open: bool = False
) -> tuple[RequestRow, ...]:
    """Return what was asked, oldest first; of one person, or only what is still open."""
    query = select(request).where(request.c.school == school).order_by(request.c.id)
    if person is not None:
        query = query.where(request.c.person == person)
    if only_open:
        query = query.where(request.c.closed_at.is_(None))
    return tuple(_request(row) for row in tx.execute(query))


def add_acknowledgement(tx: Transaction, school: str, given: AcknowledgementRecord) -> AcknowledgementRow:
    """Add an acknowledgement; its ledger record was appended in the same transaction."""
    values = {each.name: getattr(given, each.name) for each in fields(given)}
    written = values | {"school": school, "method": given.method.value}
    key = tx.execute(insert(acknowledgement).values(**written)).inserted_primary_key
    assert key is not None
    return AcknowledgementRow(id=key[0], **values)


def list_acknowledgements(
    tx: Transaction, school: str, *, person: int | None = None, policy_id: int | None = None
) -> tuple[AcknowledgementRow, ...]:
    """Return the acknowledgements, oldest entry first; of one person, or of one policy."""
    query = select(acknowledgement).where(acknowledgement.c.school == school).order_by(acknowledgement.c.id)
    if person is not None:
        query = query.where(acknowledgement.c.person == person)
    if policy_id is not None:
        query = query.where(acknowledgement.c.policy_id == policy_id)
    return tuple(_acknowledgement(row) for row in tx.execute(query))


# --- which mail said what ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ToldRow:
    """One policy version that a mail puts, or put, before one person."""

    person: int
    version_id: int
    request: int | None
    """The request it asks to answer; None where nothing is asked back."""
    route: str
    """``folder`` or ``smtp``."""


def add_message_item(
    tx: Transaction,
    school: str,
    *,
    message_id: int,
    route: str,
    person: int,
    version_id: int,
    request_id: int | None,
    to_read: bool = True,
) -> None:
    """Note that the outbox's message ``message_id`` puts a version before a person, to read or only to find."""
    tx.execute(
        insert(message_item).values(
            school=school,
            message=message_id,
            route=route,
            person=person,
            version_id=version_id,
            request=request_id,
            to_read=to_read,
        )
    )


def list_told(tx: Transaction, school: str) -> tuple[ToldRow, ...]:
    """Return what people have been, or are about to be, told by mail.

    A message that was cancelled by itself (its copy was replaced) told nobody, so its reader is told afresh; one that
    the owner cancelled with its campaign is not brought up again. Nor did one tell anybody that was only written, or
    came back, and whose reader has another address now.
    """
    never_came = message.c.state.in_([DeliveryState.WRITTEN.value, DeliveryState.BOUNCED.value])
    query = (
        select(message_item.c.person, message_item.c.version_id, message_item.c.request, message_item.c.route)
        .join(message, message.c.id == message_item.c.message)
        .join(person, person.c.id == message_item.c.person)
        .outerjoin(campaign, campaign.c.id == message.c.campaign)
        .where(message_item.c.school == school, ~(never_came & _GONE_ELSEWHERE))
        .where(or_(message.c.state != DeliveryState.CANCELLED.value, campaign.c.state == "cancelled"))
    )
    return tuple(ToldRow(row.person, row.version_id, row.request, row.route) for row in tx.execute(query))


_GONE_ELSEWHERE = func.lower(message.c.recipient) != func.lower(func.coalesce(person.c.work_email, ""))
"""The message goes, or went, to another address than its reader has now."""


@dataclass(frozen=True, slots=True)
class StaleMail:
    """A mail that has not gone and asks to read by a day that is over, or is meant for an address of before."""

    message: int
    person: int
    campaign: int | None
    """The mailing it waits with."""


def list_stale_mail(tx: Transaction, school: str, route: str, day: date) -> tuple[StaleMail, ...]:
    """Return the mail by ``route`` that could go on ``day`` at the earliest and is not right any more.

    It asks to read by a day before it, or its reader has another address now.
    """
    is_late = request.c.closed_at.is_(None) & (request.c.due_on < day)
    query = (
        select(message.c.id, message.c.person, message.c.campaign)
        .join(message_item, message_item.c.message == message.c.id)
        .join(person, person.c.id == message.c.person)
        .outerjoin(request, request.c.id == message_item.c.request)
        .where(message.c.school == school, message.c.route == route)
        .where(message.c.state.in_([DeliveryState.PENDING.value, DeliveryState.DEFERRED.value]))
        .where(or_(is_late, _GONE_ELSEWHERE), ~message.c.in_doubt)
        .distinct()
    )
    return tuple(StaleMail(row.id, row.person, row.campaign) for row in tx.execute(query))


def list_mail_to(tx: Transaction, school: str, row_id: int, address: str) -> tuple[MessageRow, ...]:
    """Return the mail that asks one person to read something still open and goes, or went, to ``address``."""
    asks = (
        select(message_item.c.message)
        .join(request, request.c.id == message_item.c.request)
        .where(message_item.c.person == row_id, request.c.closed_at.is_(None))
    )
    return tuple(
        row
        for row in list_messages(tx, school, only=tuple(tx.scalars(asks)))
        if row.recipient.casefold() == address.casefold() and row.state is not DeliveryState.CANCELLED
    )


def date_request(tx: Transaction, school: str, request_id: int, due_on: date) -> None:
    """Let an open request be answered by another day."""
    tx.execute(
        update(request)
        .where(request.c.school == school, request.c.id == request_id, request.c.closed_at.is_(None))
        .values(due_on=due_on)
    )


def cancel_answered_mail(tx: Transaction, school: str, person: int, now: datetime, detail: str) -> int:
    """Drop the person's mail that has not gone and asks only for what is closed; return how many were dropped.

    Mail that asks for nothing (a notice) stays.
    """
    asks = select(message_item.c.message).where(message_item.c.school == school, message_item.c.person == person)
    still_asks = asks.join(request, request.c.id == message_item.c.request).where(request.c.closed_at.is_(None))
    query = asks.where(message_item.c.request.is_not(None), message_item.c.message.not_in(still_asks)).distinct()
    return cancel_messages(tx, school, tuple(tx.scalars(query)), detail, now)


def cancel_all_mail(tx: Transaction, school: str, person: int, now: datetime, detail: str) -> int:
    """Drop all of the person's mail that has not gone; return how many were dropped."""
    query = select(message.c.id).where(message.c.school == school, message.c.person == person)
    return cancel_messages(tx, school, tuple(tx.scalars(query)), detail, now)


def close_all(
    tx: Transaction, school: str, requests: Iterable[RequestRow], reason: ClosedReason, now: datetime
) -> Collection[RequestRow]:
    """Close each of ``requests`` for one reason; return those that were open."""
    return [row for row in requests if close_request(tx, school, row.id, reason, now)]


def _request(row: Row[Any]) -> RequestRow:
    reason = None if row.closed_reason is None else ClosedReason(row.closed_reason)
    return RequestRow(
        row.id,
        row.person,
        row.policy_id,
        row.version_id,
        ReadingRule(row.rule),
        row.asked_on,
        row.due_on,
        row.closed_at,
        reason,
    )


def _acknowledgement(row: Row[Any]) -> AcknowledgementRow:
    return AcknowledgementRow(
        id=row.id,
        person=row.person,
        policy_id=row.policy_id,
        version_id=row.version_id,
        version_sha256=row.version_sha256,
        method=AcknowledgementMethod(row.method),
        entered_by=row.entered_by,
        acknowledged_at=row.acknowledged_at,
        recorded_at=row.recorded_at,
        ledger_position=row.ledger_position,
        school_year=row.school_year,
    )
