"""What every table of the register begins with; ``schema`` and the modules beside it draw them."""

from typing import Any

from sqlalchemy import Column, Connection, ForeignKey, MetaData, Text, event

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)


@event.listens_for(metadata, "before_create")
def narrow_indexes(drawn: MetaData, connection: Connection, **_: Any) -> None:
    """Give an index that SQLite has of some rows alone the same rows in PostgreSQL.

    To say so where it is drawn would load the dialect of a database that is not used, in each command.
    """
    if connection.dialect.name == "postgresql":
        for index in (index for table in drawn.tables.values() for index in table.indexes):
            index.dialect_options["postgresql"]["where"] = index.dialect_options["sqlite"]["where"]


def school_key() -> Column[str]:
    """Return the column that every table has."""
    return Column("school", Text, ForeignKey("school.school"), nullable=False)
