"""Whom a layout ties to which role: the patterns of ``layouts.toml`` over the signs of rows, lines and cells.

A match says which marks stand together, ``whose`` which of them belong to each other. Whom nobody can tell holds
nothing; lines of a layout tell nothing else.
"""

import re
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import groupby, pairwise, takewhile
from pathlib import Path

from pipeline.labels.kinds import LabelKind
from pipeline.labels.listed import find_labels
from pipeline.named.details.introduced import OF_BODIES, heads_others
from pipeline.named.layout.entries import DETAIL_LABEL, begins_with_name, is_label, is_only_name
from pipeline.named.layout.marks import PART, Mark, Marks, signs_of
from pipeline.named.names.people import has_given_name
from pipeline.named.roles.rules import DEPUTY
from pipeline.named.roles.vacancies import says_nobody
from pipeline.named.roles.vocabulary import OF_LEADS, RoleMention, find_roles
from pipeline.text.lines import Line
from pipeline.text.telephones import find_numbers

_OF_THE_DOCUMENT = frozenset((LabelKind.OWNER, LabelKind.APPROVER, LabelKind.SIGNATURE))
_MOST_ROWS = 60
_JOINED = re.compile(r"(?:^|[,/&;(\n]|\band\b|[:–-])\s*(?:(?:the|our)\s+)?$", re.IGNORECASE)
_NEAR = 5.0
"""How far apart, in points, two cells of one column may begin."""


@dataclass(frozen=True, slots=True)
class Layout:
    """One way in which a page says who holds which role."""

    name: str
    where: frozenset[str]
    pattern: re.Pattern[str]
    whose: str
    several: bool
    leads: bool
    schools: bool
    example: tuple[tuple[str, ...], ...]
    counter_example: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class LaidOut:
    """A name with one of its roles and what reaches the person."""

    mention: RoleMention
    name: Mark
    details: tuple[str, ...] | None
    """None where the layout gives nobody any, so that they may stand around it."""
    rule: str
    """Which layout says so."""
    with_post: bool = False
    """Whether a line between the two may be of another post: "Ada Holt", "Lead Tutor", "DSL"."""


@cache
def layouts() -> tuple[Layout, ...]:
    """Return the layouts in the order of the file."""
    with Path(__file__).with_name("layouts.toml").open("rb") as file:
        return tuple(
            Layout(
                each["name"],
                frozenset(each["where"]),
                _compiled(each["pattern"]),
                each["whose"],
                each.get("several", False),
                each.get("leads", False),
                each.get("schools", False),
                tuple(map(tuple, each["example"])),
                tuple(map(tuple, each["counter_example"])),
            )
            for each in tomllib.load(file)["layout"]
        )


def _compiled(pattern: str) -> re.Pattern[str]:
    r"""Return a pattern over signs that ends where a row does; outside sets ``R`` is any role, ``~`` any edge."""
    parts = re.split(r"(\[[^]]*\])", pattern)
    whole = "".join(
        part.replace("~", "|/s") if at % 2 else part.replace("R", "[LP]").replace("~", "[|/s]*")
        for at, part in enumerate(parts)
    )
    return re.compile(rf"(?:{whole})(?=\n|\Z)")


def find_laid_out(marks: Marks) -> tuple[list[LaidOut], frozenset[int]]:
    """Return whom the layouts of a document tie to a role, and the numbers of the lines that they are told in."""
    found: list[LaidOut] = []
    claimed: set[int] = set()
    first = 0
    for table, group in groupby(marks.lines, key=lambda line: line.table):
        last = first + len(list(group))
        if any(mark.roles for row in marks.rows[first:last] for mark in row):
            for laid, lines in _in_block(marks, first, last, "lines" if table is None else "table"):
                found += laid
                claimed |= lines
        first = last
    return found, frozenset(claimed)


def _in_block(marks: Marks, first: int, last: int, where: str) -> Iterator[tuple[list[LaidOut], set[int]]]:
    rows = marks.rows[first:last]
    position = 0
    signs, placed = signs_of(iter(rows))
    starts = [0, *(at + 1 for at, sign in enumerate(signs) if sign == "\n")]
    while position < len(rows):
        told = _match(marks.lines, signs, starts[position], placed, where) if rows[position] else None
        if told is not None:
            laid, end = told
            used = signs.count("\n", starts[position], end) + 1
            yield laid, set(range(first + position, first + position + used))
            position += used
            continue
        yield from _in_cells(marks.lines, rows[position], first + position)
        position += 1


