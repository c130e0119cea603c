"""The rows of the outbox: every line of SQL about messages.

Used by ``letters`` and ``mail.outbox``; ``dispatch`` has what a delivery asks and writes for each message that goes. A
row is complete before anything is sent.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy import ColumnElement, and_, case, exists, func, insert, or_, select, update

from pipeline.model.mail import NOT_GONE, DeliveryState, MailKind
from pipeline.register.jobs import CLOCKS_DIFFER
from pipeline.register.mail.letter_bodies import StoredAttachment
from pipeline.register.mail.slots import ANSWERS, fill_slots
from pipeline.register.mail.told import ToldOutcome, settle_told
from pipeline.register.store.chunks import in_chunks
from pipeline.register.tables.mapper import Mapper, made_of, stored
from pipeline.register.tables.people import engagement
from pipeline.register.tables.schema import campaign, letter_body, message, told
from pipeline.register.transaction import Transaction

TO_STAFF: tuple[MailKind, ...] = (
    MailKind.READING,
    MailKind.STARTER,
    MailKind.NOTICE,
    MailKind.DECLARATION,
    MailKind.ANNOUNCEMENT,
)
"""The kinds that make up campaigns; a mail to a policy owner never does."""

BESIDE: tuple[MailKind, ...] = (MailKind.ANSWER, MailKind.SIGN_IN, MailKind.LINK)
"""The kinds that a reader asked for; they are no letter of the day."""

_OPEN_STATES = tuple(state.value for state in NOT_GONE)


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
    answers: str | None = None
    """The Message-ID of the mail that it answers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewMessage:
    """What is queued."""

    key: str
    kind: MailKind
    person: int | None
    recipient: str
    subject: str
    body: int
    """The register's key of what it says."""
    slots: Mapping[str, str] = field(default_factory=dict)
    """What stands in the slots of the body."""
    message_id: str
    due_on: date
    route: str
    campaign: int | None = None


MESSAGES = Mapper(
    MessageRow,
    message,
    text=made_of(fill_slots, letter_body.c.text_part, message.c.slots),
    html=made_of(partial(fill_slots, is_html=True), letter_body.c.html_part, message.c.slots),
    attachments=letter_body.c.attachments,
    route=stored(message.c.route, lambda route: route or ""),
    answers=made_of(lambda slots: slots.get(ANSWERS), message.c.slots),
)
WITH_BODY = MESSAGES.select.join(letter_body, letter_body.c.id == message.c.body)
"""The question for messages with what they say."""
_NEW = Mapper(NewMessage, message, slots=stored(message.c.slots, write=dict))


_OTHER = message.alias()
"""Another message than the one asked about; made once, since it costs more than the question."""


DELIVERY_ORDER = (
    message.c.attempts,
    case((message.c.kind == MailKind.CONTACTS.value, 0), else_=1),
    message.c.due_on,
    message.c.id,
)
"""What was tried least goes first, so that one which shuts the route keeps back none but itself; then whom to go to
with a worry, before what is to be read; then the earliest."""


def next_number(tx: Transaction) -> int:
    """Return a number no message had so far: two mails under one key at one moment still differ by it."""
    return int(tx.scalar(select(func.max(message.c.id))) or 0) + 1


def list_taken_keys(tx: Transaction, school: str, keys: Collection[str]) -> set[str]:
    """Return which of ``keys`` a message has already; one that was cancelled by itself has given its key up."""
    found: set[str] = set()
    for some in in_chunks(keys):
        found |= set(tx.scalars(select(message.c.key).where(message.c.school == school, message.c.key.in_(some))))
    return found


def add_messages(tx: Transaction, school: str, new: Sequence[NewMessage], now: datetime) -> range:
    """Queue messages, none of whose keys is taken; return the register's keys of them, in their order.

    The subject is numbered where its reader has another mail of the same name, since mail programs fold such.
    """
    if not new:
        return range(0)
    taken = _subjects_of(tx, school, {one.recipient for one in new})
    first = next_number(tx)
    rows = []
    for number, one in enumerate(new, first):
        mine = taken.setdefault((one.recipient, one.route), set())
        subject = _distinct(one.subject, mine)
        mine.add(subject)
        begun = {"id": number, "school": school, "state": DeliveryState.PENDING.value, "queued_at": now}
        rows.append(_NEW.values(one) | begun | {"subject": subject})
    tx.execute(insert(message), rows)
    return range(first, first + len(rows))


