"""Everybody who works, or worked, at the school: who they are, as what they are there, when they are away.

What every other room asks about people. A person has engagements, one a list and term; ``PersonRow`` shows them by the
engagement that counts on the day asked for. ``changes`` writes.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from typing import Any, TypeAlias

from sqlalchemy import BindParameter, ColumnElement, Select, Table, and_, bindparam, func, or_, select

from pipeline.model.people import AwayPeriod, EngagementKind, Person
from pipeline.register.cached_answers import kept
from pipeline.register.decision import THE_RUN
from pipeline.register.ledger.keyed_rows import is_good
from pipeline.register.tables.mapper import Mapper, made_of
from pipeline.register.tables.people import away, engagement, engagement_state, person, person_state
from pipeline.register.transaction import Transaction

HELD = "a question on a list"
"""By what days away are recorded of a person whose mail only waits for an answer."""
_KINDS = tuple(EngagementKind)
_TABLES = ("person", "engagement", "away")


@dataclass(frozen=True, slots=True)
class Engagement:
    """What a person is, or was, at the school by one list."""

    id: int
    """The register's own key."""
    list: str
    """The list they come from."""
    key: str
    """That list's own key for them."""
    kind: EngagementKind
    role: str
    team: str
    manager: str
    start_on: date | None
    leave_on: date | None
    """The last day of it."""
    missing_since: date | None = None
    """The first day on which its list no longer had it; None while it has."""
    term: int = field(default=1, compare=False)
    """1, or 2, 3 … of those under one key, as the register numbers them now, whatever day is asked about."""

    def is_over(self, today: date) -> bool:
        """Tell whether its last day has passed."""
        return self.leave_on is not None and self.leave_on < today

    def has_begun(self, today: date) -> bool:
        """Tell whether its first day has come."""
        return self.start_on is None or self.start_on <= today


@dataclass(frozen=True, slots=True)
class PersonRow:
    """A person as the register holds them."""

    id: int
    """The register's own key."""
    person: Person
    """By the engagement that counts on the day asked for."""
    source: str
    """The list that engagement comes from."""
    token_key: str
    """The random part of their personal link; a new one ends the links given out before."""
    missing_since: date | None = None
    """The first day on which that list no longer had them; None while it has."""
    engagement: int = 0
    """The register's key of the engagement that counts."""
    engagements: tuple[Engagement, ...] = ()
    """All that are not over, those to come included, the one that counts first; of a person who has left, that one."""
    counting: frozenset[int] = frozenset()
    """The engagements whose readings count today: see ``counting_engagements``."""


def list_people(
    tx: Transaction,
    school: str,
    today: date,
    *,
    as_at: datetime | None = None,
    only: tuple[int, ...] | None = None,
) -> tuple[PersonRow, ...]:
    """Return everybody ever recorded, leavers included, by last and first name, as they stand on ``today``.

    ``as_at`` gives what was recorded by that moment and nothing of what was recorded later; ``only``, the register's
    keys, nobody else.
    """
    if as_at is not None or only is not None:
        return _rows(tx, school, today, _Asked(as_at, only))
    everybody, by_day = kept(tx, ("people", school), _TABLES, lambda: _everybody(tx, school))
    if not by_day:
        return everybody
    rows = list(everybody)
    for position, identity in by_day.items():
        rows[position] = identity.seen_on(today)
    return tuple(rows)


def _everybody(tx: Transaction, school: str) -> "tuple[tuple[PersonRow, ...], Mapping[int, _Identity]]":
    """Return everybody, and by their place those of whom the day makes a difference: a few, of most schools nobody."""
    found = list(_identities(tx, school, _Asked(None)))
    by_day = {place: one for place, one in enumerate(found) if len(one.held) != 1 or one.away}
    return tuple(one.seen_on(date.min) for one in found), by_day


