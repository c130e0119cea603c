"""Somebody told to be the head by words that are no role for planning: "Head: Ann Lee", "She is the headteacher".

Allegations go to the head. ``check`` lists a name there that is nobody's today, where the contacts give a head.
"""

from collections.abc import Iterator, Sequence
from re import IGNORECASE

from pipeline.last_look.lines import Row
from pipeline.last_look.names import NameFound, is_little
from pipeline.text.lazily import compiled_lazily
from pipeline.text.needed import in_plain_letters

_NOT_BEFORE = (
    r"(?<!deputy )(?<!assistant )(?<!associate )(?<!vice )(?<!vice-)(?<!former )(?<!previous )(?<!past )(?<!deputy-)"
)
_HEAD = (
    rf"{_NOT_BEFORE}\b(?:head(?:[ -]?(?:teacher|master|mistress))?|(?-i:H/?T|H\.T\.?)|principal)\b"
    r"(?:\W+(?:of|at)\W+(?:the\W+|our\W+|this\W+)?(?:school|academy|college|setting|nursery))?"
)
_NOT_BEHIND = (
    r"(?!\W{0,3}(?:of|for|at|in(?!\W+\d))\b)(?![ -]+(?:boys?|girls?|pupils?|students?|chef|cook|coach|gardener"
    r"|groundsman|lice|injur\w+|office|count|room|caretaker|housekeeper|porter|librarian|technician|first)\b)"
)
_TITLE = r"(?:(?:Mr|Mrs|Ms|Miss|Mx|Dr|Sir|Dame|Revd?|Sister)\b\W+)?"
_BEFORE = compiled_lazily(
    r"(?:^|[;,|.(/\t•\n–—-]|\b(?:and|our|the|your|school['’]?s?|exec(?:utive)?|acting|interim|current|new)\b)\W*"
    rf"{_HEAD}{_NOT_BEHIND}(?:[\s:,(=–—-]|\b(?:is|currently)\b)*{_TITLE}$",
    IGNORECASE,
)
"""Right before a name: "Head: ", "Our head is "."""
_BEHIND = compiled_lazily(
    r"\s*(?:[,(–—:-]\s*|\b(?:is|as|remains|became|becomes|(?:took|takes)\s+over\s+as"
    r"|(?:was|has\s+been)\s+appointed(?:\s+as)?)\s+)"
    rf"(?:(?:the|our|your|a|an|new|current|acting|school['’]?s?|executive)\s+)*{_HEAD}{_NOT_BEHIND}",
    IGNORECASE,
)
"""Right behind a name: " (HT)", " took over as headteacher"."""
_LEADS_SCHOOL = compiled_lazily(
    r"\s+(?:leads|heads|runs)\s+(?:the|our)\s+(?:school|academy|college|nursery|setting)\b", IGNORECASE
)
_AGAINST = compiled_lazily(
    rf"\b(?:concerns?|allegations?|complaints?|those|it)\b(?:\W+(?:is|are|made))*\W+(?:about|against)\W+{_TITLE}$",
    IGNORECASE,
)
_CHAIR = compiled_lazily(r"\bchair\b", IGNORECASE)
"""Whoever a worry is about that goes to the chair of governors: the head."""
_SHE_IS = compiled_lazily(
    r"[^\n]{0,160}?(?:\b(?:she|he|they)(?:['’](?:s|re)|\s+(?:is|are|has\s+been|have\s+been))\s+(?:(?:also|the|our|now|this)\s+)*(?:school['’]?s\s+)?"
    rf"|\bAs\s+(?:(?:the|our)\s+)?){_HEAD}{_NOT_BEHIND}",
    IGNORECASE,
)
"""Behind a name, in the sentence after: ". She is our head", ". As headteacher, she"."""
_ALONE = compiled_lazily(rf"\W*(?:(?:the|our|name\W+of(?:\W+the)?|exec(?:utive)?)\W+)*{_HEAD}\W*", IGNORECASE)
_ASKS = compiled_lazily(
    rf"\W*(?:Q\W+)?who(?:['’]s|\W+(?:is|are))\W+(?:(?:the|our|your|this|school['’]?s)\W+)*{_HEAD}\W*\?\W*", IGNORECASE
)
_OF_HEADS = ("head", "ht", "h/t", "h.t", "principal", "leads", "runs", "chair")
"""Letters of which every text has one that speaks of a head, in small letters."""
_NEXT_NAME = 2


def rows_of_heads(rows: Sequence[Row]) -> Iterator[int]:
    """Yield the rows that speak of a head, and the row below."""
    for index, row in enumerate(rows):
        if says_head(row.text) or any(part.head and says_head(part.head) for part in row.parts):
            yield from range(index, min(len(rows), index + _NEXT_NAME))
            if index:
                yield index - 1


def says_head(text: str) -> bool:
    """Whether a text may speak of a head, or of what a head does."""
    small = in_plain_letters(text)
    return any(letters in small for letters in _OF_HEADS)


def is_told_head(rows: Sequence[Row], names: Sequence[NameFound], index: int, number: int, name: NameFound) -> bool:
    """Whether words, cells or the line above a name say that it is the head's; ``names`` are those of its part."""
    row, text = rows[index], rows[index].parts[number].text
    last = max((each.end for each in names if each.end <= name.start), default=0)
    following = min((each.start for each in names if each.start >= name.end), default=len(text))
    if _AGAINST.search(text, last, name.start) and _CHAIR.search(text, name.end):
        return True
    if _BEFORE.search(text, last, name.start) or _BEHIND.match(text, name.end) or _LEADS_SCHOOL.match(text, name.end):
        return True
    behind = text[name.end : following]
    if following == len(text) and number + 1 == len(row.parts) and row.table is None and index + 1 < len(rows):
        below = rows[index + 1]
        behind += f" {below.text}" if below.is_by(row) and not row.is_listed else ""
    if _SHE_IS.match(behind) is not None:
        return True
    return is_little(text[: name.start]) and (_is_beside_head(row, number, name) or _is_below_head(rows, index, number))


def _is_beside_head(row: Row, number: int, name: NameFound) -> bool:
    """Whether a cell beside a name, another line of its own cell, or its column is the head's."""
    parts, own = row.parts, row.parts[number]
    if row.table is None or not is_little(own.text[name.end :]):
        return False
    cell = [at for at, each in enumerate(parts) if each.column == own.column]
    if len(cell) > 1:
        return any(_ALONE.fullmatch(parts[at].text) for at in cell if abs(at - number) == 1)
    beside = [parts[number - 1]] if number else list(parts[1:2])
    return (
        any(_ALONE.fullmatch(each.text) or _ASKS.fullmatch(each.text) for each in beside)
        or _ALONE.fullmatch(own.head) is not None
    )


def _is_below_head(rows: Sequence[Row], index: int, number: int) -> bool:
    """Whether the line above is the head's title or asks who that is, or the line below is the title."""
    below = rows[index + 1] if index + 1 < len(rows) and len(rows[index].parts) == 1 else None
    if below is not None and below.is_by(rows[index]) and below.table is None and _ALONE.fullmatch(below.text):
        return True
    above = rows[index - 1] if index and not number else None
    if above is None or above.table is not None or above.region is not rows[index].region:
        return False
    return _ALONE.fullmatch(above.text) is not None or _ASKS.fullmatch(above.text) is not None
