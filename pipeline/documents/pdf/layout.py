"""Order the lines of a PDF page as a person reads them, and tell running headers and footers from the body.

Pure geometry on ``PageLine``s; between ``page`` (what stands where) and ``blocks`` (what it is).
"""

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from pipeline.documents.pdf.page import PageLine, PdfPage
from pipeline.places import Place, line_of_page

_MARGIN_SHARE = 0.1
_MARGIN_DRIFT = 12.0
_REPEATED_SHARE = 0.4
_SAME_ROW = 0.6
_MAX_LABEL_LENGTH = 45
_MAX_LABEL_ROWS = 14
_DIGITS = re.compile(r"\d+")
_PAGE_NUMBER = re.compile(r"^[\s\-–|]*(?:page\s*)?\d{1,3}(?:\s*(?:of|/)\s*\d{1,3})?[\s\-–|]*$", re.IGNORECASE)


@dataclass(slots=True, unsafe_hash=True)
class PlacedLine:
    """A line, and where a person finds it; made by the thousand, so not frozen, and never changed."""

    line: PageLine
    page: int
    number: int
    """Counted down the page; the first is 1."""

    @property
    def where(self) -> Place:
        """The line on its page."""
        return line_of_page(self.page, self.number)


@dataclass(frozen=True, slots=True)
class SortedPages:
    """All lines of a document, told apart."""

    headers: tuple[PlacedLine, ...]
    """Each wording once, as it first stands."""
    body: tuple[tuple[PlacedLine, ...], ...]
    """Page by page, in reading order."""
    footers: tuple[PlacedLine, ...]
    widths: tuple[float, ...] = ()
    """Of each page of the body, in points: one may lie across."""


def sort_pages(pages: Sequence[PdfPage]) -> SortedPages:
    """Sort the lines of all pages."""
    ordered = [
        [PlacedLine(line, page.number, number) for number, line in enumerate(reading_order(page.lines), start=1)]
        for page in pages
    ]
    running = _running(pages, ordered)
    headers: dict[str, PlacedLine] = {}
    footers: dict[str, PlacedLine] = {}
    body: list[tuple[PlacedLine, ...]] = []
    for page, lines in zip(pages, ordered, strict=True):
        kept = []
        for placed in lines:
            if (page.number, placed.number) not in running:
                kept.append(placed)
            else:
                region = headers if placed.line.middle > page.height / 2 else footers
                region.setdefault(_likeness(placed.line.text), placed)
        body.append(tuple(kept))
    widths = tuple(page.width for page in pages)
    return SortedPages(tuple(headers.values()), tuple(body), tuple(footers.values()), widths)


def _likeness(text: str) -> str:
    return _DIGITS.sub("#", " ".join(text.split())).lower()


def _running(pages: Sequence[PdfPage], ordered: Sequence[Sequence[PlacedLine]]) -> set[tuple[int, int]]:
    """The lines that stand in the margin and come back at the same height on other pages, by page and number."""
    groups: dict[str, list[tuple[int, int, float]]] = defaultdict(list)
    alone: set[tuple[int, int]] = set()
    for page, lines in zip(pages, ordered, strict=True):
        margin = page.height * _MARGIN_SHARE
        for placed in lines:
            middle = placed.line.middle
            if not margin < middle < page.height - margin:
                key = "#" if _PAGE_NUMBER.match(placed.line.text) else _likeness(placed.line.text)
                groups[key].append((page.number, placed.number, middle))
    for key, found in groups.items():
        needed = 1 if key == "#" and len(pages) == 1 else max(2, round(len(pages) * _REPEATED_SHARE))
        for page_number, number, middle in found:
            level = {other for other, _, height in found if abs(height - middle) <= _MARGIN_DRIFT}
            if len(level) >= needed:
                alone.add((page_number, number))
    return alone


def reading_order(lines: Sequence[PageLine]) -> list[PageLine]:
    """Return the lines of one page in the order a person reads them.

    The order of the file is kept as far as it goes down the page: it knows columns better than geometry does. Boxes
    that come late in the file move to where they stand; a column of labels and the column of values beside it are read
    row by row.
    """
    if _goes_down(lines):
        return list(lines)
    groups = _beside(_sorted_groups(_groups(lines)))
    return [line for group in groups for line in group]


def _goes_down(lines: Sequence[PageLine]) -> bool:
    return all(after.middle <= before.middle + 1 and not _same_row(before, after) for before, after in pairwise(lines))


