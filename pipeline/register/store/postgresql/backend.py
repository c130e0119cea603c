"""A register in a PostgreSQL database: how one school's is found, made, locked, copied and brought up to date."""

import zlib
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError

from pipeline.errors import RegisterError, RegisterInUseError
from pipeline.register.ledger import row_hashes
from pipeline.register.ledger.driver import SERVER, ServerDriver
from pipeline.register.ledger.evidence_prints import bound_in
from pipeline.register.ledger.seal import is_in_order, seal_as_it_is
from pipeline.register.store.carrying import carry
from pipeline.register.store.damage import SOURCES, Damage, DamageKind, damaged, say_damage
from pipeline.register.store.engines import file_engine
from pipeline.register.store.migrate import Migrations, make_tables, run_next
from pipeline.register.store.postgresql import drawing, failures
from pipeline.register.store.postgresql.driver import PostgreSQLDriver
from pipeline.register.store.postgresql.engine import connect, enter, lock_key, making_engine, server_engine
from pipeline.register.store.postgresql.hashes import make_triggers
from pipeline.register.store.postgresql.place import ServerPlace
from pipeline.register.store.postgresql.schools import (
    choose_schema,
    known_ids,
    list_schemas,
    note_school,
    refuse_foreign,
    refuse_moved,
)
from pipeline.register.store.queue import queue_of
from pipeline.register.store.sqlite import SQLiteBackend, open_empty_memory, refuse_file_beside

_OLDEST = 150_000
"""The server's version that this is for, as it numbers itself: PostgreSQL 15."""
_MARK = "policy-pipeline tables "


class PostgreSQLBackend:
    """One school's register in a database; see ``Backend``."""

    path: Path | None = None

    def __init__(self, place: ServerPlace, schema: str, beside: Path, wait_seconds: float) -> None:
        """``beside`` is where a file would be in the workspace, after which marks and claims are named."""
        self.place: ServerPlace = place
        self.schema: str = schema
        self.beside: Path | None = beside
        self.name: str = f"The register in {place}"
        self.engine: Engine = server_engine(place, schema, writes=False, wait_seconds=wait_seconds)
        self.writer: Engine = server_engine(place, schema, writes=True, wait_seconds=wait_seconds)
        self.noted: str | None = None
        """Which register the schema says that it holds, when it was opened."""
        self._runs: psycopg.Connection[Any] | None = None

    def refuse_another(self) -> None:
        """Raise RegisterError where a run has lost its lock: another one may have begun."""
        if self._runs is not None:
            try:
                self._runs.execute("SELECT 1")
            except psycopg.Error as error:
                raise self.explain(error) or error from error

    def turn(self) -> AbstractContextManager[None]:
        """Stand in line with the other threads of this program, so that those who wait need no connection."""
        return queue_of(f"{self.place} {self.schema}").turn()

    def prepare(self, connection: Connection, *, writing: bool) -> None:
        """Do nothing: a session is made ready when it begins."""

    def rest(self, seconds: float) -> None:
        """Do nothing: those that wait for the lock are let in by the server, in the order they came."""

    @contextmanager
    def keep_out(self, what: str, wait_seconds: float) -> Iterator[None]:
        """Hold a lock of the server's that ends with this session, and with the program however it ends."""
        with self._explained(), self._locked(what, wait_seconds) as holder:
            if not what:
                self._runs = holder
            try:
                yield
            finally:
                if not what:
                    self._runs = None

    @contextmanager
    def _locked(self, what: str, wait_seconds: float) -> Iterator["psycopg.Connection[Any]"]:
        key = lock_key(self.schema, what or "run")
        with connect(self.place, None, wait_seconds=wait_seconds) as holder:
            if wait_seconds:
                try:
                    holder.execute("SELECT pg_advisory_lock(%s)", (key,))
                    got = True
                except psycopg.errors.LockNotAvailable:
                    got = False
            else:
                (got,) = holder.execute("SELECT pg_try_advisory_lock(%s)", (key,)).fetchone() or (False,)
            if not got:
                raise RegisterInUseError(
                    f"Another run is using {self.name[:1].lower()}{self.name[1:]}. Wait until it has finished, then "
                    "try again."
                )
            yield holder

    def explain(self, error: Exception) -> RegisterError | None:
        """Say in words what the server refused."""
        return failures.explain(error, self.name, self.place)

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except psycopg.Error as error:
            explained = self.explain(error)
            if explained is None:
                raise
            raise explained from error

    def find_damage(self, connection: Connection) -> tuple[Damage, ...]:
        """Hold the tables against their mark and every row against its hash; pointers the server itself keeps right."""
        return find_damage(driver_of(connection))

    def copy_to_memory(self) -> SQLiteBackend:
        """Carry every row into memory."""
        memory = open_empty_memory()
        try:
            with self.engine.connect() as source, source.begin(), memory.engine.begin() as target:
                carry(source, target)
        except BaseException:
            memory.engine.dispose()
            raise
        return memory

    def write_file(self, target: Path) -> None:
        """Carry every row into a file of SQLite's."""
        from pipeline.register.store.migrate import SHIPPED

        into = file_engine(target, journal="DELETE", wait_seconds=0.0)
        try:
            make_tables(into, SHIPPED)
            with self.engine.connect() as source, source.begin(), into.begin() as connection:
                carry(source, connection)
        finally:
            into.dispose()


