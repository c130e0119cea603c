"""The school's side of a workshop: ask it for readings and copies, and take none that is not what was asked for.

A copy is taken where the key of what it was made of, worked out by the workshop from what it used, is that of what this
school asked for today, and where its files are those that were made. Else, and where the workshop is gone, late or has
nothing, the school does the work itself.
"""

import contextlib
import hashlib
import threading
from collections.abc import Sequence
from multiprocessing.connection import Connection
from typing import Any

from pipeline.copies.copy import Copy, Making
from pipeline.copies.making import digest_of, key_of
from pipeline.copies.shared_worker import NOBODY, SharedWorker
from pipeline.documents import load_source
from pipeline.errors import DocumentError
from pipeline.model.documents import DocumentFormat
from pipeline.policies.intake.extracting import Extract
from pipeline.policies.intake.scan import FoundFile
from pipeline.trust.workshop.connection import WorkshopConnection
from pipeline.trust.workshop.messages import CopyAsked, ReadingAsked, WorkshopReply

_LONGEST_WAIT_SECONDS = 150.0
"""Longer than any child is let work; a workshop that takes longer is not asked again."""
_LARGEST_BYTES = 16 * 1024 * 1024
"""Of a document that is handed over."""
_BY_OTHER_PROGRAMS = (b"\xd0\xcf\x11\xe0", b"{\\rt")
"""How documents begin that LibreOffice opens, which takes seconds: others would wait for it."""
_OFFICE_FORMATS = frozenset({DocumentFormat.DOC, DocumentFormat.RTF})
_FAULTS = (OSError, EOFError, ValueError, TypeError, AttributeError, ImportError)
"""Whatever comes of a process that ends while it answers."""


class _Workshop:
    """One workshop as a school's process sees it; asked by one thread at a time."""

    def __init__(self, door: WorkshopConnection) -> None:
        self._door, self._lock = door, threading.Lock()
        self._connection: Connection | None = None
        self._is_gone = False

    def ask(self, asked: ReadingAsked | CopyAsked) -> WorkshopReply:
        """Return what it answers; an empty answer where it is gone or takes too long."""
        with self._lock:
            if self._is_gone:
                return WorkshopReply()
            try:
                return self._answer(asked)
            except _FAULTS:
                self._is_gone = True
                self.close()
                return WorkshopReply()

    def _answer(self, asked: ReadingAsked | CopyAsked) -> WorkshopReply:
        if self._connection is None:
            self._connection = _connected(self._door)
        self._connection.send(asked)
        if not self._connection.poll(_LONGEST_WAIT_SECONDS):
            raise TimeoutError
        answer: Any = self._connection.recv()
        if not isinstance(answer, WorkshopReply):
            raise TypeError(type(answer).__name__)
        return answer

    def close(self) -> None:
        """Let go of it."""
        if self._connection is not None:
            with contextlib.suppress(OSError):
                self._connection.close()
            self._connection = None


def _connected(door: WorkshopConnection) -> Connection:
    from multiprocessing import AuthenticationError
    from multiprocessing.connection import Client

    try:
        return Client(door.address, authkey=door.key)
    except AuthenticationError as error:
        raise ConnectionError(str(error)) from error


class Asking:
    """The workshops of a night, asked by one school's run; a context manager that lets go of them."""

    def __init__(self, doors: Sequence[WorkshopConnection], school: str) -> None:
        self._workshops = tuple(_Workshop(door) for door in doors)
        self._school = school
        self.given = 0
        """Readings and copies that were taken."""
        self.refused = 0
        """Those that were not what was asked for; after the first the school does everything itself."""

    def __enter__(self) -> "Asking":
        return self

    def __exit__(self, *_: object) -> None:
        for one in self._workshops:
            one.close()

    @property
    def helper(self) -> SharedWorker:
        """What a run is handed."""
        return SharedWorker(self.read, self.make) if self._workshops else NOBODY

    def read(self, file: FoundFile, ocr: bool) -> Extract | None:
        """Return what a workshop reads in a file as it lies there now; None where the school is to read it."""
        if self.refused or file.size_bytes > _LARGEST_BYTES:
            return None
        try:
            content = load_source(file.location).content
        except DocumentError:
            return None
        if content[:64].lstrip()[:4] in _BY_OTHER_PROGRAMS or (ocr and not content.startswith(b"PK")):
            return None
        asked = ReadingAsked(content, file.location.name)
        answer = self._workshop_of(content).ask(asked)
        if not isinstance(answer.value, Extract):
            return None
        is_right = answer.key == asked.key and answer.value.sha256 == asked.document
        return answer.value if self._noted(is_right=is_right) else None

    def make(self, making: Making) -> Copy | None:
        """Return a copy that a workshop makes; None where the school is to make it."""
        size = sum(len(source.content) for source, _ in making.files)
        by_office = making.style.pdf != "typst" or any(kind in _OFFICE_FORMATS for _, kind in making.files)
        if self.refused or size > _LARGEST_BYTES or by_office:
            return None
        answer = self._workshop_of(making.files[0][0].content).ask(CopyAsked(making, self._school))
        if not isinstance(answer.value, Copy):
            return None
        is_right = answer.key == key_of(making) and answer.digest == digest_of(answer.value)
        return answer.value if self._noted(is_right=is_right and is_of(answer.value, making)) else None

    def _workshop_of(self, content: bytes) -> _Workshop:
        """Return the one that has the document open, if any has: that is settled by its bytes."""
        return self._workshops[int(hashlib.sha256(content).hexdigest()[:8], 16) % len(self._workshops)]

    def _noted(self, *, is_right: bool) -> bool:
        self.given += is_right
        self.refused += not is_right
        return is_right


def is_of(copy: Copy, making: Making) -> bool:
    """Return whether a copy's web page, where it has one, has this school's name, its code and each of its contacts."""
    if copy.html is None:
        return True
    from html import unescape

    words = " ".join(unescape(copy.html).split())
    front = making.front
    said = [front.school, front.code or "", *(line.name for line in front.contacts)]
    return all(" ".join(each.split()) in words for each in said)
