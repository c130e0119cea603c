"""Open a zip that a stranger made (.docx, .odt) without trusting a word it says of itself.

Readers and the patcher open packages here and nowhere else.
"""

import io
import struct
import zlib
from collections.abc import Sequence
from zipfile import ZIP_DEFLATED, BadZipFile, ZipFile, ZipInfo

from pipeline.documents.source import Source
from pipeline.errors import DocumentError, UnreadableCode

MAX_MEMBERS = 4000
MAX_UNPACKED_BYTES = 200 * 1024 * 1024
MAX_RATIO = 250
"""Honest XML shrinks 10 to 60 times; a bomb of zeros 1,000 times."""
_RATIO_COUNTS_FROM_BYTES = 16 * 1024 * 1024
_LOCAL_HEADER = b"PK\x03\x04"
_LOCAL_HEADER_BYTES = 30
_NAME_AND_EXTRA = struct.Struct("<HH")
_ENCRYPTED_BIT = 1

UNPACKING_FAULTS = (
    BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    OSError,
    ValueError,
    NotImplementedError,
    RuntimeError,
)
"""All that opening a broken zip or unpacking a member of it raises."""
SAVE_AGAIN = "Open it in Word and save it again as .docx."


class Package(ZipFile):
    """A zip that counts what it unpacks, each member once, and stops at the limit."""

    def __init__(self, source: Source, *, max_unpacked_bytes: int = MAX_UNPACKED_BYTES) -> None:
        self._source = source
        self._left_bytes = max_unpacked_bytes
        self._counted: set[str] = set()
        super().__init__(io.BytesIO(source.content))

    def read(self, name: str | ZipInfo, pwd: bytes | None = None) -> bytes:
        """Unpack one member.

        Raises:
            KeyError: no such member.
            DocumentError: it is broken, locked, or unpacks to more than is allowed.
        """
        entry = name if isinstance(name, ZipInfo) else self.getinfo(name)
        try:
            content = self._unpack(entry, pwd)
        except UNPACKING_FAULTS as error:
            raise self._source.refusal(
                UnreadableCode.DAMAGED, f"is damaged: its part {entry.filename} cannot be unpacked. {SAVE_AGAIN}"
            ) from error
        if entry.filename not in self._counted:
            self._counted.add(entry.filename)
            self._left_bytes -= len(content)
        if self._left_bytes < 0:
            raise _too_much(self._source)
        return content

    def _unpack(self, entry: ZipInfo, pwd: bytes | None) -> bytes:
        """Inflate from memory, which takes a third of the time that a stream of ``zipfile`` takes.

        Asking for one byte more than declared bounds the work; asking for "all" would not.
        """
        if entry.compress_type != ZIP_DEFLATED:
            with self.open(entry, pwd=pwd) as stream:
                return stream.read(entry.file_size + 1)
        raw, at = self._source.content, entry.header_offset
        if raw[at : at + 4] != _LOCAL_HEADER:
            raise BadZipFile("no member where the list says")
        name_bytes, extra_bytes = _NAME_AND_EXTRA.unpack_from(raw, at + 26)
        start = at + _LOCAL_HEADER_BYTES + name_bytes + extra_bytes
        inflate = zlib.decompressobj(-zlib.MAX_WBITS)
        content = inflate.decompress(raw[start : start + entry.compress_size], entry.file_size + 1)
        if len(content) != entry.file_size or zlib.crc32(content) != entry.CRC:
            raise BadZipFile("not what the list says")
        return content


def open_package(source: Source) -> Package:
    """Open the zip and check its list of members; nothing is unpacked yet.

    Raises:
        DocumentError: ``damaged`` (no zip, cut short), ``encrypted``, ``too-large``, ``hostile`` (a bomb, members that
            lie over each other, names that lead out of the folder).
    """
    try:
        package = Package(source)
    except UNPACKING_FAULTS as error:
        raise _damaged(source) from error
    entries = package.infolist()
    if len(entries) > MAX_MEMBERS:
        raise _hostile(source, f"holds {len(entries):,} parts, far more than any document needs")
    _check_names(source, entries)
    _check_overlap(source, entries)
    _check_sizes(source, entries)
    return package


def _check_names(source: Source, entries: Sequence[ZipInfo]) -> None:
    seen: set[str] = set()
    for entry in entries:
        name = entry.orig_filename.replace("\\", "/")
        if name.startswith("/") or ".." in name.split("/") or ":" in name.split("/")[0] or "\0" in name:
            raise _hostile(source, "holds a part whose name leads out of its folder")
        if name in seen:
            raise _hostile(source, "holds two parts of the same name")
        seen.add(name)
        if entry.flag_bits & _ENCRYPTED_BIT:
            raise source.refusal(
                UnreadableCode.ENCRYPTED, "is locked with a password. Save a copy without the password and use that."
            )


def _check_sizes(source: Source, entries: Sequence[ZipInfo]) -> None:
    total = 0
    for entry in entries:
        total += entry.file_size
        if entry.file_size > _RATIO_COUNTS_FROM_BYTES and entry.file_size > MAX_RATIO * max(entry.compress_size, 1):
            raise _hostile(source, "unpacks to many hundred times its size")
    if total > MAX_UNPACKED_BYTES:
        raise _too_much(source)


def _check_overlap(source: Source, entries: Sequence[ZipInfo]) -> None:
    end = 0
    for entry in sorted(entries, key=lambda each: each.header_offset):
        at = entry.header_offset
        if at < 0 or source.content[at : at + len(_LOCAL_HEADER)] != _LOCAL_HEADER:
            # Bytes were lost on the way; a file made to do harm has its parts where it says.
            raise _damaged(source)
        if at < end:
            raise _hostile(source, "holds parts that lie over each other")
        end = at + _LOCAL_HEADER_BYTES + entry.compress_size


def _damaged(source: Source) -> DocumentError:
    return source.refusal(UnreadableCode.DAMAGED, f"is damaged or cut short and cannot be opened. {SAVE_AGAIN}")


def _hostile(source: Source, what: str) -> DocumentError:
    return source.refusal(
        UnreadableCode.HOSTILE, f"{what}. It may have been made to do harm: do not open it, ask whoever sent it."
    )


def _too_much(source: Source) -> DocumentError:
    limit = MAX_UNPACKED_BYTES // (1024 * 1024)
    return source.refusal(
        UnreadableCode.TOO_LARGE,
        f"unpacks to more than {limit} MB. Make the pictures in it smaller (Word: Picture Format, Compress Pictures).",
    )
