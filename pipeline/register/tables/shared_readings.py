"""The table of the register about readings that one person owes at several schools of a trust; ``schema`` has the
others, and what is said there holds here.
"""

from sqlalchemy import JSON, Boolean, Column, Date, ForeignKey, Index, Integer, Table, Text, text

from pipeline.register.store.utc_datetime import UtcDateTime
from pipeline.register.tables.common import metadata, school_key
from pipeline.register.tables.declared import OnPeople, TableKind, declared

# Who asks a reader for a policy that they owe at several schools: a row for each standing, which ends with the next.
shared_reading = Table(
    "shared_reading",
    metadata,
    Column("id", Integer, primary_key=True),
    school_key(),
    Column("person", Integer, ForeignKey("person.id"), nullable=False),
    Column("policy_id", Integer, ForeignKey("policy.id"), nullable=False),
    Column("edition", Text, nullable=False),  # the SHA-256 of the trust's document that the school's version is of
    Column("standing", Text, nullable=False),  # here, waits, there, read
    *(Column(name, Text, nullable=False) for name in ("at_key", "at_school")),  # the other school; both empty of none
    Column("is_told", Boolean, nullable=False),  # the other school has put it before them
    Column("gives_copy", Boolean, nullable=False),  # this school's own copy did not go with the other's letter
    Column("since_on", Date, nullable=False),  # since when it is owed at several schools
    Column("waited", JSON, nullable=False),  # each other school's last word, and for how many mail days it was awaited
    Column("renewed_on", Date, nullable=False),  # the last day on which this was found to be so
    Column("beside", JSON, nullable=False),  # the other schools' copies that go with this school's letter
    Column("started_at", UtcDateTime, nullable=False),
    Column("ended_at", UtcDateTime),
    Index(None, "school", "person"),
    Index(
        "uq_shared_reading_open",
        "person",
        "policy_id",
        unique=True,
        sqlite_where=text("ended_at IS NULL"),
    ),
    info=declared(
        TableKind.SETTLED,
        since="0030",
        unsealed="who asks for a reading that several schools of a trust owe",
        people=OnPeople(
            "several schools",
            "What you are asked for once by several schools of the trust",
            wiped={"at_key": "", "at_school": "", "waited": [], "beside": []},
        ),
    ),
)
