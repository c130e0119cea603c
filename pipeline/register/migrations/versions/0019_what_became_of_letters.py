"""Keep what became of a letter once, with its message, and no longer with each thing it tells.

Follows 0018. A starter's letter tells of every policy there is: with 200 policies each mail cost 200 rows to record.
What was sent in the last 24 hours, which is asked whenever mail may go, is found by an index.
"""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    """Add both columns, fill them from what the letters told, and add the index."""
    op.add_column("message", sa.Column("told_outcome", sa.Text()))
    op.add_column("message", sa.Column("told_at", sa.DateTime()))
    for name, source in (("told_outcome", "outcome"), ("told_at", "settled_at")):
        op.execute(
            f"UPDATE message SET {name} = (SELECT told.{source} FROM told WHERE told.message = message.id "
            "ORDER BY told.id LIMIT 1)"
        )
    op.execute("UPDATE told SET outcome = NULL, settled_at = NULL WHERE message IS NOT NULL")
    op.create_index("ix_delivery_at", "delivery", ["at"])
