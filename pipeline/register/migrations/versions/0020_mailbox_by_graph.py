"""Keep how far a mailbox was read by Microsoft Graph, which gives an address where IMAP gives numbers.

Follows 0019.
"""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"


def upgrade() -> None:
    """Add the column."""
    op.add_column("inbox_place", sa.Column("link", sa.Text()))
