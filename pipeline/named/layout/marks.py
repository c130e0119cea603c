"""What stands in the cells of a document, as marks over its own words, and the lines of signs that layouts are told by.

A line of signs has a sign a mark, ``|`` between cells, ``/`` between the lines of a cell and a new line a row:
``L`` the role of a lead or a deputy, ``P`` another role or post, ``N`` a name, ``M`` capitals that may be a name,
``D`` a number or an address, ``n``, ``r`` and ``d`` labels that ask for these, ``g`` where a person signs, ``h`` words
that announce a lead's role of several, ``:`` a colon behind a role or words, ``t`` a tick, ``x`` its contrary, ``s``
for which part of a school something is, ``o`` words that speak of a lead or a deputy, ``w`` other words.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from pipeline.model.documents import BlockKind
from pipeline.named.layout.broken import Broken, Cell, broken_details, broken_roles
from pipeline.named.layout.entries import (
    DETAIL_LABEL,
    LONGEST,
    NAME_LABEL,
    PART_OF_SCHOOL,
    ROLE_LABEL,
    covers,
    is_label,
    is_only_name,
    is_role,
)
from pipeline.named.layout.told import Told, told_roles
from pipeline.named.names.people import drop_title, find_name, has_given_name
from pipeline.named.roles.vocabulary import OF_LEADS, RoleMention, find_roles, is_former
from pipeline.text.lines import Line

_LABELS = (("n", NAME_LABEL), ("r", ROLE_LABEL), ("d", DETAIL_LABEL))
_LABEL = re.compile(
    r"(?P<label>[A-Za-z][A-Za-z /-]{1,24}?)(?P<colon>\s*:)\s*"
    r"|(?P<bare>(?:full |staff |job |print(?:ed)? |contact |tele?phone |e-?mail )?[A-Za-z-]+)\s+",
    re.IGNORECASE,
)
_HEAD = re.compile(r"\b(?:safe[ -]?guarding|team|contacts?|staff|people|personnel|leads?|who)\b", re.IGNORECASE)
"""In what stands before a colon and heads a list of people."""
_SIGNED = re.compile(r"\W*(?:signature|signed)\b", re.IGNORECASE)
_BLANK = re.compile(r"[\s,;:/&|•·*–-]*")
_NUMBER = re.compile(
    r"(?:(?:tel(?:ephone)?|phone|mobile|mob|ext(?:ension)?|x|e-?mail)\.?\s*:?\s*)?"
    r"(?:\S+@\S+|\+?[\d(][\d() ]{5,}\d|x\d+)",
    re.IGNORECASE,
)
_TWO_CAPITALS = re.compile(r"[A-Z][a-z]+ [A-Z][a-z]+")
_REACHES = re.compile(r"@|\d{3}")
_NOTE = re.compile(r"\s*\((?![^()]*(?:@|\d{3}))[^()]{1,40}\)")
"""What a role or a name has behind it in brackets."""
_UNKNOWN_POST = re.compile(r"(?:[A-Z][\w'’/-]*|of|and|&|for|\d+)(?:[ ](?:[A-Z][\w'’/-]*|of|and|&|for|\d+)){0,4}[ ]")
"""A post that is not known, between a name and a role: "Ada Holt Tutor DSL"."""
_TICK = re.compile(r"(?:[✓✔☑✅√●■•◉*\uf0fc\uf0fe]\ufe0f?|x|y|yes)", re.IGNORECASE)
_NO_TICK = re.compile(r"(?:[✗✘☐☒❌○□–—-]\ufe0f?|n|no|n/?a)", re.IGNORECASE)
_NAME_LIKE = re.compile(
    r"[^\W\d_a-z][\w'’.-]*(?:,? (?:(?:[a-z]{1,3}[-'’])?[^\W\d_a-z][\w'’.-]*|van|von|de|da|der|al|bin)){0,4}"
)
"""Words with capitals and nothing else, as in a name that was not read."""
_HEADING = re.compile(
    r"\b(?:polic(?:y|ies)|procedures?|statement|plan|guidance|protection|safe ?guarding|school|academy|nursery|college"
    r"|contacts?|team|staff|people|contents)\b",
    re.IGNORECASE,
)
PART = re.compile(
    r"[\w'’ &/,()–-]{0,40}(?:school|academy|college|nursery|primary|infant|junior|sixth form|\bsite\b|campus"
    r"|\b(?:year|day)s?\b"
    rf"|\bkey stage\b|\bphase\b|section|centre|building|location|\b{PART_OF_SCHOOL})[\w'’ &/,()–-]{{0,20}}:?",
    re.IGNORECASE,
)
"""A cell that says of which part of a school a person has a role, or when."""
_BULLET = re.compile(r"\s*(?:[-–•*o\uf0b7]\s+|\d+[.)]\s+|(?:and|or|&)\s+)")
_REACH = 6
"""How many lines from a role anything of a layout may stand."""
LONG_LINE, _SENTENCE, _SHORT = 240, 60, 40
_ENDS_POST = re.compile(r"\s*[,;/&]\s*|\s+and\s+")
"""Behind a post that a person has besides a role."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A name, a role, a detail, a label or other words."""

    kind: str
    """Its sign."""
    line: int
    column: int
    part: int
    """In which line of its cell."""
    start: int
    end: int
    """In the text of the line."""
    value: str
    roles: Told = ()

    @property
    def leads(self) -> bool:
        """Whether it is a role of the lead or a deputy."""
        return any(each.role in OF_LEADS for each in self.roles)


