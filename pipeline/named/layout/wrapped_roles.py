"""Bring a role together again that a narrow column breaks over two or three lines, with the names beside it.

Before everything else in ``contact_lines``: a PDF or a text gives "Deputy Designated | Ben Lowe" and below it
"Safeguarding Leads | Cy Dale", and read by itself the second line would make a lead of a deputy. Tables keep their
cells whole and are left alone.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache

from pipeline.named.layout.entries import DETAIL, is_role
from pipeline.named.names.people import find_name
from pipeline.named.roles.rules import OTHER
from pipeline.named.roles.vocabulary import find_roles
from pipeline.text.lines import Line
from pipeline.text.needed import Needed, in_plain_letters

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
    "designated",
    "deput",
    "guarding",
    "child",
    "nominated",
    "governor",
    "trustee",
    "committee",
    "management",
)
"""Letters one of which stands in each of them."""
_NEEDED = Needed([_OF_UNFINISHED])
_ENDS_OPEN = re.compile(r"\b(?:for|of|with|and)\s*$", re.IGNORECASE)
_REST_WITH_COLON = re.compile(r"(?:[A-Za-z-]+ ?){1,3}(?:\([A-Z]{2,5}\))?\s?(?:is|are)?:")
"""The end of a role on a line of its own: "Officer:", "Lead (DSL) is:"."""
_INITIALS = re.compile(r"\([A-Z]{2,5}s?\)")
_LEAD_ROLE = "dsl"
_MOST_LINES = 3
_LONGEST = 60
_FULL_LINE = 70
"""How many letters a line has at least that a sentence runs on from."""
_NEAR = 8
"""How many lines above a bare "Deputy" the lead may stand."""


def join_wrapped_roles(lines: Sequence[Line]) -> list[Line]:
    """Return ``lines`` with each broken role whole in its own row, and in the rows of further names beside it."""
    joined: list[Line] = []
    position = 0
    for start in [at for at, line in enumerate(lines) if _may_begin_broken(line)]:
        if start < position:
            continue
        if len(lines[start].cells) > 1:
            rows, used = _with_initials(lines, start) or _whole(lines, start)
        else:
            rows, used = _heading(lines, start)
        if rows:
            joined += [*lines[position:start], *rows]
            position = start + used
    return joined + list(lines[position:])


def _may_begin_broken(line: Line) -> bool:
    """Say whether a broken role may begin in a line: in a cell of several, or where the words of one stand."""
    if line.table is not None:
        return False
    return len(line.cells) > 1 or (bool(_NEEDED.of(line.text)) and not line.is_furniture)


def _whole(lines: Sequence[Line], start: int) -> tuple[list[Line], int]:
    """Return the rows of a broken role with the whole of it, and how many lines it takes; none where it is whole."""
    first = lines[start]
    column = _broken_column(first)
    if column is None:
        return [], 0
    role, rows, used, complete = first.cells[column], [first], 1, 0
    for below in lines[start + 1 : start + 1 + _MOST_LINES]:
        part = _part_below(first, below, column)
        if part is None:
            break
        if complete:
            if not _INITIALS.fullmatch(part) or len(below.cells) > 1:
                break
        elif not (is_role(f"{role} {part}") or _begins_role(f"{role} {part}")):
            break
        role, used = f"{role} {part}", used + 1
        beside = [cell for at, cell in enumerate(below.cells) if at != column]
        if any(map(find_name, beside)):
            rows.append(below)
        elif beside:
            rows[-1] = rows[-1].with_cells((*rows[-1].cells, *beside))
        complete = used if is_role(role) else 0
    if not complete or (_is_bare_deputy(first.cells[column]) and len(rows) > 1 and not _lead_above(lines, start)):
        return [], 0
    details = _in_turn(lines[start + used :], len(rows)) if not any(DETAIL.search(row.text) for row in rows) else []
    whole = [_with_role(row, column, role) for row in rows]
    return [row.with_cells((*row.cells, one)) for row, one in zip(whole, details, strict=True)] if details else whole, (
        used + len(details)
    )


def _with_initials(lines: Sequence[Line], start: int) -> tuple[list[Line], int] | None:
    """Return the row of a whole role with the initials below it: "The Designated Officer" and "(LADO)"."""
    first, below = lines[start], lines[start + 1] if start + 1 < len(lines) else None
    if below is None or not is_role(first.cells[0]) or not _INITIALS.fullmatch(below.text):
        return None
    return [_with_role(first, 0, f"{first.cells[0]} {below.text}")], 2


def _in_turn(below: Sequence[Line], people: int) -> list[str]:
    """Return the numbers of several people, one a line below their names; none where they are not as many."""
    details: list[str] = []
    for line in below:
        if len(line.cells) > 1 or line.table is not None or not _ONLY_A_NUMBER.fullmatch(line.text):
            break
        details.append(line.text)
    return details if len(details) == people > 1 else []


_ONLY_A_NUMBER = re.compile(r"(?:\w{1,9}[.:]?\s?)?[\d +()]{9,20}")


def _heading(lines: Sequence[Line], start: int) -> tuple[list[Line], int]:
    """Return the one line of a role that stands over its names, word by word below each other; none where it is whole.

    "Deputy" and "DSL: Ben Lowe" below it are one role as well, for nobody's deputy is named otherwise.
    """
    first = lines[start]
    if (closed := _with_bracket_closed(first, lines[start + 1 : start + 2])) is not None:
        return [closed], 2
    if not _is_unfinished(first.text.strip()) or (find_roles(first.text) and not _ENDS_OPEN.search(first.text)):
        return _announced(first, lines[start + 1 : start + 2])
    role = first.text.strip()
    for used, below in enumerate(lines[start + 1 : start + 1 + _MOST_LINES], start=2):
        if below.table is not None or below.region is not first.region:
            break
        whole = f"{role} {below.text}"
        if len(below.cells) > 1 and _is_one_role(role, below.cells[0]):
            return [replace(below.with_cells((f"{role} {below.cells[0]}", *below.cells[1:])), edges=())], used
        if len(below.cells) == 1 and len(below.text) <= _LONGEST and (is_role(whole) or _is_unfinished(whole)):
            role = whole
            if is_role(role):
                return [replace(first, text=role, cells=(role,), places=(first.where,), edges=())], used
            continue
        mentions = find_roles(below.text)
        if _is_bare_deputy(role) and mentions and mentions[0].role == _LEAD_ROLE and mentions[0].start == 0:
            return [replace(below.with_cells((f"{role} {below.cells[0]}", *below.cells[1:])), edges=())], used
        break
    return [], 0


def _with_bracket_closed(first: Line, following: Sequence[Line]) -> Line | None:
    """Return a role whose brackets close in the next line: "Deputy Designated Safeguarding Lead (Deputy" and "DSL)"."""
    if not following or "(" not in first.text or first.text.count("(") != first.text.count(")") + 1:
        return None
    if not _CLOSES.fullmatch(following[0].text):
        return None
    whole = f"{first.text} {following[0].text}"
    return replace(first, text=whole, cells=(whole,), places=(first.where,), edges=()) if is_role(whole) else None


_CLOSES = re.compile(r"[A-Za-z][\w /&-]{0,20}\)\W?")


def _has_ended(text: str) -> bool:
    """Say whether a sentence ends there behind a word: no role of it goes on below. Most long lines are such."""
    word = text[-4:-1]
    return text.endswith((".", "!", "?")) and len(word) > 2 and word.isalpha() and word.islower()


def _announced(first: Line, following: Sequence[Line]) -> tuple[list[Line], int]:
    """Return a sentence with the end of its last role: "… contact the Safeguarding" and "Officer:" below.

    Read by itself the line below would make a lead of a deputy: "… The deputy" and "DSLs are …".
    """
    below = following[0] if following else None
    if below is None or below.table is not None or below.region is not first.region or _has_ended(first.text):
        return [], 0
    if (len(first.text) < _FULL_LINE or len(below.cells) > 1) and not _REST_WITH_COLON.fullmatch(below.text):
        return [], 0
    whole = f"{first.text} {below.text}"
    if not any(0 < role.start < len(first.text) < role.end for role in find_roles(whole)):
        return [], 0
    return [replace(first, text=whole, cells=(whole,), places=(first.where,), edges=())], 2


def _is_one_role(first: str, second: str) -> bool:
    """Whether two parts are one role: the second is none alone, or is one that only a deputy's begin makes another."""
    whole = f"{first} {second}"
    if not is_role(whole) or not find_roles(second):
        return is_role(whole)
    mentions = find_roles(whole)
    return not _is_bare_deputy(first) and len(mentions) == 1 and mentions[0].start == 0


