"""The program of another commit and the tree as it lies here, measured in turn by the benchmarks of this tree.

A row that the other commit cannot be asked for, since what it calls is not there, stays empty.
"""

import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests.compare.trees import CompareError, check_out

_ROOT = Path(__file__).resolve().parents[2]


def compare(commit: str, wanted: Sequence[str], *, rounds: int, full: bool) -> int:
    """Print each row of both side by side, by the median of the rounds; return 2 where there is no such commit."""
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        try:
            base = check_out(commit, Path(folder) / "tree")
        except CompareError as error:
            print(error, file=sys.stderr)
            return 2
        shutil.copytree(_ROOT / "tests", base / "tests", ignore=shutil.ignore_patterns("__pycache__"))
        if (shared := _ROOT.parent / "shared").exists():
            (base.parent / "shared").symlink_to(shared)
        for name in wanted:
            found = [(_rows(base, name, full=full), _rows(_ROOT, name, full=full)) for _ in range(rounds)]
            print(f"\n{name}: {'before':>76}{'now':>12}{'now ÷ before':>14}  goal         processor", flush=True)
            for what in dict.fromkeys(what for pair in found for rows in pair for what in rows):
                _say(what, [rows.get(what) for rows, _ in found], [rows.get(what) for _, rows in found])
    return 0


def _rows(tree: Path, name: str, *, full: bool) -> dict[str, dict[str, Any]]:
    """Return the rows of one benchmark in a tree by what they measure; none where it cannot be asked."""
    with tempfile.TemporaryDirectory() as folder:
        kept = Path(folder) / "rows.json"
        command = [sys.executable, "-m", "tests.benchmarks", name, "--json", str(kept), *(["--full"] if full else [])]
        environment = {**os.environ, "PYTHONPATH": str(tree)}
        done = subprocess.run(command, cwd=tree, env=environment, capture_output=True, check=False, text=True)
        if done.returncode:
            print(f"{name} of {tree} did not answer: {done.stderr.strip().splitlines()[-1:]}", file=sys.stderr)
            return {}
        return {row["what"]: row for row in json.loads(kept.read_text(encoding="utf-8"))[name]}


def _say(what: str, before: Sequence[dict[str, Any] | None], now: Sequence[dict[str, Any] | None]) -> None:
    shown, values = [], []
    for rows in (before, now):
        known = [row for row in rows if row]
        value = statistics.median(row["ratio"] for row in known) if known and known[0]["ratio"] is not None else None
        values.append(value)
        shown.append(f"{value:.2f}" if value is not None else known[0]["value"] if known else "–")
    change = f"{values[1] / values[0]:.2f}" if values[0] and values[1] is not None else ""
    aim = next((row["aim"] for row in (*now, *before) if row), "")
    print(f"  {what:<74}{shown[0]:>12}{shown[1]:>12}{change:>14}  {aim:<13}{_processor(before)} → {_processor(now)} ms")


def _processor(rows: Sequence[dict[str, Any] | None]) -> str:
    """Return our own processor time in milliseconds, which others on the machine disturb least."""
    taken = [row["ours"]["processor"] for row in rows if row and row["ours"]]
    return f"{statistics.median(taken) * 1000:.0f}" if taken else "–"
