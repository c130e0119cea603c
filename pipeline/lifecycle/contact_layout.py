"""Bring contact tables, forms and names over their roles into one shape: role, name and details in one line.

Between ``lines`` and ``contacts``. What does not fit one of the layouts goes on as it is.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby

from pipeline.lifecycle.bare_deputies import with_whole_labels
from pipeline.lifecycle.lines import Line
from pipeline.lifecycle.names import find_name
from pipeline.lifecycle.roles import find_roles
from pipeline.model import BlockKind

_ROLE_REST = re.compile(r"(?:[\s:()/&*,.–-]|\b(?:and|the|our|school|trust|name|of|is)\b|['’]s\b|\(s\))*", re.IGNORECASE)
_JOINED = re.compile(r"(?:^|[,/&;(\n]|\band\b)\s*(?:the\s+|our\s+)?$", re.IGNORECASE)
_NAME_LABEL = re.compile(r"(?:full |staff )?names?(?: of (?:staff|person|contact))?|who|staff(?: member)?|person", re.I)
_ROLE_LABEL = re.compile(r"(?:job |safeguarding )?(?:roles?|positions?|titles?|posts?|responsibilit(?:y|ies))", re.I)
_DETAIL_LABEL = re.compile(
    r"(?:(?:contact|tele?phone|phone|tel|mobile|mob|work|direct|office|e-?mail|email)(?: |/)?)+"
    r"(?:numbers?|no|details?|address(?:es)?|ext(?:ension)?)?",
    re.IGNORECASE,
)
_SCHOOL = re.compile(r"school|academy|college|nursery|primary|infant|junior|sixth form|\bsite\b|campus", re.IGNORECASE)
_DETAIL = re.compile(r"[\d@]")
_AFTER_NAME = re.compile(r"\s*(?:$|[\n(,;:–-]|[\d+]|tel|e-?mail|\S+@)", re.IGNORECASE)
_LABELLED = re.compile(r"(?P<label>[A-Za-z][A-Za-z /-]{1,24}?)\s*:\s*(?P<value>\S.*)")
_NAME_LIKE = re.compile(
    r"[^\W\d_a-z][\w'’.-]*(?:,? (?:(?:[a-z]{1,3}[-'’])?[^\W\d_a-z][\w'’.-]*|van|von|de|da|der|al|bin)){0,4}"
)
"""Words with capitals and nothing else, as in a name that was not read."""
_LONGEST = 90
_SHORT = 40


def arrange_contacts(lines: Sequence[Line]) -> tuple[Line, ...]:
    """Return ``lines`` with those of contact layouts rewritten as ``role, name, details``, numbered anew."""
    arranged: list[Line] = []
    whole = with_whole_labels([_with_merged_role(line) for line in lines])
    for table, group in groupby(whole, key=lambda line: line.table):
        rows = list(group)
        arranged += _running(rows) if table is None else _table(rows)
    return tuple(line if line.number == index else replace(line, number=index) for index, line in enumerate(arranged))


def _with_merged_role(row: Line) -> Line:
    """Return the row of a person with the role at its left that was merged down over it."""
    if not (_is_role(row.merged) and any(map(_begins_with_name, row.cells))):
        return row
    cells = (row.merged, *row.cells)
    return replace(row, text="\t".join(cells), cells=cells, places=(row.where, *row.places))


def _entry(line: Line, role: str, name: str, details: Sequence[str]) -> Iterator[Line]:
    """Yield one line for each role that a cell names and each person that another names.

    Several of both are paired where they stand one a line, alike in number; else nobody can tell who holds what.
    """
    mentions = [each for each in find_roles(role) if _JOINED.search(role[: each.start])]
    people, roles = _several_names(name), [each for each in role.split("\n") if each.strip()]
    if len(mentions) > 1 and people:
        if len(roles) == len(people) and all(map(_is_role, roles)):
            for one, (person, own) in zip(roles, _one_by_one(name, details), strict=True):
                yield from _entry(line, one, person, own)
        return
    for mention in mentions:
        for person, own in _one_by_one(name, details):
            cells = (mention.text, person, *(each for each in own if each.strip()))
            yield replace(line, text="\t".join(cells), cells=cells, places=(line.where,) * len(cells))


def _one_by_one(name: str, details: Sequence[str]) -> Iterator[tuple[str, list[str]]]:
    """Yield whom a cell names, one a line, with the details one a line beside them; one for all is nobody's."""
    people = _several_names(name)
    if not people:
        yield name, list(details)
    for number, person in enumerate(people):
        parted = (each.split("\n") for each in details)
        yield person, [parts[number] for parts in parted if len(parts) == len(people)]


