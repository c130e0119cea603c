"""The tables of a document as planning sees them: in which cell a passage stands, and what stands beside and above it.

By the grid of the table: a merged cell stands beside and above everything it reaches over. ``named.scene`` holds it
with the passages.
"""

from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property

from pipeline.places import CellPlace
from pipeline.text.passages import Passage


class Cells:
    """The cells of a document; ``cells[index]`` is that of a passage, None outside tables."""

    def __init__(self, passages: Sequence[Passage]) -> None:
        self._passages = passages
        self._places = tuple([each.cell for each in passages])

    def __getitem__(self, index: int) -> CellPlace | None:
        return self._places[index]

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
            while place is not None:
                within.setdefault(place, []).append(index)
                place = place.outer
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

    def _passages_of(self, cells: Iterable[CellPlace]) -> list[int]:
        return [index for cell in cells for index in self._cells.get(cell, ())]

    def passages(self, place: CellPlace) -> Sequence[int]:
        """Return the passages of one cell, by index; empty where there is no such cell."""
        return self._cells.get(place, [])

    def before(self, index: int) -> tuple[int, ...]:
        """Return the passages of the nearest filled cell to the left in the same row, empty where there is none."""
        for cell in self.left_of(index):
            if any(self._passages[each].text.strip() for each in cell):
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
                yield self._passages_of(cell for cell in cells if cell not in seen)
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
                yield self._passages_of(cell for cell in cells if cell not in seen)
                seen.update(cells)
            place = place.outer if outside else None

    def below(self, index: int) -> Sequence[int]:
        """Return the passages of the cells right under a passage's own."""
        place = self._places[index]
        if place is None:
            return ()
        return self._passages_of(
            self._at(place.table, (place.row + place.rows,), range(place.column, place.column + place.columns))
        )

    def head(self, index: int) -> tuple[int, ...]:
        """Return the passages of the first row's cells above, empty outside tables and in the first row."""
        place = self._places[index]
        if place is None or place.row == 1:
            return ()
        columns = range(place.column, place.column + place.columns)
        return tuple(self._passages_of(self._at(place.table, (1,), columns)))

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
        for passage, place in zip(self._passages, self._places, strict=True):
            if place is not None and place.row == 1:
                texts[place.table] = f"{texts.get(place.table, '')} {passage.text}"
        return texts
