"""The one grid of a document: in which cell each of its characters stands, and what stands beside, over and under it.

Facts (``text.lines``), planning (``named.scene``) and the last look (``last_look.lines``) ask it; the words stay those
of the document. A row of a table is a row of cells; every line of prose is one, of one cell or of the columns that
tabs, bars and wide space set. A merged cell stands beside and over everything that it reaches along.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Generic, Protocol, TypeVar

from pipeline.documents.grid import iter_cells
from pipeline.model.documents import Block, BlockKind, Document, Region, Span
from pipeline.places import CellPlace, Place
from pipeline.text.lazily import compiled_lazily
from pipeline.text.passages import Stretch

_GAP = compiled_lazily(r"\t+|\s\|\s?|\|\s|\s{3,}")
"""What parts two columns of a line."""
_LONG_CELL = 400
"""A cell of more characters holds prose: its table is a frame around a page."""


class Paragraph(Protocol):
    """What a sheet is made of: a paragraph, wherever it stands."""

    @property
    def text(self) -> str:
        """Its words."""

    @property
    def where(self) -> Place:
        """Its place, with its cell where it has one."""

    @property
    def region(self) -> Region:
        """Which part of the page it stands in."""

    @property
    def kind(self) -> BlockKind:
        """What it is of: a heading, an item of a list, a paragraph."""

    @property
    def page(self) -> int | None:
        """The page that it begins on; None where nobody knows."""

    @property
    def spans(self) -> tuple[Span, ...]:
        """What it was made of, for the targets of its links."""

    @property
    def edges(self) -> tuple[tuple[float, float], ...]:
        """Of a line of a PDF: left and right of each of its cells, in points. Empty where they are not known."""


Paragraphs_co = TypeVar("Paragraphs_co", bound=Paragraph, covariant=True)


@dataclass(slots=True, unsafe_hash=True)
class SheetCell:
    """One cell of a row: a cell of a table, or a column of a line; made by the thousand and never changed."""

    stretches: tuple[Stretch, ...]
    """Its characters, paragraph by paragraph; what parts it from the next column is its own."""
    place: CellPlace | None = None
    """Where it stands in its table; None in prose."""


class Sheet(Generic[Paragraphs_co]):
    """The paragraphs of a document on their grid; ``sheet[index]`` is the cell of a paragraph, None outside tables.

    Paragraphs are told by their index, cells by their place.
    """

    def __init__(
        self,
        paragraphs: Sequence[Paragraphs_co],
        places: Sequence[CellPlace | None] | None = None,
        *,
        empty: Iterable[CellPlace] = (),
        tables: Mapping[str, Block] | None = None,
    ) -> None:
        """``places``: the cells, where the paragraphs do not know; ``empty`` ones hold none; ``tables`` by name."""
        self.paragraphs = paragraphs
        self.tables = tables or {}
        self._places = tuple([each.where.cell for each in paragraphs]) if places is None else tuple(places)
        self._empty = tuple(empty)
        self._frames: dict[tuple[str, int], bool] = {}

    def __getitem__(self, index: int) -> CellPlace | None:
        return self._places[index]

    def words(self, cell: SheetCell) -> str:
        """Return the words of a cell, each of its paragraphs a line."""
        return "\n".join([self.paragraphs[each.passage].text[each.start : each.end] for each in cell.stretches])

    def covering(self, place: CellPlace) -> tuple[SheetCell, ...]:
        """Return the cells that begin further up and reach into the row in which a cell begins."""
        tall = self._tall.get(place.table, ())
        return tuple(self._cell(each) for each in tall if each.row < place.row < each.row + each.rows)

    def beside(self, place: CellPlace) -> tuple[SheetCell, ...]:
        """Return the cells that begin in the row in which a cell begins, from left to right, itself too."""
        return tuple(self._cell(each) for each in self._starting[place.table, place.row])

    def _cell(self, place: CellPlace) -> SheetCell:
        within = self._within.get(place, ())
        return SheetCell(tuple(Stretch(at, 0, len(self.paragraphs[at].text)) for at in within), place)

    def in_table(self, place: CellPlace | None) -> CellPlace | None:
        """Return the outermost cell around a paragraph that is one of a table; None where there are but frames."""
        around = (each for each in reversed([*_outwards(place)]) if not self._is_frame(each.table, each.row))
        return next(around, None) if place is not None else None

    def _is_frame(self, table: str, row: int) -> bool:
        """Whether a row frames prose or a table of several columns: each of its cells is read by itself."""
        if (table, row) not in self._frames:
            cells = self._starting[table, row]
            self._frames[table, row] = any(
                each in self._with_columns or self._length(each) > _LONG_CELL for each in cells
            )
        return self._frames[table, row]

    def _length(self, cell: CellPlace) -> int:
        """Return how many characters a cell holds, runs of space counted once."""
        words = self.words(self._cell(cell))
        return len(words) if len(words) <= _LONG_CELL else len(" ".join(words.split()))

    @cached_property
    def _all_cells(self) -> tuple[CellPlace, ...]:
        around = (each for cell in self._empty for each in _outwards(cell))
        return tuple(dict.fromkeys((*self._within, *around)))

    @cached_property
    def _starting(self) -> dict[tuple[str, int], list[CellPlace]]:
        """The cells that begin in each row of each table, from left to right."""
        starting: dict[tuple[str, int], list[CellPlace]] = {}
        for cell in sorted(self._all_cells, key=lambda each: each.column):
            starting.setdefault((cell.table, cell.row), []).append(cell)
        return starting

    @cached_property
    def _tall(self) -> dict[str, list[CellPlace]]:
        """The cells of each table that reach over several rows, from left to right."""
        tall: dict[str, list[CellPlace]] = {}
        for cell in sorted(self._all_cells, key=lambda each: each.column):
            if cell.rows > 1:
                tall.setdefault(cell.table, []).append(cell)
        return tall

    @cached_property
    def _with_columns(self) -> frozenset[CellPlace]:
        """The cells that hold a table of several columns, which are not those of the table around it."""
        several = (cells for cells in self._starting.values() if len(cells) > 1)
        return frozenset(cells[0].outer for cells in several if cells[0].outer is not None)

    @cached_property
    def _cells(self) -> dict[CellPlace, list[int]]:
        cells: dict[CellPlace, list[int]] = {}
        for index, place in enumerate(self._places):
            if place is not None:
                cells.setdefault(place, []).append(index)
        return cells

    @cached_property
    def _within(self) -> dict[CellPlace, list[int]]:
        """The passages of each cell with those of the tables inside it."""
        within: dict[CellPlace, list[int]] = {}
        for index, place in enumerate(self._places):
            for each in _outwards(place):
                within.setdefault(each, []).append(index)
        return within

    @cached_property
    def _grid(self) -> dict[tuple[str, int, int], CellPlace]:
        """The cell at each place of each table, by table, row and column."""
        return {
            (cell.table, row, column): cell
            for cell in self._within
            for row in range(cell.row, cell.row + cell.rows)
            for column in range(cell.column, cell.column + cell.columns)
        }

    def _at(self, table: str, rows: Iterable[int], columns: Iterable[int]) -> list[CellPlace]:
        """Return the cells that reach into some rows and columns, each once."""
        across = list(columns)
        places = ((table, row, column) for row in rows for column in across)
        return list(dict.fromkeys(cell for each in places if (cell := self._grid.get(each)) is not None))

    def _paragraphs_of(self, cells: Iterable[CellPlace]) -> list[int]:
        return [index for cell in cells for index in self._cells.get(cell, ())]

    def passages(self, place: CellPlace) -> Sequence[int]:
        """Return the passages of one cell, by index; empty where there is no such cell."""
        return self._cells.get(place, [])

    def before(self, index: int) -> tuple[int, ...]:
        """Return the passages of the nearest filled cell to the left in the same row, empty where there is none."""
        for cell in self.left_of(index):
            if any(self.paragraphs[each].text.strip() for each in cell):
                return tuple(cell)
        return ()

    def left_of(self, index: int, *, outside: bool = False) -> Iterator[Sequence[int]]:
        """Yield the passages to the left, the nearest column first; beside a merged cell those of all its rows.

        Of a table inside another ``outside`` yields then what stands to the left of the cell around it.
        """
        place = self._places[index]
        while place is not None:
            seen: set[CellPlace] = set()
            for column in range(place.column - 1, 0, -1):
                cells = self._at(place.table, range(place.row, place.row + place.rows), (column,))
                yield self._paragraphs_of(cell for cell in cells if cell not in seen)
                seen.update(cells)
            place = place.outer if outside else None

    def right_of(self, index: int) -> Iterator[list[Sequence[int]]]:
        """Yield what stands in each cell to the right, for each row of a passage's cell, the nearest cell first."""
        place = self._places[index]
        if place is None:
            return
        last = max(column for table, _, column in self._grid if table == place.table)
        for row in range(place.row, place.row + place.rows):
            cells = self._at(place.table, (row,), range(place.column + place.columns, last + 1))
            yield [self._within[cell] for cell in cells]

    def under(self, index: int) -> Iterator[int]:
        """Yield every passage further down the table in the columns of a passage's cell."""
        place = self._places[index]
        for at in range(index + 1, len(self._places)) if place is not None else ():
            other = self._places[at]
            assert place is not None
            if other is not None and other.is_in_column_of(place) and other.row >= place.row + place.rows:
                yield at

    def above(self, index: int, *, outside: bool = False) -> Iterator[Sequence[int]]:
        """Yield the passages above, the nearest row first; above a merged cell those of all its columns.

        Of a table inside another ``outside`` yields then what stands above the cell around it.
        """
        place = self._places[index]
        while place is not None:
            seen: set[CellPlace] = set()
            for row in range(place.row - 1, 0, -1):
                cells = self._at(place.table, (row,), range(place.column, place.column + place.columns))
                yield self._paragraphs_of(cell for cell in cells if cell not in seen)
                seen.update(cells)
            place = place.outer if outside else None

    def below(self, index: int) -> Sequence[int]:
        """Return the passages of the cells right under a passage's own."""
        place = self._places[index]
        if place is None:
            return ()
        return self._paragraphs_of(
            self._at(place.table, (place.row + place.rows,), range(place.column, place.column + place.columns))
        )

    def head(self, index: int) -> tuple[int, ...]:
        """Return the passages of the first row's cells above, empty outside tables and in the first row."""
        place = self._places[index]
        if place is None or place.row == 1:
            return ()
        columns = range(place.column, place.column + place.columns)
        return tuple(self._paragraphs_of(self._at(place.table, (1,), columns)))

    def others_in_row(self, index: int) -> Iterator[int]:
        """Yield every other passage of a passage's row, those of its own cell too."""
        place = self._places[index]
        for at, other in enumerate(self._places) if place is not None else ():
            if at != index and other is not None and other.is_in_row_of(place):
                yield at

    @cached_property
    def first_rows(self) -> dict[str, str]:
        """The words of each table's first row, by table."""
        texts: dict[str, str] = {}
        for passage, place in zip(self.paragraphs, self._places, strict=True):
            if place is not None and place.row == 1:
                texts[place.table] = f"{texts.get(place.table, '')} {passage.text}"
        return texts


