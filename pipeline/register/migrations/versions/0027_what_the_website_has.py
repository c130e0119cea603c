"""Keep which copies whoever edits the school's website said they put there.

Follows 0026.
"""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "website_copy",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("school", sa.Text(), nullable=False),
        sa.Column("policy_id", sa.Integer(), nullable=False),
        sa.Column("copy", sa.Integer()),
        sa.Column("placed_on", sa.Date(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(), nullable=False),
        sa.Column("ledger_position", sa.Integer(), nullable=False),
        sa.Column("row_sha256", sa.Text()),
        sa.PrimaryKeyConstraint("id", name="pk_website_copy"),
        sa.ForeignKeyConstraint(["school"], ["school.school"], name="fk_website_copy_school_school"),
        sa.ForeignKeyConstraint(["policy_id"], ["policy.id"], name="fk_website_copy_policy_id_policy"),
        sa.ForeignKeyConstraint(["copy"], ["policy_copy.id"], name="fk_website_copy_copy_policy_copy"),
    )
    op.create_index("ix_website_copy_policy_id", "website_copy", ["policy_id"])
