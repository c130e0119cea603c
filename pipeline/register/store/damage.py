"""Is the register's file whole? Looked into before anything is read from it that a copy, a mail or evidence rests on.

``find_damage`` reads all of it: ``run``, ``serve``, ``ledger verify`` and every decision begin with it. Every other
command only looks at the file's head and at the list of its tables (``check_head``), which costs next to nothing. The
bytes of documents are looked at apart (``policies.contents``): a damaged one holds one copy and not the whole run.
"""

import sqlite3
import zlib
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from pipeline.errors import RegisterError
from pipeline.register.ledger import row_hashes

SOURCES = "source_content"
"""The table whose damaged rows are told one by one: each is the document of one version."""

_SAFETY_COPY = (
    "Nothing was done. Put its last safety copy back, with the folder .secrets, and run this again; without one, ask "
    "whoever looks after your computers before you delete anything."
)


class DamageKind(StrEnum):
    """What is not whole."""

    TABLES = "tables"
    """The list of tables is not the one this program wrote."""
    PAGES = "pages"
    """SQLite's own check finds pages or indexes that do not fit together."""
    POINTERS = "pointers"
    """A row points to one that is not there."""
    ROWS = "rows"
    """Rows do not agree with their hash."""


@dataclass(frozen=True, slots=True)
class Damage:
    """What a look into the register found."""

    kind: DamageKind
    table: str | None = None
    """Where it is in one table."""
    count: int = 0
    """Of rows; 0 where they are not counted."""


def check_head(driver: sqlite3.Connection, path: Path) -> None:
    """Raise RegisterError where the list of tables is not the one that was written; SQLite itself looks at the size.

    The register of an edition before the mark of its tables (``user_version`` is 0) has nothing to hold it against.
    """
    (mark,) = driver.execute("PRAGMA user_version").fetchone()
    if mark and mark != mark_of_tables(driver):
        raise damaged(path, Damage(DamageKind.TABLES))


def mark_of_tables(driver: sqlite3.Connection) -> int:
    """Return a number over all tables, indexes and the edition of them, for ``PRAGMA user_version``; never 0."""
    rows = driver.execute(
        "SELECT CAST(type AS BLOB), CAST(name AS BLOB), CAST(tbl_name AS BLOB), CAST(sql AS BLOB) "
        "FROM main.sqlite_master WHERE name NOT LIKE 'sqlite~_%' ESCAPE '~' ORDER BY type, name"
    ).fetchall()
    edition = driver.execute("SELECT CAST(version_num AS BLOB) FROM alembic_version").fetchall()
    return zlib.crc32(repr((rows, edition)).encode("ascii")) & 0x7FFFFFFF or 1


def write_mark(driver: sqlite3.Connection) -> None:
    """Note the tables as they are now; a migration has just changed them. Part of the open transaction."""
    driver.execute(f"PRAGMA user_version = {mark_of_tables(driver)}")


def find_damage(driver: sqlite3.Connection) -> tuple[Damage, ...]:
    """Read the whole register and return what is not whole in it; the documents themselves are left out.

    ``integrity_check`` does all that ``quick_check`` does and holds each index against its table: a row that an index
    has lost would not be found again. Raises sqlite3.OperationalError where the file cannot be read at all just now.
    """
    try:
        (pages,) = driver.execute("PRAGMA integrity_check(1)").fetchone()
        if pages != "ok":
            return (Damage(DamageKind.PAGES),)
        pointing_nowhere = dict.fromkeys(row[0] for row in driver.execute("PRAGMA foreign_key_check"))
        tables = [table for table in row_hashes.list_tables(driver) if table != SOURCES]
        rows = row_hashes.find_damaged_rows(driver, tables)
    except sqlite3.OperationalError:
        raise
    except sqlite3.DatabaseError:
        return (Damage(DamageKind.PAGES),)
    return (
        *(Damage(DamageKind.POINTERS, table) for table in pointing_nowhere),
        *(Damage(DamageKind.ROWS, each.table, each.count) for each in rows),
    )


def damaged(register: Path | str, damage: Damage) -> RegisterError:
    """Return the error that stops everything before a damaged register is used: of a file, or by its name."""
    name = register if isinstance(register, str) else f"The register {register}"
    return RegisterError(f"{name} is damaged: {say_damage(damage)}. {_SAFETY_COPY}")


def say_damage(damage: Damage) -> str:
    """Return what is damaged, in words that go on a sentence."""
    match damage.kind:
        case DamageKind.TABLES:
            return "its tables are not as this program wrote them"
        case DamageKind.PAGES:
            return "parts of the file do not fit together any more"
        case DamageKind.POINTERS:
            return f"something in it ({_say_table(damage.table)}) refers to what is not there"
        case DamageKind.ROWS:
            rows = "an entry was" if damage.count == 1 else f"{damage.count} entries were"
            return f"{rows} changed by a fault of the drive or by another program ({_say_table(damage.table)})"


def _say_table(table: str | None) -> str:
    return (table or "").replace("_", " ")
