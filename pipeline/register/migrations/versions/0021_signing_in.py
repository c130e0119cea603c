"""Keep links that sign in, sessions, and the codes of their second steps, all by their hashes.

Follows 0020.
"""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"


def upgrade() -> None:
    """Add the three tables."""
    op.create_table(
        "sign_in_link",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("school", sa.Text(), nullable=False),
        sa.Column("token_sha256", sa.Text(), nullable=False),
        sa.Column("account", sa.Text()),
        sa.Column("named", sa.Text(), nullable=False),
        sa.Column("way", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.Column("ends_at", sa.DateTime(), nullable=False),
        sa.Column("used_at", sa.DateTime()),
        sa.Column("refused_at", sa.DateTime()),
        sa.Column("row_sha256", sa.Text()),
        sa.PrimaryKeyConstraint("id", name="pk_sign_in_link"),
        sa.ForeignKeyConstraint(["school"], ["school.school"], name="fk_sign_in_link_school_school"),
        sa.UniqueConstraint("school", "token_sha256", name="uq_sign_in_link_school_token_sha256"),
    )
    op.create_index("ix_sign_in_link_school_account", "sign_in_link", ["school", "account"])
    op.create_table(
        "web_session",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("school", sa.Text(), nullable=False),
        sa.Column("token_sha256", sa.Text(), nullable=False),
        sa.Column("account", sa.Text()),
        sa.Column("named", sa.Text(), nullable=False),
        sa.Column("way", sa.Text(), nullable=False),
        sa.Column("browser", sa.Text(), nullable=False),
        sa.Column("opened_at", sa.DateTime(), nullable=False),
        sa.Column("seen_at", sa.DateTime(), nullable=False),
        sa.Column("ends_at", sa.DateTime(), nullable=False),
        sa.Column("step_until", sa.DateTime()),
        sa.Column("ended_at", sa.DateTime()),
        sa.Column("ended_because", sa.Text()),
        sa.Column("row_sha256", sa.Text()),
        sa.PrimaryKeyConstraint("id", name="pk_web_session"),
        sa.ForeignKeyConstraint(["school"], ["school.school"], name="fk_web_session_school_school"),
        sa.UniqueConstraint("school", "token_sha256", name="uq_web_session_school_token_sha256"),
    )
    op.create_index("ix_web_session_school_account", "web_session", ["school", "account"])
    op.create_table(
        "step_code",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("school", sa.Text(), nullable=False),
        sa.Column("session", sa.Integer(), nullable=False),
        sa.Column("salt", sa.Text(), nullable=False),
        sa.Column("code_hash", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.Column("ends_at", sa.DateTime(), nullable=False),
        sa.Column("wrong", sa.Integer(), nullable=False),
        sa.Column("spent_at", sa.DateTime()),
        sa.Column("row_sha256", sa.Text()),
        sa.PrimaryKeyConstraint("id", name="pk_step_code"),
        sa.ForeignKeyConstraint(["school"], ["school.school"], name="fk_step_code_school_school"),
        sa.ForeignKeyConstraint(["session"], ["web_session.id"], name="fk_step_code_session_web_session"),
    )
    op.create_index("ix_step_code_session", "step_code", ["session"])
