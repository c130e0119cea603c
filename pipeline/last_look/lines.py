"""A finished document as lines of parts: what stands in one row, and which rows stand next to each other.

``check`` looks for people near a role in them. A part is a cell, what a tab sets apart, or a sentence. Only the
document as it was made is looked at; nothing here knows what was planned.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pipeline.documents.grid import place_cells
from pipeline.model import Block, BlockKind, Cell, Document, Region
from pipeline.places import Place

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
_WIDE = re.compile(r"[ \u00a0]{2,}")


def as_seen(text: str) -> str:
    """Return a text as a reader sees it: without signs that no page shows, "D S L :  K A R E N" put together."""
    seen = _UNSEEN.sub("", text)
    joined = _LETTER_BY_LETTER.sub(lambda found: re.sub(r"\s", "", found[0]), seen)
    return joined if joined == seen else _WIDE.sub(" ", joined)


def list_rows(document: Document) -> tuple[Row, ...]:
    """Return the rows of a document that hold words, in reading order, comments in the margin left out."""
    return tuple(row for row in _rows(document.blocks, [0]) if any(part.text.strip() for part in row.parts))


def _rows(blocks: Sequence[Block], tables: list[int]) -> Iterator[Row]:
    for block in blocks:
        if block.region is Region.COMMENT:
            continue
        if block.rows:
            tables[0] += 1
            yield from _of_table(block, tables[0], tables)
        else:
            yield from _of_paragraph(block)


def _of_paragraph(block: Block) -> Iterator[Row]:
    marked = block.kind in {BlockKind.HEADING, BlockKind.LIST_ITEM}
    for line in as_seen(block.text).split("\n"):
        columns = [column for column in line.split("\t") if column.strip()]
        short = len(line) <= _SHORT and not (line.rstrip().endswith(".") and _A_SENTENCE.search(line))
        if short or (len(columns) > 1 and len(line) <= 2 * _SHORT):
            yield Row(tuple(Part(block.where, column) for column in columns), True, block.region)
        else:
            for sentence in _SENTENCE_END.split(line):
                yield Row((Part(block.where, sentence),), marked and len(line) <= 2 * _SHORT, block.region)


def _of_table(block: Block, number: int, tables: list[int]) -> Iterator[Row]:
    heads: dict[int, str] = {}
    left: dict[int, str] = {}
    for cells in place_cells(block.rows):
        if any(len(each.cell.text) > 4 * _SHORT for each in cells):
            # The table lays out a page: its cells are text like any other.
            for each in cells:
                yield from _rows(each.cell.blocks, tables)
            continue
        parts: list[Part] = []
        for each in cells:
            words = " ".join(each.cell.text.split())
            head = HEADS_APART.join(filter(None, (left.get(each.row), heads.get(each.column))))
            parts += [part for part in _of_cell(each.cell, head, each.column) if part.text.strip()]
            if each.row == 0:
                heads.update(dict.fromkeys(range(each.column, each.column + each.columns), words))
            if each.rows > 1 and each.column == 0:
                left.update(dict.fromkeys(range(each.row + 1, each.row + each.rows), words))
        yield Row(tuple(parts), True, block.region, number)


def _of_cell(cell: Cell, head: str, column: int) -> Iterator[Part]:
    for block in cell.blocks:
        if block.region is not Region.COMMENT:
            for line in as_seen(block.text).split("\n"):
                yield from (Part(block.where, part, head, column) for part in line.split("\t"))


def words_below(rows: Sequence[Row], index: int, number: int) -> str:
    """Return what stands below a part in the next line, as where a narrow column of a PDF broke a name over two.

    Empty for the first column, within tables, whose cells keep their lines together, and where nothing stands there.
    """
    if number == 0 or rows[index].table is not None or index + 1 == len(rows):
        return ""
    below = rows[index + 1]
    near = below.is_by(rows[index]) and below.is_listed and rows[index].is_listed
    return below.parts[min(number, len(below.parts) - 1)].text if near else ""
