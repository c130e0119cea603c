"""Which safeguarding role a tick in a table gives to a name: names down the side and roles on top, or the other way."""

import re
from collections.abc import Iterator, Sequence

from pipeline.last_look.lines import Part, Row
from pipeline.last_look.role_labels import is_fragment, list_labels, names_role

_TICK = re.compile(r"\s*(?:[✓✔☑☒✅✗✘√●■•◉*\uf0fc\uf0fe]\ufe0f?|x|y|yes)\s*", re.IGNORECASE)


def ticked_role(rows: Sequence[Row], index: int, part: Part) -> tuple[str, bool] | None:
    """Return the role that a tick gives to whoever ``part`` of a row names, and whether nothing but it is ticked for.

    None outside tables and where no role is ticked. "DSL training" is more than the role.
    """
    given = [role for label in _ticked(rows, index, part) if (role := _role_of(label)) is not None]
    return min(given, key=lambda each: not each[1], default=None)


def heads_of_ticks(rows: Sequence[Row]) -> Iterator[int]:
    """Yield the rows that head tables in which a safeguarding role is ticked for a column."""
    heads: dict[int, int] = {}
    for index, row in enumerate(rows):
        if row.table is not None:
            heads.setdefault(row.table, index)
            if names_role(row.parts[0].text) and any(_is_tick(part) for part in row.parts):
                yield heads[row.table]


def _ticked(rows: Sequence[Row], index: int, part: Part) -> Iterator[str]:
    """Yield what heads the ticked columns of a row, and what opens the rows below in which its column is ticked."""
    row = rows[index]
    if row.table is None:
        return
    yield from (each.head for each in row.parts if _is_tick(each))
    if index == 0 or rows[index - 1].table != row.table:
        for below in rows[index + 1 :]:
            if below.table == row.table and any(_is_tick(each) and each.column == part.column for each in below.parts):
                yield below.parts[0].text


def _role_of(words: str) -> tuple[str, bool] | None:
    label = next(iter(list_labels(words)), None)
    return (label.role, is_fragment(words)) if label is not None and label.role is not None else None


def _is_tick(part: Part) -> bool:
    return _TICK.fullmatch(part.text) is not None
