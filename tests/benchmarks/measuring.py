"""Timing two things in turn, and the rows of the table."""

import gc
import io
import math
import os
import statistics
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

try:
    import resource
except ImportError:
    resource = None  # type: ignore[assignment]

SEED = 17
"""Of all that is made up here, so that two runs measure the same."""
_WATCHED_EVERY_SECONDS = 0.25


@dataclass(frozen=True)
class Spent:
    """What a piece of work took, in seconds; the processor's are those of this process and of its finished children."""

    processor: float
    wall: float

    def __add__(self, other: "Spent") -> "Spent":
        return Spent(self.processor + other.processor, self.wall + other.wall)


@dataclass(frozen=True)
class Pair:
    """Two pieces of work timed in turn, so that a machine whose speed drifts slows both."""

    ours: Spent
    limit: Spent
    ratio: float
    """The median of the ratios of processor time, pair by pair."""


@dataclass(frozen=True)
class Row:
    """One line of the table."""

    what: str
    value: str
    aim: str = ""
    note: str = ""
    ours: Spent | None = None
    limit: Spent | None = None
    """The least that any program must do for this, timed in turn with ours."""
    pick: Spent | None = None
    """What somebody would use otherwise, on the same input."""
    ratio: float | None = None
    """What ``value`` shows as a number, for other programs."""
    goal: float | None = None
    seed: int | None = None
    """What its input was made up from; None where that is a file, or does not matter."""
    growth: float | None = None
    """The exponent with which the time grows with the input: 1 where twice as much takes twice as long."""


def row(
    what: str,
    pair: Pair,
    goal: float | None = None,
    *,
    pick: Spent | None = None,
    seed: int | None = None,
    growth: float | None = None,
    note: str = "",
) -> Row:
    """Return the line of a ratio to the least any program must do."""
    notes = [
        f"{_ms(pair.ours.processor)} ÷ {_ms(pair.limit.processor)} ms",
        f"wall {_ms(pair.ours.wall)} and {_ms(pair.limit.wall)}",
        *([f"else {_ms(pick.processor)} ms"] if pick else []),
        *([f"grows by {growth:.2f}"] if growth is not None else []),
        *([note] if note else []),
    ]
    aim = f"≤ {goal:g}×" if goal else ""
    return Row(
        what,
        f"{pair.ratio:.2f}×",
        aim,
        "; ".join(notes),
        pair.ours,
        pair.limit,
        pick,
        pair.ratio,
        goal,
        seed,
        growth,
    )


def _ms(seconds_: float) -> str:
    return f"{seconds_ * 1000:.{1 if seconds_ < 0.1 else 0}f}"


def growth(small: tuple[int, float], large: tuple[int, float]) -> float:
    """Return the exponent of growth between two sizes, each with the seconds it took.

    It is no number (NaN) where one of them took nothing: what was taken away before is more than the work itself then.
    """
    if min(small[1], large[1]) <= 0:
        return math.nan
    return math.log(large[1] / small[1]) / math.log(large[0] / small[0])


def seconds(work: Callable[[], object]) -> float:
    """Return how long one call takes by the clock on the wall, in seconds."""
    return spent(work).wall


def spent(work: Callable[[], object]) -> Spent:
    """Return what one call takes."""
    wall, processor = time.perf_counter(), processor_seconds()
    work()
    return Spent(processor_seconds() - processor, time.perf_counter() - wall)


def processor_seconds() -> float:
    """Return how long this process and its finished children have had a processor."""
    children = 0.0
    if resource is not None:
        used = resource.getrusage(resource.RUSAGE_CHILDREN)
        children = used.ru_utime + used.ru_stime
    return time.process_time() + children


def median_spent(work: Callable[[], object], rounds: int = 7) -> Spent:
    """Return the median of several calls, after one that does not count."""
    work()
    return _median([spent(work) for _ in range(rounds)])


def median_seconds(work: Callable[[], object], rounds: int = 7) -> float:
    """Return the median of several calls by the clock on the wall, after one that does not count."""
    return median_spent(work, rounds).wall


