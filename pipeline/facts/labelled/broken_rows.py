"""Put rows of a PDF's tables together again whose cells a page sets on lines of their own, by where each line begins.

Before ``wrapped``, which needs no places. A heading in the middle of its cell comes as "This policy was", "adopted on"
and "Signed on behalf of | Date for review"; the columns are those of the row of values below. Without places, in texts
and in tables that keep their cells, nothing is changed.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from pipeline.dates.written import scan_dates
from pipeline.labels.kinds import DATE_KINDS
from pipeline.labels.listed import find_labels
from pipeline.model import BlockKind
from pipeline.named.layout.entries import begins_with_name, is_role
from pipeline.text.lines import Line

ALIGNED = 3.0
"""How far from each other the lines of one column may begin, in points."""
_MOST_ABOVE = 8
_MOST_BELOW = 3
_LONGEST = 60
_NO_END = float("inf")


def join_broken_rows(lines: Sequence[Line]) -> list[Line]:
    """Return ``lines`` with the headings over a row of values in one row, and so each label with its value.

    Lines keep their numbers: whoever calls numbers them anew.
    """
    joined: list[Line] = []
    position = 0
    while position < len(lines):
        line, below = lines[position], 0
        if line.table is None and len(line.edges) == len(line.cells) > 1:
            run = list(_run_above(joined, line))
            whole = _heads_over(run, line) or _row_of_label(run, line)
            if whole is not None:
                del joined[len(joined) - whole.used :]
                joined += whole.rows[:-1]
                line = whole.rows[-1]
            else:
                line, below = _with_label_below(line, lines[position + 1 : position + 1 + _MOST_BELOW])
        joined.append(line)
        position += 1 + below
    return joined


@dataclass(frozen=True, slots=True)
class _Whole:
    rows: list[Line]
    """What stands for the lines, the row that they stand over last."""
    used: int
    """How many lines above it they were."""


def _run_above(above: Sequence[Line], row: Line) -> Iterator[Line]:
    """Yield the short lines right above a row of which each cell begins where a column of it does, last one first.

    A line of several cells may have columns of its own behind the row's last: a value is wanting there.
    """
    for line in reversed(above[-_MOST_ABOVE:]):
        placed = line.table is None and len(line.edges) == len(line.cells) and line.region is row.region
        if not placed or line.page != row.page or line.is_furniture or max(map(len, line.cells)) > _LONGEST:
            return
        behind = [left > row.edges[-1][1] and len(line.edges) > 1 for left, _ in line.edges]
        columns = [_column_of(edge, row.edges) for edge in line.edges]
        if not all(column is not None or more for column, more in zip(columns, behind, strict=True)):
            return
        yield line


def _column_of(edge: tuple[float, float], columns: Sequence[tuple[float, float]]) -> int | None:
    """Return the column in which a cell begins and ends; None where none is."""
    left, right = edge
    ends = [*(begins for begins, _ in columns[1:]), _NO_END]
    under = (at for at, (begins, _) in enumerate(columns) if abs(begins - left) < ALIGNED and right < ends[at])
    return next(under, None)


def _heads_over(run: Sequence[Line], row: Line) -> _Whole | None:
    """Return the row with its headings as one row; None where the lines above are no headings of it."""
    for used in range(len(run), 1, -1):
        lines = run[used - 1 :: -1]
        columns = _with_columns_behind(row.edges, lines)
        heads = _cells(lines, columns)
        values = [*row.cells, *("" for _ in range(len(columns) - len(row.cells)))]
        if all(heads) and _answer(heads, values):
            places = tuple(lines[0].where for _ in columns)
            head = replace(lines[0].with_cells(heads, places=places), edges=tuple(columns), kind=BlockKind.PARAGRAPH)
            places = tuple(row.where for _ in columns)
            return _Whole([head, replace(row.with_cells(values, places=places), edges=tuple(columns))], used)
    return None


def _with_columns_behind(columns: Sequence[tuple[float, float]], lines: Sequence[Line]) -> list[tuple[float, float]]:
    more = [edge for line in lines for edge in line.edges if edge[0] > columns[-1][1]]
    return [*columns, *(edge for edge in dict.fromkeys(more) if _column_of(edge, columns) is None)]


def _cells(lines: Sequence[Line], columns: Sequence[tuple[float, float]]) -> list[str]:
    """Return the words of the lines by column."""
    cells: list[list[str]] = [[] for _ in columns]
    for line in lines:
        for cell, edge in zip(line.cells, line.edges, strict=True):
            column = _column_of(edge, columns)
            if column is None:
                return ["" for _ in columns]
            cells[column].append(cell)
    return [" ".join(words) for words in cells]


def _answer(heads: Sequence[str], values: Sequence[str]) -> bool:
    """Say whether values are what their headings ask for: a date under a date's label, a name under a role."""
    asked = False
    for head, value in zip(heads, values, strict=True):
        dates = scan_dates(value).dates
        if dates and dates[0].start == 0:
            kinds = {kind for label in find_labels(f"{head.strip(' :')}:") for kind in label.kinds}
            if kinds.isdisjoint(DATE_KINDS):
                return False
            asked = True
        asked = asked or (is_role(head) and begins_with_name(value))
    return asked and not any(scan_dates(head).dates for head in heads)


def _row_of_label(run: Sequence[Line], row: Line) -> _Whole | None:
    """Return the row of a label and its value that stand on lines of their own above such a row; None without one."""
    if len(row.cells) != 2:
        return None
    found: _Whole | None = None
    for used in range(2, len(run) + 1):
        lines = run[used - 1 :: -1]
        if len(lines[0].cells) > 1:
            break
        label, value = _cells(lines, row.edges)
        first, last = (_column_of(lines[at].edges[0], row.edges) for at in (0, -1))
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
        if not alone or _column_of(below.edges[0], row.edges) != 0 or below.page != row.page:
            break
        label = f"{label} {below.text}"
        if find_labels(f"{label}:"):
            return row.with_cells((label, row.cells[1])), used
    return row, 0
