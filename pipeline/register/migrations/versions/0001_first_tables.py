"""Make the first tables: policies, people, mail, jobs and the ledger.

Follows nothing; an empty file becomes a register.
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make every table, in the order their keys point."""
    _make_school_and_campaign()
    _make_contact_confirmation_and_job_run()
    _make_ledger()
    _make_mail_route()
    _make_person()
    _make_policy()
    _make_source_content()
    _make_fact_override()
    _make_message()
    _make_policy_version()
    _make_source_file()
    _make_acknowledgement_and_approval()
    _make_delivery()
    _make_policy_copy()
    _make_reminder()
    _make_request()
    _make_message_item()


def _make_school_and_campaign() -> None:
    op.create_table(
        "school",
        sa.Column("school", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("time_zone", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("school", name="pk_school"),
    )
    op.create_table(
        "campaign",
        *_keys("campaign"),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("route", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("decided_at", sa.DateTime()),
    )


def _make_contact_confirmation_and_job_run() -> None:
    op.create_table(
        "contact_confirmation",
        *_keys("contact_confirmation"),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("phone", sa.Text()),
        sa.Column("email", sa.Text()),
        sa.Column("how", sa.Text(), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(), nullable=False),
    )
    op.create_table(
        "job_run",
        *_keys("job_run"),
        sa.Column("job", sa.Text(), nullable=False),
        sa.Column("due_at", sa.DateTime(), nullable=False),
        sa.Column("claimed_at", sa.DateTime(), nullable=False),
        sa.Column("claimed_by", sa.Text(), nullable=False),
        sa.Column("finished_at", sa.DateTime()),
        sa.Column("succeeded", sa.Boolean()),
        sa.Column("detail", sa.Text()),
        sa.UniqueConstraint("school", "job", "due_at", name="uq_job_run_school_job_due_at"),
    )


def _make_ledger() -> None:
    op.create_table(
        "ledger_head",
        *_keys("ledger_head"),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("root_hash", sa.Text(), nullable=False),
        sa.Column("signed_at", sa.Text(), nullable=False),
        sa.Column("public_key", sa.Text(), nullable=False),
        sa.Column("signature", sa.Text(), nullable=False),
        sa.UniqueConstraint("school", "size", name="uq_ledger_head_school_size"),
    )
    op.create_table(
        "ledger_opening",
        sa.Column("commitment", sa.Text(), nullable=False),
        sa.Column("school", sa.Text(), nullable=False),
        sa.Column("salt", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["school"], ["school.school"], name="fk_ledger_opening_school_school"),
        sa.PrimaryKeyConstraint("commitment", name="pk_ledger_opening"),
    )
    op.create_table(
        "ledger_record",
        sa.Column("school", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("record", sa.Text(), nullable=False),
        sa.Column("leaf_hash", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["school"], ["school.school"], name="fk_ledger_record_school_school"),
        sa.PrimaryKeyConstraint("school", "position", name="pk_ledger_record"),
    )


def _make_mail_route() -> None:
    op.create_table(
        "mail_route",
        sa.Column("school", sa.Text(), nullable=False),
        sa.Column("route", sa.Text(), nullable=False),
        sa.Column("paused_until", sa.DateTime()),
        sa.Column("detail", sa.Text()),
        sa.ForeignKeyConstraint(["school"], ["school.school"], name="fk_mail_route_school_school"),
        sa.UniqueConstraint("school", "route", name="uq_mail_route_school_route"),
    )


def _make_person() -> None:
    op.create_table(
        "person",
        *_keys("person"),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("first_name", sa.Text(), nullable=False),
        sa.Column("last_name", sa.Text(), nullable=False),
        sa.Column("work_email", sa.Text()),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("start_on", sa.Date()),
        sa.Column("leave_on", sa.Date()),
        sa.Column("away_until", sa.Date()),
        sa.Column("missing_since", sa.Date()),
        sa.Column("token_key", sa.Text(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(), nullable=False),
        sa.Column("changed_at", sa.DateTime(), nullable=False),
        sa.UniqueConstraint("school", "source", "person_id", name="uq_person_school_source_person_id"),
    )


def _make_policy() -> None:
    op.create_table(
        "policy",
        *_keys("policy"),
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("catalogue_slug", sa.Text()),
        sa.Column("withdrawn_on", sa.Date()),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.UniqueConstraint("school", "slug", name="uq_policy_school_slug"),
    )


def _make_source_content() -> None:
    op.create_table(
        "source_content",
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("school", sa.Text(), nullable=False),
        sa.Column("format", sa.Text(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["school"], ["school.school"], name="fk_source_content_school_school"),
        sa.PrimaryKeyConstraint("sha256", name="pk_source_content"),
    )


def _make_fact_override() -> None:
    op.create_table(
        "fact_override",
        *_keys("fact_override"),
        sa.Column("policy_id", sa.Integer(), nullable=False),
        sa.Column("field", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("stated", sa.Text()),
        sa.Column("decided_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["policy_id"], ["policy.id"], name="fk_fact_override_policy_id_policy"),
    )


def _make_message() -> None:
    op.create_table(
        "message",
        *_keys("message"),
        sa.Column("key", sa.Text()),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("campaign", sa.Integer()),
        sa.Column("person", sa.Integer()),
        sa.Column("recipient", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("text_part", sa.Text(), nullable=False),
        sa.Column("html_part", sa.Text(), nullable=False),
        sa.Column("attachments", sa.JSON(), nullable=False),
        sa.Column("message_id", sa.Text(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("route", sa.Text()),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_try_at", sa.DateTime()),
        sa.Column("claimed_by", sa.Text()),
        sa.Column("claimed_at", sa.DateTime()),
        sa.Column("in_doubt", sa.Boolean(), nullable=False),
        sa.Column("queued_at", sa.DateTime(), nullable=False),
        sa.Column("settled_at", sa.DateTime()),
        sa.Column("detail", sa.Text()),
        sa.ForeignKeyConstraint(["campaign"], ["campaign.id"], name="fk_message_campaign_campaign"),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name="fk_message_person_person"),
        sa.UniqueConstraint("school", "key", name="uq_message_school_key"),
        sa.UniqueConstraint("school", "message_id", name="uq_message_school_message_id"),
    )
    op.create_index("ix_message_school_state", "message", ["school", "state"])
    op.create_index("ix_message_school_recipient", "message", ["school", "recipient"])


def _make_policy_version() -> None:
    op.create_table(
        "policy_version",
        *_keys("policy_version"),
        sa.Column("policy_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text()),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("words", sa.Integer(), nullable=False),
        sa.Column("holds", sa.JSON(), nullable=False),
        sa.Column("reason", sa.Text()),
        sa.Column("recorded_at", sa.DateTime(), nullable=False),
        sa.Column("issued_on", sa.Date()),
        sa.Column("next_review_on", sa.Date()),
        sa.ForeignKeyConstraint(["policy_id"], ["policy.id"], name="fk_policy_version_policy_id_policy"),
        sa.UniqueConstraint("policy_id", "number", name="uq_policy_version_policy_id_number"),
    )
    op.create_index("ix_policy_version_school_status", "policy_version", ["school", "status"])


def _make_source_file() -> None:
    op.create_table(
        "source_file",
        *_keys("source_file"),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("modified_ns", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("policy_id", sa.Integer()),
        sa.Column("standing", sa.Text(), nullable=False),
        sa.Column("error_code", sa.Text()),
        sa.Column("error_message", sa.Text()),
        sa.Column("reader", sa.Text(), nullable=False),
        sa.Column("facts", sa.JSON()),
        sa.Column("text", sa.Text()),
        sa.Column("same_words", sa.Boolean()),
        sa.Column("seen_at", sa.DateTime(), nullable=False),
        sa.Column("vanished_at", sa.DateTime()),
        sa.ForeignKeyConstraint(["policy_id"], ["policy.id"], name="fk_source_file_policy_id_policy"),
        sa.UniqueConstraint("school", "path", name="uq_source_file_school_path"),
    )


def _make_acknowledgement_and_approval() -> None:
    op.create_table(
        "acknowledgement",
        *_keys("acknowledgement"),
        sa.Column("person", sa.Integer(), nullable=False),
        sa.Column("policy_id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("version_sha256", sa.Text(), nullable=False),
        sa.Column("method", sa.Text(), nullable=False),
        sa.Column("entered_by", sa.Text()),
        sa.Column("acknowledged_at", sa.DateTime(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(), nullable=False),
        sa.Column("ledger_position", sa.Integer(), nullable=False),
        sa.Column("school_year", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name="fk_acknowledgement_person_person"),
        sa.ForeignKeyConstraint(["policy_id"], ["policy.id"], name="fk_acknowledgement_policy_id_policy"),
        sa.ForeignKeyConstraint(
            ["version_id"], ["policy_version.id"], name="fk_acknowledgement_version_id_policy_version"
        ),
        sa.UniqueConstraint(
            "person", "version_id", "school_year", name="uq_acknowledgement_person_version_id_school_year"
        ),
    )
    op.create_table(
        "approval",
        *_keys("approval"),
        sa.Column("policy_id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("approved_on", sa.Date(), nullable=False),
        sa.Column("minute", sa.Text()),
        sa.Column("recorded_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["policy_id"], ["policy.id"], name="fk_approval_policy_id_policy"),
        sa.ForeignKeyConstraint(["version_id"], ["policy_version.id"], name="fk_approval_version_id_policy_version"),
    )


def _make_delivery() -> None:
    op.create_table(
        "delivery",
        *_keys("delivery"),
        sa.Column("message", sa.Integer(), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("detail", sa.Text()),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["message"], ["message.id"], name="fk_delivery_message_message"),
    )


def _make_policy_copy() -> None:
    op.create_table(
        "policy_copy",
        *_keys("policy_copy"),
        sa.Column("policy_id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("fingerprint", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("docx_path", sa.Text()),
        sa.Column("docx_sha256", sa.Text()),
        sa.Column("pdf_path", sa.Text()),
        sa.Column("pdf_sha256", sa.Text()),
        sa.Column("pdf_bytes", sa.Integer()),
        sa.Column("held_reason", sa.Text()),
        sa.Column("replacements", sa.JSON(), nullable=False),
        sa.Column("left_on_purpose", sa.JSON(), nullable=False),
        sa.Column("left", sa.JSON(), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.Column("retired_at", sa.DateTime()),
        sa.ForeignKeyConstraint(["policy_id"], ["policy.id"], name="fk_policy_copy_policy_id_policy"),
        sa.ForeignKeyConstraint(["version_id"], ["policy_version.id"], name="fk_policy_copy_version_id_policy_version"),
        sa.UniqueConstraint("school", "code", name="uq_policy_copy_school_code"),
    )
    op.create_index("ix_policy_copy_version_id_fingerprint", "policy_copy", ["version_id", "fingerprint"])


def _make_reminder() -> None:
    op.create_table(
        "reminder",
        *_keys("reminder"),
        sa.Column("policy_id", sa.Integer(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("stage", sa.Text(), nullable=False),
        sa.Column("recipient", sa.Text(), nullable=False),
        sa.Column("message", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["message"], ["message.id"], name="fk_reminder_message_message"),
        sa.ForeignKeyConstraint(["policy_id"], ["policy.id"], name="fk_reminder_policy_id_policy"),
        sa.UniqueConstraint(
            "policy_id", "due_on", "stage", "recipient", name="uq_reminder_policy_id_due_on_stage_recipient"
        ),
    )


def _make_request() -> None:
    op.create_table(
        "request",
        *_keys("request"),
        sa.Column("person", sa.Integer(), nullable=False),
        sa.Column("policy_id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("asked_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("closed_at", sa.DateTime()),
        sa.Column("closed_reason", sa.Text()),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name="fk_request_person_person"),
        sa.ForeignKeyConstraint(["policy_id"], ["policy.id"], name="fk_request_policy_id_policy"),
        sa.ForeignKeyConstraint(["version_id"], ["policy_version.id"], name="fk_request_version_id_policy_version"),
    )
    op.create_index("ix_request_school_closed_at", "request", ["school", "closed_at"])
    op.create_index(
        "uq_request_open",
        "request",
        ["person", "version_id"],
        unique=True,
        sqlite_where=sa.text("closed_at IS NULL"),
        postgresql_where=sa.text("closed_at IS NULL"),
    )


def _make_message_item() -> None:
    op.create_table(
        "message_item",
        *_keys("message_item"),
        sa.Column("message", sa.Integer(), nullable=False),
        sa.Column("route", sa.Text(), nullable=False),
        sa.Column("person", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("request", sa.Integer()),
        sa.Column("to_read", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["message"], ["message.id"], name="fk_message_item_message_message"),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name="fk_message_item_person_person"),
        sa.ForeignKeyConstraint(["request"], ["request.id"], name="fk_message_item_request_request"),
        sa.ForeignKeyConstraint(
            ["version_id"], ["policy_version.id"], name="fk_message_item_version_id_policy_version"
        ),
        sa.UniqueConstraint("message", "version_id", name="uq_message_item_message_version_id"),
    )
    op.create_index("ix_message_item_school_person", "message_item", ["school", "person"])


def _keys(table: str) -> tuple[sa.schema.SchemaItem, ...]:
    """The row's own key, and the school it belongs to."""
    return (
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("school", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=f"pk_{table}"),
        sa.ForeignKeyConstraint(["school"], ["school.school"], name=f"fk_{table}_school_school"),
    )
