"""Bring a row together again whose person's name a narrow column breaks: "Celia" and below it "Brook".

Before ``wrapped_roles``. In: the lines of a document. Out: the same, where the words below such a name stand with those
above them in each column. Joined only where the second word is nobody's given name and the row below has no role and no
number of its own beside one above, for two people are never to be made one; and only where the document has the second
word for nothing else, for it may be the heading of what comes next: "Celia" and below it "Behaviour".
"""

import re
from collections.abc import Sequence
from dataclasses import replace

from pipeline.model import BlockKind
from pipeline.named.layout.entries import DETAIL, is_role
from pipeline.named.layout.wrapped_roles import is_unfinished_role
from pipeline.named.names.given_names import is_given_name_too
from pipeline.named.names.name_words import name_at
from pipeline.named.names.people import drop_title, has_given_name, is_name
from pipeline.named.names.titles import Shows, one_title
from pipeline.named.roles.vocabulary import find_roles
from pipeline.text.lines import Line

_ONE_WORD = re.compile(r"[A-Z][a-z]+(?:['’-][A-Z]?[a-z]+)*|(?:O['’]|Mac|Mc)[A-Z][a-z]+")


def join_wrapped_names(lines: Sequence[Line]) -> list[Line]:
    """Return ``lines`` with each row whole whose name goes on in the line below."""
    joined: list[Line] = []
    position = 0
    while position < len(lines):
        row = _whole(lines, position) if position + 1 < len(lines) else None
        joined.append(row or lines[position])
        position += 2 if row else 1
    return joined


def _whole(lines: Sequence[Line], position: int) -> Line | None:
    first, below = lines[position : position + 2]
    column = _begun_name(first)
    if column is None or below.table is not None or below.region is not first.region or below.is_furniture:
        return None
    if below.kind is BlockKind.HEADING:
        return None
    columns = _columns_below(first, below, column)
    if columns is None or column not in columns:
        return None
    words = dict(zip(columns, below.cells, strict=True))
    # "Mrs Celia" and below it "Brook,", with a post to follow.
    surname = words[column].removesuffix(",")
    name = f"{first.cells[column]} {surname}"
    is_surname = _ONE_WORD.fullmatch(surname) and not is_given_name_too(surname.casefold())
    if not is_surname or not is_name(drop_title(name)) or not _is_only_a_surname(surname, lines):
        return None
    if not all(_goes_on(first.cells[at], word) for at, word in words.items() if at != column):
        return None
    cells = [f"{cell} {words[at]}" if at in words else cell for at, cell in enumerate(first.cells)]
    return replace(first.with_cells(cells), edges=())


def _is_only_a_surname(word: str, lines: Sequence[Line]) -> bool:
    """Say whether a word may be a surname, and a document has it for nothing else: no "behaviour", no "Elm School"."""
    if name_at(word, 0, len(word), strong=True) is None:
        return False
    anywhere = re.compile(rf"(?<![\w@.'’/-]){re.escape(word)}(?![\w@])", re.IGNORECASE)
    cells = (cell for line in lines for cell in line.cells)
    return all(
        cell.removesuffix(",") == word or _ends_a_name(cell[: at.end()], word)
        for cell in cells
        for at in anywhere.finditer(cell)
    )


def _ends_a_name(words: str, surname: str) -> bool:
    """Say whether words end in a surname behind a title, a given name or its first letter."""
    before = words.removesuffix(surname).split()[-1:]
    if not before or not words.endswith(surname):
        return False
    return _BEFORE_A_SURNAME.fullmatch(before[0]) is not None or has_given_name(before[0], marked=True)


_BEFORE_A_SURNAME = re.compile(rf"(?:{one_title(Shows.ANYWHERE)}|[A-Z])\.?")


_ADDRESS_REST = re.compile(r"[\w-]*(?:\.[\w-]+)+")
"""The end of an address that a narrow column breaks: ".example.org"."""


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
    if "@" in above and _ADDRESS_REST.fullmatch(below):
        return True
    return bool(DETAIL.search(below)) and ("@" in above) != ("@" in below)
