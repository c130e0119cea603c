"""What stands on a page of a PDF, line by line, as PDFium sees it.

With ``marked``, which draws a part of a page, and ``drawn``, which asks for pictures, what touches ``pypdfium2``.
"""

import ctypes
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Any

import pypdfium2 as pdfium
from pypdfium2 import raw

from pipeline.documents.pdf.repair import repair_line
from pipeline.documents.source import Source
from pipeline.errors import UnreadableCode

MAX_PAGES = 1500
DRAWING_FAULTS = (pdfium.PdfiumError, MemoryError, ValueError)
"""What drawing a broken page raises."""
_METADATA = {
    "Title": "title",
    "Author": "author",
    "Subject": "subject",
    "CreationDate": "created",
    "ModDate": "modified",
}
_DATE = re.compile(r"D:(\d{4})(\d\d)?(\d\d)?(?:(\d\d)(\d\d)(\d\d)?)?")
_BOLD_NAME = re.compile(r"bold|black|heavy|demi", re.IGNORECASE)
_BOLD_WEIGHT = 600
_FONT_NAME_BYTES = 128
_GAP_TO_TAB = 1.6
_SEVERAL_LINES = 1.7
"""What is higher than so many of its letters is more than one line."""
"""A gap wider than this many letter heights is a column, not a space."""
_MAX_LINKS = 500
_SIZE_OF_A_FIELD = 10.0
_TICKS = frozenset(("Off", "On", "Yes", "No", "1", "0"))
"""What buttons and boxes to tick say of themselves."""
_SCAN_SHARE = 0.5
_SCAN_DPI = 200
_MAX_SIDE_DOTS = 4700
"""A sheet of A2 at full resolution; larger pages are drawn coarser."""
_STAMP_CHARACTERS = 25
"""A scan may carry a stamped page number or a fax line."""


@dataclass(frozen=True, slots=True)
class PageLink:
    """A stretch of a line that leads somewhere."""

    text: str
    target: str


@dataclass(slots=True, unsafe_hash=True)
class PageLine:
    """One line; measures are in points from the lower left corner of the page.

    Made by the thousand, so not frozen, and never changed.
    """

    text: str
    left: float
    right: float
    bottom: float
    top: float
    size: float
    """Of the font."""
    bold: bool
    """From its first letter to its last."""
    links: tuple[PageLink, ...] = ()
    edges: tuple[tuple[float, float], ...] = ()
    """Left and right of each of its cells, where tabs part it into several; empty where they are not known."""
    letters: tuple[tuple[int, int], ...] = ()
    """Of each piece of it: the first of its letters among those of the page, as PDFium counts them, and how many
    there are. Empty where a machine read it from a picture."""

    @property
    def middle(self) -> float:
        """The height of its middle."""
        return (self.bottom + self.top) / 2


@dataclass(frozen=True, slots=True)
class PdfPage:
    """One page."""

    number: int
    """The first is 1."""
    width: float
    height: float
    lines: tuple[PageLine, ...]
    """In the order of the file, which is not always that of reading."""
    is_scan: bool
    """It shows a picture where its words should be."""


@dataclass(frozen=True, slots=True)
class PagePicture:
    """A page as it looks, in shades of grey."""

    width: int
    height: int
    grey: bytes
    """A byte a dot, row by row from the top; 255 is white."""
    dpi: int
    """Dots an inch."""
    page_height: float
    """In points."""


@dataclass(frozen=True, slots=True)
class PdfProperties:
    """What the file says of itself."""

    metadata: dict[str, str]
    attachments: int
    scripts: int
    signatures: int
    has_form: bool = False
    """It has fields to fill in, on its pages or on none."""


