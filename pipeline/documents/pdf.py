"""Read a PDF into a ``Document``: its words in reading order, its properties, and what else is in it."""

from pipeline.documents.pdf_blocks import make_blocks
from pipeline.documents.pdf_layout import sort_pages
from pipeline.documents.pdf_page import Page, PdfProperties, open_pdf, read_pages, read_properties
from pipeline.documents.pdf_scripts import runs_something
from pipeline.documents.source import Source
from pipeline.errors import UnreadableCode
from pipeline.model import Document, DocumentFlag, DocumentFormat


def read_pdf(source: Source) -> Document:
    """Read a PDF. Places read ``page 1, line 3``; pictures are not carried over.

    Raises:
        DocumentError: ``encrypted``, ``damaged``, ``too-large``; ``no-text`` where all pages are scans or empty.
    """
    with open_pdf(source) as document:
        properties = read_properties(document)
        found = list(read_pages(document))
    pages = [page for page in found if page is not None]
    flags = _flags(source, properties)
    notes = []
    scans = [page.number for page in pages if page.is_scan]
    readable = [page for page in pages if not page.is_scan]
    if not any(page.lines for page in readable):
        raise source.refusal(UnreadableCode.NO_TEXT, _wordless(pages, scans))
    if scans:
        flags.add(DocumentFlag.SCANNED_PAGES)
        notes.extend(_scan_notes(pages))
    broken = [number for number, page in enumerate(found, start=1) if page is None]
    notes.extend(f"Page {number} is damaged and was not read." for number in broken)
    return source.document(
        DocumentFormat.PDF,
        make_blocks(sort_pages(pages)),
        metadata=properties.metadata,
        flags=flags,
        page_count=len(found),
        notes=notes,
    )


def _wordless(pages: list[Page], scans: list[int]) -> str:
    if scans:
        return (
            "is a scan: its pages are pictures and hold no words. Use the document it was printed from, "
            "or scan it again with text recognition."
        )
    if not pages:
        return "holds no page that can be opened. Make the PDF again from the original document."
    return "opens but holds no words. Check that it is the right file."


def _scan_notes(pages: list[Page]) -> list[str]:
    notes = []
    wordless = [page.number for page in pages if page.is_scan and not page.lines]
    if len(wordless) == 1:
        notes.append(f"Page {wordless[0]} is a scan and was not read.")
    elif wordless:
        listed = ", ".join(str(number) for number in wordless[:-1])
        notes.append(f"Pages {listed} and {wordless[-1]} are scans and were not read.")
    notes.extend(
        f"Page {page.number} is mostly a picture; words inside the picture were not read."
        for page in pages
        if page.is_scan and page.lines
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
