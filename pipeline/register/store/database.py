"""Open the register: one SQLite file, safe against power cuts, two runs at once and older or newer programs.

``run`` and the commands open it once and hand ``Transaction`` values to the other modules of this package, which hold
every statement. ``open_memory_register`` and ``copy_to_memory`` give a register that leaves nothing behind, for dry
runs.
"""

import logging
import os
import re
import sqlite3
import threading
import time
import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, closing, contextmanager, nullcontext
from datetime import datetime
from pathlib import Path
from secrets import token_hex
from typing import Self, TypeAlias

from sqlalchemy import Connection, Engine, func, insert, select, update
from sqlalchemy.exc import DBAPIError

from pipeline.errors import PolicyPipelineError, RegisterError, RegisterInUseError
from pipeline.private_files import FILE, PASSAGE, create_file, keep_names, make_folder
from pipeline.register.ledger.key import ledger_key_in
from pipeline.register.ledger.outside_heads import PENDING_HEAD, keep_head
from pipeline.register.ledger.seal import APPENDED, CHECKED, SECRETS, renew_seal
from pipeline.register.store.counter import current_mark, has_head
from pipeline.register.store.damage import Damage, check_head, damaged, find_damage
from pipeline.register.store.engines import (
    OWN_CHECKPOINT_PAGES,
    driver_of,
    file_engine,
    keep_hashes,
    memory_engine,
    raw_driver,
    set_checkpoints,
    set_reading_only,
    unwritable_engine,
)
from pipeline.register.store.failures import explain_failure, explain_file_failure
from pipeline.register.store.location import read_mounts, refuse_shared_drive, register_path
from pipeline.register.store.marks import DOUBT, PENDING, HoldReason, find_doubt, mark_paths, read_marks, write_marks
from pipeline.register.store.migrate import BEGIN, SHIPPED, Migrations, draw_tables, make_tables, read_revision, upgrade
from pipeline.register.store.queue import queue_of
from pipeline.register.tables import schema

Transaction: TypeAlias = Connection
"""A connection inside a transaction; every function of this package takes one."""


_log = logging.getLogger(__name__)

_LONGEST_WRITING_SECONDS = 60.0

_LONG_SECONDS = 0.02
_GAP_SECONDS = 0.003
"""Whoever wrote for longer leaves such a gap behind it, in which another program that waits finds its turn."""