def driver_of(connection: Connection) -> ServerDriver:
    """Return the driver's own connection behind one of ours."""
    driver: ServerDriver = connection.info[SERVER]
    return driver


# --- opening -----------------------------------------------------------------------------------------------------


def open_server(
    place: ServerPlace,
    *,
    beside: Path,
    root: Path,
    key: str,
    by_name: str,
    create: bool,
    migrations: Migrations,
    wait_seconds: float,
    opening: ExitStack,
) -> tuple[PostgreSQLBackend, bool]:
    """Open a school's register, make it or bring it up to date; return it, and whether there was none before.

    ``key`` is ``[school] key``, ``by_name`` the key that the school's name gives. Until ``opening`` ends no other
    workspace begins with a school that nobody has put his number to. Raises RegisterError where it cannot be used,
    ConfigurationError where the password cannot be read.
    """
    name = f"The register in {place}"
    with said_of(name, place):
        with connect(place, None) as connection:
            driver = PostgreSQLDriver(connection)
            found = _find(driver, place, beside=beside, root=root, key=key, by_name=by_name)
            if not found.there and not create:
                raise RegisterError(
                    f"There is no register of this school yet in {place}. Run `policy run` first: it makes one."
                )
            if found.register_id is None:
                opening.enter_context(_first_to_open(place, found.schema, wait_seconds))
                # Looked at again: another workspace may have made it while this one waited.
                found = _find(driver, place, beside=beside, root=root, key=key, by_name=by_name)
            enter(connection, found.schema, wait_seconds)
            is_current = found.there and _is_current(driver, name, migrations)
        if not is_current:
            _make_current(place, found, name, migrations, root / ".secrets", wait_seconds)
        backend = PostgreSQLBackend(place, found.schema, beside, wait_seconds)
        backend.noted = found.register_id
        return backend, not found.there


@contextmanager
def _first_to_open(place: ServerPlace, schema: str, wait_seconds: float) -> Iterator[None]:
    """Keep other workspaces from beginning with a school until this one has put its number to it."""
    with connect(place, None, wait_seconds=wait_seconds) as holder:
        try:
            holder.execute("SELECT pg_advisory_lock(%s)", (lock_key(schema, "begin"),))
        except psycopg.errors.LockNotAvailable as error:
            raise RegisterInUseError(
                f"Another run is making the register in {place}. Wait until it has finished, then try again."
            ) from error
        yield


def find_school(place: ServerPlace, *, beside: Path, root: Path, key: str, by_name: str) -> tuple[str, bool]:
    """Return the schema of a workspace's school and whether its register is there; nothing is made.

    Raises RegisterError where the database cannot be reached or used, or it would be another school's.
    """
    with said_of(f"The register in {place}", place), connect(place, None) as connection:
        found = _find(PostgreSQLDriver(connection), place, beside=beside, root=root, key=key, by_name=by_name)
        return found.schema, found.there


@dataclass(frozen=True, slots=True)
class _SchoolSchema:
    """A school's part of a database."""

    schema: str
    there: bool
    register_id: str | None
    """As the schema says it; None where it does not yet."""


