"""Read the value that stands at a label: beside it, in the next column, under it or on the next line."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from itertools import takewhile

from pipeline.dates.written import order_key, scan_dates
from pipeline.facts.labelled.joins import SUBJECT, columns_with_labels, heads_plan
from pipeline.labels.history_headings import is_history_heading
from pipeline.labels.kinds import Label, LabelKind
from pipeline.labels.listed import find_labels
from pipeline.places import Place
from pipeline.text.lines import Line


@dataclass(frozen=True, slots=True)
class Stated:
    """A value with its place; an empty value is a label left blank."""

    value: str
    text: str
    """The exact words; for a blank the label as printed."""
    where: Place
    confidence: float
    rule: str = ""
    """What told the label, or what the value was read by without one."""

    @property
    def is_blank(self) -> bool:
        """Whether the label is there and the value is not."""
        return not self.value


_SEPARATOR = re.compile(r"^(?:\s*\([^)]{0,80}\))?[\s:;.\-–—|/]*(?:(?:is|are)\b\s*)?(?:the\b\s*(?=[A-Z]))?")
_EMPTY = re.compile(r"^[\s:._…\-–/|()?]*$")
_VALUE_LENGTH = 120
_LONGEST_RUN = 12
"""Labels that stand under each other before their values come."""
_SENTENCE = re.compile(r"[a-z]{4,}[.;]\s+[A-Z]|\b(?:will|should|must|shall)\b")


@dataclass(frozen=True, slots=True, eq=False)
class _Same:
    """The lines of a document as a key: the very same ones, as equal ones would take long to tell."""

    lines: tuple[Line, ...]

    def __hash__(self) -> int:
        return id(self.lines)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and self.lines is other.lines


@lru_cache(maxsize=4)
def _with_labels(of: _Same) -> tuple[Line, ...]:
    """Return the lines that have any label: few have, and they are asked for once a kind."""
    return tuple(line for line in of.lines if find_labels(line.text))


def list_values(lines: Sequence[Line], kind: LabelKind) -> Iterator[tuple[Label, Stated]]:
    """Yield what stands at each label of ``kind``: beside it, in the next column, under it or on the next line."""
    for line in _with_labels(_Same(lines)) if isinstance(lines, tuple) else lines:
        labels = find_labels(line.text)
        if not any(kind in label.kinds for label in labels) or heads_plan(line):
            continue
        heads_history = is_history_heading(line)
        if heads_history and kind not in _OF_APPROVAL and not any("owner" in each.text.lower() for each in labels):
            # An author is one of each version, an owner is the policy's.
            continue
        alone = heads_history and len(line.cells) > 1
        for position, label in enumerate(labels):
            if not label.means(kind) or not _begins_clause(line, label, labels[:position]):
                continue
            if kind in _WHO and (_OF_SOMETHING.search(line.text, 0, label.start) or is_told_of_others(line, label)):
                continue
            end = _end_of_value(line, label, labels[position + 1 :])
            stated = (
                (None if alone else _beside(line, label, end))
                or _below(lines, line, label)
                or _next_line(lines, line, label)
            )
            empty = stated is None and bool(_EMPTY.match(line.text[label.end : end]))
            if empty and not _heads_other_column(line, label):
                stated = Stated(
                    "",
                    line.text[label.start : label.end].strip() + (":" if ":" in line.text[label.end : end] else ""),
                    line.where,
                    0.0,
                )
            if stated is not None:
                yield label, replace(stated, rule=label.rule)


_OF_APPROVAL = (LabelKind.APPROVED, LabelKind.APPROVER)
_WHO = (LabelKind.APPROVER, LabelKind.OWNER)
_OF_SOMETHING = re.compile(r"[^\W\d_]\s+(?:of|to)\s+(?:the\s+)?$", re.IGNORECASE)
"""Before a label, what is asked for of it: the clerk or the chair "of" / "Committee:"."""


def _heads_other_column(line: Line, label: Label) -> bool:
    """Say whether words without a colon head the second column of a list ("Role", "Responsibility"), not the policy."""
    left = line.text[: label.start].split("\t")
    return len(left) > 1 and bool(left[-2].strip()) and not find_labels(left[-2]) and ":" not in line.text[label.end :]


def _end_of_value(line: Line, label: Label, following: Sequence[Label]) -> int:
    """Return where the value must end: at the next label, unless that is the body after "by"."""
    for other in following:
        if (within := _ends_within(line, label, other)) is not None:
            return within
        is_body = other.kinds[0] in {LabelKind.SIGNATURE, LabelKind.APPROVER} or bool(
            re.fullmatch(r"full governing body", other.text, re.IGNORECASE)
        )
        if re.match(r"sign|print", other.text, re.IGNORECASE) and "\t" in line.text[label.end : other.start]:
            # The heading of the next column.
            return other.start
        gap = line.text[label.end : other.start].strip(" :|\t")
        if not (
            is_body
            and (label.text.lower().endswith("by") or label.means(LabelKind.APPROVER))
            and "\t" not in gap
            and len(gap) < 40
        ):
            return other.start
    return len(line.text)


_LAST_WORD_OF_A_BODY = re.compile(r"(?:committee|board|body|council|trust|team)(?=\s[A-Za-z])", re.IGNORECASE)


def _ends_within(line: Line, label: Label, other: Label) -> int | None:
    """Return where the value ends inside the next label's words: "Resources" of "Resources Committee Approval date"."""
    last = _LAST_WORD_OF_A_BODY.match(line.text, other.start)
    before = line.text[label.end : other.start]
    if last is None or last.end() >= other.end or not re.search(r"[A-Z][A-Za-z&]*\s+$", before) or "\t" in before:
        return None
    return last.end()


