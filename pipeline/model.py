"""The vocabulary: what the stages hand to each other. Values that nobody changes, no behaviour beyond reading them.

Documents are in the first half (what a file holds), facts in the second (what it says of its own life).
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from pipeline.places import HandedOn, Place
from pipeline.reasons.reason import Reason

# --- documents -------------------------------------------------------------------------------------------------


class BlockKind(StrEnum):
    """What a block is on the page."""

    HEADING = "heading"
    PARAGRAPH = "paragraph"
    LIST_ITEM = "list-item"
    TABLE = "table"
    PICTURE = "picture"


class Region(StrEnum):
    """Where on the page a block stands."""

    BODY = "body"
    PAGE_HEADER = "page-header"
    PAGE_FOOTER = "page-footer"
    TEXT_BOX = "text-box"
    FOOTNOTE = "footnote"
    COMMENT = "comment"
    """Kept apart: never part of the policy's own words, never copied."""


@dataclass(slots=True, unsafe_hash=True)
class Span(HandedOn):
    """A stretch of text that looks the same throughout."""

    text: str
    bold: bool = False
    italic: bool = False
    link: str | None = None
    """Target address (``mailto:…``, ``https://…``), None where the text is no link."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture inside a document."""

    content: bytes
    media_type: str
    description: str
    """The alternative text; empty where the author gave none."""
    width_mm: float | None = None


@dataclass(slots=True, unsafe_hash=True)
class Cell(HandedOn):
    """One cell of a table, already grown over the cells it was merged with."""

    blocks: tuple["Block", ...]
    columns: int = 1
    """How many columns of the table's grid it spans, from the first that is free in its row."""
    rows: int = 1
    header: bool = False
    before: int = 0
    """Columns of the grid that its row leaves free right before it."""

    @property
    def text(self) -> str:
        """The words of the cell, one block a line."""
        return "\n".join(block.text for block in self.blocks)


@dataclass(slots=True, unsafe_hash=True)
class Block(HandedOn):
    """A paragraph, heading, list item, table or picture, in reading order."""

    kind: BlockKind
    where: Place
    spans: tuple[Span, ...] = ()
    region: Region = Region.BODY
    level: int = 0
    """Headings: 1 is the highest. List items: 0 is the outermost. Otherwise 0."""
    ordered: bool = False
    """List items: numbered rather than bulleted."""
    rows: tuple[tuple[Cell, ...], ...] = ()
    """Tables only: row by row; a cell merged into an earlier one is left out."""
    picture: Picture | None = None
    page: int | None = None
    """First is 1; None where the format has no pages of its own."""
    marker: str = ""
    """The number Word sets before it by itself (``3.1``, ``(a)``). No part of ``text``: nobody typed it."""
    edges: tuple[tuple[float, float], ...] = ()
    """Of a PDF: left and right of the block, or of each cell of a line in points. Empty where not known."""
    new_page: bool = False
    """Its author had it begin a page."""

    @property
    def text(self) -> str:
        """The words: tabs as ``\\t``, line breaks as ``\\n``; a table's cells by tab, its rows by line break."""
        if self.rows:
            return "\n".join("\t".join(cell.text for cell in row) for row in self.rows)
        if len(self.spans) == 1:  # as most are, and this is asked for more than anything else
            return self.spans[0].text
        return "".join([span.text for span in self.spans])


class DocumentFormat(StrEnum):
    """The kinds of file that are read."""

    DOCX = "docx"
    PDF = "pdf"
    TXT = "txt"
    MD = "md"
    ODT = "odt"
    DOC = "doc"
    RTF = "rtf"


class DocumentFlag(StrEnum):
    """What a document holds besides its words that the office must know about."""

    TRACKED_CHANGES = "tracked-changes"
    COMMENTS = "comments"
    MACROS = "macros"
    EMBEDDED_FILES = "embedded-files"
    EXTERNAL_TEMPLATE = "external-template"
    SIGNED = "signed"
    ACTIVE_CONTENT = "active-content"
    """A PDF with scripts or launch actions; a Word file that fetches a file or starts a program when it is opened."""
    SCANNED_PAGES = "scanned-pages"
    """Some pages are pictures; their words were not read."""
    MACHINE_READ = "machine-read"
    """Some pages are pictures; their words were read by machine and may be wrong."""


