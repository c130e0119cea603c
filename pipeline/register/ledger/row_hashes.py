"""A hash in every row, so that a row which a failing disk or another program has changed is found before it is used.

SQLite finds damage to the shape of a file, not to the words in it. Every table therefore has a column ``row_sha256``
over the row's other columns. Triggers keep it, so that no statement of this program can forget it; they refuse to
change a row that does not agree with its hash, which would make damage look whole. They are temporary: they belong to
the connection and not to the file, which other programs may still read. What such a program writes does not agree.
PostgreSQL has no such triggers; there they belong to the table and keep a hash only where this program has said, in its
session, that it is the one that writes (``store.postgresql``). The hash of a row is the same in both databases.

The bytes of documents are left out: ``source_content`` is keyed by their own SHA-256, which this hash is over.
"""

import hashlib
import sqlite3
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cache

from pipeline.register.ledger.driver import Driver, ServerDriver
from pipeline.register.store.chunks import in_chunks

COLUMN = "row_sha256"
_FUNCTION = "row_hash"
_AT_ONCE = 500
"""Values that one statement names."""


def row_hash(names: str, *values: bytes | None) -> str:
    """Return the SHA-256 over a row, 64 hexadecimal digits.

    ``names`` are its columns, with commas, sorted; ``values`` each as SQLite casts it to bytes. What is NULL is left
    out, so that a column added later changes nothing in the rows that do not have it.
    """
    parts: list[bytes] = []
    for label, value in zip(_labels(names), values, strict=True):
        if value is not None:
            parts += (label, b"%d:" % len(value), value)
    return hashlib.sha256(b"".join(parts)).hexdigest()


@cache
def _labels(names: str) -> tuple[bytes, ...]:
    return tuple(f"{name}:".encode() for name in names.split(","))


def teach(driver: sqlite3.Connection) -> None:
    """Let SQL of this connection call the function; nothing else in this module works without it."""
    driver.create_function(_FUNCTION, -1, row_hash, deterministic=True)


def list_tables(driver: Driver) -> list[str]:
    """Return the tables whose rows have a hash, by name; none in a register of an edition before them."""
    if isinstance(driver, ServerDriver):
        return driver.list_tables()
    query = (
        "SELECT tables.name FROM main.sqlite_master AS tables, pragma_table_info(tables.name) AS columns "
        "WHERE tables.type = 'table' AND columns.name = ? ORDER BY tables.name"
    )
    return [name for (name,) in driver.execute(query, (COLUMN,))]


def keep(driver: sqlite3.Connection) -> None:
    """Let this connection keep the hash of every row that it writes from now on."""
    for table, (columns, _) in _all_columns(driver).items():
        for statement in _triggers(table, columns):
            driver.execute(statement)


@cache
def _triggers(table: str, columns: tuple[str, ...]) -> tuple[str, str]:
    """Return the SQL that keeps the hashes of a table; registers of one edition have it alike."""
    hashed = ", ".join(_quoted(name) for name in columns)
    return (
        f"CREATE TEMP TRIGGER hash_new_{table} AFTER INSERT ON main.{table} BEGIN "
        f"UPDATE {table} SET {COLUMN} = {_hash_of(columns, 'NEW.')} WHERE rowid = NEW.rowid; END",
        f"CREATE TEMP TRIGGER hash_changed_{table} AFTER UPDATE OF {hashed} ON main.{table} BEGIN "
        f"SELECT RAISE(ABORT, 'the row was damaged') WHERE OLD.{COLUMN} IS NOT {_hash_of(columns, 'OLD.')}; "
        f"UPDATE {table} SET {COLUMN} = {_hash_of(columns, 'NEW.')} WHERE rowid = NEW.rowid; END",
    )


def keep_no_more(driver: sqlite3.Connection, *, but: Collection[str]) -> None:
    """Let this connection write without hashes from now on, into all tables but some: what nobody keeps needs none."""
    for table in set(list_tables(driver)) - set(but):
        for trigger in (f"hash_new_{table}", f"hash_changed_{table}"):
            driver.execute(f"DROP TRIGGER IF EXISTS temp.{trigger}")


def fill(driver: Driver, tables: Sequence[str] | None = None) -> None:
    """Write the hash of every row as it stands now, or of those of some tables; a migration has just changed them."""
    for table in list_tables(driver) if tables is None else tables:
        driver.execute(f"UPDATE {table} SET {COLUMN} = {_right_hash(driver, table)}")


@dataclass(frozen=True, slots=True)
class DamagedRows:
    """Rows of one table that do not agree with their hash."""

    table: str
    count: int


