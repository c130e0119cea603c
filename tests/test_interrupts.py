"""Ctrl-C and SIGTERM wherever they come: told as an end, never as a fault of the program or of the register."""

import os
import signal
import sqlite3
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, event, text

from pipeline import interrupts
from pipeline.cli import run_command
from pipeline.errors import ExitCode
from pipeline.register.store.backend import BEGIN
from pipeline.register.store.engines import driver_of, file_engine
from pipeline.trust import school_night
from pipeline.trust.outcomes import NightTask, NightWork

linux_only = pytest.mark.skipif(sys.platform == "win32", reason="signals to a process by number are Unix's")


@pytest.fixture
def heeding(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Heed SIGTERM in this process until the test is over, none having come yet."""
    monkeypatch.setattr(interrupts, "_came", threading.Event())
    before = signal.getsignal(signal.SIGTERM)
    interrupts.heed(signal.SIGTERM)
    yield
    signal.signal(signal.SIGTERM, before)


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    made = file_engine(tmp_path / "any.sqlite3", wait_seconds=1.0)
    yield made
    made.dispose()


def end(*_: Any) -> None:
    os.kill(os.getpid(), signal.SIGTERM)


def close_and_end(driver: sqlite3.Connection) -> None:
    driver.close()
    end()


def begin_to_write(engine: Engine) -> None:
    with engine.connect().execution_options(**{BEGIN: "BEGIN IMMEDIATE"}) as connection, connection.begin():
        raise AssertionError("the signal came before")


def ask_for_the_end_from_sqlite(engine: Engine) -> None:
    with engine.connect() as connection, connection.begin():
        driver_of(connection).create_function("end_all", 0, end)
        connection.execute(text("SELECT end_all()"))


@linux_only
def test_a_signal_while_a_writer_begins_is_not_told_as_a_closed_database(heeding: None, engine: Engine) -> None:
    event.listen(engine, "do_execute", end)
    with pytest.raises(KeyboardInterrupt):
        begin_to_write(engine)
    event.remove(engine, "do_execute", end)
    with engine.connect() as connection, connection.begin():
        assert connection.execute(text("PRAGMA busy_timeout")).scalar() == 1000


@linux_only
def test_a_signal_while_a_connection_is_put_away_logs_no_fault(
    heeding: None, engine: Engine, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    with engine.connect():
        pass
    with monkeypatch.context() as patched:
        patched.setattr(engine.dialect, "do_close", close_and_end)
        with pytest.raises(KeyboardInterrupt):
            engine.dispose()
    assert caplog.text == ""


def test_any_other_fault_of_putting_a_connection_away_is_logged(
    engine: Engine, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(driver: sqlite3.Connection) -> None:
        driver.close()
        raise sqlite3.OperationalError("disk I/O error")

    with engine.connect():
        pass
    with monkeypatch.context() as patched:
        patched.setattr(engine.dialect, "do_close", fail)
        engine.dispose()
    assert "disk I/O error" in caplog.text


@linux_only
def test_a_command_ended_inside_sqlite_says_that_it_was_interrupted(
    heeding: None, engine: Engine, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("pipeline.cli.policy.main", lambda *_, **__: ask_for_the_end_from_sqlite(engine))
    assert run_command(["status"]) == ExitCode.INTERRUPTED
    said = capsys.readouterr().err.splitlines()
    assert said[-1:] == ["Interrupted. What was finished is kept; run it again to go on."]
    assert not any("fault" in line for line in said)


@linux_only
def test_a_schools_night_ended_inside_sqlite_answers_nothing(
    heeding: None, engine: Engine, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(school_night, "read_trust", lambda _: ask_for_the_end_from_sqlite(engine))
    with pytest.raises(KeyboardInterrupt):
        school_night.night_of(NightTask(tmp_path, "oakfield", NightWork.RUN, False, None, {}))
