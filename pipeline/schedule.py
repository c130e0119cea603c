"""When the pipeline works by itself: the day's run at ``[schedule] daily_at``, each minute what is due to be sent, and
every five minutes what came back.

``policy serve`` starts it. APScheduler only wakes us; which due time is done is settled by a claim in the register, so
that two schedulers on one register never do the same work twice. A missed hour is caught up once. A process that died
over its work, killed or by a power cut, loses its claim to the next that looks: at the next start, or within a minute.
A clock that was wrong and is put right costs no run: what it claimed for a time to come is dropped.
"""

import logging
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from time import monotonic as time_passed
from time import sleep as wait
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from pipeline.errors import PolicyPipelineError, RegisterInUseError
from pipeline.register.jobs import (
    claim_job,
    finish_job,
    forget_jobs,
    is_finished,
    last_claimed_due,
    last_finished,
    leave_job,
)
from pipeline.register.store.claims import Claimant
from pipeline.register.store.database import Register

if TYPE_CHECKING:
    from apscheduler.schedulers.background import BackgroundScheduler
    from apscheduler.triggers.base import BaseTrigger

DAILY_JOB = "daily-run"
DELIVERY_JOB = "delivery"
TAKE_IN_JOB = "take-in"
TAKES_IN_EVERY = timedelta(minutes=5)
_KEPT = timedelta(days=7)
"""So long the rows of deliveries are kept."""
_AHEAD = timedelta(days=1)
"""A daily run that is claimed for longer ahead was claimed by a clock that was wrong. Computers that share a register
differ by far less."""
_STEP_SECONDS = 0.05
_MINUTE_SECONDS = 60.0
_SILENT_AFTER = timedelta(hours=26)
"""A day, and two hours for a run that is long or begins late."""
_TO_BEGIN_WITH = timedelta(hours=2)
"""So long after its start, or after the machine woke, a program may take to catch up."""
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Work:
    """What a schedule wakes for. Each is given the moment it is called at."""

    run: Callable[[datetime], None]
    """Does the day's work."""
    deliver: Callable[[datetime], None]
    """Sends what is due."""
    is_delivery_due: Callable[[datetime], bool]
    """Whether anything is due to be sent."""
    take_in: Callable[[datetime], None] = lambda now: None
    """Reads what came back."""
    has_mailbox: Callable[[datetime], bool] = lambda now: False
    """Whether there is a mailbox to read."""


def last_due(now: datetime, daily_at: time, zone: ZoneInfo) -> datetime:
    """Return the last moment, in UTC, at which the daily run was due as of ``now``.

    On the day the clocks go forward an hour that does not exist falls due when it would have been; on the day they go
    back an hour that comes twice falls due the first time.
    """
    day = now.astimezone(zone).date()
    due = datetime.combine(day, daily_at, tzinfo=zone).astimezone(UTC)
    if due > now:
        due = datetime.combine(day - timedelta(days=1), daily_at, tzinfo=zone).astimezone(UTC)
    return due


def silent_since(last_run: datetime | None, began: datetime, now: datetime) -> datetime | None:
    """Return the moment since which no run has finished, where that is longer than a day ago; else None.

    ``last_run`` is when one last finished, by whatever it was started; ``began`` when the program that should start
    them began.
    """
    since = began if last_run is None else last_run
    return since if now - since > _SILENT_AFTER and now - began > _TO_BEGIN_WITH else None


