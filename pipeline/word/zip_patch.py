"""Exchange single members of a zip; every other byte is copied as it lies in the file.

Names, order, dates, comments and the compressed bytes of the other members stay. Used by ``regenerate``, which has the
zip checked by ``documents.packages`` first.

Source: PKWARE APPNOTE 6.3.10, sections 4.3.7 (local header), 4.3.12 (central directory), 4.3.16 (its end).
"""

import struct
import zlib
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from pipeline.errors import RenderError

_END = b"PK\x05\x06"
_CENTRAL = b"PK\x01\x02"
_LOCAL = b"PK\x03\x04"
_RECORD = struct.Struct("<8xH10xIIHHH8xI")
_END_BYTES = 22
_CENTRAL_BYTES = 46
_LOCAL_BYTES = 30
_SIZES_FOLLOW = 0x08
_IS_UTF8 = 0x800
_STORED, _DEFLATED = 0, 8
_LEVEL = 6
_ZIP64 = 0xFFFFFFFF


class _DirectoryEntry(NamedTuple):
    """One record of the central directory."""

    name: str
    record: bytes
    offset: int


class Deflater:
    """Deflates versions of one member that begin alike, the beginning once."""

    def __init__(self) -> None:
        self._beginning = b""
        self._packed = b""
        # A quarter of a megabyte, which most members, since none of their words change, never need.
        self._state: zlib._Compress | None = None

    def deflate(self, new: bytes, *, alike: int) -> bytes:
        """Return ``new`` deflated; ``alike`` bytes at its beginning may be those of the next version too."""
        state = self._state
        if state is None or not new.startswith(self._beginning) or alike < len(self._beginning):
            self._beginning, self._packed = b"", b""
            self._state = state = zlib.compressobj(_LEVEL, zlib.DEFLATED, -15)
        if alike > len(self._beginning):
            self._packed += state.compress(new[len(self._beginning) : alike])
            self._beginning = new[:alike]
        rest = state.copy()
        return self._packed + rest.compress(new[alike:]) + rest.flush()


def exchange_members(
    content: bytes, changed: Mapping[str, bytes], *, packed: Mapping[str, Callable[[bytes], bytes]] | None = None
) -> bytes:
    """Return the zip with the members of ``changed`` (name to new unpacked bytes) exchanged and nothing else.

    ``packed`` deflates single members in a way of its own.

    Raises:
        RenderError: a member is not in it, or the zip is of a kind that cannot be changed in place.
    """
    entries, end_at = _known_directory(content)
    missing = set(changed) - {entry.name for entry in entries}
    if missing:
        raise RenderError(f"The document has no part {', '.join(sorted(missing))}, so it was left unchanged.")
    starts = sorted(entry.offset for entry in entries)
    directory_at = _directory_offset(content, end_at)
    follows = dict(zip(starts, [*starts[1:], directory_at], strict=True))
    pieces: list[bytes] = [content[: starts[0] if starts else directory_at]]
    length = len(pieces[0])
    records: dict[int, bytes] = {}
    for entry in sorted(entries, key=lambda each: each.offset):
        stretch = content[entry.offset : follows[entry.offset]]
        record = entry.record
        if entry.name in changed:
            deflate = (packed or {}).get(entry.name, _deflated)
            stretch, record = _exchanged(entry, stretch, changed[entry.name], deflate)
        moved = length != entry.offset
        records[entry.offset] = record[:42] + struct.pack("<I", length) + record[46:] if moved else record
        pieces.append(stretch)
        length += len(stretch)
    central = b"".join(records[entry.offset] for entry in entries)
    end = content[end_at : end_at + 12] + struct.pack("<II", len(central), length) + content[end_at + 20 :]
    gap = content[directory_at + _directory_bytes(content, end_at) : end_at]
    return b"".join([*pieces, central, gap, end])


@lru_cache(maxsize=2)
def original_members(content: bytes) -> Mapping[str, bytes]:
    """Return the same as ``packed_members``, kept: of an original, which is asked for again and again."""
    return packed_members(content)


def packed_members(content: bytes) -> dict[str, bytes]:
    """Return every member's bytes as they lie in the zip, local header included, by name in the directory's order."""
    entries, end_at = _read_directory(content)
    starts = sorted(entry.offset for entry in entries)
    follows = dict(zip(starts, [*starts[1:], _directory_offset(content, end_at)], strict=True))
    return {entry.name: content[entry.offset : follows[entry.offset]] for entry in entries}


