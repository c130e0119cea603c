"""A reading or a last day recorded in error ends, is owed or undone again, and stays on record."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from pipeline.acknowledgements.corrections import correct_leaving, correct_reading
from pipeline.acknowledgements.listing import list_acknowledgements as list_lines
from pipeline.acknowledgements.record import RecordingOutcome
from pipeline.cli import policy as policy_group
from pipeline.errors import UsageError
from pipeline.model.policies import RevisionKind
from pipeline.model.readings import RequestState
from pipeline.people.obligations import has_left
from pipeline.register.decision import Decision
from pipeline.register.ledger import ledger
from pipeline.register.people.changes import change_person
from pipeline.register.people.persons import PersonRow, find_person
from pipeline.register.readings.requests import list_acknowledgements
from tests.school import MONDAY, School, at

TUESDAY = MONDAY + timedelta(days=1)


@pytest.fixture
def school(tmp_path: Path) -> Iterator[School]:
    with School(tmp_path, '[reading]\ndefault = "sign"\n') as opened:
        yield opened


def take_back(
    school: School, row: PersonRow, reason: str = "the wrong line of the sheet", *, earlier: bool = False
) -> str:
    with school.register.transaction() as tx:
        decision = Decision(tx, school.key, "Pat Clerk", at(TUESDAY))
        return correct_reading(decision, row, "confidentiality", reason=reason, earlier=earlier)


def test_a_reading_recorded_in_error_is_owed_again_and_the_next_plan_asks(school: School) -> None:
    version, row = school.add_policy("Confidentiality"), school.add_person("Lee")
    school.plan()
    assert school.record(row, version).outcome is RecordingOutcome.RECORDED
    assert school.requests() == ()
    assert "They owe it again" in take_back(school, row)
    school.plan(TUESDAY)
    (asked,) = school.requests()
    assert (asked.person, asked.version_id, asked.asked_on) == (row.id, version.id, TUESDAY)
    letters = [mail for mail in school.messages() if mail.person == row.id]
    assert len(letters) == 2, "they are told again, since they owe it again"


def test_the_word_stays_on_record_and_lists_say_what_became_of_it(school: School) -> None:
    version, row = school.add_policy("Confidentiality"), school.add_person("Lee")
    school.plan()
    school.record(row, version)
    take_back(school, row)
    with school.register.reading() as tx:
        assert list_acknowledgements(tx, school.key) == ()
        (kept,) = list_acknowledgements(tx, school.key, corrected=True)
        (line,) = list_lines(tx, school.key, school.config, school.standings(TUESDAY), TUESDAY)
        assert ledger.verify(tx, school.key).faults == ()
    assert (line.state, line.corrected_at) == (RequestState.CLOSED, at(TUESDAY))
    assert line.acknowledged_at == kept.acknowledged_at
    listed = CliRunner().invoke(policy_group, ["--workspace", str(school.root), "acknowledge", "list"])
    assert "recorded on 23 November 2026 (page), in error, as was said on 24 November 2026" in listed.output


def test_a_correction_given_twice_leaves_the_word_before_it(school: School) -> None:
    first, row = school.add_policy("Confidentiality"), school.add_person("Lee")
    school.plan()
    school.record(row, first)
    second = school.add_version(first.policy_id, RevisionKind.MAJOR, title="Confidentiality", text="Other words.")
    school.plan(TUESDAY)
    school.record(row, second, TUESDAY)
    take_back(school, row)
    with pytest.raises(UsageError, match="of 24 November 2026, was taken back before; nothing was changed"):
        take_back(school, row)
    with school.register.reading() as tx:
        assert [each.version_id for each in list_acknowledgements(tx, school.key)] == [first.id]
    take_back(school, row, earlier=True)
    with school.register.reading() as tx:
        assert list_acknowledgements(tx, school.key) == ()


def test_a_new_word_counts_after_one_was_taken_back(school: School) -> None:
    version, row = school.add_policy("Confidentiality"), school.add_person("Lee")
    school.plan()
    school.record(row, version)
    take_back(school, row)
    school.plan(TUESDAY)
    assert school.record(row, version, TUESDAY).outcome is RecordingOutcome.RECORDED
    assert school.record(row, version, TUESDAY).outcome is RecordingOutcome.ALREADY
    with school.register.reading() as tx:
        assert len(list_acknowledgements(tx, school.key)) == 1


def test_what_was_never_said_cannot_be_taken_back(school: School) -> None:
    school.add_policy("Confidentiality")
    row = school.add_person("Lee")
    with pytest.raises(UsageError, match="No reading of Confidentiality by Kim Lee is recorded"):
        take_back(school, row)


def come_back(school: School, row: PersonRow) -> str:
    with school.register.transaction() as tx:
        decision = Decision(tx, school.key, "Pat Clerk", at(TUESDAY))
        found = find_person(tx, school.key, row.id, TUESDAY)
        assert found is not None
        return correct_leaving(decision, found, reason="another of the name", today=TUESDAY)


def test_somebody_who_left_in_error_is_here_again_and_is_asked(school: School) -> None:
    school.add_policy("Confidentiality")
    row = school.add_person("Lee")
    with school.register.transaction() as tx:
        gone = replace(row.person, leave_on=MONDAY - timedelta(days=1))
        change_person(tx, school.key, row, gone, MONDAY, at(MONDAY))
    school.plan()
    assert school.requests() == ()
    assert "They are here again" in come_back(school, row)
    with school.register.reading() as tx:
        found = find_person(tx, school.key, row.id, TUESDAY)
    assert found is not None
    assert not has_left(found.person, TUESDAY)
    school.plan(TUESDAY)
    assert [one.person for one in school.requests()] == [row.id]
    with pytest.raises(UsageError, match="has not left"):
        come_back(school, row)


def test_a_last_day_that_was_moved_in_error_is_as_it_was_before(school: School) -> None:
    row = school.add_person("Lee")
    with school.register.transaction() as tx:
        first = replace(row.person, leave_on=MONDAY + timedelta(days=200))
        changed = change_person(tx, school.key, row, first, MONDAY, at(MONDAY))
        changed = change_person(
            tx, school.key, changed, replace(first, leave_on=MONDAY - timedelta(days=3)), MONDAY, at(MONDAY)
        )
        change_person(tx, school.key, changed, replace(changed.person, role="Cook"), MONDAY, at(MONDAY))
    assert "as it was before" in come_back(school, row)
    with school.register.reading() as tx:
        found = find_person(tx, school.key, row.id, TUESDAY)
    assert found is not None
    assert (found.person.leave_on, found.person.role) == (MONDAY + timedelta(days=200), "Cook")
