"""Find what one person is asked by the person: a page waits for it, and nearly every request is open.

Follows 0014.
"""

from alembic import op

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    """Put the index by person in the place of the one by what is closed."""
    op.drop_index("ix_request_school_closed_at", "request")
    op.create_index("ix_request_person_closed_at", "request", ["person", "closed_at"])
