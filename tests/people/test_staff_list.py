"""Staff lists become people; what cannot be believed is refused with its row and reason."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.configuration.people import PeopleSection
from pipeline.errors import UsageError
from pipeline.model.people import Person
from pipeline.people.lists.staff_list import (
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
        ("p1,Ana,Lee,,,31/02/2026,", "start date '31/02/2026' is not a day of the calendar"),
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


@pytest.mark.parametrize(
    ("heading", "left", "here"),
    [
        ("Status", "Leaver", "Current"),
        ("Status", "Left", ""),
        ("Employment status", "Inactive", "Active"),
        ("accountEnabled", "False", "True"),
        ("enabledUser", "false", "true"),
        ("Leaver", "Yes", "No"),
        ("Archived", "TRUE", "FALSE"),
        ("Status [READ ONLY]", "Suspended", "Active"),
        ("active", "0", "1"),
        ("Status", "Leaver (July)", "Part-time"),
        ("Status", "Left - new post", "Maternity leave"),
        ("Employment Status", "No longer employed", "Permanent"),
    ],
)
def test_leaver_by_status_alone_is_a_leaver_whose_last_day_is_not_known(
    tmp_path: Path, heading: str, left: str, here: str
) -> None:
    listed = _read(tmp_path, f"p1,Ana,Lee,{left}", f"p2,Bo,Day,{here}", headings=f"id,forename,surname,{heading}")
    assert [person.person_id for person in listed.people] == ["p1", "p2"]
    assert (listed.undated_leavers, listed.refused, listed.questions) == ({"p1"}, (), ())


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
    ("headings", "missing"), [("name,phone", "person_id"), ("person_id,email", "first_name and last_name")]
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


def test_list_of_the_sort_that_kept_leavers_says_who_left_and_what_they_were(tmp_path: Path) -> None:
    listed = _read(
        tmp_path,
        "7,Ana,Lee,Cook,01/09/2019,31/08/2026",
        "8,Bo,Day,Teacher,01/09/2019,",
        headings="Person ID,Legal Forename,Legal Surname,Post Held,Employment Start,Employment End",
    )
    assert [(person.role, person.start_on, person.leave_on) for person in listed.people] == [
        ("Cook", date(2019, 9, 1), date(2026, 8, 31)),
        ("Teacher", date(2019, 9, 1), None),
    ]
    assert listed.questions == ()
    assert "Days in numbers were read day first: 01/09/2026 is 1 September 2026." in listed.notes


@pytest.mark.parametrize(
    ("heading", "cell", "answer"),
    [
        ("Finish", "31/08/2026", '"Finish" = "leave_date" if it is that, "Finish" = "ignore" if it is not'),
        ("Mailbox", "a@example.org", '"Mailbox" = "work_email"'),
        ("Still employed", "N", '"Still employed" = "status"'),
        ("", "a@example.org", "Column D has no heading and looks like e-mail addresses"),
    ],
)
def test_unused_column_that_must_not_be_left_out_is_asked_about(
    tmp_path: Path, heading: str, cell: str, answer: str
) -> None:
    listed = _read(tmp_path, f"7,Ana,Lee,{cell}", headings=f"id,forename,surname,{heading}")
    (question,) = listed.questions
    assert answer in question


def test_what_the_school_says_of_a_heading_answers_the_question(tmp_path: Path) -> None:
    path = tmp_path / "staff.csv"
    path.write_text("id,forename,surname,Finish\n7,Ana,Lee,31/08/2026\n", encoding="utf-8")
    taken = read_staff_list(path, PeopleSection(columns={"FINISH": "leave_date"}))
    assert (taken.questions, taken.people[0].leave_on) == ((), date(2026, 8, 31))
    passed = read_staff_list(path, PeopleSection(columns={"Finish": "ignore"}))
    assert (passed.questions, passed.people[0].leave_on) == ((), None)


@pytest.mark.parametrize(
    ("order", "cell", "day"),
    [("day-first", "01/09/2019", date(2019, 9, 1)), ("month-first", "01/09/2019", date(2019, 1, 9))],
)
def test_days_in_numbers_are_read_in_the_schools_order(tmp_path: Path, order: Any, cell: str, day: date) -> None:
    path = tmp_path / "staff.csv"
    path.write_text(f"id,forename,surname,start date\n7,Ana,Lee,{cell}\n", encoding="utf-8")
    listed = read_staff_list(path, PeopleSection(date_order=order))
    assert (listed.people[0].start_on, listed.refused, listed.questions) == (day, (), ())


@pytest.mark.parametrize("heading", ["start date", "Date of birth", "Anything"])
def test_a_day_of_any_column_that_contradicts_the_order_stops_the_list(tmp_path: Path, heading: str) -> None:
    rows = ("7,Ana,Lee,01/09/2019,31/08/2026", "8,Bo,Day,09/25/2019,")
    listed = _read(tmp_path, *rows, headings=f"id,forename,surname,{heading},leaving date")
    (question,) = listed.questions
    assert question.startswith(f"“09/25/2019” in row 3 of the column “{heading}” cannot be day first")
    assert 'set date_order = "month-first" under [people]' in question


def test_days_written_both_ways_in_one_column_are_to_be_put_right(tmp_path: Path) -> None:
    rows = ("7,Ana,Lee,25/09/2019", "8,Bo,Day,09/25/2019")
    (question,) = _read(tmp_path, *rows, headings="id,forename,surname,start date").questions
    assert "others of the column cannot be month first. Write its days as 2026-09-01." in question


def test_list_without_ids_knows_people_by_work_address_and_says_so(tmp_path: Path) -> None:
    listed = _read(
        tmp_path, "Ana Lee,Ana.Lee@example.org", "Bo Day,", "Cy Fox,x@example.org", "Di Hay,X@example.org",
        headings="Name,Email",
    )  # fmt: skip
    assert [person.person_id for person in listed.people] == ["ana.lee@example.org"]
    assert listed.keyed_by_address
    assert any(note.startswith("The list has no column of ids, so people are known by") for note in listed.notes)
    assert [(refusal.row, refusal.name) for refusal in listed.refused] == [(3, "Bo Day"), (4, "Cy Fox"), (5, "Di Hay")]
    assert "neither an id nor a work address" in listed.refused[0].reason
    assert "the address x@example.org stands for Cy Fox and Di Hay" in listed.refused[1].reason


@pytest.mark.parametrize(
    ("code", "offered"), [("BD", True), ("AL", False), ("", False)], ids=["own codes", "one code twice", "no code"]
)
def test_who_has_neither_id_nor_address_is_told_the_column_that_could_be_the_id(
    tmp_path: Path, code: str, *, offered: bool
) -> None:
    listed = _read(tmp_path, "Ana Lee,AL,a.lee@example.org", f"Bo Day,{code},", headings="Name,Staff Code,Email")
    (refusal,) = listed.refused
    assert ("[people.columns], that “Staff Code” is the person_id" in refusal.reason) is offered


def test_an_id_column_that_is_nearly_empty_is_no_key(tmp_path: Path) -> None:
    rows = [f"{'7' if index == 0 else ''},P{chr(97 + index)},Lee,p{index}@example.org" for index in range(6)]
    listed = _read(tmp_path, *rows, headings="Employee ID,First name,Last name,Work email")
    assert (len(listed.people), listed.refused, listed.keyed_by_address) == (6, (), True)


def test_refused_row_names_the_person(tmp_path: Path) -> None:
    listed = _read(tmp_path, "p1,Ana,Lee,no address,,,", "p2,,,bad,,,")
    assert [refusal.name for refusal in listed.refused] == ["Ana Lee", ""]


@pytest.mark.parametrize(("refused", "told"), [(1, False), (2, True)])
def test_list_of_which_a_fifth_is_refused_is_bad(tmp_path: Path, refused: int, told: bool) -> None:
    rows = [f"p{index},Ana,Lee,{'bad' if index < refused else ''},,," for index in range(10)]
    assert _read(tmp_path, *rows).is_mostly_bad is told


def test_titles_empty_rows_and_sums_around_the_table_are_no_people(tmp_path: Path) -> None:
    listed = _read(
        tmp_path, "Printed on 12/10/2026,,", ",,", "Name,,", "Staff ID,Forename,Surname", "7,Ana,Lee", ",,",
        "8,Page,Total", "Total staff: 2,,", "Page 1 of 1,,", headings="West Park School,,",
    )  # fmt: skip
    assert [person.name for person in listed.people] == ["Ana Lee", "Page Total"]
    assert listed.refused == ()
    assert [note[:6] for note in listed.notes] == ["Row 9 ", "Row 10"]


def test_formula_that_was_never_worked_out_and_one_that_failed_are_told(tmp_path: Path) -> None:
    import openpyxl

    workbook = openpyxl.Workbook()
    sheet = workbook.active
    assert sheet is not None
    for row in (("id", "forename", "surname"), (7, '=PROPER("ana")', "Lee"), (8, "#REF!", "Day"), (9, "Cy", "Fox")):
        sheet.append(row)
    workbook.save(tmp_path / "staff.xlsx")
    listed = read_staff_list(tmp_path / "staff.xlsx")
    assert [person.name for person in listed.people] == ["Cy Fox"]
    assert "a formula that was never worked out; open the list" in listed.refused[0].reason
    assert "first name is #REF!, a formula that failed" in listed.refused[1].reason


def test_a_list_of_an_old_mac_with_new_line_ends_keeps_its_letters_and_says_so(tmp_path: Path) -> None:
    path = tmp_path / "staff.csv"
    path.write_bytes(f"{_HEADINGS}\r\np1,Zoë,O’Dowd,,,,\r\n".encode("mac_roman"))
    listed = read_staff_list(path)
    assert [person.name for person in listed.people] == ["Zoë O’Dowd"]
    assert any("in the way of an old Mac" in note for note in listed.notes)


def test_a_name_garbled_before_the_list_was_saved_is_refused(tmp_path: Path) -> None:
    listed = _read(tmp_path, "p1,Ana,OÕDowd,,,,")
    assert "lost letters when the list was saved" in listed.refused[0].reason


def _export(tmp_path: Path, users: str, roles: str) -> Path:
    (tmp_path / "users.csv").write_text(users, encoding="utf-8")
    (tmp_path / "roles.csv").write_text(roles, encoding="utf-8")
    return tmp_path / "users.csv"


_USERS = (
    "sourcedId,enabledUser,givenName,familyName,email\nu1,true,Ana,Lee,a@example.org\nu2,true,Bo,Day,b@example.org\n"
)
_ROLES = (
    "sourcedId,userSourcedId,role,beginDate,endDate\nr1,u1,teacher,2019-09-01,2024-08-31\n"
    "r2,u1,principal,2024-09-01,\nr3,u2,student,2024-09-01,\n"
)


@pytest.mark.parametrize("given", ["users.csv", "roles.csv", "export.zip"])
def test_roles_of_a_file_of_their_own_are_joined_and_pupils_left_out(tmp_path: Path, given: str) -> None:
    import zipfile

    _export(tmp_path, _USERS, _ROLES)
    with zipfile.ZipFile(tmp_path / "export.zip", "w") as package:
        for name in ("roles.csv", "users.csv"):
            package.write(tmp_path / name, name)
    listed = read_staff_list(tmp_path / given)
    assert listed.people == (Person("u1", "Ana", "Lee", "a@example.org", "principal", date(2019, 9, 1), None),)
    assert listed.listed == {"u1"}
    assert "1 pupil, parent or the like was left out." in listed.notes


@pytest.mark.parametrize(
    ("heading", "pupils", "staff"),
    [
        ("Org Unit Path [Required]", "/Students/Year 7", "/Staff/Student Services"),
        ("userType", "Student", "Member"),
        ("department", "Pupils", "Pupil support"),
        ("jobTitle", "Pupil", "Pupil support officer"),
    ],
)
def test_pupils_of_a_directory_of_users_are_left_out(tmp_path: Path, heading: str, pupils: str, staff: str) -> None:
    rows = (f"u1,Ana Lee,ana@example.org,{staff}", f"u2,Bo Day,bo@example.org,{pupils}")
    listed = _read(tmp_path, *rows, headings=f"id,displayName,mail,{heading}")
    assert [person.person_id for person in listed.people] == ["u1"]
    assert "1 pupil, parent or the like was left out." in listed.notes


def test_lessons_of_an_export_end_nobodys_employment(tmp_path: Path) -> None:
    import zipfile

    lessons = "sourcedId,classSourcedId,userSourcedId,role,beginDate,endDate\ne1,c1,u1,teacher,2025-09-01,2026-07-21\n"
    users = "sourcedId,role,givenName,familyName,email\nu1,teacher,Ana,Lee,a@example.org\nu2,student,Bo,Day,\n"
    with zipfile.ZipFile(tmp_path / "export.zip", "w") as package:
        package.writestr("enrollments.csv", lessons)
        package.writestr("users.csv", users)
    listed = read_staff_list(tmp_path / "export.zip")
    assert listed.people == (Person("u1", "Ana", "Lee", "a@example.org", "teacher", None, None),)
    assert "“enrollments.csv” lists no people and was not used." in listed.notes


def test_roles_on_a_sheet_of_their_own_are_joined_and_other_sheets_told(tmp_path: Path) -> None:
    import openpyxl

    workbook = openpyxl.Workbook()
    people = workbook.active
    assert people is not None
    people.title = "People"
    for row in (("Staff ID", "Forename", "Surname"), (7, "Ana", "Lee"), (8, "Bo", "Day")):
        people.append(row)
    sheet = workbook.create_sheet("Posts")
    for row in (("Staff ID", "Post", "Start date", "End date"), (7, "Cook", date(2019, 9, 1), date(2026, 7, 1))):
        sheet.append(row)
    workbook.create_sheet("Notes").append(("nothing", "here"))
    workbook.save(tmp_path / "staff.xlsx")
    listed = read_staff_list(tmp_path / "staff.xlsx")
    assert listed.people == (
        Person("7", "Ana", "Lee", None, "Cook", date(2019, 9, 1), date(2026, 7, 1)),
        Person("8", "Bo", "Day", None, "", None, None),
    )
    assert "“Notes” lists no people and was not used." in listed.notes
    assert "“Posts” gives 1 person of the list their roles and days." in listed.notes


def test_two_sheets_of_people_are_asked_about_and_a_hidden_one_is_none(tmp_path: Path) -> None:
    import openpyxl

    workbook = openpyxl.Workbook()
    first = workbook.active
    assert first is not None
    second = workbook.create_sheet("Last year")
    for sheet in (first, second):
        sheet.append(("Staff ID", "Forename", "Surname"))
        sheet.append((7, "Ana", "Lee"))
    workbook.save(tmp_path / "two.xlsx")
    assert "Which of them is the staff list?" in read_staff_list(tmp_path / "two.xlsx").questions[0]
    second.sheet_state = "hidden"
    workbook.save(tmp_path / "one.xlsx")
    listed = read_staff_list(tmp_path / "one.xlsx")
    assert (len(listed.people), listed.questions) == (1, ())


def test_roles_without_the_people_they_belong_to_are_no_list(tmp_path: Path) -> None:
    (tmp_path / "roles.csv").write_text(_ROLES, encoding="utf-8")
    with pytest.raises(UsageError, match="leave this one beside it"):
        read_staff_list(tmp_path / "roles.csv")


def test_users_with_year_groups_and_no_roles_are_asked_about(tmp_path: Path) -> None:
    users = "sourcedId,givenName,familyName,email,grades\nu1,Ana,Lee,a@example.org,\nu2,Bo,Day,b@example.org,07\n"
    (tmp_path / "users.csv").write_text(users, encoding="utf-8")
    (question,) = read_staff_list(tmp_path / "users.csv").questions
    assert "it does not say who is staff" in question


@pytest.mark.parametrize(
    ("heading", "cell"),
    [
        ("UPN", "H801200001001"),
        ("Pupil no.", "X86230021900A"),
        ("Adno", "004711"),
        ("Pupil Premium Indicator", "N"),
        ("Year Group", "7"),
        ("Reg Group", "7B"),
        ("Tutor Group", "7B"),
        ("Pupil ID", "4711"),
    ],
)
def test_a_list_of_pupils_is_asked_about_whichever_column_tells_it(tmp_path: Path, heading: str, cell: str) -> None:
    listed = _read(
        tmp_path, f"p1,Ana,Lee,a@example.org,{cell}", headings=f"person_id,first name,surname,email,{heading}"
    )
    (question,) = listed.questions
    assert "who is staff" in question
    assert f'"{heading}" = "ignore"' in question
    rules = PeopleSection(columns={heading: "ignore"})
    assert read_staff_list(tmp_path / "staff.csv", rules).questions == (), "the school says that they are staff"


@pytest.mark.parametrize(
    ("headings", "row"),
    [
        ("person_id,first name,surname,email,UPN", "p1,Ana,Lee,a@example.org,ana.lee@example.org"),
        ("person_id,first name,surname,email,Year Group,Job Title", "p1,Ana,Lee,a@example.org,7,Teacher"),
        ("person_id,first name,surname,email,Role,Unique pupil number", "p1,Ana,Lee,a@example.org,Teacher,"),
        ("person_id,first name,surname,email,Class", "p1,Ana,Lee,a@example.org,Oak"),
        ("person_id,first name,surname,email,Year Group,Department", "p1,Ana,Lee,a@example.org,7,Maths"),
    ],
)
def test_what_staff_have_too_tells_no_list_of_pupils(tmp_path: Path, headings: str, row: str) -> None:
    assert _read(tmp_path, row, headings=headings).questions == ()


@pytest.mark.parametrize("heading", ["Class", "Form", "House", "Class teacher", "Set", "Maths set"])
def test_a_class_that_many_share_tells_pupils_where_no_role_is_said(tmp_path: Path, heading: str) -> None:
    rows = [f"p{number},Ana{number},Lee,a{number}@example.org,{'Oak' if number < 6 else 'Elm'}" for number in range(10)]
    headings = f"person_id,first name,surname,email,{heading}"
    (question,) = _read(tmp_path, *rows, headings=headings).questions
    assert f"share a “{heading}”" in question
    assert "who is staff" in question
    rules = PeopleSection(columns={heading: "ignore"})
    assert read_staff_list(tmp_path / "staff.csv", rules).questions == (), "the school says that they are staff"
    with_roles = [f"{row},Teacher" for row in rows]
    assert _read(tmp_path, *with_roles, headings=f"{headings},Role").questions == ()


@pytest.mark.parametrize("cell", ["7B", "8X/Ma1", "Year 5", "Yr 9 Set 2", "Set 3", "10 A", "Group 2", "Reception Oak"])
@pytest.mark.parametrize("heading", ["Group", "Gp", "Maths"])
def test_a_group_called_as_a_class_is_tells_pupils_where_no_role_is_said(
    tmp_path: Path, heading: str, cell: str
) -> None:
    rows = [f"p{number},Ana{number},Lee,a{number}@example.org,{cell}" for number in range(10)]
    headings = f"person_id,first name,surname,email,{heading}"
    (question,) = _read(tmp_path, *rows, headings=headings).questions
    assert f"share a “{heading}”" in question
    assert _read(tmp_path, *[f"{row},Teacher" for row in rows], headings=f"{headings},Role").questions == ()


@pytest.mark.parametrize("cell", ["Teaching", "Support", "1", "0.6", "M6", "UPS3", "B12", "Team 1", "SLT", "Elm Site"])
def test_a_group_of_staff_tells_no_pupils(tmp_path: Path, cell: str) -> None:
    rows = [f"p{number},Ana{number},Lee,a{number}@example.org,{cell}" for number in range(10)]
    assert _read(tmp_path, *rows, headings="person_id,first name,surname,email,Group").questions == ()


def test_a_class_with_the_few_who_teach_it_tells_no_pupils(tmp_path: Path) -> None:
    rows = [f"p{number},Ana{number},Lee,a{number}@example.org,Class {number // 3}" for number in range(12)]
    assert _read(tmp_path, *rows, headings="person_id,first name,surname,email,Class").questions == ()


@pytest.mark.parametrize(
    ("headings", "row"),
    [
        ("Staff ID,first name,surname,email,House", "p{0},Ana{0},Lee,a{0}@example.org,Red"),
        ("id,first name,surname,Work email,House", "p{0},Ana{0},Lee,a{0}@example.org,Red"),
        ("id,title,first name,surname,email,House", "p{0},Mrs,Ana{0},Lee,a{0}@example.org,Red"),
        ("id,first name,surname,email,Form", "p{0},Ana{0},Lee,a{0}@example.org,No"),
    ],
)
def test_a_list_that_says_that_it_is_of_staff_is_not_asked_about(tmp_path: Path, headings: str, row: str) -> None:
    assert _read(tmp_path, *map(row.format, range(10)), headings=headings).questions == ()


STAFF = ("Ana Lee", "Bo Ash", "Cy Day", "Di Fox", "Ed Moss", "Zoë Müller")


@pytest.mark.parametrize("form", ["{0}.{1}", "{1}.{0}", "{0[0]}{1}", "{0}{1[0]}", "{1}{0[0]}"])
@pytest.mark.parametrize("slip", [1, 2])
def test_addresses_beside_other_peoples_names_are_asked_about(tmp_path: Path, form: str, slip: int) -> None:
    plain = [name.lower().replace("ë", "e").replace("ü", "u").split() for name in STAFF]
    addresses = [f"{form.format(*name)}@example.org" for name in plain]
    for by, expected in ((0, 0), (slip, 1)):
        rows = [
            f"p{number},{name.replace(' ', ',')},{addresses[(number + by) % len(STAFF)]},Teacher"
            for number, name in enumerate(STAFF)
        ]
        listed = _read(tmp_path, *rows, headings="person_id,first name,surname,email,role")
        assert bool(listed.slipped) == bool(expected)
        assert listed.questions == ()


def test_an_address_of_a_married_name_or_of_two_who_are_swapped_is_no_slip(tmp_path: Path) -> None:
    names = ("Ana Lee,bo.ash", "Bo Ash,ana.lee", "Cy Day,cy.brown", "Di Fox,head", "Ed Moss,ed.moss")
    rows = [f'p{number},"{name.replace(",", chr(34) + ",")}@example.org,Teacher' for number, name in enumerate(names)]
    assert _read(tmp_path, *rows, headings="person_id,name,email,role").slipped == ()


def test_the_titles_of_children_tell_no_staff(tmp_path: Path) -> None:
    rows = [
        f"p{number},{('Master', 'Miss')[number % 2]},Ana{number},Lee,a{number}@example.org,Oak" for number in range(9)
    ]
    (question,) = _read(tmp_path, *rows, headings="id,title,first name,surname,email,Class").questions
    assert "share a “Class”" in question


def test_a_column_of_roles_without_any_role_tells_no_staff(tmp_path: Path) -> None:
    headings = "person_id,first name,surname,email,role,Year Group"
    assert _read(tmp_path, "p1,Ana,Lee,a@example.org,,7", headings=headings).questions


def test_pupils_said_to_be_pupils_are_left_out_whatever_their_numbers(tmp_path: Path) -> None:
    headings = "person_id,first name,surname,email,role,UPN"
    listed = _read(
        tmp_path,
        "p1,Ana,Lee,a@example.org,Teacher,",
        "p2,Bo,Day,b@example.org,Student,H801200001001",
        headings=headings,
    )
    assert (listed.questions, [person.first_name for person in listed.people]) == ((), ["Ana"])


@pytest.mark.parametrize(
    "name",
    [
        "allstaff",
        "All-Staff",
        "staff.all",
        "everyone",
        "teachers",
        "grp-teachers",
        "staff-list",
        "allstaff-primary",
        "staff-dl",
        "sg-allstaff",
        "nonteachingstaff",
        "westpark-all",
        "sen.team",
        "all.users",
        "year9",
        "slt",
        "tas",
        "KS2",
    ],
)
def test_an_address_that_a_whole_staff_reads_is_nobodys_own(tmp_path: Path, name: str) -> None:
    listed = _read(tmp_path, f"p1,Ana,Lee,{name}@example.org,,,", "p2,Bo,Day,b.day@example.org,,,")
    assert shared_addresses(listed.people) == {f"{name}@example.org".casefold()}
    assert any("reads like a list of many people" in note for note in listed.notes)


@pytest.mark.parametrize(
    "name",
    ["office", "a.staff", "k.all", "ann.teachers", "head", "allister", "staffordt", "a.allen", "steam", "ks.lee"],
)
def test_an_address_of_one_person_is_their_own(tmp_path: Path, name: str) -> None:
    assert shared_addresses(_read(tmp_path, f"p1,Ana,Lee,{name}@example.org,,,").people) == frozenset()


def test_one_open_contract_outweighs_others_that_have_ended(tmp_path: Path) -> None:
    listed = _read(
        tmp_path, "7,Ana,Lee,Cook,Leaver,01/09/2015,31/08/2020", "7,Ana,Lee,Head,Current,01/09/2020,",
        headings="id,forename,surname,post,status,contract start,contract end",
    )  # fmt: skip
    assert listed.people == (Person("7", "Ana", "Lee", None, "Head", date(2015, 9, 1), None),)
    assert listed.undated_leavers == frozenset()


def test_somebody_still_to_start_needs_a_first_day_and_an_unknown_status_is_told(tmp_path: Path) -> None:
    listed = _read(
        tmp_path, "7,Ana,Lee,Future,", "8,Bo,Day,Future,01/01/2027", "9,Cy,Fox,Mislaid,",
        headings="id,forename,surname,status,start date",
    )  # fmt: skip
    assert [person.person_id for person in listed.people] == ["8", "9"]
    assert "no start date; add the first day" in listed.refused[0].reason
    assert "The status “mislaid” (1 row) is not known; it was taken as working here." in listed.notes


@pytest.mark.parametrize("cell", ["-", "–", "n/a", "N/A", "none", "Present", "current", "Ongoing", "permanent"])
@pytest.mark.parametrize("heading", ["leave_date", "Contract end"])
def test_a_word_for_no_last_day_counts_as_an_empty_cell(tmp_path: Path, heading: str, cell: str) -> None:
    rows = ("p1,Ana,Lee,ana@example.org,2026-09-01,2027-08-31", f"p2,Bo,Day,bo@example.org,2026-11-24,{cell}")
    listed = _read(tmp_path, *rows, headings=f"person_id,first_name,last_name,work_email,start_date,{heading}")
    assert (listed.refused, listed.questions, listed.undated_leavers) == ((), (), frozenset())
    assert [person.leave_on for person in listed.people] == [date(2027, 8, 31), None]


@pytest.mark.parametrize("heading", ["leave_date", "Contract end", "Leaving date", "End Date"])
def test_a_column_of_last_days_that_has_almost_none_is_still_one(tmp_path: Path, heading: str) -> None:
    rows = [f"p{index},Ana,Lee{chr(97 + index)},,n/a" for index in range(9)]
    for more in ([], ["p10,Bo,Day,,2027-08-31"]):
        listed = _read(tmp_path, *rows, *more, headings=f"person_id,first_name,last_name,work_email,{heading}")
        assert (listed.refused, listed.questions, len(listed.people)) == ((), (), 9 + len(more))


def test_a_word_for_no_day_is_no_first_day(tmp_path: Path) -> None:
    (refusal,) = _read(tmp_path, "p1,Ana,Lee,,,current,").refused
    assert "the start date 'current' is not a date that can be read" in refusal.reason


def test_passwords_of_a_list_are_not_read_and_that_is_said(tmp_path: Path) -> None:
    listed = _read(tmp_path, "7,Ana,Lee,secret", headings="id,forename,surname,Password [Required]")
    assert any("passwords in it; they were not read" in note for note in listed.notes)
    assert "secret" not in repr(listed)


@pytest.mark.parametrize(
    ("name", "first", "last"),
    [("Mrs Ana Lee", "Ana", "Lee"), ("Lee, Ana (SENCO)", "Ana", "Lee"), ("Dr Bo van Dyk", "Bo", "van Dyk")],
)
def test_title_and_remark_are_no_part_of_a_name_in_one_column(tmp_path: Path, name: str, first: str, last: str) -> None:
    (person,) = _read(tmp_path, f'7,"{name}"', headings="id,Full name").people
    assert (person.first_name, person.last_name) == (first, last)


MARKED = ("Ana Lee (left)", "Ana Lee (Left July 2026)", "ZZ Ana Lee", "Ana Lee - leaver", "Ana Lee [former staff]")


@pytest.mark.parametrize("name", [*MARKED, "Ana Lee LEFT", "Do not use", "Lee, Ana (inactive)"])
def test_a_name_marked_as_of_somebody_who_left_is_refused_with_the_reason(tmp_path: Path, name: str) -> None:
    listed = _read(tmp_path, f'7,"{name}"', "8,Bo Day", headings="id,Full name")
    assert [person.person_id for person in listed.people] == ["8"]
    assert "the name says that they have left" in listed.refused[0].reason
    assert listed.refused_leavers == {"7": None}


@pytest.mark.parametrize("name", ["Ana Former", "Zizi Lee", "Ana Left", "Ana Lee (PA)", "Xanthe Leaver"])
def test_a_name_that_only_sounds_like_leaving_is_a_name(tmp_path: Path, name: str) -> None:
    listed = _read(tmp_path, f'7,"{name}"', headings="id,Full name")
    assert (len(listed.people), listed.refused) == (1, ())


def test_twenty_thousand_people_are_read_in_a_few_seconds(tmp_path: Path) -> None:
    import time

    rows = (f"{index},Ana,Lee{chr(97 + index % 26)},p{index}@example.org,Cook,01/09/2019,," for index in range(20_000))
    path = tmp_path / "staff.csv"
    path.write_text(
        "\n".join(["Staff ID,Forename,Surname,Work Email,Post,Start Date,End Date,Status", *rows]), encoding="utf-8"
    )
    began = time.process_time()
    listed = read_staff_list(path)
    assert (len(listed.people), listed.refused) == (20_000, ())
    assert time.process_time() - began < 30