class Schedule:
    """Does the day's run once for each due time, and each minute sends what is due, on threads of its own.

    A run or delivery that fails is recorded and does not stop those after it. ``ending`` is set once the work in
    progress is to come to an end. ``minute_seconds`` is how often it looks after its own waking.
    """

    def __init__(
        self,
        register: Register,
        work: Work,
        ending: threading.Event | None = None,
        *,
        daily_at: time,
        zone: ZoneInfo,
        clock: Callable[[], datetime],
        minute_seconds: float = _MINUTE_SECONDS,
    ) -> None:
        self._register, self._work = register, work
        self._daily_at, self._zone, self._clock = daily_at, zone, clock
        self._scheduler: BackgroundScheduler | None = None
        self._running, self._delivering, self._hearing = threading.Lock(), threading.Lock(), threading.Lock()
        self._ending = ending or threading.Event()
        self._minute_seconds, self._woke, self._stopped = minute_seconds, time_passed(), threading.Event()

    def start(self) -> None:
        """Begin to wake each minute and at each due time; what was missed is caught up at once. Returns at once."""
        from apscheduler.schedulers.background import BackgroundScheduler

        self._ending.clear()
        self._scheduler = BackgroundScheduler(timezone=self._zone)
        # A machine that slept over the hour runs once when it wakes, however late that is.
        for name, trigger in self._triggers().items():
            self._scheduler.add_job(self._begin, trigger, coalesce=True, misfire_grace_time=None, id=name)
        self._scheduler.start()
        self._begin()
        self._stopped = threading.Event()
        threading.Thread(target=self._keep_waking, args=(self._scheduler, self._stopped), daemon=True).start()

    def _triggers(self) -> Mapping[str, "BaseTrigger"]:
        """Return when each job wakes us, counted from the clock as it is now."""
        from apscheduler.triggers.cron import CronTrigger
        from apscheduler.triggers.interval import IntervalTrigger

        daily = CronTrigger(hour=self._daily_at.hour, minute=self._daily_at.minute, timezone=self._zone)
        return {DAILY_JOB: daily, DELIVERY_JOB: IntervalTrigger(minutes=1, timezone=self._zone)}

    def _keep_waking(self, scheduler: "BackgroundScheduler", stopped: threading.Event) -> None:
        """Wake APScheduler where it sleeps on, until stopped.

        It sleeps until its next moment by the clock: where that was set back by a year, a year long, even once it is
        right again. The time that passes cannot be set back.
        """
        from apscheduler.jobstores.base import JobLookupError

        while not stopped.wait(self._minute_seconds):
            if time_passed() - self._woke > 2 * self._minute_seconds:
                # It may be told to stop at this very moment, and then has no jobs any more.
                with suppress(JobLookupError):
                    for name, trigger in self._triggers().items():
                        scheduler.reschedule_job(name, trigger=trigger)
                    self._begin()

    def wake(self) -> None:
        """Do what is due now, without waiting for the next minute; nothing where it does not wake. Returns at once."""
        if self._scheduler is not None:
            self._begin()

    def stop(self, patience_seconds: float = 0.0) -> None:
        """Wake no more, and wait so long for what is in progress to come to the end of the mail in its hands.

        What is not finished then is done by the next that starts.
        """
        self._ending.set()
        self._stopped.set()
        if self._scheduler is not None:
            self._scheduler.shutdown(wait=False)
            self._scheduler = None
        until = time_passed() + patience_seconds
        while self.is_working and time_passed() < until:
            wait(_STEP_SECONDS)

    @property
    def is_working(self) -> bool:
        """Whether a run, a delivery or a look into the mailbox is in progress."""
        return any(each.locked() for each in (self._running, self._delivering, self._hearing))

    def last_finished_at(self) -> datetime | None:
        """Return when a run last finished well, None where none ever has."""
        with self._register.reading() as tx:
            return last_finished(tx, self._register.school, DAILY_JOB, self._clock())

    def _begin(self) -> None:
        self._woke = time_passed()
        # A daemon thread, since stopping must not wait for a long run.
        threading.Thread(target=self.tick, name=DAILY_JOB, daemon=True).start()

    def tick(self) -> None:
        """Do what is due now, each thing only where this schedule is no longer at work on what was due before of it.

        Mail that is due goes while a run is in progress, too.
        """
        for at_work, work in (
            (self._running, self.run_if_due),
            (self._delivering, self.deliver_if_due),
            (self._hearing, self.take_in_if_due),
        ):
            if at_work.acquire(blocking=False):
                try:
                    work()
                finally:
                    at_work.release()

    def run_if_due(self) -> bool:
        """Run once if nobody has done the last due time, or its process has died; return whether it was ours."""
        return self._do(DAILY_JOB, last_due(self._clock(), self._daily_at, self._zone), self._work.run)

    def deliver_if_due(self) -> bool:
        """Send what is due, once a minute by one process; return whether it was ours to do."""
        try:
            now = self._clock()
            if not self._work.is_delivery_due(now):
                return False
            self._forget_minutes_to_come(now)
        except PolicyPipelineError as error:
            _log.error("it could not be told whether mail is due: %s", error)
            return False
        except Exception:
            # The outermost edge of this thread, as in ``_do``.
            _log.exception("it could not be told whether mail is due")
            return False
        return self._do(DELIVERY_JOB, now.replace(second=0, microsecond=0), self._work.deliver)

    def take_in_if_due(self) -> bool:
        """Read what came back, once in five minutes by one process; return whether it was ours to do."""
        try:
            now = self._clock()
            if not self._work.has_mailbox(now):
                return False
            self._forget_minutes_to_come(now, TAKE_IN_JOB)
        except PolicyPipelineError as error:
            _log.error("the mailbox could not be read: %s", error)
            return False
        due = now - (now - datetime.min.replace(tzinfo=UTC)) % TAKES_IN_EVERY
        return self._do(TAKE_IN_JOB, due, self._work.take_in)

    def _forget_minutes_to_come(self, now: datetime, job: str = DELIVERY_JOB) -> None:
        """Drop what was noted of minutes yet to come: the clock was set back, and they come again."""
        school = self._register.school
        with self._register.reading() as tx:
            last = last_claimed_due(tx, school, job)
        if last is not None and last > now:
            with self._register.transaction() as tx:
                forget_jobs(tx, school, job, before=now - _KEPT, after=now)

    def _do(self, job: str, due: datetime, work: Callable[[datetime], None]) -> bool:
        try:
            with self._register.reading() as tx:
                if is_finished(tx, self._register.school, job, due, self._clock()):
                    return False
            with Claimant(self._register.beside, self._clock()) as claimant:
                if not self._claim(job, due, claimant):
                    return False
                return self._do_claimed(job, due, work, claimant)
        except PolicyPipelineError as error:
            _log.error("the %s could not be recorded, and is tried again: %s", job, error)
        except Exception:
            # The outermost edge of this thread: whatever happens, the next due time is tried again.
            _log.exception("the %s could not be recorded", job)
        return True

    def _claim(self, job: str, due: datetime, claimant: Claimant) -> bool:
        register, now = self._register, self._clock()
        with register.transaction() as tx:
            if job == DAILY_JOB:
                forget_jobs(tx, register.school, job, after=now + _AHEAD)
            else:
                forget_jobs(tx, register.school, job, before=now - _KEPT, after=now)
            return claim_job(
                tx, register.school, job, due, claimed_by=claimant.name, now=now, is_living=claimant.is_living
            )

    def _do_claimed(self, job: str, due: datetime, work: Callable[[datetime], None], claimant: Claimant) -> bool:
        school, detail = self._register.school, None
        try:
            work(self._clock())
        except RegisterInUseError:
            # Another process's run is going on; if it does not come to its end, ours is still to be done.
            with self._register.transaction() as tx:
                leave_job(tx, school, job, due, claimed_by=claimant.name)
            return False
        except PolicyPipelineError as error:
            detail = str(error)
            _log.error("the %s stopped: %s", job, detail)
        except Exception as error:
            # A fault of the program: recorded with its kind, shown in full in the log, and the next is tried again.
            detail = f"the run stopped by a fault of the program ({type(error).__name__}); the log has the details"
            _log.exception("the %s stopped by a fault", job)
        with self._register.transaction() as tx:
            finish_job(tx, school, job, due, succeeded=detail is None, detail=detail, now=self._clock())
        return True