def list_engaged(
    tx: Transaction, school: str, list_name: str, today: date, *, ids: tuple[int, ...] | None = None
) -> tuple[PersonRow, ...]:
    """Return a row for every engagement of one list, by name; of a person who came back, a row a term, the last last.

    ``person``, ``engagement`` and ``missing_since`` of a row are those of that engagement, whichever counts. ``ids``
    are the register's keys of some people; else everybody in the list.
    """
    listed = select(engagement.c.person).where(engagement.c.school == school, engagement.c.list == list_name)
    asked = _Asked(None, listed if ids is None else ids)
    found = kept(tx, ("engaged", school, list_name, ids), _TABLES, lambda: tuple(_identities(tx, school, asked)))
    return tuple(
        each.seen_on(today, one)
        for each in found
        for one in sorted(each.held, key=lambda one: (one.key, one.term))
        if one.list == list_name
    )


def has_list(tx: Transaction, school: str, list_name: str) -> bool:
    """Tell whether anybody ever stood in a list of this name."""
    query = select(engagement.c.id).where(engagement.c.school == school, engagement.c.list == list_name)
    return tx.execute(query.limit(1)).first() is not None


def keys_of_lists(tx: Transaction, school: str, today: date) -> Mapping[str, frozenset[str]]:
    """Return the keys of those who are still here, or to come, by the list that has, or had, them."""
    query = select(engagement.c.list, engagement.c.key).where(
        engagement.c.school == school, or_(engagement.c.leave_on.is_(None), engagement.c.leave_on >= today)
    )
    keys: dict[str, set[str]] = defaultdict(set)
    for row in tx.execute(query):
        keys[row.list].add(row.key)
    return {name: frozenset(found) for name, found in keys.items()}


def lists_taken_from_files(tx: Transaction, school: str) -> frozenset[str]:
    """Return the lists from whose file a run has taken people; one that was only ever handed over is not among them."""
    query = select(engagement_state.c.list).where(
        engagement_state.c.school == school, engagement_state.c.actor == THE_RUN
    )
    return frozenset(tx.execute(query.distinct()).scalars())


def find_person(tx: Transaction, school: str, row_id: int, today: date) -> PersonRow | None:
    """Return the person with the register's key ``row_id``, None where there is none at this school."""
    return next(iter(_rows(tx, school, today, _Asked(None, (row_id,)))), None)


def is_page_theirs(tx: Transaction, school: str, row_id: int) -> bool:
    """Tell whether the row of a person may open their page: this program wrote it, and no record ended its link."""
    row = tx.execute(_one_person(), {"of_school": school, "ids": row_id}).first()
    return row is not None and is_good(tx, person, row)


@cache
def _one_person() -> Select[Any]:
    return select(person).where(person.c.school == bindparam("of_school"), person.c.id == bindparam("ids"))


def list_at_address(tx: Transaction, school: str, address: str, today: date) -> tuple[PersonRow, ...]:
    """Return everybody who has a work address, in whatever case it is written, leavers included."""
    theirs = person.c.school == school, func.lower(person.c.work_email) == address.lower()
    return _rows(tx, school, today, _Asked(None, select(person.c.id).where(*theirs)))


def counting_engagements(engagements: Iterable[Engagement], today: date) -> frozenset[int]:
    """Return whose readings count on ``today``, by key: what is not over, and what ran into it without a break.

    An engagement that is over counts on where another one that counts began before it ended. A person who left and came
    back later is asked afresh; of a person who has left, what ran into their last engagement counts.
    """
    ordered = sorted(engagements, key=lambda one: _rank(one, today))
    going_on = [one for one in ordered if not one.is_over(today)] or ordered[:1]
    counted, rest = list(going_on), [one for one in ordered if one not in going_on]
    while more := [one for one in rest if any(_runs_into(one, later) for later in counted)]:
        counted += more
        rest = [one for one in rest if one not in more]
    return frozenset(one.id for one in counted)


