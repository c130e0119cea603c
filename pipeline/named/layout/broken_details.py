"""Bring an e-mail address or a telephone number together again that a narrow cell breaks over two lines.

Before everything else in ``contact_lines``: a PDF gives "lead@elm.example.o" and below it "rg", and the first part by
itself would be printed as an address. Joined only where the parts make one that ends as addresses do and the first is
none by itself; where that is not sure the lines stay, and so does the doubt.
"""

import re
from collections.abc import Sequence
from dataclasses import replace

from pipeline.text.lines import Line

_ENDS = (
    "academy", "ac.uk", "charity", "church", "club", "co.uk", "com", "cymru", "education", "eu", "gov.uk", "gov.wales",
    "ie", "im", "info", "je", "london", "net", "nhs.uk", "org", "org.uk", "police.uk", "sch.uk", "school", "scot",
    "wales",
)  # fmt: skip
"""How the addresses of schools, bodies and persons in the United Kingdom end."""
_LOCAL = r"[\w.+'’-]+"
_WHOLE = re.compile(rf"{_LOCAL}@(?:[\w-]+\.)+(?:{'|'.join(map(re.escape, _ENDS))})", re.IGNORECASE)
_BEGUN = re.compile(rf"(?P<part>{_LOCAL}@[\w.-]*)$")
_LOCAL_PART = re.compile(rf"(?:^|[\s:])(?P<part>{_LOCAL})$")
_REST = re.compile(r"@?[a-z\d.-]+\.?")
_WITH_A_BLANK = re.compile(
    rf"(?P<part>{_LOCAL}@[\w.-]+)[ \n](?P<rest>[a-z\d-]*\.?[a-z]{{1,6}}(?:\.[a-z]{{2,6}})?)(?=$|[\s,;)])"
)
_NUMBER_BEGUN = re.compile(r"(?:^|[\s(:])0\d[\d ]{2,9}$")
_NUMBER_REST = re.compile(r"(?P<digits>\d[\d ]{1,9})(?P<end>\)?)")
_DIGITS = 11
"""Figures of a number in the United Kingdom, its nought included."""


def join_broken_details(lines: Sequence[Line]) -> list[Line]:
    """Return ``lines`` with each broken address or number whole, where it begins."""
    joined: list[Line] = []
    for line in lines:
        line = _with_whole_addresses(line)
        before = joined[-1] if joined else None
        parts = _parted(before, line) if before is not None else None
        if parts is None or before is None:
            joined.append(line)
            continue
        cells, rest = parts
        joined[-1] = before.with_cells(cells, places=before.places)
        if rest:
            joined.append(replace(line.with_cells(rest, places=line.places[: len(rest)]), edges=()))
    return joined


def _with_whole_addresses(line: Line) -> Line:
    if "@" not in line.text:
        return line
    cells = [_WITH_A_BLANK.sub(_closed_up, cell) for cell in line.cells]
    return line if cells == list(line.cells) else line.with_cells(cells)


def _closed_up(match: re.Match[str]) -> str:
    return whole if (whole := _whole(match["part"], match["rest"])) is not None else match[0]


def _whole(part: str, rest: str) -> str | None:
    """Return the address that two parts make where it is sure that they do, else None."""
    rest = rest.removesuffix(".") if not part.endswith("@") else rest
    whole = part + rest
    return whole if _WHOLE.fullmatch(whole) and not _WHOLE.fullmatch(part) else None


def _parted(before: Line, line: Line) -> tuple[list[str], list[str]] | None:
    """Return the cells of a line with the rest of its last address or number, and what stays of the line below."""
    if before.table is not None or line.table is not None or line.region is not before.region:
        return None
    begun, rest = before.cells[-1], line.cells[-1]
    if len(line.cells) > len(before.cells):
        return None
    whole = _joined(begun, rest)
    return None if whole is None else ([*before.cells[:-1], whole], list(line.cells[:-1]))


def _joined(begun: str, rest: str) -> str | None:
    part = _BEGUN.search(begun) if "@" in begun else None
    part = part or (_LOCAL_PART.search(begun) if rest.startswith("@") else None)
    if part is not None:
        whole = _whole(part["part"], rest) if _REST.fullmatch(rest) else None
        return None if whole is None else begun[: part.start("part")] + whole
    more = _NUMBER_REST.fullmatch(rest)
    number = _NUMBER_BEGUN.search(begun) if more is not None else None
    if number is None or more is None or bool(more["end"]) != (begun.count("(") > begun.count(")")):
        return None
    figures = re.sub(r"\D", "", number[0] + more["digits"])
    return f"{begun} {rest}" if len(figures) == _DIGITS else None
