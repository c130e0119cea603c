"""Draw the part of a PDF's page at which something stands, the words marked: what a person looks at to decide.

Runs where documents are read, in a child with limits. Words are found among the letters of the lines that the place
leads to, never elsewhere on the page; where they are not found there, nothing is marked.
"""

import ctypes
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import takewhile
from typing import Any

from pypdfium2 import raw

from pipeline.documents.find_words import find_parts, find_words
from pipeline.documents.pdf.blocks import make_blocks
from pipeline.documents.pdf.layout import reading_order, sort_pages
from pipeline.documents.pdf.page import DRAWING_FAULTS, PageLine, PdfPage, open_pdf, read_pages
from pipeline.documents.png import RGB, encode_png
from pipeline.documents.source import Source
from pipeline.places import Place, PlaceKind

_SCALE = 2.0
"""Dots a point: sharp on a screen that shows the picture at half its width."""
_WHOLE_SCALE = 1.5
"""The same of a whole page."""
_WIDEST = 1400
"""Dots of the widest picture; larger pages are drawn coarser."""
_TALLEST = 2200
_ABOVE, _BELOW = 110.0, 90.0
"""Points shown above the first mark and below the last."""
_LEAST = 230.0
"""Points that a part is tall at the least, as far as the page reaches."""
_NARROW = 300.0
"""Points that the picture for a narrow screen is wide, so that its letters can be read there."""
_BEHIND = 20.0
"""Points behind the last mark that it shows."""
_PAD = 2.5
"""Points between the words and the edge of their mark."""
_MOST_FOLLOWING = 6
"""Lines that words may run on over: a title of several lines."""
_FRAME_DOTS = 2
_FRAME = bytes((176, 84, 0))
_MARK = tuple(bytes(level * most // 255 for level in range(256)) for most in (255, 226, 92))
"""What becomes of red, green and blue under the pen: dark letters stay as they are, white paper turns yellow."""
Box = tuple[float, float, float, float]
"""Left, bottom, right and top, in points from the lower left corner of the page."""


@dataclass(frozen=True, slots=True)
class PagePart:
    """A part of a page as it looks."""

    page: int
    """The first is 1."""
    png: bytes
    narrow: bytes
    """The same for a narrow screen: as wide as a column of text, round the marks; empty of a page shown whole."""
    marked: tuple[str, ...]
    """The words that are marked, as they stand on the page; empty where nothing is."""
    exact: bool
    """The words alone are marked; else the lines of the place, in which they stand more than once."""
    around: tuple[str, ...]
    """The lines of the place, as they were read; empty of a page that is a picture."""
    is_scan: bool
    """The page is a picture and holds no words; it is shown whole."""


def draw_place(source: Source, where: Place, words: str) -> PagePart | None:
    """Return the part of the page that a place leads to, with ``words`` marked where they stand at it.

    None where the place is no line of a page of this file, or the page is too broken to draw.

    Raises:
        DocumentError: the file cannot be opened.
    """
    number, line = where.number_of(PlaceKind.PAGE), where.number_of(PlaceKind.LINE)
    if number is None or line is None:
        return None
    with open_pdf(source) as document:
        pages = {page.number: page for page in read_pages(document) if page is not None}
        if number not in pages:
            return None
        if pages[number].is_scan:
            return _drawn(document, _Lines(pages[number], (), ()), "")
        parts = _lines_at(tuple(pages.values()), pages[number], line)
        drawn = None
        for part in parts:
            drawn = _drawn(document, part, words)
            if drawn is not None and drawn.marked:
                return drawn
        return drawn if len(parts) == 1 else _drawn(document, parts[0], "") if parts else None


@dataclass(frozen=True, slots=True)
class _Lines:
    """The lines of one block on one page."""

    page: PdfPage
    lines: tuple[PageLine, ...]
    following: tuple[PageLine, ...]
    """What stands right below them, as far as words that begin in the block may reach."""


def _lines_at(pages: Sequence[PdfPage], page: PdfPage, number: int) -> list[_Lines]:
    """Return the lines of the block that begins at a line of a page, those on the page after it behind."""
    held = {
        (each.number, line): one
        for each in pages
        if page.number <= each.number <= page.number + 1
        for line, one in enumerate(reading_order(each.lines), start=1)
    }
    if (page.number, number) not in held:
        return []
    pieces = sort_pages(pages)
    begins = {(block.where.number_of(PlaceKind.PAGE), block.where.number) for block in make_blocks(pieces)}
    body = [key for lines in pieces.body for placed in lines if (key := (placed.page, placed.number)) in held]
    first = (page.number, number)
    after = body[body.index(first) + 1 :] if first in body and first in begins else []
    block = [first, *takewhile(lambda key: key not in begins, after)]
    found = []
    for each in pages:
        lines = tuple(held[key] for key in block if key[0] == each.number)
        following = tuple(held[key] for key in after if key not in block and key[0] == each.number)
        if lines:
            found.append(_Lines(each, lines, following[:_MOST_FOLLOWING]))
    return found


# --- the words -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _LineLetters:
    """The letters of several lines, in reading order; a line break is a letter without a box."""

    texts: tuple[str, ...]
    boxes: tuple[Box | None, ...]

    def rows(self, start: int, end: int) -> Iterator[Box]:
        """Yield a box round the letters of each line, as they stand on the page: PDFium gives some lines as one."""
        row: list[Box] = []
        for box in filter(None, self.boxes[start:end]):
            if row and not row[-1][1] <= (box[1] + box[3]) / 2 <= row[-1][3]:
                yield _around(row)
                row = []
            row.append(box)
        if row:
            yield _around(row)


def _around(boxes: Sequence[Box]) -> Box:
    lefts, bottoms, rights, tops = zip(*boxes, strict=True)
    return min(lefts), min(bottoms), max(rights), max(tops)


def _letters(text_page: Any, lines: Sequence[PageLine]) -> _LineLetters:
    texts: list[str] = []
    boxes: list[Box | None] = []
    for line in lines:
        for first, count in line.letters:
            for index in range(first, first + count):
                texts.append(chr(raw.FPDFText_GetUnicode(text_page, index) or 0x20))
                boxes.append(_box(text_page, index))
            texts.append("\n")
            boxes.append(None)
    return _LineLetters(tuple(texts), tuple(boxes))


def _box(text_page: Any, index: int) -> Box | None:
    loose = raw.FS_RECTF()
    if raw.FPDFText_GetLooseCharBox(text_page, index, loose) and loose.right > loose.left and loose.top > loose.bottom:
        return loose.left, loose.bottom, loose.right, loose.top
    return None


@dataclass(frozen=True, slots=True)
class _MarkRun:
    boxes: tuple[Box, ...]
    words: tuple[str, ...]
    exact: bool


def _marks(text_page: Any, part: _Lines, words: str) -> _MarkRun:
    """Find the words among the letters of the block; where they stand there several times, mark its lines."""
    own = _letters(text_page, part.lines)
    letters, parts = own, find_parts(own.texts, words)
    if not any(parts):
        letters = _letters(text_page, (*part.lines, *part.following))
        running_on = [each for each in find_words(letters.texts, words) if each.start < len(own.texts)]
        parts = [running_on]
    if any(len(found) > 1 for found in parts):
        return _MarkRun(tuple(map(_box_of, part.lines)), tuple(line.text for line in part.lines), exact=False)
    boxes: list[Box] = []
    said: list[str] = []
    for one in (each for found in parts for each in found):
        boxes += letters.rows(one.start, one.end)
        said.append(" ".join("".join(letters.texts[one.start : one.end]).split()))
    return _MarkRun(tuple(boxes), tuple(said), exact=True)


def _box_of(line: PageLine) -> Box:
    return line.left, line.bottom, line.right, line.top


# --- the picture -----------------------------------------------------------------------------------------------------


def _drawn(document: Any, part: _Lines, words: str) -> PagePart | None:
    page, lines = part.page, part.lines
    try:
        opened = document[page.number - 1]
        text_page = opened.get_textpage()
        marks = _marks(text_page, part, words)
        near = [*marks.boxes] or [_box_of(line) for line in lines]
        picture = _Picture.of(opened, _WHOLE_SCALE if page.is_scan else _SCALE)
        for box in marks.boxes:
            picture.mark(box)
        png = picture.png(near)
        narrow = picture.png(near, _NARROW) if near else b""
        text_page.close()
        opened.close()
    except DRAWING_FAULTS:
        return None
    around = tuple(line.text for line in lines)
    return PagePart(page.number, png, narrow, marks.words, marks.exact, around, page.is_scan)


@dataclass(slots=True)
class _Picture:
    """A page drawn in colour, and the way from its points to the picture's dots."""

    page: Any
    width: int
    height: int
    scale: float
    dots: bytearray
    """Red, green and blue of each dot, row by row from the top."""

    @classmethod
    def of(cls, page: Any, scale: float) -> "_Picture":
        """Draw a page."""
        across, down = page.get_size()
        scale = min(scale, _WIDEST / max(across, 1.0), 2 * _TALLEST / max(down, 1.0))
        bitmap = page.render(scale=scale, rev_byteorder=True, may_draw_forms=False, prefer_bgrx=False)
        held, stride, length = bytes(bitmap.buffer), bitmap.stride, bitmap.width * RGB
        dots = bytearray().join(held[row * stride : row * stride + length] for row in range(bitmap.height))
        picture = cls(page, bitmap.width, bitmap.height, scale, dots)
        bitmap.close()
        return picture

    def mark(self, box: Box) -> None:
        """Go over a box with a pen, and draw a frame round it, which shows without colour too."""
        left, top, right, bottom = self._dots_of(box)
        for row in range(top, bottom):
            at, end = (row * self.width + left) * RGB, (row * self.width + right) * RGB
            for channel, table in enumerate(_MARK):
                self.dots[at + channel : end : RGB] = self.dots[at + channel : end : RGB].translate(table)
            if row < top + _FRAME_DOTS or row >= bottom - _FRAME_DOTS:
                self.dots[at:end] = _FRAME * (right - left)
            else:
                edge = min(_FRAME_DOTS, right - left)
                self.dots[at : at + edge * RGB] = self.dots[end - edge * RGB : end] = _FRAME * edge

    def png(self, near: Sequence[Box], across: float | None = None) -> bytes:
        """Return the rows round some boxes, all rows without any, never more than ``_TALLEST``.

        ``across``: so many points of each row alone, round the boxes where they are no wider.
        """
        places = [self._dots_of(box) for box in near] or [(0, 0, self.width, self.height)]
        lefts, tops, rights, bottoms = zip(*places, strict=True)
        first, last = self._reach(min(tops), max(bottoms))
        wide = self.width if across is None else min(self.width, round(across * self.scale))
        # As much as there is room for stands before the words: what a value is of comes before it.
        left = _within(min(max(rights) + round(_BEHIND * self.scale) - wide, *lefts), self.width - wide)
        starts = ((row * self.width + left) * RGB for row in range(first, last))
        return encode_png(wide, b"".join(bytes(self.dots[at : at + wide * RGB]) for at in starts), RGB, level=6)

    def _reach(self, top: int, bottom: int) -> tuple[int, int]:
        """Return the first row that is shown round some rows, and the one behind the last."""
        first = max(0, top - round(_ABOVE * self.scale))
        last = min(self.height, bottom + round(_BELOW * self.scale))
        missing = max(0, round(_LEAST * self.scale) - (last - first))
        first, last = max(0, first - missing // 2), min(self.height, last + missing - missing // 2)
        return first, min(last, first + _TALLEST)

    def _dots_of(self, box: Box) -> tuple[int, int, int, int]:
        """Return left, top, right and bottom of a box in dots, whichever way the page is turned."""
        left, bottom, right, top = box
        corners = [self._dot_of(x, y) for x, y in ((left - _PAD, bottom - _PAD), (right + _PAD, top + _PAD))]
        across, down = sorted(x for x, _ in corners), sorted(y for _, y in corners)
        return (
            _within(across[0], self.width),
            _within(down[0], self.height),
            _within(across[1], self.width),
            _within(down[1], self.height),
        )

    def _dot_of(self, x: float, y: float) -> tuple[int, int]:
        column, row = ctypes.c_int(), ctypes.c_int()
        raw.FPDF_PageToDevice(self.page, 0, 0, self.width, self.height, 0, x, y, column, row)
        return column.value, row.value


def _within(dot: int, most: int) -> int:
    return max(0, min(dot, most))
