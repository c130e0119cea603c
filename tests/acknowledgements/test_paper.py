"""Sheets that came back signed: entered by people or by codes, all of one call or none, with the day on the sheet."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from pipeline.acknowledgements.codes import card_code, request_code
from pipeline.acknowledgements.paper import EnteredLine, PaperSheet, record_codes, record_people
from pipeline.acknowledgements.record import RecordingOutcome
from pipeline.config import parse_config
from pipeline.errors import UsageError
from pipeline.model.policies import RevisionKind, VersionStatus
from pipeline.model.readings import AcknowledgementMethod
from pipeline.register.policies.policies import set_version_status
from pipeline.register.readings.requests import AcknowledgementRow, list_acknowledgements, list_requests
from tests.school import MONDAY, SECRET, TOML, School, at


@pytest.fixture
def school(tmp_path: Path) -> Iterator[School]:
    with School(tmp_path) as opened:
        yield opened


def sheet_of(signed_on: date = MONDAY, entered_by: str = "Jo Clerk", today: date = MONDAY) -> PaperSheet:
    """A sheet signed on a day and entered today."""
    return PaperSheet(signed_on, entered_by, today, at(today))


def enter(
    school: School, *wanted: str, slug: str = "confidentiality", sheet: PaperSheet | None = None
) -> tuple[EnteredLine, ...]:
    """Enter a sheet by ids or names."""
    with school.register.transaction() as tx:
        return record_people(tx, school.key, school.config, wanted, slug, sheet or sheet_of())


def enter_codes(school: School, *codes: str, sheet: PaperSheet | None = None) -> tuple[EnteredLine, ...]:
    """Enter a sheet by its codes."""
    with school.register.transaction() as tx:
        return record_codes(tx, school.key, school.config, codes, sheet or sheet_of(), secret=SECRET)


def held(school: School) -> tuple[AcknowledgementRow, ...]:
    """What is recorded."""
    with school.register.reading() as tx:
        return list_acknowledgements(tx, school.key)


def codes_of_all(school: School) -> list[str]:
    """The codes of everything ever asked, oldest first."""
    with school.register.reading() as tx:
        return [request_code(SECRET, school.key, request.id) for request in list_requests(tx, school.key)]


def test_a_signed_sheet_keeps_its_day_and_who_entered_it(school: School) -> None:
    school.add_policy("Confidentiality")
    school.add_person("Lee", email=None)
    assert [one.outcome for one in enter(school, "id-Lee", sheet=sheet_of(date(2026, 11, 20)))] == [
        RecordingOutcome.RECORDED
    ]
    assert [one.outcome for one in enter(school, "id-Lee")] == [RecordingOutcome.ALREADY]
    [row] = held(school)
    assert (row.method, row.entered_by) == (AcknowledgementMethod.PAPER, "Jo Clerk")
    assert row.acknowledged_at.astimezone(school.config.zone).date() == date(2026, 11, 20)
    assert row.recorded_at == at(MONDAY)


def test_several_people_of_one_sheet_are_entered_at_once_by_id_or_name(school: School) -> None:
    school.add_policy("Confidentiality")
    for name in ("Lee", "Day", "O’Dowd"):
        school.add_person(name, email=None)
    entered = enter(school, "id-Lee", "kim day", "Kim O'Dowd")
    assert [(one.person.person.last_name, one.outcome) for one in entered] == [
        ("Lee", RecordingOutcome.RECORDED),
        ("Day", RecordingOutcome.RECORDED),
        ("O’Dowd", RecordingOutcome.RECORDED),
    ]
    assert len(held(school)) == 3


def test_one_line_that_cannot_be_right_keeps_all_of_a_sheet_out_and_every_fault_is_named(school: School) -> None:
    school.add_policy("Confidentiality")
    school.add_person("Lee", email=None)
    school.add_person("Clerk", first_name="Jo")
    with pytest.raises(UsageError) as told:
        enter(school, "id-Lee", "nobody", "id-Clerk")
    first, unknown, own = str(told.value).splitlines()
    assert first.startswith("Nothing was recorded.")
    assert "'nobody'" in unknown
    assert "cannot enter their own reading" in own
    assert held(school) == ()


@pytest.mark.parametrize(
    ("person", "slug", "sheet", "says"),
    [
        ("nobody", "confidentiality", sheet_of(), "Nobody has the id, the work address or the full name 'nobody'"),
        ("id-Lee", "nothing", sheet_of(), "No policy in use is called 'nothing'"),
        ("id-Lee", "confidentiality", sheet_of(entered_by="kim lee"), "cannot enter their own reading"),
        ("id-Lee", "confidentiality", sheet_of(entered_by="Lee, Kim"), "cannot enter their own reading"),
        ("id-Lee", "confidentiality", sheet_of(entered_by="Mrs K. Lée"), "cannot enter their own reading"),
        ("id-Lee", "confidentiality", sheet_of(entered_by="  "), "Say who enters this"),
        ("id-Lee", "confidentiality", sheet_of(MONDAY + timedelta(days=1)), "has not come yet"),
        ("id-Day", "confidentiality", sheet_of(), "has left"),
    ],
)
def test_a_sheet_that_cannot_be_right_is_refused(
    school: School, person: str, slug: str, sheet: PaperSheet, says: str
) -> None:
    school.add_policy("Confidentiality")
    school.add_person("Lee")
    school.add_person("Day", leave_on=MONDAY - timedelta(days=1))
    with pytest.raises(UsageError, match=says):
        enter(school, person, slug=slug, sheet=sheet)
    assert held(school) == ()


def test_a_name_that_somebody_who_left_shares_means_whoever_is_there(school: School) -> None:
    school.add_policy("Confidentiality")
    school.add_person("Lee", person_id="old", leave_on=MONDAY - timedelta(days=1))
    there = school.add_person("Lee", person_id="new", email=None)
    [entered] = enter(school, "Kim Lee")
    assert entered.person.id == there.id


def test_a_day_before_the_version_was_put_in_use_is_refused_on_paper_too(school: School) -> None:
    first = school.add_policy("Confidentiality")
    school.add_person("Lee", email=None)
    school.add_version(first.policy_id, RevisionKind.MAJOR, title="Confidentiality")
    with pytest.raises(UsageError, match="before the version now in use was there"):
        enter(school, "id-Lee", sheet=sheet_of(MONDAY - timedelta(days=1)))
    assert held(school) == ()
    assert [one.outcome for one in enter(school, "id-Lee")] == [RecordingOutcome.RECORDED]


def test_a_day_between_a_version_and_a_small_change_of_it_counts_for_the_version_of_that_day(school: School) -> None:
    first = school.add_policy("Confidentiality")
    school.add_person("Lee", email=None)
    later = MONDAY + timedelta(days=14)
    school.add_version(first.policy_id, RevisionKind.MINOR, title="Confidentiality", issued_on=later)
    [entered] = enter(school, "id-Lee", sheet=sheet_of(MONDAY, today=later))
    assert entered.outcome is RecordingOutcome.RECORDED
    assert [row.version_id for row in held(school)] == [first.id]


def test_a_sheet_of_last_year_is_refused_where_the_policy_is_asked_for_each_school_year(school: School) -> None:
    school.config = parse_config(TOML + '[reading]\nrepeat = "september"\n', root=school.root)
    school.add_policy("Confidentiality")
    school.add_person("Lee", email=None)
    with pytest.raises(UsageError, match="asked for anew each school year"):
        enter(school, "id-Lee", sheet=sheet_of(date(2026, 8, 31)))
    assert [one.outcome for one in enter(school, "id-Lee", sheet=sheet_of(date(2026, 9, 1)))] == [
        RecordingOutcome.RECORDED
    ]


def test_codes_enter_whoever_they_were_printed_for(school: School) -> None:
    school.add_policy("Confidentiality")
    school.add_policy("Behaviour")
    school.add_person("Lee", email=None)
    school.add_person("Day", email=None)
    school.plan()
    codes = codes_of_all(school)
    typed = [codes[0].lower().replace("-", " "), codes[0], codes[3].replace("0", "O")]
    entered = enter_codes(school, *typed)
    assert [one.outcome for one in entered] == [
        RecordingOutcome.RECORDED,
        RecordingOutcome.ALREADY,
        RecordingOutcome.RECORDED,
    ]
    assert {row.request for row in held(school)} == {1, 4}
    assert {request.id for request in school.requests()} == {2, 3}


def test_a_code_of_a_replaced_version_records_nothing_and_one_after_a_small_change_the_printed_version(
    school: School,
) -> None:
    first, second = school.add_policy("Confidentiality"), school.add_policy("Behaviour")
    school.add_person("Lee", email=None)
    school.plan()
    codes = codes_of_all(school)
    school.add_version(first.policy_id, RevisionKind.MAJOR, title="Confidentiality")
    school.add_version(second.policy_id, RevisionKind.MINOR, title="Behaviour")
    school.plan()
    outcomes = {one.policy.slug: one.outcome for one in enter_codes(school, *codes)}
    assert outcomes == {"confidentiality": RecordingOutcome.REPLACED, "behaviour": RecordingOutcome.RECORDED}
    assert [row.version_id for row in held(school)] == [second.id]


def test_a_sheet_cannot_be_signed_before_the_version_on_it(school: School) -> None:
    first = school.add_policy("Confidentiality")
    school.add_person("Lee", email=None)
    later = MONDAY + timedelta(days=14)
    school.add_version(first.policy_id, RevisionKind.MINOR, title="Confidentiality", issued_on=later)
    school.plan(later)
    with pytest.raises(UsageError, match="the version on the sheet came later"):
        enter_codes(school, *codes_of_all(school), sheet=sheet_of(MONDAY, today=later))


@pytest.mark.parametrize(
    ("code", "says"),
    [
        ("ABCD-EFGH", "is no code of this school, or is mistyped"),
        (request_code(SECRET, "another-school", 1), "is no code of this school, or is mistyped"),
        ("", "is no code of this school, or is mistyped"),
    ],
)
def test_a_code_that_stands_for_nothing_says_so(school: School, code: str, says: str) -> None:
    with pytest.raises(UsageError, match=says):
        enter_codes(school, code)


def test_a_code_of_a_card_or_of_something_the_register_does_not_hold_says_what_it_is(school: School) -> None:
    with pytest.raises(UsageError, match="is the code of a card: enter it with --card"):
        enter_codes(school, card_code(SECRET, school.key, MONDAY, 1))
    with pytest.raises(UsageError, match="this register does not hold"):
        enter_codes(school, request_code(SECRET, school.key, 7))


def test_codes_of_a_policy_that_is_withdrawn_record_nothing(school: School) -> None:
    version = school.add_policy("Confidentiality")
    school.add_person("Lee", email=None)
    school.plan()
    with school.register.transaction() as tx:
        set_version_status(tx, version.id, VersionStatus.WITHDRAWN)
    with pytest.raises(UsageError, match="no longer in use"):
        enter_codes(school, *codes_of_all(school))


def test_a_sheet_of_a_policy_without_a_copy_records_nothing_and_says_so(school: School) -> None:
    version = school.add_policy("Confidentiality")
    school.add_person("Lee", email=None)
    school.add_version(version.policy_id, RevisionKind.MAJOR, title="Confidentiality", copy=False)
    with pytest.raises(UsageError, match="there was no copy of it to read, so nothing was recorded"):
        enter(school, "id-Lee")
    assert held(school) == ()


def test_a_sheet_is_of_the_copy_that_there_was_on_its_day_be_it_of_the_text_before_a_small_change(
    school: School,
) -> None:
    first = school.add_policy("Confidentiality")
    school.add_person("Lee", email=None)
    school.add_version(first.policy_id, RevisionKind.MINOR, title="Confidentiality", copy=False)
    assert [one.outcome for one in enter(school, "id-Lee")] == [RecordingOutcome.RECORDED]
    [row] = held(school)
    assert (row.version_id, row.copy_id) == (first.id, 1)
