"""Somebody told to have safeguarding who is given no role: "Safeguarding | Ann Lee", "Ann Lee runs safeguarding".

``check`` asks of names that no role stands with. It may be a link governor or somebody of the team, so such a name is
listed and holds nothing. ``headings`` tells what heads a name, ``receivers`` whom worries go to.
"""

from collections.abc import Iterator, Sequence
from re import IGNORECASE

from pipeline.last_look.lines import HEADS_APART, Row
from pipeline.last_look.names import NameFound, is_little
from pipeline.last_look.role_labels import AREA, list_labels, post_at
from pipeline.text.lazily import compiled_lazily

AREA_WORDS = (
    rf"(?:\b{AREA}|\b(?-i:CP|SG)\b|\bkeep(?:s|ing)?\W+(?:you|us|them|(?:our\W+)?(?:children|pupils|students))\W+safe\b)"
)
"""Safeguarding as texts call it: "child protection", "CP lead", "keeping children safe"."""
_SAYS_AREA = compiled_lazily(AREA_WORDS, IGNORECASE)
OF_OTHERS = (
    r"\b(?:govern(?:ors?|ance|ing)|trustees?|directors?|link|boards?|committees?|train\w*|INSET|CPD|courses?|audits?|visits?|dates?|minutes?"
    r"|agenda|authors?|polic(?:y|ies)|council|authority|hub|partnership|trust|dioces\w+|county|national|hospital|police|church"
    r"|reports?\W+(?:by|into|of|from)|books?|display|assembl\w+|wrote|written|research|inquiry|actions?|objectives?|targets?|items?)\b"
)
"""Whose lines and tables have safeguarding for a word as well."""
_OF_OTHERS = compiled_lazily(OF_OTHERS, IGNORECASE)
_ENTRY_END = compiled_lazily(r"(?<=[\w)])[.!?;]\s+|\n")
_LONGEST_CELL = 60
_LONGEST = 220


def says_area(text: str) -> bool:
    """Whether a text speaks of safeguarding by any of its names, and not in the name of a role alone."""
    if _SAYS_AREA.search(text) is None:
        return False
    for label in reversed(list_labels(text)):
        if label.role is not None:
            text = f"{text[: label.start]} {text[label.end :]}"
    return _SAYS_AREA.search(text) is not None


def is_of_others(text: str) -> bool:
    """Whether a text is about governors, training, a council or another body that has to do with safeguarding."""
    return _OF_OTHERS.search(text) is not None


def labels_area(text: str) -> bool:
    """Whether a short text is a label of safeguarding: "Person in charge of safeguarding"."""
    return len(text) <= _LONGEST_CELL and says_area(text) and not is_of_others(text)


def entry_around(text: str, start: int, end: int) -> tuple[str, str]:
    """Return what stands before and behind a place in its sentence or entry of a line."""
    first = max((each.end() for each in _ENTRY_END.finditer(text, 0, start)), default=0)
    last = _ENTRY_END.search(text, end)
    return text[first:start], text[end : last.start() if last else len(text)]


def rows_of_area(rows: Sequence[Row]) -> Iterator[int]:
    """Yield the rows that speak of safeguarding, with or without a role."""
    return (index for index, row in enumerate(rows) if _SAYS_AREA.search(row.text) is not None)


def is_told_of_area(rows: Sequence[Row], index: int, number: int, name: NameFound) -> bool:
    """Whether a name stands with safeguarding in its words, or beside it in a table of who does what."""
    row = rows[index]
    text = row.parts[number].text
    if _is_told_in_words(text, name):
        return True
    return row.table is not None and is_little(text[: name.start]) and _is_in_row_of_area(rows, index, number)


def leads_area(text: str, name: NameFound) -> bool:
    """Whether the words about the one person whom they name say safeguarding and little else."""
    return is_little(_SAYS_AREA.sub(" ", " ".join(entry_around(text, name.start, name.end))))


def _is_told_in_words(text: str, name: NameFound) -> bool:
    before, behind = entry_around(text, name.start, name.end)
    entry = f"{before} {behind}"
    if len(entry) > _LONGEST or not (says_area(before) or says_area(behind)) or is_of_others(entry):
        return False
    # "The ALNCo, Ann Lee, …" is told by the post who she is.
    return post_at(text, name.start, name.end) is None


def _is_in_row_of_area(rows: Sequence[Row], index: int, number: int) -> bool:
    """Whether safeguarding stands beside a name in its row, or in another line of its cell."""
    row = rows[index]
    own = row.parts[number]
    cell = [at for at, each in enumerate(row.parts) if each.column == own.column]
    if any(labels_area(row.parts[at].text) for at in cell if abs(at - number) == 1):
        return True
    beside = next(
        (at for at in (*range(number - 1, -1, -1), *range(number + 1, len(row.parts))) if at not in cell), None
    )
    if beside is None or not labels_area(row.parts[beside].text):
        return False
    first = next(at for at, each in enumerate(rows) if each.table == row.table)
    over = [rows[first - 1].text] if first and rows[first - 1].is_listed else []
    over += [part.head.split(HEADS_APART)[-1] for part in (own, row.parts[beside])]
    return not any(map(is_of_others, (*over, row.text)))
