"""Keep whom a copy met that nobody in the school's contacts is, and what the owner said of each.

Follows 0003. Copies made before know of nobody; the next run makes them again where they are held.
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Add the column, which may be empty; the table is made as it is drawn."""
    op.add_column("policy_copy", sa.Column("unknown", sa.JSON()))
