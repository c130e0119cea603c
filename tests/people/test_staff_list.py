"""Staff lists become people; what cannot be believed is refused with its row and reason."""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import UsageError
from pipeline.model import Person
from pipeline.people.staff_list import (
    StaffList,
    heading_key,
    read_or_refuse_staff_list,
    read_staff_list,
    shared_addresses,
)

_HEADINGS = "person_id,first_name,last_name,work_email,role,start_date,leave_date"


def _read(tmp_path: Path, *rows: str, headings: str = _HEADINGS) -> StaffList:
    path = tmp_path / "staff.csv"
    path.write_text("\n".join([headings, *rows]) + "\n", encoding="utf-8")
    return read_staff_list(path)


def test_plain_columns_become_people(tmp_path: Path) -> None:
    listed = _read(tmp_path, "p1,Ana,Núñez,ana@example.org,Teacher,2026-09-01,2027-08-31", "p2,Bo,O'Neill,,,,")
    assert listed == StaffList(
        people=(
            Person("p1", "Ana", "Núñez", "ana@example.org", "Teacher", date(2026, 9, 1), date(2027, 8, 31)),
            Person("p2", "Bo", "O'Neill", None, "", None, None),
        ),
        listed=frozenset({"p1", "p2"}),
    )


def test_names_of_a_usual_export_are_recognised_under_a_title_row(tmp_path: Path) -> None:
    listed = _read(
        tmp_path,
        "Staff ID;Surname;Legal Forename;Known  as;E-mail;Work Email;Job Title;Date of Arrival",
        "7;Smith;Margaret;Peggy;wrong@example.org;peggy@example.org;Cook;13/09/2026",
        headings="Staff contact list;;;;;;;",
    )
    assert listed.people == (Person("7", "Peggy", "Smith", "peggy@example.org", "Cook", date(2026, 9, 13), None),)


@pytest.mark.parametrize(
    ("full", "first", "last"), [("Smith, Jo Ann", "Jo Ann", "Smith"), ("Jo van Dyk", "Jo", "van Dyk")]
)
def test_name_in_one_column_is_split_and_that_is_said(tmp_path: Path, full: str, first: str, last: str) -> None:
    listed = _read(tmp_path, f'7,"{full}"', headings="id,Full name")
    assert (listed.people[0].first_name, listed.people[0].last_name) == (first, last)
    assert any("Names stand in one column" in note for note in listed.notes)


@pytest.mark.parametrize(
    ("row", "says"),
    [
        (",Ana,Lee,,,,", "there is no id"),
        ("p1,,,,,,", "there is no name"),
        ("p1,Ana,,,,,", "no last name for 'Ana'"),
        ("p1,Ana,Lee,not-an-address,,,", "not one e-mail address"),
        ("p1,Ana,Lee,a@example.org b@example.org,,,", "not one e-mail address"),
        ("p1,Ana,Lee,Ana <a@example.org>,,,", "not one e-mail address"),
        ("p1,Ana,Lee,=cmd@example.org,,,", "like a formula"),
        ("p1,=1+1,Lee,,,,", "first name begins with '='"),
        ("p1,Ana,+Lee,,,,", "last name begins with '\\+'"),
        ("p1,Ana,-Lee,,,,", "last name begins with '-'"),
        ("p1,Ana,@Lee,,,,", "last name begins with '@'"),
        ('p1,Ana,"\tLee",,,,', "last name begins with"),
        ("p1,Ana,Le\u202ee,,,,", "do not show"),
        ("p1,Ana,Le\u200fe,,,,", "do not show"),
        ("p1,Ana,Le\x07e,,,,", "do not show"),
        ('p1,Ana,"Le\ne",,,,', "do not show"),
        ("p1,Ana,1234,,,,", "holds no letter"),
        (f"p1,Ana,{'x' * 121},,,,", "longer than 120"),
        ("p1,Ana,Lee,,=HYPERLINK(1),,", "role begins with"),
        ("=1,Ana,Lee,,,,", "id begins with"),
        ("a@example.org,Ana,Lee,,,,", "is an e-mail address"),
        ("1.23E+11,Ana,Lee,,,,", "shortened by the spreadsheet"),
        ("p1,Ana,Lee,,,2026-09-01,2026-08-31", "leaving date 2026-08-31 is before the start date"),
        ("p1,Ana,Lee,,,01/02/2026,", "start date '01/02/2026' could be day first or month first"),
        ("p1,Ana,Lee,,,,soon", "leave date 'soon' is not a date"),
        ("p1,Ana,Lee,,,45678,", "'45678' is a day as a spreadsheet counts it; format the column as a date"),
        ("p1,Zo?,Lee,,,,", "first name 'Zo\\?' lost letters when the list was saved"),
        ("p1,Ana,N\ufffdez,,,,", "last name .* lost letters when the list was saved; save it as 'CSV UTF-8'"),
        ("p1,ZoÃ«,Lee,,,,", "lost letters"),
        ("p1,Ana,Lee (SENCO),,,,", "last name 'Lee \\(SENCO\\)' holds more than the name"),
        ("p1,Ana,Lee / Day,,,,", "holds more than the name"),
    ],
)
def test_row_that_cannot_be_believed_is_refused_and_the_others_go_on(tmp_path: Path, row: str, says: str) -> None:
    listed = _read(tmp_path, row, "p9,Cy,Dane,,,,")
    assert [person.person_id for person in listed.people] == ["p9"]
    assert len(listed.refused) == 1
    assert listed.refused[0].row >= 2
    assert listed.refused[0].reason.endswith(".")
    import re

    assert re.search(says, listed.refused[0].reason)


