"""What a school's night is told and what it answers: values that go from one process to another.

Light to load: the process that starts the processes does not do the work.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path

from pipeline.errors import ExitCode
from pipeline.trust.workshop.connection import WorkshopConnection


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