def _find(
    driver: ServerDriver, place: ServerPlace, *, beside: Path, root: Path, key: str, by_name: str
) -> _SchoolSchema:
    _refuse_unfit(driver, place)
    there = list_schemas(driver)
    known = known_ids(beside, root)
    schema = choose_schema(there, known, key=key, by_name=by_name, place=place)
    if schema not in there:
        refuse_moved(driver, known, place)
    elif there[schema] not in known:
        refuse_foreign(driver, schema, root / ".secrets", key=key, place=place)
    found = _SchoolSchema(schema, schema in there or has_school(driver, schema), there.get(schema))
    if not found.there:
        refuse_file_beside(root, place)
    return found


def refuse_place(place: ServerPlace) -> None:
    """Raise RegisterError where a database cannot be reached or used."""
    with said_of(f"The register in {place}", place), connect(place, None) as connection:
        _refuse_unfit(PostgreSQLDriver(connection), place)


def note_register_id(backend: PostgreSQLBackend, register_id: str) -> None:
    """Let the school's schema say which register it holds, by which its workspace finds it."""
    if backend.noted != register_id:
        with said_of(backend.name, backend.place), connect(backend.place, None) as connection:
            note_school(PostgreSQLDriver(connection), backend.schema, register_id)


@contextmanager
def said_of(name: str, place: ServerPlace) -> Iterator[None]:
    """Say in words what the server refused."""
    try:
        yield
    except (psycopg.Error, DBAPIError) as error:
        explained = failures.explain(error, name, place)
        if explained is None:
            raise
        raise explained from error


def _refuse_unfit(driver: ServerDriver, place: ServerPlace) -> None:
    """Raise RegisterError for a server too old, or a database that keeps words otherwise than as UTF-8."""
    query = "SELECT current_setting('server_version_num')::integer, current_setting('server_encoding')"
    version, encoding = driver.execute(query).fetchone()
    if version < _OLDEST:
        raise RegisterError(
            f"The server at {place.host}:{place.port} is PostgreSQL {version // 10_000}; it takes "
            f"{_OLDEST // 10_000} or newer. Let whoever looks after it bring it up to date."
        )
    if encoding != "UTF8":
        raise RegisterError(
            f"{place} keeps words as {encoding}, which has no place for every letter of a name. Make it anew with "
            "ENCODING 'UTF8'; docs/postgresql.md says how."
        )


def has_tables(driver: ServerDriver, schema: str) -> bool:
    """Tell whether a schema is there with any table in it."""
    query = "SELECT 1 FROM pg_tables WHERE schemaname = ? LIMIT 1"
    return driver.execute(query, (schema,)).fetchone() is not None


def has_school(driver: ServerDriver, schema: str) -> bool:
    """Tell whether a schema has tables with a school in them; their maker may have been stopped before that."""
    query = "SELECT 1 FROM pg_tables WHERE schemaname = ? AND tablename = 'school'"
    if driver.execute(query, (schema,)).fetchone() is None:
        return False
    school = sql.SQL("SELECT 1 FROM {}.school").format(sql.Identifier(schema)).as_string()
    return driver.execute(school).fetchone() is not None


# --- making and upgrading --------------------------------------------------------------------------------------


def _make_current(
    place: ServerPlace, found: _SchoolSchema, name: str, migrations: Migrations, secrets: Path, wait_seconds: float
) -> None:
    """Make a school's tables where there are none, and bring them up to date."""
    engine = making_engine(place, found.schema, wait_seconds=wait_seconds)
    try:
        if not found.there:
            _make(engine, found.schema, migrations)
        _bring_up_to_date(engine, name, migrations, secrets)
    finally:
        engine.dispose()


def _make(engine: Engine, schema: str, migrations: Migrations) -> None:
    """Make a school's schema and tables in one transaction, where nobody else has done so meanwhile."""
    with engine.connect() as connection, connection.begin():
        driver = driver_of(connection)
        if not has_tables(driver, schema):
            make_tables_of(driver, schema, migrations)
            write_mark(driver)


