"""What can stand in a letter, as values: readings, small changes, reviews, who is late, what the office has to do.

Contributors make them, ``plan`` joins them into the contents of one letter, ``compose`` words them.
"""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date
from typing import NamedTuple

from pipeline.changes.differences import WhatChanged
from pipeline.contacts.safety_lines import Line, line_text
from pipeline.mail.composed import Attachment
from pipeline.model.mail import MailKind
from pipeline.model.policies import PolicyStanding, ReadingRule
from pipeline.register.mail.told import ASKED, About
from pipeline.wording import say_school_year


@dataclass(frozen=True, slots=True)
class AlsoAt:
    """Another school of the trust at which a reading counts as well."""

    school: str
    """Its name."""
    attachment: Attachment
    """Its own copy, with its own contacts."""


@dataclass(frozen=True, slots=True)
class ReadingItem:
    """One policy in a letter to a reader."""

    title: str
    slug: str
    rule: ReadingRule
    minutes: int
    """Reading time."""
    due_on: date
    attachment: Attachment | None
    why: str
    """Why this reader: "it is new to you", "it has changed since you read it"."""
    changes: WhatChanged | None = None
    """Since this reader's last reading of it; None for a first reading."""
    still_owed: bool = False
    """In the letter of a small change or of new contacts: this reader has not recorded their reading of it yet."""
    days_late: int = 0
    """In a reminder: days since the day to read by, where that is over."""
    address: str = ""
    """Where an external document is; empty for a policy, which has a copy."""
    form: str = ""
    """The slot for the reader's own link to the school's form, or their code for it (``form_slot``); empty where they
    answer on a page, or there is no form."""
    also: tuple[AlsoAt, ...] = ()
    """The other schools of the trust for which it is asked, too."""
    is_covered: bool = False
    """Its copy is one with contacts being updated."""
    replaces: bool = False
    """Another text of it was put before this reader, who has not read that."""


@dataclass(frozen=True, slots=True)
class ReaderEntry:
    """One policy as a letter puts it before its reader, with what the register keeps of that."""

    item: ReadingItem
    policy_id: int
    version_id: int
    about: About
    stage: str | None
    asks: bool
    """It asks for an answer to the open request of that policy."""


@dataclass(frozen=True, slots=True)
class DeclarationItem:
    """One declaration in a letter to the person who is to give it."""

    key: str
    """Its key in ``config.toml``."""
    school_year: int
    """Its first calendar year."""
    name: str
    statement: str
    """What is said after "I have nothing to declare:"."""
    policy: str
    """The title of the policy it belongs to."""
    due_on: date
    stage: str
    """``asked``, or of a reminder school days around the day to declare by."""
    days_late: int = 0
    see: tuple[str, ...] = ()
    """Whom to see who has something to declare: name, post and telephone."""

    @property
    def year(self) -> str:
        """Return the school year in words: ``2026-27``."""
        return say_school_year(self.school_year)

    @property
    def is_first(self) -> bool:
        """Whether it is asked for the first time."""
        return self.stage == ASKED


@dataclass(frozen=True, slots=True)
class ReviewItem:
    """One policy in a letter to its owner."""

    standing: PolicyStanding
    stage: str
    """``30`` days before, ``late-7`` days after."""
    falls_to_default: bool = False
    """Whether nobody can be told from what the policy says of its owner, so that ``[review] default_owner`` is told."""
    meeting: str = ""
    """Which meeting is the last that serves, or since when a text waits for its approval; empty for neither."""
    about: About = About.REVIEW
    """``REVIEW``; ``APPROVAL``: that the text in use is not approved; ``PAPERS``: that it is not ready for one."""
    paper_for: date | None = None
    """Of ``PAPERS``: the meeting."""

    @property
    def told_on(self) -> date | None:
        """The day under which it is noted as told: of the review or the meeting, or since when the text is in use."""
        if self.about is About.PAPERS:
            return self.paper_for
        return self.standing.unapproved_since if self.about is About.APPROVAL else self.standing.due_on


@dataclass(frozen=True, slots=True)
class GuidanceItem:
    """A new edition of something that a policy rests on, to the policy's owner."""

    name: str
    """Of the guidance, or of the document that others publish."""
    edition: str
    """By which it is cited: ``2026``."""
    since: date
    """The first day on which it applies."""
    source: str
    """Where that was seen."""
    standing: PolicyStanding
    stage: str
    """Under which it is noted as told: the edition."""
    act: str
    """The page of the desk, or the command, that does what is to be done."""
    is_release: bool = False
    """It is a document of others, which staff are asked to read again once it is released."""
    falls_to_default: bool = False
    """Whether nobody can be told from what the policy says of its owner."""


@dataclass(frozen=True, slots=True)
class OpenItem:
    """One policy, or one thing the office sees to, in the list of what is open."""

    title: str
    """Of the policy; empty where ``wrong`` says it all."""
    wrong: str
    """What is wrong, in one plain line."""
    act: str
    """The page of the desk, or the command, that puts it right."""
    policy_id: int | None = None


