"""Keep with each reading the copy that was read, and of a copy with contacts being updated what it leaves out.

Follows 0030. Of readings recorded before none is kept; copies made before are made again by the next run.
"""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"


def upgrade() -> None:
    """Add the columns, which may be empty."""
    op.add_column("policy_copy", sa.Column("covering", sa.JSON()))
    op.add_column("acknowledgement", sa.Column("copy_id", sa.Integer()))
