"""A PDF that looks like the Word file: LibreOffice sets the pages, for schools that chose ``[documents] pdf``.

A temporary copy of the Word file is made ready first: what PDF/UA-1 asks for and the author left out (titles, picture
descriptions, table headings) is put in. ``front_sheet`` then puts the front sheet before the pages.
"""

import io
import json
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

from pipeline.documents.office import convert, find_office
from pipeline.documents.sandbox.calls import Caller, call_here
from pipeline.documents.source import Source
from pipeline.errors import DocumentError, RenderError, say_system_error
from pipeline.model.documents import Block, BlockKind, Document
from pipeline.pages.grid import grid_of
from pipeline.pages.layout import WITHOUT_DESCRIPTION

TIMEOUT_SECONDS = 90.0
_BODY_TEXT = 9
"""The outline level of what is no heading (ECMA-376-1, 17.3.1.20)."""
_BEHIND_THE_LEVEL = ("w:divId", "w:cnfStyle", "w:rPr", "w:sectPr", "w:pPrChange")
_PARAGRAPH_STYLE = 1
_LONGEST_CHAIN = 20
_ON = {"type": "boolean", "value": "true"}
_FILTER = "pdf:writer_pdf_Export:" + json.dumps(
    {
        "PDFUACompliance": _ON,
        "UseTaggedPDF": _ON,
        "ExportBookmarks": _ON,
        "DisplayPDFDocumentTitle": _ON,
        "UseLosslessCompression": _ON,
    }
)


class OfficeError(RenderError):
    """Why LibreOffice made no PDF, as a sentence; the usual copy takes its place."""


def office_pages(
    word_file: bytes,
    document: Document,
    title: str,
    *,
    find: Callable[[], str | None] = find_office,
    timeout_seconds: float = TIMEOUT_SECONDS,
    call: Caller = call_here,
) -> bytes:
    """Return the pages of a Word file as LibreOffice sets them, tagged as PDF/UA-1.

    ``document`` is the same file, read; ``title`` what the PDF calls itself. ``call`` opens the file and its pages.

    Raises:
        OfficeError: LibreOffice is not installed, cannot open the file, or takes too long.
    """
    program = find()
    if program is None:
        raise OfficeError("LibreOffice is not installed here, so the copy has the usual look.")
    try:
        return _pages(program, word_file, document, title, timeout_seconds, call)
    except DocumentError as error:  # the process in which it is opened: no reason to be without a copy
        raise OfficeError(
            f"LibreOffice’s pages could not be made ({error}), so the copy has the usual look."
        ) from error


def _pages(
    program: str, word_file: bytes, document: Document, title: str, timeout_seconds: float, call: Caller
) -> bytes:
    with tempfile.TemporaryDirectory(prefix="policy-office-", ignore_cleanup_errors=True) as folder:
        root = Path(folder)
        (root / "policy.docx").write_bytes(call(ready_for_export, Source(word_file, document.path), document, title))
        _run(program, root, timeout_seconds)
        made = root / "policy.pdf"
        if not made.is_file():
            raise OfficeError("LibreOffice could not open the file, so the copy has the usual look.")
        return call(described, Source(made.read_bytes(), f"{title}.pdf"))


def _run(program: str, root: Path, timeout_seconds: float) -> None:
    try:
        convert(program, root / "policy.docx", _FILTER, root, timeout_seconds)
    except subprocess.TimeoutExpired as error:
        raise OfficeError(
            f"LibreOffice was busy for {timeout_seconds:.0f} seconds, so the copy has the usual look."
        ) from error
    except OSError as error:
        raise OfficeError(
            f"LibreOffice did not start ({say_system_error(error)}), so the copy has the usual look."
        ) from error


