"""Keep whom a copy met that nobody in the school's contacts is, and what the owner said of each.

Follows 0003. Copies made before know of nobody; the next run makes them again where they are held.
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Add the column, which may be empty, and the table."""
    op.add_column("policy_copy", sa.Column("unknown", sa.JSON()))
    texts = ("role", "kind", "value", "answer", "reason", "decided_by")
    op.create_table(
        "contact_settlement",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("school", sa.Text(), nullable=False),
        sa.Column("policy_id", sa.Integer()),
        *(sa.Column(name, sa.Text(), nullable=False) for name in texts),
        *(sa.Column(name, sa.JSON(), nullable=False) for name in ("texts", "holders")),
        sa.Column("until", sa.Date()),
        sa.Column("decided_at", sa.DateTime(), nullable=False),
        sa.Column("row_sha256", sa.Text()),
        sa.ForeignKeyConstraint(["school"], ["school.school"], name="fk_contact_settlement_school_school"),
        sa.ForeignKeyConstraint(["policy_id"], ["policy.id"], name="fk_contact_settlement_policy_id_policy"),
        sa.PrimaryKeyConstraint("id", name="pk_contact_settlement"),
    )
