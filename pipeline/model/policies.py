"""Versions of a policy, how it stands on a day, and what staff are asked to do with it."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from pipeline.model.dates import PartialDate
from pipeline.model.facts import Problem


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
