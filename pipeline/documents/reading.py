"""Choose the reader for a file; behind ``read_document``, apart from it so that importing that one costs nothing."""

from dataclasses import replace

from pipeline.documents.packages import SAVE_AGAIN, Package
from pipeline.documents.recognise import Recognised, recognise
from pipeline.documents.source import Source
from pipeline.errors import PartError, UnreadableCode
from pipeline.model.documents import Document, DocumentFormat


def read(source: Source, document_format: DocumentFormat | None, package: Package | None = None) -> Document:
    """Read ``source`` as ``document_format``, or as what it turns out to be.

    ``package`` is its zip where that is open already.

    Raises:
        DocumentError: it cannot be read.
    """
    if not source.content:
        raise source.refusal(
            UnreadableCode.NO_TEXT,
            "is empty: it has no content at all. If it is kept online (OneDrive), open it once so that it is fetched; "
            "otherwise look for an older copy of it.",
        )
    try:
        told = recognise(source, package) if document_format is None else Recognised(document_format, package=package)
        if told.note:
            source = replace(source, notes=(*source.notes, told.note))
        return _read_as(source, told)
    except PartError as error:
        again = "" if error.code is UnreadableCode.HOSTILE else f" {SAVE_AGAIN}"
        raise source.refusal(error.code, f"cannot be read: {error}.{again}") from error
    except RecursionError as error:
        raise source.refusal(UnreadableCode.HOSTILE, "is nested deeper than any document is.") from error
    except MemoryError as error:
        raise source.refusal(UnreadableCode.TOO_LARGE, "needs more memory than a document may take.") from error


def _read_as(source: Source, told: Recognised) -> Document:
    if told.format is DocumentFormat.DOCX:
        from pipeline.documents.word.document import read_docx

        return read_docx(source, package=told.package)
    if told.format is DocumentFormat.PDF:
        from pipeline.documents.pdf.document import read_pdf

        return read_pdf(source)
    if told.format is DocumentFormat.ODT:
        from pipeline.documents.odt.document import read_odt

        return read_odt(source, package=told.package)
    if told.format is DocumentFormat.TXT:
        from pipeline.documents.text import read_text

        return read_text(source)
    if told.format is DocumentFormat.MD:
        from pipeline.documents.markdown import read_markdown

        return read_markdown(source)
    from pipeline.documents.office import read_by_office

    return read_by_office(source, told.format)
