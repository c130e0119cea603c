"""Lists as large, as odd and as simultaneous as they come: everybody is taken, told or refused, and nobody is lost."""

import threading
import time
import tracemalloc
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from openpyxl import Workbook
from sqlalchemy import event

from pipeline.people.lists.several_lists import take_lists
from pipeline.people.lists.staff_import import StaffImport, import_staff
from pipeline.people.lists.staff_list import StaffList, read_staff_list
from pipeline.register.people.persons import list_people
from pipeline.register.store.database import open_register
from tests.benchmarks.people import write_list
from tests.people.test_lists import BO, LEE, _import, _people
from tests.school import MONDAY, School, at


@pytest.fixture
def school(tmp_path: Path) -> Iterator[School]:
    with School(tmp_path) as opened:
        yield opened


@pytest.mark.slow
def test_a_list_of_5_000_people_is_taken_whole_and_taken_again_changes_nobody(school: School) -> None:
    write_list(school.root / "staff.csv", 5_000)
    began = time.perf_counter()
    first = take_lists(school.register, school.config, MONDAY, at(MONDAY)).whole
    taken = time.perf_counter() - began
    tracemalloc.start()
    second = take_lists(school.register, school.config, MONDAY, at(MONDAY)).whole
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    print(f"5,000 rows taken in {taken:.1f} s; taken again with {peak / 1e6:.0f} MB at most")
    assert (len(first.new), len(first.refused)) == (5_000, 0)
    assert (second.new, second.changed, second.missing, second.waiting) == ((), (), (), False)
    assert len(_people(school)) == 5_000
    assert peak < 50e6


def test_twice_as_many_people_take_no_more_statements(school: School) -> None:
    _statements(school, 1)  # the first row of a workspace makes its secret
    assert _statements(school, 200) == _statements(school, 400)


def _statements(school: School, rows: int) -> int:
    """Return how many statements it takes to record so many people in a list of their own, and to take it again."""
    path = school.root / f"{rows}.csv"
    write_list(path, rows)
    text = path.read_text(encoding="utf-8").replace("@", f"@{rows}.")
    path.write_text(text, encoding="utf-8")
    listed = read_staff_list(path)
    said: list[object] = []

    def note(*arguments: object) -> None:
        said.append(arguments[2])

    event.listen(school.register.engine, "before_cursor_execute", note)
    try:
        with school.register.transaction() as tx:
            taken = import_staff(tx, school.key, listed, path.name, MONDAY, at(MONDAY))
            import_staff(tx, school.key, listed, path.name, MONDAY, at(MONDAY))
    finally:
        event.remove(school.register.engine, "before_cursor_execute", note)
    assert len(taken.new) == rows
    return len(said)


def test_a_workbook_with_formulas_is_read_by_their_values_and_refused_where_there_are_none(
    school: School, tmp_path: Path
) -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["person_id", "first_name", "last_name", "work_email", "role"])
    sheet.append(["p1", "Ana", "Lee", "ana@example.org", "Teacher"])
    sheet.append(["p2", "Bo", "Day", '=LOWER("BO@EXAMPLE.ORG")', "Cook"])
    sheet.append(["p3", '=CONCATENATE("C","y")', "Fox", "cy@example.org", "Cook"])
    book.save(tmp_path / "staff.xlsx")
    listed = read_staff_list(tmp_path / "staff.xlsx")
    with school.register.transaction() as tx:
        taken = import_staff(tx, school.key, listed, "staff.xlsx", MONDAY, at(MONDAY))
    assert [row.person.person_id for row in taken.new] == ["p1"]
    assert len(taken.refused) == 2
    assert all("formula that was never worked out" in refusal.reason for refusal in taken.refused)
    again = replace(listed, people=(LEE,), listed=frozenset({"p1", "p2", "p3"}))
    with school.register.transaction() as tx:
        assert import_staff(tx, school.key, again, "staff.xlsx", MONDAY, at(MONDAY)).missing == ()


def test_two_people_of_one_address_stay_two_and_are_asked_on_paper(school: School) -> None:
    school.add_policy("Confidentiality")
    shared = replace(BO, work_email=LEE.work_email)
    path = school.root / "staff.csv"
    path.write_text(
        "person_id,first_name,last_name,work_email\n"
        f"p1,Ana,Lee,{LEE.work_email}\np2,Bo,Day,{(shared.work_email or '').upper()}\n",
        encoding="utf-8",
    )
    taken = take_lists(school.register, school.config, MONDAY, at(MONDAY)).whole
    assert len(_people(school)) == 2
    assert any("share the address ana@example.org" in note for note in taken.notes)
    plan = school.plan()
    assert (plan.queued, {reader.why for reader in plan.paper}) == ((), {"shares an address"})


def test_two_imports_at_once_take_everybody_once(tmp_path: Path) -> None:
    people = tuple(
        replace(LEE, person_id=f"p{number}", last_name=f"Lee{letter}", work_email=f"{letter}@example.org")
        for number, letter in enumerate("abcdefghijklmnopqrst")
    )
    listed = StaffList(people, listed=frozenset(person.person_id for person in people))
    taken: list[StaffImport] = []
    with School(tmp_path) as school:

        def take() -> None:
            mine = open_register("distribution/register.sqlite3", root=tmp_path, school_name="Test Primary School",
                                 time_zone="Europe/London")  # fmt: skip
            with mine, mine.transaction() as tx:
                taken.append(import_staff(tx, mine.school, listed, "staff.csv", MONDAY, at(MONDAY)))

        threads = [threading.Thread(target=take) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(len(one.new) for one in taken) == [0, 0, 0, 20]
        assert len(_people(school)) == 20


def test_a_list_taken_on_an_earlier_day_than_the_last_loses_nobody(school: School) -> None:
    _import(school, LEE, BO)
    earlier = MONDAY - timedelta(days=400)
    assert _import(school, LEE, BO, today=earlier).changed == ()
    gone = _import(school, BO, today=earlier)
    assert [row.person.name for row in gone.missing] == ["Ana Lee"]
    back = _import(school, LEE, BO)
    assert (len(back.changed), back.new, back.left) == (1, (), ())
    with school.register.reading() as tx:
        assert len(list_people(tx, school.key, MONDAY, as_at=at(MONDAY))) == 2


def test_an_absence_of_a_list_that_is_over_comes_to_nothing(school: School) -> None:
    _import(school, replace(LEE, away_until=MONDAY - timedelta(days=3)), BO)
    assert _people(school)[1].person.away == ()
    assert _import(school, replace(LEE, away_until=MONDAY - timedelta(days=3)), BO) == StaffImport()


@pytest.mark.parametrize("key", ["p1", "x9"])
def test_a_key_is_taken_over_by_nobody_else_whichever_term_it_is_of(school: School, key: str) -> None:
    over = replace(LEE, leave_on=MONDAY - timedelta(days=9))
    _import(school, over, BO)
    other = replace(BO, person_id=key, first_name="Cy", last_name="Fox", work_email="cy@example.org", start_on=MONDAY)
    taken = _import(school, other, BO)
    assert len(taken.refused) == (1 if key == "p1" else 0)
    assert len(_people(school)) == (2 if key == "p1" else 3)
