"""SQLite as the register uses it: how a connection is made, what it may do, and what keeps its rows' hashes.

``sqlite`` opens the register with these; nothing else makes an engine.
"""

import logging
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.dialects import registry
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.engine import URL
from sqlalchemy.exc import OperationalError
from sqlalchemy.pool import NullPool, StaticPool
from sqlalchemy.util import LRUCache

from pipeline.register.ledger import evidence_prints, row_hashes
from pipeline.register.store.backend import BEGIN

_READING_ONLY = "reading_only"
"""Where a connection keeps whether its driver refuses writes."""
_KEPT_OPEN = 12
"""Connections; to open one costs as much as a page does. The last one given back is lent first."""
_PAUSE_SECONDS = 0.001
"""Between two looks whether another program has written."""
_DIALECT = "sqlite+register"
COMPILED: LRUCache[Any, Any] = LRUCache(4000)
"""The SQL of statements, for all engines of this program: some 1,000, each worked out once."""


class RegisterDialect(SQLiteDialect_pysqlite):
    """SQLite's dialect, of which one is as good as another.

    SQLAlchemy keeps the SQL that it has worked out of a statement by the dialect, and each engine has a dialect of its
    own: by itself every register that is opened, and its engine for writing, would work out each statement again.
    """

    supports_statement_cache = True

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self)

    def __hash__(self) -> int:
        return hash(type(self))


registry.register(_DIALECT.replace("+", "."), __name__, RegisterDialect.__name__)


def set_reading_only(connection: Connection, *, on: bool) -> None:
    """Let the driver refuse writes or take them.

    Nothing is said where that is so already: SQLite forgets every statement that it has made ready, triggers and all,
    when it is told this.
    """
    if connection.info.get(_READING_ONLY) is not on:
        driver_of(connection).execute(f"PRAGMA query_only = {'ON' if on else 'OFF'}")
        connection.info[_READING_ONLY] = on


def is_writing(connection: Connection) -> bool:
    """Return whether a transaction is one that writes, which nobody else does meanwhile."""
    return str(connection.get_execution_options().get(BEGIN, "BEGIN")) != "BEGIN"


def keep_hashes(connection: Connection) -> None:
    """Let a connection that writes keep the hash of each row, and note what it changes of evidence; once, since a pool
    lends it again."""
    if not connection.info.get(row_hashes.COLUMN):
        row_hashes.keep(driver_of(connection))
        evidence_prints.watch(driver_of(connection))
        connection.info[row_hashes.COLUMN] = True


def overwrite_freed(connection: Connection) -> None:
    """Let what SQLite frees in the file be overwritten, else the words stay readable there.

    A server's files are read by its administrators alone, and it uses that room again by itself.
    """
    driver = connection.connection.driver_connection
    if isinstance(driver, sqlite3.Connection):
        driver.execute("PRAGMA secure_delete = ON")


def driver_of(connection: Connection) -> sqlite3.Connection:
    """Return SQLite's own connection behind one of ours, for what is no SQL of a table: checks, hashes, copies."""
    return raw_driver(connection.connection)


def raw_driver(connection: Any) -> sqlite3.Connection:
    """Return SQLite's own connection behind what an engine lends."""
    driver = connection.driver_connection
    assert isinstance(driver, sqlite3.Connection)
    return driver


def file_engine(path: Path, *, journal: str = "WAL", wait_seconds: float) -> Engine:
    """Return an engine on a file; ``wait_seconds`` is how long a connection waits for another writer."""
    engine = create_engine(
        URL.create(_DIALECT, database=str(path)),
        connect_args={"timeout": wait_seconds},
        execution_options={"compiled_cache": COMPILED},
        pool_size=_KEPT_OPEN,
        max_overflow=-1,
        pool_use_lifo=True,
    )
    _take_over_transactions(engine, journal, wait_seconds)
    return engine


