"""PostgreSQL's own connection behind one of ours, as ``ledger.driver`` wants it."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from pipeline.register.ledger.driver import ServerDriver, StatementRows
from pipeline.register.ledger.row_hashes import COLUMN

if TYPE_CHECKING:
    import psycopg

_HASHED = (
    "SELECT tables.relname FROM pg_class AS tables JOIN pg_attribute AS columns ON columns.attrelid = tables.oid "
    "WHERE tables.relnamespace = current_schema()::regnamespace AND tables.relkind = 'r' AND columns.attname = ? "
    'AND NOT columns.attisdropped ORDER BY tables.relname COLLATE "C"'
)


class PostgreSQLDriver(ServerDriver):
    """A connection whose session stands in the schema of one school."""

    def __init__(self, connection: "psycopg.Connection[Any]") -> None:
        self._connection = connection

    def execute(self, sql: str, parameters: Sequence[Any] = (), /) -> StatementRows:
        """Run one statement."""
        return self._connection.execute(_marked(sql), parameters or None)

    def executemany(self, sql: str, parameters: Sequence[Sequence[Any]], /) -> None:
        """Run one statement once for each of several rows."""
        if parameters:
            with self._connection.cursor() as cursor:
                cursor.executemany(_marked(sql), parameters)

    def list_tables(self) -> list[str]:
        """Return the tables whose rows have a hash, by name."""
        return [name for (name,) in self.execute(_HASHED, (COLUMN,))]

    def is_wrong(self, table: str) -> str:
        """Return the SQL that tells whether a row does not agree with its hash."""
        return f"{COLUMN} IS DISTINCT FROM {self.hash_of(table)}"

    def hash_of(self, table: str) -> str:
        """Return the SQL of the hash that a row should have; ``hashes`` makes the function."""
        return f"hash_of_{table}({table}.*)"


def _marked(sql: str) -> Any:
    return sql.replace("?", "%s")
