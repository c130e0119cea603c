"""Which mail asks whom to read what, and what of it is dropped: the SQL over messages, what they told and requests.

Used by ``letters``, ``acknowledgements``, ``mail`` and the import of staff lists.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, Table, and_, bindparam, exists, false, func, or_, select

from pipeline.model.mail import NOT_GONE, DeliveryState, MailKind
from pipeline.register.cached_answers import kept, kept_by_person
from pipeline.register.mail.campaigns import CampaignState
from pipeline.register.mail.outbox import MessageRow, cancel_messages, list_messages
from pipeline.register.mail.told import ASKED, ToldOutcome, came_of, routes_like
from pipeline.register.readings.requests import DECLARATION, READING, REQUEST_KINDS, RequestKind
from pipeline.register.store.chunks import in_chunks
from pipeline.register.tables.declarations import declaration, declaration_request, declaration_told
from pipeline.register.tables.mapper import Mapper, made_of
from pipeline.register.tables.people import person
from pipeline.register.tables.schema import campaign, message, told
from pipeline.register.transaction import Transaction

_WAITING = [state.value for state in NOT_GONE]
_WAITS_FOR_WORD = (CampaignState.PLANNING.value, CampaignState.WAITING.value)


def _is_owed(kind: RequestKind) -> ColumnElement[bool]:
    """Return what finds the requests that wait for their reader: one who wishes to declare in person has answered."""
    waits = kind.requests.c.closed_at.is_(None)
    is_declared = exists().where(declaration.c.request == declaration_request.c.id)
    return waits & ~is_declared if kind is DECLARATION else waits


def _asks(kind: RequestKind, *conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    """Return what finds the messages that ask for something of a kind; under ``conditions`` on their requests."""
    asked = kind.told.c.request.is_not(None), kind.requests.c.id == kind.told.c.request
    return exists().where(kind.told.c.message == message.c.id, *asked, *conditions)


_ANSWERED = select(message.c.id).where(
    message.c.school == bindparam("of_school"),
    message.c.person.in_(bindparam("persons", expanding=True)),
    message.c.state.in_(_WAITING),
    or_(*map(_asks, REQUEST_KINDS)),
    *(~_asks(kind, _is_owed(kind)) for kind in REQUEST_KINDS),
)
"""Mail to some people that asks for something, and for nothing that is open still."""
_GONE_ELSEWHERE = func.lower(message.c.recipient) != func.lower(func.coalesce(person.c.work_email, ""))
"""The message goes, or went, to another address than its reader has now."""


@dataclass(frozen=True, slots=True)
class StaleMail:
    """A mail that has not gone and asks to read by a day that is over, or is meant for an address of before."""

    message: int
    person: int
    campaign: int | None
    """The mailing it waits with."""
    is_let_go: bool
    """Whether that mailing waits for nobody's word any more."""
    versions: frozenset[int]
    """Of which policies it tells anything."""
    declarations: frozenset[tuple[str, str]]
    """Which declarations it asks for: by the key in ``config.toml`` and the hash of the words."""


_STALE = Mapper(
    StaleMail,
    message,
    message=message.c.id,
    is_let_go=made_of(lambda state: state not in _WAITS_FOR_WORD, campaign.c.state),
    known=("versions", "declarations"),
)


