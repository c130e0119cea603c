"""People and their engagements in the register: which one counts, what is kept of each state, who is whose."""

import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from pipeline.model.people import AwayPeriod, EngagementKind, Person
from pipeline.register.ledger import row_hashes
from pipeline.register.people.changes import (
    add_absence,
    add_person,
    change_person,
    engage,
    mark_missing,
    put_away,
    withdraw_absence,
)
from pipeline.register.people.persons import (
    Engagement,
    PersonRow,
    counting_engagements,
    find_person,
    list_engaged,
    list_people,
)
from pipeline.register.store.database import Register
from pipeline.register.store.migrate import SHIPPED, Migrations
from pipeline.register.transaction import Transaction
from tests.register.conftest import NOW
from tests.register.first_edition import make_edition
from tests.registers import open_memory_register, open_register

pytestmark = pytest.mark.both_registers

TODAY = NOW.date()
DAY = timedelta(days=1)
LEE = Person("p1", "Ana", "Lee", "ana@example.org", "Teacher", date(2020, 9, 1), None)
SCHOOL = "a-school"


@pytest.fixture
def tx() -> Iterator[Transaction]:
    with (
        open_memory_register(school_name="A School", time_zone="Europe/London") as register,
        register.transaction() as tx,
    ):
        yield tx


def _add(tx: Transaction, person: Person = LEE, source: str = "staff.csv") -> PersonRow:
    return add_person(tx, SCHOOL, person, source, "key", TODAY, NOW)


def _engagement(
    number: int, start: date | None = None, leave: date | None = None, kind: EngagementKind = EngagementKind.STAFF
) -> Engagement:
    return Engagement(number, "staff.csv", f"p{number}", kind, "", "", "", start, leave)


def test_a_person_in_two_lists_is_one_person_shown_by_the_engagement_that_counts(tx: Transaction) -> None:
    lee = _add(tx)
    governor = replace(LEE, person_id="g7", role="Chair", start_on=None, kind=EngagementKind.GOVERNOR)
    engage(tx, SCHOOL, lee.id, governor, "governors.csv", TODAY, NOW)
    (found,) = list_people(tx, SCHOOL, TODAY)
    assert (found.source, found.person.role) == ("staff.csv", "Teacher")
    assert [one.list for one in found.engagements] == ["staff.csv", "governors.csv"]
    assert [row.person.role for row in list_engaged(tx, SCHOOL, "governors.csv", TODAY)] == ["Chair"]
    mark_missing(tx, SCHOOL, found, TODAY, NOW)
    (seen_otherwise,) = list_people(tx, SCHOOL, TODAY)
    assert (seen_otherwise.source, seen_otherwise.missing_since) == ("governors.csv", None)


def test_who_comes_back_is_shown_by_the_new_engagement_once_the_old_one_is_over(tx: Transaction) -> None:
    lee = _add(tx, replace(LEE, leave_on=TODAY))
    back = engage(tx, SCHOOL, lee.id, replace(LEE, start_on=TODAY + 9 * DAY), "staff.csv", TODAY, NOW)
    assert back.person.start_on == TODAY + 9 * DAY
    shown = [find_person(tx, SCHOOL, lee.id, TODAY + step * DAY) for step in (0, 1, 9)]
    assert [row.engagement for row in shown if row] == [lee.engagement, back.engagement, back.engagement]
    assert [len(row.engagements) for row in shown if row] == [2, 1, 1]
    assert [row.person.start_on for row in list_engaged(tx, SCHOOL, "staff.csv", TODAY)] == [
        LEE.start_on,
        back.person.start_on,
    ]


@pytest.mark.parametrize(
    ("others", "counted"),
    [
        ([], {1}),
        ([_engagement(2, TODAY + DAY)], {2}),  # left yesterday, back tomorrow: asked afresh
        ([_engagement(2, TODAY - 2 * DAY)], {1, 2}),  # the second began before the first ended
        ([_engagement(2, None)], {1, 2}),
        ([_engagement(2, TODAY - 9 * DAY, TODAY - 2 * DAY)], {1}),  # both over: what ran into the last one
        ([_engagement(2, TODAY - 9 * DAY, TODAY), _engagement(3, TODAY)], {1, 2, 3}),
    ],
)
def test_readings_count_on_while_work_goes_on_without_a_break(others: list[Engagement], counted: set[int]) -> None:
    first = _engagement(1, TODAY - 99 * DAY, TODAY - DAY)
    found = counting_engagements([first, *others], TODAY)
    assert found == counted | ({2} if others and others[0].leave_on == TODAY - 2 * DAY else set())


def test_every_state_is_kept_with_who_made_it_and_can_be_asked_for(tx: Transaction) -> None:
    lee = _add(tx)
    later, latest = NOW + DAY, NOW + 2 * DAY
    changed = change_person(tx, SCHOOL, lee, replace(LEE, last_name="Fox", role="Head"), TODAY, later, actor="J. Hill")
    put_away(tx, SCHOOL, changed, TODAY + 9 * DAY, TODAY, later, actor="J. Hill")
    mark_missing(tx, SCHOOL, changed, TODAY, latest)
    assert list_people(tx, SCHOOL, TODAY, as_at=NOW - DAY) == ()
    assert list_people(tx, SCHOOL, TODAY, as_at=NOW) == (lee,)
    (then,) = list_people(tx, SCHOOL, TODAY, as_at=later)
    assert (then.person.last_name, then.person.role, then.missing_since) == ("Fox", "Head", None)
    assert then.person.away == (AwayPeriod(TODAY, TODAY + 9 * DAY),)
    assert list_people(tx, SCHOOL, TODAY, as_at=latest) == list_people(tx, SCHOOL, TODAY)
    rows = tx.exec_driver_sql("SELECT actor FROM person_state UNION ALL SELECT actor FROM engagement_state").scalars()
    assert list(rows) == ["the daily run", "J. Hill", "the daily run", "J. Hill", "the daily run"]


