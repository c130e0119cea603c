"""Where each person stands with what they are asked, in one line of words a person: for planning many at once.

A plan asks the register a few questions for everybody, not one for each person: what is open, what was acknowledged,
what was told, what was declared. The lines hold no keys that differ from person to person, so that people in the same
situation have the same lines and are decided on once. ``acknowledgements.situation`` reads them.
"""

from bisect import bisect_left, insort
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import ColumnElement, FromClause, Text, and_, case, cast, func, literal, or_, select

from pipeline.register.corrections import CorrectionKind, corrected_keys
from pipeline.register.kept_answers import carried, keeps_answers, kept, kept_by_person
from pipeline.register.mail.told import PAPER, ToldOutcome, came_of, routes_like
from pipeline.register.people.lines import BETWEEN_ENTRIES, BETWEEN_FIELDS
from pipeline.register.readings.declarations import declaration_lines
from pipeline.register.store.database import Transaction
from pipeline.register.tables.people import engagement, person
from pipeline.register.tables.schema import acknowledgement, message, request, told


@dataclass(frozen=True, slots=True)
class SituationLines:
    """Each person's lines by the register's key of the person; who has none is left out."""

    requests: Mapping[int, str]
    """Of each open request: policy, version, asked on, due on, occasion."""
    given: Mapping[int, str]
    """Of each acknowledgement: policy, version, 1 where given since the school year began, the engagement if over."""
    told: Mapping[int, str]
    """Of each telling: version, about, stage, due on, outcome, route, the policy where its request is open still."""
    declared: Mapping[int, str]
    """Of each declaration that was asked for, and each telling of an open one: see ``declarations``."""


def are_same(one: str, other: str) -> bool:
    """Return whether two lines say the same: a database is free in the order in which it joins the entries."""
    return one == other or sorted(one.split(BETWEEN_ENTRIES)) == sorted(other.split(BETWEEN_ENTRIES))


def list_situations(
    tx: Transaction, school: str, *, year_began: datetime, today: date, persons: Collection[int] | None = None
) -> SituationLines:
    """Return where people stand, everybody or some ``persons``: at most as many as one statement takes."""
    if persons is not None:
        return SituationLines(
            _lines(tx, _requests(school, persons)),
            _lines(tx, _given(school, persons, year_began, today)),
            _lines(tx, _told(school, persons)),
            declaration_lines(tx, school, today, persons),
        )
    ended = kept(tx, ("ended", school, today), ("engagement",), lambda: _last_ended(tx, school, today))
    return SituationLines(
        kept_by_person(tx, ("requests", school), lambda some: _lines(tx, _requests(school, some))),
        kept_by_person(
            tx, ("given", school, year_began, ended), lambda some: _lines(tx, _given(school, some, year_began, today))
        ),
        kept_by_person(tx, ("told", school), lambda some: _lines(tx, _told(school, some))),
        declaration_lines(tx, school, today, None),
    )


def _last_ended(tx: Transaction, school: str, today: date) -> date | None:
    """Return the last day of the engagement that ended last: it says which ones are over."""
    over = engagement.c.school == school, engagement.c.leave_on < today
    found: date | None = tx.scalar(select(func.max(engagement.c.leave_on)).where(*over))
    return found


def _lines(tx: Transaction, query: "_Query") -> dict[int, str]:
    grouped = (
        select(query.person.label("person"), func.aggregate_strings(query.entry, BETWEEN_ENTRIES).label("line"))
        .select_from(query.table)
        .where(*query.conditions)
        .group_by(query.person)
    )
    return {row.person: row.line for row in tx.execute(grouped)}


@dataclass(frozen=True, slots=True)
class _Query:
    table: FromClause
    person: ColumnElement[int]
    entry: ColumnElement[str]
    conditions: tuple[ColumnElement[bool], ...]