def list_stale_mail(
    tx: Transaction, school: str, route: str, day: date, today: date, declared: Collection[tuple[str, int, str]]
) -> tuple[StaleMail, ...]:
    """Return the mail by ``route`` that could go on ``day`` at the earliest and is not right any more.

    It asks to read by a day before it, reminds in the words of a day before ``today``, is of a day after that (by a
    clock that was ahead), its reader has another address now, or it asks for a declaration that is not among
    ``declared`` (key, school year and hash of the words): one in words of before, or that nobody is asked for any more.
    """
    of_before = and_(message.c.kind == MailKind.REMINDER.value, message.c.due_on < today)
    of_later = message.c.due_on > today
    query = _STALE.select.outerjoin(campaign, campaign.c.id == message.c.campaign)
    query = query.join(person, person.c.id == message.c.person)
    wrong = [of_before, _GONE_ELSEWHERE, of_later]
    for tells, asked in ((kind.told, kind.requests) for kind in REQUEST_KINDS):
        query = query.outerjoin(tells, tells.c.message == message.c.id)
        query = query.outerjoin(asked, asked.c.id == tells.c.request)
        wrong.append(asked.c.closed_at.is_(None) & (asked.c.due_on < day) & (tells.c.stage == ASKED))
    unanswered = ~exists().where(declaration.c.request == declaration_request.c.id)
    wrong.append(or_(false(), *_other_words(tx, school, declared)) & unanswered)
    query = (
        query.where(or_(*(kind.told.c.id.is_not(None) for kind in REQUEST_KINDS)))
        .where(message.c.school == school, message.c.route == route)
        .where(message.c.state.in_(_WAITING), or_(*wrong), ~message.c.in_doubt)
        .distinct()
    )
    if not kept(tx, ("waiting mail", school, route), ("message",), lambda: _has_waiting(tx, school, route)):
        return ()
    return _with_what_they_tell(tx, school, tx.execute(query).all())


def _with_what_they_tell(tx: Transaction, school: str, rows: Sequence[Any]) -> tuple[StaleMail, ...]:
    keys = [row.id for row in rows]
    versions = _told_in(tx, school, told, keys, select(told.c.message, told.c.version_id))
    asked, tells = declaration_request.c, declaration_told
    words = select(tells.c.message, asked.declaration, asked.statement_sha256)
    words = words.join(declaration_request, asked.id == tells.c.request)
    declarations = _told_in(tx, school, tells, keys, words)
    return tuple(
        _STALE.read(row, versions=frozenset(versions[row.id]), declarations=frozenset(declarations[row.id]))
        for row in rows
    )


def _other_words(
    tx: Transaction, school: str, declared: Collection[tuple[str, int, str]]
) -> Iterator[ColumnElement[bool]]:
    """Yield what finds the requests for each declaration that was asked in other words, or in another year."""
    columns = declaration_request.c
    which = columns.declaration, columns.school_year, columns.statement_sha256
    asked = select(*which).where(columns.school == school).distinct()
    for row in tx.execute(asked).all():
        if tuple(row) not in declared:
            yield and_(*(column == value for column, value in zip(which, row, strict=True)))


def _told_in(
    tx: Transaction, school: str, tells: Table, messages: Collection[int], query: Select[Any]
) -> dict[int, set[Any]]:
    """Return what a question behind a message's key finds, by message."""
    found: dict[int, set[Any]] = defaultdict(set)
    for some in in_chunks(messages):
        for key, *what in tx.execute(query.where(tells.c.school == school, tells.c.message.in_(some))):
            found[key].add(what[0] if len(what) == 1 else tuple(what))
    return found


def _has_waiting(tx: Transaction, school: str, route: str) -> bool:
    """Return whether any mail by a route has not gone."""
    waits = message.c.school == school, message.c.route == route, message.c.state.in_(_WAITING)
    return tx.execute(select(message.c.id).where(*waits).limit(1)).first() is not None


def list_mail_to(tx: Transaction, school: str, row_id: int, address: str) -> tuple[MessageRow, ...]:
    """Return the mail that asks one person for something still open and goes, or went, to ``address``."""
    asks = [
        select(kind.told.c.message)
        .join(kind.requests, kind.requests.c.id == kind.told.c.request)
        .where(kind.told.c.school == school, kind.told.c.person == row_id)
        .where(kind.told.c.message.is_not(None), _is_owed(kind))
        for kind in REQUEST_KINDS
    ]
    return tuple(
        row
        for row in list_messages(tx, school, only=tuple({key for query in asks for key in tx.scalars(query)}))
        if row.recipient.casefold() == address.casefold() and row.state is not DeliveryState.CANCELLED
    )