def unpacked_member(stretch: bytes, name: str) -> bytes:
    """Return the unpacked bytes of a member that ``exchange_members`` wrote, checked against its own header.

    Raises:
        RenderError: they do not agree.
    """
    flags, method = struct.unpack_from("<HH", stretch, 6)
    crc, packed, unpacked = struct.unpack_from("<III", stretch, 14)
    name_bytes, extra_bytes = struct.unpack_from("<HH", stretch, 26)
    held = stretch[_LOCAL_BYTES + name_bytes + extra_bytes :]
    if flags & _SIZES_FOLLOW or len(held) != packed:
        raise RenderError(f"The copy’s part {name} is not as long as it says; it was not written.")
    content = zlib.decompressobj(-15).decompress(held, unpacked + 1) if method == _DEFLATED else held
    if len(content) != unpacked or zlib.crc32(content) != crc:
        raise RenderError(f"The copy’s part {name} is not what it says; it was not written.")
    return content


def _deflated(new: bytes) -> bytes:
    deflate = zlib.compressobj(_LEVEL, zlib.DEFLATED, -15)
    return deflate.compress(new) + deflate.flush()


def _exchanged(
    entry: _DirectoryEntry, stretch: bytes, new: bytes, deflate: Callable[[bytes], bytes]
) -> tuple[bytes, bytes]:
    flags, method = struct.unpack_from("<HH", stretch, 6)
    name_bytes, extra_bytes = struct.unpack_from("<HH", stretch, 26)
    if method not in (_STORED, _DEFLATED):
        raise RenderError(f"The document’s part {entry.name} is packed in an unusual way; save it again in Word.")
    packed = deflate(new) if method == _DEFLATED else new
    sizes = struct.pack("<III", zlib.crc32(new), len(packed), len(new))
    kept_flags = struct.pack("<H", flags & ~_SIZES_FOLLOW)
    named = stretch[_LOCAL_BYTES : _LOCAL_BYTES + name_bytes + extra_bytes]
    local = stretch[:6] + kept_flags + stretch[8:14] + sizes + stretch[26:_LOCAL_BYTES] + named
    record = entry.record[:8] + kept_flags + entry.record[10:16] + sizes + entry.record[28:]
    return local + packed, record


@lru_cache(maxsize=2)
def _known_directory(content: bytes) -> tuple[Sequence[_DirectoryEntry], int]:
    """Of an original, which is asked for again and again."""
    return _read_directory(content)


def _read_directory(content: bytes) -> tuple[Sequence[_DirectoryEntry], int]:
    end_at = content.rfind(_END, max(0, len(content) - _END_BYTES - 0xFFFF))
    if end_at < 0 or end_at + _END_BYTES > len(content):
        raise RenderError("The document is damaged; open it in Word and save it again.")
    count = struct.unpack_from("<H", content, end_at + 10)[0]
    position = _directory_offset(content, end_at)
    entries: list[_DirectoryEntry] = []
    for _ in range(count):
        if content[position : position + 4] != _CENTRAL:
            raise RenderError("The document’s list of parts is damaged; open it in Word and save it again.")
        flags, packed, unpacked, name_bytes, extra_bytes, comment_bytes, offset = _RECORD.unpack_from(content, position)
        end = position + _CENTRAL_BYTES + name_bytes + extra_bytes + comment_bytes
        name = content[position + _CENTRAL_BYTES : position + _CENTRAL_BYTES + name_bytes]
        if _ZIP64 in (packed, unpacked, offset) or content[offset : offset + 4] != _LOCAL:
            raise RenderError("The document’s list of parts is of an unusual kind; open it in Word and save it again.")
        entries.append(
            _DirectoryEntry(name.decode("utf-8" if flags & _IS_UTF8 else "cp437"), content[position:end], offset)
        )
        position = end
    if len({entry.offset for entry in entries}) != len(entries):
        raise RenderError("Two parts of the document lie over each other; open it in Word and save it again.")
    return entries, end_at


def _directory_offset(content: bytes, end_at: int) -> int:
    return int(struct.unpack_from("<I", content, end_at + 16)[0])


def _directory_bytes(content: bytes, end_at: int) -> int:
    return int(struct.unpack_from("<I", content, end_at + 12)[0])