def _several_names(cell: str) -> list[str]:
    """Return the names of a cell that holds several, one a line, and nothing else; empty where it does not."""
    parts = [part.strip() for part in cell.split("\n") if part.strip()]
    return parts if len(parts) > 1 and all(map(_is_only_name, parts)) else []


def _is_role(text: str) -> bool:
    """Say whether a text is one role or several and nothing else."""
    mentions = find_roles(text) if 0 < len(text) < _LONGEST else ()
    rest = text
    for mention in reversed(mentions):
        rest = rest[: mention.start] + rest[mention.end :]
    return bool(mentions) and _ROLE_REST.fullmatch(re.sub(r"\([^)]{0,40}\)", "", rest)) is not None


def _begins_with_name(text: str) -> bool:
    name = find_name((_several_names(text) or [text])[0])
    return name is not None and _AFTER_NAME.match(text, name.end()) is not None and not find_roles(name[0])


def _is_only_name(text: str) -> bool:
    name = find_name(text)
    return name is not None and not text[name.end() :].strip(" .,") and not find_roles(text)


def _is(label: re.Pattern[str], text: str) -> bool:
    return label.fullmatch(text.strip(" :.?*\n")) is not None


# --- tables ------------------------------------------------------------------------------------------------------


def _table(rows: list[Line]) -> list[Line]:
    if not any(find_roles(row.text) for row in rows):
        return rows
    for layout in (_form, _named_columns, _cards, _role_heads, _side_by_side):
        arranged = layout(rows)
        if arranged is not None:
            return arranged
    return [line for row in rows for line in _names_below_each_other(row)]


def _names_below_each_other(row: Line) -> Iterator[Line]:
    """Yield a line a name where a cell beside a role holds several, one a line; else the row as it is."""
    if len(row.cells) > 1 and _is_role(row.cells[0]) and _several_names(row.cells[1]):
        yield from _entry(row, row.cells[0], row.cells[1], row.cells[2:])
    else:
        yield row


@dataclass(slots=True)
class _Record:
    """One person of a form while its rows are read."""

    line: Line
    name: str = ""
    role: str = ""
    details: list[str] = field(default_factory=list)

    def entry(self) -> Iterator[Line]:
        """Yield the person's lines; none where name or role is wanting."""
        if self.name and self.role and _begins_with_name(self.name):
            yield from _entry(self.line, self.role, self.name, self.details)


def _form(rows: Sequence[Line]) -> list[Line] | None:
    """Rows "Name", "Role" and "Telephone" in any order, once for each person, one person a column."""
    labels = [row.cells[0] for row in rows]
    if not any(_is(_NAME_LABEL, each) for each in labels) or not any(_is(_ROLE_LABEL, each) for each in labels):
        return None
    arranged: list[Line] = []
    filled = False
    for column in range(1, max(len(row.cells) for row in rows)):
        record: _Record | None = None
        for row in rows:
            label, value = row.cells[0], row.cells[column] if column < len(row.cells) else ""
            named, of_role = _is(_NAME_LABEL, label), _is(_ROLE_LABEL, label)
            if record is None or (named and record.name) or (of_role and record.role):
                arranged += record.entry() if record else ()
                record = _Record(row)
            record.name = value if named else record.name
            record.role = value if of_role else record.role
            filled = filled or bool(record.name and record.role)
            record.details += [value] if _is(_DETAIL_LABEL, label) else []
        arranged += record.entry() if record else ()
    # A role whose name was not read must not go to the name of the next form.
    return arranged if filled else None


@dataclass(frozen=True, slots=True)
class _Card:
    """One person in a cell of several lines."""

    name: str
    role: str
    details: tuple[str, ...]


def _cards(rows: Sequence[Line]) -> list[Line] | None:
    """Cells that each hold a person with the name over the role, as on a poster with photographs."""
    if not any(_card_of(cell, over=True) for row in rows for cell in row.cells):
        return None
    arranged: list[Line] = []
    for row in rows:
        for cell, place in zip(row.cells, row.places, strict=True):
            line = replace(row, text=cell.replace("\n", " "), cells=(cell,), places=(place,), where=place or row.where)
            card = _card_of(cell, over=True) or _card_of(cell, over=False)
            if card is not None:
                arranged += _entry(line, card.role, card.name, card.details)
            elif cell and not ("\n" in cell and find_roles(cell)):
                arranged.append(line)
    return arranged


