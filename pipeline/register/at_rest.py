"""Look into a register's file without opening it for writing: nothing is made beside it, locked or brought up to date.

The file and the work of a writer that stands beside it (``-wal``) are read into memory and looked at there. For
a person who looks after many workspaces and has no business in any of them.

Source: sqlite.org/fileformat2.html, "The Write-Ahead Log".
"""

import sqlite3
import struct
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from pipeline.errors import RegisterError, say_system_error
from pipeline.register.jobs import RUN_DAY
from pipeline.register.store.migrate import SHIPPED

_TRIES = 5
_HEADER, _FRAME = struct.Struct(">8I"), struct.Struct(">6I")
_MAGIC = 0x377F0682
_MODES_AT = 18
"""Where a file says by two bytes that it has a log beside it (2) or is whole by itself (1)."""


@dataclass(frozen=True, slots=True)
class AtRest:
    """What a register's file says of itself."""

    edition: str
    """Of its tables."""
    is_newer: bool
    """It was made by a newer version of this program."""
    is_older: bool
    """The next run brings it up to date."""
    last_run: datetime | None
    """When a run last finished; None where none has."""
    put_off: int
    """Mails that are to be tried again."""


def look_at_rest(path: Path) -> AtRest:
    """Return what the register at ``path`` says of itself.

    Raises:
        RegisterError: it cannot be read, is no register, or is written to too busily to be read whole.
    """
    content = bytearray(_read(path))
    if len(content) < 100 or not content.startswith(b"SQLite format 3\0"):
        raise RegisterError(f"{path} is no register, or was cut short.")
    content[_MODES_AT : _MODES_AT + 2] = b"\x01\x01"
    try:
        with closing(sqlite3.connect(":memory:")) as driver:
            driver.deserialize(bytes(content))
            return _look(driver)
    except sqlite3.Error as error:
        raise RegisterError(f"{path} cannot be read as a register: {error}.") from error


def _look(driver: sqlite3.Connection) -> AtRest:
    edition = str(driver.execute("SELECT version_num FROM alembic_version").fetchone()[0])
    ran = "SELECT max(finished_at) FROM job_run WHERE job = ? AND succeeded"
    (last_run,) = driver.execute(ran, (RUN_DAY,)).fetchone()
    (put_off,) = driver.execute("SELECT count(*) FROM message WHERE state = 'deferred'").fetchone()
    return AtRest(
        edition,
        is_newer=edition not in SHIPPED.revisions,
        is_older=edition in SHIPPED.revisions[:-1],
        last_run=datetime.fromisoformat(last_run).replace(tzinfo=UTC) if last_run else None,
        put_off=put_off,
    )


def _read(path: Path) -> bytes:
    """Return the file with the log beside it worked in; read again where another process wrote meanwhile."""
    log = path.with_name(f"{path.name}-wal")
    try:
        for _ in range(_TRIES):
            before = _stamps(path, log)
            content, written = path.read_bytes(), log.read_bytes() if log.exists() else b""
            if _stamps(path, log) == before:
                return _worked_in(content, written)
    except OSError as error:
        raise RegisterError(f"{path} cannot be read: {say_system_error(error)}.") from error
    raise RegisterError(f"{path} is being written to all the time; look again in a minute.")


def _stamps(*paths: Path) -> list[tuple[int, int] | None]:
    found = [path.stat() if path.exists() else None for path in paths]
    return [(one.st_mtime_ns, one.st_size) if one else None for one in found]


def _worked_in(content: bytes, log: bytes) -> bytes:
    """Return a database with the transactions of its log that were finished."""
    pages: dict[int, bytes] = {}
    unfinished: dict[int, bytes] = {}
    size = 0
    for number, pages_after, page in _frames(log):
        unfinished[number] = page
        if pages_after:
            pages |= unfinished
            unfinished, size = {}, pages_after * len(page)
    if not pages:
        return content
    whole = bytearray(content[:size].ljust(size, b"\0"))
    for number, page in pages.items():
        start = (number - 1) * len(page)
        if start < size:
            whole[start : start + len(page)] = page
    return bytes(whole)


def _frames(log: bytes) -> Iterator[tuple[int, int, bytes]]:
    """Yield number, size of the database in pages (0 within a transaction) and content of each page of a log.

    What an earlier log left behind, or was not written to its end, ends them: it has other salts or sums.
    """
    if len(log) < _HEADER.size:
        return
    magic, _, page_bytes, _, *salts, first, second = _HEADER.unpack_from(log)
    order = ">" if magic == _MAGIC + 1 else "<"
    sums = _sums(log[:24], (0, 0), order)
    if magic not in (_MAGIC, _MAGIC + 1) or sums != (first, second):
        return
    length = _FRAME.size + page_bytes
    for at in range(_HEADER.size, len(log) - length + 1, length):
        number, pages_after, one, other, first, second = _FRAME.unpack_from(log, at)
        page = log[at + _FRAME.size : at + length]
        sums = _sums(log[at : at + 8] + page, sums, order)
        if [one, other] != salts or sums != (first, second):
            return
        yield number, pages_after, page


def _sums(content: bytes, sums: tuple[int, int], order: str) -> tuple[int, int]:
    """Return the running sums of a log after more of it."""
    first, second = sums
    for one, other in struct.iter_unpack(f"{order}2I", content):
        first = (first + one + second) & 0xFFFFFFFF
        second = (second + other + first) & 0xFFFFFFFF
    return first, second
