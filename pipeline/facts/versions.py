"""Read the version, issue or edition number of a document."""

import re
from collections.abc import Sequence

from pipeline.dates.written import scan_dates
from pipeline.facts.labelled.values import Stated, list_values
from pipeline.labels.history_headings import HISTORY_RULE, is_history_heading
from pipeline.labels.kinds import LabelKind
from pipeline.text.lines import Line, first_of_body

_VERSION = re.compile(
    r"^\W*(?P<version>v?\.?\s?\d{1,3}(?:\.\d+){0,3}(?:[a-z](?![a-z]))?|\d{4}\s?v\d+)(?![\d/]|\s?(?:[/.-]\s?\d|st\b|nd\b|th\b))",
    re.IGNORECASE,
)
_COUNTS_THINGS = re.compile(r"[a-z]|\s+(?!dated|draft|final|approved|from|issued|updated|reviewed|of\b|and\b)[a-z]{3,}")
"""What follows the figure of something counted: "Issue: 3 pupils", "Release: 2.15pm"."""
_NUMBER = r"\d{1,2}(?:\.\d{1,2}){0,2}"
_LOOSE = re.compile(
    r"\b(?:policy|policies|procedures?|plan|statement|handbook|conduct|scheme|review(?:ed)?)\b[\s(–-]{1,3}"
    rf"(?:version\s)?(?P<behind>(?:(?<=version\s)|v\.?\s?){_NUMBER})(?=[\s)|,]|$)(?!\s?/)"
    rf"|(?:^|\t|[•|]\s*)\(?(?:version|issue|rev(?:ision)?|v)\.?\s?(?P<apart>{_NUMBER})(?=\)?\s*(?:$|[\t•|]))",
    re.IGNORECASE,
)
"""Behind the title, or at the start of a line or of one of its details: "Homework Policy v2.0", "Issue 3 | May"."""
_TOP_LINES = 12
_CELL_VERSION = re.compile(r"^v?\.?\d{1,2}(?:\.\d+){0,2}$", re.IGNORECASE)


def find_version(lines: Sequence[Line]) -> Stated | None:
    """Return the version as printed; document codes, minute and policy numbers are none.

    Where a document counts several (a revision history), the highest. A blank label gives an empty value.
    """
    labelled, blank = _labelled(lines)
    found = labelled or _in_history(lines) or _behind_title(lines)
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


def _behind_title(lines: Sequence[Line]) -> list[Stated]:
    """Read the version printed behind the title, at the top or in a running header: "Homework Policy v2.0"."""
    body = first_of_body(lines, _TOP_LINES)
    for line in (*body, *(line for line in lines if line.is_furniture)):
        if (match := _LOOSE.search(line.text)) is not None:
            version = match["behind"] or match["apart"]
            return [Stated(version, version, line.where, 0.85, "facts/versions.py: _LOOSE")]
    return []


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(number) for number in re.findall(r"\d+", version))
