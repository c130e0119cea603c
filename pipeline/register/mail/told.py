"""Who was told of what, at which stage, by which message, and with what outcome: the SQL of the table ``told``.

``letters`` adds a row for everything a letter puts before its reader. What came of a letter stands once, with its
message: the function that settles or cancels that records it in the same transaction. A mail that came back, or was
cancelled by itself, has told nobody.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from functools import cache, lru_cache
from typing import Any

from sqlalchemy import ColumnElement, FromClause, Select, and_, bindparam, case, func, insert, or_, select, update

from pipeline.configuration.routes import ROUTES
from pipeline.model.mail import DeliveryState
from pipeline.register.cached_answers import kept
from pipeline.register.store.chunks import in_chunks
from pipeline.register.tables.mapper import Mapper
from pipeline.register.tables.schema import delivery, message, request
from pipeline.register.tables.schema import told as table
from pipeline.register.transaction import Transaction


class About(StrEnum):
    """What a person is told of."""

    READING = "reading"
    """A policy to read, or to read and sign."""
    NOTICE = "notice"
    """A small change."""
    FIND = "find"
    """Where a policy is."""
    CONTACTS = "contacts"
    """A change of the school's contacts; its stage is the number of the notice."""
    INFORMED = "informed"
    """A copy with contacts being updated, to read for information: the full one is asked for when it comes."""
    MISSING = "missing"
    """That a starter's pack lacks a policy, of which there is no copy."""
    REVIEW = "review"
    """A review that comes near or is late, to the policy's owner."""
    APPROVAL = "approval"
    """That a text in use has not been approved yet, to the policy's owner."""
    OPEN = "open"
    """What is open of a policy, in the list of a week, to its owner; its stage is the week."""
    GUIDANCE = "guidance"
    """A new edition of guidance that a policy rests on, to its owner; its stage names the edition."""
    PAPERS = "papers"
    """A paper for the governors, or that one is not ready: to the clerk, and to the policy's owner."""
    LATE = "late"
    """Who is late with a reading of a policy, to its owner."""
    ESCALATION = "escalation"
    """A reading that a reader is late with, to their line manager or the head."""
    OFFICE = "office"
    """What the school office has to do for a person whom mail does not reach."""
    SUMMARY = "summary"
    """How policies stand, for the governors, once a term; its stage is the day."""
    HEAD = "head"
    """The ledger's newest signed head, to the clerk; its stage is the day."""


class ToldOutcome(StrEnum):
    """What came of it; a row without one is on its way."""

    SENT = "sent"
    WRITTEN = "written"
    """Put into a file by the folder route: it told nobody, and is told afresh once mail really goes."""
    PRINTED = "printed"
    """Put on paper. What is signed and new contacts wait until the office records that they were handed over; of what
    is only to read nothing is recorded."""
    HANDED = "handed-over"
    """Given to its reader on paper, as the office recorded."""
    BOUNCED = "bounced"
    CANCELLED = "cancelled"
    """By itself: it is planned afresh where it is still needed."""
    WITHHELD = "withheld"
    """Cancelled by its owner with the mailing: not brought up again."""


HAS_TOLD = frozenset({ToldOutcome.SENT, ToldOutcome.WRITTEN, ToldOutcome.PRINTED, ToldOutcome.HANDED})
"""What came of something that was put before its reader."""

ASKED = "asked"
"""The first stage of a reading; the others are school days around its deadline."""

PAPER = "paper"
"""The route of what was handed out."""

_SENDS = tuple(key for key, route in ROUTES.items() if route.sends)


def routes_like(route: str) -> tuple[str, ...]:
    """Return the routes whose mail counts as told by ``route``: whatever really sends is one.

    A school that goes from a mail server to Microsoft Graph must not ask a whole staff again.
    """
    return _SENDS if route in _SENDS else (route,)


@dataclass(frozen=True, slots=True)
class ToldRecord:
    """One thing that one address, or one person on paper, is told."""

    message: int | None
    """None on paper."""
    address: str | None
    """In small letters; None on paper."""
    route: str
    """``folder``, ``smtp``, ``graph`` or ``paper``."""
    person: int | None
    """None for an owner who is not on the staff list."""
    about: str
    stage: str | None = None
    policy_id: int | None = None
    version_id: int | None = None
    request: int | None = None
    """The request it asks to answer; None where nothing is asked back."""
    due_on: date | None = None
    """The day that it says: to read by, or of the review."""
    outcome: str | None = None
    settled_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldRow(ToldRecord):
    """What a person was told, as it stands in the register."""

    id: int


