"""Timing two things in turn, and the rows of the table."""

import io
import statistics
import time
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Row:
    """One line of the table."""

    what: str
    value: str
    aim: str = ""
    note: str = ""


def seconds(work: Callable[[], object]) -> float:
    """Return how long one call takes, in seconds."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def median_seconds(work: Callable[[], object], rounds: int = 7) -> float:
    """Return the median of several calls, after one that does not count."""
    work()
    return statistics.median(seconds(work) for _ in range(rounds))


@dataclass(frozen=True)
class Pair:
    """Two pieces of work timed in turn, so that a machine whose speed drifts slows both."""

    ours: float
    limit: float
    ratio: float
    """The median of the ratios, pair by pair."""


def side_by_side(ours: Callable[[], object], limit: Callable[[], object], rounds: int = 9) -> Pair:
    """Time two pieces of work in turn, A B A B …, after one round that does not count."""
    ours()
    limit()
    pairs = [(seconds(ours), seconds(limit)) for _ in range(rounds)]
    return Pair(
        statistics.median(one for one, _ in pairs),
        statistics.median(other for _, other in pairs),
        statistics.median(one / other for one, other in pairs),
    )


def unzip_and_parse(content: bytes) -> None:
    """Do the least that any reader of a Word file must: inflate and parse its XML members."""
    from lxml import etree

    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for member in archive.namelist():
            if member.endswith((".xml", ".rels")):
                etree.fromstring(archive.read(member))


def forget_highest_memory() -> None:
    """Let ``highest_memory_mb`` count from here on, where the system can (Linux, proc(5), clear_refs)."""
    if (refs := Path("/proc/self/clear_refs")).exists():
        refs.write_text("5", encoding="ascii")


def highest_memory_mb() -> float:
    """Return the most memory this process has taken so far, not a number where the system does not tell."""
    status = Path("/proc/self/status")
    if not status.exists():
        return float("nan")
    line = next(line for line in status.read_text(encoding="utf-8").splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) / 1024
