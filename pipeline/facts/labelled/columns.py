"""Find the columns again of a table whose lines a PDF gives without gaps: labels in one line, their values in the next.

Between ``text.lines`` and the readers of facts: two such lines are given the same cells, so that each label stands over
its value. Nothing is changed where labels and values do not pair off one to one.
"""

import re
from collections.abc import Sequence
from dataclasses import replace

from pipeline.dates.written import scan_dates
from pipeline.facts.cycles import is_rhythm
from pipeline.labels.kinds import DATE_KINDS, Label, LabelKind
from pipeline.labels.listed import find_labels
from pipeline.named.bodies import is_body
from pipeline.text.lines import Line

_LONGEST = 120
_UNKNOWN_HEADING = re.compile(r"[A-Z][\w./()-]*(?: [\w./()-]+){0,2}")
_LIKE_VALUE = re.compile(r"[:\d]")


def part_columns(lines: Sequence[Line]) -> tuple[Line, ...]:
    """Return ``lines`` with a row of labels and the row of values under it cut into the same cells."""
    parted = list(lines)
    for line in lines[:-1]:
        following = parted[line.number + 1]
        if line.table is None is following.table and not line.is_furniture:
            _part_pair(parted, line, following)
    return tuple(parted)


def _part_pair(lines: list[Line], line: Line, following: Line) -> None:
    both = " / " in line.text and " / " in following.text
    slashed, under = (line.text.split(" / "), following.text.split(" / ")) if both else ([], [])
    if len(slashed) == len(under) > 1 and sum(bool(find_labels(cell)) for cell in slashed) > 1:
        lines[line.number], lines[following.number] = _with_cells(line, slashed), _with_cells(following, under)
        return
    if (who := _owner_and_body(line, following)) is not None:
        heads, values = who
        lines[line.number], lines[following.number] = _with_cells(line, heads), _with_cells(following, values)
        return
    headings = _headings(line)
    if headings is None:
        return
    values = _as_many(headings, _values(following))
    if len(values) != len(headings) or (len(line.cells), len(following.cells)) == (len(headings), len(values)):
        return
    if all(answers(heading, value) for heading, value in zip(headings, values, strict=True)):
        lines[line.number] = _with_cells(line, headings)
        lines[following.number] = _with_cells(following, values)


def _as_many(headings: Sequence[str], values: list[str]) -> list[str]:
    """Return values with a post and a body parted that run together, where one value too few is there."""
    if len(values) + 1 != len(headings):
        return values
    for at, value in enumerate(values):
        parts = _post_and_body(value)
        if parts is not None:
            return [*values[:at], *parts, *values[at + 1 :]]
    return values


def _post_and_body(text: str) -> list[str] | None:
    """Return "Head of Estates Manager Trust Board" cut behind the post, where a body is all that follows; else None."""
    for match in re.finditer(r"(?<=\s)(?=[A-Z])", text):
        if _ENDS_IN_A_POST.search(text[: match.start()]) and is_body(text[match.start() :].strip()):
            return [text[: match.start()].strip(), text[match.start() :].strip()]
    return None


def _owner_and_body(line: Line, following: Line) -> tuple[list[str], list[str]] | None:
    """Part "Owner: Approver:" over "Head of Estates Trust Board": the body that ends the values is the approver."""
    labels = find_labels(line.text) if len(line.text) < _LONGEST // 2 and len(line.cells) == 1 else ()
    if [label.kinds[0] for label in labels] != [LabelKind.OWNER, LabelKind.APPROVER] or len(following.cells) > 1:
        return None
    between = (line.text[: labels[0].start], line.text[labels[0].end : labels[1].start], line.text[labels[1].end :])
    if any(words.strip(" :") for words in between):
        return None
    values = _post_and_body(following.text)
    return None if values is None else ([label.text for label in labels], values)


_ENDS_IN_A_POST = re.compile(
    r"\b(?:manager|(?:head ?)?teacher|lead(?:er)?|officer|director|co-?ordinator|administrator|principal|head|bursar"
    r"|SENCO|SENDCO|DSL)\s$",
    re.IGNORECASE,
)


def _with_cells(line: Line, cells: Sequence[str]) -> Line:
    return replace(line, text="\t".join(cells), cells=tuple(cells), places=(line.where,) * len(cells))


def _headings(line: Line) -> list[str] | None:
    """Return the column headings a line consists of, two of them at least of dates; None where it is no such line."""
    if len(line.text) > _LONGEST:
        return None
    text = _without_colons(line.text)
    labels = find_labels(text) if not _LIKE_VALUE.search(text) else ()
    if len(labels) < 2 or not any(_is_of_date(label) for label in labels):
        return None
    headings, position = [], 0
    for label in labels:
        headings += _between(text[position : label.start])
        headings.append(text[label.start : label.end].replace("\t", " "))
        position = label.end
    headings += _between(text[position:])
    return headings if all(find_labels(each) or _UNKNOWN_HEADING.fullmatch(each) for each in headings) else None


def _without_colons(text: str) -> str:
    """Return headings with the colons off, where each is a label with one: "Last review: Next review:"."""
    return text.replace(":", "").strip() if text.rstrip().endswith(":") and "\t" not in text else text


def _is_of_date(label: Label) -> bool:
    return label.kinds[0] in DATE_KINDS


def _between(text: str) -> list[str]:
    return [part.strip() for part in text.split("\t") if part.strip()]


def _values(line: Line) -> list[str]:
    """Return the dates of a line and what stands before, between and behind them, gaps the page shows kept."""
    if len(line.text) > _LONGEST or find_labels(line.text):
        return []
    values = []
    for cell in line.cells:
        position = 0
        for found in scan_dates(cell).dates:
            values += [cell[position : found.start], cell[found.start : found.end]]
            position = found.end
        values.append(cell[position:])
    return [value.strip() for value in values if value.strip()]


def answers(heading: str, value: str) -> bool:
    """Say whether a value is of the kind its heading asks for: a date under "Next review", no date under "Owner"."""
    labels = find_labels(heading)
    dated = bool(scan_dates(value).dates)
    if not labels:
        return not dated
    label = labels[0]
    if _is_of_date(label) and (label.means(LabelKind.APPROVER) or label.means(LabelKind.VERSION) or is_rhythm(value)):
        return True
    if _ASKS_WHO.search(heading.rstrip(" :?")) and not label.means(LabelKind.NEXT_REVIEW):
        return not dated
    return dated == _is_of_date(label)


_ASKS_WHO = re.compile(r"\b(?:by|at)$|\bby \(|^who\b", re.IGNORECASE)
