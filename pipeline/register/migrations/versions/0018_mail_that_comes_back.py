"""Keep how far a mailbox was read, and what each mail was that came back.

Follows 0017.
"""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    """Add the place that is read to; what came back is made as it is drawn."""
    op.create_table(
        "inbox_place",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("school", sa.Text(), nullable=False),
        sa.Column("mailbox", sa.Text(), nullable=False),
        sa.Column("uid_validity", sa.BigInteger(), nullable=False),
        sa.Column("last_uid", sa.BigInteger(), nullable=False),
        sa.Column("taken_at", sa.DateTime(), nullable=False),
        sa.Column("row_sha256", sa.Text()),
        sa.PrimaryKeyConstraint("id", name="pk_inbox_place"),
        sa.ForeignKeyConstraint(["school"], ["school.school"], name="fk_inbox_place_school_school"),
        sa.UniqueConstraint("school", "mailbox", name="uq_inbox_place_school_mailbox"),
    )
