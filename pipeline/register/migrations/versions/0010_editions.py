"""Keep of which edition a document is that others publish.

Follows 0009. Versions recorded before are all of the school's own documents.
"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Add the column, which may be empty."""
    op.add_column("policy_version", sa.Column("edition", sa.Text()))
