"""Bringing a staff list into the register: nobody is dropped, doubled or revived by accident."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from pipeline.model.mail import DeliveryState
from pipeline.model.people import Person
from pipeline.people.lists.compared import PersonChange
from pipeline.people.lists.rows import Refusal
from pipeline.people.lists.slipped import find_slipped
from pipeline.people.lists.staff_import import StaffImport, import_staff
from pipeline.people.lists.staff_list import StaffList, read_staff_list
from pipeline.people.lists.staff_wording import refusal_lines, say_waiting
from pipeline.people.obligations import has_left
from pipeline.register.people.persons import PersonRow, list_people
from tests.school import MONDAY, School, at

_LEE = Person("p1", "Ana", "Lee", "ana@example.org", "Teacher", None, None)
_DAY = Person("p2", "Bo", "Day", None, "Cook", date(2026, 9, 1), None)


@pytest.fixture
def school(tmp_path: Path) -> Iterator[School]:
    with School(tmp_path) as opened:
        yield opened


def _import(
    school: School, *people: Person, today: date = MONDAY, source: str = "staff.csv", confirmed: bool = False
) -> StaffImport:
    listed = StaffList(people, listed=frozenset(person.person_id for person in people))
    with school.register.transaction() as tx:
        return import_staff(tx, school.key, listed, source, today, at(today), confirmed=confirmed)


def test_new_changed_and_unchanged_people_are_told_apart(school: School) -> None:
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
        assert _LEE in [row.person for row in list_people(tx, school.key, MONDAY)]


def test_addresses_that_slipped_from_row_to_row_are_refused_until_somebody_says_they_are_right(school: School) -> None:
    three = [
        replace(_LEE, person_id=f"p{n}", first_name=name, work_email=f"{name.lower()}@example.org")
        for n, name in enumerate(("Ana", "Ben", "Cat"))
    ]
    _import(school, *three)
    slipped = [
        replace(one, work_email=other.work_email) for one, other in zip(three, (*three[1:], three[0]), strict=True)
    ]
    taken = _import(school, *slipped)
    assert [one.person_id for one in taken.refused] == ["p0", "p1", "p2"]
    assert "which is that of Ben Lee" in taken.refused[0].reason
    leaves = _import(school, replace(slipped[0], leave_on=date(2026, 11, 1)), *slipped[1:])
    assert [row.person.first_name for row in leaves.left] == ["Ana"], "a last day in such a row counts"
    with school.register.reading() as tx:
        assert [row.person.work_email for row in list_people(tx, school.key, MONDAY)] == [
            each.work_email for each in three
        ]
    assert len(_import(school, *slipped, confirmed=True).changed) == 3


def test_the_address_of_somebody_who_has_left_may_be_given_on(school: School) -> None:
    _import(school, replace(_LEE, leave_on=date(2026, 9, 1)), _DAY)
    taken = _import(school, replace(_LEE, leave_on=date(2026, 9, 1)), replace(_DAY, work_email=_LEE.work_email))
    assert (len(taken.refused), len(taken.changed)) == (0, 1)


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
    _import(school, _LEE)
    taken = _import(school, replace(_LEE, **fields))  # type: ignore[arg-type]
    assert (len(taken.changed), len(taken.refused), len(taken.notes)) == (1, 0, notes)


def test_somebody_under_a_new_id_with_their_own_name_and_address_stays_who_they_are(school: School) -> None:
    _import(school, _LEE, _DAY)
    taken = _import(school, replace(_LEE, person_id="0001"), _DAY)
    assert ([row.person.person_id for row in taken.changed], taken.new, taken.missing) == (["0001"], (), ())
    assert taken.notes == (
        "Ana Lee has the id 0001 now (before: p1), with the same name and address; what they have read stays theirs.",
    )
    again = _import(school, replace(_LEE, person_id="0001"), _DAY)
    assert again == StaffImport()


def test_somebody_without_an_address_keeps_what_they_read_under_a_new_id(school: School) -> None:
    _import(school, _LEE, _DAY)
    taken = _import(school, _LEE, replace(_DAY, person_id="0002"))
    assert ([row.person.person_id for row in taken.changed], taken.new, taken.missing) == (["0002"], (), ())


def test_leaver_is_told_once_and_a_known_leaver_is_not_new(school: School) -> None:
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
    other = Person("x1", "Cy", "Moss", None, "", None, None)
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
    _import(school, _LEE, _DAY)
    before = school.find_person(1).token_key
    _import(school, replace(_LEE, role="Head"), _DAY)
    assert school.find_person(1).token_key == before
    _import(school, replace(_LEE, leave_on=MONDAY - timedelta(days=1)), _DAY)
    _import(school, _LEE, _DAY)
    assert has_left(school.find_person(1).person, MONDAY), "it is asked first whether they are back"
    _try(school, _LEE, _DAY, answers={"p1": "p1"})
    assert school.find_person(1).token_key != before


def test_absence_recorded_here_survives_a_list_without_that_column(school: School) -> None:
    _import(school, replace(_LEE, away_until=date(2027, 1, 4)), _DAY)
    assert _import(school, _LEE, _DAY) == StaffImport()
    assert school.find_person(1).person.away_until == date(2027, 1, 4)
    moved = _import(school, replace(_LEE, away_until=date(2027, 2, 1)), _DAY)
    assert moved.changed[0].person.away_until == date(2027, 2, 1)


_TEN = tuple(Person(f"p{index}", "Ana", f"Lee{chr(97 + index)}", None, "Cook", None, None) for index in range(10))


def _try(school: School, *people: Person, **options: Any) -> StaffImport:
    listed = StaffList(people, listed=frozenset(person.person_id for person in people))
    with school.register.transaction() as tx:
        return import_staff(tx, school.key, listed, "staff.csv", MONDAY, at(MONDAY), **options)


def _recorded(school: School) -> dict[str, PersonRow]:
    with school.register.reading() as tx:
        return {row.person.person_id: row for row in list_people(tx, school.key, MONDAY)}


def test_changes_are_told_field_by_field(school: School) -> None:
    _import(school, _LEE, _DAY)
    taken = _import(school, replace(_LEE, role="Head", leave_on=date(2027, 8, 31)), _DAY)
    assert taken.changes == (
        PersonChange("p1", "Ana Lee", "role", "Teacher", "Head"),
        PersonChange("p1", "Ana Lee", "leave_date", "", "2027-08-31"),
    )


def test_a_list_that_changes_more_than_a_fifth_takes_starters_and_last_days_and_waits_for_the_rest(
    school: School,
) -> None:
    _import(school, *_TEN)
    last = date(2027, 8, 31)
    changed = [replace(person, role="Head") for person in _TEN[:2]]
    leaver = replace(_TEN[2], role="Head", leave_on=last)
    listed = (*changed, leaver, *_TEN[4:], _LEE)
    taken = _import(school, *[replace(_LEE, person_id="p11") if each is _LEE else each for each in listed])
    assert (taken.waiting, taken.written) == (True, True)
    assert [(change.field, change.waits) for change in taken.changes] == [
        ("role", True), ("role", True), ("role", True), ("leave_date", False),
    ]  # fmt: skip
    assert [row.person.person_id for row in taken.missing] == ["p3"]
    now = _recorded(school)
    assert now["p11"].person.name == "Ana Lee"
    assert (now["p2"].person.leave_on, now["p2"].person.role) == (last, "Cook")
    assert {now[key].person.role for key in ("p0", "p1")} == {"Cook"}
    assert now["p3"].missing_since is None


def _unknown(count: int, start_on: date | None) -> list[Person]:
    names = ("Cy Fox", "Di Moss", "Ed Reed", "Flo Wood", "Gus Dale")[:count]
    return [Person(f"x{number}", *name.split(), None, "Cook", start_on, None) for number, name in enumerate(names)]


@pytest.mark.parametrize("start_on", [None, date(2018, 9, 1), MONDAY - timedelta(days=93)])
def test_last_years_list_mails_nobody_whom_no_list_had_before(school: School, start_on: date | None) -> None:
    _import(school, *_TEN)
    listed = (*_TEN[:6], *_unknown(5, start_on))
    for preview in (True, False):
        taken = _try(school, *listed, preview=preview)
        assert (taken.waiting, taken.new, len(taken.strangers)) == (True, (), 5)
        assert "5 people whom nobody knew and who did not start lately (Cy Fox" in say_waiting(taken)
    assert not {"x0", "x4"} & _recorded(school).keys()
    taken = _try(school, *listed, confirmed=True)
    assert (len(taken.new), taken.strangers) == (5, ())


@pytest.mark.parametrize(
    ("listed", "count", "start_on"),
    [
        (_TEN[:6], 5, MONDAY - timedelta(days=90)),  # starters of this term
        (_TEN[:6], 5, MONDAY + timedelta(days=40)),
        (_TEN, 2, None),  # a few, and nobody is gone
        (_TEN, 5, date(2018, 9, 1)),  # the list has everybody
    ],
)
def test_starters_and_whoever_joins_a_list_that_is_right_wait_for_nothing(
    school: School, listed: Sequence[Person], count: int, start_on: date | None
) -> None:
    _import(school, *_TEN)
    taken = _try(school, *listed, *_unknown(count, start_on))
    assert (len(taken.new), taken.strangers) == (count, ())


def test_a_yes_takes_over_what_waited(school: School) -> None:
    _import(school, *_TEN)
    listed = [replace(person, role="Head") for person in _TEN[:4]]
    assert _try(school, *listed).waiting
    taken = _try(school, *listed, confirmed=True)
    assert (taken.waiting, len(taken.changed), len(taken.missing)) == (False, 4, 6)
    now = _recorded(school)
    assert (now["p0"].person.role, now["p9"].missing_since) == ("Head", MONDAY)
    assert _try(school, *listed).waiting is False


@pytest.mark.parametrize(("count", "waits"), [(2, False), (3, True)])
def test_a_fifth_of_the_people_may_change_at_once(school: School, count: int, waits: bool) -> None:
    _import(school, *_TEN)
    listed = [replace(person, role="Head") for person in _TEN[:count]]
    assert _import(school, *listed, *_TEN[count:]).waiting is waits


def test_last_days_alone_do_not_wait_where_half_stay(school: School) -> None:
    _import(school, *_TEN)
    gone = [replace(person, leave_on=MONDAY - timedelta(days=1)) for person in _TEN[:5]]
    taken = _import(school, *gone, *_TEN[5:])
    assert (taken.waiting, len(taken.left)) == (False, 5)
    assert sum(row.person.leave_on is not None for row in _recorded(school).values()) == 5


def test_a_last_day_that_is_taken_back_waits_with_the_rest(school: School) -> None:
    gone = [replace(person, leave_on=MONDAY - timedelta(days=1)) for person in _TEN[:5]]
    _import(school, *gone, *_TEN[5:])
    assert _import(school, *_TEN).waiting
    assert all(_recorded(school)[person.person_id].person.leave_on for person in gone)


def test_a_preview_says_it_all_and_writes_nothing(school: School) -> None:
    _import(school, _LEE, _DAY)
    before = _recorded(school)
    other = Person("p3", "Cy", "Fox", None, "", None, None)
    with school.register.reading() as tx:
        listed = StaffList((replace(_LEE, role="Head"), other), listed=frozenset({"p1", "p3"}))
        taken = import_staff(tx, school.key, listed, "staff.csv", MONDAY, at(MONDAY), preview=True)
    told = [[row.person.person_id for row in rows] for rows in (taken.new, taken.changed, taken.missing)]
    assert (told, taken.written) == ([["p3"], ["p1"], ["p2"]], False)
    assert _recorded(school) == before


def test_a_list_with_questions_of_its_own_is_not_taken(school: School) -> None:
    listed = StaffList((_LEE,), listed=frozenset({"p1"}), questions=("What is “Finish”?",))
    with school.register.transaction() as tx:
        taken = import_staff(tx, school.key, listed, "staff.csv", MONDAY, at(MONDAY))
    assert (taken.written, len(taken.new), taken.questions) == (False, 1, ("What is “Finish”?",))
    assert _recorded(school) == {}


def test_who_has_left_by_status_alone_is_given_yesterday_once_and_never_mailed(school: School) -> None:
    def take(today: date) -> StaffImport:
        listed = StaffList((_LEE, _DAY), listed=frozenset({"p1", "p2"}), undated_leavers=frozenset({"p1"}))
        with school.register.transaction() as tx:
            return import_staff(tx, school.key, listed, "staff.csv", today, at(today))

    _import(school, _LEE, _DAY)
    taken = take(MONDAY)
    assert [row.person.leave_on for row in taken.left] == [MONDAY - timedelta(days=1)]
    assert "Ana Lee has left by the status in the list, which gives no last day; 22 November 2026" in taken.notes[0]
    assert take(MONDAY + timedelta(days=1)) == StaffImport()
    assert has_left(_recorded(school)["p1"].person, MONDAY)


def test_a_starter_who_is_not_switched_on_yet_has_not_left(school: School) -> None:
    starter = replace(_DAY, start_on=MONDAY + timedelta(days=7))
    listed = StaffList((starter,), listed=frozenset({"p2"}), undated_leavers=frozenset({"p2"}))
    with school.register.transaction() as tx:
        taken = import_staff(tx, school.key, listed, "staff.csv", MONDAY, at(MONDAY))
    assert [row.person.leave_on for row in taken.new] == [None]
    assert "has no account yet" in taken.notes[0]


def test_a_contract_that_ended_without_a_last_day_is_told(school: School) -> None:
    listed = StaffList((_LEE,), listed=frozenset({"p1"}), contract_ends={"p1": MONDAY - timedelta(days=9)})
    with school.register.transaction() as tx:
        taken = import_staff(tx, school.key, listed, "staff.csv", MONDAY, at(MONDAY))
    assert taken.notes[0].startswith("The contract of Ana Lee has ended, but the list gives no last day")


def test_a_new_address_of_somebody_with_the_same_name_is_theirs_in_a_list_without_ids(school: School) -> None:
    old = Person("ana@example.org", "Ana", "Lee", "ana@example.org", "Teacher", date(2019, 9, 1), None)
    new = replace(old, person_id="lee@example.org", work_email="lee@example.org")
    with school.register.transaction() as tx:
        take = partial(import_staff, tx, school.key, source="staff.csv", today=MONDAY, now=at(MONDAY))
        listed = partial(StaffList, keyed_by_address=True)
        take(listed((old,), listed=frozenset({old.person_id})))
        joined = take(listed((new,), listed=frozenset({new.person_id})))
        assert ([row.id for row in joined.changed], joined.new, joined.missing, joined.asked) == ([1], (), (), ())
        later = replace(new, person_id="ana3@example.org", work_email="ana3@example.org", start_on=date(2026, 9, 1))
        taken = take(listed((new, later), listed=frozenset({new.person_id, later.person_id})))
        assert [row.person.person_id for row in taken.new] == ["ana3@example.org"]


def test_another_list_altogether_is_taken_with_a_yes(school: School) -> None:
    _import(school, _LEE, _DAY)
    other = Person("x1", "Cy", "Fox", None, "", None, None)
    command = "take it in with 'policy staff import FILE --source \"staff.csv\" --yes'"
    assert command in _import(school, other).refused[0].reason
    taken = _try(school, other, confirmed=True)
    assert ([row.person.person_id for row in taken.new], len(taken.missing)) == (["x1"], 2)


def test_everybody_under_a_new_id_is_found_again_and_waits(school: School) -> None:
    people = [replace(person, work_email=f"{person.person_id}@example.org") for person in _TEN]
    _import(school, *people)
    moved = [replace(person, person_id=f"new-{person.person_id}") for person in people]
    assert (_try(school, *moved).waiting, set(_recorded(school))) == (True, {person.person_id for person in people})
    _try(school, *moved, confirmed=True)
    assert set(_recorded(school)) == {person.person_id for person in moved}


@pytest.mark.parametrize(("cells", "last"), [("31/08/2026,", date(2026, 8, 31)), (",Leaver", date(2026, 11, 22))])
def test_a_last_day_counts_though_its_row_is_refused(school: School, tmp_path: Path, cells: str, last: date) -> None:
    _import(school, _LEE, _DAY)
    path = tmp_path / "staff.csv"
    rows = (f"p1,Ana,Lee,no address,{cells}", "p2,Bo,Day,,,")
    path.write_text("\n".join(["id,forename,surname,email,leaving date,status", *rows]) + "\n", encoding="utf-8")
    with school.register.transaction() as tx:
        taken = import_staff(tx, school.key, read_staff_list(path), "staff.csv", MONDAY, at(MONDAY))
    assert ([row.person.leave_on for row in taken.left], len(taken.refused)) == ([last], 1)
    assert _recorded(school)["p1"].person == replace(_LEE, leave_on=last)


def test_a_last_day_of_a_refused_row_is_not_given_to_somebody_else_of_that_id(school: School, tmp_path: Path) -> None:
    _import(school, _LEE, _DAY)
    path = tmp_path / "staff.csv"
    path.write_text(
        "id,forename,surname,email,leaving date\np1,Cy,Moss,no address,31/08/2026\np2,Bo,Day,,\n", encoding="utf-8"
    )
    with school.register.transaction() as tx:
        taken = import_staff(tx, school.key, read_staff_list(path), "staff.csv", MONDAY, at(MONDAY))
    assert (taken.left, taken.missing) == ((), ())


@pytest.mark.parametrize(
    ("words", "last"),
    [
        *((word, MONDAY - timedelta(days=1)) for word in ("Left", "LEAVER", "left July 2026", "Resigned")),
        ("August 2026", date(2026, 8, 31)),
    ],
)
def test_a_word_or_a_month_in_place_of_a_last_day_is_a_leaver(
    school: School, tmp_path: Path, words: str, last: date
) -> None:
    _import(school, _LEE, _DAY)
    path = tmp_path / "staff.csv"
    path.write_text(
        "person_id,first_name,last_name,work_email,leave_date\n"
        f"p1,{_LEE.first_name},{_LEE.last_name},{_LEE.work_email},{words}\np2,{_DAY.first_name},{_DAY.last_name},,\n",
        encoding="utf-8",
    )
    with school.register.transaction() as tx:
        taken = import_staff(tx, school.key, read_staff_list(path), "staff.csv", MONDAY, at(MONDAY))
    assert [row.person.leave_on for row in taken.left] == [last]


@pytest.mark.parametrize("words", ["31/02/2026", "end of summer term", "soon"])
def test_mail_to_somebody_whose_last_day_cannot_be_read_waits_until_it_can(
    school: School, tmp_path: Path, words: str
) -> None:
    school.add_policy("Confidentiality")
    _import(school, _LEE, _DAY)
    school.plan()
    assert [mail.state for mail in school.messages()] == [DeliveryState.PENDING]
    for later in range(3):
        today = MONDAY + timedelta(days=later)
        taken = _import_last_day(school, tmp_path, words, today)
        assert ([len(taken.refused), len(taken.left)], school.plan(today).queued) == ([1, 0], ())
        assert taken.questions[0].startswith("When is the last day of Ana Lee?")
        assert {mail.state for mail in school.messages()} == {DeliveryState.CANCELLED}
    today = MONDAY + timedelta(days=3)
    _import_last_day(school, tmp_path, "", today)
    school.plan(today)
    assert [mail.state for mail in school.messages()][-1] is DeliveryState.PENDING


def _import_last_day(school: School, folder: Path, words: str, today: date) -> StaffImport:
    path = folder / "staff.csv"
    path.write_text(
        "person_id,first_name,last_name,work_email,role,start_date,leave_date\n"
        f"p1,Ana,Lee,ana@example.org,Teacher,,{words}\np2,Bo,Day,,Cook,2026-09-01,\n",
        encoding="utf-8",
    )
    with school.register.transaction() as tx:
        return import_staff(tx, school.key, read_staff_list(path), "staff.csv", today, at(today))


@pytest.mark.parametrize("name", ["Ana Lee (left)", "ZZ Ana Lee", "Ana Lee - leaver", "Do not use"])
def test_somebody_known_whose_name_is_marked_as_left_has_left(school: School, tmp_path: Path, name: str) -> None:
    _import(school, _LEE, _DAY)
    path = tmp_path / "staff.csv"
    path.write_text(f"person_id,Full name,email\np1,{name},ana@example.org\np2,Bo Day,\n", encoding="utf-8")
    with school.register.transaction() as tx:
        taken = import_staff(tx, school.key, read_staff_list(path), "staff.csv", MONDAY, at(MONDAY))
    assert ([row.person.name for row in taken.left], len(taken.refused)) == (["Ana Lee"], 1)
    assert has_left(_recorded(school)["p1"].person, MONDAY)


def _try_as_read(school: School, people: Sequence[Person], **options: Any) -> StaffImport:
    listed = StaffList(tuple(people), listed=frozenset(one.person_id for one in people), slipped=find_slipped(people))
    with school.register.transaction() as tx:
        return import_staff(tx, school.key, listed, "staff.csv", MONDAY, at(MONDAY), **options)


def test_a_first_list_whose_addresses_slipped_is_taken_with_a_yes_and_not_asked_about_again(school: School) -> None:
    names = ("Ana", "Lee"), ("Bo", "Ash"), ("Cy", "Day"), ("Di", "Fox"), ("Ed", "Moss")
    people = [
        Person(f"p{number}", first, last, f"{'.'.join(names[number - 1]).lower()}@example.org", "Cook", None, None)
        for number, (first, last) in enumerate(names)
    ]
    taken = _try_as_read(school, people)
    assert (taken.written, len(taken.questions), _recorded(school)) == (False, 1, {})
    assert "5 of the e-mail addresses are those of other people" in taken.questions[0]
    assert "'policy staff import FILE --yes'" in taken.questions[0]
    assert _try_as_read(school, people, confirmed=True).written
    assert len(_recorded(school)) == 5
    again = _try_as_read(school, people)
    assert (again.written, again.questions) == (True, ())


def test_whoever_is_new_and_stands_in_the_list_twice_is_told_once(school: School) -> None:
    _import(school, _LEE, _DAY)
    again = replace(_LEE, person_id="p9", work_email="a.lee@example.org")
    taken = _import(school, _LEE, _DAY, again)
    assert [note for note in taken.notes if "Ana Lee stands in the list as p1 (ana@example.org) and p9" in note]
    assert _import(school, _LEE, _DAY, again).notes == ()


@pytest.mark.parametrize(("domain", "told"), [("gmail.com", True), ("example.org", False)])
def test_a_list_of_private_addresses_is_told_once(school: School, domain: str, told: bool) -> None:
    people = [replace(one, work_email=f"{one.person_id}@{domain}") for one in _TEN]
    taken = _import(school, *people)
    assert any("10 of the 10 new people have private addresses" in note for note in taken.notes) is told
    assert _import(school, *people).notes == ()


def test_a_person_who_is_refused_in_two_rows_for_one_reason_is_told_once() -> None:
    twice = [Refusal(row, "there is no id", None, "Kim Day") for row in (3, 4)]
    lines = refusal_lines(
        [*twice, Refusal(5, "there is no id", None, "Ann Lee"), Refusal(6, "no name"), Refusal(7, "no name")]
    )
    assert lines == [
        "Rows 3 and 4 (Kim Day) were refused: there is no id",
        "Row 5 (Ann Lee) was refused: there is no id",
        "Row 6 was refused: no name",
        "Row 7 was refused: no name",
    ]
