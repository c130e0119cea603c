"""Put rows of a PDF's tables together again whose cells a page sets on lines of their own, by where each line begins.

Before ``wrapped``, which needs no places. A heading in the middle of its cell comes as "This policy was", "adopted on"
and "Signed on behalf of | Date for review"; the columns are those of the row of values below. Without places, in texts
and in tables that keep their cells, nothing is changed.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from pipeline.dates.written import scan_dates
from pipeline.labels.kinds import DATE_KINDS
from pipeline.labels.listed import find_labels
from pipeline.model import BlockKind
from pipeline.named.bodies import is_body
from pipeline.named.layout.entries import begins_with_name, is_role
from pipeline.named.layout.wrapped_roles import is_unfinished_role
from pipeline.named.roles.rules import may_name_role
from pipeline.named.roles.vocabulary import OF_LEADS, find_roles
from pipeline.text.columns import Edges, column_of, columns_of
from pipeline.text.lines import Line

_MOST_ABOVE = 8
_MOST_BELOW = 3
_LONGEST = 60


def join_broken_rows(lines: Sequence[Line]) -> list[Line]:
    """Return ``lines`` with the headings over a row of values in one row, and so each label with its value.

    Lines keep their numbers: whoever calls numbers them anew.
    """
    joined: list[Line] = []
    position = 0
    while position < len(lines):
        line, below = lines[position], 0
        if line.table is None and len(line.edges) == len(line.cells) > 1:
            following = lines[position + 1 : position + 1 + _MOST_BELOW]
            run, columns = _run_above(joined, line)
            whole = _heads_over(run, line, following, columns) or _row_of_label(run, line)
            if whole is not None:
                del joined[len(joined) - whole.used :]
                joined += whole.rows[:-1]
                line, below = whole.rows[-1], whole.below
            else:
                line, below = _with_label_below(line, following)
        joined.append(line)
        position += 1 + below
    return joined


@dataclass(frozen=True, slots=True)
class _Whole:
    rows: list[Line]
    """What stands for the lines, the row that they stand over last."""
    used: int
    """How many lines above it they were."""
    below: int = 0
    """How many lines below it went into it."""


def _run_above(above: Sequence[Line], row: Line) -> tuple[list[Line], list[Edges]]:
    """Return the short lines right above a row whose cells begin where columns do, last one first, and the columns.

    The columns are those of the row, and further ones that lines of several cells have.
    """
    run = list[Line]()
    for line in reversed(above[-_MOST_ABOVE:]):
        if not _is_placed_with(line, row) or line.is_furniture or max(map(len, line.cells)) > _LONGEST:
            break
        run.append(line)
    while True:
        columns = columns_of([row, *(line for line in run if len(line.cells) > 1)])
        fits = [all(column_of(edge, columns) is not None for edge in line.edges) for line in (row, *run)]
        if all(fits) or not run:
            return run, columns
        run = run[: fits.index(False) - 1] if fits[0] else []


def _is_placed_with(line: Line, row: Line) -> bool:
    placed = line.table is None and len(line.edges) == len(line.cells)
    return placed and line.region is row.region and line.page == row.page


def _heads_over(run: Sequence[Line], row: Line, below: Sequence[Line], columns: Sequence[Edges]) -> _Whole | None:
    """Return the row with its headings as one row; None where the lines above are no headings of it.

    Of the lines above the last may be values as well, where a name or a body is broken over several.
    """
    if below and len(below[0].cells) > 1 and scan_dates(row.text).dates and scan_dates(below[0].text).dates:
        # One of several rows, each of something of its own.
        return None
    if not _may_answer(run, row, below):
        return None
    more = _values_below(row, below, columns)
    for used in range(len(run), 0, -1):
        lines = run[used - 1 :: -1]
        for heading in range(1, used + 1):
            heads, values = _cells(lines[:heading], columns), _cells([*lines[heading:], row, *more], columns)
            taken = [at for at, head in enumerate(heads) if head]
            if len(lines) + len(more) < 2 or any(scan_dates(each.text).dates for each in lines[heading:]):
                continue
            if all(heads[at] for at, value in enumerate(values) if value) and _answer(heads, values):
                edges = tuple(columns[at] for at in taken)
                rows = [
                    replace(
                        first.with_cells([cells[at] for at in taken], places=[first.where] * len(taken)),
                        edges=edges,
                        kind=BlockKind.PARAGRAPH,
                    )
                    for first, cells in ((lines[0], heads), (row, values))
                ]
                return _Whole(rows, used, len(more))
    return None


_FIGURES = re.compile(r"\d\d")


def _may_answer(run: Sequence[Line], row: Line, below: Sequence[Line]) -> bool:
    """Say whether a date may stand somewhere there, or a role over the row: without either nothing is answered."""
    above = " ".join(line.text for line in run)
    dated = any(map(_FIGURES.search, (above, row.text, *(line.text for line in below))))
    return dated or may_name_role(above)


def _values_below(row: Line, below: Sequence[Line], columns: Sequence[Edges]) -> list[Line]:
    """Return the lines that carry the values of a row on, each alone under one that is not the first."""
    more: list[Line] = []
    for line in below:
        column = column_of(line.edges[0], columns) if len(line.edges) == len(line.cells) == 1 else None
        if not column or not _is_placed_with(line, row) or len(line.text) > _LONGEST:
            break
        begun = _cells([row, *more], columns)[column]
        if not begun or (find_labels(f"{line.text}:") and not is_body(f"{begun} {line.text}")):
            break
        more.append(line)
    return more


def _cells(lines: Sequence[Line], columns: Sequence[Edges]) -> list[str]:
    """Return the words of the lines by column."""
    cells: list[list[str]] = [[] for _ in columns]
    for line in lines:
        for cell, edge in zip(line.cells, line.edges, strict=True):
            column = column_of(edge, columns)
            if column is not None:
                cells[column].append(cell)
    return [" ".join(words) for words in cells]


_WHOLE = ("deputies", "deputy")
"""Roles that stand over a column as they are."""


def _answer(heads: Sequence[str], values: Sequence[str]) -> bool:
    """Say whether values are what their headings ask for: a date under a date's label, a name under a role.

    What the first column asks for must be the document's own, too: a table of trainings has dates of others.
    """
    dated = told = False
    for head, value in zip(heads, values, strict=True):
        dates = scan_dates(value).dates
        if dates:
            kinds = {kind for label in find_labels(f"{head.strip(' :')}:") for kind in label.kinds}
            if dates[0].start or kinds.isdisjoint(DATE_KINDS):
                return False
            dated = True
        broken = is_unfinished_role(head) and head.casefold() not in _WHOLE
        if broken or any(role.start == 0 and role.role in OF_LEADS for role in find_roles(value)):
            return False
        told = told or (is_role(head) and begins_with_name(value))
    own = bool(find_labels(f"{heads[0].strip(' :')}:"))
    return (told or (dated and own)) and not any(scan_dates(head).dates for head in heads)


def _row_of_label(run: Sequence[Line], row: Line) -> _Whole | None:
    """Return the row of a label and its value that stand on lines of their own above such a row; None without one."""
    if len(row.cells) != 2:
        return None
    found: _Whole | None = None
    for used in range(2, len(run) + 1):
        lines = run[used - 1 :: -1]
        if len(lines[0].cells) > 1 or any(column_of(edge, row.edges) is None for edge in lines[0].edges):
            break
        label, value = _cells(lines, row.edges)
        first, last = (column_of(lines[at].edges[0], row.edges) for at in (0, -1))
        labels = find_labels(f"{label.strip(' :')}:")
        answered = value and not any(each.start == 0 for each in find_labels(f"{value.strip(' :')}:"))
        # What comes before a label is its own words only where the label begins with them.
        longer = found is None or any(each.start == 0 for each in labels)
        if label and answered and first == 0 and last == 1 and labels and longer:
            whole = lines[0].with_cells((label, value), places=(lines[0].where, lines[-1].where))
            found = _Whole([replace(whole, edges=row.edges, kind=BlockKind.PARAGRAPH), row], used)
    return found


def _with_label_below(row: Line, following: Sequence[Line]) -> tuple[Line, int]:
    """Return a row with the whole of a label that goes on in the lines below, and how many lines that takes."""
    label, dates = row.cells[0], scan_dates(row.cells[1]).dates
    if len(row.cells) != 2 or not dates or dates[0].start or find_labels(f"{label}:"):
        return row, 0
    for used, below in enumerate(following, start=1):
        alone = len(below.cells) == len(below.edges) == 1 and below.table is None and below.region is row.region
        if not alone or column_of(below.edges[0], row.edges) != 0 or below.page != row.page:
            break
        if any(each.start == 0 and not DATE_KINDS.isdisjoint(each.kinds) for each in find_labels(f"{below.text}:")):
            # A label of its own, which waits for a value.
            break
        label = f"{label} {below.text}"
        if find_labels(f"{label}:"):
            return row.with_cells((label, row.cells[1])), used
    return row, 0
