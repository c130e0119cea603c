"""Write down who comes, changes, is away or goes: the current row and, beside it, the state it has from now on.

Used by the import of lists and by the decisions about one person. ``persons`` reads. Every change names the moment and
who made it; nothing is deleted.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Table, bindparam, func, insert, literal, select, union, update

from pipeline.model.people import AwayPeriod, Person
from pipeline.register.decision import THE_RUN, Decision
from pipeline.register.ledger.keyed_rows import ended_field, is_keyed, print_of, write_codes
from pipeline.register.people.persons import (
    HELD,
    Engagement,
    Leaving,
    PersonRow,
    find_leaving,
    find_person,
    last_day_away,
    list_engaged,
)
from pipeline.register.tables.mapper import Mapper
from pipeline.register.tables.people import away, engagement, engagement_state, person, person_state
from pipeline.register.transaction import Transaction

BY_THE_RUN = THE_RUN
"""Who changes people when nobody does: the list that the run takes in."""
_IDENTITY = ("first_name", "last_name", "work_email")
_STATED = ("key", "kind", "role", "team", "manager", "start_on", "leave_on")
_DAY = timedelta(days=1)
_stated = Mapper(
    Person,
    engagement,
    person_id=engagement.c.key,
    known=("first_name", "last_name", "work_email", "away_until", "away"),
).values
"""Returns the columns of an engagement that a list states of a person."""


def add_person(
    tx: Transaction,
    school: str,
    new: Person,
    source: str,
    token_key: str,
    today: date,
    now: datetime,
    *,
    actor: str = BY_THE_RUN,
) -> PersonRow:
    """Record a new person from the list ``source``; ``today`` is the first day of an absence that gives none."""
    (added,) = add_people(tx, school, [new], source, lambda: token_key, today, now, actor=actor)
    return added


def add_people(
    tx: Transaction,
    school: str,
    new: Sequence[Person],
    source: str,
    new_key: Callable[[], str],
    today: date,
    now: datetime,
    *,
    actor: str = BY_THE_RUN,
) -> tuple[PersonRow, ...]:
    """Record people who are new, with the engagement that ``source`` gives each; return them in the same order."""
    if not new:
        return ()
    people = [{name: getattr(one, name) for name in _IDENTITY} | {"token_key": new_key()} for one in new]
    common = {"school": school, "recorded_at": now, "changed_at": now}
    ids = _insert(tx, person, [values | common for values in people])
    write_codes(tx, person, ids)
    states = zip(people, ids, strict=True)
    changed = {"school": school, "changed_at": now, "actor": actor}
    tx.execute(insert(person_state), [values | changed | {"person": row_id} for values, row_id in states])
    engaged = _engage(tx, school, list(zip(ids, new, strict=True)), source, today, now, actor)
    rows = zip(ids, new, engaged, people, strict=True)
    return tuple(_new_row(*row, source, today) for row in rows)


def _new_row(
    row_id: int, new: Person, engaged: int, identity: Mapping[str, Any], source: str, today: date
) -> PersonRow:
    """Return a person who was just added as ``list_people`` would."""
    away = new.away or _until(new.away_until, today)
    held = Engagement(
        engaged, source, new.person_id, new.kind, new.role, new.team, new.manager, new.start_on, new.leave_on
    )
    known = replace(new, away=away, away_until=last_day_away(away, today))
    return PersonRow(row_id, known, source, identity["token_key"], None, engaged, (held,), frozenset({engaged}))


def engage(
    tx: Transaction,
    school: str,
    row_id: int,
    stated: Person,
    source: str,
    today: date,
    now: datetime,
    *,
    actor: str = BY_THE_RUN,
) -> PersonRow:
    """Give a known person a further engagement, by the list ``source``; return them by it.

    Their name and address stay as they are. Under a key that they had before it is the next term.
    """
    _engage(tx, school, [(row_id, stated)], source, today, now, actor)
    theirs = list_engaged(tx, school, source, today, ids=(row_id,))
    return [row for row in theirs if row.person.person_id == stated.person_id][-1]


def engage_all(
    tx: Transaction,
    school: str,
    known: Sequence[tuple[int, Person]],
    source: str,
    today: date,
    now: datetime,
    *,
    actor: str = BY_THE_RUN,
) -> Mapping[int, int]:
    """Give many who are known, by the register's key, a further engagement; return its key by theirs."""
    ids = _engage(tx, school, known, source, today, now, actor) if known else ()
    return {row_id: engaged for (row_id, _), engaged in zip(known, ids, strict=True)}


