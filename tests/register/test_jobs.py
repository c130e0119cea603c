"""Claims of scheduled work."""

import threading
from datetime import datetime, timedelta

import pytest

from pipeline.register import jobs
from pipeline.register.store.database import Register
from tests.register.conftest import NOW

pytestmark = pytest.mark.both_registers

TOMORROW = NOW + timedelta(days=1)


def claim(register: Register, due_at: datetime, by: str = "host 1", job: str = "daily-run") -> bool:
    with register.transaction() as tx:
        return jobs.claim_job(tx, register.school, job, due_at, claimed_by=by, now=NOW)


def test_the_work_of_one_due_time_is_taken_once(memory_register: Register) -> None:
    assert claim(memory_register, NOW)
    assert not claim(memory_register, NOW, "host 2")
    assert claim(memory_register, TOMORROW, "host 2")
    assert claim(memory_register, NOW, job="another")
    with memory_register.reading() as tx:
        assert jobs.last_claimed_due(tx, memory_register.school, "daily-run") == TOMORROW
        assert jobs.last_claimed_due(tx, memory_register.school, "never") is None
        assert jobs.last_claimed_due(tx, "another-school", "daily-run") is None


def test_a_claim_that_comes_too_late_leaves_the_rest_of_its_transaction_standing(memory_register: Register) -> None:
    school = memory_register.school
    with memory_register.transaction() as tx:
        assert jobs.claim_job(tx, school, "daily-run", NOW, claimed_by="host 1", now=NOW)
        assert not jobs.claim_job(tx, school, "daily-run", NOW, claimed_by="host 2", now=NOW)
        assert jobs.claim_job(tx, school, "other", NOW, claimed_by="host 2", now=NOW)
    with memory_register.reading() as tx:
        assert jobs.last_claimed_due(tx, school, "other") == NOW


def test_of_many_schedulers_at_once_one_runs(register: Register) -> None:
    taken: list[bool] = []
    threads = [threading.Thread(target=lambda: taken.append(claim(register, NOW))) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(taken) == [False] * 5 + [True]


def test_only_work_that_went_well_counts_as_finished(memory_register: Register) -> None:
    school = memory_register.school
    claim(memory_register, NOW)
    claim(memory_register, TOMORROW)
    with memory_register.transaction() as tx:
        assert jobs.last_finished(tx, school, "daily-run") is None
        jobs.finish_job(tx, school, "daily-run", NOW, succeeded=True, now=NOW + timedelta(minutes=2))
        jobs.finish_job(tx, school, "daily-run", TOMORROW, succeeded=False, detail="The drive is full.", now=TOMORROW)
        assert jobs.last_finished(tx, school, "daily-run") == NOW + timedelta(minutes=2)


def test_work_that_nobody_claimed_cannot_be_finished(memory_register: Register) -> None:
    with memory_register.transaction() as tx, pytest.raises(LookupError, match="nobody has claimed daily-run"):
        jobs.finish_job(tx, memory_register.school, "daily-run", NOW, succeeded=True, now=NOW)


def test_a_run_for_an_earlier_day_learns_of_the_later_one(memory_register: Register) -> None:
    day = NOW.date()
    with memory_register.transaction() as tx:
        said = [
            jobs.note_run_day(tx, memory_register.school, day + timedelta(days=days), NOW) for days in (0, 0, 1, -5, 1)
        ]
        assert said == [None, None, None, day + timedelta(days=1), None]
        assert jobs.last_finished(tx, memory_register.school, "daily-run") is None


def test_the_last_run_counts_whoever_started_it_and_only_once_it_is_done(memory_register: Register) -> None:
    day, school = NOW.date(), memory_register.school
    with memory_register.transaction() as tx:
        jobs.note_run_day(tx, school, day, NOW)
        assert jobs.last_run_at(tx, school) is None
        jobs.finish_run_day(tx, school, day, NOW)
        jobs.note_run_day(tx, school, day, NOW + timedelta(hours=3))
        jobs.finish_run_day(tx, school, day, NOW + timedelta(hours=3))
        assert jobs.last_run_at(tx, school) == NOW + timedelta(hours=3)
        assert jobs.last_finished(tx, school, "daily-run") is None
