"""Do one run, have the third program compare it, and have it find what is planted."""

import json
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.soak_mail import compare
from tests.soak_mail.planting import KINDS, plant
from tests.soak_mail.running import Run, plan_run, warm_context

CONNECTIONS = 3


@dataclass(frozen=True)
class Wanted:
    """How much is soaked."""

    runs: int
    messages: int
    """In each run."""
    kills: int
    """Over all runs together."""
    seed: int


@dataclass
class Outcome:
    """What the third program says of one run."""

    number: int
    counts: dict[str, int]
    faults: list[tuple[str, str]]
    planted: dict[str, bool]
    """Each kind of fault that was planted, and whether it was found."""


@dataclass
class Tally:
    """The counts of the table."""

    runs: int = 0
    counts: Counter[str] = field(default_factory=Counter)
    most_repeats: int = 0
    planted: Counter[str] = field(default_factory=Counter)
    caught: Counter[str] = field(default_factory=Counter)
    codes: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)

    def add(self, outcome: Outcome) -> None:
        """Count one run."""
        self.runs += 1
        self.counts.update(outcome.counts)
        self.most_repeats = max(self.most_repeats, outcome.counts["most_repeats"])
        self.planted.update(outcome.planted.keys())
        self.caught.update(kind for kind, is_caught in outcome.planted.items() if is_caught)
        self.codes.update(code for code, _ in outcome.faults)
        self.faults += [f"run {outcome.number}: {words}" for _, words in outcome.faults]
        uncaught = [kind for kind, is_caught in outcome.planted.items() if not is_caught]
        self.faults += [f"run {outcome.number}: a planted fault ({each}) was not caught" for each in uncaught]

    def table(self) -> list[tuple[str, int, str]]:
        """Return what was counted, how many, and what is aimed at."""
        counts, codes = self.counts, self.codes
        return [
            ("runs", self.runs, ""),
            ("mails planned", counts["planned"], ""),
            ("kills", counts["kills"], ""),
            ("deliveries started", counts["starts"], ""),
            ("mails taken by the server", counts["taken"], ""),
            ("of them where PIPELINING is offered", counts["pipelining"], ""),
            ("answers to the final dot that came late", counts["late_answers"], ""),
            ("offers put off by the server", counts["put_off"], ""),
            ("offers refused for good", counts["refused"], ""),
            ("refusals of the route", counts["route_refused"], ""),
            ("recorded as sent", counts["sent"], ""),
            ("recorded as refused for good", counts["bounced"], ""),
            ("cancelled", counts["cancelled"], ""),
            ("decisions of the office", counts["decisions"], ""),
            ("mails on their way as the office decided", counts["on_the_way"], ""),
            ("lost, unsent, or cancelled unasked", sum(codes[each] for each in _LOSSES), "0"),
            ("sent after cancelling, reading or leaving", codes[compare.LATE], "0"),
            ("taken for another address", codes[compare.ELSEWHERE], "0"),
            ("recorded as refused, and never were", codes[compare.UNREFUSED], "0"),
            ("refused for good, and written to again", codes[compare.ASKED_AGAIN], "0"),
            ("repeats", counts["repeats"], ""),
            ("most repeats by one kill", self.most_repeats, f"≤ {CONNECTIONS}, the connections"),
            ("repeats without a kill", codes[compare.REPEATED], "0"),
            ("repeated, not in the ledger", codes[compare.SILENT], "0"),
            ("deliveries that ended with an error", codes[compare.FAILED], "0"),
            *((f"planted and caught: {kind}", self.caught[kind], f"{self.planted[kind]}") for kind in KINDS),
        ]


_LOSSES = (compare.LOST, compare.UNSENT, compare.UNASKED)


def soak(wanted: Wanted, filled: Path, number: int) -> Outcome:
    """Do one run and compare; the folder of one with a fault is kept and named."""
    kills = wanted.kills * (number + 1) // wanted.runs - wanted.kills * number // wanted.runs
    folder = filled.with_name(f"run-{number}")
    Run(warm_context(), filled, folder, plan_run(wanted.seed, number, wanted.messages, kills)).run()
    found = _compared(folder)
    planted = {kind: planted for kind in KINDS if (planted := _is_caught(folder, kind, found)) is not None}
    if found["faults"] or not all(planted.values()):
        kept = Path(tempfile.mkdtemp(prefix=f"soak-mail-run-{number}-"))
        shutil.copytree(folder, kept, dirs_exist_ok=True)
        print(f"  run {number} is kept in {kept}", flush=True)
    shutil.rmtree(folder)
    return Outcome(number, found["counts"], found["faults"], planted)


def _is_caught(folder: Path, kind: str, found: dict[str, Any]) -> bool | None:
    """Plant a fault and say whether the third program finds it beside what it ``found`` without; None: none planted."""
    planted = plant(folder, kind)
    if planted is None:
        return None
    log, path = planted
    with_fault = _compared(folder, f"--{log}", str(path))
    before, after = (Counter(code for code, _ in each["faults"]) for each in (found, with_fault))
    return after[kind] > before[kind]


def _compared(folder: Path, *more: str) -> dict[str, Any]:
    """Ask the third program, which sees neither this one nor the pipeline."""
    command = [sys.executable, "-I", str(Path(compare.__file__)), str(folder), str(CONNECTIONS), *more]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer
