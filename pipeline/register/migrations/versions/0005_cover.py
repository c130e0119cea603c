"""Keep who stands in for the lead, and which words of a mail that waits are its safety lines.

Follows 0004. Mails queued before have no such words noted and go as they are.
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Add the columns, which may be empty; the table is made as it is drawn."""
    op.add_column("message", sa.Column("safety_text", sa.Text()))
    op.add_column("message", sa.Column("safety_html", sa.Text()))
