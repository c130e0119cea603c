"""How long ``policy --help`` takes against an empty command of the same library."""

import subprocess
import sys
import tempfile
from pathlib import Path

from tests.benchmarks.measuring import Row, side_by_side

_EMPTY = "import click\n@click.group()\ndef cli(): pass\ncli()\n"


def measure() -> list[Row]:
    """Time whole processes in turn."""
    with tempfile.TemporaryDirectory() as folder:
        empty = Path(folder) / "empty.py"
        empty.write_text(_EMPTY, encoding="utf-8")

        def ours() -> None:
            subprocess.run([sys.executable, "-m", "pipeline", "--help"], check=True, stdout=subprocess.DEVNULL)

        def limit() -> None:
            subprocess.run([sys.executable, str(empty), "--help"], check=True, stdout=subprocess.DEVNULL)

        pair = side_by_side(ours, limit, rounds=25)
    note = f"{pair.ours * 1000:.0f} ms against {pair.limit * 1000:.0f} ms"
    return [Row("policy --help ÷ an empty click group", f"{pair.ratio:.2f}×", "≤ 1.3×", note)]
