"""A worker of a trust: with others, on this machine or more, it works through the schools' nights until it is stopped.

The jobs, one a school and night, are handed out by procrastinate on PostgreSQL, which runs each at least once; that a
night counts once is the key of ``register.nights``, and that nothing in it happens twice are the unique keys of the
school's own register. Each look, of any worker, puts in what is missing and takes up what a killed worker left, so that
no worker has a part of its own and none is needed.

The work itself is done in a process a school, as ``night`` does it.

Source: procrastinate, "Retry stalled jobs"; its open faults with locks of periodic and retried jobs, for which neither
is used here.
"""

import asyncio
import contextlib
import logging
import os
import signal
import socket
import sys
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from pipeline.configuration.trust import Trust, read_trust
from pipeline.errors import ConfigurationError, ExitCode, PolicyPipelineError, RegisterError, UsageError
from pipeline.register.nights import Nights, to_connect
from pipeline.register.store.location import is_on_server
from pipeline.register.store.postgresql.place import server_place
from pipeline.trust.identity import trust_id
from pipeline.trust.night import NightOrder, SchoolAlone, open_workshops
from pipeline.trust.outcomes import NightOutcome, SchoolNight, school_as_json
from pipeline.trust.schools import School, list_schools
from pipeline.trust.workshop.connection import WorkshopConnection
from pipeline.trust.workshop.process import Workshops
from pipeline.wording import say_count

if TYPE_CHECKING:
    from procrastinate import App

_TASK = "school"
_MOST_ATTEMPTS = 10
"""A school's night that was begun so often and never ended is given up, and told."""
_CLOCK_MAY_DIFFER = timedelta(minutes=2)
_KEPT = timedelta(days=60)
_LONGEST_WAIT_SECONDS = 30.0
_LETTING_GO_SECONDS = 4.0
_CONNECT_SECONDS = 5.0
_FIRST_TRIES = 3
"""So often a worker that ends by itself asks a server that has not answered: a connection may be cut as it is made."""


@dataclass(frozen=True, slots=True)
class WorkerOrder:
    """What a worker is asked to do."""

    once: bool = False
    """End once tonight's schools are done; else only when it is told to."""
    today: date | None = None
    """Take this day for tonight, due at once; None for the server's day, from ``[trust] daily_at`` on."""
    environ: Mapping[str, str] = field(default_factory=dict)
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    """This machine's, which is held against the server's."""
    look_seconds: float = 5.0
    """Between two looks at what is missing and what was left."""
    heartbeat_seconds: float = 2.5
    """How often a worker says that it lives; one silent for six times as long counts as killed."""


def run_worker(trust: Trust, order: WorkerOrder, say: Callable[[str], None]) -> ExitCode:
    """Work until told to stop, or with ``once`` until tonight's schools are done; return the code of the worst.

    ``say`` is told a line each time something is over. A server that is away is waited for; with ``once`` only where
    it has answered before, and lets the worker in.

    Raises:
        ConfigurationError: the trust names no server for workers, or this machine's clock is wrong.
        RegisterError: ``[workers] url`` is none, or with ``once`` its server does not answer or lets nobody in.
        UsageError: this system has no workers, or a part is not installed.
    """
    if sys.platform == "win32":
        raise UsageError("Workers run on Linux or macOS; on Windows 'policy trust run' does the schools' nights.")
    if not trust.workers.url:
        raise ConfigurationError(
            "trust.toml names no server that workers share: write [workers] url, or do the nights on this machine with "
            "'policy trust run'."
        )
    _find_parts()
    return asyncio.run(_Worker(trust.root, trust.workers.url, trust_id(trust), order, say).work())


def _find_parts() -> None:
    # They write tracebacks of what is told in a sentence here.
    for name in ("procrastinate", "psycopg.pool"):
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)
    try:
        import procrastinate
        import psycopg
    except ImportError as error:
        raise UsageError(
            f"Workers need parts that are not installed ({error.name}). Install the program with them: "
            "pip install 'policy-pipeline[trust]'."
        ) from error
    assert procrastinate
    assert psycopg


