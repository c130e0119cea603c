"""Kill a delivery before and after each of its commits and sends in turn; then somebody decides, and another delivers.

``python -m tests.soak_mail.stepping FOLDER`` (POSIX only). One message goes, and then three, by SMTP over one
connection to a server in a process of its own; the kill is a SIGKILL. Prints a line of JSON for each kill: how many
messages, the step, what was decided between the two deliveries, and the counts and faults of the comparison.
"""

import json
import os
import random
import shutil
import signal
import smtplib
import sys
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy.engine.default import DefaultDialect

from tests.soak_mail.compare import Comparison
from tests.soak_mail.filling import SENDS_FROM, fill, open_school, set_port
from tests.soak_mail.logs import DECIDED, LIVES, Log
from tests.soak_mail.office import Act, Office
from tests.soak_mail.running import Life, beside, count_left, deliver_once, warm_context
from tests.soak_mail.server import Manner, serve

if TYPE_CHECKING:
    from multiprocessing.context import ForkServerContext

_STEPS = "steps.json"
_DECISIONS = (None, Act.READ, Act.CANCEL)
"""With three messages they take turns at steps of one name; with one each but the first is made at each step."""
_MOST_LIVES = 5


class Steps:
    """Counts the moments before and after each commit and send of this process; kills it at one of them."""

    def __init__(self, kill_at: int | None) -> None:
        self.names: list[str] = []
        self._kill_at = kill_at
        self._written: dict[int, int] = {}

    def watch(self) -> None:
        """Watch from now on, to the end of this process."""
        commit, send = DefaultDialect.do_commit, smtplib.SMTP.send

        def do_commit(dialect: DefaultDialect, connection: Any) -> None:
            if self._writes(connection.driver_connection):
                self._around("commit", lambda: commit(dialect, connection))
            else:
                commit(dialect, connection)

        def do_send(smtp: smtplib.SMTP, content: bytes | str) -> None:
            words = content.encode("ascii") if isinstance(content, str) else content
            self._around(_name(words), lambda: send(smtp, words))

        DefaultDialect.do_commit = do_commit  # type: ignore[assignment,method-assign]
        smtplib.SMTP.send = do_send  # type: ignore[method-assign,assignment]

    def _writes(self, driver: Any) -> bool:
        """Say whether anything was written on a connection since its last commit."""
        before, now = self._written.get(id(driver), 0), driver.total_changes
        self._written[id(driver)] = now
        return bool(now > before)

    def _around(self, name: str, do: Callable[[], None]) -> None:
        self._reach(f"before {name}")
        do()
        self._reach(f"after {name}")

    def _reach(self, name: str) -> None:
        if len(self.names) == self._kill_at:
            os.kill(os.getpid(), signal.SIGKILL)
        self.names.append(name)


def _name(words: bytes) -> str:
    """Return what is sent: its commands, or the content with its final dot."""
    if words.endswith(b"\r\n.\r\n"):
        return "content"
    return " ".join(line.split(b" ")[0].decode("ascii") for line in words.split(b"\r\n") if line)


def deliver_in_steps(at: int | None, folder: Path, now: datetime) -> None:
    """Deliver, killed at step ``at``; with None to the end, and write what the steps were."""
    steps = Steps(at)
    steps.watch()
    deliver_once(folder, now)
    (folder / _STEPS).write_text(json.dumps(steps.names), encoding="ascii")


def deliver_killed(context: "ForkServerContext", manner: Manner, folder: Path, at: int | None, act: Act | None) -> None:
    """Deliver in a process that is killed at step ``at``, decide, and deliver until nothing is left."""
    server, line = beside(context, partial(serve, manner), folder, "steps")
    set_port(folder, line.recv())
    lives, now = Log(folder / LIVES), SENDS_FROM
    Life.start(context, folder, now, partial(deliver_in_steps, at)).end(lives, kill=False)
    if act is not None:
        _decide(folder, act)
    for _ in range(_MOST_LIVES):
        if count_left(folder) == 0:
            break
        now += timedelta(minutes=1)
        Life.start(context, folder, now).end(lives, kill=False)
    lives.close()
    line.close()
    server.join()
    server.close()


def _decide(folder: Path, act: Act) -> None:
    """Have the office decide, about a mail that was on its way where there is one."""
    config, register = open_school(folder)
    log = Log(folder / DECIDED)
    with register:
        Office(config, register, log, random.Random(0), on_the_way=1.0).do(act)
    log.close()


def sweep(context: "ForkServerContext", folder: Path, messages: int) -> None:
    """Print what came of each kill while so many messages go; with one the server does not offer PIPELINING."""
    manner = Manner(without_pipelining=1.0 if messages == 1 else 0.0)
    filled, counted = folder / "filled", folder / "counted"
    fill(filled, messages, connections=1)
    shutil.copytree(filled, counted)
    deliver_killed(context, manner, counted, None, None)
    times: Counter[str] = Counter()
    for at, name in enumerate(json.loads((counted / _STEPS).read_text(encoding="ascii"))):
        turn = _DECISIONS[times[name] % len(_DECISIONS)]
        times[name] += 1
        for act in _DECISIONS[1:] if messages == 1 else (turn,):
            here = folder / f"step-{at}-{act}"
            shutil.copytree(filled, here)
            deliver_killed(context, manner, here, at, act)
            comparison = Comparison(here, connections=1)
            comparison.compare()
            found = {"counts": comparison.counts(), "faults": comparison.faults}
            print(json.dumps({"messages": messages, "step": name, "act": act, **found}), flush=True)


def main(folder: Path) -> None:
    """Do it with one message and with three."""
    context = warm_context()
    for messages in (1, 3):
        sweep(context, folder / str(messages), messages)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
