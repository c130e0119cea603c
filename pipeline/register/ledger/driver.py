"""The driver's own connection behind a transaction, for what is no statement about one table: hashes, prints, the seal.

What is handed to ``execute`` is SQL that SQLite and PostgreSQL both take, with ``?`` for each value.
"""

import sqlite3
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from typing import Any, Protocol

from sqlalchemy import Connection

SERVER = "server_driver"
"""Where a connection to a server keeps its ``ServerDriver``."""


class StatementRows(Protocol):
    """The rows of one statement."""

    def fetchone(self) -> Any:
        """Return the next row; None where there is none."""

    def fetchall(self) -> list[Any]:
        """Return every row that is left."""

    def __iter__(self) -> Iterator[Any]: ...


class Driver(Protocol):
    """What SQLite's own connection has, and one to a server as well."""

    def execute(self, sql: str, parameters: Any = ..., /) -> StatementRows:
        """Run one statement."""

    def executemany(self, sql: str, parameters: Any, /) -> Any:
        """Run one statement once for each of several rows."""


class ServerDriver(ABC):
    """A connection to a server, which keeps the hashes of its rows itself; ``row_hashes`` asks it."""

    @abstractmethod
    def execute(self, sql: str, parameters: Sequence[Any] = (), /) -> StatementRows:
        """Run one statement."""

    @abstractmethod
    def executemany(self, sql: str, parameters: Sequence[Sequence[Any]], /) -> Any:
        """Run one statement once for each of several rows."""

    @abstractmethod
    def list_tables(self) -> list[str]:
        """Return the tables whose rows have a hash, by name."""

    @abstractmethod
    def is_wrong(self, table: str) -> str:
        """Return the SQL that tells whether a row of ``table`` is not as this program wrote it."""

    @abstractmethod
    def hash_of(self, table: str) -> str:
        """Return the SQL of the hash that a row of ``table`` should have."""


def driver_behind(connection: Connection) -> Driver:
    """Return the driver's own connection behind one of ours."""
    server: ServerDriver | None = connection.info.get(SERVER)
    if server is not None:
        return server
    driver = connection.connection.driver_connection
    assert isinstance(driver, sqlite3.Connection)
    return driver