def _same_row(one: PageLine, other: PageLine) -> bool:
    top, bottom, other_top, other_bottom = one.top, one.bottom, other.top, other.bottom
    height, other_height = top - bottom, other_top - other_bottom
    # Asked of all lines next to each other: ``min`` and ``max`` would take most of the time.
    shared = (top if top < other_top else other_top) - (bottom if bottom > other_bottom else other_bottom)
    return shared > _SAME_ROW * (height if height < other_height else other_height)


def _groups(lines: Sequence[PageLine]) -> list[list[PageLine]]:
    """Lines that follow each other in the file and on the page."""
    groups: list[list[PageLine]] = []
    for line in lines:
        last = groups[-1][-1] if groups else None
        if last is not None and _follows(last, line):
            groups[-1].append(line)
        else:
            groups.append([line])
    return groups


def _follows(before: PageLine, after: PageLine) -> bool:
    gap = before.bottom - after.top
    height = max(before.top - before.bottom, after.top - after.bottom)
    overlaps = min(before.right, after.right) > max(before.left, after.left) - 1
    return overlaps and -0.5 * height <= gap <= 1.5 * height


@dataclass(frozen=True, slots=True)
class _Box:
    left: float
    right: float
    bottom: float
    top: float


def _box(group: Sequence[PageLine]) -> _Box:
    return _Box(
        min(line.left for line in group),
        max(line.right for line in group),
        min(line.bottom for line in group),
        max(line.top for line in group),
    )


def _sorted_groups(groups: list[list[PageLine]]) -> list[list[PageLine]]:
    """Take again and again the first group of the file that has nothing before it on the page."""
    waiting = [(group, _box(group)) for group in groups]
    ordered: list[list[PageLine]] = []
    while waiting:
        chosen = next(
            (
                number
                for number, (_, box) in enumerate(waiting)
                if not any(_comes_before(other, box) for at, (_, other) in enumerate(waiting) if at != number)
            ),
            0,
        )
        ordered.append(waiting.pop(chosen)[0])
    return ordered


def _comes_before(one: _Box, other: _Box) -> bool:
    if one.bottom >= other.top - 0.3 * (other.top - other.bottom):
        # Above it; something far to the side is another column, unless nothing else ties the two.
        return min(one.right, other.right) > max(one.left, other.left)
    shared = min(one.top, other.top) - max(one.bottom, other.bottom)
    beside = shared > 0.5 * min(one.top - one.bottom, other.top - other.bottom)
    return beside and one.right <= other.left + 1


def _beside(groups: list[list[PageLine]]) -> list[list[PageLine]]:
    """Weave a column of labels with the column of values at its right; join pieces of one row."""
    woven: list[list[PageLine]] = []
    for group in groups:
        if woven and _are_labels(woven[-1], group):
            woven[-1] = _weave(woven[-1], group)
        else:
            woven.append(group)
    return woven


def _are_labels(labels: Sequence[PageLine], values: Sequence[PageLine]) -> bool:
    if len(labels) > _MAX_LABEL_ROWS or len(values) > len(labels) + 2:
        return False
    if _box(values).left < max(line.left for line in labels) or any(
        len(line.text) > _MAX_LABEL_LENGTH for line in labels
    ):
        return False
    paired = sum(any(_same_row(label, value) and value.left > label.right for label in labels) for value in values)
    return paired == len(values) or (
        paired > 0 and paired >= len(values) - 2 and any(":" in line.text for line in labels)
    )


def _weave(labels: Sequence[PageLine], values: Sequence[PageLine]) -> list[PageLine]:
    left = list(values)
    woven: list[PageLine] = []
    for label in labels:
        beside = [value for value in left if _same_row(label, value) and value.left > label.right]
        above = [value for value in left if value not in beside and value.bottom > label.top]
        woven.extend(above)
        left = [value for value in left if value not in beside and value not in above]
        for value in beside:
            label = _side_by_side(label, value)
        woven.append(label)
    return woven + left


def _side_by_side(one: PageLine, other: PageLine) -> PageLine:
    return replace(
        one,
        text=f"{one.text.rstrip()}\t{other.text.lstrip()}",
        right=other.right,
        bottom=min(one.bottom, other.bottom),
        top=max(one.top, other.top),
        bold=one.bold and other.bold,
        links=one.links + other.links,
        edges=(*(one.edges or ((one.left, one.right),)), *(other.edges or ((other.left, other.right),))),
        letters=one.letters + other.letters,
    )


def is_page_number(text: str) -> bool:
    """Tell whether a line is nothing but the number of its page."""
    return _PAGE_NUMBER.match(text) is not None
