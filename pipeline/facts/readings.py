"""What is handed from the reading of dates to the decision: a date, the label it answers, and how surely."""

from dataclasses import dataclass
from enum import IntEnum

from pipeline.dates.written import FoundDate, order_key
from pipeline.labels.kinds import LabelKind
from pipeline.places import Place


class Standing(IntEnum):
    """How much a date counts by where it stands: of two that say the same thing, the higher is the document's."""

    SENTENCE = 0
    """Told in running text."""
    BODY = 1
    """Beside a label in the midst of a long text, or of one version in a list of them."""
    HEADER = 2
    """Beside a label near the beginning or the end."""
    RUNNING = 3
    """In a running header or footer, which says no less than any other place and is forgotten the soonest."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A date with the label it answers."""

    kind: LabelKind
    found: FoundDate
    label: str
    where: Place
    line: int
    confidence: float
    history: bool = False
    """From a table or list of revisions: one of several, the latest counts."""
    borrowed: bool = False
    """Said of another text (the model policy this one is based on)."""
    listed: bool = False
    """One of several dates behind one label ("March 2016, March 2017")."""
    rule: str = ""
    """What told the label."""
    standing: Standing = Standing.HEADER

    @property
    def key(self) -> tuple[str, str]:
        """Sorts by day."""
        return order_key(self.found.date)


@dataclass(frozen=True, slots=True)
class BlankLabel:
    """A label whose value was left empty."""

    kind: LabelKind
    text: str
    where: Place
    line: int
    rule: str = ""


@dataclass(frozen=True, slots=True)
class UnreadableReading:
    """A labelled date that no calendar has."""

    kind: LabelKind
    text: str
    where: Place
    rule: str = ""


@dataclass(frozen=True, slots=True)
class DateReadings:
    """All labelled dates, blank date labels and unreadable dates of a document, in reading order."""

    dated: tuple[Reading, ...]
    blank: tuple[BlankLabel, ...]
    unreadable: tuple[UnreadableReading, ...]
