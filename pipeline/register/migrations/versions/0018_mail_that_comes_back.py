"""Keep how far a mailbox was read, and what each mail was that came back.

Follows 0017.
"""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    """Add the two tables."""
    op.create_table(
        "inbox_place",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("school", sa.Text(), nullable=False),
        sa.Column("mailbox", sa.Text(), nullable=False),
        sa.Column("uid_validity", sa.BigInteger(), nullable=False),
        sa.Column("last_uid", sa.BigInteger(), nullable=False),
        sa.Column("taken_at", sa.DateTime(), nullable=False),
        sa.Column("row_sha256", sa.Text()),
        sa.PrimaryKeyConstraint("id", name="pk_inbox_place"),
        sa.ForeignKeyConstraint(["school"], ["school.school"], name="fk_inbox_place_school_school"),
        sa.UniqueConstraint("school", "mailbox", name="uq_inbox_place_school_mailbox"),
    )
    op.create_table(
        "inbox_item",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("school", sa.Text(), nullable=False),
        sa.Column("print", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text()),
        sa.Column("message", sa.Integer()),
        sa.Column("person", sa.Integer()),
        sa.Column("until_on", sa.Date()),
        sa.Column("arrived_at", sa.DateTime(), nullable=False),
        sa.Column("taken_at", sa.DateTime(), nullable=False),
        sa.Column("row_sha256", sa.Text()),
        sa.PrimaryKeyConstraint("id", name="pk_inbox_item"),
        sa.ForeignKeyConstraint(["school"], ["school.school"], name="fk_inbox_item_school_school"),
        sa.ForeignKeyConstraint(["message"], ["message.id"], name="fk_inbox_item_message_message"),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name="fk_inbox_item_person_person"),
        sa.UniqueConstraint("school", "print", name="uq_inbox_item_school_print"),
    )
    op.create_index("ix_inbox_item_school_kind", "inbox_item", ["school", "kind"])
    op.create_index("ix_inbox_item_person", "inbox_item", ["person"])