def _words(*fields: ColumnElement[object]) -> ColumnElement[str]:
    """Return the fields with a colon between them, the empty ones as nothing."""
    first, *rest = (func.coalesce(cast(each, Text), "") for each in fields)
    words: ColumnElement[str] = first
    for each in rest:
        words = words.concat(literal(BETWEEN_FIELDS)).concat(each)
    return words


def _of_them_or_others(persons: Collection[int] | None) -> tuple[ColumnElement[bool], ...]:
    """Say that something was told some people, or somebody who is no reader, such as a line manager."""
    return () if persons is None else (or_(told.c.person.in_(persons), told.c.person.is_(None)),)


def _among(column: ColumnElement[int], persons: Collection[int] | None) -> tuple[ColumnElement[bool], ...]:
    return () if persons is None else (column.in_(persons),)


def _requests(school: str, persons: Collection[int] | None) -> _Query:
    columns = request.c
    entry = _words(columns.policy_id, columns.version_id, columns.asked_on, columns.due_on, columns.occasion)
    conditions = (columns.school == school, columns.closed_at.is_(None), *_among(columns.person, persons))
    return _Query(request, columns.person, entry, conditions)


def _given(school: str, persons: Collection[int] | None, year_began: datetime, today: date) -> _Query:
    columns = acknowledgement.c
    this_year = case((columns.acknowledged_at >= year_began, 1), else_=0)
    ended = case((engagement.c.leave_on < today, columns.engagement))
    table = acknowledgement.outerjoin(engagement, engagement.c.id == columns.engagement)
    entry = _words(columns.policy_id, columns.version_id, this_year, ended)
    in_error = corrected_keys(school, CorrectionKind.ACKNOWLEDGEMENT)
    conditions = (columns.school == school, columns.id.not_in(in_error), *_among(columns.person, persons))
    return _Query(table, columns.person, entry, conditions)


def _told(school: str, persons: Collection[int] | None) -> _Query:
    columns = told.c
    outcome = came_of()
    never_came = outcome.in_([ToldOutcome.WRITTEN.value, ToldOutcome.BOUNCED.value])
    has_now = select(func.lower(func.coalesce(person.c.work_email, ""))).where(person.c.id == columns.person)
    elsewhere = columns.address != has_now.correlate(told).scalar_subquery()
    still_open = case((request.c.closed_at.is_(None), request.c.policy_id))
    table = told.outerjoin(request, request.c.id == columns.request)
    table = table.outerjoin(message, message.c.id == columns.message)
    entry = _words(
        columns.version_id,
        columns.about,
        columns.stage,
        columns.due_on,
        outcome,
        columns.route,
        still_open,
    )
    conditions = (
        columns.school == school,
        columns.person.is_not(None),
        columns.version_id.is_not(None),
        or_(outcome.is_(None), outcome != ToldOutcome.CANCELLED.value),
        ~and_(never_came, elsewhere),
        *_among(columns.person, persons),
    )
    return _Query(table, columns.person, entry, conditions)


@dataclass(frozen=True, slots=True)
class OverdueRequest:
    """An open request whose day is over, and whose reader was told of it."""

    request: int
    person: int
    policy_id: int
    due_on: date


def list_overdue(
    tx: Transaction, school: str, route: str, today: date, *, persons: Collection[int] | None = None
) -> tuple[OverdueRequest, ...]:
    """Return what is open and was to be read before ``today``, of those whom ``route``, or paper, has told.

    ``persons`` are some people, at most as many as one statement takes; else everybody.
    """
    if persons is not None:
        return _ask_overdue(tx, *_overdue(school, route, today, persons))
    if not keeps_answers(tx):
        return _ask_overdue(tx, *_overdue(school, route, today))
    # Whatever day is today: what is open and was told, of each person.
    ordered = carried(tx, ("overdue", school, route), _Overdue)

    def ask(some: Collection[int] | None) -> dict[int, list[OverdueRequest]]:
        found: dict[int, list[OverdueRequest]] = defaultdict(list)
        for one in _ask_overdue(tx, *_overdue(school, route, date.max, some, with_others=True)):
            found[one.person].append(one)
        ordered.take(found, some)
        return found

    kept_by_person(tx, ("overdue", school, route), ask)
    return ordered.before(today)


