"""Roles below each other and then names below each other: two columns of a page that a text has one after the other.

"DSL", "Deputy DSL", "Chair of Governors", then "June Holt", "Amy Bell": where there are not as many of both, nobody can
tell whose each role is. ``claims`` asks here for the roles that each of the names may have by its place.
"""

from collections.abc import Callable, Sequence
from itertools import takewhile

from pipeline.last_look.lines import Rows
from pipeline.last_look.names import is_little
from pipeline.last_look.role_labels import Label
from pipeline.text.lazily import compiled_lazily

_LONGEST = 90
_MOST = 16
"""The longest column of names."""
_FEWEST = 2
_NO_LABEL = compiled_lazily(r"[\d@]|[.;?!]\s*$")

LabelsOf = Callable[[int], Sequence[Sequence[Label]]]


def roles_by_place(rows: Rows, labels_of: LabelsOf) -> dict[int, tuple[str | None, ...]]:
    """Return, by the row of each name of a column, the roles that may be its own: one where there are as many of both.

    Where there are more roles than names, some role has nobody; where there are more names, some role has two.
    """
    found: dict[int, tuple[str | None, ...]] = {}
    labels: list[int] = []
    for index in range(len(rows)):
        if labels and not rows.are_near(labels[-1], index):
            labels = []
        if _may_be_label(rows, index) and (labels or labels_of(index)[0]) and not any(rows.names(index)):
            labels.append(index)
            continue
        told = [next((each.role for each in labels_of(at)[0]), None) for at in labels]
        known = sum(bool(labels_of(at)[0]) for at in labels)
        if any(told) and known >= _FEWEST and 2 * known >= len(labels):
            people = [*takewhile(lambda at: _is_name(rows, at), range(index, min(len(rows), index + _MOST)))]
            more = len(labels) - len(people)
            for place, at in enumerate(people if len(people) >= _FEWEST else ()):
                found[at] = tuple(told[max(0, place + min(0, more)) : place + max(0, more) + 1])
        labels = []
    return found


def _may_be_label(rows: Rows, at: int) -> bool:
    alone = rows[at].table is None and rows.is_listed(at) and len(rows.words(at)) == 1
    return alone and len(rows.text(at)) <= _LONGEST and _NO_LABEL.search(rows.text(at)) is None


def _is_name(rows: Rows, at: int) -> bool:
    names, text = rows.names(at), rows.text(at)
    if rows[at].table is not None or len(names) != 1 or len(names[0]) != 1:
        return False
    (name,) = names[0]
    return is_little(f"{text[: name.start]} {text[name.end :]}")
