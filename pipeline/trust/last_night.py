"""What is kept of a trust's last night, school by school: ``last-night.json`` beside ``trust.toml``."""

import contextlib
import json
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from pipeline.configuration.trust import Trust
from pipeline.errors import ExitCode
from pipeline.private_files import FILE, write_file
from pipeline.trust.outcomes import NightOutcome, NightWork, SchoolNight, worst

LAST_NIGHT = "last-night.json"
_KEEPING_SECONDS = 10.0


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