def test_a_change_of_nothing_is_no_state(tx: Transaction) -> None:
    lee = _add(tx)
    assert change_person(tx, SCHOOL, lee, lee.person, TODAY, NOW + DAY) == lee
    for table in ("person_state", "engagement_state"):
        assert tx.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar() == 1


def test_absences_are_withdrawn_and_never_deleted(tx: Transaction) -> None:
    lee = _add(tx)
    christmas = AwayPeriod(TODAY + 20 * DAY, TODAY + 30 * DAY)
    add_absence(tx, SCHOOL, lee.id, christmas, NOW)
    add_absence(tx, SCHOOL, lee.id, christmas, NOW)
    assert _away(tx, TODAY) == ((christmas,), None)
    assert _away(tx, TODAY + 25 * DAY) == ((christmas,), christmas.until_on)
    assert withdraw_absence(tx, SCHOOL, lee.id, christmas, NOW + DAY, actor="J. Hill")
    assert not withdraw_absence(tx, SCHOOL, lee.id, christmas, NOW + DAY)
    assert _away(tx, TODAY) == ((), None)
    rows = tx.exec_driver_sql("SELECT recorded_by, withdrawn_by FROM away").all()
    assert [tuple(row) for row in rows] == [("the daily run", "J. Hill")]


def test_an_absence_that_gets_longer_keeps_its_first_day_and_one_that_ends_what_was(tx: Transaction) -> None:
    lee = _add(tx, replace(LEE, away_until=TODAY + 5 * DAY))
    put_away(tx, SCHOOL, lee, TODAY + 20 * DAY, TODAY + 2 * DAY, NOW)
    longer = find_person(tx, SCHOOL, lee.id, TODAY + 3 * DAY)
    assert longer is not None
    assert longer.person.away == (AwayPeriod(TODAY, TODAY + 20 * DAY),)
    put_away(tx, SCHOOL, longer, None, TODAY + 3 * DAY, NOW)
    assert _away(tx, TODAY + 3 * DAY) == ((AwayPeriod(TODAY, TODAY + 2 * DAY),), TODAY + 2 * DAY)


def _away(tx: Transaction, today: date) -> tuple[tuple[AwayPeriod, ...], date | None]:
    (row,) = list_people(tx, SCHOOL, today)
    return row.person.away, row.person.away_until


def test_nobody_is_answered_for_another_school(tx: Transaction) -> None:
    lee = _add(tx)
    tx.exec_driver_sql("INSERT INTO school (school, name, time_zone) VALUES ('other', 'Other', 'Europe/London')")
    stranger = add_person(tx, "other", replace(LEE, first_name="Cy"), "staff.csv", "key", TODAY, NOW)
    assert [row.id for row in list_people(tx, SCHOOL, TODAY)] == [lee.id]
    assert [row.id for row in list_people(tx, SCHOOL, TODAY, as_at=NOW)] == [lee.id]
    assert [row.id for row in list_engaged(tx, SCHOOL, "staff.csv", TODAY)] == [lee.id]
    assert find_person(tx, SCHOOL, stranger.id, TODAY) is None
    change_person(tx, SCHOOL, replace(stranger, person=LEE), replace(LEE, last_name="Fox"), TODAY, NOW)
    (untouched,) = list_people(tx, "other", TODAY)
    assert untouched == stranger


@pytest.mark.in_a_file
def test_people_of_an_earlier_edition_are_carried_over_with_their_keys_and_absences(tmp_path: Path) -> None:
    path = tmp_path / "r.sqlite3"
    make_edition(path, "0006")
    with sqlite3.connect(path) as old:
        old.execute(
            "INSERT INTO person (id, school, source, person_id, first_name, last_name, work_email, role, start_on,"
            " leave_on, away_until, missing_since, token_key, recorded_at, changed_at) VALUES"
            " (7, 's', 'staff.csv', 'p1', 'Ana', 'Lee', 'ana@example.org', 'Teacher', '2020-09-01', NULL, '2027-01-04',"
            "  NULL, 'the key', '2026-09-01 07:00:00.000000', '2026-10-02 07:00:00.000000'),"
            " (9, 's', 'staff.csv', 'p2', 'Bo', 'Day', NULL, 'Cook', NULL, '2026-07-31', '2026-05-01', '2026-08-01',"
            "  'another', '2026-04-01 07:00:00.000000', '2026-10-02 07:00:00.000000')"
        )
        _hash_rows(old)
    old.close()
    with _open(tmp_path) as register, register.reading() as tx:
        bo, ana = list_people(tx, register.school, TODAY)
        assert (ana.id, ana.token_key, ana.source, ana.missing_since) == (7, "the key", "staff.csv", None)
        period = AwayPeriod(date(2026, 10, 2), date(2027, 1, 4))
        assert ana.person == replace(LEE, away_until=date(2027, 1, 4), away=(period,))
        assert (bo.id, bo.person.leave_on, bo.missing_since) == (9, date(2026, 7, 31), date(2026, 8, 1))
        assert bo.person.away == (AwayPeriod(date(2026, 5, 1), date(2026, 5, 1)),)
        assert list_people(tx, register.school, TODAY, as_at=NOW) == (bo, ana)
        assert register.find_damage() == ()


def _open(folder: Path, migrations: Migrations = SHIPPED) -> Register:
    return open_register("r.sqlite3", root=folder, school_name="S", time_zone="Europe/London", migrations=migrations)


def _hash_rows(old: sqlite3.Connection) -> None:
    row_hashes.teach(old)
    row_hashes.fill(old)
