"""Part the lines of one cell that each tell of their own person: "Ada Holt – DSL", below it "Ben Lowe – Deputy DSL".

Between ``text.lines`` and the other layouts, which read them as lines of their own. Run together, the role at the end
of one line would go to the name of the next. Any other cell stays as it is.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from pipeline.named.layout.entries import DETAIL, is_only_name, is_role
from pipeline.named.names.people import find_name
from pipeline.named.roles.vocabulary import OF_LEADS, find_roles
from pipeline.text.lines import Line

_BULLET = re.compile(r"^[-–•*o\uf0b7]\s+")
_JOINT = re.compile(r"[\s:–-]*(?:is\s+)?")


def with_people_apart(lines: Sequence[Line]) -> list[Line]:
    """Return ``lines``, the people of a cell that lists several with their roles in lines of their own below it."""
    return [each for line in lines for each in _people_apart(line)]


def _people_apart(row: Line) -> Iterator[Line]:
    lists = row.table is not None and any("\n" in cell for cell in row.cells)
    for column, cell in enumerate(row.cells if lists else ()):
        parts = [part for each in cell.split("\n") if (part := _BULLET.sub("", each.strip()))]
        lines = _lines_of(row, column, parts) if len(parts) > 1 else []
        if lines:
            yield from lines
            return
    yield row


def _lines_of(row: Line, column: int, parts: Sequence[str]) -> list[Line]:
    """Return what else a row says and a line for each of ``parts``; none where they do not each tell of somebody.

    Beside a lead's label only where all of them are told as leads or deputies, so that it says no more than what the
    list is, or none of them is, so that it says what they are.
    """
    in_turn = _are_in_turn(parts)
    if not in_turn and not _is_one_a_line(parts):
        return []
    others = [each for at, other in enumerate(row.cells) if at != column for each in find_roles(other)]
    telling = [part for part in parts if find_roles(part) or (find_name(part) and not in_turn)]
    led = [any(each.role in OF_LEADS for each in find_roles(part)) for part in telling]
    cells = ["" if at == column or (others and find_roles(each)) else each for at, each in enumerate(row.cells)]
    rest = row.with_cells(cells)
    place = row.places[column]
    lone = replace(row, table=None, widths=(), merged=(), edges=(), where=place, places=(place,))
    if others and not all(led):
        alone = [each for at, each in enumerate(row.cells) if at != column and each]
        if any(led) or in_turn or len(alone) > 1 or any(each.role not in OF_LEADS for each in others):
            return []
        rest = replace(lone, text=alone[0], cells=(alone[0],))
    elif any(each.role not in OF_LEADS for each in others):
        return []
    return [*([rest] if rest.text else []), *(replace(lone, text=part, cells=(part,)) for part in parts)]


def _is_one_a_line(parts: Sequence[str]) -> bool:
    """Say whether two lines or more name somebody with a role, and none a role without anybody."""
    told = [part for part in parts if find_roles(part)]
    return len(told) > 1 and all(map(_names_somebody, told))


def _names_somebody(part: str) -> bool:
    """Say whether a line begins with a name before its role, or names somebody right behind it."""
    roles, name = find_roles(part), find_name(part)
    if name is not None and name.start() == 0 and name.end() <= roles[0].start:
        return True
    joint = _JOINT.match(part, roles[-1].end)
    return find_name(part, joint.end() if joint is not None else roles[-1].end) is not None


def _are_in_turn(parts: Sequence[str]) -> bool:
    """Say whether names stand over their roles in turn, details below: "Ada Holt", "DSL", "Ben Lowe", "Deputy DSL"."""
    position, people = 0, 0
    while position + 1 < len(parts) and is_only_name(parts[position]) and is_role(parts[position + 1]):
        position, people = position + 2, people + 1
        while position < len(parts) and DETAIL.search(parts[position]) and not find_roles(parts[position]):
            position += 1
    return people > 1 and position == len(parts)


def with_role_first(line: Line) -> Line:
    """Return a line with the role before the name where a lead's role follows a name and a colon: "Ada Holt: DSL"."""
    if len(line.cells) > 1 or ":" not in line.text:
        return line
    name, _, role = (part.strip() for part in line.text.partition(":"))
    if not is_role(role) or not is_only_name(_BULLET.sub("", name)):
        return line
    if not any(each.role in OF_LEADS for each in find_roles(role)):
        return line
    return line.with_cells([role, _BULLET.sub("", name)])
