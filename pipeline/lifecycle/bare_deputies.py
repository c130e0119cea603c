"""A bare "Deputy" is the lead's deputy where it stands right below the lead, or behind the lead in one line.

Between ``lines`` and ``contact_layout``: whose deputy is meant shows nowhere else.
"""

import re
from collections.abc import Sequence
from dataclasses import replace

from pipeline.lifecycle.lines import Line
from pipeline.lifecycle.roles import find_roles

_BARE_DEPUTY = re.compile(r"(\W*)(deput(?:y|ies))(?=\W*$|[ \u00a0]?[:\t–])", re.IGNORECASE)
_BEHIND_LEAD = re.compile(r"((?:\t|[(,;|–-])[ \u00a0]*)(deput(?:y|ies))(?=[ \u00a0]?:)", re.IGNORECASE)
_DETAIL = re.compile(r"[\d@]")


def with_whole_labels(lines: Sequence[Line]) -> list[Line]:
    """Return ``lines`` with "Deputy DSL" for a bare "Deputy" below the lead or behind the lead in one line."""
    whole: list[Line] = []
    for line in lines:
        bare = "deput" in line.text.casefold()
        whole.append(_with_whole_label(line, whole) if bare else line)
    return whole


def _with_whole_label(line: Line, before: Sequence[Line]) -> Line:
    cells = list(line.cells)
    if line.table is not None:
        for column, cell in enumerate(cells):
            if _BARE_DEPUTY.match(cell) and _names_lead_above(before, line, column):
                cells[column] = _BARE_DEPUTY.sub(_whole_label, cell, count=1)
    elif _BARE_DEPUTY.match(line.text) and _names_lead_above(before, line, None):
        cells[0] = _BARE_DEPUTY.sub(_whole_label, cells[0], count=1)
    elif any(role.role == "dsl" for role in find_roles(_BEHIND_LEAD.split(line.text, maxsplit=1)[0])):
        cells = _BEHIND_LEAD.sub(_whole_label, "\t".join(cells)).split("\t")
    if cells == list(line.cells):
        return line
    return replace(line, text="\t".join(cells).replace("\n", " ").strip(), cells=tuple(cells))


def _whole_label(match: re.Match[str]) -> str:
    return match[1] + ("Deputy DSLs" if match[2].casefold().endswith("ies") else "Deputy DSL")


def _names_lead_above(before: Sequence[Line], line: Line, column: int | None) -> bool:
    """Whether the role named last above, in the same column of a table, is the lead or a deputy of the lead."""
    for above in reversed(before[-4:]):
        if above.table != line.table:
            return False
        text = above.text if column is None else "".join(above.cells[column : column + 1])
        roles = find_roles(text)
        if roles:
            return roles[0].role in ("dsl", "deputy-dsl")
        if text.strip() and not _DETAIL.search(text):
            return False
    return False
