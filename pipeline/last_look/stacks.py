"""Roles below each other and then names below each other: two columns of a page that a text has one after the other.

"DSL", "Deputy DSL", "Chair of Governors", then "June Holt", "Amy Bell": where there are not as many of both, nobody can
tell whose each role is. ``claims`` asks here for the roles that each of the names may have by its place.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import takewhile

from pipeline.last_look.lines import Row
from pipeline.last_look.names import NameFound, is_little
from pipeline.last_look.role_labels import Label, names_role

_LONGEST = 90
_MOST = 16
"""The longest column of roles, and of names."""
_FEWEST = 2
_NO_LABEL = re.compile(r"[\d@]|[.;?!]\s*$")

LabelsOf = Callable[[int], Sequence[Sequence[Label]]]
NamesOf = Callable[[int], Sequence[Sequence[NameFound]]]


def roles_by_place(rows: Sequence[Row], labels_of: LabelsOf, names_of: NamesOf) -> dict[int, tuple[str | None, ...]]:
    """Return, by the row of each name of a column, the roles that may be its own: one where there are as many of both.

    Where there are more roles than names, some role has nobody; where there are more names, some role has two.
    """
    found: dict[int, tuple[str | None, ...]] = {}
    for labels, people in _stacks(rows, labels_of, names_of):
        told = [next((each.role for each in labels_of(at)[0]), None) for at in labels]
        more = len(labels) - len(people)
        for place, index in enumerate(people):
            found[index] = tuple(told[max(0, place + min(0, more)) : place + max(0, more) + 1])
    return found


def _stacks(rows: Sequence[Row], labels_of: LabelsOf, names_of: NamesOf) -> Iterator[tuple[list[int], list[int]]]:
    """Yield the rows of each column of roles, and those of the names behind it."""
    past = 0
    for start in range(len(rows)):
        if start < past or not _may_be_label(rows[start]) or not names_role(rows[start].text):
            continue
        labels, people = _columns_at(rows, start, labels_of, names_of)
        past = people[-1] + 1 if people else past
        known = sum(bool(labels_of(at)[0]) for at in labels)
        if known >= _FEWEST and len(people) >= _FEWEST and 2 * known >= len(labels):
            yield labels, people


def _columns_at(rows: Sequence[Row], start: int, labels_of: LabelsOf, names_of: NamesOf) -> tuple[list[int], list[int]]:
    """Return the rows around ``start`` that may be labels, those before it with a role or post, and of the names."""
    before, behind = range(start - 1, max(-1, start - _MOST), -1), range(start, min(len(rows), start + _MOST))
    up = takewhile(lambda at: _is_label(rows, start, at, names_of) and labels_of(at)[0], before)
    labels = [*reversed([*up]), *takewhile(lambda at: _is_label(rows, start, at, names_of), behind)]
    below = range(labels[-1] + 1, min(len(rows), labels[-1] + 1 + _MOST)) if labels else range(0)
    return labels, [*takewhile(lambda at: _is_name(rows, start, at, names_of), below)]


def _is_label(rows: Sequence[Row], first: int, at: int, names_of: NamesOf) -> bool:
    return rows[at].is_by(rows[first]) and _may_be_label(rows[at]) and not any(names_of(at))


def _may_be_label(row: Row) -> bool:
    alone = row.table is None and row.is_listed and len(row.parts) == 1
    return alone and len(row.text) <= _LONGEST and _NO_LABEL.search(row.text) is None


def _is_name(rows: Sequence[Row], first: int, at: int, names_of: NamesOf) -> bool:
    row, names = rows[at], names_of(at)
    if not row.is_by(rows[first]) or row.table is not None or len(row.parts) != 1 or len(names[0]) != 1:
        return False
    (name,) = names[0]
    return is_little(f"{row.text[: name.start]} {row.text[name.end :]}")
