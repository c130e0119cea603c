"""How long a command takes that does almost nothing, against a Python that does nothing."""

import subprocess
import sys
import tempfile
from pathlib import Path

from tests.benchmarks.measuring import Row, median_spent, row, run_policy, side_by_side
from tests.benchmarks.policies import write_policies

_POLICIES = 6
_GOAL_MS = 300


def measure() -> list[Row]:
    """Time whole processes in turn."""
    with tempfile.TemporaryDirectory() as folder:
        workspace = Path(folder) / "school"
        run_policy("init", str(workspace), "--school", "Westhaven School")
        write_policies(workspace / "policies", _POLICIES)
        run_policy("--workspace", str(workspace), "--today", "2026-11-24", "run")
        pair = side_by_side(lambda: run_policy("--help"), _nothing, 15)
        status = median_spent(lambda: run_policy("--workspace", str(workspace), "status"), 9)
    value = status.processor * 1000
    return [
        row("policy --help ÷ a Python that does nothing", pair, 3),
        Row(
            f"policy status of {_POLICIES} policies",
            f"{value:.0f} ms",
            f"≤ {_GOAL_MS} ms",
            f"wall {status.wall * 1000:.0f} ms",
            ours=status,
            ratio=value,
            goal=_GOAL_MS,
        ),
    ]


def _nothing() -> None:
    subprocess.run([sys.executable, "-c", "pass"], check=True)
