"""One number over all rows of each table that evidence rests on, so that a change of any column of any row shows.

The print of a table is the sum of its rows' hashes (``row_hashes``), each stretched to 4,096 bits. A row that comes
adds its own, one that goes takes it away, so keeping it costs next to nothing however many rows there are. Triggers
note what a transaction changed; ``seal`` takes it into the prints at the transaction's end and seals them with
the ledger's key. A person who writes to the register without that key can make row and hash agree, but not the seal.

Source: Bellare and Micciancio, "A New Paradigm for Collision-free Hashing" (1997), section 5, AdHash; its length after
Wagner, "A Generalized Birthday Problem" (2002): 4,096 bits keep 128 against a forger who may add a thousand million
rows.
"""

import hashlib
import sqlite3
from collections.abc import Mapping, Sequence

from pipeline.register.ledger.driver import Driver
from pipeline.register.ledger.row_hashes import COLUMN, list_tables
from pipeline.register.tables.declared import TableKind
from pipeline.register.tables.schema import DECLARED

_BOUND = {
    name: its.sealed_since or its.since
    for name, its in DECLARED.items()
    if not its.unsealed and its.holds is not TableKind.LEDGER
}
EVIDENCE = tuple(_BOUND)
"""The tables that are bound, every column of them."""
NOT_SEALED: Mapping[str, str] = {name: its.unsealed for name, its in DECLARED.items() if its.unsealed}
"""The tables that are not bound, but for the ledger's own, and what each is about: a change of them does not show."""

_BYTES = 512
_MODULUS = 1 << 8 * _BYTES
CHANGED = "evidence_changed"
"""The temporary table in which a transaction notes the hashes that its rows of evidence had and have."""


def bound_in(edition: str) -> tuple[str, ...]:
    """Return the tables that are bound in an edition of the tables, such as ``0031``."""
    return tuple(name for name, since in _BOUND.items() if since <= edition)


def watch(driver: sqlite3.Connection) -> None:
    """Let this connection note every row of evidence that it writes, changes or deletes; after ``row_hashes.keep``."""
    driver.execute(f"CREATE TEMP TABLE {CHANGED} (name TEXT NOT NULL, before TEXT, after TEXT)")
    there = list_tables(driver)
    for table in (table for table in EVIDENCE if table in there):
        driver.execute(
            f"CREATE TEMP TRIGGER evidence_written_{table} AFTER UPDATE OF {COLUMN} ON main.{table} "
            f"WHEN OLD.{COLUMN} IS NOT NEW.{COLUMN} BEGIN "
            f"INSERT INTO {CHANGED} VALUES ('{table}', OLD.{COLUMN}, NEW.{COLUMN}); END"
        )
        driver.execute(
            f"CREATE TEMP TRIGGER evidence_deleted_{table} AFTER DELETE ON main.{table} BEGIN "
            f"INSERT INTO {CHANGED} VALUES ('{table}', OLD.{COLUMN}, NULL); END"
        )


def take_changes(driver: Driver) -> dict[str, int]:
    """Return by how much this transaction changed the print of each table, and forget it."""
    changes = peek_changes(driver)
    if changes:
        driver.execute(f"DELETE FROM {CHANGED}")
    return changes


def peek_changes(driver: Driver) -> dict[str, int]:
    """Return by how much this transaction has changed the print of each table so far."""
    changes: dict[str, int] = {}
    for name, before, after in driver.execute(f"SELECT name, before, after FROM {CHANGED}"):
        changed = (_term(name, after) if after else 0) - (_term(name, before) if before else 0)
        changes[name] = changes.get(name, 0) + changed
    return changes


def load_prints(driver: Driver, school: str) -> dict[str, str]:
    """Return the kept print of each table that ever had a row, hexadecimal digits."""
    rows = driver.execute("SELECT name, print FROM evidence_print WHERE school = ? ORDER BY name", (school,))
    return dict(rows.fetchall())


def keep_prints(driver: Driver, school: str, prints: Mapping[str, str]) -> None:
    """Keep the prints of some tables in place of what was kept of them."""
    driver.executemany(
        "INSERT INTO evidence_print (school, name, print) VALUES (?, ?, ?) "
        "ON CONFLICT (school, name) DO UPDATE SET print = excluded.print",
        [(school, name, printed) for name, printed in prints.items()],
    )


def changed_prints(prints: Mapping[str, str], changes: Mapping[str, int]) -> dict[str, str]:
    """Return the new print of each table that ``changes`` name. Raises ValueError where a kept one is no number."""
    return {name: _written(int(prints.get(name, "0"), 16) + change) for name, change in changes.items()}


def compute_prints(driver: Driver, tables: Sequence[str] = EVIDENCE) -> dict[str, str]:
    """Read every row of evidence and return the print of each of ``tables``: what ``load_prints`` should give."""
    there = list_tables(driver)
    prints = {}
    for table in tables:
        if table in there:
            hashes = driver.execute(f"SELECT {COLUMN} FROM {table}")
            prints[table] = _written(sum(_term(table, row_hash) for (row_hash,) in hashes if row_hash))
    return prints


def differing(kept: Mapping[str, str], found: Mapping[str, str]) -> tuple[str, ...]:
    """Return the tables whose two prints are not the same, by name; one without rows may have none."""
    empty = _written(0)
    return tuple(name for name in sorted({*kept, *found}) if kept.get(name, empty) != found.get(name, empty))


def _term(table: str, row_hash: str) -> int:
    stretched = hashlib.shake_256(f"{table}\n{row_hash}".encode("utf-8", "surrogatepass")).digest(_BYTES)
    return int.from_bytes(stretched, "big")


def _written(print_: int) -> str:
    return f"{print_ % _MODULUS:0{2 * _BYTES}x}"
