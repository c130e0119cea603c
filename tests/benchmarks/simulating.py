"""A year looked ahead, day by day, for 2,000 staff and 60 policies of the catalogue: days a second.

Nobody reads anything in a simulation, and nobody has read before: everybody is asked and reminded, and asked again in
September, which is the most that a year can hold. The first day, on which a workspace is opened and read, counts as
every other. Processor time is given beside, since a look ahead waits for nothing.
"""

import csv
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path
from random import Random

from pipeline.config import Config, load_config
from pipeline.lifecycle.calendar import add_months
from pipeline.lifecycle.catalogue import load_catalogue
from pipeline.run import run_pipeline
from pipeline.simulation.ahead import simulate
from tests.benchmarks.measuring import Row, highest_memory_mb, seconds
from tests.policies.folders import policy_text
from tests.school import at

STAFF, POLICIES = 2_000, 60
FIRST = date(2026, 11, 24)
_SETTINGS = """
[school]
name = "Westhaven School"
[contacts.dsl]
name = "Pat Marsh"
pronoun = "she"
phone = "01632 960101"
email = "pat@example.org"
[people.roles]
"Business Manager" = "manager@example.org"
[web]
base_url = "https://policies.example.org"
[backup]
keep = 0
"""


def measure() -> list[Row]:
    """Measure a year behind the first run."""
    with tempfile.TemporaryDirectory() as folder:
        config = _school(Path(folder) / "school")
        run_pipeline(config, today=FIRST, now=at(FIRST, 6), environ={})
        year = _year(config)
    return [
        Row(f"a year of {STAFF:,} staff × {POLICIES} policies", *year),
        Row("highest memory", f"{highest_memory_mb():,.0f} MB", "", "the run before included"),
    ]


def _year(config: Config) -> tuple[str, str, str]:
    first = FIRST + timedelta(days=1)
    found = []

    def look() -> None:
        until = first + timedelta(days=364)
        found.append(simulate(config, until=until, today=first, now=at(first, 6), environ={}))

    began = time.process_time()
    taken = seconds(look)
    busy = time.process_time() - began
    mails = len(list(found[0].mails))
    return f"{365 / taken:.1f} days/s", "≥ 20", f"{taken:.0f} s, {busy:.0f} s of processor time, for {mails:,} mails"


def _school(root: Path) -> Config:
    (root / "policies").mkdir(parents=True)
    entries = [entry for entry in load_catalogue() if entry.slug != "kcsie-part-one"][:POLICIES]
    for number, entry in enumerate(entries):
        review = add_months(FIRST, 1 + number % 24)
        text = policy_text(f"{entry.name} Policy", last=f"{add_months(review, -12):%B %Y}", review=f"{review:%B %Y}")
        (root / "policies" / f"{entry.slug}.txt").write_text(text, encoding="utf-8")
    chance = Random(2026)
    with (root / "staff.csv").open("w", encoding="utf-8", newline="") as lines:
        rows = csv.writer(lines)
        rows.writerow(["person_id", "first_name", "last_name", "work_email", "role", "start_date", "leave_date"])
        for number in range(STAFF):
            rows.writerow([f"P{number}", "Kim", _surname(number), f"p{number}@example.org", "Teacher", *_days(chance)])
    (root / "config.toml").write_text(_SETTINGS, encoding="utf-8")
    return load_config(root / "config.toml")


def _surname(number: int) -> str:
    """Return a name of letters alone, another one for each number."""
    return "Lee" + "".join(chr(ord("a") + int(digit)) for digit in str(number))


def _days(chance: Random) -> tuple[str, str]:
    """Return first and last day: of ten people one joins and one leaves in the course of the year, the others stay."""
    drawn = chance.random()
    day = (FIRST + timedelta(days=chance.randint(1, 360))).isoformat()
    return (day, "") if drawn < 0.1 else ("", day) if drawn < 0.2 else ("2020-09-01", "")
