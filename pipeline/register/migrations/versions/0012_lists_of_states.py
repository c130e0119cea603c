"""Keep of each state of an engagement which list it stood in: one added by hand goes over to the list that has it.

Follows 0011.
"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    """Add the column, filled with the list of each engagement as it is."""
    op.add_column("engagement_state", sa.Column("list", sa.Text()))
    op.execute(
        "UPDATE engagement_state SET list ="
        " (SELECT engagement.list FROM engagement WHERE engagement.id = engagement_state.engagement)"
    )
    with op.batch_alter_table("engagement_state", recreate="always") as table:
        table.alter_column("list", nullable=False)
