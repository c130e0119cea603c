"""Read the version, issue or edition number of a document."""

import re
from collections.abc import Sequence

from pipeline.dates.written import scan_dates
from pipeline.facts.labelled.joins import columns_with_labels
from pipeline.facts.labelled.values import Stated, list_values
from pipeline.labels.history_headings import HISTORY_RULE, is_history_heading
from pipeline.labels.kinds import LabelKind
from pipeline.labels.listed import find_labels
from pipeline.text.lines import Line, first_of_body

_VERSION = re.compile(
    r"^\W*(?P<version>v?\.?\s?\d{1,3}(?:\.\d+){0,3}(?:[a-z](?![a-z]))?|\d{4}\s?v\d+)(?![\d/]|\s?(?:[/.-]\s?\d|st\b|nd\b|th\b))",
    re.IGNORECASE,
)
_COUNTS_THINGS = re.compile(r"[a-z]|\s+(?!dated|draft|final|approved|from|issued|updated|reviewed|of\b|and\b)[a-z]{3,}")
"""What follows the figure of something counted: "Issue: 3 pupils", "Release: 2.15pm"."""
_LOOSE_VERSION = re.compile(r"(?:^|\s)(?P<version>v\.?\s?\d{1,2}(?:\.\d+){1,2})(?=\s|$)", re.IGNORECASE)
_BEHIND_TITLE = re.compile(
    r"\b(?:policy|policies|procedures?|plan|statement|handbook|conduct|scheme)\b[\s(–-]{1,3}"
    r"(?P<version>(?:version\s|v\.?\s?)\d{1,2}(?:\.\d{1,2}){0,2})(?=[\s)|,]|$)(?!\s?/)",
    re.IGNORECASE,
)
_BEFORE_DATE = re.compile(
    r"(?:issue\s+(?:no\.?\s*)?(?=\d{1,2}(?:\.\d+)*\s*[,–-])|version\s+|v\.?\s?)"
    r"(?P<version>\d{1,2}(?:\.\d{1,2}){0,2})[\s,:–-]+",
    re.IGNORECASE,
)
"""A line of its own at the top: "Issue 3, March 2025", "v2 March 2025"."""
_ISSUE_IN_A_ROW = re.compile(
    r"(?:^|\t|[•|]\s*)(?:issue|version|revision|rev)\s+(?P<version>\d{1,2}(?:\.\d+)?)(?=\s*(?:$|[\t•|]))", re.IGNORECASE
)
"""One of several details of a line: "Owner: Bursar | Issue 3 | May 2026"."""
_ALONE = re.compile(r"\(?v(?:er)?\.?\s?(?P<version>\d{1,2}(?:\.\d{1,2}){0,2})\)?", re.IGNORECASE)
"""All of a line at the top: "v.7"."""
_TOP_LINES = 12
_CELL_VERSION = re.compile(r"^v?\.?\d{1,2}(?:\.\d+){0,2}$", re.IGNORECASE)


def find_version(lines: Sequence[Line]) -> Stated | None:
    """Return the version as printed; document codes, minute and policy numbers are none.

    Where a document counts several (a revision history), the highest. A blank label gives an empty value.
    """
    labelled, blank = _labelled(lines)
    found = [*labelled, *_in_columns(lines)] or _in_history(lines) or _beside_review(lines) or _behind_title(lines)
    return max(found, key=lambda stated: (_numbers(stated.value), stated.confidence)) if found else blank


def _labelled(lines: Sequence[Line]) -> tuple[list[Stated], Stated | None]:
    found, blank = [], None
    for label, stated in list_values(lines, LabelKind.VERSION):
        match = _VERSION.match(stated.value)
        if match and _COUNTS_THINGS.match(stated.value, match.end()):
            continue
        if match and not any(date.start < match.end() for date in scan_dates(stated.value).dates):
            sure = 0.95 if "version" in label.text.lower() else 0.85
            found.append(Stated(match["version"], match["version"], stated.where, sure, label.rule))
        elif stated.is_blank:
            blank = blank or stated
    return found, blank


def _in_columns(lines: Sequence[Line]) -> list[Stated]:
    """Read every row under the heading "Version" of a table that counts them."""
    found = []
    for line in lines:
        if line.table is None or len(columns_with_labels(line)) < 2:
            continue
        for label in find_labels(line.text):
            if not label.means(LabelKind.VERSION):
                continue
            column = line.column_at(label.start)
            for row in lines[line.number + 1 : line.number + 61]:
                if row.table != line.table or len(row.cells) != len(line.cells):
                    break
                version = row.cells[column].strip()
                if _CELL_VERSION.match(version) and not scan_dates(version).dates:
                    found.append(Stated(version, version, row.places[column] or row.where, 0.85, label.rule))
    return found


def _in_history(lines: Sequence[Line]) -> list[Stated]:
    """Read the version column of a revision history set as lines of text or as a table."""
    found = []
    for line in lines:
        if not is_history_heading(line) or "version" not in line.text.lower():
            continue
        for row in lines[line.number + 1 : line.number + 61]:
            if row.table != line.table or len(row.text) > 200:
                break
            cells = re.split(r"\t|\s/\s", row.text)
            numbers = (cell.strip() for cell in cells[:3] if not scan_dates(cell).dates)
            version = next((number for number in numbers if _CELL_VERSION.match(number)), None)
            if version and scan_dates(row.text).dates:
                found.append(Stated(version, version, row.where, 0.85, HISTORY_RULE))
    return found


_FIGURE = re.compile(r"\d")
_REVIEWED_AS = re.compile(r"^\W*(?:policy )?review(?:ed)? v\d", re.IGNORECASE)


def _beside_review(lines: Sequence[Line]) -> list[Stated]:
    for line in lines:
        if _REVIEWED_AS.match(line.text):
            match = _LOOSE_VERSION.search(line.text)
            if match:
                return [
                    Stated(match["version"], match["version"], line.where, 0.8, "facts/versions.py: _LOOSE_VERSION")
                ]
    return []


def _behind_title(lines: Sequence[Line]) -> list[Stated]:
    """Read the version printed behind the title, at the top or in a running header: "Homework Policy v2.0"."""
    body = first_of_body(lines, _TOP_LINES)
    for line in (*body, *(line for line in lines if line.is_furniture)):
        if not _FIGURE.search(line.text):
            continue
        alone = _BEFORE_DATE.match(line.text)
        if alone is not None and any(date.start == 0 for date in scan_dates(line.text[alone.end() :]).dates):
            words = alone[0].strip(" ,:–-")
            return [Stated(alone["version"], words, line.where, 0.85, "facts/versions.py: _BEFORE_DATE")]
        row = _ISSUE_IN_A_ROW.search(line.text)
        if row is not None and (len(line.cells) > 1 or "•" in line.text or "|" in line.text):
            words = row[0].strip(" •|\t")
            return [Stated(row["version"], words, line.where, 0.85, "facts/versions.py: _ISSUE_IN_A_ROW")]
        own = _ALONE.fullmatch(line.text)
        if own is not None:
            return [Stated(own["version"], line.text, line.where, 0.85, "facts/versions.py: _ALONE")]
        match = _BEHIND_TITLE.search(line.text)
        if match:
            version = re.sub(r"^version\s", "", match["version"], flags=re.IGNORECASE)
            return [Stated(version, match["version"], line.where, 0.85, "facts/versions.py: _BEHIND_TITLE")]
    return []


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(number) for number in re.findall(r"\d+", version))
