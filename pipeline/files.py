"""Write a finished file so that nobody ever sees half of it, read, list or take one away; and how one is named."""

import io
import os
import tempfile
from collections.abc import Collection
from itertools import chain, count
from pathlib import Path

from pipeline.errors import RenderError, say_system_error
from pipeline.private_files import SERVED_FILE, SERVED_FOLDER, make_folder


def write_atomically(path: Path, content: bytes) -> None:
    """Write ``content`` to ``path``, making its folder; the file before it stays until the new one is whole.

    Both are for everybody to read and for this account alone to write, whatever its umask.

    Raises:
        RenderError: the folder is read-only, the disk is full, or the file is open elsewhere. Nothing is left behind.
    """
    unfinished: Path | None = None
    try:
        make_folder(path.parent, SERVED_FOLDER)
        handle, name = tempfile.mkstemp(prefix=f".{path.name[:40]}.", suffix=".part", dir=path.parent)
        unfinished = Path(name)
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        unfinished.chmod(SERVED_FILE)
        unfinished.replace(path)
    except OSError as error:
        if unfinished is not None:
            unfinished.unlink(missing_ok=True)
        raise RenderError(
            f"{path} could not be written ({say_system_error(error)}); the file before it, if any, stays. "
            "Check that the folder may be written to, that the disk has room, and that the file is not open."
        ) from error


def read_whole(path: str) -> bytes:
    """Return what a file holds. Raises OSError.

    Without the buffer that Python puts before a file, which costs a small one as much as reading it. A caller that
    looks at thousands of files gives their paths as text: to make a ``Path`` of each costs half as much again.
    """
    with io.FileIO(path) as file:
        return file.readall()


def free_path(path: Path) -> Path:
    """Return ``path``, or where something is there the first of its name with a number behind it that is free."""
    names = (path.with_name(f"{path.stem} {number}{path.suffix}") for number in count(2))
    return next(one for one in chain([path], names) if not os.path.lexists(one))


def list_others(folder: Path, wanted: Collection[str]) -> list[Path]:
    """Return the files of a folder whose names are not ``wanted``, in order; none where there is no such folder.

    Of those that are wanted, of which there may be thousands, none is asked what it is.
    """
    if not folder.is_dir():
        return []
    with os.scandir(folder) as entries:
        others = [folder / entry.name for entry in entries if entry.name not in wanted]
    return sorted(path for path in others if path.is_file())


def take_away(path: Path) -> None:
    """Delete ``path`` where it is there.

    Raises:
        RenderError: it is open elsewhere, or the folder may not be written to; it stays.
    """
    try:
        path.unlink(missing_ok=True)
    except NotADirectoryError:
        return  # a file stands where the folder should be: so there is nothing to take away
    except OSError as error:
        raise RenderError(
            f"{path} could not be taken away ({say_system_error(error)}) and is out of date. "
            "Close it where it is open, and check that the folder may be written to."
        ) from error


def way_to(target: Path, start: Path) -> str:
    """Return how one path is named from a folder, with forward slashes; the whole path on another drive."""
    try:
        return Path(os.path.relpath(target, start)).as_posix()
    except ValueError:
        return target.as_posix()


def stamp_of(path: Path) -> tuple[int, int] | None:
    """Return by what a file is known to be unchanged; None where there is none."""
    try:
        stat = path.stat()
    except OSError:
        return None
    return stat.st_mtime_ns, stat.st_size
