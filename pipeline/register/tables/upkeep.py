"""The tables of the register about work that falls due and routes that rest; ``schema`` has the others."""

from sqlalchemy import Boolean, Column, Integer, Table, Text, UniqueConstraint

from pipeline.register.store.utc_datetime import UtcDateTime
from pipeline.register.tables.common import metadata, school_key
from pipeline.register.tables.declared import TableKind, declared

# Until when nothing goes by a mail route, and why.
mail_route = Table(
    "mail_route",
    metadata,
    school_key(),
    Column("route", Text, nullable=False),
    Column("paused_until", UtcDateTime),
    Column("detail", Text),
    UniqueConstraint("school", "route"),
    info=declared(TableKind.MAIL, unsealed="mail"),
)

# One claim of scheduled work: a job and the time at which it fell due.
job_run = Table(
    "job_run",
    metadata,
    Column("id", Integer, primary_key=True),
    school_key(),
    Column("job", Text, nullable=False),
    Column("due_at", UtcDateTime, nullable=False),
    Column("claimed_at", UtcDateTime, nullable=False),
    Column("claimed_by", Text, nullable=False),
    Column("finished_at", UtcDateTime),
    Column("succeeded", Boolean),
    Column("detail", Text),
    UniqueConstraint("school", "job", "due_at"),
    info=declared(TableKind.UPKEEP, unsealed="when the program was at work"),
)
