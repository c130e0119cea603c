"""Bring a row together again whose person's name a narrow column breaks: "Celia" and below it "Brook".

Before ``wrapped_roles``. In: the lines of a document. Out: the same, where the words below such a name stand with those
above them in each column. Joined only where the second word is nobody's given name and the row below has no role and no
number of its own beside one above, for two people are never to be made one.
"""

import re
from collections.abc import Sequence
from dataclasses import replace

from pipeline.named.layout.entries import DETAIL, is_role
from pipeline.named.layout.wrapped_roles import is_unfinished_role
from pipeline.named.names.given_names import is_given_name_too
from pipeline.named.names.people import drop_title, is_name
from pipeline.named.roles.vocabulary import find_roles
from pipeline.text.lines import Line

_ONE_WORD = re.compile(r"[A-Z][a-z]+(?:['’-][A-Z]?[a-z]+)*|(?:O['’]|Mac|Mc)[A-Z][a-z]+")


def join_wrapped_names(lines: Sequence[Line]) -> list[Line]:
    """Return ``lines`` with each row whole whose name goes on in the line below."""
    joined: list[Line] = []
    position = 0
    while position < len(lines):
        row = _whole(lines[position], lines[position + 1]) if position + 1 < len(lines) else None
        joined.append(row or lines[position])
        position += 2 if row else 1
    return joined


def _whole(first: Line, below: Line) -> Line | None:
    column = _begun_name(first)
    if column is None or below.table is not None or below.region is not first.region or below.is_furniture:
        return None
    columns = _columns_below(first, below, column)
    if columns is None or column not in columns:
        return None
    words = dict(zip(columns, below.cells, strict=True))
    name = f"{first.cells[column]} {words[column]}"
    is_surname = _ONE_WORD.fullmatch(words[column]) and not is_given_name_too(words[column].casefold())
    if not is_surname or not is_name(drop_title(name)):
        return None
    if not all(_goes_on(first.cells[at], word) for at, word in words.items() if at != column):
        return None
    cells = [f"{cell} {words[at]}" if at in words else cell for at, cell in enumerate(first.cells)]
    return replace(first.with_cells(cells), edges=())


def _begun_name(line: Line) -> int | None:
    """Return the only column of a row that holds a given name alone; None where none does."""
    if line.table is not None or len(line.cells) < 2:
        return None
    begun = [
        at
        for at, cell in enumerate(line.cells)
        if _ONE_WORD.fullmatch(drop_title(cell)) and is_given_name_too(drop_title(cell).casefold())
    ]
    return begun[0] if len(begun) == 1 else None


def _columns_below(first: Line, below: Line, column: int) -> list[int] | None:
    """Return over which column each cell below stands; None where one stands under none, or that is not told."""
    if len(below.cells) == 1 and not below.edges:
        # A line of one cell does not say where it stands.
        return [column]
    if len(first.edges) != len(first.cells) or len(below.edges) != len(below.cells):
        return None
    columns = []
    for left, right in below.edges:
        over = [at for at, (begins, ends) in enumerate(first.edges) if min(right, ends) > max(left, begins)]
        if len(over) != 1:
            return None
        columns += over
    return columns if len(set(columns)) == len(columns) else None


def _goes_on(above: str, below: str) -> bool:
    """Say whether words in one column are one cell's: a role that is whole only so, or the other kind of detail."""
    if is_unfinished_role(above):
        return is_role(f"{above} {below}")
    if find_roles(below) or not DETAIL.search(above):
        return False
    return bool(DETAIL.search(below)) and ("@" in above) != ("@" in below)