def _begins_clause(line: Line, label: Label, earlier: Sequence[Label]) -> bool:
    """Say whether a label opens its cell, or follows another value, rather than standing inside a sentence."""
    before = line.text[: label.start].rsplit("\t", 1)[-1]
    colon = line.text[label.end : label.end + 2].lstrip().startswith((":", "-", "–", "\t"))
    if colon and earlier and ":" in line.text[earlier[-1].end : label.start]:
        # One of a row of labels and values set in one line: only the words since the last label count.
        before = line.text[max(earlier[-1].end, label.start - len(before)) : label.start]
    if len(line.text) > 200 and len(before) > 70:
        return False
    dates = scan_dates(before).dates
    if dates:
        before = before[dates[-1].end :]
    words = re.findall(r"[A-Za-z]{2,}", before)
    return len(words) <= (8 if colon else 3)


def is_told_of_others(line: Line, label: Label) -> bool:
    """Say whether a label in small letters stands in a sentence whose subject is not this document, or tells no date.

    "A member of staff authorised by the head", "any changes are approved by the governors": no document is named there.
    """
    if not label.text[0].islower() or line.text[label.end :].lstrip().startswith(":") or SUBJECT.search(label.text):
        return False
    before = re.split(r"[.;:!?]\s+|\t", line.text[: label.start])[-1]
    return re.search(r"[a-z]{2}", before) is not None and SUBJECT.search(before) is None


def _beside(line: Line, label: Label, end: int) -> Stated | None:
    rest = line.text[label.end : end]
    separator = _SEPARATOR.match(rest)
    start = separator.end() if separator else 0
    cells = [cell for cell in rest[start:].split("\t") if cell.strip()]
    if not cells:
        return None
    value = _trim(cells[0])
    if label.means(LabelKind.OWNER) and len(cells) > 1 and _POST_BEHIND.match(cells[1]):
        value = f"{value} {cells[1].strip()}"
    if end < len(line.text) and not label.means(LabelKind.TITLE):
        # "Policy" of "Policy valid until", where only the rest is known for a label.
        value = _trim(re.sub(r"\s+(?:Policy|Date|Document)$", "", value))
    if not value or len(value) > _VALUE_LENGTH or _SENTENCE.search(value) or not re.search(r"[A-Za-z0-9]", value):
        return None
    if value[0].islower() and not re.search(r"[:\t]", rest[:start]) and not re.match(r"v\.?\d", value):
        # Without a colon it is the rest of a sentence.
        return None
    column = line.column_at(label.end + start)
    return Stated(value, value, line.places[column] or line.where, 0.97)


_POST_BEHIND = re.compile(r"\s*[–—-]\s+[A-Z]")
"""A cell that carries on the one before it: "Ada Holt" / "– Headteacher"."""


def _below(lines: Sequence[Line], line: Line, label: Label) -> Stated | None:
    """Read the cell under a column's heading: of several rows, each with its date, that of the newest."""
    if len(line.cells) < 2 or len(columns_with_labels(line)) < 2:
        return None
    column = line.column_at(label.start)
    under = partial(_is_row_under, line, column)
    rows = list(takewhile(under, lines[line.number + 1 : line.number + 1 + _MOST_ROWS]))
    rows = rows[:1] + [row for row in rows[1:] if scan_dates(row.text).dates]
    if not rows:
        return None
    row = max(rows, key=lambda row: max((order_key(each.date) for each in scan_dates(row.text).dates), default=("",)))
    value = _trim(row.cells[column].replace("\n", " "))
    return Stated(value, value, row.places[column] or row.where, 0.93) if value else None


def _is_row_under(heading: Line, column: int, row: Line) -> bool:
    same = row.table == heading.table and len(row.cells) == len(heading.cells)
    return same and not find_labels(row.cells[column])


_MOST_ROWS = 60


def _next_line(lines: Sequence[Line], line: Line, label: Label) -> Stated | None:
    before = line.text[: label.start].strip(" •-–*")
    follows_value = ":" in before.rstrip(": ") and line.text[label.end :].strip() == ":"
    if (before and not follows_value) or line.number + 1 >= len(lines) or not _EMPTY.match(line.text[label.end :]):
        return None
    following = lines[line.number + 1]
    if len(line.cells) > 1 < len(following.cells):
        return None
    if following.text.startswith("("):
        # A caption under a line to sign on, not a value.
        return None
    value = _trim(following.text)
    if (
        line.table != following.table
        or find_labels(following.text)
        or not (1 < len(value) <= 80 or (value.isdigit() and label.means(LabelKind.VERSION)))
        or _SENTENCE.search(value)
    ):
        return None
    if label.means(LabelKind.CYCLE) and re.match(r"\d+[\s-]", value):
        return Stated(value, value, following.where, 0.88)
    if re.search(r"[.;]$", value) or re.match(
        r"^(?:\d+[.)]?\s|page\b|contents?\b|introduction\b|aims?\b)", value, re.IGNORECASE
    ):
        return None
    return Stated(value, value, following.where, 0.88)


def _trim(text: str) -> str:
    text = re.sub(r"[_…]{2,}.*$|\.{4,}.*$", "", text)
    return re.sub(r"^[\s:.\-–|•]+|[\s:;,|–-]+$", "", text).strip()


def is_date_value(text: str) -> bool:
    """Say whether ``text`` is a date and next to nothing else."""
    dates = scan_dates(text).dates
    return bool(dates) and len(text) - (dates[0].end - dates[0].start) < 6


def before_date(text: str) -> str:
    """Return ``text`` up to its first date, all of it where it has none."""
    dates = [found for found in scan_dates(text).dates if found.start > 0]
    return _trim(text[: dates[0].start] if dates else text)
