"""Bring labels and values together that a text gives apart: all labels first, then as many values.

Between ``wrapped`` and the readers of facts. The labels stand in lines of their own or in one line without gaps, and
the values so below them; each label gets its value as a second cell. Nothing is changed where they do not pair off one
to one, each value of the kind its label asks for.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import islice, takewhile

from pipeline.dates.written import scan_dates
from pipeline.facts.cycles import is_rhythm
from pipeline.labels.kinds import DATE_KINDS, LabelKind
from pipeline.labels.listed import find_labels
from pipeline.named.bodies import is_body
from pipeline.text.lines import Line, numbered

_LONGEST = 120
_LONGEST_RUN = 12
_ASKS_WHO = re.compile(r"\b(?:by|at)$|\bby \(|^who\b", re.IGNORECASE)
_HEADING = re.compile(r"[A-Z][\w./()-]*(?: [\w./()'’-]+){0,5}")
_BULLET = re.compile(r"^[\s•*–-]+")


def pair_labels(lines: Sequence[Line]) -> tuple[Line, ...]:
    """Return ``lines`` with labels that stand before their values as rows of both, numbered anew."""
    paired: list[Line] = []
    position = 0
    while position < len(lines):
        rows, used = _run(lines, position) or _row(lines[position : position + 2]) or ([lines[position]], 1)
        paired += rows
        position += used
    return numbered(paired)


def _run(lines: Sequence[Line], first: int) -> tuple[list[Line], int] | None:
    """Return the rows of a run of lines that are a label each, and how many lines labels and values take."""
    labels = list(takewhile(_is_lone_label, islice(lines, first, first + _LONGEST_RUN)))
    values = lines[first + len(labels) : first + 2 * len(labels)]
    if len(labels) < 2:
        return None
    pairs = list(zip(labels, values, strict=False))
    answered = len(pairs) == len(labels) and all(map(_may_answer, values))
    if not answered or not all(_answers(label.text, value.text) for label, value in pairs):
        # Nobody knows which of them the values answer.
        return labels, len(labels)
    return [_row_of(label, label.text, value.text) for label, value in pairs], 2 * len(labels)


def _row(lines: Sequence[Line]) -> tuple[list[Line], int] | None:
    """Return the rows of two lines, one of labels and one of values without gaps; None where none are."""
    if len(lines) < 2 or not all(len(line.text) <= _LONGEST and _may_answer(line, any_cells=True) for line in lines):
        return None
    labels, values = list(_labels(lines[0].text)), list(_values(lines[1])) if ":" not in lines[1].text else []
    if (len(labels), len(labels)) == (len(lines[0].cells), len(lines[1].cells)):
        # Columns that the page shows, perhaps with further rows.
        return None
    if len(labels) < 2 or len(labels) != len(values) or not all(map(_answers, labels, values)):
        return None
    return [_row_of(lines[1], label, value) for label, value in zip(labels, values, strict=True)], 2


def _labels(text: str) -> Iterator[str]:
    """Yield the headings of a line that has nothing else, two labels of dates or persons at least among them."""
    words = text.replace(":", "") if text.endswith(":") else text
    found = find_labels(words) if not re.search(r"[:\d]", words) else ()
    if len(found) < 2 or DATE_KINDS.isdisjoint(kind for label in found for kind in label.kinds):
        return
    parts, position = list[str](), 0
    for label in found:
        parts += [words[position : label.start].strip(), label.text]
        position = label.end
    parts = [part for part in (*parts, words[position:].strip()) if part]
    if not any(label.means(LabelKind.TITLE) for label in found) and all(map(_HEADING.fullmatch, parts)):
        yield from parts


def _values(line: Line) -> Iterator[str]:
    """Yield the dates of a line and what stands before, between and behind them."""
    for cell in line.cells if not find_labels(line.text) else ():
        position = 0
        for date in (*scan_dates(cell).dates, None):
            before = cell[position : date.start if date else None].strip(" |")
            if before:
                yield before
            if date:
                yield date.text
                position = date.end


def _is_lone_label(line: Line) -> bool:
    """Say whether a line is one label, perhaps with the body it names, and nothing else."""
    if not _may_answer(line):
        return False
    words = _BULLET.sub("", line.text).rstrip(" :?")
    labels = find_labels(f"{words}:")
    rest = words[labels[0].end :] if len(labels) == 1 and labels[0].start == 0 else "?"
    return not rest or (is_body(re.sub(r"^ (?:the )?| on$", "", rest)) and line.text.endswith(":"))


def _may_answer(line: Line, *, any_cells: bool = False) -> bool:
    return (
        line.table is None
        and not line.is_furniture
        and len(line.text) <= _LONGEST
        and (any_cells or len(line.cells) == 1)
    )


def _answers(label: str, value: str) -> bool:
    """Say whether a value is of the kind its label asks for: a date under "Next review", no date under "Owner"."""
    words, dated = _BULLET.sub("", label).rstrip(" :?"), bool(scan_dates(value).dates)
    found = find_labels(f"{words}:")
    if not found or (find_labels(value) and not is_body(value)):
        return not found and not dated
    first = found[0]
    if first.kinds[0] in DATE_KINDS and (first.means(LabelKind.APPROVER) or first.means(LabelKind.VERSION)):
        return True
    if is_rhythm(value) or (_ASKS_WHO.search(words) and not first.means(LabelKind.NEXT_REVIEW)):
        return not dated
    return dated == (first.kinds[0] in DATE_KINDS)


def _row_of(line: Line, label: str, value: str) -> Line:
    return line.with_cells((label, value), places=(line.where, line.where))
