"""A finished document as rows that belong together: a row of a table, a short line with its columns, or a sentence.

``check`` looks for people near a role in them. The grid is the sheet's (``text.sheet``); what counts as a line of a
list and where a sentence ends is the last look's own. Nothing here knows what was planned.
"""

import re
from collections.abc import Iterator
from dataclasses import replace

from pipeline.last_look.names import NameFound, list_names, wrapped_name
from pipeline.model.documents import Block, BlockKind, Document, Region, Span
from pipeline.named.names.given_names import words_in_small
from pipeline.places import Place
from pipeline.text.lazily import compiled_lazily
from pipeline.text.lines import Line, rows_of
from pipeline.text.passages import Stretch
from pipeline.text.sheet import SheetCell, sheet_of

_SENTENCE_END = compiled_lazily(r"(?<=[a-z)\d][.!?;])\s+(?=[A-Z(“\"])")
_LINE_END = compiled_lazily(r"[\n\t]+")
_SHORT = 120
"""The longest line that counts as one of a list though no mark says so."""
_SHORTEST_BROKEN, _LONGEST = 40, 2000
"""No line of prose that was broken to a width is shorter."""
_ENDS_OPEN = compiled_lazily(r"\b(?:and|are|by|called|contact|for|is|named|of|or|our|the|to|with)$")
_FIRST_NAME = compiled_lazily(r"\b[a-z]+ [^\W\d_a-z][\w'’-]*$")
_SURNAME = compiled_lazily(r"[^\W\d_a-z][\w'’-]+(?:[.,;)]| [a-z(])")
_A_SENTENCE = compiled_lazily(r"\b(?:will|must|should|may|can|has|have|are|is|was|were)\b[^:]*\.\s*$")
_ANNOUNCES = compiled_lazily(r"(?:[:–—-]|\b(?:is|are|be))\s*$", re.IGNORECASE)
_UNSEEN = compiled_lazily("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]+")
_LETTER_BY_LETTER = compiled_lazily(r"(?<!\S)(?:[^\W\d_][ \u00a0]){2,}[^\W\d_:](?!\S)(?:[ \u00a0]:)?")


def as_seen(text: str) -> str:
    """Return a text as a reader sees it: without signs that no page shows, "D S L :  K A R E N" put together."""
    text = text if text.isascii() else _UNSEEN.sub("", text)
    return _LETTER_BY_LETTER.sub(lambda found: re.sub(r"\s", "", found[0]), text)


def unbroken(document: Document) -> Document | None:
    """Return a document with its broken prose put together, None where none is: some files have a block for each line.

    What was put together stands at the place of its first line.
    """
    blocks: list[Block] = []
    for block in document.blocks:
        if blocks and _goes_on(blocks[-1], block):
            blocks[-1] = replace(blocks[-1], spans=(*blocks[-1].spans, Span(" "), *block.spans))
        else:
            blocks.append(block)
    return replace(document, blocks=tuple(blocks)) if len(blocks) < len(document.blocks) else None


def _goes_on(block: Block, below: Block) -> bool:
    """Say whether a line of prose has no end, so that the next may go on with its sentence."""
    prose = block.kind is below.kind is BlockKind.PARAGRAPH and block.region is below.region
    line, more = block.text, below.text
    if not prose or not _SHORTEST_BROKEN <= len(line) <= _LONGEST or not line[-1].isalpha():
        return False
    in_name = _FIRST_NAME.search(line) is not None and _SURNAME.match(more) is not None
    return more[:1].islower() or _ENDS_OPEN.search(line) is not None or in_name


