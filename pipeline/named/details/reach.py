"""How far behind a name numbers and addresses are still that person's, and where somebody else's begin.

Beside ``written``, for ``named.contacts``.
"""

import re

from pipeline.named.details.written import find_phone
from pipeline.named.names.people import find_name
from pipeline.named.roles.vocabulary import find_roles
from pipeline.text.addresses import SPACED_ADDRESS
from pipeline.text.lines import Line
from pipeline.text.telephones import find_numbers

_REACHED = re.compile(
    r"(?:[\s,(:–-]|\b(?:can|may|should|will|who|be|is|are|please|contact(?:ed)?|reached|rung|call(?:ed)?|on|at|by|via|the"
    r"|team|tele?phone|phone|tel|number|e-?mail|direct)\b\.?)*(?=[+(]?\d|\S+@)",
    re.IGNORECASE,
)
_STILL_OF_THE_NAME = re.compile(r"(?:[\s,(/&–-]|\b(?:who|is|also|as|and|the|our|a|school)\b|['’]s\b)*", re.IGNORECASE)


def other_role_rung(text: str, start: int, role: str) -> int:
    """Return where another role follows whose own number or address comes next: "Chair: X, or the LADO on 01332 …".

    A role told of the person who ends at ``start`` is none ("X, Headteacher and SENCO, 01332 …").
    """
    for mention in find_roles(text):
        if mention.start < start:
            continue
        if mention.role == role or _STILL_OF_THE_NAME.fullmatch(text, start, mention.start):
            start = mention.end
        elif _REACHED.match(text, mention.end):
            return mention.start
    return len(text)


def of_column(row: str, end: int, below: str) -> str:
    """Return the cell of the row below that stands under the name, where numbers stand in several of its cells."""
    cells = below.split("\t")
    if len(cells) == 1 or len(cells) != row.count("\t") + 1 or sum(find_phone(each) is not None for each in cells) < 2:
        return below
    return cells[row[:end].count("\t")]


def starts_other(line: Line) -> bool:
    """Say whether a line speaks of somebody or something else, so that its numbers are not the person's."""
    if len(line.text) > 220:
        return True
    roles = find_roles(line.text)
    address = SPACED_ADDRESS.search(line.text)
    starts = [each.start for each in find_numbers(line.text)[:1]] + ([address.start()] if address else [])
    first_detail = min(starts, default=None)
    if roles and (first_detail is None or roles[0].start < first_detail):
        return True
    if first_detail is None:
        return bool(re.match(r"^\d+[.)]\s", line.text)) or find_name(line.text) is not None
    lead = line.text[:first_detail]
    return (
        len(
            re.findall(
                r"[A-Za-z]{3,}",
                re.sub(
                    r"\b(?:contact|details|telephone|tel|phone|mobile|e-?mail|number|address|office|school"
                    r"|direct|line|or|work|and|numbers)\b",
                    "",
                    lead,
                    flags=re.IGNORECASE,
                ),
            )
        )
        > 1
    )
