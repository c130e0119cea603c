"""Bind papers and copies into one file for the printer: each begins on the front of a sheet, the tags of all are kept.

Used by ``pack``, which keeps what cannot be bound as a file of its own.
"""

import io
from collections.abc import Sequence

from pipeline.documents.pdf.scripts import PYTHON_FAULTS
from pipeline.errors import RenderError
from pipeline.pages.joining import join


def page_count(pdf: bytes) -> int:
    """Return how many pages a PDF has. Raises RenderError where it cannot be opened."""
    from pypdf import PdfReader
    from pypdf.errors import PyPdfError

    try:
        return len(PdfReader(io.BytesIO(pdf)).pages)
    except (*PYTHON_FAULTS, PyPdfError) as error:
        raise _unbound() from error


def bind(parts: Sequence[bytes], title: str) -> bytes:
    """Return one PDF of ``parts``, at least one, called ``title``; each begins on an odd page.

    It calls itself accessible only where every part does.

    Raises:
        RenderError: a part cannot be opened for copying.
    """
    if len(parts) == 1:
        return parts[0]
    # By halves: joining writes all pages anew, and one by one a pack of twenty policies would take three times as long.
    middle = len(parts) // 2
    return join(_ready_to_be_followed(bind(parts[:middle], title)), bind(parts[middle:], title), title)


def _ready_to_be_followed(pdf: bytes) -> bytes:
    """Return a PDF that ends on the back of a sheet and has a structure, if only an empty one, to add to."""
    from pypdf import PdfWriter
    from pypdf.errors import PyPdfError
    from pypdf.generic import ArrayObject, DictionaryObject, NameObject

    try:
        writer = PdfWriter(clone_from=io.BytesIO(pdf))
        has_tags = "/StructTreeRoot" in writer.root_object
        if has_tags and len(writer.pages) % 2 == 0:
            return pdf
        if len(writer.pages) % 2:
            writer.add_blank_page()
        if not has_tags:
            empty = DictionaryObject(
                {NameObject("/Type"): NameObject("/StructTreeRoot"), NameObject("/K"): ArrayObject()}
            )
            writer.root_object[NameObject("/StructTreeRoot")] = writer._add_object(empty)
        stream = io.BytesIO()
        writer.write(stream)
        return stream.getvalue()
    except (*PYTHON_FAULTS, PyPdfError) as error:
        raise _unbound() from error


def _unbound() -> RenderError:
    return RenderError("A PDF among the papers cannot be opened for copying; print it by itself.")