@dataclass(frozen=True, slots=True)
class Document:
    """One file, read. Everything a later stage may know about it is here."""

    path: str
    """As it was given."""
    format: DocumentFormat
    sha256: str
    """Of the file's bytes, hexadecimal."""
    size_bytes: int
    blocks: tuple[Block, ...]
    """All regions, each in reading order: page headers first, then body with its text boxes, footnotes, page
    footers, comments last."""
    metadata: Mapping[str, str] = field(default_factory=dict)
    """The file's own properties where set: ``title``, ``author``, ``subject``, ``created``, ``modified``."""
    flags: frozenset[DocumentFlag] = frozenset()
    page_count: int | None = None
    notes: tuple[str, ...] = ()
    """One sentence each on what could not be carried over: ``page 3 is a scan and was not read``."""
    machine_read_pages: frozenset[int] = frozenset()
    """Pages of a PDF, counted from 1, whose words were read from a picture and may be wrong."""
    moving_dates: frozenset[str] = frozenset()
    """Words of a Word file's fields that show another day whenever it is opened, saved or printed."""
    struck_out: tuple[str, ...] = ()
    """Words of a Word file with a line through them, in reading order; they stand in the text like all others."""

    def walk(self) -> Iterator[Block]:
        """Yield every block, tables followed by the blocks of their cells, comments left out."""
        for block in self.blocks:
            if block.region is not Region.COMMENT:
                yield from _walk_block(block)

    @property
    def text(self) -> str:
        """The words of the document, a block a line, comments left out."""
        return "\n".join(block.text for block in self.blocks if block.region is not Region.COMMENT)


def _walk_block(block: Block) -> Iterator[Block]:
    yield block
    for row in block.rows:
        for cell in row:
            for inner in cell.blocks:
                yield from _walk_block(inner)


# --- facts -----------------------------------------------------------------------------------------------------


MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


class Precision(StrEnum):
    """How exactly a date was written."""

    DAY = "day"
    """``2013-09-17``"""
    MONTH = "month"
    """``2024-08``"""
    TERM = "term"
    """``2024-autumn`` (``spring``, ``summer``): the calendar year the term lies in"""
    YEAR = "year"
    """``2024``"""
    ACADEMIC_YEAR = "academic-year"
    """``2024-25``: 1 September to 31 August"""


@dataclass(frozen=True, slots=True)
class PartialDate:
    """A date as exactly as it was written, and no more so. ``dates.calendar`` knows its first and last day."""

    value: str
    precision: Precision


class FactStatus(StrEnum):
    """Whether the document says it."""

    FOUND = "found"
    BLANK = "blank"
    """The label is there, the value is not."""
    MISSING = "missing"
    """Neither label nor value."""
    AMBIGUOUS = "ambiguous"
    """It says two things, or something that cannot be told; a person must settle it."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """Why a fact was read as it was."""

    status: FactStatus
    text: str | None = None
    """The exact words."""
    where: Place | None = None
    confidence: float | None = None
    """0 to 1; None where nothing was found."""
    also: tuple[Place, ...] = ()
    """Of what is said in several places: the others."""
    rule: str | None = field(default=None, compare=False)
    """What it was read by: the file and the phrase, or the module and its pattern. Not kept in the register."""

    @property
    def places(self) -> str | None:
        """Return in words where it stands, None where nothing was found."""
        return ", ".join(map(str, self.stands)) if self.stands else None

    @property
    def stands(self) -> tuple[Place, ...]:
        """Return every place where it stands, none where nothing was found."""
        return () if self.where is None else (self.where, *self.also)


@dataclass(frozen=True, slots=True)
class DateFact:
    """A date the document states of itself."""

    date: PartialDate
    text: str
    where: Place
    confidence: float


@dataclass(frozen=True, slots=True)
class Contact:
    """A person whom the document, or the school's directory, names in a role."""

    role: str
    """``dsl``, ``deputy-dsl``, ``headteacher``, ``chair-of-governors``, ``safeguarding-governor``, ``lado``, …"""
    name: str | None
    phone: str | None = None
    email: str | None = None


@dataclass(frozen=True, slots=True)
class Problem:
    """Something about a policy that the office should know or settle. Never stops a run."""

    code: str
    """Stable and short: ``approval-blank``, ``review-late``, ``former-contact``."""
    why: Reason | str
    """What is wrong, for the school office, with the words quoted and the place: a sentence, where everybody is told
    the same and nobody asks on; else a reason, which the desk words in its own way."""
    minor: bool = False
    """Worth putting right at the next review; does not by itself need anybody now."""
    role: str = ""
    """The role it is about, where another is named in it than holds it; empty for others."""
    named: str = ""
    """Who is named in that role."""
    about: str = ""
    """The words of the document, or the path of the file, that it is about, where others ask; else empty."""

    @property
    def message(self) -> str:
        """Return what is wrong in the words of the commands."""
        return str(self.why)


