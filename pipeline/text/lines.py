"""The rows of a sheet: lines of prose and rows of tables, as facts, plans and the last look walk over them.

A row keeps where in the paragraphs each of its cells stands. How the words read, tidied and column by column, is asked
of it; facts read ``list_lines``, where comments are left out and a block with line breaks is several lines.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import count, islice
from operator import attrgetter, eq
from typing import Any

from pipeline.model.documents import BlockKind, Document, Region, Span
from pipeline.places import Place
from pipeline.text.lazily import compiled_lazily
from pipeline.text.passages import Stretch
from pipeline.text.sheet import Paragraph, Sheet, SheetCell, columns_of_line, sheet_of

_ODD_SPACE = str.maketrans(
    {"\u00a0": " ", "\u2007": " ", "\u202f": " ", "\u2009": " ", "\u200b": "", "\ufeff": "", "\u00ad": ""}
)
_SPACES = compiled_lazily(r"[ \r\f\v]+")

_HEADER, _FOOTER = Region.PAGE_HEADER, Region.PAGE_FOOTER

HEAD_LINES = 40
"""How far down the document its own header block may reach."""


@dataclass(eq=False)
class Line:
    """One line of prose, or one row of a table; never changed, what it is asked is worked out once."""

    sheet: Sheet[Paragraph]
    parts: tuple[SheetCell, ...]
    """Its own cells, from left to right: where their words stand in the document."""
    first: int
    """The first paragraph of it."""
    table: int | None = None
    """Which table the row belongs to, from 0; None outside tables."""
    over: tuple[SheetCell, ...] = ()
    """The cells that begin further up and reach into it; of prose in a frame, into the row that it is framed by."""
    number: int = 0
    """Position among the lines, from 0."""

    @cached_property
    def cells(self) -> tuple[str, ...]:
        """The columns, at least one, tidied: of a table those of its grid, empty where another cell covers the place.

        A cell may hold ``\\n``.
        """
        if self.table is None:
            return tuple([tidy(self.sheet.words(each).strip().strip("|")) for each in self.parts])
        cells = [""] * len(self.widths)
        for part in self.parts:
            cells[_column(part)] = tidy(self.sheet.words(part))
        return tuple(cells)

    @cached_property
    def text(self) -> str:
        """All words: ordinary single spaces, cells parted by a tab."""
        return joined_cells(self.cells, self.widths).strip()

    @cached_property
    def _around(self) -> Paragraph:
        """The table of a row where the sheet knows it, its first paragraph otherwise."""
        paragraph = self.sheet.paragraphs[self.first]
        place = self.parts[0].place if self.table is not None else None
        return self.sheet.tables.get(place.table, paragraph) if place is not None else paragraph

    @cached_property
    def kind(self) -> BlockKind:
        """What it is a line of."""
        return BlockKind.TABLE if self.table is not None else self._around.kind

    @cached_property
    def region(self) -> Region:
        """Which part of the page it stands in."""
        return self._around.region

    @property
    def page(self) -> int | None:
        """Which page it stands on; None where nobody knows."""
        return self._around.page

    @cached_property
    def where(self) -> Place:
        """Where it stands in the document."""
        return self._place_of(self.parts[0])

    @cached_property
    def places(self) -> tuple[Place, ...]:
        """The place of each cell, as long as ``cells``."""
        if self.table is None:
            return (self.where,) * len(self.cells)
        places = [self.where] * len(self.cells)
        for part in self.parts:
            first = _column(part)
            places[first : first + self.widths[first]] = [self._place_of(part)] * self.widths[first]
        return tuple(places)

    def _place_of(self, part: SheetCell) -> Place:
        return self.sheet.paragraphs[part.stretches[0].passage].where if part.stretches else self._around.where

    @property
    def spans(self) -> tuple[Span, ...]:
        """What the line was made of, for the targets of its links."""
        numbers = dict.fromkeys(each.passage for part in self.parts for each in part.stretches)
        return tuple([span for number in numbers for span in self.sheet.paragraphs[number].spans])

    @cached_property
    def widths(self) -> tuple[int, ...]:
        """Of a row of a table: how many columns each of ``cells`` spans, 0 where another cell covers the place."""
        if self.table is None:
            return ()
        widths = [0] * max(_column(each) + _columns(each) for each in (*self.parts, *self.over))
        for part in self.parts:
            widths[_column(part)] = _columns(part)
        return tuple(widths)

    @cached_property
    def merged(self) -> tuple[str, ...]:
        """By column, the words of cells that begin further up and were merged down over a row of a table.

        Of a text that was taken out of its cell, those of the cells at its left. Empty where there are none.
        """
        if self.table is None:
            place = self.sheet[self.first] if self.over else None
            left = [each for each in self.over if place is not None and _column(each) < place.column - 1]
            return tuple([tidy(self.sheet.words(each)) for each in left])
        merged = [""] * len(self.widths)
        for part in self.over:
            first = _column(part)
            merged[first : first + _columns(part)] = [tidy(self.sheet.words(part))] * _columns(part)
        return tuple(merged) if any(merged) else ()

    @cached_property
    def edges(self) -> tuple[tuple[float, float], ...]:
        """Of a line of a PDF: left and right of each cell, in points. Empty where they are not known."""
        edges = self._around.edges
        return edges if self.table is None and len(edges) == len(self.cells) else ()

    @property
    def is_furniture(self) -> bool:
        """Whether the line is a running header or footer."""
        return self.region is _HEADER or self.region is _FOOTER

    def as_number(self, number: int) -> "Line":
        """Return the line with another position among the lines."""
        return self if self.number == number else self._seen_as(number=number)

    def _seen_as(self, **answers: Any) -> "Line":
        """Return the line with other answers to what it is asked; its cells stay those of the document."""
        line: Line = object.__new__(Line)
        line.__dict__.update(self.__dict__, **answers)
        return line

    def starts(self) -> list[tuple[int, int]]:
        """Return where in ``text`` each cell begins that is its row's own, as pairs of column and position.

        The position of an empty cell at the very left, which ``text`` leaves out, is below 0.
        """
        joined = joined_cells(self.cells, self.widths)
        position, starts = len(joined.lstrip()) - len(joined), []
        for column in range(len(self.cells)):
            if not self.widths or self.widths[column]:
                starts.append((column, position))
                position += len(self.cells[column]) + 1
        return starts

    def column_at(self, position: int) -> int:
        """Return the column of the cell in which a position of ``text`` stands, from 0."""
        return max((column for column, start in self.starts() if start <= position), default=0)

    def start_of(self, column: int) -> int:
        """Return where in ``text`` the cell of a column begins."""
        return dict(self.starts())[column]

    def covering(self, column: int) -> str:
        """Return the words of the cell that reaches over a column, merged ones too; empty where there is none."""
        if column < len(self.merged) and self.merged[column]:
            return self.merged[column]
        at = column
        while 0 < at < len(self.widths) and not self.widths[at]:
            at -= 1
        width = self.widths[at] if at < len(self.widths) else 1
        return self.cells[at] if at < len(self.cells) and column < at + width else ""

    def facing(self, column: int, other: "Line") -> list[int] | None:
        """Return which cells of another line stand over or under a column on the page; None where nobody knows."""
        if not self.edges or not other.edges:
            return None
        left, right = self.edges[column]
        return [at for at, (begins, ends) in enumerate(other.edges) if min(right, ends) > max(left, begins)]

    def with_cells(self, cells: Sequence[str], *, places: Sequence[Place] | None = None) -> "Line":
        """Return a view of the line with other words in its columns; ``places`` where it has others than before.

        Of others than its first ones nobody knows where on the page they stand, and without ``places`` each stands
        where the line does.
        """
        kept = len(cells) == len(self.cells) or tuple(cells) == self.cells[: len(cells)]
        told = self.places[: len(cells)] if kept else (self.where,) * len(cells)
        return self._seen_as(
            text=joined_cells(cells, self.widths).strip(),
            cells=tuple(cells),
            places=told if places is None else tuple(places),
            edges=self.edges[: len(cells)] if kept else (),
        )


def _column(cell: SheetCell) -> int:
    """Return the column of its table in which a cell begins, from 0."""
    return cell.place.column - 1 if cell.place is not None else 0


def _columns(cell: SheetCell) -> int:
    return cell.place.columns if cell.place is not None else 1


def joined_cells(cells: Sequence[str], widths: Sequence[int]) -> str:
    """Return the words of a row's own cells, parted by tabs, on one line."""
    if len(cells) == 1 and not widths:
        return cells[0].replace("\n", " ")
    own = (cell for column, cell in enumerate(cells) if not widths or widths[column])
    return "\t".join(cell.replace("\n", " ") for cell in own)


