"""Keep with each approval who was consulted before it, from when to when, and what came of it.

Follows 0027. Of approvals recorded before, none is kept.
"""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"


def upgrade() -> None:
    """Add the columns, which may be empty."""
    op.add_column("approval", sa.Column("consulted", sa.Text()))
    op.add_column("approval", sa.Column("consulted_from", sa.Date()))
    op.add_column("approval", sa.Column("consulted_until", sa.Date()))
    op.add_column("approval", sa.Column("consultation", sa.Text()))