def _runs_into(earlier: Engagement, later: Engagement) -> bool:
    return later.start_on is None or earlier.leave_on is None or later.start_on <= earlier.leave_on


def _rank(one: Engagement, today: date) -> tuple[int, bool, int, int, int]:
    """Return by what engagements are put in order: here, then to come, the nearest first, then over, the last first.

    Of several that are here one that its list still has goes first, then staff before all others.
    """
    kind = _KINDS.index(one.kind)
    if one.is_over(today) and one.leave_on is not None:
        return 2, False, -one.leave_on.toordinal(), kind, -one.id
    if one.start_on is not None and not one.has_begun(today):
        return 1, one.missing_since is not None, one.start_on.toordinal(), kind, one.id
    return 0, one.missing_since is not None, kind, one.start_on.toordinal() if one.start_on else 0, one.id


# --- reading -----------------------------------------------------------------------------------------------------


_ENGAGED = Mapper(Engagement, engagement)
_STATED = Mapper(Engagement, engagement_state, id=engagement.c.id, term=engagement.c.term)
_AWAY = Mapper(AwayPeriod, away, is_held=made_of(HELD.__eq__, away.c.recorded_by))
_Ids: TypeAlias = tuple[int, ...] | Select[Any] | BindParameter[Any] | None
_School: TypeAlias = str | BindParameter[str]


@dataclass(frozen=True, slots=True)
class _Asked:
    """Whom a question is about, and what was known when."""

    as_at: datetime | None
    ids: "_Ids" = None
    """The register's keys, or the question for them; None for everybody."""


@dataclass(frozen=True, slots=True)
class _Identity:
    """A person with every engagement and absence, not yet seen by any of them."""

    row: Any
    held: Sequence[Engagement]
    away: Sequence[AwayPeriod]

    def seen_on(self, today: date, by: Engagement | None = None) -> PersonRow:
        """Return the person by an engagement, None: by the one that counts on ``today``."""
        if len(self.held) == 1:
            first, lasting, counting = self.held[0], tuple(self.held), frozenset({self.held[0].id})
        else:
            ordered = sorted(self.held, key=lambda one: _rank(one, today))
            first = ordered[0]
            lasting = tuple(one for one in ordered if not one.is_over(today)) or (first,)
            counting = counting_engagements(self.held, today)
        one, row = by or first, self.row
        known = Person(
            one.key,
            row.first_name,
            row.last_name,
            row.work_email,
            one.role,
            one.start_on,
            one.leave_on,
            last_day_away(self.away, today) if self.away else None,
            one.kind,
            one.team,
            one.manager,
            tuple(self.away),
        )
        return PersonRow(row.id, known, one.list, row.token_key, one.missing_since, one.id, lasting, counting)


def _rows(tx: Transaction, school: str, today: date, asked: _Asked) -> tuple[PersonRow, ...]:
    return tuple(each.seen_on(today) for each in _identities(tx, school, asked))


def _identities(tx: Transaction, school: str, asked: _Asked) -> Iterator[_Identity]:
    """Yield who was asked for, by last and first name."""
    if asked.as_at is None and isinstance(asked.ids, tuple):
        queries, values = _queries_for_some(), {"of_school": school, "ids": asked.ids}
    else:
        queries, values = _queries(school, asked), {}
    held: dict[int, list[Engagement]] = defaultdict(list)
    for row in tx.execute(queries.engagements, values):
        held[row.person].append(_ENGAGED.read(row))
    away_from: dict[int, list[AwayPeriod]] = defaultdict(list)
    for row in tx.execute(queries.absences, values):
        away_from[row.person].append(_AWAY.read(row))
    for row in tx.execute(queries.people, values):
        if row.id in held:
            yield _Identity(row, held[row.id], away_from.get(row.id, ()))


@dataclass(frozen=True, slots=True)
class _Queries:
    """The questions that together tell who a person is."""

    engagements: Select[Any]
    absences: Select[Any]
    people: Select[Any]


