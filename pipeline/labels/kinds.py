"""What a label can mean, and a label met in a text.

The lowest part of the reading of labels: ``unlisted`` and ``listed`` find them, the readers of facts use them.
"""

from dataclasses import dataclass
from enum import StrEnum


class LabelKind(StrEnum):
    """What the value after a label is."""

    APPROVED = "approved"
    LAST_REVIEW = "last-review"
    NEXT_REVIEW = "next-review"
    REVIEW = "review"
    """A review, past or to come."""
    OTHER_DATE = "other-date"
    """Issued, written, effective: a date of the document that is none of the three."""
    DATE = "date"
    """The bare word: it belongs to whatever was said just before."""
    SIGNATURE = "signature"
    OWNER = "owner"
    APPROVER = "approver"
    CYCLE = "cycle"
    VERSION = "version"
    TITLE = "title"
    SCHOOL = "school"
    OTHER = "other"
    """A label of something that is not a fact here; it ends the value before it."""


DATE_KINDS = frozenset(
    {
        LabelKind.APPROVED,
        LabelKind.LAST_REVIEW,
        LabelKind.NEXT_REVIEW,
        LabelKind.REVIEW,
        LabelKind.OTHER_DATE,
        LabelKind.DATE,
    }
)


@dataclass(frozen=True, slots=True)
class Label:
    """A label in a text."""

    kinds: tuple[LabelKind, ...]
    """Mostly one; "Reviewed and approved" is two."""
    start: int
    end: int
    text: str
    rule: str = ""
    """What told it: the rule's file, kind and phrase."""

    def means(self, kind: LabelKind) -> bool:
        """Say whether ``kind`` is one of the label's meanings."""
        return kind in self.kinds

    @property
    def is_bare_date(self) -> bool:
        """Whether the label is "Date" and nothing more, which says of what it is by what stands around it."""
        return self.text.casefold() in {"date", "dated"}
