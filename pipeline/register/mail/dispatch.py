"""What a delivery asks of the outbox and writes to it: may a message still go, it goes now, and what came of the try.

Used by ``mail.delivery``, for a few messages in each short transaction. A mailing to a whole school asks these few
questions thousands of times, so their statements are built once; one look at a message tells everything about it.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, and_, bindparam, exists, func, or_, select, update

from pipeline.model.mail import NOT_GONE, DeliveryState, MailKind
from pipeline.register.mail.deliveries import DeliveryRow, add_delivery
from pipeline.register.mail.outbox import MESSAGES, WITH_BODY, MessageRow, cancel_messages, may_go
from pipeline.register.mail.reader_mail import cancel_answered_mail
from pipeline.register.mail.told import ToldOutcome, settle_told
from pipeline.register.policies.copies import copies_for_staff
from pipeline.register.policies.ready_texts import list_stale_papers
from pipeline.register.readings.shared_readings import copies_beside
from pipeline.register.sign_ins import MAILED_LINK_LASTS
from pipeline.register.store.chunks import in_chunks
from pipeline.register.store.counter import count
from pipeline.register.tables.people import away, engagement, person
from pipeline.register.tables.schema import campaign, message, policy_copy, request, told
from pipeline.register.transaction import Transaction

_SCHOOL: BindParameter[str] = bindparam("of_school")
_MESSAGE: BindParameter[int] = bindparam("of_message")
_TODAY: BindParameter[date] = bindparam("today")
_OUTCOMES: Mapping[DeliveryState, ToldOutcome] = {
    DeliveryState.SENT: ToldOutcome.SENT,
    DeliveryState.WRITTEN: ToldOutcome.WRITTEN,
    DeliveryState.BOUNCED: ToldOutcome.BOUNCED,
}


# --- may it still go ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class MessageLook:
    """What one look at a message tells."""

    row: MessageRow
    may_go: bool
    """It is queued and due, and nothing holds it back."""
    needless: str | None
    """Why it has no need to go any more, in words; None where it has."""


_ANSWERED = "everything it asks for has been recorded"


def _stays(who: ColumnElement[Any]) -> ColumnElement[bool]:
    """Say whether something that a person is at the school goes on today."""
    goes_on = or_(engagement.c.leave_on.is_(None), engagement.c.leave_on >= _TODAY)
    return exists().where(engagement.c.school == _SCHOOL, engagement.c.person == who, goes_on)


def _has_left(who: ColumnElement[Any]) -> ColumnElement[bool]:
    """Say whether the last day of everything that a person was at the school is past."""
    was = exists().where(engagement.c.school == _SCHOOL, engagement.c.person == who)
    return and_(was, ~_stays(who))


def _is_away(who: ColumnElement[Any]) -> ColumnElement[bool]:
    within = and_(away.c.from_on <= _TODAY, away.c.until_on >= _TODAY)
    return exists().where(away.c.school == _SCHOOL, away.c.person == who, away.c.withdrawn_at.is_(None), within)


def _looks() -> Any:
    asks = exists().where(told.c.message == message.c.id, told.c.request.is_not(None))
    still_asks = exists().where(
        told.c.message == message.c.id, told.c.request == request.c.id, request.c.closed_at.is_(None)
    )
    return (
        WITH_BODY.add_columns(
            message.c.body,
            may_go(bindparam("of_route"), _TODAY, bindparam("now")).label("may_go"),
            _has_left(message.c.person).label("has_left"),
            _is_away(message.c.person).label("is_away"),
            and_(asks, ~still_asks).label("is_answered"),
            person.c.work_email,
        )
        .outerjoin(campaign, campaign.c.id == message.c.campaign)
        .outerjoin(person, person.c.id == message.c.person)
        .where(message.c.school == _SCHOOL, message.c.id.in_(bindparam("messages", expanding=True)))
    )


_LOOKS = _looks()
_OTHER = policy_copy.alias()
_OF_POLICIES = select(policy_copy.c.id, policy_copy.c.pdf_sha256, policy_copy.c.held_reason).where(
    policy_copy.c.school == _SCHOOL,
    policy_copy.c.retired_at.is_(None),
    policy_copy.c.policy_id.in_(select(_OTHER.c.policy_id).where(_OTHER.c.id.in_(bindparam("copies", expanding=True)))),
)
_HOLDERS = select(or_(_has_left(person.c.id), _is_away(person.c.id))).where(
    person.c.school == _SCHOOL,
    or_(person.c.work_email == bindparam("address"), func.lower(person.c.work_email) == bindparam("lowered")),
)


PAPER_NOT_READY = "a paper in it is not ready any more; the rest is planned afresh"


def look_at(
    tx: Transaction, school: str, messages: Collection[int], *, route: str, today: date, now: datetime
) -> tuple[MessageLook, ...]:
    """Return what there is to know of some messages before they go, in their order; those that are none are left out.

    A message has no need to go where its copy was replaced, where its recipient has left, is away or has another
    address, and where everything it asks for was recorded. The answer to a person's own mail always goes, the link that
    a person away asked for, and a link that signs in while it works.
    """
    asked = {"of_school": school, "messages": list(messages), "of_route": route, "today": today, "now": now}
    found = {row.id: row for row in tx.execute(_LOOKS, asked)}
    given: dict[int, bool] = {}
    looked = []
    for row in (found[number] for number in messages if number in found):
        mail = MESSAGES.read(row)
        reason = None
        if mail.state in NOT_GONE and mail.kind is MailKind.SIGN_IN:
            reason = "its link has ended" if now >= mail.queued_at + MAILED_LINK_LASTS else None
        elif mail.state in NOT_GONE and mail.kind is not MailKind.ANSWER:
            reason = _why_needless(tx, school, row, mail, given, today)
        looked.append(MessageLook(mail, bool(row.may_go), reason))
    return tuple(looked)


def _why_needless(
    tx: Transaction, school: str, row: Any, mail: MessageRow, given: dict[int, bool], today: date
) -> str | None:
    if row.body not in given:
        given[row.body] = _are_given(tx, school, mail)
    if not given[row.body]:
        return "the copy was replaced; it is planned afresh"
    is_paper = any(each.copy_id is None and each.words is None and not each.of_school for each in mail.attachments)
    if is_paper and list_stale_papers(tx, school, (mail.id,)):
        return PAPER_NOT_READY
    if mail.person is None:
        return "whom it goes to has left or is away" if _is_nobody_here(tx, school, mail.recipient, today) else None
    if row.has_left:
        return "the reader has left"
    if row.is_away and mail.kind is not MailKind.LINK:
        return "the reader is away; it is planned afresh"
    if (row.work_email or "").casefold() != mail.recipient.casefold():
        return "the address changed; it is planned afresh"
    return _ANSWERED if row.is_answered else None


def _are_given(tx: Transaction, school: str, mail: MessageRow) -> bool:
    """Return whether every copy that a mail attaches is still one to give."""
    beside = {(each.of_school, each.sha256) for each in mail.attachments if each.of_school}
    if beside and not beside <= copies_beside(tx, school):
        return False
    attached = {(each.copy_id, each.sha256) for each in mail.attachments if each.copy_id is not None}
    if not attached:
        return True
    wanted = {copy for copy, _ in attached}
    rows = tx.execute(_OF_POLICIES, {"of_school": school, "copies": list(wanted)}).all()
    if any(row.held_reason is not None for row in rows):
        given = copies_for_staff(tx, school, like=wanted).values()
        return attached <= {(copy.id, copy.pdf_sha256) for copy in given}
    return attached <= {(row.id, row.pdf_sha256) for row in rows}


def _is_nobody_here(tx: Transaction, school: str, address: str, today: date) -> bool:
    """Return whether everybody who has this work address has left or is away; False where nobody has it."""
    asked = {"of_school": school, "address": address, "lowered": address.lower(), "today": today}
    gone = tx.scalars(_HOLDERS, asked).all()
    return bool(gone) and all(gone)


def cancel_needless(tx: Transaction, school: str, looked: MessageLook, now: datetime) -> int:
    """Cancel a message that has no need to go; return how many were cancelled.

    Where its reader has recorded everything, their other mail that asks only for such goes with it.
    """
    assert looked.needless is not None
    if looked.needless == _ANSWERED and looked.row.person is not None:
        return cancel_answered_mail(tx, school, [looked.row.person], now, looked.needless)
    return cancel_messages(tx, school, (looked.row.id,), looked.needless, now)


# --- it goes, and what came of it ----------------------------------------------------------------------------------

_CLAIM = (
    update(message)
    .where(message.c.id == _MESSAGE, or_(*(message.c.state == state.value for state in NOT_GONE)))
    .values(
        state=DeliveryState.SENDING.value,
        claimed_by=bindparam("claimant"),
        claimed_at=bindparam("at"),
        attempts=message.c.attempts + 1,
    )
)
_SETTLE = (
    update(message)
    .where(message.c.school == _SCHOOL, message.c.id == _MESSAGE)
    .where(message.c.state == DeliveryState.SENDING.value, message.c.claimed_by == bindparam("claimant"))
    .values(
        state=bindparam("became"),
        detail=bindparam("said"),
        claimed_by=None,
        claimed_at=None,
        next_try_at=bindparam("again_at"),
        in_doubt=bindparam("doubtful"),
        settled_at=bindparam("at"),
    )
)


def claim_messages(tx: Transaction, school: str, messages: Sequence[int], *, claimed_by: str, now: datetime) -> None:
    """Take messages for sending that were looked at in this transaction and may go.

    Raises:
        RuntimeError: when one of them is not queued; then nothing of the transaction may be kept.
    """
    if not messages:
        return
    rows = [{"of_message": number, "claimant": claimed_by, "at": now} for number in messages]
    if tx.execute(_CLAIM, rows).rowcount != len(messages):
        raise RuntimeError(f"not all of the messages {messages} are queued")
    count(tx, school, now, steps=len(messages))


@dataclass(frozen=True, slots=True)
class TrySettlement:
    """What came of a try."""

    state: DeliveryState
    detail: str | None = None
    next_try_at: datetime | None = None
    """Of a message that is tried again."""
    in_doubt: bool = False
    """The message may have gone all the same."""
    is_theirs: bool | None = None
    likeness: str | None = None
    """Both as in ``DeliveryRow``."""


def note_as_gone(tx: Transaction, school: str, messages: Sequence[int], state: DeliveryState, now: datetime) -> None:
    """Note that messages went at their first try, in a register that is kept in memory to look ahead.

    ``state`` is SENT or WRITTEN. No claim is made, and no try is added: nobody else sends, and what went last of all
    is what a look ahead asks for.
    """
    for some in in_chunks(messages):
        gone = {"state": state.value, "settled_at": now, "next_try_at": None, "in_doubt": False}
        tx.execute(update(message).where(message.c.school == school, message.c.id.in_(some)).values(**gone))
        settle_told(tx, school, some, _OUTCOMES[state], now)


def settle_message(
    tx: Transaction, school: str, row: MessageRow, settlement: TrySettlement, *, claimed_by: str, now: datetime
) -> bool:
    """Record what came of a try of ``row``, as it stood when it was claimed.

    Return False where the claim was no longer ours, with nothing written.
    """
    state, detail = settlement.state, settlement.detail
    values = {
        "of_school": school,
        "of_message": row.id,
        "claimant": claimed_by,
        "became": state.value,
        "said": detail,
        "again_at": settlement.next_try_at,
        "doubtful": settlement.in_doubt,
        "at": now if state is not DeliveryState.DEFERRED else None,
    }
    if tx.execute(_SETTLE, values).rowcount != 1:
        return False
    if state in _OUTCOMES:
        settle_told(tx, school, (row.id,), _OUTCOMES[state], now)
    add_delivery(
        tx,
        school,
        DeliveryRow(row.id, row.attempts + 1, state, detail, now, settlement.is_theirs, settlement.likeness),
    )
    return True
