"""Read a PDF into a ``Document``: its words in reading order, its properties, and what else is in it."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from pipeline.documents.pdf.blocks import make_blocks
from pipeline.documents.pdf.layout import sort_pages
from pipeline.documents.pdf.page import (
    DRAWING_FAULTS,
    PageLine,
    PdfPage,
    PdfProperties,
    draw_page,
    open_pdf,
    read_pages,
    read_properties,
)
from pipeline.documents.pdf.scripts import runs_something
from pipeline.documents.source import Source
from pipeline.errors import UnreadableCode
from pipeline.model.documents import Document, DocumentFlag, DocumentFormat

if TYPE_CHECKING:
    from pipeline.documents.pdf.ocr import Reader

MAX_SCANNED_PAGES = 60
"""More are left unread, and noted: at some seconds each, a file must come to an end."""


_OF_A_FORM = "It has fields to fill in. What is filled in and shown on a page was read, and nothing else of them."


def read_pdf(source: Source, *, read: "Reader | None" = None) -> Document:
    """Read a PDF. Places read ``page 1, line 3``; pictures are not carried over.

    Where ``source.ocr`` is set, scanned pages are drawn and read by ``read``, by default by Tesseract where it is
    installed; their lines have places like any others, and a note says which pages those are.

    Raises:
        DocumentError: ``encrypted``, ``damaged``, ``too-large``; ``no-text`` where all pages are scans or empty.
    """
    with open_pdf(source) as document:
        properties = read_properties(document)
        found = list(read_pages(document))
        machine = _read_scans(document, found, read) if source.ocr else {}
    pages = [_with_lines(page, machine.get(page.number, ())) for page in found if page is not None]
    flags = _flags(source, properties)
    notes = []
    scans = [page for page in pages if page.is_scan]
    readable = [page for page in pages if not page.is_scan]
    if not any(page.lines for page in readable):
        raise source.refusal(UnreadableCode.NO_TEXT, _wordless(source, pages, scans))
    if scans:
        flags.add(DocumentFlag.SCANNED_PAGES)
        notes.extend(_scan_notes(scans))
    if properties.has_form:
        notes.append(_OF_A_FORM)
    by_machine = [number for number, lines in machine.items() if lines]
    if by_machine:
        flags.add(DocumentFlag.MACHINE_READ)
        notes.append(f"{_pages(by_machine)}; the words were read by machine and may be wrong.")
    broken = [number for number, page in enumerate(found, start=1) if page is None]
    notes.extend(f"Page {number} is damaged and was not read." for number in broken)
    return source.document(
        DocumentFormat.PDF,
        make_blocks(sort_pages(pages)),
        metadata=properties.metadata,
        flags=flags,
        page_count=len(found),
        notes=notes,
        machine_read_pages=by_machine,
    )


def _reader() -> "Reader | None":
    """Tesseract, where it is installed."""
    from pipeline.documents.pdf.ocr import find_tesseract, read_picture

    program = find_tesseract()
    return None if program is None else partial(read_picture, program=program)


def _read_scans(
    document: Any, pages: Sequence[PdfPage | None], read: "Reader | None"
) -> Mapping[int, tuple[PageLine, ...]]:
    """The lines of each scanned page that could be read, by its number; nothing where there is no program for it."""
    read = read or _reader()
    scans = [page.number for page in pages if page is not None and page.is_scan]
    lines: dict[int, tuple[PageLine, ...]] = {}
    for number in scans[:MAX_SCANNED_PAGES] if read else ():
        with suppress(OSError, *DRAWING_FAULTS):
            lines[number] = read(draw_page(document, number)) if read else ()
    return lines


def _with_lines(page: PdfPage, lines: tuple[PageLine, ...]) -> PdfPage:
    return replace(page, lines=lines, is_scan=False) if lines else page


def _wordless(source: Source, pages: Sequence[PdfPage], scans: Sequence[PdfPage]) -> str:
    if scans:
        more = (
            "No words were found in the pictures, or Tesseract, which reads them, is not installed."
            if source.ocr
            else "Or install Tesseract and set ocr = true under [documents] in config.toml."
        )
        return (
            "is a scan: its pages are pictures and hold no words. Use the document it was printed from, "
            f"or scan it again with text recognition. {more}"
        )
    if not pages:
        return "holds no page that can be opened. Make the PDF again from the original document."
    return "opens but holds no words. Check that it is the right file."


def _pages(numbers: Sequence[int]) -> str:
    if len(numbers) == 1:
        return f"Page {numbers[0]} is a scan"
    return f"Pages {', '.join(map(str, numbers[:-1]))} and {numbers[-1]} are scans"


def _scan_notes(scans: Sequence[PdfPage]) -> list[str]:
    wordless = [page.number for page in scans if not page.lines]
    notes = [f"{_pages(wordless)} and {'was' if len(wordless) == 1 else 'were'} not read."] if wordless else []
    notes.extend(
        f"Page {page.number} is mostly a picture; words inside the picture were not read."
        for page in scans
        if page.lines
    )
    return notes


def _flags(source: Source, properties: PdfProperties) -> set[DocumentFlag]:
    flags = set()
    if properties.attachments:
        flags.add(DocumentFlag.EMBEDDED_FILES)
    if properties.signatures:
        flags.add(DocumentFlag.SIGNED)
    if properties.scripts or runs_something(source.content):
        flags.add(DocumentFlag.ACTIVE_CONTENT)
    return flags