@dataclass(frozen=True, slots=True)
class OpenList:
    """What is open for a person, once a week."""

    week: str
    """Under which it is noted as told."""
    items: tuple[OpenItem, ...]
    """The most pressing first."""
    more: int
    """How many are not shown for their number."""
    all_at: str
    """The page, or the command, that shows all of it."""
    needs_account: bool
    """The links lead to a desk for which its reader has no account."""


@dataclass(frozen=True, slots=True)
class ContactItem:
    """Who holds a role of the school's contacts now, to a reader who may have copies that say otherwise."""

    notices: tuple[int, ...]
    """Under which it is noted as told."""
    lines: tuple[Line, ...]
    """A role each, in pieces. Nobody who held it before is in them."""
    is_own: bool
    """It makes a letter of its own; else it stands in whatever letter comes next."""
    copies: tuple[ReadingItem, ...] = ()
    """The renewed copies of what its reader was given before."""
    policies: tuple[int, ...] = ()
    """The policies of ``copies``, by the register's key."""
    updating: tuple[str, ...] = ()
    """The titles of those renewed copies, carried or not, whose contacts are being updated."""

    @property
    def said(self) -> tuple[str, ...]:
        """The lines as plain text."""
        return tuple(map(line_text, self.lines))


class LateReading(NamedTuple):
    """One reader who is late with a policy; in a large school there are tens of thousands of them a week."""

    name: str
    days_late: int
    person: int
    """The register's key, as is the next."""
    request: int


@dataclass(frozen=True, slots=True)
class LateItem:
    """Who is late with one policy, to its owner, or to their line manager or the head."""

    title: str
    policy_id: int
    readers: tuple[LateReading, ...]
    """The longest late first."""
    about: About
    """``LATE`` or ``ESCALATION``."""
    stage: str
    """Under which it is noted as told: the week, or who above was told."""
    is_declaration: bool = False
    """They are late with a declaration, not with a reading."""


@dataclass(frozen=True, slots=True)
class OfficeItem:
    """Something that the school office, or a policy's owner, has to do for one person or about what a person said."""

    words: str
    """A sentence that says who, what and how."""
    person: int | None
    """The register's key; None for a person of no list."""
    stage: str
    """Under which it is noted as told."""
    short: str = ""
    """What is wrong in a few words, as the list of what is open has it; empty where it does not stand there."""
    page: str = ""
    """Where the desk puts it right: a path."""
    command: str = ""
    """The same at the command line."""
    from_reader: bool = False
    """A reader told it from their page: it goes to the policy's owner."""
    policy_id: int | None = None
    """The policy that a reader told it of."""
    people: frozenset[int] = frozenset()
    """Whom it is of, where they are many."""


@dataclass(frozen=True, slots=True)
class HeadItem:
    """The ledger's newest signed head, to be kept outside the school's computers."""

    note: str
    """As a checkpoint (C2SP tlog-checkpoint): what is attached."""
    short: str
    """The same as ``SIZE:ROOT_HASH``, in one line."""
    records: int
    signed_on: date
    file_name: str
    stage: str
    """Under which it is noted as told: the day."""


@dataclass(frozen=True, slots=True)
class SummaryPart:
    """One part of the governors' summary."""

    heading: str
    lines: tuple[str, ...]
    """A policy each, in words."""
    more: int = 0
    """How many are not named for their number."""


@dataclass(frozen=True, slots=True)
class SummaryItem:
    """How a school's policies stand, for its governors, once a term."""

    since: date
    """The first day of what was done."""
    until: date
    """The last day of what is due."""
    policies: int
    """How many are reviewed here."""
    parts: tuple[SummaryPart, ...]
    """Those that say something, in their order."""
    read: str
    """How many readings are recorded of those asked for; empty where none is."""
    stage: str
    """Under which it is noted as told: the day."""


@dataclass(frozen=True, slots=True)
class PaperItem:
    """One policy that goes to the governors."""

    standing: PolicyStanding
    version_id: int
    said: str
    """What it brings, in a few words."""
    files: tuple[Attachment, ...]


@dataclass(frozen=True, slots=True)
class MeetingPapers:
    """The papers of one meeting that the clerk has not had."""

    body: str
    meeting: date
    papers_on: date
    """The last day on which they went in time."""
    papers: tuple[PaperItem, ...]
    missing: tuple[PolicyStanding, ...]
    """Policies that are awaited at the meeting and whose text is not ready."""
    sheet: Attachment | None
    """The agenda sheet; None where no paper is ready."""
    is_late: bool
    """The day for papers is over."""

    @property
    def files(self) -> tuple[Attachment, ...]:
        """All that is to be attached, the agenda sheet first."""
        sheet = () if self.sheet is None else (self.sheet,)
        return (*sheet, *(file for paper in self.papers for file in paper.files))


