"""SQLite as the register uses it: how a connection is made, what it may do, and what keeps its rows' hashes.

``database`` opens the register with these; nothing else makes an engine.
"""

import sqlite3
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL
from sqlalchemy.pool import StaticPool

from pipeline.register import row_hashes
from pipeline.register.migrate import BEGIN


def set_reading_only(connection: Connection, *, on: bool) -> None:
    """Let the driver refuse writes or take them; a connection of the pool serves readers and writers in turn."""
    driver_of(connection).execute(f"PRAGMA query_only = {'ON' if on else 'OFF'}")


def keep_hashes(connection: Connection) -> None:
    """Let a connection that writes keep the hash of each row; once, since a pool lends it again."""
    if not connection.info.get(row_hashes.COLUMN):
        row_hashes.keep(driver_of(connection))
        connection.info[row_hashes.COLUMN] = True


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
        URL.create("sqlite", database=str(path)),
        connect_args={"timeout": wait_seconds},
        max_overflow=-1,
    )
    _take_over_transactions(engine, journal)
    return engine


def memory_engine() -> Engine:
    """Return an engine on a database in memory, gone with its one connection."""
    engine = create_engine("sqlite://", connect_args={"check_same_thread": False}, poolclass=StaticPool)
    _take_over_transactions(engine, journal=None)
    return engine


def _take_over_transactions(engine: Engine, journal: str | None) -> None:
    """Say BEGIN ourselves: left alone, the driver begins late and commits in the middle of a change of tables."""

    @event.listens_for(engine, "connect")
    def prepare(driver: sqlite3.Connection, _: object) -> None:
        driver.isolation_level = None
        row_hashes.teach(driver)
        if journal is not None:
            driver.execute(f"PRAGMA journal_mode = {journal}")
            driver.execute("PRAGMA synchronous = FULL")
        driver.execute("PRAGMA foreign_keys = ON")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        connection.exec_driver_sql(connection.get_execution_options().get(BEGIN, "BEGIN"))