def _engage(
    tx: Transaction,
    school: str,
    new: Sequence[tuple[int, Person]],
    source: str,
    today: date,
    now: datetime,
    actor: str,
) -> Sequence[int]:
    """Write engagements and their first states, and return their keys; under a key that was there the next term."""
    terms = _last_terms(tx, school, source)
    common = {"school": school, "list": source}
    rows = [
        {**_stated(one), **common, "person": row_id, "term": terms.get(one.person_id, 0) + 1, "said": said(one)}
        for row_id, one in new
    ]
    ids = _insert(tx, engagement, [values | {"recorded_at": now, "changed_at": now} for values in rows])
    changed = {**common, "changed_at": now, "actor": actor, "missing_since": None}
    states = [_stated(one) | changed | {"engagement": row_id} for (_, one), row_id in zip(new, ids, strict=True)]
    tx.execute(insert(engagement_state), states)
    for row_id, one in new:
        for period in one.away or _until(one.away_until, today):
            add_absence(tx, school, row_id, period, now, actor=actor)
    return ids


def _last_terms(tx: Transaction, school: str, source: str) -> Mapping[str, int]:
    of_list = (engagement.c.school == school, engagement.c.list == source)
    query = (
        select(engagement.c.key, func.max(engagement.c.term).label("term")).where(*of_list).group_by(engagement.c.key)
    )
    return {row.key: row.term for row in tx.execute(query)}


def rename_list(tx: Transaction, school: str, old: str, new: str, now: datetime, *, actor: str = BY_THE_RUN) -> int:
    """Let everything that stands under one list's name stand under another; return how many engagements there are."""
    of_list = (engagement.c.school == school, engagement.c.list == old)
    kept = ("school", *_STATED, "missing_since", "list")
    copied = [literal(new) if name == "list" else engagement.c[name] for name in kept]
    states = select(engagement.c.id, *copied, literal(now, engagement.c.changed_at.type), literal(actor))
    columns = ["engagement", *kept, "changed_at", "actor"]
    tx.execute(insert(engagement_state).from_select(columns, states.where(*of_list).order_by(engagement.c.id)))
    return tx.execute(update(engagement).where(*of_list).values(list=new, changed_at=now)).rowcount


def _insert(tx: Transaction, table: Table, rows: Sequence[Mapping[str, Any]]) -> Sequence[int]:
    """Insert rows in one go and return their keys, in the same order.

    Keys grow in the order of the rows, and nobody else writes in this transaction; asking for each key with its insert
    makes a statement of every row.
    """
    before = tx.execute(select(func.max(table.c.id))).scalar() or 0
    tx.execute(insert(table), list(rows))
    ids = tuple(tx.execute(select(table.c.id).where(table.c.id > before).order_by(table.c.id)).scalars())
    assert len(ids) == len(rows)
    return ids


def change_person(
    tx: Transaction,
    school: str,
    row: PersonRow,
    after: Person,
    today: date,
    now: datetime,
    *,
    token_key: str | None = None,
    actor: str = BY_THE_RUN,
) -> PersonRow:
    """Record that a person, and the engagement by which ``row`` shows them, is otherwise now; return them so.

    ``after.away`` is not looked at: an absence is a day of ``away_until`` or has functions of its own. ``token_key``
    ends the links given out before.
    """
    identity = {name: getattr(after, name) for name in _IDENTITY} | {"token_key": token_key or row.token_key}
    known = {name: getattr(row.person, name) for name in _IDENTITY} | {"token_key": row.token_key}
    if identity != known:
        _write_identity(tx, school, row, identity, now, actor)
        tx.execute(insert(person_state).values(school=school, person=row.id, changed_at=now, actor=actor, **identity))
    if _stated(after) != _stated(row.person):
        moved = after.person_id != row.person.person_id
        _write_engagement(tx, school, replace(row, person=after), now, actor, moved=moved)
    if after.away_until != row.person.away_until:
        put_away(tx, school, row, after.away_until, today, now, actor=actor)
        found = find_person(tx, school, row.id, today)
        after = replace(after, away=found.person.away if found else after.away)
    return replace(row, person=after, token_key=identity["token_key"])