class Register:
    """The register of one school, open. Any thread may use it; close it, or use it in a ``with`` statement."""

    def __init__(
        self,
        engine: Engine,
        *,
        school: str,
        path: Path | None,
        marks: Sequence[Path] = (),
        secrets: Path | None = None,
        writer: Engine | None = None,
    ) -> None:
        """``writer`` is an engine of its own for whoever writes; None: all share ``engine``."""
        self.school: str = school
        """The key that every row of this school carries."""
        self.path: Path | None = path
        """None where the register is kept in memory."""
        self.marks: Sequence[Path] = marks
        """Where it is noted how far the register has come; empty in memory."""
        self.secrets: Path | None = secrets
        """Where the ledger's key is and its heads are kept as well; None in memory, where nothing is sealed."""
        self.doubt: HoldReason | None = None
        """What the marks said against the register when it was opened."""
        self.is_new: bool = path is None
        """There was none before it was opened."""
        self.checkpoint_pages: int = OWN_CHECKPOINT_PAGES  # see ``checkpoints``
        self._engine, self._writer = engine, writer or engine
        self._file = None if path is None else _file_at(path)
        self._thread = threading.local()
        # A register in memory has one connection, which threads take in turns.
        self._turn = threading.RLock()
        self._shared: Connection | None = None
        self._closed = False
        # When the last record was added that no head of this program covers yet.
        self._unsigned: datetime | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the file; a register in memory is gone. A thread still using it lets go once it is done.

        What was added to the ledger and is not signed yet, since something stopped the work, is signed before.
        """
        if self._unsigned is not None and not self._closed:
            self._sign_rest(self._unsigned)
        self._closed = True
        self._engine.dispose()
        self._writer.dispose()

    @contextmanager
    def transaction(self) -> Iterator[Transaction]:
        """Write: everything inside is kept together at the end, or nothing if it raises.

        Only one thread of one program writes at a time. Those of this program take turns in the order they came;
        another program is waited for up to ten seconds. Raises RegisterError where the file cannot be written,
        RuntimeError where this thread is already writing (it would wait for itself).
        """
        if getattr(self._thread, "writing", False):
            raise RuntimeError("a transaction is already open on this thread")
        self._thread.writing = True
        try:
            with self._explained(), self._my_turn():
                began = time.monotonic()
                with self._begun("BEGIN IMMEDIATE") as connection:
                    yield connection
                if self.path is not None and time.monotonic() - began > _LONG_SECONDS:
                    time.sleep(_GAP_SECONDS)
        finally:
            self._thread.writing = False

    @contextmanager
    def reading(self) -> Iterator[Transaction]:
        """Read what stood in the register at the first question; whatever others write meanwhile is not seen.

        Writing in here is a mistake of the program; in a file it raises sqlalchemy's OperationalError.
        """
        with self._explained(), self._begun("BEGIN") as connection:
            yield connection

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Keep other runs out while one reads and plans. A run that died has let go of it by dying.

        Decisions and deliveries take no such lock: they work beside a run, in transactions of their own. Raises
        RegisterInUseError at once where another run holds it. A register in memory has nobody to keep out.
        """
        if self.path is None:
            yield
            return
        with _keep_out(self.path, wait_seconds=0.0):
            yield

    @contextmanager
    def publishing(self, what: str = "pages") -> Iterator[None]:
        """Let one program at a time write the pages, or folders: what was decided last stands there at the end.

        Another waits up to a minute; raises RegisterInUseError where that is not enough.
        """
        if self.path is None:
            yield
            return
        with _keep_out(self.path.with_name(f"{self.path.name}.{what}"), wait_seconds=_LONGEST_WRITING_SECONDS):
            yield

    @property
    def engine(self) -> Engine:
        """For a copy of the whole file (``snapshots``); everything else takes a transaction."""
        return self._engine

    def find_damage(self) -> tuple[Damage, ...]:
        """Read all of the register and return what is not whole in it; empty where nothing is."""
        with _explain(self.path), self._begun("BEGIN") as connection:
            return find_damage(driver_of(connection))

    def refuse_damage(self) -> None:
        """Raise RegisterError where something in the register is not whole: nothing may rest on it then."""
        if found := self.find_damage():
            raise damaged(self.path, found[0])

    @contextmanager
    def _explained(self) -> Iterator[None]:
        """Say in words what the file refused; any other fault too, where it comes of damage to the file."""
        try:
            with _explain(self.path):
                yield
        except PolicyPipelineError:
            raise
        except Exception as error:
            found = self.find_damage() if self.path is not None and not self._closed else ()
            if found:
                raise damaged(self.path, found[0]) from error
            raise

    def _sign_rest(self, now: datetime) -> None:
        """Sign the ledger as it stands; what cannot be signed now the next program that starts signs or tells."""
        from pipeline.register.ledger import ledger

        try:
            with self.transaction() as tx:
                assert self.secrets is not None  # a register in memory keeps nothing to sign
                ledger.sign(tx, self.school, ledger_key_in(self.secrets), now, whole=False)
        except (PolicyPipelineError, RuntimeError) as error:
            _log.warning("the ledger was not signed: %s", error)

    def _refuse_another_file(self) -> None:
        """Raise RegisterError where the file is no longer in its place: what is written would go with the old one."""
        if self.path is not None and _file_at(self.path) != self._file:
            raise RegisterError(
                f"The register {self.path} was moved, deleted or replaced while it was in use, so nothing more is "
                "written. Put it back in that place and start this again: what was recorded before is in it."
            )

    def _my_turn(self) -> AbstractContextManager[None]:
        return nullcontext() if self.path is None else queue_of(self.path).turn()

    @contextmanager
    def _begun(self, begin: str) -> Iterator[Transaction]:
        if self.path is None:
            with self._turn, self._in_turn(begin) as connection:
                yield connection
            return
        self._refuse_another_file()
        engine = self._engine if begin == "BEGIN" else self._writer
        lent_by = engine.pool
        try:
            options = {BEGIN: begin, DOUBT: self.doubt, SECRETS: self.secrets}
            with engine.connect().execution_options(**options) as connection:
                for left_over in (PENDING, PENDING_HEAD, APPENDED, CHECKED):
                    connection.info.pop(left_over, None)
                set_reading_only(connection, on=begin == "BEGIN")
                if begin != "BEGIN":
                    keep_hashes(connection)
                    set_checkpoints(connection, pages=self.checkpoint_pages)
                with connection.begin():
                    yield connection
                    appended, signed = connection.info.get(APPENDED), connection.info.get(CHECKED)
                    if begin != "BEGIN":
                        renew_seal(connection, driver_of(connection), self.school)
                if mark := connection.info.pop(PENDING, None):
                    write_marks(self.marks, mark)
                if self.secrets is not None and (head := connection.info.pop(PENDING_HEAD, None)):
                    keep_head(self.secrets, *head)
                if self.secrets is not None and (appended or signed):
                    self._unsigned = None if signed else appended
        finally:
            if self._closed:
                # Closed meanwhile: the pool that takes this connection back would keep the file open.
                lent_by.dispose()
                engine.dispose()

    @contextmanager
    def _in_turn(self, begin: str) -> Iterator[Transaction]:
        if self._shared is None:
            with self._engine.connect().execution_options(**{DOUBT: self.doubt}) as connection, connection.begin():
                keep_hashes(connection)
                self._shared = connection
                try:
                    yield connection
                finally:
                    self._shared = None
        elif begin == "BEGIN":
            yield self._shared
        else:
            with self._shared.begin_nested():
                yield self._shared


