"""Keep what readers tell the school from their page: a question, read already, not for them.

Follows 0021.
"""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "reader_report",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("school", sa.Text(), nullable=False),
        sa.Column("person", sa.Integer(), nullable=False),
        sa.Column("policy_id", sa.Integer()),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("reported_at", sa.DateTime(), nullable=False),
        sa.Column("rests_until", sa.Date()),
        sa.Column("ledger_position", sa.Integer(), nullable=False),
        sa.Column("row_sha256", sa.Text()),
        sa.PrimaryKeyConstraint("id", name="pk_reader_report"),
        sa.ForeignKeyConstraint(["school"], ["school.school"], name="fk_reader_report_school_school"),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name="fk_reader_report_person_person"),
        sa.ForeignKeyConstraint(["policy_id"], ["policy.id"], name="fk_reader_report_policy_id_policy"),
    )
    op.create_index("ix_reader_report_school_reported_at", "reader_report", ["school", "reported_at"])
    op.create_index("ix_reader_report_person", "reader_report", ["person"])
