"""What people were asked to declare and what they said: every line of SQL about it.

Used by ``letters``, ``acknowledgements`` and the pages. Requests are closed with a reason, never deleted; each change
of a deadline is kept; what was declared is only added to, so that each year's answer stands beside the others.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, insert, select

from pipeline.register.cached_answers import kept
from pipeline.register.corrections import CorrectionKind, corrected_keys
from pipeline.register.mail.told import ToldOutcome
from pipeline.register.people.lines import BETWEEN_ENTRIES, BETWEEN_FIELDS
from pipeline.register.readings.requests import ClosedReason
from pipeline.register.store.chunks import in_chunks
from pipeline.register.tables.declarations import (
    declaration,
    declaration_request,
    declaration_told,
)
from pipeline.register.tables.mapper import Mapper
from pipeline.register.tables.people import engagement
from pipeline.register.tables.people import person as person_table
from pipeline.register.tables.schema import message
from pipeline.register.transaction import Transaction


class DeclarationAnswer(StrEnum):
    """What a person said."""

    NOTHING = "nothing"
    """They have nothing to declare."""
    SOMETHING = "something"
    """They have something to declare, and want to say it in person."""
    DECLARED = "declared"
    """They said it to the policy's owner; what it was is not kept here."""


class DeclarationMethod(StrEnum):
    """How it was given."""

    PAGE = "page"
    """By themself, on their own page."""
    PAPER = "paper"
    """On a sheet that they signed, entered by another person."""
    IN_PERSON = "in-person"


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclarationRequest:
    """One declaration that one person is asked for."""

    person: int
    """The register's key, as is the next."""
    engagement: int | None
    declaration: str
    """Its key in ``config.toml``."""
    name: str
    statement: str
    statement_sha256: str
    policy_id: int
    school_year: int
    """Its first calendar year."""
    asked_on: date
    due_on: date
    """As it is now."""
    opened_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclarationRequestRow(DeclarationRequest):
    """One that stands in the register."""

    id: int
    occasion: str = "yearly"
    closed_at: datetime | None = None
    closed_reason: ClosedReason | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Declaration:
    """What one person said."""

    request: int
    person: int
    answer: DeclarationAnswer
    method: DeclarationMethod
    entered_by: str | None
    """Who recorded it; None where it was the person."""
    given_at: datetime
    recorded_at: datetime
    ledger_position: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclarationRow(Declaration):
    """One that stands in the register."""

    id: int


@dataclass(frozen=True, slots=True)
class DeclarationTold:
    """What one letter told a person of one request."""

    message: int
    request: int
    person: int
    address: str
    """In small letters."""
    route: str
    stage: str
    """``asked``, or school days around the day to declare by."""
    due_on: date
    outcome: ToldOutcome | None = None
    """None while the letter is on its way."""


_REQUESTS = Mapper(DeclarationRequestRow, declaration_request)
_DECLARED = Mapper(DeclarationRow, declaration)
_TOLD = Mapper(DeclarationTold, declaration_told, outcome=message.c.told_outcome)


def list_declaration_requests(
    tx: Transaction,
    school: str,
    *,
    person: int | None = None,
    persons: Collection[int] | None = None,
    only_open: bool = False,
) -> tuple[DeclarationRequestRow, ...]:
    """Return what was asked, oldest first: of one person or of some, or only what is open.

    ``persons`` are at most as many as one statement takes.
    """
    columns = declaration_request.c
    query = _REQUESTS.of(school, *_among(columns.person, person, persons))
    if only_open:
        query = query.where(columns.closed_at.is_(None))
    if person is not None or persons is not None:
        return _REQUESTS.all(tx, query)
    key = "declaration requests", school, only_open
    return kept(tx, key, (declaration_request.name,), lambda: _REQUESTS.all(tx, query))


def list_declarations(
    tx: Transaction,
    school: str,
    *,
    person: int | None = None,
    persons: Collection[int] | None = None,
    as_at: datetime | None = None,
) -> tuple[DeclarationRow, ...]:
    """Return what was declared, oldest entry first: of one person or of some, or recorded by a moment.

    What was recorded in error, as was known by then, is left out.
    """
    columns = declaration.c
    in_error = corrected_keys(school, CorrectionKind.DECLARATION, as_at)
    query = _DECLARED.of(school, columns.id.not_in(in_error), *_among(columns.person, person, persons))
    return _DECLARED.all(tx, query if as_at is None else query.where(columns.recorded_at <= as_at))


