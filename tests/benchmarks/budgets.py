"""What people wait for, against the budgets of ``docs/budgets.md``: beyond one of them ``make bench`` fails.

Processor time of the program and its children, since other work on the same machine takes none of that; what a page
takes is by the clock.
"""

import re
import tempfile
from pathlib import Path

import httpx

from tests.benchmarks.desk import measured as desk_measured
from tests.benchmarks.measuring import Row, highest_memory_mb, median_spent, run_policy, spent
from tests.benchmarks.pages_during_a_run import program, serving
from tests.benchmarks.planning import in_a_process as letters_planned
from tests.benchmarks.whole_run import lay_out

BUDGETS = {
    "policy --help": 0.25,
    "policy status": 1.0,
    "the first page of the desk": 1.5,
    "a page of the desk, 99 of 100": 0.3,
    "a first run, a policy": 0.15,
    "an unchanged run of 4,000 policies": 60.0,
    "a letter planned": 0.015,
    "memory of serve": 250.0,
}
"""In seconds; memory in MB."""
_POLICIES, _FULL_POLICIES, _MOST = 200, 4_000, 4_000
_PEOPLE = 1_000
_PATHS = ("/", "/policies", "/people", "/readings", "/problems", "/mailings", "/contacts")


def measure() -> list[Row]:
    """Measure with 200 policies; of 4,000 unchanged ones by what 200 take, less what a command takes anyway."""
    return _rows(_POLICIES)


def measure_full() -> list[Row]:
    """Measure with 4,000 policies."""
    return _rows(_FULL_POLICIES)


def over(rows: list[Row]) -> list[str]:
    """Return what takes more than its budget."""
    return [each.what for each in rows if each.goal is not None and each.ratio is not None and each.ratio > each.goal]


def _rows(policies: int) -> list[Row]:
    found: dict[str, tuple[float, str]] = {"policy --help": (_help(), "")}
    with tempfile.TemporaryDirectory() as folder:
        school = Path(folder) / "school"
        lay_out(school, policies)
        options = ("--workspace", str(school), "--today", "2026-11-24")
        first = spent(lambda: run_policy(*options, "run")).processor
        found["a first run, a policy"] = first / policies, f"of {policies:,}, start-up in it"
        again = median_spent(lambda: run_policy(*options, "run"), rounds=3).processor
        found["policy status"] = (
            median_spent(lambda: run_policy(*options, "status"), rounds=5).processor,
            f"{policies:,} policies",
        )
        found["memory of serve"] = _memory_of_serve(school), f"{policies:,} policies, every list shown"
        idle = _idle(Path(folder) / "idle")
    unchanged = idle + (again - idle) * _MOST / policies
    found["an unchanged run of 4,000 policies"] = unchanged, f"{again:.1f} s of {policies:,}, {idle:.1f} s of one"
    desk, letters = desk_measured(), letters_planned(_PEOPLE)
    found["the first page of the desk"] = desk["first"] / 1000, "200 policies × 2,000 people"
    found["a page of the desk, 99 of 100"] = max(desk["p99"], desk["slowest"]) / 1000, "the same"
    found["a letter planned"] = letters["plan"] / _PEOPLE, f"{_PEOPLE:,} people × 40 policies"
    return [_row(what, *found[what]) for what in BUDGETS]


def _row(what: str, value: float, note: str) -> Row:
    budget, unit = BUDGETS[what], "MB" if what.startswith("memory") else "s"
    shown = f"{value:.0f}" if value >= 10 else f"{value:.3f}"
    return Row(what, f"{shown} {unit}", f"≤ {budget:g} {unit}", note, ratio=value, goal=budget)


def _help() -> float:
    return median_spent(lambda: run_policy("--help"), rounds=9).processor


def _idle(workspace: Path) -> float:
    """Return what a run takes that has one policy, which did not change."""
    lay_out(workspace, 1)
    options = ("--workspace", str(workspace), "--today", "2026-11-24", "run")
    run_policy(*options)
    return median_spent(lambda: run_policy(*options), rounds=3).processor


def _memory_of_serve(workspace: Path) -> float:
    """Return the most memory that a server takes which shows every list of the desk, in MB."""
    with serving(workspace) as served, httpx.Client(base_url=served.address, follow_redirects=True) as client:
        process = program(workspace, "sign-in")
        printed, _ = process.communicate()
        link = re.search(r"/sign-in/[\w.~-]+", printed)
        assert link is not None, printed
        client.post(link.group())
        for path in _PATHS:
            assert client.get(path).status_code == 200, path
        return highest_memory_mb(served.pid)