def _subjects_of(tx: Transaction, school: str, recipients: Collection[str]) -> dict[tuple[str, str], set[str]]:
    """Return the subjects of each address's mail by recipient and route, the cancelled left out."""
    found: dict[tuple[str, str], set[str]] = {}
    for some in in_chunks(recipients):
        query = select(message.c.recipient, message.c.route, message.c.subject).where(
            message.c.school == school,
            message.c.recipient.in_(some),
            message.c.state != DeliveryState.CANCELLED.value,
        )
        for row in tx.execute(query):
            found.setdefault((row.recipient, row.route), set()).add(row.subject)
    return found


def _distinct(subject: str, taken: Collection[str]) -> str:
    number, shown = 1, subject
    while shown in taken:
        number += 1
        shown = f"{subject} ({number})"
    return shown


def list_messages(
    tx: Transaction,
    school: str,
    *,
    state: DeliveryState | None = None,
    kind: MailKind | None = None,
    only: tuple[int, ...] | None = None,
    among: Sequence[int] | None = None,
) -> tuple[MessageRow, ...]:
    """Return the messages, oldest first; of one state or kind, or ``only`` some, where given."""
    if only is not None:
        found = (list_messages(tx, school, state=state, kind=kind, among=some) for some in in_chunks(sorted(set(only))))
        return tuple(row for rows in found for row in rows)
    query = WITH_BODY.where(message.c.school == school).order_by(message.c.id)
    if state is not None:
        query = query.where(message.c.state == state.value)
    if kind is not None:
        query = query.where(message.c.kind == kind.value)
    if among is not None:
        query = query.where(message.c.id.in_(among))
    return MESSAGES.all(tx, query)


def subjects_of_messages(tx: Transaction, school: str) -> dict[int, tuple[str, str]]:
    """Return the recipient and the subject of every message, by its key."""
    query = select(message.c.id, message.c.recipient, message.c.subject).where(message.c.school == school)
    return {row.id: (row.recipient, row.subject) for row in tx.execute(query)}


def list_unsent(tx: Transaction, school: str) -> tuple[tuple[str, str], ...]:
    """Return recipient and subject of each message that has not gone, oldest first."""
    unsent = message.c.school == school, message.c.state.in_(_OPEN_STATES)
    rows = tx.execute(select(message.c.recipient, message.c.subject).where(*unsent).order_by(message.c.id))
    return tuple((row.recipient, row.subject) for row in rows)


def newest_page(tx: Transaction, school: str) -> str | None:
    """Return the address of the personal page in the newest mail that has one, unless cancelled; None for none."""
    sent = message.c.school == school, message.c.state != DeliveryState.CANCELLED.value
    slot = message.c.slots["page"].as_string()
    query = select(slot).where(*sent, slot.is_not(None)).order_by(message.c.id.desc()).limit(1)
    found: str | None = tx.execute(query).scalar()
    if found is None:
        # A mail of an edition that wrote the address into its words.
        words = select(letter_body.c.text_part).join(message, message.c.body == letter_body.c.id)
        query = words.where(*sent, letter_body.c.text_part.contains("/my/")).order_by(message.c.id.desc()).limit(1)
        found = tx.execute(query).scalar()
    return found


def list_with_page(tx: Transaction, school: str) -> tuple[int, ...]:
    """Return the messages that have not gone and say the address of a personal page."""
    query = (
        select(message.c.id)
        .join(letter_body, letter_body.c.id == message.c.body)
        .where(message.c.school == school, message.c.state.in_(_OPEN_STATES))
        .where(or_(message.c.slots["page"].as_string().is_not(None), letter_body.c.text_part.contains("/my/")))
    )
    return tuple(tx.scalars(query))