def tidy(text: str) -> str:
    """Return ``text`` with ordinary single spaces and its line breaks kept."""
    text = _plain_spaces(text)
    if text.isprintable() and "  " not in text:
        return text.strip()
    return "\n".join(_SPACES.sub(" ", part).strip() for part in text.split("\n")).strip()


_IS_ODD_SPACE = compiled_lazily(f"[{''.join(map(chr, _ODD_SPACE))}]")


def _plain_spaces(text: str) -> str:
    return text if text.isascii() or not _IS_ODD_SPACE.search(text) else text.translate(_ODD_SPACE)


def rows_of(sheet: Sheet[Paragraph]) -> Iterator[Line]:
    """Yield all rows in reading order: each character of each paragraph stands in one cell of one of them."""
    seen: set[tuple[str, int]] = set()
    tables: dict[str, int] = {}
    for index in range(len(sheet.paragraphs)):
        cell = sheet.in_table(sheet[index])
        if cell is None:
            yield from _lines_of(sheet, index)
        elif (cell.table, cell.row) not in seen:
            seen.add((cell.table, cell.row))
            yield Line(
                sheet, sheet.beside(cell), index, tables.setdefault(cell.table, len(tables)), sheet.covering(cell)
            )


def _lines_of(sheet: Sheet[Paragraph], index: int) -> Iterator[Line]:
    """Yield the lines of a paragraph as rows of prose."""
    text, place, start = sheet.paragraphs[index].text, sheet[index], 0
    over = sheet.covering(place) if place is not None else ()
    while start == 0 or start < len(text):
        end = min(text.find("\n", start) + 1 or max(1, len(text)), len(text))
        yield _prose(sheet, Stretch(index, start, end), over)
        start = max(1, end)


