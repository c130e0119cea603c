"""What came back: every line of SQL about the mailbox's place, its mails, and the messages that they answer.

Used by ``acknowledgements.replies``, which takes a mail in, and by ``letters``, which tells of it. No words of any mail
are kept.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import func, insert, select, update

from pipeline.model.mail import DeliveryState, MailKind
from pipeline.register.mail.deliveries import DeliveryRow, add_delivery
from pipeline.register.mail.told import ToldOutcome, settle_told
from pipeline.register.readings.requests import ClosedReason
from pipeline.register.store.chunks import in_chunks
from pipeline.register.tables.inbox import inbox_item, inbox_place
from pipeline.register.tables.mapper import Mapper, stored
from pipeline.register.tables.schema import message, policy, request, told
from pipeline.register.transaction import Transaction


class ItemKind(StrEnum):
    """What a mail was that came back."""

    BOUNCED = "bounced"
    """A mail of ours could not be delivered."""
    AWAY = "away"
    """An automatic reply: its sender is not reminded for some days."""
    READ = "read"
    """It acknowledged what the mail asks for."""
    REPLY = "reply"
    """A reader wrote back, or may have said that they have read: the office is to look at it."""
    UNREADABLE = "unreadable"
    """It could not be taken apart."""


class ReplyReason(StrEnum):
    """Why a reply is put before the office and not recorded."""

    WORDS = "words"
    """It says something else than "I have read", or more."""
    SENDER = "sender"
    """It comes from another address than the mail went to."""
    DELEGATED = "delegated"
    """One reader sent it for another."""
    FORWARDED = "forwarded"
    ANOTHERS = "anothers"
    """It has the code of another person's mail."""
    MORE = "more"
    """Their reading was recorded, and they wrote something besides."""
    NOTHING = "nothing-to-record"
    """They have left, the policy is not in use any more, or a later version must be read."""
    STRANGER = "stranger"
    """Nobody who is known by their address wrote it, and it answers no mail of ours."""
    MANY = "many-strangers"
    """Another one of those; what came after it that day is not kept one by one."""


@dataclass(frozen=True, slots=True)
class MailboxPosition:
    """How far a mailbox was read."""

    uid_validity: int
    last_uid: int
    """0 where nothing of it was."""
    link: str = ""
    """By Microsoft Graph, which has no such numbers: the address that the next look begins at."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewItem:
    """What is kept of a mail that came back."""

    print: str
    kind: ItemKind
    reason: ReplyReason | None = None
    message: int | None = None
    person: int | None = None
    until_on: date | None = None
    arrived_at: datetime


@dataclass(frozen=True, slots=True)
class Returned:
    """A reply that the office is to look at."""

    id: int
    reason: ReplyReason
    person: int | None
    """Who wrote, by the register's key; None for an address of nobody on the lists."""
    message: int | None
    titles: tuple[str, ...]
    """Of the policies that the mail it answers was about."""
    arrived_at: datetime


@dataclass(frozen=True, slots=True)
class Answered:
    """A mail of ours that something came back to."""

    id: int
    message_id: str
    person: int | None
    recipient: str
    state: DeliveryState
    settled_at: datetime | None


@dataclass(frozen=True, slots=True)
class AskedFor:
    """One policy that a mail asks its reader to answer for."""

    policy_id: int
    version_id: int
    slug: str
    title: str
    request: int = 0
    """The request that it asks to answer."""
    closed: ClosedReason | None = None
    """Why that is not open any more."""


_PLACES = Mapper(MailboxPosition, inbox_place, link=stored(inbox_place.c.link, lambda link: link or ""))
_ITEMS = Mapper(NewItem, inbox_item)
_RETURNED = Mapper(Returned, inbox_item, known=("titles",))
_ANSWERED = Mapper(Answered, message)
_ASKED_FOR = Mapper(
    AskedFor,
    policy,
    policy_id=policy.c.id,
    version_id=told.c.version_id,
    request=told.c.request,
    closed=request.c.closed_reason,
)


# --- the mailbox ------------------------------------------------------------------------------------------------


def find_place(tx: Transaction, school: str, mailbox: str) -> MailboxPosition | None:
    """Return how far a mailbox was read; None where it never was."""
    mine = inbox_place.c.school == school, inbox_place.c.mailbox == mailbox
    return _PLACES.first(tx, _PLACES.select.where(*mine))


def last_taken_at(tx: Transaction, school: str, mailbox: str) -> datetime | None:
    """Return when a mailbox was last read; None where it never was."""
    mine = inbox_place.c.school == school, inbox_place.c.mailbox == mailbox
    return tx.execute(select(inbox_place.c.taken_at).where(*mine)).scalar()


def note_place(tx: Transaction, school: str, mailbox: str, place: MailboxPosition, now: datetime) -> None:
    """Keep how far a mailbox was read; never less far than before, unless it was numbered afresh."""
    before = find_place(tx, school, mailbox)
    values = _PLACES.values(place) | {"taken_at": now}
    if before is None:
        tx.execute(insert(inbox_place).values(school=school, mailbox=mailbox, **values))
        return
    if before.uid_validity == place.uid_validity:
        values["last_uid"] = max(before.last_uid, place.last_uid)
    mine = inbox_place.c.school == school, inbox_place.c.mailbox == mailbox
    tx.execute(update(inbox_place).where(*mine).values(**values))


