"""Where each person stands with what they are asked, in one line of words a person: for planning many at once.

A plan asks the register a few questions for everybody, not one for each person: what is open, what was acknowledged,
what was told, what was declared. The lines hold no keys that differ from person to person, so that people in the same
situation have the same lines and are decided on once. ``acknowledgements.situation`` reads them.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache

from sqlalchemy import ColumnElement, FromClause, Select, Text, and_, bindparam, case, cast, func, literal, or_, select

from pipeline.register.cached_answers import keeps_answers, kept, kept_by_person
from pipeline.register.corrections import CorrectionKind, corrected_keys
from pipeline.register.mail.told import About, ToldOutcome, came_of
from pipeline.register.people.lines import BETWEEN_ENTRIES, BETWEEN_FIELDS
from pipeline.register.policies.copies import readable_policies
from pipeline.register.tables.mapper import Mapper
from pipeline.register.tables.people import engagement, person
from pipeline.register.tables.schema import acknowledgement, message, request, told
from pipeline.register.transaction import Transaction


@dataclass(frozen=True, slots=True)
class SituationLines:
    """Each person's lines by the register's key of the person; who has none is left out."""

    requests: Mapping[int, str]
    """Of each open request: policy, version, asked on, due on, occasion."""
    given: Mapping[int, str]
    """Of each acknowledgement: policy, version, 1 where given since the school year began, the engagement if over."""
    told: Mapping[int, str]
    """Of each telling: version, about, stage, due on, outcome, route, the policy where its request is open still, 1
    where it was written for an address that they have no more."""
    declared: Mapping[int, str]
    """Of each declaration that was asked for, and each telling of an open one: see ``declarations``."""


def are_same(one: str, other: str) -> bool:
    """Return whether two lines say the same: a database is free in the order in which it joins the entries."""
    return one == other or sorted(one.split(BETWEEN_ENTRIES)) == sorted(other.split(BETWEEN_ENTRIES))


def list_situations(
    tx: Transaction, school: str, *, year_began: datetime, today: date, persons: Collection[int] | None = None
) -> SituationLines:
    """Return where people stand, everybody or some ``persons``: at most as many as one statement takes."""
    from pipeline.register.readings.declarations import declaration_lines

    of_day = {"began": year_began, "today": today}

    def requests(some: Collection[int] | None) -> dict[int, str]:
        return _lines(tx, _requests(of_some=some is not None), school, some)

    def given(some: Collection[int] | None) -> dict[int, str]:
        return _lines(tx, _given(of_some=some is not None), school, some, **of_day)

    def tellings(some: Collection[int] | None) -> dict[int, str]:
        return _lines(tx, _told(of_some=some is not None), school, some)

    declared = declaration_lines(tx, school, today, persons)
    if persons is not None:
        return SituationLines(requests(persons), given(persons), tellings(persons), declared)
    ended = _last_ended(tx, school, today)
    return SituationLines(
        kept_by_person(tx, ("requests", school), requests),
        kept_by_person(tx, ("given", school, year_began, ended), given),
        kept_by_person(tx, ("told", school), tellings),
        declared,
    )


def _last_ended(tx: Transaction, school: str, today: date) -> date | None:
    """Return the last day of the engagement that ended last: it says which ones are over."""

    def ask() -> Sequence[date]:
        ends = engagement.c.school == school, engagement.c.leave_on.is_not(None)
        return tx.scalars(select(engagement.c.leave_on).distinct().where(*ends)).all()

    return max((day for day in kept(tx, ("ends", school), ("engagement",), ask) if day < today), default=None)


def _lines(
    tx: Transaction, query: Select[int, str], school: str, persons: Collection[int] | None, **of_day: object
) -> dict[int, str]:
    asked = {"of_school": school, **of_day} if persons is None else {"of_school": school, "some": persons, **of_day}
    return {row.person: row.line for row in tx.execute(query, asked)}


def _by_person(
    table: FromClause, person: ColumnElement[int], entry: ColumnElement[str], *conditions: ColumnElement[bool]
) -> Select[int, str]:
    line = func.aggregate_strings(entry, BETWEEN_ENTRIES)
    return select(person.label("person"), line.label("line")).select_from(table).where(*conditions).group_by(person)


def _words(*fields: ColumnElement[object]) -> ColumnElement[str]:
    """Return the fields with a colon between them, the empty ones as nothing."""
    first, *rest = (func.coalesce(cast(each, Text), "") for each in fields)
    words: ColumnElement[str] = first
    for each in rest:
        words = words.concat(literal(BETWEEN_FIELDS)).concat(each)
    return words


def _among(column: ColumnElement[int], persons: Collection[int] | None) -> tuple[ColumnElement[bool], ...]:
    return () if persons is None else (column.in_(persons),)


# The three questions are put together once, not each time they are asked: ``of_some`` people, or of everybody.


def _of(column: ColumnElement[int], *, of_some: bool) -> tuple[ColumnElement[bool], ...]:
    return (column.in_(bindparam("some", expanding=True)),) if of_some else ()


@cache
def _requests(*, of_some: bool) -> Select[int, str]:
    columns = request.c
    entry = _words(columns.policy_id, columns.version_id, columns.asked_on, columns.due_on, columns.occasion)
    open_ones = columns.school == bindparam("of_school"), columns.closed_at.is_(None)
    return _by_person(request, columns.person, entry, *open_ones, *_of(columns.person, of_some=of_some))


@cache
def _given(*, of_some: bool) -> Select[int, str]:
    columns = acknowledgement.c
    this_year = case((columns.acknowledged_at >= bindparam("began"), 1), else_=0)
    ended = case((engagement.c.leave_on < bindparam("today"), columns.engagement))
    table = acknowledgement.outerjoin(engagement, engagement.c.id == columns.engagement)
    entry = _words(columns.policy_id, columns.version_id, this_year, ended)
    in_error = corrected_keys(bindparam("of_school"), CorrectionKind.ACKNOWLEDGEMENT)
    mine = columns.school == bindparam("of_school"), columns.id.not_in(in_error)
    return _by_person(table, columns.person, entry, *mine, *_of(columns.person, of_some=of_some))


@cache
def _told(*, of_some: bool) -> Select[int, str]:
    columns = told.c
    outcome = came_of()
    has_now = select(func.lower(func.coalesce(person.c.work_email, ""))).where(person.c.id == columns.person)
    elsewhere = columns.address != has_now.correlate(told).scalar_subquery()
    written_there = case((and_(outcome == ToldOutcome.WRITTEN.value, elsewhere), 1))
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
        written_there,
    )
    conditions = (
        columns.school == bindparam("of_school"),
        columns.person.is_not(None),
        columns.version_id.is_not(None),
        or_(outcome.is_(None), outcome != ToldOutcome.CANCELLED.value),
        ~and_(outcome == ToldOutcome.BOUNCED.value, elsewhere),
    )
    return _by_person(table, columns.person, entry, *conditions, *_of(columns.person, of_some=of_some))


@dataclass(frozen=True, slots=True)
class OverdueRequest:
    """An open request whose day is over, and that was put before its reader."""

    request: int
    person: int
    policy_id: int
    due_on: date


def list_overdue(
    tx: Transaction,
    school: str,
    today: date,
    *,
    files_count: bool = False,
    persons: Collection[int] | None = None,
    policies: Collection[int] | None = None,
) -> tuple[OverdueRequest, ...]:
    """Return what is open and was to be read before ``today``, of those to whom it was put.

    That is by a mail that its server took, or on paper that was recorded as handed over; ``files_count``: or by a mail
    file of the folder route, which reaches nobody. ``persons`` are some people, at most as many as one statement takes;
    else everybody. ``policies`` are some of them. Nobody is late with what cannot be read today.
    """
    wanted = readable_policies(tx, school)
    wanted = wanted if policies is None else wanted & set(policies)
    if persons is not None or not keeps_answers(tx):
        was_put = _put_and_open(school, files_count=files_count, persons=persons)
        found = _ask_open(tx, *was_put, request.c.due_on < today)
        return tuple(one for one in found if one.policy_id in wanted)

    # Whatever day is today: what is open and was told, of each person.
    def ask(some: Collection[int] | None) -> dict[int, list[OverdueRequest]]:
        found: dict[int, list[OverdueRequest]] = defaultdict(list)
        for one in _ask_open(tx, *_put_and_open(school, files_count=files_count, persons=some)):
            found[one.person].append(one)
        return found

    by_person = kept_by_person(tx, ("overdue", school, files_count), ask) if wanted else {}
    late = (one for mine in by_person.values() for one in mine if one.due_on < today and one.policy_id in wanted)
    return tuple(sorted(late, key=_in_order))


def _in_order(one: OverdueRequest) -> tuple[date, int]:
    return one.due_on, one.request


_OVERDUE = Mapper(OverdueRequest, request, request=request.c.id)


def _ask_open(tx: Transaction, *which: ColumnElement[bool]) -> tuple[OverdueRequest, ...]:
    columns = request.c
    return _OVERDUE.all(tx, _OVERDUE.select.where(*which).order_by(columns.due_on, columns.id))


def list_overdue_people(tx: Transaction, school: str, today: date) -> Mapping[int, tuple[int, ...]]:
    """Return the people of ``list_overdue``, by the register's key of the policy: for counts, a row a policy."""
    readable = readable_policies(tx, school)
    found = _people_by_policy(tx, *_put_and_open(school), request.c.due_on < today)
    return {policy_id: people for policy_id, people in found.items() if policy_id in readable}


