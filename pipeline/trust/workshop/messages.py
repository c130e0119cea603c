"""What a school's process asks of a workshop, and what that answers."""

import hashlib
from dataclasses import dataclass
from typing import Any

from pipeline.copies.copy import Making
from pipeline.register.policies.contents import joint_hash


@dataclass(frozen=True, slots=True)
class ReadingAsked:
    """A document is to be read."""

    content: bytes
    name: str
    """Of the file, which can be the policy's title."""

    @property
    def document(self) -> str:
        """Which document it is about, as a hash."""
        return hashlib.sha256(self.content).hexdigest()

    @property
    def key(self) -> str:
        """All that decides what is read in it."""
        return f"{self.document} {self.name}"


@dataclass(frozen=True, slots=True)
class CopyAsked:
    """A copy is to be made."""

    making: Making
    school: str
    """Which school asks."""

    @property
    def document(self) -> str:
        """Which document it is about, as a hash; one with a school's own appendix is another."""
        hashes = [hashlib.sha256(source.content).hexdigest() for source, _ in self.making.files]
        return hashes[0] if len(hashes) == 1 else joint_hash(*hashes)


@dataclass(frozen=True, slots=True)
class WorkshopReply:
    """What a workshop made, with what it made it of."""

    key: str = ""
    """That of what was asked, worked out where it was done."""
    value: Any = None
    """None where the school is to do it itself."""
    digest: str = ""
    """Of a copy's files."""
