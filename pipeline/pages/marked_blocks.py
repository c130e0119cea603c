"""Show the place of a document that has no pages of its own: what stands at it and round it, the words marked.

Of a Word file and everything else but a PDF: paragraphs, list items and rows of tables as they were read, for a page
of HTML. Words are marked where they stand at the place itself and nowhere else.
"""

from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from pipeline.documents.find_words import WordSpan, find_parts, find_words
from pipeline.documents.grid import place_cells
from pipeline.model.documents import Block, BlockKind, Cell, Document, Region
from pipeline.pages.showable import readable
from pipeline.places import Place, PlaceKind

_BEFORE, _AFTER = 3, 3
"""Blocks, or rows of a table, shown before and behind the place."""
_LONGEST = 900
"""Characters shown of what stands at the place, and before and behind a mark in it."""
_LONGEST_BESIDE = 300
"""Characters shown of what stands round it."""
_MOST_MARKED = 4000
"""Characters of one paragraph that reach from its first mark to its last."""
_MOST_ROWS = 12
"""Blocks, or rows, of one place."""
_MOST_FOLLOWING = 4
"""Blocks that words may run on over: a title of several lines."""
_BULLET = "•"


@dataclass(frozen=True, slots=True)
class ShownPiece:
    """A stretch of text that looks the same throughout."""

    text: str
    bold: bool = False
    italic: bool = False
    marked: bool = False


@dataclass(frozen=True, slots=True)
class ShownBlock:
    """A paragraph, heading, list item or table as a page shows it."""

    kind: BlockKind
    pieces: tuple[ShownPiece, ...] = ()
    level: int = 0
    marker: str = ""
    """What stands before a list item or a heading."""
    rows: tuple[tuple["ShownCell", ...], ...] = ()
    """Of a table."""


@dataclass(frozen=True, slots=True)
class ShownCell:
    """A cell of a table."""

    blocks: tuple[ShownBlock, ...]
    columns: int
    rows: int
    is_header: bool


@dataclass(frozen=True, slots=True)
class MarkedBlocks:
    """What stands at a place and round it."""

    blocks: tuple[ShownBlock, ...]
    marked: tuple[str, ...]
    """The words that are marked, as they stand there; empty where nothing is."""
    exact: bool
    """The words alone are marked; else all that stands at the place, in which they stand more than once."""
    around: tuple[str, ...]
    """All that stands at the place, or in its row of a table; a paragraph each."""


def mark_blocks(document: Document, where: Place, words: str) -> MarkedBlocks | None:
    """Return what stands at a place of a document and round it, with ``words`` marked where they stand at it.

    None where nothing of the document stands at that place.
    """
    leaves = [block for block in document.walk() if not block.rows]
    at = [number for number, leaf in enumerate(leaves) if where in leaf.where.steps()]
    if not at:
        return None
    parts = _find(leaves, at, words)
    exact = all(len(several) < 2 for several in parts)
    marks = (
        [one for several in parts for one in several]
        if exact
        else [_MarkedStretch({id(leaves[n]): _WHOLE}) for n in at]
    )
    of_leaf: dict[int, list[WordSpan]] = {}
    for mark in marks:
        for key, place in mark.places.items():
            of_leaf.setdefault(key, []).append(place)
    shower = _Shower(of_leaf, frozenset(id(leaves[number]) for number in at))
    row = list(_row_of(leaves, leaves[at[0]].where))
    around = tuple(text for leaf in row or (leaves[number] for number in at) if (text := leaf.text.strip()))
    around = (" | ".join(around),) if row else around
    return MarkedBlocks(
        tuple(shower.near(document, leaves[at[0]])),
        tuple(mark.words for mark in marks) if exact else tuple(leaves[number].text.strip() for number in at),
        exact,
        around,
    )


# --- the words -------------------------------------------------------------------------------------------------------

_WHOLE = WordSpan(0, 1 << 30)


@dataclass(frozen=True, slots=True)
class _MarkedStretch:
    """Words as they stand in one leaf, or in several that follow each other."""

    places: Mapping[int, WordSpan]
    """By the identity of each leaf, a paragraph that holds words by itself."""
    words: str = ""


def _find(leaves: Sequence[Block], at: Sequence[int], words: str) -> list[list[_MarkedStretch]]:
    """Return where each part of the words stands in the leaves of a place.

    Where they do not: in its row of a table, where the place is that of the label; or from the place on over the lines
    behind it, as a long title does.
    """
    own = _Joined([leaves[number] for number in at])
    for joined in (own, _Joined(list(_row_of(leaves, leaves[at[0]].where)))):
        if any(parts := find_parts(joined.text, words)):
            return [[joined.mark(found) for found in several] for several in parts]
    further = _Joined([*own.leaves, *leaves[at[-1] + 1 : at[-1] + 1 + _MOST_FOLLOWING]])
    found = [each for each in find_words(further.text, words) if each.start < len(own.text)]
    return [[further.mark(each) for each in found]]


def _row_of(leaves: Sequence[Block], where: Place) -> Iterator[Block]:
    row = next((step for step in where.steps() if step.kind is PlaceKind.ROW), None)
    return (leaf for leaf in leaves if row is not None and row in leaf.where.steps())


