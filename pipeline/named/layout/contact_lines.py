"""Bring contact tables, forms and names over their roles into one shape: role, name and details in one line.

Between ``text.lines`` and ``named.contacts``. What does not fit one of the layouts goes on as it is.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby

from pipeline.model import BlockKind
from pipeline.named.layout.broken_details import join_broken_details
from pipeline.named.layout.column_rows import join_column_rows
from pipeline.named.layout.contact_tables import arrange_table, names_over_roles, under_heads
from pipeline.named.layout.entries import (
    DETAIL,
    DETAIL_LABEL,
    LONGEST,
    NAME_LABEL,
    PART_OF_SCHOOL,
    ROLE_LABEL,
    Record,
    begins_with_name,
    entries_of,
    is_label,
    is_only_name,
    is_role,
    with_details_apart,
)
from pipeline.named.layout.flat_rows import part_flat_rows
from pipeline.named.layout.people_in_cells import with_people_apart, with_role_first
from pipeline.named.layout.pointers import with_pointers
from pipeline.named.layout.wrapped_names import join_wrapped_names
from pipeline.named.layout.wrapped_roles import join_wrapped_roles
from pipeline.named.layout.writers import with_writers
from pipeline.named.names.people import find_name
from pipeline.named.roles.bare_deputies import with_whole_labels
from pipeline.named.roles.bare_governors import with_whole_governors
from pipeline.named.roles.rules import DEPUTY
from pipeline.named.roles.vocabulary import OF_LEADS, find_roles
from pipeline.text.lines import Line, numbered

_LABEL = r"(?P<label>[A-Za-z][A-Za-z /-]{1,24}?)\s*"
_LABELLED = re.compile(rf"{_LABEL}:\s*(?P<value>\S.*)")
_BEGINS_LABELLED = re.compile(rf"{_LABEL}[:\t]")
_NAME_LIKE = re.compile(
    r"[^\W\d_a-z][\w'’.-]*(?:,? (?:(?:[a-z]{1,3}[-'’])?[^\W\d_a-z][\w'’.-]*|van|von|de|da|der|al|bin)){0,4}"
)
"""Words with capitals and nothing else, as in a name that was not read."""
_SHORT = 40
_PART_LABEL = re.compile(
    r"section|site|area|school|academy|phase|department|level|class|centre|campus|building|location|nursery|group"
    rf"|key stage|{PART_OF_SCHOOL}",
    re.IGNORECASE,
)
"""Over the column that says of which part of a setting each person is the lead."""


def arrange_contacts(lines: Sequence[Line]) -> tuple[Line, ...]:
    """Return ``lines`` with those of contact layouts rewritten as ``role, name, details``, numbered anew."""
    arranged: list[Line] = []
    rows = join_wrapped_names(
        join_broken_details(part_flat_rows(with_pointers(with_writers(join_column_rows(with_people_apart(lines))))))
    )
    whole = with_whole_governors(with_whole_labels([_with_merged_roles(line) for line in join_wrapped_roles(rows)]))
    for table, group in groupby(whole, key=lambda line: line.table):
        rows = list(group)
        arranged += _running([*map(with_role_first, rows)]) if table is None else arrange_table(rows)
    return numbered(map(with_details_apart, arranged))


def _with_merged_roles(row: Line) -> Line:
    """Return the row of a person with the roles that were merged down over it, each in its first column."""
    if not row.merged or not any(map(begins_with_name, row.cells)):
        return row
    if row.table is None:
        role = row.merged[-1]
        return row.with_cells((role, *row.cells), places=(row.where, *row.places)) if is_role(role) else row
    cells, widths = list(row.cells), list(row.widths)
    for column, role in enumerate(row.merged):
        if is_role(role) and (column == 0 or row.merged[column - 1] != role):
            cells[column], widths[column] = role, 1
    return replace(row, widths=tuple(widths)).with_cells(cells)


def _running(lines: Sequence[Line]) -> list[Line]:
    arranged: list[Line] = []
    position = 0
    for start in _where_layouts_may_begin(lines):
        if start < position:
            continue
        arranged += lines[position:start]
        position = start
        for layout in _LAYOUTS:
            entries, end = layout(lines, start)
            if entries:
                arranged += entries
                position = end
                break
    return arranged + list(lines[position:])


_SIGNS = r"\W*(?:signature|signed)"
_BEGINS_SIGNED = re.compile(_SIGNS, re.IGNORECASE)


def _where_layouts_may_begin(lines: Sequence[Line]) -> Iterator[int]:
    """Yield where the first line of a layout may stand; most lines are prose, and near no role on a line of its own.

    What is told in one cell begins a layout only where it has a role itself or stands over a line that is one, where
    somebody signs, where a form asks for a name or a role, or where it goes on below a row of a role and a name.
    """
    roles = [is_role(line.text) for line in lines]
    below_a_row = False
    for at, line in enumerate(lines):
        text = line.text
        below_a_row = below_a_row and begins_with_name(line.cells[0])
        if (
            below_a_row
            or line.cells != (text,)
            or True in roles[at + 1 : at + 3]
            or (len(text) <= LONGEST and find_roles(text))
            or _BEGINS_SIGNED.match(text)
            or _may_begin_a_form(text)
        ):
            yield at
        below_a_row = below_a_row or len(line.cells) == 2


_SIGNATURE = re.compile(_SIGNS + r"\s*[(:–-]\s*(?P<role>[^()]{3,60}(?:\([A-Z]{2,5}\))?)\)?[\W_]*", re.IGNORECASE)
_PRINTED = re.compile(r"\W*(?:print(?:ed)?\s+)?name(?:\s+\(print(?:ed)?\)|\s+in\s+\w+)?\s*:?\s*", re.IGNORECASE)


_UNNAMED = re.compile(_SIGNS + r"\b[\W_]*", re.IGNORECASE)
_DATED = re.compile(r"\W*dated?\b[\W\d_]*(?:[A-Z][a-z]+ \d+)?\W*", re.IGNORECASE)


def _signature(lines: Sequence[Line], start: int) -> tuple[list[Line], int]:
    """The role that signs, and under it the name in print: "Signature (DSL) ...", "Print name Ada Holt".

    The day may stand between, and the role below the name: "Signed ...", "Print name: Ada Holt", "DSL".
    """
    rows = lines[start : start + 4]
    signed, blank = _SIGNATURE.fullmatch(rows[0].cells[0]), _UNNAMED.fullmatch(rows[0].text)
    dated = len(rows) > 1 and _DATED.fullmatch(rows[1].text) is not None
    at = 1 + dated
    name = _printed(rows[at]) if at < len(rows) else None
    if name is None:
        return [], start
    if signed is not None and is_role(signed["role"].strip()):
        return [*rows[:at], *entries_of(rows[at], signed["role"].strip(), name, [])], start + at + 1
    if blank is not None and at + 1 < len(rows) and is_role(rows[at + 1].text):
        return [*rows[:at], *entries_of(rows[at], rows[at + 1].text, name, [])], start + at + 2
    return [], start


def _printed(line: Line) -> str | None:
    """Return the name in print of whoever signs; None where the line gives none."""
    label = _PRINTED.match(line.cells[0])
    name = line.cells[0][label.end() :].strip() if label is not None and label.end() else ""
    return name if is_only_name(name) else None


def _names_over_roles(lines: Sequence[Line], start: int) -> tuple[list[Line], int]:
    """Names side by side in one line and their roles in the next, as under the photographs of a poster."""
    if start + 1 >= len(lines):
        return [], start
    people, heads = lines[start], lines[start + 1]
    if heads.table is not None or len(people.cells) < 2 or len(people.cells) != len(heads.cells):
        return [], start
    if start and all(map(is_role, lines[start - 1].cells)):
        # The names belong to the roles above them.
        return [], start
    entries = names_over_roles(people, heads, lines[start + 2 : start + 5])
    return (entries, start + 2) if entries else ([], start)


def _side_by_side(lines: Sequence[Line], start: int) -> tuple[list[Line], int]:
    """Roles side by side in one line and names in the next: a table of a PDF or a text, which has no cells.

    A line whose names cannot be told their columns goes on as it is, without the roles.
    """
    head = lines[start]
    roles = {column: cell for column, cell in enumerate(head.cells) if is_role(cell)}
    of_details = [cell for column, cell in enumerate(head.cells) if column not in roles]
    known = all(is_label(DETAIL_LABEL, cell) or _PART_LABEL.fullmatch(cell) for cell in of_details)
    few = len(roles) < 2 and not (roles and of_details and known)
    if few or any(map(begins_with_name, head.cells)):
        return [], start
    end = start + 1
    while end < len(lines) and len(lines[end].cells) > 1 and not any(map(is_role, lines[end].cells)):
        end += 1
    rows = lines[start + 1 : end]
    if not any(begins_with_name(cell) for row in rows for cell in row.cells):
        return [], start
    aligned = [(row, _in_columns_of(head, row)) for row in rows]
    entries = under_heads(head, [row for _, row in aligned if row is not None], roles)
    return entries + [row for row, told in aligned if told is None], end


def _roles_then_names(lines: Sequence[Line], start: int) -> tuple[list[Line], int]:
    """Roles below each other and then as many names: the columns of a page one after the other.

    Where it is not as many, nobody can tell whose they are: the names go on without the roles.
    """
    roles = start
    while roles < len(lines) and len(lines[roles].cells) == 1 and is_role(lines[roles].text):
        roles += 1
    held = [find_roles(line.text)[0].role for line in lines[start:roles]]
    names = roles
    while names < len(lines) and len(lines[names].cells) == 1 and is_only_name(lines[names].text):
        names += 1
    once = [role for role in held if role != DEPUTY]
    if not OF_LEADS.intersection(held) or len(held) < 2 or len(set(once)) < len(once) or names - roles < 2:
        return [], start
    if names - roles != roles - start:
        return list(lines[roles:names]), names
    pairs = zip(lines[start:roles], lines[roles:names], strict=True)
    return [entry for role, name in pairs for entry in entries_of(name, role.text, name.text, [])], names


def _row_of_a_person(lines: Sequence[Line], start: int) -> tuple[list[Line], int]:
    """A row with a name and posts behind it: "Ada Holt", "Headteacher", "DSL"; perhaps a part of the school before it.

    The lead or a deputy must be among them: "PAT Test", "yearly", "Headteacher" is a list of tasks.
    """
    row = lines[start]
    at = next((at for at, cell in enumerate(row.cells[:2]) if is_only_name(cell)), None)
    if len(row.cells) < 2 or at is None or any(map(begins_with_name, row.cells[at + 1 :])):
        return [], start
    behind = row.cells[at + 1 :]
    if len(row.cells) == 2 and (at or (is_role(behind[0]) and len(find_roles(behind[0])) == 1)):
        # A role alone beside a name is read as it stands.
        return [], start
    details = [cell for cell in behind if DETAIL.search(cell) and not find_roles(cell)]
    posted = at or len(row.cells) == 2
    roles = [cell for cell in behind if is_role(cell) or (posted and _is_post_and_role(cell))]
    if (at and find_roles(row.cells[0])) or not any(r.role in OF_LEADS for cell in roles for r in find_roles(cell)):
        return [], start
    return [entry for role in roles for entry in entries_of(row, role, row.cells[at], details)], start + 1


def _is_post_and_role(cell: str) -> bool:
    """Say whether a short cell ends in a role behind another post: "Senior Deputy Head, DSL"."""
    parts = re.split(r"\s*[,;/&]\s*|\s+and\s+", cell)
    return len(cell) <= _SHORT and is_role(parts[-1])


def _posts_below_a_role(lines: Sequence[Line], start: int) -> tuple[list[Line], int]:
    """A role over rows of a post and a name: "Deputy Safeguarding Leads:", below "Inclusion Leader", "Ada Holt"."""
    head = lines[start]
    if len(head.cells) > 1 or not is_role(head.text) or not {each.role for each in find_roles(head.text)} <= OF_LEADS:
        return [], start
    if not head.text.rstrip().endswith(":"):
        return [], start
    entries, position = [head], start + 1
    while position < len(lines) and len(lines[position].cells) == 2 and lines[position].table is None:
        post, name = lines[position].cells
        if not is_only_name(name) or any(each.role in OF_LEADS for each in find_roles(post)) or DETAIL.search(post):
            break
        entries += [*entries_of(lines[position], head.text, name, []), lines[position]]
        position += 1
    return (entries, position) if position > start + 1 else ([], start)


def _deputies_in_a_row(lines: Sequence[Line], start: int) -> tuple[list[Line], int]:
    """A row of one role and several names, a column for each part of the school: "Deputy DSL", "Ada Holt", "Ben Lowe".

    Of deputies only: of two leads side by side one may stand under "Cover" or "Former".
    """
    row = lines[start]
    if len(row.cells) < 3 or not is_role(row.cells[0]) or not all(map(is_only_name, row.cells[1:])):
        return [], start
    if {each.role for each in find_roles(row.cells[0])} != {DEPUTY}:
        return [], start
    return [entry for name in row.cells[1:] for entry in entries_of(row, row.cells[0], name, [])], start + 1


def _more_of_a_role(lines: Sequence[Line], start: int) -> tuple[list[Line], int]:
    """A row without a role under one whose role is of several: "Deputy DSLs", "Ada Holt" and below "Ben Lowe"."""
    row, position = lines[start], start - 1
    while position >= 0 and len(lines[position].cells) == len(row.cells) and begins_with_name(lines[position].cells[0]):
        position -= 1
    head = lines[position] if position >= 0 else row
    if len(head.cells) != len(row.cells) + 1 or len(row.edges) != len(row.cells) or not begins_with_name(row.cells[0]):
        return [], start
    role = head.cells[0]
    aligned = len(head.edges) == len(head.cells) and abs(head.edges[1][0] - row.edges[0][0]) < _NEAR
    if not aligned or not is_role(role) or not begins_with_name(head.cells[1]):
        return [], start
    if not any(each.is_plural and each.role in OF_LEADS for each in find_roles(role)):
        return [], start
    return list(entries_of(row, role, row.cells[0], row.cells[1:])), start + 1


def _parts_below_a_role(lines: Sequence[Line], start: int) -> tuple[list[Line], int]:
    """A role of several over lines of a part and a name: "Safeguarding leads", below "Junior site: Ada Holt"."""
    head, roles = lines[start], find_roles(lines[start].text)
    if len(roles) != 1 or not roles[0].is_plural or roles[0].role not in OF_LEADS or len(head.text) > LONGEST:
        return [], start
    entries, position = [head], start + 1
    while position < len(lines) and (part := _LABELLED.fullmatch(lines[position].text.replace("\t", ": ", 1))):
        name = find_name(part["value"])
        if name is None or not _PART_LABEL.search(part["label"]) or find_roles(lines[position].text):
            break
        entries += entries_of(lines[position], roles[0].text, name[0], [part["value"][name.end() :]])
        position += 1
    return (entries, position) if position > start + 1 else ([], start)


_NEAR = 5.0
"""How far apart, in points, two cells of one column may begin."""


def _in_columns_of(head: Line, row: Line) -> Line | None:
    """Return a row cut into the columns of its head, by where both stand on the page; None where that is not told.

    Without places on the page as many cells as heads are in order.
    """
    if not (len(head.edges) == len(head.cells) and len(row.edges) == len(row.cells)):
        if len(row.cells) == len(head.cells) + 1 and (
            is_label(NAME_LABEL, row.cells[0]) or is_label(DETAIL_LABEL, row.cells[0])
        ):
            # What the rows are called stands in a column of its own, without a head.
            return replace(row.with_cells(row.cells[1:]), places=row.places[1:])
        return row if len(row.cells) == len(head.cells) else None
    columns: list[list[str]] = [[] for _ in head.cells]
    for cell, (left, right) in zip(row.cells, row.edges, strict=True):
        under = [at for at, (begins, ends) in enumerate(head.edges) if min(right, ends) > max(left, begins)]
        if len(under) == 1:
            # A room or a site behind a name is no part of it.
            columns[under[0]] += [cell] if not columns[under[0]] or DETAIL.search(cell) else []
        elif begins_with_name(cell):
            return None
    return replace(
        row.with_cells([" ".join(column) for column in columns]), places=(row.where,) * len(columns), edges=()
    )


def _pairs(lines: Sequence[Line], start: int) -> tuple[list[Line], int]:
    """Names over their roles: "Ada Holt", "Designated Safeguarding Lead", and so on, details below each."""
    entries: list[Line] = []
    position = start
    if start and (lines[start - 1].text.rstrip().endswith(":") or is_role(lines[start - 1].text)):
        return [], start
    opened = _opens_unread(lines, start)
    while position + 1 < len(lines):
        named, between = is_only_name(lines[position].text), _post_between(lines, position)
        role = lines[position + 1 + between]
        if not named and not ((opened or entries) and _is_unread_pair(lines[position : position + 2])):
            break
        heading = role.kind is BlockKind.HEADING and lines[position].kind is not BlockKind.HEADING
        if named and (heading or not is_role(role.text) or role.text.rstrip().endswith(":")):
            return [], start
        more = _more_roles(lines, position + 2 + between) if named else 0
        for each in (role, *lines[position + 2 + between : position + 2 + between + more]):
            entries += entries_of(lines[position], each.text, lines[position].text, []) if named else []
        entries += [] if named else [lines[position]]
        position += 2 + between + more
        while position < len(lines) and _is_detail_line(lines[position].text):
            # A number below a name that was not read is nobody's.
            entries += [lines[position]] if named else []
            position += 1
    return entries, position


_POST_LINE = re.compile(r"(?:[A-Z][\w'’&/-]*|of|and|&|for|\d+)(?: (?:[A-Z][\w'’&/-]*|of|and|&|for|\d+)){0,5}")


def _post_between(lines: Sequence[Line], start: int) -> int:
    """Return 1 where a post that is not known stands between a name and its role: "Ada Holt", "Lead Tutor", "DSL".

    Only where the next lines are no name, or one with its own role below, so that the role is not told of that one.
    """
    if start + 2 >= len(lines) or not is_only_name(lines[start].text) or not is_role(lines[start + 2].text):
        return 0
    post = lines[start + 1].text
    if any(is_label(label, post) for label in (NAME_LABEL, ROLE_LABEL, DETAIL_LABEL)):
        return 0
    if is_role(post) or is_only_name(post) or not _POST_LINE.fullmatch(post) or len(post) > _SHORT:
        return 0
    behind = lines[start + 3 :]
    if not behind or not is_only_name(behind[0].text):
        return 1
    return int(len(behind) > 1 and any(is_role(each.text) for each in behind[1:3]) and not is_only_name(behind[1].text))


def _more_roles(lines: Sequence[Line], start: int) -> int:
    """Return how many lines under a name and its role are further roles of the same person.

    None where a name follows that has no role of its own below: then nobody can tell whose the last of them is.
    """
    end = start
    while end < len(lines) and is_role(lines[end].text) and not lines[end].text.rstrip().endswith(":"):
        end += 1
    if end == start or end >= len(lines) or not is_only_name(lines[end].text):
        return end - start
    return end - start if end + 1 < len(lines) and is_role(lines[end + 1].text) else 0


def _is_unread_pair(lines: Sequence[Line]) -> bool:
    """Say whether a short line that is no name stands over a role: the role must not go to the name below it."""
    if len(lines) < 2 or len(lines[0].text) >= _SHORT or is_only_name(lines[0].text):
        return False
    return not find_roles(lines[0].text) and is_role(lines[1].text)


def _opens_unread(lines: Sequence[Line], start: int) -> bool:
    """Say whether words that were not read as a name stand over a role, and so it goes on with names over roles."""
    position, pairs = start, 0
    while position + 1 < len(lines) and _NAME_LIKE.fullmatch(lines[position].text):
        if not _may_be_unread(lines[position].text) or not is_role(lines[position + 1].text):
            break
        position, pairs = position + 2, pairs + 1
        while position < len(lines) and _is_detail_line(lines[position].text):
            position += 1
    ended = position >= len(lines) or not _NAME_LIKE.fullmatch(lines[position].text)
    return pairs > 1 and ended and not is_only_name(lines[start].text)


_HEADING = re.compile(
    r"\b(?:polic(?:y|ies)|procedures?|statement|plan|guidance|protection|safe ?guarding|school|academy|nursery|college"
    r"|contacts?|team|staff|people|contents)\b",
    re.IGNORECASE,
)


def _may_be_unread(text: str) -> bool:
    """Say whether words could be a name that was not read: no role, and no heading or title."""
    return not find_roles(text) and _HEADING.search(text) is None


def _is_detail_line(text: str) -> bool:
    return len(text) < LONGEST and DETAIL.search(text) is not None and not find_roles(text) and find_name(text) is None


def _may_begin_a_form(text: str) -> bool:
    """Say whether a line opens with the label of a name or a role, as the first line of a form must."""
    match = _BEGINS_LABELLED.match(text) if ":" in text or "\t" in text else None
    return match is not None and any(is_label(label, match["label"]) for label in (NAME_LABEL, ROLE_LABEL))


def _labelled_lines(lines: Sequence[Line], start: int) -> tuple[list[Line], int]:
    """A form without a table: "Name: Ada Holt", "Role: DSL", "Telephone: …"."""
    record = Record(lines[start])
    position = start
    while position < len(lines) and (match := _LABELLED.fullmatch(lines[position].text.replace("\t", ": ", 1))):
        label, value = match["label"], match["value"]
        if is_label(NAME_LABEL, label) and not record.name:
            record.name = value
        elif is_label(ROLE_LABEL, label) and not record.role:
            record.role = value
        elif is_label(DETAIL_LABEL, label) and position > start:
            record.details.append(value)
        else:
            break
        position += 1
    entries = list(record.entry())
    if not entries and record.name and record.role:
        # A role whose name was not read must not go to the name of the next form.
        entries = [replace(lines[start], text=record.name, cells=(record.name,), places=(lines[start].where,))]
    return entries, position


_LAYOUTS = (
    _signature,
    _pairs,
    _labelled_lines,
    _names_over_roles,
    _side_by_side,
    _posts_below_a_role,
    _parts_below_a_role,
    _deputies_in_a_row,
    _more_of_a_role,
    _row_of_a_person,
    _roles_then_names,
)
"""In the order in which they are tried at a line."""
