"""Lists of people as UK school systems export them: one file made of each system's own headings, all taken in."""

import csv
import tomllib
from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from pipeline.people.lists.columns import Use
from pipeline.people.lists.staff_import import StaffImport, import_staff
from pipeline.people.lists.staff_list import StaffList, read_staff_list
from tests.school import MONDAY, School, at

_LAST_DAY = MONDAY - timedelta(days=60)
_PEOPLE = (
    ("1001", "Ana", "Núñez", "Teacher of Music", date(2019, 9, 1), None),
    ("1002", "Siobhán", "O'Dowd", "Site Manager", date(2021, 4, 19), None),
    ("1003", "Bo", "Lee-Hart", "Cook", date(2015, 9, 1), _LAST_DAY),
)
"""Key, first and last name, role, first and last day; the last of them has left."""
_NO_DAYS = {"scim_2_0", "entra_id", "google_workspace"}
"""Systems that say only whether an account is switched on."""
_WITH_ROLES = {"oneroster_1_2_users": "oneroster_1_2_roles", "sds_v2_1_users": "sds_v2_1_roles"}
_ROLE_FILES = frozenset(_WITH_ROLES.values())

# Headings that each system's public documents name, and what they mean.
_SYSTEMS: Mapping[str, Mapping[str, str | None]] = {
    "a report of SIMS": {
        "Person ID": "person_id", "Legal Forename": "first_name", "Legal Surname": "last_name",
        "Work Email": "work_email", "Home Email": "personal_email", "Post": "job_title",
        "Employment Start": "start_date", "Employment End": "leave_date",
    },
    "another of SIMS": {
        "Person ID": "person_id", "Title": "title", "Forename": "first_name", "Surname": "last_name",
        "Primary Email": "work_email", "Role": "role", "Date of Arrival": "start_date", "Date of Leaving": "leave_date",
    },
    "Arbor": {
        "Arbor Staff ID": "person_id", "First Name": "first_name", "Last Name": "last_name",
        "Email Address": "work_email", "Current Business Roles": "role", "Business Role Start Date": "start_date",
        "Business Role End Date": "leave_date", "End Date": "contract_end", "Academy": "site",
    },
    "Bromcom": {
        "Staff ID": "person_id", "Staff Code": "staff_code", "First Name": "first_name", "Last Name": "last_name",
        "Work Email": "work_email", "Job Title": "job_title", "SWF Post Code": "staff_code",
        "Date Started at the School": "start_date", "Start Date": "contract_start", "Date Left": "leave_date",
    },
    "ScholarPack": {
        "Staff ID": "person_id", "Forename": "first_name", "Surname": "last_name", "Primary Email": "work_email",
        "Role Identifier": "staff_code", "Post": "job_title", "Contract Start": "contract_start",
        "Contract End": "contract_end",
    },
    "Wonde": {
        "id": "person_id", "forename": "first_name", "surname": "last_name",
        "contact_details.data.emails.work": "work_email", "contact_details.data.emails.home": "personal_email",
        "roles.data.name": "role", "employment_details.data.employment_start_date.date": "start_date",
        "employment_details.data.employment_end_date.date": "leave_date",
    },
    "Xporter": {
        "ExternalId": "person_id", "Forename": "first_name", "Surname": "last_name", "WorkEmail": "work_email",
        "JobTitle": "job_title", "EmploymentStart": "start_date", "EmploymentEnd": "leave_date",
    },
    "Access Education People": {
        "Primary Employment Number": "person_id", "First Name": "first_name", "Last Name": "last_name",
        "Job Title": "job_title", "In Post From": "start_date", "Post End Date": "contract_end",
    },
    "the workforce census": {
        "Family Name": "last_name", "Given Name": "first_name", "Teacher Number": "person_id", "Post": "job_title",
        "Role Identifier": "staff_code", "Date of Arrival in School": "start_date", "Start Date": "contract_start",
        "End Date": "contract_end",
    },
    "SCIM": {
        "id": "person_id", "name.givenName": "first_name", "name.familyName": "last_name",
        'emails[type eq "work"].value': "work_email", 'emails[type eq "home"].value': "personal_email",
        "title": "job_title", "active": "status",
    },
    "Entra ID": {
        "id": "person_id", "userPrincipalName": "work_email", "displayName": "full_name", "jobTitle": "job_title",
        "department": "department", "accountEnabled": "status",
    },
    "Google Workspace": {
        "First Name [Required]": "first_name", "Last Name [Required]": "last_name",
        "Email Address [Required]": "work_email", "Status [READ ONLY]": "status", "Employee ID": None,
        "Employee Title": "job_title", "Password [Required]": None,
    },
    "typed by hand": {
        "Staff name": "full_name", "School e-mail": "work_email", "Post held": "job_title", "Joined": "start_date",
        "Leaving date (if any)": "leave_date",
    },
}  # fmt: skip
_SWITCHED = {"SCIM", "Entra ID", "Google Workspace"}


