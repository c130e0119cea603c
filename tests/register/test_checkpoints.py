"""While pages record, what was written is taken into the register's file by a thread of its own."""

import sqlite3
import time
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import text

from pipeline.register.store import checkpoints
from pipeline.register.store.checkpoints import CheckpointsBehind
from pipeline.register.store.database import Register, open_register
from pipeline.register.store.engines import LATE_CHECKPOINT_PAGES, OWN_CHECKPOINT_PAGES


def opened(root: Path) -> Register:
    return open_register("register.sqlite3", root=root, school_name="Test School", time_zone="Europe/London")


def pages_of(register: Register) -> int:
    with register.transaction() as tx:
        return int(tx.execute(text("PRAGMA wal_autocheckpoint")).scalar_one())


def test_a_long_log_is_taken_over_and_nobody_who_commits_does_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checkpoints, "_WORTH_BYTES", 20_000)
    with opened(tmp_path) as register:
        with CheckpointsBehind(register, every_seconds=0.02):
            assert pages_of(register) == LATE_CHECKPOINT_PAGES
            with register.transaction() as tx:
                tx.execute(text("CREATE TABLE extra (words TEXT)"))
                tx.execute(text("INSERT INTO extra VALUES (hex(randomblob(200000)))"))
            until = time.monotonic() + 10
            while not _in_the_file_alone(tmp_path) and time.monotonic() < until:
                time.sleep(0.02)
            assert _in_the_file_alone(tmp_path)
        assert pages_of(register) == OWN_CHECKPOINT_PAGES


def _in_the_file_alone(root: Path) -> bool:
    """Look into the file without the log beside it."""
    copy = root / "alone.sqlite3"
    copy.write_bytes((root / "register.sqlite3").read_bytes())
    try:
        with closing(sqlite3.connect(copy)) as alone:
            return bool(alone.execute("SELECT count(*) FROM extra").fetchone()[0])
    except sqlite3.Error:
        return False
    finally:
        for path in root.glob("alone.sqlite3*"):
            path.unlink()


def test_where_the_thread_cannot_whoever_commits_does_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> sqlite3.Connection:
        raise sqlite3.OperationalError("unable to open database file")

    with opened(tmp_path) as register:
        monkeypatch.setattr(checkpoints.sqlite3, "connect", refuse)
        with CheckpointsBehind(register) as behind:
            thread = behind._thread
            assert thread is not None
            thread.join(timeout=10)
            assert pages_of(register) == OWN_CHECKPOINT_PAGES
