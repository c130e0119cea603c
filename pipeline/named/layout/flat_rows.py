"""Find the columns again of contact tables whose rows a PDF gives as lines of words, without a gap between the cells.

Before everything else in ``contact_lines``. In: the lines of a document. Out: the same with cells where nothing but
people, roles, numbers and addresses stand in a line, or labels over their answers. What could be parted in two ways
loses its role: a name under nobody's heading is better than one in the next column's.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise

from pipeline.named.layout.entries import (
    DETAIL,
    DETAIL_LABEL,
    NAME_LABEL,
    ROLE_LABEL,
    is_label,
    is_only_name,
    is_role,
)
from pipeline.named.names.people import drop_title, find_name, has_given_name
from pipeline.named.names.titles import Shows, one_title
from pipeline.named.roles.bare_deputies import find_bare_deputies, written_whole
from pipeline.named.roles.rules import DEPUTY
from pipeline.named.roles.vocabulary import OF_LEADS, RoleMention, find_roles, is_former
from pipeline.text.lines import Line
from pipeline.text.needed import in_plain_letters

_LONGEST = 240
_LONGEST_HALF = 40
"""Of the second half of a role that is broken over two lines."""
_BLANK = re.compile(r"[\s,;/&|•·–-]*")
_A_DETAIL = re.compile(
    r"[\s,;/&|–-]*(?:(?:tel(?:ephone)?|phone|mobile|mob|ext(?:ension)?|x|e-?mail)\.?\s*:?\s*)?"
    r"(?:\S+@\S+|\+?[\d(][\d() ]*\d|x\d+)[\s,;/&|–-]*",
    re.IGNORECASE,
)
_NOTE = re.compile(r"\s*\((?![^()]*(?:@|\d{3}))[^()]{1,40}\)")
_HEAD = re.compile(
    r"[^:]{0,30}\b(?:safe[ -]?guarding|team|contacts?|staff|people|personnel|leads?|who)\b[^:]{0,20}:\s*", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class _Piece:
    """A person, a role or a detail of a line."""

    kind: str
    """``name``, ``role``, ``post`` (words of one that is not known) or ``detail``."""
    text: str
    role: str = ""


def part_flat_rows(lines: Sequence[Line]) -> list[Line]:
    """Return ``lines`` with cells where a row of people was run together; as many lines or more."""
    parted: list[Line] = []
    position = 0
    for start in _where_rows_may_begin(lines):
        if start < position:
            continue
        parted += lines[position:start]
        position = start
        for layout in _LAYOUTS:
            rows, used = layout(lines, start)
            if used:
                parted += rows
                position += used
                break
    return parted + list(lines[position:])


def _where_rows_may_begin(lines: Sequence[Line]) -> Iterator[int]:
    """Yield where the first line of a row may stand: at a role or a label, over roles, or at half a role.

    Most lines are prose and none of these.
    """
    flat = [line.text if _is_flat(line) else None for line in lines]
    for at, (text, below) in enumerate(pairwise([*flat, None])):
        if text is None:
            continue
        if (
            find_roles(text)
            or (below is not None and _may_be_broken_over(text, below))
            or _kind_of(text) is not None
            or _kind_beside(text) is not None
        ):
            yield at


def _may_be_broken_over(text: str, below: str) -> bool:
    """Say whether a line may stand over the second half of its role, or over the roles of its names."""
    halves = len(below) <= _LONGEST_HALF and (_may_end_in_half(text) or _FIRST_HALF.match(text) is not None)
    return halves or bool(find_roles(below) and _only_roles(below))


def _is_flat(line: Line) -> bool:
    return line.table is None and len(line.cells) == 1 and not line.is_furniture and len(line.text) <= _LONGEST


def _as_row(line: Line, cells: Sequence[str]) -> Line:
    return replace(line, text="\t".join(cells), cells=tuple(cells), places=(line.where,) * len(cells), edges=())


# --- people and roles run together --------------------------------------------------------------------------------


def _people(lines: Sequence[Line], start: int) -> tuple[list[Line], int]:
    """ "Ada Holt Designated Safeguarding Lead 01632 960101", or several people with their roles in one line."""
    line, used = _whole_line(lines, start)
    mentions = find_roles(line.text) if _is_flat(line) else ()
    if not any(each.role in OF_LEADS for each in mentions):
        return [], 0
    if any(is_former(line.text, each.start, each.end) for each in mentions):
        # Parted from their role, the years that end it would be a number of the person.
        return [], 0
    pieces = _pieces(line.text)
    kinds = "".join(each.kind[0] for each in pieces)
    plain = kinds.replace("d", "")
    if _POST_NAME_ROLE.fullmatch(plain) and _is_post(pieces[0]) and not _is_name_line(lines, start + used):
        # "Headteacher Ada Holt DSL": the one person of the line has both roles.
        pieces = [*pieces[1:2], pieces[0], *pieces[2:]]
        plain = "nrr"
    names_first = _NAMES_FIRST.fullmatch(plain) is not None and not _both_in_one(pieces)
    several = plain.count("n") > 1 and (names_first or _ROLES_FIRST.fullmatch(plain) is not None)
    if not several and not (names_first and (_shows_person(pieces[0].text, kinds) or _has_a_like(lines, start, used))):
        return [], 0
    return [_as_row(line, row) for row in _rows_of(pieces, names_first=names_first)], used


def _both_in_one(pieces: Sequence[_Piece]) -> bool:
    """Say whether lead and deputy are told of one name: then one of them is somebody else's."""
    told: set[str] = set()
    for piece in pieces:
        told = set() if piece.kind == "name" else told | {piece.role} & OF_LEADS
        if told >= OF_LEADS:
            return True
    return False