class Rows:
    """The rows of one finished document, comments left out; a part is a cell of a row, or a line of such a cell."""

    def __init__(self, document: Document) -> None:
        """Cut ``document`` into rows."""
        self.sheet = sheet_of(document)
        self.ordinary = words_in_small(as_seen(document.text))
        """The words that the whole document writes small."""
        cut = [each for row in rows_of(self.sheet) if not self._is_comment(row) for each in self._cut(row)]
        self._rows, self._listed = [row for row, _ in cut], [listed for _, listed in cut]
        self._words: dict[int, tuple[str, ...]] = {}
        self._names: dict[int, list[tuple[NameFound, ...]]] = {}

    def __len__(self) -> int:
        return len(self._rows)

    def __getitem__(self, index: int) -> Line:
        return self._rows[index]

    def _is_comment(self, row: Line) -> bool:
        return self.sheet.paragraphs[row.first].region is Region.COMMENT

    def _cut(self, row: Line) -> Iterator[tuple[Line, bool]]:
        """Yield a row with its parts, of a long line one a sentence, and whether it is listed; none without words."""
        if row.table is not None:
            lines = [
                each for cell in row.parts for one in cell.stretches for each in self._pieces(one, cell, _LINE_END)
            ]
            yield from [(Line(self.sheet, tuple(lines), row.first, row.table, row.over), True)] if lines else []
            return
        cells, block = row.parts, self.sheet.paragraphs[row.first]
        whole = Stretch(row.first, cells[0].stretches[0].start, cells[-1].stretches[-1].end)
        if as_seen(words := block.text[whole.start : whole.end]) != words:
            cells = tuple(self._pieces(whole, cells[0], _LINE_END))
        cells = tuple(each for each in cells if self.sheet.words(each).strip())
        line = as_seen("\t".join(self.sheet.words(each).strip("\n\t") for each in cells))
        short = len(line) <= _SHORT and not (line.rstrip().endswith(".") and _A_SENTENCE.search(line))
        if cells and (short or (len(cells) > 1 and len(line) <= 2 * _SHORT)):
            yield Line(self.sheet, cells, row.first), True
        elif cells:
            marked = block.kind in {BlockKind.HEADING, BlockKind.LIST_ITEM} and len(line) <= 2 * _SHORT
            for each in self._pieces(whole, cells[0], _SENTENCE_END):
                yield Line(self.sheet, (each,), row.first), marked

    def _pieces(self, whole: Stretch, cell: SheetCell, parted: "re.Pattern[str]") -> Iterator[SheetCell]:
        """Yield what holds words of a stretch of a cell, parted."""
        block, start = self.sheet.paragraphs[whole.passage], whole.start
        ends = [] if block.region is Region.COMMENT else [*parted.finditer(block.text, start, whole.end)]
        for end, following in (*(each.span() for each in ends), (whole.end, whole.end)):
            if block.region is not Region.COMMENT and block.text[start:end].strip():
                yield SheetCell((Stretch(whole.passage, start, end),), cell.place)
            start = following

    def _seen(self, cell: SheetCell) -> str:
        return as_seen(self.sheet.words(cell)).strip("\n\t")

    def words(self, index: int) -> tuple[str, ...]:
        """Return the words of a row, part by part, from left to right."""
        if index not in self._words:
            self._words[index] = tuple(map(self._seen, self._rows[index].parts))
        return self._words[index]

    def text(self, index: int) -> str:
        """Return all words of a row, its parts set apart by tabs."""
        return "\t".join(self.words(index))

    def names(self, index: int) -> list[tuple[NameFound, ...]]:
        """Return the people named in a row, part by part."""
        if index not in self._names:
            self._names[index] = [
                list_names(words, self.ordinary) or wrapped_name(words, self._below(index, number), self.ordinary)
                for number, words in enumerate(self.words(index))
            ]
        return self._names[index]

    def where(self, index: int, number: int) -> Place:
        """Return the place of a part."""
        return self.sheet.paragraphs[self._rows[index].parts[number].stretches[0].passage].where

    def column(self, index: int, number: int) -> int | None:
        """Return the column of the grid in which a part stands; None outside tables."""
        place = self._rows[index].parts[number].place
        return place.column if place is not None and self._rows[index].table is not None else None

    def cell(self, index: int, number: int) -> list[int]:
        """Return the parts that are lines of the same cell as a part; none outside tables."""
        column = self.column(index, number)
        return [at for at in range(len(self.words(index))) if column is not None and self.column(index, at) == column]

    def heads(self, index: int, number: int) -> tuple[str, ...]:
        """Return what the cell at the very left says that is merged down to a part, and last what heads its column."""
        row = self._rows[index]
        if row.table is None:
            return ()
        left = [self.sheet.words(each) for each in row.over if each.place is not None and each.place.column == 1]
        above = self.sheet.head(row.parts[number].stretches[0].passage)
        over = "\n".join(self.sheet.paragraphs[at].text for at in above)
        return tuple(" ".join(each.split()) for each in (*left, over) if each)

    def head(self, index: int, number: int) -> str:
        """Return what heads the column of a part; empty where nothing does."""
        return "".join(self.heads(index, number)[-1:])

    def behind(self, index: int, number: int, end: int) -> str:
        """Return what stands behind a place up to the next name, over two more sentences or lines."""
        following = next((each.start for each in self.names(index)[number] if each.start >= end), None)
        words, at = self.words(index)[number][end:following], index + 1
        if following is not None or self._rows[index].table is not None or number + 1 < len(self.words(index)):
            return words
        while at <= index + 2 and self.are_near(at, index) and not any(self.names(at)):
            words, at = f"{words}\n{self.text(at)}", at + 1
        return words

    def is_listed(self, index: int) -> bool:
        """Whether a row is a heading, an item of a list, a row of a table, or a short line: no sentence of prose."""
        return self._listed[index]

    def announces(self, index: int) -> bool:
        """Whether a row ends so that what it tells of stands below: "Our lead’s details are:", "The lead will be"."""
        return 0 <= index < len(self) and _ANNOUNCES.search(self.text(index)) is not None

    def are_near(self, one: int, other: int) -> bool:
        """Whether two rows are of one table, or of no table and of one part of the page; False for no row at all."""
        if not (0 <= one < len(self) and 0 <= other < len(self)):
            return False
        return self._rows[one].table == self._rows[other].table and self.region(one) is self.region(other)

    def top(self, index: int) -> int:
        """Return the first row of the table in which a row stands; of prose the row itself."""
        while index and self[index].table is not None and self[index - 1].table == self[index].table:
            index -= 1
        return index

    def above(self, index: int, most: int) -> Iterator[int]:
        """Yield the rows above, the nearest first, in the same table or over it: those that are listed or announce."""
        for at in range(index - 1, max(-1, index - 1 - most), -1):
            apart = self.region(at) is not self.region(index) or self[at].table not in (self[index].table, None)
            if apart or not (self._listed[at] or self.announces(at)):
                return
            yield at

    def region(self, index: int) -> Region:
        """Return which part of the page a row stands in."""
        return self.sheet.paragraphs[self._rows[index].first].region

    def _below(self, index: int, number: int) -> str:
        """Return what stands below a part in the next line, as where a narrow column of a PDF broke a name over two.

        Empty for the first column and within tables, whose cells keep their lines together.
        """
        listed = self.are_near(index, index + 1) and self._listed[index] and self._listed[index + 1]
        if number == 0 or self._rows[index].table is not None or not listed:
            return ""
        below = self.words(index + 1)
        return below[min(number, len(below) - 1)]
