"""Requests for many people in one statement each: what a day's plan writes of them, and what it asks of their mail.

The rows are the same as ``requests`` writes one by one. The writer holds the register's write lock, so
that keys can be given out beforehand.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date, datetime
from typing import Any, TypeVar

from sqlalchemy import Table, bindparam, func, insert, select, update

from pipeline.register.mail.campaigns import CampaignState
from pipeline.register.mail.told import ASKED, ToldOutcome
from pipeline.register.readings.declarations import DeclarationRequest, DeclarationRequestRow
from pipeline.register.readings.requests import DeadlineReason, Place, RequestKind, RequestRow
from pipeline.register.store.chunks import in_chunks
from pipeline.register.tables.schema import (
    acknowledgement,
    campaign,
    message,
    policy_version,
    request,
    told,
)
from pipeline.register.transaction import Transaction


@dataclass(frozen=True, slots=True)
class NewRequest:
    """A request to be opened; the keys are the register's."""

    person: int
    engagement: int | None
    policy_id: int
    version_id: int
    rule: str
    occasion: str
    asked_on: date
    due_on: date


@dataclass(frozen=True, slots=True)
class NewDeadline:
    """Another day for an open request."""

    request: int
    due_on: date
    reason: DeadlineReason


def list_open_requests(
    tx: Transaction, school: str, kind: RequestKind, persons: Collection[int]
) -> dict[tuple[int, Place], int]:
    """Return the open requests of some people by person and what is asked; the newest where there are several."""
    columns = kind.requests.c
    query = (
        select(columns.person, columns.id, *(columns[name] for name in kind.asks_for))
        .where(columns.school == school, columns.person.in_(persons), columns.closed_at.is_(None))
        .order_by(columns.id)
    )
    return {(person, place[0] if len(place) == 1 else tuple(place)): key for person, key, *place in tx.execute(query)}


def open_requests(
    tx: Transaction, school: str, kind: RequestKind, new: Sequence[NewRequest | DeclarationRequest]
) -> range:
    """Open requests of one kind; return the register's keys of them, in their order."""
    first = _next_key(tx, kind.requests)
    rows = [
        {"id": key, "school": school, **{each.name: getattr(one, each.name) for each in fields(one)}}
        for key, one in enumerate(new, first)
    ]
    if rows:
        tx.execute(insert(kind.requests), rows)
    return range(first, first + len(rows))


def date_requests(tx: Transaction, school: str, kind: RequestKind, dated: Sequence[NewDeadline], now: datetime) -> int:
    """Let open requests be answered by other days, and keep the days they were; return how many changed."""
    before: dict[int, date] = {}
    columns = kind.requests.c
    for some in in_chunks([one.request for one in dated]):
        query = select(columns.id, columns.due_on)
        which = (columns.school == school, columns.id.in_(some), columns.closed_at.is_(None))
        before |= {row.id: row.due_on for row in tx.execute(query.where(*which))}
    changed = [one for one in dated if one.request in before and before[one.request] != one.due_on]
    if changed:
        statement = update(kind.requests).where(columns.id == bindparam("key")).values(due_on=bindparam("day"))
        tx.execute(statement, [{"key": one.request, "day": one.due_on} for one in changed])
        values = [
            {
                "school": school,
                "request": one.request,
                "before_on": before[one.request],
                "due_on": one.due_on,
                "reason": one.reason.value,
                "changed_at": now,
            }
            for one in changed
        ]
        tx.execute(insert(kind.deadlines), values)
    return len(changed)


_Row = TypeVar("_Row", RequestRow, DeclarationRequestRow)


def as_they_stood(
    tx: Transaction, school: str, kind: RequestKind, rows: Iterable[_Row], moment: datetime
) -> tuple[_Row, ...]:
    """Return requests of a kind with the days to answer by of a moment, and open where they were closed later."""
    moved = kind.deadlines.c
    query = select(moved.request, moved.before_on).where(moved.school == school, moved.changed_at > moment)
    # The first change since then comes last, and counts.
    before = {row.request: row.before_on for row in tx.execute(query.order_by(moved.id.desc()))}
    found = [replace(row, due_on=before.get(row.id, row.due_on)) for row in rows]
    is_open = [row.closed_at is not None and row.closed_at > moment for row in found]
    return tuple(
        replace(row, closed_at=None, closed_reason=None) if later else row
        for row, later in zip(found, is_open, strict=True)
    )


def carry_over_told(tx: Transaction, school: str, moved: Mapping[int, int]) -> None:
    """Let what was told of requests count for those that follow them after a small change; keys before and after."""
    names = [column.name for column in told.columns if column.name not in ("id", "row_sha256")]
    for some in in_chunks(sorted(moved)):
        rows = tx.execute(select(*(told.c[name] for name in names)).where(told.c.request.in_(some))).all()
        copied = [{**row._mapping, "request": moved[row.request]} for row in rows]
        if copied:
            tx.execute(insert(told), copied)


def list_last_read(tx: Transaction, school: str, persons: Collection[int]) -> dict[int, dict[int, datetime]]:
    """Return when each person gave the reading of the newest version they read, by person and policy."""
    found: dict[int, dict[int, datetime]] = {}
    columns = acknowledgement.c
    query = (
        select(columns.person, columns.policy_id, columns.acknowledged_at)
        .join(policy_version, policy_version.c.id == columns.version_id)
        .order_by(policy_version.c.number, columns.acknowledged_at)
    )
    for some in in_chunks(persons):
        for row in tx.execute(query.where(columns.school == school, columns.person.in_(some))):
            found.setdefault(row.person, {})[row.policy_id] = row.acknowledged_at
    return found


@dataclass(frozen=True, slots=True, order=True)
class AskedWith:
    """The mailing whose letter asked a reader for something; one that is open comes after one that is not."""

    is_open: bool
    mailing: int


def list_mailings_that_asked(
    tx: Transaction, school: str, persons: Collection[int]
) -> dict[tuple[int, int], AskedWith]:
    """Return, by person and policy, the mailing that last asked people for what they owe still, if its letter went."""
    found: dict[tuple[int, int], AskedWith] = {}
    query = (
        select(told.c.person, request.c.policy_id, message.c.campaign, campaign.c.state)
        .join(message, message.c.id == told.c.message)
        .join(campaign, campaign.c.id == message.c.campaign)
        .join(request, request.c.id == told.c.request)
        .where(told.c.school == school, told.c.stage == ASKED, request.c.closed_at.is_(None))
        .where(message.c.told_outcome == ToldOutcome.SENT.value)
        .order_by(told.c.id)
    )
    for some in in_chunks(persons):
        for row in tx.execute(query.where(told.c.person.in_(some))):
            found[row.person, row.policy_id] = AskedWith(row.state == CampaignState.OPEN.value, row.campaign)
    return found


def _next_key(tx: Transaction, table: Table) -> int:
    newest: Any = tx.scalar(select(func.max(table.c.id)))
    return int(newest or 0) + 1