def add_told(tx: Transaction, school: str, records: Sequence[ToldRecord]) -> None:
    """Add what letters tell, in the transaction that queues them, or what papers do."""
    rows = [{"school": school, **_ON_PAPER.values(record)} for record in records]
    if rows:
        tx.execute(insert(table), rows)


_SETTLE = (
    update(message)
    .where(message.c.school == bindparam("of_school"), message.c.id.in_(bindparam("messages", expanding=True)))
    .values(told_outcome=bindparam("came"), told_at=bindparam("at"))
)


@cache
def came_of(row: FromClause = table, of: FromClause = message) -> ColumnElement[Any]:
    """Return what came of what a row of ``told``, or of an alias of it, tells; the message is joined outwards."""
    return case((row.c.message.is_(None), row.c.outcome), else_=of.c.told_outcome)


@cache
def came_at(row: FromClause = table, of: FromClause = message) -> ColumnElement[Any]:
    """Return when that was known."""
    return case((row.c.message.is_(None), row.c.settled_at), else_=of.c.told_at)


_TOLD = Mapper(ToldRow, table, outcome=came_of().label("outcome"), settled_at=came_at().label("settled_at"))
_ON_PAPER = Mapper(ToldRow, table)
"""What came of it stands with what was told itself."""


def settle_told(
    tx: Transaction, school: str, messages: Collection[int], outcome: ToldOutcome | None, at: datetime | None
) -> None:
    """Record what came of some messages for everything they told; None where one is on its way again."""
    for some in in_chunks(messages):
        values = {"of_school": school, "messages": list(some), "came": outcome and outcome.value, "at": at}
        tx.execute(_SETTLE, values)


def list_told(
    tx: Transaction,
    school: str,
    *,
    about: Collection[str] = (),
    person: int | None = None,
    by_message: int | None = None,
    only_waiting: bool = False,
) -> tuple[ToldRow, ...]:
    """Return what was told or is on its way, oldest first; ``only_waiting`` what is on its way alone.

    ``about`` some things, to one ``person``, or ``by_message``, where given.

    What was cancelled by itself is left out: it told nobody and will not.
    """
    if person is None and by_message is None and not only_waiting:
        key = "told", school, tuple(sorted(about))
        return kept(tx, key, ("told", "message"), lambda: _list_told(tx, school, about))
    return _list_told(tx, school, about, person=person, by_message=by_message, only_waiting=only_waiting)


def _list_told(
    tx: Transaction,
    school: str,
    about: Collection[str],
    *,
    person: int | None = None,
    by_message: int | None = None,
    only_waiting: bool = False,
) -> tuple[ToldRow, ...]:
    one = {"by_person": person, "by_message": by_message}
    given = {name: value for name, value in one.items() if value is not None}
    query = _told_query(frozenset(about), frozenset(given), only_waiting=only_waiting)
    return tuple(map(_TOLD.read, tx.execute(query, {"of_school": school, **given})))


@lru_cache(maxsize=100)
def _told_query(about: frozenset[str], given: frozenset[str], *, only_waiting: bool) -> Select[Any]:
    """Return the question put together once for however often it is asked."""
    query = (
        _TOLD.select.outerjoin(message, message.c.id == table.c.message)
        .where(table.c.school == bindparam("of_school"))
        .where(or_(came_of().is_(None), came_of() != ToldOutcome.CANCELLED.value))
        .order_by(table.c.id)
    )
    if about:
        query = query.where(table.c.about.in_(sorted(map(str, about))))
    if "by_person" in given:
        query = query.where(table.c.person == bindparam("by_person"))
    if "by_message" in given:
        query = query.where(table.c.message == bindparam("by_message"))
    if only_waiting:
        query = query.where(came_of().is_(None))
    return query


def list_on_paper(tx: Transaction, school: str) -> tuple[ToldRow, ...]:
    """Return what was printed and handed over of what is signed and owed still, and of new contacts, oldest first."""
    query = (
        _ON_PAPER.select.outerjoin(request, request.c.id == table.c.request)
        .where(table.c.school == school, table.c.message.is_(None))
        .where(
            or_(
                and_(table.c.request.is_not(None), request.c.closed_at.is_(None)),
                table.c.about == About.CONTACTS.value,
            )
        )
        .where(table.c.outcome.in_([ToldOutcome.PRINTED.value, ToldOutcome.HANDED.value]))
        .order_by(table.c.id)
    )
    return _ON_PAPER.all(tx, query)


