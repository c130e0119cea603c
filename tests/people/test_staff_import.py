"""Bringing a staff list into the register: nobody is dropped, doubled or revived by accident."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from pipeline.model import Person
from pipeline.people.staff_import import StaffImport, import_staff
from pipeline.people.staff_list import Refusal, StaffList
from pipeline.register.people import list_people
from tests.school import MONDAY, School, at

_LEE = Person("p1", "Ana", "Lee", "ana@example.org", "Teacher", None, None)
_DAY = Person("p2", "Bo", "Day", None, "Cook", date(2026, 9, 1), None)


@pytest.fixture
def school(tmp_path: Path) -> Iterator[School]:
    with School(tmp_path) as opened:
        yield opened


def _import(school: School, *people: Person, today: date = MONDAY, source: str = "staff.csv") -> StaffImport:
    listed = StaffList(people, listed=frozenset(person.person_id for person in people))
    with school.register.transaction() as tx:
        return import_staff(tx, school.key, listed, source, today, at(today))


def test_new_changed_and_unchanged_people_are_told_apart(school: School) -> None:
    from dataclasses import replace

    assert [row.person for row in _import(school, _LEE, _DAY).new] == [_LEE, _DAY]
    again = _import(school, _LEE, _DAY)
    assert again == StaffImport()
    changed = _import(school, replace(_LEE, last_name="Fox"), _DAY)
    assert [row.person.last_name for row in changed.changed] == ["Fox"]


def test_an_id_given_to_somebody_else_is_refused_and_takes_nothing_over(school: School) -> None:
    _import(school, _LEE, _DAY)
    other = Person("p1", "Cy", "Moss", "cy@example.org", "Teacher", date(2026, 11, 1), None)
    taken = _import(school, other, _DAY)
    (refusal,) = taken.refused
    assert refusal.person_id == "p1"
    assert refusal.reason.startswith("the id 'p1' was that of Ana Lee and now stands for Cy Moss, who would take over")
    assert (taken.new, taken.changed, taken.missing) == ((), (), ())
    with school.register.reading() as tx:
        assert _LEE in [row.person for row in list_people(tx, school.key)]


@pytest.mark.parametrize(
    ("fields", "notes"),
    [
        ({"last_name": "Fox"}, 1),
        ({"first_name": "Anastasia"}, 0),
        ({"last_name": "Lee-Fox", "work_email": "fox@example.org"}, 0),
        ({"first_name": "Zoë", "last_name": "Fox"}, 1),  # the address is still their own
        ({"last_name": "LEE"}, 0),
    ],
)
def test_somebody_with_another_name_stays_who_they_are(school: School, fields: dict[str, str], notes: int) -> None:
    from dataclasses import replace

    _import(school, _LEE)
    taken = _import(school, replace(_LEE, **fields))  # type: ignore[arg-type]
    assert (len(taken.changed), len(taken.refused), len(taken.notes)) == (1, 0, notes)


def test_somebody_under_a_new_id_with_their_own_name_and_address_stays_who_they_are(school: School) -> None:
    from dataclasses import replace

    _import(school, _LEE, _DAY)
    taken = _import(school, replace(_LEE, person_id="0001"), _DAY)
    assert ([row.person.person_id for row in taken.changed], taken.new, taken.missing) == (["0001"], (), ())
    assert taken.notes == (
        "Ana Lee has the id 0001 now (before: p1), with the same name and address; what they have read stays theirs.",
    )
    again = _import(school, replace(_LEE, person_id="0001"), _DAY)
    assert again == StaffImport()


def test_somebody_without_an_address_of_their_own_is_not_joined_to_an_old_id(school: School) -> None:
    from dataclasses import replace

    _import(school, _LEE, _DAY)
    taken = _import(school, _LEE, replace(_DAY, person_id="0002"))
    assert ([row.person.person_id for row in taken.new], len(taken.missing)) == (["0002"], 1)


def test_leaver_is_told_once_and_a_known_leaver_is_not_new(school: School) -> None:
    from dataclasses import replace

    gone = replace(_DAY, leave_on=MONDAY - timedelta(days=1))
    _import(school, _LEE, _DAY)
    assert [row.person.person_id for row in _import(school, _LEE, gone).left] == ["p2"]
    assert _import(school, _LEE, gone) == StaffImport()
    third = Person("p3", "Cy", "Fox", None, "", None, MONDAY - timedelta(days=90))
    assert [row.person.person_id for row in _import(school, _LEE, gone, third).left] == ["p3"]


def test_missing_person_is_flagged_from_the_first_day_and_cleared_on_return(school: School) -> None:
    _import(school, _LEE, _DAY)
    tuesday = MONDAY + timedelta(days=1)
    assert [(row.person, row.missing_since) for row in _import(school, _LEE).missing] == [(_DAY, MONDAY)]
    assert [row.missing_since for row in _import(school, _LEE, today=tuesday).missing] == [MONDAY]
    back = _import(school, _LEE, _DAY, today=tuesday)
    assert [row.person for row in back.changed] == [_DAY]
    assert back.missing == ()
    assert all(row.missing_since is None for row in (school.find_person(1), school.find_person(2)))


def test_list_without_anybody_known_is_not_acted_on(school: School) -> None:
    _import(school, _LEE, _DAY)
    other = Person("x1", "Ana", "Lee", None, "", None, None)
    found = _import(school, other)
    assert (found.new, found.missing) == ((), ())
    assert "none of the 2 people known from staff.csv" in found.refused[0].reason
    assert _import(school, _LEE, _DAY) == StaffImport()


def test_empty_list_makes_nobody_missing(school: School) -> None:
    _import(school, _LEE)
    empty = StaffList(refused=(Refusal(2, "bad"),), notes=("a note",))
    with school.register.transaction() as tx:
        found = import_staff(tx, school.key, empty, "staff.csv", MONDAY, at(MONDAY))
    assert found == StaffImport(refused=(Refusal(2, "bad"),), notes=("a note",))


def test_absence_from_one_list_says_nothing_of_another(school: School) -> None:
    _import(school, _LEE)
    found = _import(school, _DAY, source="volunteers.csv")
    assert (len(found.new), found.missing) == (1, ())


def test_refused_row_does_not_make_its_person_missing(school: School) -> None:
    _import(school, _LEE, _DAY)
    listed = StaffList((_LEE,), (Refusal(3, "bad address", "p2"),), listed=frozenset({"p1", "p2"}))
    with school.register.transaction() as tx:
        assert import_staff(tx, school.key, listed, "staff.csv", MONDAY, at(MONDAY)).missing == ()


def test_person_who_comes_back_gets_a_new_link_and_one_who_stays_keeps_it(school: School) -> None:
    from dataclasses import replace

    _import(school, _LEE, _DAY)
    before = school.find_person(1).token_key
    _import(school, replace(_LEE, role="Head"), _DAY)
    assert school.find_person(1).token_key == before
    _import(school, replace(_LEE, leave_on=MONDAY - timedelta(days=1)), _DAY)
    _import(school, _LEE, _DAY)
    assert school.find_person(1).token_key != before


def test_absence_recorded_here_survives_a_list_without_that_column(school: School) -> None:
    from dataclasses import replace

    _import(school, replace(_LEE, away_until=date(2027, 1, 4)), _DAY)
    assert _import(school, _LEE, _DAY) == StaffImport()
    assert school.find_person(1).person.away_until == date(2027, 1, 4)
    moved = _import(school, replace(_LEE, away_until=date(2027, 2, 1)), _DAY)
    assert moved.changed[0].person.away_until == date(2027, 2, 1)
