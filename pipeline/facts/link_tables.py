"""Read the policies that a table lists at the words announcing them, a line of a cell each.

For ``links``, which finds the words and reads every list that is none of a table.
"""

import re
from collections.abc import Iterator, Sequence

from pipeline.facts.listed_policies import names_of_item
from pipeline.labels.listed import find_labels
from pipeline.text.lines import Line

_BULLET = re.compile(r"^\s*(?:[•\-–*·▪●\ue000-\uf8ff➢✓]|o(?=\s)|\d{1,2}[.)])\s*")
_ONLY_ANNOUNCED = re.compile(
    r"^[\s():,*/&-]*(?:(?:and|or)\s+(?:\w+\s+)?(?:policies|procedures|documents|documentation|guidance|legislation))?"
    r"[\s():*-]*$",
    re.IGNORECASE,
)


def names_in_cells(lines: Sequence[Line], line: Line, start: int, end: int) -> list[str]:
    """Return the policies in the cells at an announcement, ``start`` to ``end`` of ``line``'s text.

    They stand under it in its own cell or in those to the right. Empty where none of these cells holds a list.
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
    if not under and not any("\n" in cell for cell in beside):
        return []
    pieces = [*under, *(piece for cell in beside for piece in cell.split("\n"))]
    return [name for item in _joined(pieces) for name in names_of_item(item)]


def _up_to_label(cells: Sequence[str]) -> Iterator[str]:
    """Yield the cells of an answer: the next label ends it."""
    for cell in cells:
        labels = find_labels(cell)
        if labels and labels[0].start < 3 and "\n" not in cell:
            return
        yield cell


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