def side_by_side(
    ours: Callable[[], object], limit: Callable[[], object], rounds: int = 9, *, tidied: bool = False
) -> Pair:
    """Time two pieces of work in turn, A B A B …, after one round that does not count.

    ``tidied``: what either left behind is cleared away before the other begins, or one would pay for the other's.
    """
    ours()
    limit()
    pairs = []
    for _ in range(rounds):
        both = []
        for work in (ours, limit):
            if tidied:
                gc.collect()
            both.append(spent(work))
        pairs.append((both[0], both[1]))
    return paired(pairs)


def paired(pairs: Sequence[tuple[Spent, Spent]]) -> Pair:
    """Return the medians of what was timed in turn."""
    return Pair(
        _median([one for one, _ in pairs]),
        _median([other for _, other in pairs]),
        statistics.median(one.processor / other.processor for one, other in pairs),
    )


def _median(taken: Sequence[Spent]) -> Spent:
    return Spent(statistics.median(one.processor for one in taken), statistics.median(one.wall for one in taken))


def run_policy(*arguments: str) -> None:
    """Run a command of the program from this tree in a process of its own, as an office's computer would."""
    with _begun(arguments) as process:
        process.wait()
    assert process.returncode == 0, f"policy {' '.join(arguments)} ended with {process.returncode}"


def run_policy_watched(*arguments: str) -> tuple[float, float]:
    """Run a command; return the most memory that it took itself, and the most that one of its children took, in MB.

    The system keeps each process's highest (Linux, proc(5)) and is asked four times a second, so that asking costs the
    measured work nothing to speak of; of children that live shorter some are missed. Not numbers on other systems.
    """
    highest: dict[int, float] = {}
    with _begun(arguments) as process:
        while process.poll() is None:
            for each in _with_descendants(process.pid):
                highest[each] = max(highest.get(each, 0.0), highest_memory_mb(each))
            time.sleep(_WATCHED_EVERY_SECONDS)
    assert process.returncode == 0, f"policy {' '.join(arguments)} ended with {process.returncode}"
    own = highest.pop(process.pid, math.nan)
    return own, max(highest.values(), default=math.nan)


def _begun(arguments: Sequence[str]) -> "subprocess.Popen[bytes]":
    """Start a command as an office's computer would.

    There what was compiled once is kept; here a developer may have switched that off, so it is switched on again.
    """
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).resolve().parents[2])}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    command = [sys.executable, "-m", "pipeline", *arguments]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, env=environment)


def _with_descendants(process: int) -> list[int]:
    try:
        begun = Path(f"/proc/{process}/task/{process}/children").read_text(encoding="ascii").split()
    except OSError:
        begun = []
    return [process, *(each for child in begun for each in _with_descendants(int(child)))]


_WITHOUT_WORDS = ("styles.xml", "theme", "fontTable", "settings", "webSettings", "stylesWithEffects", "numbering")


def parts_with_words(archive: zipfile.ZipFile) -> list[str]:
    """Return the members of a Word file that hold words: not its styles, theme, fonts and settings."""
    return [
        name
        for name in archive.namelist()
        if name.startswith("word/") and name.endswith(".xml") and not any(part in name for part in _WITHOUT_WORDS)
    ]


def inflate_and_parse(content: bytes) -> None:
    """Do the least that any reader of a Word file must: inflate and parse the members that hold words."""
    from lxml import etree

    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for member in parts_with_words(archive):
            etree.fromstring(archive.read(member))


def forget_highest_memory() -> None:
    """Let ``highest_memory_mb`` count from here on, where the system can (Linux, proc(5), clear_refs)."""
    if (refs := Path("/proc/self/clear_refs")).exists():
        refs.write_text("5", encoding="ascii")


def highest_memory_mb(process: int | None = None) -> float:
    """Return the most memory a process (None: this one) has taken itself, not a number where the system does not tell.

    ``ru_maxrss`` would be no less than what the parent held when it started this process: it is handed down.
    """
    try:
        status = Path(f"/proc/{process or 'self'}/status").read_text(encoding="utf-8")
    except OSError:
        return math.nan
    lines = [line for line in status.splitlines() if line.startswith("VmHWM")]
    return int(lines[0].split()[1]) / 1024 if lines else math.nan
