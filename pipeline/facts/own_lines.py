"""Leave out the parts of a document that say nothing of the document itself.

Between ``text.lines`` and the readers of dates, cycle, owner, approver and contacts: the list of contents has words
like labels and numbers beside them, a case study names people and days, and a form in an appendix asks the one who
fills it in.
"""

import re
from collections.abc import Iterator, Sequence

from pipeline.dates.written import scan_dates
from pipeline.labels.kinds import DATE_KINDS
from pipeline.labels.listed import find_labels
from pipeline.model.documents import BlockKind
from pipeline.named.roles.other_posts import opens_example
from pipeline.text.lines import Line, numbered

_CONTENTS = re.compile(r"\W*(?:table of )?contents?(?: page)?\W*|\W*index\W*", re.IGNORECASE)
_LEADERS = re.compile(r"(?:\.{5,}|…{2,}|(?:\. ){4,})\s*(?:page\s*)?\d{0,3}$", re.IGNORECASE)
_LEADERS_TO_A_PAGE = re.compile(r":\s*[^\W\d][^.…:]*(?:\.{5,}|…{2,})\s*\d{1,3}$")
"""An entry with a colon in it: "6 Duties: staff members ...... 13"; without a page it may be a line to fill in."""
_TO_SIGN = re.compile(r"\W*sign(?:ed|ature)\b", re.IGNORECASE)
_PAGE_AT_END = re.compile(r"[\s.…](?:page\s*)?\d{1,3}$", re.IGNORECASE)
_LONGEST_ENTRY = 190
_APPENDIX = re.compile(r"\W*(?:appendix|appendices|annex(?:e)?)\b", re.IGNORECASE)
_FORM = re.compile(
    r"\b(?:forms?|template|agreement|consent|checklist|sample|specimen|pro-?\s?forma|questionnaire|body map|letter"
    r"|contract|declaration|examples?|model|(?:incident|accident|concern|training|visitor)s? (?:record|log|report)"
    r"|(?:record|log|report) of (?:an? )?(?:incident|accident|concern))\b",
    re.IGNORECASE,
)
_NO_FORM = re.compile(r"contacts?|staff|people|team|history|version|review|approval|procedure", re.IGNORECASE)
_LONGEST_HEADING = 110
_EXAMPLE_LINES = 4
"""How many lines below "Case study 2" are told of it, up to the next heading."""
_HEADS_A_CASE = re.compile(
    r"^\W*(?:appendix\W*)?(?:\w{1,2}\W+)?(?:for\s+discussion\s+(?:in|at|during|with)"
    r"|(?:discussion|training)\s+(?:exercise|scenario|case))\b.{0,40}$",
    re.IGNORECASE,
)
_FROM_CASES = (
    r"\b(?:put\s+together|made\s+up|drawn|taken|adapted)\s+from\s+(?:(?:an?|several|many|various|different|real|true"
    r"|other)\s+){0,2}cases?\b"
)
_TELLS_A_CASE = re.compile(
    rf"{_FROM_CASES}|\bnames\s+(?:have|had)\s+been\s+changed\b|\bin\s+(?:our|this)\s+example\b"
    r"|\b(?:fictitious|fictional|imaginary|invented|made-up)\s+(?:case|account|story|school|setting|child|pupil)\b",
    re.IGNORECASE,
)
"""How a heading, or a story's own words, say that a case follows from which readers are to learn."""
_OF_CASES = (_HEADS_A_CASE, _TELLS_A_CASE)


def own_lines(lines: Sequence[Line]) -> tuple[Line, ...]:
    """Return ``lines`` without the list of contents, examples and the forms of appendices, numbered anew."""
    left_out = {*_contents(lines), *_examples(lines), *_forms(lines)}
    if not left_out:
        return tuple(lines)
    kept = (line for line in lines if line.number not in left_out or line.is_furniture)
    return numbered(kept)


def _contents(lines: Sequence[Line]) -> Iterator[int]:
    listing = False
    for line in lines:
        if _CONTENTS.fullmatch(line.text):
            listing = True
        elif line.table is None and _leads_to_a_page(line.text) and _is_entry(line):
            yield line.number
        elif listing:
            listing = _is_entry(line) and _PAGE_AT_END.search(line.text) is not None
            if listing:
                yield line.number


def _leads_to_a_page(text: str) -> bool:
    if ("..." not in text and ". ." not in text and "…" not in text) or _TO_SIGN.match(text):
        return False
    return (_LEADERS.search(text) is not None and ":" not in text) or _LEADERS_TO_A_PAGE.search(text) is not None


def _is_entry(line: Line) -> bool:
    return len(line.text) <= _LONGEST_ENTRY and not scan_dates(line.text).dates


def _examples(lines: Sequence[Line]) -> Iterator[int]:
    for line in lines:
        if opens_example(line.text, alone=False):
            yield line.number
        elif opens_example(line.text, alone=True) or any(each.search(line.text) for each in _OF_CASES):
            yield line.number
            for below in lines[line.number + 1 : line.number + 1 + _EXAMPLE_LINES]:
                if below.kind is BlockKind.HEADING or below.table != line.table:
                    break
                yield below.number


def _forms(lines: Sequence[Line]) -> Iterator[int]:
    """Yield the lines below the heading of an appendix that is a form; a dated label of the policy's own is kept."""
    inside = False
    for line in lines:
        if _APPENDIX.match(line.text) and len(line.text) <= _LONGEST_HEADING:
            inside = _FORM.search(line.text) is not None and not _NO_FORM.search(line.text)
        elif inside and not _is_own_date(line):
            yield line.number


def _is_own_date(line: Line) -> bool:
    """Say whether a line gives a date of the policy by name: "Policy reviewed: May 2026", "Next review May 2027"."""
    labels = [each for each in find_labels(line.text) if each.kinds[0] in DATE_KINDS]
    named = any(re.search(r"policy|document|review", each.text, re.IGNORECASE) for each in labels)
    return named and bool(scan_dates(line.text).dates)