@dataclass(slots=True)
class Marks:
    """The lines of a document with the roles and marks in them."""

    lines: Sequence[Line]
    told: Sequence[Told]
    """The roles of each line."""
    rows: Sequence[Sequence[Mark]] = field(default=())
    """The marks of each line in order; none of lines far from any role."""

    def signs(self, first: int, last: int) -> tuple[str, list[tuple[int, Mark]]]:
        """Return the signs of some lines, with each mark and where it stands in them."""
        return signs_of(self.rows[number] for number in range(first, last))


def signs_of(rows: Iterator[Sequence[Mark]]) -> tuple[str, list[tuple[int, Mark]]]:
    """Return the signs of rows of marks, with each mark and where it stands in them."""
    signs, placed = "", list[tuple[int, Mark]]()
    for number, row in enumerate(rows):
        signs += "\n" if number else ""
        before = None
        for mark in row:
            if before is not None and before.column != mark.column:
                signs += "|"
            elif before is not None and before.part != mark.part:
                signs += "/"
            placed.append((len(signs), mark))
            signs += mark.kind
            before = mark
    return signs, placed


def mark_lines(lines: Sequence[Line]) -> Marks:
    """Return the lines of a document with the roles and marks in them."""
    broken = list(broken_roles(lines))
    told = told_roles(lines, broken)
    near = {each for at, roles in enumerate(told) if roles for each in range(at - _REACH, at + _REACH + 1)}
    details = [
        each
        for part, each in broken_details(lines)
        if len(lines[each.cells[0][0]].cells) > 1 and part == lines[each.cells[0][0]].cells[-1]
    ]
    over = _by_cell([*details, *broken])
    return Marks(lines, told, [_marks(lines, told, at, over) if at in near else () for at in range(len(lines))])


def may_have_names(line: Line) -> bool:
    """Say whether a line of a document, short or not in prose, has the mark of a name whatever stands around it."""
    alone = len(line.cells) == 1 and line.table is None and len(line.text) > _SENTENCE
    return not alone or any(mark.kind in "NM" for mark in _marks([line], [find_roles(line.text)], 0, {}))


def _by_cell(broken: Sequence[Broken]) -> Mapping[Cell, Broken | None]:
    """Return what is broken by its first cell, and None for the cells in which it goes on."""
    rest: dict[Cell, Broken | None] = {cell: None for each in broken for cell in each.cells}
    return rest | {each.home: each for each in broken}


