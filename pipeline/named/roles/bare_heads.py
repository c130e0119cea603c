"""A bare "Head", or "HT", is the headteacher where it is a label near the lead: "DSL: X, Head: Y", "Z (Head)".

Elsewhere the word is a part of the body, heads something else, or is a surname ("Zoe Head: 01632 …").
``named.layout.contact_lines`` asks it of lines before they are read, ``named.scene`` of the roles that a text names.
"""

import re
from collections.abc import Iterator, Sequence

from pipeline.named.roles.passages import RoleLabel, find_labels
from pipeline.named.roles.vocabulary import OF_LEADS, find_roles
from pipeline.text.lazily import compiled_lazily
from pipeline.text.lines import Line

WORDS = ("head", "ht")
"""One of these stands in every such label, in small letters."""
_GAP = r"[ \u00a0]"
_BARE = compiled_lazily(
    rf"(?:(?:^|(?<=[\t\n;,.|])){_GAP}*(?:(?:[Tt]he|[Oo]ur){_GAP})?|(?<=\())"
    rf"(?P<word>Head|HEAD|HT)(?={_GAP}?[:)=\t]|{_GAP}[–—-]{_GAP}|{_GAP}?(?:\n|$))"
)
"""Nothing but the word before a colon, a dash, the end of a cell, or alone in brackets."""
_NEAR = 4
"""So many lines away the lead may be named."""


def bare_heads(texts: Sequence[str], index: int) -> tuple[RoleLabel, ...]:
    """Return the bare labels of the headteacher in one of ``texts``, which are in reading order."""
    found = list(find_bare_heads(texts[index]))
    near = texts[max(0, index - _NEAR) : index + _NEAR + 1] if found else ()
    if not any(label.role in OF_LEADS for text in near for label in find_labels(text)):
        return ()
    return tuple(RoleLabel("headteacher", *span) for span in found)


def find_bare_heads(text: str) -> Iterator[tuple[int, int]]:
    """Yield where a text says "Head" as a label of somebody, wherever it stands."""
    return (match.span("word") for match in _BARE.finditer(text))


def with_whole_heads(lines: Sequence[Line]) -> list[Line]:
    """Return ``lines`` with "Headteacher" for a bare "Head" near the lead."""
    whole: list[Line] = []
    for at, line in enumerate(lines):
        cells = [_BARE.sub(_written_whole, cell) for cell in line.cells]
        if cells == list(line.cells) or not _is_near_lead(lines, at):
            whole.append(line)
        else:
            whole.append(line.with_cells(cells))
    return whole


def _written_whole(match: re.Match[str]) -> str:
    return f"{match[0].removesuffix(match['word'])}Headteacher"


def _is_near_lead(lines: Sequence[Line], at: int) -> bool:
    near = lines[max(0, at - _NEAR) : at + _NEAR + 1]
    return any(role.role in OF_LEADS for line in near for role in find_roles(line.text))