def _queries(school: _School, asked: _Asked) -> _Queries:
    return _Queries(_engagements_query(school, asked), _absences_query(school, asked), _people_query(school, asked))


@cache
def _queries_for_some() -> _Queries:
    """Return the questions about some people as they are now: asked for every page of a reader, so built once."""
    return _queries(bindparam("of_school"), _Asked(None, bindparam("ids", expanding=True)))


def _people_query(school: _School, asked: _Asked) -> Select[Any]:
    names = ("first_name", "last_name", "work_email", "token_key")
    if asked.as_at is None:
        table, ident, when = person, person.c.id, []
    else:
        table, ident = person_state, person_state.c.person
        when = [person_state.c.id.in_(_last_states(person_state, ident, school, asked.as_at))]
    return (
        select(ident.label("id"), *(table.c[name] for name in names))
        .where(table.c.school == school, *_among(ident, asked.ids), *when)
        .order_by(table.c.last_name, table.c.first_name, ident)
    )


def _engagements_query(school: _School, asked: _Asked) -> Select[Any]:
    mapper = _ENGAGED if asked.as_at is None else _STATED
    query = mapper.select.add_columns(engagement.c.person)
    query = query.where(engagement.c.school == school, *_among(engagement.c.person, asked.ids))
    if asked.as_at is not None:
        last = _last_states(engagement_state, engagement_state.c.engagement, school, asked.as_at)
        query = query.join(engagement_state, engagement_state.c.engagement == engagement.c.id)
        query = query.where(engagement_state.c.id.in_(last))
    return query.order_by(engagement.c.id)


def _last_states(table: Table, of: ColumnElement[int], school: _School, as_at: datetime) -> Select[Any]:
    """Return the query for the last state of each that was recorded by ``as_at``.

    The last one written down, not the one with the latest moment: a clock that was set back changes nothing of what
    came after what.
    """
    return select(func.max(table.c.id)).where(table.c.school == school, table.c.changed_at <= as_at).group_by(of)


def _absences_query(school: _School, asked: _Asked) -> Select[Any]:
    """Return the query for the absences that stood, in the order of their days."""
    stood: ColumnElement[bool] = away.c.withdrawn_at.is_(None)
    if asked.as_at is not None:
        stood = and_(away.c.recorded_at <= asked.as_at, or_(stood, away.c.withdrawn_at > asked.as_at))
    return (
        _AWAY.select.add_columns(away.c.person)
        .where(away.c.school == school, *_among(away.c.person, asked.ids), stood)
        .order_by(away.c.from_on, away.c.until_on, away.c.id)
    )


def _among(column: ColumnElement[int], ids: _Ids) -> tuple[ColumnElement[bool], ...]:
    return () if ids is None else (column.in_(ids),)


def last_day_away(periods: Sequence[AwayPeriod], today: date) -> date | None:
    """Return the last day of the absence on ``today``, else of the last one before it, None before the first."""
    begun = [period.until_on for period in periods if period.from_on <= today and not period.is_held]
    return max(begun, default=None)


@dataclass(frozen=True, slots=True)
class Leaving:
    """That an engagement was given its last day."""

    state: int
    """The register's key of the state that gave it."""
    before: date | None
    """The last day that it had before; None where it had none."""


def find_leaving(tx: Transaction, school: str, engagement_id: int) -> Leaving | None:
    """Return when an engagement was given the last day that it has now, None where it has none."""
    table = engagement_state
    mine = table.c.school == school, table.c.engagement == engagement_id
    states = tx.execute(select(table.c.id, table.c.leave_on).where(*mine).order_by(table.c.id.desc())).all()
    if not states or states[0].leave_on is None:
        return None
    given = states[0]
    for state in states[1:]:
        if state.leave_on != given.leave_on:
            return Leaving(given.id, state.leave_on)
        given = state
    return Leaving(given.id, None)
