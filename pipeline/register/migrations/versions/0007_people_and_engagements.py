"""Part a person from their engagements, keep absences as rows of days, and every state of each.

Follows 0006. A person keeps their key, which requests, acknowledgements and messages refer to. What was recorded of
them before counts as their first state: earlier ones were overwritten and nobody can tell them any more.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.schema import SchemaItem

revision = "0007"
down_revision = "0006"

_BEFORE = "the register before"


def _table(name: str, *columns: SchemaItem, keys: tuple[tuple[str, str], ...] = ()) -> None:
    op.create_table(
        name,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("school", sa.Text(), nullable=False),
        *columns,
        sa.Column("row_sha256", sa.Text()),
        sa.PrimaryKeyConstraint("id", name=f"pk_{name}"),
        sa.ForeignKeyConstraint(["school"], ["school.school"], name=f"fk_{name}_school_school"),
        *(sa.ForeignKeyConstraint([key], [f"{to}.id"], name=f"fk_{name}_{key}_{to}") for key, to in keys),
    )


def _texts(*names: str) -> tuple[SchemaItem, ...]:
    return tuple(sa.Column(name, sa.Text(), nullable=False) for name in names)


def _moments(*names: str) -> tuple[SchemaItem, ...]:
    return tuple(sa.Column(name, sa.DateTime(), nullable=False) for name in names)


def upgrade() -> None:
    """Make the tables, carry everybody over, and let the table as it was go."""
    _make_engagements()
    _make_states()
    _carry_over()
    _rebuild_people()


def _make_engagements() -> None:
    _table(
        "engagement",
        sa.Column("person", sa.Integer(), nullable=False),
        *_texts("list", "key", "kind", "role", "team", "manager"),
        *(sa.Column(name, sa.Date()) for name in ("start_on", "leave_on", "missing_since")),
        sa.Column("term", sa.Integer(), nullable=False),
        sa.Column("said", sa.JSON()),
        *_moments("recorded_at", "changed_at"),
        sa.UniqueConstraint("school", "list", "key", "term", name="uq_engagement_school_list_key_term"),
        keys=(("person", "person"),),
    )
    op.create_index("ix_engagement_school_person", "engagement", ["school", "person"])
    _table(
        "away",
        sa.Column("person", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.Date(), nullable=False) for name in ("from_on", "until_on")),
        *_moments("recorded_at"),
        *_texts("recorded_by"),
        sa.Column("withdrawn_at", sa.DateTime()),
        sa.Column("withdrawn_by", sa.Text()),
        keys=(("person", "person"),),
    )
    op.create_index("ix_away_school_person", "away", ["school", "person"])


def _make_states() -> None:
    _table(
        "person_state",
        sa.Column("person", sa.Integer(), nullable=False),
        *_texts("first_name", "last_name"),
        sa.Column("work_email", sa.Text()),
        *_texts("token_key"),
        *_moments("changed_at"),
        *_texts("actor"),
        keys=(("person", "person"),),
    )
    op.create_index("ix_person_state_school_person", "person_state", ["school", "person"])
    _table(
        "engagement_state",
        sa.Column("engagement", sa.Integer(), nullable=False),
        *_texts("key", "kind", "role", "team", "manager"),
        *(sa.Column(name, sa.Date()) for name in ("start_on", "leave_on", "missing_since")),
        *_moments("changed_at"),
        *_texts("actor"),
        keys=(("engagement", "engagement"),),
    )
    op.create_index("ix_engagement_state_school_engagement", "engagement_state", ["school", "engagement"])


def _carry_over() -> None:
    op.execute(
        "INSERT INTO engagement (id, school, person, list, key, kind, role, team, manager, start_on, leave_on,"
        " missing_since, term, recorded_at, changed_at)"
        " SELECT id, school, id, source, person_id, 'staff', role, '', '', start_on, leave_on, missing_since, 1,"
        " recorded_at, changed_at FROM person"
    )
    op.execute(
        "INSERT INTO away (school, person, from_on, until_on, recorded_at, recorded_by)"
        " SELECT school, id, min(date(changed_at), away_until), away_until, changed_at,"
        f" '{_BEFORE}' FROM person WHERE away_until IS NOT NULL ORDER BY id"
    )
    op.execute(
        "INSERT INTO person_state (school, person, first_name, last_name, work_email, token_key, changed_at, actor)"
        f" SELECT school, id, first_name, last_name, work_email, token_key, recorded_at, '{_BEFORE}' FROM person"
        " ORDER BY id"
    )
    op.execute(
        "INSERT INTO engagement_state (school, engagement, key, kind, role, team, manager, start_on, leave_on,"
        " missing_since, changed_at, actor)"
        " SELECT school, id, key, kind, role, team, manager, start_on, leave_on, missing_since, recorded_at,"
        f" '{_BEFORE}' FROM engagement ORDER BY id"
    )


def _rebuild_people() -> None:
    with op.batch_alter_table("person", recreate="always") as table:
        table.drop_constraint("uq_person_school_source_person_id", type_="unique")
        for name in ("source", "person_id", "role", "start_on", "leave_on", "away_until", "missing_since"):
            table.drop_column(name)
    op.create_index("ix_person_school", "person", ["school"])
