"""Keep who asks somebody for a trust's policy that they owe at several of its schools.

Follows 0029.
"""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
_TABLE = "shared_reading"


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        _TABLE,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("school", sa.Text(), nullable=False),
        sa.Column("row_sha256", sa.Text()),
        sa.Column("person", sa.Integer(), nullable=False),
        sa.Column("policy_id", sa.Integer(), nullable=False),
        sa.Column("edition", sa.Text(), nullable=False),
        sa.Column("standing", sa.Text(), nullable=False),
        sa.Column("at_key", sa.Text(), nullable=False),
        sa.Column("at_school", sa.Text(), nullable=False),
        sa.Column("is_told", sa.Boolean(), nullable=False),
        sa.Column("gives_copy", sa.Boolean(), nullable=False),
        sa.Column("since_on", sa.Date(), nullable=False),
        sa.Column("waited", sa.JSON(), nullable=False),
        sa.Column("renewed_on", sa.Date(), nullable=False),
        sa.Column("beside", sa.JSON(), nullable=False),
        sa.Column("started_at", sa.DateTime(), nullable=False),
        sa.Column("ended_at", sa.DateTime()),
        sa.PrimaryKeyConstraint("id", name=f"pk_{_TABLE}"),
        sa.ForeignKeyConstraint(["school"], ["school.school"], name=f"fk_{_TABLE}_school_school"),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name=f"fk_{_TABLE}_person_person"),
        sa.ForeignKeyConstraint(["policy_id"], ["policy.id"], name=f"fk_{_TABLE}_policy_id_policy"),
    )
    op.create_index(f"ix_{_TABLE}_school_person", _TABLE, ["school", "person"])
    op.create_index(
        f"uq_{_TABLE}_open",
        _TABLE,
        ["person", "policy_id"],
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