def add_declaration(tx: Transaction, school: str, record: Declaration) -> DeclarationRow:
    """Add what a person declared; its ledger record was appended in the same transaction."""
    return _DECLARED.added(tx, school, record)


def add_declarations_told(tx: Transaction, school: str, records: Sequence[DeclarationTold]) -> None:
    """Add what letters tell, in the transaction that queues them."""
    rows = [{"school": school, **_TOLD.values(record)} for record in records]
    if rows:
        tx.execute(insert(declaration_told), rows)


def list_declarations_told(
    tx: Transaction, school: str, *, persons: Collection[int] | None = None
) -> tuple[DeclarationTold, ...]:
    """Return what letters told or are about to, oldest first.

    What was cancelled by itself is left out, and what came back from, or was only written for, another address than the
    one a person has now: it told them nothing.
    """
    columns = declaration_told.c
    query = (
        _TOLD.select.add_columns(person_table.c.work_email)
        .join(message, message.c.id == columns.message)
        .join(person_table, person_table.c.id == columns.person)
        .where(columns.school == school, *_among(columns.person, None, persons))
        .order_by(columns.id)
    )
    never_came = {ToldOutcome.WRITTEN, ToldOutcome.BOUNCED}
    found = []
    for row in tx.execute(query):
        one = _TOLD.read(row)
        is_elsewhere = one.address != (row.work_email or "").casefold()
        if one.outcome is not ToldOutcome.CANCELLED and not (one.outcome in never_came and is_elsewhere):
            found.append(one)
    return tuple(found)


OPEN = "open"
"""The state of a request to which nothing was said yet."""
_IN_ERROR = "in-error"
"""The state of a request whose answer was recorded in error: it is asked again."""


def declaration_lines(
    tx: Transaction, school: str, today: date, persons: Collection[int] | None = None
) -> Mapping[int, str]:
    """Return where each person stands with declarations, one line each by the register's key: see ``situations``.

    Of each request ``r``: declaration, year, hash of the statement, asked on, due on, state, the engagement if over; of
    each telling of one that is open ``t``: declaration, year, stage, due on, outcome, route. A state is ``open``,
    ``something`` (they want to say it in person), why it was closed, or ``in-error`` where the answer was taken back.
    """
    requests = list_declaration_requests(tx, school, persons=persons)
    if not requests:
        return {}
    declared = list_declarations(tx, school, persons=persons)
    said = {one.request for one in declared}
    answered = {one.request for one in declared if one.answer is not DeclarationAnswer.SOMETHING}
    over = _engagements_over(tx, school, today, {one.engagement for one in requests if one.engagement})
    lines: dict[int, list[str]] = defaultdict(list)

    def add(person: int, *fields: object) -> None:
        lines[person].append(BETWEEN_FIELDS.join(map(str, fields)))

    for one in requests:
        waits = DeclarationAnswer.SOMETHING.value if one.id in said else OPEN
        state = one.closed_reason.value if one.closed_reason else waits
        if one.closed_reason is ClosedReason.ANSWERED and one.id not in answered:
            state = _IN_ERROR
        ended = one.engagement if one.engagement in over else ""
        what = one.declaration, one.school_year, one.statement_sha256, one.asked_on, one.due_on
        add(one.person, "r", *what, state, ended)
    known = {one.id: one for one in requests if one.closed_at is None}
    for told in list_declarations_told(tx, school, persons=persons) if known else ():
        if (of := known.get(told.request)) is not None:
            came = told.outcome.value if told.outcome else ""
            add(told.person, "t", of.declaration, of.school_year, told.stage, told.due_on, came, told.route)
    return {person: BETWEEN_ENTRIES.join(entries) for person, entries in lines.items()}


def _engagements_over(tx: Transaction, school: str, today: date, among: Collection[int]) -> frozenset[int]:
    found: set[int] = set()
    for some in in_chunks(among):
        query = select(engagement.c.id).where(engagement.c.school == school, engagement.c.id.in_(some))
        found |= set(tx.scalars(query.where(engagement.c.leave_on < today)))
    return frozenset(found)


def _among(
    column: ColumnElement[int], one: int | None, some: Collection[int] | None
) -> tuple[ColumnElement[bool], ...]:
    if one is not None:
        return (column == one,)
    return () if some is None else (column.in_(some),)