def _has_a_like(lines: Sequence[Line], start: int, used: int) -> bool:
    """Say whether the line above or below is a name and a role as well, so that it is a list of people."""
    near = (*lines[max(0, start - 1) : start], *lines[start + used : start + used + 1])
    rows = (_pieces(each.text) for each in near if _is_flat(each) and find_roles(each.text))
    return any(row and _NAMES_FIRST.fullmatch("".join(piece.kind[0] for piece in row).replace("d", "")) for row in rows)


_NAMES_FIRST = re.compile(r"(?:np?r{1,3})+")
_ROLES_FIRST = re.compile(r"(?:rn)+")
_POST_NAME_ROLE = re.compile(r"rnr")
_ENDS_OF_HALVES = (
    "deputy", "depute", "assistant", "designated", "senior", "lead", "guarding", "child", "protection"
)  # fmt: skip
_LONGEST_END = max(map(len, _ENDS_OF_HALVES))
_HALF_AT_END = re.compile(
    r"(?:^|\s)(?P<half>(?:(?:deput[ey]|assistant|designated|senior|lead|safe ?-?guarding|child|protection)\s*){1,4})$",
    re.IGNORECASE,
)


def _may_end_in_half(text: str) -> bool:
    return in_plain_letters(text.rstrip()[-_LONGEST_END:]).endswith(_ENDS_OF_HALVES)


def _whole_line(lines: Sequence[Line], start: int) -> tuple[Line, int]:
    """Return a line with the next where a role is broken between them, and how many lines that are."""
    line, below = lines[start], lines[start + 1] if start + 1 < len(lines) else None
    ends_so = below is not None and _may_end_in_half(line.text) and _is_flat(line) and _is_flat(below)
    half = _HALF_AT_END.search(line.text) if ends_so else None
    if half is None or below is None or not half.start() or len(below.text) > _LONGEST_HALF:
        return line, 1
    joined = f"{half['half'].strip()} {below.text}"
    if not is_role(joined) or len(find_roles(joined)) > 1 or _WHOLE_ROLE.fullmatch(below.text):
        return line, 1
    return _as_row(line, [f"{line.text} {below.text}"]), 2


_WHOLE_ROLE = re.compile(r"(?:DSL|DDSL|(?:deputy )?designated\b.*)", re.IGNORECASE)


def _is_post(piece: _Piece) -> bool:
    return piece.role not in OF_LEADS


def _is_name_line(lines: Sequence[Line], at: int) -> bool:
    """Say whether a line is a name alone, which the last role of the line above may be told of."""
    return at < len(lines) and is_only_name(lines[at].text)


def _shows_person(name: str, kinds: str) -> bool:
    """Say whether a name alone before a role is a person's for certain: a title, a given name, or a number behind."""
    return drop_title(name) != name or has_given_name(name) or "d" in kinds