def list_reached(tx: Transaction, school: str, as_at: datetime) -> frozenset[int]:
    """Return the requests that had been put before their readers by a moment, by the register's key.

    That is by a mail whose last try by then ended with a server that took it, or on paper that was handed over by then,
    as was recorded then or later. What a folder of mail files asks is not among them.
    """
    tries = select(delivery.c.message, func.max(delivery.c.id).label("last"))
    last = tries.where(delivery.c.school == school, delivery.c.at <= as_at).group_by(delivery.c.message).subquery()
    taken = (
        select(delivery.c.message)
        .join(last, last.c.last == delivery.c.id)
        .where(delivery.c.outcome == DeliveryState.SENT.value)
    )
    handed = and_(table.c.message.is_(None), table.c.outcome == ToldOutcome.HANDED.value, table.c.settled_at <= as_at)
    query = select(table.c.request).where(
        table.c.school == school,
        table.c.request.is_not(None),
        table.c.about != About.ESCALATION.value,
        or_(table.c.message.in_(taken), handed),
    )
    return frozenset(key for key in tx.scalars(query) if key is not None)


def list_addresses_told(
    tx: Transaction, school: str, about: About, stage: str, route: str
) -> tuple[frozenset[str], frozenset[str]]:
    """Return who was told of one stage by a route like ``route``, or is about to be, in small letters.

    Second come those whom a letter was to tell that was cancelled by itself, and nobody has told since.
    """
    came = came_of()
    query = (
        select(table.c.address, came.label("came"))
        .outerjoin(message, message.c.id == table.c.message)
        .where(table.c.school == school, table.c.about == about.value, table.c.stage == stage)
        .where(table.c.route.in_(routes_like(route)), table.c.address.is_not(None))
    )
    rows = [(row.address, row.came == ToldOutcome.CANCELLED.value) for row in tx.execute(query)]
    told = frozenset(address for address, is_cancelled in rows if not is_cancelled)
    return told, frozenset(address for address, _ in rows) - told


def list_given(
    tx: Transaction, school: str, route: str, persons: Collection[int] | None = None
) -> dict[int, dict[int, datetime]]:
    """Return when each person was first given each policy by a route like ``route`` or on paper: by person, by policy.

    What was put before them as a reading or a small change is given; where a policy is to be found is not. ``persons``
    are some people; else everybody.
    """
    found: dict[int, dict[int, datetime]] = {}
    for some in in_chunks(persons) if persons is not None else (None,):
        found |= _given(tx, school, route, () if some is None else (table.c.person.in_(some),))
    return found


def _given(
    tx: Transaction, school: str, route: str, which: Sequence[ColumnElement[bool]]
) -> dict[int, dict[int, datetime]]:
    came = (ToldOutcome.SENT.value, ToldOutcome.WRITTEN.value, ToldOutcome.PRINTED.value)
    columns = table.c
    query = (
        select(columns.person, columns.policy_id, func.min(came_at()).label("first"))
        .outerjoin(message, message.c.id == columns.message)
        .where(columns.school == school, columns.about.in_([About.READING.value, About.NOTICE.value]))
        .where(columns.person.is_not(None), columns.policy_id.is_not(None), came_of().in_(came))
        .where(columns.route.in_([*routes_like(route), PAPER]), *which)
        .group_by(columns.person, columns.policy_id)
    )
    found: dict[int, dict[int, datetime]] = {}
    for person, policy, first in tx.execute(query):
        found.setdefault(person, {})[policy] = first
    return found


@dataclass(frozen=True, slots=True)
class ToldCount:
    """How often something was told, with one outcome."""

    about: str
    stage: str | None
    outcome: str | None
    """None of what is on its way."""
    times: int
    """A mail that tells it of several policies counts once."""
    people: int
    """How many different people were told."""


def count_told(tx: Transaction, school: str, policies: Collection[int], since: date) -> tuple[ToldCount, ...]:
    """Return how often people were told of some policies since a day, by what, stage and outcome; cancelled ones not.

    ``since`` is held against the day on which it was known what came of it; what is on its way counts too.
    """
    began = datetime.combine(since, datetime.min.time(), tzinfo=UTC)
    columns, came = table.c, came_of().label("came")
    times = func.count(func.coalesce(columns.message, -columns.id).distinct())
    query = (
        select(columns.about, columns.stage, came, times, func.count(columns.person.distinct()))
        .outerjoin(message, message.c.id == columns.message)
        .where(columns.school == school, columns.policy_id.in_(policies))
        .where(or_(came.is_(None), came != ToldOutcome.CANCELLED.value))
        .where(or_(came_at().is_(None), came_at() >= began))
        .group_by(columns.about, columns.stage, came)
        .order_by(columns.about, columns.stage, came)
    )
    return tuple(ToldCount(*row) for row in tx.execute(query))
