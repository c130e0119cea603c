"""Print every figure, or those of the benchmarks named: ``python -m tests.benchmarks [NAME ...]``.

``--full`` has those that take a sample do all of their work. ``--json`` also keeps all rows in a file, in ``build/`` or
where ``--json FILE`` says. ``--base COMMIT`` runs the program of that commit and the tree as it lies here in turn.
"""

import argparse
import importlib
import json
import pkgutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import tests.benchmarks
from tests.benchmarks import budgets
from tests.benchmarks.measuring import Row

_NOT_MEASURING = {"__main__", "clients", "comparing", "mail_sink", "measuring", "real_files"}
_ROOT = Path(__file__).resolve().parents[2]


def names() -> list[str]:
    """Return the benchmarks there are: every module of this package that measures."""
    found = [module.name for module in pkgutil.iter_modules(tests.benchmarks.__path__)]
    return [name for name in found if name not in _NOT_MEASURING]


def main(arguments: Sequence[str]) -> int:
    """Print one table a benchmark."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(names())}")
    parser.add_argument("--full", action="store_true", help="all work, where otherwise a sample is taken")
    parser.add_argument("--json", nargs="?", const="", metavar="FILE", help="keep the rows in a file, too")
    parser.add_argument("--base", metavar="COMMIT", help="run that commit and this tree in turn")
    parser.add_argument("--rounds", type=int, default=3, help="with --base: how often each runs")
    wanted = parser.parse_args(arguments)
    unknown = [name for name in wanted.names if name not in names()]
    if unknown:
        print(f"There is no benchmark {', '.join(unknown)}; there are {', '.join(names())}.", file=sys.stderr)
        return 2
    if wanted.base:
        from tests.benchmarks.comparing import compare

        return compare(wanted.base, wanted.names or names(), rounds=wanted.rounds, full=wanted.full)
    measured = {name: _measured(name, full=wanted.full) for name in wanted.names or names()}
    over = budgets.over(measured.get("budgets", []))
    if wanted.json is not None:
        path = Path(wanted.json) if wanted.json else _ROOT / "build" / f"bench-{_commit()}.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        kept = {name: [asdict(row) for row in rows] for name, rows in measured.items()}
        path.write_text(json.dumps(kept, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
        print(f"\nkept in {path}")
    if over:
        print(f"\nBeyond its budget: {', '.join(over)}.", file=sys.stderr)
    return 1 if over else 0


def _measured(name: str, *, full: bool) -> list[Row]:
    module = importlib.import_module(f"tests.benchmarks.{name}")
    measure = getattr(module, "measure_full", module.measure) if full else module.measure
    rows: list[Row] = measure()
    print(f"\n{name}: {(module.__doc__ or '').splitlines()[0]}")
    for row in rows:
        seed = f" (seed {row.seed})" if row.seed is not None else ""
        print(f"  {row.what:<74}{row.value:>12}  {row.aim:<13}{row.note}{seed}")
    sys.stdout.flush()
    return rows


def _commit() -> str:
    command = ["git", "-C", str(_ROOT), "describe", "--always", "--dirty"]
    return subprocess.run(command, capture_output=True, check=False, text=True).stdout.strip() or "unknown"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