def _rows_of(pieces: Sequence[_Piece], *, names_first: bool) -> Iterator[list[str]]:
    """Yield role, name and details of each person of a run; a number before the first of several is nobody's."""
    opens = "name" if names_first else "role"
    groups: list[list[_Piece]] = []
    for piece in pieces:
        if piece.kind == opens or not groups:
            groups.append([])
        groups[-1].append(piece)
    if len(groups) == 2 and groups[0][0].kind == "detail":
        groups = [[*groups[1], *groups[0]]]
    for group in groups:
        name = next((each.text for each in group if each.kind == "name"), "")
        if not name:
            continue
        details = [each.text for each in group if each.kind == "detail"]
        for role in group:
            if role.kind == "role":
                yield [role.text, name, *details]


def _pieces(text: str) -> list[_Piece]:
    """Return what a line consists of, behind a heading with a colon too; empty where anything else stands in it."""
    mentions = find_roles(text)
    head = _HEAD.match(text)
    heads = head is not None and not any(each.start < head.end() for each in mentions)
    for start in (head.end(), 0) if heads and head is not None else (0,):
        pieces = list(_read(text, start, mentions))
        if pieces and pieces[-1].kind != "end":
            return pieces
    return []


_ASIDE = re.compile(r"\((?![^()]*(?:@|\d{3}))[^()]{2,40}\)")
"""A post in brackets behind a name: "Ada Holt (Year 6 Teacher) DSL"."""
_UNKNOWN_POST = re.compile(r"(?:[A-Z][\w'’/-]*|of|and|&|for|\d+)(?:[ ](?:[A-Z][\w'’/-]*|of|and|&|for|\d+)){0,4}[ ]")


def _read(text: str, position: int, mentions: Sequence[RoleMention]) -> Iterator[_Piece]:
    """Yield the pieces from a place on; one of kind ``end`` where words follow that are none."""
    named = False
    while position < len(text):
        blank = _BLANK.match(text, position)
        position = blank.end() if blank else position
        if position >= len(text):
            return
        detail = _A_DETAIL.match(text, position)
        if detail is not None:
            yield _Piece("detail", detail[0].strip(" ,;|–-"))
            position = detail.end()
            continue
        role = next((each for each in mentions if each.start == position), None)
        if role is not None:
            note = _NOTE.match(text, role.end)
            note = None if note and any(note.start() <= each.start < note.end() for each in mentions) else note
            yield _Piece("role", role.text, role.role)
            position, named = (note.end() if note else role.end), False
            continue
        aside = _ASIDE.match(text, position) if named else None
        if aside is not None and not any(each.role in OF_LEADS for each in find_roles(aside[0])):
            yield _Piece("post", aside[0])
            position, named = aside.end(), False
            continue
        limit = next((each.start for each in mentions if each.start > position), len(text))
        post = _UNKNOWN_POST.fullmatch(text, position, limit) if named and limit < len(text) else None
        if post is not None:
            yield _Piece("post", post[0].strip())
            position, named = limit, False
            continue
        name = find_name(text[:limit].rstrip(), position)
        if name is None:
            yield _Piece("end", "")
            return
        yield _Piece("name", name[0])
        position, named = name.end(), True


# --- roles over names, names over roles ---------------------------------------------------------------------------


def _heads_and_names(lines: Sequence[Line], start: int) -> tuple[list[Line], int]:
    """ "DSL Deputy DSL" over "Ada Holt Ben Lowe", or the names over the roles; rows of numbers below go with them."""
    if start + 1 >= len(lines) or not (_is_flat(lines[start]) and _is_flat(lines[start + 1])):
        return [], 0
    for over, under, names_over in ((start, start + 1, False), (start + 1, start, True)):
        roles = _only_roles(lines[over].text)
        if len(roles) < 2 or not any(each.role in OF_LEADS for each in roles):
            continue
        names = split_names(lines[under].text, len(roles))
        if names:
            heads = _as_row(lines[over], [each.text for each in roles])
            people = _as_row(lines[under], names)
            rows = [people, heads] if names_over else [heads, people]
            below, used = _details_below(lines, start + 2, len(roles))
            return [*rows, *below], 2 + used
        if not names_over and _begins_with_capitals(lines[under].text):
            # Nobody can tell whose name stands under which role.
            return [lines[under]], 2
    return [], 0


