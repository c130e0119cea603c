"""Put the rows of a PDF's table of contacts together again whose names, posts and roles run over several lines.

First of all in ``contact_lines``: "Mrs Ada | Assistant", "Holt | Headteacher", "Designated | 01632 960101",
"Safeguarding", "Lead" are one row. A row ends where it has a name and a role and the next line begins another one; rows
are joined only where each of a table then names one person and one role.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from pipeline.model import BlockKind
from pipeline.named.layout.entries import is_role
from pipeline.named.layout.wrapped_roles import is_unfinished_role
from pipeline.named.names.people import find_name
from pipeline.named.names.titles import Shows, one_title
from pipeline.named.roles.rules import OTHER
from pipeline.named.roles.vocabulary import OF_LEADS, find_roles
from pipeline.text.columns import Edges, column_of, columns_of
from pipeline.text.lines import Line
from pipeline.text.telephones import find_numbers

_LONGEST = 60
_MOST_LINES = 40
_FEWEST_COLUMNS = 3
_BEGINS_A_NAME = re.compile(rf"{one_title(Shows.ANYWHERE)}\.?\s+[A-Z]")
_ADDRESS_BEGUN = re.compile(r"\S+@[\w.-]*$")
_ADDRESS_REST = re.compile(r"[\w-]*\.[\w. -]+")


@dataclass(slots=True)
class _Row:
    """The lines of a row with their words by column."""

    width: int
    lines: list[Line] = field(default_factory=list)
    cells: list[str] = field(default_factory=list)
    of_two: bool = False
    """Whether a second person was met in the column of the first."""

    def take(self, line: Line, columns: Sequence[Edges]) -> None:
        self.cells = self.cells or ["" for _ in range(self.width)]
        for cell, edge in zip(line.cells, line.edges, strict=True):
            at = column_of(edge, columns)
            if at is not None:
                self.of_two = self.of_two or (_names_somebody(self.cells[at]) and _names_somebody(cell))
                self.cells[at] = _together(self.cells[at], cell)
        self.lines.append(line)

    def is_complete(self) -> bool:
        """Whether the row has a role that ends so and a name."""
        return any(map(_ends_as_role, self.cells)) and any(map(_names_somebody, self.cells))

    def is_of_one(self) -> bool:
        """Whether one cell tells the role, another one names one person, and no detail is told twice."""
        told = [{role.role for role in find_roles(cell)} for cell in self.cells if _ends_as_role(cell)]
        roles = sum(bool(roles - {OTHER}) for roles in told) or len(told)
        named = sum(map(_names_somebody, self.cells))
        return roles == named == 1 and not self.of_two and not any(map(_is_of_several, self.cells))


def join_column_rows(lines: Sequence[Line]) -> list[Line]:
    """Return ``lines`` with each broken row of a table of contacts as one line."""
    if not any(len(line.cells) > 1 and _may_be_cells(line, line) for line in lines):
        return list(lines)
    joined: list[Line] = []
    position = 0
    while position < len(lines):
        end = _end_of_table(lines, position)
        joined += _whole_rows(lines[position:end]) if end - position > 1 else lines[position:end]
        position = end
    return joined


def _end_of_table(lines: Sequence[Line], start: int) -> int:
    """Return where the short lines end that begin at ``start`` and all stand in three columns or more."""
    end = start
    while end < min(len(lines), start + _MOST_LINES) and _may_be_cells(lines[end], lines[start]):
        end += 1
    if not any(len(line.cells) > 1 for line in lines[start:end]):
        return start + 1
    while end > start + 1:
        columns = columns_of([line for line in lines[start:end] if len(line.cells) > 1])
        fits = [all(column_of(edge, columns) is not None for edge in line.edges) for line in lines[start:end]]
        if all(fits):
            return end if len(columns) >= _FEWEST_COLUMNS else start + 1
        end = start + fits.index(False)
    return start + 1


def _may_be_cells(line: Line, first: Line) -> bool:
    placed = line.table is None and len(line.edges) == len(line.cells) and not line.is_furniture
    return placed and line.page == first.page and max(map(len, line.cells)) <= _LONGEST


def _whole_rows(lines: Sequence[Line]) -> list[Line]:
    columns = columns_of([line for line in lines if len(line.cells) > 1])
    rows, head, tail = [_Row(len(columns))], list[Line](), list[Line]()
    for number, line in enumerate(lines):
        if line.kind is BlockKind.HEADING and rows[-1].lines and rows[-1].is_complete():
            tail = list(lines[number:])
            break
        begins = find_roles(line.text) or any(_names_somebody(cell) or is_unfinished_role(cell) for cell in line.cells)
        if not rows[0].lines and not begins:
            head.append(line)
            continue
        if rows[-1].lines and rows[-1].is_complete() and _begins_another(rows[-1], line, columns):
            rows.append(_Row(len(columns)))
        rows[-1].take(line, columns)
    broken = any(len(row.lines) > 1 for row in rows)
    if any(find_numbers(each.text) or "@" in each.text for each in head):
        # A number above its name: the next one would be taken for the same person's.
        return list(lines)
    of_leads = any(role.role in OF_LEADS for row in rows for cell in row.cells for role in find_roles(cell))
    whole = broken and of_leads and all(row.is_of_one() for row in rows)
    return [*head, *map(_as_line, rows), *tail] if whole else list(lines)


def _begins_another(row: _Row, line: Line, columns: Sequence[Edges]) -> bool:
    """Say whether a line begins a name or a role where the row has a whole one already."""
    for cell, edge in zip(line.cells, line.edges, strict=True):
        at = column_of(edge, columns)
        held = row.cells[at] if at is not None else ""
        if _names_somebody(held) and (_BEGINS_A_NAME.match(cell) or _names_somebody(cell)):
            return True
        if _ends_as_role(held) and not is_unfinished_role(held) and not cell.startswith("("):
            # "Head of Life" and below it "Studies" is one post: only a lead's role, and another role, is whole.
            leads = any(role.role in OF_LEADS for role in find_roles(held))
            if leads or find_roles(cell) or is_unfinished_role(cell):
                return True
    return False


def _ends_as_role(cell: str) -> bool:
    return is_role(cell) or bool(find_roles(cell) and find_roles(cell)[-1].end == len(cell.rstrip(" .:)")))


def _names_somebody(cell: str) -> bool:
    name = find_name(cell)
    return name is not None and not cell[: name.start()].strip() and not find_roles(name[0])


def _is_of_several(cell: str) -> bool:
    """Say whether a cell has what two people have: two names, two numbers or two addresses."""
    name = find_name(cell)
    another = name is not None and find_name(cell[name.end() :]) is not None
    return another or len(_BEGINS_A_NAME.findall(cell)) > 1 or len(find_numbers(cell)) > 1 or cell.count("@") > 1


def _together(begun: str, more: str) -> str:
    whole = _ADDRESS_BEGUN.search(begun) is not None and _ADDRESS_REST.fullmatch(more) is not None
    return f"{begun}{more}" if whole or not begun else f"{begun} {more}"


def _as_line(row: _Row) -> Line:
    if len(row.lines) == 1:
        return row.lines[0]
    cells = [cell for cell in row.cells if cell]
    first = row.lines[0]
    return replace(first.with_cells(cells, places=[first.where] * len(cells)), edges=())
