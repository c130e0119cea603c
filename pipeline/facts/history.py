"""Read revision histories: the tables and lists in which a document counts its versions."""

import re
from collections.abc import Iterator, Sequence

from pipeline.dates.written import FoundDate, scan_dates
from pipeline.facts.own_dates import BINDING, RULE
from pipeline.facts.readings import Reading
from pipeline.labels.history_headings import HISTORY_RULE, is_history_heading, is_history_text, is_history_title
from pipeline.labels.kinds import LabelKind
from pipeline.model.dates import Precision
from pipeline.text.lines import Line

_ROW_CREATED = re.compile(r"\b(?:original|created|first|initial|new policy|written|draft\w*|release)\b", re.IGNORECASE)
_ROW_APPROVED = re.compile(r"\b(?:approved|ratified|adopted|agreed)\b", re.IGNORECASE)


def meaning_of_row(row: Line) -> tuple[LabelKind, ...]:
    """Say what a row of a revision history records."""
    if _ROW_CREATED.search(row.text) and not re.search(
        r"review|updat|amend|revis|chang|added|addition", row.text, re.IGNORECASE
    ):
        return (LabelKind.OTHER_DATE,)
    if _ROW_APPROVED.search(row.text):
        return (LabelKind.LAST_REVIEW, LabelKind.APPROVED)
    return (LabelKind.LAST_REVIEW,)


def list_history_dates(lines: Sequence[Line]) -> Iterator[Reading]:
    """Yield the dates of revision histories: under a heading line or row, then a line or row a revision."""
    for line in lines:
        if is_history_heading(line):
            yield from _read_history(lines, line.number + 1)


def _read_history(lines: Sequence[Line], first: int) -> Iterator[Reading]:
    silent = 0
    for line in lines[first : first + 60]:
        if line.table != lines[first - 1].table:
            return
        dates = [each for each in scan_dates(line.text).dates if each.start <= _LATEST_DATE or _is_cell(line, each)]
        if not dates or len(line.text) > _LONGEST_ENTRY:
            silent += len(line.text)
            if silent > _LONGEST_SILENCE:
                return
            continue
        silent = 0
        for kind in meaning_of_row(line):
            yield Reading(kind, dates[0], "Date", line.where, line.number, 0.9, history=True, rule=HISTORY_RULE)


def _is_cell(line: Line, date: FoundDate) -> bool:
    """Say whether a date is all that stands in its cell; a year alone may be half of one."""
    return date.date.precision is not Precision.YEAR and date.text in line.cells


# --- in a comparison -------------------------------------------------------------------------------------------

_LONGEST_ENTRY = 200
_LONGEST_SILENCE = 300
"""Characters without a date between two entries: what a narrow column breaks into many lines."""
_LATEST_DATE = 24
"""Where in a line below a heading its date begins at the latest."""
_MOST_SILENT = 3
"""Lines without a date in the midst of a history: the second line of an entry, a row of headings."""


def without_histories(rows: Sequence[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """Return the paragraphs of a text, each cell by cell, without the entries of its history of revisions.

    An entry has a date and binds nobody: whatever may be a rule stays.
    """
    kept: list[tuple[str, ...]] = []
    silent = _MOST_SILENT + 1
    for row in rows:
        words = " ".join(cell for cell in row if cell)
        if silent <= _MOST_SILENT and _is_entry(words, is_row=len(row) > 1):
            silent = 0
            continue
        kept.append(row)
        opens = is_history_text(words) if len(row) > 1 else is_history_title(words)
        silent = 0 if opens and len(words) <= 160 else silent + 1
    return kept


def _is_entry(words: str, *, is_row: bool) -> bool:
    dates = scan_dates(words).dates
    if not dates or len(words) > _LONGEST_ENTRY:
        return False
    said = words
    for date in reversed(dates):
        said = said[: date.start] + said[date.end :]
    if is_row:
        return BINDING.search(said) is None
    return dates[0].start <= _LATEST_DATE and RULE.search(said) is None
