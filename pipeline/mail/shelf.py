"""The copies that mail takes along: read, checked and encoded once, and looked at again for each message.

A copy is held against the hash that the register has of it at the moment of each sending.
"""

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path
from threading import Lock

from pipeline.errors import DeliveryError, say_system_error
from pipeline.mail.routes.envelope import PLAIN_TEXT, EncodedAttachment, encode_attachment
from pipeline.register.mail.letter_bodies import StoredAttachment


@dataclass(frozen=True, slots=True)
class _FileStamp:
    """By what a change of a file is told without reading it."""

    size_bytes: int
    modified_ns: int
    changed_ns: int
    """When anything of it was set, its times too; on Windows when it was made."""
    inode: int
    device: int

    @classmethod
    def of(cls, found: os.stat_result) -> "_FileStamp":
        return cls(found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino, found.st_dev)


class Shelf:
    """The copies of one delivery. Its threads share it."""

    def __init__(self, distribution: Path) -> None:
        self._distribution = distribution
        self._lock = Lock()
        self._encoded: dict[tuple[str, str], tuple[_FileStamp, EncodedAttachment]] = {}

    def encoded(self, attachment: StoredAttachment) -> EncodedAttachment:
        """Return the copy as a MIME part, as it is on the disk at this moment; words as they were kept.

        The file is hashed again whenever its size, times, inode or device are not those it was hashed with. That
        suffices: what goes is always the bytes that were hashed, kept since, and never a later reading of the file. A
        change that leaves all of those marks the same could at most go unnoticed, and be in no mail.

        Raises:
            DeliveryError: when the file is gone or no longer the copy the register knows; not the message's failing.
        """
        key = attachment.sha256, attachment.file_name
        with self._lock:
            try:
                return self._look(key, attachment)
            except OSError as error:
                self._encoded.pop(key, None)
                path = self._distribution / attachment.path
                raise DeliveryError(
                    f"{attachment.file_name} is not at {path} ({say_system_error(error)}); "
                    "run again so that the copy is made anew.",
                    permanent=False,
                ) from error

    def _look(self, key: tuple[str, str], attachment: StoredAttachment) -> EncodedAttachment:
        if attachment.words is not None:
            return encode_attachment(attachment.file_name, attachment.words.encode("utf-8"), kind=PLAIN_TEXT)
        path = self._distribution / attachment.path
        known = self._encoded.get(key)
        if known is not None and known[0] == _FileStamp.of(path.stat()):
            return known[1]
        with path.open("rb") as file:
            mark = _FileStamp.of(os.fstat(file.fileno()))
            content = file.read()
        if hashlib.sha256(content).hexdigest() != attachment.sha256:
            self._encoded.pop(key, None)
            if attachment.of_school:
                raise DeliveryError(
                    f"{attachment.file_name} is no longer the copy that the other school gives; the next run plans the "
                    "letter afresh.",
                    permanent=False,
                )
            raise DeliveryError(
                f"{path} is not the copy that was made: somebody has changed it. Delete it and run again.",
                permanent=False,
            )
        encoded = known[1] if known is not None else encode_attachment(attachment.file_name, content)
        self._encoded[key] = mark, encoded
        return encoded