def _marks(
    lines: Sequence[Line], told: Sequence[Told], number: int, over: Mapping[Cell, Broken | None]
) -> Sequence[Mark]:
    line = lines[number]
    if len(line.cells) == 1 and len(line.text) > LONG_LINE:
        return [Mark("w", number, 0, 0, 0, len(line.text), line.text)]
    marks: list[Mark] = []
    for column, start in line.starts():
        broken = over.get((number, column), _NOT_BROKEN)
        words = line.cells[column]
        whole = _whole_cell(words) if broken is _NOT_BROKEN and "\n" in words else None
        if broken is None:
            continue
        if broken is not _NOT_BROKEN or whole is not None:
            value = broken.whole or words.replace("\n", " ")
            named = find_roles(value) if whole != "N" else ()
            roles = tuple(replace(each, start=start + each.start, end=start + each.end) for each in named)
            kind = ("L" if any(each.role in OF_LEADS for each in roles) else "P") if roles else "N"
            kind = "D" if _REACHES.search(value) and not roles else kind
            marks.append(Mark(kind, number, column, 0, start, start + len(words), value, roles))
            continue
        position = start
        for part, piece in enumerate(words.split("\n")):
            marks += _lex(line, number, (column, part), piece, position, _roles_in(piece, position, line, told[number]))
            position += len(piece) + 1
    if any(mark.kind == "N" for mark in marks):
        marks += [mark for column in range(len(line.merged)) for mark in _merged(lines, number, column)]
        marks.sort(key=lambda mark: mark.column)
    return marks


def _whole_cell(words: str) -> str | None:
    """Return the sign of the lines of a cell that are one role, or one name, only together; None where they are not."""
    first, joined = words.partition("\n")[0], words.replace("\n", " ")
    if any(each.start < len(first) < each.end for each in find_roles(words)) and covers(joined, find_roles(joined)):
        return "L"
    given = bool(first.split()) and has_given_name(first.split()[-1])
    return (
        "N"
        if given and words.count("\n") == 1 and " " not in words[len(first) + 1 :] and is_only_name(joined)
        else None
    )


def _roles_in(piece: str, start: int, line: Line, told: Told) -> Told:
    """Return the roles of one line of a cell by its own words, and those that what stands around it shows."""
    if not told or (len(line.cells) == 1 and piece == line.text):
        return told
    by_itself = find_roles(line.text)
    around = [each for each in told if each not in by_itself and start <= each.start and each.end <= start + len(piece)]
    own = (replace(each, start=each.start + start, end=each.end + start) for each in find_roles(piece))
    own = (each for each in own if not any(one.start < each.end and each.start < one.end for one in around))
    return tuple(sorted((*around, *own), key=lambda each: each.start))


_NOT_BROKEN = Broken((), "", 0)


def _merged(lines: Sequence[Line], number: int, column: int) -> Iterator[Mark]:
    """Yield the role of a cell that begins further up and was merged down over a column."""
    merged = lines[number].merged
    words = merged[column] if column < len(merged) else ""
    if words and (column == 0 or merged[column - 1] != words) and covers(words, find_roles(words)):
        yield _role(number, (column, 0), 0, 0, words, find_roles(words))


def _role(number: int, cell: tuple[int, int], start: int, end: int, value: str, roles: Told) -> Mark:
    kind = "L" if any(each.role in OF_LEADS for each in roles) else "P"
    apart = tuple(each for at, each in enumerate(roles) if not at or each.start >= roles[at - 1].end)
    return Mark(kind, number, *cell, start, end, value, apart)


