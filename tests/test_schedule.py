"""The daily run: once a due time, whoever wakes for it, caught up once where the hour was missed."""

import threading
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from pipeline.errors import RenderError
from pipeline.register.database import Register, open_register
from pipeline.register.schema import job_run
from pipeline.schedule import DAILY_JOB, DailySchedule, last_due

_LONDON = ZoneInfo("Europe/London")
_NOW = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
_AT = time(6, 30)


@pytest.fixture
def register(tmp_path: Path) -> Iterator[Register]:
    with open_register("register.sqlite3", root=tmp_path, school_name="Test", time_zone="Europe/London") as opened:
        yield opened


class _Runs:
    """Counts the runs and lets a test wait for one."""

    def __init__(self) -> None:
        self.moments: list[datetime] = []
        self._ran = threading.Event()

    def __call__(self, now: datetime) -> None:
        self.moments.append(now)
        self._ran.set()

    def wait(self) -> bool:
        return self._ran.wait(timeout=20)


def _schedule(register: Register, run: _Runs, now: datetime = _NOW) -> DailySchedule:
    return DailySchedule(register, run, daily_at=_AT, zone=_LONDON, clock=lambda: now)


def _rows(register: Register) -> list[tuple[datetime, bool | None, str | None]]:
    with register.reading() as tx:
        query = select(job_run.c.due_at, job_run.c.succeeded, job_run.c.detail).order_by(job_run.c.due_at)
        return [(row.due_at, row.succeeded, row.detail) for row in tx.execute(query)]


@given(
    st.integers(0, 20 * 366 * 86_400).map(lambda seconds: _NOW + timedelta(seconds=seconds)),
    st.times(),
)
def test_last_due_time_is_within_the_last_day_and_never_ahead(now: datetime, at: time) -> None:
    due = last_due(now, at.replace(second=0, microsecond=0), _LONDON)
    assert due <= now
    assert now - due <= timedelta(hours=25)


@pytest.mark.parametrize(
    ("day", "at", "due"),
    [
        (date(2026, 3, 29), time(1, 30), datetime(2026, 3, 29, 1, 30, tzinfo=UTC)),
        (date(2026, 10, 25), time(1, 30), datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),
        (date(2026, 7, 1), time(6, 30), datetime(2026, 7, 1, 5, 30, tzinfo=UTC)),
    ],
)
def test_days_on_which_the_clocks_change_have_one_due_time(day: date, at: time, due: datetime) -> None:
    midnight = datetime.combine(day, time(0, 0), tzinfo=_LONDON).astimezone(UTC)
    found = {last_due(midnight + timedelta(minutes=10 * step), at, _LONDON) for step in range(138)}
    assert {one for one in found if one >= midnight} == {due}


def test_missed_hour_is_caught_up_once_at_start(register: Register) -> None:
    runs = _Runs()
    schedule = _schedule(register, runs)
    schedule.start()
    try:
        assert runs.wait()
    finally:
        schedule.stop()
    again = _Runs()
    assert not _schedule(register, again).run_if_due()
    assert runs.moments == [_NOW]
    assert again.moments == []


def test_three_weeks_off_are_caught_up_once(register: Register) -> None:
    runs = _Runs()
    assert _schedule(register, runs).run_if_due()
    assert _schedule(register, runs, _NOW + timedelta(days=21)).run_if_due()
    assert not _schedule(register, runs, _NOW + timedelta(days=21, hours=1)).run_if_due()
    assert len(runs.moments) == 2


def test_two_schedulers_on_one_register_run_once(register: Register, tmp_path: Path) -> None:
    runs = _Runs()
    with open_register("register.sqlite3", root=tmp_path, school_name="Test", time_zone="Europe/London") as other:
        gate = threading.Barrier(8)
        took: list[bool] = []

        def race(which: Register) -> None:
            schedule = _schedule(which, runs)
            gate.wait()
            took.append(schedule.run_if_due())

        threads = [threading.Thread(target=race, args=(which,)) for which in (register, other) * 4]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert sorted(took) == [False] * 7 + [True]
    assert runs.moments == [_NOW]


def test_run_at_its_hour_is_woken_by_the_clock(register: Register) -> None:
    class Moment:
        def __init__(self) -> None:
            self.now = datetime.now(UTC)

    runs = _Runs()
    ahead = datetime.now(_LONDON) + timedelta(seconds=2)
    at = ahead.time().replace(second=0, microsecond=0)
    moment = Moment()
    schedule = DailySchedule(register, runs, daily_at=at, zone=_LONDON, clock=lambda: moment.now)
    schedule.start()
    try:
        assert runs.wait()
        [job] = schedule._scheduler.get_jobs() if schedule._scheduler else []
        assert job.id == DAILY_JOB
        assert job.next_run_time.astimezone(_LONDON).strftime("%H:%M") == f"{at:%H:%M}"
        assert (job.coalesce, job.misfire_grace_time) == (True, None)
        moment.now += timedelta(days=1)
        job.func()
        deadline = threading.Event()
        for _ in range(200):
            if len(runs.moments) == 2:
                break
            deadline.wait(0.05)
        assert len(runs.moments) == 2
    finally:
        schedule.stop()


@pytest.mark.parametrize(
    ("error", "says"),
    [
        (RenderError("The copy of X could not be made."), "could not be made"),
        (ZeroDivisionError(), "ZeroDivisionError"),
    ],
)
def test_failing_run_is_recorded_and_the_next_day_runs(register: Register, error: Exception, says: str) -> None:
    def fail(now: datetime) -> None:
        raise error

    failing = DailySchedule(register, fail, daily_at=_AT, zone=_LONDON, clock=lambda: _NOW)
    assert failing.run_if_due()
    assert failing.last_finished_at() is None
    runs = _Runs()
    tomorrow = _schedule(register, runs, _NOW + timedelta(days=1))
    assert tomorrow.run_if_due()
    assert tomorrow.last_finished_at() == _NOW + timedelta(days=1)
    rows = _rows(register)
    assert [row[1] for row in rows] == [False, True]
    assert says in (rows[0][2] or "")


def test_register_that_cannot_be_written_does_not_end_the_schedule(
    register: Register, caplog: pytest.LogCaptureFixture
) -> None:
    runs = _Runs()
    schedule = _schedule(register, runs)
    with register.transaction() as tx:
        tx.exec_driver_sql("ALTER TABLE job_run RENAME TO elsewhere")
    schedule.run_if_due()
    assert runs.moments == []
    assert "could not be recorded" in caplog.text


def test_stopping_before_starting_claims_and_runs_nothing_and_keeps_nobody_from_starting(register: Register) -> None:
    runs = _Runs()
    schedule = _schedule(register, runs)
    schedule.stop()
    assert (runs.moments, _rows(register), schedule.is_running) == ([], [], False)
    schedule.start()
    try:
        assert runs.wait()
    finally:
        schedule.stop()
    assert runs.moments == [_NOW]
