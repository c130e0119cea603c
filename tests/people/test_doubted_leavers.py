"""A list whose statuses say that many have left, and a list of strangers after all have: nothing is taken unasked."""

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path

import pytest

from pipeline.cli.report_json import staff_as_json
from pipeline.model.mail import DeliveryState
from pipeline.model.people import BY_HAND, Person
from pipeline.people.lists.staff_import import StaffImport, import_staff
from pipeline.people.lists.staff_list import read_staff_list
from pipeline.people.lists.staff_wording import waiting_line
from pipeline.people.obligations import has_left
from pipeline.register.people.changes import add_people
from pipeline.register.people.persons import list_people
from tests.school import MONDAY, School, at

NAMES = ("Lee", "Marsh", "Fox", "Day", "Holt", "Moss", "Reed", "Frost", "Hale", "Birch", "Lane", "Ford", "Wood")
DAY = timedelta(days=1)
TUESDAY = MONDAY + DAY
ALL = frozenset(range(12))


@pytest.fixture
def school(tmp_path: Path) -> Iterator[School]:
    with School(tmp_path) as opened:
        yield opened


def fetched(folder: Path, off: frozenset[int], count: int = 12, first: int = 0) -> Path:
    """Write a list as it is kept when it came from a directory, with the accounts of some switched off."""
    people = [
        {
            "person_id": f"id-{first + n}", "first_name": "Ana", "last_name": NAMES[n],
            "work_email": f"a{first + n}@example.org", "role": "Teacher", "department": "", "start_date": "",
            "accountEnabled": "false" if n in off else "true",
        }
        for n in range(count)
    ]  # fmt: skip
    path = folder / "staff.json"
    path.write_text(json.dumps({"fetched_on": MONDAY.isoformat(), "value": people}), encoding="utf-8")
    return path


def exported(folder: Path, said: Mapping[int, str], heading: str = "Status", count: int = 12, first: int = 0) -> Path:
    """Write a list as somebody exports it, with something said of some in the last column."""
    rows = [f"id-{first + n},Ana,{NAMES[n]},a{first + n}@example.org,Teacher,{said.get(n, '')}" for n in range(count)]
    path = folder / "staff.csv"
    path.write_text("\n".join([f"person_id,first_name,last_name,work_email,role,{heading}", *rows]), encoding="utf-8")
    return path


def take(school: School, path: Path, today: date = MONDAY, *, confirmed: bool = False) -> StaffImport:
    with school.register.transaction() as tx:
        listed = read_staff_list(path)
        return import_staff(tx, school.key, listed, "staff", today, at(today), confirmed=confirmed)


def here(school: School, today: date) -> int:
    with school.register.reading() as tx:
        return sum(not has_left(row.person, today) for row in list_people(tx, school.key, today))


def states(school: School) -> Sequence[DeliveryState]:
    return [mail.state for mail in school.messages()]


def test_accounts_that_are_all_off_wait_are_named_and_not_mailed_and_the_right_list_is_taken(
    school: School, tmp_path: Path
) -> None:
    school.add_policy("Confidentiality")
    take(school, fetched(tmp_path, frozenset()))
    school.plan()
    assert states(school) == [DeliveryState.PENDING] * 12
    taken = take(school, fetched(tmp_path, ALL))
    assert (taken.waiting, len(taken.left), len(taken.doubted), here(school, MONDAY)) == (True, 0, 12, 12)
    said = waiting_line(taken, "staff.json")
    assert "12 people who left by a status wait for you" in said
    assert "without a last day Ana Lee, Ana Marsh" in said
    assert "Ana Ford have left; no mail goes to them" in said
    assert "'policy staff import \"staff.json\" --yes'" in said
    assert not any("nothing is sent to them any more" in note for note in taken.notes)
    assert all(change.waits for change in taken.changes)
    assert len(staff_as_json(taken)["doubted"]) == 12
    assert set(states(school)) == {DeliveryState.CANCELLED}
    assert school.plan().queued == ()
    again = take(school, fetched(tmp_path, ALL), TUESDAY)
    assert (again.waiting, len(again.doubted), school.plan(TUESDAY).queued) == (True, 12, ())
    right = take(school, fetched(tmp_path, frozenset()), TUESDAY + DAY)
    assert (right.waiting, right.changes, right.doubted) == (False, (), ())
    assert len(school.plan(TUESDAY + DAY).queued) == 12


