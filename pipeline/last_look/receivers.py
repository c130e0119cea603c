"""Whom worries about a child go to, no role told: "Any concern is passed to Ann Lee", "Who should I tell? Ann Lee".

``check`` lists such a name that is nobody's today: whoever received worries when the text was written was the lead,
the deputy or, for allegations, the head.
"""

from collections.abc import Iterator, Sequence
from re import IGNORECASE

from pipeline.last_look.areas import AREA_WORDS, entry_around, is_of_others
from pipeline.last_look.lines import Row
from pipeline.last_look.names import NameFound, is_little
from pipeline.last_look.role_labels import post_at
from pipeline.text.lazily import compiled_lazily

_WORRY = compiled_lazily(
    r"\b(?:concern(?:s|ed)?|worr(?:y|ies|ied)|disclos\w+|allegations?|abus\w+|harm(?:ed)?|at\W+risk|CPOMS|My\W?Concern"
    r"|radicali\w+|whistle\w*|neglect\w*|scared|tell\W+(?:me|you|us))\b",
    IGNORECASE,
)
_OF_A_CHILD = compiled_lazily(
    r"\b(?:child(?:ren)?['’]?s?|pupils?|students?|learners?|young|disclos\w+|allegations?|abus\w+|unsafe|harm(?:ed)?|CPOMS"
    r"|My\W?Concern|radicali\w+|whistle\w*|neglect\w*|low\W?level|member\W+of\W+staff|adults?|colleagues?|scared"
    r"|(?:any|all|every|report|a)\W+(?:concern|worr)\w*|" + AREA_WORDS + r")\b",
    IGNORECASE,
)
"""Words by one of which a worry is about a child or whoever works with children, and not about a lost coat."""
_OF_STAFF = compiled_lazily(
    r"\b(?:allegations?|low\W?level|whistle\w*|(?:members?\W+of\W+)?staff(?=\W*\??\W*(?:$|\t))"
    r"|(?:about|against)\W+(?:a\W+|an\W+|other\W+)?(?:members?\W+of\W+)?(?:staff|adult|colleague|teacher)s?)\b",
    IGNORECASE,
)
_TITLE = r"(?:(?:Mr|Mrs|Ms|Miss|Mx|Dr)\W+)?"
_TO = compiled_lazily(
    r"(?:\b(?:to|tell|see|ask|contact|inform|notify|call|ring|phone|e-?mail|alert|with)(?:s|ing)?"
    rf"(?:\W+(?:at\W+(?:the\W+)?\w+\W+)?for)?|[:?→–—-])\W*(?:please\W+)?{_TITLE}$",
    IGNORECASE,
)
_OR = compiled_lazily(
    r"\W*(?:\([^)]{0,40}\)\W*)?(?:[,/&]\W*|\b(?:or|and|then)\b\W*)"
    r"(?:if\W+(?:she|he|they)\W+(?:is|are)\W+[\w ]{2,20}\W+)?(?:(?:or|and|then|tell|ask|to|see)\b\W*)*" + _TITLE,
    IGNORECASE,
)
"""Between two who are told one after the other: "Ann Lee or, if she is out, Bob Ray"."""
_REPORTS = compiled_lazily(
    r"(?:^|[.;!?]\s+)\W*(?:(?:step\W+)?\d+\W+|step\W+|please\W+|then\W+|(?:if|when)\b[^,.;]{0,40},\W*)*"
    rf"(?:tell|(?:report|pass|refer|hand)(?:s|ed|ing)?(?:\W+(?:it|this|them|on|all|any))*\W+(?:on\W+)?to):?\W+{_TITLE}$",
    IGNORECASE,
)
_ASKS = compiled_lazily(
    r"\W*(?:Q\W+)?(?:who\b(?:\W+(?:do|should|can|could|must|to|is|will|would|i|we|you|they|there|the|person|be))*\W+"
    r"(?:tell|talk\W+to|speak\W+to|go\W+to|ask|turn\W+to|help\W+(?:me|us|you)|contact|report\W+to|deals?\W+with)"
    r"(?=\W*$|[^?]{0,60}\?)|what\W+(?:do|should|can|if)\b(?=[^?]{0,60}\?))[^?]{0,60}\??\W*",
    IGNORECASE,
)
_ABOUT = compiled_lazily(r"\b(?:about|if|when|with|for|that)\b", IGNORECASE)
_REPORTED = compiled_lazily(r"\b(?:tell|(?:report|pass|refer|hand)(?:s|ed|ing)?\b[^.;]{0,30}\bto)\b", IGNORECASE)
_NEAR = 3
_LONGEST_HEADING = 90