def _lex(line: Line, number: int, cell: tuple[int, int], piece: str, start: int, told: Told) -> Iterator[Mark]:
    """Yield the marks of one line of a cell that begins at ``start`` of its line's text."""
    text, end = line.text, start + len(piece)
    words = piece.strip()
    roles = tuple(each for each in told if start <= each.start and each.end <= end)
    if not words:
        return
    if any(is_former(text, each.start, each.end) for each in roles):
        yield Mark("w", number, *cell, start, end, words)
    elif roles and covers(piece, tuple(_as_of(each, start) for each in roles)):
        yield from _only_roles(text, number, cell, (start, end), roles)
    elif len(line.cells) == 1 and _SIGNED.match(words) and len(words) < LONGEST:
        yield Mark("g", number, *cell, start, end, words, roles)
    elif (
        len(line.cells) > 1
        and find_name(words) is None
        and len(words) < _SHORT
        and is_role(_ENDS_POST.split(words)[-1])
    ):
        # "Senior Deputy Head, DSL"
        yield _role(number, cell, start, end, words, roles)
    elif len(roles) == 1 and roles[0].is_plural and roles[0].role in OF_LEADS and find_name(words) is None:
        yield Mark("h" if len(words) < LONGEST else "w", number, *cell, start, end, words, roles)
    elif not roles and (
        kind := _whole_kind(words, in_table=line.table is not None, heading=line.kind is BlockKind.HEADING)
    ):
        name = find_name(text[:end], end - len(_unbulleted(piece))) if kind == "N" else None
        if name is None:
            yield Mark(kind, number, *cell, start, end, words)
        else:
            former = is_former(text, name.end(), name.end())
            yield Mark("M" if former else "N", number, *cell, *name.span(), name[0])
    else:
        yield from _in_turn(line, number, cell, (start, end), roles)


def _only_roles(text: str, number: int, cell: tuple[int, int], span: tuple[int, int], roles: Told) -> Iterator[Mark]:
    """Yield one mark for the roles that a piece is, or one for each where nothing but a blank stands between them."""
    start, end = span
    if len(roles) > 1 and all(
        one.end < two.start and not text[one.end : two.start].strip() for one, two in pairwise(roles)
    ):
        yield from (_role(number, cell, each.start, each.end, each.text, (each,)) for each in roles)
        return
    yield _role(number, cell, start, end, text[start:end].strip(), roles)
    if text[start:end].rstrip().endswith(":"):
        yield Mark(":", number, *cell, end, end, ":")


def _as_of(role: RoleMention, start: int) -> RoleMention:
    """Return a role as of a text that begins at ``start`` of its own."""
    return RoleMention(role.role, role.start - start, role.end - start, role.text)


def _whole_kind(words: str, *, in_table: bool, heading: bool) -> str | None:
    """Return the sign of words that are one thing; None where they are several."""
    for kind, label in _LABELS:
        if is_label(label, words):
            return kind
    if is_only_name(_unbulleted(words)) or (
        drop_title(words) != words and _NAME_LIKE.fullmatch(words) and find_name(words)
    ):
        return "N"
    if in_table and _TICK.fullmatch(words):
        return "t"
    if in_table and _NO_TICK.fullmatch(words):
        return "x"
    if (
        find_name(words) is None
        and not _TWO_CAPITALS.search(words)
        and _REACHES.search(words)
        and len(_NUMBER.findall(words)) < 2
        and len(words) < LONGEST
        and not PART.fullmatch(words)
    ):
        return "D"
    titled = drop_title(words) != words
    if not titled and len(words) < LONGEST and PART.fullmatch(words):
        return "s"
    named = _LABEL.match(words)
    if named is not None and named["bare"] and is_label(NAME_LABEL, named["bare"]):
        return None
    like = len(words) < LONGEST // 2 and _NAME_LIKE.fullmatch(words) is not None
    return "M" if like and not heading and (titled or not _HEADING.search(words)) else None


def _unbulleted(words: str) -> str:
    bullet = _BULLET.match(words)
    return words[bullet.end() :] if bullet is not None else words


