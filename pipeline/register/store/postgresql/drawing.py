"""The tables of a register as PostgreSQL has them: the drawing of ``schema``, with what SQLite does by itself said.

Words are in the order of their bytes, as in SQLite: by the language of the server, lists would stand otherwise on
another server. Keys are numbered by a trigger (``hashes``), and the one table without a key has SQLite's ``rowid``.
"""

from collections.abc import Sequence
from functools import cache

from sqlalchemy import BigInteger, Column, Identity, Integer, MetaData, Table, Text, create_mock_engine, event
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.engine import Dialect
from sqlalchemy.schema import ExecutableDDLElement

from pipeline.register.ledger.driver import ServerDriver
from pipeline.register.tables.common import narrow_indexes

_EDITION = (
    "CREATE TABLE alembic_version "
    "(version_num VARCHAR(32) NOT NULL, CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num))"
)
_TABLES = (
    "SELECT pg_class.relname, attname, format_type(atttypid, atttypmod), attnotnull FROM pg_attribute "
    "JOIN pg_class ON pg_class.oid = attrelid WHERE relnamespace = current_schema()::regnamespace AND relkind = 'r' "
    'AND attnum > 0 AND NOT attisdropped ORDER BY pg_class.relname COLLATE "C", attname COLLATE "C"'
)
_INDEXES = (
    "SELECT relname FROM pg_class WHERE relnamespace = current_schema()::regnamespace AND relkind = 'i' "
    'ORDER BY relname COLLATE "C"'
)
_TRIGGERS = (
    "SELECT relname, tgname, tgenabled::text FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid "
    "WHERE relnamespace = current_schema()::regnamespace AND NOT tgisinternal "
    'ORDER BY relname COLLATE "C", tgname COLLATE "C"'
)
_FUNCTIONS = (
    "SELECT proname, prosrc FROM pg_proc WHERE pronamespace = current_schema()::regnamespace "
    'ORDER BY proname COLLATE "C", prosrc COLLATE "C"'
)
_EDITIONS = "SELECT version_num FROM alembic_version"
MARKED = (_TABLES, _INDEXES, _TRIGGERS, _FUNCTIONS, _EDITIONS)
"""What the mark of the tables is over: all of it as this program made it."""


def draw(driver: ServerDriver, drawn: MetaData, edition: str) -> None:
    """Make every table of a drawing, in the transaction that has begun, and note its edition."""
    draw_tables(driver, drawn.sorted_tables)
    driver.execute(_EDITION)
    driver.execute("INSERT INTO alembic_version VALUES (?)", (edition,))


def draw_tables(driver: ServerDriver, tables: Sequence[Table]) -> None:
    """Make some tables as they are drawn, in the transaction that has begun."""
    for statement in _statements_of(tuple(tables)) if tables else ():
        driver.execute(statement)


@cache
def _statements_of(tables: tuple[Table, ...]) -> tuple[str, ...]:
    statements: list[str] = []
    dialect: Dialect = PGDialect_psycopg()  # type: ignore[no-untyped-call]

    def note(element: ExecutableDDLElement, *_: object, **__: object) -> None:
        statements.append(str(element.compile(dialect=dialect)).replace("%%", "%"))

    as_server_has_it = _as_server_has_it(tables[0].metadata)
    some = [as_server_has_it.tables[table.name] for table in tables]
    as_server_has_it.create_all(create_mock_engine("postgresql+psycopg://", note), some, checkfirst=False)
    return tuple(statements)


def _as_server_has_it(drawn: MetaData) -> MetaData:
    copied = MetaData(naming_convention=drawn.naming_convention)
    event.listen(copied, "before_create", narrow_indexes)
    for table in drawn.sorted_tables:
        copy = table.to_metadata(copied)
        for column in copy.c:
            if isinstance(column.type, Text):
                column.type = Text(collation="C")
            if isinstance(column.type, Integer) and column.primary_key:
                column.autoincrement = False
        if not copy.primary_key.columns and "id" not in copy.c:
            copy.append_column(Column("rowid", BigInteger, Identity(always=True)))
    return copied
