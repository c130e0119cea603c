"""The tables of the register about contacts; ``schema`` has the others, and what is said there holds here."""

from sqlalchemy import JSON, Column, Date, ForeignKey, Integer, Table, Text

from pipeline.register.store.utc_datetime import UtcDateTime
from pipeline.register.tables.common import metadata, school_key
from pipeline.register.tables.declared import TableKind, declared

# A contact as a person confirmed it; the first run takes what is configured as confirmed.
contact_confirmation = Table(
    "contact_confirmation",
    metadata,
    Column("id", Integer, primary_key=True),
    school_key(),
    *(Column(name, Text, nullable=name in ("phone", "email")) for name in ("role", "name", "phone", "email", "how")),
    Column("confirmed_at", UtcDateTime, nullable=False),
    info=declared(TableKind.RECORD, watched="id"),
)

# Who a name or number is that nobody in config.toml has, as the owner said; taken back by a further row.
contact_settlement = Table(
    "contact_settlement",
    metadata,
    Column("id", Integer, primary_key=True),
    school_key(),
    Column("policy_id", Integer, ForeignKey("policy.id")),  # None: in every policy
    *(Column(name, Text, nullable=False) for name in ("role", "kind", "value", "answer", "reason", "decided_by")),
    *(Column(name, JSON, nullable=False) for name in ("texts", "holders")),  # of which texts, beside which holders
    Column("until", Date),
    Column("decided_at", UtcDateTime, nullable=False),
    info=declared(TableKind.RECORD, since="0004", watched="row_sha256"),
)

# Who stands in for the lead, as the office said it; nobody in no role: the lead is back.
cover = Table(
    "cover",
    metadata,
    Column("id", Integer, primary_key=True),
    school_key(),
    *(Column(name, Text) for name in ("role", "name", "covers")),
    Column("first", Date, nullable=False),
    Column("until", Date),
    Column("decided_by", Text, nullable=False),
    Column("decided_at", UtcDateTime, nullable=False),
    info=declared(TableKind.RECORD, since="0005", watched="id"),
)
