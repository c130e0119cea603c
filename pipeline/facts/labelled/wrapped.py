"""Bring a label together again that a PDF breaks over two lines of a narrow column ("Date of next" / "review:").

Between ``text.lines`` and ``runs``: only a row whose first words become a label of a date by the line below, and whose
value is a date, is changed; and a list of dates that a line breaks off in ("Revised 2019, 2021," / "2024") is one list.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from pipeline.dates.written import scan_dates
from pipeline.facts.labelled.captions import without_caption
from pipeline.labels.kinds import DATE_KINDS, LabelKind
from pipeline.labels.listed import find_labels, may_begin
from pipeline.named.bodies import is_body
from pipeline.text.columns import column_of
from pipeline.text.lines import Line, numbered

_SECOND_HALF = re.compile(
    r"(?:review(?:ed)?|revision|approv(?:al|ed)|adoption|ratification|updated?)(?: date| on| by)?\s*:?"
    r"|(?:due )?date\s*:?",
    re.IGNORECASE,
)
_OTHER_HALF = re.compile(r"(?:owner|author|lead|holder|by|responsible|frequency|cycle|committee|body|level)\s*:?")
"""The second half of a label that asks for no date, in small letters as a page breaks it."""
_FIRST_HALF = re.compile(r"\b(?:dates?|next|last|due)\b", re.IGNORECASE)
_UNFINISHED = re.compile(r"(?:\b(?:of|for|and|the|to|with)|[&,/])$", re.IGNORECASE)


def join_wrapped(lines: Sequence[Line]) -> tuple[Line, ...]:
    """Return ``lines`` with the second half of each label put behind its first, numbered anew."""
    joined: list[Line] = []
    position = 0
    lines = list(_with_whole_lists([_in_one_language(line) for line in lines]))
    while position < len(lines):
        line, below = lines[position], lines[position + 1] if position + 1 < len(lines) else None
        if _is_prose(line):
            joined.append(line)
            position += 1
            continue
        whole = _join(line, below) if below is not None else None
        if whole is not None:
            joined.append(whole)
            position += 2
            continue
        line, used = _with_value_below(line, lines[position + 1 : position + 1 + _MOST_BELOW])
        joined.append(without_caption(line) if used else line)
        position += 1 + used
    return numbered(joined)


_MOST_BELOW = 3


def _is_prose(line: Line) -> bool:
    """Say whether a line is too long for a label alone and no row: it goes with no other line."""
    return len(line.cells) == 1 and min(len(line.text), len(line.cells[0])) > _LONGEST_BY and not line.is_furniture


def _with_value_below(line: Line, following: Sequence[Line]) -> tuple[Line, int]:
    """Return a row of a form with the rest of a value that a narrow column breaks, and how many lines that takes.

    Only where a line stands alone exactly below the value, and the value is a title or cannot end so: "Policy |
    Searching, | Author | …" over "Screening and" and "Confiscation Policy".
    """
    used = 0
    for below in following:
        column = _column_over(line, below)
        if column is None or not _may_go_on(line.cells[column - 1], line.cells[column], below.text):
            break
        cells = list(line.cells)
        cells[column] = f"{cells[column]} {below.text}"
        line, used = line.with_cells(cells), used + 1
    return line, used


def _column_over(line: Line, below: Line) -> int | None:
    """Return the column of a value, behind its label, below which alone a line stands; None where none is."""
    placed = len(line.edges) == len(line.cells) > 1 and len(below.edges) == len(below.cells) == 1
    if not placed or line.table is not None or line.region is not below.region or line.page != below.page:
        return None
    column = column_of(below.edges[0], line.edges)
    return column if column else None


def _may_go_on(label: str, value: str, below: str) -> bool:
    """Say whether a value may go on in ``below``: a title, a body, what cannot end so, and what stands in brackets."""
    kinds = [kind for found in find_labels(f"{label.strip(' :')}:") if found.start == 0 for kind in found.kinds]
    if LabelKind.TITLE in kinds and below.casefold() in _ENDS_A_TITLE:
        return True
    words = below.strip(" :")
    if may_begin(words, 0, behind=":") and any(found.start == 0 for found in find_labels(f"{words}:")):
        return False
    if value.count("(") > value.count(")"):
        return True
    if _OF_POLICIES.search(label) and not _ENDS_A_NAME.search(value):
        return True
    whole_body = not _ASKS_WHO.isdisjoint(kinds) and is_body(f"{value} {below}")
    return LabelKind.TITLE in kinds or whole_body or below.startswith("(") or _UNFINISHED.search(value) is not None


_OF_POLICIES = re.compile(r"\b(?:policies|documents)\s*:?$", re.IGNORECASE)
_ENDS_A_NAME = re.compile(r"\b(?:policy|policies|procedures?|plan|statement|scheme|code of conduct)\W*$", re.IGNORECASE)
_ENDS_A_TITLE = ("policy", "procedure")
_ASKS_WHO = frozenset((LabelKind.APPROVED, LabelKind.APPROVER))


def _in_one_language(line: Line) -> Line:
    """Return a row whose label stands in two languages with the one that is known: "Review / Adolygu"."""
    first, stroke, other = line.cells[0].partition(" / ")
    if not stroke or len(line.cells) != 2 or not _OTHER_LANGUAGE.fullmatch(other) or find_labels(f"{other}:"):
        return line
    return line.with_cells((first, line.cells[1])) if _is_whole(first) or _is_whole(f"{first}:") else line


_OTHER_LANGUAGE = re.compile(r"[^\W\d_]+(?:[ '’-][^\W\d_]+){0,5}:?")
_BREAKS_OFF = re.compile(r"(?:\d|\d\))\s*(?:[,/&;]|\band)\s*$")
_ENDS_OF_LISTS = (",", "/", "&", ";", "and")
_JOINS = re.compile(r"[\s,/&;]*(?:and)?\s*")


def _with_whole_lists(lines: Sequence[Line]) -> Iterator[Line]:
    """Yield lines with the dates of the next that carry on the list of dates in which a line with a label ends."""
    waiting = list(reversed(lines))
    while waiting:
        line, below = waiting.pop(), waiting[-1] if waiting else None
        more = _leading_dates(below.cells[0]) if below is not None and _breaks_off(line) else ""
        if below is None or not more or line.table is not None or below.table is not None:
            yield line
            continue
        waiting.pop()
        if rest := below.cells[1:]:
            waiting.append(replace(below.with_cells(rest, places=below.places[1:]), edges=()))
        yield line.with_cells([*line.cells[:-1], f"{line.cells[-1]} {more}"])


def _breaks_off(line: Line) -> bool:
    if not line.text.rstrip().endswith(_ENDS_OF_LISTS) or _BREAKS_OFF.search(line.text) is None:
        return False
    return bool(find_labels(line.cells[-1]) and scan_dates(line.text).dates)


def _leading_dates(text: str) -> str:
    """Return the dates with which a text begins, joined by commas and the like; empty where it goes on otherwise."""
    end = 0
    for found in scan_dates(text).dates:
        if not _JOINS.fullmatch(text, end, found.start):
            break
        end = found.end
    return text[:end] if end and not text[end:].strip(" .,;/") else ""


def _join(line: Line, below: Line) -> Line | None:
    """Return both lines as one row, None where the second is no other half of the first's label."""
    if line.table is not None or below.table is not None or line.region != below.region:
        return None
    if _is_broken_footer(line, below):
        cells = [*line.cells[:-1], f"{line.cells[-1]} {below.cells[0]}", *below.cells[1:]]
        return replace(line.with_cells(cells, places=[*line.places, *below.places[1:]]), edges=())
    if (label := _with_whom(line, below)) is not None:
        return line.with_cells([label, *line.cells[1:]])
    if len(line.cells) == len(below.cells) == 1:
        return _label_alone(line, below)
    if len(line.cells) < 2:
        return None
    label = f"{line.cells[0]} {below.cells[0]}"
    if _is_other_label(line, below, label):
        return _joined(line, below, label)
    dates = scan_dates(line.cells[1]).dates
    if not _SECOND_HALF.fullmatch(below.cells[0]) or not dates or dates[0].start > 0 or scan_dates(below.text).dates:
        return None
    bare = line.cells[0].strip().lower() == "date" and below.cells[0][0].islower()
    if not _FIRST_HALF.search(line.cells[0]) or not _is_whole(label) or (_is_whole(line.cells[0]) and not bare):
        return None
    return _joined(line, below, label)


