"""The tables of the register about decisions: what was recorded in error, every state of settings and policies, how
far the ledger's tree has grown, and what seals it. ``schema`` has the others, and what is said there holds here."""

from sqlalchemy import Column, Index, Integer, PrimaryKeyConstraint, Table, Text

from pipeline.register.store.utc_datetime import UtcDateTime
from pipeline.register.tables.common import metadata, school_key
from pipeline.register.tables.declared import TableKind, declared

# What was recorded in error: ends the effect of one row of another table, which stays as it is. Only ever added to.
correction = Table(
    "correction",
    metadata,
    Column("id", Integer, primary_key=True),
    school_key(),
    Column(
        "kind", Text, nullable=False
    ),  # acknowledgement, approval, leaving, telling: which table ``target`` is a row of
    Column("target", Integer, nullable=False),
    *(Column(name, Text, nullable=False) for name in ("reason", "actor")),
    Column("recorded_at", UtcDateTime, nullable=False),
    Column("ledger_position", Integer, nullable=False),
    Index("ix_correction_school_kind_target", "school", "kind", "target"),
    info=declared(TableKind.RECORD, since="0009", watched="id"),
)

# What settings and policies were from a moment on; a row is added whenever one differs from its last.
kept_state = Table(
    "kept_state",
    metadata,
    Column("id", Integer, primary_key=True),
    school_key(),
    Column("kind", Text, nullable=False),  # a table of config.toml, policy, version
    Column("subject", Integer, nullable=False),  # the register's key of the policy or version; 0 for settings
    Column("value", Text, nullable=False),  # JSON, the keys in the order of their source
    Column("recorded_at", UtcDateTime, nullable=False),
    Column("actor", Text, nullable=False),
    Index("ix_kept_state_school_kind_subject", "school", "kind", "subject"),
    info=declared(TableKind.RECORD, since="0009"),
)

# The complete subtrees behind the last signed head, so that the next one need not read every record again.
ledger_frontier = Table(
    "ledger_frontier",
    metadata,
    school_key(),
    Column("size", Integer, nullable=False),
    Column("subtrees", Text, nullable=False),  # hexadecimal, largest first, with spaces
    PrimaryKeyConstraint("school"),
    info=declared(TableKind.LEDGER, since="0009"),
)

# The sum over the hashes of all rows of one table that evidence rests on; ``evidence_prints`` keeps it.
evidence_print = Table(
    "evidence_print",
    metadata,
    school_key(),
    *(Column(name, Text, nullable=False) for name in ("name", "print")),  # of the table; hexadecimal
    PrimaryKeyConstraint("school", "name"),
    info=declared(TableKind.LEDGER, since="0023"),
)

# Up to where this program wrote ledger and evidence, under a seal only the ledger's key makes; see ``ledger_seal``.
ledger_seal = Table(
    "ledger_seal",
    metadata,
    school_key(),
    Column("size", Integer, nullable=False),
    Column("subtrees", Text, nullable=False),  # of all records, signed or not; as in ``ledger_frontier``
    Column("seal", Text, nullable=False),  # empty where the key was not at hand
    Column("unsealed_from", Integer),  # how many records there were when it was not at hand first
    PrimaryKeyConstraint("school"),
    info=declared(TableKind.LEDGER, since="0023"),
)
