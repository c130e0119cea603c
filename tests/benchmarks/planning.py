"""Planning a day's letters for many people, against the bare inserts of the same rows into the same tables.

Each size runs in a process of its own, whose highest memory the system tells. Processor time, since a plan waits for
nothing but the disk. The whole of the largest size is measured with ``--full``.
"""

import json
import subprocess
import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path

from sqlalchemy import Table, insert, select

from pipeline.letters.day import write_letters
from pipeline.model.people import Person
from pipeline.register.people.changes import add_people
from pipeline.register.store.database import Register
from pipeline.register.tables import schema
from tests.benchmarks.measuring import Row, highest_memory_mb
from tests.school import MONDAY, SECRET, School, at

POLICIES = 40
_SMALL, _LARGE = (1_000, 4_000), (5_000, 20_000)
_TABLES = (schema.request, schema.letter_body, schema.message, schema.told)


def measure() -> list[Row]:
    """Measure 1,000 and 4,000 people."""
    return _rows(*_SMALL)


def measure_full() -> list[Row]:
    """Measure 5,000 and 20,000 people."""
    return _rows(*_LARGE)


def _rows(few: int, many: int) -> list[Row]:
    small, large = in_a_process(few), in_a_process(many)
    growth = large["plan"] / small["plan"] / (many / few)
    what = f"{many:,} people × {POLICIES} policies"
    return [
        Row(
            f"plan ÷ bare inserts, {what}",
            f"{large['plan'] / large['bare']:.2f}×",
            "≤ 2×",
            f"{large['plan']:.1f} s and {large['bare']:.1f} s of processor time",
        ),
        Row("letters planned a second", f"{many / large['plan']:,.0f}", "", f"{large['letters']:,.0f} letters"),
        Row(f"a second plan, nothing changed, {what}", f"{large['again']:.2f} s", "≤ 3 s", "processor time"),
        Row(f"highest memory, {what}", f"{large['peak_mb']:,.0f} MB", "≤ 500 MB", ""),
        Row(f"growth, {few:,} to {many:,} people", f"{growth:.2f}×", "1×", "time a person; 1 is linear"),
    ]


def in_a_process(people: int) -> dict[str, float]:
    """Return seconds of a processor, by what they are of, the letters and the megabytes of a school of so many."""
    command = [sys.executable, "-m", "tests.benchmarks.planning", str(people)]
    done = subprocess.run(command, capture_output=True, check=True, text=True)
    result: dict[str, float] = json.loads(done.stdout)
    return result


def _plan(people: int) -> dict[str, float]:
    """Plan the first and the second day of a school with so many people; return seconds and megabytes."""
    found: dict[str, float] = {}
    with (
        tempfile.TemporaryDirectory() as folder,
        School(Path(folder) / "w", '[web]\nbase_url = "https://x.example.org"\n') as school,
    ):
        for number in range(POLICIES):
            school.add_policy(f"Policy {number}")
        staff = [Person(f"p{n}", "Kim", f"Lee{n}", f"lee{n}@example.org", "Teacher", None, None) for n in range(people)]
        keys = iter(range(people))
        with school.register.transaction() as tx:
            add_people(tx, school.key, staff, "staff.csv", lambda: f"k{next(keys)}", MONDAY, at(MONDAY), actor="bench")
        standings = school.standings()
        for name, day in (("plan", MONDAY), ("again", MONDAY + timedelta(days=1))):
            began = time.process_time()
            report = write_letters(school.register, school.config, standings, secret=SECRET, today=day, now=at(day))
            found[name] = time.process_time() - began
            found.setdefault("letters", len(report.queued))
        found["peak_mb"] = highest_memory_mb()
        found["bare"] = _bare_inserts(school.register, people)
    return found


def _bare_inserts(register: Register, people: int) -> float:
    """Insert the same rows into an empty register, a hundred people in a transaction; return the seconds it took."""
    taken = 0.0
    with tempfile.TemporaryDirectory() as folder, School(Path(folder) / "w") as empty:
        _copy_what_they_point_to(register, empty.register)
        for first in range(0, people, 100):
            rows = {table: _rows_of(register, table, first, people) for table in _TABLES}
            began = time.process_time()
            with empty.register.transaction() as tx:
                for table, values in rows.items():
                    if values:
                        tx.execute(insert(table), values)
            taken += time.process_time() - began
    return taken


def _copy_what_they_point_to(register: Register, empty: Register) -> None:
    from pipeline.register.tables.people import engagement, person

    with register.reading() as source, empty.transaction() as tx:
        for table in (schema.policy, schema.policy_version, person, engagement):
            tx.execute(insert(table), _values(source.execute(select(table)).all()))


def _rows_of(register: Register, table: Table, first: int, people: int) -> list[dict[str, object]]:
    """Return a hundredth person's share of a table's rows, by the order of its keys."""
    with register.reading() as tx:
        count = len(tx.execute(select(table.c.id)).all()) if first == 0 else _COUNTS[table.name]
        _COUNTS[table.name] = count
        share = max(1, count // people)
        if count < people:
            return _values(tx.execute(select(table)).all()) if first == 0 else []
        lowest = first * share
        which = (table.c.id > lowest, table.c.id <= lowest + 100 * share)
        return _values(tx.execute(select(table).where(*which)).all())


_COUNTS: dict[str, int] = {}


def _values(rows: object) -> list[dict[str, object]]:
    return [{k: v for k, v in row._mapping.items() if k != "row_sha256"} for row in rows]  # type: ignore[attr-defined]


if __name__ == "__main__":
    sys.stdout.write(json.dumps(_plan(int(sys.argv[1]))))