def _begins_with_capitals(text: str) -> bool:
    name = find_name(text)
    return name is not None and len(text.split()) > 3 and not find_roles(text) and text[name.end() :].strip() == ""


def _only_roles(text: str) -> list[RoleMention]:
    """Return the roles of a line that names several different ones and nothing else; none where they may be one's."""
    if not find_roles(text):
        return []
    text = (
        written_whole(text, find_bare_deputies(text, opens=False, below=False)) if "deput" in text.casefold() else text
    )
    mentions = find_roles(text)
    others = [each.role for each in mentions if each.role != DEPUTY]
    if len(mentions) < 2 or len(set(others)) < len(others):
        return []
    rest = text
    for mention in reversed(mentions):
        rest = rest[: mention.start] + rest[mention.end :]
    return list(mentions) if not rest.strip() else []


def _details_below(lines: Sequence[Line], start: int, columns: int) -> tuple[list[Line], int]:
    """Return the rows of as many numbers or addresses as there are columns."""
    rows: list[Line] = []
    for line in lines[start : start + 3]:
        parts = re.findall(r"\S+@\S+|\+?\(?0\d{2,4}\)? ?\d{3,4} ?\d{3,4}", line.text) if _is_flat(line) else []
        if len(parts) != columns or re.sub(r"\s", "", "".join(parts)) != re.sub(r"\s", "", line.text):
            break
        rows.append(_as_row(line, parts))
    return rows, len(rows)


_TITLE = re.compile(rf"{one_title(Shows.ANYWHERE)}\b|{one_title(Shows.ANYWHERE).upper()}\b")


def split_names(text: str, count: int) -> list[str]:
    """Return the ``count`` names that a text consists of; empty where it does not, or can be parted in two ways."""
    words = text.split()
    starts = [at for at, word in enumerate(words) if _TITLE.match(word)]
    if not starts:
        starts = [at for at, word in enumerate(words) if has_given_name(word)]
    if len(starts) != count and len(words) == 2 * count and set(range(0, len(words), 2)) <= set(starts):
        starts = list(range(0, len(words), 2))
    if len(starts) != count or starts[0] != 0:
        return []
    parts = [" ".join(words[first:last]) for first, last in zip(starts, [*starts[1:], len(words)], strict=True)]
    return parts if all(is_only_name(part) for part in parts) else []


# --- a role broken over two lines, the name behind its first half ---------------------------------------------------

_FIRST_HALF = re.compile(
    r"(?:the |our )?(?:(?:deput[ey]|assistant|designated|senior|lead|safe ?-?guarding|child|protection)\s+)"
    r"{1,4}(?=[A-Z])",
    re.IGNORECASE,
)


def _broken_role(lines: Sequence[Line], start: int) -> tuple[list[Line], int]:
    """ "Designated Safeguarding Ada Holt 01632 960101" over "Lead (DSL)": cells for ``wrapped_roles``, which joins."""
    line = lines[start]
    half = _FIRST_HALF.match(line.text) if _is_flat(line) and start + 1 < len(lines) else None
    if half is None or not _is_flat(lines[start + 1]):
        return [], 0
    first = half[0].strip()
    below = lines[start + 1].text
    if find_roles(first) or not is_role(f"{first} {below}") or len(below) > _LONGEST_HALF:
        return [], 0
    rest = list(_read(line.text, half.end(), ()))
    if not rest or rest[0].kind != "name" or any(each.kind != "detail" for each in rest[1:]):
        return [], 0
    return [_as_row(line, [f"{first} {below}", *(each.text for each in rest)])], 2


# --- labels over their answers ------------------------------------------------------------------------------------

_ROLE, _NAME, _DETAIL = "role", "name", "detail"
_MOST_ANSWERS = 40


