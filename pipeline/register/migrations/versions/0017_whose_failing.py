"""Say of each try that failed whether it was the mail's own failing, and what the refusal was like.

Follows 0016. Of the tries before nobody can tell, so that they count towards nothing.
"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    """Add both columns, and the index by which the tries of one mail are found."""
    op.add_column("delivery", sa.Column("is_theirs", sa.Boolean()))
    op.add_column("delivery", sa.Column("likeness", sa.Text()))
    op.create_index("ix_delivery_message", "delivery", ["message"])
