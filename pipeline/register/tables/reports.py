"""The tables of the register about what readers tell the school from their page, and how that was settled; ``schema``
has the others, and what is said there holds here. Both choose among fixed words, so that nothing anybody typed stands
here."""

from sqlalchemy import Column, Date, ForeignKey, Index, Integer, Table, Text, UniqueConstraint

from pipeline.register.store.utc_datetime import UtcDateTime
from pipeline.register.tables.common import metadata, school_key
from pipeline.register.tables.declared import OnPeople, TableKind, declared

# What a reader told the school: a question, read already, not my job, not me, I have left. Only ever added to.
reader_report = Table(
    "reader_report",
    metadata,
    Column("id", Integer, primary_key=True),
    school_key(),
    Column("person", Integer, ForeignKey("person.id"), nullable=False),  # whose page it was
    Column("policy_id", Integer, ForeignKey("policy.id")),  # None where it is about the page as a whole
    Column("kind", Text, nullable=False),  # as in reader_reports.ReportKind
    Column("reported_at", UtcDateTime, nullable=False),
    Column("rests_until", Date),  # until when no reminder of that policy goes to them; None where they go on
    Column("ledger_position", Integer, nullable=False),
    Index(None, "school", "reported_at"),
    Index(None, "person"),
    info=declared(
        TableKind.RECORD,
        since="0022",
        sealed_since="0032",
        people=OnPeople("reports", "What you said on your page, of the fixed choices"),
    ),
)

# How one of them was settled, once. Only ever added to.
settled_report = Table(
    "settled_report",
    metadata,
    Column("id", Integer, primary_key=True),
    school_key(),
    Column("report", Integer, ForeignKey("reader_report.id"), nullable=False),
    *(Column(name, Text, nullable=False) for name in ("answer", "actor")),  # as in reader_reports.ReportAnswer
    Column("settled_at", UtcDateTime, nullable=False),
    Column("ledger_position", Integer, nullable=False),
    UniqueConstraint("report"),
    info=declared(
        TableKind.RECORD, since="0024", sealed_since="0032", people=OnPeople("reports", "How what you said was settled")
    ),
)