def is_taken(tx: Transaction, school: str, print_: str) -> bool:
    """Return whether a mail was taken in before."""
    query = select(inbox_item.c.id).where(inbox_item.c.school == school, inbox_item.c.print == print_)
    return tx.execute(query).first() is not None


def add_item(tx: Transaction, school: str, new: NewItem, now: datetime) -> int:
    """Keep what a mail was; return the register's key."""
    return _ITEMS.add(tx, school, new, taken_at=now)


def list_quiet(tx: Transaction, school: str, today: date) -> frozenset[int]:
    """Return who has answered automatically and is not reminded ``today``, by the register's key."""
    away = inbox_item.c.kind == ItemKind.AWAY.value, inbox_item.c.until_on >= today, inbox_item.c.person.is_not(None)
    return frozenset(tx.scalars(select(inbox_item.c.person).where(inbox_item.c.school == school, *away)))


def count_strangers(tx: Transaction, school: str, since: datetime) -> int:
    """Return how many mails of people who are on no list were kept since a moment."""
    reasons = [ReplyReason.STRANGER.value, ReplyReason.MANY.value]
    mine = inbox_item.c.school == school, inbox_item.c.reason.in_(reasons), inbox_item.c.taken_at >= since
    return tx.scalar(select(func.count()).select_from(inbox_item).where(*mine)) or 0


def was_answered(tx: Transaction, school: str, address: str, since: datetime) -> bool:
    """Return whether an answer to a person's mail was queued for an address, in small letters, since a moment."""
    mine = message.c.school == school, message.c.kind == MailKind.ANSWER.value, message.c.queued_at >= since
    query = select(message.c.id).where(*mine, func.lower(message.c.recipient) == address)
    return tx.execute(query).first() is not None


def list_returned(tx: Transaction, school: str, since: datetime) -> tuple[Returned, ...]:
    """Return the replies taken in after ``since`` that the office is to look at, the oldest first."""
    replies = inbox_item.c.kind == ItemKind.REPLY.value, inbox_item.c.taken_at > since
    rows = tx.execute(_RETURNED.of(school, *replies)).all()
    titles = {row.message: _titles(tx, school, row.message) for row in rows if row.message is not None}
    return tuple(_RETURNED.read(row, titles=titles.get(row.message, ())) for row in rows)


def _titles(tx: Transaction, school: str, message_key: int) -> tuple[str, ...]:
    query = (
        select(policy.c.title)
        .join(told, told.c.policy_id == policy.c.id)
        .where(told.c.school == school, told.c.message == message_key)
        .order_by(told.c.id)
    )
    return tuple(dict.fromkeys(tx.scalars(query)))


# --- the mails that it answers -----------------------------------------------------------------------------------


def list_answered(
    tx: Transaction, school: str, *, message_ids: Collection[str] = (), keys: Collection[int] = ()
) -> tuple[Answered, ...]:
    """Return our mails of these Message-IDs, or of these keys in the register, by key."""
    found: dict[int, Answered] = {}
    for column, values in ((message.c.message_id, message_ids), (message.c.id, keys)):
        for some in in_chunks(values):
            query = _ANSWERED.select.where(message.c.school == school, column.in_(some))
            found |= {row.id: row for row in _ANSWERED.all(tx, query)}
    return tuple(found[key] for key in sorted(found))


def list_asked_for(tx: Transaction, school: str, message_key: int) -> tuple[AskedFor, ...]:
    """Return the policies that a mail asks its reader to answer for, in its order."""
    query = (
        _ASKED_FOR.select.select_from(told)
        .join(policy, policy.c.id == told.c.policy_id)
        .join(request, request.c.id == told.c.request)
        .where(told.c.school == school, told.c.message == message_key)
        .where(told.c.version_id.is_not(None), told.c.person.is_not(None))
        .order_by(told.c.id)
    )
    return _ASKED_FOR.all(tx, query)


def mark_bounced(tx: Transaction, school: str, message_key: int, detail: str, now: datetime) -> bool:
    """Record that a mail which had gone came back: it has told nobody. Return whether it had counted as gone.

    One that the server sent on by itself after our connection broke (deferred, in doubt) is sent again as before.
    """
    changed = tx.execute(
        update(message)
        .where(message.c.school == school, message.c.id == message_key, message.c.state == DeliveryState.SENT.value)
        .values(state=DeliveryState.BOUNCED.value, detail=detail, settled_at=now)
    )
    if changed.rowcount != 1:
        return False
    settle_told(tx, school, (message_key,), ToldOutcome.BOUNCED, now)
    attempt = tx.scalar(select(message.c.attempts).where(message.c.id == message_key)) or 0
    add_delivery(tx, school, DeliveryRow(message_key, attempt, DeliveryState.BOUNCED, detail, now))
    return True


def has_mail_beside(tx: Transaction, school: str, prefix: str, since: datetime) -> bool:
    """Return whether a mail whose key begins with ``prefix`` was queued after ``since``."""
    mine = message.c.school == school, message.c.key.startswith(prefix, autoescape=True)
    return tx.execute(select(message.c.id).where(*mine, message.c.queued_at > since)).first() is not None