def _outwards(place: CellPlace | None) -> Iterator[CellPlace]:
    """Yield a cell and those that its table stands in, the innermost first."""
    while place is not None:
        yield place
        place = place.outer


def columns_of_line(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield the ranges of the columns of a line; what parts two of them belongs to the one before."""
    if (end - start > 1 and not text.isprintable()) or "|" in text or "   " in text:
        last = len(text[:end].rstrip())
        for gap in _GAP.finditer(text, start, last):
            yield start, gap.end()
            start = gap.end()
    yield start, end


def leaves_of(
    blocks: Sequence[Block], place: CellPlace | None = None, tables: dict[str, Block] | None = None
) -> Iterator[tuple[Block | None, CellPlace | None]]:
    """Yield every block without rows with the cell it stands in, in reading order; None for what an empty cell holds.

    ``tables`` takes up the tables by name.
    """
    tables = {} if tables is None else tables
    for block in blocks:
        if not block.rows:
            yield block, place
            continue
        name = f"table {len(tables) + 1}"
        tables[name] = block
        for at, cell in iter_cells(block, name, place):
            if cell.blocks:
                yield from leaves_of(cell.blocks, at, tables)
            else:
                yield None, at


def sheet_of(document: Document) -> Sheet[Block]:
    """Return the sheet of a document, each of its blocks without rows a paragraph."""
    tables: dict[str, Block] = {}
    leaves = list(leaves_of(document.blocks, None, tables))
    full = [(block, place) for block, place in leaves if block is not None]
    empty = [place for block, place in leaves if block is None and place is not None]
    return Sheet([block for block, _ in full], [place for _, place in full], empty=empty, tables=tables)
