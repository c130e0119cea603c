"""The tables of the register about the mail that comes back; ``schema`` has the others, and what is said there holds
here. Of no mail that comes back are any words kept."""

from sqlalchemy import BigInteger, Column, Date, ForeignKey, Index, Integer, Table, Text, UniqueConstraint

from pipeline.register.store.utc_datetime import UtcDateTime
from pipeline.register.tables.common import metadata, school_key
from pipeline.register.tables.declared import OnPeople, TableKind, declared

# How far a mailbox was read: RFC 3501, 2.3.1.1, a mail is named by its number only together with the mailbox's own.
inbox_place = Table(
    "inbox_place",
    metadata,
    Column("id", Integer, primary_key=True),
    school_key(),
    Column("mailbox", Text, nullable=False),  # user, server and folder
    Column("uid_validity", BigInteger, nullable=False),
    Column("last_uid", BigInteger, nullable=False),
    Column("taken_at", UtcDateTime, nullable=False),
    Column("link", Text),  # by Microsoft Graph: where the next look begins
    UniqueConstraint("school", "mailbox"),
    info=declared(TableKind.MAIL, unsealed="mail"),
)

# One mail that came back and what it was: nobody takes it twice, also where a mailbox is numbered afresh.
inbox_item = Table(
    "inbox_item",
    metadata,
    Column("id", Integer, primary_key=True),
    school_key(),
    Column("print", Text, nullable=False),  # SHA-256 over what tells it from others
    Column("kind", Text, nullable=False),  # as in inbox.ItemKind
    Column("reason", Text),  # as in inbox.ReplyReason: why it is put before the office
    Column("message", Integer, ForeignKey("message.id")),  # what it answers; None where nothing tells
    Column("person", Integer, ForeignKey("person.id")),  # who sent it; None for an address of nobody
    Column("until_on", Date),  # of an automatic reply: until when its sender is not reminded
    Column("arrived_at", UtcDateTime, nullable=False),
    Column("taken_at", UtcDateTime, nullable=False),
    UniqueConstraint("school", "print"),
    Index(None, "school", "kind"),
    Index(None, "person"),
    info=declared(
        TableKind.MAIL,
        since="0018",
        unsealed="mail",
        people=OnPeople(
            "returned mail", "What came back from your address (no words of it are kept)", stays=("reason",)
        ),
    ),
)
