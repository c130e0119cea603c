"""Bring a register's tables to the edition this program knows, one migration at a time.

Each migration and the record of it are one transaction: a run killed in the middle leaves the old tables as they were,
and the next one starts that migration again. An edition that brings new tables alone has no file: they say since when
they are there and are made as they are drawn. Alembic is loaded only when there is something to do.
"""

import sqlite3
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

from sqlalchemy import Connection, Engine, MetaData, Table, create_mock_engine, text
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.schema import ExecutableDDLElement

from pipeline.errors import RegisterError
from pipeline.register.ledger import row_hashes
from pipeline.register.ledger.evidence_prints import bound_in
from pipeline.register.ledger.seal import is_in_order, seal_as_it_is
from pipeline.register.store.backend import BEGIN
from pipeline.register.store.damage import find_damage, say_damage, write_mark
from pipeline.register.tables import schema
from pipeline.register.tables.declared import declared_by


@dataclass(frozen=True, slots=True)
class Migrations:
    """The ways from each edition of the tables to the next."""

    folder: Path
    revisions: tuple[str, ...]
    """Every edition that can be brought forward, oldest first; the last is the program's own."""
    drawn: MetaData
    """The tables as one drawing, for a new register."""
    drawn_as: str
    """The edition of the drawing."""
    new: Mapping[str, Sequence[Table]]
    """The tables that came with an edition, which may need no file."""


_FIRST = "0002"
"""The first edition that can be brought forward: no register of one before it was ever in use."""


def ship(folder: Path, drawn: MetaData) -> Migrations:
    """Return the ways to a drawing: the files of ``folder``, each named after its edition, and what tables say."""
    files = {each.name[:4] for each in folder.glob("versions/[0-9]*.py")}
    since = {drawn.tables[name]: its.since for name, its in declared_by(drawn).items() if its.since}
    new = {edition: [table for table in since if since[table] == edition] for edition in {*since.values()}}
    revisions = tuple(sorted({_FIRST, *files, *new}))
    return Migrations(folder, revisions, drawn, revisions[-1], new)


SHIPPED = ship(Path(__file__).parents[1] / "migrations", schema.metadata)
_EDITION = (
    "CREATE TABLE alembic_version "
    "(version_num VARCHAR(32) NOT NULL, CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num))"
)
"""The table in which Alembic keeps the edition, as Alembic makes it."""


