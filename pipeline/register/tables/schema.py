"""The tables of the register.

Every table has the ``school`` key, since a trust keeps its schools in one register. Days are local, moments UTC, facts
and lists JSON text. Versions, copies, approvals, acknowledgements and ledger records are added, never overwritten.
"""

from collections.abc import Mapping
from importlib import import_module
from pkgutil import iter_modules

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from pipeline.register import tables
from pipeline.register.store.utc_datetime import UtcDateTime
from pipeline.register.tables import common
from pipeline.register.tables.common import school_key
from pipeline.register.tables.contacts import contact_confirmation
from pipeline.register.tables.declared import (
    CODE,
    ErasedAs,
    GivingRights,
    OnPeople,
    TableDeclaration,
    TableKind,
    declared,
    declared_by,
)

metadata = common.metadata
"""Every table: those below and those of the modules beside."""

# Each module beside draws the tables of its noun into ``metadata``, as the lines below draw the others.
for _module in iter_modules(tables.__path__):
    import_module(f"{tables.__name__}.{_module.name}")

school = Table(
    "school",
    metadata,
    Column("school", Text, primary_key=True),
    *(Column(name, Text, nullable=False) for name in ("name", "time_zone")),
    Column("register_id", Text),  # by chance; tells this register from one that is put in its place
    Column("counter", Integer, nullable=False, server_default=text("0")),  # how far it has come, see ``counter``
    Column("link_key", Text),  # the print of the key that personal links are signed with; None before the first
    info=declared(
        TableKind.UPKEEP,
        unsealed="the school's name, which is taken from the settings at each start",
        untraced=("name", "time_zone", "register_id", "link_key"),
        watched="name",
    ),
)

policy = Table(
    "policy",
    metadata,
    Column("id", Integer, primary_key=True),
    school_key(),
    *(Column(name, Text, nullable=False) for name in ("slug", "title")),
    Column("catalogue_slug", Text),
    Column("withdrawn_on", Date),
    Column("created_at", UtcDateTime, nullable=False),
    UniqueConstraint("school", "slug"),
    info=declared(TableKind.SETTLED, untraced=("slug", "title"), watched="row_sha256"),
)

# One row a file of policies/. What it was at the last look, so that an unchanged file is not read again.
source_file = Table(
    "source_file",
    metadata,
    Column("id", Integer, primary_key=True),
    school_key(),
    Column("path", Text, nullable=False),  # relative to policies/, with forward slashes
    Column("size_bytes", BigInteger, nullable=False),
    Column("modified_ns", BigInteger, nullable=False),
    Column("sha256", Text, nullable=False),
    Column("policy_id", Integer, ForeignKey("policy.id")),
    Column("standing", Text, nullable=False),  # primary, duplicate, proposed-withdrawn, unreadable
    Column("error_code", Text),
    Column("error_message", Text),
    Column("reader", Text, nullable=False),  # which edition of the reader saw it; a newer one reads again
    Column("facts", JSON),  # of a duplicate, which has no version to keep them
    Column("text", Text),  # of a duplicate, to hold it against the file that counts
    Column("same_words", Boolean),  # of a duplicate: whether its words are those of the file that counts
    Column("seen_at", UtcDateTime, nullable=False),
    Column("vanished_at", UtcDateTime),
    UniqueConstraint("school", "path"),
    info=declared(
        TableKind.SETTLED,
        unsealed="what lay in the folder of policies at the last look",
        untraced=("path", "error_message", "facts", "text"),
        watched="row_sha256",
    ),
)

# The bytes of every version, since the file in policies/ may be a later draft when a contact changes.
source_content = Table(
    "source_content",
    metadata,
    Column("sha256", Text, primary_key=True),
    school_key(),
    Column("format", Text, nullable=False),
    Column("content", LargeBinary, nullable=False),
    Column("appendix", LargeBinary),  # the bytes of the local appendix; sha256 is then of both files
    Column("appendix_format", Text),
    info=declared(TableKind.SETTLED, untraced=("sha256", "format", "appendix_format")),
)