def _broken_column(line: Line) -> int | None:
    """Return the only column whose words are an unfinished role, where a name stands in another; None where none is."""
    if line.table is not None or len(line.cells) < 2:
        return None
    broken = [column for column, cell in enumerate(line.cells) if len(cell) <= _LONGEST and is_unfinished_role(cell)]
    named = any(find_name(cell) for column, cell in enumerate(line.cells) if column not in broken)
    return broken[0] if len(broken) == 1 and named else None


def _part_below(first: Line, below: Line, column: int) -> str | None:
    """Return the words below a column, alone or beside one more name or details; None where they stand elsewhere."""
    if below.table is not None or below.region is not first.region:
        return None
    if len(below.cells) == 1:
        if len(first.edges) == len(first.cells) and len(below.edges) == 1:
            (left, right), (begins, ends) = below.edges[0], first.edges[column]
            if min(right, ends) <= max(left, begins):
                return None
        return below.cells[0] if len(below.text) <= _LONGEST else None
    beside = [cell for at, cell in enumerate(below.cells) if at != column]
    of_somebody = any(map(find_name, beside)) or all(
        DETAIL.search(cell) or _A_POST.fullmatch(cell) or is_role(cell) for cell in beside
    )
    return below.cells[column] if column < len(below.cells) and of_somebody else None


