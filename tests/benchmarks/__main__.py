"""Print every figure, or those of the benchmarks named: ``python -m tests.benchmarks startup documents``.

``--full`` has those that take a sample do all of their work: ``python -m tests.benchmarks trust --full``.
"""

import importlib
import pkgutil
import sys

import tests.benchmarks
from tests.benchmarks.measuring import Row

_NOT_MEASURING = {"__main__", "clients", "mail_sink", "measuring"}


def names() -> list[str]:
    """Return the benchmarks there are: every module of this package that measures."""
    found = [module.name for module in pkgutil.iter_modules(tests.benchmarks.__path__)]
    return [name for name in found if name not in _NOT_MEASURING]


def main(wanted: list[str]) -> int:
    """Print one table a benchmark."""
    full, wanted = "--full" in wanted, [each for each in wanted if each != "--full"]
    unknown = [name for name in wanted if name not in names()]
    if unknown:
        print(f"There is no benchmark {', '.join(unknown)}; there are {', '.join(names())}.", file=sys.stderr)
        return 2
    for name in wanted or names():
        module = importlib.import_module(f"tests.benchmarks.{name}")
        measure = getattr(module, "measure_full", module.measure) if full else module.measure
        rows: list[Row] = measure()
        print(f"\n{name}: {(module.__doc__ or '').splitlines()[0]}")
        for row in rows:
            print(f"  {row.what:<58}{row.value:>16}  {row.aim:<14}{row.note}")
        sys.stdout.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