def _in_cells(lines: Sequence[Line], row: Sequence[Mark], number: int) -> Iterator[tuple[list[LaidOut], set[int]]]:
    """Yield what the lines of each cell of a row tell by themselves."""
    for _, cell in groupby(row, key=lambda mark: mark.column):
        parts = [list(part) for _, part in groupby(cell, key=lambda mark: mark.part)]
        if len(parts) > 1:
            signs, placed = signs_of(iter(parts))
            told = _match(lines, signs, 0, placed, "cell")
            if told is not None:
                yield told[0], {number}


def _match(
    lines: Sequence[Line], signs: str, start: int, placed: Sequence[tuple[int, Mark]], where: str
) -> tuple[list[LaidOut], int] | None:
    """Return whom the first layout that fits at a place ties, and where it ends; None where none does."""
    for layout in layouts():
        match = layout.pattern.match(signs, start) if where in layout.where else None
        if match is None:
            continue
        held = [mark for place, mark in placed if start <= place < match.end()]
        if not _may_be(layout, held, lines):
            continue
        pairs = list(_WHOSE[layout.whose](held, lines))
        own = _details([mark for mark in held if not _is_others(mark, held, layout, lines)], layout, lines)
        none = all(mark.kind != "D" for mark in held)
        laid = [
            LaidOut(mention, name, None if none else _words_of(own.get(name, ()), held, lines), layout.name, over)
            for name, roles in pairs
            for over in (any(_is_between(name, each, roles) for each in held if each.kind in "wM"),)
            for mention in _mentions(roles)
        ]
        return laid, match.end()
    return None


def _is_between(name: Mark, mark: Mark, roles: Sequence[Mark]) -> bool:
    """Say whether a mark stands under a name and over all its roles."""
    place = (mark.line, mark.part)
    return (name.line, name.part) < place and all(place < (role.line, role.part) for role in roles)


def _may_be(layout: Layout, held: Sequence[Mark], lines: Sequence[Line]) -> bool:
    """Say whether marks that stand so are those of a layout, by their words."""
    roles = [mark for mark in held if mark.roles]
    in_table = lines[held[0].line].table is not None
    whole = roles and lines[roles[0].line].text[roles[0].start : roles[0].end] == roles[0].value
    if layout.several and not _is_of_several(roles[0], named_so=not in_table and bool(whole)):
        return False
    if layout.leads and not any(role.leads for role in roles):
        return False
    if layout.whose == "form" and not (roles and {"n", "r"} <= {mark.kind for mark in held}):
        return False
    if layout.schools:
        names = [mark for mark in held if mark.kind in "NM"]
        schools = all(_may_be_school(_head_of(name, lines)) for name in names)
        return _is_of_several(roles[0]) or (schools and in_table)
    if layout.whose != "column":
        return True
    head = [mark for mark in held if mark.line == held[0].line]
    if len(head) == 2 and _says_whose(head[0].value):
        # "Policy owner | Safeguarding Lead" over further rows of the document's own details.
        return False
    return not any(says_nobody(mark.value) for mark in head if mark.kind in "wxM")


def _may_be_school(head: str) -> bool:
    return not head.strip() or PART.fullmatch(head) is not None


def _head_of(mark: Mark, lines: Sequence[Line]) -> str:
    """Return the words over a mark in the first row of its table, empty for one of that row."""
    table, first = lines[mark.line].table, mark.line
    while first and table is not None and lines[first - 1].table == table:
        first -= 1
    return lines[first].covering(mark.column) if first < mark.line and table is not None else ""


def _is_of_several(role: Mark, *, named_so: bool = False) -> bool:
    """Say whether a role may be of several people: a deputy's unless it must be ``named_so``, one with a colon."""
    several = any(each.is_plural or (each.role == DEPUTY and not named_so) for each in role.roles)
    return several or role.value.rstrip().endswith(":")


def _says_whose(cell: str) -> bool:
    """Say whether a cell is a label of who looks after a document, so that a role beside it is its value."""
    kinds = {kind for each in find_labels(f"{cell.strip(' :')}:") for kind in each.kinds if each.start == 0}
    return not kinds.isdisjoint(_OF_THE_DOCUMENT)


