"""A letter as it goes into the outbox: what it says, what is attached, and what of it changes with the day."""

import hashlib
from dataclasses import dataclass, field
from pathlib import Path

from pipeline.mail.words import SafetyWords, one_line


@dataclass(frozen=True, slots=True)
class Attachment:
    """A copy of a policy that goes with a mail, a paper for the governors, or words of its own."""

    copy_id: int | None
    """None of what is no copy of a policy."""
    file_name: str
    """As its reader sees it: ``Confidentiality Policy.pdf``."""
    path: Path
    """Relative to ``distribution/`` (or absolute)."""
    sha256: str
    size_bytes: int
    words: str | None = None
    """What is attached as a text, and lies in no file."""
    content: bytes = field(default=b"", repr=False, compare=False)
    """Of a paper, put into its file when its letter is kept."""
    of_school: str = ""
    """The key of another school of the trust, whose copy it is; else empty."""


def attached_words(file_name: str, words: str) -> Attachment:
    """Return a text that goes with a mail as the file ``file_name``, and is kept with it in the outbox."""
    content = words.encode("utf-8")
    return Attachment(None, file_name, Path(), hashlib.sha256(content).hexdigest(), len(content), words)


@dataclass(frozen=True, slots=True)
class ComposedMail:
    """A mail ready to be queued; its words may hold slots for what is a reader's own."""

    subject: str
    text: str
    html: str
    attachments: tuple[Attachment, ...] = ()
    sender: str = ""
    """As the From line has it; the domain of the Message-ID is its."""
    safety: SafetyWords | None = None
    """What of ``text`` and ``html`` says whom a worry goes to; None where a school's own template leaves it out."""


def attachment_name(title: str, suffix: str = ".pdf") -> str:
    """Return a clear file name for a copy: ``Confidentiality Policy.pdf``, safe on every system."""
    name = "".join(" " if char in '/\\:*?"<>|%' else char for char in one_line(title, 90))
    name = " ".join(name.split()).strip(". ") or "Policy"
    limit = 90 if name.isascii() else 45
    return name[:limit].rstrip(". ") + suffix
