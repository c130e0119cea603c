"""A year looked ahead, day by day, for 2,000 staff and 60 policies of the catalogue: days a second, and each day.

Nobody reads anything in a simulation, and nobody has read before: everybody is asked and reminded, and asked again in
September, which is the most that a year can hold. The first day, on which a workspace is opened and read, counts as
every other. Processor time is given beside, since a look ahead waits for nothing. A day is busy on which more than a
tenth of the staff get a letter, quiet on which nobody does. Growth is the exponent of what the days behind the first
month take: 1 where twice as many take twice as long.
"""

import csv
import tempfile
import time
from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from math import log
from pathlib import Path
from random import Random
from statistics import median

from pipeline.catalogue.policies import load_catalogue
from pipeline.config import Config, load_config
from pipeline.dates.calendar import add_months
from pipeline.run import run_pipeline
from pipeline.simulation.days_to_come import simulate
from tests.benchmarks.measuring import Row, highest_memory_mb
from tests.policies.folders import policy_text
from tests.school import at

STAFF, POLICIES = 2_000, 60
_BUSY = STAFF // 10
_GROWTH_DAYS = 90
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
    """Measure a year behind the first run, and how what a day takes grows with staff and policies."""
    year = _look(STAFF, POLICIES, 365)
    few, many = _look(200, POLICIES, _GROWTH_DAYS), _look(200, 200, _GROWTH_DAYS)
    month = sum(year.days[30:_GROWTH_DAYS]), sum(few.days[30:]), sum(many.days[30:])
    took = sum(year.days)
    whole = f"{took:.0f} s, {year.busy:.0f} s of processor time, for {sum(year.mails):,} mails"
    return [
        Row(f"a year of {STAFF:,} staff × {POLICIES} policies", f"{365 / took:.1f} days/s", "≥ 20", whole),
        Row("a quiet day", _milliseconds([day for day, mails in year.both if not mails])),
        Row("a day on which some get a letter", _milliseconds([day for day, mails in year.both if 0 < mails <= _BUSY])),
        Row("a busy day", _milliseconds([day for day, mails in year.both if mails > _BUSY])),
        Row("growth, 200 to 2,000 staff", f"{log(month[0] / month[1], STAFF / 200):.2f}", "≤ 1", "exponent"),
        Row("growth, 60 to 200 policies", f"{log(month[2] / month[1], 200 / POLICIES):.2f}", "≤ 1", "exponent"),
        Row("highest memory", f"{highest_memory_mb():,.0f} MB", "", "the run before included"),
    ]


@dataclass(frozen=True)
class _Looked:
    """What each day took, in seconds, and how many mails it brought; and the processor time of all."""

    days: list[float]
    mails: list[int]
    busy: float

    @property
    def both(self) -> list[tuple[float, int]]:
        """Each day behind the first, which opens and reads the workspace."""
        return list(zip(self.days, self.mails, strict=True))[1:]


def _look(staff: int, policies: int, days: int) -> _Looked:
    with tempfile.TemporaryDirectory() as folder:
        config = _school(Path(folder) / "school", staff, policies)
        run_pipeline(config, today=FIRST, now=at(FIRST, 6), environ={})
        first, ends = FIRST + timedelta(days=1), []

        def note(stage: str, *_: int) -> None:
            if stage == "Looking ahead":
                ends.append(time.perf_counter())

        began, start = time.process_time(), time.perf_counter()
        until = first + timedelta(days=days - 1)
        found = simulate(config, until=until, today=first, now=at(first, 6), environ={}, progress=note)
        busy = time.process_time() - began
    # The first day has no end of its own; it is told with the second.
    took = [0.0, *(after - before for before, after in pairwise([start, *ends]))]
    went = Counter(mail.on for mail in found.mails)
    return _Looked(took, [went[first + timedelta(days=number)] for number in range(days)], busy)


def _milliseconds(days: list[float]) -> str:
    return f"{1000 * median(days):.0f} ms" if days else "none"


def _school(root: Path, staff: int = STAFF, policies: int = POLICIES) -> Config:
    (root / "policies").mkdir(parents=True)
    named = [(entry.slug, entry.name) for entry in load_catalogue() if entry.slug != "kcsie-part-one"]
    named += [(f"own-{number}", f"{_surname(number)} House") for number in range(policies)]
    for number, (slug, name) in enumerate(named[:policies]):
        review = add_months(FIRST, 1 + number % 24)
        text = policy_text(f"{name} Policy", last=f"{add_months(review, -12):%B %Y}", review=f"{review:%B %Y}")
        (root / "policies" / f"{slug}.txt").write_text(text, encoding="utf-8")
    chance = Random(2026)
    with (root / "staff.csv").open("w", encoding="utf-8", newline="") as lines:
        rows = csv.writer(lines)
        rows.writerow(["person_id", "first_name", "last_name", "work_email", "role", "start_date", "leave_date"])
        for number in range(staff):
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
