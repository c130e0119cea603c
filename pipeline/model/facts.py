"""What a document says of its own life: dates, approval, owner, contacts, and what is wrong with them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from pipeline.model.dates import PartialDate
from pipeline.model.documents import DocumentFormat
from pipeline.places import Place
from pipeline.reasons.reason import Reason


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
    certificates: tuple[DateFact, ...] = ()
    """The days on which the certificates that a table lists run out."""
    beside_words: BesideWords | None = None
    """None where it is not known, as of a version that was recorded before it was read."""
