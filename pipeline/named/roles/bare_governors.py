"""A bare "Link Governor" is the one for safeguarding where it stands below the lead or a deputy.

A school has a governor for each of many things; beside the leads it says no more. Asked by ``layout.contact_lines`` of
lines before they are read.
"""

import re
from collections.abc import Sequence

from pipeline.named.roles.rules import OTHER
from pipeline.named.roles.vocabulary import OF_LEADS, find_roles
from pipeline.text.lines import Line

_BARE = re.compile(
    r"\W*(?P<label>(?:link|nominated|named|designated|lead)\s+(?:governor|trustee))(?=\s*(?:[:\t–—]|-\s)|\W*$)",
    re.IGNORECASE,
)
_NEAR = 5
"""How many lines above may name the lead."""


def with_whole_governors(lines: Sequence[Line]) -> list[Line]:
    """Return ``lines`` with "for safeguarding" behind a governor's bare label that stands shortly below the leads."""
    whole: list[Line] = []
    for at, line in enumerate(lines):
        bare = _BARE.match(line.cells[0]) if line.cells else None
        near = bare is not None and any(
            role.role in OF_LEADS for above in lines[max(0, at - _NEAR) : at] for role in find_roles(above.text)
        )
        if bare is None or not near or any(each.role != OTHER for each in find_roles(line.cells[0])):
            whole.append(line)
            continue
        end = bare.end("label")
        told = f"{line.cells[0][:end]} for safeguarding{line.cells[0][end:]}"
        whole.append(line.with_cells([told, *line.cells[1:]]))
    return whole
