"""Readings recorded by 50 clients of a running ``policy serve``, against the same server's page with one read."""

import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from urllib.parse import urlencode

from tests.benchmarks.clients import Job, Outcome
from tests.benchmarks.measuring import Row
from tests.benchmarks.pages_during_a_run import all_readings, make_school, serving

_STAFF, _POLICIES = 240, 60
_CLIENTS, _ROUNDS, _SECONDS = 50, 7, 3.0
_RATE, _RATE_SECONDS = 150.0, 10.0
_PAGE, _STATE = ("/c", ""), ("/healthz", "")
"""Served by the same server, each with one look into the register."""
_SEED = 12
_ENOUGH = 20_000
"""More requests than are answered in a round."""


class _Clients:
    """The program that asks."""

    def __init__(self, port: int, process: "subprocess.Popen[str]") -> None:
        self._port, self._process = port, process

    def ask(self, asks: Sequence[tuple[str, str]], **how: float) -> Outcome:
        """Let it do one job, and return what came of it."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        job = Job(port=self._port, asks=asks, **how)  # type: ignore[arg-type]
        self._process.stdin.write(json.dumps(asdict(job)) + "\n")
        self._process.stdin.flush()
        return Outcome(**json.loads(self._process.stdout.readline()))


def measure() -> list[Row]:
    """Record readings and show a page in turn, then record at a steady rate."""
    with tempfile.TemporaryDirectory() as folder:
        workspace = Path(folder) / "school"
        make_school(workspace, staff=_STAFF, policies=_POLICIES)
        forms = [(reading.path, urlencode(reading.fields)) for reading in all_readings(workspace)]
        # People do not read one policy after the other, all the same one.
        random.Random(_SEED).shuffle(forms)
        with serving(workspace) as served, _clients(int(served.address.rpartition(":")[2])) as clients:
            clients.ask([_PAGE], seconds=_SECONDS, clients=1)
            return _measured(clients, forms, served.pid)


def _measured(clients: _Clients, forms: list[tuple[str, str]], pid: int) -> list[Row]:
    idle = _memory_mb(pid, "VmRSS")
    recorded, shown, plain = _Series(), _Series(), _Series()
    for _ in range(_ROUNDS):
        recorded.add(pid, lambda: clients.ask(forms, seconds=_SECONDS, clients=_CLIENTS))
        del forms[: len(recorded.outcomes[-1].taken)]
        shown.add(pid, lambda: clients.ask([_PAGE] * _ENOUGH, seconds=_SECONDS, clients=_CLIENTS))
        plain.add(pid, lambda: clients.ask([_STATE] * _ENOUGH, seconds=_SECONDS, clients=_CLIENTS))
    steady = clients.ask(forms, seconds=_RATE_SECONDS, a_second=_RATE)
    load = f"load {os.getloadavg()[0]:.1f}"
    return [
        Row(
            "readings recorded ÷ a page with one read", _ratio(recorded, shown), "≥ 0.5", f"{_CLIENTS} clients, {load}"
        ),
        Row("  ÷ a line of JSON with one read (/healthz)", _ratio(recorded, plain), "≥ 0.5"),
        *_rows("readings recorded", recorded, "303"),
        *_rows("the page with one read (/c)", shown, "200"),
        *_rows("the line with one read (/healthz)", plain, "200"),
        Row(f"at {_RATE:.0f} a second: 99 of 100 within", _within(steady.taken, 0.99), "≤ 100 ms", load),
        Row("  half within", _within(steady.taken, 0.5), "", _others([steady], "303")),
        Row("memory of the server: idle", f"{idle:.0f} MB", "", "resident"),
        Row("  after all this", f"{_memory_mb(pid, 'VmRSS'):.0f} MB", "", f"at most {_memory_mb(pid, 'VmHWM'):.0f} MB"),
    ]


class _Series:
    """What came of some rounds of one kind."""

    def __init__(self) -> None:
        self.outcomes: list[Outcome] = []
        self.server_seconds = 0.0
        """Of a processor, that the server took."""

    def add(self, pid: int, work: Callable[[], Outcome]) -> None:
        """Do one round of requests to the program ``pid``."""
        before = _processor_seconds(pid)
        self.outcomes.append(work())
        self.server_seconds += _processor_seconds(pid) - before

    @property
    def rates(self) -> list[float]:
        """Requests answered a second, by round."""
        return [len(one.taken) / one.seconds for one in self.outcomes]

    @property
    def taken(self) -> list[float]:
        """Seconds of each request of all rounds."""
        return [taken for one in self.outcomes for taken in one.taken]


def _rows(what: str, series: _Series, status: str) -> list[Row]:
    count = len(series.taken)
    clients = sum(one.own_seconds for one in series.outcomes) / count * 1000
    rates = series.rates
    return [
        Row(f"{what}, a second", f"{statistics.median(rates):.0f}", "", f"{min(rates):.0f} to {max(rates):.0f}"),
        Row("  half within", _within(series.taken, 0.5), "", _others(series.outcomes, status)),
        Row("  99 of 100 within", _within(series.taken, 0.99), "", f"slowest {_within(series.taken, 1)}"),
        Row(
            "  processor time each",
            f"{series.server_seconds / count * 1000:.2f} ms",
            "",
            f"+ {clients:.2f} of the clients",
        ),
    ]


def _ratio(recorded: _Series, other: _Series) -> str:
    """Return the median of the ratios of rates, round by round, so that a machine whose speed drifts slows both."""
    return f"{statistics.median(one / two for one, two in zip(recorded.rates, other.rates, strict=True)):.2f}"


def _within(taken: Sequence[float], share: float) -> str:
    ordered = sorted(taken)
    return f"{ordered[min(len(ordered) - 1, int(share * len(ordered)))] * 1000:.0f} ms"


def _others(outcomes: Sequence[Outcome], status: str) -> str:
    found = sum((Counter(one.statuses) for one in outcomes), Counter[str]())
    others = {other: count for other, count in found.items() if other != status}
    return f"other answers: {others or 'none'}"


def _processor_seconds(pid: int) -> float:
    """Return how long a process has had a processor; not a number where the system does not tell."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    except OSError:
        return float("nan")
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _memory_mb(pid: int, which: str) -> float:
    """Return the memory of a process, not a number where the system does not tell."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines()
    except OSError:
        return float("nan")
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith(f"{which}:"))


@contextmanager
def _clients(port: int) -> Iterator[_Clients]:
    command = [sys.executable, "-m", "tests.benchmarks.clients"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        yield _Clients(port, process)
        assert process.stdin is not None
        process.stdin.close()