policy_version = Table(
    "policy_version",
    metadata,
    Column("id", Integer, primary_key=True),
    school_key(),
    Column("policy_id", Integer, ForeignKey("policy.id"), nullable=False),
    Column("number", Integer, nullable=False),
    Column("sha256", Text, nullable=False),
    Column("path", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("kind", Text),  # None while a draft
    Column("facts", JSON, nullable=False),
    Column("text", Text, nullable=False),
    Column("words", Integer, nullable=False),
    Column("holds", JSON, nullable=False, default=list),  # what stops a draft: problems, code and message
    Column("reason", Text),
    Column("recorded_at", UtcDateTime, nullable=False),
    Column("issued_on", Date),
    Column("next_review_on", Date),  # rolled by an approval; None: as the document says
    Column("appendix_path", Text),  # the file of the local appendix, where the version has one
    UniqueConstraint("policy_id", "number"),
    Index(None, "school", "status"),
    info=declared(
        TableKind.SETTLED, untraced=("path", "facts", "text", "holds", "appendix_path", "edition"), watched="row_sha256"
    ),
)

approval = Table(
    "approval",
    metadata,
    Column("id", Integer, primary_key=True),
    school_key(),
    Column("policy_id", Integer, ForeignKey("policy.id"), nullable=False),
    Column("version_id", Integer, ForeignKey("policy_version.id"), nullable=False),
    Column("body", Text, nullable=False),
    Column("approved_on", Date, nullable=False),
    Column("minute", Text),
    Column("recorded_at", UtcDateTime, nullable=False),
    info=declared(TableKind.RECORD, watched="id"),
)

fact_override = Table(
    "fact_override",
    metadata,
    Column("id", Integer, primary_key=True),
    school_key(),
    Column("policy_id", Integer, ForeignKey("policy.id"), nullable=False),
    Column("field", Text, nullable=False),
    Column("value", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("stated", Text),  # what the document said of it then, so that a new word of it is told
    Column("decided_at", UtcDateTime, nullable=False),
    info=declared(TableKind.RECORD, watched="id"),
)

_NOTES = ("replacements", "left_on_purpose", "left", "unknown")
policy_copy = Table(
    "policy_copy",
    metadata,
    Column("id", Integer, primary_key=True),
    school_key(),
    Column("policy_id", Integer, ForeignKey("policy.id"), nullable=False),
    Column("version_id", Integer, ForeignKey("policy_version.id"), nullable=False),
    Column("fingerprint", Text, nullable=False),  # of all that goes into it: version, contacts, front block, template
    Column("code", Text, nullable=False),  # the short code printed on it
    # Paths are relative to distribution/; the appendix is the Word file of the local appendix, beside docx_path.
    *(Column(name, Text) for name in ("docx_path", "docx_sha256", "pdf_path", "pdf_sha256")),
    Column("pdf_bytes", Integer),
    # Why it could not be made: reasons as JSON (``reasons.reason_to_json``); words in rows of earlier editions.
    Column("held_reason", Text),
    *(Column(name, JSON, nullable=False, default=list) for name in _NOTES[:3]),
    Column("made_at", UtcDateTime, nullable=False),
    Column("retired_at", UtcDateTime),
    *(Column(name, Text) for name in ("appendix_path", "appendix_sha256", "html_path", "html_sha256")),
    UniqueConstraint("school", "code"),
    Index(None, "version_id", "fingerprint"),
    info=declared(
        TableKind.SETTLED,
        untraced=("docx_path", "pdf_path", "html_path", "appendix_path", "held_reason", *_NOTES),
        watched="row_sha256",
    ),
)

# What a reader has been asked; closed with a reason, never deleted.
request = Table(
    "request",
    metadata,
    Column("id", Integer, primary_key=True),
    school_key(),
    Column("person", Integer, ForeignKey("person.id"), nullable=False),
    Column("policy_id", Integer, ForeignKey("policy.id"), nullable=False),
    Column("version_id", Integer, ForeignKey("policy_version.id"), nullable=False),
    Column("rule", Text, nullable=False),  # sign, read
    Column("occasion", Text, nullable=False, server_default="version"),  # version, joining, yearly, training
    Column("asked_on", Date, nullable=False),
    Column("due_on", Date, nullable=False),  # as it is now; ``request_deadline`` has what it was before
    Column("closed_at", UtcDateTime),
    Column("closed_reason", Text),  # acknowledged, left, superseded, not-needed
    Column("engagement", Integer, ForeignKey("engagement.id")),  # in which it is asked
    # Of one person first, since the reader of the page waits for it; what is open is nearly everything.
    Index(None, "person", "closed_at"),
    # Asked once at a time; asked again after it was closed, on the same day too, is a row of its own.
    Index(
        "uq_request_open",
        "person",
        "version_id",
        unique=True,
        sqlite_where=text("closed_at IS NULL"),
    ),
    info=declared(TableKind.SETTLED, people=OnPeople("readings", "What you were asked to read", shows_duty=True)),
)

# Each change of the day to answer by; none while it is the first.
request_deadline = Table(
    "request_deadline",
    metadata,
    Column("id", Integer, primary_key=True),
    school_key(),
    Column("request", Integer, ForeignKey("request.id"), nullable=False),
    Column("before_on", Date, nullable=False),
    Column("due_on", Date, nullable=False),
    Column("reason", Text, nullable=False),  # mail-late, returned, moved
    Column("changed_at", UtcDateTime, nullable=False),
    Index(None, "request"),
    info=declared(TableKind.SETTLED, people=OnPeople("readings", "Days to read by that were moved", stays=("reason",))),
)

acknowledgement = Table(
    "acknowledgement",
    metadata,
    Column("id", Integer, primary_key=True),
    school_key(),
    Column("person", Integer, ForeignKey("person.id"), nullable=False),
    Column("policy_id", Integer, ForeignKey("policy.id"), nullable=False),
    Column("version_id", Integer, ForeignKey("policy_version.id"), nullable=False),
    Column("version_sha256", Text, nullable=False),
    Column("method", Text, nullable=False),
    Column("entered_by", Text),  # paper, form and baseline: who entered it
    Column("acknowledged_at", UtcDateTime, nullable=False),
    Column("recorded_at", UtcDateTime, nullable=False),
    Column("ledger_position", Integer, nullable=False),
    Column("school_year", Integer, nullable=False, default=0),  # its first year where policies are asked for each year
    Column(
        "request", Integer, ForeignKey("request.id")
    ),  # which it answers; None of some recorded before that was kept
    Column("engagement", Integer, ForeignKey("engagement.id")),  # in which it was given
    UniqueConstraint("request"),
    Index(None, "person"),
    info=declared(TableKind.RECORD, people=OnPeople("readings", "Readings recorded", shows_duty=True)),
)

# What a letter says, once for everybody who is told the same: slots stand where a reader's own name and links go.
letter_body = Table(
    "letter_body",
    metadata,
    Column("id", Integer, primary_key=True),
    school_key(),
    *(Column(name, Text, nullable=False) for name in ("text_part", "html_part")),
    *(
        Column(name, Text) for name in ("safety_text", "safety_html")
    ),  # whom a worry goes to; another day's take its place
    Column("attachments", JSON, nullable=False, default=list),  # copy id, file name, path, sha256, size, words
    info=declared(TableKind.MAIL, unsealed="mail"),
)

# Who was told of which version by other means than mail of this program: parents, pupils, agencies. Nobody's name.
group_told = Table(
    "group_told",
    metadata,
    Column("id", Integer, primary_key=True),
    school_key(),
    Column("group_key", Text, nullable=False),
    Column("policy_id", Integer, ForeignKey("policy.id"), nullable=False),
    Column("version_id", Integer, ForeignKey("policy_version.id"), nullable=False),
    Column("told_on", Date, nullable=False),
    *(Column(name, Text, nullable=False) for name in ("by_means", "actor")),
    Column("recorded_at", UtcDateTime, nullable=False),
    Index(None, "school", "policy_id"),
    info=declared(TableKind.RECORD, since="0011"),
)

# The outbox. A row is complete before anything is sent; its key makes sure that nothing goes twice.
message = Table(
    "message",
    metadata,
    Column("id", Integer, primary_key=True),
    school_key(),
    Column(
        "key", Text
    ),  # route, address and day: one letter a person a day; None once cancelled, free to be asked afresh
    Column("kind", Text, nullable=False),
    Column("campaign", Integer, ForeignKey("campaign.id")),
    Column("person", Integer, ForeignKey("person.id")),  # None: an owner who is not on the staff list
    *(Column(name, Text, nullable=False) for name in ("recipient", "subject")),
    Column("body", Integer, ForeignKey("letter_body.id"), nullable=False),
    Column("slots", JSON, nullable=False, default=dict),  # what stands in the slots of the body: name, page, …
    Column("message_id", Text, nullable=False),
    Column("due_on", Date, nullable=False),
    Column("state", Text, nullable=False),
    Column("route", Text),  # folder or smtp, once written or sent
    Column("attempts", Integer, nullable=False, default=0),
    Column("next_try_at", UtcDateTime),
    Column("claimed_by", Text),
    Column("claimed_at", UtcDateTime),
    Column("in_doubt", Boolean, nullable=False, default=False),  # perhaps taken by the server; a further try is told
    Column("queued_at", UtcDateTime, nullable=False),
    Column("settled_at", UtcDateTime),
    Column("detail", Text),
    UniqueConstraint("school", "key"),
    UniqueConstraint("school", "message_id"),
    Index(None, "school", "state"),
    Index(None, "school", "recipient"),
    Index(None, "person"),
    Index(None, "body"),
    info=declared(
        TableKind.MAIL,
        unsealed="mail",
        people=OnPeople(
            "mail",
            "Mails to you",
            wiped={"key": None, "recipient": ErasedAs.ADDRESS, "subject": ErasedAs.GONE, "slots": {}, "detail": None},
        ),
    ),
)

# Who was told of what, at which stage, by which message, and what came of it: a mail that came back has told nobody.
told = Table(
    "told",
    metadata,
    Column("id", Integer, primary_key=True),
    school_key(),
    Column("message", Integer, ForeignKey("message.id")),  # None: handed out on paper
    Column("person", Integer, ForeignKey("person.id")),  # None: an owner who is not on the staff list
    Column("address", Text),  # in small letters; None on paper
    Column("route", Text, nullable=False),  # folder, smtp, paper
    Column("about", Text, nullable=False),  # reading, notice, find, review, approval, papers, late, escalation, head …
    Column("stage", Text),  # of a reading: asked, or school days around its deadline; of a review: 30, late-7
    Column("policy_id", Integer, ForeignKey("policy.id")),
    Column("version_id", Integer, ForeignKey("policy_version.id")),
    Column("request", Integer, ForeignKey("request.id")),
    Column("due_on", Date),
    Column("outcome", Text),  # of what was told on paper; of a letter it stands with its message
    Column("settled_at", UtcDateTime),
    Index(None, "message"),
    Index(None, "school", "person"),
    Index(None, "school", "about"),
    info=declared(
        TableKind.MAIL,
        sealed_since="0032",
        people=OnPeople("mail", "What each mail or paper told you", wiped={"address": ErasedAs.ADDRESS}),
    ),
)

# One row a try: what the mail server said.
delivery = Table(
    "delivery",
    metadata,
    Column("id", Integer, primary_key=True),
    school_key(),
    Column("message", Integer, ForeignKey("message.id"), nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("outcome", Text, nullable=False),
    Column("detail", Text),
    Column("at", UtcDateTime, nullable=False),
    Index(None, "message"),
    Index(None, "at"),
    info=declared(
        TableKind.MAIL,
        unsealed="mail",
        people=OnPeople("mail", "What came of each try to send them", wiped={"detail": None, "likeness": None}),
    ),
)

# A mailing as a whole: waits for its confirmation where it is the first or a larger one.
campaign = Table(
    "campaign",
    metadata,
    Column("id", Integer, primary_key=True),
    school_key(),
    *(Column(name, Text, nullable=False) for name in ("state", "route")),  # as in campaigns.CampaignState
    Column("created_at", UtcDateTime, nullable=False),
    Column("decided_at", UtcDateTime),
    info=declared(TableKind.MAIL, unsealed="mail"),
)

# Why all mail is held; lifted, never deleted.
mail_hold = Table(
    "mail_hold",
    metadata,
    Column("id", Integer, primary_key=True),
    school_key(),
    Column("reason", Text, nullable=False),
    Column("held_at", UtcDateTime, nullable=False),
    Column("lifted_at", UtcDateTime),
    info=declared(TableKind.MAIL, sealed_since="0032"),
)

# The ledger: canonical records, appended only; `position` counts from 0 in each school.
ledger_record = Table(
    "ledger_record",
    metadata,
    school_key(),
    Column("position", Integer, nullable=False, autoincrement=False),
    *(Column(name, Text, nullable=False) for name in ("record", "leaf_hash")),
    PrimaryKeyConstraint("school", "position"),
    info=declared(TableKind.LEDGER),
)

ledger_head = Table(
    "ledger_head",
    metadata,
    Column("id", Integer, primary_key=True),
    school_key(),
    Column("size", Integer, nullable=False),
    *(Column(name, Text, nullable=False) for name in ("root_hash", "signed_at")),  # the very words that are signed
    *(Column(name, Text, nullable=False) for name in ("public_key", "signature")),
    UniqueConstraint("school", "size"),
    info=declared(TableKind.LEDGER),
)

# Opens one commitment of the ledger: erase the row and the record no longer speaks of anybody.
ledger_opening = Table(
    "ledger_opening",
    metadata,
    Column("commitment", Text, primary_key=True),
    school_key(),
    *(Column(name, Text, nullable=False) for name in ("salt", "value")),
    info=declared(TableKind.RECORD, untraced=("commitment", "salt", "value")),
)

# So that a row which a failing disk has changed is found; ``row_hashes`` keeps it.
for _table in metadata.tables.values():
    _table.append_column(Column("row_sha256", Text))

# Who and what nobody in config.toml has; None of copies made before it was kept. Behind the hash, where it was added.
policy_copy.append_column(Column("unknown", JSON))

# How the version stood before; None of approvals recorded before that was kept.
approval.append_column(Column("status_before", Text))
approval.append_column(Column("review_before", Date))

# Who decided; None of what was decided before it was kept.
for _table in (approval, fact_override, policy_version, campaign, mail_hold, contact_confirmation):
    _table.append_column(Column("actor", Text))

# Of a document that others publish by edition, of which the school keeps no copy: ``path`` is where it is read.
policy_version.append_column(Column("edition", Text))

# Of a try that failed: the mail's own failing, or the route's; None of tries before it was kept. And what the server's
# refusal has in common with the same one of other mail.
delivery.append_column(Column("is_theirs", Boolean))
delivery.append_column(Column("likeness", Text))

# What became of everything that a message tells (``told.ToldOutcome``), and when; None while it is on its way.
message.append_column(Column("told_outcome", Text))
message.append_column(Column("told_at", UtcDateTime))

# Which groups were consulted before it, from when to when, and what came of it; None where that was not said.
for _name, _type in (("consulted", Text), ("consulted_from", Date), ("consulted_until", Date), ("consultation", Text)):
    approval.append_column(Column(_name, _type))

# Of a copy with contacts being updated: whether more than contacts is hidden, and what is left out (``Covering``).
policy_copy.append_column(Column("covering", JSON))

# Which copy was read (``policy_copy.id``); None where that is not known, as of sheets from before the first copy.
acknowledgement.append_column(Column("copy_id", Integer))

# The code by which a row that gives rights is believed; ``ledger.keyed_rows`` makes and reads it. None: it gives none.
DECLARED: Mapping[str, TableDeclaration] = declared_by(metadata)
"""What each table says of itself, by name."""
ON_PEOPLE: Mapping[str, OnPeople] = {name: its for name in metadata.tables if (its := DECLARED[name].people)}
"""The tables with rows on people in the order in which they are drawn, and what they say of that."""
GIVING_RIGHTS: Mapping[str, GivingRights] = {
    name: its.holds for name, its in DECLARED.items() if isinstance(its.holds, GivingRights)
}
"""The tables whose rows give a right, and how."""
for _name in GIVING_RIGHTS:
    metadata.tables[_name].append_column(Column(CODE, Text))
