"""Keep who stands in for the lead, and which words of a mail that waits are its safety lines.

Follows 0004. Mails queued before have no such words noted and go as they are.
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Add the table, empty, and the columns, which may be empty."""
    op.create_table(
        "cover",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("school", sa.Text(), nullable=False),
        sa.Column("role", sa.Text()),
        sa.Column("name", sa.Text()),
        sa.Column("covers", sa.Text()),
        sa.Column("first", sa.Date(), nullable=False),
        sa.Column("until", sa.Date()),
        sa.Column("decided_by", sa.Text(), nullable=False),
        sa.Column("decided_at", sa.DateTime(), nullable=False),
        sa.Column("row_sha256", sa.Text()),
        sa.PrimaryKeyConstraint("id", name="pk_cover"),
        sa.ForeignKeyConstraint(["school"], ["school.school"], name="fk_cover_school_school"),
    )
    op.add_column("message", sa.Column("safety_text", sa.Text()))
    op.add_column("message", sa.Column("safety_html", sa.Text()))
