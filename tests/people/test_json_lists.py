"""Lists of people as a system's interface gives them: JSON becomes rows under the headings its description has."""

import json
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import UsageError
from pipeline.model.people import Person
from pipeline.people.lists.files.json_lists import read_json_rows
from pipeline.people.lists.staff_list import StaffList, read_staff_list


def _read(tmp_path: Path, content: object) -> StaffList:
    path = tmp_path / "staff.json"
    path.write_text(json.dumps(content), encoding="utf-8")
    return read_staff_list(path)


def test_employees_of_an_interface_are_taken_with_posts_and_leaving_days(tmp_path: Path) -> None:
    def employee(key: str, surname: str, end: str | None) -> dict[str, object]:
        return {
            "id": key,
            "forename": "Ana",
            "surname": surname,
            "contact_details": {"data": {"emails": {"work": f"{key}@example.org", "home": "h@example.net"}}},
            "employment_details": {
                "data": {
                    "current": end is None,
                    "employment_start_date": {"date": "2019-09-01 00:00:00.000000", "timezone": "Europe/London"},
                    "employment_end_date": {"date": end} if end else None,
                }
            },
            "roles": {"data": [{"name": "Teacher"}, {"name": "Head of Year"}]},
        }

    listed = _read(tmp_path, {"data": [employee("A1", "Lee", None), employee("A2", "Day", "2026-07-01 00:00:00")]})
    assert (listed.refused, listed.questions) == ((), ())
    role, start = "Teacher, Head of Year", date(2019, 9, 1)
    assert listed.people == (
        Person("A1", "Ana", "Lee", "A1@example.org", role, start, None),
        Person("A2", "Ana", "Day", "A2@example.org", role, start, date(2026, 7, 1)),
    )


def test_users_of_a_directory_are_taken_and_those_switched_off_have_left(tmp_path: Path) -> None:
    user = {
        "id": "u1",
        "name": {"givenName": "Ana", "familyName": "Lee"},
        "emails": [{"type": "home", "value": "h@example.net"}, {"type": "work", "value": "ana@example.org"}],
        "title": "Teacher of Music",
        "active": False,
    }
    listed = _read(tmp_path, {"totalResults": 1, "Resources": [user]})
    assert listed.people == (Person("u1", "Ana", "Lee", "ana@example.org", "Teacher of Music", None, None),)
    assert (listed.undated_leavers, listed.questions) == ({"u1"}, ())


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('{"data": [', "no heading"),
        ('{"data": [}', "not complete JSON"),
        ("[1, 2]", "holds no list of people"),
        ("[]", "holds no list of people"),
        ("[" * 100_000 + "]", "not complete JSON"),
        ("<html><table></table></html>", "a web page or XML and not a list"),
    ],
)
def test_what_is_no_list_is_refused_with_what_to_do(tmp_path: Path, text: str, says: str) -> None:
    path = tmp_path / "staff.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(UsageError, match=says):
        read_staff_list(path)


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=4),
    max_leaves=20,
)


@given(st.lists(st.dictionaries(st.text(max_size=6), _JSON, max_size=4), min_size=1, max_size=4))
def test_any_people_give_rows_as_wide_as_their_headings(people: list[dict[str, object]]) -> None:
    headings, *rows = read_json_rows(json.dumps(people), "staff.json")
    assert len(rows) == len(people)
    assert all(len(row) == len(headings) for row in rows)
