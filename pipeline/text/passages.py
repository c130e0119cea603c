"""The paragraphs of a document as planning walks over them, and stretches of their words."""

from dataclasses import dataclass
from typing import ClassVar

from pipeline.model.documents import BlockKind, Region, Span
from pipeline.places import CellPlace, Place


@dataclass(frozen=True, slots=True)
class PassageLink:
    """A link inside a passage."""

    start: int
    end: int
    """The visible words are ``text[start:end]``; equal where the link shows none."""
    target: str


@dataclass(slots=True, unsafe_hash=True)
class Passage:
    """One paragraph, wherever it stands in the document; made by the thousand, so not frozen, and never changed."""

    where: Place
    text: str
    region: Region = Region.BODY
    links: tuple[PassageLink, ...] = ()
    heading: bool = False
    label: str | None = None
    """What a text outside the paragraphs is called ("the description of a picture", the name of a property); nothing
    around it speaks for it. None for paragraphs."""
    page: ClassVar[int | None] = None
    spans: ClassVar[tuple[Span, ...]] = ()
    edges: ClassVar[tuple[tuple[float, float], ...]] = ()

    @property
    def kind(self) -> BlockKind:
        """Whether it is a heading."""
        return BlockKind.HEADING if self.heading else BlockKind.PARAGRAPH

    @property
    def cell(self) -> CellPlace | None:
        """In which cell of which table it stands; None outside tables."""
        return self.where.cell


@dataclass(slots=True, unsafe_hash=True)
class Stretch:
    """A stretch of one passage, or one of its links; never changed, as passages are."""

    passage: int
    """Index into the passages that were planned."""
    start: int
    end: int
    link: int | None = None
    """Index into the passage's links, where the target is meant and not the words."""

    def meets(self, other: "Stretch") -> bool:
        """Whether both are the same link, or share a letter."""
        if (self.passage, self.link) != (other.passage, other.link):
            return False
        return self.link is not None or (self.start < other.end and other.start < self.end)