def _mentions(roles: Sequence[Mark]) -> list[RoleMention]:
    """Return what several marks name as the roles of one person; none where lead and deputy are both among them."""
    found = [each for mark in roles for each in mark.roles if _is_named_for_itself(mark, each)]
    return [] if {each.role for each in found} >= OF_LEADS else found


def _is_named_for_itself(mark: Mark, role: RoleMention) -> bool:
    before = mark.value[: max(0, role.start - mark.start)]
    return len(mark.roles) == 1 or _JOINED.search(before) is not None


# --- which marks belong together -----------------------------------------------------------------------------------

_Pair = tuple[Mark, list[Mark]]


def _each(names: Sequence[Mark], roles: Sequence[Mark]) -> Iterator[_Pair]:
    """Give each of several names all roles, or each the one of its line where roles and names are as many."""
    if len(names) > 1 and len(roles) > 1:
        yield from ((name, [role]) for name, role in zip(names, roles, strict=False) if len(names) == len(roles))
    else:
        yield from ((name, list(roles)) for name in names)


def _runs(held: Sequence[Mark]) -> list[list[Mark]]:
    """Return the runs of names and of roles, one after the other; words with capitals count as names."""
    told = [mark for mark in held if mark.roles or mark.kind in "NM"]
    return [list(run) for _, run in groupby(told, key=lambda mark: bool(mark.roles))]


def _before(held: Sequence[Mark], lines: Sequence[Line]) -> Iterator[_Pair]:
    behind = {
        post: name
        for name, post in pairwise(held)
        if name.kind == "N" and post.kind == "P" and _is_told_with(name, post)
    }
    yield from ((name, [post]) for post, name in behind.items())
    runs = _runs([mark for mark in held if mark not in behind])
    for roles, names in pairwise(runs):
        if roles[0].roles:
            # Of several with posts of their own the first alone is told of in the role.
            told = [name for name in names if name.kind == "N"]
            yield from _each(told[:1] if behind else told, roles)


def _is_told_with(name: Mark, post: Mark) -> bool:
    return (name.line, name.column, name.part) == (post.line, post.column, post.part)


def _behind(held: Sequence[Mark], lines: Sequence[Line]) -> Iterator[_Pair]:
    runs = _runs(held)
    if runs[0][0].roles:
        # "Headteacher Ada Holt DSL": the one person of the line has both roles.
        yield from _each(runs[1][:1], runs[0])
    for names, roles in pairwise(runs):
        if roles[0].roles and names[0].kind == "N":
            yield from _each(names[:1], roles)


def _first(held: Sequence[Mark], lines: Sequence[Line]) -> Iterator[_Pair]:
    head = next((mark for mark in held if mark.roles), None)
    first = next(mark for mark in held if mark.kind == "N")
    if head is None:
        return
    for name in (mark for mark in held if mark.kind == "N" and _is_aligned(first, mark, lines)):
        own = (mark for mark in held if mark.roles and mark.line == name.line and mark is not head)
        yield name, [head, *own]


def _is_aligned(first: Mark, name: Mark, lines: Sequence[Line]) -> bool:
    """Say whether two names begin at one place of the page, as far as that is known."""
    edges = [lines[mark.line].edges for mark in (first, name)]
    return not all(edges) or abs(edges[0][first.column][0] - edges[1][name.column][0]) < _NEAR


def _turn(held: Sequence[Mark], lines: Sequence[Line]) -> Iterator[_Pair]:
    roles = [mark for mark in held if mark.roles]
    names = [mark for mark in held if mark.kind in "NM"]
    if len(roles) != len(names):
        others = {mark.line for mark in held if mark.kind in "NMw"}
        names = _names_run_on(lines[min(others)].text, min(others), len(roles)) if len(others) == 1 else []
    # Under which of the roles of one cell each of several cells stands nobody can tell.
    apart = len(roles) > 1 and roles[0].line == roles[1].line and roles[0].column == roles[1].column
    if len(roles) == len(names) and not (apart and len({name.column for name in names}) > 1):
        yield from ((name, [role]) for name, role in zip(names, roles, strict=True) if name.kind == "N")


