"""The daily run: once a due time, whoever wakes for it, caught up once where the hour was missed."""

import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from pipeline.errors import ConfigurationError, DeliveryError, RegisterInUseError, RenderError
from pipeline.register.store.database import Register, open_register
from pipeline.register.tables.upkeep import job_run
from pipeline.schedule import DAILY_JOB, DELIVERY_JOB, TAKE_IN_JOB, Schedule, Work, last_due

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


def _work(run: Callable[[datetime], None]) -> Work:
    """Nothing is due to be sent."""
    return Work(run, lambda now: None, lambda now: False)


def _schedule(register: Register, run: _Runs, now: datetime = _NOW) -> Schedule:
    return Schedule(register, _work(run), daily_at=_AT, zone=_LONDON, clock=lambda: now)


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
    schedule = Schedule(register, _work(runs), daily_at=at, zone=_LONDON, clock=lambda: moment.now)
    schedule.start()
    try:
        assert runs.wait()
        jobs = {job.id: job for job in schedule._scheduler.get_jobs()} if schedule._scheduler else {}
        assert set(jobs) == {DAILY_JOB, DELIVERY_JOB}
        job = jobs[DAILY_JOB]
        assert job.next_run_time.astimezone(_LONDON).strftime("%H:%M") == f"{at:%H:%M}"
        assert (job.coalesce, job.misfire_grace_time) == (True, None)
        moment.now += timedelta(days=1)
        deadline = threading.Event()
        for _ in range(200):
            # One that falls into the end of the run before passes by; the next minute's does it.
            job.func()
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

    failing = Schedule(register, _work(fail), daily_at=_AT, zone=_LONDON, clock=lambda: _NOW)
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
    assert (runs.moments, _rows(register), schedule.is_working) == ([], [], False)
    schedule.start()
    try:
        assert runs.wait()
    finally:
        schedule.stop()
    assert runs.moments == [_NOW]


# --- who died over it ---


def _dead(tmp_path: Path, kind: str, root: str) -> None:
    """Let a process claim the work of one kind, begin it, and be killed over it."""
    program = f"""
import os, signal, sys
from datetime import datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo
from pipeline.register.store.database import open_register
from pipeline.schedule import Schedule, Work

def die(now):
    os.kill(os.getpid(), signal.SIGKILL)

def pass_by(now):
    pass

work = Work(die, pass_by, lambda now: False) if "{kind}" == "run" else Work(pass_by, die, lambda now: True)
with open_register("register.sqlite3", root=Path(sys.argv[1]), school_name="Test", time_zone="Europe/London") as opened:
    Schedule(
        opened, work, daily_at=time(6, 30), zone=ZoneInfo("Europe/London"),
        clock=lambda: datetime.fromisoformat("{_NOW.isoformat()}"),
    ).tick()
"""
    process = subprocess.run([sys.executable, "-c", program, str(tmp_path)], cwd=root, check=False)
    assert process.returncode == -signal.SIGKILL


@pytest.mark.skipif(sys.platform == "win32", reason="kills with SIGKILL")
def test_run_of_a_killed_program_is_done_again_the_same_day(
    register: Register, tmp_path: Path, repository: Path
) -> None:
    _dead(tmp_path, "run", str(repository))
    assert [row[1] for row in _rows(register)] == [None]
    runs = _Runs()
    assert _schedule(register, runs, _NOW + timedelta(minutes=1)).run_if_due()
    assert len(runs.moments) == 1
    assert [row[1] for row in _rows(register)] == [True]
    assert not _schedule(register, runs, _NOW + timedelta(minutes=2)).run_if_due()


@pytest.mark.skipif(sys.platform == "win32", reason="kills with SIGKILL")
def test_delivery_of_a_killed_program_is_done_by_the_next(register: Register, tmp_path: Path, repository: Path) -> None:
    _dead(tmp_path, "delivery", str(repository))
    sent = _Runs()
    due = Work(lambda now: None, sent, lambda now: True)
    again = Schedule(register, due, daily_at=_AT, zone=_LONDON, clock=lambda: _NOW)
    assert again.deliver_if_due()
    assert len(sent.moments) == 1
    assert not again.deliver_if_due()


def test_work_of_a_living_schedule_is_left_to_it(register: Register) -> None:
    inside, others = threading.Event(), _Runs()
    may_end = threading.Event()

    def work(now: datetime) -> None:
        inside.set()
        assert may_end.wait(timeout=20)

    thread = threading.Thread(
        target=Schedule(register, _work(work), daily_at=_AT, zone=_LONDON, clock=lambda: _NOW).run_if_due
    )
    thread.start()
    assert inside.wait(timeout=20)
    assert not _schedule(register, others).run_if_due()
    may_end.set()
    thread.join()
    assert not _schedule(register, others).run_if_due()
    assert others.moments == []


def test_run_that_met_another_is_tried_again_and_not_counted_as_done(register: Register) -> None:
    def busy(now: datetime) -> None:
        raise RegisterInUseError("Another run is using the register.")

    assert not Schedule(register, _work(busy), daily_at=_AT, zone=_LONDON, clock=lambda: _NOW).run_if_due()
    assert _rows(register) == []
    runs = _Runs()
    assert _schedule(register, runs, _NOW + timedelta(minutes=1)).run_if_due()


# --- deliveries ---


class _Mail:
    """Says when mail is due, and counts the deliveries."""

    def __init__(self, *, due: bool = True, fault: Exception | None = None) -> None:
        self.due, self.fault = due, fault
        self.delivered: list[datetime] = []

    def schedule(self, register: Register, now: datetime = _NOW) -> Schedule:
        work = Work(lambda _: None, self.deliver, self.is_due)
        return Schedule(register, work, daily_at=_AT, zone=_LONDON, clock=lambda: now)

    def deliver(self, now: datetime) -> None:
        self.delivered.append(now)

    def is_due(self, now: datetime) -> bool:
        if self.fault is not None:
            raise self.fault
        return self.due


