"""Carry every row of a register from one database into another, each with its hash, as at one moment."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import JSON, Connection, Insert, Table, Text, bindparam, cast, func, insert, select

from pipeline.register.tables.schema import metadata

_AT_ONCE = 500


def carry(source: Connection, target: Connection) -> None:
    """Write all rows that ``source`` reads into the empty tables behind ``target``, the edition left out.

    What is JSON goes over as the words that stand there, of which each row's hash is made.
    """
    for table in metadata.sorted_tables:
        into = _into(table, target)
        for rows in _rows(table, source):
            target.execute(into, rows)


def count_rows(connection: Connection) -> dict[str, int]:
    """Return how many rows each table has."""
    return {
        table.name: connection.execute(select(func.count()).select_from(table)).scalar_one()
        for table in metadata.sorted_tables
    }


def _rows(table: Table, source: Connection) -> Iterator[list[dict[str, Any]]]:
    columns = [cast(each, Text).label(each.name) if isinstance(each.type, JSON) else each for each in table.c]
    order = [table.c.id] if "id" in table.c else list(table.primary_key.columns)
    in_pieces = {"stream_results": True, "yield_per": _AT_ONCE}
    found = source.execute(select(*columns).order_by(*order), execution_options=in_pieces)
    for rows in found.mappings().partitions(_AT_ONCE):
        yield [{f"new_{name}": value for name, value in row.items()} for row in rows]


def _into(table: Table, target: Connection) -> Insert:
    """Return the statement that adds one row; PostgreSQL wants to be told that words are JSON."""

    def value(name: str) -> Any:
        column = table.c[name]
        if not isinstance(column.type, JSON):
            return bindparam(f"new_{name}", type_=column.type)
        words = bindparam(f"new_{name}", type_=Text())
        return words if target.dialect.name == "sqlite" else cast(words, JSON)

    return insert(table).values({column.name: value(column.name) for column in table.c})