def mark_missing(
    tx: Transaction, school: str, row: PersonRow, since: date | None, now: datetime, *, actor: str = BY_THE_RUN
) -> PersonRow:
    """Flag an engagement as not in its list since a day; None takes the flag away."""
    marked = replace(row, missing_since=since)
    _write_engagement(tx, school, marked, now, actor)
    return marked


def move_to_list(
    tx: Transaction, school: str, row: PersonRow, source: str, key: str, now: datetime, *, actor: str = BY_THE_RUN
) -> PersonRow:
    """Let an engagement that was added by hand be the list's that has it now, under its key."""
    moved = replace(row, source=source, person=replace(row.person, person_id=key))
    _write_engagement(tx, school, moved, now, actor, moved=True)
    return moved


def note_said(tx: Transaction, school: str, statements: Mapping[int, Mapping[str, str | None]]) -> None:
    """Keep what their list says of engagements now, by key, to know later what it says anew; see ``said``."""
    statement = update(engagement).where(engagement.c.school == school, engagement.c.id == bindparam("of"))
    rows = [{"of": row_id, "words": dict(said)} for row_id, said in statements.items()]
    if rows:
        tx.execute(statement.values(said=bindparam("words", type_=engagement.c.said.type)), rows)


def list_said(tx: Transaction, school: str, list_name: str) -> Mapping[int, Mapping[str, str | None]]:
    """Return what a list said last of each of its engagements, by key; one carried over from before it was kept lacks.

    The values are those of ``said``.
    """
    query = select(engagement.c.id, engagement.c.said).where(
        engagement.c.school == school, engagement.c.list == list_name
    )
    return {row.id: row.said for row in tx.execute(query) if row.said is not None}


def keys_ever_in(tx: Transaction, school: str, list_name: str) -> frozenset[str]:
    """Return every key that a list ever had, those of engagements that stand in another list by now included."""
    tables = (engagement, engagement_state)
    queries = [select(one.c.key).where(one.c.school == school, one.c.list == list_name) for one in tables]
    return frozenset(tx.execute(union(*queries)).scalars())


def list_ended_with(
    tx: Transaction, school: str, row: PersonRow, leaving: Leaving, today: date
) -> tuple[tuple[PersonRow, Leaving], ...]:
    """Return which engagements of a person ended in the same decision as the one that ``leaving`` is of, it included.

    Those are given the same last day at the same moment by the same hand, and still have it; each row shows its own.
    """
    state = engagement_state
    given = select(state.c.leave_on, state.c.changed_at, state.c.actor).where(state.c.id == leaving.state).subquery()
    same = (state.c[name] == given.c[name] for name in ("leave_on", "changed_at", "actor"))
    query = select(engagement.c.id, engagement.c.list, state.c.id.label("state")).where(
        state.c.school == school, engagement.c.id == state.c.engagement, engagement.c.person == row.id, *same
    )
    found = []
    for one in tx.execute(query.order_by(state.c.id)).all():
        ended = find_leaving(tx, school, one.id)
        if ended is not None and ended.state == one.state:
            seen = list_engaged(tx, school, one.list, today, ids=(row.id,))
            found.append((next(each for each in seen if each.engagement == one.id), ended))
    return tuple(found)


def said(stated: Person) -> dict[str, str | None]:
    """Return what a list says of a person as it is kept: field by field of ``Person``, days the ISO way."""
    values = {name: getattr(stated, name) for name in (*_IDENTITY, "role", "team", "manager", "start_on", "leave_on")}
    days = {name: value.isoformat() if isinstance(value, date) else value for name, value in values.items()}
    away_until = stated.away_until.isoformat() if stated.away_until else None
    return days | {"kind": stated.kind.value, "away_until": away_until}


# --- absences ----------------------------------------------------------------------------------------------------


