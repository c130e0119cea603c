"""What a mailbox is to its reader, however it is reached: ``imap`` and ``graph`` are the two ways.

A mailbox is opened for looking only: no mail in it is marked or moved. It is read page by page, of each mail the few
headers first that tell whether it is looked at; how far it was read is a ``MailboxPosition`` that the register keeps.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from pipeline.register.mail.inbox import MailboxPosition

HEAD_FIELDS = (
    "From", "Sender", "Subject", "Date", "Message-ID", "In-Reply-To", "References", "Return-Path", "Content-Type",
    "Auto-Submitted", "X-Failed-Recipients", "Precedence", "List-Id", "List-Post", "List-Unsubscribe", "Feedback-ID",
    "X-Auto-Response-Suppress", "X-Autoreply",
)  # fmt: skip
"""The headers of a mail's head: whose it is, what it answers, and whether a machine wrote it."""


@dataclass(frozen=True, slots=True)
class Head:
    """What is known of a mail before it is fetched."""

    id: str
    """What its mailbox fetches it by."""
    arrived_at: datetime
    """As the server says."""
    headers: bytes
    """Those of ``HEAD_FIELDS``, as in a mail; empty where the server does not tell them before."""
    place: MailboxPosition | None = None
    """How far the mailbox is read with this mail; None where only a whole page tells that."""


@dataclass(frozen=True, slots=True)
class MailboxPage:
    """Some mails of a mailbox that are read together."""

    heads: tuple[Head, ...]
    place: MailboxPosition | None
    """How far the mailbox is read with all of them; None where it is no further than before."""


class Mailbox(Protocol):
    """A mailbox that is read from where it was read to before."""

    def pages(self, place: MailboxPosition | None) -> Iterator[MailboxPage]:
        """Yield the mails that came after ``place``; all where it is None or no place of this mailbox any more.

        Raises:
            DeliveryError: the mailbox does not answer as it should; says who lifts that.
        """
        ...

    def content(self, head: Head) -> bytes | None:
        """Return the first part of a mail; None where it is gone. Raises DeliveryError as ``pages``."""
        ...

    def has(self, message_id: str, code: str) -> bool:
        """Return whether a mail of that Message-ID, or with that code in its subject, lies in the folder.

        Raises DeliveryError as ``pages``.
        """
        ...

    def close(self) -> None:
        """Let go of the connection."""
        ...
