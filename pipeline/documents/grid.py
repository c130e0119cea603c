"""Where the cells of a table stand on its grid: the one place that counts merged cells and gaps.

In go the rows of a table as a reader of files made them, out come the same cells with grid row and grid column. The
sheet (``text.sheet``) that facts, plans and the last look ask, and the layout of pages take a table's columns from it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from pipeline.model.documents import Block, Cell
from pipeline.places import CellPlace

MOST_COLUMNS = 63
"""Of a table that Word can make; a cell that claims to be wider is an attempt to fill the memory.

Source: Microsoft, "Operating parameter limitations and specifications in Word".
"""


@dataclass(frozen=True, slots=True)
class GridCell:
    """A cell with its place on the grid; rows and columns count from 0."""

    cell: Cell
    row: int
    column: int
    rows: int
    columns: int


def place_cells(rows: Sequence[Sequence[Cell]]) -> list[list[GridCell]]:
    """Return the cells of each row with their places; what would overlap or stick out below is cut to what is free."""
    taken: set[tuple[int, int]] = set()
    placed: list[list[GridCell]] = []
    for number, row in enumerate(rows):
        column, found = 0, []
        for cell in row:
            column += min(cell.before, MOST_COLUMNS) if cell.before else 0
            while (number, column) in taken:
                column += 1
            columns = _free(taken, number, column, min(max(1, cell.columns), max(1, MOST_COLUMNS - column)))
            down = max(1, min(cell.rows, len(rows) - number))
            taken.update((number + y, column + x) for y in range(down) for x in range(columns))
            found.append(GridCell(cell, number, column, down, columns))
            column += columns
        placed.append(found)
    return placed


def _free(taken: set[tuple[int, int]], row: int, column: int, wanted: int) -> int:
    return next((offset for offset in range(1, wanted) if (row, column + offset) in taken), wanted)


def without_empty_rows(rows: Sequence[Sequence[Cell]]) -> tuple[tuple[Cell, ...], ...]:
    """Return the rows in which a cell begins; cells merged down over one that goes are a row lower."""
    there = [bool(row) for row in rows]
    return tuple(
        tuple(
            replace(cell, rows=max(1, sum(there[number : number + cell.rows]))) if cell.rows > 1 else cell
            for cell in row
        )
        for number, row in enumerate(rows)
        if row
    )


def iter_cells(table: Block, name: str, outer: CellPlace | None) -> Iterator[tuple[CellPlace, Cell]]:
    """Yield the cells of a table in reading order, each with its place; ``name`` tells the table from all others."""
    for row in place_cells(table.rows):
        for each in row:
            yield CellPlace(name, each.row + 1, each.column + 1, each.rows, each.columns, outer), each.cell
