"""Readings taken over from the school's own form or last year's sheet; what does not match is given back."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from pipeline.acknowledgements.form_export import FormImport, import_form_export
from pipeline.errors import UsageError
from pipeline.model import AcknowledgementMethod, RevisionKind
from pipeline.register.requests import AcknowledgementRow, list_acknowledgements
from tests.school import MONDAY, School, at


@pytest.fixture
def school(tmp_path: Path) -> Iterator[School]:
    with School(tmp_path) as opened:
        opened.add_policy("Confidentiality Policy")
        opened.add_policy("Behaviour")
        opened.add_person("Lee")
        opened.add_person("Day")
        yield opened


def _import(
    school: School, *lines: str, baseline: bool = False, entered_by: str = "Jo Clerk", today: date = MONDAY
) -> FormImport:
    path = school.root / "export.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return import_form_export(
        school.register,
        school.config,
        path,
        entered_by=entered_by,
        baseline=baseline,
        today=today,
        now=at(today),
    )


def _held(school: School) -> tuple[AcknowledgementRow, ...]:
    with school.register.reading() as tx:
        return list_acknowledgements(tx, school.key)


def test_microsoft_form_with_one_question_listing_policies_is_taken_over(school: School) -> None:
    school.plan()
    found = _import(
        school,
        "ID,Start time,Completion time,Email,Name,Which policies have you read?",
        "1,2026-11-23 08:00,2026-11-23 08:05:11,LEE@example.org,Kim Lee,Confidentiality;Behaviour Policy;",
        "2,2026-11-23 08:00,2026-11-23 08:05:11,stranger@example.org,X,Behaviour;",
        "3,2026-11-23 08:00,2026-11-23 08:05:11,day@example.org,Kim Day,Uniform;",
    )
    assert {(one.row, one.person.person.last_name, one.slug) for one in found.recorded} == {
        (2, "Lee", "confidentiality-policy"),
        (2, "Lee", "behaviour"),
    }
    assert [(one.row, one.reason) for one in found.unmatched] == [
        (3, "Nobody on the staff list has 'stranger@example.org' to themself."),
        (4, "No policy in use is called 'Uniform'."),
    ]
    assert {row.method for row in _held(school)} == {AcknowledgementMethod.FORM}
    assert {row.entered_by for row in _held(school)} == {"Jo Clerk"}
    assert {request.person for request in school.requests()} == {2}


def test_google_form_with_a_question_a_policy_is_taken_over(school: School) -> None:
    found = _import(
        school,
        "Timestamp,Email Address,I have read the Confidentiality Policy,"
        "I confirm that I have read and followed the Behaviour policy",
        "2026/11/20 9:01:22 am GMT,lee@example.org,Yes,No",
        "2026/11/23 9:01:22 am GMT,day@example.org,perhaps,I have read it",
    )
    assert {(one.person.person.last_name, one.slug) for one in found.recorded} == {
        ("Day", "behaviour"),
        ("Lee", "confidentiality-policy"),
    }
    assert "says neither yes nor a day" in found.unmatched[0].reason
    assert {row.acknowledged_at.date() for row in _held(school)} == {date(2026, 11, 20), MONDAY}


def test_same_export_twice_adds_nothing(school: School) -> None:
    lines = ("email,policy", "lee@example.org,Behaviour")
    assert len(_import(school, *lines).recorded) == 1
    again = _import(school, *lines)
    assert (len(again.recorded), len(again.already)) == (0, 1)


def test_last_years_sheet_is_a_baseline_and_mails_nobody(school: School) -> None:
    found = _import(
        school,
        "person_id,Confidentiality,Behaviour",
        "id-Lee,2025-09-03,2025-09-04",
        "id-Day,,14/09/2025",
        baseline=True,
    )
    assert len(found.recorded) == 3
    assert {row.method for row in _held(school)} == {AcknowledgementMethod.BASELINE}
    plan = school.plan()
    assert [mail.person.person.last_name for mail in plan.queued] == ["Day"]
    assert len(plan.opened) == 1


def test_answer_older_than_the_version_in_use_does_not_count_unless_a_baseline(school: School) -> None:
    school.add_version(2, RevisionKind.MAJOR, title="Behaviour")
    lines = ("email,policy,date", "lee@example.org,Behaviour,2026-11-22")
    assert "before the version now in use" in _import(school, *lines).unmatched[0].reason
    assert len(_import(school, *lines, baseline=True).recorded) == 1


def test_answer_given_before_a_small_change_counts_for_the_version_of_its_day(school: School) -> None:
    later = MONDAY + timedelta(days=14)
    school.add_version(2, RevisionKind.MINOR, title="Behaviour", issued_on=later)
    found = _import(school, "email,policy,date", "lee@example.org,Behaviour,2026-11-25", today=later)
    assert found.unmatched == ()
    assert [(row.policy_id, row.version_id) for row in _held(school)] == [(2, 2)]


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ("lee@example.org,Behaviour,2026-11-24", "has not come yet"),
        ("lee@example.org,Behaviour,01/02/2026", "could be day first or month first"),
        ("gone@example.org,Behaviour,2026-11-20", "has left"),
        ("office@example.org,Behaviour,2026-11-20", "to themself"),
        (",Behaviour,2026-11-20", "an empty address"),
    ],
)
def test_answer_that_cannot_be_believed_is_given_back(school: School, row: str, says: str) -> None:
    school.add_person("Gone", leave_on=MONDAY - timedelta(days=1))
    school.add_person("Ash", email="office@example.org")
    school.add_person("Elm", email="office@example.org")
    found = _import(school, "email,policy,date", row)
    assert says in found.unmatched[0].reason
    assert _held(school) == ()


def test_nobody_enters_their_own_reading(school: School) -> None:
    found = _import(school, "email,policy", "lee@example.org,Behaviour", entered_by="Kim Lee")
    assert "cannot enter their own" in found.unmatched[0].reason
    with pytest.raises(UsageError, match="Say who enters this"):
        _import(school, "email,policy", entered_by=" ")


@pytest.mark.parametrize(
    ("headings", "says"), [("name,policy", "nobody can be told"), ("email,answer", "no column that names a policy")]
)
def test_export_without_people_or_policies_says_so(school: School, headings: str, says: str) -> None:
    with pytest.raises(UsageError, match=says):
        _import(school, headings, "x,y")


def test_empty_export_records_nothing(school: School) -> None:
    assert _import(school, "") == FormImport()


def test_workbook_is_read_too(school: School) -> None:
    import openpyxl

    workbook = openpyxl.Workbook()
    workbook.active.append(["Email", "Policy", "Completion time"])
    workbook.active.append(["lee@example.org", "Behaviour", datetime.fromisoformat("2026-11-20T09:01")])
    workbook.active.append(["day@example.org"])
    path = school.root / "export.xlsx"
    workbook.save(path)
    found = import_form_export(
        school.register, school.config, path, entered_by="Jo Clerk", today=MONDAY, now=at(MONDAY)
    )
    assert len(found.recorded) == 1
