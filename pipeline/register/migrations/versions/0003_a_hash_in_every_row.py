"""Give every row a hash of its own, so that damage to it is found.

Follows 0002. The hashes themselves are written by ``migrate`` behind every migration.
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

TABLES = (
    "acknowledgement",
    "approval",
    "campaign",
    "contact_confirmation",
    "delivery",
    "fact_override",
    "job_run",
    "ledger_head",
    "ledger_opening",
    "ledger_record",
    "mail_route",
    "message",
    "message_item",
    "person",
    "policy",
    "policy_copy",
    "policy_version",
    "reminder",
    "request",
    "school",
    "source_content",
    "source_file",
)


def upgrade() -> None:
    """Add the column to every table."""
    for table in TABLES:
        op.add_column(table, sa.Column("row_sha256", sa.Text()))