def test_each_minute_what_is_due_is_sent_once_whoever_wakes(register: Register) -> None:
    mail = _Mail()
    assert [mail.schedule(register).deliver_if_due() for _ in range(2)] == [True, False]
    assert mail.schedule(register, _NOW + timedelta(minutes=1)).deliver_if_due()
    assert len(mail.delivered) == 2


def test_a_minute_in_which_nothing_is_due_leaves_no_row(register: Register) -> None:
    mail = _Mail(due=False)
    assert not mail.schedule(register).deliver_if_due()
    assert (_rows(register), mail.delivered) == ([], [])


def test_rows_of_deliveries_are_dropped_after_a_week_and_those_of_runs_kept(register: Register) -> None:
    mail = _Mail()
    mail.schedule(register).tick()
    mail.schedule(register, _NOW + timedelta(days=8)).deliver_if_due()
    with register.reading() as tx:
        jobs = [row.job for row in tx.execute(select(job_run).order_by(job_run.c.id))]
    assert jobs == [DAILY_JOB, DELIVERY_JOB]


def test_a_clock_that_was_set_back_keeps_no_mail_waiting(register: Register) -> None:
    mail = _Mail()
    for minute in range(60):
        assert mail.schedule(register, _NOW + timedelta(minutes=minute)).deliver_if_due()
    back = [mail.schedule(register, _NOW + timedelta(minutes=minute)).deliver_if_due() for minute in range(5)]
    assert back == [False, True, True, True, True]


@pytest.mark.parametrize("fault", [ConfigurationError("config.toml cannot be read."), ZeroDivisionError()])
def test_a_fault_in_looking_for_mail_is_told_and_ends_nothing(
    register: Register, caplog: pytest.LogCaptureFixture, fault: Exception
) -> None:
    mail = _Mail(fault=fault)
    assert not mail.schedule(register).deliver_if_due()
    assert "could not be told whether mail is due" in caplog.text


def test_mail_that_is_due_goes_while_a_run_is_at_work_and_no_second_run_begins(register: Register) -> None:
    done: list[str] = []

    def run(now: datetime) -> None:
        done.append("run begins")
        schedule.tick()
        done.append("run ends" if schedule.is_working else "nobody works")

    work = Work(run, lambda now: done.append("mail"), lambda now: True)
    schedule = Schedule(register, work, daily_at=_AT, zone=_LONDON, clock=lambda: _NOW)
    schedule.tick()
    assert done == ["run begins", "mail", "run ends"]
    assert not schedule.is_working


def test_the_mailbox_is_read_once_in_five_minutes_and_not_where_there_is_none(register: Register) -> None:
    read: list[datetime] = []
    has_mailbox = True
    clock = [_NOW]
    work = Work(lambda now: None, lambda now: None, lambda now: False, read.append, lambda now: has_mailbox)
    schedule = Schedule(register, work, daily_at=_AT, zone=_LONDON, clock=lambda: clock[0])
    for minute in range(11):
        clock[0] = _NOW + timedelta(minutes=minute, seconds=7)
        schedule.tick()
    assert [moment.minute for moment in read] == [0, 5, 10]
    has_mailbox = False
    clock[0] = _NOW + timedelta(minutes=20)
    schedule.tick()
    assert len(read) == 3
    with register.reading() as tx:
        jobs = [row.job for row in tx.execute(select(job_run).order_by(job_run.c.id))]
    assert sorted(jobs) == [DAILY_JOB, TAKE_IN_JOB, TAKE_IN_JOB, TAKE_IN_JOB]


def test_a_mailbox_that_cannot_be_read_is_noted_and_tried_again(register: Register) -> None:
    def fail(now: datetime) -> None:
        raise DeliveryError("The mailbox does not answer any more.", permanent=False)

    minute = 0
    work = Work(lambda now: None, lambda now: None, lambda now: False, fail, lambda now: True)
    schedule = Schedule(register, work, daily_at=_AT, zone=_LONDON, clock=lambda: _NOW + timedelta(minutes=minute))
    assert schedule.take_in_if_due()
    assert not schedule.take_in_if_due()
    minute = 5
    assert schedule.take_in_if_due()
    assert [detail for *_, detail in _rows(register)] == ["The mailbox does not answer any more."] * 2


def test_a_delivery_that_takes_longer_than_a_minute_is_not_begun_twice(register: Register) -> None:
    done: list[datetime] = []

    def deliver(now: datetime) -> None:
        done.append(now)
        schedule.tick()

    moments = iter(_NOW + timedelta(minutes=minute) for minute in range(100))
    work = Work(lambda now: None, deliver, lambda now: True)
    schedule = Schedule(register, work, daily_at=_AT, zone=_LONDON, clock=lambda: next(moments))
    schedule.tick()
    assert len(done) == 1


def test_stopping_waits_a_little_for_the_mail_in_hand(register: Register) -> None:
    ending, began, ended = threading.Event(), threading.Event(), threading.Event()

    def work(now: datetime) -> None:
        began.set()
        assert ending.wait(timeout=20)
        ended.set()

    schedule = Schedule(register, _work(work), ending, daily_at=_AT, zone=_LONDON, clock=lambda: _NOW)
    schedule.start()
    assert began.wait(timeout=20)
    schedule.stop(patience_seconds=20)
    assert ended.is_set()
    assert not schedule.is_working