def open_register(
    url: str,
    *,
    root: Path,
    school_name: str,
    time_zone: str,
    create: bool = True,
    wait_seconds: float = 10.0,
    migrations: Migrations = SHIPPED,
) -> Register:
    """Open the register that ``[register] url`` names; make it, or bring its tables up to date, where needed.

    ``root`` is the folder of ``config.toml``; ``wait_seconds`` is how long to wait for another writer or a run that is
    making or upgrading it; ``migrations`` are others than the shipped ones only in drills. The name and time zone are
    kept as given now. Raises RegisterError for a place it must not stand in, no register or a newer program's, a full
    or unwritable drive, and, with ``create`` False, none; RegisterInUseError where another run is making it.
    """
    path = register_path(url, root=root)
    refuse_shared_drive(path, mounts=read_mounts())
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
        _bring_up_to_date(engine, path, migrations, wait_seconds, root / ".secrets")
        school = _settle_school(Register(engine, school="", path=path, writer=writer), school_name, time_zone)
        register = _at(path, root, engine, school, writer)
        register.is_new = is_new
        return _held_against_marks(register)


def open_unwritable(url: str, *, root: Path) -> Register | None:
    """Open the register to look into it where its drive, or this account, cannot write; None where it can be written.

    Nothing is made beside it and nothing is brought up to date. Raises RegisterError where it cannot be read like that:
    a server's last work stands beside it, or it is of another edition.
    """
    path = register_path(url, root=root)
    as_who = {"effective_ids": True} if os.access in os.supports_effective_ids else {}
    if not path.is_file() or all(os.access(each, os.W_OK, **as_who) for each in (path, path.parent)):
        return None
    beside = path.with_name(f"{path.name}-wal")
    if beside.exists() and beside.stat().st_size:
        raise RegisterError(
            f"{path} cannot be written, and the last work on it stands in {beside.name} beside it, which cannot be "
            "read so. Copy both, and the folder .secrets, to a drive that can be written and look there."
        )
    with _disposed_on_failure(unwritable_engine(path)) as engine, _explain(path):
        with engine.connect() as connection:
            check_head(driver_of(connection), path)
            current = read_revision(connection)
            schools = list(connection.execute(select(schema.school.c.school)).scalars())
        if current != SHIPPED.revisions[-1] or len(schools) != 1:
            raise RegisterError(
                f"{path} is of another edition of this program and cannot be brought up to date where it is. Copy the "
                "workspace to a drive that can be written and look there."
            )
        return _at(path, root, engine, schools[0])


