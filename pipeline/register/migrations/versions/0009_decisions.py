"""Keep who decided, what was recorded in error, every state of settings and policies, and how far the tree grew.

Follows 0008. Nobody can tell any more who decided what was decided before, or how settings stood then: the first run
keeps them as they are.
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"

DECIDED = ("approval", "fact_override", "policy_version", "campaign", "mail_hold", "contact_confirmation")


def upgrade() -> None:
    """Add the columns, which may be empty; the tables are made as they are drawn."""
    for table in DECIDED:
        op.add_column(table, sa.Column("actor", sa.Text()))
