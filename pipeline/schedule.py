"""When the pipeline runs by itself: once a day at ``[schedule] daily_at``, caught up once where the hour was missed.

``policy serve`` starts it. APScheduler only wakes us; which due time is done is settled by a claim in the register, so
that two schedulers on one register, or a restart, never run a day twice.
"""

import logging
import os
import socket
import threading
from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from pipeline.errors import PolicyPipelineError
from pipeline.register.database import Register
from pipeline.register.jobs import claim_job, finish_job, last_finished

if TYPE_CHECKING:
    from apscheduler.schedulers.background import BackgroundScheduler

DAILY_JOB = "daily-run"
_log = logging.getLogger(__name__)


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


class DailySchedule:
    """Calls ``run`` once for each day's due time, on a thread of its own.

    ``run`` is given the moment it is called at. One that fails is recorded and does not stop the days after it.
    """

    def __init__(
        self,
        register: Register,
        run: Callable[[datetime], None],
        *,
        daily_at: time,
        zone: ZoneInfo,
        clock: Callable[[], datetime],
    ) -> None:
        self._register, self._run = register, run
        self._daily_at, self._zone, self._clock = daily_at, zone, clock
        self._scheduler: BackgroundScheduler | None = None
        self._running = threading.Event()
        self._claimed_by = f"{socket.gethostname()}/{os.getpid()}"

    def start(self) -> None:
        """Begin to wake at each due time, and catch up at once where the last one was missed. Returns at once."""
        from apscheduler.schedulers.background import BackgroundScheduler
        from apscheduler.triggers.cron import CronTrigger

        trigger = CronTrigger(hour=self._daily_at.hour, minute=self._daily_at.minute, timezone=self._zone)
        self._scheduler = BackgroundScheduler(timezone=self._zone)
        # A machine that slept over the hour runs once when it wakes, however late that is.
        self._scheduler.add_job(self._begin, trigger, coalesce=True, misfire_grace_time=None, id=DAILY_JOB)
        self._scheduler.start()
        self._begin()

    def stop(self) -> None:
        """Wake no more. A run in progress is not waited for: what it has not kept is done by the next one."""
        if self._scheduler is not None:
            self._scheduler.shutdown(wait=False)
            self._scheduler = None

    @property
    def is_running(self) -> bool:
        """Whether a run is in progress."""
        return self._running.is_set()

    def last_finished_at(self) -> datetime | None:
        """Return when a run last finished well, None where none ever has."""
        with self._register.reading() as tx:
            return last_finished(tx, self._register.school, DAILY_JOB)

    def _begin(self) -> None:
        # A daemon thread, since stopping must not wait for a long run.
        threading.Thread(target=self.run_if_due, name=DAILY_JOB, daemon=True).start()

    def run_if_due(self) -> bool:
        """Run once if the last due time was claimed by nobody; return whether it was ours to run."""
        try:
            due = last_due(self._clock(), self._daily_at, self._zone)
            if not self._claim(due):
                return False
            self._run_claimed(due)
        except Exception:
            # The outermost edge of this thread: whatever happens, tomorrow is tried again.
            _log.exception("the daily run could not be recorded")
        return True

    def _claim(self, due: datetime) -> bool:
        with self._register.transaction() as tx:
            return claim_job(tx, self._register.school, DAILY_JOB, due, claimed_by=self._claimed_by, now=self._clock())

    def _run_claimed(self, due: datetime) -> None:
        detail = None
        self._running.set()
        try:
            self._run(self._clock())
        except PolicyPipelineError as error:
            detail = str(error)
            _log.error("the daily run stopped: %s", detail)
        except Exception as error:
            # A fault of the program: recorded with its kind, shown in full in the log, and tomorrow is tried again.
            detail = f"the run stopped by a fault of the program ({type(error).__name__}); the log has the details"
            _log.exception("the daily run stopped by a fault")
        finally:
            self._running.clear()
        with self._register.transaction() as tx:
            finish_job(
                tx,
                self._register.school,
                DAILY_JOB,
                due,
                succeeded=detail is None,
                detail=detail,
                now=self._clock(),
            )
