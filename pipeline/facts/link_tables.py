"""Read the policies that a table lists at the words announcing them, a line of a cell each.

For ``links``, which finds the words and reads every list that is none of a table.
"""

import re
from collections.abc import Iterator, Sequence

from pipeline.facts.listed_policies import is_policy, names_of_item, run_on
from pipeline.labels.listed import find_labels
from pipeline.text.lines import Line

_BULLET = re.compile(r"^\s*(?:[•\-–*·▪●\ue000-\uf8ff➢✓]|o(?=\s)|\d{1,2}[.)])\s*")
_ONLY_ANNOUNCED = re.compile(
    r"^[\s():,*/&-]*(?:(?:and|or)\s+(?:\w+\s+)?(?:policies|procedures|documents|documentation|guidance|legislation))?"
    r"[\s():*-]*$",
    re.IGNORECASE,
)
_LONGEST_ITEM = 90
_MOST_BELOW = 12


def names_in_cells(lines: Sequence[Line], line: Line, start: int, end: int) -> list[str]:
    """Return the policies in the cells at an announcement, ``start`` to ``end`` of ``line``'s text.

    They stand under it in its own cell, in those to the right, in rows below that leave its column empty, or, where it
    heads a column, in the cell under it. Empty where none of these cells holds a list.
    """
    if line.table is None:
        return []
    column = line.column_at(start)
    offset = end - line.start_of(column)
    own = line.cells[column]
    first, *under = own[offset:].split("\n")
    if offset > len(own) or not _ONLY_ANNOUNCED.match(first):
        return []
    beside = list(_up_to_label(line.cells[column + 1 :]))
    below = [cell for row in _rows_below(lines, line, column) for cell in row.cells[column + 1 :]] if beside else []
    if not under and not any(cell.strip() for cell in beside):
        beside = _cell_under(lines, line, column)
    elif not (under or below or any("\n" in cell for cell in beside)):
        return []
    pieces = [*under, *(piece for cell in (*beside, *below) for piece in cell.split("\n"))]
    return [name for item in _joined(pieces) for name in names_of_item(item)]


def names_under_value(lines: Sequence[Line], line: Line) -> list[str]:
    """Return the policies on the lines under a row of a PDF's table, whose cell goes on there without its label."""
    if len(line.cells) < 2 or line.table is not None:
        return []
    names: list[str] = []
    for following in lines[line.number + 1 : line.number + 1 + _MOST_BELOW]:
        text = _BULLET.sub("", following.text)
        if len(following.cells) > 1 or following.is_furniture or find_labels(text) or len(text) > _LONGEST_ITEM:
            break
        items = [name for part in run_on(text) for name in names_of_item(part)]
        if not items or not all(map(is_policy, items)):
            break
        names.extend(items)
    return names


def _up_to_label(cells: Sequence[str]) -> Iterator[str]:
    """Yield the cells of an answer: the next label ends it."""
    for cell in cells:
        labels = find_labels(cell)
        if labels and labels[0].start < 3 and "\n" not in cell:
            return
        yield cell


def _rows_below(lines: Sequence[Line], line: Line, column: int) -> Iterator[Line]:
    for row in lines[line.number + 1 : line.number + 1 + _MOST_BELOW]:
        if row.table != line.table or any(cell.strip() for cell in row.cells[: column + 1]):
            return
        yield row


def _cell_under(lines: Sequence[Line], line: Line, column: int) -> list[str]:
    """Return the cell that answers the heading of a column; none where the row is no row of headings."""
    following = lines[line.number + 1 : line.number + 2]
    if column == 0 or not following or following[0].table != line.table:
        return []
    row = following[0]
    return [row.cells[column]] if len(row.cells) == len(line.cells) and row.cells[0].strip() else []


def _joined(pieces: Sequence[str]) -> list[str]:
    """Return the items of a list, bullets taken off, one that was broken over two lines joined again."""
    items: list[str] = []
    for piece in pieces:
        text = _BULLET.sub("", piece).strip()
        if text and items and text[0].islower():
            items[-1] = f"{items[-1]} {text}"
        elif text:
            items.append(text)
    return items
