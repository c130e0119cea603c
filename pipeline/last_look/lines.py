"""A finished document as lines of parts: what stands in one row, and which rows stand next to each other.

``check`` looks for people near a role in them. A part is a cell, what a tab sets apart, or a sentence. Only the
document as it was made is looked at; nothing here knows what was planned.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pipeline.model import Block, BlockKind, Document, Region
from pipeline.places import Place
from pipeline.text.sheet import Sheet, SheetRow, sheet_of

_SENTENCE_END = re.compile(r"(?<=[a-z)\d][.!?;])\s+(?=[A-Z(“\"])")
_SHORT = 120
"""The longest line that counts as one of a list though no mark says so."""
_A_SENTENCE = re.compile(r"\b(?:will|must|should|may|can|has|have|are|is|was|were)\b[^:]*\.\s*$")
HEADS_APART = "; "
"""Stands between what heads the rows of a part and what heads its column."""


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of words that belong together."""

    where: Place
    text: str
    head: str = ""
    """What a cell to the left says that is merged down over several rows, and what heads the column."""
    column: int | None = None
    """Of the grid of its table, the first is 0; None outside tables."""


@dataclass(frozen=True, slots=True)
class Row:
    """Parts that stand beside each other, left to right."""

    parts: tuple[Part, ...]
    is_listed: bool
    """A heading, an item of a list, a row of a table, or a short line: no sentence of prose."""
    region: Region = Region.BODY
    table: int | None = None
    """The number of its table; None outside tables."""

    def is_by(self, other: "Row") -> bool:
        """Whether both are of one table, or of no table and of one part of the page."""
        return self.table == other.table and self.region is other.region

    @property
    def text(self) -> str:
        """All its words."""
        return self.parts[0].text if len(self.parts) == 1 else "\t".join(part.text for part in self.parts)


_UNSEEN = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]+")
_LETTER_BY_LETTER = re.compile(r"(?<!\S)(?:[^\W\d_][ \u00a0]){2,}[^\W\d_:](?!\S)(?:[ \u00a0]:)?")


def as_seen(text: str) -> str:
    """Return a text as a reader sees it: without signs that no page shows, "D S L :  K A R E N" put together."""
    return _LETTER_BY_LETTER.sub(lambda found: re.sub(r"\s", "", found[0]), _UNSEEN.sub("", text))


def list_rows(document: Document) -> tuple[Row, ...]:
    """Return the rows of a document that hold words, in reading order, comments in the margin left out."""
    sheet = sheet_of(document)
    rows = (each for row in sheet.rows for each in (_of_prose if row.table is None else _of_table)(sheet, row))
    return tuple(row for row in rows if any(part.text.strip() for part in row.parts))


def _of_prose(sheet: Sheet[Block], row: SheetRow) -> Iterator[Row]:
    """Yield the row of a short line, or one a sentence."""
    block = sheet.paragraphs[row.first]
    if block.region is Region.COMMENT:
        return
    cells = [sheet.words(cell) for cell in row.cells]
    whole = "".join(cells)
    seen = as_seen(whole)
    columns = [column.strip("\n\t") for column in (cells if seen == whole else seen.split("\t"))]
    columns = [column for column in columns if column.strip()]
    line = "\t".join(columns)
    short = len(line) <= _SHORT and not (line.rstrip().endswith(".") and _A_SENTENCE.search(line))
    if short or (len(columns) > 1 and len(line) <= 2 * _SHORT):
        yield Row(tuple(Part(block.where, column) for column in columns), True, block.region)
    else:
        marked = block.kind in {BlockKind.HEADING, BlockKind.LIST_ITEM}
        for sentence in _SENTENCE_END.split(line):
            yield Row((Part(block.where, sentence),), marked and len(line) <= 2 * _SHORT, block.region)


def _of_table(sheet: Sheet[Block], row: SheetRow) -> Iterator[Row]:
    parts: list[Part] = []
    for cell in row.cells:
        for stretch in cell.stretches:
            block = sheet.paragraphs[stretch.passage]
            if block.region is not Region.COMMENT and cell.place is not None:
                words = re.split(r"[\n\t]", as_seen(block.text))
                head, column = _head(sheet, row, stretch.passage), cell.place.column - 1
                parts += [Part(block.where, each, head, column) for each in words if each.strip()]
    yield Row(tuple(parts), True, sheet.paragraphs[row.first].region, row.table)


def _head(sheet: Sheet[Block], row: SheetRow, index: int) -> str:
    """Return what the cell at the very left says that is merged down to a paragraph, and what heads its column."""
    left = [sheet.words(each) for each in row.covering if each.place is not None and each.place.column == 1]
    over = "\n".join(sheet.paragraphs[at].text for at in sheet.head(index))
    return HEADS_APART.join(" ".join(each.split()) for each in (*left, over) if each)


def words_below(rows: Sequence[Row], index: int, number: int) -> str:
    """Return what stands below a part in the next line, as where a narrow column of a PDF broke a name over two.

    Empty for the first column, within tables, whose cells keep their lines together, and where nothing stands there.
    """
    if number == 0 or rows[index].table is not None or index + 1 == len(rows):
        return ""
    below = rows[index + 1]
    near = below.is_by(rows[index]) and below.is_listed and rows[index].is_listed
    return below.parts[min(number, len(below.parts) - 1)].text if near else ""
