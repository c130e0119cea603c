"""The lines of a document, as the readers of facts walk over them.

A block with line breaks is several lines, a table is one line a row with its cells kept apart, and text set in columns
by tabs, bars or wide space is cut into cells the same way. Comments are left out.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, fields, replace
from itertools import count, islice
from operator import attrgetter, eq

from pipeline.model import Block, BlockKind, Document, Region, Span
from pipeline.places import Place
from pipeline.text.lazily import compiled_lazily
from pipeline.text.sheet import Sheet, SheetRow, columns_of_line, sheet_of

_ODD_SPACE = str.maketrans(
    {"\u00a0": " ", "\u2007": " ", "\u202f": " ", "\u2009": " ", "\u200b": "", "\ufeff": "", "\u00ad": ""}
)
_SPACES = compiled_lazily(r"[ \r\f\v]+")

_HEADER, _FOOTER = Region.PAGE_HEADER, Region.PAGE_FOOTER

HEAD_LINES = 40
"""How far down the document its own header block may reach."""


@dataclass(slots=True, unsafe_hash=True)
class Line:
    """One line of a document, or one row of a table; made by the thousand, so not frozen, and never changed."""

    text: str
    """Tidied: ordinary single spaces, cells parted by a tab."""
    cells: tuple[str, ...]
    """The columns, at least one; empty ones are left out outside tables. A cell may hold ``\\n``.

    Of a table the columns of its grid: what a cell covers beside itself, or from further up, is empty.
    """
    where: Place
    places: tuple[Place, ...]
    """The place of each cell, as long as ``cells``."""
    number: int
    """Position among the lines, from 0."""
    kind: BlockKind
    region: Region
    table: int | None = None
    """Which table the row belongs to, from 0; None outside tables."""
    page: int | None = None
    spans: tuple[Span, ...] = ()
    """What the line was made of, for the targets of its links."""
    widths: tuple[int, ...] = ()
    """Of a row of a table: how many columns each of ``cells`` spans, 0 where another cell covers the place."""
    merged: tuple[str, ...] = ()
    """Of a row of a table: by column, the words of cells that begin further up and were merged down over it; of a
    text that was taken out of its cell, those of the cells at its left. Empty where there are none."""
    edges: tuple[tuple[float, float], ...] = ()
    """Of a line of a PDF: left and right of each cell, in points. Empty where they are not known."""

    @property
    def is_furniture(self) -> bool:
        """Whether the line is a running header or footer."""
        return self.region is _HEADER or self.region is _FOOTER

    def as_number(self, number: int) -> "Line":
        """Return the line with another position among the lines."""
        return self if self.number == number else _with_number(self, number)

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

    def with_cells(self, cells: Sequence[str], *, places: Sequence[Place] | None = None) -> "Line":
        """Return the line with other words in its columns; ``places`` where it has others than before.

        Of another number of cells nobody knows where on the page they stand, and without ``places`` each stands where
        the line does.
        """
        text = joined_cells(cells, self.widths).strip()
        same = len(cells) == len(self.cells)
        told = self.places if same else (self.where,) * len(cells)
        edges = self.edges if same else ()
        return replace(
            self, text=text, cells=tuple(cells), places=told if places is None else tuple(places), edges=edges
        )


_FIELDS = [each.name for each in fields(Line)]
_values_of = attrgetter(*_FIELDS)


def _with_number(line: Line, number: int) -> Line:
    """Return what ``replace`` would, which takes several times as long for a class of so many fields."""
    values = list(_values_of(line))
    values[_FIELDS.index("number")] = number
    return Line(*values)


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


def list_lines(document: Document) -> tuple[Line, ...]:
    """Return the lines of ``document`` in reading order, empty ones left out."""
    return _within_reach([line for line, _ in lines_on(sheet_of(document))])


def lines_on(sheet: Sheet[Block]) -> list[tuple[Line, SheetRow]]:
    """Return the lines of a sheet, each with the row of cells that it is, empty ones left out."""
    lines: list[tuple[Line, SheetRow]] = []
    for row in sheet.rows:
        if sheet.paragraphs[row.first].region is not Region.COMMENT:
            for each in _apart(sheet, row):
                lines += [(line, each) for line in _lines_of(sheet, each, len(lines))]
    return lines


def _within_reach(lines: list[Line]) -> tuple[Line, ...]:
    """Leave out the middle of a text longer than any policy: its own facts stand at the start and at the end."""
    if sum(len(line.text) for line in lines) <= _HEAD_REACH + _TAIL_REACH:
        return tuple(lines)
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


def _take(lines: list[Line], characters: int) -> list[Line]:
    taken = []
    for line in lines:
        characters -= len(line.text)
        if characters < 0:
            break
        taken.append(line)
    return taken


def _apart(sheet: Sheet[Block], row: SheetRow) -> Iterable[SheetRow]:
    """Return a row, or the lines of one that has but one cell: they are prose."""
    if row.table is None or len(row.cells) > 1 or row.covering:
        return (row,)
    return (line for each in row.cells[0].stretches for line in sheet.lines(each.passage))


def _lines_of(sheet: Sheet[Block], row: SheetRow, number: int) -> Iterator[Line]:
    """Yield the line that a row is, an endless one of prose in pieces, numbered from ``number``; no empty ones."""
    if row.table is not None:
        if (line := _row_of(sheet, row, number)).text:
            yield line
        return
    block = sheet.paragraphs[row.first]
    text, where = block.text[row.cells[0].stretches[0].start : row.cells[-1].stretches[-1].end], block.where
    place = sheet[row.first]
    left = [each for each in row.covering if place is not None and each.place and each.place.column < place.column]
    merged = tuple([tidy(sheet.words(each)) for each in left])
    whole = len(text) <= _LONGEST_LINE
    for part in [text] if whole else _parts(text):
        pieces = [sheet.words(each) for each in row.cells] if whole else _columns(part)
        cells = (
            [tidy(piece.strip().strip("|")) for piece in pieces]
            if len(pieces) > 1
            else [tidy(piece) for piece in pieces]
        )
        cells = [cell for cell in cells if cell]
        if not cells:
            continue
        yield Line(
            text=joined_cells(cells, ()),
            cells=tuple(cells),
            where=where,
            places=(where,) * len(cells),
            number=number,
            kind=block.kind,
            region=block.region,
            page=block.page,
            spans=block.spans,
            merged=merged,
            edges=block.edges if len(block.edges) == len(cells) else (),
        )
        number += 1


def _columns(text: str) -> list[str]:
    return [text[start:end] for start, end in columns_of_line(text, 0, len(text))]


def _row_of(sheet: Sheet[Block], row: SheetRow, number: int) -> Line:
    """Return the line that a row of a table is."""
    own = [(cell.place, cell) for cell in row.cells if cell.place is not None]
    over = [(cell.place, cell) for cell in row.covering if cell.place is not None]
    table = sheet.tables[own[0][0].table]
    width = max(place.column + place.columns - 1 for place, _ in (*own, *over))
    told = [sheet.paragraphs[cell.stretches[0].passage].where if cell.stretches else table.where for _, cell in own]
    words, merged, widths, where = [""] * width, [""] * width, [0] * width, [told[0]] * width
    for (place, cell), at in zip(own, told, strict=True):
        first, behind = place.column - 1, place.column - 1 + place.columns
        words[first], widths[first] = tidy(sheet.words(cell)), place.columns
        where[first:behind] = [at] * place.columns
    for place, cell in over:
        merged[place.column - 1 : place.column - 1 + place.columns] = [tidy(sheet.words(cell))] * place.columns
    return Line(
        text=joined_cells(words, widths).strip(),
        cells=tuple(words),
        where=told[0],
        places=tuple(where),
        number=number,
        kind=table.kind,
        region=table.region,
        table=row.table,
        page=table.page,
        spans=tuple(
            [span for _, cell in own for each in cell.stretches for span in sheet.paragraphs[each.passage].spans]
        ),
        widths=tuple(widths),
        merged=tuple(merged) if any(merged) else (),
    )


_LONGEST_LINE = 1500
_HEAD_REACH, _TAIL_REACH = 800_000, 200_000
"""Characters. The longest policies have some 150,000."""


def _parts(text: str) -> Iterator[str]:
    """Yield the lines of ``text``, an endless one in pieces, for what is looked for never needs more at once."""
    for part in text.split("\n"):
        while len(part) > _LONGEST_LINE:
            cut = part.rfind(" ", 1, _LONGEST_LINE)
            cut = cut if cut > 0 else _LONGEST_LINE
            yield part[:cut]
            part = part[cut:]
        yield part
