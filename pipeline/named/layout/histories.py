"""Which passages of a document are its history of revisions, in which nothing is ever rewritten.

For ``named.scene``.
"""

import re
from collections.abc import Sequence

from pipeline.named.roles.passages import is_history_row, opens_history
from pipeline.text.passages import Passage
from pipeline.text.sheet import Sheet

_SHORT = 80
"""No line that opens a history of revisions is longer."""
_VERSION = re.compile(r"\W*(?:v?\d|version|issue)", re.IGNORECASE)


def in_histories(passages: Sequence[Passage], cells: Sheet[Passage]) -> frozenset[int]:
    """Return the passages of histories: tables by their first row or the line before, lines below such a heading."""
    found: set[int] = set()
    tables = {table for table, text in cells.first_rows.items() if is_history_row(text)}
    below = False
    for index, passage in enumerate(passages):
        row = cells[index]
        if len(passage.text) < _SHORT and opens_history(passage.text):
            below = True
            found.add(index)
        elif row is not None:
            if below and row.row == 1:
                tables.add(row.table)
            if row.table in tables:
                found.add(index)
                below = False
        elif below and passage.text.strip():
            below = not passage.heading and _VERSION.match(passage.text) is not None
            if below:
                found.add(index)
    return frozenset(found)