class PromiseKind(StrEnum):
    """What a document says is done with it."""

    NEW_STAFF = "new-staff"
    """Everybody who joins is given it."""
    ALL_STAFF = "all-staff"
    """It goes to all members of staff."""
    SIGN = "sign"
    """Staff sign that they have read it."""
    PUBLISHED = "published"
    """It stands on the website or the VLE."""


@dataclass(frozen=True, slots=True)
class Promise:
    """What a document says is done with it; whether that is so, the register knows."""

    kind: PromiseKind
    text: str
    """The exact words."""
    where: Place


@dataclass(frozen=True, slots=True)
class CitedGuidance:
    """National guidance that a document cites by its edition; whether that is the current one depends on the day."""

    guidance: str
    """Its key in ``catalogue.editions``."""
    year: int
    """Of the edition, as it is cited."""
    text: str
    """The exact words."""
    where: Place


@dataclass(frozen=True, slots=True)
class Unworded:
    """A link or a picture: something a document says beside its words."""

    words: str
    """The words of the link, or what its author said of the picture."""
    content: str
    """Where the link leads, or the hash of the picture."""


@dataclass(frozen=True, slots=True)
class BesideWords:
    """The links and pictures of a document; another format has others of the same text."""

    format: DocumentFormat
    links: tuple[Unworded, ...] = ()
    pictures: tuple[Unworded, ...] = ()


FACT_FIELDS: tuple[str, ...] = (
    "title",
    "school",
    "approved_on",
    "approved_by",
    "last_review",
    "next_review",
    "review_cycle_months",
    "owner",
    "version",
    "contacts",
    "linked_policies",
)
"""The facts read from a document, in the order they are shown; each has an entry in ``Facts.evidence``."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What a document says of its own life. A field it does not say is None (or empty)."""

    title: str | None = None
    school: str | None = None
    approved_on: DateFact | None = None
    approved_by: str | None = None
    last_review: DateFact | None = None
    next_review: DateFact | None = None
    review_cycle_months: int | None = None
    """The cycle stated in words ("reviewed annually" is 12)."""
    owner: str | None = None
    version: str | None = None
    contacts: tuple[Contact, ...] = ()
    linked_policies: tuple[str, ...] = ()
    evidence: Mapping[str, Evidence] = field(default_factory=dict)
    """By field name, see ``FACT_FIELDS``."""
    problems: tuple[Problem, ...] = ()
    """What is wrong with the document taken by itself (a blank approval, an unreadable date)."""
    promises: tuple[Promise, ...] = ()
    guidance: tuple[CitedGuidance, ...] = ()
    beside_words: BesideWords | None = None
    """None where it is not known, as of a version that was recorded before it was read."""


# --- the school's own directory ---------------------------------------------------------------------------------


class Pronoun(StrEnum):
    """How a holder is spoken of in a copy."""

    SHE = "she"
    HE = "he"
    THEY = "they"


@dataclass(frozen=True, slots=True)
class Holder:
    """A person who holds a role at the school, as the configuration gives them."""

    role: str
    name: str
    title: str
    """``Ms``, ``Mr``, ``Dr`` …; empty where none is wanted."""
    phone: str | None
    email: str | None
    pronoun: Pronoun = Pronoun.THEY
    covers: str | None = None
    """For whom they stand in until a day; None where the role is theirs."""


@dataclass(frozen=True, slots=True)
class StayingLine:
    """A line of a document in which a former holder's name stays, by the owner's word: an author's, a trainer's."""

    name: str
    words: str
    """The whole line, its spaces single."""


