"""Put together what a page breaks over two lines: a label, its value or a date, each in its own column.

Between ``text.lines`` and ``pairs``. A line goes into the one above it where every cell of it carries on the cell that
it stands under: "Date of next | May 2026" over "review:", "Owner | Director of" over "| Music". Cells stand under each
other by where they begin on the page; where that is not known, as many of them, or the first of them alone.
"""

import re
from collections.abc import Iterable, Sequence
from functools import partial

from pipeline.dates.months import one_month
from pipeline.dates.written import scan_dates
from pipeline.labels.kinds import DATE_KINDS, LabelKind
from pipeline.labels.listed import find_labels
from pipeline.model.documents import BlockKind
from pipeline.named.bodies import is_body
from pipeline.text.lazily import compiled_lazily
from pipeline.text.lines import Line, numbered

_LONGEST = 60
"""Of what a narrow column can hold."""
_CAPTION = re.compile(r"\s*\((?:date|name(?: of [\w ]{3,30})?|position|role|signature|signed|title)\)$", re.IGNORECASE)
"""What a form says of its blanks behind them: "Elm Nursery (name of provider)", "12 May 2026 | (date)"."""
_DATE_BEGUN = compiled_lazily(
    rf"\b(?:(?i:{one_month('May')}|(?:spring|summer|autumn)(?: term)?)|May|MAY)[.,]?$"
    r"|\d(?:st|nd|rd|th)$|\b(?:[Oo]n|[Dd]ated?|by|[Rr]eviewed:) (?:the )?\d{1,2}$"
)
"""How a line ends in the midst of a date; "Version 2" is no day."""
_MORE_DATES = re.compile(r"\d(?:,|,? and|,? &)$")
_ONLY_DATES = re.compile(r"(?:\d[\d./-]{3,9}(?:, | and | & |,? and |$))+")
"""A list of years or dates in figures that a page broke: "Reviewed 2018, 2019," over "2021 and 2023"."""
_RAISED = re.compile(r"(?:st|nd|rd|th)\b")
_NEAR = 24
"""How many characters the half of a date has at most."""
_UNFINISHED = re.compile(r"(?:\b(?:of|for|and|the|to|with)|[&,/])$", re.IGNORECASE)
_BY_WHOM = re.compile(r"(?:adopted|agreed|approved|presented|ratified) (?:by|to)(?: the)?$", re.IGNORECASE)
_DONE = re.compile(r"(?:adopted|agreed|approved|ratified)$", re.IGNORECASE)
_SHORTEST_PROSE, _LONGEST_PROSE = 40, 2000
_ENDS_SMALL = re.compile(r"(?:[a-z]{2}|\ba|[a-z],)$")
_ENDS_OPEN = re.compile(r"\b(?:and|are|by|called|contact|for|is|named|of|or|our|the|to|with)$")
"""How a line ends whose sentence goes on with a capital."""
_IS_LABELLED = re.compile(r"[^:]{0,24}:")
_ASKS_WHO = frozenset((LabelKind.APPROVED, LabelKind.APPROVER, LabelKind.OWNER))


def join_wrapped(lines: Iterable[Line]) -> tuple[Line, ...]:
    """Return ``lines`` with the second half of each label, value and date put behind its first, numbered anew."""
    joined: list[Line] = []
    for line in lines:
        whole = _with_below(joined[-1], line) if joined else None
        if whole is None:
            joined.append(line)
        else:
            joined[-1] = whole
    return numbered(_without_caption(_in_one_language(line)) for line in joined)


def join_sentences(lines: Iterable[Line]) -> tuple[Line, ...]:
    """Return ``lines`` with prose put together that a converted file breaks in mid-sentence, numbered anew.

    A name may stand on one side of the break and its role on the other. Titles and lists of links keep their lines.
    """
    joined: list[Line] = []
    for line in lines:
        if joined and len(line.cells) == len(joined[-1].cells) == 1 and _is_broken_sentence(joined[-1], line):
            joined[-1] = joined[-1].with_cells((f"{joined[-1].text} {line.text}",))
        else:
            joined.append(line)
    return numbered(joined)


def _in_one_language(line: Line) -> Line:
    """Return a row whose label stands in two languages with the one that is known: "Review / Adolygu"."""
    first, stroke, other = line.cells[0].partition(" / ")
    if not stroke or len(line.cells) != 2 or not _is_label(first) or find_labels(f"{other}:"):
        return line
    return line.with_cells((first, line.cells[1]))


def _without_caption(line: Line) -> Line:
    """Return a row without what a form says of its blank behind it."""
    if len(line.cells) < 2 or not line.cells[-1].endswith(")") or _CAPTION.search(line.cells[-1]) is None:
        return line
    value = _CAPTION.sub("", line.cells[-1])
    if value or line.table is not None:
        return line.with_cells([*line.cells[:-1], value]) if value else line
    return line.with_cells(line.cells[:-1])


def _with_below(line: Line, below: Line) -> Line | None:
    """Return both lines as one row, None where the second says something of its own."""
    apart = line.region is not below.region or line.page != below.page
    if apart or line.table is not None or below.table is not None:
        return None
    if len(below.cells) == 1 and (joint := _breaks_a_date(line.text, below.text)) is not None:
        return line.with_cells([*line.cells[:-1], f"{line.cells[-1]}{joint}{below.text}"])
    if len(below.text) > _LONGEST and not below.edges:
        return None
    cells, columns = list(line.cells), _columns_under(line, below)
    same = range(len(cells)) if len(cells) == len(below.cells) else ()
    if any(map(_is_broken_date, cells, below.cells)) and same:
        columns = same
    elif not columns or _heads_others(line) or not all(map(partial(_goes_on, cells), columns, below.cells)):
        return None
    for column, more in zip(columns, below.cells, strict=True):
        cells[column] = f"{cells[column]} {more}"
    return line.with_cells(cells)


