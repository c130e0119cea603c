"""The tables of the register about what people declare once in each school year; ``schema`` has the others, and what is
said there holds here. What a person has to declare stands nowhere: only that they have, and that they said so.
"""

from sqlalchemy import Column, Date, ForeignKey, Index, Integer, Table, Text, UniqueConstraint, text

from pipeline.register.store.utc_datetime import UtcDateTime
from pipeline.register.tables.common import metadata, school_key
from pipeline.register.tables.declared import ErasedAs, OnPeople, TableKind, declared

# What one person was asked to declare for one school year, in which words; closed with a reason, never deleted.
declaration_request = Table(
    "declaration_request",
    metadata,
    Column("id", Integer, primary_key=True),
    school_key(),
    Column("person", Integer, ForeignKey("person.id"), nullable=False),
    Column("engagement", Integer, ForeignKey("engagement.id")),  # in which it is asked
    Column("declaration", Text, nullable=False),  # its key in config.toml
    *(Column(name, Text, nullable=False) for name in ("name", "statement", "statement_sha256")),
    Column("policy_id", Integer, ForeignKey("policy.id"), nullable=False),  # which it belongs to
    Column("school_year", Integer, nullable=False),  # its first calendar year
    Column("occasion", Text, nullable=False, server_default="yearly"),
    Column("asked_on", Date, nullable=False),
    Column("due_on", Date, nullable=False),  # as it is now; ``declaration_deadline`` has what it was before
    Column("opened_at", UtcDateTime, nullable=False),
    Column("closed_at", UtcDateTime),
    Column("closed_reason", Text),  # answered, left, superseded, not-needed
    Index(None, "person", "closed_at"),
    # Asked once at a time of one year.
    Index(
        "uq_declaration_request_open",
        "person",
        "declaration",
        "school_year",
        unique=True,
        sqlite_where=text("closed_at IS NULL"),
    ),
    info=declared(
        TableKind.SETTLED,
        since="0026",
        people=OnPeople(
            "declarations",
            "What you were asked to declare, by when, in which words",
            shows_duty=True,
            stays=("declaration", "name", "statement"),
        ),
    ),
)

# Each change of the day to declare by; none while it is the first.
declaration_deadline = Table(
    "declaration_deadline",
    metadata,
    Column("id", Integer, primary_key=True),
    school_key(),
    Column("request", Integer, ForeignKey("declaration_request.id"), nullable=False),
    *(Column(name, Date, nullable=False) for name in ("before_on", "due_on")),
    Column("reason", Text, nullable=False),  # mail-late, returned
    Column("changed_at", UtcDateTime, nullable=False),
    Index(None, "request"),
    info=declared(
        TableKind.SETTLED,
        since="0026",
        people=OnPeople("declarations", "Days to declare by that were moved", stays=("reason",)),
    ),
)

# What a person declared: nothing, that they have something, or that it was said in person. Only ever added to.
declaration = Table(
    "declaration",
    metadata,
    Column("id", Integer, primary_key=True),
    school_key(),
    Column("request", Integer, ForeignKey("declaration_request.id"), nullable=False),
    Column("person", Integer, ForeignKey("person.id"), nullable=False),
    Column("answer", Text, nullable=False),  # nothing, something, declared
    Column("method", Text, nullable=False),  # page, paper, in-person
    Column("entered_by", Text),  # who recorded it, where it was not the person
    *(Column(name, UtcDateTime, nullable=False) for name in ("given_at", "recorded_at")),
    Column("ledger_position", Integer, nullable=False),
    UniqueConstraint("request", "answer"),
    Index(None, "person"),
    info=declared(
        TableKind.RECORD,
        since="0026",
        people=OnPeople("declarations", "That you declared, never what", shows_duty=True),
    ),
)

# Which letter told a person of it, at which stage; what came of that stands with the letter.
declaration_told = Table(
    "declaration_told",
    metadata,
    Column("id", Integer, primary_key=True),
    school_key(),
    Column("message", Integer, ForeignKey("message.id"), nullable=False),
    Column("request", Integer, ForeignKey("declaration_request.id"), nullable=False),
    Column("person", Integer, ForeignKey("person.id"), nullable=False),
    *(Column(name, Text, nullable=False) for name in ("address", "route", "stage")),
    Column("due_on", Date, nullable=False),
    Index(None, "message"),
    Index(None, "school", "person"),
    info=declared(
        TableKind.MAIL,
        since="0026",
        unsealed="by which letters declarations were asked for",
        people=OnPeople("mail", "Letters that asked you to declare", wiped={"address": ErasedAs.ADDRESS}),
    ),
)
