"""The tables of the register about printed cards; ``schema`` has the others, and what is said there holds here."""

from sqlalchemy import JSON, Column, Date, ForeignKey, Index, Integer, Table, Text, UniqueConstraint

from pipeline.register.store.utc_datetime import UtcDateTime
from pipeline.register.tables.common import metadata, school_key
from pipeline.register.tables.declared import OnPeople, TableKind, declared

# One stack of cards as it was printed: which numbers of its day, and of which versions the cards carry the essentials.
card_stack = Table(
    "card_stack",
    metadata,
    Column("id", Integer, primary_key=True),
    school_key(),
    Column("printed_on", Date, nullable=False),
    *(Column(name, Integer, nullable=False) for name in ("first_number", "last_number")),
    Column("essentials", JSON, nullable=False),  # policy, version, label and hash of each
    Column("printed_at", UtcDateTime, nullable=False),
    Column("actor", Text, nullable=False),
    UniqueConstraint("school", "printed_on", "first_number"),
    info=declared(TableKind.RECORD, since="0013"),
)

# A slip that came back signed: who had which card. It says nothing of a policy but what its card carried.
card_slip = Table(
    "card_slip",
    metadata,
    Column("id", Integer, primary_key=True),
    school_key(),
    Column("stack", Integer, ForeignKey("card_stack.id"), nullable=False),
    Column("number", Integer, nullable=False),
    Column("person", Integer, ForeignKey("person.id"), nullable=False),
    Column("signed_on", Date, nullable=False),
    Column("recorded_at", UtcDateTime, nullable=False),
    Column("entered_by", Text, nullable=False),
    Column("ledger_position", Integer, nullable=False),
    UniqueConstraint("stack", "number"),
    Index(None, "school", "person"),
    info=declared(TableKind.RECORD, since="0013", people=OnPeople("cards", "Slips of cards", shows_duty=True)),
)
