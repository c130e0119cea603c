"""Roles that a narrow column breaks over lines: "Deputy Designated" and below it "Safeguarding Lead"; details too.

For ``marks``. Read by itself the second line would make a lead of a deputy. A table keeps its cells whole and is left
alone; two parts are one only where the first is none by itself and the whole is.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from pipeline.named.layout.entries import is_role
from pipeline.named.names.people import find_name
from pipeline.named.roles.rules import LEAD, OTHER
from pipeline.named.roles.vocabulary import find_roles
from pipeline.text.lines import Line
from pipeline.text.needed import in_plain_letters

_AREA = r"(?:safe ?-?guarding|child(?: protection)?)"
_BEFORE = r"(?:(?:the|our|school|named|nominated|lead|senior|snr)\.?\s+)*"
_OF_WHAT = r"(?=[\w -]*(?:designated|deput[ey]|safe ?-?guarding|child|nominated|governor|trustee|committee|management))"
_RANKS = r"(?:deput[ey]|assistant|alternate|designated|nominated|lead|link|senior|management|committee"
_GOES_ON = r"(?:with|responsible|responsibility|and|&|/|for|of|lead for|person for|officer for)"
_UNFINISHED = re.compile(
    rf"{_BEFORE}{_OF_WHAT}(?:{_RANKS}|{_AREA})\s*){{0,4}}(?:(?:governor|trustee|member|practitioner)\s*)?"
    rf"(?:person\s*)?(?:\([A-Z]{{2,5}}\)\s*)?(?:{_GOES_ON}\s*){{0,3}}(?:(?<=for ){_AREA})?",
    re.IGNORECASE,
)
"""A role that cannot end so: "Designated", "Deputy Designated Safeguarding", "Lead for"."""
_OF_UNFINISHED = (
    "designated", "deput", "guarding", "child", "nominated", "governor", "trustee", "committee", "management"
)  # fmt: skip
"""Letters one of which stands in each of them."""
_ENDS_OPEN = re.compile(r"\b(?:for|of|with|and)\s*$", re.IGNORECASE)
_ENDS_OF_UNFINISHED = (")", "&", "/")
"""Signs with which one may end that are no letters; most lines end with a full stop."""
_REST_WITH_COLON = re.compile(r"[A-Za-z-]+(?: [A-Za-z-]+){0,2} ?(?:\([A-Z]{2,5}\))?\s?(?:is|are)?:")
"""The end of a role on a line of its own: "Officer:", "Lead (DSL) is:"."""
_INITIALS = re.compile(r"\([A-Z]{2,5}s?\)")
_CLOSES = re.compile(r"[A-Za-z][\w /&-]{0,20}\)\W?")
_POST_AND = re.compile(r"(?P<post>[^\t]{3,40}?)\s*(?:\band\b|&|/)(?:\s+|$)")
_SURNAME = re.compile(r"(?:O['’]|Mac|Mc)?[A-Z][a-z]+(?:['’-][A-Z]?[a-z]+)*,?")
_MOST_LINES = 3
_LONGEST = 60
_FULL_LINE = 70
"""How many letters a line has at least that a sentence runs on from."""
_NEAR = 8
"""How many lines above a bare "Deputy" the lead may stand."""

Cell = tuple[int, int]
"""The number of a line and the column in it."""


@dataclass(frozen=True, slots=True)
class Broken:
    """A role or a detail over several lines."""

    cells: tuple[Cell, ...]
    """Its parts, each a whole cell but where the last one goes on behind ``end``."""
    whole: str
    end: int
    """Where it ends in its last line."""
    home: Cell = (0, 0)
    """In which of the cells it counts: beside the names of its row, or where it ends."""


def broken_roles(lines: Sequence[Line]) -> Iterator[Broken]:
    """Yield each role over several lines, none reaching into the next one."""
    free = 0
    for start, line in enumerate(lines):
        if start < free or line.table is not None or line.is_furniture:
            continue
        broken = _in_column(lines, start, free) if len(line.cells) > 1 else _in_one_column(lines, start)
        if broken is not None:
            free = broken.cells[-1][0] + (len(lines[broken.cells[-1][0]].cells) == 1)
            yield broken


def _in_column(lines: Sequence[Line], start: int, free: int) -> Broken | None:
    """Return the role of the only column whose words are an unfinished one, beside a name."""
    line = lines[start]
    if is_role(line.cells[0]) and start + 1 < len(lines) and _INITIALS.fullmatch(lines[start + 1].text):
        # "The Designated Officer" and "(LADO)".
        return _joined(lines, [(start, 0), (start + 1, 0)], (start, 0))
    open_cells = [at for at, cell in enumerate(line.cells) if len(cell) <= _LONGEST and is_unfinished_role(cell)]
    named = any(find_name(cell) for at, cell in enumerate(line.cells) if at not in open_cells)
    if len(open_cells) != 1 or not named:
        return None
    home = (start, open_cells[0])
    cells, role, complete = [home], line.cells[open_cells[0]], False
    above = lines[start - 1] if free < start else line
    if len(above.cells) == 1 and _is_unfinished(above.text) and _column_below(line, open_cells[0], above) == 0:
        cells, role = [(start - 1, 0), home], f"{above.text} {role}"
    for number in range(start + 1, min(start + 1 + _MOST_LINES, len(lines))):
        column = _column_below(line, open_cells[0], lines[number])
        part = "" if column is None else lines[number].cells[column]
        if column is None or (complete and not _INITIALS.fullmatch(part)):
            break
        if not complete and not (is_role(f"{role} {part}") or _begins_role(f"{role} {part}")):
            break
        role = f"{role} {part}"
        cells.append((number, column))
        complete = is_role(role)
    beside = (cell for number, column in cells[1:] for at, cell in enumerate(lines[number].cells) if at != column)
    alone = _is_bare_deputy(line.cells[open_cells[0]]) and any(map(find_name, beside))
    return _joined(lines, cells, home) if complete and not (alone and not _lead_above(lines, start)) else None


def _column_below(first: Line, column: int, below: Line) -> int | None:
    """Return which cell of the line below stands under a column; None where none does, or a long one."""
    if below.table is not None or below.region is not first.region or not below.cells:
        return None
    under = first.facing(column, below)
    if under is not None:
        return under[0] if len(under) == 1 and len(below.cells[under[0]]) <= _LONGEST else None
    if len(below.cells) == 1:
        return 0 if len(below.text) <= _LONGEST else None
    return column if column < len(below.cells) else None


def _in_one_column(lines: Sequence[Line], start: int) -> Broken | None:
    """Return a role that stands by itself over its names, or at the end of a sentence, and ends in a line below."""
    text, below = lines[start].text.strip(), lines[start + 1] if start + 1 < len(lines) else None
    if below is None or below.table is not None or below.region is not lines[start].region:
        return None
    if text.count("(") == text.count(")") + 1 and _CLOSES.fullmatch(below.text):
        return _joined(lines, [(start, 0), (start + 1, 0)]) if is_role(f"{text} {below.text}") else None
    if not _is_unfinished(text) or (find_roles(text) and not _ENDS_OPEN.search(text)):
        return _announced(lines, start)
    role, cells = text, [(start, 0)]
    for number in range(start + 1, min(start + 1 + _MOST_LINES, len(lines))):
        whole = f"{role} {lines[number].cells[0]}"
        if lines[number].table is not None or len(lines[number].cells[0]) > _FULL_LINE:
            return None
        cells.append((number, 0))
        if is_role(whole) if len(lines[number].cells) == 1 else _is_one_role(role, lines[number].cells[0]):
            return _joined(lines, cells)
        if len(lines[number].cells) == 1 and _is_unfinished(whole):
            role = whole
            continue
        mentions = find_roles(whole)
        if mentions and mentions[0].start == 0 and len(role) < mentions[0].end and _is_bare_deputy(role):
            # "Deputy" and "DSL: Ben Lowe": nobody's deputy is named otherwise.
            end = mentions[0].end
            return Broken(tuple(cells), whole[:end], end - len(role) - 1, cells[-1])
        return None
    return None


def _announced(lines: Sequence[Line], start: int) -> Broken | None:
    """Return the last role of a sentence that ends in the line below: "… contact the Safeguarding" and "Officer:"."""
    text, below = lines[start].text, lines[start + 1]
    ended = text.endswith((".", "!", "?")) and text[-4:-1].islower()
    if ended or ((len(text) < _FULL_LINE or len(below.cells) > 1) and not _REST_WITH_COLON.fullmatch(below.text)):
        return None
    mentions = find_roles(f"{text} {below.text}")
    over = next((each for each in mentions if 0 < each.start < len(text) < each.end), None)
    if over is None:
        return None
    return Broken(((start, 0), (start + 1, 0)), over.text, over.end - len(text) - 1, (start + 1, 0))


def _joined(lines: Sequence[Line], cells: Sequence[Cell], home: Cell | None = None) -> Broken:
    parts = [lines[line].cells[column].strip() for line, column in cells]
    last, column = cells[-1]
    return Broken(tuple(cells), " ".join(parts), lines[last].start_of(column) + len(parts[-1]), home or cells[-1])


def _is_one_role(first: str, second: str) -> bool:
    """Whether two parts are one role: the second is none alone, or is one that only a deputy's begin makes another."""
    whole = f"{first} {second}"
    if not is_role(whole) or not find_roles(second):
        return is_role(whole)
    mentions = find_roles(whole)
    return not _is_bare_deputy(first) and len(mentions) == 1 and mentions[0].start == 0


