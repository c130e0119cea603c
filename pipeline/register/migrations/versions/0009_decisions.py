"""Keep who decided, what was recorded in error, every state of settings and policies, and how far the tree grew.

Follows 0008. Nobody can tell any more who decided what was decided before, or how settings stood then: the first run
keeps them as they are.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.schema import SchemaItem

revision = "0009"
down_revision = "0008"

DECIDED = ("approval", "fact_override", "policy_version", "campaign", "mail_hold", "contact_confirmation")


def upgrade() -> None:
    """Add the columns, which may be empty, and the tables, which are."""
    for table in DECIDED:
        op.add_column(table, sa.Column("actor", sa.Text()))
    _table(
        "correction",
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("target", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(), nullable=False),
        sa.Column("ledger_position", sa.Integer(), nullable=False),
    )
    op.create_index("ix_correction_school_kind_target", "correction", ["school", "kind", "target"])
    _table(
        "kept_state",
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("subject", sa.Integer(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
    )
    op.create_index("ix_kept_state_school_kind_subject", "kept_state", ["school", "kind", "subject"])
    op.create_table(
        "ledger_frontier",
        sa.Column("school", sa.Text(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("subtrees", sa.Text(), nullable=False),
        sa.Column("row_sha256", sa.Text()),
        sa.PrimaryKeyConstraint("school", name="pk_ledger_frontier"),
        sa.ForeignKeyConstraint(["school"], ["school.school"], name="fk_ledger_frontier_school_school"),
    )


def _table(name: str, *columns: SchemaItem) -> None:
    op.create_table(
        name,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("school", sa.Text(), nullable=False),
        *columns,
        sa.Column("row_sha256", sa.Text()),
        sa.PrimaryKeyConstraint("id", name=f"pk_{name}"),
        sa.ForeignKeyConstraint(["school"], ["school.school"], name=f"fk_{name}_school_school"),
    )
