"""Bring contact tables into one shape: a line a person, with role, name and details; columns are those of the grid.

Between ``text.lines`` and ``contact_lines``. What does not fit one of the layouts goes on as it is.
"""

import re
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from itertools import takewhile

from pipeline.labels.kinds import LabelKind
from pipeline.labels.listed import find_labels
from pipeline.named.details.introduced import heads_others
from pipeline.named.layout.entries import (
    DETAIL,
    DETAIL_LABEL,
    NAME_LABEL,
    ROLE_LABEL,
    Record,
    begins_with_name,
    entries_of,
    is_label,
    is_only_name,
    is_role,
    several_names,
)
from pipeline.named.layout.ticked_columns import ticked_columns
from pipeline.named.names.people import find_name
from pipeline.named.roles.rules import DEPUTY
from pipeline.named.roles.vacancies import says_nobody
from pipeline.named.roles.vocabulary import find_roles
from pipeline.text.lines import Line

_SCHOOL = re.compile(r"school|academy|college|nursery|primary|infant|junior|sixth form|\bsite\b|campus", re.IGNORECASE)
_PART = re.compile(
    rf"[\w'’ &/,()–-]{{0,40}}(?:{_SCHOOL.pattern}|\byears?\b|\bkey stage\b|\bphase\b|day\b)[\w'’ &/,()–-]{{0,20}}",
    re.IGNORECASE,
)
"""A cell that says of which part of the school somebody has a role."""
_SUB_HEADS = 3
"""The first row of names is one of so many below the roles: "Name" and "Room", or the schools, may stand between."""


def arrange_table(rows: list[Line]) -> list[Line]:
    """Return the rows of one table, those of a contact layout rewritten as ``role, name, details``."""
    if not any(find_roles(row.text) for row in rows):
        return rows
    rows = _with_roles_carried_down(rows)
    for layout in (ticked_columns, _form, _named_columns, _cards, _names_over_heads, _role_heads, _side_by_side):
        arranged = layout(rows)
        if arranged is not None:
            return arranged
    return [line for row in rows for line in _names_below_each_other(row)]


def _with_roles_carried_down(rows: Sequence[Line]) -> list[Line]:
    """Return the rows with a role of several people in each row below that leaves its cell empty beside a name.

    A lead told for one keeps to one row: who stands below without a role may be the deputy.
    """
    carried: list[Line] = []
    column, role = 0, ""
    for row in rows:
        told = [at for at, cell in enumerate(row.cells) if is_role(cell)]
        if len(told) == 1 and _may_be_several(row.cells[told[0]]):
            column, role = told[0], row.cells[told[0]]
        elif role and _is_blank_beside_a_name(row, column):
            row = row.with_cells([role if at == column else cell for at, cell in enumerate(row.cells)])
        else:
            role = ""
        carried.append(row)
    return carried


def _may_be_several(role: str) -> bool:
    mentions = find_roles(role)
    return len(mentions) == 1 and (mentions[0].is_plural or mentions[0].role == DEPUTY)


def _is_blank_beside_a_name(row: Line, column: int) -> bool:
    blank = column < len(row.cells) and not row.cells[column].strip()
    return blank and sum(map(begins_with_name, row.cells)) == 1


def _names_below_each_other(row: Line) -> Iterator[Line]:
    """Yield a line a name where a cell beside a role holds several, one a line; else the row as it is."""
    cells = [row.cells[column] for column, _ in row.starts() if row.cells[column].strip()]
    far = _far_apart(cells)
    if len(cells) > 1 and is_role(cells[0]) and several_names(cells[1]):
        yield from entries_of(row, cells[0], cells[1], cells[2:])
    elif len(cells) > 1 and (roles := _roles_over_posts(cells[0])) and begins_with_name(cells[1]):
        for each in roles:
            yield from entries_of(row, each, cells[1], cells[2:])
    elif (over := _name_over_post(cells)) is not None:
        own, person, posts = over
        yield from entries_of(row, own, person, [each for each in (*posts, *cells[2:]) if DETAIL.search(each)])
        for post in filter(is_role, posts):
            yield from entries_of(row, post, person, ())
    elif far is not None:
        role, name = far
        yield from entries_of(row, cells[role], cells[name], cells[name + 1 :])
    else:
        yield row


def _roles_over_posts(cell: str) -> Sequence[str]:
    """Return the roles of a cell that gives several one a line, all of the person beside it; empty for any other."""
    lines = [line for line in cell.split("\n") if line.strip()]
    return lines if len(lines) > 1 and all(map(is_role, lines)) else ()


def _name_over_post(cells: Sequence[str]) -> tuple[str, str, Sequence[str]] | None:
    """Return the role of a row "name over post | role", the name and what stands below it; None where it is no such."""
    name, *posts = _name_and_posts(cells[0]) if cells else ("",)
    return (cells[1], name, posts) if posts and len(cells) > 1 and is_role(cells[1]) else None


