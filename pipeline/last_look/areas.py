"""Who is told to have safeguarding without a word for the role: "Safeguarding | Ann Lee", "Ann Lee runs safeguarding".

``check`` asks of names that no role stands with. It may be a link governor or somebody of the team, so such a name is
listed and holds nothing.
"""

from collections.abc import Iterator, Sequence
from re import IGNORECASE

from pipeline.last_look.lines import Row
from pipeline.last_look.names import NameFound, is_little
from pipeline.last_look.role_labels import AREA
from pipeline.text.lazily import compiled_lazily

_SAYS_AREA = compiled_lazily(AREA, IGNORECASE)
_ONLY = rf"\W*{AREA}(?:(?:\W|\band\b)+{AREA})?"
_AREA_ALONE = compiled_lazily(rf"{_ONLY}\W*", IGNORECASE)
_TITLE = r"(?:(?:Mr|Mrs|Ms|Miss|Mx|Dr)\W+)?"
_BEFORE = compiled_lazily(
    rf"^{_ONLY}[\W_]*$"
    rf"|\b{AREA}\W+(?:matters?\W+)?(?:falls?\W+to|(?:is|are)\W+(?:dealt\W+with|handled|managed|overseen|run|led|headed"
    rf"|looked\W+after)\W+by)\W+{_TITLE}$"
    rf"|\b(?:for|about|on)\W+{AREA}\W+(?:please\W+)?(?:ring|call|phone|e-?mail|see|ask|tell|contact|(?:speak|talk|go)"
    rf"\W+to)\W+{_TITLE}$",
    IGNORECASE,
)
"""Before a name: "Safeguarding: ", "Child protection falls to", "For safeguarding, ring"."""
_BEHIND = compiled_lazily(
    rf"\s*[:(–—=-]{_ONLY}\W*(?:$|[).;,])"
    r"|\W+(?:who\W+)?(?:leads|heads(?:\W+up)?|runs|manages|co-?ordinates|looks\W+after|is\W+in\W+charge\W+of"
    rf"|deals\W+with|takes\W+charge\W+of)\W+(?:(?:on|all|our|the)\W+)*{AREA}(?:\W+(?:team|matters|concerns))?"
    r"(?=\W*(?:$|[.;,!?)]|\b(?:in|at|for)\b))",
    IGNORECASE,
)
"""Behind a name: "(safeguarding)", "heads our safeguarding team"."""
_ASKS = compiled_lazily(
    r"\W*(?:Q\W+)?who(?:m|['’]s)?\b[^?]{0,30}\b(?:leads?|charge|looks|responsible|runs?|manages|about|for|tell)\b"
    rf"(?:\W+\w+){{0,2}}?\W+{AREA}\W*\?\W*",
    IGNORECASE,
)
"""The question above a name: "Who leads on safeguarding?"."""
_OF_OTHERS = compiled_lazily(
    r"\b(?:governors?|trustees?|link|boards?|committees?|train\w*|INSET|CPD|courses?|audits?|visits?|dates?|minutes?|agenda|author"
    r"|polic(?:y|ies)|council|authority|hub)\b",
    IGNORECASE,
)
"""Whose tables have safeguarding for a row as well."""
_ABOVE = 2


def rows_of_area(rows: Sequence[Row]) -> Iterator[int]:
    """Yield the rows that speak of safeguarding, with or without a role, and the answer to who leads on it."""
    for index, row in enumerate(rows):
        if _SAYS_AREA.search(row.text) is not None:
            yield from (index, index + 1) if _ASKS.fullmatch(row.text) and index + 1 < len(rows) else (index,)


def is_told_of_area(rows: Sequence[Row], index: int, number: int, name: NameFound) -> bool:
    """Whether a name stands with safeguarding alone, in its words, or beside it in a table of who does what."""
    row = rows[index]
    text = row.parts[number].text
    before, behind = text[: name.start], text[name.end :]
    if _BEFORE.search(before) is not None or _BEHIND.match(behind) is not None:
        return _OF_OTHERS.search(f"{before} {behind}") is None
    if index and not number and is_little(before) and _ASKS.fullmatch(rows[index - 1].text) is not None:
        return True
    if row.table is None or not (is_little(before) and is_little(behind)):
        return False
    beside = row.parts[number - 1 if number else 1 : number if number else 2]
    if not any(_AREA_ALONE.fullmatch(each.text) for each in beside):
        return False
    first = next(at for at, each in enumerate(rows) if each.table == row.table)
    heads = [each.text for each in rows[max(0, first - _ABOVE) : first + 1]]
    return not any(map(_OF_OTHERS.search, (row.parts[number].head, *heads, row.text)))