_A_POST = re.compile(r"\([A-Z][\w ,/&-]{2,40}\)")
"""A post in brackets below a name: "(Headteacher)"."""


@lru_cache(maxsize=4096)
def is_unfinished_role(cell: str) -> bool:
    """Say whether words begin a role that cannot end so: "Deputy Designated"."""
    rest = _behind_post(cell.strip())
    if not rest:
        return bool(cell.strip())
    return _begins_role(rest) and (not find_roles(rest) or bool(_ENDS_OPEN.search(rest)))


_POST_AND = re.compile(r"(?P<post>[^\t]{3,40}?)\s*(?:\band\b|&|/)(?:\s+|$)")


def _behind_post(text: str) -> str:
    """Return what follows another post that whoever holds the role has as well: "Assistant Headteacher and"."""
    post = _POST_AND.match(text)
    other = post is not None and is_role(post["post"]) and {each.role for each in find_roles(post["post"])} <= {OTHER}
    return text[post.end() :] if post is not None and other else text


def _begins_role(text: str) -> bool:
    """Say whether words are a role that cannot end so, alone or behind another post."""
    return _is_unfinished(_behind_post(text))


_ENDS_OF_UNFINISHED = (")", "&", "/")
"""Signs with which one may end that are no letters; most lines end with a full stop."""


def _is_unfinished(text: str) -> bool:
    """Say whether words are a role that cannot end so and nothing else."""
    may_be = text[-1:].isspace() or text[-1:].isalpha() or text.endswith(_ENDS_OF_UNFINISHED)
    may_be = may_be and any(map(in_plain_letters(text).__contains__, _OF_UNFINISHED))
    return may_be and _UNFINISHED.fullmatch(text) is not None


def _is_bare_deputy(cell: str) -> bool:
    return re.fullmatch(r"\W*deput(?:y|ies|es?)\W*", cell, re.IGNORECASE) is not None


def _lead_above(lines: Sequence[Line], start: int) -> bool:
    """Say whether the lead stands shortly above: "Deputy" and a lead's role below it are then one role."""
    near = lines[max(0, start - _NEAR) : start]
    return any(each.role == _LEAD_ROLE for line in near for each in find_roles(line.text))


def _with_role(row: Line, column: int, role: str) -> Line:
    cells = [role if at == column else cell for at, cell in enumerate(row.cells)]
    return replace(row.with_cells(cells), edges=())
