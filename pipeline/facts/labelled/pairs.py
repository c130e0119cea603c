"""Bring labels and values together that a text gives apart: all labels first, then as many values.

Between ``wrapped`` and the readers of facts. The labels stand in lines of their own, and the values so below them; each
label gets its value as a second cell. Nothing is changed where they do not pair off one to one, each value of the kind
its label asks for.
"""

import re
from collections.abc import Sequence
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


def pair_labels(lines: Sequence[Line]) -> tuple[Line, ...]:
    """Return ``lines`` with labels that stand before their values as rows of both, numbered anew."""
    paired: list[Line] = []
    position = 0
    while position < len(lines):
        rows, used = _run(lines, position) or ([lines[position]], 1)
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
    rows = [label.with_cells((label.text, value.text), places=(label.where,) * 2) for label, value in pairs]
    return rows, 2 * len(labels)


def _is_lone_label(line: Line) -> bool:
    """Say whether a line is one label, perhaps with the body it names, and nothing else."""
    if not _may_answer(line):
        return False
    words = line.text.strip(" :?•*–-")
    labels = find_labels(f"{words}:")
    rest = words[labels[0].end :] if len(labels) == 1 and labels[0].start == 0 else "?"
    return not rest or (is_body(re.sub(r"^ (?:the )?| on$", "", rest)) and line.text.endswith(":"))


def _may_answer(line: Line) -> bool:
    return line.table is None and not line.is_furniture and len(line.text) <= _LONGEST and len(line.cells) == 1


def _answers(label: str, value: str) -> bool:
    """Say whether a value is of the kind its label asks for: a date under "Next review", no date under "Owner"."""
    words, dated = label.strip(" :?•*–-"), bool(scan_dates(value).dates)
    found = find_labels(f"{words}:")
    if not found or (find_labels(value) and not is_body(value)):
        return not found and not dated
    first = found[0]
    if first.kinds[0] in DATE_KINDS and (first.means(LabelKind.APPROVER) or first.means(LabelKind.VERSION)):
        return True
    if is_rhythm(value) or (_ASKS_WHO.search(words) and not first.means(LabelKind.NEXT_REVIEW)):
        return not dated
    return dated == (first.kinds[0] in DATE_KINDS)
