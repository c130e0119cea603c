"""Roles below each other and then names below each other: two columns of a page that a text has one after the other.

"DSL", "Deputy DSL", "Chair of Governors", then "June Holt", "Amy Bell": where there are not as many of both, nobody can
tell whose each role is. ``claims`` asks here for the roles that each of the names may have by its place.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import takewhile

from pipeline.last_look.lines import Rows
from pipeline.last_look.names import is_little
from pipeline.last_look.role_labels import Label, names_role

_LONGEST = 90
_MOST = 16
"""The longest column of roles, and of names."""
_FEWEST = 2
_NO_LABEL = re.compile(r"[\d@]|[.;?!]\s*$")

LabelsOf = Callable[[int], Sequence[Sequence[Label]]]


def roles_by_place(rows: Rows, labels_of: LabelsOf) -> dict[int, tuple[str | None, ...]]:
    """Return, by the row of each name of a column, the roles that may be its own: one where there are as many of both.

    Where there are more roles than names, some role has nobody; where there are more names, some role has two.
    """
    found: dict[int, tuple[str | None, ...]] = {}
    for labels, people in _stacks(rows, labels_of):
        told = [next((each.role for each in labels_of(at)[0]), None) for at in labels]
        more = len(labels) - len(people)
        for place, index in enumerate(people):
            found[index] = tuple(told[max(0, place + min(0, more)) : place + max(0, more) + 1])
    return found


def _stacks(rows: Rows, labels_of: LabelsOf) -> Iterator[tuple[list[int], list[int]]]:
    """Yield the rows of each column of roles, and those of the names behind it."""
    past = 0
    for start in range(len(rows)):
        if start < past or not _may_be_label(rows, start) or not names_role(rows.text(start)):
            continue
        labels, people = _columns_at(rows, start, labels_of)
        past = people[-1] + 1 if people else past
        known = sum(bool(labels_of(at)[0]) for at in labels)
        if known >= _FEWEST and len(people) >= _FEWEST and 2 * known >= len(labels):
            yield labels, people


def _columns_at(rows: Rows, start: int, labels_of: LabelsOf) -> tuple[list[int], list[int]]:
    """Return the rows around ``start`` that may be labels, those before it with a role or post, and of the names."""
    before, behind = range(start - 1, max(-1, start - _MOST), -1), range(start, min(len(rows), start + _MOST))
    up = takewhile(lambda at: _is_label(rows, start, at) and labels_of(at)[0], before)
    labels = [*reversed([*up]), *takewhile(lambda at: _is_label(rows, start, at), behind)]
    below = range(labels[-1] + 1, min(len(rows), labels[-1] + 1 + _MOST)) if labels else range(0)
    return labels, [*takewhile(lambda at: _is_name(rows, start, at), below)]


def _is_label(rows: Rows, first: int, at: int) -> bool:
    return rows.are_near(at, first) and _may_be_label(rows, at) and not any(rows.names(at))


def _may_be_label(rows: Rows, at: int) -> bool:
    alone = rows[at].table is None and rows.is_listed(at) and len(rows.words(at)) == 1
    return alone and len(rows.text(at)) <= _LONGEST and _NO_LABEL.search(rows.text(at)) is None


def _is_name(rows: Rows, first: int, at: int) -> bool:
    names, text = rows.names(at), rows.text(at)
    if not rows.are_near(at, first) or rows[at].table is not None or len(names) != 1 or len(names[0]) != 1:
        return False
    (name,) = names[0]
    return is_little(f"{text[: name.start]} {text[name.end :]}")