def test_headings_that_stand_twice_are_passed_over(tmp_path: Path) -> None:
    listed = _read(tmp_path, "p1,Ana,Lee,,,,", _HEADINGS, "p2,Bo,Day,,,,")
    assert [person.person_id for person in listed.people] == ["p1", "p2"]
    assert (listed.refused, listed.notes) == ((), ("Row 3 repeats the headings and was passed over.",))


def test_a_list_of_an_old_mac_keeps_its_letters(tmp_path: Path) -> None:
    path = tmp_path / "staff.csv"
    path.write_bytes(f"{_HEADINGS}\rp1,Zoë,O’Dowd,,,,\r".encode("mac_roman"))
    assert [person.name for person in read_staff_list(path).people] == ["Zoë O’Dowd"]


def test_one_person_under_two_ids_is_asked_about(tmp_path: Path) -> None:
    listed = _read(tmp_path, "p1,Ana,Lee,ana@example.org,,,", "P1,Ana,Lee,ana@example.org,,,")
    assert listed.notes[0].startswith("Ana Lee stands in the list as p1 and P1, with the one address ana@example.org.")


def test_refused_person_still_counts_as_listed(tmp_path: Path) -> None:
    listed = _read(tmp_path, "p1,Ana,Lee,bad address,,,")
    assert listed.listed == {"p1"}
    assert listed.refused[0].person_id == "p1"


def test_one_id_with_two_names_is_refused_in_every_row(tmp_path: Path) -> None:
    listed = _read(tmp_path, "p1,Ana,Lee,,,,", "p1,Bo,Lee,,,,")
    assert listed.people == ()
    assert [refusal.row for refusal in listed.refused] == [2, 3]
    assert "stands for Ana Lee and Bo Lee" in listed.refused[0].reason


def test_one_person_with_two_addresses_is_refused(tmp_path: Path) -> None:
    listed = _read(tmp_path, "p1,Ana,Lee,a@example.org,,,", "p1,Ana,Lee,b@example.org,,,")
    assert listed.people == ()
    assert "two addresses" in listed.refused[0].reason


def test_identical_rows_are_one_person_and_that_is_said(tmp_path: Path) -> None:
    row = "p1,Ana,Lee,a@example.org,Teacher,2026-09-01,"
    listed = _read(tmp_path, row, row)
    assert len(listed.people) == 1
    assert listed.notes == ("Ana Lee stands in rows 2, 3; they were taken as one person.",)


def test_contracts_of_one_person_are_joined_from_earliest_start_to_latest_end(tmp_path: Path) -> None:
    listed = _read(
        tmp_path,
        "p1,Ana,Lee,,,2025-09-01,2026-08-31",
        "p1,Ana,Lee,a@example.org,Cook,2026-09-01,2027-08-31",
        "p2,Bo,Day,,,2025-09-01,2026-08-31",
        "p2,Bo,Day,,,,",
    )
    assert listed.people == (
        Person("p1", "Ana", "Lee", "a@example.org", "Cook", date(2025, 9, 1), date(2027, 8, 31)),
        Person("p2", "Bo", "Day", None, "", None, None),
    )


