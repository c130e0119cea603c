"""A first run over a folder of policies, how it grows with their number, and an unchanged second one.

What a run of one policy takes (start-up, the register) is taken away before growth is told, for it would flatter.
"""

import hashlib
import os
import tempfile
from pathlib import Path

from tests.benchmarks.measuring import (
    Row,
    Spent,
    growth,
    median_spent,
    paired,
    row,
    run_policy,
    run_policy_watched,
    spent,
)
from tests.benchmarks.policies import write_policies

_SIZES, _FULL_SIZES, _FULL_UNCHANGED = (50, 200), (100, 800), 4_000
_GOAL_MS = 35
_ROUNDS = 3
_MEMORY_GOAL = 1.2
_WHOSE = ("the program", "a child")


def measure() -> list[Row]:
    """Run over 50 and 200 policies, and over the 200 unchanged."""
    return _rows(*_SIZES, _SIZES[1])


def measure_full() -> list[Row]:
    """Run over 100 and 800 policies, and over 4,000 unchanged."""
    return _rows(*_FULL_SIZES, _FULL_UNCHANGED)


def _rows(few: int, many: int, unchanged: int) -> list[Row]:
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        (one, _), (small, little), (large, much) = (_first_run(root / str(count), count) for count in (1, few, many))
        grown = growth((few, small.processor - one.processor), (many, large.processor - one.processor))
        if unchanged != many:
            _first_run(root / str(unchanged), unchanged)
        again = _again(root / str(unchanged), unchanged)
        idle, before, after = (_unchanged(root / str(count)).processor for count in (1, few, unchanged))
        later = growth((few, before - idle), (unchanged, after - idle))
    each = Spent(large.processor / many, large.wall / many)
    machine = f"{os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}"
    note = f"{each.processor * 1000:.0f} ms of a processor, start-up in it; {machine}"
    return [
        Row(
            f"first run, a policy of {many:,}",
            f"{each.wall * 1000:.0f} ms",
            f"≤ {_GOAL_MS} ms wall",
            note,
            ours=each,
            ratio=each.wall * 1000,
            goal=_GOAL_MS,
            growth=grown,
        ),
        Row(f"  growth, {few:,} to {many:,} policies", f"{grown:.2f}", "≤ 1.05", "exponent", ratio=grown, goal=1.05),
        again,
        Row(
            f"  its growth, {few:,} to {unchanged:,} policies",
            f"{later:.2f}",
            "≤ 1.05",
            "exponent",
            ratio=later,
            goal=1.05,
        ),
        _memory(few, little, many, much),
    ]


def _memory(few: int, little: tuple[float, float], many: int, much: tuple[float, float]) -> Row:
    """Return how much more memory many policies take than a few: that of the program, and that of its largest child."""
    worst = max(more / less for less, more in zip(little, much, strict=True))
    said = [f"{name} {less:.0f} to {more:.0f} MB" for name, less, more in zip(_WHOSE, little, much, strict=True)]
    what = f"memory of a first run, {few:,} to {many:,} policies"
    return Row(what, f"{worst:.2f}×", f"≤ {_MEMORY_GOAL:g}×", "; ".join(said), ratio=worst, goal=_MEMORY_GOAL)


_CONTACTS = """
[contacts.dsl]
name = "Sam Hillcrest"
phone = "01632 960202"
email = "sam.hillcrest@example.org"
pronoun = "he"
[contacts.office]
phone = "01632 960200"
email = "office@example.org"
"""


def lay_out(workspace: Path, count: int) -> None:
    """Lay out a school whose policies name a lead who has left."""
    run_policy("init", str(workspace), "--school", "Westhaven School")
    with (workspace / "config.toml").open("a", encoding="utf-8") as settings:
        settings.write(_CONTACTS)
    write_policies(workspace / "policies", count)


def _first_run(workspace: Path, count: int) -> tuple[Spent, tuple[float, float]]:
    """Return what it took, and the most memory of the program and of a child."""
    lay_out(workspace, count)
    memory: list[tuple[float, float]] = []
    taken = spent(lambda: memory.append(run_policy_watched(*_command(workspace))))
    made = len(list((workspace / "distribution" / "copies").glob("*.docx")))
    assert made == count, f"{made} copies of {count} policies"
    return taken, memory[0]


def _again(workspace: Path, count: int) -> Row:
    """Run again over the same files, in turn with asking the system for all of them and hashing them."""
    _run(workspace)
    pairs = [(spent(lambda: _run(workspace)), median_spent(lambda: _stat_and_hash(workspace))) for _ in range(_ROUNDS)]
    return row(f"unchanged run ÷ stat and hash of {count:,} policies and copies", paired(pairs), 5)


def _stat_and_hash(workspace: Path) -> None:
    for folder in (workspace / "policies", workspace / "distribution" / "copies"):
        for path in folder.rglob("*"):
            if path.is_file():
                path.stat()
                with path.open("rb") as file:
                    hashlib.file_digest(file, "sha256")


def _run(workspace: Path) -> None:
    run_policy(*_command(workspace))


def _unchanged(workspace: Path) -> Spent:
    return median_spent(lambda: _run(workspace), _ROUNDS)


def _command(workspace: Path) -> tuple[str, ...]:
    return "--workspace", str(workspace), "--today", "2026-11-24", "run"
