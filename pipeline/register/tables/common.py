"""What every table of the register begins with; ``schema`` and the modules beside it draw them."""

from sqlalchemy import Column, ForeignKey, MetaData, Text

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def school_key() -> Column[str]:
    """Return the column that every table has."""
    return Column("school", Text, ForeignKey("school.school"), nullable=False)