@contextmanager
def open_pdf(source: Source) -> Iterator[Any]:
    """Open the file and close it afterwards.

    Raises:
        DocumentError: ``encrypted`` where reading takes a password (one that only restricts editing is no bar),
            ``damaged``, ``too-large`` where it has more pages than any policy.
    """
    try:
        document = pdfium.PdfDocument(source.content)
    except pdfium.PdfiumError as error:
        if error.err_code in (raw.FPDF_ERR_PASSWORD, raw.FPDF_ERR_SECURITY):
            raise source.refusal(
                UnreadableCode.ENCRYPTED, "is locked with a password. Save a copy without the password and use that."
            ) from error
        raise source.refusal(
            UnreadableCode.DAMAGED, "is damaged or cut short. Make the PDF again from the original document."
        ) from error
    try:
        if len(document) > MAX_PAGES:
            raise source.refusal(
                UnreadableCode.TOO_LARGE, f"has {len(document):,} pages, more than any policy. Check what it is."
            )
        yield document
    finally:
        document.close()


def read_properties(document: Any) -> PdfProperties:
    """Return what the file says of itself; dates in ISO form."""
    metadata = {}
    for key, name in _METADATA.items():
        value = _property(document, key)
        if value:
            metadata[name] = _iso(value) if key.endswith("Date") else value
    return PdfProperties(
        metadata,
        document.count_attachments(),
        max(raw.FPDFDoc_GetJavaScriptActionCount(document), 0),
        max(raw.FPDF_GetSignatureCount(document), 0),
        raw.FPDF_GetFormType(document) > raw.FORMTYPE_NONE,
    )


def _property(document: Any, key: str) -> str:
    """Return one property; empty where it is not there, or broken letters stand in it."""
    try:
        return str(document.get_metadata_value(key)).strip()
    except UnicodeDecodeError:
        return ""


def _iso(value: str) -> str:
    found = _DATE.match(value)
    if found is None:
        return value
    year, month, day, hour, minute, second = found.groups()
    iso = f"{year}-{month or '01'}-{day or '01'}"
    return f"{iso}T{hour}:{minute}:{second or '00'}" if hour else iso


def read_pages(document: Any) -> Iterator[PdfPage | None]:
    """Yield each page; None for one that is too broken to open."""
    answers = _Answers()
    for index in range(len(document)):
        try:
            page = document[index]
            text_page = page.get_textpage()
        except pdfium.PdfiumError:
            yield None
            continue
        lines = (*_lines(page, text_page, answers), *_filled_in(page))
        letters = sum(len(line.text) for line in lines)
        scan = letters < _STAMP_CHARACTERS and _picture_share(page) > _SCAN_SHARE
        yield PdfPage(index + 1, page.get_width(), page.get_height(), lines, scan)
        text_page.close()
        page.close()


def _filled_in(page: Any) -> Iterator[PageLine]:
    """Yield what is typed or chosen in the fields of a form, each as a line where its field stands."""
    for index in range(min(raw.FPDFPage_GetAnnotCount(page), _MAX_LINKS)):
        annotation = raw.FPDFPage_GetAnnot(page, index)
        box = raw.FS_RECTF()
        if raw.FPDFAnnot_GetSubtype(annotation) == raw.FPDF_ANNOT_WIDGET and raw.FPDFAnnot_GetRect(annotation, box):
            words = _value_of(annotation)
            if words not in _TICKS and any(map(str.isalnum, words)):
                yield PageLine(words, box.left, box.right, box.bottom, box.top, _SIZE_OF_A_FIELD, bold=False)
        raw.FPDFPage_CloseAnnot(annotation)