class _Worker:
    """One worker: a loop that looks, and one job at a time."""

    def __init__(self, root: Path, url: str, trust: str, order: WorkerOrder, say: Callable[[str], None]) -> None:
        self._root, self._order, self._say = root, order, say
        self._trust = trust
        self._queue = f"nights {trust}"
        self._place = server_place(url)
        self._name = f"{socket.gethostname()}:{os.getpid()}"
        self._stopping = asyncio.Event()
        self._worst = ExitCode.DONE
        self._away_seconds = 0.0
        self._has_answered = False
        self._tries = 0
        self._told: set[tuple[date, str]] = set()
        self._workshops: Workshops | None = None

    async def work(self) -> ExitCode:
        """Work, and begin again after each time that the server was away."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._stopping.set)
        try:
            return await self._work_on()
        finally:
            await self._close_workshops()

    async def _work_on(self) -> ExitCode:
        faults = _faults_of_the_server()
        while not self._stopping.is_set():
            try:
                with Nights(self._place, self._trust, self._order.environ) as nights:
                    await self._serve(nights)
                if self._order.once:
                    break
            except ConfigurationError:
                raise
            except faults as error:
                if self._order.once:
                    self._refuse(error)
                if self._away_seconds == 0.0:
                    self._say(f"{_one_line(error)} It is tried again by itself.")
                self._away_seconds = min(max(1.0, self._away_seconds * 2), _LONGEST_WAIT_SECONDS)
                await self._rest(self._away_seconds)
        return self._worst

    def _refuse(self, error: Exception) -> None:
        """Raise RegisterError where waiting cannot help: nobody is let in, or the server did not answer thrice."""
        from pipeline.register.store.postgresql.failures import explain_refusal

        self._tries += 1
        said = explain_refusal(error, str(self._place), self._place)
        if said is None and not self._has_answered and self._tries >= _FIRST_TRIES:
            said = f"{_one_line(error)} Run this again once it does; without --once a worker goes on trying."
        if said is not None:
            raise RegisterError(said) from error

    def _note_answer(self) -> None:
        self._has_answered = True
        if self._away_seconds:
            self._say("The server answers again.")
        self._away_seconds = 0.0

    async def _serve(self, nights: Nights) -> None:
        """Work as long as the server is there; raises what is wrong with it where it is not."""
        from procrastinate.schema import SchemaManager

        await asyncio.to_thread(nights.prepare, "procrastinate_jobs", SchemaManager.get_schema())
        await self._check_clock(nights)
        app = self._make_app(nights)
        async with app.open_async():
            self._note_answer()
            looking = asyncio.create_task(self._look(app, nights), name="look")
            working = asyncio.create_task(
                app.run_worker_async(
                    queues=[self._queue], concurrency=1, name=self._name, install_signal_handlers=False,
                    shutdown_graceful_timeout=0.1, fetch_job_polling_interval=min(5.0, self._order.look_seconds),
                    update_heartbeat_interval=self._order.heartbeat_seconds,
                    stalled_worker_timeout=self._silent_seconds, delete_jobs="always",
                ),
                name="work",
            )  # fmt: skip
            stopped = asyncio.create_task(self._stopping.wait(), name="stop")
            tasks: list[asyncio.Task[Any]] = [looking, working, stopped]
            try:
                await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            finally:
                await _end(tasks)
            _raise_first(looking, working)
            if not (self._stopping.is_set() or (self._order.once and looking.done() and not looking.cancelled())):
                raise RegisterError(f"The connection to {self._place} was lost.")

    @property
    def _silent_seconds(self) -> float:
        return self._order.heartbeat_seconds * 6

    async def _check_clock(self, nights: Nights) -> None:
        """Raise ConfigurationError where this machine's clock is not that of the server: its days would be others."""
        theirs = await asyncio.to_thread(nights.now)
        differ = self._order.clock() - theirs
        if abs(differ) > _CLOCK_MAY_DIFFER:
            minutes = say_count(round(abs(differ).total_seconds() / 60), "minute")
            raise ConfigurationError(
                f"This machine's clock is {minutes} {'ahead of' if differ > timedelta() else 'behind'} that of "
                f"{self._place}. Set the one right that is wrong; until then this worker does nothing."
            )

    async def _rest(self, seconds: float) -> None:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._stopping.wait(), seconds)

    # --- looking ------------------------------------------------------------------------------------------------------

    async def _look(self, app: "App", nights: Nights) -> None:
        """Put in what is missing and take up what was left, again and again; ``once``: until all is done."""
        while True:
            await self._take_up_left(app)
            night = await self._tonight(nights)
            if night is not None:
                trust = await asyncio.to_thread(read_trust, self._root)
                keys = [one.key for one in trust.schools]
                missing = await asyncio.to_thread(nights.list_open, night, keys, _MOST_ATTEMPTS)
                busy = await self._busy(app)
                await self._put_in(app, night, [key for key in missing if key not in busy])
                await self._tell(nights, night, [key for key in keys if key not in busy])
                if not missing:
                    await self._close_workshops()
                    if self._order.once:
                        return
                await asyncio.to_thread(nights.forget_before, night - _KEPT)
            elif self._order.once:
                return
            await self._rest(self._order.look_seconds)

    async def _tonight(self, nights: Nights) -> date | None:
        """Return tonight, by the server's clock in the trust's time zone; None before the nights begin."""
        if self._order.today is not None:
            return self._order.today
        trust = await asyncio.to_thread(read_trust, self._root)
        here = (await asyncio.to_thread(nights.now)).astimezone(ZoneInfo(trust.section.time_zone))
        return here.date() if self._order.once or here.time() >= trust.section.at else None

    async def _take_up_left(self, app: "App") -> None:
        """Put back into the queue what a worker had begun that has been silent for too long."""
        from procrastinate.exceptions import UniqueViolation

        silent = self._silent_seconds
        for job in await app.job_manager.get_stalled_jobs(queue=self._queue, seconds_since_heartbeat=silent):
            try:
                await app.job_manager.retry_job(job)
                self._say(f"{job.task_kwargs.get('school')}: its worker was ended; another takes it up.")
            except UniqueViolation:
                # A person has put the school in anew meanwhile; that job does the work.
                from procrastinate.jobs import Status

                await app.job_manager.finish_job(job, status=Status.ABORTED, delete_job=True)

    async def _busy(self, app: "App") -> frozenset[str]:
        """Return the schools that wait in the queue or are under way."""
        found: set[str] = set()
        for status in ("todo", "doing"):
            jobs = await app.job_manager.list_jobs_async(queue=self._queue, status=status)
            found |= {str(job.task_kwargs.get("school")) for job in jobs}
        return frozenset(found)

    async def _put_in(self, app: "App", night: date, keys: list[str]) -> None:
        from procrastinate.exceptions import AlreadyEnqueued

        for key in keys:
            with contextlib.suppress(AlreadyEnqueued):
                waiting = app.configure_task(_TASK, queue=self._queue, queueing_lock=f"{self._trust} {key}")
                await waiting.defer_async(school=key, night=night.isoformat())

    async def _tell(self, nights: Nights, night: date, keys: list[str]) -> None:
        """Tell once of each school that was given up: its worker was ended each time."""
        for row in await asyncio.to_thread(nights.list_nights, night):
            is_given_up = row.ended_at is None and row.attempts >= _MOST_ATTEMPTS and row.school in keys
            if is_given_up and (night, row.school) not in self._told:
                self._told.add((night, row.school))
                self._worst = ExitCode.BUG
                self._say(
                    f"{row.school}: begun {row.attempts} times tonight and never ended, last by {row.worker}. What was "
                    "finished is kept; look at that machine, then run 'policy trust run --school' for it."
                )

    # --- working ------------------------------------------------------------------------------------------------------

    def _make_app(self, nights: Nights) -> "App":
        from procrastinate import App, PsycopgConnector

        connector = PsycopgConnector(
            conninfo="",
            kwargs=to_connect(self._place, self._order.environ),
            min_size=1,
            max_size=4,
            timeout=_CONNECT_SECONDS,
        )
        app = App(connector=connector)

        async def one_school(school: str, night: str) -> None:
            await self._one_school(nights, school, date.fromisoformat(night))

        app.task(name=_TASK, queue=self._queue)(one_school)
        return app

    async def _one_school(self, nights: Nights, key: str, night: date) -> None:
        """Do one school's night, unless it is done; told to stop, let go of it so that another takes it up."""
        attempt = await asyncio.to_thread(nights.begin, key, night, self._name, _MOST_ATTEMPTS)
        if attempt is None:
            return
        trust = await asyncio.to_thread(read_trust, self._root)
        if trust.school(key) is None:
            return
        (school,) = list_schools(trust, [key])
        order = NightOrder(today=self._order.today, environ=self._order.environ)
        alone = SchoolAlone(trust, school, order, await self._doors())
        doing = asyncio.create_task(asyncio.to_thread(alone.run))
        try:
            done = await asyncio.shield(doing)
        except asyncio.CancelledError:
            alone.stop()
            await _finished(doing, _LETTING_GO_SECONDS)
            await _kept(asyncio.to_thread(nights.let_go, key, night))
            raise
        if done.outcome in (NightOutcome.IN_USE, NightOutcome.STOPPED):
            await asyncio.to_thread(nights.let_go, key, night)
        elif attempt < _MOST_ATTEMPTS and is_worth_another_try(school, done):
            self._say(f"{done.key}: {' '.join(done.said)} It is begun again.")
            return
        else:
            await asyncio.to_thread(nights.finish, key, night, school_as_json(done))
        self._note(done)

    async def _doors(self) -> tuple[WorkshopConnection, ...]:
        """Return the way to tonight's workshop, which does once what several schools need; opened for the first."""
        if self._workshops is None:
            self._workshops = await asyncio.to_thread(open_workshops().__enter__)
        return self._workshops.doors

    async def _close_workshops(self) -> None:
        """Let go of what tonight's schools had in common."""
        if self._workshops is not None:
            closing, self._workshops = self._workshops, None
            await asyncio.to_thread(closing.__exit__)

    def _note(self, done: SchoolNight) -> None:
        from pipeline.trust.outcomes import worst

        self._worst = worst([self._worst, done.code])
        said = f": {' '.join(done.said)}" if done.said else ""
        self._say(f"{done.key}: {done.outcome.value} in {done.seconds:.1f} s{said}")