@pytest.fixture
def facts(shared: Path) -> Mapping[str, Any]:
    return tomllib.loads((shared / "facts" / "staff-export-columns.toml").read_text(encoding="utf-8"))


def _values(field: str | None, index: int, *, days: bool) -> str:
    """Return what a system writes into a column of ``field`` for the person at ``index``."""
    key, first, last, role, start, leave = _PEOPLE[index]
    left = leave is not None
    values = {
        "person_id": key,
        "title": ("Ms", "Mrs", "Mr")[index],
        "first_name": first,
        "last_name": last,
        "full_name": f"{first} {last}",
        "work_email": f"staff{key}@example.org",
        "personal_email": f"home{key}@example.net",
        "staff_code": f"{first[0]}{last[0]}",
        "role": role,
        "job_title": role,
        "start_date": f"{start:%d/%m/%Y}",
        "contract_start": f"{start:%d/%m/%Y}",
        "leave_date": f"{leave:%d/%m/%Y}" if leave else "",
        "contract_end": f"{leave:%d/%m/%Y}" if leave else "",
        "status": "" if days else str(not left),
        "department": "Humanities",
        "site": "West Park",
        "phone": "01632 960100",
        "payroll_no": f"P{key}",
        "staff_type": "Teaching",
        "line_manager": "head@example.org",
    }
    return values.get(field or "", "")


def _write(path: Path, columns: Mapping[str, str | None], *, days: bool = True, encoding: str = "utf-8") -> None:
    with path.open("w", encoding=encoding, newline="") as file:
        writer = csv.writer(file)
        writer.writerow(columns)
        for index in range(len(_PEOPLE)):
            writer.writerow([_values(field, index, days=days) for field in columns.values()])


def _take(school: School, listed: StaffList) -> StaffImport:
    with school.register.transaction() as tx:
        return import_staff(tx, school.key, listed, "staff.csv", MONDAY, at(MONDAY))


def _check(listed: StaffList, tmp_path: Path) -> None:
    assert (listed.refused, listed.questions) == ((), ())
    assert [person.name for person in listed.people] == [f"{first} {last}" for _, first, last, *_ in _PEOPLE]
    assert [person.role for person in listed.people] == [role for _, _, _, role, *_ in _PEOPLE]
    with School(tmp_path / "school") as school:
        taken = _take(school, listed)
    assert [row.person.name for row in taken.new] == ["Ana Núñez", "Siobhán O'Dowd"]
    assert [row.person.name for row in taken.left] == ["Bo Lee-Hart"]


@pytest.mark.parametrize("name", _SYSTEMS)
def test_list_of_each_system_is_taken_in_with_roles_and_leavers(name: str, tmp_path: Path) -> None:
    _write(tmp_path / "staff.csv", _SYSTEMS[name], days=name not in _SWITCHED)
    _check(read_staff_list(tmp_path / "staff.csv"), tmp_path)


@pytest.mark.needs("shared")
def test_every_system_of_the_facts_is_taken_in_with_roles_and_leavers(facts: Mapping[str, Any], tmp_path: Path) -> None:
    for name, system in facts["system"].items():
        if name in _ROLE_FILES:
            continue
        folder = tmp_path / name
        folder.mkdir()
        _write(folder / "users.csv", system["columns"], days=name not in _NO_DAYS)
        if roles := _WITH_ROLES.get(name):
            _write(folder / "roles.csv", facts["system"][roles]["columns"])
        listed = read_staff_list(folder / "users.csv")
        _check(listed, folder)
        understood = {column.heading: column.use for column in listed.columns}
        assert Use.UNKNOWN not in understood.values()


@pytest.mark.needs("shared")
def test_every_heading_of_the_facts_is_known_as_what_it_is(facts: Mapping[str, Any]) -> None:
    from pipeline.people.lists.columns import possible_fields

    wrong = [
        (name, heading, field)
        for name, system in facts["system"].items()
        for heading, field in system["columns"].items()
        if field not in possible_fields([heading], {})
    ]
    wrong += [
        ("any other", heading, field)
        for field, headings in facts["generic"].items()
        for heading in headings
        if field not in possible_fields([heading], {})
    ]
    assert wrong == []