def read_revision(connection: Connection) -> str | None:
    """Return the edition of the tables behind ``connection``, None for an empty database.

    Raises RegisterError where there are tables and no edition: some other program's database.
    """
    tables = {row.name for row in connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'table'"))}
    if not tables:
        return None
    versions = (
        list(connection.execute(text("SELECT version_num FROM alembic_version")).scalars())
        if "alembic_version" in tables
        else []
    )
    if len(versions) != 1:
        raise RegisterError(
            "is a database, but no register. Set [register] url in config.toml to another file, or move this one away."
        )
    return str(versions[0])


def make_tables(engine: Engine, migrations: Migrations) -> None:
    """Make the tables of a new register as they are drawn."""
    with engine.connect().execution_options(**{BEGIN: "BEGIN EXCLUSIVE"}) as connection, connection.begin():
        draw_tables(_driver(connection), migrations.drawn)
        connection.execute(text(_EDITION))
        connection.execute(text("INSERT INTO alembic_version VALUES (:edition)"), {"edition": migrations.drawn_as})
        write_mark(_driver(connection))
    upgrade(engine, migrations)


def draw_tables(driver: sqlite3.Connection, drawn: MetaData) -> None:
    """Make the tables of a drawing where there is none of them yet, in the transaction that has begun."""
    for statement in _statements_of(drawn):
        driver.execute(statement)


@cache
def _statements_of(drawn: MetaData) -> tuple[str, ...]:
    """Return the SQL of a drawing; to work it out takes four times as long as SQLite takes to do it."""
    statements: list[str] = []

    def note(element: ExecutableDDLElement, *_: object, **__: object) -> None:
        statements.append(str(element.compile(dialect=SQLiteDialect_pysqlite())))

    drawn.create_all(create_mock_engine("sqlite://", note), checkfirst=False)
    return tuple(statements)


def upgrade(engine: Engine, migrations: Migrations, *, secrets: Path | None = None) -> None:
    """Run the migrations that are missing, in order, each in one transaction with its record.

    The caller keeps other runs out. What they made of the evidence is sealed with the ledger's key in the folder
    ``secrets``, if it was in order before. Raises RegisterError where the register is damaged, or a migration would
    leave rows that point nowhere; that migration is undone.
    """
    while _step(engine, migrations, secrets):
        pass


def _step(engine: Engine, migrations: Migrations, secrets: Path | None) -> bool:
    """Run one migration; return whether there was one to run."""
    with engine.connect().execution_options(**{BEGIN: "BEGIN EXCLUSIVE"}) as connection:
        # A migration may rebuild a table, which its foreign keys would forbid; they are checked before the commit.
        _set_foreign_keys(connection, on=False)
        try:
            with connection.begin():
                edition = read_revision(connection)
                assert edition is not None  # a register has tables
                if edition == migrations.revisions[-1]:
                    return False
                _refuse_damage(connection)
                in_order = _find_sealed(_driver(connection), secrets, edition)
                run_next(connection, migrations, edition, _draw_new)
                if connection.execute(text("PRAGMA foreign_key_check")).first() is not None:
                    raise RegisterError("could not be brought up to date: some of its rows point nowhere.")
                row_hashes.fill(_driver(connection))
                _seal(_driver(connection), secrets, in_order)
                write_mark(_driver(connection))
        finally:
            _set_foreign_keys(connection, on=True)
    return True


def run_next(
    connection: Connection,
    migrations: Migrations,
    edition: str,
    draw: Callable[[Connection, Sequence[Table]], None],
) -> None:
    """Bring the tables from ``edition`` to the next, in the transaction that has begun.

    ``draw`` makes the tables that are new in it, of which there may be none.
    """
    following = migrations.revisions[migrations.revisions.index(edition) + 1]
    file = next(migrations.folder.glob(f"versions/{following}_*.py"), None)
    draw(connection, migrations.new.get(following, ()))
    if file is not None:
        _run_file(connection, file)
    connection.execute(text("UPDATE alembic_version SET version_num = :edition"), {"edition": following})


def _run_file(connection: Connection, file: Path) -> None:
    from alembic.migration import MigrationContext
    from alembic.operations import Operations

    spec = spec_from_file_location(file.stem, file)
    assert spec is not None  # a file that was just found
    assert spec.loader is not None
    migration = module_from_spec(spec)
    spec.loader.exec_module(migration)
    with Operations.context(MigrationContext.configure(connection, opts={"target_metadata": schema.metadata})):
        migration.upgrade()


def _draw_new(connection: Connection, tables: Sequence[Table]) -> None:
    for metadata in {table.metadata for table in tables}:
        metadata.create_all(connection, tables, checkfirst=False)


def _refuse_damage(connection: Connection) -> None:
    """Make no new hashes over rows that are damaged: nothing could tell it any more."""
    if found := find_damage(_driver(connection)):
        raise RegisterError(
            f"cannot be brought up to date, since it is damaged: {say_damage(found[0])}. Put its last safety copy back."
        )


def _find_sealed(driver: sqlite3.Connection, secrets: Path | None, edition: str) -> Mapping[str, bool]:
    """Tell of each school whether its seal was in order; of an edition before seals there is none to be wrong."""
    if not _has_seals(driver):
        return {}
    bound = bound_in(edition)
    return {school: is_in_order(driver, school, secrets, bound) for school in _schools(driver)}


def _seal(driver: sqlite3.Connection, secrets: Path | None, in_order: Mapping[str, bool]) -> None:
    """Seal what a migration made of the evidence; what was not in order before stays so."""
    if not _has_seals(driver):
        return
    for school in _schools(driver):
        seal_as_it_is(driver, school, secrets, in_order=in_order.get(school, True))
    row_hashes.fill(driver, ("evidence_print", "ledger_seal"))


def _schools(driver: sqlite3.Connection) -> list[str]:
    return [school for (school,) in driver.execute("SELECT school FROM main.school")]


def _has_seals(driver: sqlite3.Connection) -> bool:
    return driver.execute("SELECT 1 FROM main.sqlite_master WHERE name = 'ledger_seal'").fetchone() is not None


def _set_foreign_keys(connection: Connection, *, on: bool) -> None:
    """Switch the checks on the driver's own connection: inside a transaction SQLite ignores the switch."""
    _driver(connection).execute(f"PRAGMA foreign_keys = {'ON' if on else 'OFF'}")


def _driver(connection: Connection) -> sqlite3.Connection:
    driver = connection.connection.driver_connection
    assert isinstance(driver, sqlite3.Connection)  # the connection is open
    return driver
