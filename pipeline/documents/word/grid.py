"""The grid of a Word table: in which columns and rows each ``w:tc`` stands, merged cells counted.

Below ``walk`` (which tells each paragraph its cell) and ``blocks`` (which makes the rows of the model).

Source: ECMA-376 part 1, 17.4.14 and 17.4.15 (gridAfter, gridBefore), 17.4.17 (gridSpan), 17.4.22 (hMerge), 17.4.84
(vMerge).
"""

from collections.abc import Sequence
from dataclasses import dataclass

from lxml import etree

from pipeline.documents.grid import MOST_COLUMNS
from pipeline.documents.word.controls import iter_cells, iter_rows
from pipeline.documents.word.names import VAL, w
from pipeline.places import CellPlace

Element = etree._Element

_MAX_ROWS = 1000
"""A merged cell claims at most this many rows; more would be an attempt to fill the memory."""
_ROW_PROPERTIES, _CELL_PROPERTIES = w("trPr"), w("tcPr")
_SPAN, _BEFORE = w("gridSpan"), w("gridBefore")
_DOWN, _ACROSS = w("vMerge"), w("hMerge")
_CONTINUES = "continue"
"""What a merge says that is not told to begin."""


@dataclass(slots=True)
class WordCell:
    """One ``w:tc`` on the grid; rows and columns count from 0."""

    element: Element
    row: int
    column: int
    columns: int
    rows: int = 1
    before: int = 0
    """Columns that the row leaves free right before it."""
    into: "WordCell | None" = None
    """The cell to the left or above that it is merged into, whose words alone are shown."""

    def place(self, table: str, outer: CellPlace | None) -> CellPlace:
        """Return where it stands in ``table``; a merged cell stands where the whole does."""
        whole = self.into or self
        return CellPlace(table, whole.row + 1, whole.column + 1, whole.rows, whole.columns, outer)


def word_grid(table: Element) -> list[tuple[Element, list[WordCell]]]:
    """Return each row of a table with its cells, those that are merged into others included."""
    grid: list[tuple[Element, list[WordCell]]] = []
    open_above: dict[int, WordCell] = {}
    for number, row in enumerate(iter_rows(table)):
        cells, downwards = _cells_of(row, number)
        still_open: dict[int, WordCell] = {}
        for cell in cells:
            merge, above = downwards.get(cell.column), open_above.get(cell.column)
            if cell.into is not None or merge is None:
                continue
            if merge == _CONTINUES and above is not None and above.columns == cell.columns and above.rows < _MAX_ROWS:
                cell.into = above
                above.rows += 1
                still_open[cell.column] = above
            elif merge != _CONTINUES:
                still_open[cell.column] = cell
        open_above = still_open
        grid.append((row, cells))
    return grid


def _cells_of(row: Element, number: int) -> tuple[list[WordCell], dict[int, str]]:
    """Return the cells of a row, and the marks of merges downwards by column."""
    cells: list[WordCell] = []
    downwards: dict[int, str] = {}
    before = next((_number(each, _BEFORE, 0) for each in row.iterchildren(_ROW_PROPERTIES)), 0)
    column, first = before, before
    for element in iter_cells(row):
        columns, down, across = 1, None, None
        for properties in element.iterchildren(_CELL_PROPERTIES):
            columns = _number(properties, _SPAN, 1)
            down, across = _mark(properties, _DOWN), _mark(properties, _ACROSS)
        cell = WordCell(element, number, column, columns, before=first)
        if across == _CONTINUES and cells:
            cell.into = cells[-1].into or cells[-1]
            cell.into.columns += columns
        elif down is not None:
            downwards[column] = down
        cells.append(cell)
        column, first = column + columns, 0
    return cells, downwards


def _mark(properties: Element, name: str) -> str | None:
    """Return what a merge says of itself, None where there is no such mark."""
    return next((mark.get(VAL, _CONTINUES) for mark in properties.iterchildren(name)), None)


def _number(properties: Element, name: str, otherwise: int) -> int:
    for held in properties.iterchildren(name):
        given = held.get(VAL, "")
        if given.isdigit():
            return min(max(int(given), otherwise), MOST_COLUMNS)
    return otherwise


def shown_cells(cells: Sequence[WordCell]) -> list[WordCell]:
    """Return the cells of a row that are shown for themselves."""
    return [cell for cell in cells if cell.into is None]
