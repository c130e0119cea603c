"""Where the cells of a PDF's lines stand: which column a cell belongs to, by where the lines of a table begin."""

from collections.abc import Sequence

from pipeline.text.lines import Line

Edges = tuple[float, float]
"""Left and right of a cell, in points."""
ALIGNED = 3.0
"""How far from each other the lines of one column may begin, in points."""
_NO_END = float("inf")


def column_of(edge: Edges, columns: Sequence[Edges]) -> int | None:
    """Return the column in which a cell begins and ends; None where none is."""
    left, right = edge
    last = len(columns) - 1
    for at, (begins, _) in enumerate(columns):
        if abs(begins - left) < ALIGNED and right < (columns[at + 1][0] if at < last else _NO_END):
            return at
    return None


def columns_of(lines: Sequence[Line]) -> list[Edges]:
    """Return left and right of the first cell of each column of ``lines``, from left to right."""
    columns: list[Edges] = []
    for edge in (edge for line in lines for edge in line.edges):
        if not any(abs(edge[0] - begins) < ALIGNED for begins, _ in columns):
            columns.append(edge)
    return sorted(columns)
