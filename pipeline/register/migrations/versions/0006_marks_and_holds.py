"""Count how far the register has come, remember which it is, and keep why mail is held.

Follows 0005. A register made before gets its own id when it is opened.
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Add the columns to the school, and the table of holds."""
    op.add_column("school", sa.Column("register_id", sa.Text()))
    op.add_column("school", sa.Column("counter", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("school", sa.Column("link_key", sa.Text()))
    op.create_table(
        "mail_hold",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("school", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("held_at", sa.DateTime(), nullable=False),
        sa.Column("lifted_at", sa.DateTime()),
        sa.Column("row_sha256", sa.Text()),
        sa.PrimaryKeyConstraint("id", name="pk_mail_hold"),
        sa.ForeignKeyConstraint(["school"], ["school.school"], name="fk_mail_hold_school_school"),
    )