def _at(path: Path, root: Path, engine: Engine, school: str, writer: Engine | None = None) -> Register:
    marks, secrets = mark_paths(path, root), root / ".secrets"
    return Register(engine, school=school, path=path, marks=marks, secrets=secrets, writer=writer)


def open_memory_register(*, school_name: str, time_zone: str) -> Register:
    """Open an empty register with the same tables that nobody else sees and that is gone when closed."""
    with _disposed_on_failure(memory_engine()) as engine:
        with engine.begin() as connection:
            draw_tables(driver_of(connection), schema.metadata)
        school = _settle_school(Register(engine, school="", path=None), school_name, time_zone)
        return Register(engine, school=school, path=None)


def copy_to_memory(register: Register) -> Register:
    """Return a copy of the register, as it stands now, that leaves nothing behind. The original stays open."""
    with _explain(register.path), _disposed_on_failure(memory_engine()) as engine:
        with closing(register._engine.raw_connection()) as source, closing(engine.raw_connection()) as target:
            raw_driver(source).backup(raw_driver(target))
        memory = Register(engine, school=register.school, path=None)
        memory.doubt, memory.is_new = register.doubt, register.is_new
        return memory


def _file_at(path: Path) -> tuple[int, int] | None:
    """Return what tells the file at ``path`` from another one in its place; None where there is none."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


@contextmanager
def _disposed_on_failure(engine: Engine) -> Iterator[Engine]:
    """Let go of the file where a register cannot be opened; one that is open closes it itself."""
    try:
        yield engine
    except BaseException:
        engine.dispose()
        raise


@contextmanager
def _explain(path: Path | None) -> Iterator[None]:
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


# --- the school ------------------------------------------------------------------------------------------------


def _settle_school(register: Register, name: str, time_zone: str) -> str:
    """Return the school's key; write its name and time zone where they are new."""
    with register.reading() as tx:
        rows = tx.execute(select(schema.school)).all()
    if len(rows) > 1:
        raise RegisterError(
            f"The register {register.path} holds {len(rows)} schools; this version of the program keeps one. Use the "
            f"version that wrote it."
        )
    if rows and (rows[0].name, rows[0].time_zone) == (name, time_zone) and rows[0].register_id is not None:
        return str(rows[0].school)
    with register.transaction() as tx:
        written = tx.execute(select(schema.school.c.school)).scalar()
        if written is not None:
            known = func.coalesce(schema.school.c.register_id, token_hex(8))
            tx.execute(update(schema.school).values(name=name, time_zone=time_zone, register_id=known))
            return str(written)
        key = _school_key(name)
        values = {"school": key, "name": name, "time_zone": time_zone, "register_id": token_hex(8)}
        tx.execute(insert(schema.school).values(**values))
    return key


def _held_against_marks(register: Register) -> Register:
    """Ask the marks whether this is the register that they were written for, as far as it has come."""
    marks = read_marks(register.marks)
    with register.reading() as tx:
        mine = current_mark(tx, register.school)
        register.doubt = find_doubt(marks, mine, lambda head: has_head(tx, register.school, head))
    return register


def _school_key(name: str) -> str:
    plain = unicodedata.normalize("NFKD", re.sub("['’]", "", name)).encode("ascii", "ignore").decode("ascii").lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-") or "school"
