"""Recognise the heading of a history of revisions: a row of column names, or a title and nothing more."""

import re
from functools import lru_cache

from pipeline.dates.written import scan_dates
from pipeline.labels.kinds import LabelKind
from pipeline.labels.listed import find_labels
from pipeline.text.lazily import compiled_lazily
from pipeline.text.lines import Line

HISTORY_RULE = "labels/history_headings.py: a row under the heading of a history of revisions"
_DATE_WORDS, _TITLE_ENDS = ("date", "issued"), ("history", "record", "control", "log")
_CHANGE_WORDS = ("change", "amend", "revision", "author", "comment", "details", "description", "reason", "summary")
_WHAT_CHANGED = r"description|changes?|amend\w*|author|summary|reason|comments?|details|revisions?"
_WAS_CHANGED = r"amendments?|changes? made|description of change|nature of change|summary of changes?"
_HISTORY_HEADING = compiled_lazily(
    rf"(?=.*\bversion\b)(?=.*(?:\bdate\b|issued))(?=.*\b(?:{_WHAT_CHANGED})\b)"
    r"|(?:rev|issue)\b(?=.*\bdate\b)(?=.*\bchanges?\b)"
    rf"|(?=.*\bdate\b)(?=.*\b(?:{_WAS_CHANGED})\b)"
    r"|(?:document |policy )?(?:revision|version|amendment|change) (?:history|record|control|log)$",
    re.IGNORECASE,
)
_LONGEST = 160
_HEADING_LINE = compiled_lazily(
    r"\W*(?:\d+\.?\s*)?(?:(?:version|revision|document|amendment|change|review|policy)\s*){1,2}"
    r"(?:history|control|log|record)s?\W*",
    re.IGNORECASE,
)


_OF_REVIEWS = compiled_lazily(
    r"(?=.*\b(?:date of review|review date|date reviewed)\b)(?=.*\breviewed by\b)"
    r"(?=.*\b(?:changes?|amendments?|comments?)\b)",
    re.IGNORECASE,
)
"""The heads of a table that counts the reviews there were, though "Review date" alone is the next."""


def heads_reviews(text: str) -> bool:
    """Say whether a line or row heads a table of the reviews there were: "Review date | Reviewed by | Changes"."""
    if len(text) > _LONGEST or "eview" not in text or "reviewed by" not in text.casefold():
        return False
    return _OF_REVIEWS.match(text) is not None and not scan_dates(text).dates


def is_history_heading(line: Line) -> bool:
    """Say whether ``line`` heads a list or table of revisions."""
    return len(line.text) <= _LONGEST and is_history_text(line.text)


@lru_cache(maxsize=4096)
def is_history_text(text: str) -> bool:
    """Say whether a line or row, whatever its length, heads a list or table of revisions."""
    if heads_reviews(text):
        return True
    if not may_head_history(text) or not _HISTORY_HEADING.match(text) or scan_dates(text).dates:
        return False
    labels = find_labels(text)
    if any(label.means(LabelKind.NEXT_REVIEW) for label in labels):
        # Columns that name their own dates.
        return False
    own = any(label.means(LabelKind.APPROVED) or label.means(LabelKind.OTHER_DATE) for label in labels)
    if own and any(label.means(LabelKind.REVIEW) for label in labels):
        return False
    return not (len(labels) == 1 and labels[0].start == 0 and labels[0].end >= len(text.rstrip(" :")))


def may_head_history(text: str) -> bool:
    """Say whether a text has a word of dates and one of changes, or ends as a title does; most lines do neither."""
    small = text.casefold()
    dated = any(map(small.__contains__, _DATE_WORDS)) and any(map(small.__contains__, _CHANGE_WORDS))
    return dated or small.rstrip().endswith(_TITLE_ENDS)


def is_history_title(text: str) -> bool:
    """Say whether a line is the title of a history of revisions and nothing more: "3. Document control"."""
    return _HEADING_LINE.fullmatch(text) is not None
