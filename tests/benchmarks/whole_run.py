"""A first run over 200 policies, and an unchanged second one."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.benchmarks.measuring import Row, seconds
from tests.benchmarks.policies import write_policies

_COUNT = 200


def measure() -> list[Row]:
    """Time ``policy run`` as a whole process, first and then three times unchanged."""
    with tempfile.TemporaryDirectory() as folder:
        workspace = Path(folder) / "school"
        _policy("init", str(workspace), "--school", "Westhaven School")
        write_policies(workspace / "policies", _COUNT)
        command = ("--workspace", str(workspace), "--today", "2026-11-24", "run")
        first = seconds(lambda: _policy(*command))
        second = sorted(seconds(lambda: _policy(*command)) for _ in range(3))[1]
    return [
        Row(f"first run over {_COUNT} Word policies", f"{first:.1f} s", "", f"{first / _COUNT * 1000:.0f} ms a policy"),
        Row("unchanged second run ÷ the first", f"{second / first * 100:.1f}%", "≤ 10%", f"{second:.2f} s"),
    ]


def _policy(*arguments: str) -> None:
    root = str(Path(__file__).resolve().parents[2])
    environ = {**os.environ, "PYTHONPATH": root}
    subprocess.run([sys.executable, "-m", "pipeline", *arguments], check=True, stdout=subprocess.DEVNULL, env=environ)
