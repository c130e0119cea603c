"""A trust's night: every school's work, a process a school, so many at once as there are processors.

A school that fails stops itself alone. One whose process is killed in the middle is taken up again once: that nothing
is done twice is the run's own doing, by its lock and the unique keys of what it records. Two nights at once never work
on one school at once: the second finds the school's lock held and says so.
"""

import contextlib
import multiprocessing
import os
import signal
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from typing import Any

from pipeline.configuration.trust import Trust
from pipeline.errors import ExitCode, RegisterError
from pipeline.interrupts import interrupt
from pipeline.register.store.location import register_path
from pipeline.trust.outcomes import NightOutcome, NightReport, NightTask, NightWork, SchoolNight, keep_report
from pipeline.trust.schools import School
from pipeline.trust.workshop.connection import WorkshopConnection
from pipeline.trust.workshop.process import Workshops

_END_SECONDS = 3.0
"""So long a school's process may take to let go when the night is ended; then it is killed, which loses nothing."""
_MOST_ATTEMPTS = 2
_LOOK_SECONDS = 0.5
"""Between two looks whether the night is to end."""
_PRELOAD = (
    "pipeline.trust.school_night",
    "pipeline.trust.workshop.open_documents",
    # What these load when it is first used, which every school's process would do again.
    "cryptography.hazmat.primitives.asymmetric.ed25519",
    "email_validator",
    "font_lato",
    "holidays",
    "icalendar",
    "jinja2.ext",
    "keyring.backends.SecretService",
    "keyring.backends.macOS",
    "rapidfuzz.fuzz",
    "rapidfuzz.process",
    "typst",
    # Last, since it is about all that is there.
    "pipeline.trust.workshop.forked",
)
"""Loaded once a night, by the process that all others of it are forked from."""


@dataclass(frozen=True, slots=True)
class NightOrder:
    """What a night is asked to do."""

    today: date | None = None
    """The day to take for today; None for the clock's."""
    work: NightWork = NightWork.RUN
    dry_run: bool = False
    workers: int = 0
    """How many schools at once; 0 for as many as there are processors."""
    environ: Mapping[str, str] = field(default_factory=dict)


def processors() -> int:
    """Return how many processors this program may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


@dataclass(slots=True)
class _Running:
    """A school's process."""

    school: School
    attempt: int
    process: BaseProcess
    answers: Connection
    began: float
    answer: SchoolNight | None = None


def run_night(
    trust: Trust,
    schools: Sequence[School],
    order: NightOrder,
    on_done: Callable[[SchoolNight], None] = lambda done: None,
) -> NightReport:
    """Do the work of every school and return what each came to; ``on_done`` is told each as it ends.

    SIGINT and SIGTERM end it within seconds: what is under way is let go of, and its schools are told as stopped.
    """
    began_at = datetime.now(UTC)
    workers = order.workers or processors()
    night = _NightProcesses(trust, order, on_done)
    with _heeding_sigterm(), contextlib.ExitStack() as until_over:
        try:
            workshops = until_over.enter_context(open_workshops(_count_workshops(schools, order, workers)))
            night.doors = workshops.doors
            night.go(_largest_first(schools), workers)
        except KeyboardInterrupt:
            night.ask_to_stop()
            night.go((), workers)
    done = tuple(night.done.get(one.key) or SchoolNight(one.key, one.name, NightOutcome.STOPPED) for one in schools)
    report = NightReport(began_at, datetime.now(UTC), order.work, order.dry_run, workers, done)
    if order.work is NightWork.RUN and not order.dry_run:
        keep_report(trust, report)
    return report


def _count_workshops(schools: Sequence[School], order: NightOrder, workers: int) -> int:
    """Return how many workshops a night is to have: none where nobody else could need what one school does."""
    is_of_use = order.work is NightWork.RUN and sum(one.config is not None for one in schools) > 1
    return min(workers, processors()) if is_of_use else 0


def open_workshops(count: int = 1) -> Workshops:
    """Return workshops for the nights of several schools on this machine, which begin with the ``with`` statement."""
    return Workshops(_start_context(), count)


def _start_context() -> Any:
    """Return how processes start: in milliseconds, as forks of one that has loaded the program and met no school."""
    methods = multiprocessing.get_all_start_methods()
    context: Any = multiprocessing.get_context("forkserver" if "forkserver" in methods else "spawn")
    if "forkserver" in methods:
        context.set_forkserver_preload(list(_PRELOAD))
    return context


class SchoolAlone:
    """One school's night in a process of its own, which another thread may end."""

    def __init__(
        self, trust: Trust, school: School, order: NightOrder, doors: tuple[WorkshopConnection, ...] = ()
    ) -> None:
        """``doors``: the ways to workshops that this school shares with those before and after it."""
        self._trust, self._school, self._order = trust, school, order
        self._night = _NightProcesses(trust, order, lambda done: None, doors)

    def run(self) -> SchoolNight:
        """Do it, and keep what became of it; STOPPED where ``stop`` ended it."""
        began_at = datetime.now(UTC)
        self._night.go([self._school], workers=1)
        stopped = SchoolNight(self._school.key, self._school.name, NightOutcome.STOPPED)
        done = self._night.done.get(self._school.key, stopped)
        keep_report(
            self._trust, NightReport(began_at, datetime.now(UTC), self._order.work, self._order.dry_run, 1, (done,))
        )
        return done

    def stop(self) -> None:
        """End it within seconds; returns at once, and ``run`` soon after."""
        self._night.ask_to_stop()