def count_messages(tx: Transaction, school: str) -> dict[DeliveryState, int]:
    """Return how many messages stand in each state; every state has an entry."""
    rows = tx.execute(select(message.c.state, func.count()).where(message.c.school == school).group_by(message.c.state))
    return dict.fromkeys(DeliveryState, 0) | {DeliveryState(state): number for state, number in rows}


def list_due(
    tx: Transaction,
    school: str,
    route: str,
    today: date,
    now: datetime,
    *,
    kinds: Collection[MailKind] | None = None,
    most: int | None = None,
) -> tuple[int, ...]:
    """Return the messages that may go now: queued or due for another try, not held back.

    They come in ``DELIVERY_ORDER``. ``kinds`` is of which kinds, and ``most`` how many to look for; None for all.
    """
    query = (
        select(message.c.id)
        .outerjoin(campaign, campaign.c.id == message.c.campaign)
        .where(message.c.school == school, may_go(route, today, now))
        .order_by(*DELIVERY_ORDER)
        .limit(most)
    )
    if kinds is not None:
        query = query.where(message.c.kind.in_([kind.value for kind in kinds]))
    return tuple(tx.scalars(query))


def forget_far_tries(tx: Transaction, school: str, now: datetime) -> None:
    """Let what was put off for longer than any wait be tried at once: a clock that was ahead put it off."""
    furthest = now + timedelta(hours=24) + CLOCKS_DIFFER
    put_off = message.c.school == school, message.c.state.in_(_OPEN_STATES), message.c.next_try_at > furthest
    tx.execute(update(message).where(*put_off).values(next_try_at=None))


def list_of_later_days(tx: Transaction, school: str, today: date) -> tuple[int, ...]:
    """Return the letters that wait for a day after ``today``, what a reader asked for or wrote themself left out.

    Each letter is of the day on which it was planned, so the clock was ahead then.
    """
    asked_for = [kind.value for kind in (*BESIDE, MailKind.ANNOUNCEMENT)]
    waiting = message.c.school == school, message.c.state.in_(_OPEN_STATES), message.c.kind.not_in(asked_for)
    return tuple(tx.scalars(select(message.c.id).where(*waiting, message.c.due_on > today, ~message.c.in_doubt)))


def may_go(route: Any, today: Any, now: Any) -> ColumnElement[bool]:
    """Say whether a message may go now: queued for ``route``, or due for another try, and not held back.

    ``today`` and ``now`` are a day and a moment, or parameters that stand for them.
    """
    free_kind = message.c.kind.not_in([kind.value for kind in TO_STAFF]) | (message.c.route == "folder")
    return and_(
        message.c.route == route,
        message.c.state.in_(_OPEN_STATES),
        message.c.due_on <= today,
        or_(message.c.next_try_at.is_(None), message.c.next_try_at <= now),
        or_(
            and_(campaign.c.state == "open", or_(message.c.kind == MailKind.CONTACTS.value, ~_had_one_today(today))),
            and_(message.c.campaign.is_(None), free_kind),
        ),
    )


def _had_one_today(today: Any) -> ColumnElement[bool]:
    """Say whether the reader of a letter that waited with its mailing has had, or is having, another one today."""
    gone = [DeliveryState.SENDING.value, DeliveryState.SENT.value]
    return exists().where(
        _OTHER.c.school == message.c.school,
        _OTHER.c.recipient == message.c.recipient,
        _OTHER.c.route == message.c.route,
        _OTHER.c.id != message.c.id,
        _OTHER.c.due_on == today,
        _OTHER.c.kind.not_in([kind.value for kind in BESIDE]),
        _OTHER.c.state.in_(gone),
    )


