"""Claims of scheduled work: one row a job and due time, so that two schedulers never do the same work twice.

``schedule`` claims before it runs and says afterwards how it went; ``run`` notes each run, by the schedule or by hand;
the dashboard, ``status`` and ``/healthz`` read the last.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from pipeline.register.tables.upkeep import job_run
from pipeline.register.transaction import Transaction

RUN_DAY = "run-day"
_LIST_WEEK = "open-list"
CLOCKS_DIFFER = timedelta(minutes=10)
"""So far ahead the clock of another computer on the same register may be. What is noted for later than that was noted
by a clock that was wrong, and set back since."""


def _nobody_died(claimed_by: str, claimed_at: datetime) -> bool:
    return True


def claim_job(
    tx: Transaction,
    school: str,
    job: str,
    due_at: datetime,
    *,
    claimed_by: str,
    now: datetime,
    is_living: Callable[[str, datetime], bool] = _nobody_died,
) -> bool:
    """Take the work of one due time; return False where another process has it already.

    Once taken it stays taken, even if the work fails: the next due time is the next chance. Only a process that died
    over it loses it: ``is_living`` is asked with who claimed it, and when, of work that was never finished. What was
    finished at a moment still to come was done by a clock that was wrong, and is done again.
    """
    claim = (job_run.c.school == school, job_run.c.job == job, job_run.c.due_at == due_at)
    held = tx.execute(select(job_run).where(*claim)).first()
    if held is not None:
        is_done = held.finished_at is not None
        if held.finished_at <= now + CLOCKS_DIFFER if is_done else is_living(held.claimed_by, held.claimed_at):
            return False
        as_found = job_run.c.claimed_by == held.claimed_by, job_run.c.finished_at.is_not_distinct_from(held.finished_at)
        afresh = {"claimed_by": claimed_by, "claimed_at": now, "finished_at": None, "succeeded": None, "detail": None}
        return tx.execute(update(job_run).where(*claim, *as_found).values(afresh)).rowcount == 1
    try:
        with tx.begin_nested():
            tx.execute(
                insert(job_run).values(school=school, job=job, due_at=due_at, claimed_by=claimed_by, claimed_at=now)
            )
    except IntegrityError:
        return False
    return True


def is_finished(tx: Transaction, school: str, job: str, due_at: datetime, now: datetime) -> bool:
    """Return whether the work of one due time was done, well or not; not by a clock that was ahead of ``now``."""
    claim = (job_run.c.school == school, job_run.c.job == job, job_run.c.due_at == due_at)
    done = job_run.c.finished_at <= now + CLOCKS_DIFFER
    return tx.execute(select(job_run.c.id).where(*claim, done)).first() is not None


def leave_job(tx: Transaction, school: str, job: str, due_at: datetime, *, claimed_by: str) -> None:
    """Give back what was claimed and not begun, so that the next process may take it."""
    claim = (job_run.c.school == school, job_run.c.job == job, job_run.c.due_at == due_at)
    tx.execute(delete(job_run).where(*claim, job_run.c.claimed_by == claimed_by, job_run.c.finished_at.is_(None)))


def forget_jobs(tx: Transaction, school: str, job: str, *, after: datetime, before: datetime | None = None) -> None:
    """Drop the rows of a job due after a moment, made by a clock that was set back since, and those due ``before`` one.

    The latter tell nobody anything any more where a job falls due often.
    """
    due_at = job_run.c.due_at
    old = due_at > after if before is None else (due_at > after) | (due_at < before)
    tx.execute(delete(job_run).where(job_run.c.school == school, job_run.c.job == job, old))


def finish_job(
    tx: Transaction,
    school: str,
    job: str,
    due_at: datetime,
    *,
    succeeded: bool,
    detail: str | None = None,
    now: datetime,
) -> None:
    """Record how the work of one due time went; ``detail`` is a sentence, without anybody's name.

    Raises LookupError where nobody has claimed it.
    """
    claim = (job_run.c.school == school, job_run.c.job == job, job_run.c.due_at == due_at)
    result = tx.execute(update(job_run).where(*claim).values(finished_at=now, succeeded=succeeded, detail=detail))
    if result.rowcount != 1:
        raise LookupError(f"nobody has claimed {job} of {due_at.isoformat()}")


def note_run_day(tx: Transaction, school: str, day: date, now: datetime) -> date | None:
    """Record that a run is made for ``day``; return the latest later day one was made for before, None for none."""
    due_at = _run_due(day)
    latest = last_claimed_due(tx, school, RUN_DAY)
    claim_job(tx, school, RUN_DAY, due_at, claimed_by="", now=now)
    return latest.date() if latest is not None and latest > due_at else None


def run_day_before(tx: Transaction, school: str, day: date) -> date | None:
    """Return the latest day before ``day`` for which a run was made; None where there is none."""
    runs = job_run.c.school == school, job_run.c.job == RUN_DAY, job_run.c.due_at < _run_due(day)
    latest = tx.execute(select(func.max(job_run.c.due_at)).where(*runs)).scalar()
    return latest.date() if latest is not None else None


def finish_run_day(tx: Transaction, school: str, day: date, now: datetime) -> None:
    """Record that a run for ``day`` was finished at ``now``; ``note_run_day`` has noted that it began."""
    finish_job(tx, school, RUN_DAY, _run_due(day), succeeded=True, now=now)


def last_run_at(tx: Transaction, school: str, now: datetime | None = None) -> datetime | None:
    """Return when a run last finished, by command or by schedule; None where none has. ``now`` as ``last_finished``."""
    return last_finished(tx, school, RUN_DAY, now)


def last_run_before(tx: Transaction, school: str, moment: datetime) -> datetime | None:
    """Return when a run last finished before a moment; None where none had."""
    mine = job_run.c.school == school, job_run.c.job == RUN_DAY, job_run.c.succeeded
    return tx.execute(select(func.max(job_run.c.finished_at)).where(*mine, job_run.c.finished_at < moment)).scalar()


def is_first_run_of_month(tx: Transaction, school: str, day: date) -> bool:
    """Return whether no run was made for an earlier day of the month of ``day``."""
    runs = job_run.c.school == school, job_run.c.job == RUN_DAY
    earlier = job_run.c.due_at >= _run_due(day.replace(day=1)), job_run.c.due_at < _run_due(day)
    return tx.execute(select(job_run.c.id).where(*runs, *earlier).limit(1)).first() is None


def _run_due(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=UTC)


def last_finished(tx: Transaction, school: str, job: str, now: datetime | None = None) -> datetime | None:
    """Return when the job last finished well, None where it never has.

    What finished after ``now`` is left out: it did so by a clock that was wrong, and would hide that none is made now.
    """
    query = select(func.max(job_run.c.finished_at)).where(
        job_run.c.school == school, job_run.c.job == job, job_run.c.succeeded
    )
    if now is not None:
        query = query.where(job_run.c.finished_at <= now + CLOCKS_DIFFER)
    return tx.execute(query).scalar()


def last_claimed_due(tx: Transaction, school: str, job: str) -> datetime | None:
    """Return the latest due time that anybody has claimed, None where nobody has."""
    query = select(func.max(job_run.c.due_at)).where(job_run.c.school == school, job_run.c.job == job)
    return tx.execute(query).scalar()


def note_list_day(tx: Transaction, school: str, monday: date, day: date, now: datetime) -> None:
    """Record that the list of what is open, of the week that begins on ``monday``, belongs to ``day``."""
    if claim_job(tx, school, _LIST_WEEK, _run_due(monday), claimed_by="", now=now):
        finish_job(tx, school, _LIST_WEEK, _run_due(monday), succeeded=True, detail=day.isoformat(), now=now)


@dataclass(frozen=True, slots=True)
class ListWeek:
    """What is known of the list of what is open in one week."""

    day: date | None
    """To which day it belongs; None where no letters were planned in that week yet."""
    is_first: bool
    """No letters were planned in any week before it."""


def find_list_week(tx: Transaction, school: str, monday: date) -> ListWeek:
    """Return what is known of the week that begins on ``monday``."""
    mine = select(job_run.c.detail).where(job_run.c.school == school, job_run.c.job == _LIST_WEEK)
    said = tx.execute(mine.where(job_run.c.due_at == _run_due(monday))).scalar()
    earlier = tx.execute(mine.where(job_run.c.due_at < _run_due(monday)).limit(1)).first()
    return ListWeek(date.fromisoformat(said) if said else None, earlier is None)