def find_damaged_rows(driver: Driver, tables: Sequence[str]) -> tuple[DamagedRows, ...]:
    """Read every row of ``tables`` and return where some do not agree with their hash."""
    found = []
    of_all = _all_columns(driver) if isinstance(driver, sqlite3.Connection) else {}
    for table in tables:
        wrong = _wrong_rows(*of_all[table]) if table in of_all else _is_wrong(driver, table)
        (count,) = driver.execute(f"SELECT count(*) FROM {table} WHERE {wrong}").fetchone()
        if count:
            found.append(DamagedRows(table, count))
    return tuple(found)


def list_columns(driver: sqlite3.Connection, table: str) -> list[str]:
    """Return every column of a table but the hash itself, as SQL names it: what a change of the row can change."""
    return [_quoted(name) for names in _columns(driver, table) for name in names]


def is_whole(driver: Driver, table: str, key: str, value: str) -> bool:
    """Tell whether every row of ``table`` whose column ``key`` is ``value`` agrees with its hash."""
    query = f"SELECT 1 FROM {table} WHERE {key} = ? AND ({_is_wrong(driver, table)})"
    return driver.execute(query, (value,)).fetchone() is None


def find_wrong(driver: Driver, table: str, key: str, values: Collection[str]) -> frozenset[str]:
    """Return which of ``values`` stand in the column ``key`` of a row of ``table`` that disagrees with its hash."""
    wrong = _is_wrong(driver, table)
    found: set[str] = set()
    for some in in_chunks(values, _AT_ONCE):
        among = ", ".join("?" * len(some))
        rows = driver.execute(f"SELECT {key} FROM {table} WHERE {key} IN ({among}) AND ({wrong})", tuple(some))
        found.update(value for (value,) in rows)
    return frozenset(found)


def _right_hash(driver: Driver, table: str) -> str:
    """Return the SQL of the hash that a row of ``table`` should have."""
    return driver.hash_of(table) if isinstance(driver, ServerDriver) else _hash_of(_columns(driver, table)[0])


def _is_wrong(driver: Driver, table: str) -> str:
    """Return the SQL that tells whether a row is not as this program wrote it."""
    return driver.is_wrong(table) if isinstance(driver, ServerDriver) else _wrong_rows(*_columns(driver, table))


@cache
def _wrong_rows(columns: tuple[str, ...], of_bytes: tuple[str, ...]) -> str:
    """Return that SQL for a table with these columns.

    SQLite keeps words and bytes in whatever column they are put. The same ones of the other sort agree with the hash,
    and a reader of them trips over them.
    """
    words = ", ".join(f"typeof({_quoted(name)})" for name in (*columns, COLUMN))
    misfiled = [f"typeof({_quoted(name)}) NOT IN ('blob', 'null')" for name in of_bytes]
    hashed = f"{COLUMN} IS NOT {_hash_of(columns)}"
    return " OR ".join([hashed, f"'blob' IN ({words})", *misfiled])


Columns = tuple[tuple[str, ...], tuple[str, ...]]
"""Of a table, by name: the columns that the hash is over, and those with the bytes of documents."""


def _columns(driver: Driver, table: str) -> Columns:
    return _parted(driver.execute("SELECT name, type FROM pragma_table_info(?) ORDER BY name", (table,)).fetchall())


def _all_columns(driver: sqlite3.Connection) -> dict[str, Columns]:
    """Return the columns of every table whose rows have a hash: all at once, in half the time of one by one."""
    query = (
        "SELECT tables.name, columns.name, columns.type FROM main.sqlite_master AS tables, "
        "pragma_table_info(tables.name) AS columns WHERE tables.type = 'table' ORDER BY tables.name, columns.name"
    )
    of_tables: dict[str, list[tuple[str, str]]] = {}
    for table, name, kind in driver.execute(query):
        of_tables.setdefault(table, []).append((name, kind))
    return {table: _parted(found) for table, found in of_tables.items() if any(name == COLUMN for name, _ in found)}


def _parted(columns: Sequence[tuple[str, str]]) -> Columns:
    names = [(name, kind == "BLOB") for name, kind in columns if name != COLUMN]
    return tuple(name for name, of_bytes in names if not of_bytes), tuple(name for name, of_bytes in names if of_bytes)


def _hash_of(columns: Sequence[str], of: str = "") -> str:
    """Return the SQL of a row's hash; ``of`` is ``NEW.`` or ``OLD.`` in a trigger."""
    values = ", ".join(f"CAST({of}{_quoted(name)} AS BLOB)" for name in columns)
    return f"{_FUNCTION}('{','.join(columns)}', {values})"


def _quoted(name: str) -> str:
    return f'"{name}"'
