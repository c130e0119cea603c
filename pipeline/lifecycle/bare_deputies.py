"""A bare "Deputy" is the lead's deputy where it stands right below the lead, or behind the lead in one line.

Between ``lines`` and ``contact_layout``: whose deputy is meant shows nowhere else.
"""

import re
from collections.abc import Sequence
from dataclasses import replace

from pipeline.lifecycle.lines import Line
from pipeline.lifecycle.roles import find_roles

_WORD = r"(deput(?:y|ies))"
_WHOSE = r"(?:(?:the|our|her|his|their|whose)[ \u00a0]+)"
_GIVEN = r"[ \u00a0]+(?:is|are)\b"
_BARE_DEPUTY = re.compile(rf"(\W*{_WHOSE}?){_WORD}(?=\W*$|[ \u00a0]?[:\t–]|{_GIVEN})", re.IGNORECASE)
_GAP = r"[ \u00a0]"
_BEHIND_LEAD = re.compile(
    rf"((?:\t|[(,;|–-]){_GAP}*){_WORD}(?={_GAP}?[:–]|{_GAP}-{_GAP}|\W*$)|(?<=\()(){_WORD}(?=\))"
    rf"|\b({_WHOSE}){_WORD}(?={_GIVEN}|,|{_GAP}?\([^\W\d_]|[.;]|\W*$)",
    re.IGNORECASE,
)
"""After the lead: "; Deputy – X", "X (deputy)", "the deputy is X", "the deputy, X", "X is her deputy", "X – Deputy"."""
_LEADS = ("dsl", "deputy-dsl")
_DETAIL = re.compile(r"[\d@]")


def with_whole_labels(lines: Sequence[Line]) -> list[Line]:
    """Return ``lines`` with "Deputy DSL" for a bare "Deputy" below, beside or behind the lead."""
    whole: list[Line] = []
    for line in lines:
        bare = "deput" in line.text.casefold()
        whole.append(_with_whole_label(line, whole) if bare else line)
    return whole


def _with_whole_label(line: Line, before: Sequence[Line]) -> Line:
    cells = list(line.cells)
    if line.table is not None:
        for column, cell in enumerate(cells):
            if _BARE_DEPUTY.match(cell) and (_lead_to_the_left(cells, column) or _lead_above(before, line, column)):
                cells[column] = _BARE_DEPUTY.sub(_whole_label, cell, count=1)
    elif _BARE_DEPUTY.match(line.text) and _lead_above(before, line, None):
        cells[0] = _BARE_DEPUTY.sub(_whole_label, cells[0], count=1)
    if line.table is not None:
        cells = [_behind_lead(cell, below=False) for cell in cells]
    else:
        cells = _behind_lead("\t".join(cells), below=_lead_above(before, line, None)).split("\t")
    if cells == list(line.cells):
        return line
    return replace(line, text="\t".join(cells).replace("\n", " ").strip(), cells=tuple(cells))


def _behind_lead(text: str, *, below: bool) -> str:
    """Write each bare "deputy" whole that follows the lead, and nobody of another role, there or in the text above."""
    match = _BEHIND_LEAD.search(text)
    roles = {each.role for each in find_roles(text[: match.start()])} if match else set()
    return _BEHIND_LEAD.sub(_whole_label, text) if (below or "dsl" in roles) and roles <= set(_LEADS) else text


def _whole_label(match: re.Match[str]) -> str:
    *before, word = (group for group in match.groups() if group)
    joint = "".join(before)
    whose = "the " if re.match(r"[^\W\d_]", joint) else joint
    return whose + ("Deputy DSLs" if word.casefold().endswith("ies") else "Deputy DSL")


def _lead_to_the_left(cells: Sequence[str], column: int) -> bool:
    """Whether the nearest role to the left in a row is the lead or a deputy of the lead."""
    named = (find_roles(cell) for cell in reversed(cells[:column]))
    return next((roles[0].role in _LEADS for roles in named if roles), False)


def _lead_above(before: Sequence[Line], line: Line, column: int | None) -> bool:
    """Whether the role named last above, in the same column of a table, is the lead or a deputy of the lead."""
    for above in reversed(before[-4:]):
        if above.table != line.table:
            return False
        text = above.text if column is None else "".join(above.cells[column : column + 1])
        roles = find_roles(text)
        if roles:
            return roles[0].role in _LEADS
        if text.strip() and not _DETAIL.search(text):
            return False
    return False