def is_worry(text: str, *, of_area: bool) -> bool:
    """Whether a text speaks of a worry over a child, or over somebody who works with children.

    In a text that is about safeguarding (``of_area``) every worry is.
    """
    if _WORRY.search(text) is None or is_of_others(text):
        return False
    return of_area or _OF_A_CHILD.search(text) is not None


def asks_whom(text: str, *, of_area: bool) -> bool:
    """Whether a heading asks whom to tell, of a worry or of nothing in particular: "Who should I tell?"."""
    if len(text) > _LONGEST_HEADING or (_ASKS.fullmatch(text) is None and not text.rstrip().endswith("?")):
        return False
    return is_worry(text, of_area=of_area) or (
        _ASKS.fullmatch(text) is not None and _ABOUT.search(text) is None and (of_area or "what" not in text.casefold())
    )


def rows_of_worries(rows: Sequence[Row], *, of_area: bool) -> Iterator[int]:
    """Yield the rows in which somebody may be told of a worry; ``of_area``: the whole text is about safeguarding."""
    for index, row in enumerate(rows):
        if is_worry(row.text, of_area=of_area) or asks_whom(row.text, of_area=of_area):
            yield from range(index, min(len(rows), index + 1 + _NEAR))
        elif of_area and _REPORTED.search(row.text):
            yield index


def receives_worries(
    rows: Sequence[Row], names: Sequence[NameFound], index: int, number: int, at: int, *, of_area: bool
) -> str | None:
    """Return the role, the lead's or the head's, of whom worries go to by the words about the ``at``-th of ``names``.

    None where they do not, or where a post at the name says who that is.
    """
    text, name = rows[index].parts[number].text, names[at]
    if post_at(text, name.start, name.end) is not None:
        return None
    first = _first_of_list(text, names, at)
    before = text[: names[first].start]
    context = _context(rows, index, number, name, of_area=of_area)
    reported = _REPORTS.search(before) is not None
    sent = _TO.search(before) is not None or is_little(before)
    if context is None and of_area and reported and not is_of_others(text):
        context = text
    if context is None or not sent:
        return None
    return "headteacher" if _OF_STAFF.search(context) is not None else "dsl"


def _first_of_list(text: str, names: Sequence[NameFound], at: int) -> int:
    while at and _OR.fullmatch(text, names[at - 1].end, names[at].start) is not None:
        at -= 1
    return at


def _context(rows: Sequence[Row], index: int, number: int, name: NameFound, *, of_area: bool) -> str | None:
    """Return the words that tell of a worry about which somebody is named: about the name, beside it or above it."""
    row = rows[index]
    text = row.parts[number].text
    before, behind = entry_around(text, name.start, name.end)
    own = f"{before} {behind}"
    if is_worry(own, of_area=of_area) and before.strip():
        return own
    if before != text[: name.start] and asks_whom(text[: name.start - len(before)].strip(), of_area=of_area):
        return text[: name.start - len(before)]
    beside = (
        " ".join((row.parts[number - 1].head, row.parts[number - 1].text)) if row.table is not None and number else ""
    )
    if beside and (is_worry(beside, of_area=of_area) or asks_whom(beside, of_area=of_area)):
        return beside
    return _context_above(rows, index, before, of_area=of_area)


def _context_above(rows: Sequence[Row], index: int, before: str, *, of_area: bool) -> str | None:
    """Return the heading or question above that tells of a worry, or the sentence where this one only says "Tell X"."""
    row = rows[index]
    for over in range(index - 1, max(-1, index - 1 - _NEAR), -1):
        above = rows[over]
        if above.region is not row.region or not (above.table == row.table or above.table is None):
            return None
        if (
            above.is_listed
            and (len(above.parts) == 1 or before.strip())
            and len(above.text) <= _LONGEST_HEADING
            and (is_worry(above.text, of_area=of_area) or asks_whom(above.text, of_area=of_area))
        ):
            return above.text
        if over == index - 1 and asks_whom(above.text, of_area=of_area):
            return above.text
        if not above.is_listed:
            return above.text if is_worry(above.text, of_area=of_area) and _REPORTS.search(before) is not None else None
    return None
