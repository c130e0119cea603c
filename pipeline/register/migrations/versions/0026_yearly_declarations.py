"""Keep what people are asked to declare each school year, what they said, and which letters told them of it.

Follows 0025.
"""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"


def upgrade() -> None:
    """Add the four tables."""
    _add_requests()
    op.create_table(
        "declaration_deadline",
        *_keyed("declaration_deadline", request="declaration_request"),
        sa.Column("before_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("changed_at", sa.DateTime(), nullable=False),
    )
    op.create_index("ix_declaration_deadline_request", "declaration_deadline", ["request"])
    op.create_table(
        "declaration",
        *_keyed("declaration", request="declaration_request", person="person"),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("method", sa.Text(), nullable=False),
        sa.Column("entered_by", sa.Text()),
        sa.Column("given_at", sa.DateTime(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(), nullable=False),
        sa.Column("ledger_position", sa.Integer(), nullable=False),
        sa.UniqueConstraint("request", "answer", name="uq_declaration_request_answer"),
    )
    op.create_index("ix_declaration_person", "declaration", ["person"])
    op.create_table(
        "declaration_told",
        *_keyed("declaration_told", message="message", request="declaration_request", person="person"),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("route", sa.Text(), nullable=False),
        sa.Column("stage", sa.Text(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
    )
    op.create_index("ix_declaration_told_message", "declaration_told", ["message"])
    op.create_index("ix_declaration_told_school_person", "declaration_told", ["school", "person"])


def _add_requests() -> None:
    op.create_table(
        "declaration_request",
        *_keyed("declaration_request", person="person", policy_id="policy"),
        sa.Column("engagement", sa.Integer()),
        sa.Column("declaration", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("statement", sa.Text(), nullable=False),
        sa.Column("statement_sha256", sa.Text(), nullable=False),
        sa.Column("school_year", sa.Integer(), nullable=False),
        sa.Column("occasion", sa.Text(), nullable=False, server_default="yearly"),
        sa.Column("asked_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("opened_at", sa.DateTime(), nullable=False),
        sa.Column("closed_at", sa.DateTime()),
        sa.Column("closed_reason", sa.Text()),
        sa.ForeignKeyConstraint(["engagement"], ["engagement.id"], name="fk_declaration_request_engagement_engagement"),
    )
    op.create_index("ix_declaration_request_person_closed_at", "declaration_request", ["person", "closed_at"])
    op.create_index(
        "uq_declaration_request_open",
        "declaration_request",
        ["person", "declaration", "school_year"],
        unique=True,
        sqlite_where=sa.text("closed_at IS NULL"),
        postgresql_where=sa.text("closed_at IS NULL"),
    )


def _keyed(table: str, **others: str) -> list[sa.schema.SchemaItem]:
    """Return what each of the tables has: its key, its school, its hash, and the keys of rows of others."""
    items: list[sa.schema.SchemaItem] = [
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("school", sa.Text(), nullable=False),
        sa.Column("row_sha256", sa.Text()),
        sa.PrimaryKeyConstraint("id", name=f"pk_{table}"),
        sa.ForeignKeyConstraint(["school"], ["school.school"], name=f"fk_{table}_school_school"),
    ]
    for column, other in others.items():
        items.append(sa.Column(column, sa.Integer(), nullable=False))
        items.append(sa.ForeignKeyConstraint([column], [f"{other}.id"], name=f"fk_{table}_{column}_{other}"))
    return items
