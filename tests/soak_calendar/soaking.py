"""Live one school, judge what was seen, and have the oracle find what is planted."""

import logging
import shutil
import tempfile
from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from tests.soak_calendar.drawing import Size, draw
from tests.soak_calendar.dumb import clock_changes
from tests.soak_calendar.living import Life
from tests.soak_calendar.oracle import Oracle
from tests.soak_calendar.planting import plant_all

FAILED, LEFT_OVER = "failed", "left-over"


@dataclass
class Outcome:
    """What came of one school."""

    name: str
    """Its time zone."""
    counts: Counter[str]
    faults: list[tuple[str, str]]
    planted: dict[str, tuple[str, bool]] = field(default_factory=dict)
    """By kind, what was planted, and whether it was found."""

    @property
    def unfound(self) -> list[tuple[str, str]]:
        """Kind and words of what was planted and not found."""
        return [(kind, words) for kind, (words, is_found) in self.planted.items() if not is_found]

    def say(self) -> str:
        """Return a line of what came of it."""
        found = sum(is_found for _, is_found in self.planted.values())
        return (
            f"{self.name}: {self.counts['mails']:,} mails, {self.counts['kills']} kills, {len(self.faults)} faults, "
            f"{found} of {len(self.planted)} planted faults found"
        )


class _Kept(logging.Handler):
    """Keeps what a schedule logs as an error: a run that stopped."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep one line."""
        self.lines.append(record.getMessage())


def soak(folder: Path, seed: int, number: int, size: Size) -> Outcome:
    """Live one school in a folder of its own; that of one with a fault is kept and named."""
    drawn = draw(seed, number, size)
    root = folder / f"school-{number}"
    logger, kept = logging.getLogger("pipeline.schedule"), _Kept()
    logger.addHandler(kept)
    try:
        lived = Life(root, drawn).live()
    finally:
        logger.removeHandler(kept)
    judged = Oracle(drawn, lived.done).judge(lived.told)
    longest = max((end - begin for begin, end in drawn.outages), default=timedelta())
    counts = judged.counts + Counter(
        {
            "school days lived": size.days,
            "policies": size.policies,
            "people": size.people,
            "clock changes": clock_changes(drawn.first, drawn.last, drawn.zone),
            "outages": len(drawn.outages),
            "times the clock was set back and put right": len(drawn.wrong),
            "ticks": lived.ticks,
            "of them of two schedules at once, for the run": lived.runs_raced,
            "with a run by cron beside them": lived.beside,
            "kills": lived.kills,
            "reviews done between a kill and its mending": lived.letters_left,
            "reviews done": len(lived.done),
            "mails": lived.mails,
            "longest outage in hours": int(longest.total_seconds() // 3600),
        }
    )
    counts.update(
        {
            f"kills {'anywhere' if point == 'anywhere' else f'once {point}'}": times
            for point, times in lived.killed_at.items()
        }
    )
    faults = [*judged.faults, *((FAILED, line) for line in kept.lines)]
    faults += [(LEFT_OVER, f"the run of {due} was not taken over") for due in lived.left_over]
    outcome = Outcome(drawn.zone.key, counts, faults, plant_all(drawn, lived.told, lived.done))
    if faults or outcome.unfound:
        place = Path(tempfile.mkdtemp(prefix=f"soak-calendar-{number}-"))
        shutil.copytree(root, place, dirs_exist_ok=True)
        print(f"  {drawn.zone.key} is kept in {place}", flush=True)
    shutil.rmtree(root)
    return outcome