def _answered(lines: Sequence[Line], start: int) -> tuple[list[Line], int]:
    """A form whose answers stand under their labels: "Role:", "DSL", "Name:", "Ada Holt"; made "Role: DSL" and so on.

    Both a role and a name must be among the labels.
    """
    rows: list[Line] = []
    kinds: set[str] = set()
    position = start
    while position + 1 < len(lines) and len(rows) < _MOST_ANSWERS:
        label, answer = lines[position], lines[position + 1]
        kind = _kind_of_label(label) if _is_flat(label) and _is_flat(answer) else None
        if kind is None or not _fits(kind, answer.text):
            break
        rows.append(replace(_as_row(label, [f"{label.text.rstrip(' :')}: {answer.text}"]), where=answer.where))
        kinds.add(kind)
        position += 2
    return (rows, position - start) if {_ROLE, _NAME} <= kinds else ([], 0)


_LONGEST_LABEL = 40
_LABEL = r"(?P<label>(?:full |staff |job |safeguarding |contact |tele?phone |e-?mail )?[A-Za-z-]+)"
_LABEL_BEFORE = re.compile(rf"{_LABEL} (?P<answer>\S.*)")
_BEGINS_LABELLED = re.compile(rf"{_LABEL} (?=\S)")


def _kind_beside(text: str) -> str | None:
    """Return what the label asks for that stands without a mark before its answer; None where a line has none."""
    match = _BEGINS_LABELLED.match(text)
    return _kind_of(match["label"]) if match is not None else None


def _answered_beside(lines: Sequence[Line], start: int) -> tuple[list[Line], int]:
    """A form without marks: "Name Ada Holt", "Role DSL"; made "Name: Ada Holt" and so on, where both are told."""
    rows: list[Line] = []
    kinds: set[str] = set()
    for line in lines[start : start + _MOST_ANSWERS]:
        match = _LABEL_BEFORE.fullmatch(line.text) if _is_flat(line) and ":" not in line.text else None
        kind = _kind_of(match["label"]) if match is not None else None
        if match is None or kind is None or not _fits(kind, match["answer"]):
            break
        if kind == _ROLE and not is_role(match["answer"]):
            break
        rows.append(_as_row(line, [f"{match['label']}: {match['answer']}"]))
        kinds.add(kind)
    return (rows, len(rows)) if {_ROLE, _NAME} <= kinds else ([], 0)


def _answered_in_turn(lines: Sequence[Line], start: int) -> tuple[list[Line], int]:
    """All names under "Name" and then all roles under "Role", or the other way round: the columns one after another."""
    columns: list[tuple[str, list[Line]]] = []
    position = start
    while position < len(lines) and _is_flat(lines[position]) and len(columns) < _MOST_COLUMNS:
        kind, below = _kind_of_label(lines[position]), list[Line]()
        if kind is None:
            break
        while position + 1 < len(lines) and _is_flat(lines[position + 1]) and _fits(kind, lines[position + 1].text):
            position += 1
            below.append(lines[position])
        columns.append((kind, below))
        position += 1
    told = dict(columns)
    if (
        len(told) < len(columns)
        or not {_ROLE, _NAME} <= told.keys()
        or len({len(below) for below in told.values()}) > 1
    ):
        return [], 0
    people = zip(told[_ROLE], told[_NAME], told.get(_DETAIL, [None] * len(told[_NAME])), strict=True)
    return [_as_row(name, [each.text for each in (role, name, at) if each is not None]) for role, name, at in people], (
        position - start
    )


_MOST_COLUMNS = 3


def _kind_of_label(line: Line) -> str | None:
    return _kind_of(line.text)


@lru_cache(maxsize=4096)
def _kind_of(text: str) -> str | None:
    """Return what a label asks for; None where a text is none."""
    if len(text) > _LONGEST_LABEL:
        return None
    for kind, label in ((_NAME, NAME_LABEL), (_ROLE, ROLE_LABEL), (_DETAIL, DETAIL_LABEL)):
        if is_label(label, text):
            return kind
    return None


def _fits(kind: str, text: str) -> bool:
    """Say whether an answer is of the kind that its label asks for."""
    if kind == _ROLE:
        return bool(find_roles(text)) and len(text) < _LONGEST // 3
    return find_name(text) is not None if kind == _NAME else DETAIL.search(text) is not None


_LAYOUTS = (_answered, _answered_beside, _answered_in_turn, _heads_and_names, _broken_role, _people)
"""In the order in which they are tried at a line."""
