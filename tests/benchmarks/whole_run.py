"""A first run over a folder of policies, how it grows with their number, and an unchanged second one.

What a run of one policy takes (start-up, the register) is taken away before growth is told, for it would flatter.
"""

import hashlib
import os
import tempfile
from pathlib import Path

from tests.benchmarks.measuring import Row, Spent, growth, median_spent, paired, row, run_policy, spent
from tests.benchmarks.policies import write_policies

_SIZES, _FULL_SIZES, _FULL_UNCHANGED = (50, 200), (100, 800), 4_000
_GOAL_MS = 35
_ROUNDS = 3


def measure() -> list[Row]:
    """Run over 50 and 200 policies, and over the 200 unchanged."""
    return _rows(*_SIZES, _SIZES[1])


def measure_full() -> list[Row]:
    """Run over 100 and 800 policies, and over 4,000 unchanged."""
    return _rows(*_FULL_SIZES, _FULL_UNCHANGED)


def _rows(few: int, many: int, unchanged: int) -> list[Row]:
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        one, small, large = (_first_run(root / str(count), count) for count in (1, few, many))
        grown = growth((few, small.processor - one.processor), (many, large.processor - one.processor))
        if unchanged != many:
            _first_run(root / str(unchanged), unchanged)
        again = _again(root / str(unchanged), unchanged)
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
    ]


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


def _first_run(workspace: Path, count: int) -> Spent:
    lay_out(workspace, count)
    taken = spent(lambda: _run(workspace))
    made = len(list((workspace / "distribution" / "copies").glob("*.docx")))
    assert made == count, f"{made} copies of {count} policies"
    return taken


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
    run_policy("--workspace", str(workspace), "--today", "2026-11-24", "run")
