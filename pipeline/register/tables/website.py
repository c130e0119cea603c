"""The table of the register about the school's own website; ``schema`` has the others, and its words hold here."""

from sqlalchemy import Column, Date, ForeignKey, Index, Integer, Table, Text

from pipeline.register.store.utc_datetime import UtcDateTime
from pipeline.register.tables.common import metadata, school_key
from pipeline.register.tables.declared import TableKind, declared

# That the person who edits the website put a copy there, or took a policy that ended down. Only ever added to.
website_copy = Table(
    "website_copy",
    metadata,
    Column("id", Integer, primary_key=True),
    school_key(),
    Column("policy_id", Integer, ForeignKey("policy.id"), nullable=False),
    Column(
        "copy", Integer, ForeignKey("policy_copy.id")
    ),  # None: what stood there was taken down, or says that it ended
    Column("placed_on", Date, nullable=False),
    Column("actor", Text, nullable=False),  # who recorded it
    Column("recorded_at", UtcDateTime, nullable=False),
    Column("ledger_position", Integer, nullable=False),
    Index(None, "policy_id"),
    info=declared(TableKind.RECORD, since="0027", unsealed="what was put on the school's website"),
)
