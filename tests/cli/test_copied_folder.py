"""What the commands say in a folder that is a copy of one that is in its place."""

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner

from pipeline.cli import policy as commands
from pipeline.errors import ExitCode
from tests.cli.test_review import policy
from tests.policies.folders import policy_text
from tests.web.desk import Desk, open_desk

STAFF = """person_id,first_name,last_name,work_email,role,start_date,leave_date
A1,Ruth,Penhale,ruth.penhale@example.org,Deputy Headteacher,2019-09-01,
A2,Tom,Okafor,tom.okafor@example.org,Teacher,2018-09-01,
A3,Jo,Hill,jo.hill@example.org,Teacher,2016-09-01,
"""
CONFIG = """[school]
name = "Westhaven School"
[contacts.dsl]
name = "Ruth Penhale"
phone = "01632 960141"
email = "ruth.penhale@example.org"
[contacts.office]
name = "School office"
phone = "01632 960110"
email = "office@example.org"
"""
NEW_LEAD = (("Ruth Penhale", "Jo Hill"), ("01632 960141", "01632 960155"), ("ruth.penhale@", "jo.hill@"))
BODY = "The Designated Safeguarding Lead is Ruth Penhale, telephone 01632 960141, ruth.penhale@example.org."


@pytest.fixture
def folders(tmp_path: Path) -> tuple[Path, Path]:
    """A school whose staff have their copies, and a copy of its folder with another lead and a starter."""
    school = tmp_path / "school"
    (school / "policies").mkdir(parents=True)
    (school / "config.toml").write_text(CONFIG, encoding="utf-8")
    (school / "staff.csv").write_text(STAFF, encoding="utf-8")
    text = policy_text("Child Protection Policy", body=BODY)
    (school / "policies" / "Child Protection Policy.txt").write_text(text, encoding="utf-8")
    policy(school, "--today", "2026-11-23", "run")
    copied = tmp_path / "copy"
    shutil.copytree(school, copied)
    config = CONFIG
    for before, after in NEW_LEAD:
        config = config.replace(before, after)
    (copied / "config.toml").write_text(config, encoding="utf-8")
    starter = "A9,Sam,Reed,sam.reed@example.org,Teacher,2026-11-24,\n"
    (copied / "staff.csv").write_text(STAFF + starter, encoding="utf-8")
    return school, copied


def test_a_copy_promises_no_mail_that_it_cannot_send(folders: tuple[Path, Path]) -> None:
    _, copied = folders
    told = policy(copied, "--today", "2026-11-24", "run").stdout
    assert "So no mail goes from here" in told
    assert "Staff are not told from here, since this folder is a copy" in told
    for words in ("Without a word they are told", "--tell now", "of reading each", "minutes of reading"):
        assert words not in told, words
    assert "none goes from a copy" in told
    shown = policy(copied, "--today", "2026-11-24", "contacts").stdout
    assert "Nobody is told from here, since this folder is a copy." in shown
    assert "will be told on" not in shown


def test_the_same_change_in_the_folder_itself_is_asked_about_as_before(folders: tuple[Path, Path]) -> None:
    school, copied = folders
    for name in ("config.toml", "staff.csv"):
        shutil.copy(copied / name, school / name)
    told = policy(school, "--today", "2026-11-24", "run").stdout
    assert "Without a word they are told" in told
    assert "of reading each" in told
    assert "from a copy" not in told


def test_a_register_is_not_carried_from_a_copy_and_the_true_reason_is_said(folders: tuple[Path, Path]) -> None:
    school, copied = folders
    called = ["--workspace", str(copied), "register", "move", f"sqlite:///{copied}/elsewhere.db", "--yes"]
    refused = CliRunner().invoke(commands, called)
    assert getattr(refused.exception, "exit_code", None) is ExitCode.REGISTER
    said = str(refused.exception)
    assert f"is a copy of {school / 'distribution' / 'register.sqlite3'}, which is still there" in said
    assert "may not be the newest" not in said
    assert not (copied / "elsewhere.db").exists()


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with open_desk(tmp_path / "desk") as opened:
        opened.now = datetime.now(UTC)
        yield opened


def test_a_link_to_sign_in_to_a_copy_says_so_and_opens_nothing_of_the_original(desk: Desk, tmp_path: Path) -> None:
    own = CliRunner().invoke(commands, ["--workspace", str(desk.school.root), "--as", "Jo Marsh", "sign-in"]).stdout
    assert "copy" not in own
    copied = Path(shutil.copytree(desk.school.root, tmp_path / "desk - Copy"))
    arguments = ["--workspace", str(copied), "--as", "Jo Marsh", "sign-in"]
    told = CliRunner().invoke(commands, arguments).stdout
    assert "This folder is a copy" in told
    assert str(desk.school.root) in told
    token = told.partition("/sign-in/")[2].split()[0]
    assert desk.browser.post(f"/sign-in/{token}").status_code != 303
    assert desk.browser.get("/").status_code != 200, "the original lets nobody in with it"
    assert desk.browser.post("/sign-in/" + own.partition("/sign-in/")[2].split()[0]).status_code == 303
