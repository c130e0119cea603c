"""The tables of the register about people; ``schema`` has the others, and what is said there holds here.

A person is not an engagement: the one is an identity, the other what a person is at the school, by one list. Beside
each current row every state it ever had is kept, so that any day can be asked for.
"""

from sqlalchemy import JSON, Column, Date, ForeignKey, Index, Integer, Table, Text, UniqueConstraint

from pipeline.register.store.utc_datetime import UtcDateTime
from pipeline.register.tables.common import metadata, school_key
from pipeline.register.tables.declared import CODE, ErasedAs, GivingRights, OnPeople, TableKind, declared

_NAMES = {
    "first_name": ErasedAs.FIRST_NAME,
    "last_name": ErasedAs.LAST_NAME,
    "work_email": None,
    "token_key": ErasedAs.KEY,
}
_POST = {"role": "", "team": "", "manager": "", "key": ErasedAs.ONE_EACH}

# Who a person is: what letters are addressed with, and the random part of their personal link.
person = Table(
    "person",
    metadata,
    Column("id", Integer, primary_key=True),
    school_key(),
    *(Column(name, Text, nullable=False) for name in ("first_name", "last_name")),
    Column("work_email", Text),
    Column("token_key", Text, nullable=False),  # changes when the person's links must die
    Column("recorded_at", UtcDateTime, nullable=False),
    Column("changed_at", UtcDateTime, nullable=False),
    Index(None, "school"),
    info=declared(
        GivingRights(("token_key",)),
        people=OnPeople("identity", "Who you are here", wiped={**_NAMES, CODE: None}),
        watched="state",
    ),
)

# What a person is at the school, as one list has it. Who comes back under the same key begins the next term.
engagement = Table(
    "engagement",
    metadata,
    Column("id", Integer, primary_key=True),
    school_key(),
    Column("person", Integer, ForeignKey("person.id"), nullable=False),
    Column("list", Text, nullable=False),
    *(Column(name, Text, nullable=False) for name in ("key", "kind", "role", "team", "manager")),
    *(Column(name, Date) for name in ("start_on", "leave_on")),
    Column("missing_since", Date),  # not in its list's last edition: asked about, not dropped
    Column("term", Integer, nullable=False),  # 1, 2, … of the same key
    Column("said", JSON(none_as_null=True)),  # what the list last said: only what it says anew is taken from it
    Column("recorded_at", UtcDateTime, nullable=False),
    Column("changed_at", UtcDateTime, nullable=False),
    UniqueConstraint("school", "list", "key", "term"),
    Index(None, "school", "person"),
    info=declared(
        TableKind.STATES,
        people=OnPeople("engagements", "What you are, or were, at the school", wiped={**_POST, "said": None}),
        watched="state",
    ),
)

# Days on which a person is away; withdrawn, never changed or deleted.
away = Table(
    "away",
    metadata,
    Column("id", Integer, primary_key=True),
    school_key(),
    Column("person", Integer, ForeignKey("person.id"), nullable=False),
    *(Column(name, Date, nullable=False) for name in ("from_on", "until_on")),
    Column("recorded_at", UtcDateTime, nullable=False),
    Column("recorded_by", Text, nullable=False),
    Column("withdrawn_at", UtcDateTime),
    Column("withdrawn_by", Text),
    Index(None, "school", "person"),
    info=declared(TableKind.RECORD, people=OnPeople("absences", "Days away (never why)"), watched="row_sha256"),
)

# Every state of a person, the first one too; appended only.
person_state = Table(
    "person_state",
    metadata,
    Column("id", Integer, primary_key=True),
    school_key(),
    Column("person", Integer, ForeignKey("person.id"), nullable=False),
    *(Column(name, Text, nullable=False) for name in ("first_name", "last_name")),
    Column("work_email", Text),
    Column("token_key", Text, nullable=False),
    Column("changed_at", UtcDateTime, nullable=False),
    Column("actor", Text, nullable=False),
    Index(None, "school", "person"),
    info=declared(TableKind.STATES, people=OnPeople("identity", "How that changed", wiped=_NAMES)),
)

# Every state of an engagement, the first one too; appended only.
engagement_state = Table(
    "engagement_state",
    metadata,
    Column("id", Integer, primary_key=True),
    school_key(),
    Column("engagement", Integer, ForeignKey("engagement.id"), nullable=False),
    *(Column(name, Text, nullable=False) for name in ("list", "key", "kind", "role", "team", "manager")),
    *(Column(name, Date) for name in ("start_on", "leave_on", "missing_since")),
    Column("changed_at", UtcDateTime, nullable=False),
    Column("actor", Text, nullable=False),
    Index(None, "school", "engagement"),
    info=declared(TableKind.STATES, people=OnPeople("engagements", "How that changed as well", wiped=_POST)),
)


def whole_name(first_name: str | None, last_name: str | None) -> str:
    """Return a person's name in the order in which it is said; empty of nobody."""
    return f"{first_name or ''} {last_name or ''}".strip()
