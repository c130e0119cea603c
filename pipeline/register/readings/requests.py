"""What has been asked of whom, by when, and what was acknowledged: every line of SQL about it.

Used by ``letters``, ``acknowledgements`` and the pages. Requests are closed with a reason, never deleted; each change
of a deadline is kept; acknowledgements are only added, one a request.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import BindParameter, Select, Table, Update, bindparam, func, insert, select, tuple_, update

from pipeline.model.policies import ReadingRule
from pipeline.model.readings import AcknowledgementMethod, Occasion
from pipeline.register.corrections import CorrectionKind, corrected_keys
from pipeline.register.store.chunks import in_chunks
from pipeline.register.tables.declarations import declaration_deadline, declaration_request, declaration_told
from pipeline.register.tables.mapper import Mapper
from pipeline.register.tables.schema import acknowledgement, request, request_deadline, told
from pipeline.register.transaction import Transaction


class ClosedReason(StrEnum):
    """Why a request is no longer open."""

    ACKNOWLEDGED = "acknowledged"
    ANSWERED = "answered"
    """It was declared."""
    LEFT = "left"
    SUPERSEDED = "superseded"
    """A later version is asked for instead, or needs no reading; of a declaration, other words or another year."""
    NOT_NEEDED = "not-needed"
    """The policy was withdrawn, or staff are no longer asked to sign it, or to declare."""


class DeadlineReason(StrEnum):
    """Why the day to answer by was changed."""

    MAIL_LATE = "mail-late"
    """The letter that asks goes later than was planned."""
    RETURNED = "returned"
    """They were away and are back."""
    HANDED_OVER = "handed-over"
    """The office recorded on which day the papers that ask were handed over."""
    NO_COPY = "no-copy"
    """There was no copy to read for some of the days."""


@dataclass(frozen=True, slots=True, eq=False)
class RequestKind:
    """One kind of what people are asked, each in tables of its own: closed, dated and looked up in the same way."""

    requests: Table
    deadlines: Table
    told: Table
    asks_for: tuple[str, ...]
    """The columns that say what a person is asked for."""


READING = RequestKind(request, request_deadline, told, ("policy_id",))
DECLARATION = RequestKind(declaration_request, declaration_deadline, declaration_told, ("declaration", "school_year"))
REQUEST_KINDS = (READING, DECLARATION)
Place = int | tuple[str, int]
"""What is asked for: a policy by the register's key, or a declaration by its key in ``config.toml`` and its year."""


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
    """As it is now; ``bulk.as_they_stood`` tells what it was before."""
    occasion: Occasion = Occasion.VERSION
    engagement: int | None = None
    """The engagement it is asked in."""
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
    request: int | None = None
    """The request it answers; None of some that were recorded before that was kept."""
    engagement: int | None = None
    """The engagement in which it was given: a person who comes back is asked again."""
    copy_id: int | None = None
    """Which copy was read (``copies.CopyRow``); None where that is not known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AcknowledgementRow(AcknowledgementRecord):
    """An acknowledgement in the register."""

    id: int


_REQUESTS = Mapper(RequestRow, request)
_GIVEN = Mapper(AcknowledgementRow, acknowledgement)


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
    occasion: Occasion = Occasion.VERSION,
    engagement: int | None = None,
) -> RequestRow:
    """Record that a person is asked to read a version."""
    return _REQUESTS.added(
        tx, school, RequestRow(0, person, policy_id, version_id, rule, asked_on, due_on, occasion, engagement)
    )


def list_requests(
    tx: Transaction,
    school: str,
    *,
    person: int | None = None,
    persons: Collection[int] | None = None,
    policy_id: int | None = None,
    only_open: bool = False,
    due_before: date | None = None,
) -> tuple[RequestRow, ...]:
    """Return what was asked, oldest first.

    Of one person, or of some: at most as many as one statement takes; of one policy; only what is still open, or was
    due before a day.
    """
    query = _REQUESTS.of(school)
    if person is not None:
        query = query.where(request.c.person == person)
    if persons is not None:
        query = query.where(request.c.person.in_(persons))
    if policy_id is not None:
        query = query.where(request.c.policy_id == policy_id)
    if only_open:
        query = query.where(request.c.closed_at.is_(None))
    if due_before is not None:
        query = query.where(request.c.due_on < due_before)
    return _REQUESTS.all(tx, query)


def list_asked_policies(tx: Transaction, school: str) -> frozenset[int]:
    """Return the policies that a person is asked for now, by the register's key."""
    query = select(request.c.policy_id).where(request.c.school == school, request.c.closed_at.is_(None)).distinct()
    return frozenset(tx.scalars(query))


def find_request(tx: Transaction, school: str, request_id: int) -> RequestRow | None:
    """Return one request, open or closed; None where there is none at this school."""
    return _REQUESTS.first(tx, _REQUESTS.of(school, request.c.id == request_id))


def list_acknowledgements(
    tx: Transaction,
    school: str,
    *,
    person: int | None = None,
    persons: Collection[int] | None = None,
    policy_id: int | None = None,
    as_at: datetime | None = None,
    corrected: bool = False,
) -> tuple[AcknowledgementRow, ...]:
    """Return the acknowledgements, oldest entry first; of one person or some, of one policy, or recorded by ``as_at``.

    Those recorded in error are left out, unless ``corrected``.
    """
    query = _GIVEN.of(school)
    if not corrected:
        in_error = corrected_keys(school, CorrectionKind.ACKNOWLEDGEMENT, as_at)
        query = query.where(acknowledgement.c.id.not_in(in_error))
    if as_at is not None:
        query = query.where(acknowledgement.c.recorded_at <= as_at)
    if person is not None:
        query = query.where(acknowledgement.c.person == person)
    if persons is not None:
        query = query.where(acknowledgement.c.person.in_(persons))
    if policy_id is not None:
        query = query.where(acknowledgement.c.policy_id == policy_id)
    return _GIVEN.all(tx, query)