def _far_apart(cells: Sequence[str]) -> tuple[int, int] | None:
    """Return the only role and the only name of a row, where a part of the school stands between; else None."""
    roles = [index for index, cell in enumerate(cells) if is_role(cell)]
    names = [index for index, cell in enumerate(cells) if begins_with_name(cell)]
    if len(roles) != 1 or len(names) != 1:
        return None
    between = cells[roles[0] + 1 : names[0]]
    return (roles[0], names[0]) if between and all(_PART.fullmatch(cell.strip()) for cell in between) else None


def _form(rows: Sequence[Line]) -> list[Line] | None:
    """Rows "Name", "Role" and "Telephone" in any order, once for each person, one person a column."""
    labels = [row.cells[0] for row in rows]
    if not any(is_label(NAME_LABEL, each) for each in labels) or not any(is_label(ROLE_LABEL, each) for each in labels):
        return None
    arranged: list[Line] = []
    filled = False
    for column in range(1, max(len(row.cells) for row in rows)):
        record: Record | None = None
        for row in rows:
            label, value = row.cells[0], row.cells[column] if column < len(row.cells) else ""
            named, of_role = is_label(NAME_LABEL, label), is_label(ROLE_LABEL, label)
            # A role may be one cell over the columns of several people.
            value = row.covering(column) if of_role else value
            if record is None or (named and record.name) or (of_role and record.role):
                arranged += record.entry() if record else ()
                record = Record(row)
            record.name = value if named else record.name
            record.role = value if of_role else record.role
            filled = filled or bool(record.name and record.role)
            record.details += [value] if is_label(DETAIL_LABEL, label) else []
        arranged += record.entry() if record else ()
    # A role whose name was not read must not go to the name of the next form.
    return arranged if filled else None


@dataclass(frozen=True, slots=True)
class _Card:
    """One person in a cell of several lines."""

    name: str
    roles: tuple[str, ...]
    details: tuple[str, ...]


def _cards(rows: Sequence[Line]) -> list[Line] | None:
    """Cells that each hold a person with the name over the role, as on a poster with photographs."""
    if not any(_card_of(cell, over=True) for row in rows for cell in row.cells):
        return None
    if _has_heads_over_cards(rows) or any(map(_tells_a_role_beside_a_name, rows)):
        return None
    arranged: list[Line] = []
    for row in rows:
        for cell, place in zip(row.cells, row.places, strict=True):
            line = replace(row, text=cell.replace("\n", " "), cells=(cell,), places=(place,), where=place or row.where)
            card = _card_of(cell, over=True) or _card_of(cell, over=False)
            if card is not None:
                for role in card.roles:
                    arranged += entries_of(line, role, card.name, card.details)
            elif cell and not ("\n" in cell and find_roles(cell)):
                arranged.append(line)
    return arranged


def _tells_a_role_beside_a_name(row: Line) -> bool:
    """Say whether a row gives a name its role in another cell, so that a post below the name is no card's."""
    return any(map(is_role, row.cells)) and any(map(begins_with_name, row.cells))


def _has_heads_over_cards(rows: Sequence[Line]) -> bool:
    """Say whether a person and a post stand together under the role that the table tells of in a row above."""
    for at, row in enumerate(rows):
        for column, cell in enumerate(row.cells):
            above = (each.cells[column] for each in rows[:at] if column < len(each.cells))
            if _card_of(cell, over=True) and any(map(is_role, above)):
                return True
    return False


def _card_of(cell: str, *, over: bool) -> "_Card | None":
    """Return the person of a cell whose first two lines are name and role (``over``), or role and name."""
    parts = [part.strip() for part in cell.split("\n") if part.strip()]
    name, role = (parts if over else parts[1::-1])[:2] if len(parts) > 1 else ("", "")
    if not (is_role(role) and (is_only_name(name) if over else begins_with_name(name))):
        return None
    roles = (role, *(part for part in parts[2:] if is_role(part)))
    return _Card(name, roles, tuple(part for part in parts[2:] if DETAIL.search(part)))


def _named_columns(rows: Sequence[Line]) -> list[Line] | None:
    """Columns headed "Name" and "Role" in either order, perhaps with a second role ("Position", "Safeguarding")."""
    for head in rows[:3]:
        names = [column for column, cell in enumerate(head.cells) if is_label(NAME_LABEL, cell)]
        roles = [column for column, cell in enumerate(head.cells) if is_label(ROLE_LABEL, cell)]
        if len(names) == 1 and roles:
            break
    else:
        return None
    first = rows.index(head) + 1
    arranged = list(rows[:first])
    for row in rows[first:]:
        cells = row.cells
        held = [cells[column] for column in roles if column < len(cells) and find_roles(cells[column])]
        if held and names[0] < len(cells) and begins_with_name(cells[names[0]]):
            apart = {names[0], *roles, *_columns_of_others(head)}
            details = [cell for column, cell in enumerate(cells) if column not in apart]
            for role in held:
                arranged += entries_of(row, role, cells[names[0]], [each for each in details if DETAIL.search(each)])
        else:
            arranged.append(row)
    return arranged


