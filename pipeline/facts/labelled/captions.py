"""Take off what a form says of its blanks: "Elm Nursery (name of provider)", "12 May 2026 | (date)".

Before ``broken_rows``, for rows of tables and of pages alike; once more where ``wrapped`` puts a caption together.
"""

import re
from dataclasses import replace

from pipeline.text.lines import Line


def without_caption(line: Line) -> Line:
    """Return a row without what a form says of its blank behind it: "Elm Nursery", "(name of provider)"."""
    if len(line.cells) < 2 or _CAPTION.search(line.cells[-1]) is None:
        return line
    value = _CAPTION.sub("", line.cells[-1])
    if value:
        return line.with_cells([*line.cells[:-1], value])
    if line.table is not None:
        return line
    return replace(line.with_cells(line.cells[:-1], places=line.places[:-1]), edges=line.edges[:-1])


_CAPTION = re.compile(
    r"\s*\((?:date|name(?: of [\w ]{3,30})?|position|print(?:ed)? name|role|signature|signed|title)\)$", re.IGNORECASE
)