def is_worth_another_try(school: School, done: SchoolNight) -> bool:
    """Return whether a school's night failed as where a server is away for a moment; a damaged file stays damaged."""
    on_server = school.config is not None and is_on_server(school.config.register_.url)
    return on_server and done.code is ExitCode.REGISTER


# --- small parts of the loop ------------------------------------------------------------------------------------------


def _faults_of_the_server() -> tuple[type[Exception], ...]:
    import psycopg
    import psycopg_pool
    from procrastinate.exceptions import ConnectorException

    of_pool = (psycopg_pool.PoolTimeout, psycopg_pool.PoolClosed)
    return (PolicyPipelineError, psycopg.Error, *of_pool, ConnectorException, OSError)


def _one_line(error: BaseException) -> str:
    if isinstance(error, RegisterError):
        return str(error)
    why = " ".join(str(error.__cause__ or error).split())[:200].rstrip(". ")
    return f"The server that workers share does not answer: {why}."


async def _end(tasks: list[asyncio.Task[Any]]) -> None:
    for one in tasks:
        one.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


def _raise_first(*tasks: asyncio.Task[Any]) -> None:
    for one in tasks:
        if one.done() and not one.cancelled() and (error := one.exception()) is not None:
            raise error


async def _finished(task: "asyncio.Task[SchoolNight]", seconds: float) -> None:
    with contextlib.suppress(TimeoutError, Exception):
        await asyncio.wait_for(asyncio.shield(task), seconds)


async def _kept(noting: Awaitable[None]) -> None:
    """Note something on the way out; a server that is away keeps nobody from ending."""
    with contextlib.suppress(PolicyPipelineError):
        await noting
