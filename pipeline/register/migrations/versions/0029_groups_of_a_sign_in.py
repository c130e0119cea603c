"""Keep with each session the groups of the sign-in that gave rights.

Follows 0028. Sessions opened before were opened by an address alone.
"""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"


def upgrade() -> None:
    """Add the column, which may be empty."""
    op.add_column("web_session", sa.Column("in_groups", sa.Text()))