def _card_of(cell: str, *, over: bool) -> "_Card | None":
    """Return the person of a cell whose first two lines are name and role (``over``), or role and name."""
    parts = [part.strip() for part in cell.split("\n") if part.strip()]
    name, role = (parts if over else parts[1::-1])[:2] if len(parts) > 1 else ("", "")
    if not (_is_role(role) and (_is_only_name(name) if over else _begins_with_name(name))):
        return None
    return _Card(name, role, tuple(part for part in parts[2:] if _DETAIL.search(part)))


def _named_columns(rows: Sequence[Line]) -> list[Line] | None:
    """Columns headed "Name" and "Role" in either order, perhaps with a second role ("Position", "Safeguarding")."""
    for head in rows[:3]:
        names = [column for column, cell in enumerate(head.cells) if _is(_NAME_LABEL, cell)]
        roles = [column for column, cell in enumerate(head.cells) if _is(_ROLE_LABEL, cell)]
        if len(names) == 1 and roles:
            break
    else:
        return None
    first = rows.index(head) + 1
    arranged = list(rows[:first])
    for row in rows[first:]:
        cells = row.cells
        held = [cells[column] for column in roles if column < len(cells) and find_roles(cells[column])]
        if held and names[0] < len(cells) and _begins_with_name(cells[names[0]]):
            details = [cell for column, cell in enumerate(cells) if column not in (names[0], *roles)]
            for role in held:
                arranged += _entry(row, role, cells[names[0]], [each for each in details if _DETAIL.search(each)])
        else:
            arranged.append(row)
    return arranged


def _role_heads(rows: Sequence[Line]) -> list[Line] | None:
    """Roles over the columns, a school or a person in each row."""
    arranged: list[Line] = []
    position, found = 0, False
    while position < len(rows):
        columns = _role_columns(rows, position)
        if not columns:
            arranged.append(rows[position])
            position += 1
            continue
        found, end = True, position + 1
        while end < len(rows) and not any(_is_role(cell) for cell in rows[end].cells):
            end += 1
        arranged += _under_heads(rows[position], rows[position + 1 : end], columns)
        position = end
    return arranged if found else None


def _role_columns(rows: Sequence[Line], position: int) -> list[int]:
    """Return the columns of a row that head names; empty where the row heads nothing."""
    if position + 1 >= len(rows):
        return []
    head, below = rows[position].cells, rows[position + 1].cells
    if any(_begins_with_name(cell) for cell in head) or any(_is_role(cell) for cell in below):
        return []
    columns = [column for column, cell in enumerate(head) if _is_role(cell)]
    return columns if any(c < len(below) and _begins_with_name(below[c]) for c in columns) else []


def _under_heads(head: Line, rows: Sequence[Line], columns: Sequence[int]) -> list[Line]:
    own = {column: _detail_columns(head, column, columns) for column in columns}
    shared = len(columns) > 1 and not all(own.values())
    people: dict[int, _Record] = {}
    arranged: list[Line] = []
    for row in rows:
        label = row.cells[0] if 0 not in columns else ""
        for column in columns:
            cell = row.cells[column] if column < len(row.cells) else ""
            if _begins_with_name(cell):
                arranged += people.pop(column).entry() if column in people else ()
                details = [] if shared else [row.cells[each] for each in own[column] if each < len(row.cells)]
                people[column] = _Record(row, cell, head.cells[column], details)
            elif column in people and _DETAIL.search(cell) and (_is(_DETAIL_LABEL, label) or not label):
                people[column].details.append(cell)
    return arranged + [line for record in people.values() for line in record.entry()]


def _detail_columns(head: Line, column: int, columns: Sequence[int]) -> list[int]:
    """Return the columns of numbers and addresses between one role and the next."""
    end = min((each for each in columns if each > column), default=len(head.cells))
    return [each for each in range(column + 1, end) if not head.cells[each] or _is(_DETAIL_LABEL, head.cells[each])]