def _names_run_on(text: str, line: int, count: int) -> list[Mark]:
    """Return the ``count`` names of two words each that a line consists of; none where a known given name is none's."""
    words = list(re.finditer(r"\S+", text))
    pairs = list(zip(words[::2], words[1::2], strict=False))
    if len(words) != 2 * count or not all(has_given_name(first[0], marked=True) for first, _ in pairs):
        return []
    places = [(first.start(), last.end()) for first, last in pairs]
    whole = all(is_only_name(text[start:end]) for start, end in places)
    return [Mark("N", line, 0, 0, start, end, text[start:end]) for start, end in places] if whole else []


def _column(held: Sequence[Mark], lines: Sequence[Line]) -> Iterator[_Pair]:
    roles = [mark for mark in held if mark.roles]
    names = [mark for mark in held if mark.kind == "N"]
    for name in names:
        row = [each for each in names if each.line == name.line]
        if len(lines[name.line].cells) != len(lines[roles[0].line].cells) and not all(
            any(_is_over(role, each, lines) for role in roles) for each in row
        ):
            # The cells of the row stand under other heads than it seems.
            continue
        over = [role for role in roles if _is_over(role, name, lines)]
        own = [role for role in roles if role.line == name.line and role.column == name.column]
        if over or own:
            yield name, [*over, *own]


def _is_over(head: Mark, below: Mark, lines: Sequence[Line]) -> bool:
    """Say whether a mark stands in the column of another one of another row, by the grid or the page."""
    one, other = lines[head.line], lines[below.line]
    if head.line == below.line:
        return False
    if one.table is not None:
        width = one.widths[head.column] if head.column < len(one.widths) else 1
        reach = next(
            (
                at
                for at in range(head.column + 1, len(one.cells))
                if one.cells[at] or one.covering(at) not in ("", head.value)
            ),
            len(one.cells),
        )
        return head.column <= below.column < max(head.column + max(width, 1), reach if width > 1 else 0)
    over = other.facing(below.column, one)
    if over is not None:
        return over == [head.column]
    if len(one.cells) == len(other.cells):
        return head.column == below.column
    labelled = is_label(DETAIL_LABEL, other.cells[0]) or other.cells[0].strip(" :").casefold() == "name"
    return len(other.cells) == len(one.cells) + 1 and labelled and head.column == below.column - 1


def _form(held: Sequence[Mark], lines: Sequence[Line]) -> Iterator[_Pair]:
    for record in _records(held):
        names = [mark for mark in record if mark.kind == "N"]
        yield from _each(names[:1], [mark for mark in record if mark.roles])


def _records(held: Sequence[Mark]) -> Iterator[list[Mark]]:
    """Yield what a form says of each person: a column of its answers, from one label to where that comes again."""
    labels = [mark for mark in held if mark.kind in "nrd"]
    columns = sorted({mark.column for mark in held if mark.kind not in "nrd"})
    for column in columns:
        seen, record = set[str](), list[Mark]()
        for at, label in enumerate(labels):
            end = labels[at + 1] if at + 1 < len(labels) else None
            answers = _between(held, label, end)
            mine = [each for each in answers if each.column == column or (each.roles and len(columns) > 1)]
            if label.kind in seen and label.kind != "d":
                yield record
                seen, record = set(), []
            seen.add(label.kind)
            record += [each for each in mine if each.roles or each.kind in "ND"]
        yield record


def _between(held: Sequence[Mark], label: Mark, end: Mark | None) -> list[Mark]:
    first = held.index(label) + 1
    return list(held[first : held.index(end) if end is not None else len(held)])


def _ticks(held: Sequence[Mark], lines: Sequence[Line]) -> Iterator[_Pair]:
    for name in (mark for mark in held if mark.kind == "N"):
        ticks = [mark for mark in held if mark.kind == "t" and mark.line == name.line]
        for role in (mark for mark in held if mark.roles):
            if any(_is_over(role, tick, lines) for tick in ticks):
                yield name, [role]


_WHOSE = {
    "before": _before,
    "behind": _behind,
    "first": _first,
    "turn": _turn,
    "column": _column,
    "form": _form,
    "ticks": _ticks,
}


# --- whose numbers they are ----------------------------------------------------------------------------------------