def test_with_a_yes_they_have_left(school: School, tmp_path: Path) -> None:
    take(school, fetched(tmp_path, frozenset()))
    assert take(school, fetched(tmp_path, ALL)).waiting
    taken = take(school, fetched(tmp_path, ALL), TUESDAY, confirmed=True)
    assert (taken.waiting, len(taken.left), here(school, TUESDAY)) == (False, 12, 0)
    assert {row.person.leave_on for row in taken.left} == {MONDAY}
    assert take(school, fetched(tmp_path, ALL), TUESDAY + DAY) == StaffImport(columns=taken.columns)


@pytest.mark.parametrize(("off", "waits"), [(1, False), (2, False), (3, True)])
def test_a_few_who_left_by_their_status_go_at_once(school: School, tmp_path: Path, off: int, waits: bool) -> None:
    take(school, fetched(tmp_path, frozenset()))
    taken = take(school, fetched(tmp_path, frozenset(range(off))))
    assert (taken.waiting, here(school, MONDAY)) == (waits, 12 if waits else 12 - off)


@pytest.mark.parametrize("word", ["Inactive", "Leaver", "Left"])
def test_a_word_of_status_waits_and_a_stated_last_day_does_not(school: School, tmp_path: Path, word: str) -> None:
    take(school, exported(tmp_path, {}))
    waits = take(school, exported(tmp_path, dict.fromkeys(ALL, word)))
    assert (len(waits.doubted), here(school, MONDAY)) == (12, 12)
    some = dict.fromkeys(range(6), "2026-11-20")
    taken = take(school, exported(tmp_path, some, heading="leave_date"))
    assert (taken.waiting, len(taken.left), here(school, MONDAY)) == (False, 6, 6)


def test_a_last_day_for_most_of_the_people_at_once_waits_and_mails_nobody(school: School, tmp_path: Path) -> None:
    school.add_policy("Confidentiality")
    take(school, exported(tmp_path, {}))
    school.plan()
    most = exported(tmp_path, dict.fromkeys(range(7), "2026-11-20"), heading="leave_date")
    taken = take(school, most)
    assert (taken.waiting, len(taken.doubted), taken.left, here(school, MONDAY)) == (True, 7, (), 12)
    said = waiting_line(taken, "staff.csv")
    assert "7 people who left by the list wait for you; nothing else was in it to take over" in said
    assert "more than half of the people a last day at once; no mail goes to Ana Lee, Ana Marsh" in said
    assert all(change.waits for change in taken.changes)
    assert [state for state in states(school) if state is DeliveryState.PENDING] == [DeliveryState.PENDING] * 5
    assert take(school, most, TUESDAY).waiting
    assert school.plan(TUESDAY).queued == ()
    # Put right, nobody is asked anew but those whose mail was held.
    right = take(school, exported(tmp_path, {}), TUESDAY + DAY)
    assert (right.waiting, right.changes) == (False, ())
    assert len(school.plan(TUESDAY + DAY).queued) == 7


def test_a_yes_takes_a_last_day_for_all(school: School, tmp_path: Path) -> None:
    take(school, exported(tmp_path, {}))
    path = exported(tmp_path, dict.fromkeys(ALL, "2026-11-20"), heading="leave_date")
    assert take(school, path).waiting
    taken = take(school, path, confirmed=True)
    assert (taken.waiting, len(taken.left), here(school, MONDAY)) == (False, 12, 0)


def test_a_last_day_to_come_for_most_of_the_people_waits_and_mail_goes_on(school: School, tmp_path: Path) -> None:
    school.add_policy("Confidentiality")
    take(school, exported(tmp_path, {}))
    path = exported(tmp_path, dict.fromkeys(ALL, "2027-08-31"), heading="leave_date")
    taken = take(school, path)
    assert (taken.waiting, taken.doubted, len(taken.changes)) == (True, (), 12)
    assert "12 changes wait for you" in waiting_line(taken, "staff.csv")
    assert "nothing changes until you say so" in waiting_line(taken, "staff.csv")
    assert len(school.plan().queued) == 12
    with school.register.reading() as tx:
        assert {row.person.leave_on for row in list_people(tx, school.key, MONDAY)} == {None}


