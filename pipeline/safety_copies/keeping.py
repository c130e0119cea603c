"""Make safety copies: one at a command, and each night's by itself, of which the newest thirty are kept."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from pipeline import __version__
from pipeline.config import Config
from pipeline.errors import SafetyCopyError, say_system_error
from pipeline.private_files import make_folder
from pipeline.register.store.database import Register
from pipeline.register.store.snapshots import write_snapshot
from pipeline.safety_copies.archive import REGISTER, Manifest, write_archive
from pipeline.secret_sources import check_passphrase
from pipeline.wording import say_count, say_day
from pipeline.workspace import CONFIG_NAME

PASSPHRASE = "POLICY_BACKUP_PASSPHRASE"
_NIGHTLY = re.compile(r"(\d{4}-\d\d-\d\d)\.zip")
_LEFT_OUT = re.compile(r"~\$.*|\..*\.part|\.DS_Store|Thumbs\.db|register-mark|erased")
"""Lock files and leavings; how far a register has come is noted anew where one is put back, and who was erased from it
must outlive that."""
_OLD_DAYS = 2
"""An older newest copy is told of every day."""


@dataclass(frozen=True, slots=True)
class SafetyCopy:
    """A copy as it lies there."""

    path: Path
    size_bytes: int
    manifest: Manifest
    left_out: tuple[Path, ...] = ()
    """Lists of people that lie outside the workspace; they are not in it."""


def nightly_folder(config: Config) -> Path:
    """Return where each night's copies lie: with the register, closed to other accounts, and never encrypted."""
    return config.distribution / "safety-copies"


def stays_here(config: Config, target: Path) -> bool:
    """Tell whether a copy at ``target`` stays in the workspace; everywhere else it is taken to leave the machine."""
    return target.resolve().is_relative_to(nightly_folder(config).resolve())


def make_copy(register: Register, config: Config, target: Path, *, now: datetime, passphrase: str | None) -> SafetyCopy:
    """Make a copy at ``target``, encrypted where there is a ``passphrase``; other work goes on meanwhile.

    Raises SafetyCopyError where it cannot be written, RegisterError where the register cannot be read or is damaged:
    a copy of that would push out a good one, UsageError for a passphrase that is too short.
    """
    if passphrase is not None:
        check_passphrase(passphrase)
    register.refuse_damage()
    try:
        make_folder(target.parent)
        make_folder(nightly_folder(config))
        # Not in the system's own place for such: that may be small, and this holds everybody's names.
        with TemporaryDirectory(prefix=".unfinished-", dir=nightly_folder(config)) as name:
            snapshot = Path(name) / REGISTER
            write_snapshot(register, snapshot)
            files = [(REGISTER, snapshot), *_list_files(config)]
            manifest = write_archive(
                target,
                files,
                school=config.school.name,
                program=__version__,
                made_at=now,
                passphrase=passphrase,
                work=Path(name),
            )
    except OSError as error:
        raise SafetyCopyError(f"The safety copy {target} could not be made: {say_system_error(error)}.") from error
    return SafetyCopy(target, target.stat().st_size, manifest, _list_outside(config))


def _list_outside(config: Config) -> tuple[Path, ...]:
    lists = (config.root / one.source for one in config.people_lists if one.source)
    return tuple(path for path in lists if path.is_file() and not path.resolve().is_relative_to(config.root.resolve()))


def _list_files(config: Config) -> Iterator[tuple[str, Path]]:
    """Yield name and path of every file that could not be made again: settings, keys, lists, documents, copies."""
    root = config.root
    single = {root / CONFIG_NAME, *(root / one.source for one in config.people_lists if one.source)}
    folders = (
        root / ".secrets",
        root / _SLOTS,
        config.policies,
        config.templates,
        *(config.distribution / n for n in _OUTPUT),
    )
    inside = {path for folder in folders if folder.is_dir() for path in folder.rglob("*")}
    for path in sorted(single | inside):
        if (
            path.is_file()
            and not path.is_symlink()
            and path.is_relative_to(root)
            and not _LEFT_OUT.fullmatch(path.name)
        ):
            yield path.relative_to(root).as_posix(), path


_SLOTS = "slots"
"""A school's own words in its trust's policies."""
_OUTPUT = ("copies", "evidence")
"""What of ``distribution/`` was given out; pages and mails are made again."""


# --- each night --------------------------------------------------------------------------------------------------


def list_nightly(config: Config) -> tuple[tuple[date, Path], ...]:
    """Return each night's copies that are there, the oldest first."""
    folder = nightly_folder(config)
    found = [(match, path) for path in folder.glob("*.zip") if (match := _NIGHTLY.fullmatch(path.name))]
    dated = []
    for match, path in found:
        try:
            dated.append((date.fromisoformat(match[1]), path))
        except ValueError:
            continue
    return tuple(sorted(dated))


def keep_nightly(register: Register, config: Config, today: date, now: datetime) -> tuple[str, ...]:
    """Make today's copy where there is none and drop the oldest beyond ``[backup] keep``; return what to tell of it.

    A fault stops nothing else: it is told, and the next run tries again. A register in memory, as in a dry run, is none
    to keep.
    """
    keep = config.backup.keep
    if not keep or register.is_in_memory:
        return ()
    there = dict(list_nightly(config))
    problem = None
    if today not in there:
        try:
            make_copy(register, config, nightly_folder(config) / f"{today}.zip", now=now, passphrase=None)
        except SafetyCopyError as error:
            problem = str(error)
    for _, path in list_nightly(config)[:-keep]:
        path.unlink(missing_ok=True)
    return tuple(said for said in (problem, say_newest(config, today)) if said)


def say_newest(config: Config, today: date) -> str | None:
    """Return how old the newest of each night's copies is, where the office should know; None where it is of late."""
    if not config.backup.keep:
        return None
    newest = newest_day(config)
    if newest is None:
        return "There is no safety copy yet: 'policy backup' makes one now."
    days = (today - newest).days
    if days <= _OLD_DAYS:
        return None
    return (
        f"The newest safety copy is of {say_day(newest)}, {say_count(days, 'day')} ago: 'policy backup' makes "
        "one now and says what is in the way."
    )


def newest_day(config: Config) -> date | None:
    """Return of which day the newest of the daily copies is; None where there is none."""
    there = list_nightly(config)
    return there[-1][0] if there else None
