"""Take a register over into a database, and set one aside there: whole, in one transaction each."""

from collections.abc import Callable

from psycopg import sql
from sqlalchemy import Connection

from pipeline.errors import RegisterError
from pipeline.register.ledger.driver import ServerDriver
from pipeline.register.store.carrying import carry, count_rows
from pipeline.register.store.damage import damaged
from pipeline.register.store.migrate import SHIPPED
from pipeline.register.store.postgresql.backend import (
    PostgreSQLBackend,
    driver_of,
    edition_of,
    find_damage,
    has_school,
    has_tables,
    make_tables_of,
    said_of,
    write_mark,
)
from pipeline.register.store.postgresql.engine import lock_key, making_engine
from pipeline.register.store.postgresql.place import ServerPlace
from pipeline.register.store.postgresql.schools import note_moved, note_school

_WAIT_SECONDS = 10.0


def receive(
    place: ServerPlace,
    schema: str,
    source: Connection,
    *,
    register_id: str,
    check: Callable[[Connection], None],
    aside: str | None = None,
) -> int:
    """Carry all that ``source`` reads into a school's schema, which must not be there; return how many rows.

    A schema that is there becomes ``aside``, where that is given. ``check`` looks at what came before it is kept, and
    raises where it is not right. Raises RegisterError where the school is there, or not every row came over whole.
    """
    name = f"The register in {place}"
    engine = making_engine(place, schema, wait_seconds=_WAIT_SECONDS)
    try:
        with said_of(name, place), engine.connect() as target, target.begin():
            driver = driver_of(target)
            if aside is not None and has_tables(driver, schema):
                _refuse_a_run(driver, schema, name)
                set_aside(driver, schema, aside, f"replaced by an earlier state of register {register_id}")
            if has_school(driver, schema):
                raise RegisterError(f"{name} has this school already ({schema}). Nothing was changed.")
            if not has_tables(driver, schema):
                make_tables_of(driver, schema, SHIPPED)
            elif find_damage(driver) or edition_of(driver, name) != SHIPPED.revisions[-1]:
                raise RegisterError(f"{name} holds other tables where this school's would be ({schema}).")
            carry(source, target)
            write_mark(driver)
            note_school(driver, schema, register_id)
            came, were = count_rows(target), count_rows(source)
            if found := find_damage(driver):
                raise damaged(name, found[0])
            if came != were:
                raise RegisterError(f"Not every row came over into {place}, so nothing was kept there.")
            check(target)
            return sum(came.values())
    finally:
        engine.dispose()


def set_aside(driver: ServerDriver, schema: str, name: str, why: str) -> None:
    """Give a school's schema another name, under which no program looks for it; ``why`` stands with it."""
    words = sql.SQL("ALTER SCHEMA {} RENAME TO {}").format(sql.Identifier(schema), sql.Identifier(name))
    driver.execute(words.as_string())
    note_moved(driver, name, why)


def leave(backend: PostgreSQLBackend, tx: Connection, register_id: str, to: str, day: str) -> str:
    """Set the register aside that a transaction of its own has just been carried from; return its schema's new name."""
    name = f"{backend.schema[:44]}_moved_{day.replace('-', '')}"
    set_aside(driver_of(tx), backend.schema, name, f"moved {register_id} to {to}")
    return name


def _refuse_a_run(driver: ServerDriver, schema: str, name: str) -> None:
    """Raise RegisterError where a run is at work with a school's register."""
    (free,) = driver.execute("SELECT pg_try_advisory_xact_lock(?)", (lock_key(schema, "run"),)).fetchone()
    if not free:
        raise RegisterError(f"A run is using {name[:1].lower()}{name[1:]}. End it, then do this again.")
