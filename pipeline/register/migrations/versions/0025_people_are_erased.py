"""Keep whose records are held, and who asked for somebody to be erased and who agreed.

Follows 0024.
"""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"


def upgrade() -> None:
    """Add both tables."""
    op.create_table(
        "person_hold",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("school", sa.Text(), nullable=False),
        sa.Column("person", sa.Integer(), nullable=False),
        sa.Column("held_by", sa.Text(), nullable=False),
        sa.Column("held_at", sa.DateTime(), nullable=False),
        sa.Column("released_by", sa.Text()),
        sa.Column("released_at", sa.DateTime()),
        sa.Column("ledger_position", sa.Integer(), nullable=False),
        sa.Column("row_sha256", sa.Text()),
        sa.PrimaryKeyConstraint("id", name="pk_person_hold"),
        sa.ForeignKeyConstraint(["school"], ["school.school"], name="fk_person_hold_school_school"),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name="fk_person_hold_person_person"),
    )
    op.create_index("ix_person_hold_person", "person_hold", ["person"])
    op.create_table(
        "erasure",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("school", sa.Text(), nullable=False),
        sa.Column("person", sa.Integer(), nullable=False),
        sa.Column("occasion", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("proposed_by", sa.Text(), nullable=False),
        sa.Column("proposed_at", sa.DateTime(), nullable=False),
        sa.Column("proposed_position", sa.Integer(), nullable=False),
        sa.Column("withdrawn_by", sa.Text()),
        sa.Column("withdrawn_at", sa.DateTime()),
        sa.Column("agreed_by", sa.Text()),
        sa.Column("erased_at", sa.DateTime()),
        sa.Column("number", sa.Integer()),
        sa.Column("print", sa.Text()),
        sa.Column("ledger_position", sa.Integer()),
        sa.Column("row_sha256", sa.Text()),
        sa.PrimaryKeyConstraint("id", name="pk_erasure"),
        sa.ForeignKeyConstraint(["school"], ["school.school"], name="fk_erasure_school_school"),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name="fk_erasure_person_person"),
        sa.UniqueConstraint("school", "number", name="uq_erasure_school_number"),
    )
    op.create_index("ix_erasure_person", "erasure", ["person"])