def unwritable_engine(path: Path) -> Engine:
    """Return an engine on a file whose drive cannot be written: SQLite keeps no file beside it and takes no lock.

    Only for a file that nobody writes to meanwhile, and beside which no work of a writer was left (``-wal``).
    """

    def connect() -> sqlite3.Connection:
        return sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True)

    engine = create_engine(
        URL.create(_DIALECT), creator=connect, poolclass=NullPool, execution_options={"compiled_cache": COMPILED}
    )
    _take_over_transactions(engine, journal=None, wait_seconds=0.0)
    return engine


def memory_engine() -> Engine:
    """Return an engine on a database in memory, gone with its one connection."""
    engine = create_engine(
        URL.create(_DIALECT),
        connect_args={"check_same_thread": False},
        poolclass=StaticPool,
        execution_options={"compiled_cache": COMPILED},
    )
    _take_over_transactions(engine, journal=None, wait_seconds=0.0)
    return engine


def log_no_interrupts(engine: Engine) -> None:
    """Let an engine's pool not log what ends the program while a connection is put away; it is raised all the same.

    Python shows what is logged where nobody else takes it: it would stand before an office as a fault.
    """
    logger = engine.pool.logger
    assert isinstance(logger, logging.Logger)  # no engine of ours echoes, which alone would be another kind
    logger.addFilter(_is_fault)


def _is_fault(record: logging.LogRecord) -> bool:
    return not (record.exc_info and isinstance(record.exc_info[1], KeyboardInterrupt))


def _take_over_transactions(engine: Engine, journal: str | None, wait_seconds: float) -> None:
    """Say BEGIN ourselves: left alone, the driver begins late and commits in the middle of a change of tables."""

    log_no_interrupts(engine)

    @event.listens_for(engine, "connect")
    def prepare(driver: sqlite3.Connection, _: object) -> None:
        driver.isolation_level = None
        row_hashes.teach(driver)
        # What a transaction changed of evidence is noted in a temporary table: not in a file of its own.
        driver.execute("PRAGMA temp_store = MEMORY")
        with _telling_damage():
            if journal is not None:
                driver.execute(f"PRAGMA journal_mode = {journal}")
                driver.execute("PRAGMA synchronous = FULL")
            driver.execute("PRAGMA foreign_keys = ON")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        statement = connection.get_execution_options().get(BEGIN, "BEGIN")
        if statement == "BEGIN":
            connection.exec_driver_sql(statement)
        else:
            _wait_to_write(connection, statement, wait_seconds)


@contextmanager
def _telling_damage() -> Iterator[None]:
    """Let damage to how the tables are drawn be an error of SQLite's like any other.

    The first statement reads the drawing. Where a damaged byte of it stands in SQLite's words, the driver cannot decode
    them and raises something else.
    """
    try:
        yield
    except UnicodeDecodeError as error:
        damaged = sqlite3.DatabaseError("malformed database schema")
        damaged.sqlite_errorcode = sqlite3.SQLITE_CORRUPT
        raise damaged from error


def _wait_to_write(connection: Connection, statement: str, wait_seconds: float) -> None:
    """Begin to write as soon as the program that writes now has done so, and within ``wait_seconds``.

    SQLite itself looks again after longer and longer pauses, up to a tenth of a second: beside a program that writes
    one short transaction after the other it would find the gap between two of them after a second or more.
    """
    driver, until = driver_of(connection), time.monotonic() + wait_seconds
    driver.execute("PRAGMA busy_timeout = 0")
    try:
        while True:
            try:
                connection.exec_driver_sql(statement)
                return
            except OperationalError as error:
                is_busy = getattr(error.orig, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_BUSY
                if not is_busy or time.monotonic() >= until:
                    raise
            time.sleep(_PAUSE_SECONDS)
    finally:
        with suppress(sqlite3.ProgrammingError):  # SQLAlchemy has closed it, since the program is being ended
            driver.execute(f"PRAGMA busy_timeout = {int(wait_seconds * 1000)}")
