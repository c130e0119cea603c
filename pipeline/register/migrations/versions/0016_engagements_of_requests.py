"""Say in which engagement somebody is asked and has answered, so that who comes back is asked again.

Follows 0015. Everybody had one engagement when both were recorded. What was told of a request that a small change has
moved to the next version counts for that one.
"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    """Add the column to both tables and fill it."""
    for name in ("request", "acknowledgement"):
        with op.batch_alter_table(name) as table:
            table.add_column(sa.Column("engagement", sa.Integer()))
            table.create_foreign_key(f"fk_{name}_engagement_engagement", "engagement", ["engagement"], ["id"])
        op.execute(
            f"UPDATE {name} SET engagement = (SELECT min(engagement.id) FROM engagement "
            f"WHERE engagement.person = {name}.person)"
        )
    op.execute(
        "INSERT INTO told (school, message, person, address, route, about, stage, policy_id, version_id, request, "
        "due_on, outcome, settled_at) "
        "SELECT told.school, told.message, told.person, told.address, told.route, told.about, told.stage, "
        "told.policy_id, told.version_id, request.id, told.due_on, told.outcome, told.settled_at "
        "FROM request JOIN request AS before ON before.person = request.person "
        "AND before.policy_id = request.policy_id AND before.due_on = request.due_on "
        "AND before.closed_reason = 'superseded' JOIN told ON told.request = before.id "
        "WHERE request.closed_at IS NULL AND NOT EXISTS (SELECT 1 FROM told AS own WHERE own.request = request.id)"
    )