def _is_broken_sentence(line: Line, below: Line) -> bool:
    """Say whether prose goes on below in the midst of a sentence, as the end of one line and the other's first say."""
    prose = line.kind is below.kind is BlockKind.PARAGRAPH and _SHORTEST_PROSE <= len(line.text) <= _LONGEST_PROSE
    if not prose or line.region is not below.region or line.table is not None or _IS_LABELLED.match(below.text):
        return False
    return (_ENDS_SMALL if below.text[0].islower() else _ENDS_OPEN).search(line.text) is not None


def _heads_others(line: Line) -> bool:
    """Say whether a row heads a list of other things, each with dates of its own: "Policy | Date | Next"."""
    if len(line.cells) < 3 or re.search(r"[:\d]", line.text):
        return False
    first, *others = (find_labels(f"{cell}:") for cell in line.cells)
    dated = any(label.kinds[0] in DATE_KINDS for labels in others for label in labels)
    return dated and (not first or first[0].means(LabelKind.TITLE))


def _columns_under(line: Line, below: Line) -> Sequence[int]:
    """Return under which cell of a line each of the next line stands; nothing where one stands under none."""
    over = [below.facing(column, line) for column in range(len(below.cells))]
    if None not in over:
        columns = [each[0] for each in over if each is not None and len(each) == 1]
        return columns if len(columns) == len(set(columns)) == len(below.cells) else ()
    return range(len(below.cells)) if len(below.cells) in {1, len(line.cells)} else ()


def _goes_on(cells: Sequence[str], column: int, more: str) -> bool:
    """Say whether a cell of a row goes on in the words below it."""
    begun = cells[column]
    heads = not any(map(str.isdigit, "".join(cells)))
    return _is_broken_label(begun, more, alone=len(cells) == 1, heads=heads) or _is_broken_value(cells, column, more)


def _breaks_a_date(begun: str, more: str) -> str | None:
    """Return what parts two lines where a date, or a list of them, goes on from one to the other; None where none."""
    if _MORE_DATES.search(begun) is not None and _ONLY_DATES.fullmatch(more) is not None:
        return " "
    if _DATE_BEGUN.search(begun) is None:
        return None
    head, joint = begun[-_NEAR:], "" if _RAISED.match(more) else " "
    dates = scan_dates(f"{head}{joint}{more[:_NEAR]}").dates
    return joint if any(each.start < len(head) < each.end - len(joint) for each in dates) else None


def _is_broken_date(begun: str, more: str) -> bool:
    """Say whether two cells are the month and the year of one date, so that their rows are one."""
    if not more[:4].isdigit() or not begun.isalpha():
        return False
    whole = f"{begun} {more}"
    return any(date.start == 0 and date.end == len(whole) for date in scan_dates(whole).dates)


def _is_broken_label(begun: str, more: str, *, alone: bool, heads: bool) -> bool:
    """Say whether two halves make a label that the first is not: "Date of next" / "review:"."""
    if max(len(begun), len(more)) > _LONGEST or begun.endswith(":"):
        return False
    words = more.strip(" :")
    if begun.count("(") > begun.count(")") and not re.search(r"\d", begun):
        return alone and more.rstrip(" :").endswith(")")
    body = re.sub(r"\s+on$", "", words, flags=re.IGNORECASE)
    if _BY_WHOM.search(begun) and body != words and is_body(body):
        return True
    if words.casefold() == "by" and _DONE.search(begun):
        return True
    if not _is_label(f"{begun} {words}"):
        return False
    if _is_label(begun) or (alone and not more[0].islower()):
        # What begins with a capital is a label of its own, or a value.
        dated = not DATE_KINDS.isdisjoint(find_labels(f"{begun} {words}:")[0].kinds)
        return more[0].islower() and (heads or begun.casefold() == "date" or not dated)
    return more[0].islower() or more.endswith(":") or not _is_label(words)


def _is_label(words: str) -> bool:
    """Say whether words are one label that is asked for by name, and nothing else."""
    found = find_labels(f"{words}:")
    return len(found) == 1 and found[0].start == 0 and found[0].end == len(words) and found[0].kinds != _ANYTHING


_ANYTHING = (LabelKind.OTHER,)


def _is_broken_value(cells: Sequence[str], column: int, more: str) -> bool:
    """Say whether a value cannot end where it does, or is whole with the words below it: a body, a title, a date."""
    value = cells[column]
    found = find_labels(value if column == 0 else f"{cells[column - 1].strip(' :')}:")
    if any(label.means(LabelKind.TITLE) for label in found) and more.casefold() == "policy":
        return True
    if _is_label(more.strip(" :")) and not is_body(f"{value} {more}"):
        return False
    kinds = {kind for label in found for kind in label.kinds}
    if column == 0:
        return False
    if value.count("(") > value.count(")") or _UNFINISHED.search(value) or more.startswith("("):
        return True
    return not _ASKS_WHO.isdisjoint(kinds) and not is_body(value) and is_body(f"{value} {more}")