def _columns_of_others(head: Line) -> Iterator[int]:
    """Yield the columns whose heading says that the numbers in them are those of a body or an office: "MASH"."""
    for column, cell in enumerate(head.cells):
        if cell and not is_label(DETAIL_LABEL, cell) and heads_others(cell):
            yield column


def names_over_roles(people: Line, heads: Line, below: Sequence[Line]) -> list[Line]:
    """Return a line for each person of a row whose roles stand in the next one; none where one has no name or role.

    ``below``: rows of numbers and addresses that may follow.
    """
    columns = [column for column, cell in enumerate(people.cells) if cell.strip()]
    named = all(is_only_name(people.cells[column]) for column in columns)
    if not named or not all(column < len(heads.cells) and is_role(heads.cells[column]) for column in columns):
        return []
    if len(columns) < 2 or any(cell.strip() for column, cell in enumerate(heads.cells) if column not in columns):
        return []
    rows = list(takewhile(lambda row: len(row.cells) == len(people.cells) and _is_of_details(row), below))
    entries: list[Line] = []
    for column in columns:
        entries += entries_of(people, heads.cells[column], people.cells[column], [row.cells[column] for row in rows])
    return entries


def _is_of_details(row: Line) -> bool:
    return all(not cell.strip() or (DETAIL.search(cell) and not find_roles(cell)) for cell in row.cells)


def _names_over_heads(rows: Sequence[Line]) -> list[Line] | None:
    """Names in one row and their roles in the next, the table beginning with names."""
    told = (at for at, row in enumerate(rows) if any(map(is_role, row.cells)) or any(map(begins_with_name, row.cells)))
    arranged, position = list[Line](), next(told, len(rows))
    arranged += rows[:position]
    found = False
    while position < len(rows):
        people, heads = rows[position], rows[position + 1] if position + 1 < len(rows) else None
        entries = names_over_roles(people, heads, rows[position + 2 : position + 5]) if heads is not None else []
        if not entries and not found:
            return None
        arranged += entries or [people]
        position += 2 if entries else 1
        found = True
    return arranged if found else None


def _role_heads(rows: Sequence[Line]) -> list[Line] | None:
    """Roles over the columns, a school or a person in each row."""
    arranged: list[Line] = []
    position, found = 0, False
    while position < len(rows):
        roles = _role_columns(rows, position)
        if not roles:
            arranged.append(rows[position])
            position += 1
            continue
        found, end = True, position + 1
        while end < len(rows) and not any(is_role(cell) for cell in rows[end].cells):
            end += 1
        arranged += under_heads(rows[position], rows[position + 1 : end], roles)
        position = end
    return arranged if found else None


def _role_columns(rows: Sequence[Line], position: int) -> dict[int, str]:
    """Return the columns of a row that head names, with the role of each; empty where the row heads nothing."""
    head = rows[position]
    if any(begins_with_name(cell) for cell in head.cells):
        return {}
    if _says_whose(head.cells[0]) and sum(bool(cell.strip()) for cell in head.cells) == 2:
        # "Policy owner | Safeguarding Lead" over further rows of the document's own details.
        return {}
    if is_role(head.cells[0]) and any(map(says_nobody, head.cells)):
        # "DSL | TBC": the role of its own row, which nobody holds.
        return {}
    starts = [
        column for column in range(len(head.cells)) if is_role(head.cells[column]) or _begins_merged(head, column)
    ]
    for below in rows[position + 1 : position + 1 + _SUB_HEADS]:
        if any(is_role(cell) for cell in below.cells):
            return {}
        if any(begins_with_name(cell) for cell in below.cells):
            roles = {column: head.covering(column) for column in starts}
            return roles if any(begins_with_name(cell) for c in roles for cell in below.cells[c : c + 1]) else {}
    return {}


def _says_whose(cell: str) -> bool:
    """Say whether a cell is a label of who looks after a document, so that a role beside it is its value."""
    label = f"{cell.strip(' :')}:"
    kinds = {kind for each in find_labels(label) for kind in each.kinds if each.start == 0}
    return not kinds.isdisjoint(_OF_THE_DOCUMENT)


_OF_THE_DOCUMENT = frozenset((LabelKind.OWNER, LabelKind.APPROVER, LabelKind.SIGNATURE))


def _begins_merged(head: Line, column: int) -> bool:
    """Say whether a role that begins further up reaches down to a row of headings, from this column on."""
    role = head.merged[column] if column < len(head.merged) else ""
    return is_role(role) and (column == 0 or head.merged[column - 1] != role)