def test_shared_address_is_flagged_and_both_people_are_kept(tmp_path: Path) -> None:
    listed = _read(tmp_path, "p1,Ana,Lee,office@example.org,,,", "p2,Bo,Day,Office@example.org,,,", "p3,Cy,Fox,,,,")
    assert len(listed.people) == 3
    assert shared_addresses(listed.people) == {"office@example.org"}
    assert "Ana Lee, Bo Day share the address office@example.org" in listed.notes[0]


def test_private_addresses_are_not_taken(tmp_path: Path) -> None:
    listed = _read(tmp_path, "p1,Ana,Lee,ana@home.example.org", headings="id,forename,surname,personal email")
    assert listed.people[0].work_email is None
    assert "private e-mail addresses" in listed.notes[0]


def test_leaver_without_a_leaving_date_is_refused(tmp_path: Path) -> None:
    listed = _read(
        tmp_path, "p1,Ana,Lee,Left,", "p2,Bo,Day,Left,2026-07-01", headings="id,forename,surname,status,end date"
    )
    assert [person.person_id for person in listed.people] == ["p2"]
    assert "add the last day" in listed.refused[0].reason


def test_absence_is_read_where_the_list_has_it(tmp_path: Path) -> None:
    listed = _read(tmp_path, "p1,Ana,Lee,2027-01-04", headings="id,forename,surname,away until")
    assert listed.people[0].away_until == date(2027, 1, 4)


@pytest.mark.parametrize(("content", "says"), [("", "is empty"), (_HEADINGS + "\n", "lists nobody yet")])
def test_empty_list_is_no_error(tmp_path: Path, content: str, says: str) -> None:
    path = tmp_path / "staff.csv"
    path.write_text(content, encoding="utf-8")
    listed = read_staff_list(path)
    assert (listed.people, listed.refused) == ((), ())
    assert says in listed.notes[0]


def test_missing_list_is_no_error(tmp_path: Path) -> None:
    assert "is not there" in read_staff_list(tmp_path / "staff.csv").notes[0]


@pytest.mark.parametrize(
    ("headings", "missing"), [("name,email", "person_id"), ("person_id,email", "first_name and last_name")]
)
def test_list_without_a_needed_column_says_which(tmp_path: Path, headings: str, missing: str) -> None:
    with pytest.raises(UsageError, match=f"no heading for {missing}"):
        _read(tmp_path, "x,y", headings=headings)


def test_run_goes_on_past_a_list_that_is_none_and_says_so(tmp_path: Path) -> None:
    path = tmp_path / "staff.csv"
    path.write_text("foo,bar\n1,2\n", encoding="utf-8")
    listed = read_or_refuse_staff_list(path)
    assert (listed.people, listed.listed) == ((), frozenset())
    assert "no heading for person_id" in listed.refused[0].reason
    path.write_text(f"{_HEADINGS}\np1,Ana,Lee,,,,\n", encoding="utf-8")
    assert len(read_or_refuse_staff_list(path).people) == 1


def test_headings_are_compared_whatever_their_case_and_spacing() -> None:
    assert heading_key("\ufeff Start_Date *") == heading_key("start   DATE:") == "start date"


@given(st.lists(st.lists(st.text(max_size=12), min_size=7, max_size=7), max_size=6))
def test_any_cells_give_safe_people_or_refusals(
    tmp_path_factory: pytest.TempPathFactory, rows: list[list[str]]
) -> None:
    import csv
    import unicodedata

    path = tmp_path_factory.getbasetemp() / "any-staff.csv"
    with path.open("w", encoding="utf-8", errors="replace", newline="") as file:
        csv.writer(file).writerows([_HEADINGS.split(","), *rows])
    try:
        people = read_staff_list(path).people
    except UsageError:
        return
    for person in people:
        assert person.person_id
        assert person.last_name
        for text in (person.person_id, person.first_name, person.last_name, person.role):
            assert not text.startswith(("=", "+", "-", "@"))
            assert not any(unicodedata.category(character) in ("Cc", "Cf") for character in text)