def _in_turn(line: Line, number: int, cell: tuple[int, int], span: tuple[int, int], roles: Told) -> Iterator[Mark]:
    """Yield the names, roles and details that a piece consists of, words that are none of them as ``w``."""
    text, (position, end) = line.text, span
    position = end - len(_unbulleted(text[position:end]))
    label, labelled = _LABEL.match(text, position, end), False
    if label is not None and label.end() < end:
        words = label["label"] or label["bare"]
        kind = next((kind for kind, each in _LABELS if is_label(each, words)), None)
        rest = text[label.end() : end]
        heads = label["colon"] and not any(each.start < label.end() for each in roles)
        part = heads and (PART.fullmatch(words) or _HEAD.search(words)) is not None
        if kind is not None and (label["colon"] or kind != "d"):
            yield Mark(kind, number, *cell, *label.span(), words)
            position, labelled = label.end(), True
        elif part or (heads and is_only_name(rest)):
            yield from [Mark("s", number, *cell, *label.span(), words)] if part else []
            position, labelled = label.end(), not roles
    found: list[Mark] = []
    while position < end:
        position = _BLANK.match(text, position, end).end()  # type: ignore[union-attr]
        if position >= end:
            break
        follows = next((each.start for each in roles if each.start >= position), position)
        if found and found[-1].kind == "N" and _UNKNOWN_POST.fullmatch(text, position, follows):
            position = follows
        mark = _next_mark(line, number, cell, (position, end), roles)
        found.append(mark)
        position = mark.end
        note = _NOTE.match(text, position, end) if mark.kind in "NLP" else None
        if note is not None and not any(note.start() <= each.start < note.end() for each in roles):
            position = note.end()
    kinds = "".join(each.kind for each in found)
    sure = (labelled and not kinds.startswith("w")) or _is_sure(kinds, found, line)
    told = "o" if any(each.role in OF_LEADS for each in roles) else "w"
    yield from found if sure else [Mark(told, number, *cell, *span, text[slice(*span)])]
    if not sure and text[:end].endswith(":"):
        yield Mark(":", number, *cell, end, end, ":")


def _next_mark(line: Line, number: int, cell: tuple[int, int], span: tuple[int, int], roles: Told) -> Mark:
    text, (position, end) = line.text, span
    detail = _NUMBER.match(text, position, end)
    if detail is not None:
        return Mark("D", number, *cell, position, detail.end(), detail[0])
    role = next((each for each in roles if each.start == position), None)
    if role is not None:
        return _role(number, cell, role.start, role.end, role.text, (role,))
    limit = next((each.start for each in roles if each.start > position), end)
    name = find_name(text[:limit].rstrip(), position)
    if name is not None and (roles or not cell[1] or text[name.end() : name.end() + 1] != ":"):
        kind = "M" if is_former(text, name.end(), name.end()) else "N"
        return Mark(kind, number, *cell, position, name.end(), name[0])
    return Mark("w", number, *cell, position, end, text[position:end])


def _is_sure(kinds: str, found: Sequence[Mark], line: Line) -> bool:
    """Say whether marks that run on in one piece are what they seem: words alone before a role are no name."""
    roles = "L" in kinds or "P" in kinds
    if not roles:
        return len(line.cells) > 1 or line.table is not None or "w" not in kinds
    if "w" in kinds or ("L" not in kinds and not (line.table is not None and kinds.startswith("N"))):
        return False
    names = [each for each in found if each.kind == "N"]
    if len(names) != 1 or "D" in kinds:
        return len(names) > 1 or kinds.lstrip("D").startswith("N")
    if line.table is not None and kinds.endswith("N"):
        return True
    titled = drop_title(names[0].value) != names[0].value
    apart = kinds.startswith("N") and _CLOSES_ROW.fullmatch(line.text, names[0].end, found[1].start)
    return bool(titled or has_given_name(names[0].value) or apart) and _ONE_PERSON.fullmatch(kinds) is not None


_CLOSES_ROW = re.compile(r"\s*(?:\([^()]*\)\s*)?[–—-]\s+|\s*\([^()]*\)\s*[:,]?\s*")
"""Between a name and the role that closes its row: "Zora Quill (Cook) - Deputy DSL"."""
_ONE_PERSON = re.compile(r"N[LP]+|PN[LP]+")
"""A person whose roles run on behind the name; a role before it is read as words are."""
