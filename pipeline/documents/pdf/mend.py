"""Write a PDF anew as PDFium understands it: for files that it reads and that a stricter program cannot follow.

PDFium opens a stranger's file here: it is called in a child.
"""

import io

import pypdfium2 as pdfium
from pypdfium2 import raw


def mended_forms(content: bytes) -> tuple[bytes, ...]:
    """Return the PDF written anew, best form first; empty where PDFium cannot open it.

    The first form keeps everything, tags included; the second has the pages alone, the third those without links and
    form fields. One that fails is left out.
    """
    try:
        document = pdfium.PdfDocument(content)
    except pdfium.PdfiumError:
        return ()
    forms = []
    try:
        for form in (_saved, _pages_alone, _bare_pages):
            try:
                forms.append(form(document))
            except pdfium.PdfiumError:
                continue
    finally:
        document.close()
    return tuple(forms)


def _saved(document: "pdfium.PdfDocument") -> bytes:
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def _pages_alone(document: "pdfium.PdfDocument") -> bytes:
    pages = pdfium.PdfDocument.new()
    try:
        pages.import_pages(document)
        return _saved(pages)
    finally:
        pages.close()


def _bare_pages(document: "pdfium.PdfDocument") -> bytes:
    for page in document:
        while raw.FPDFPage_GetAnnotCount(page) > 0 and raw.FPDFPage_RemoveAnnot(page, 0):
            pass
        page.close()
    return _pages_alone(document)