# --- whole staffs record at once: these questions are built once -------------------------------------------------

_SCHOOL: BindParameter[str] = bindparam("of_school")


def _of_pairs(table: Table, query: Select[Any]) -> Select[Any]:
    """Return the query for rows of some pairs of person and policy; by the persons an index finds them."""
    among = tuple_(table.c.person, table.c.policy_id).in_(bindparam("pairs", expanding=True))
    person = table.c.person.in_(bindparam("persons", expanding=True))
    return query.where(table.c.school == _SCHOOL, person, among).order_by(table.c.id)


_OPEN_OF_PAIRS = _of_pairs(request, _REQUESTS.select).where(request.c.closed_at.is_(None))
_IN_ERROR = corrected_keys(_SCHOOL, CorrectionKind.ACKNOWLEDGEMENT)
_GIVEN_BY_PAIRS = _of_pairs(acknowledgement, _GIVEN.select).where(acknowledgement.c.id.not_in(_IN_ERROR))
_ADD_ACKNOWLEDGEMENT = insert(acknowledgement).returning(acknowledgement.c.id, sort_by_parameter_order=True)


@cache
def _close(kind: RequestKind) -> Update:
    columns = kind.requests.c
    which = columns.school == _SCHOOL, columns.id.in_(bindparam("ids", expanding=True)), columns.closed_at.is_(None)
    return update(kind.requests).where(*which).values(closed_at=bindparam("at"), closed_reason=bindparam("why"))


def list_open_of(tx: Transaction, school: str, pairs: Collection[tuple[int, int]]) -> tuple[RequestRow, ...]:
    """Return what is open of some pairs of person and policy, oldest first; the pairs are the register's keys."""
    return tuple(map(_REQUESTS.read, tx.execute(_OPEN_OF_PAIRS, _values(school, pairs))))


def list_given_by(tx: Transaction, school: str, pairs: Collection[tuple[int, int]]) -> tuple[AcknowledgementRow, ...]:
    """Return the acknowledgements of some pairs of person and policy, oldest entry first, without those in error."""
    return tuple(map(_GIVEN.read, tx.execute(_GIVEN_BY_PAIRS, _values(school, pairs))))


def _values(school: str, pairs: Collection[tuple[int, int]]) -> dict[str, object]:
    return {"of_school": school, "pairs": list(pairs), "persons": list({person for person, _ in pairs})}


def add_acknowledgements(
    tx: Transaction, school: str, given: Sequence[AcknowledgementRecord]
) -> list[AcknowledgementRow]:
    """Add acknowledgements, in their order; their ledger records were appended in the same transaction."""
    written = [{"school": school, **_GIVEN.values(one)} for one in given]
    keys = tx.scalars(_ADD_ACKNOWLEDGEMENT, written).all() if written else []
    return [_GIVEN.keyed(key, one) for key, one in zip(keys, given, strict=True)]


def close_requests(
    tx: Transaction, school: str, kind: RequestKind, closed: Iterable[tuple[int, ClosedReason]], now: datetime
) -> int:
    """Close requests by key, each for its reason; return how many were open: one that is closed stays as it is."""
    by_reason: dict[ClosedReason, list[int]] = defaultdict(list)
    for key, reason in closed:
        by_reason[reason].append(key)
    count = 0
    for reason, keys in by_reason.items():
        for some in in_chunks(keys):
            values = {"of_school": school, "ids": some, "at": now, "why": reason.value}
            count += tx.execute(_close(kind), values).rowcount
    return count


# --- counts ------------------------------------------------------------------------------------------------------


class GivenReading(NamedTuple):
    """What a count needs of one acknowledgement; a large school has hundreds of thousands."""

    id: int
    person: int
    """The register's key of the person."""
    policy_id: int
    version_id: int
    engagement: int | None
    """As in ``AcknowledgementRecord``."""
    is_this_year: bool
    """It was given since the school year began."""


def list_given_after(tx: Transaction, school: str, after: int, year_began: datetime) -> Iterator[GivenReading]:
    """Yield the acknowledgements behind the one with the key ``after``, oldest entry first; 0 for all of them.

    Those recorded in error are left out.
    """
    columns = acknowledgement.c
    is_this_year = (columns.acknowledged_at >= year_began).label("is_this_year")
    named = (columns.id, columns.person, columns.policy_id, columns.version_id, columns.engagement, is_this_year)
    in_error = corrected_keys(school, CorrectionKind.ACKNOWLEDGEMENT)
    query = select(*named).where(columns.school == school, columns.id > after, columns.id.not_in(in_error))
    return map(GivenReading._make, tx.execute(query.order_by(columns.id)))


def count_methods(tx: Transaction, school: str, versions: Collection[int]) -> dict[AcknowledgementMethod, int]:
    """Return how many people gave their word for any of some versions in each way; ways that nobody used left out."""
    columns = acknowledgement.c
    people = func.count(columns.person.distinct())
    in_error = corrected_keys(school, CorrectionKind.ACKNOWLEDGEMENT)
    mine = columns.school == school, columns.version_id.in_(versions), columns.id.not_in(in_error)
    rows = tx.execute(select(columns.method, people.label("people")).where(*mine).group_by(columns.method))
    return {AcknowledgementMethod(row.method): row.people for row in rows}
