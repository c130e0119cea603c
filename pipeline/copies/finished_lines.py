"""A finished document as lines of parts: what stands in one row, and which rows stand next to each other.

``last_check`` looks for people near a role in them. A part is a cell, what a tab sets apart, or a sentence. Only the
document as it was made is looked at; nothing here knows what was planned.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pipeline.model import Block, BlockKind, Cell, Document, Region

_SENTENCE_END = re.compile(r"(?<=[a-z)\d][.!?;])\s+(?=[A-Z(“\"])")
_SHORT = 120
"""The longest line that counts as one of a list though no mark says so."""
_A_SENTENCE = re.compile(r"\b(?:will|must|should|may|can|has|have|are|is|was|were)\b[^:]*\.\s*$")


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of words that belong together."""

    where: str
    text: str
    head: str = ""
    """What heads the column, for a cell of a table."""


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
        return "\t".join(part.text for part in self.parts)


def list_rows(document: Document) -> tuple[Row, ...]:
    """Return the rows of a document that hold words, in reading order, comments in the margin left out."""
    return tuple(row for row in _rows(document.blocks, [0]) if row.text.strip())


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
    for line in block.text.split("\n"):
        columns = [column for column in line.split("\t") if column.strip()]
        short = len(line) <= _SHORT and not _A_SENTENCE.search(line)
        if short or (len(columns) > 1 and len(line) <= 2 * _SHORT):
            yield Row(tuple(Part(block.where, column) for column in columns), True, block.region)
        else:
            for sentence in _SENTENCE_END.split(line):
                yield Row((Part(block.where, sentence),), marked and len(line) <= 2 * _SHORT, block.region)


def _of_table(block: Block, number: int, tables: list[int]) -> Iterator[Row]:
    heads: dict[int, str] = {}
    taken: dict[int, int] = {}
    for index, cells in enumerate(block.rows):
        if any(len(cell.text) > 4 * _SHORT for cell in cells):
            # The table lays out a page: its cells are text like any other.
            for cell in cells:
                yield from _rows(cell.blocks, tables)
            continue
        parts: list[Part] = []
        for column, cell in _at_columns(cells, taken):
            parts += [part for part in _of_cell(cell, heads.get(column, "")) if part.text.strip()]
            if not index:
                heads.update(dict.fromkeys(range(column, column + cell.columns), " ".join(cell.text.split())))
        yield Row(tuple(parts), True, block.region, number)


def _at_columns(cells: Sequence[Cell], taken: dict[int, int]) -> Iterator[tuple[int, Cell]]:
    """Yield each cell of a row with its column; ``taken`` holds for how many rows cells from above still grow."""
    column = 0
    grown: dict[int, int] = {}
    for cell in cells:
        while taken.get(column, 0):
            column += 1
        yield column, cell
        grown.update(dict.fromkeys(range(column, column + cell.columns), cell.rows - 1))
        column += cell.columns
    for each, rows in taken.items():
        taken[each] = max(0, rows - 1)
    taken.update({each: rows for each, rows in grown.items() if rows})


def _of_cell(cell: Cell, head: str) -> Iterator[Part]:
    for block in cell.blocks:
        if block.region is not Region.COMMENT:
            for line in block.text.split("\n"):
                yield from (Part(block.where, part, head) for part in line.split("\t"))