def _is_broken_footer(line: Line, below: Line) -> bool:
    """Say whether a running footer goes on in the next line, in a value that the first one only begins."""
    if not (line.is_furniture and below.is_furniture and line.page == below.page) or len(line.text) < _LONGEST_BY - 10:
        return False
    labels = find_labels(line.text)
    rest = line.text[labels[-1].end :] if labels else line.text
    goes_on = not any(found.start == 0 for found in find_labels(f"{below.cells[0]}:"))
    return bool(labels) and goes_on and _BEGUN_VALUE.fullmatch(rest) is not None


_BEGUN_VALUE = re.compile(r"[\s:–-]*(?:(?:acting|assistant|associate|deputy|executive|head of|senior|vice)\s*)?", re.I)
"""Behind the last label of a line: nothing yet, or the first word of a post."""
_DONE = r"(?:accepted|adopted|agreed|approved|presented|ratified)"
_BY_WHOM = re.compile(rf"\b{_DONE} (?:by|to)(?: the)?$", re.IGNORECASE)
_ENDS_DONE = re.compile(rf"\b{_DONE}$", re.IGNORECASE)
_ENDS_BEFORE_WHOM = ("by", "to", "the")
_ON = re.compile(r"\s+on:?$", re.IGNORECASE)


def _with_whom(line: Line, below: Line) -> str | None:
    """Return a label whole of which a narrow column puts the body below: "Ratified by the" / "Board of Governors on:".

    The same for "This policy was adopted" over a "by" alone, and for brackets that the next line closes: "Role of
    signatory (chair," / "director or owner)". None where it is neither.
    """
    first, second = line.cells[0], below.cells[0]
    if len(below.cells) > 1 or len(first) > _LONGEST_BY:
        return None
    if first.count("(") == first.count(")") + 1 and _CLOSES_BRACKET.fullmatch(second) and line.text == first:
        return f"{first} {second}"
    if second.strip(" :").casefold() == "by" and _ENDS_DONE.search(first):
        return f"{first} {second}"
    if not first.rstrip()[-3:].casefold().endswith(_ENDS_BEFORE_WHOM):
        return None
    dated = len(line.cells) == 2 and bool(scan_dates(line.cells[1]).dates)
    if _BY_WHOM.search(first) and _ON.search(second) and is_body(_ON.sub("", second)) and (dated or line.text == first):
        return f"{first} {second}"
    return None