def test_contracts_of_most_people_that_are_made_longer_wait_for_nothing(school: School, tmp_path: Path) -> None:
    take(school, exported(tmp_path, dict.fromkeys(ALL, "2026-12-18"), heading="leave_date"))
    taken = take(school, exported(tmp_path, dict.fromkeys(ALL, "2027-03-25"), heading="leave_date"))
    assert (taken.waiting, len(taken.changed)) == (False, 12)


def test_of_a_handful_all_may_leave_at_once(school: School, tmp_path: Path) -> None:
    take(school, exported(tmp_path, {}, count=4))
    taken = take(school, exported(tmp_path, dict.fromkeys(ALL, "2026-11-20"), heading="leave_date", count=4))
    assert (taken.waiting, len(taken.left)) == (False, 4)


def test_one_who_left_by_a_status_goes_with_many_stated_last_days(school: School, tmp_path: Path) -> None:
    take(school, exported(tmp_path, {}))
    said = {0: "Left", **dict.fromkeys(range(1, 6), "2026-11-20")}
    taken = take(school, exported(tmp_path, said, heading="leave_date"))
    assert (taken.waiting, len(taken.left), here(school, MONDAY)) == (False, 6, 6)


def test_who_is_missing_counts_with_those_who_left_by_a_status(school: School, tmp_path: Path) -> None:
    take(school, fetched(tmp_path, frozenset()))
    taken = take(school, fetched(tmp_path, frozenset({0, 1}), count=11))
    assert (taken.waiting, len(taken.doubted), len(taken.missing), here(school, MONDAY)) == (True, 2, 1, 12)


def test_a_status_in_a_refused_row_waits_too(school: School, tmp_path: Path) -> None:
    take(school, exported(tmp_path, {}))
    path = exported(tmp_path, dict.fromkeys(ALL, "Leaver"))
    path.write_text(path.read_text(encoding="utf-8").replace("@example.org", ""), encoding="utf-8")
    taken = take(school, path)
    assert (len(taken.refused), len(taken.doubted), here(school, MONDAY)) == (12, 12, 12)


def test_whom_somebody_added_by_hand_their_first_list_does_not_let_go(school: School, tmp_path: Path) -> None:
    people = [Person(f"h{n}", "Ana", NAMES[n], f"a{n}@example.org", "Teacher", None, None) for n in range(12)]
    keys = iter(f"key{n}" for n in range(12))
    with school.register.transaction() as tx:
        add_people(tx, school.key, people, BY_HAND, lambda: next(keys), MONDAY, at(MONDAY))
    for day in (MONDAY, TUESDAY):
        taken = take(school, fetched(tmp_path, ALL), day)
        assert (taken.waiting, len(taken.doubted), len(taken.left), here(school, day)) == (True, 12, 0, 12)
    assert len(take(school, fetched(tmp_path, ALL), TUESDAY, confirmed=True).left) == 12


def test_a_list_of_strangers_after_all_have_left_is_asked_about(school: School, tmp_path: Path) -> None:
    take(school, exported(tmp_path, {}))
    take(school, exported(tmp_path, dict.fromkeys(ALL, "2026-11-20"), heading="leave_date"), confirmed=True)
    strangers = fetched(tmp_path, frozenset(), first=100)
    taken = take(school, strangers, TUESDAY)
    assert (taken.new, here(school, TUESDAY)) == ((), 0)
    assert taken.refused[0].reason.startswith(
        "none of the 12 people known from staff, who have all left, is in the list, so nothing was taken from it."
    )
    assert len(take(school, strangers, TUESDAY, confirmed=True).new) == 12


def test_starters_come_at_once_where_the_list_still_has_somebody_who_left(school: School, tmp_path: Path) -> None:
    take(school, exported(tmp_path, {}, count=2))
    take(school, exported(tmp_path, {0: "2026-11-20", 1: "2026-11-20"}, heading="leave_date", count=2))
    taken = take(school, exported(tmp_path, {0: "2026-11-20", 1: "2026-11-20"}, heading="leave_date", count=5))
    assert (len(taken.new), taken.refused) == (3, ())
