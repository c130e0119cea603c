"""Keep which cards were printed with the essentials of which versions, and whose slips came back.

Follows 0012.
"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    """Add the two tables."""
    op.create_table(
        "card_stack",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("school", sa.Text(), nullable=False),
        sa.Column("printed_on", sa.Date(), nullable=False),
        sa.Column("first_number", sa.Integer(), nullable=False),
        sa.Column("last_number", sa.Integer(), nullable=False),
        sa.Column("essentials", sa.JSON(), nullable=False),
        sa.Column("printed_at", sa.DateTime(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("row_sha256", sa.Text()),
        sa.PrimaryKeyConstraint("id", name="pk_card_stack"),
        sa.ForeignKeyConstraint(["school"], ["school.school"], name="fk_card_stack_school_school"),
        sa.UniqueConstraint(
            "school", "printed_on", "first_number", name="uq_card_stack_school_printed_on_first_number"
        ),
    )
    op.create_table(
        "card_slip",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("school", sa.Text(), nullable=False),
        sa.Column("stack", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("person", sa.Integer(), nullable=False),
        sa.Column("signed_on", sa.Date(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(), nullable=False),
        sa.Column("entered_by", sa.Text(), nullable=False),
        sa.Column("ledger_position", sa.Integer(), nullable=False),
        sa.Column("row_sha256", sa.Text()),
        sa.PrimaryKeyConstraint("id", name="pk_card_slip"),
        sa.ForeignKeyConstraint(["school"], ["school.school"], name="fk_card_slip_school_school"),
        sa.ForeignKeyConstraint(["stack"], ["card_stack.id"], name="fk_card_slip_stack_card_stack"),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name="fk_card_slip_person_person"),
        sa.UniqueConstraint("stack", "number", name="uq_card_slip_stack_number"),
    )
    op.create_index("ix_card_slip_school_person", "card_slip", ["school", "person"])
