"""Who may read what of a workspace: what holds personal links or readings is its owner's alone.

A personal link is as good as its reader's name, so the register, the outbox, evidence and the keys are closed to other
accounts of the machine from the moment they are made. ``run`` and ``serve`` close what an earlier edition, or a safety
copy that was put back, left open. ``distribution/`` itself may be walked through but not listed: a web server serves
the site and the current copies from inside it.

On Windows a file has no such mode. There the rights of the folder count, and a user's own profile is theirs alone.
"""

import os
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

FOLDER = 0o700
FILE = 0o600
PASSAGE = 0o711
"""Of a folder that others walk through to what they may read, without a list of what else is there."""
SERVED_FOLDER, SERVED_FILE = 0o755, 0o644
"""Of what a web server gives to others: read by everybody, written by its owner alone."""
SERVED = ("copies", "site", "staff-site")
"""Folders of ``distribution/`` that a web server serves."""


@dataclass(frozen=True, slots=True)
class Doors:
    """What stood open to other accounts of the machine: the register, a folder with something in it, a folder."""

    closed: tuple[Path, ...] = ()
    """In a dry run: what would be closed."""
    stuck: tuple[Path, ...] = ()
    """What is still open: the file is another account's, or its drive keeps no modes."""
    written: tuple[Path, ...] = ()
    """Folders of what is served that others could write to, or to a file in them; closed to that as ``closed`` is."""


def make_folder(folder: Path, mode: int = FOLDER) -> None:
    """Make a folder with just this ``mode``, whatever the account's umask, and never open wider; one there stays.

    Folders above it that are not there yet may be walked through by others, and read where it is. Raises OSError.
    """
    if folder.is_dir():
        return
    make_folder(folder.parent, SERVED_FOLDER if mode == SERVED_FOLDER else PASSAGE)
    try:
        folder.mkdir(mode=mode)
    except FileExistsError:
        if not folder.is_dir():
            raise
        return
    if os.name == "posix":
        folder.chmod(mode)


def create_file(path: Path) -> int:
    """Make or empty a file only this account can read; return its descriptor, to write and read. Raises OSError."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_TRUNC | getattr(os, "O_BINARY", 0), FILE)
    if os.name == "posix":
        # The mode above is that of a new file only.
        os.fchmod(descriptor, FILE)
    return descriptor


def write_file(path: Path, content: bytes, *, durable: bool = False, mode: int = FILE) -> None:
    """Write a file that only this account can read; the one before it stays until the new one is whole.

    ``durable``: it is on the drive itself, name and all, when this returns, so that a power cut does not take it back.
    ``mode``: that of the one before it, where it is not everybody's secret. Raises OSError, and leaves nothing behind.
    """
    unfinished = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with os.fdopen(create_file(unfinished), "wb") as stream:
            stream.write(content)
            if mode != FILE and os.name == "posix":
                os.fchmod(stream.fileno(), mode)
            if durable:
                stream.flush()
                os.fsync(stream.fileno())
        unfinished.replace(path)
    except OSError:
        unfinished.unlink(missing_ok=True)
        raise
    if durable:
        keep_names(path.parent)


def add_line(path: Path, line: bytes) -> None:
    """Add one line to a file that only this account can read, on the drive itself when this returns. Raises OSError."""
    make_folder(path.parent)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND | getattr(os, "O_BINARY", 0), FILE)
    try:
        # What a power cut left unfinished stays a line of its own.
        size = os.lseek(descriptor, 0, os.SEEK_END)
        os.lseek(descriptor, max(0, size - 1), os.SEEK_SET)
        lead = b"\n" if size and os.read(descriptor, 1) != b"\n" else b""
        os.write(descriptor, lead + line + b"\n")
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def keep_names(folder: Path) -> None:
    """Make new names in a folder survive a power cut. Windows keeps them with the files."""
    if os.name != "posix":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def close_doors(root: Path, distribution: Path, register: Path, *, write: bool = True) -> Doors:
    """Take from other accounts what earlier runs left open to them; return what was, and what still is.

    ``root`` is the workspace, ``register`` its file. Rights are only taken, never given: a folder that its owner closed
    stays closed. Links are not followed. With ``write`` False (a dry run) nothing is changed. ``distribution`` is told
    only together with something in it that could be read. Nothing on Windows.
    """
    if os.name != "posix":
        return Doors()
    closed: dict[Path, None] = {}
    stuck: dict[Path, None] = {}
    written: dict[Path, None] = {}
    for name in SERVED:
        for path, _ in _tree(distribution / name):
            mode = _mode(path)
            if mode is not None and mode & _WRITING:
                done = not write or _close(path, mode & ~_WRITING)
                (written if done else stuck)[distribution / name] = None
    for whole, path, allowed in _private(root, distribution, register):
        mode = _mode(path)
        if mode is None or not mode & ~allowed & 0o077:
            continue
        done = not write or _close(path, mode & (allowed | 0o700))
        (closed if done else stuck)[whole] = None
    if not {*closed, *stuck} - {distribution}:
        # As a checkout or a copy of the workspace makes the folder: a list of what is in it, and none of it to read.
        return Doors(written=tuple(written))
    return Doors(tuple(closed), tuple(stuck), tuple(written))


def _private(root: Path, distribution: Path, register: Path) -> Iterator[tuple[Path, Path, int]]:
    """Yield each path that is not everybody's: what it is part of, itself, and the mode it may have at most."""
    yield distribution, distribution, PASSAGE
    beside = sorted(register.parent.glob(f"{register.name}*")) if register.parent.is_dir() else []
    for path in beside:
        yield from ((register, each, mode) for each, mode in _tree(path))
    for folder in (
        *(distribution / name for name in ("outbox", "evidence", "safety-copies", "places")),
        root / ".secrets",
    ):
        yield from ((folder, each, mode) for each, mode in _tree(folder))