def cancel_answered_mail(tx: Transaction, school: str, persons: Collection[int], now: datetime, detail: str) -> int:
    """Drop the mail to ``persons`` that has not gone and asks only for what is closed; return how many were dropped.

    Mail that asks for nothing (a notice) stays.
    """
    dropped = 0
    for some in in_chunks(persons):
        answered = tx.scalars(_ANSWERED, {"of_school": school, "persons": some})
        dropped += cancel_messages(tx, school, tuple(answered), detail, now)
    return dropped


def cancel_all_mail(tx: Transaction, school: str, person: int, now: datetime, detail: str) -> int:
    """Drop all of the person's mail that has not gone; return how many were dropped."""
    mine = message.c.school == school, message.c.person == person, message.c.state.in_(_WAITING)
    query = select(message.c.id).where(*mine)
    return cancel_messages(tx, school, tuple(tx.scalars(query)), detail, now)


def list_waiting_mail(
    tx: Transaction, school: str, persons: Collection[int], kinds: Collection[MailKind]
) -> tuple[int, ...]:
    """Return the mail of some kinds to some people that has not gone, by key."""
    found: list[int] = []
    of_kinds = message.c.school == school, message.c.kind.in_([kind.value for kind in kinds])
    for some in in_chunks(persons):
        query = select(message.c.id).where(*of_kinds, message.c.person.in_(some), message.c.state.in_(_WAITING))
        found += tx.scalars(query)
    return tuple(found)


def list_first_bounces(tx: Transaction, school: str, route: str) -> dict[int, datetime]:
    """Return when a letter to the address a reader has now first came back by a route, by the register's key."""

    def ask(some: Collection[int] | None) -> dict[int, datetime]:
        return _first_bounces(tx, told, school, route, some)

    found = dict(kept_by_person(tx, ("bounced", school, route), ask))
    for reader, came_back in _first_bounces(tx, declaration_told, school, route, None).items():
        found[reader] = min(came_back, found.get(reader, came_back))
    return found


def _first_bounces(
    tx: Transaction, tells: Table, school: str, route: str, persons: Collection[int] | None
) -> dict[int, datetime]:
    now_at = func.lower(func.coalesce(person.c.work_email, ""))
    query = (
        select(tells.c.person, func.min(message.c.told_at).label("told_at"))
        .join(message, message.c.id == tells.c.message)
        .join(person, person.c.id == tells.c.person)
        .where(tells.c.school == school, tells.c.route.in_(routes_like(route)), tells.c.address == now_at)
        .where(message.c.told_outcome == ToldOutcome.BOUNCED.value)
        .group_by(tells.c.person)
    )
    if persons is not None:
        query = query.where(tells.c.person.in_(persons))
    return {row.person: row.told_at for row in tx.execute(query)}


def list_unreached(tx: Transaction, school: str, route: str) -> frozenset[int]:
    """Return who owes a reading or a declaration of which every letter to the address they have now came back.

    By one route and by the register's key; what is on its way, or reached them since by mail or paper, counts as told.
    """
    return frozenset(key for kind in REQUEST_KINDS for key in tx.scalars(_unreached(kind, school, route)))


def _unreached(kind: RequestKind, school: str, route: str) -> Select[Any]:
    tells, asked = kind.told, kind.requests
    now_at = func.lower(func.coalesce(person.c.work_email, ""))
    again, by = tells.alias(), message.alias()
    # Only what is read is put on paper.
    outcome = came_of(again, by) if kind is READING else by.c.told_outcome
    came_back = outcome.in_([ToldOutcome.BOUNCED.value, ToldOutcome.CANCELLED.value])
    still_told = (
        select(again.c.id)
        .outerjoin(by, by.c.id == again.c.message)
        .where(again.c.request == tells.c.request, or_(outcome.is_(None), ~came_back))
        .correlate(tells)
        .exists()
    )
    return (
        select(tells.c.person)
        .join(message, message.c.id == tells.c.message)
        .join(person, person.c.id == tells.c.person)
        .join(asked, asked.c.id == tells.c.request)
        .where(tells.c.school == school, tells.c.route.in_(routes_like(route)), tells.c.address == now_at)
        .where(message.c.told_outcome == ToldOutcome.BOUNCED.value, _is_owed(kind), ~still_told)
        .distinct()
    )
