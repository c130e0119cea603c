"""Take a register over into a database, and set one aside there: whole, in one transaction each."""

import time
from collections.abc import Callable, Collection
from itertools import chain, count

from psycopg import sql
from sqlalchemy import Connection, select

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
    refuse_place,
    said_of,
    write_mark,
)
from pipeline.register.store.postgresql.driver import PostgreSQLDriver
from pipeline.register.store.postgresql.engine import connect, making_engine
from pipeline.register.store.postgresql.place import ServerPlace
from pipeline.register.store.postgresql.schools import (
    list_moved,
    list_schemas,
    note_moved,
    note_school,
    refuse_moved,
    schema_of,
)
from pipeline.register.tables.schema import school

_WAIT_SECONDS = 10.0
# A program that has just ended stands in the server's list for as long as the server takes to see it.
_LETTING_GO_SECONDS = 3.0


def refuse_taken(place: ServerPlace, schema: str) -> None:
    """Raise RegisterError where a database cannot be reached or used, or has the school already; nothing is made."""
    refuse_place(place)
    name = f"The register in {place}"
    with said_of(name, place), connect(place, None) as connection:
        if has_school(PostgreSQLDriver(connection), schema):
            raise _is_there(name, schema)


def _is_there(name: str, schema: str) -> RegisterError:
    return RegisterError(f"{name} has this school already ({schema}). Nothing was changed.")


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
                _refuse_others(driver, schema, name)
                set_aside(driver, schema, aside, f"replaced by an earlier state of register {register_id}")
            if has_school(driver, schema):
                raise _is_there(name, schema)
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


def replace(place: ServerPlace, source: Connection, key: str, moment: str) -> None:
    """Put the register that ``source`` reads in the place of what the database has of the same school.

    ``key`` is the school's where there is nothing of it yet. What was there is kept under a name with ``moment`` in it.
    Raises RegisterError as ``receive``, and where another school is in its place.
    """
    register_id = source.execute(select(school.c.register_id)).scalar_one()
    with said_of(f"The register in {place}", place), connect(place, None) as connection:
        schema = _place_of(PostgreSQLDriver(connection), place, register_id, key)
    receive(
        place,
        schema,
        source,
        register_id=register_id,
        check=lambda _: None,
        aside=f"{schema[:36]}_replaced_{moment}",
    )


def refuse_replacing(place: ServerPlace, register_id: str, key: str, *, is_mine: bool) -> None:
    """Raise RegisterError where ``replace`` would take the place of a register that is not this workspace's to replace.

    ``is_mine``: the workspace has written to the register. One that a schema holds which this workspace has never
    written to is in use by another, which would go on with an older state of it unasked.
    """
    with said_of(f"The register in {place}", place), connect(place, None) as connection:
        driver = PostgreSQLDriver(connection)
        schema = _place_of(driver, place, register_id, key)
        if schema not in (there := list_schemas(driver)):
            refuse_moved(driver, {register_id}, place)
        elif not is_mine:
            raise RegisterError(
                f"The copy's register is in use in {place} ({schema}; register {there[schema]}) by another folder than "
                "this one: putting the copy back here would replace it. Do it in the school's own folder. To look into "
                "a copy, set [register] url in it to a file. Where the school's folder is gone for good, "
                "docs/postgresql.md says how the database lets go of it. Nothing was changed."
            )


def _place_of(driver: ServerDriver, place: ServerPlace, register_id: str, key: str) -> str:
    """Return the schema that a register is in, or would be. Raises RegisterError where another one is there."""
    there = list_schemas(driver)
    schema = next((name for name, known in there.items() if known == register_id), schema_of(key))
    if there.get(schema, register_id) != register_id:
        raise RegisterError(
            f"{place} has another register where this school's would be ({schema}). Set key under [school] in "
            "config.toml, in the copy's folder, to this school's own."
        )
    return schema


def set_aside(driver: ServerDriver, schema: str, name: str, why: str) -> str:
    """Give a school's schema another name, under which no program looks for it; ``why`` stands with it.

    Returns the name, which has a number behind it where another of that name is kept.
    """
    taken = {str(row[0]) for row in driver.execute("SELECT nspname FROM pg_namespace").fetchall()}
    free = next(one for one in chain([name], (f"{name}_{number}" for number in count(2))) if one not in taken)
    words = sql.SQL("ALTER SCHEMA {} RENAME TO {}").format(sql.Identifier(schema), sql.Identifier(free))
    driver.execute(words.as_string())
    note_moved(driver, free, why)
    return free


def leave(backend: PostgreSQLBackend, tx: Connection, register_id: str, to: str, day: str) -> str:
    """Set the register aside that a transaction of its own has just been carried from; return its schema's new name."""
    name = f"{backend.schema[:44]}_moved_{day.replace('-', '')}"
    return set_aside(driver_of(tx), backend.schema, name, f"moved {register_id} to {to}")


def was_moved(place: ServerPlace, known: Collection[str]) -> bool:
    """Tell whether a register of these numbers was in the database, and was moved elsewhere since."""
    with said_of(f"The register in {place}", place), connect(place, None) as connection:
        driver = PostgreSQLDriver(connection)
        return not set(list_schemas(driver).values()) & set(known) and bool(set(list_moved(driver)) & set(known))


def _refuse_others(driver: ServerDriver, schema: str, name: str) -> None:
    """Raise RegisterError where any program has a school's register open, and does not let go of it in a moment."""
    query = (
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND application_name = ? "
        "AND pid <> pg_backend_pid()"
    )
    until = time.monotonic() + _LETTING_GO_SECONDS
    while driver.execute(query, (schema,)).fetchone()[0]:
        if time.monotonic() > until:
            raise RegisterError(
                f"A program has {name[:1].lower()}{name[1:]} open ('policy serve', a run). End it, then do this again"
            )
        time.sleep(0.1)
        # Within a transaction the list is read once, and kept.
        driver.execute("SELECT pg_stat_clear_snapshot()")
