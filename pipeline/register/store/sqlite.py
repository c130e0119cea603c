"""A register in a file of SQLite's, or in memory: how it is opened, made, locked, copied and brought up to date."""

import os
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager, nullcontext
from pathlib import Path

from sqlalchemy import Connection, Engine, select
from sqlalchemy.exc import DBAPIError

from pipeline.errors import RegisterError, RegisterInUseError
from pipeline.private_files import FILE, PASSAGE, create_file, keep_names, make_folder
from pipeline.register.store.carrying import carry, count_rows
from pipeline.register.store.damage import Damage, check_head, find_damage
from pipeline.register.store.engines import (
    driver_of,
    file_engine,
    keep_hashes,
    memory_engine,
    raw_driver,
    set_reading_only,
    unwritable_engine,
)
from pipeline.register.store.failures import explain_failure, explain_file_failure
from pipeline.register.store.location import read_mounts, refuse_shared_drive
from pipeline.register.store.marks import moved_note
from pipeline.register.store.migrate import SHIPPED, Migrations, draw_tables, make_tables, read_revision, upgrade
from pipeline.register.store.queue import queue_of
from pipeline.register.tables import schema

_LONG_SECONDS = 0.02
_GAP_SECONDS = 0.003
"""A writer that took longer leaves such a gap behind it, in which another program that waits finds its turn."""
_PAGES_AT_ONCE = 4_096
"""So many are copied between two looks; a process that writes meanwhile is not kept waiting."""


class SQLiteBackend:
    """A register in a file, or in memory where ``path`` is None; see ``Backend``."""

    def __init__(self, path: Path | None, engine: Engine, writer: Engine | None = None) -> None:
        """``writer`` is an engine of its own for writers; None: all share ``engine``."""
        self.path: Path | None = path
        self.beside: Path | None = path
        self.name: str = "The register" if path is None else f"The register {path}"
        self.engine: Engine = engine
        self.writer: Engine = writer or engine
        self._file = None if path is None else _file_at(path)

    def refuse_another(self) -> None:
        """Raise RegisterError where the file is no longer in its place: what is written would go with the old one."""
        if self.path is not None:
            refuse_moved(self.path)
        if self.path is not None and _file_at(self.path) != self._file:
            raise RegisterError(
                f"{self.name} was moved, deleted or replaced while it was in use, so nothing more is "
                "written. Put it back in that place and start this again: what was recorded before is in it."
            )

    def turn(self) -> AbstractContextManager[None]:
        """Stand in line with the other threads of this program; SQLite has each try again and again."""
        return nullcontext() if self.path is None else queue_of(self.path).turn()

    def prepare(self, connection: Connection, *, writing: bool) -> None:
        """Let the driver take writes or refuse them, and keep hashes where it takes them."""
        if self.path is not None:
            set_reading_only(connection, on=not writing)
        if writing:
            keep_hashes(connection)

    def rest(self, seconds: float) -> None:
        """Leave a gap after a long transaction: a process that waits in another program looks again and again."""
        if self.path is not None and seconds > _LONG_SECONDS:
            time.sleep(_GAP_SECONDS)

    def keep_out(self, what: str, wait_seconds: float) -> AbstractContextManager[None]:
        """Lock a file beside the register's; a register in memory has nobody to keep out."""
        if self.path is None:
            return nullcontext()
        path = self.path.with_name(f"{self.path.name}.{what}") if what else self.path
        return _keep_out(path, wait_seconds=wait_seconds)

    def explain(self, error: Exception) -> RegisterError | None:
        """Say in words what the file refused."""
        return explain_failure(error, self.path) if isinstance(error, DBAPIError | sqlite3.Error) else None

    def find_damage(self, connection: Connection) -> tuple[Damage, ...]:
        """Let SQLite check the file, and hold every row against its hash."""
        return find_damage(driver_of(connection))

    def copy_to_memory(self) -> "SQLiteBackend":
        """Copy the file page by page."""
        engine = memory_engine()
        try:
            with closing(self.engine.raw_connection()) as source, closing(engine.raw_connection()) as target:
                raw_driver(source).backup(raw_driver(target))
        except BaseException:
            engine.dispose()
            raise
        return SQLiteBackend(None, engine)

    def write_file(self, target: Path) -> None:
        """Copy the file page by page; readers and writers go on meanwhile."""
        source = self.engine.raw_connection()
        try:
            with closing(sqlite3.connect(target)) as copy:
                # Read in one transaction, else each write of another process would begin the copy afresh.
                driver = raw_driver(source)
                driver.execute("BEGIN")
                try:
                    driver.backup(copy, pages=_PAGES_AT_ONCE)
                finally:
                    driver.rollback()
                # A file by itself: no other one beside it belongs to it.
                copy.execute("PRAGMA journal_mode = DELETE")
        except sqlite3.Error as error:
            raise explain_failure(error, target) or RegisterError(f"{target} could not be written: {error}.") from error
        finally:
            source.close()