def _details(held: Sequence[Mark], layout: Layout, lines: Sequence[Line]) -> dict[Mark, list[Mark]]:
    """Return the details of each name: in its row behind it, or else below it; one for several people is nobody's."""
    own: dict[Mark, list[Mark]] = {}
    for (is_detail, *_), run in groupby(held, key=lambda mark: (mark.kind == "D", mark.line, mark.column)):
        details = list(run) if is_detail else []
        if not details:
            continue
        names = _owners(details[0], held, lines)
        if layout.whose == "first" and all(name.line < details[0].line for name in names):
            # Below several people nobody can tell whose it is.
            names = [mark for mark in held if mark.kind == "N"]
        if layout.whose == "column" and _has_fewer_details(details[0], held):
            continue
        if len(names) == 1:
            own.setdefault(names[0], []).extend(details)
        elif len(names) == len(details):
            for name, detail in zip(names, details, strict=True):
                own.setdefault(name, []).append(detail)
    return own


def _words_of(details: Sequence[Mark], held: Sequence[Mark], lines: Sequence[Line]) -> tuple[str, ...]:
    """Return the words around each detail in its cell, which may say that it is another's: "Police", "(MASH)"."""
    found = []
    for detail in details:
        line = lines[detail.line]
        cell = line.start_of(detail.column)
        ends = [
            each.end
            for each in held
            if _shares_cell(each, detail) and each.start < detail.start and each.kind in "NDLP"
        ]
        starts = [
            each.start
            for each in held
            if _shares_cell(each, detail) and each.start > detail.start and each.kind in "NDLP"
        ]
        own = line.text[detail.start : detail.end] == detail.value
        around = line.text[max(ends, default=cell) : min(starts, default=cell + len(line.cells[detail.column]))]
        found.append(around if own else detail.value)
    return tuple(found)


def _shares_cell(one: Mark, other: Mark) -> bool:
    return (one.line, one.column) == (other.line, other.column)


def _has_fewer_details(detail: Mark, held: Sequence[Mark]) -> bool:
    """Say whether a detail behind several people of a row may be everybody's, for nobody else has one."""
    row = [mark for mark in held if mark.line == detail.line]
    names = {mark.column for mark in row if mark.kind == "N"}
    last = len(names) > 1 and detail.column > max(names)
    return last and not any(mark.kind == "D" and mark.column < max(names) for mark in row)


def _owners(detail: Mark, held: Sequence[Mark], lines: Sequence[Line]) -> list[Mark]:
    """Return whose a detail may be: of the names before it in its row, or else of the nearest above it."""
    row = [mark for mark in held if mark.kind == "N" and mark.line == detail.line]
    in_cells = len(lines[detail.line].cells) > 1
    if row:
        before = [name for name in row if (name.column, name.start) < (detail.column, detail.start)] or row
        if before[-1].column != detail.column:
            return [name for name in row if name.column == before[-1].column]
        at = held.index(before[-1])
        run = list(takewhile(lambda mark: mark.kind == "N", reversed(held[: at + 1])))
        return [name for name in run if name in row]
    above = [mark for mark in held if mark.kind in "NM" and mark.line < detail.line]
    under = [name for name in above if name.column == detail.column or _is_over(name, detail, lines)]
    nearest = under or ([] if in_cells else above)
    return [name for name in nearest if name.line == nearest[-1].line]


def _is_others(detail: Mark, held: Sequence[Mark], layout: Layout, lines: Sequence[Line]) -> bool:
    """Say whether the first row of a table says that a column is of numbers of a body or an office: "MASH"."""
    named = any(mark.kind in "NM" and mark.column == detail.column for mark in held)
    if detail.kind != "D" or named or layout.whose not in ("before", "behind", "first"):
        return False
    head = _head_of(detail, lines)
    roles = {each.role for each in find_roles(head)}
    told = not head or is_label(DETAIL_LABEL, head) or bool(roles - OF_BODIES) or begins_with_name(head)
    return not told and heads_others(head) and not _tells_of_a_person(lines, detail.line)


def _tells_of_a_person(lines: Sequence[Line], at: int) -> bool:
    """Say whether the first row of a line's table has a number, so that its cells are no heads."""
    first = next(line for line in lines if line.table == lines[at].table)
    return bool(find_numbers(first.text))