def _side_by_side(rows: Sequence[Line]) -> list[Line] | None:
    """Roles on the left, one school a column."""
    heads = rows[0].cells
    arranged: list[Line] = []
    people: list[_Record] = []
    found = False
    for row in rows:
        names = [column for column, cell in enumerate(row.cells) if column and _begins_with_name(cell)]
        schools = [
            column for column in names if row is rows[0] or (column < len(heads) and _may_be_school(heads[column]))
        ]
        if _is(_DETAIL_LABEL, row.cells[0]) and people:
            for record, cell in zip(people, [cell for cell in row.cells[1:] if cell.strip()], strict=False):
                record.details.append(cell)
            continue
        arranged += [line for record in people for line in record.entry()]
        people = []
        one_role = not any(_is_role(cell.rstrip(" :")) for cell in row.cells[1:])
        # "DSL | Ada Holt | Deputies | Ben Lowe, Cy Dale" is two roles, not one of two schools.
        if len(names) > 1 and schools == names and one_role and _is_role(row.cells[0]):
            people, found = [_Record(row, row.cells[column], row.cells[0]) for column in names], True
        else:
            arranged.append(row)
    return [*arranged, *(line for record in people for line in record.entry())] if found else None


def _may_be_school(head: str) -> bool:
    return not head.strip() or _SCHOOL.search(head) is not None


# --- running text ------------------------------------------------------------------------------------------------


def _running(lines: Sequence[Line]) -> list[Line]:
    arranged: list[Line] = []
    position = 0
    while position < len(lines):
        for layout in (_pairs, _labelled_lines):
            entries, end = layout(lines, position)
            if entries:
                arranged += entries
                position = end
                break
        else:
            arranged.append(lines[position])
            position += 1
    return arranged


def _pairs(lines: Sequence[Line], start: int) -> tuple[list[Line], int]:
    """Names over their roles: "Ada Holt", "Designated Safeguarding Lead", and so on, details below each."""
    entries: list[Line] = []
    position = start
    if start and (lines[start - 1].text.rstrip().endswith(":") or _is_role(lines[start - 1].text)):
        return [], start
    opened = _opens_unread(lines, start)
    while position + 1 < len(lines):
        role, named = lines[position + 1], _is_only_name(lines[position].text)
        if not named and not ((opened or entries) and _is_unread_pair(lines[position : position + 2])):
            break
        heading = role.kind is BlockKind.HEADING and lines[position].kind is not BlockKind.HEADING
        if named and (heading or not _is_role(role.text) or role.text.rstrip().endswith(":")):
            return [], start
        entries += _entry(lines[position], role.text, lines[position].text, []) if named else [lines[position]]
        position += 2
        while position < len(lines) and _is_detail_line(lines[position].text):
            # A number below a name that was not read is nobody's.
            entries += [lines[position]] if named else []
            position += 1
    return entries, position


def _is_unread_pair(lines: Sequence[Line]) -> bool:
    """Say whether a short line that is no name stands over a role: the role must not go to the name below it."""
    if len(lines) < 2 or len(lines[0].text) >= _SHORT or _is_only_name(lines[0].text):
        return False
    return not find_roles(lines[0].text) and _is_role(lines[1].text)


def _opens_unread(lines: Sequence[Line], start: int) -> bool:
    """Say whether words that were not read as a name stand over a role, and so it goes on with names over roles."""
    position, pairs = start, 0
    while position + 1 < len(lines) and _NAME_LIKE.fullmatch(lines[position].text):
        if find_roles(lines[position].text) or not _is_role(lines[position + 1].text):
            break
        position, pairs = position + 2, pairs + 1
        while position < len(lines) and _is_detail_line(lines[position].text):
            position += 1
    ended = position >= len(lines) or not _NAME_LIKE.fullmatch(lines[position].text)
    return pairs > 1 and ended and not _is_only_name(lines[start].text)


def _is_detail_line(text: str) -> bool:
    return (
        len(text) < _LONGEST and _DETAIL.search(text) is not None and not find_roles(text) and find_name(text) is None
    )


def _labelled_lines(lines: Sequence[Line], start: int) -> tuple[list[Line], int]:
    """A form without a table: "Name: Ada Holt", "Role: DSL", "Telephone: …"."""
    record = _Record(lines[start])
    position = start
    while position < len(lines) and (match := _LABELLED.fullmatch(lines[position].text.replace("\t", ": ", 1))):
        label, value = match["label"], match["value"]
        if _is(_NAME_LABEL, label) and not record.name:
            record.name = value
        elif _is(_ROLE_LABEL, label) and not record.role:
            record.role = value
        elif _is(_DETAIL_LABEL, label) and position > start:
            record.details.append(value)
        else:
            break
        position += 1
    entries = list(record.entry())
    if not entries and record.name and record.role:
        # A role whose name was not read must not go to the name of the next form.
        entries = [replace(lines[start], text=record.name, cells=(record.name,), places=(lines[start].where,))]
    return entries, position
