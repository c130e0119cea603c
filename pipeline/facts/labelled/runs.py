"""Bring labels and values together again that a PDF gives apart: all labels first, then as many values.

Between ``text.lines`` and ``columns``: each label line of such a run gets its value as a second cell, and the line of
the value is taken out. Nothing is changed where labels and values do not pair off one to one, each value of the kind
its label asks for.
"""

import re
from collections.abc import Sequence
from dataclasses import replace

from pipeline.facts.labelled.columns import answers
from pipeline.labels.listed import find_labels, may_begin
from pipeline.named.bodies import is_body
from pipeline.text.lines import Line, numbered

_LONGEST_VALUE = 80
_LONGEST_LABEL = 160
"""Of a line that is a label, perhaps with the body it names, and nothing else."""
_LONGEST_RUN = 12
_BEFORE_A_LABEL = " -–*•"


def join_runs(lines: Sequence[Line]) -> tuple[Line, ...]:
    """Return ``lines`` with every run of labels joined to the run of values after it, numbered anew."""
    joined: list[Line] = []
    position = 0
    while position < len(lines):
        labels = _label_run(lines, position)
        values = lines[position + labels : position + 2 * labels]
        if labels > 1 and _pair_off(lines[position : position + labels], values):
            pairs = zip(lines[position : position + labels], values, strict=True)
            joined += [_with_value(label, value) for label, value in pairs]
            position += 2 * labels
        else:
            joined += lines[position : position + max(1, labels)]
            position += max(1, labels)
    return numbered(joined)


def _label_run(lines: Sequence[Line], first: int) -> int:
    """Return how many lines from ``first`` on are one label each and nothing else."""
    count = 0
    while first + count < len(lines) and count < _LONGEST_RUN and _is_lone_label(lines[first + count]):
        count += 1
    return count


def _is_lone_label(line: Line) -> bool:
    if line.table is not None or line.is_furniture or len(line.cells) != 1 or len(line.text) > _LONGEST_LABEL:
        return False
    opening = len(line.text) - len(line.text.lstrip(_BEFORE_A_LABEL))
    if not may_begin(line.text, opening, behind=_missing_colon(line.text)):
        return False
    labels = find_labels(_as_label(line))
    if len(labels) != 1:
        return False
    before, rest = line.text[: labels[0].start], _as_label(line)[labels[0].end :]
    if before.strip(_BEFORE_A_LABEL) or ".." in rest:
        return False
    words = rest.strip(" :-–?.")
    # "Date approved by" and "Governors:" are one label.
    body = re.sub(r"^the | on$", "", words, flags=re.IGNORECASE)
    dated = line.text.endswith(":") or labels[0].text.lower().startswith("date")
    return not words or (dated and is_body(body))


def _as_label(line: Line) -> str:
    """Return the words of a line as a label: in a run of labels a lone word ("Approval") is no heading."""
    return f"{line.text}{_missing_colon(line.text)}"


def _missing_colon(text: str) -> str:
    return "" if text.endswith((":", "?")) else ":"


def _pair_off(labels: Sequence[Line], values: Sequence[Line]) -> bool:
    return len(labels) == len(values) and all(
        value.table is None
        and not value.is_furniture
        and len(value.cells) == 1
        and len(value.text) <= _LONGEST_VALUE
        and (not find_labels(value.text) or is_body(value.text))
        and answers(_as_label(label), value.text)
        for label, value in zip(labels, values, strict=True)
    )


def _with_value(label: Line, value: Line) -> Line:
    return replace(
        label,
        text=f"{label.text}\t{value.text}",
        cells=(label.text, value.text),
        places=(label.where, value.where),
        spans=label.spans + value.spans,
    )
