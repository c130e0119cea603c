"""One run: deliver, kill, start again, and let the office decide meanwhile, until nothing is left to send."""

import multiprocessing
import random
import shutil
import signal
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.mail.outbox import deliver
from tests.soak_mail.filling import REGISTER, SENDS_FROM, open_school, set_port
from tests.soak_mail.logs import ACCEPTED, LIVES, Follower, Log
from tests.soak_mail.office import Act, work
from tests.soak_mail.server import Manner, serve

if TYPE_CHECKING:
    from multiprocessing.context import ForkServerContext, ForkServerProcess

_LOOK_SECONDS = 0.003
_SHORTEST, _LONGEST = 0.03, 0.3
"""A kill comes up to so many seconds behind its moment; the longer wait reaches past the start of a new process."""
_RESTART = timedelta(minutes=1)
_NEXT_TRY = timedelta(hours=5)
"""Beyond the longest wait for another try."""
HARD = Manner(without_pipelining=0.5, nobody=0.02, put_off=0.01, slow=0.06)
_ROUTE_REFUSALS = 3
_IDLE_LIVES = 20
"""So many deliveries in a row may hand over nothing, as over a weekend; more, and the rest never goes."""


@dataclass(frozen=True)
class Plan:
    """What happens in a run: each is due once the server has taken so many mails."""

    seed: str
    kills: tuple[int, ...]
    acts: tuple[tuple[int, Act], ...]
    manner: Manner
    """How the mail server treats what it is offered."""


def plan_run(seed: int, number: int, messages: int, kills: int) -> Plan:
    """Plan run ``number``: its kills, one act for each fifty mails, and refusals of the route, three in a run.

    In each eighth run the mailing is cancelled.
    """
    chances = random.Random(f"{seed}/{number}")
    moments = sorted(chances.randrange(max(1, messages * 17 // 20)) for _ in range(kills))
    acts = [
        (chances.randrange(max(1, messages * 4 // 5)), chances.choice((Act.READ, Act.READ, Act.LEFT)))
        for _ in range(max(2, messages // 50))
    ]
    if number % 8 == 7:
        acts.append((chances.randrange(messages // 2, max(messages // 2 + 1, messages * 4 // 5)), Act.CANCEL))
    refusals = sorted(chances.randrange(max(1, messages * 17 // 20)) for _ in range(_ROUTE_REFUSALS))
    manner = replace(HARD, route_refusals=tuple(refusals))
    return Plan(f"{seed}/{number}", tuple(moments), tuple(sorted(acts)), manner)


def warm_context() -> "ForkServerContext":
    """Return where processes come from that have read the program already, so that a start takes milliseconds."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.soak_mail.running", "yagmail", "jinja2", "holidays.countries"])
    return context


def deliver_once(folder: Path, now: datetime) -> None:
    """Deliver what is due, as ``policy deliver`` does. Runs in the process that is killed."""
    config, register = open_school(folder)
    with register:
        deliver(register, config, today=now.astimezone(config.zone).date(), now=now, environ={})


@dataclass
class Life:
    """One delivering process."""

    process: "ForkServerProcess"
    began: int = field(default_factory=time.monotonic_ns)

    @classmethod
    def start(
        cls,
        context: "ForkServerContext",
        folder: Path,
        now: datetime,
        deliver: Callable[[Path, datetime], None] = deliver_once,
    ) -> "Life":
        """Begin a delivery at ``now`` of the program's time."""
        process = context.Process(target=deliver, args=(folder, now))
        life = cls(process)
        process.start()
        return life

    def wait(self, seconds: float) -> bool:
        """Wait a while; return whether it has ended."""
        return bool(wait([self.process.sentinel], seconds))

    def end(self, log: Log, *, kill: bool) -> bool:
        """Kill it or let it end; log its life and return whether it was killed."""
        if kill:
            self.process.kill()
        self.process.join()
        code, pid = self.process.exitcode, self.process.pid
        killed = code == -signal.SIGKILL
        failed = None if killed or code == 0 else code
        log.write(pid=pid, began=self.began, ended=time.monotonic_ns(), killed=killed, failed=failed)
        self.process.close()
        return killed


def beside(
    context: "ForkServerContext", target: Callable[[Path, str, Connection], None], folder: Path, seed: str
) -> "tuple[ForkServerProcess, Connection]":
    """Start a process that is not killed; return it with the line to it."""
    mine, other = context.Pipe()
    process = context.Process(target=target, args=(folder, seed, other), daemon=True)
    process.start()
    other.close()
    return process, mine


def count_left(folder: Path) -> int:
    """Return how many mails have not gone."""
    with closing(sqlite3.connect(folder / REGISTER)) as register:
        query = "SELECT count(*) FROM message WHERE state IN ('pending', 'deferred', 'sending')"
        return int(register.execute(query).fetchone()[0])


class Run:
    """One run in its own folder."""

    def __init__(self, context: "ForkServerContext", filled: Path, folder: Path, plan: Plan) -> None:
        self._context, self._folder, self._plan = context, folder, plan
        shutil.copytree(filled, folder)
        self._chances = random.Random(f"kills/{plan.seed}")
        self._lives = Log(folder / LIVES)
        self._taken = Follower(folder / ACCEPTED)
        self._kills, self._acts = list(plan.kills), list(plan.acts)
        self._now = SENDS_FROM
        self._idle = 0

    def run(self) -> None:
        """Go through the run; what came of it is in its folder."""
        server, server_line = beside(self._context, partial(serve, self._plan.manner), self._folder, self._plan.seed)
        set_port(self._folder, server_line.recv())
        office, office_line = beside(self._context, work, self._folder, self._plan.seed)
        try:
            while self._is_unfinished():
                before = self._taken.count(), len(self._kills)
                self._live(office_line)
                self._idle = 0 if before != (self._taken.count(), len(self._kills)) else self._idle + 1
        finally:
            with suppress(OSError):
                office_line.send(None)
            office_line.close()
            server_line.close()
            self._lives.close()
            for process in (office, server):
                process.join()
                assert process.exitcode == 0, f"{process.name} failed"
                process.close()

    def _is_unfinished(self) -> bool:
        return self._idle < _IDLE_LIVES and (bool(self._kills) or count_left(self._folder) > 0)

    def _live(self, office: Connection) -> None:
        """Let one delivery live until it ends by itself or its kill is due; meanwhile the office decides."""
        nothing_left = count_left(self._folder) == 0
        life = Life.start(self._context, self._folder, self._now)
        while not life.wait(_LOOK_SECONDS):
            taken = self._taken.count()
            if self._acts and self._acts[0][0] <= taken:
                self._decide(office)
            elif self._kills and (nothing_left or self._kills[0] <= taken):
                ended = life.wait(self._chances.uniform(0, self._chances.choice((_SHORTEST, _SHORTEST, _LONGEST))))
                if life.end(self._lives, kill=not ended):
                    self._kills.pop(0)
                self._now += _RESTART
                return
        life.end(self._lives, kill=False)
        self._now += _NEXT_TRY

    def _decide(self, office: Connection) -> None:
        _, act = self._acts.pop(0)
        office.send(act)
        office.recv()
