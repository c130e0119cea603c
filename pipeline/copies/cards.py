"""Cells and passages that hold a person with the name over the role, as posters do.

``scene`` and ``strangers`` ask it beside which role a name stands.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.copies.roles import RoleLabel


@dataclass(frozen=True, slots=True)
class Row:
    """The place of a passage in a table."""

    table: str
    row: int
    column: int


_ROW = re.compile(r"^(?P<table>.*\btable \d+), row (?P<row>\d+)(?:, column (?P<column>\d+))?")


def row_of(where: str) -> Row | None:
    """Return the place in a table that a passage's ``where`` tells, None outside tables."""
    match = _ROW.match(where)
    return Row(match["table"], int(match["row"]), int(match["column"] or 1)) if match else None


def role_on_next_line(text: str, start: int, end: int, labels: Sequence[RoleLabel]) -> tuple[str, ...]:
    """Return the role below the name at ``text[start:end]``, where both are all of two lines; else nothing."""
    if "\n" not in text[end:] or re.sub(r"[\W_]", "", text[:start]):
        return ()
    below = next((label for label in labels if label.start >= end), None)
    if below is None or not re.fullmatch(r"[ \u00a0]*\n\s*", text[end : below.start]):
        return ()
    return (below.role,) if re.match(r"[\s)]*(?:\n|$)", text[below.end :]) else ()


def cell_above(rows: Sequence[Row | None], index: int) -> tuple[int, ...]:
    """Return the passages of the cell above in the same column, by index; empty where there is none."""
    row = rows[index]
    if row is None or row.row == 1:
        return ()
    found: list[int] = []
    for at in range(index - 1, -1, -1):
        its = rows[at]
        if its is None or its.table != row.table or its.row < row.row - 1:
            break
        if its.row == row.row - 1 and its.column == row.column:
            found.insert(0, at)
    return tuple(found)