def _prose(sheet: Sheet[Paragraph], whole: Stretch, over: tuple[SheetCell, ...]) -> Line:
    columns = columns_of_line(sheet.paragraphs[whole.passage].text, whole.start, whole.end)
    cells = [SheetCell((Stretch(whole.passage, *each),)) for each in columns]
    return Line(sheet, tuple(cells), whole.passage, None, over)


def list_lines(document: Document) -> tuple[Line, ...]:
    """Return the lines of ``document`` in reading order, empty ones left out."""
    return _within_reach(lines_on(sheet_of(document)))


def lines_on(sheet: Sheet[Paragraph]) -> tuple[Line, ...]:
    """Return the rows of a sheet without comments and what is empty, numbered; endless ones of prose in pieces."""
    rows = (row for row in rows_of(sheet) if sheet.paragraphs[row.first].region is not Region.COMMENT)
    pieces = (_filled(piece) for row in rows for each in _apart(row) for piece in _pieces(each))
    return numbered(line for line in pieces if line.text)


def _filled(line: Line) -> Line:
    """Return a line of prose without its empty cells."""
    if line.table is not None or all(line.cells):
        return line
    parts = tuple([part for part, words in zip(line.parts, line.cells, strict=True) if words])
    return Line(line.sheet, parts, line.first, None, line.over) if parts else line


def _within_reach(lines: tuple[Line, ...]) -> tuple[Line, ...]:
    """Leave out the middle of a text longer than any policy: its own facts stand at the start and at the end."""
    if sum(len(line.text) for line in lines) <= _HEAD_REACH + _TAIL_REACH:
        return lines
    head, tail = _take(lines, _HEAD_REACH), _take(lines[::-1], _TAIL_REACH)[::-1]
    return numbered([*head, *tail])


def first_of_body(lines: Iterable[Line], most: int) -> list[Line]:
    """Return the first lines that are no running header or footer, ``most`` at the most."""
    return list(islice((line for line in lines if line.region is not _HEADER and line.region is not _FOOTER), most))


def first_of_furniture(lines: Iterable[Line], most: int) -> list[Line]:
    """Return the first lines of running headers and footers, ``most`` at the most."""
    return list(islice((line for line in lines if line.region is _HEADER or line.region is _FOOTER), most))


def numbered(lines: Iterable[Line]) -> tuple[Line, ...]:
    """Return lines numbered anew from 0; mostly they are already."""
    whole = tuple(lines)
    if all(map(eq, map(attrgetter("number"), whole), count())):
        return whole
    return tuple(line.as_number(number) for number, line in enumerate(whole))


def _take(lines: Sequence[Line], characters: int) -> list[Line]:
    taken = []
    for line in lines:
        characters -= len(line.text)
        if characters < 0:
            break
        taken.append(line)
    return taken


def _apart(row: Line) -> Iterable[Line]:
    """Return a row, or the lines of one that has but one cell: they are prose."""
    if row.table is None or len(row.parts) > 1 or row.over:
        return (row,)
    return (line for each in row.parts[0].stretches for line in _lines_of(row.sheet, each.passage))


def _pieces(row: Line) -> Iterator[Line]:
    """Yield a row, an endless one of prose in pieces, for what is looked for never needs more at once."""
    start, end = row.parts[0].stretches[0].start if row.table is None else 0, 0
    if row.table is not None or (end := row.parts[-1].stretches[-1].end) - start <= LONGEST_LINE:
        yield row
        return
    text = row.sheet.paragraphs[row.first].text
    while start < end:
        cut = text.rfind(" ", start + 1, start + LONGEST_LINE) if end - start > LONGEST_LINE else end
        cut = cut if cut > start else start + LONGEST_LINE
        yield _prose(row.sheet, Stretch(row.first, start, cut), row.over)
        start = cut


LONGEST_LINE = 1500
_HEAD_REACH, _TAIL_REACH = 800_000, 200_000
"""Characters. The longest policies have some 150,000."""