_LONGEST_BY = 60
_CLOSES_BRACKET = re.compile(r"[^()]{1,40}\)\s*:?")


def _label_alone(line: Line, below: Line) -> Line | None:
    """Join the halves of a label without its value: "Date of" / "approval", "Review" / "cycle"; None where none is.

    The value stands on the next line then. A half that begins with a capital is a label of its own.
    """
    half = below.text.strip()
    if len(line.text) > _LONGEST_HALF or not half[:1].islower() or not _LONE_HALF.fullmatch(half):
        return None
    label = f"{line.text.strip()} {half}".rstrip(" :")
    found = find_labels(f"{label}:")
    if len(found) != 1 or found[0].start or found[0].end < len(label):
        return None
    return replace(line, text=label, cells=(label,))


_LONGEST_HALF = 30
_LONE_HALF = re.compile(rf"{_SECOND_HALF.pattern}|{_OTHER_HALF.pattern}", re.IGNORECASE)


def _is_other_label(line: Line, below: Line, label: str) -> bool:
    """Say whether two halves are a label that asks for no date: "Policy" / "owner:"."""
    if not _OTHER_HALF.fullmatch(below.cells[0]) or find_labels(line.cells[0]) or scan_dates(below.text).dates:
        return False
    labels = find_labels(f"{label.rstrip(' :')}:")
    kinds = labels[0].kinds if len(labels) == 1 and labels[0].start == 0 else ()
    return bool(kinds) and not DATE_KINDS.intersection(kinds) and labels[0].end >= len(label.rstrip(" :"))


def _joined(line: Line, below: Line, label: str) -> Line | None:
    cells = [label, *line.cells[1:]]
    if len(below.cells) > 2 or (len(below.cells) == 2 and not _UNFINISHED.search(cells[-1])):
        return None
    cells[-1] = " ".join([cells[-1], *below.cells[1:]])
    text = "\t".join(cells)
    return replace(line, text=text, cells=tuple(cells))


def _is_whole(text: str) -> bool:
    """Say whether a text is one label of a date and nothing else."""
    labels = find_labels(text)
    return (
        len(labels) == 1
        and labels[0].kinds[0] in DATE_KINDS
        and labels[0].start == 0
        and not text[labels[0].end :].strip(" :")
    )