_FEW = 500
"""So many are put into their places one by one sooner than all are put in order."""


@dataclass(slots=True)
class _Overdue:
    """What is open and was told, in the order of the days to answer by: carried along, and put right where it changed.

    Most of it stays as it was for months, and whoever asks wants what comes before a day.
    """

    rows: list[OverdueRequest] = field(default_factory=list)

    def take(self, found: Mapping[int, Sequence[OverdueRequest]], of: Collection[int] | None) -> None:
        """Take what was found of some people, or of everybody, in place of what was known of them."""
        gone = frozenset(of or ())
        rest = [] if of is None else [one for one in self.rows if one.person not in gone]
        new = [one for mine in found.values() for one in mine]
        if of is None or len(new) > _FEW:
            rest = sorted([*rest, *new], key=_in_order)
        else:
            for one in new:
                insort(rest, one, key=_in_order)
        self.rows = rest

    def before(self, day: date) -> tuple[OverdueRequest, ...]:
        """Return what was to be answered before a day."""
        return tuple(self.rows[: bisect_left(self.rows, day, key=lambda one: one.due_on)])


def _in_order(one: OverdueRequest) -> tuple[date, int]:
    return one.due_on, one.request


def _ask_overdue(tx: Transaction, *which: ColumnElement[bool]) -> tuple[OverdueRequest, ...]:
    columns = request.c
    query = select(columns.id, columns.person, columns.policy_id, columns.due_on).where(*which)
    rows = tx.execute(query.order_by(columns.due_on, columns.id))
    return tuple(OverdueRequest(row.id, row.person, row.policy_id, row.due_on) for row in rows)


def list_overdue_people(tx: Transaction, school: str, route: str, today: date) -> Mapping[int, tuple[int, ...]]:
    """Return the people of ``list_overdue``, by the register's key of the policy: for counts, a row a policy."""
    columns = request.c
    people = func.aggregate_strings(cast(columns.person, Text), BETWEEN_ENTRIES)
    query = select(columns.policy_id, people.label("people")).where(*_overdue(school, route, today))
    rows = tx.execute(query.group_by(columns.policy_id))
    return {row.policy_id: tuple(map(int, row.people.split(BETWEEN_ENTRIES))) for row in rows}


def _overdue(
    school: str, route: str, today: date, persons: Collection[int] | None = None, *, with_others: bool = False
) -> tuple[ColumnElement[bool], ...]:
    """Return what makes a request overdue; of some ``persons``, also by what others were told, ``with_others``."""
    came = [ToldOutcome.SENT.value, ToldOutcome.WRITTEN.value, ToldOutcome.PRINTED.value]
    arrived: ColumnElement[bool]
    went = select(message.c.id).where(message.c.school == school, message.c.told_outcome.in_(came))
    # Looked up once for all: no index of ``told`` is by request, so asking of one after the other is a square. Of some
    # people it is the other way about: they were told little, and much has gone to others.
    if persons is None:
        arrived = told.c.message.in_(went)
    else:
        arrived = went.where(message.c.id == told.c.message).correlate(told).exists()
    reached = select(told.c.request).where(
        told.c.school == school,
        told.c.request.is_not(None),
        or_(arrived, and_(told.c.message.is_(None), told.c.outcome.in_(came))),
        told.c.route.in_([*routes_like(route), PAPER]),
        *(_of_them_or_others(persons) if with_others else _among(told.c.person, persons)),
    )
    is_over = request.c.closed_at.is_(None), request.c.due_on < today, *_among(request.c.person, persons)
    return request.c.school == school, *is_over, request.c.id.in_(reached)