def make_tables_of(driver: ServerDriver, schema: str, migrations: Migrations) -> None:
    """Make a school's schema, where it is not there, and its tables, in the transaction that has begun."""
    if driver.execute("SELECT 1 FROM pg_namespace WHERE nspname = ?", (schema,)).fetchone() is None:
        driver.execute(sql.SQL("CREATE SCHEMA {}").format(sql.Identifier(schema)).as_string())
    drawing.draw(driver, migrations.drawn, migrations.drawn_as)
    make_triggers(driver)


def _is_current(driver: ServerDriver, name: str, migrations: Migrations) -> bool:
    """Tell whether the tables are those of this program's edition, as it made them."""
    return edition_of(driver, name) == migrations.revisions[-1] and _mark_of_tables(driver) == _read_mark(driver)


def _bring_up_to_date(engine: Engine, name: str, migrations: Migrations, secrets: Path) -> None:
    while True:
        with engine.connect() as connection, connection.begin():
            driver = driver_of(connection)
            current = edition_of(driver, name)
            if _mark_of_tables(driver) != _read_mark(driver):
                raise damaged(name, Damage(DamageKind.TABLES))
            if current == migrations.revisions[-1]:
                return
            if current not in migrations.revisions:
                raise RegisterError(
                    f"{name} was made by a newer version of this program. Install that version, then run this again."
                )
            _step(connection, driver, name, migrations, secrets)


def _step(connection: Connection, driver: ServerDriver, name: str, migrations: Migrations, secrets: Path) -> None:
    """Run one migration in the transaction that has begun: what it changes, the hashes, the seal, and its record."""
    if found := find_damage(driver):
        raise RegisterError(
            f"{name} cannot be brought up to date, since it is damaged: {say_damage(found[0])}. Put its last safety "
            "copy back."
        )
    schools = [school for (school,) in driver.execute("SELECT school FROM school").fetchall()]
    edition = edition_of(driver, name)
    bound = bound_in(edition)
    in_order: Mapping[str, bool] = {school: is_in_order(driver, school, secrets, bound) for school in schools}
    run_next(connection, migrations, edition, lambda _, tables: drawing.draw_tables(driver, tables))
    make_triggers(driver)
    row_hashes.fill(driver)
    for school in schools:
        seal_as_it_is(driver, school, secrets, in_order=in_order[school])
    row_hashes.fill(driver, ("evidence_print", "ledger_seal"))
    write_mark(driver)


def edition_of(driver: ServerDriver, name: str) -> str:
    """Return the edition of the tables. Raises RegisterError where there is none: some other program's tables."""
    (there,) = driver.execute("SELECT to_regclass('alembic_version') IS NOT NULL").fetchone()
    found = driver.execute("SELECT version_num FROM alembic_version").fetchall() if there else []
    if len(found) != 1:
        raise RegisterError(
            f"{name} holds tables of another program. Set [register] url in config.toml to another database."
        )
    return str(found[0][0])


def find_damage(driver: ServerDriver) -> tuple[Damage, ...]:
    """Read every row and return what does not agree with its hash, the documents left out; or that tables changed."""
    if _mark_of_tables(driver) != _read_mark(driver):
        return (Damage(DamageKind.TABLES),)
    tables = [table for table in row_hashes.list_tables(driver) if table != SOURCES]
    return tuple(
        Damage(DamageKind.ROWS, each.table, each.count) for each in row_hashes.find_damaged_rows(driver, tables)
    )


def _mark_of_tables(driver: ServerDriver) -> str:
    """Return a number over all tables, columns, triggers and functions and the edition of them, as words."""
    found = [driver.execute(query).fetchall() for query in drawing.MARKED]
    return f"{zlib.crc32(repr(found).encode('utf-8')):08x}"


def write_mark(driver: ServerDriver) -> None:
    """Note the tables as they are now, as a comment on the table that has their edition."""
    comment = sql.SQL("COMMENT ON TABLE alembic_version IS {}").format(sql.Literal(_MARK + _mark_of_tables(driver)))
    driver.execute(comment.as_string())


def _read_mark(driver: ServerDriver) -> str:
    (said,) = driver.execute("SELECT obj_description(to_regclass('alembic_version'), 'pg_class')").fetchone()
    return str(said or "").removeprefix(_MARK)