_WRITING = 0o022


def _tree(path: Path) -> Iterator[tuple[Path, int]]:
    if not path.is_dir() or path.is_symlink():
        yield path, FILE
        return
    yield path, FOLDER
    with os.scandir(path) as found:
        entries = sorted(found, key=lambda entry: entry.name)
    for entry in entries:
        # Said by the folder itself: of thousands of files none is asked what it is.
        if entry.is_dir(follow_symlinks=False):
            yield from _tree(Path(entry.path))
        else:
            yield Path(entry.path), FILE


def _mode(path: Path) -> int | None:
    """Return the mode of a file or folder; None of a link and of what is not there."""
    try:
        mode = path.lstat().st_mode
    except OSError:
        return None
    return None if stat.S_ISLNK(mode) else stat.S_IMODE(mode)


def _close(path: Path, mode: int) -> bool:
    try:
        path.chmod(mode)
    except OSError:
        return False
    return _mode(path) == mode


def mend_doors(root: Path, distribution: Path, register: Path, *, write: bool = True) -> tuple[str, ...]:
    """Close what lay open to other accounts, and return what a report says of it; ``close_doors`` says of what."""
    doors = close_doors(root, distribution, register, write=write)
    return (*say_doors(doors, root, dry_run=not write), *say_profile(root))


def say_doors(doors: Doors, root: Path, *, dry_run: bool = False) -> tuple[str, ...]:
    """Return what the report says of doors that stood open; nothing where none did."""
    said = []
    if doors.closed:
        could, done = ("can", "a run closes that to them") if dry_run else ("could", "that is closed to them now")
        said.append(
            f"Other accounts of this computer {could} read {_places(doors.closed, root)}, in which personal links or "
            f"readings stand; {done}. Whether anybody looked cannot be told."
        )
    if doors.written:
        could, done = ("can", "a run ends that") if dry_run else ("could", "that is ended")
        said.append(
            f"Other accounts of this computer {could} change what stands in {_places(doors.written, root)}, which a "
            f"website shows; {done}. Look whether the policies there are the school's."
        )
    if doors.stuck:
        said.append(
            f"Other accounts of this computer can read or change {_places(doors.stuck, root)}, and that could not be "
            "changed: the files belong to another account, or their drive keeps no rights. Move the workspace to a "
            "drive of this computer, or let one account alone do the runs, and run again."
        )
    return tuple(said)


def _places(paths: Sequence[Path], root: Path) -> str:
    places = [path.relative_to(root).as_posix() if path.is_relative_to(root) else str(path) for path in paths]
    return " and ".join([", ".join(places[:-1]), places[-1]] if len(places) > 1 else places)


def say_profile(root: Path, *, windows: bool = os.name == "nt", home: Path | None = None) -> tuple[str, ...]:
    """Return what to say of a workspace on Windows outside its user's own folder; nothing elsewhere.

    Which accounts may read a file there is settled by the folder it lies in, and not by this program.
    """
    if not windows or root.is_relative_to(home or Path.home()):
        return ()
    return (
        f"{root} lies outside your own user folder, so other accounts of this computer may be able to read the "
        "personal links in it. Move it into your user folder, or take their rights to it away in its properties, "
        "under Security.",
    )
