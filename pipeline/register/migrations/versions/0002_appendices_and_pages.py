"""Keep a version's local appendix beside its document, and know each copy's web page and appendix.

Follows 0001. Versions and copies made before have none of it.
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Add the columns; all may be empty."""
    op.add_column("source_content", sa.Column("appendix", sa.LargeBinary()))
    op.add_column("source_content", sa.Column("appendix_format", sa.Text()))
    op.add_column("policy_version", sa.Column("appendix_path", sa.Text()))
    for name in ("appendix_path", "appendix_sha256", "html_path", "html_sha256"):
        op.add_column("policy_copy", sa.Column(name, sa.Text()))
