"""Give requests an occasion, and keep changed deadlines, what was told with its outcome, and a letter's words once.

Follows 0007. What each mail put before its reader and which review stages were told become one table; an
acknowledgement is tied to the request that it closed. What the mails say moves, unchanged, into a table of its own.
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Make the new tables, carry over what the old ones hold, and take those away."""
    _keep_words_apart()
    _keep_what_was_told()
    _keep_occasions_and_deadlines()
    _tie_answers_to_requests()


def _key(table: str) -> tuple[sa.schema.SchemaItem, ...]:
    return (
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("school", sa.Text(), nullable=False),
        sa.Column("row_sha256", sa.Text()),
        sa.PrimaryKeyConstraint("id", name=f"pk_{table}"),
        sa.ForeignKeyConstraint(["school"], ["school.school"], name=f"fk_{table}_school_school"),
    )


def _keep_words_apart() -> None:
    op.create_table(
        "letter_body",
        *_key("letter_body"),
        sa.Column("text_part", sa.Text(), nullable=False),
        sa.Column("html_part", sa.Text(), nullable=False),
        sa.Column("safety_text", sa.Text()),
        sa.Column("safety_html", sa.Text()),
        sa.Column("attachments", sa.JSON(), nullable=False),
    )
    op.execute(
        "INSERT INTO letter_body (id, school, text_part, html_part, safety_text, safety_html, attachments) "
        "SELECT id, school, text_part, html_part, safety_text, safety_html, attachments FROM message"
    )
    with op.batch_alter_table("message") as table:
        table.add_column(sa.Column("body", sa.Integer()))
        table.add_column(sa.Column("slots", sa.JSON()))
    op.execute("UPDATE message SET body = id, slots = '{}'")
    with op.batch_alter_table("message") as table:
        for gone in ("text_part", "html_part", "safety_text", "safety_html", "attachments"):
            table.drop_column(gone)
        table.alter_column("body", existing_type=sa.Integer(), nullable=False)
        table.alter_column("slots", existing_type=sa.JSON(), nullable=False)
        table.create_foreign_key("fk_message_body_letter_body", "letter_body", ["body"], ["id"])
    op.create_index("ix_message_person", "message", ["person"])
    op.create_index("ix_message_body", "message", ["body"])
    # A mail that was cancelled by itself may be planned afresh under the same key.
    op.execute("UPDATE message SET key = NULL WHERE state = 'cancelled'")


def _keep_what_was_told() -> None:
    references = {
        "message": "message",
        "person": "person",
        "policy_id": "policy",
        "version_id": "policy_version",
        "request": "request",
    }
    op.create_table(
        "told",
        *_key("told"),
        *(sa.Column(name, sa.Integer()) for name in references),
        sa.Column("address", sa.Text()),
        sa.Column("route", sa.Text(), nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("stage", sa.Text()),
        sa.Column("due_on", sa.Date()),
        sa.Column("outcome", sa.Text()),
        sa.Column("settled_at", sa.DateTime()),
        *(
            sa.ForeignKeyConstraint([name], [f"{target}.id"], name=f"fk_told_{name}_{target}")
            for name, target in references.items()
        ),
    )
    outcome = (
        "CASE WHEN message.state = 'cancelled' AND campaign.state = 'cancelled' THEN 'withheld' "
        "WHEN message.state IN ('sent', 'written', 'bounced', 'cancelled') THEN message.state END, "
        "CASE WHEN message.state IN ('sent', 'written', 'bounced', 'cancelled') THEN message.settled_at END"
    )
    joined = "LEFT JOIN campaign ON campaign.id = message.campaign"
    op.execute(
        "INSERT INTO told (school, message, person, address, route, about, stage, policy_id, version_id, request, "
        "due_on, outcome, settled_at) "
        "SELECT item.school, item.message, item.person, lower(message.recipient), item.route, "
        "CASE WHEN NOT item.to_read THEN 'find' WHEN message.kind = 'notice' THEN 'notice' ELSE 'reading' END, "
        "CASE WHEN item.to_read AND message.kind <> 'notice' THEN 'asked' END, "
        f"policy_version.policy_id, item.version_id, item.request, request.due_on, {outcome} "
        "FROM message_item AS item JOIN message ON message.id = item.message "
        "JOIN policy_version ON policy_version.id = item.version_id "
        f"LEFT JOIN request ON request.id = item.request {joined} ORDER BY item.id"
    )
    op.execute(
        "INSERT INTO told (school, message, address, route, about, stage, policy_id, due_on, outcome, settled_at) "
        "SELECT old.school, old.message, lower(old.recipient), coalesce(message.route, 'folder'), 'review', old.stage, "
        f"old.policy_id, old.due_on, {outcome} "
        f"FROM reminder AS old JOIN message ON message.id = old.message {joined} ORDER BY old.id"
    )
    op.create_index("ix_told_message", "told", ["message"])
    op.create_index("ix_told_school_person", "told", ["school", "person"])
    op.create_index("ix_told_school_about", "told", ["school", "about"])
    op.drop_table("message_item")
    op.drop_table("reminder")


def _keep_occasions_and_deadlines() -> None:
    op.add_column("request", sa.Column("occasion", sa.Text(), nullable=False, server_default="version"))
    op.create_table(
        "request_deadline",
        *_key("request_deadline"),
        sa.Column("request", sa.Integer(), nullable=False),
        sa.Column("before_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("changed_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["request"], ["request.id"], name="fk_request_deadline_request_request"),
    )
    op.create_index("ix_request_deadline_request", "request_deadline", ["request"])


def _tie_answers_to_requests() -> None:
    with op.batch_alter_table("acknowledgement") as table:
        table.drop_constraint("uq_acknowledgement_person_version_id_school_year", type_="unique")
        table.add_column(sa.Column("request", sa.Integer()))
        table.create_foreign_key("fk_acknowledgement_request_request", "request", ["request"], ["id"])
        table.create_unique_constraint("uq_acknowledgement_request", ["request"])
    op.create_index("ix_acknowledgement_person", "acknowledgement", ["person"])
    # It closed the request in its own transaction, so the moments are the same; the newest where there were several.
    op.execute(
        "UPDATE acknowledgement SET request = (SELECT max(request.id) FROM request "
        "WHERE request.person = acknowledgement.person AND request.policy_id = acknowledgement.policy_id "
        "AND request.closed_reason = 'acknowledged' AND request.closed_at = acknowledgement.recorded_at)"
    )
