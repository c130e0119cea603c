"""The tables of the register about erasing people; ``schema`` has the others, and what is said there holds here.

Neither names the person: both have the register's key, behind which nobody stands once they are erased.
"""

from sqlalchemy import Column, ForeignKey, Index, Integer, Table, Text, UniqueConstraint

from pipeline.register.store.utc_datetime import UtcDateTime
from pipeline.register.tables.common import metadata, school_key
from pipeline.register.tables.declared import OnPeople, TableKind, declared

# That nothing of a person is erased for now, such as while a complaint is open. Why stands in the ledger alone.
person_hold = Table(
    "person_hold",
    metadata,
    Column("id", Integer, primary_key=True),
    school_key(),
    Column("person", Integer, ForeignKey("person.id"), nullable=False),
    Column("held_by", Text, nullable=False),
    Column("held_at", UtcDateTime, nullable=False),
    Column("released_by", Text),
    Column("released_at", UtcDateTime),
    Column("ledger_position", Integer, nullable=False),
    Index(None, "person"),
    info=declared(TableKind.RECORD, since="0025", people=OnPeople("erasing")),
)

# That one person asked for another to be erased, and what came of it: a second one agreed, or it was withdrawn.
erasure = Table(
    "erasure",
    metadata,
    Column("id", Integer, primary_key=True),
    school_key(),
    Column("person", Integer, ForeignKey("person.id"), nullable=False),
    Column("occasion", Text, nullable=False),  # as in erasures.ErasureReason
    *(Column(name, Text, nullable=False) for name in ("reason", "proposed_by")),
    Column("proposed_at", UtcDateTime, nullable=False),
    Column("proposed_position", Integer, nullable=False),  # of the record that asks for it
    Column("withdrawn_by", Text),
    Column("withdrawn_at", UtcDateTime),
    Column("agreed_by", Text),
    Column("erased_at", UtcDateTime),
    Column("number", Integer),  # 1, 2, … by which the person is told from others who were erased
    Column("print", Text),  # SHA-256 of the first random part of their link: who it was in an older copy
    Column("ledger_position", Integer),  # of the record of the erasure
    UniqueConstraint("school", "number"),
    Index(None, "person"),
    info=declared(TableKind.RECORD, since="0025", people=OnPeople("erasing", stays=("reason",)), watched="row_sha256"),
)
