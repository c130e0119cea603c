"""Run a delivery that is killed at each of its steps in turn, then one that is not; print what came of each.

``python -m tests.mail.killed_run FOLDER MESSAGES`` (POSIX only). A step is the begin and commit of a transaction and
the moments before and after a message is taken. Each line is JSON: the step, what the server took (by Message-ID), the
states in the register and the Message-IDs of the ledger's repeats.
"""

import json
import os
import shutil
import signal
import sys
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import event, select
from sqlalchemy.engine import Engine

from pipeline.mail.envelope import Envelope
from pipeline.model import MailKind
from pipeline.register.schema import ledger_record
from tests.mail.world import SMTP, World

FREE = SMTP + "confirm_above = 0\nconnections = 1\n"


class CrashCounter:
    """Kills this process at step number ``at``; counts the steps otherwise."""

    def __init__(self, at: int | None) -> None:
        self.at = at
        self.steps = 0

    def step(self, *_: object) -> None:
        if self.steps == self.at:
            os.kill(os.getpid(), signal.SIGKILL)
        self.steps += 1


class ServerTransport:
    """Takes each message by writing its Message-ID to a file that outlives the process."""

    def __init__(self, log: Path, step: Callable[[], None]) -> None:
        self.log = log
        self.step = step

    def send(self, envelope: Envelope) -> str | None:
        self.step()
        with self.log.open("a", encoding="ascii") as file:
            file.write(f"{envelope.message_id}\n")
            file.flush()
            os.fsync(file.fileno())
        self.step()
        return "taken"

    def close(self) -> None:
        """Nothing is held open."""


def deliver(folder: Path, at: int | None) -> int:
    """Deliver, killed at step ``at``; return how many steps there were."""
    world = World(folder, FREE)
    counter = CrashCounter(at)
    for moment in ("begin", "commit"):
        event.listen(Engine, moment, counter.step)
    world.deliver(ServerTransport(folder / "taken", counter.step))
    for moment in ("begin", "commit"):
        event.remove(Engine, moment, counter.step)
    world.register.close()
    return counter.steps


def killed(folder: Path, at: int) -> None:
    """Deliver in a child that is killed at step ``at``."""
    child = os.fork()
    if child == 0:
        deliver(folder, at)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status), f"the run ended before step {at}"


def outcome(folder: Path) -> dict[str, object]:
    """Return what the server and the register hold."""
    world = World(folder, FREE)
    with world.register.reading() as tx:
        records = [json.loads(record) for record in tx.scalars(select(ledger_record.c.record))]
    states = world.states()
    messages = [world.message(number).message_id for number in range(1, len(states) + 1)]
    world.register.close()
    log = folder / "taken"
    return {
        "messages": messages,
        "states": states,
        "taken": log.read_text(encoding="ascii").split() if log.exists() else [],
        "repeats": [record["fields"]["message_id"] for record in records if record["kind"] == "mail-repeated"],
    }


def main(folder: Path, messages: int) -> None:
    """Print the outcome for every step."""
    fresh = folder / "fresh"
    fresh.mkdir()
    world = World(fresh, FREE)
    for number in range(messages):
        world.queue(f"p{number}", kind=MailKind.OWNER)
    world.register.close()
    counted = folder / "counted"
    shutil.copytree(fresh, counted)
    for at in range(deliver(counted, None)):
        here = folder / f"step-{at}"
        shutil.copytree(fresh, here)
        killed(here, at)
        deliver(here, None)
        print(json.dumps({"step": at, **outcome(here)}), flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
