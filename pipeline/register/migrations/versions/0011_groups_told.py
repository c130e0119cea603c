"""Keep which group, such as parents, was told of which version, when and by which means.

Follows 0010.
"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """Add the table, empty."""
    op.create_table(
        "group_told",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("school", sa.Text(), nullable=False),
        sa.Column("group_key", sa.Text(), nullable=False),
        sa.Column("policy_id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("told_on", sa.Date(), nullable=False),
        sa.Column("by_means", sa.Text(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(), nullable=False),
        sa.Column("row_sha256", sa.Text()),
        sa.PrimaryKeyConstraint("id", name="pk_group_told"),
        sa.ForeignKeyConstraint(["school"], ["school.school"], name="fk_group_told_school_school"),
        sa.ForeignKeyConstraint(["policy_id"], ["policy.id"], name="fk_group_told_policy_id_policy"),
        sa.ForeignKeyConstraint(["version_id"], ["policy_version.id"], name="fk_group_told_version_id_policy_version"),
    )
    op.create_index("ix_group_told_school_policy_id", "group_told", ["school", "policy_id"])
