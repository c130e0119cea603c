"""Soak the mail: ``python -m tests.soak_mail [--runs 200] [--messages 2000] [--kills 1000] [--seed 1]`` (POSIX only).

Each run is a real register with planned letters, delivered over loopback SMTP by a process that is killed (SIGKILL) at
random moments and started again, while the office records readings, enters leavers and cancels mailings, and the mail
server refuses recipients, mails and the route, offers PIPELINING or does not, and answers late. A third program
compares what the mail server logged with the register. The seed gives the same plan, not the same moments: those
depend on the machine.
"""

import argparse
import multiprocessing
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path

from tests.soak_mail.filling import fill
from tests.soak_mail.soaking import CONNECTIONS, Outcome, Tally, Wanted, soak

_FAULTS_SHOWN = 40
_TOLD_EVERY = 20
_FEWEST_MAILS = 20
"""In a run of fewer there is hardly time to decide anything."""


def main(arguments: list[str]) -> int:
    """Do the runs and print the table; return 1 where anything is wrong."""
    parser = argparse.ArgumentParser(prog="python -m tests.soak_mail", description=__doc__)
    parser.add_argument("--runs", type=int, default=200, help="registers to deliver from")
    parser.add_argument("--messages", type=int, default=2_000, help="mails in each")
    parser.add_argument("--kills", type=int, default=1_000, help="over all runs together")
    parser.add_argument("--seed", type=int, default=1, help="the same seed gives the same plan of each run")
    parser.add_argument("--at-once", type=int, default=2, help="runs at the same time")
    given = parser.parse_args(arguments)
    if given.runs < 1 or given.at_once < 1 or given.messages < _FEWEST_MAILS or given.kills < 0:
        parser.error(f"at least one run, of {_FEWEST_MAILS} mails or more, and no fewer than 0 kills")
    wanted = Wanted(given.runs, given.messages, given.kills, given.seed)
    print(
        f"soak-mail: seed {wanted.seed}, {wanted.kills:,} kills over {wanted.runs:,} runs of {wanted.messages:,} mails",
        flush=True,
    )
    started = time.perf_counter()
    tally = Tally()
    for outcome in _outcomes(wanted, given.at_once):
        tally.add(outcome)
        if tally.runs % _TOLD_EVERY == 0:
            print(f"  {tally.runs} runs, {tally.counts['kills']} kills, {len(tally.faults)} faults", flush=True)
    for what, number, aim in tally.table():
        print(f"  {what:<46}{number:>10,}  {aim and f'aim {aim}'}".rstrip())
    print(f"  {'seconds':<46}{time.perf_counter() - started:>10.0f}", flush=True)
    for fault in tally.faults[:_FAULTS_SHOWN]:
        print(f"  {fault}")
    if tally.counts["kills"] != wanted.kills:
        tally.faults.append("kills")
        print(f"  {tally.counts['kills']} processes were killed, not {wanted.kills}")
    if tally.faults:
        print(f"{len(tally.faults)} faults")
    return 1 if tally.faults else 0


def _outcomes(wanted: Wanted, at_once: int) -> Iterator[Outcome]:
    """Do the runs, each in a worker process: ``multiprocessing`` mixes up who ended how where two threads ask it."""
    spawn = multiprocessing.get_context("spawn")
    with (
        tempfile.TemporaryDirectory(prefix="soak-mail-") as name,
        ProcessPoolExecutor(min(at_once, wanted.runs), mp_context=spawn) as workers,
    ):
        filled = Path(name) / "filled"
        fill(filled, wanted.messages, CONNECTIONS)
        yield from workers.map(partial(soak, wanted, filled), range(wanted.runs))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