def _value_of(annotation: Any) -> str:
    length = raw.FPDFAnnot_GetStringValue(annotation, b"V", None, 0)
    buffer = (ctypes.c_ushort * (length // 2 + 1))()
    raw.FPDFAnnot_GetStringValue(annotation, b"V", buffer, length)
    return " ".join(bytes(buffer)[: max(0, length - 2)].decode("utf-16-le", "replace").split())


def draw_page(document: Any, number: int) -> PagePicture:
    """Draw one page, the first being 1, for a program that reads pictures.

    Raises:
        PdfiumError: it is too broken to draw.
    """
    page = document[number - 1]
    width, height = page.get_size()
    largest = max(width, height, 1.0)
    dpi = max(1, min(_SCAN_DPI, int(_MAX_SIDE_DOTS * 72 / largest)))
    bitmap = page.render(scale=dpi / 72, grayscale=True, may_draw_forms=False)
    held, stride = bytes(bitmap.buffer), bitmap.stride
    grey = b"".join(held[row * stride : row * stride + bitmap.width] for row in range(bitmap.height))
    picture = PagePicture(bitmap.width, bitmap.height, grey, dpi, height)
    bitmap.close()
    page.close()
    return picture


class _Answers:
    """What PDFium writes its answers into, made once a document and not for each question."""

    def __init__(self) -> None:
        self.left, self.top, self.right, self.bottom = (ctypes.c_double() for _ in range(4))
        self.matrix = raw.FS_MATRIX()
        self.name = ctypes.create_string_buffer(_FONT_NAME_BYTES)
        self.flags = ctypes.c_int()


def _lines(page: Any, text_page: Any, answers: _Answers) -> Iterator[PageLine]:
    text = text_page.get_text_range()
    same = text_page.count_chars() == len(text)
    links = _links(page, text_page)
    letters_of_page = text_page.raw
    start = 0
    for found in text.split("\r\n"):
        length = len(found)
        if found.strip():
            first, last = (
                at if same else raw.FPDFText_GetCharIndexFromTextIndex(letters_of_page, at)
                for at in (start, start + length - 1)
            )
            line = _line(letters_of_page, answers, found, (first, last), links) if first >= 0 else None
            if line is not None and line.text.strip():
                yield line
        start += length + 2


def _line(
    text_page: Any, answers: _Answers, text: str, letters: tuple[int, int], links: list["_LinkArea"]
) -> PageLine | None:
    """Return a line of a page; ``letters``: the first and the last of it among those of the page."""
    first, last = letters
    boxes = _boxes(text_page, answers, first, len(text))
    if not boxes:
        return None
    left, bottom, right, top = boxes[0] if len(boxes) == 1 else _around(boxes)
    stripped = text.rstrip()
    before, end = len(text) - len(text.lstrip()), len(stripped) - 1
    letter = first + (0 if text[0].isalpha() else _first_letter(text, before))
    # The bullet or the raised number before the words may be larger or smaller than they are.
    size = raw.FPDFText_GetFontSize(text_page, letter) * _scale(text_page, answers, letter)
    bold = _is_bold(text_page, answers, first + before) and _is_bold(text_page, answers, first + end)
    spread, edges = _spread(text_page, stripped, first, boxes)
    middle = (bottom + top) / 2
    held = tuple(
        PageLink(area.text, area.target)
        for area in links
        if area.bottom <= middle <= area.top and area.left < right and area.right > left and area.text in spread
    )
    words = repair_line(spread, several=top - bottom > _SEVERAL_LINES * size)
    edges = edges if len(edges) == words.count("\t") + 1 else ()
    of_page = ((first, last - first + 1),) if last >= first else ()
    return PageLine(words, left, right, bottom, top, round(size, 1), bold, held, edges, of_page)


def _first_letter(text: str, otherwise: int) -> int:
    return next((at for at, each in enumerate(text) if each.isalpha()), otherwise)


def _around(boxes: list[tuple[float, float, float, float]]) -> tuple[float, float, float, float]:
    lefts, bottoms, rights, tops = zip(*boxes, strict=True)
    return min(lefts), min(bottoms), max(rights), max(tops)


def _boxes(text_page: Any, answers: _Answers, first: int, count: int) -> list[tuple[float, float, float, float]]:
    left, top, right, bottom = answers.left, answers.top, answers.right, answers.bottom
    return [
        (left.value, bottom.value, right.value, top.value)
        for index in range(raw.FPDFText_CountRects(text_page, first, count))
        if raw.FPDFText_GetRect(text_page, index, left, top, right, bottom) and right.value > left.value
    ]


def _scale(text_page: Any, answers: _Answers, index: int) -> float:
    """Some programs set every letter in size 1 and enlarge the page instead."""
    matrix = answers.matrix
    if not raw.FPDFText_GetMatrix(text_page, index, matrix):
        return 1.0
    return float((matrix.b**2 + matrix.d**2) ** 0.5) or 1.0


def _is_bold(text_page: Any, answers: _Answers, index: int) -> bool:
    if raw.FPDFText_GetFontWeight(text_page, index) >= _BOLD_WEIGHT:
        return True
    length = raw.FPDFText_GetFontInfo(text_page, index, answers.name, _FONT_NAME_BYTES, answers.flags)
    # A name that is too long is not written, and another letter's would be read.
    return 0 < length <= _FONT_NAME_BYTES and _says_bold(answers.name.value)


@lru_cache(maxsize=256)
def _says_bold(font: bytes) -> bool:
    return _BOLD_NAME.search(font.decode("utf-8", "replace")) is not None


def _spread(
    text_page: Any, text: str, first: int, boxes: list[tuple[float, float, float, float]]
) -> tuple[str, tuple[tuple[float, float], ...]]:
    """Put a tab where the line leaps over a wide gap, as between a label and its value; say how far the cells reach."""
    edges, left = [], boxes[0][0]
    for before, after in pairwise(boxes):
        if after[0] - before[2] <= _GAP_TO_TAB * (after[3] - after[1]):
            continue
        at = raw.FPDFText_GetCharIndexAtPos(text_page, after[0] + 1, (after[1] + after[3]) / 2, 3, 3) - first
        if 0 < at < len(text) and text[at - 1] == " ":
            text = text[: at - 1] + "\t" + text[at:]
            edges.append((left, before[2]))
            left = after[0]
    return text, (*edges, (left, boxes[-1][2]))


@dataclass(frozen=True, slots=True)
class _LinkArea:
    left: float
    bottom: float
    right: float
    top: float
    text: str
    target: str


def _links(page: Any, text_page: Any) -> list[_LinkArea]:
    position, link = ctypes.c_int(0), raw.FPDF_LINK()
    areas: list[_LinkArea] = []
    while len(areas) < _MAX_LINKS and raw.FPDFLink_Enumerate(page, position, link):
        target = _link_target(page, link)
        box = raw.FS_RECTF()
        if target and raw.FPDFLink_GetAnnotRect(link, box):
            text = text_page.get_text_bounded(box.left, box.bottom, box.right, box.top).strip()
            if text and "\n" not in text:
                areas.append(_LinkArea(box.left, box.bottom, box.right, box.top, text, target))
    return areas


def _link_target(page: Any, link: Any) -> str | None:
    action = raw.FPDFLink_GetAction(link)
    if not action or raw.FPDFAction_GetType(action) != raw.PDFACTION_URI:
        return None
    length = raw.FPDFAction_GetURIPath(page.pdf, action, None, 0)
    if length <= 1:
        return None
    buffer = ctypes.create_string_buffer(length)
    raw.FPDFAction_GetURIPath(page.pdf, action, buffer, length)
    return buffer.value.decode("utf-8", "replace")


def _picture_share(page: Any) -> float:
    """The share of the page its largest picture covers."""
    area = page.get_width() * page.get_height()
    if area <= 0:
        return 0.0
    largest = 0.0
    for picture in page.get_objects(filter=[raw.FPDF_PAGEOBJ_IMAGE], max_depth=3):
        left, bottom, right, top = picture.get_bounds()
        largest = max(largest, (right - left) * (top - bottom))
    return float(largest / area)
