"""What a school's night is told and what it answers, values that go from process to process; what is kept of it.

Light to load: the process that starts the processes does not do the work.
"""

import contextlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from pipeline.configuration.trust import Trust
from pipeline.errors import ExitCode
from pipeline.private_files import FILE, write_file
from pipeline.trust.workshop.connection import WorkshopConnection

LAST_NIGHT = "last-night.json"
"""Beside ``trust.toml``: what is kept of the last night of each school."""
_KEEPING_SECONDS = 10.0


class NightWork(StrEnum):
    """What is done at each school."""

    RUN = "run"
    """The day's work."""
    DELIVER = "deliver"
    """What is due goes, and what came back is read."""


class NightOutcome(StrEnum):
    """How a school's night ended."""

    DONE = "done"
    FAILED = "failed"
    """Its settings or its register cannot be used, or the program has a fault."""
    IN_USE = "in-use"
    """Another run is at work there; that one does what is to be done."""
    DIED = "died"
    """Its process was ended from outside, twice."""
    STOPPED = "stopped"
    """The whole night was ended before it, or during it."""


@dataclass(frozen=True, slots=True)
class NightFigures:
    """What a school's night did, counted."""

    policies: int = 0
    read: int = 0
    """Documents that were new or changed."""
    needs_you: int = 0
    """Policies with something that the school has to settle."""
    notices: int = 0
    """Sentences that its report begins with: nobody leads, a list was refused, a mailbox cannot be read."""
    copies: int = 0
    copies_held: int = 0
    written: int = 0
    """Mails written as files, by the folder route, which sends nothing."""
    sent: int = 0
    """Mails that a mail service took."""
    undelivered: int = 0
    """Mails put off or refused."""
    waiting: int = 0
    """People to whom a mailing would write that waits for its confirmation."""


@dataclass(frozen=True, slots=True)
class SchoolNight:
    """What one school's process answers."""

    key: str
    name: str
    outcome: NightOutcome
    code: ExitCode = ExitCode.DONE
    said: tuple[str, ...] = ()
    """What went wrong, a sentence each."""
    figures: NightFigures | None = None
    attempts: int = 1
    """2 where the first process was ended in the middle, and another took the school up again."""
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class NightTask:
    """What a process is told to do."""

    trust: Path
    """The trust's folder."""
    key: str
    work: NightWork
    dry_run: bool
    today: date | None
    """The day to take for today; None for the clock's."""
    environ: Mapping[str, str]
    doors: tuple[WorkshopConnection, ...] = ()
    """The ways to the workshops, which do once what several schools need."""


def worst(codes: Sequence[ExitCode]) -> ExitCode:
    """Return the code that a whole trust ends with: that of the school for which it is worst."""
    return max(codes, key=_ORDER.index, default=ExitCode.DONE)


_ORDER = (
    ExitCode.DONE, ExitCode.UNDELIVERED, ExitCode.UNREADABLE, ExitCode.USAGE, ExitCode.CONFIGURATION, ExitCode.REGISTER,
    ExitCode.BUG, ExitCode.INTERRUPTED,
)  # fmt: skip
"""From the mildest on: mail goes later by itself, a register that cannot be used keeps a whole school from going on."""


@dataclass(frozen=True, slots=True)
class NightReport:
    """What a night did, school by school in the order of ``trust.toml``."""

    began_at: datetime
    ended_at: datetime
    work: NightWork
    dry_run: bool
    workers: int
    schools: tuple[SchoolNight, ...]

    @property
    def exit_code(self) -> ExitCode:
        """That of the school for which it is worst; a school that another run is using is no fault."""
        if any(one.outcome is NightOutcome.STOPPED for one in self.schools):
            return ExitCode.INTERRUPTED
        return worst([one.code for one in self.schools])


def night_as_json(report: NightReport) -> dict[str, Any]:
    """Return a night as ``policy trust run --json`` prints it and ``last-night.json`` keeps it."""
    return {
        "began_at": report.began_at.isoformat(timespec="seconds"),
        "ended_at": report.ended_at.isoformat(timespec="seconds"),
        "work": report.work.value,
        "dry_run": report.dry_run,
        "workers": report.workers,
        "schools": [school_as_json(one) for one in report.schools],
    }


def school_as_json(one: SchoolNight) -> dict[str, Any]:
    """Return one school's night as JSON has it."""
    return {**asdict(one), "outcome": one.outcome.value, "code": int(one.code), "said": list(one.said)}


def keep_report(trust: Trust, report: NightReport) -> None:
    """Keep what became of each school, for ``policy trust status``; of one in use what is there already stays."""
    from filelock import FileLock, Timeout

    kept = night_as_json(report)
    mine = {
        one["key"]: {**one, "at": kept["ended_at"]} for one in kept["schools"] if one["outcome"] != NightOutcome.IN_USE
    }
    lock = FileLock(trust.root / f".{LAST_NIGHT}.lock", timeout=_KEEPING_SECONDS, mode=FILE, fallback_to_soft=False)
    # A drive that cannot be written takes nothing from the night itself, which is over. Workers keep theirs at once.
    with contextlib.suppress(OSError, Timeout), lock:
        text = json.dumps({"schools": {**read_last_night(trust.root), **mine}}, ensure_ascii=False, indent=1)
        write_file(trust.root / LAST_NIGHT, text.encode("utf-8"))


def read_last_night(root: Path) -> dict[str, dict[str, Any]]:
    """Return what is kept of the last night of each school, by key; nothing where that cannot be read."""
    try:
        schools = json.loads((root / LAST_NIGHT).read_text(encoding="utf-8"))["schools"]
    except (OSError, ValueError, KeyError, TypeError):
        return {}
    return schools if isinstance(schools, dict) else {}