def described(pages: Source) -> bytes:
    """Say of each picture without a description that it has none; LibreOffice knows none of pictures of Word 2003.

    Raises:
        OfficeError: the pages cannot be read.
    """
    from pypdf import PdfWriter
    from pypdf.errors import PyPdfError
    from pypdf.generic import DictionaryObject, NameObject, TextStringObject

    try:
        writer = PdfWriter(clone_from=io.BytesIO(pages.content))
        elements: list[Any] = [each for each in writer._objects if isinstance(each, DictionaryObject)]
        pictures = [each for each in elements if each.get("/S") == "/Figure" and "/ActualText" not in each]
        bare = [each for each in pictures if not str(each.get("/Alt", "")).strip()]
    except PyPdfError as error:
        raise OfficeError(f"What LibreOffice made cannot be read ({error}), so the copy has the usual look.") from error
    if not bare:
        return pages.content
    for element in bare:
        element[NameObject("/Alt")] = TextStringObject(WITHOUT_DESCRIPTION)
    stream = io.BytesIO()
    writer.write(stream)
    return stream.getvalue()


# --- what the author left out ------------------------------------------------------------------------------------


def ready_for_export(word_file: Source, document: Document, title: str) -> bytes:
    """Return a copy of a Word file with title, picture descriptions, table headings and heading levels put in.

    Raises:
        OfficeError: the file cannot be prepared.
    """
    import docx
    from lxml.etree import LxmlError

    try:
        opened = docx.Document(io.BytesIO(word_file.content))
        opened.core_properties.title = title[:255]
        root = opened.element
        for drawing in root.xpath(".//wp:docPr[not(@descr) or normalize-space(@descr)='']"):
            drawing.set("descr", drawing.get("title") or WITHOUT_DESCRIPTION)
        _mark_header_rows(root, document)
        _even_heading_levels(opened)
        stream = io.BytesIO()
        opened.save(stream)
    except (KeyError, ValueError, OSError, AttributeError, BadZipFile, LxmlError) as error:
        raise OfficeError(
            f"The Word file could not be made ready ({error}), so the copy has the usual look."
        ) from error
    return stream.getvalue()


def _mark_header_rows(root: Any, document: Document) -> None:
    """Mark the rows that hold column headings; tables are matched with those read by their words."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    headed = {_key(block.text): grid_of(block.rows).header_rows for block in _tables(document)}
    for table in root.iter(qn("w:tbl")):
        words = "".join(each.text or "" for each in table.iter(qn("w:t")))
        for row in table.tr_lst[: headed.get(_key(words), 0)]:
            properties = row.get_or_add_trPr()
            if properties.find(qn("w:tblHeader")) is None:
                properties.append(OxmlElement("w:tblHeader"))


def _even_heading_levels(opened: Any) -> None:
    """Keep headings from skipping a level; the look, which is the style's, stays."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    by_style = {style.style_id: _outline_level(style) for style in opened.styles if style.type == _PARAGRAPH_STYLE}
    above: list[int] = []
    for paragraph in opened.element.body.iter(qn("w:p")):
        own = paragraph.find(f"{qn('w:pPr')}/{qn('w:outlineLvl')}")
        level = int(own.get(qn("w:val"), _BODY_TEXT)) if own is not None else by_style.get(paragraph.style, _BODY_TEXT)
        if level >= _BODY_TEXT or not "".join(each.text or "" for each in paragraph.iter(qn("w:t"))).strip():
            continue
        while above and above[-1] >= level:
            above.pop()
        above.append(level)
        if level != len(above) - 1:
            if own is None:
                own = OxmlElement("w:outlineLvl")
                paragraph.get_or_add_pPr().insert_element_before(own, *_BEHIND_THE_LEVEL)
            own.set(qn("w:val"), str(len(above) - 1))


def _outline_level(style: Any) -> int:
    """The level that a style gives its paragraphs, from 0; by itself or by the style it is based on."""
    from docx.oxml.ns import qn

    for _ in range(_LONGEST_CHAIN):
        level = style.element.find(f"{qn('w:pPr')}/{qn('w:outlineLvl')}")
        if level is not None:
            return int(level.get(qn("w:val"), _BODY_TEXT))
        if (style := style.base_style) is None:
            break
    return _BODY_TEXT


def _tables(document: Document) -> list[Block]:
    return [block for block in document.walk() if block.kind is BlockKind.TABLE and block.rows]


def _key(words: str) -> str:
    return "".join(words.split())
