"""Lines that record who signed, wrote, reviewed or approved a text: a person there is no contact of today."""

import re
from collections.abc import Iterator, Mapping, Sequence

from pipeline.dates.written import scan_dates
from pipeline.labels.history_headings import is_history_heading, is_history_title
from pipeline.named.names.titles import no_title_before
from pipeline.text.lazily import compiled_lazily
from pipeline.text.lines import Line

NO_DUTY = r"(?<!\bis )(?<!\bbe )(?<!\bare )(?<!\bbeing )"
"""Before a verb: "is reviewed by the DSL" tells of a duty and records nothing."""
MADE = r"(?:written|drafted|prepared|produced|compiled|created|updated|revised|amended|reviewed|authored|developed)"
DECIDED = r"(?:approved|ratified|adopted|agreed|authorised|endorsed)"
_DONE = rf"(?:{MADE}|{DECIDED}|signed)"
_LABEL = compiled_lazily(
    r"^\W*(?:signed|signature|authors?|reviewer"
    rf"|(?:policy |document |last )?{_DONE}(?:\s+off)?(?:\s+(?:and|&)\s+{_DONE})?\s+by)\s*[:\t]",
    re.IGNORECASE,
)
_BY = compiled_lazily(rf"{NO_DUTY}\b{_DONE}\b[\w\s]{{0,30}}?\bby\b", re.IGNORECASE)
_LONGEST = 160
_ENDS = compiled_lazily(
    rf"{no_title_before()}(?<!\b[A-Z])\.\s|[;\t\n|]"
    r"|\b(?:DSLs?|leads?|officers?|persons?)\b\W{0,3}(?:\([A-Z]+\)\s*)?(?:name\s*)?(?::|\b(?:is|are)\b)",
    re.IGNORECASE,
)
"""Where a record ends in its line: what begins there names today's lead ("Approved in May 2024. DSL: X")."""


def list_records(lines: Sequence[Line]) -> Mapping[int, range]:
    """Return the stretches that are records, by line: signatures, authors, approvals, rows of revision histories."""
    found = {line.number: record for line in lines if (record := _record(line.text))}
    return found | {line.number: range(len(line.text) + 1) for line in _rows_of_histories(lines)}


def _record(text: str) -> range | None:
    """Return the stretch of a line that says who signed, wrote or approved the text, its end included."""
    if len(text) > _LONGEST:
        return None
    match = _LABEL.match(text)
    if match is None:
        match = _BY.search(text) if "by" in text.casefold() else None
        if match is None or not scan_dates(text).dates:
            return None
    end = _ENDS.search(text, match.end())
    return range(match.start(), (end.start() if end else len(text)) + 1)


def _rows_of_histories(lines: Sequence[Line]) -> Iterator[Line]:
    """Yield the rows of the tables whose first row, or the line before, is the heading of a history."""
    for before, line in zip((None, *lines), lines, strict=False):
        opens = line.table is not None and (before is None or before.table != line.table)
        if opens and (is_history_heading(line) or (before is not None and is_history_title(before.text))):
            yield from (each for each in lines if each.table == line.table)
