"""Read any policy file into one ``Document``: the first stage of the flow.

``read_document`` is all that other stages call; the patcher in ``word`` also uses ``word.walk``, ``word.package`` and
``packages``. Untrusted files are read through ``sandbox.readers.contained_map``.
"""

from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.documents.source import MAX_FILE_BYTES, Source, refusal
from pipeline.errors import DocumentError, UnreadableCode, say_system_error
from pipeline.model.documents import Document, DocumentFormat

if TYPE_CHECKING:
    from pipeline.documents.packages import Package

SUFFIXES = frozenset({".docx", ".docm", ".dotx", ".dotm", ".pdf", ".txt", ".md", ".odt", ".doc", ".rtf"})
"""The endings of the names of files that are read, in small letters."""

_NEVER_POLICIES = frozenset({"thumbs.db", "desktop.ini", "ehthumbs.db", "icon\r"})


def is_skipped(path: Path) -> bool:
    """Tell whether a file is no policy: Word's lock files, hidden files, what Windows leaves in folders."""
    name = path.name.lower()
    return name.startswith((".", "~$", "~wrl")) or name in _NEVER_POLICIES or name.endswith((".tmp", ".lnk"))


def read_document(path: Path, *, shown_as: str | None = None, pictures: bool = True, ocr: bool = False) -> Document:
    """Read a policy file, told by its content first and by its name second.

    ``shown_as`` is the name used in messages and in ``Document.path``, the path itself by default. Without
    ``pictures`` the blocks of pictures hold no bytes, which is all that reading facts needs. With ``ocr`` scanned pages
    are read by machine where Tesseract is installed; ``contained_map`` must be told as well.

    Raises:
        DocumentError: the file cannot be read; the message names it and says what to do. Nothing else is raised.
    """
    return _read(replace(load_source(path, shown_as=shown_as), pictures=pictures, ocr=ocr), None)


def load_source(path: Path, *, shown_as: str | None = None) -> Source:
    """Return the bytes of a policy file, unread.

    Raises:
        DocumentError: it is none, is too large or cannot be opened.
    """
    shown = str(path) if shown_as is None else shown_as
    return Source(_content(path, shown), shown)


def read_document_bytes(
    content: bytes,
    *,
    shown_as: str,
    format: DocumentFormat | None = None,  # noqa: A002
    pictures: bool = True,
    ocr: bool = False,
    package: "Package | None" = None,
) -> Document:
    """Read a policy file from memory; ``format`` overrules what the content and the name say.

    ``package`` is its zip where that is open already: what is parsed of it is not parsed again.

    Raises:
        DocumentError: as ``read_document``.
    """
    if len(content) > MAX_FILE_BYTES:
        raise _too_large(shown_as, len(content))
    return _read(Source(content, shown_as, pictures=pictures, ocr=ocr), format, package)


def prepare_readers() -> None:
    """Load the readers of every format that takes no other program: what a process does before it reads many files."""
    for name in ("word.document", "odt.document", "pdf.document", "reading", "text"):
        import_module(f"{__name__}.{name}")


def _content(path: Path, shown_as: str) -> bytes:
    try:
        if not path.is_file():
            what = "is a folder or a device, not a file." if path.exists() else "is not there (any more)."
            raise refusal(UnreadableCode.UNSUPPORTED, shown_as, what)
        size = path.stat().st_size
        if size > MAX_FILE_BYTES:
            raise _too_large(shown_as, size)
        with path.open("rb") as file:
            content = file.read(MAX_FILE_BYTES + 1)
    except (OSError, ValueError) as error:
        reason = say_system_error(error) if isinstance(error, OSError) else "its name cannot be used"
        what = f"cannot be opened ({reason}). Close it in other programs and check that you may read it."
        raise refusal(UnreadableCode.DAMAGED, shown_as, what) from error
    if len(content) > MAX_FILE_BYTES:
        raise _too_large(shown_as, len(content))
    return content


def _too_large(shown_as: str, size_bytes: int) -> DocumentError:
    megabytes = 1024 * 1024
    what = (
        f"is {size_bytes // megabytes:,} MB large; files above {MAX_FILE_BYTES // megabytes} MB are not read. "
        "Make the pictures in it smaller and save it again."
    )
    return refusal(UnreadableCode.TOO_LARGE, shown_as, what)


def _read(source: Source, document_format: DocumentFormat | None, package: "Package | None" = None) -> Document:
    from pipeline.documents import reading

    return reading.read(source, document_format, package)
