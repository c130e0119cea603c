"""What can stand in a letter, as values: what its reader is asked and told, and the ``parts`` that others are told.

Contributors make them, ``plan`` joins them into the contents of one letter, ``compose`` words them.
"""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from pipeline.changes.differences import WhatChanged
from pipeline.contacts.safety_lines import Line, line_text
from pipeline.letters.parts import Item, LetterPart
from pipeline.mail.composed import Attachment
from pipeline.model.mail import MailKind
from pipeline.model.policies import ReadingRule
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
    def place(self) -> tuple[str, int]:
        """What is asked, as requests have it."""
        return self.key, self.school_year

    @property
    def year(self) -> str:
        """Return the school year in words: ``2026-27``."""
        return say_school_year(self.school_year)

    @property
    def is_first(self) -> bool:
        """Whether it is asked for the first time."""
        return self.stage == ASKED


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
    others: tuple[tuple[LetterPart[Any], tuple[Any, ...]], ...] = ()
    """What it tells owners, line managers, the office, the clerk or governors, by rank; read it with ``of``."""
    answers: bool = False
    """It says to a person who wrote that nobody watches the mailbox, and whom to go to."""
    link: bool = False
    """It brings a reader the address of their own page, for which they asked."""
    declare: tuple[DeclarationItem, ...] = ()
    """What its reader is to declare, reminders included."""
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
            *((part.kind, items) for part, items in self.others),
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

    def of(self, part: LetterPart[Item]) -> tuple[Item, ...]:
        """Return what it tells of one part."""
        return next((items for each, items in self.others if each is part), ())

    def telling(self, part: LetterPart[Item], *items: Item) -> "LetterContents":
        """Return it with ``items`` of a part behind what it tells of that."""
        if not items:
            return self
        told = {**dict(self.others), part: (*self.of(part), *items)}
        return replace(self, others=tuple(sorted(told.items(), key=lambda each: each[0].rank)))

    @property
    def tells_changes(self) -> bool:
        """Whether it says what has changed in a policy."""
        return any(entry.item.changes is not None for entry in (*self.asked, *self.notices))

    @property
    def minutes(self) -> int:
        """The reading that it asks for, what it reminds of included."""
        return sum(entry.item.minutes for entry in (*self.asked, *self.still))
