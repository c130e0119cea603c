"""Which part of a database is which school's: each has a schema, and its workspace knows it by the register's number.

So a school that is renamed stays the same one, and of two schools with one name the second is told from the first.
"""

import hashlib
from collections.abc import Collection, Mapping
from contextlib import suppress
from pathlib import Path

from psycopg import sql

from pipeline.errors import LedgerError, RegisterError
from pipeline.register.ledger.driver import ServerDriver
from pipeline.register.ledger.key import find_key, ledger_key_in
from pipeline.register.store.marks import mark_paths, read_marks
from pipeline.register.store.postgresql.place import ServerPlace

_COMMENT = "policy-pipeline register "
_ASIDE = "policy-pipeline set aside: "
_MOVED = f"{_ASIDE}moved "
_LONGEST = 63
"""Letters of a name in PostgreSQL."""


def schema_of(key: str) -> str:
    """Return the name of a school's schema."""
    name = f"policy_{key.replace('-', '_')}"
    return name if len(name) <= _LONGEST else f"{name[:54]}_{hashlib.sha256(name.encode()).hexdigest()[:8]}"


def list_schemas(driver: ServerDriver) -> dict[str, str]:
    """Return the schemas that hold a school, each with the number of its register."""
    query = (
        "SELECT nspname, obj_description(oid, 'pg_namespace') FROM pg_namespace "
        "WHERE starts_with(obj_description(oid, 'pg_namespace'), ?)"
    )
    return {name: said.removeprefix(_COMMENT) for name, said in driver.execute(query, (_COMMENT,))}


def note_school(driver: ServerDriver, schema: str, register_id: str) -> None:
    """Let a schema say which register it holds."""
    comment = sql.SQL("COMMENT ON SCHEMA {} IS {}").format(sql.Identifier(schema), sql.Literal(_COMMENT + register_id))
    driver.execute(comment.as_string())


def note_moved(driver: ServerDriver, schema: str, why: str) -> None:
    """Let a schema say that it holds no school any more, and why."""
    comment = sql.SQL("COMMENT ON SCHEMA {} IS {}").format(sql.Identifier(schema), sql.Literal(_ASIDE + why))
    driver.execute(comment.as_string())


def list_moved(driver: ServerDriver) -> dict[str, str]:
    """Return where each register is that was here and was moved elsewhere, in words, by its number."""
    query = (
        "SELECT obj_description(oid, 'pg_namespace') FROM pg_namespace "
        "WHERE starts_with(obj_description(oid, 'pg_namespace'), ?)"
    )
    notes = (said.removeprefix(_MOVED).partition(" to ") for (said,) in driver.execute(query, (_MOVED,)).fetchall())
    return {register_id: to for register_id, _, to in notes}


def refuse_moved(driver: ServerDriver, known: Collection[str], place: ServerPlace) -> None:
    """Raise RegisterError where one of the registers that a workspace knows was moved to another place."""
    for register_id, to in list_moved(driver).items():
        if register_id in known:
            raise RegisterError(
                f"This school's register is no longer in {place}: it was moved to {to}. Set [register] url in "
                "config.toml to that."
            )


def known_ids(beside: Path, root: Path) -> frozenset[str]:
    """Return the numbers of the registers that this workspace has written to, by its marks."""
    return frozenset(mark.register_id for mark in read_marks(mark_paths(beside, root)) if mark and mark.register_id)


def choose_schema(
    there: Mapping[str, str], known: Collection[str], *, key: str, by_name: str, place: ServerPlace
) -> str:
    """Return the schema of a workspace's school, which may not be there yet.

    ``there`` are the schools of the database, ``known`` the registers this workspace has written to, ``key`` is
    ``[school] key`` and ``by_name`` the key that the school's name gives.

    Raises:
        RegisterError: when it would be another school's.
    """
    wanted = schema_of(key or by_name)
    mine = next((schema for schema, register_id in there.items() if register_id in known), None)
    if mine is not None and key and mine != wanted:
        raise RegisterError(
            f"This workspace's school is kept in {place} as {mine}, and [school] key in config.toml would make it "
            f"{wanted}. Set the key back: a school keeps its own for good, whatever its name becomes."
        )
    if mine is None and not key and wanted in there:
        raise RegisterError(
            f"A school of that name is kept already in {place}, and this workspace has not written to it. Is it this "
            "school (a new computer, a lost folder .secrets)? Then put its folder .secrets back here, from the old "
            f'computer or a safety copy, and set key = "{by_name}" under [school] in config.toml. Is it another of the '
            "same name? Then set another key, such as its town behind it. Nothing was changed."
        )
    return mine or wanted


def refuse_foreign(driver: ServerDriver, schema: str, secrets: Path, *, key: str, place: ServerPlace) -> None:
    """Raise RegisterError where a schema, which a workspace names by ``key``, is another workspace's.

    Its own mark is not in it, so the key tells that signs the ledger: a register that has it is the same school.
    """
    query = sql.SQL("SELECT DISTINCT public_key FROM {}.ledger_head").format(sql.Identifier(schema)).as_string()
    # A key that cannot be read is none.
    with suppress(LedgerError):
        if any(find_key(ledger_key_in(secrets), public_key) for (public_key,) in driver.execute(query).fetchall()):
            return
    raise RegisterError(
        f'[school] key = "{key}" is that of a school which is kept in {place} already, and another workspace has '
        "written to it. Is it this school (a new computer, a lost folder .secrets)? Then put its folder .secrets back "
        "here, from the old computer or a safety copy; docs/postgresql.md says what to do where neither is left. Is it "
        "another school? Then set a key of its own. Nothing was changed."
    )
