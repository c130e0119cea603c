"""Numbers and addresses given for safeguarding without a name: "Safeguarding: 01632 …", "Worried? Ring 01632 …".

``check`` lists one that is nobody's of today: it may ring whoever led when the text was written, or another body.
"""

from collections.abc import Iterator, Sequence
from re import IGNORECASE

from pipeline.last_look.areas import is_of_others, labels_area, says_area
from pipeline.last_look.lines import Row
from pipeline.last_look.names import is_little
from pipeline.last_look.role_labels import list_labels
from pipeline.named.details.found import FoundDetail
from pipeline.text.lazily import compiled_lazily

_WORRIED = compiled_lazily(
    r"^\W*(?:(?:are\W+you\W+)?(?:worried|concerned)\b|(?:to\W+)?report(?:ing)?\W+(?:a|any|your)?\W*(?:concern|worr))",
    IGNORECASE,
)
_HEAD = r"\W*(?:(?:the|our|school)\W+)*(?:head\W?(?:teacher|master|mistress)?|(?-i:H/?T)|principal)(?:['’]s)?"
_HEADS = compiled_lazily(_HEAD + r"\b", IGNORECASE)
_HEADS_ALONE = compiled_lazily(
    _HEAD + r"(?:[\W\d]|\S+@\S+|\b(?:mobile|tel\w*|phone|e-?mail|number|no|is|on|direct|line|contact)\b)*", IGNORECASE
)
_LONGEST = 90
_LINES = 3


def rows_of_numbers(rows: Sequence[Row]) -> Iterator[int]:
    """Yield the rows that begin with a worry or name the head, where a number alone may stand."""
    for index, row in enumerate(rows):
        if any(_WORRIED.match(part.text) or _HEADS.match(part.text) for part in row.parts):
            yield index


def is_given_for_head(row: Row, number: int, found: FoundDetail) -> bool:
    """Whether the head's title is all that stands before a number, in its part or the cells to the left."""
    before = "\t".join((*(each.text for each in row.parts[:number]), row.parts[number].text[: found.start]))
    return _HEADS_ALONE.fullmatch(before) is not None


def is_given_for_area(rows: Sequence[Row], index: int, number: int, found: FoundDetail) -> bool:
    """Whether what stands before a number, beside or over it is safeguarding alone, no person and no other body."""
    row, text = rows[index], rows[index].parts[number].text
    before, behind = text[: found.start], text[found.end :]
    if text.startswith(("03", "08"), found.start) or any(
        map(_is_of_another, (before, behind, *(p.text for p in row.parts)))
    ):
        return False
    if says_area(before) or _WORRIED.match(before) or (says_area(behind) and len(behind) < _LONGEST):
        return len(before) <= _LONGEST
    if not is_little(before):
        return False
    left = [each.text for each in row.parts[:number]]
    if any(labels_area(each) or _WORRIED.match(each) for each in left):
        return True
    return not left and row.is_listed and _is_headed(rows, index)


def _is_headed(rows: Sequence[Row], index: int) -> bool:
    row = rows[index]
    for at in range(index - 1, max(-1, index - 1 - _LINES), -1):
        above = rows[at]
        if not (above.is_by(row) and above.is_listed) or _is_of_another(above.text):
            return False
        if labels_area(above.text) or _WORRIED.match(above.text):
            return True
        if not is_little(above.text):
            return False
    return False


def _is_of_another(text: str) -> bool:
    return is_of_others(text) or bool(list_labels(text))
