"""Keep how somebody settled what a reader told: answered, right, or not.

Follows 0023.
"""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "settled_report",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("school", sa.Text(), nullable=False),
        sa.Column("report", sa.Integer(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("settled_at", sa.DateTime(), nullable=False),
        sa.Column("ledger_position", sa.Integer(), nullable=False),
        sa.Column("row_sha256", sa.Text()),
        sa.PrimaryKeyConstraint("id", name="pk_settled_report"),
        sa.ForeignKeyConstraint(["school"], ["school.school"], name="fk_settled_report_school_school"),
        sa.ForeignKeyConstraint(["report"], ["reader_report.id"], name="fk_settled_report_report_reader_report"),
        sa.UniqueConstraint("report", name="uq_settled_report_report"),
    )
