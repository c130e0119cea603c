"""Several lists side by side, changes by hand, and people who come back."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from pipeline.model.people import BY_HAND, EngagementKind, Person
from pipeline.people.lists.identity import Asks
from pipeline.people.lists.staff_import import StaffImport, import_staff
from pipeline.people.lists.staff_list import StaffList, shared_addresses, without_own_address
from pipeline.people.obligations import has_left
from pipeline.register.people.changes import add_person, change_person
from pipeline.register.people.persons import PersonRow, list_engaged, list_people
from tests.school import MONDAY, School, at

DAY = timedelta(days=1)
LEE = Person("p1", "Ana", "Lee", "ana@example.org", "Teacher", date(2020, 9, 1), None)
BO = Person("p2", "Bo", "Day", "bo@example.org", "Cook", date(2021, 9, 1), None)


@pytest.fixture
def school(tmp_path: Path) -> Iterator[School]:
    with School(tmp_path) as opened:
        yield opened


def _import(
    school: School, *people: Person, today: date = MONDAY, source: str = "staff.csv", **options: Any
) -> StaffImport:
    listed = StaffList(people, listed=frozenset(person.person_id for person in people))
    with school.register.transaction() as tx:
        return import_staff(tx, school.key, listed, source, today, at(today), actor="J. Hill", **options)


def _people(school: School, today: date = MONDAY) -> tuple[PersonRow, ...]:
    with school.register.reading() as tx:
        return list_people(tx, school.key, today)


def _by_hand(school: School, row: PersonRow, **fields: object) -> PersonRow:
    with school.register.transaction() as tx:
        after = replace(row.person, **fields)  # type: ignore[arg-type]
        return change_person(tx, school.key, row, after, MONDAY, at(MONDAY), actor="J. Hill")


def test_one_name_and_address_in_three_lists_is_one_person_and_absence_from_one_says_nothing_of_the_others(
    school: School,
) -> None:
    _import(school, LEE, BO)
    governor = replace(LEE, person_id="g1", role="Governor", start_on=None, kind=EngagementKind.GOVERNOR)
    taken = _import(school, governor, source="governors.csv")
    assert [row.id for row in taken.new] == [1]
    assert taken.notes == (
        "Ana Lee has the name and address of somebody in another list: one person, with one letter.",
    )
    assert _import(school, governor, source="governors.csv") == StaffImport()
    club = replace(LEE, person_id="7", role="", work_email="ANA@example.org", kind=EngagementKind.VOLUNTEER)
    _import(school, club, source="clubs.csv")
    assert [(row.person.name, len(row.engagements)) for row in _people(school)] == [("Bo Day", 1), ("Ana Lee", 3)]
    assert [row.person.name for row in _import(school, BO).missing] == ["Ana Lee"]
    ana = _people(school)[1]
    assert (ana.source, ana.missing_since) == ("clubs.csv", None)
    leaving = replace(LEE, leave_on=MONDAY - DAY)
    _import(school, leaving, BO)
    assert not has_left(_people(school)[1].person, MONDAY)


@pytest.mark.parametrize(
    "other",
    [
        replace(LEE, person_id="g1", first_name="Cy"),  # another name at one address stays another person
        replace(LEE, person_id="g1", work_email=None),
        replace(LEE, person_id="g1", work_email="lee@example.org"),
    ],
)
def test_who_shares_only_the_name_or_only_the_address_is_somebody_else(school: School, other: Person) -> None:
    _import(school, LEE)
    _import(school, other, source="governors.csv")
    assert len(_people(school)) == 2


def test_two_of_one_name_and_address_in_one_list_stay_two(school: School) -> None:
    _import(school, LEE, replace(LEE, person_id="p9"))
    assert len(_people(school)) == 2
    both = (replace(LEE, person_id="g1"), replace(LEE, person_id="g2"))
    _import(school, *both, source="governors.csv")
    assert len(_people(school)) == 4


def test_a_list_does_not_undo_what_was_changed_by_hand_until_it_says_something_new(school: School) -> None:
    _import(school, LEE, BO)
    ana = _people(school)[1]
    _by_hand(school, ana, role="Head", work_email="head@example.org")
    again = _import(school, LEE, BO)
    assert (again.changed, again.changes) == ((), ())
    assert again.notes == (
        "Ana Lee stays as changed by hand or by another list: work address head@example.org, in the list "
        "ana@example.org; role Head, in the list Teacher. Correct the list; what it says anew is taken over.",
    )
    kept = _people(school)[1].person
    assert (kept.role, kept.work_email) == ("Head", "head@example.org")
    _import(school, replace(LEE, role="Deputy"), BO)
    taken = _people(school)[1].person
    assert (taken.role, taken.work_email) == ("Deputy", "head@example.org")
    followed = _import(school, replace(LEE, role="Deputy", work_email="head@example.org"), BO)
    assert followed == StaffImport()
    assert _import(school, replace(LEE, role="Deputy"), BO).changed[0].person.work_email == "ana@example.org"


def test_two_lists_that_write_a_name_differently_do_not_change_it_each_day(school: School) -> None:
    _import(school, LEE)
    governor = replace(LEE, person_id="g1", role="Governor", kind=EngagementKind.GOVERNOR)
    _import(school, governor, source="governors.csv")
    _import(school, replace(LEE, last_name="Lee-Fox"))
    _import(school, governor, source="governors.csv")
    assert [row.person.name for row in _people(school)] == ["Ana Lee-Fox"]


def test_somebody_who_was_ended_by_hand_stays_so_while_their_list_only_goes_on_to_have_them(school: School) -> None:
    _import(school, LEE, BO)
    _by_hand(school, _people(school)[1], leave_on=MONDAY - DAY)
    assert _import(school, LEE, BO).changed == ()
    assert has_left(_people(school)[1].person, MONDAY)


def test_who_comes_back_under_the_same_key_has_a_new_engagement_and_a_new_link(school: School) -> None:
    _import(school, LEE, BO)
    before = _people(school)[1]
    _import(school, replace(LEE, leave_on=MONDAY - DAY), BO)
    back = replace(LEE, start_on=MONDAY + 7 * DAY)
    taken = _import(school, back, BO)
    assert [row.person.start_on for row in taken.new] == [back.start_on]
    assert taken.notes == (
        "Ana Lee left on 22 November 2026 and begins again on 30 November 2026: what they read before does not count, "
        "and they are asked again.",
    )
    ana = _people(school)[1]
    assert (ana.id, ana.counting & {before.engagement}) == (before.id, frozenset())
    assert ana.token_key != before.token_key
    assert _import(school, back, BO) == StaffImport()
    with school.register.reading() as tx:
        assert len(list_engaged(tx, school.key, "staff.csv", MONDAY)) == 3


def test_who_comes_back_under_a_new_key_or_in_another_list_is_still_the_same_person(school: School) -> None:
    _import(school, LEE, BO)
    _import(school, replace(LEE, leave_on=MONDAY - DAY), BO)
    _import(school, replace(LEE, leave_on=MONDAY - DAY), BO, replace(LEE, person_id="p77", start_on=MONDAY))
    ana = _people(school)[1]
    assert (ana.person.person_id, len(_people(school)), len(ana.counting)) == ("p77", 2, 1)
    _import(school, replace(BO, leave_on=MONDAY - DAY))
    waits = _import(school, replace(BO, person_id="s1", start_on=None), source="supply.csv")
    assert ([one.asks for one in waits.asked], waits.new) == ([Asks.BACK], ())
    back = {"s1": "p2"}
    taken = _import(school, replace(BO, person_id="s1", start_on=None), source="supply.csv", answers=back)
    assert "and begins again on 23 November 2026, the day on which the list had them again" in taken.notes[0]
    bo = _people(school)[0]
    assert (bo.person.start_on, len(bo.counting)) == (MONDAY, 1)
    assert _import(school, replace(BO, person_id="s1", start_on=None), source="supply.csv") == StaffImport()


def test_a_last_day_that_only_vanishes_is_a_correction(school: School) -> None:
    _import(school, LEE, BO)
    before = _people(school)[1]
    _import(school, replace(LEE, leave_on=MONDAY - DAY), BO)
    assert [one.asks for one in _import(school, LEE, BO).asked] == [Asks.BACK]
    taken = _import(school, LEE, BO, answers={"p1": "p1"})
    assert ([row.id for row in taken.changed], taken.new, taken.asked) == ([before.id], (), ())
    assert (_people(school)[1].engagement, _people(school)[1].counting) == (before.engagement, before.counting)


@pytest.mark.parametrize(
    ("added", "listed", "one"),
    [
        (LEE, LEE, True),
        (replace(LEE, work_email=None), LEE, True),
        (LEE, replace(LEE, work_email="lee@example.org"), False),
        (replace(LEE, work_email=None), replace(LEE, start_on=None), False),
        (replace(LEE, work_email=None), replace(LEE, work_email=None, start_on=MONDAY), False),
        (replace(LEE, work_email=None, start_on=None), replace(LEE, work_email=None, start_on=None), False),
        (replace(LEE, work_email=None), replace(LEE, work_email=None), True),
    ],
)
def test_a_list_takes_over_whom_somebody_added_by_hand(
    school: School, added: Person, listed: Person, one: bool
) -> None:
    _import(school, BO)
    with school.register.transaction() as tx:
        row = add_person(
            tx, school.key, replace(added, person_id="hand-1"), BY_HAND, "key", MONDAY, at(MONDAY), actor="J. Hill"
        )
    taken = _import(school, listed, BO)
    ids = {each.id for each in _people(school)}
    assert len(ids) == (2 if one else 3)
    assert any("added by hand (hand-1). Nothing tells whether they are one" in note for note in taken.notes) is not one
    assert (taken.notes[-1:] == ("Ana Lee was added by hand before; the list has them from now on.",)) is one
    if one:
        ana = _people(school)[1]
        assert (ana.id, ana.engagement, ana.source) == (row.id, row.engagement, "staff.csv")
        assert ana.person.work_email == listed.work_email
        assert _import(school, listed, BO) == StaffImport()


def _add_by_hand(school: School, added: Person) -> PersonRow:
    made = (BY_HAND, "key", MONDAY, at(MONDAY))
    with school.register.transaction() as tx:
        return add_person(tx, school.key, replace(added, person_id="hand-1"), *made, actor="J. Hill")


def test_what_was_typed_by_hand_stays_where_the_list_that_takes_somebody_over_says_nothing(school: School) -> None:
    _import(school, BO)
    last = date(2027, 7, 31)
    _add_by_hand(school, replace(LEE, team="Year 3", manager="Jo Hill", leave_on=last, role="Cook"))
    listed = replace(LEE, work_email=None, role="Head Cook")
    taken = _import(school, listed, BO)
    ana = _people(school)[1].person
    assert (ana.work_email, ana.team, ana.manager, ana.leave_on) == ("ana@example.org", "Year 3", "Jo Hill", last)
    assert (ana.role, ana.person_id) == ("Head Cook", "p1")
    assert taken.notes[-2:] == (
        "The list says otherwise of Ana Lee than was typed by hand, and is followed: role Cook, now Head Cook.",
        "The list gives no last day of Ana Lee, so the one typed by hand stays: 31 July 2027. If they stay longer, "
        "change it with 'policy staff set p1 last_day='.",
    )
    assert _import(school, listed, BO) == StaffImport()
    assert _people(school)[1].person == ana
    _import(school, replace(listed, team="Year 4"), BO)
    assert (_people(school)[1].person.team, _people(school)[1].person.leave_on) == ("Year 4", last)


def test_a_last_day_typed_by_hand_goes_where_the_list_begins_after_it(school: School) -> None:
    _import(school, BO)
    _add_by_hand(school, replace(LEE, leave_on=MONDAY + DAY))
    taken = _import(school, replace(LEE, start_on=MONDAY + 7 * DAY), BO)
    ana = _people(school)[1].person
    assert (ana.start_on, ana.leave_on) == (MONDAY + 7 * DAY, None)
    assert "last day 2026-11-24, now none" in taken.notes[-1]


def test_a_leaver_shares_their_address_with_nobody_and_is_not_without_one(school: School) -> None:
    gone = replace(LEE, leave_on=MONDAY - DAY)
    di = replace(BO, person_id="p3", first_name="Di", work_email="ANA@example.org")
    shared = [replace(BO, person_id=key, first_name=key, work_email="office@example.org") for key in ("Ed", "Flo")]
    none = replace(BO, person_id="p6", first_name="Gus", work_email=None)
    no_mail_gone = replace(none, person_id="p7", first_name="Hal", leave_on=MONDAY - DAY)
    _import(school, gone, BO, di, *shared, none, no_mail_gone)
    people = _people(school)
    unreached = without_own_address(people, MONDAY)
    assert {row.person.first_name for row in people if row.id in unreached} == {"Ed", "Flo", "Gus"}


def test_whoever_has_the_address_of_a_whole_staff_has_none_of_their_own(school: School) -> None:
    _import(school, replace(LEE, work_email="All.Staff@example.org"), BO)
    people = _people(school)
    assert {row.person.first_name for row in people if row.id in without_own_address(people, MONDAY)} == {"Ana"}


def test_a_team_that_nobody_kept_before_is_taken_without_being_told_as_a_change(school: School) -> None:
    _import(school, LEE, BO)
    with school.register.transaction() as tx:
        tx.exec_driver_sql("UPDATE engagement SET said = NULL")
    with_teams = [replace(one, team="Year 3", manager="Jo Hill") for one in (LEE, BO)]
    taken = _import(school, *with_teams)
    assert (taken.changes, taken.waiting) == ((), False)
    assert {row.person.team for row in _people(school)} == {"Year 3"}
    assert _import(school, *with_teams) == StaffImport()


def test_two_people_of_one_address_share_it_though_two_lists_know_them_by_the_same_key(school: School) -> None:
    _import(school, replace(LEE, work_email="office@example.org"))
    _import(school, replace(BO, person_id="p1", work_email="Office@example.org"), source="kitchen.csv")
    assert shared_addresses([row.person for row in _people(school)]) == {"office@example.org"}


def test_many_who_are_known_already_join_another_list_in_few_statements(school: School) -> None:
    people = [replace(LEE, person_id=f"p{n}", last_name=f"Lee{c}", work_email=f"{c}@example.org")
              for n, c in enumerate("abcdefghij")]  # fmt: skip
    _import(school, *people)
    taken = _import(school, *(replace(one, kind=EngagementKind.GOVERNOR) for one in people), source="governors.csv")
    assert (len(taken.new), len(_people(school))) == (10, 10)
    assert all(len(row.engagements) == 2 for row in _people(school))
    with school.register.reading() as tx:
        assert list_people(tx, school.key, MONDAY, as_at=at(MONDAY)) == _people(school)
