"""Which safeguarding role a tick in a table gives to a name: names down the side and roles on top, or the other way."""

import re
from collections.abc import Iterator

from pipeline.last_look.lines import Rows
from pipeline.last_look.role_labels import is_fragment, list_labels

_TICK = re.compile(r"\s*(?:[✓✔☑☒✅✗✘√●■•◉*\uf0fc\uf0fe]\ufe0f?|x|y|yes)\s*", re.IGNORECASE)


def ticked_role(rows: Rows, index: int, number: int, *, alone: bool = True) -> str | None:
    """Return the role that a tick gives to the person a part of a row names; "DSL training" is not the role ``alone``.

    None outside tables and where no role is ticked.
    """
    words = (each for each in _ticked(rows, index, number) if not alone or is_fragment(each))
    ticked = (label for each in words for label in list_labels(each)[:1])
    return next((label.role for label in ticked if label.role is not None), None)


def _ticked(rows: Rows, index: int, number: int) -> Iterator[str]:
    """Yield what heads the ticked columns of a row, and what opens the rows below in which its column is ticked."""
    table, column = rows[index].table, rows.column(index, number)
    if table is None:
        return
    yield from (rows.head(index, at) for at in _ticks(rows, index))
    below = index + 1
    while (index == 0 or rows[index - 1].table != table) and below < len(rows) and rows[below].table == table:
        if any(rows.column(below, at) == column for at in _ticks(rows, below)):
            yield rows.words(below)[0]
        below += 1


def _ticks(rows: Rows, index: int) -> list[int]:
    return [at for at, words in enumerate(rows.words(index)) if _TICK.fullmatch(words)]