def open_file(
    path: Path, *, create: bool, migrations: Migrations, wait_seconds: float, secrets: Path
) -> tuple[SQLiteBackend, bool]:
    """Open the file at ``path``, make it or bring it up to date; return it, and whether there was none before.

    Raises RegisterError where it cannot be used, RegisterInUseError where another run is making it.
    """
    refuse_shared_drive(path, mounts=read_mounts())
    refuse_moved(path)
    try:
        if is_new := not path.exists():
            if not create:
                raise RegisterError(f"There is no register yet at {path}. Run `policy run` first: it makes one.")
            _make(path, migrations, wait_seconds)
        if path.is_dir():
            raise RegisterError(f"{path} is a folder. Set [register] url in config.toml to a file, such as one in it.")
        if path.stat().st_size == 0:
            raise RegisterError(
                f"The register {path} is empty: it was cut short. Put its last safety copy back; to begin afresh, "
                f"delete it."
            )
    except OSError as error:
        raise explain_file_failure(error, path) from error
    engine, writer = (file_engine(path, wait_seconds=wait_seconds) for _ in range(2))
    with _disposed_on_failure(engine), _disposed_on_failure(writer), _explain(path):
        _bring_up_to_date(engine, path, migrations, wait_seconds, secrets)
        return SQLiteBackend(path, engine, writer), is_new


def open_empty_memory() -> SQLiteBackend:
    """Open a register without any rows in memory, gone with its one connection."""
    engine = memory_engine()
    with _disposed_on_failure(engine), engine.begin() as connection:
        draw_tables(driver_of(connection), schema.metadata)
    return SQLiteBackend(None, engine)


def open_unwritable_file(path: Path) -> tuple[SQLiteBackend, str] | None:
    """Open a file that this account cannot write, and return it with its school; None where it can be written.

    Raises RegisterError as ``database.open_unwritable``.
    """
    as_who = {"effective_ids": True} if os.access in os.supports_effective_ids else {}
    if not path.is_file() or all(os.access(each, os.W_OK, **as_who) for each in (path, path.parent)):
        return None
    beside = path.with_name(f"{path.name}-wal")
    if beside.exists() and beside.stat().st_size:
        raise RegisterError(
            f"{path} cannot be written, and the last work on it stands in {beside.name} beside it, which cannot be "
            "read so. Copy both, and the folder .secrets, to a drive that can be written and look there."
        )
    engine = unwritable_engine(path)
    with _disposed_on_failure(engine), _explain(path):
        with engine.connect() as connection:
            check_head(driver_of(connection), path)
            current = read_revision(connection)
            schools = list(connection.execute(select(schema.school.c.school)).scalars())
        if current != SHIPPED.revisions[-1] or len(schools) != 1:
            raise RegisterError(
                f"{path} is of another edition of this program and cannot be brought up to date where it is. Copy the "
                "workspace to a drive that can be written and look there."
            )
        return SQLiteBackend(path, engine), schools[0]


def refuse_moved(path: Path) -> None:
    """Raise RegisterError where the register at ``path`` was moved: what is written to it would be missing there.

    The note says where it is, and in a second line what to say instead of that.
    """
    note = moved_note(path)
    if note.exists():
        try:
            to, _, said = note.read_text(encoding="utf-8").strip().partition("\n")
        except (OSError, UnicodeDecodeError):
            to, said = "another place", ""
        raise RegisterError(
            said
            or f"The register {path} was moved to {to}, and is kept as it was then. Set [register] url in config.toml "
            f"to that. To use this one again, and lose what was recorded there since, delete {note.name} beside it."
        )


def file_beside(root: Path) -> Path | None:
    """Return the register that a workspace keeps in its usual file and that was not moved; None where there is none."""
    path = root / "distribution" / "register.sqlite3"
    return path if path.is_file() and not moved_note(path).exists() else None