class _NightProcesses:
    """The processes of one night."""

    def __init__(
        self,
        trust: Trust,
        order: NightOrder,
        on_done: Callable[[SchoolNight], None],
        doors: tuple[WorkshopConnection, ...] = (),
    ) -> None:
        self._trust, self._order, self._on_done = trust, order, on_done
        self.doors = doors
        self.done: dict[str, SchoolNight] = {}
        self._running: list[_Running] = []
        self._ends_at: float | None = None
        self._context = _start_context()

    def go(self, schools: Sequence[School], workers: int) -> None:
        """Start processes while there are schools left, and take what they answer.

        A school whose settings cannot be used needs none.
        """
        for school in schools:
            if school.config is None:
                self._end(
                    SchoolNight(school.key, school.key, NightOutcome.FAILED, ExitCode.CONFIGURATION, school.faults)
                )
        waiting = [(school, 1) for school in schools if school.config is not None]
        while waiting or self._running:
            while waiting and len(self._running) < workers:
                self._running.append(self._start(*waiting.pop(0)))
            wait([end for one in self._running for end in (one.answers, one.process.sentinel)], timeout=_LOOK_SECONDS)
            if self._ends_at is not None:
                waiting.clear()
                self._kill_late()
            for one in [each for each in self._running if self._has_ended(each)]:
                self._running.remove(one)
                if again := self._settle(one):
                    waiting.append((again, one.attempt + 1))

    def ask_to_stop(self) -> None:
        """Let ``go`` end what is under way, first in good order and soon at once; another thread may ask, too."""
        self._ends_at = time.monotonic() + _END_SECONDS
        for one in list(self._running):
            with contextlib.suppress(ValueError):  # it has ended meanwhile
                one.process.terminate()

    def _kill_late(self) -> None:
        if self._ends_at is not None and time.monotonic() > self._ends_at:
            for one in self._running:
                one.process.kill()

    def _start(self, school: School, attempt: int) -> _Running:
        order = self._order
        task = NightTask(
            self._trust.root, school.key, order.work, order.dry_run, order.today, dict(order.environ), self.doors
        )
        ours, theirs = self._context.Pipe(duplex=False)
        process = self._context.Process(target=_answer, args=(task, theirs), name=f"night of {school.key}")
        process.start()
        theirs.close()
        return _Running(school, attempt, process, ours, time.monotonic())

    def _has_ended(self, one: _Running) -> bool:
        # Asked first: what it answered before it ended is in the pipe then.
        is_over = not one.process.is_alive()
        if one.answer is None and one.answers.poll():
            # The pipe of a process that died without an answer ends with it.
            with contextlib.suppress(EOFError, OSError):
                one.answer = one.answers.recv()
        return one.answer is not None or is_over

    def _settle(self, one: _Running) -> School | None:
        """Keep what a process came to; return its school where another is to take it up again."""
        one.process.join()
        one.answers.close()
        code = one.process.exitcode
        one.process.close()
        if one.answer is None and self._ends_at is not None:
            self.done[one.school.key] = SchoolNight(one.school.key, one.school.name, NightOutcome.STOPPED)
            return None
        if one.answer is None and one.attempt < _MOST_ATTEMPTS:
            return one.school
        answer = one.answer or SchoolNight(
            one.school.key, one.school.name, NightOutcome.DIED, ExitCode.BUG, (_say_death(code),)
        )
        seconds = round(time.monotonic() - one.began, 2)
        self._end(replace(answer, attempts=one.attempt, seconds=seconds))
        return None

    def _end(self, done: SchoolNight) -> None:
        self.done[done.key] = done
        self._on_done(done)


def _answer(task: NightTask, answers: Connection) -> None:
    """Work in a process of its own, and answer; ended from outside, it answers nothing."""
    # Loaded where the work is done alone: in the process that schools are forked from.
    from pipeline.trust.school_night import heed_signals, night_of

    heed_signals()
    with contextlib.suppress(KeyboardInterrupt, BrokenPipeError):
        answers.send(night_of(task))


def _say_death(code: int | None) -> str:
    how = "from outside"
    if code:
        how = f"by signal {-code}" if code < 0 else f"with code {code} before it could answer"
    return (
        f"Its process was ended {how} twice, as when the computer's memory runs out. What was finished is kept; run it "
        "again, with --workers 1 where memory is short."
    )


def _largest_first(schools: Sequence[School]) -> list[School]:
    """Return the schools with the most to do first, so that no processor is left with a large one at the end."""
    return sorted(schools, key=_register_bytes, reverse=True)


def _register_bytes(school: School) -> int:
    if school.config is None:
        return 0
    try:
        return register_path(school.config.register_.url, root=school.folder).stat().st_size
    except (OSError, RegisterError):
        return 0


@contextlib.contextmanager
def _heeding_sigterm() -> Iterator[None]:
    """Let SIGTERM end the night as Ctrl-C does."""
    before = signal.signal(signal.SIGTERM, interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