@lru_cache(maxsize=4096)
def is_unfinished_role(cell: str) -> bool:
    """Say whether words begin a role that cannot end so: "Deputy Designated"."""
    rest = _behind_post(cell.strip())
    if not rest:
        return bool(cell.strip())
    return _begins_role(rest) and (not find_roles(rest) or bool(_ENDS_OPEN.search(rest)))


def _behind_post(text: str) -> str:
    """Return what follows another post that the holder of the role has as well: "Assistant Headteacher and"."""
    post = _POST_AND.match(text)
    other = post is not None and is_role(post["post"]) and {each.role for each in find_roles(post["post"])} <= {OTHER}
    return text[post.end() :] if post is not None and other else text


def _begins_role(text: str) -> bool:
    """Say whether words are a role that cannot end so, alone or behind another post."""
    return _is_unfinished(_behind_post(text))


def _is_unfinished(text: str) -> bool:
    """Say whether words are a role that cannot end so and nothing else."""
    may_be = text[-1:].isspace() or text[-1:].isalpha() or text.endswith(_ENDS_OF_UNFINISHED)
    may_be = may_be and any(map(in_plain_letters(text).__contains__, _OF_UNFINISHED))
    return may_be and _UNFINISHED.fullmatch(text) is not None


def _is_bare_deputy(cell: str) -> bool:
    return re.fullmatch(r"\W*deput(?:y|ies|es?)\W*", cell, re.IGNORECASE) is not None


