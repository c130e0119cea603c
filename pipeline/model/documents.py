"""What a file holds: blocks, tables, pictures and the document that they make."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from pipeline.places import HandedOn, Place


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
