"""Connections to PostgreSQL: whose session each is, how its transactions begin, and one at a time that writes.

A process that writes for a school takes that school's lock first and reads what is committed (READ COMMITTED) from then
on: one writer at a time, as SQLite has it by itself. One that reads sees one moment (REPEATABLE READ, READ ONLY).
"""

import hashlib
import select
from typing import Any

import psycopg
from psycopg import sql
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.dialects import registry
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.util import LRUCache

from pipeline.register.ledger.driver import SERVER
from pipeline.register.store.engines import log_no_interrupts
from pipeline.register.store.postgresql.driver import PostgreSQLDriver
from pipeline.register.store.postgresql.hashes import FOR_A_WRITER
from pipeline.register.store.postgresql.place import ServerPlace

_DIALECT = "postgresql+register"
_COMPILED: LRUCache[Any, Any] = LRUCache(4000)
"""The SQL of statements, for all engines of this program; as ``store.engines`` has it for SQLite."""
_KEPT_OPEN = 5
"""Connections of one program; a server has some hundred for everybody."""


class PostgreSQLRegisterDialect(PGDialect_psycopg):
    """PostgreSQL's dialect, of which one is as good as another; see ``store.engines.RegisterDialect``."""

    supports_statement_cache = True

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self)

    def __hash__(self) -> int:
        return hash(type(self))


registry.register(_DIALECT.replace("+", "."), __name__, PostgreSQLRegisterDialect.__name__)


def lock_key(schema: str, what: str) -> int:
    """Return the number of one lock of one school: PostgreSQL's own locks of programs are called by numbers."""
    return int.from_bytes(hashlib.sha256(f"{schema}\0{what}".encode()).digest()[:8], "big", signed=True)


def connect(place: ServerPlace, schema: str | None, *, wait_seconds: float = 10.0) -> "psycopg.Connection[Any]":
    """Return a connection of its own, without transactions, whose session stands in a school's schema.

    The server lists it under the schema's name, by which is told who has a register open. Raises psycopg.Error.
    """
    connection = psycopg.connect(**place.to_connect(), autocommit=True, application_name=schema or "policy-pipeline")
    try:
        enter(connection, schema, wait_seconds)
    except BaseException:
        connection.close()
        raise
    return connection


def enter(connection: "psycopg.Connection[Any]", schema: str | None, wait_seconds: float) -> None:
    """Let a session stand in a school's schema, and wait so long for a lock."""
    if schema is not None:
        connection.execute(sql.SQL("SET search_path TO {}").format(sql.Identifier(schema)))
    connection.execute(sql.SQL("SET lock_timeout TO {}").format(sql.Literal(f"{max(int(wait_seconds * 1000), 1)}ms")))


def server_engine(place: ServerPlace, schema: str, *, writes: bool, wait_seconds: float) -> Engine:
    """Return an engine for one school's schema: for those who write, or those who read."""

    def start() -> "psycopg.Connection[Any]":
        connection = connect(place, schema, wait_seconds=wait_seconds)
        if writes:
            for statement in FOR_A_WRITER:
                connection.execute(statement.encode())
        connection.autocommit = False
        connection.read_only = not writes
        level = psycopg.IsolationLevel.READ_COMMITTED if writes else psycopg.IsolationLevel.REPEATABLE_READ
        connection.isolation_level = level
        return connection

    engine = _engine(start)
    if writes:
        key = lock_key(schema, "write")

        @event.listens_for(engine, "begin")
        def begin(connection: Connection) -> None:
            connection.exec_driver_sql("SELECT pg_advisory_xact_lock(%s)", (key,))

    return engine


def making_engine(place: ServerPlace, schema: str, *, wait_seconds: float) -> Engine:
    """Return an engine for a process that makes tables or changes them; no hash is kept in its sessions."""

    def start() -> "psycopg.Connection[Any]":
        connection = connect(place, schema, wait_seconds=wait_seconds)
        connection.autocommit = False
        return connection

    engine = _engine(start)
    key = lock_key(schema, "write")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        connection.exec_driver_sql("SELECT pg_advisory_xact_lock(%s)", (key,))

    return engine


def _engine(start: Any) -> Engine:
    engine = create_engine(
        f"{_DIALECT}://",
        creator=start,
        execution_options={"compiled_cache": _COMPILED},
        use_native_hstore=False,
        pool_size=_KEPT_OPEN,
        max_overflow=-1,
        pool_use_lifo=True,
    )
    log_no_interrupts(engine)

    @event.listens_for(engine, "connect")
    def note(driver: "psycopg.Connection[Any]", record: Any) -> None:
        record.info[SERVER] = PostgreSQLDriver(driver)

    @event.listens_for(engine, "checkout")
    def look(driver: "psycopg.Connection[Any]", *_: object) -> None:
        if driver.closed or _is_readable(driver):
            raise DisconnectionError("the server ended the connection meanwhile")

    return engine


def _is_readable(driver: "psycopg.Connection[Any]") -> bool:
    """Tell whether the server has sent something that nobody asked for: that it ends the connection, mostly.

    It costs no way to the server and back.
    """
    if hasattr(select, "poll"):
        poll = select.poll()
        poll.register(driver.fileno(), select.POLLIN)
        return bool(poll.poll(0))
    return bool(select.select([driver.fileno()], [], [], 0)[0])
