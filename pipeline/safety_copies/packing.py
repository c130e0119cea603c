"""Pack the files of a safety copy into its ZIP archive: some at once while one is written, the same bytes only once.

To deflate them takes most of the time of a copy, and a workspace holds many PDFs twice: as the current copy and as what
was given out. A file goes into the archive as ``zipfile`` would write it; a large one block by block.
"""

import hashlib
import os
import threading
import zipfile
import zlib
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import islice
from pathlib import Path, PurePosixPath
from typing import IO, NamedTuple

_BLOCK_BYTES = 1 << 20
_LARGE_BYTES = 2 << 20
"""A file larger than this is not held whole."""
_LEVEL = 1
"""Documents in the register are compressed already; more costs minutes and saves little."""
_AT_ONCE = 2
_AHEAD = 16
"""Files that are packed before the first of them is written."""
_PACKED = frozenset({".docx", ".docm", ".dotx", ".dotm", ".odt", ".xlsx", ".ods", ".png", ".jpg", ".jpeg"})
"""Endings of files that are compressed themselves: to do so once more takes off a twentieth, for ten times the time."""


class Added(NamedTuple):
    """A file as it went into the archive."""

    name: str
    size_bytes: int
    sha256: str


class _Content(NamedTuple):
    """The bytes of a file, and how they are to lie in the archive."""

    size_bytes: int
    sha256: str
    crc: int
    method: int
    packed: bytes | None
    """None where the archive holds them already, packed in the same way."""


def new_archive(stream: IO[bytes]) -> zipfile.ZipFile:
    """Return an archive to be written to ``stream``, which can be read as well."""
    return zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, compresslevel=_LEVEL)


class Packing:
    """Writes files into an archive that ``new_archive`` began."""

    def __init__(self, stream: IO[bytes], archive: zipfile.ZipFile) -> None:
        """Take the archive with the stream that it is written to."""
        self._stream, self._archive = stream, archive
        self._lock = threading.Lock()
        self._written: dict[tuple[int, str], tuple[int, int]] = {}
        """Where in the archive packed bytes lie, from which place to which: by how they are packed and their hash."""

    def add(self, files: Sequence[tuple[str, Path]]) -> list[Added]:
        """Write files (name in the archive, path), in their order; return what each is. Raises OSError."""
        added: list[Added] = []
        with ThreadPoolExecutor(min(_AT_ONCE, os.cpu_count() or 1), thread_name_prefix="packing") as pool:
            for name, path, begun in self._begun(files, pool):
                added.append(self._add_large(name, path) if begun is None else self._add(name, begun.result()))
        return added

    def _begun(
        self, files: Sequence[tuple[str, Path]], pool: ThreadPoolExecutor
    ) -> "Iterator[tuple[str, Path, Future[_Content] | None]]":
        """Yield each file, with what it is once that is known; a large one without, as it is not looked at yet."""

        def begin(name: str, path: Path) -> "tuple[str, Path, Future[_Content] | None]":
            is_large = path.stat().st_size > _LARGE_BYTES
            return name, path, None if is_large else pool.submit(self._content, name, path)

        waiting = iter(files)
        begun = deque(begin(*each) for each in islice(waiting, _AHEAD))
        while begun:
            yield begun.popleft()
            begun.extend(begin(*each) for each in islice(waiting, 1))

    def _content(self, name: str, path: Path) -> _Content:
        content, method = path.read_bytes(), _method(name)
        sha256, crc = hashlib.sha256(content).hexdigest(), zlib.crc32(content)
        with self._lock:
            is_there = (method, sha256) in self._written
        if is_there or method == zipfile.ZIP_STORED:
            return _Content(len(content), sha256, crc, method, None if is_there else content)
        deflate = zlib.compressobj(_LEVEL, zlib.DEFLATED, -zlib.MAX_WBITS)
        return _Content(len(content), sha256, crc, method, deflate.compress(content) + deflate.flush())

    def _add(self, name: str, content: _Content) -> Added:
        key = content.method, content.sha256
        packed = content.packed if content.packed is not None else self._read(*self._written[key])
        entry = zipfile.ZipInfo(name)
        # Written as it is and called what it is afterwards: ``zipfile`` takes no bytes that it did not pack itself.
        entry.compress_type = zipfile.ZIP_STORED
        with self._archive.open(entry, "w", force_zip64=True) as inside:
            inside.write(packed)
        end = self._stream.tell()
        entry.compress_type, entry.CRC, entry.file_size = content.method, content.crc, content.size_bytes
        self._stream.seek(entry.header_offset)
        self._stream.write(entry.FileHeader(zip64=True))
        self._stream.seek(end)
        with self._lock:
            self._written[key] = end - len(packed), end
        return Added(name, content.size_bytes, content.sha256)

    def _read(self, start: int, end: int) -> bytes:
        self._stream.seek(start)
        return self._stream.read(end - start)

    def _add_large(self, name: str, path: Path) -> Added:
        digest, size = hashlib.sha256(), 0
        # By its name alone it is packed as the whole archive is.
        entry = name if _method(name) == zipfile.ZIP_DEFLATED else zipfile.ZipInfo(name)
        with path.open("rb") as source, self._archive.open(entry, "w", force_zip64=True) as inside:
            while block := source.read(_BLOCK_BYTES):
                inside.write(block)
                digest.update(block)
                size += len(block)
        return Added(name, size, digest.hexdigest())


def _method(name: str) -> int:
    return zipfile.ZIP_STORED if PurePosixPath(name).suffix.lower() in _PACKED else zipfile.ZIP_DEFLATED
