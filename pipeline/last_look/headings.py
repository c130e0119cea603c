"""Somebody under a heading of safeguarding with no role beside the name: "Safeguarding team" over Ann Lee, Bob Ray.

Also whoever is the "Lead", the "Deputy" or the first to turn to in a text that is about safeguarding from its title on.
``check`` lists such a name.
"""

from collections.abc import Iterator, Sequence
from re import IGNORECASE

from pipeline.last_look.areas import is_of_others, labels_area
from pipeline.last_look.lines import Row
from pipeline.last_look.names import NameFound, is_little
from pipeline.last_look.receivers import asks_whom
from pipeline.last_look.role_labels import AREA, post_at
from pipeline.text.lazily import compiled_lazily

_TITLE_ROWS = 4
_LONGEST_TITLE = 90
_ENTRIES = 8
_LONGEST_ENTRY = 90
_TITLED = compiled_lazily(rf"\b{AREA}", IGNORECASE)
_LEADS = (
    r"(?:overall\W+|main\W+)?(?:leads?|deput(?:y|ies)(?:\W+(?:leads?|officers?))?|second|back\W?up|cover)|who\W+covers|(?:named|designated|responsible)"
    r"\W+person|(?:first|second|main|key)\W+(?:point\W+of\W+)?(?:contact|call)|person\W+to\W+(?:tell|see|talk\W+to)"
)
_SAYS_LEAD = compiled_lazily(
    rf"\b(?:{_LEADS}|unavailable|absent|absence|away|available|there|off\W?site|covers?|deputises?|stands|steps|by)\b",
    IGNORECASE,
)
_LEADS_BEFORE = compiled_lazily(
    rf"(?:^|[.;,(]\s+)\W*(?:(?:the|our|your|name\W+of(?:\W+the)?)\W+)*(?:{_LEADS})(?:\W+(?:is|are))?[\s:–—-]*"
    r"(?:(?:Mr|Mrs|Ms|Miss|Mx|Dr)\W+)?$",
    IGNORECASE,
)
_AWAY = compiled_lazily(
    r"[^.;:]{0,60}\b(?:unavailable|absent|away|(?:not|nor|isn['’]t)\b[^.;:]{0,40}\b(?:available|there|here|in|on\W+site)"
    r"|off\W?site|covers?(?:\W+for)?|deputises?|stands\W+in|steps\W+in)\b",
    IGNORECASE,
)
"""Behind a name that is not the only one: "If Ann Lee is away, tell Bob Ray", "Bob Ray covers"."""
_IN_ABSENCE = compiled_lazily(
    r"\b(?:(?:supported|assisted|helped)\W+(?:\w+\W+){0,2}?by|absence\W+of|neither|nor|stands\W+in\W+for|covers\W+for"
    r"|deputises\W+for)\W+(?:(?:Mr|Mrs|Ms|Miss|Mx|Dr)\W+)?$",
    IGNORECASE,
)
_IF_AWAY = compiled_lazily(
    r"\b(?:if|when|should)\W+(?:she|he|they|that\W+person)\b[^.;:]{0,40}\b(?:away|absent|out|unavailable|available|there|in)\b"
    r"[^.;:]{0,30}\b(?:to|tell|ask|see|contact|ring|call|with)\W+(?:(?:Mr|Mrs|Ms|Miss|Mx|Dr)\W+)?$",
    IGNORECASE,
)
"""Before a name: "If she is away, speak to"."""
_LEADS_BEHIND = compiled_lazily(
    rf"\s*(?:[(,–—-]\s*|\bis\s+)(?:(?:the|our|your)\s+)?(?:{_LEADS})\W*(?:$|[.;,)]|\band\b)", IGNORECASE
)
_SAYS_POST = compiled_lazily(rf"\b(?:{_LEADS}|head(?:teacher)?|(?-i:D?HT)|principal|the|our)\b", IGNORECASE)


def is_titled_of_area(rows: Sequence[Row]) -> bool:
    """Whether the first lines of a text, its title, say that it is about safeguarding."""
    titles = (row.text.strip() for row in rows[:_TITLE_ROWS])
    return any(len(each) < _LONGEST_TITLE and not each.endswith(".") and _TITLED.search(each) for each in titles)


def rows_under_headings(rows: Sequence[Row], *, of_area: bool) -> Iterator[int]:
    """Yield the rows below headings of safeguarding, and in a text about it (``of_area``) those with a lead's label."""
    for index, row in enumerate(rows):
        if len(row.parts) == 1 and row.is_listed and (labels_area(row.text) or asks_whom(row.text, of_area=of_area)):
            yield from range(index, min(len(rows), index + 1 + _ENTRIES))
        elif of_area and _SAYS_LEAD.search(row.text) is not None:
            yield index


def stands_under_area(
    rows: Sequence[Row],
    people: Sequence[Sequence[NameFound]],
    index: int,
    number: int,
    name: NameFound,
    *,
    of_area: bool,
    alone: bool = False,
) -> bool:
    """Whether a line of names stands below a heading of safeguarding, or of whom to tell; in a cell too.

    ``people`` are those of its row. Names and their numbers may stand between, but not where the name is to be
    ``alone`` there.
    """
    row = rows[index]
    if not row.is_listed or not all(
        _tells_people_only(part.text, names) for part, names in zip(row.parts, people, strict=True)
    ):
        return False
    for at in range(index - 1, max(-1, index - 1 - (1 if alone else _ENTRIES)), -1):
        above = rows[at]
        if above.region is not row.region or not above.is_listed or len(above.text) > _LONGEST_ENTRY:
            return False
        if len(above.parts) == 1 and (labels_area(above.text) or asks_whom(above.text, of_area=of_area)):
            return True
        if above.table not in (None, row.table):
            return False
        if above.table is None and not _is_entry(above):
            return False
    return False


def is_named_as_lead(rows: Sequence[Row], index: int, number: int, name: NameFound) -> bool:
    """Whether a name is given as the lead, the deputy or the first contact, of nothing else than the text is about."""
    row = rows[index]
    text = row.parts[number].text
    before = text[: name.start]
    told = _LEADS_BEFORE.search(before) or _LEADS_BEHIND.match(text, name.end) or _IN_ABSENCE.search(before)
    if told or _AWAY.match(text, name.end) or _IF_AWAY.search(before):
        return not is_of_others(text) and not _has_a_post(text, name)
    return False


def _tells_people_only(text: str, names: Sequence[NameFound]) -> bool:
    """Whether a part holds nothing but names, numbers and words such as "lead" or "head"."""
    for each in reversed(names):
        text = f"{text[: each.start]} {text[each.end :]}"
    return is_little(_SAYS_POST.sub(" ", text))


def _has_a_post(text: str, name: NameFound) -> bool:
    return post_at(text, name.start, name.end) is not None


def _is_entry(row: Row) -> bool:
    """Whether a line can be one of a list of people: short, no sentence, and a number or few words in it."""
    text = row.text.strip()
    if text.endswith((".", ":", "?")):
        return False
    return is_little(text) or len(text.split()) <= 3 or (len(text.split()) <= 8 and any(map(str.isdigit, text)))