def put_away(
    tx: Transaction,
    school: str,
    row: PersonRow,
    until: date | None,
    today: date,
    now: datetime,
    *,
    actor: str = BY_THE_RUN,
    since: date | None = None,
) -> None:
    """Record that a person is away from today, or goes on being away, until a day; None: they are back today.

    What they were away for before today stays. ``since`` is an earlier first day of an absence that is only told now.
    """
    first = today if since is None else min(since, today)
    for period in row.person.away:
        if period.from_on <= today <= period.until_on and not (period.is_held and until is None):
            withdraw_absence(tx, school, row.id, period, now, actor=actor)
            if until is None and period.from_on < today:
                add_absence(tx, school, row.id, AwayPeriod(period.from_on, today - _DAY), now, actor=actor)
            elif until is not None:
                first = min(first, period.from_on)
    for period in _until(until, first):
        add_absence(tx, school, row.id, period, now, actor=actor)


def hold_mail(tx: Transaction, school: str, row: PersonRow, today: date, now: datetime) -> None:
    """Record that mail to a person waits for today, as for one away; that they are away is not said by it."""
    add_absence(tx, school, row.id, AwayPeriod(today, today), now, actor=HELD)


def _until(until: date | None, today: date) -> tuple[AwayPeriod, ...]:
    return () if until is None or until < today else (AwayPeriod(today, until),)


def add_absence(
    tx: Transaction, school: str, row_id: int, period: AwayPeriod, now: datetime, *, actor: str = BY_THE_RUN
) -> None:
    """Record days on which a person is away; such as are recorded already are not recorded twice."""
    days = {"person": row_id, "from_on": period.from_on, "until_on": period.until_on}
    same = (away.c[name] == value for name, value in days.items())
    if tx.execute(select(away.c.id).where(away.c.school == school, *same, away.c.withdrawn_at.is_(None))).first():
        return
    tx.execute(insert(away).values(school=school, recorded_at=now, recorded_by=actor, **days))


def withdraw_absence(
    tx: Transaction, school: str, row_id: int, period: AwayPeriod, now: datetime, *, actor: str = BY_THE_RUN
) -> bool:
    """Take back that a person is away on these days; return whether it stood. The row stays."""
    days = (away.c.from_on == period.from_on, away.c.until_on == period.until_on, away.c.withdrawn_at.is_(None))
    where = (away.c.school == school, away.c.person == row_id, *days)
    return tx.execute(update(away).where(*where).values(withdrawn_at=now, withdrawn_by=actor)).rowcount > 0


# --- writing -----------------------------------------------------------------------------------------------------


def _write_identity(
    tx: Transaction, school: str, row: PersonRow, identity: Mapping[str, Any], now: datetime, actor: str
) -> None:
    """Write who a person is and by what their link is known; what was not this program's before does not become so."""
    before = tx.execute(select(person).where(person.c.school == school, person.c.id == row.id)).one_or_none()
    if before is None:
        return  # of another school
    is_ours = is_keyed(tx, person, before)
    _write(tx, school, person, row.id, identity, now)
    if is_ours:
        write_codes(tx, person, (row.id,))
    if identity["token_key"] != before.token_key:
        Decision(tx, school, actor, now).record("link-ended", ended_field([print_of(person, before)]))


def _write_engagement(
    tx: Transaction, school: str, row: PersonRow, now: datetime, actor: str, *, moved: bool = False
) -> None:
    """Write the engagement by which ``row`` shows a person, and its state.

    One that ``moved`` to a key or a list is the next term of that key where the person had it before.
    """
    values = {**_stated(row.person), "list": row.source, "missing_since": row.missing_since}
    term = {}
    if moved:
        of_key = (engagement.c.school == school, engagement.c.list == row.source, engagement.c.key == values["key"])
        others = select(func.max(engagement.c.term)).where(*of_key, engagement.c.id != row.engagement)
        term = {"term": (tx.scalar(others) or 0) + 1}
    _write(tx, school, engagement, row.engagement, values | term, now)
    state = {**values, "school": school, "engagement": row.engagement, "changed_at": now, "actor": actor}
    tx.execute(insert(engagement_state), state)


def _write(tx: Transaction, school: str, table: Table, row_id: int, values: Mapping[str, Any], now: datetime) -> None:
    tx.execute(update(table).where(table.c.school == school, table.c.id == row_id).values(**values, changed_at=now))
