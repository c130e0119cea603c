"""Readings taken over from the school's own form or last year's sheet; what does not match is given back."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import openpyxl
import pytest

from pipeline.acknowledgements.codes import request_code
from pipeline.acknowledgements.forms.export import FormImport, FormList, import_form_export, preview_form_export
from pipeline.errors import UsageError
from pipeline.model.mail import DeliveryState
from pipeline.model.people import EngagementKind, Person
from pipeline.model.policies import RevisionKind, VersionStatus
from pipeline.model.readings import AcknowledgementMethod
from pipeline.people.lists.dates import DateOrder
from pipeline.register.ledger.check import verify
from pipeline.register.people.changes import add_person, engage
from pipeline.register.people.persons import PersonRow, list_people
from pipeline.register.policies.policies import find_policy, set_version_status
from pipeline.register.readings.requests import AcknowledgementRow, list_acknowledgements, list_requests
from tests.school import MONDAY, SECRET, School, at

BASELINE = AcknowledgementMethod.BASELINE


@pytest.fixture
def school(tmp_path: Path) -> Iterator[School]:
    with School(tmp_path) as opened:
        opened.add_policy("Confidentiality Policy")
        opened.add_policy("Behaviour")
        opened.add_person("Lee")
        opened.add_person("Day")
        yield opened


def _write(school: School, *lines: str) -> Path:
    path = school.root / "export.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def _import(
    school: School,
    *lines: str,
    method: AcknowledgementMethod = AcknowledgementMethod.FORM,
    entered_by: str = "Jo Clerk",
    today: date = MONDAY,
    dates: DateOrder | None = None,
) -> FormImport:
    form = FormList(_write(school, *lines), entered_by, method, dates, SECRET)
    return import_form_export(school.register, school.config, form, today=today, now=at(today))


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
        method=BASELINE,
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
    assert len(_import(school, *lines, method=BASELINE).recorded) == 1


def test_answer_given_before_a_small_change_counts_for_the_version_of_its_day(school: School) -> None:
    later = MONDAY + timedelta(days=14)
    school.add_version(2, RevisionKind.MINOR, title="Behaviour", issued_on=later)
    found = _import(school, "email,policy,date", "lee@example.org,Behaviour,2026-11-25", today=later)
    assert found.unmatched == ()
    assert [(row.policy_id, row.version_id) for row in _held(school)] == [(2, 2)]


_VERSIONED = "email,policy,date,Version"


@pytest.mark.parametrize(
    ("row", "recorded", "says"),
    [
        ("2026-12-01,1", 2, ""),
        ("2026-12-07,1", 2, ""),  # on the day of the change both were in use
        ("2026-12-07,v2.0", 3, ""),
        ("2026-12-07,", 3, ""),
        ("2026-12-08,1", None, "Version 1 of Behaviour was not in use on 8 December 2026; version 2 was."),
        ("2026-12-01,2", None, "Version 2 of Behaviour was not in use on 1 December 2026; version 1 was."),
        ("2026-12-08,9", None, "Version 9 of Behaviour is not known"),
    ],
)
def test_the_version_that_a_row_names_is_recorded_if_it_was_in_use_that_day_and_else_the_row_is_given_back(
    school: School, row: str, recorded: int | None, says: str
) -> None:
    changed = MONDAY + timedelta(days=14)
    school.add_version(2, RevisionKind.MINOR, title="Behaviour", issued_on=changed, today=changed)
    found = _import(school, _VERSIONED, f"lee@example.org,Behaviour,{row}", today=changed + timedelta(days=1))
    assert [one.version_id for one in _held(school)] == ([] if recorded is None else [recorded])
    assert [says in one.reason for one in found.unmatched] == ([] if recorded else [True])
    assert found.remark == ""


def test_a_row_of_an_earlier_version_counts_for_none_that_must_be_read_since(school: School) -> None:
    changed = MONDAY + timedelta(days=14)
    school.add_version(2, RevisionKind.MAJOR, title="Behaviour", issued_on=changed, today=changed)
    found = _import(school, _VERSIONED, "lee@example.org,Behaviour,2026-12-07,1", today=changed)
    assert _held(school) == ()
    assert "A later version of Behaviour must be read" in found.unmatched[0].reason


def test_what_is_no_number_of_a_version_stands_in_nobodys_way_and_is_said_not_to_be_used(school: School) -> None:
    lines = ("lee@example.org,Behaviour,2026-11-23,the autumn one", "day@example.org,Behaviour,2026-11-23,September")
    found = _import(school, _VERSIONED, *lines)
    assert (len(found.recorded), found.unmatched) == (2, ())
    assert "was not used in row 2 (“the autumn one”) and 1 other row" in found.remark
    several = _import(school, _VERSIONED, "lee@example.org,Confidentiality;Behaviour,2026-11-23,9")
    assert (len(several.recorded), len(several.already)) == (1, 1)
    assert "was not used in row 2 (“9”)" in several.remark


def test_a_version_beside_a_code_must_be_the_one_the_code_was_printed_for(school: School) -> None:
    school.plan()
    code = _code(school, _lee(school), "behaviour")
    changed = MONDAY + timedelta(days=14)
    school.add_version(2, RevisionKind.MINOR, title="Behaviour", issued_on=changed, today=changed)
    for version, held in (("2", 0), ("1", 1)):
        found = _import(school, "date,Code,Version", f"2026-12-07,{code},{version}", today=changed)
        assert len(_held(school)) == held
        assert ["Its code is of version 1 of Behaviour" in one.reason for one in found.unmatched] == [True] * (1 - held)


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ("lee@example.org,Behaviour,2026-11-24", "has not come yet"),
        ("lee@example.org,Behaviour,31/31/2026", "is not a day of the calendar"),
        ("lee@example.org,Behaviour,last week", "is not a date that can be read"),
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
    workbook = openpyxl.Workbook()
    workbook.active.append(["Email", "Policy", "Completion time"])
    workbook.active.append(["lee@example.org", "Behaviour", datetime.fromisoformat("2026-11-20T09:01")])
    workbook.active.append(["day@example.org"])
    path = school.root / "export.xlsx"
    workbook.save(path)
    form = FormList(path, "Jo Clerk", secret=SECRET)
    found = import_form_export(school.register, school.config, form, today=MONDAY, now=at(MONDAY))
    assert len(found.recorded) == 1


# --- the two real forms, codes, and what cannot be told ---------------------------------------------------------------

MICROSOFT = "ID,Start time,Completion time,Email,Name,Last modified time,Code,I have read the policy named in my mail"
GOOGLE = "Timestamp,Email Address,Code,I have read the policy"


def _code(school: School, person: PersonRow, slug: str) -> str:
    """Return the code of what somebody is asked."""
    with school.register.reading() as tx:
        policy = find_policy(tx, school.key, slug)
        asked = list_requests(tx, school.key, person=person.id)
    assert policy is not None
    return request_code(SECRET, school.key, next(one.id for one in asked if one.policy_id == policy.id))


def _lee(school: School) -> PersonRow:
    return next(row for row in _people(school) if row.person.last_name == "Lee")


def _people(school: School) -> tuple[PersonRow, ...]:
    with school.register.reading() as tx:
        return list_people(tx, school.key, MONDAY)


def test_codes_of_a_microsoft_form_record_what_they_were_printed_for(school: School) -> None:
    school.plan()
    code = _code(school, _lee(school), "behaviour")
    found = _import(
        school,
        MICROSOFT,
        f"1,11/23/26 8:00:11,11/23/26 8:05:11,lee@example.org,Kim Lee,,{code.lower()},I have read it",
        f"2,11/23/26 8:00:11,11/23/26 8:06:11,lee@example.org,Kim Lee,,{code},Yes",
        f"3,11/23/26 8:00:11,11/23/26 8:07:11,lee@example.org,Kim Lee,,{code},No",
    )
    assert [(one.row, one.person.person.last_name, one.slug) for one in found.recorded] == [(2, "Lee", "behaviour")]
    assert [one.row for one in found.already] == [3]
    assert found.unmatched == ()
    assert [row.acknowledged_at.date() for row in _held(school)] == [MONDAY]


def test_workbook_of_a_microsoft_form_keeps_its_real_days_and_formulas_are_not_worked_out(school: School) -> None:
    school.plan()
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(MICROSOFT.split(","))
    when = datetime.fromisoformat("2026-11-20T09:01:22")
    code = _code(school, _lee(school), "behaviour")
    sheet.append([1, when, when, "lee@example.org", "Kim Lee", None, code, "Yes"])
    sheet.append([2, when, when, '="day@"&"example.org"', "Kim Day", None, code, "Yes"])
    sheet.append([3, when, when, "day@example.org", "Kim Day", None, '=HYPERLINK("http://example.org")', "Yes"])
    path = school.root / "Read our policies(1-3).xlsx"
    book.save(path)
    form = FormList(path, "Jo Clerk", secret=SECRET)
    found = import_form_export(school.register, school.config, form, today=MONDAY, now=at(MONDAY))
    assert [(one.row, one.slug) for one in found.recorded] == [(2, "behaviour")]
    assert [row.acknowledged_at.date() for row in _held(school)] == [date(2026, 11, 20)]
    assert {one.row for one in found.unmatched} == {3, 4}


@pytest.mark.parametrize(
    ("first", "second", "days"),
    [
        ("13/11/2026 09:01:22", "2/11/2026 09:01:22", (date(2026, 11, 13), date(2026, 11, 2))),
        ("11/13/2026 9:01:22", "11/2/2026 9:01:22", (date(2026, 11, 13), date(2026, 11, 2))),
        # Nobody answered on a day to come: 11 December cannot be meant.
        ("11/12/26 9:01:22", "11/2/26 9:01:22", (date(2026, 11, 12), date(2026, 11, 2))),
        ("2026/11/20 9:01:22 am GMT", "2026/11/02 9:01:22 PM GMT+1", (date(2026, 11, 20), date(2026, 11, 2))),
        ("11/11/2026 09:00", "10/10/2026 09:00", (date(2026, 11, 11), date(2026, 10, 10))),
    ],
)
def test_british_and_american_days_are_told_by_the_whole_column(
    school: School, first: str, second: str, days: tuple[date, date]
) -> None:
    _import(
        school,
        "Timestamp,Email Address,Policy",
        f"{first},lee@example.org,Behaviour",
        f"{second},day@example.org,Behaviour",
    )
    assert tuple(row.acknowledged_at.astimezone(school.config.zone).date() for row in _held(school)) == days


def test_days_that_can_be_read_both_ways_are_asked_about_and_the_answer_is_kept_to(school: School) -> None:
    lines = ("Timestamp,Email Address,Policy", "03/04/2026 9:01:22,lee@example.org,Behaviour")
    with pytest.raises(UsageError, match="is 3 April 2026 or 4 March 2026, and nothing in the list tells which"):
        _import(school, *lines)
    assert _held(school) == ()
    _import(school, *lines, dates=DateOrder.MONTH_FIRST)
    assert _held(school)[0].acknowledged_at.date() == date(2026, 3, 4)
    with pytest.raises(UsageError, match="is no day month first"):
        _import(school, lines[0], "13/04/2026 9:01:22,lee@example.org,Behaviour", dates=DateOrder.MONTH_FIRST)


def test_a_column_that_mixes_both_ways_gives_its_rows_back(school: School) -> None:
    found = _import(
        school,
        "date,email,policy",
        "13/11/2026,lee@example.org,Behaviour",
        "11/14/2026,day@example.org,Behaviour",
        "2026-11-14,day@example.org,Confidentiality",
    )
    assert [(one.row, one.slug) for one in found.recorded] == [(4, "confidentiality-policy")]
    assert all("mixes day first and month first" in one.reason for one in found.unmatched)


def test_without_signing_in_the_code_decides_unless_another_name_is_given(school: School) -> None:
    school.plan()
    code = _code(school, _lee(school), "behaviour")
    found = _import(
        school,
        MICROSOFT,
        f"1,,2026-11-23 08:05:11,anonymous,Sam Reed,,{code},Yes",
        f"2,,2026-11-23 08:05:11,anonymous,anonymous,,{code},Yes",
    )
    assert [(one.row, one.person.person.last_name) for one in found.recorded] == [(3, "Lee")]
    assert found.unmatched[0].reason == (
        "The code in it is Kim Lee’s, but it was filled in as 'Sam Reed'; nothing was recorded."
    )
    assert [(one.person.person.name, one.slug) for one in found.unmatched[0].proposals] == [("Kim Lee", "behaviour")]


def test_where_address_and_code_are_two_peoples_nothing_is_recorded_and_both_are_proposed(school: School) -> None:
    school.plan()
    code = _code(school, _lee(school), "behaviour")
    found = _import(
        school,
        GOOGLE,
        f"2026/11/23 8:05:11 am GMT,day@example.org,{code},Yes",
        f"2026/11/23 8:05:11 am GMT,stranger@example.org,{code},Yes",
    )
    assert found.recorded == ()
    assert _held(school) == ()
    other, stranger = found.unmatched
    assert "is Kim Lee’s, but day@example.org is Kim Day’s" in other.reason
    assert {one.person.person.last_name for one in other.proposals} == {"Lee", "Day"}
    assert "'stranger@example.org' is nobody’s on the staff list" in stranger.reason
    assert [one.person.person.last_name for one in stranger.proposals] == ["Lee"]


def test_a_name_alone_is_proposed_and_records_nothing(school: School) -> None:
    found = _import(
        school,
        "Timestamp,Name,Email,Which policy have you read?",
        "2026-11-20 08:05:11,Kim Lee,,Behaviour",
        "2026-11-20 08:05:11,K. Day,elsewhere@example.com,Behaviour",
        "2026-11-20 08:05:11,Nobody Known,,Behaviour",
        "2026-11-20 08:05:11,,,Behaviour",
    )
    assert _held(school) == ()
    assert [[one.person.person.last_name for one in row.proposals] for row in found.unmatched] == [
        ["Lee"],
        ["Day"],
        [],
        [],
    ]
    assert (
        found.unmatched[0].reason == "It was filled in without signing in, as 'Kim Lee'; a name alone records nothing."
    )
    assert {one.given_on for row in found.unmatched for one in row.proposals} == {date(2026, 11, 20)}


def test_people_who_share_an_address_are_told_apart_by_the_code(school: School) -> None:
    ash = school.add_person("Ash", email="office@example.org")
    school.add_person("Elm", email="office@example.org")
    school.plan()
    found = _import(school, GOOGLE, f"2026-11-23 08:05:11,office@example.org,{_code(school, ash, 'behaviour')},Yes")
    assert [one.person.person.last_name for one in found.recorded] == ["Ash"]


@pytest.mark.parametrize(("typed", "why"), [("ABCD-EFGH", "is no code of this school"), ("", "there is no code")])
def test_a_yes_without_a_right_code_is_given_back_with_what_the_reader_is_asked(
    school: School, typed: str, why: str
) -> None:
    school.plan()
    found = _import(school, GOOGLE, f"2026-11-23 08:05:11,lee@example.org,{typed},Yes")
    assert _held(school) == ()
    assert why in found.unmatched[0].reason
    assert {one.slug for one in found.unmatched[0].proposals} == {"behaviour", "confidentiality-policy"}


def test_codes_of_what_was_replaced_or_withdrawn_or_of_a_leaver_say_so(school: School) -> None:
    gone = school.add_person("Gone")
    school.plan()
    codes = [_code(school, _lee(school), slug) for slug in ("behaviour", "confidentiality-policy")]
    left = _code(school, gone, "behaviour")
    school.change_person(gone, leave_on=MONDAY - timedelta(days=1))
    school.add_version(2, RevisionKind.MAJOR, title="Behaviour")
    with school.register.transaction() as tx:
        set_version_status(tx, 1, VersionStatus.WITHDRAWN)
    found = _import(
        school,
        GOOGLE,
        *(f"2026-11-23 08:05:11,lee@example.org,{code},Yes" for code in codes),
        f"2026-11-23 08:05:11,gone@example.org,{left},Yes",
    )
    assert _held(school) == ()
    assert [one.reason for one in found.unmatched] == [
        "A later version of Behaviour must be read; Kim Lee is asked for that.",
        "Its code is of a policy that is no longer in use.",
        "Kim Gone has left, so nothing was recorded.",
    ]


def test_a_preview_says_the_same_and_keeps_nothing(school: School) -> None:
    school.plan()
    open_before, code = school.requests(), _code(school, _lee(school), "behaviour")
    line = f"2026-11-23 08:05:11,lee@example.org,{code},Yes"
    form = FormList(_write(school, GOOGLE, line, line), "Jo Clerk", secret=SECRET)
    looked = preview_form_export(school.register, school.config, form, today=MONDAY, now=at(MONDAY))
    assert (len(looked.recorded), len(looked.already)) == (1, 1)
    assert _held(school) == ()
    assert school.requests() == open_before
    with school.register.reading() as tx:
        assert verify(tx, school.key).records == 0
    assert import_form_export(school.register, school.config, form, today=MONDAY, now=at(MONDAY)) == looked


def test_a_typed_list_of_signed_sheets_is_recorded_as_paper(school: School) -> None:
    school.plan()
    code = _code(school, _lee(school), "behaviour")
    found = _import(school, "Code,Date signed", f"{code},2026-11-23", method=AcknowledgementMethod.PAPER)
    assert [one.slug for one in found.recorded] == ["behaviour"]
    assert {row.method for row in _held(school)} == {AcknowledgementMethod.PAPER}


def test_what_an_import_answers_is_asked_and_mailed_no_more(school: School) -> None:
    school.plan()
    codes = [_code(school, row, slug) for row in _people(school) for slug in ("behaviour", "confidentiality-policy")]
    found = _import(school, "Code,Date signed", *(f"{code},2026-11-23" for code in codes))
    assert len(found.recorded) == 4
    assert school.requests() == ()
    assert {message.state for message in school.messages()} == {DeliveryState.CANCELLED}


def test_somebody_who_has_the_address_of_a_leaver_now_is_who_is_meant(school: School) -> None:
    school.add_person("Before", email="head@example.org", leave_on=MONDAY - timedelta(days=1))
    school.add_person("Now", email="head@example.org")
    found = _import(school, "email,policy", "head@example.org,Behaviour")
    assert [one.person.person.last_name for one in found.recorded] == ["Now"]


def test_many_rows_are_judged_like_one(school: School) -> None:
    strangers = (f"stranger{number}@example.org,Behaviour" for number in range(2000))
    found = _import(school, "email,policy", *strangers, "lee@example.org,Behaviour")
    assert (len(found.recorded), len(found.unmatched)) == (1, 2000)


# --- what stands beside a code ----------------------------------------------------------------------------------------


def test_a_no_never_records_whatever_its_question_is_called(school: School) -> None:
    school.plan()
    code = _code(school, _lee(school), "behaviour")
    for headings in ("Code,I have read it", GOOGLE.partition("Email Address,")[2]):
        assert _import(school, headings, f"{code},No") == FormImport()
    [odd] = _import(school, "Code,I have read it,I have understood it", f"{code},Yes,No").unmatched
    assert "says yes and no in one row" in odd.reason
    assert _held(school) == ()
    assert len(_import(school, "Code,I have read it", f"{code},Yes").recorded) == 1


def test_each_answer_is_judged_by_itself_whatever_others_wrote(school: School) -> None:
    school.plan()
    behaviour, other = (_code(school, _lee(school), slug) for slug in ("behaviour", "confidentiality-policy"))
    found = _import(
        school,
        GOOGLE,
        f",lee@example.org,{behaviour},No",
        f",lee@example.org,{behaviour},Yes thanks",
        f",lee@example.org,{behaviour},",
        f",lee@example.org,{other},Yes",
    )
    assert [(one.row, one.slug) for one in found.recorded] == [(5, "confidentiality-policy")]
    assert [(one.row, one.reason) for one in found.unmatched] == [
        (
            3,
            "'Yes thanks' under 'I have read the policy' says neither yes nor no, so nobody can tell whether it was "
            "read.",
        ),
        (4, "'I have read the policy' is empty, so nobody can tell whether it was read."),
    ]


@pytest.mark.parametrize(
    ("headings", "row", "why"),
    [
        ("Email Address,Code,I have read it", "lee@example.org,ABCD-EFGH,Yes", "'ABCD-EFGH' is no code of this school"),
        ("Email Address,Code,I have read it", "lee@example.org,,Yes", "there is no code"),
        ("Email Address,Code", "lee@example.org,ABCD-EFGH", "'ABCD-EFGH' is no code of this school"),
        ("Email Address,Code,Behaviour", "lee@example.org,ABCD-EFGH,", "'ABCD-EFGH' is no code of this school"),
    ],
)
def test_a_row_without_a_right_code_is_never_lost(school: School, headings: str, row: str, why: str) -> None:
    school.plan()
    found = _import(school, headings, row)
    assert _held(school) == ()
    [given_back] = found.unmatched
    assert given_back.reason.startswith(f"Kim Lee answered, but {why}")
    assert {one.slug for one in given_back.proposals} == {"behaviour", "confidentiality-policy"}


def test_what_a_form_asks_besides_does_not_stand_in_the_way_of_a_code(school: School) -> None:
    school.plan()
    codes = [_code(school, _lee(school), slug) for slug in ("behaviour", "confidentiality-policy")]
    found = _import(
        school,
        "Id,Language,Code,First name,Last name,Which site?,I have read it,Are you a first aider?,Any questions?,",
        f"7,English (United Kingdom),{codes[0]},Kim,Lee,Main,Yes,No,No,",
        f"8,English (United Kingdom),{codes[1]},Kim,Lee,,Yes,Yes,I could not open page 3,",
        f"9,English (United Kingdom),{codes[1]},Kim,Lee,Main,No,Yes,,",
    )
    assert [one.slug for one in found.recorded] == ["behaviour"]
    assert [one.reason for one in found.unmatched] == [
        "'I could not open page 3' stands under 'Any questions?': look at it, then record the reading if it counts."
    ]


def test_where_no_question_asks_for_the_reading_every_answer_must_be_a_yes(school: School) -> None:
    school.plan()
    code = _code(school, _lee(school), "behaviour")
    found = _import(school, "Code,Policy,Done?", f"{code},Behaviour,not yet", f"{code},Behaviour,No")
    assert _held(school) == ()
    assert [(one.row, one.reason) for one in found.unmatched] == [
        (
            2,
            "'not yet' under 'Done?' says neither yes nor no, so nobody can tell whether it was read. If that column "
            "asks something else, take it out of the list and import it again.",
        )
    ]
    assert [one.slug for one in _import(school, "Code,Policy,Done?", f"{code},Behaviour,Yes").recorded] == ["behaviour"]


def test_a_title_beside_a_code_must_be_what_the_code_is_of(school: School) -> None:
    school.plan()
    code = _code(school, _lee(school), "behaviour")
    found = _import(
        school,
        "Code,Policy,I have read it",
        f"{code},Confidentiality,Yes",
        f"{code},Behaviour,No",
        f"{code},Behaviour Policy,Yes",
    )
    assert [(one.row, one.slug) for one in found.recorded] == [(4, "behaviour")]
    assert [one.reason for one in found.unmatched] == [
        "Its code is of Behaviour, but beside it stands Confidentiality Policy; nothing was recorded."
    ]


def test_a_no_in_a_policys_own_column_stands_against_its_code(school: School) -> None:
    school.plan()
    behaviour, other = (_code(school, _lee(school), slug) for slug in ("behaviour", "confidentiality-policy"))
    found = _import(school, "Code,Behaviour", f"{behaviour},No", f"{behaviour},", f"{other},No")
    assert _held(school) == ()
    assert [(one.row, one.reason) for one in found.unmatched] == [
        (3, "It has the code of Behaviour, but says neither yes nor a day for it."),
        (4, "Its code is of Confidentiality Policy, which nothing in the row says was read."),
    ]
    [both] = _import(school, "Code,Behaviour,I have read it", f"{behaviour},Yes,No").unmatched
    assert "says yes and no in one row" in both.reason
    assert _held(school) == ()
    assert [one.slug for one in _import(school, "Code,Behaviour", f"{behaviour},Yes").recorded] == ["behaviour"]


# --- ids of several lists ---------------------------------------------------------------------------------------------


def _share_id(school: School) -> None:
    """Add Ada Moss, "1" in the staff list, and Ben Reed, "1" in the volunteers'."""
    for list_name, first, last in (("staff.csv", "Ada", "Moss"), ("volunteers.csv", "Ben", "Reed")):
        person = Person("1", first, last, f"{last.lower()}@example.org", "Helper", None, None)
        with school.register.transaction() as tx:
            add_person(tx, school.key, person, list_name, f"key-{last}", MONDAY, at(MONDAY))


