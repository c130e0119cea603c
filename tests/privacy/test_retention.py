"""Who left long ago, and whom an older register brought back: nobody goes by itself, and two people see to it."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from pipeline.cli import policy
from pipeline.errors import UsageError
from pipeline.privacy.retention import agree_due, list_due, notice_due, propose_due
from pipeline.register.deciding import deciding
from pipeline.register.jobs import note_run_day
from pipeline.register.people.erased_outside import find_back, keep_outside
from tests.school import MONDAY, School, at

LEFT = MONDAY + timedelta(days=10)
LATER = date(2033, 1, 10)
ONE, OTHER = "Jo Marsh", "Rae Quill"
TOML = '[reading]\ndefault = "sign"\n'


def fill(school: School, *names: str) -> list[int]:
    """Let some read a policy and leave; Noor stays."""
    version = school.add_policy("Confidentiality")
    people = [school.add_person(name) for name in (*names, "Noor")]
    for row in people:
        school.record(row, version)
        if row is not people[-1]:
            school.change_person(row, leave_on=LEFT)
    return [row.id for row in people[:-1]]


def call(root: Path, *arguments: str, by: str = ONE, today: date = LATER) -> Result:
    return CliRunner().invoke(policy, ["--workspace", str(root), "--today", str(today), "--as", by, *arguments])


def test_a_run_tells_once_a_month_and_two_people_erase_all_of_them(tmp_path: Path) -> None:
    with School(tmp_path, TOML) as school:
        lee, day = fill(school, "Lee", "Day")

        def told(today: date) -> tuple[str, ...]:
            with school.register.transaction() as tx:
                note_run_day(tx, school.key, today, at(today))
            return notice_due(school.register, school.config, today)

        assert told(date(2032, 12, 1)) == ()
        assert told(date(2033, 1, 2))[0].startswith("2 people left more than 6 years ago")
        assert told(date(2033, 1, 3)) == ()
        assert told(date(2033, 2, 1)) != ()
        with deciding(school.register, school.root, ONE, at(LATER)) as doing:
            for number in (1, 3):
                with pytest.raises(UsageError, match="2 people are asked for, and you typed"):
                    propose_due(doing, school.config, LATER, people=number)
            assert propose_due(doing, school.config, LATER, people=2) == 2
        with school.register.reading() as tx:
            assert [each.asked_by for each in list_due(tx, school.key, school.config, LATER)] == [ONE, ONE]
        for by, people, words in ((ONE, 2, "cannot agree"), (OTHER, 1, "waiting for a second person, and you typed")):
            with (
                pytest.raises(UsageError, match=words),
                deciding(school.register, school.root, by, at(LATER)) as doing,
            ):
                agree_due(doing, school.config, LATER, people=people)
        with deciding(school.register, school.root, OTHER, at(LATER)) as doing:
            assert agree_due(doing, school.config, LATER, people=2) == (1, 2)
        with school.register.reading() as tx:
            assert list_due(tx, school.key, school.config, LATER) == ()
        assert {school.find_person(each).person.last_name for each in (lee, day)} == {"erased (1)", "erased (2)"}


def test_who_is_held_or_kept_without_an_end_is_passed_by(tmp_path: Path) -> None:
    with School(tmp_path, TOML) as school:
        fill(school, "Lee")
        assert call(tmp_path, "person", "hold", "id-Lee", "--reason", "a claim").exit_code == 0
        assert notice_due(school.register, school.config, LATER) == ()
        shown = call(tmp_path, "person", "retention").output
        assert (
            "Kim Lee: left on 3 December 2026, kept until 3 December 2032. Not now: Jo Marsh has held everything"
            in shown
        )
        none = call(tmp_path, "person", "retention", "--erase", "1")
        assert "Nobody is asked for" in str(none.exception) + none.output
    config = tmp_path / "config.toml"
    config.write_text(config.read_text(encoding="utf-8") + "[people]\nretention_years = 0\n", encoding="utf-8")
    assert "kept without an end" in call(tmp_path, "person", "retention").output


def test_commands_walk_from_the_list_to_the_end(tmp_path: Path) -> None:
    with School(tmp_path, TOML) as school:
        fill(school, "Lee", "Day")
    shown = call(tmp_path, "person", "retention").output
    assert "policy person retention --erase 2" in shown
    asked = call(tmp_path, "person", "retention", "--erase", "2")
    assert "person retention --agree 2" in asked.output
    unnamed = CliRunner().invoke(
        policy, ["--workspace", str(tmp_path), "--today", str(LATER), "person", "retention", "--agree", "2"]
    )
    assert "Say who agrees" in str(unnamed.exception) + unnamed.output
    assert call(tmp_path, "person", "erase", "id-Day", "--withdraw").exit_code == 0
    done = call(tmp_path, "person", "retention", "--agree", "1", by=OTHER)
    assert done.output.strip() == "1 person erased."
    assert (tmp_path / ".secrets" / "erased").read_text(encoding="utf-8").count("\n") == 1
    assert "Kim Day" in call(tmp_path, "staff", "list").output + call(tmp_path, "person", "retention").output


def test_an_older_copy_that_brings_somebody_back_is_told_and_they_go_again(tmp_path: Path) -> None:
    root, copy = tmp_path / "school", "distribution/safety-copies/2033-01-10.zip"
    with School(root, TOML) as school:
        fill(school, "Lee", "Day")
    assert call(root, "backup").exit_code == 0
    assert call(root, "person", "erase", "id-Lee", "--reason", "their wish").exit_code == 0
    assert "Erased." in call(root, "person", "erase", "id-Lee", "--agree", by=OTHER).output
    back = call(root, "restore", str(root / copy), "--yes", by=ONE)
    assert "1 person was erased after this copy was made" in back.output
    with School(root, TOML) as school:
        assert any("in the register again" in said for said in notice_due(school.register, school.config, LATER))
        with school.register.reading() as tx:
            assert len(find_back(tx, school.key, root / ".secrets")) == 1
    assert "1 person erased" in call(root, "person", "retention", "--agree", "1", by=OTHER).output
    with School(root, TOML) as school:
        assert notice_due(school.register, school.config, LATER + timedelta(days=1)) != (), "Day left long ago"
        keep_outside(school.register)
        with school.register.reading() as tx:
            assert find_back(tx, school.key, root / ".secrets") == ()
    verified = call(root, "ledger", "verify")
    assert verified.exit_code == 0, verified.output
