"""Keep with each row that gives rights the code by which it is believed.

Follows 0031. The program gives the rows that are there their codes once, when it opens the register next: a migration
has no key.
"""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
_TABLES = ("sign_in_link", "web_session", "step_code", "person")


def upgrade() -> None:
    """Add the column to each, which is empty until then."""
    for table in _TABLES:
        op.add_column(table, sa.Column("mac", sa.Text()))
