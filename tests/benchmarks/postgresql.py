"""How long a reading takes to record in PostgreSQL, where a file takes as long as it takes: both on the same drive.

Each reading is a transaction of its own with its record in the ledger, as when readers press the button one by one; the
server forces each commit to its drive, as SQLite does. Rounds alternate: a machine whose speed drifts slows both.
"""

import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests import postgresql, registers
from tests.benchmarks.measuring import Row
from tests.school import School

_PEOPLE, _ROUNDS = 40, 5


def measure() -> list[Row]:
    """Return readings recorded a second on both, and how they stand to each other."""
    if postgresql.find_programs() is None:
        return [Row("PostgreSQL ÷ SQLite, readings recorded", "PostgreSQL's server is not installed")]
    with postgresql.running(durable=True) as server:
        pairs = [(_rate(None), _rate(server)) for _ in range(_ROUNDS)]
    ratio = statistics.median(on_server / in_file for in_file, on_server in pairs)
    in_file, on_server = (statistics.median(each) for each in zip(*pairs, strict=True))
    how = f"{_PEOPLE} readings a round, {_ROUNDS} rounds, one after the other"
    return [
        Row("PostgreSQL ÷ SQLite, readings recorded a second", f"{ratio:.2f}", "≥ 0.3", how),
        Row("  in a file", f"{in_file:.0f}"),
        Row("  in a database", f"{on_server:.0f}"),
    ]


def _rate(server: postgresql.Server | None) -> float:
    """Return the readings recorded a second by one new school."""
    with _kept_on(server), tempfile.TemporaryDirectory() as folder, School(Path(folder)) as school:
        version = school.add_policy("Child Protection")
        people = [school.add_person(f"Reader{number}") for number in range(_PEOPLE)]
        school.plan()
        school.record(people[0], version)
        began = time.perf_counter()
        for person in people[1:]:
            school.record(person, version)
        return (_PEOPLE - 1) / (time.perf_counter() - began)


@contextmanager
def _kept_on(server: postgresql.Server | None) -> Iterator[None]:
    registers.use(server)
    try:
        yield
    finally:
        registers.use(None)
