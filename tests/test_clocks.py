"""The schedule and the clock: hours that do not exist or come twice, wrong clocks put right, long sleep, no double run.

The clock is given to the schedule; the register and its claims are real, and so are the processes that race.
"""

import time as passing
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from apscheduler.triggers.interval import IntervalTrigger

from pipeline.register.store.claims import Claimant
from pipeline.register.store.database import Register, open_register
from pipeline.schedule import DAILY_JOB, DELIVERY_JOB, Schedule, Work, silent_since

LONDON = ZoneInfo("Europe/London")
AT = time(6, 30)
NOW = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
YEAR = timedelta(days=365)


@pytest.fixture
def register(tmp_path: Path) -> Iterator[Register]:
    with open_register("register.sqlite3", root=tmp_path, school_name="Test", time_zone="Europe/London") as opened:
        yield opened


class Machine:
    """A schedule on a machine whose clock is what it is set to."""

    def __init__(self, register: Register, at: time = AT, zone: ZoneInfo = LONDON, now: datetime = NOW) -> None:
        self.now, self.zone = now, zone
        self.runs: list[datetime] = []
        work = Work(self.runs.append, lambda now: None, lambda now: False)
        self.schedule = Schedule(register, work, daily_at=at, zone=zone, clock=lambda: self.now)

    def tick(self, now: datetime) -> int:
        """Tick at what the clock shows; return how many runs there have been by now."""
        self.now = now
        self.schedule.tick()
        return len(self.runs)

    def tick_through(self, first: datetime, last: datetime, step: timedelta) -> None:
        """Tick again and again."""
        while first <= last:
            self.tick(first)
            first += step

    @property
    def days(self) -> Sequence[date]:
        """The school's day of each run."""
        return [run.astimezone(self.zone).date() for run in self.runs]


@pytest.mark.parametrize(
    ("zone", "at", "day"),
    [
        # An hour that does not exist, one that comes twice, in Britain; half an hour of both on Lord Howe Island;
        # an hour that is missing right after midnight on the Azores; a 29 February.
        ("Europe/London", "01:30", date(2026, 3, 29)),
        ("Europe/London", "01:30", date(2026, 10, 25)),
        ("Australia/Lord_Howe", "02:10", date(2026, 10, 4)),
        ("Australia/Lord_Howe", "01:45", date(2026, 4, 5)),
        ("Atlantic/Azores", "00:30", date(2026, 3, 29)),
        ("Europe/London", "23:59", date(2028, 2, 29)),
    ],
)
def test_each_day_has_one_run_whatever_the_clocks_do(register: Register, zone: str, at: str, day: date) -> None:
    machine = Machine(register, time.fromisoformat(at), ZoneInfo(zone))
    noon = datetime.combine(day - DAY, time(12), tzinfo=machine.zone).astimezone(UTC)
    machine.tick(noon)
    machine.runs.clear()
    machine.tick_through(noon, noon + timedelta(days=2, minutes=35), timedelta(minutes=30))
    # What is due a minute before midnight is done by the next of these steps, on the day after.
    assert len(machine.runs) == 2
    assert set(machine.days) <= {day - DAY, day, day + DAY}
    assert machine.runs[0].astimezone(machine.zone) >= datetime.combine(machine.days[0], time(), tzinfo=machine.zone)


@pytest.mark.parametrize("back", [HOUR, DAY, 7 * DAY, YEAR])
def test_a_clock_set_back_and_put_right_costs_no_run_and_makes_none(register: Register, back: timedelta) -> None:
    machine = Machine(register)
    machine.tick_through(NOW - 8 * DAY, NOW, 6 * HOUR)
    before = machine.days
    assert before == sorted(set(before))
    wrong = NOW - back
    machine.tick_through(wrong, wrong + timedelta(minutes=30), timedelta(minutes=1))
    done = set(machine.days)
    # A year ago there was no program: it runs for that day, once. What finished at a time to come is done once more.
    assert len(machine.runs) - len(before) == (1 if back in (HOUR, YEAR) else 0)
    machine.tick_through(NOW + HOUR, NOW + 3 * DAY, 3 * HOUR)
    assert sorted(set(machine.days) - done) == [date(2026, 11, 25), date(2026, 11, 26), date(2026, 11, 27)]


@pytest.mark.parametrize("ahead", [5 * HOUR, DAY, 7 * DAY, YEAR])
def test_a_clock_set_forward_and_back_leaves_each_real_day_its_run(register: Register, ahead: timedelta) -> None:
    machine = Machine(register)
    machine.tick(NOW)
    machine.tick_through(NOW + ahead, NOW + ahead + HOUR, timedelta(minutes=1))
    machine.runs.clear()
    last = NOW + ahead + 2 * DAY
    first = max(NOW, last - 5 * DAY)
    machine.tick(NOW + HOUR)
    machine.runs.clear()
    machine.tick_through(first + timedelta(minutes=1), last, 2 * HOUR)
    whole = {first.date() + number * DAY for number in range(1, (last - first).days + 1)}
    assert whole <= set(machine.days)
    assert len(machine.days) <= len(whole) + 1


def test_a_machine_asleep_for_ninety_days_runs_once_when_it_wakes(register: Register) -> None:
    machine = Machine(register)
    machine.tick(NOW)
    woke = NOW + 90 * DAY
    machine.tick_through(woke, woke + HOUR, timedelta(minutes=1))
    assert machine.runs == [NOW, woke]


def test_a_clock_that_was_set_back_does_not_keep_the_schedule_asleep(register: Register) -> None:
    looked: list[datetime] = []
    work = Work(lambda now: None, lambda now: None, lambda now: bool(looked.append(now)))
    schedule = Schedule(register, work, daily_at=AT, zone=LONDON, clock=lambda: datetime.now(UTC), minute_seconds=0.05)
    schedule.start()
    try:
        scheduler = schedule._scheduler
        assert scheduler is not None
        # As APScheduler stands after the clock was set back by a year: all its moments are a year ahead.
        later = datetime.now(UTC) + YEAR
        for job in scheduler.get_jobs():
            job.reschedule(IntervalTrigger(minutes=1, start_date=later))
        looked.clear()
        until = passing.monotonic() + 20
        while len(looked) < 2 and passing.monotonic() < until:
            passing.sleep(0.02)
        assert len(looked) >= 2
        for name, furthest in ((DELIVERY_JOB, timedelta(minutes=2)), (DAILY_JOB, timedelta(hours=26))):
            assert scheduler.get_job(name).next_run_time < datetime.now(UTC) + furthest
    finally:
        schedule.stop()


def test_a_run_that_finished_at_a_time_to_come_does_not_hide_that_none_is_made(register: Register) -> None:
    machine = Machine(register)
    machine.tick(NOW)
    machine.tick(NOW + YEAR)
    machine.now = NOW + 3 * DAY
    last = machine.schedule.last_finished_at()
    assert last == NOW
    assert silent_since(last, NOW - DAY, machine.now) == NOW


def test_a_claim_of_another_machine_from_a_time_to_come_is_not_believed_for_ever(tmp_path: Path) -> None:
    claimant = Claimant(tmp_path / "register.sqlite3", NOW)
    assert claimant.is_living("another-machine.17", NOW + timedelta(minutes=5))
    assert not claimant.is_living("another-machine.17", NOW + YEAR)