@dataclass(frozen=True, slots=True)
class Directory:
    """Who holds which role on one day."""

    holders: tuple[Holder, ...] = ()
    """In the order of the configuration; several deputies stand one after the other."""
    former: tuple[Holder, ...] = ()
    """Who held a role before, or is covered for; ``role`` is the one they held."""
    vacant: tuple[str, ...] = ()
    """Roles that a person held before and nobody holds on the day."""
    office: Holder | None = None
    """The school office, where it is taken out of ``holders``: its number may stand anywhere."""
    settled: tuple[Holder, ...] = ()
    """Whom a document rightly names in a role they do not hold, by the owner's word; a number alone has no name."""
    staying: tuple[StayingLine, ...] = ()
    """The lines of a document in which the name of a person who goes stays all the same."""

    @property
    def with_office(self) -> tuple[Holder, ...]:
        """The holders, and the school office behind them where it is taken out."""
        return self.holders if self.office is None else (*self.holders, self.office)

    def of(self, role: str) -> tuple[Holder, ...]:
        """Return the holders of ``role``, empty where the configuration has no entry."""
        return tuple(holder for holder in self.holders if holder.role == role)


@dataclass(frozen=True, slots=True)
class ShownDirectory(Directory):
    """A directory that pages, mails and copies may be handed: no number or address that nobody confirmed is in it.

    Only ``contacts.confirmations`` makes one; the code that writes for others takes nothing else, and a test holds all
    of the program to it.
    """


# --- policies, copies, people ----------------------------------------------------------------------------------


class ReplacementKind(StrEnum):
    """What sort of words one replacement changes."""

    NAME = "name"
    PHONE = "phone"
    EMAIL = "email"
    LINK = "link"
    """The target of a link, not its visible words."""
    PRONOUN = "pronoun"
    FIELD = "field"
    """A field in double braces, filled."""
    HEADER = "header"
    """A date, an approval or a version in the document's own header block."""


class VersionStatus(StrEnum):
    """Where one version of a policy stands."""

    DRAFT = "draft"
    """Changed after the first run; not in use until issued or approved."""
    PENDING_APPROVAL = "pending-approval"
    """In use, the governors have yet to decide."""
    APPROVED = "approved"
    """In use: adopted at the first run, or approved since."""
    SUPERSEDED = "superseded"
    """A later version is in use."""
    WITHDRAWN = "withdrawn"
    """Taken out of use, or a draft its owner dropped."""


IN_FORCE: frozenset[VersionStatus] = frozenset({VersionStatus.PENDING_APPROVAL, VersionStatus.APPROVED})
"""The states of the one version of a policy that copies are made of."""


class RevisionKind(StrEnum):
    """What a version changed against the one before it."""

    ADOPTED = "adopted"
    """The first version the register knows."""
    MAJOR = "major"
    """Read again."""
    MINOR = "minor"
    """A small change, no need to read again; readers are told."""
    CONTACTS = "contacts"
    """Only contact details differ; issues itself, nobody reads again."""
    REAFFIRMED = "reaffirmed"
    """Only dates and approval differ; issues itself, nobody reads again."""


class ReviewState(StrEnum):
    """How a policy stands on a day. Computed when asked, never stored; the first that holds."""

    WITHDRAWN = "withdrawn"
    LIVE_DOCUMENT = "live-document"
    """Kept up to date all year; has no review date."""
    UNDATED = "undated"
    """No date of next review that can be read: the office must look."""
    AWAITING_APPROVAL = "awaiting-approval"
    """Issued, and recorded as before the governors."""
    OVERDUE = "overdue"
    """Review late, still in force."""
    DUE_SOON = "due-soon"
    CURRENT = "current"


@dataclass(frozen=True, slots=True)
class NewGuidance:
    """An edition of guidance that a policy rests on, newer than the last look that anybody is known to have taken."""

    guidance: str
    """The key in ``guidance.toml``."""
    year: int
    """By which the edition is cited."""


@dataclass(frozen=True, slots=True)
class DueMove:
    """A review that the policy's owner moved to another day, once."""

    before: date
    """The day it was scheduled for."""
    to: date
    moved_on: date
    """When that was said, by the school's clock."""
    reason: str


APPROVAL_BLANK = "approval-blank"
"""The finding that a document has a place for the day of its approval, nothing stands there and none is recorded."""


