"""Tell what a file is by what is in it; its name only settles what the bytes leave open."""

from dataclasses import dataclass
from zipfile import ZipFile

from pipeline.documents.packages import SAVE_AGAIN, Package, open_package
from pipeline.documents.source import Source
from pipeline.documents.word.package import main_member
from pipeline.errors import DocumentError, UnreadableCode
from pipeline.model.documents import DocumentFormat

FORMAT_OF_SUFFIX = {
    ".docx": DocumentFormat.DOCX,
    ".docm": DocumentFormat.DOCX,
    ".dotx": DocumentFormat.DOCX,
    ".dotm": DocumentFormat.DOCX,
    ".pdf": DocumentFormat.PDF,
    ".txt": DocumentFormat.TXT,
    ".md": DocumentFormat.MD,
    ".odt": DocumentFormat.ODT,
    ".doc": DocumentFormat.DOC,
    ".rtf": DocumentFormat.RTF,
}
_SPOKEN = {
    DocumentFormat.DOCX: "a Word document",
    DocumentFormat.PDF: "a PDF",
    DocumentFormat.TXT: "plain text",
    DocumentFormat.MD: "a Markdown text",
    DocumentFormat.ODT: "an OpenDocument text",
    DocumentFormat.DOC: "an old Word document (.doc)",
    DocumentFormat.RTF: "a Rich Text document",
}
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
_SOFT = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")
_PICTURES = (b"\x89PNG\r\n", b"\xff\xd8\xff", b"GIF8", b"II*\0", b"MM\0*", b"BM")
_HEAD_BYTES = 1024
_PLAIN = "plain text"


@dataclass(frozen=True, slots=True)
class Recognised:
    """What the file is."""

    format: DocumentFormat
    note: str | None = None
    """A sentence where the name says otherwise."""
    package: Package | None = None
    """Of a zip: open, for the reader to go on with."""


def recognise(source: Source, package: Package | None = None) -> Recognised:
    """Return the format to read ``source`` as.

    Raises:
        DocumentError: it is nothing that is read; the message says what it is, as far as can be told.
    """
    if package is None and source.content.startswith(_ZIP):
        package = open_package(source)
    told = _by_content(source) if package is None else _of_zip(source, package)
    named = FORMAT_OF_SUFFIX.get(source.suffix)
    if told is None:
        if named in (DocumentFormat.TXT, DocumentFormat.MD):
            return Recognised(named)
        raise _not_read(source, named)
    if told is named:
        return Recognised(told, None, package)
    ending = f"its name ends in {source.suffix}" if source.suffix else "its name has no ending"
    note = f"“{source.name}” is {_SPOKEN[told]} although {ending}; it was read as what it is."
    return Recognised(told, note, package)


def say_format(told: DocumentFormat) -> str:
    """Return a format as people call it: ``a Word document``."""
    return _SPOKEN[told]


def _by_content(source: Source) -> DocumentFormat | None:
    content = source.content
    head = content[:_HEAD_BYTES]
    if b"%PDF-" in head:
        return DocumentFormat.PDF
    if head.startswith(_OLE):
        return _of_ole(source)
    if head.lstrip().startswith(b"{\\rtf"):
        return DocumentFormat.RTF
    return None


def _of_zip(source: Source, archive: Package) -> DocumentFormat:
    what = _what_zip(archive)
    if what in (DocumentFormat.DOCX, DocumentFormat.ODT):
        return DocumentFormat(what)
    if source.suffix in FORMAT_OF_SUFFIX:
        raise source.refusal(
            UnreadableCode.DAMAGED, f"is {what}, not {_SPOKEN[FORMAT_OF_SUFFIX[source.suffix]]}. {_again(source)}"
        )
    raise source.refusal(UnreadableCode.UNSUPPORTED, f"is {what}. {READABLE}")


def _what_zip(archive: ZipFile) -> str:
    names = archive.NameToInfo
    if "mimetype" in names and names["mimetype"].file_size < 200:
        kind = archive.read("mimetype").decode("ascii", "replace")
        if "opendocument.text" in kind:
            return DocumentFormat.ODT
        if "opendocument" in kind:
            return "an OpenDocument file other than a text"
        if "epub" in kind:
            return "an e-book"
    main = main_member(archive) or ""
    if main.startswith("xl/") or "xl/workbook.xml" in names:
        return "a spreadsheet"
    if main.startswith("ppt/") or "ppt/presentation.xml" in names:
        return "a presentation"
    if main in names and main.endswith(".xml"):
        return DocumentFormat.DOCX
    if "[Content_Types].xml" in names or any(name.startswith("word/") for name in names):
        return "an Office file whose text is missing"
    return "a zip archive of other files" if names else "an empty zip archive"


def _of_ole(source: Source) -> DocumentFormat:
    content = source.content

    def holds(stream: str) -> bool:
        return stream.encode("utf-16-le") in content

    if holds("EncryptedPackage"):
        raise source.refusal(
            UnreadableCode.ENCRYPTED,
            "is locked with a password. Open it in Word, take the password off (File, Info, Protect Document) "
            "and save it.",
        )
    if holds("WordDocument"):
        return DocumentFormat.DOC
    what = "a spreadsheet" if holds("Workbook") else "a presentation" if holds("PowerPoint Document") else None
    if what or source.suffix not in FORMAT_OF_SUFFIX:
        raise source.refusal(UnreadableCode.UNSUPPORTED, f"is {what or 'an old Office file without text'}. {READABLE}")
    raise source.refusal(UnreadableCode.DAMAGED, f"is damaged: it holds no Word text. {SAVE_AGAIN}")


READABLE = (
    "Policies are read from .docx, .pdf, .odt, .txt and .md files (.doc and .rtf where LibreOffice is installed). Open "
    "it in the program that made it and save or print it as one of these."
)


def _not_read(source: Source, named: DocumentFormat | None) -> DocumentError:
    what = _what_bytes(source.content)
    if named is None:
        kind = f"a {source.suffix} file" if source.suffix else "a file without an ending"
        told = what if what not in (None, _PLAIN) else kind
        return source.refusal(UnreadableCode.UNSUPPORTED, f"is {told}, which is not read. {READABLE}")
    found = f"it is {what}" if what else "what is in it is no document"
    return source.refusal(
        UnreadableCode.DAMAGED, f"is not {_SPOKEN[named]} although its name says so: {found}. {_again(source)}"
    )


def _again(source: Source) -> str:
    if source.suffix == ".pdf":
        return "Make the PDF again from the original document."
    return SAVE_AGAIN


def _what_bytes(content: bytes) -> str | None:
    head = content[:_HEAD_BYTES]
    for mark in _SOFT:
        head = head.removeprefix(mark)
    start = head.lstrip().lower()
    if not head.strip(b"\0"):
        return "nothing but empty bytes"
    if head.startswith(_PICTURES):
        return "a picture"
    if start.startswith((b"<!doctype html", b"<html", b"<head", b"<body")) or b"<html" in start:
        return "a web page"
    if start.startswith(b"mime-version:") or b"multipart/related" in start:
        return "a web page saved as one file"
    if b"word/2003/wordml" in start or b"word.document" in start:
        return "a Word 2003 XML file"
    if start.startswith(b"<?xml"):
        return "an XML file"
    if b"\0" not in head:
        return _PLAIN
    return None