def list_people_yet_to_answer(tx: Transaction, school: str, policies: Collection[int]) -> Mapping[int, tuple[int, ...]]:
    """Return to whom a reading of some ``policies`` was put that is open, late or not, by the register's key of the
    policy; also of what cannot be read today."""
    return _people_by_policy(tx, *_put_and_open(school), request.c.policy_id.in_(policies))


def _people_by_policy(tx: Transaction, *which: ColumnElement[bool]) -> dict[int, tuple[int, ...]]:
    columns = request.c
    people = func.aggregate_strings(cast(columns.person, Text), BETWEEN_ENTRIES)
    query = select(columns.policy_id, people.label("people")).where(*which).group_by(columns.policy_id)
    return {row.policy_id: tuple(map(int, row.people.split(BETWEEN_ENTRIES))) for row in tx.execute(query)}


def _put_and_open(
    school: str, *, files_count: bool = False, persons: Collection[int] | None = None
) -> tuple[ColumnElement[bool], ...]:
    """Return what makes a request one that is open and was put before its reader, no matter who else was told of it."""
    came = [ToldOutcome.SENT.value, ToldOutcome.HANDED.value, *([ToldOutcome.WRITTEN.value] if files_count else [])]
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
        told.c.about != About.ESCALATION.value,
        *_among(told.c.person, persons),
    )
    is_open = request.c.closed_at.is_(None), *_among(request.c.person, persons)
    return request.c.school == school, *is_open, request.c.id.in_(reached)
