"""``policy review`` with answers from a pipe, as a terminal would give them."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from pipeline.cli import policy as policy_group
from tests.policies.folders import policy_text

ROOT = Path(__file__).resolve().parents[2]
CONFIG = '[school]\nname = "Westhaven School"\n[contacts.dsl]\nname = "Sam Hillcrest"\n'
HEADINGS = "person_id,first_name,last_name,work_email,role,start_date,leave_date\n"
BLANK_APPROVAL = policy_text("Lettings Policy").replace("Governors: 10 September 2026", "Governors:")
DAY = ("--today", "2026-11-24")


def policy(workspace: Path, *arguments: str, typed: str | None = None) -> Result:
    return CliRunner().invoke(
        policy_group, ["--workspace", str(workspace), *DAY, *arguments], input=typed, catch_exceptions=False
    )


@pytest.fixture(scope="module")
def first_run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A school with one policy that lacks its approval and its owner, run once."""
    root = tmp_path_factory.mktemp("school")
    (root / "config.toml").write_text(CONFIG, encoding="utf-8")
    (root / "staff.csv").write_text(HEADINGS, encoding="utf-8")
    (root / "policies").mkdir()
    text = BLANK_APPROVAL.replace("Policy Owner: Business Manager\n", "")
    (root / "policies" / "lettings.txt").write_text(text, encoding="utf-8")
    assert policy(root, "run").exit_code == 0
    return root


@pytest.fixture
def workspace(first_run: Path, tmp_path: Path) -> Path:
    """That school, afresh for one test."""
    return shutil.copytree(first_run, tmp_path / "school")


def open_questions(workspace: Path) -> list[str]:
    listed = policy(workspace, "review", "--json")
    assert listed.exit_code == 0
    return [question["field"] for question in json.loads(listed.stdout)]


def test_json_lists_the_questions_and_asks_nothing(workspace: Path) -> None:
    (approved, owner) = json.loads(policy(workspace, "review", "--json").stdout)
    assert {"slug", "field", "status", "words", "where", "choices"} <= approved.keys()
    assert (approved["slug"], approved["field"], approved["status"]) == ("lettings", "approved_on", "blank")
    assert (approved["words"], approved["where"]) == ("Date approved by Governors:", "line 5")
    assert (owner["field"], owner["choices"]) == ("owner", [])


def test_answers_are_kept_with_their_reason(workspace: Path) -> None:
    typed = "10 September 2026\nminute 12.3\nBusiness Manager\nshe does it\n"
    done = policy(workspace, "review", typed=typed)
    assert done.exit_code == 0
    assert "The document says “Date approved by Governors:” (line 5)." in done.stdout
    assert "2 answers kept, 0 questions left." in done.stdout
    assert open_questions(workspace) == []
    assert "Nothing is unclear" in policy(workspace, "review").stdout


def test_what_is_no_answer_is_asked_again_and_a_question_can_wait(workspace: Path) -> None:
    done = policy(workspace, "review", typed="soon\nlater\nBusiness Manager\n\n")
    assert "'soon' is no date" in done.stdout
    assert "Without a reason nothing is kept" in done.stdout
    assert "0 answers kept, 2 questions left." in done.stdout
    assert open_questions(workspace) == ["approved_on", "owner"]


@pytest.mark.parametrize("typed", ["10 September 2026\nminute 12.3\n", "10 September 2026\nminute 12.3\nstop\n"])
def test_an_end_in_the_middle_loses_nothing(workspace: Path, typed: str) -> None:
    done = policy(workspace, "review", typed=typed)
    assert done.exit_code == 0
    assert "1 answer kept, 1 question left." in done.stdout
    assert open_questions(workspace) == ["owner"]


def test_a_number_takes_the_choice(workspace: Path) -> None:
    text = BLANK_APPROVAL.replace("Lettings", "Homework").replace("Westhaven School", "Otherton Primary School")
    (workspace / "policies" / "homework.txt").write_text(text, encoding="utf-8")
    policy(workspace, "run")
    done = policy(workspace, "review", typed="1\nwe share it with them\nstop\n")
    assert "1. use it as it is" in done.stdout
    assert "is no longer held" in done.stdout


def test_a_second_file_that_differs_is_told_once_in_the_report(workspace: Path) -> None:
    (workspace / "policies" / "older.txt").write_text(
        policy_text("Lettings Policy", review="May 2020"), encoding="utf-8"
    )
    ran = policy(workspace, "run").output
    told = " ".join(ran.split())
    assert "older.txt is a second file of this policy and says otherwise" in told
    assert "Left alone" not in told


def test_a_file_of_a_policy_that_cannot_be_read_any_more_is_told_once(workspace: Path) -> None:
    (workspace / "policies" / "lettings.txt").write_bytes(b"")
    ran = " ".join(policy(workspace, "run").output.split())
    assert ran.count("is empty") == 1
    assert "1 read, 0 clear, 1 needs you" in ran


def test_an_answer_that_comes_during_a_run_is_refused_and_the_earlier_ones_are_kept(workspace: Path) -> None:
    from pipeline.errors import RegisterInUseError
    from pipeline.register.database import open_register

    at = workspace / "distribution" / "register.sqlite3"
    with (
        open_register(str(at), root=workspace, school_name="Westhaven School", time_zone="Europe/London") as register,
        register.lock(),
        pytest.raises(RegisterInUseError),
    ):
        policy(workspace, "review", typed="10 September 2026\nminute 12.3\n")
    assert open_questions(workspace) == ["approved_on", "owner"]


def test_status_and_the_report_name_each_thing_once(workspace: Path) -> None:
    ran = policy(workspace, "run")
    assert ran.stdout.count("who looks after it") <= 1
    status = json.loads(policy(workspace, "status", "--json").stdout)
    assert status["missing"] == []
    assert [problem["code"] for problem in status["policies"][0]["problems"]] == ["approval-blank", "owner-missing"]


def test_answers_from_a_pipe_are_kept_by_the_command_itself(workspace: Path) -> None:
    command = [sys.executable, "-m", "pipeline", "--workspace", str(workspace), *DAY, "review"]
    typed = "10 September 2026\nminute 12.3\n"
    done = subprocess.run(
        command, cwd=ROOT, input=typed, capture_output=True, text=True, encoding="utf-8", timeout=60, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "1 answer kept, 1 question left." in done.stdout


@pytest.mark.parametrize(
    "words", ["don't know", "I don’t know", "dont know", "Not sure", "?", "unknown", "dunno", "skip"]
)
def test_not_knowing_leaves_a_question_and_is_no_value(workspace: Path, words: str) -> None:
    done = policy(workspace, "review", typed=f"{words}\n{words}\n")
    assert "0 answers kept, 2 questions left." in done.stdout
    assert open_questions(workspace) == ["approved_on", "owner"]


def test_approval_that_is_still_to_come_is_asked_again(workspace: Path) -> None:
    done = policy(workspace, "review", typed="10 September 2062\nNovember 2026\nminute 12.3\nstop\n")
    assert "'10 September 2062' is still to come" in done.stdout
    assert "1 answer kept" in done.stdout
