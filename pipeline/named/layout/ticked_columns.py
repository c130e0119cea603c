"""A table of who does what: names down the side, roles over the columns, a tick where somebody holds one.

For ``contact_tables``. Without it the role over the last column would be everybody's.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from pipeline.named.layout.entries import is_only_name, is_role
from pipeline.text.lines import Line

_TICK = re.compile(r"\s*(?:[✓✔☑✅√●■•◉*\uf0fc\uf0fe]\ufe0f?|x|y|yes)\s*", re.IGNORECASE)
_NO_TICK = re.compile(r"\s*(?:[✗✘☐☒❌○□–—-]\ufe0f?|n|no|n/?a)?\s*", re.IGNORECASE)


def ticked_columns(rows: Sequence[Line]) -> list[Line] | None:
    """Return a line "role, name" for each tick under a role; None where the table is no such one.

    Whoever is ticked for other things alone has a line of the name: it stands under no role.
    """
    head, *body = rows
    roles = [column for column, cell in enumerate(head.cells) if column and is_role(cell)]
    if not roles or not body or not all(_is_ticked(row) for row in body):
        return None
    return [_alone(head), *(line for row in body for line in _of_row(head, row, roles))]


def _alone(head: Line) -> Line:
    """Return the first cell of a head, which announces nobody."""
    return replace(head, text=head.cells[0], cells=head.cells[:1], places=head.places[:1], widths=head.widths[:1])


def _is_ticked(row: Line) -> bool:
    """Whether a row is a name and, in every other column, a tick, its contrary or nothing."""
    others = row.cells[1:]
    is_name = is_only_name(row.cells[0].strip())
    return is_name and all(_TICK.fullmatch(cell) or _NO_TICK.fullmatch(cell) for cell in others)


def _of_row(head: Line, row: Line, roles: Sequence[int]) -> Iterator[Line]:
    held = [column for column in roles if column < len(row.cells) and _TICK.fullmatch(row.cells[column])]
    for column in held:
        cells = (head.cells[column], row.cells[0])
        places = (head.places[column], row.places[0])
        yield replace(row, text="\t".join(cells), cells=cells, places=places, widths=(), merged=(), edges=())
    if not held:
        yield replace(
            row, text=row.cells[0], cells=row.cells[:1], places=row.places[:1], widths=(), merged=(), edges=()
        )