@dataclass(frozen=True, slots=True)
class _Joined:
    """Leaves as one text, a line each."""

    leaves: Sequence[Block]

    @property
    def text(self) -> str:
        return "\n".join(leaf.text for leaf in self.leaves)

    def mark(self, found: WordSpan) -> _MarkedStretch:
        """Return the mark of what was found in the text, leaf by leaf."""
        places: dict[int, WordSpan] = {}
        begins = 0
        for leaf in self.leaves:
            length = len(leaf.text)
            start, end = max(0, found.start - begins), min(length, found.end - begins)
            if start < end:
                places[id(leaf)] = WordSpan(start, end)
            begins += length + 1
        return _MarkedStretch(places, " ".join(self.text[found.start : found.end].split()))


# --- what is shown ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Shower:
    marks: Mapping[int, Sequence[WordSpan]]
    """By the identity of the paragraph."""
    place: frozenset[int]
    """The paragraphs at the place, by their identity."""

    def near(self, document: Document, leaf: Block) -> Iterator[ShownBlock]:
        """Yield what stands round a leaf, in its part of the page."""
        body = (Region.BODY, Region.TEXT_BOX)
        same = [
            block
            for block in document.blocks
            if (block.region in body if leaf.region in body else block.region is leaf.region)
            and (block.text.strip() or block is leaf)
        ]
        yield from self._round(same)

    def _round(self, blocks: Sequence[Block]) -> Iterator[ShownBlock]:
        """Yield those of several blocks that stand round the place; of others the first ones."""
        there = self._there([[block] for block in blocks])
        first, last = (max(0, there[0] - _BEFORE), _last_of(there)) if there else (0, _AFTER)
        for block in blocks[first : last + 1]:
            yield self._shown(block)
        if not there and last + 1 < len(blocks):
            yield ShownBlock(BlockKind.PARAGRAPH, (ShownPiece("…"),))

    def _there(self, several: Sequence[Sequence[Block]]) -> list[int]:
        """Return which of several rows hold a mark; where none does, which are at the place."""
        for those in (self.marks.keys(), self.place):
            found = [number for number, row in enumerate(several) if any(self._is_at(each, those) for each in row)]
            if found:
                return found
        return []

    def _is_at(self, block: Block, those: Container[int]) -> bool:
        return id(block) in those or any(
            self._is_at(each, those) for row in block.rows for cell in row for each in cell.blocks
        )

    def _shown(self, block: Block) -> ShownBlock:
        if block.rows:
            return ShownBlock(BlockKind.TABLE, rows=tuple(self._rows(block)))
        marker = block.marker.strip() or (_BULLET if block.kind is BlockKind.LIST_ITEM and not block.ordered else "")
        return ShownBlock(block.kind, tuple(self._pieces(block)), block.level, readable(marker))

    def _rows(self, block: Block) -> Iterator[tuple[ShownCell, ...]]:
        """Yield the rows round the place, those that reach into the first of them too; all of a table beside it."""
        rows = place_cells(block.rows)
        there = self._there([[block for each in row for block in each.cell.blocks] for row in rows])
        first, last = (max(0, there[0] - _BEFORE), _last_of(there)) if there else (0, 2 * _BEFORE)
        while first and any(each.row + each.rows > first for row in rows[:first] for each in row):
            first -= 1
        if first and rows[0] and all(each.cell.header for each in rows[0]):
            yield tuple(self._cell(each.cell, each.columns, 1) for each in rows[0])
        for row in rows[first : last + 1]:
            yield tuple(self._cell(each.cell, each.columns, each.rows) for each in row)

    def _cell(self, cell: Cell, columns: int, rows: int) -> ShownCell:
        return ShownCell(tuple(self._round(cell.blocks)), columns, rows, cell.header)

    def _pieces(self, block: Block) -> Iterator[ShownPiece]:
        """Yield the words of a paragraph; of a long one those round its mark, or its beginning."""
        text, marks = block.text, sorted(self.marks.get(id(block), ()), key=lambda found: found.start)
        most = _LONGEST if id(block) in self.place or marks else _LONGEST_BESIDE
        first = max(0, marks[0].start - most) if marks else 0
        last = min(len(text), (min(marks[-1].end, first + _MOST_MARKED) if marks else 0) + most)
        edges = [edge for found in marks for edge in (found.start, found.end)]
        if first:
            yield ShownPiece("… ")
        begins = 0
        for span in block.spans:
            left, right = max(begins, first), min(begins + len(span.text), last)
            for start, end in pairwise(sorted({left, right, *(edge for edge in edges if left < edge < right)})):
                is_marked = any(found.start <= start < found.end for found in marks)
                yield ShownPiece(readable(text[start:end]), span.bold, span.italic, is_marked)
            begins += len(span.text)
        if last < len(text):
            yield ShownPiece(" …")


def _last_of(there: Sequence[int]) -> int:
    """Return the last block, or row, that is shown of those at a place."""
    return min(there[-1], there[0] + _MOST_ROWS) + _AFTER