@dataclass(frozen=True, slots=True)
class PolicyStanding:
    """How one policy stands on a day: the version in force, its dates, and what the office must know."""

    policy_id: int
    """The register's key of the policy."""
    slug: str
    title: str
    catalogue_slug: str | None
    version_id: int | None
    """The register's key of the version in force; None where none is (withdrawn)."""
    version_number: int | None
    """Counts from 1 within the policy."""
    version_sha256: str | None
    words: int
    """In the version in force; reading minutes follow from it."""
    state: ReviewState
    approved_on: PartialDate | None
    last_review: PartialDate | None
    next_review: PartialDate | None
    due_on: date | None
    """The last day on which the review is still in time: as it was moved, else as ``next_review`` has it."""
    days: int | None
    """From today to ``due_on``; negative when past."""
    owner: str | None
    draft_version_id: int | None
    """A draft that waits for its owner, if there is one."""
    problems: tuple[Problem, ...]
    version_label: str | None = None
    """What the version is called everywhere: the document's own number where it moved, else the register's."""
    states_version: bool = False
    """The document, or its owner, gives a number; without one none stands in its copies."""

    address: str | None = None
    """Where a document is read that others publish and the school keeps no copy of; None of its own."""
    approved_by: str | None = None
    """Who approved it: as it was recorded, else as the document says."""
    partly_approved_by: tuple[str, ...] = ()
    """Bodies that have approved the text that waits, where others still have to."""
    unapproved_since: date | None = None
    """Since when a version is in use that nobody has approved yet; None where none is before the governors."""
    new_guidance: tuple[NewGuidance, ...] = ()
    """What its owner is to be told of, once each: editions of the last year, and those out that apply before long."""
    due_move: DueMove | None = None
    """How its review was moved to ``due_on``; None where it was not. ``next_review`` stays as it was scheduled."""
    is_held: bool = False
    """Its first text is held: nobody is given it until its owner says that it is in use."""

    @property
    def is_late(self) -> bool:
        """Whether the day of its review is over, however else it stands: what every page and list counts as late."""
        return self.days is not None and self.days < 0 and self.state is not ReviewState.WITHDRAWN

    @property
    def lacks_approval(self) -> bool:
        """Whether its text is in use and nobody has approved it, or the day of its approval is left blank in it."""
        return self.unapproved_since is not None or any(one.code == APPROVAL_BLANK for one in self.problems)

    @property
    def version_on_copies(self) -> str | None:
        """The label, where the document states a version; None where it does not, since copies would invent one."""
        return self.version_label if self.states_version else None

    @property
    def reading_minutes(self) -> int:
        """At 200 words a minute, rounded up; at least one."""
        return max(1, -(-self.words // 200))


class ReadingRule(StrEnum):
    """What a member of staff is asked to do with a policy."""

    SIGN = "sign"
    """Mailed, and acknowledged."""
    READ = "read"
    """Mailed, nothing back."""
    FIND = "find"
    """Published; told where it is."""


class EngagementKind(StrEnum):
    """As what a person works at the school; a starter is any of them whose first day has not come."""

    STAFF = "staff"
    SUPPLY = "supply"
    VOLUNTEER = "volunteer"
    CONTRACTOR = "contractor"
    GOVERNOR = "governor"
    VISITING = "visiting"
    """A visiting professional: peripatetic, therapist, coach."""


BY_HAND = "by hand"
"""The list of people whom the office added one by one."""


@dataclass(frozen=True, slots=True)
class AwayPeriod:
    """Days on which a person is away; no reason is ever kept."""

    from_on: date
    """The first day of it."""
    until_on: date
    """The last day of it."""
    is_held: bool = False
    """Nobody said that they are away: their mail waits for these days, since their list leaves open who they are, or
    whether they have left."""


@dataclass(frozen=True, slots=True)
class Person:
    """A person who works at the school, as a list gives them; in the register: as the engagement that counts does."""

    person_id: str
    """The list's own key for the person; never the address, never the name."""
    first_name: str
    last_name: str
    work_email: str | None
    role: str
    start_on: date | None
    leave_on: date | None
    """The last day at the school."""
    away_until: date | None = None
    """As a list says it, which gives no first day. In the register: the last day of the absence of the day asked for,
    else of the last one before it."""
    kind: EngagementKind = EngagementKind.STAFF
    team: str = ""
    """Department, phase or faculty; empty where no list says it."""
    manager: str = ""
    """The line manager as the list has them: a name or a work address; empty where no list says it."""
    away: tuple[AwayPeriod, ...] = ()
    """Every absence that stands in the register, past and to come, by first day; with the days on which mail was
    held."""

    @property
    def name(self) -> str:
        """First and last name."""
        return f"{self.first_name} {self.last_name}".strip()


class Occasion(StrEnum):
    """On which occasion a person is asked to read."""

    VERSION = "version"
    """A version that is new to its readers."""
    JOINING = "joining"
    """The first pack of a person who joins."""
    YEARLY = "yearly"
    """The school year's repeat of what was read before."""
    TRAINING = "training"
    """A session that a person attends."""


class RequestState(StrEnum):
    """Where one request to one person stands, as lists show it."""

    OWED = "owed"
    ACKNOWLEDGED = "acknowledged"
    AWAY = "away"
    ELSEWHERE = "elsewhere"
    """Another school of the trust asks for it, for both."""
    CLOSED = "closed"


class AcknowledgementMethod(StrEnum):
    """How an acknowledgement was given; every report says which."""

    PAGE = "page"
    """The reader's own form on the personal page."""
    PAPER = "paper"
    """A signed sheet, entered by a named person."""
    FORM = "form"
    """The school's own form, its export imported."""
    REPLY = "reply"
    """“I have read” in a reply to the mail that asked, from the address that it went to."""
    SESSION = "session"
    """Present at a training session, by its attendance list, entered by a named person."""
    BASELINE = "baseline"
    """Taken over from last year's sheet."""
    ELSEWHERE = "elsewhere"
    """At another school of the trust, which asked for it once for both; the ledger has which version there."""


class DeliveryState(StrEnum):
    """Where one message stands in the outbox."""

    PENDING = "pending"
    SENDING = "sending"
    """Claimed and about to be handed over; found after a crash it is in doubt."""
    SENT = "sent"
    WRITTEN = "written"
    """Put into a file by the folder route: never counted as sent."""
    DEFERRED = "deferred"
    BOUNCED = "bounced"
    CANCELLED = "cancelled"


NOT_GONE = (DeliveryState.PENDING, DeliveryState.DEFERRED)
"""A message in one of these waits, and may still be cancelled."""


class MailKind(StrEnum):
    """What a message is for; part of its key, so that nothing goes twice."""

    READING = "reading"
    """Policies to read or sign, copies attached."""
    STARTER = "starter"
    """The pack on joining."""
    NOTICE = "notice"
    """A small change, nothing asked."""
    CONTACTS = "contacts"
    """Who the safeguarding lead or a deputy is now, with the renewed copies; nothing is asked."""
    DECLARATION = "declaration"
    """What is to be declared for the school year."""
    REMINDER = "reminder"
    """Policies, or declarations, that were asked for and are not recorded yet."""
    OWNER = "owner"
    """Reviews that are late or near, to the person who looks after them."""
    OPEN = "open"
    """Everything that is open for the person who looks after policies, and for the office: once a week."""
    GUIDANCE = "guidance"
    """A new edition of guidance that policies rest on, to the person who looks after them."""
    PAPERS = "papers"
    """The papers of a governors' meeting, to the clerk."""
    LATE = "late"
    """Who is late with a reading, to the policy's owner, their line manager or the head."""
    OFFICE = "office"
    """What the school office has to do for people whom mail does not reach, and what readers wrote back or asked."""
    SUMMARY = "summary"
    """How policies stand, for the governors, once a term: to the clerk, or the chair."""
    HEAD = "head"
    """The ledger's newest signed head, to the clerk, who keeps it outside the school's computers."""
    ANSWER = "answer"
    """To a person who wrote to a mailbox that nobody watches."""
    ANNOUNCEMENT = "announcement"
    """The head's words on how to tell the school's mail, before the first that asks for anything."""
    SIGN_IN = "sign-in"
    """The link that signs a person with an account in, once and for a short while."""
    LINK = "link"
    """The address of a reader's own page, for which they asked."""


class Right(StrEnum):
    """What a person with an account is to the school's policies; ``decisions.rights`` says what each may do."""

    OWNER = "owner"
    """Looks after the policies."""
    DEPUTY_OWNER = "deputy-owner"
    """Does so beside the owner."""
    BUSINESS_MANAGER = "business-manager"
    """Looks after lists of people, mailings and settings."""
    HEAD = "head"
    """The headteacher."""
    GOVERNOR = "governor"
    """Sees how policies stand and counts of readings, nobody's name."""
    HEAD_OF_TEAM = "head-of-team"
    """Sees who of their team has read what."""
    IT = "it"
    """The school's IT provider: mail route, web address and sign-in."""


Progress = Callable[[str, int, int], None]
"""How a long stage says where it is: the stage in words, how many are done, how many there are."""


def no_progress(stage: str, done: int, total: int) -> None:
    """Say nothing: for callers that show no bar."""
