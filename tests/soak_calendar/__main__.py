"""Soak the calendar: ``python -m tests.soak_calendar [--years 10] [--seed 1] [--kills 200]`` (POSIX only).

Eight schools in eight time zones, 1,000 policies and 200 people together, each lived from day to day: posts change
hands, people are away and leave, reviews are approved or called unchanged early, late and on the very day, the machine
is off for minutes to 90 days, and its clock is set back by an hour, a day, a week or a year and put right again.

What is real: the register (SQLite in a file), the workspace, the mails as files in the outbox folder, the program's
``Schedule`` with its claims and locks, planning and delivery, the decisions. Two schedules on two connections begin at
once whenever the daily run falls due, now and then with a run as cron begins it beside them. Those that are killed are
processes of their own that begin the day's run, half of them beside a second one, and end by SIGKILL: once the run is
claimed, once its letters are planned, once they have gone, or anywhere.

What is driven: the clock, which is given to the schedule. It ticks some four times a day and whenever the machine comes
back, not each minute; on most days without school the machine is off. A day's run takes the lists of people, plans and
delivers; the folder of documents is read, and copies and pages are made, on the first day and once a year. Mail goes by
the folder route: what a mail server does is soaked by ``tests.soak_mail``.

``oracle`` tells from its own plain calendar what had to be told to whom and when, and holds the mails against that. The
seed gives the same years; at which line a process is killed from outside depends on the machine.
"""

import argparse
import multiprocessing
import sys
import tempfile
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor, as_completed
from pathlib import Path

from tests.soak_calendar import oracle
from tests.soak_calendar.drawing import PLACES, Size
from tests.soak_calendar.planting import KINDS
from tests.soak_calendar.soaking import FAILED, LEFT_OVER, Outcome, soak

_FAULTS_SHOWN = 40
_DAYS_A_YEAR = 365.25


def main(arguments: list[str]) -> int:
    """Live the schools and print the table; return 1 where anything is wrong, or a planted fault was not found."""
    parser = argparse.ArgumentParser(prog="python -m tests.soak_calendar", description=__doc__)
    parser.add_argument("--years", type=float, default=10.0)
    parser.add_argument("--policies", type=int, default=1_000, help="over all schools together")
    parser.add_argument("--people", type=int, default=200, help="over all schools together")
    parser.add_argument("--kills", type=int, default=200, help="over all schools together")
    parser.add_argument("--schools", type=int, default=len(PLACES), help="each in a time zone of its own")
    parser.add_argument("--seed", type=int, default=1, help="the same seed gives the same years")
    parser.add_argument("--at-once", type=int, default=2, help="schools at the same time")
    given = parser.parse_args(arguments)
    schools = given.schools
    if not 1 <= schools <= len(PLACES) or given.years * _DAYS_A_YEAR < 20 or given.people < 10 * schools:
        parser.error(f"1 to {len(PLACES)} schools with 10 people each, over 20 days at least")
    days = round(given.years * _DAYS_A_YEAR)
    print(
        f"soak-calendar: seed {given.seed}, {schools} schools, {days:,} days, {given.policies:,} policies, "
        f"{given.people:,} people, {given.kills:,} kills",
        flush=True,
    )
    started = time.perf_counter()
    sizes = [
        Size(days, *(each * (number + 1) // schools - each * number // schools for each in _each(given)))
        for number in range(schools)
    ]
    spawn = multiprocessing.get_context("spawn")
    outcomes: list[Outcome] = []
    with (
        tempfile.TemporaryDirectory(prefix="soak-calendar-") as name,
        ProcessPoolExecutor(min(given.at_once, schools), mp_context=spawn) as workers,
    ):
        work = [workers.submit(soak, Path(name), given.seed, number, size) for number, size in enumerate(sizes)]
        for ended in as_completed(work):
            outcomes.append(ended.result())
            print(f"  {outcomes[-1].say()}", flush=True)
    return report(outcomes, given.kills, time.perf_counter() - started)


def _each(given: argparse.Namespace) -> tuple[int, int, int]:
    return given.policies, given.people, given.kills


def report(outcomes: list[Outcome], kills: int, seconds: float) -> int:
    """Print the table, what was planted and every fault; return 1 where anything is wrong."""
    counts: Counter[str] = Counter()
    codes: Counter[str] = Counter()
    for one in outcomes:
        latest = max(counts["most minutes late"], one.counts["most minutes late"])
        counts.update(one.counts)
        counts["most minutes late"] = latest
        codes.update(code for code, _ in one.faults)
    table = [
        *((what, counts[what], aim) for what, aim in _SHOWN),
        ("stages missed", codes[oracle.MISSED], "0"),
        ("stages told twice", codes[oracle.TWICE], "0"),
        ("stages told early", codes[oracle.EARLY], "0"),
        ("stages told more than 24 hours late", codes[oracle.LATE], "0"),
        ("told after the review was done", codes[oracle.AFTER], "0"),
        ("told to somebody else, who is away or has left", codes[oracle.STRANGER], "0"),
        ("told on a day without school", codes[oracle.NO_SCHOOL], "0"),
        ("told with other days than there are", codes[oracle.WORDS] + codes[oracle.UNKNOWN], "0"),
        ("killed runs not taken over by the next tick", codes[LEFT_OVER], "0"),
        ("runs that failed", codes[FAILED], "0"),
    ]
    for what, number, aim in table:
        print(f"  {what:<50}{number:>10,}  {aim and f'aim {aim}'}".rstrip())
    print(f"  {'seconds':<50}{seconds:>10.0f}", flush=True)
    wrong = [f"{one.name}: {code}: {words}" for one in outcomes for code, words in one.faults]
    wrong += [f"{one.name}: planted and not found ({kind}): {words}" for one in outcomes for kind, words in one.unfound]
    for kind in KINDS:
        planted = [(one.name, one.planted[kind]) for one in outcomes if kind in one.planted]
        found = sum(is_found for _, (_, is_found) in planted)
        example = f", such as {planted[0][1][0]}" if planted else ""
        print(f"  planted and found: {kind:<31}{found:>10,}  aim {len(planted)}{example}")
        if not planted:
            wrong.append(f"no fault was planted of the kind {kind}")
    if counts["kills"] != kills:
        wrong.append(f"{counts['kills']} processes were killed, not {kills}")
    for line in wrong[:_FAULTS_SHOWN]:
        print(f"  {line}")
    if wrong:
        print(f"{len(wrong)} faults")
    return 1 if wrong else 0


_SHOWN = (
    ("school days lived", ""),
    ("policies", ""),
    ("people", ""),
    ("clock changes", ""),
    ("outages", ""),
    ("longest outage in hours", ""),
    ("times the clock was set back and put right", ""),
    ("ticks", ""),
    ("of them of two schedules at once, for the run", ""),
    ("with a run by cron beside them", ""),
    ("kills", ""),
    ("kills once claimed", ""),
    ("kills once planned", ""),
    ("kills once delivered", ""),
    ("kills anywhere", ""),
    ("reviews done between a kill and its mending", ""),
    ("reviews done", ""),
    ("mails", ""),
    ("stages told", ""),
    ("stages that had to be told", ""),
    ("most minutes late", "1,440 at most"),
)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