def cancel_messages(
    tx: Transaction,
    school: str,
    messages: Collection[int],
    detail: str,
    now: datetime,
    *,
    outcome: ToldOutcome = ToldOutcome.CANCELLED,
) -> int:
    """Cancel those of ``messages`` that have not gone and are not on their way; return how many.

    What they tell may be told afresh, unless their owner withheld it (``ToldOutcome.WITHHELD``).
    """
    cancelled = 0
    for some in in_chunks(messages):
        waiting = (message.c.school == school, message.c.id.in_(some), message.c.state.in_(_OPEN_STATES))
        which = tuple(tx.scalars(select(message.c.id).where(*waiting)))
        freed = {} if outcome is ToldOutcome.WITHHELD else {"key": None}
        tx.execute(
            update(message)
            .where(message.c.id.in_(which))
            .values(state=DeliveryState.CANCELLED.value, detail=detail, settled_at=now, **freed)
        )
        settle_told(tx, school, which, outcome, now)
        cancelled += len(which)
    return cancelled


def cancel_about(
    tx: Transaction, school: str, policy_id: int, about: Collection[str], detail: str, now: datetime
) -> int:
    """Cancel the letters that tell of a policy, have not gone and surely did not; return how many.

    ``about`` are things of ``told.About``. What else they tell is planned afresh.
    """
    tells = exists().where(told.c.message == message.c.id, told.c.policy_id == policy_id, told.c.about.in_(about))
    waits = message.c.school == school, message.c.state.in_(_OPEN_STATES), ~message.c.in_doubt, tells
    found = tuple(tx.scalars(select(message.c.id).where(*waits)))
    return cancel_messages(tx, school, found, detail, now)


def retry_deferred(tx: Transaction, school: str) -> int:
    """Let everything that was put off be tried again at once; return how many mails that are."""
    deferred = message.c.school == school, message.c.state == DeliveryState.DEFERRED.value
    return tx.execute(update(message).where(*deferred).values(next_try_at=None)).rowcount


def list_going_since(tx: Transaction, school: str, since: datetime) -> tuple[datetime, ...]:
    """Return when the messages were taken up that are being sent now, of those taken up after ``since``."""
    going = message.c.school == school, message.c.state == DeliveryState.SENDING.value, message.c.claimed_at > since
    return tuple(tx.scalars(select(message.c.claimed_at).where(*going)))


def list_claims(tx: Transaction, school: str) -> tuple[tuple[str, datetime], ...]:
    """Return who holds messages that are being sent, and since when at the latest."""
    rows = tx.execute(
        select(message.c.claimed_by, func.max(message.c.claimed_at))
        .where(message.c.school == school, message.c.state == DeliveryState.SENDING.value)
        .group_by(message.c.claimed_by)
    )
    return tuple((claimed_by, claimed_at) for claimed_by, claimed_at in rows)


def release_dead_claims(tx: Transaction, school: str, is_living: Callable[[str, datetime], bool]) -> int:
    """Put back, marked as in doubt, what a process that died held; return how many.

    ``is_living`` is asked with what ``claimed_by`` holds and when the claim was made.
    """
    released = 0
    for claimed_by, claimed_at in list_claims(tx, school):
        if is_living(claimed_by, claimed_at):
            continue
        released += tx.execute(
            update(message)
            .where(message.c.school == school, message.c.claimed_by == claimed_by)
            .where(message.c.state == DeliveryState.SENDING.value)
            .values(state=DeliveryState.PENDING.value, claimed_by=None, claimed_at=None, in_doubt=True)
        ).rowcount
    return released


def has_waiting(tx: Transaction, school: str) -> bool:
    """Return whether any mail has not gone, by whichever route."""
    waits = select(message.c.id).where(message.c.school == school, message.c.state.in_(_OPEN_STATES)).limit(1)
    return tx.execute(waits).first() is not None


def list_waiting_on_other_routes(tx: Transaction, school: str, route: str) -> tuple[int, ...]:
    """Return the messages queued for a route that is no longer the configured one."""
    query = select(message.c.id).where(
        message.c.school == school, message.c.state.in_(_OPEN_STATES), message.c.route != route
    )
    return tuple(tx.scalars(query))


def has_left(tx: Transaction, school: str, person_id: int, today: date) -> bool:
    """Return whether the last day of everything that a person was at the school is past."""
    query = select(engagement.c.leave_on).where(engagement.c.school == school, engagement.c.person == person_id)
    last_days = tx.execute(query).scalars().all()
    return bool(last_days) and all(day is not None and day < today for day in last_days)
