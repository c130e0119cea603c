"""Put the cells of a table on a grid without holes or overlaps, as a page needs it. Used by ``layout`` alone."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.documents.grid import GridCell, place_cells
from pipeline.model.documents import Cell

_LABEL = re.compile(
    r"(?:(?:policy|document|date|next|last|review|version|approved|adopted|ratified|agreed|signed|status|author|owner"
    r"|prepared|written|effective|chair|governor)\b)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class PlacedCell:
    """A cell with its place; rows and columns count from 0."""

    x: int
    y: int
    columns: int
    rows: int
    cell: Cell | None
    """None where a hole was filled."""


@dataclass(frozen=True, slots=True)
class Grid:
    """A table ready to be set."""

    columns: int
    header_rows: int
    cells: tuple[PlacedCell, ...]
    """By row, then column; together they cover the grid once."""
    is_data: bool
    """Rows under column headings; else cells side by side (labels and values, a frame), which have no headings."""


_MOST_COLUMNS = 40
_LETTERS_ACROSS = 85
"""Of a table's print that stand side by side on a page."""


def grid_of(rows: Sequence[Sequence[Cell]]) -> Grid:
    """Return the grid of a table; a cell that would overlap or stick out is cut to what is free."""
    header_rows = _header_rows(rows)
    placed = [_within(each, header_rows) for row in place_cells(rows) for each in row if each.column < _MOST_COLUMNS]
    taken = {
        (x, y)
        for each in placed
        for x in range(each.x, each.x + each.columns)
        for y in range(each.y, each.y + each.rows)
    }
    width = max((x for x, _ in taken), default=0) + 1
    holes = [(x, y) for y in range(len(rows)) for x in range(width) if (x, y) not in taken]
    placed += [PlacedCell(x, y, 1, 1, None) for x, y in holes]
    return Grid(width, header_rows, tuple(sorted(placed, key=lambda each: (each.y, each.x))), header_rows > 0)


def _within(each: GridCell, header_rows: int) -> PlacedCell:
    """Cut a cell at the edge of the page, and at the end of the rows that are repeated on every page."""
    rows = min(each.rows, header_rows - each.row) if each.row < header_rows else each.rows
    return PlacedCell(each.column, each.row, min(each.columns, _MOST_COLUMNS - each.column), rows, each.cell)


def _header_rows(rows: Sequence[Sequence[Cell]]) -> int:
    """The rows at the top that hold column headings: those marked so, else a first row that reads like one."""
    count = 0
    for row in rows:
        if not row or not all(cell.header for cell in row):
            break
        count += 1
    if 0 < count < len(rows):
        return count
    return 1 if _reads_like_headings(rows) else 0


def _reads_like_headings(rows: Sequence[Sequence[Cell]]) -> bool:
    if len(rows) < 2 or max(sum(cell.columns for cell in row) for row in rows) < 2:
        return False
    texts = [cell.text.strip() for cell in rows[0]]
    if not all(0 < len(text) <= 80 and not text.endswith(":") and "__" not in text for text in texts):
        return False
    labels = [row[0].text.strip() for row in rows if len(row) == 2]
    if any(label.endswith(":") for label in labels) or sum(map(_is_label, labels)) >= 2:
        return False
    return not any(cell.rows > 1 for cell in rows[0])


def _is_label(text: str) -> bool:
    """Whether a cell names something a policy says of itself: its owner, a date, its version."""
    return _LABEL.match(text) is not None and len(text) <= 40


def column_widths(grid: Grid) -> list[float]:
    """Shares of the width, by the longest word and the amount of text in each column."""
    shares = _longest_words(grid)
    for each in grid.cells:
        if each.cell is not None and each.columns == 1:
            shares[each.x] = max(shares[each.x], min(len(each.cell.text), 400) ** 0.5 * 2)
    return shares


def _longest_words(grid: Grid) -> list[float]:
    """The letters a column needs for its longest word, and room around it."""
    needed = [6.0] * grid.columns
    for each in grid.cells:
        if each.cell is not None and each.columns == 1:
            longest = max(map(len, each.cell.text.split()), default=0)
            needed[each.x] = max(needed[each.x], min(longest, 30) + 2)
    return needed


def is_tight(grid: Grid) -> bool:
    """Return whether the columns are too narrow for their words, which then ran into the next column."""
    widths = column_widths(grid)
    return any(
        needed > _LETTERS_ACROSS * width / sum(widths)
        for needed, width in zip(_longest_words(grid), widths, strict=True)
    )