def test_an_id_that_two_lists_have_records_for_nobody_unless_the_row_tells_whom(school: School) -> None:
    _share_id(school)
    found = _import(
        school,
        "person_id,email,name,policy",
        "1,,,Behaviour",
        "1,,Ada Moss,Behaviour",
        "1,reed@example.org,,Behaviour",
    )
    assert [(one.row, one.person.person.last_name) for one in found.recorded] == [(3, "Moss"), (4, "Reed")]
    [asked] = found.unmatched
    assert asked.reason == (
        "Several people have the id '1', and nothing else in the row tells whom it means: Ada Moss (1 in staff.csv) "
        "and Ben Reed (1 in volunteers.csv)."
    )
    assert {one.person.person.last_name for one in asked.proposals} == {"Moss", "Reed"}


def test_the_code_tells_apart_who_share_an_id(school: School) -> None:
    _share_id(school)
    school.plan()
    for row in _people(school):
        if row.person.person_id == "1":
            found = _import(school, "person_id,Code", f"1,{_code(school, row, 'behaviour')}")
            assert [one.person.id for one in found.recorded] == [row.id]
    assert "Several people" in _import(school, "person_id,Code", "1,ABCD-EFGH").unmatched[0].reason


def test_an_id_in_a_list_that_does_not_count_today_is_known_too(school: School) -> None:
    lee = _lee(school)
    with school.register.transaction() as tx:
        stated = replace(lee.person, person_id="v-7", kind=EngagementKind.VOLUNTEER, start_on=MONDAY)
        engage(tx, school.key, lee.id, stated, "volunteers.csv", MONDAY, at(MONDAY), actor="Jo Clerk")
    found = _import(school, "person_id,policy", "v-7,Behaviour", "id-Lee,Confidentiality")
    assert [one.person.id for one in found.recorded] == [lee.id, lee.id]


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ("id-Lee,,,Sam,Reed", "beside it stands the name 'Sam Reed'"),
        ("id-Lee,,Sam Reed,,", "beside it stands the name 'Sam Reed'"),
        ("id-Lee,day@example.org,,,", "day@example.org is Kim Day’s"),
        ("id-Lee,stranger@example.org,,,", "'stranger@example.org' is no address of theirs"),
    ],
)
def test_a_name_or_address_that_contradicts_the_id_records_nothing(school: School, row: str, says: str) -> None:
    school.plan()
    whole = "name" if ",Sam Reed," in row else "role"
    for extra in ("policy", "Code"):
        answer = "Behaviour" if extra == "policy" else _code(school, _lee(school), "behaviour")
        headings = f"person_id,email,{whole},first_name,last_name,{extra}"
        found = _import(school, headings, f"{row},{answer}")
        assert _held(school) == ()
        assert f"The id 'id-Lee' is that of Kim Lee (id-Lee in staff.csv), but {says}" in found.unmatched[0].reason


def test_an_answer_on_a_policy_without_a_copy_is_given_back(school: School) -> None:
    with school.register.reading() as tx:
        policy = find_policy(tx, school.key, "behaviour")
    assert policy is not None
    school.add_version(policy.id, RevisionKind.MAJOR, title="Behaviour", copy=False)
    found = _import(school, "Email,Policy", "lee@example.org,Behaviour")
    assert found.recorded == ()
    assert ["there was no copy of it to read" in each.reason for each in found.unmatched] == [True]
