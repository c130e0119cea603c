"""Keep with each approval how its version stood before, so that one recorded in error can be taken back.

Follows 0013. Of approvals recorded before nobody can tell it any more.
"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    """Add the columns, which may be empty."""
    op.add_column("approval", sa.Column("status_before", sa.Text()))
    op.add_column("approval", sa.Column("review_before", sa.Date()))