def under_heads(head: Line, rows: Sequence[Line], roles: Mapping[int, str]) -> list[Line]:
    """Return a line for each person under one of ``roles``, which are given by the columns of ``head``."""
    own = {column: _detail_columns(head, column, roles) for column in roles}
    # Numbers behind the last of several roles may be of everybody in the row.
    shared = len(roles) > 1 and not all(own.values()) and bool(own[max(roles)])
    people: dict[int, Record] = {}
    arranged: list[Line] = []
    for row in rows:
        if not _fits_under(head, row, roles):
            continue
        label = row.cells[0] if 0 not in roles else ""
        for column, first in _columns_of(head, roles):
            cell = row.cells[column] if column < len(row.cells) else ""
            if begins_with_name(cell) or is_only_name(cell.partition("\n")[0]):
                arranged += people.pop(column).entry() if column in people else ()
                behind = [row.cells[each] for each in own[first] if column < each < len(row.cells)]
                details = [] if shared else list(takewhile(lambda each: not begins_with_name(each), behind))
                name, *more = _name_and_posts(cell)
                people[column] = Record(row, name, roles[first], [*filter(DETAIL.search, more), *details])
                arranged += (line for post in more if is_role(post) for line in entries_of(row, post, name, ()))
            elif column in people and DETAIL.search(cell) and (is_label(DETAIL_LABEL, label) or not label):
                people[column].details.append(cell)
            elif column in people and cell.strip() and not is_role(cell) and heads_others(cell):
                arranged += people.pop(column).entry()
    return arranged + [line for record in people.values() for line in record.entry()]


def _name_and_posts(cell: str) -> Sequence[str]:
    """Return the name that stands over posts and details in a cell, and these; the name alone where others follow.

    The whole cell where it is one name, or several one a line.
    """
    name, *more = cell.split("\n")
    if not more or not is_only_name(name) or several_names(cell):
        return (cell,)
    return (name,) if any(map(find_name, more)) else (name, *more)


def _columns_of(head: Line, roles: Mapping[int, str]) -> Iterator[tuple[int, int]]:
    """Yield each column that a role reaches over, with the first of them."""
    for first, role in roles.items():
        yield first, first
        for column in range(first + 1, len(head.cells)):
            if head.cells[column] or column in roles or head.covering(column) != role:
                break
            yield column, first


def _fits_under(head: Line, row: Line, roles: Mapping[int, str]) -> bool:
    """Say whether a row can be read by the columns of its head, where one has more cells than the other.

    Cells may be wanting at the end; where a name stands under no role the cells stand under other heads than it seems.
    """
    if len(row.cells) == len(head.cells):
        return True
    under = {column for column, _ in _columns_of(head, roles)}
    return all(column in under for column, cell in enumerate(row.cells) if begins_with_name(cell))


def _detail_columns(head: Line, column: int, roles: Mapping[int, str]) -> list[int]:
    """Return the columns of numbers and addresses between one role and the next."""
    end = min((each for each in roles if each > column), default=len(head.cells))
    return [each for each in range(column + 1, end) if not head.cells[each] or is_label(DETAIL_LABEL, head.cells[each])]


def _side_by_side(rows: Sequence[Line]) -> list[Line] | None:
    """Roles on the left, one school a column."""
    heads = rows[0]
    arranged: list[Line] = []
    people: dict[int, Record] = {}
    found = False
    for row in rows:
        names = [column for column, cell in enumerate(row.cells) if column and begins_with_name(cell)]
        schools = [column for column in names if row is heads or _may_be_school(heads.covering(column))]
        if is_label(DETAIL_LABEL, row.cells[0]) and people:
            for column, cell in enumerate(row.cells[1:], start=1):
                if column in people and cell.strip() and len(_reached_by(row, column) & people.keys()) == 1:
                    people[column].details.append(cell)
            continue
        arranged += [line for record in people.values() for line in record.entry()]
        people = {}
        one_role = not any(is_role(cell.rstrip(" :")) for cell in row.cells[1:])
        # "DSL | Ada Holt | Deputies | Ben Lowe, Cy Dale" is two roles, not one of two schools.
        if len(names) > 1 and schools == names and one_role and is_role(row.cells[0]):
            people, found = {column: Record(row, row.cells[column], row.cells[0]) for column in names}, True
        else:
            arranged.append(row)
    return [*arranged, *(line for record in people.values() for line in record.entry())] if found else None


def _reached_by(row: Line, column: int) -> Set[int]:
    """Return the columns of the cell that begins at ``column``: one number for two people is nobody's."""
    return set(range(column, column + (row.widths[column] if column < len(row.widths) else 1)))


def _may_be_school(head: str) -> bool:
    return not head.strip() or _SCHOOL.search(head) is not None