@dataclass(frozen=True, slots=True)
class LetterContents:
    """What one letter says, to however many it goes; each part empty where there is nothing of it."""

    asked: tuple[ReaderEntry, ...] = ()
    """To read or sign, put before the reader for the first time."""
    still: tuple[ReaderEntry, ...] = ()
    """Asked before and not answered: a reminder."""
    find: tuple[ReaderEntry, ...] = ()
    """Where policies are."""
    notices: tuple[ReaderEntry, ...] = ()
    """Small changes."""
    is_starter: bool = False
    reviews: tuple[ReviewItem, ...] = ()
    late: tuple[LateItem, ...] = ()
    office: tuple[OfficeItem, ...] = ()
    head: HeadItem | None = None
    answers: bool = False
    """It says to a person who wrote that nobody watches the mailbox, and whom to go to."""
    link: bool = False
    """It brings a reader the address of their own page, for which they asked."""
    declare: tuple[DeclarationItem, ...] = ()
    """What its reader is to declare, reminders included."""
    papers: tuple[MeetingPapers, ...] = ()
    """Of meetings, to the clerk."""
    guidance: tuple[GuidanceItem, ...] = ()
    """New editions, to owners."""
    open: OpenList | None = None
    """What is open for its reader, once a week, without what the letter tells anyway."""
    summary: SummaryItem | None = None
    """For the governors, once a term."""
    contacts: ContactItem | None = None
    """Who holds a role now: the whole letter to a reader, or a line in it."""
    informed: tuple[ReaderEntry, ...] = ()
    """To read for information, with nothing to confirm: the full copy comes later."""
    missing: tuple[ReaderEntry, ...] = ()
    """What a starter's pack should hold and of which there is no copy; each item's ``why`` says why."""

    @property
    def kinds(self) -> tuple[MailKind, ...]:
        """What the letter is for, the first being what it is kept as."""
        pack = MailKind.STARTER if self.is_starter else MailKind.READING
        parts = (
            (MailKind.CONTACTS, self.contacts is not None and self.contacts.is_own),
            (pack, self.asked or self.informed or self.missing or (self.is_starter and self.find)),
            (MailKind.DECLARATION, any(one.is_first for one in self.declare)),
            (MailKind.REMINDER, self.still or any(not one.is_first for one in self.declare)),
            (MailKind.NOTICE, self.notices),
            (MailKind.PAPERS, self.papers),
            (MailKind.OWNER, self.reviews),
            (MailKind.GUIDANCE, self.guidance),
            (MailKind.LATE, self.late),
            (MailKind.OFFICE, self.office),
            (MailKind.OPEN, self.open),
            (MailKind.SUMMARY, self.summary),
            (MailKind.HEAD, self.head),
            (MailKind.ANSWER, self.answers),
            (MailKind.LINK, self.link),
        )
        return tuple(kind for kind, part in parts if part)

    def without(self, kinds: Collection[MailKind]) -> "LetterContents":
        """Return it without what it tells its reader of policies by letters of some ``kinds``."""
        pack = MailKind.STARTER if self.is_starter else MailKind.READING
        return replace(
            self,
            asked=() if pack in kinds else self.asked,
            find=() if pack in kinds else self.find,
            informed=() if pack in kinds else self.informed,
            missing=() if pack in kinds else self.missing,
            still=() if MailKind.REMINDER in kinds else self.still,
            notices=() if MailKind.NOTICE in kinds else self.notices,
        )

    @property
    def kind(self) -> MailKind:
        """What it is kept as."""
        return self.kinds[0]

    @property
    def to_reader(self) -> tuple[ReaderEntry, ...]:
        """Everything that stands in it for a reader of policies."""
        return (*self.asked, *self.still, *self.find, *self.notices, *self.informed, *self.missing)

    @property
    def is_to_reader(self) -> bool:
        """Whether it tells anything to a reader of policies who also declares."""
        return bool(self.to_reader or self.declare or self.contacts)

    @property
    def items_to_carry(self) -> tuple[ReadingItem, ...]:
        """Everything of which its reader may be given a copy."""
        return (*(entry.item for entry in self.to_reader), *(self.contacts.copies if self.contacts else ()))

    @property
    def has_others(self) -> bool:
        """Whether it tells owners, line managers, the office or the clerk anything."""
        told = self.papers or self.reviews or self.guidance or self.late or self.office
        return bool(told or self.open or self.summary or self.head)

    @property
    def tells_changes(self) -> bool:
        """Whether it says what has changed in a policy."""
        return any(entry.item.changes is not None for entry in (*self.asked, *self.notices))

    @property
    def minutes(self) -> int:
        """The reading that it asks for, what it reminds of included."""
        return sum(entry.item.minutes for entry in (*self.asked, *self.still))
