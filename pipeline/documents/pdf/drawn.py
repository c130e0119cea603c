"""What is shown on the pages of a PDF and is no word: pictures, and drawings such as a flowchart.

Called in a child process where only the words of a PDF are kept, so that it can be said what does not come along.
"""

import ctypes
from collections.abc import Iterator
from typing import Any

from pypdfium2 import raw

from pipeline.documents.pdf.page import DRAWING_FAULTS, open_pdf
from pipeline.documents.source import Source

_IMAGE, _PATH = raw.FPDF_PAGEOBJ_IMAGE, raw.FPDF_PAGEOBJ_PATH
_LEAST_POINTS = 12.0
"""What is smaller either way is a bullet, or part of a rule."""
_FEWEST_LINES = 3
"""Fewer slanting or round lines on a page are an ornament."""
_MOST_OBJECTS = 20_000
_DEEPEST = 6


def list_drawn(source: Source) -> tuple[tuple[int, str], ...]:
    """Return what is drawn on the pages: the page, counted from 1, and ``picture`` or ``drawing``; each once a page.

    A page that cannot be looked through counts as one with a drawing. Frames, rules and tables are none.

    Raises:
        DocumentError: the file cannot be opened.
    """
    with open_pdf(source) as document:
        return tuple((number + 1, what) for number in range(len(document)) for what in _on_page(document, number))


def _on_page(document: Any, number: int) -> list[str]:
    try:
        page = document[number]
        objects = list(page.get_objects(filter=[_IMAGE, _PATH], max_depth=_DEEPEST))
    except DRAWING_FAULTS:
        return ["drawing"]
    found = ["picture"] if any(each.type == _IMAGE and _is_large(each) for each in objects) else []
    lines = sum(_is_drawn(each) for each in objects[:_MOST_OBJECTS] if each.type == _PATH)
    return [*found, "drawing"] if lines >= _FEWEST_LINES or len(objects) > _MOST_OBJECTS else found


def _is_large(each: Any) -> bool:
    try:
        left, bottom, right, top = each.get_bounds()
    except DRAWING_FAULTS:
        return True
    return bool(min(right - left, top - bottom) >= _LEAST_POINTS)


def _is_drawn(path: Any) -> bool:
    """Whether a path holds an arc or a line that is neither level nor upright."""
    if not _is_large(path):
        return False
    before: tuple[float, float] | None = None
    for kind, point in _segments(path):
        if kind == raw.FPDF_SEGMENT_BEZIERTO:
            return True
        if kind == raw.FPDF_SEGMENT_LINETO and before is not None and _slants(before, point):
            return True
        before = point
    return False


def _segments(path: Any) -> Iterator[tuple[int, tuple[float, float]]]:
    for index in range(max(0, raw.FPDFPath_CountSegments(path.raw))):
        segment, x, y = raw.FPDFPath_GetPathSegment(path.raw, index), ctypes.c_float(), ctypes.c_float()
        raw.FPDFPathSegment_GetPoint(segment, x, y)
        yield raw.FPDFPathSegment_GetType(segment), (x.value, y.value)


def _slants(one: tuple[float, float], other: tuple[float, float]) -> bool:
    return min(abs(one[0] - other[0]), abs(one[1] - other[1])) > 1.0
