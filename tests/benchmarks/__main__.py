"""Print every figure, or those of the benchmarks named: ``python -m tests.benchmarks startup documents``."""

import importlib
import pkgutil
import sys

import tests.benchmarks
from tests.benchmarks.measuring import Row

_NOT_MEASURING = {"__main__", "measuring"}


def names() -> list[str]:
    """Return the benchmarks there are: every module of this package that measures."""
    found = [module.name for module in pkgutil.iter_modules(tests.benchmarks.__path__)]
    return [name for name in found if name not in _NOT_MEASURING]


def main(wanted: list[str]) -> int:
    """Print one table a benchmark."""
    unknown = [name for name in wanted if name not in names()]
    if unknown:
        print(f"There is no benchmark {', '.join(unknown)}; there are {', '.join(names())}.", file=sys.stderr)
        return 2
    for name in wanted or names():
        module = importlib.import_module(f"tests.benchmarks.{name}")
        rows: list[Row] = module.measure()
        print(f"\n{name}: {(module.__doc__ or '').splitlines()[0]}")
        for row in rows:
            print(f"  {row.what:<58}{row.value:>16}  {row.aim:<14}{row.note}")
        sys.stdout.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
