"""Keep a print of every table that evidence rests on, and the seal over these and the ledger.

Follows 0022. The prints are made of the rows as they stand now, and sealed, by whoever runs the migrations.
"""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"


def upgrade() -> None:
    """Add the two tables."""
    op.create_table(
        "evidence_print",
        sa.Column("school", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("print", sa.Text(), nullable=False),
        sa.Column("row_sha256", sa.Text()),
        sa.PrimaryKeyConstraint("school", "name", name="pk_evidence_print"),
        sa.ForeignKeyConstraint(["school"], ["school.school"], name="fk_evidence_print_school_school"),
    )
    op.create_table(
        "ledger_seal",
        sa.Column("school", sa.Text(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("subtrees", sa.Text(), nullable=False),
        sa.Column("seal", sa.Text(), nullable=False),
        sa.Column("unsealed_from", sa.Integer()),
        sa.Column("row_sha256", sa.Text()),
        sa.PrimaryKeyConstraint("school", name="pk_ledger_seal"),
        sa.ForeignKeyConstraint(["school"], ["school.school"], name="fk_ledger_seal_school_school"),
    )
