"""A list of people taken in: 20,000 rows read, recorded, taken again unchanged, and asked for as they stood."""

import string
import tempfile
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from pipeline.people.lists.staff_import import import_staff
from pipeline.people.lists.staff_list import StaffList, read_staff_list
from pipeline.register.people.persons import list_people
from pipeline.register.store.database import Register, open_register
from tests.benchmarks.measuring import Row, highest_memory_mb, seconds

_NOW = datetime(2026, 11, 24, 8, tzinfo=UTC)
_ROWS = 20_000
_CHANGED_EVERY = 6
"""More would wait for a yes."""


def write_list(path: Path, rows: int) -> None:
    """Write a list of so many people, each with a name and an address of their own."""
    lines = ["person_id,first_name,last_name,work_email,role,start_date,team,line manager"]
    for number in range(rows):
        name = "Lee" + "".join(string.ascii_lowercase[int(digit)] for digit in str(number))
        lines.append(f"p{number},Ana,{name},person{number}@example.org,Teacher,01/09/2019,Team {number % 40},Jo Hill")
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def measure() -> list[Row]:
    """Take in a list three times: new, unchanged, and with a sixth of the people changed."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        write_list(root / "staff.csv", _ROWS)
        before = highest_memory_mb()
        listed: list[StaffList] = []
        read = seconds(lambda: listed.append(read_staff_list(root / "staff.csv")))
        changed = tuple(
            replace(person, role="Head") if number % _CHANGED_EVERY == 0 else person
            for number, person in enumerate(listed[0].people)
        )
        with open_register("r.sqlite3", root=root, school_name="S", time_zone="Europe/London") as register:
            new = seconds(lambda: _take(register, listed[0]))
            again = seconds(lambda: _take(register, listed[0]))
            a_sixth = seconds(lambda: _take(register, replace(listed[0], people=changed)))
            shown = seconds(lambda: _show(register, None))
            as_at = seconds(lambda: _show(register, _NOW))
        return [
            Row(f"{_ROWS:,} rows read", f"{read:.1f} s"),
            Row("recorded as new", f"{new:.1f} s"),
            Row("taken again unchanged", f"{again:.1f} s"),
            Row("a sixth of them changed", f"{a_sixth:.1f} s"),
            Row("shown as they are", f"{shown:.2f} s"),
            Row("shown as they were at a moment", f"{as_at:.2f} s"),
            Row("memory beside what the program holds anyway", f"{highest_memory_mb() - before:.0f} MB", "<= 500 MB"),
        ]


def _take(register: Register, listed: StaffList) -> None:
    with register.transaction() as tx:
        import_staff(tx, register.school, listed, "staff.csv", _NOW.date(), _NOW)


def _show(register: Register, as_at: datetime | None) -> None:
    with register.reading() as tx:
        assert len(list_people(tx, register.school, _NOW.date(), as_at=as_at)) == _ROWS