def _lead_above(lines: Sequence[Line], start: int) -> bool:
    """Say whether the lead stands shortly above: "Deputy" and a lead's role below it are then one role."""
    return any(each.role == LEAD for line in lines[max(0, start - _NEAR) : start] for each in find_roles(line.text))


_ENDS = (
    "academy", "ac.uk", "charity", "church", "club", "co.uk", "com", "cymru", "education", "eu", "gov.uk", "gov.wales",
    "ie", "im", "info", "je", "london", "net", "nhs.uk", "org", "org.uk", "police.uk", "sch.uk", "school", "scot",
    "wales",
)  # fmt: skip
"""How the addresses of schools, bodies and persons in the United Kingdom end."""
_LOCAL = r"[\w.+'’-]+"
_WHOLE = re.compile(rf"{_LOCAL}@(?:[\w-]+\.)+(?:{'|'.join(map(re.escape, _ENDS))})", re.IGNORECASE)
_BEGUN = re.compile(rf"(?:{_LOCAL}@[\w.-]*|(?:^|(?<=[\s:])){_LOCAL})$")
_REST = re.compile(r"(?P<rest>@?[a-z\d-]*(?:\.[a-z\d-]+)*)\.?(?=$|[\s,;)])")
_NUMBER_BEGUN = re.compile(r"(?:^|[\s(:])0\d[\d ]{2,9}$")
_NUMBER_REST = re.compile(r"\d[\d ]{1,9}\)?")
_DIGITS = 11
"""Figures of a number in the United Kingdom, its nought included."""


def broken_details(lines: Sequence[Line]) -> Iterator[tuple[str, Broken]]:
    """Yield each address and number over two lines, with what stands of it in the first: "lead@elm.example.o" and "rg".

    Only where the parts make an address that ends as they do and the first is none, or as many figures as a number has.
    """
    for at, (line, below) in enumerate(pairwise(lines)):
        if line.table is None and below.table is None and len(below.cells) <= len(line.cells):
            begun, rest = line.cells[-1], below.cells[-1]
            whole = _whole_address(begun, rest) if "@" in begun + rest else _whole_number(begun, rest)
            if whole is not None:
                cells = ((at, len(line.cells) - 1), (at + 1, len(below.cells) - 1))
                yield whole[0], Broken(cells, whole[1], len(below.text), cells[0])


def _whole_address(begun: str, rest: str) -> tuple[str, str] | None:
    part, more = _BEGUN.search(begun), _REST.match(rest)
    if part is None or more is None or ("@" in part[0]) == ("@" in more["rest"]):
        return None
    whole = part[0] + more["rest"]
    return (part[0], whole) if _WHOLE.fullmatch(whole) and not _WHOLE.fullmatch(part[0]) else None


def _whole_number(begun: str, rest: str) -> tuple[str, str] | None:
    number = _NUMBER_BEGUN.search(begun) if _NUMBER_REST.fullmatch(rest) else None
    whole = f"{number[0]} {rest}" if number is not None else ""
    return (number[0] if number else "", whole.strip(" ()")) if len(re.sub(r"\D", "", whole)) == _DIGITS else None


def cut_addresses(lines: Sequence[Line]) -> Mapping[str, str]:
    """Return the whole of each address that a line's end or a blank breaks, by what stands before the break."""
    cut = {part.rstrip("."): broken.whole for part, broken in broken_details(lines) if "@" in part}
    for line in lines:
        words = line.text.split() if "@" in line.text else ()
        for part, rest in pairwise(words):
            if "@" in part and (whole := _whole_address(part, rest)) is not None:
                cut[whole[0].rstrip(".")] = whole[1]
    return cut