def refuse_file_beside(root: Path, place: object) -> None:
    """Raise RegisterError where a workspace whose register is to be in ``place`` has one in a file: it would lie there.

    Beginning anew beside it would ask everybody again for what stands in it.
    """
    if (path := file_beside(root)) is not None:
        raise RegisterError(
            f"There is a register in {path}, and none of this school yet in {place}, where [register] url says it is. "
            "Carry it over: 'policy register move' with that url behind it, in this school's folder. Nothing was made."
        )


def refuse_taken(target: Path) -> None:
    """Raise RegisterError where no new register may be made: on a shared drive, or in the place of another file."""
    refuse_shared_drive(target, mounts=read_mounts())
    whole = target.resolve()
    if whole.exists() or moved_note(whole).exists():
        raise RegisterError(f"There is something at {target} already. Name a file that is not there yet.")


def write_file_of(source: Connection, target: Path, check: Callable[[Connection], None]) -> int:
    """Carry all that ``source`` reads into a new file; return how many rows. ``check`` raises where it is not right.

    Raises RegisterError where there is a file already, or not every row came over whole.
    """
    refuse_taken(target)
    make_folder(target.parent, PASSAGE)
    unfinished = target.with_name(target.name + ".unfinished")
    os.close(create_file(unfinished))
    engine = file_engine(unfinished, journal="DELETE", wait_seconds=0.0)
    try:
        with _explain(target):
            make_tables(engine, SHIPPED)
            with engine.begin() as connection:
                carry(source, connection)
                if find_damage(driver_of(connection)) or count_rows(connection) != count_rows(source):
                    raise RegisterError(f"Not every row came over into {target}, so nothing was kept there.")
                check(connection)
                rows = sum(count_rows(connection).values())
        engine.dispose()
        unfinished.replace(target)
        keep_names(target.parent)
        return rows
    finally:
        engine.dispose()
        unfinished.unlink(missing_ok=True)


def _file_at(path: Path) -> tuple[int, int] | None:
    """Return what tells the file at ``path`` from another one in its place; None where there is none."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


@contextmanager
def _disposed_on_failure(engine: Engine) -> Iterator[None]:
    """Let go of the file where a register cannot be opened; one that is open closes it itself."""
    try:
        yield
    except BaseException:
        engine.dispose()
        raise


@contextmanager
def _explain(path: Path) -> Iterator[None]:
    try:
        yield
    except (DBAPIError, sqlite3.Error) as error:
        explained = explain_failure(error, path)
        if explained is None:
            raise
        raise explained from error


# --- making and upgrading --------------------------------------------------------------------------------------


@contextmanager
def _keep_out(path: Path, *, wait_seconds: float) -> Iterator[None]:
    from filelock import FileLock, Timeout

    lock = FileLock(path.with_name(path.name + ".lock"), timeout=wait_seconds, mode=FILE, fallback_to_soft=False)
    try:
        lock.acquire()
    except Timeout as error:
        raise RegisterInUseError(
            f"Another run is using the register {path}. Wait until it has finished, then try again."
        ) from error
    except OSError as error:
        raise explain_file_failure(error, path) from error
    try:
        yield
    finally:
        lock.release()


def _make(path: Path, migrations: Migrations, wait_seconds: float) -> None:
    """Make the file beside its place and move it there whole, so that an empty register is always a damaged one."""
    make_folder(path.parent, PASSAGE)
    with _keep_out(path, wait_seconds=wait_seconds):
        if path.exists():
            return
        unfinished = path.with_name(path.name + ".unfinished")
        for leftover in (unfinished, unfinished.with_name(unfinished.name + "-journal")):
            leftover.unlink(missing_ok=True)
        # SQLite gives the files it makes beside this one the same mode.
        os.close(create_file(unfinished))
        engine = file_engine(unfinished, journal="DELETE", wait_seconds=wait_seconds)
        try:
            with _explain(path):
                make_tables(engine, migrations)
        finally:
            engine.dispose()
        unfinished.replace(path)
        keep_names(path.parent)


def _bring_up_to_date(engine: Engine, path: Path, migrations: Migrations, wait_seconds: float, secrets: Path) -> None:
    try:
        with engine.connect() as connection:
            check_head(driver_of(connection), path)
            current = read_revision(connection)
        if current == migrations.revisions[-1]:
            return
        if current not in migrations.revisions:
            raise RegisterError(
                "was made by a newer version of this program. Install that version, then run this again."
            )
        with _keep_out(path, wait_seconds=wait_seconds):
            upgrade(engine, migrations, secrets=secrets)
    except RegisterInUseError:
        raise
    except RegisterError as error:
        raise RegisterError(f"The register {path} {error}") from error
