"""The file in hand: its bytes, its name, and how a refusal or a finished ``Document`` is made of it.

Every reader takes a ``Source`` and returns a ``Document``; ``read_document`` makes the one and passes on the other.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import PurePath

from pipeline.errors import DocumentError, UnreadableCode
from pipeline.model.documents import Block, Document, DocumentFlag, DocumentFormat

MAX_FILE_BYTES = 50 * 1024 * 1024
"""No policy is larger; what is gets refused by its size alone, before a byte is read."""


@dataclass(frozen=True, slots=True)
class Source:
    """One file, unread."""

    content: bytes
    shown_as: str
    """As the person who gave it wrote it."""
    notes: tuple[str, ...] = ()
    """What is already known to be odd about it."""
    pictures: bool = True
    """Whether pictures are carried over, or only noticed."""
    ocr: bool = False
    """Whether scanned pages are read by machine where a program for it is installed."""

    @property
    def name(self) -> str:
        """The file's name without its folders."""
        return plain_name(self.shown_as)

    @property
    def suffix(self) -> str:
        """The ending of the name with its dot, in small letters."""
        return PurePath(self.name).suffix.lower()

    def refusal(self, code: UnreadableCode, sentence: str) -> DocumentError:
        """Return the error to raise: ``sentence`` goes on after the file's name."""
        return refusal(code, self.shown_as, sentence)

    def document(
        self,
        document_format: DocumentFormat,
        blocks: Iterable[Block],
        *,
        metadata: Mapping[str, str] | None = None,
        flags: Iterable[DocumentFlag] = (),
        page_count: int | None = None,
        notes: Iterable[str] = (),
        machine_read_pages: Iterable[int] = (),
        moving_dates: Iterable[str] = (),
        struck_out: Iterable[str] = (),
    ) -> Document:
        """Return what was read as a ``Document``."""
        import hashlib

        return Document(
            path=self.shown_as,
            format=document_format,
            sha256=hashlib.sha256(self.content).hexdigest(),
            size_bytes=len(self.content),
            blocks=tuple(blocks),
            metadata=metadata or {},
            flags=frozenset(flags),
            page_count=page_count,
            notes=(*self.notes, *notes),
            machine_read_pages=frozenset(machine_read_pages),
            moving_dates=frozenset(moving_dates),
            struck_out=tuple(struck_out),
        )


def plain_name(shown_as: str) -> str:
    """Return the file's name without its folders, characters that would garble a terminal or a page shown as ``?``."""
    name = PurePath(shown_as.replace("\\", "/")).name or shown_as
    return "".join(character if character.isprintable() else "?" for character in name)


def refusal(code: UnreadableCode, shown_as: str, sentence: str) -> DocumentError:
    """Return a ``DocumentError`` whose message begins with the file's name."""
    return DocumentError(code, f"“{plain_name(shown_as)}” {sentence}")
