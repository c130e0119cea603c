"""What keeps the hash of each row in PostgreSQL, what notes the changes of evidence, and what numbers new rows.

A function for each table works out the hash, the same as in SQLite (``row_hashes.row_hash``): a register that moves
keeps its hashes, and with them its seal. Triggers keep it only in a session that said ``keeps_hashes``, as this
program's do that write. What anybody else writes, by hand or by another program, does not agree with its hash. A
process that goes as far as to say so as well cannot make the seal agree, for which it takes the ledger's key.

Rows are numbered as SQLite numbers them, from the highest key there is: one school has one writer at a time.
"""

from collections.abc import Iterator

from pipeline.register.ledger.driver import ServerDriver
from pipeline.register.ledger.evidence_prints import CHANGED, EVIDENCE
from pipeline.register.ledger.row_hashes import COLUMN

KEEPS = "policy_pipeline.keeps_hashes"
"""The setting with which a session says that it keeps the hashes."""
DAMAGED = "PP001"
"""What a trigger raises where a row that is to be changed had been damaged."""
_IS_ON = f"current_setting('{KEEPS}', true) = 'on'"
_AS_SQLITE_HAS_IT = {
    "text": "r.{0}",
    "json": "r.{0}::text",
    "integer": "r.{0}::text",
    "bigint": "r.{0}::text",
    "boolean": "r.{0}::integer::text",
    "date": "to_char(r.{0}, 'YYYY-MM-DD')",
    "timestamp without time zone": "to_char(r.{0}, 'YYYY-MM-DD HH24:MI:SS.US')",
}
"""How each kind of column is written where its hash is made; a new kind needs its line here."""
_BYTES = "bytea"
_COLUMNS = (
    "SELECT attname, format_type(atttypid, NULL) FROM pg_attribute WHERE attrelid = CAST(? AS regclass) "
    "AND attnum > 0 AND NOT attisdropped "
    'ORDER BY attname COLLATE "C"'
)
_TRIGGERS = (
    "SELECT tgname, tgrelid::regclass::text FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid "
    "WHERE relnamespace = current_schema()::regnamespace AND NOT tgisinternal"
)
_NOTE = f"""CREATE OR REPLACE FUNCTION note_evidence() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
IF TG_OP = 'INSERT' THEN INSERT INTO pg_temp.{CHANGED} VALUES (TG_TABLE_NAME, NULL, NEW.{COLUMN});
ELSIF TG_OP = 'DELETE' THEN INSERT INTO pg_temp.{CHANGED} VALUES (TG_TABLE_NAME, OLD.{COLUMN}, NULL);
ELSE INSERT INTO pg_temp.{CHANGED} VALUES (TG_TABLE_NAME, OLD.{COLUMN}, NEW.{COLUMN});
END IF; RETURN NULL; END $$"""
FOR_A_WRITER = (
    f"SET {KEEPS} = 'on'",
    f"CREATE TEMPORARY TABLE {CHANGED} (name text NOT NULL, before text, after text) ON COMMIT DELETE ROWS",
)
"""What a session says before it writes."""


def make_triggers(driver: ServerDriver) -> None:
    """Make functions and triggers for the tables as they are now, in place of those there are."""
    for name, table in driver.execute(_TRIGGERS).fetchall():
        driver.execute(f"DROP TRIGGER {name} ON {table}")
    driver.execute(_NOTE)
    for table in driver.list_tables():
        columns = driver.execute(_COLUMNS, (table,)).fetchall()
        for statement in _statements(table, columns):
            driver.execute(statement)


def _statements(table: str, columns: list[tuple[str, str]]) -> Iterator[str]:
    hashed = [(name, kind) for name, kind in columns if name not in (COLUMN, "rowid") and kind != _BYTES]
    yield (
        f"CREATE OR REPLACE FUNCTION hash_of_{table}(r {table}) RETURNS text LANGUAGE sql STABLE AS $$ "
        f"SELECT encode(sha256(convert_to({' || '.join(map(_part, hashed))}, 'UTF8')), 'hex') $$"
    )
    yield (
        f"CREATE OR REPLACE FUNCTION keep_hash_of_{table}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"IF TG_OP = 'UPDATE' AND OLD.{COLUMN} IS DISTINCT FROM hash_of_{table}(OLD) THEN "
        f"RAISE EXCEPTION 'the row was damaged' USING ERRCODE = '{DAMAGED}'; END IF; "
        f"NEW.{COLUMN} := hash_of_{table}(NEW); RETURN NEW; END $$"
    )
    changes = ", ".join(f'"{name}"' for name, _ in columns if name not in (COLUMN, "rowid"))
    for name, when in (("new", "INSERT"), ("changed", f"UPDATE OF {changes}")):
        yield (
            f"CREATE TRIGGER hash_{name} BEFORE {when} ON {table} FOR EACH ROW WHEN ({_IS_ON}) "
            f"EXECUTE FUNCTION keep_hash_of_{table}()"
        )
    if ("id", "integer") in columns:
        yield (
            f"CREATE OR REPLACE FUNCTION number_{table}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            f"SELECT coalesce(max(id), 0) + 1 INTO NEW.id FROM {table}; RETURN NEW; END $$"
        )
        # Triggers go by their names: the number stands before the hash is made.
        yield (
            f"CREATE TRIGGER a_number BEFORE INSERT ON {table} FOR EACH ROW WHEN (NEW.id IS NULL) "
            f"EXECUTE FUNCTION number_{table}()"
        )
    if table in EVIDENCE:
        changed = f"OLD.{COLUMN} IS DISTINCT FROM NEW.{COLUMN} AND {_IS_ON}"
        for event, when in (("INSERT", _IS_ON), ("UPDATE", changed), ("DELETE", _IS_ON)):
            yield (
                f"CREATE TRIGGER evidence_{event.lower()} AFTER {event} ON {table} FOR EACH ROW WHEN ({when}) "
                "EXECUTE FUNCTION note_evidence()"
            )


def _part(column: tuple[str, str]) -> str:
    """Return the SQL of what one column adds to the row's hash: nothing where it is NULL."""
    name, kind = column
    value = _AS_SQLITE_HAS_IT[kind].format(f'"{name}"')
    return f"coalesce('{name}:' || octet_length({value}) || ':' || {value}, '')"
