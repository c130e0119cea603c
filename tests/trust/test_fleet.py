"""``policy fleet status``: several workspaces are looked at, none is touched, nobody is named."""

import json
import shutil
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from pipeline.errors import RegisterError
from pipeline.register.at_rest import look_at_rest
from tests.trust.world import LEADS, Answer, World


def everything_in(folder: Path) -> dict[str, tuple[int, int, bytes]]:
    found = {}
    for path in sorted(folder.rglob("*")):
        stat = path.lstat()
        content = path.read_bytes() if path.is_file() else b""
        found[str(path)] = (stat.st_mtime_ns, stat.st_mode, content)
    return found


def fleet(trust: World, *folders: Path, today: str = "2026-11-24") -> Answer:
    return trust.policy("fleet", "status", "--json", *map(str, folders), today=today)


@pytest.fixture
def run_once(after_a_night: Path, tmp_path: Path) -> World:
    """Two schools of a trust after their first night."""
    return World(shutil.copytree(after_a_night, tmp_path / "trust"))


def test_workspaces_are_looked_at_and_nothing_in_them_changes(run_once: World, tmp_path: Path) -> None:
    before = everything_in(run_once.root)
    answer = fleet(run_once, run_once.school("oakfield"), tmp_path / "nowhere", run_once.root / "policies")
    assert answer.code == 3
    good, nowhere, none = answer.json
    assert (good["school"], good["route"], good["safety_copy_days"], good["program"], good["problems"]) == (
        "Oakfield School",
        "folder",
        0,
        "0.1.0",
        [],
    )
    assert good["last_run"].startswith("2026-11-24T")
    assert nowhere["problems"] == ["There is no such folder."]
    assert none["problems"] == ["It is no workspace: there is no config.toml in it."]
    assert everything_in(run_once.root) == before


def test_a_trusts_folder_stands_for_its_schools_and_the_screen_says_the_same(run_once: World) -> None:
    answer = fleet(run_once, run_once.root)
    assert (answer.code, [one["school"] for one in answer.json]) == (0, ["Oakfield School", "Beech School"])
    shown = run_once.policy("fleet", "status", str(run_once.root))
    assert "2 workspaces, 0 with something to look at." in shown.out
    assert "mail route folder; newest safety copy: today's; written by version 0.1.0" in shown.out


def test_work_that_a_server_has_not_put_into_the_file_yet_is_seen(run_once: World) -> None:
    """A writer that is at work keeps its last transactions in a file beside; whoever looks makes none of its own."""
    path = run_once.school("beech") / "distribution" / "register.sqlite3"
    with closing(sqlite3.connect(path, isolation_level=None)) as writer:
        writer.execute("PRAGMA wal_autocheckpoint = 0")
        for minute in range(3):
            writer.execute("BEGIN IMMEDIATE")
            writer.execute("UPDATE job_run SET finished_at = ? WHERE job = 'run-day'", (f"2026-11-24 09:0{minute}:00",))
            writer.execute("COMMIT")
        writer.execute("BEGIN IMMEDIATE")
        writer.execute("UPDATE job_run SET finished_at = '2026-11-24 23:00:00' WHERE job = 'run-day'")
        assert path.with_name("register.sqlite3-wal").stat().st_size
        before = everything_in(path.parent)
        (found,) = fleet(run_once, run_once.school("beech")).json
        assert found["last_run"] == "2026-11-24T09:02:00+00:00", "finished transactions alone"
        assert everything_in(path.parent) == before
        writer.execute("ROLLBACK")


def test_a_log_that_was_cut_short_counts_up_to_there(run_once: World, tmp_path: Path) -> None:
    path = run_once.school("beech") / "distribution" / "register.sqlite3"
    copy, log = tmp_path / "register.sqlite3", tmp_path / "register.sqlite3-wal"
    with closing(sqlite3.connect(path, isolation_level=None)) as writer:
        writer.execute("PRAGMA wal_autocheckpoint = 0")
        for minute in range(2):
            writer.execute("UPDATE job_run SET finished_at = ? WHERE job = 'run-day'", (f"2026-11-24 09:0{minute}:00",))
        copy.write_bytes(path.read_bytes())
        whole = path.with_name("register.sqlite3-wal").read_bytes()
    seen = []
    for end in (*range(0, len(whole), 1024), len(whole)):
        log.write_bytes(whole[:end])
        seen.append(look_at_rest(copy).last_run)
    first, *later = dict.fromkeys(seen)
    nine = datetime(2026, 11, 24, 9, tzinfo=UTC)
    assert first == seen[0], "nothing of it counts at first"
    assert later == [nine, nine + timedelta(minutes=1)]
    log.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    assert look_at_rest(copy).last_run == nine, "a frame that was changed ends it"


def test_what_runs_no_more_and_what_is_wrong_is_said_without_a_name(run_once: World) -> None:
    broken = run_once.school("beech") / "config.toml"
    broken.write_text(
        broken.read_text("utf-8").replace("[accounts]\n", '[accounts]\n"jo.marsh@example.org" = "king"\n')
        + '\n[[contacts.former]]\nrole = "dsl"\nname = "Mrs Jo Marsh"\n',
        encoding="utf-8",
    )
    answer = fleet(run_once, run_once.root, today="2026-11-30")
    late, wrong = answer.json
    assert late["problems"] == [
        "No run was finished for 6 days: look whether its schedule or service runs.",
        "Its newest safety copy is 6 days old.",
    ]
    assert len(wrong["problems"]) == 1
    assert "Its settings are wrong at " in wrong["problems"][0]
    assert "contacts.former.name" in wrong["problems"][0]
    shown = answer.out + run_once.policy("fleet", "status", str(run_once.root)).out
    assert not [name for name in (*LEADS, "Marsh", "marsh", "Reader") if name in shown]


@pytest.mark.parametrize("content", [b"", b"no register at all" * 40, b"SQLite format 3\0" + b"\x00" * 200])
def test_a_file_that_is_no_register_is_named_and_the_others_still_come(run_once: World, content: bytes) -> None:
    (run_once.school("oakfield") / "distribution" / "register.sqlite3").write_bytes(content)
    answer = fleet(run_once, run_once.root)
    assert (answer.code, len(answer.json)) == (6, 2)
    assert "register.sqlite3" in answer.json[0]["problems"][0]
    assert answer.json[1]["problems"] == []


def test_a_register_of_a_newer_program_is_said_and_left_alone(run_once: World) -> None:
    path = run_once.school("oakfield") / "distribution" / "register.sqlite3"
    with closing(sqlite3.connect(path)) as driver, driver:
        driver.execute("UPDATE alembic_version SET version_num = '9999'")
    found = fleet(run_once, run_once.root).json[0]
    assert "Its register was made by a newer version of this program; install that here." in found["problems"]


def test_a_safety_copy_that_is_not_whole_is_said(run_once: World) -> None:
    (copy,) = (run_once.school("oakfield") / "distribution" / "safety-copies").glob("*.zip")
    copy.write_bytes(copy.read_bytes()[:-100])
    (found, _) = fleet(run_once, run_once.root).json
    assert found["problems"] == ["Its newest safety copy, 2026-11-24.zip, is not whole."]
    assert json.dumps(found["program"]) == "null"


def test_a_register_that_is_not_there_is_an_error_of_its_own(tmp_path: Path) -> None:
    with pytest.raises(RegisterError, match="cannot be read"):
        look_at_rest(tmp_path / "register.sqlite3")
