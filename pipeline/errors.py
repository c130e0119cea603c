"""What can go wrong, each with the exit code it leads to.

::

    PolicyPipelineError                   1
    ├── UsageError                        2   the command was given something it cannot use
    ├── ConfigurationError                3   config.toml, a template or a secret is wrong; lists every fault
    ├── DocumentError                     4   one file could not be read (code: encrypted, damaged, …)
    │   ├── PartError                     4   one part of its package is broken
    │   └── KeptDocumentError             6   the register's own copy of a document is damaged; others go on
    ├── RenderError                       4   one copy could not be made; the old copy stays
    │   └── FieldError                    4   a field in double braces cannot be filled
    ├── DeliveryError                     5   one message was not taken (permanent: never try again)
    │   ├── RouteDownError                5   the route could not be reached
    │   ├── DroppedError                  5   the connection broke before the message was taken
    │   └── InDoubtError                  5   it broke after: the message may have been taken
    └── RegisterError                     6   the register cannot be used; nothing more is done
        ├── RegisterInUseError            6   another run holds it
        ├── LedgerError                   6   the ledger does not agree with itself
        └── SafetyCopyError               6   a safety copy cannot be made, read or put back

Every message names the file, policy or option it is about and says what to do next. One handler in ``cli/`` turns
these into exit codes; nothing else does.
"""

import errno
import socket
from dataclasses import dataclass
from datetime import timedelta
from enum import IntEnum, StrEnum
from typing import ClassVar

from pipeline.reasons.reason import Reason, because


class ExitCode(IntEnum):
    """What the ``policy`` command tells the program that called it."""

    DONE = 0
    BUG = 1
    USAGE = 2
    CONFIGURATION = 3
    UNREADABLE = 4
    UNDELIVERED = 5
    REGISTER = 6
    INTERRUPTED = 130


class UnreadableCode(StrEnum):
    """Why a document could not be read."""

    ENCRYPTED = "encrypted"
    """It is locked with a password."""
    DAMAGED = "damaged"
    """It is not the kind of file its name says, or it is cut short."""
    NO_TEXT = "no-text"
    """It opens but holds no words: empty, or a scan without a text layer."""
    TOO_LARGE = "too-large"
    """It is larger, or unpacks to more, than any policy is."""
    UNSUPPORTED = "unsupported"
    """This program does not read this kind of file, or not on this machine."""
    HOSTILE = "hostile"
    """It was made to harm the program that opens it."""


class PolicyPipelineError(Exception):
    """Base of every error this program raises on purpose."""

    exit_code: ClassVar[ExitCode] = ExitCode.BUG


class UsageError(PolicyPipelineError):
    """The command was given something it cannot use."""

    exit_code = ExitCode.USAGE


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong with the configuration. ``str`` says it: the file, the key, what is wrong."""

    key: str
    """As it stands in the file, its tables before it: ``contacts.dsl.phone``; empty where it is of no key."""
    words: str
    joint: str = ": "
    """What stands between the two; a blank where they are one sentence."""
    file: str = ""

    @property
    def said(self) -> str:
        """Return it without the file, for a caller that looks at its settings."""
        return f"{self.key}{self.joint}{self.words}" if self.key else self.words

    def __str__(self) -> str:
        """Return it in a sentence."""
        return f"{self.file}: {self.said}" if self.file else self.said


class ConfigurationError(PolicyPipelineError):
    """The configuration, a template or a secret is wrong.

    ``faults`` has each of them, in the order of the file; the message is all of them, a line each.
    """

    exit_code = ExitCode.CONFIGURATION

    def __init__(self, *faults: Fault | str) -> None:
        told = tuple(Fault("", each) if isinstance(each, str) else each for each in faults)
        super().__init__("\n".join(map(str, told)))
        self.faults: tuple[Fault, ...] = told


class DocumentError(PolicyPipelineError):
    """One document could not be read."""

    exit_code = ExitCode.UNREADABLE

    def __init__(self, code: UnreadableCode, message: str) -> None:
        super().__init__(message)
        self.code: UnreadableCode = code

    def __reduce__(self) -> tuple[type["DocumentError"], tuple[UnreadableCode, str]]:
        """Survive the way back from a child process, which hands errors over pickled."""
        return (DocumentError, (self.code, str(self)))


class PartError(DocumentError):
    """One part of a document's package is broken; the message is half a sentence, and its reader names the file."""


class KeptDocumentError(DocumentError):
    """The bytes that the register keeps of one document are not those it was given; nothing is made of them."""

    exit_code = ExitCode.REGISTER

    def __init__(self, message: str) -> None:
        super().__init__(UnreadableCode.DAMAGED, message)


class RenderError(PolicyPipelineError):
    """One copy could not be made from a document that was read."""

    exit_code = ExitCode.UNREADABLE


class FieldError(RenderError):
    """A field in double braces is unknown, empty or not closed; ``reason`` is why, without what became of the copy."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(str(because("copy-stopped", why=reason)))
        self.reason: Reason = reason

    def __reduce__(self) -> tuple[type["FieldError"], tuple[Reason]]:
        """Survive the way back from a child process, which hands errors over pickled."""
        return (FieldError, (self.reason,))


class DeliveryError(PolicyPipelineError):
    """One message was not taken by the mail route."""

    exit_code = ExitCode.UNDELIVERED

    def __init__(
        self,
        message: str,
        *,
        permanent: bool,
        pauses_route: bool = False,
        is_theirs: bool = False,
        likeness: str | None = None,
        resume_after: timedelta | None = None,
    ) -> None:
        super().__init__(message)
        self.permanent: bool = permanent
        """The recipient was refused for good; trying again cannot help."""
        self.pauses_route: bool = pauses_route
        """The whole route is shut (sign-in refused, quota used up); the other messages wait too."""
        self.resume_after: timedelta | None = resume_after
        """How long the other side asked to be left alone; None where it said nothing."""
        self.is_theirs: bool = is_theirs
        """It is this recipient's or this message's own failing; else the route, or this computer, failed."""
        self.likeness: str | None = likeness
        """What the same refusal of another person's message would have in common with this one, where a server told the
        reason and it is not plainly this recipient's."""


class RouteDownError(DeliveryError):
    """The route could not be reached at all; nothing is wrong with the message."""

    def __init__(self, message: str) -> None:
        super().__init__(message, permanent=False)


class DroppedError(DeliveryError):
    """The connection broke before the message was given over whole: it was not taken."""

    def __init__(self, message: str) -> None:
        super().__init__(message, permanent=False)


class InDoubtError(DeliveryError):
    """The connection broke after the final dot: the message may or may not have been taken."""

    def __init__(self, message: str) -> None:
        super().__init__(message, permanent=False)


class RegisterError(PolicyPipelineError):
    """The register cannot be used; nothing more is done until it can."""

    exit_code = ExitCode.REGISTER


class RegisterInUseError(RegisterError):
    """Another run holds the register."""


class SafetyCopyError(RegisterError):
    """A safety copy cannot be made, read or put back."""


class LedgerError(RegisterError):
    """The ledger does not agree with itself or with the register."""


_SYSTEM_WORDS = {
    "ENOENT": "it is not there",
    "ENOTDIR": "it is not there",
    "EACCES": "this account has no right to it",
    "EPERM": "this account has no right to it",
    "EROFS": "its drive can only be read",
    "ENOSPC": "its drive is full",
    "EDQUOT": "this account's share of the drive is used up",
    "EBUSY": "another program has it open",
    "ETXTBSY": "another program has it open",
    "EISDIR": "it is a folder",
    "EEXIST": "something of that name is there already",
    "ELOOP": "it is a link that leads back to itself",
    "ENAMETOOLONG": "its name is too long",
    "EIO": "its drive reports a fault",
    "EMFILE": "too many files are open at once",
    "ENOMEM": "the machine has no memory left",
    "EADDRINUSE": "another program uses it already",
    "EADDRNOTAVAIL": "this machine has no such address",
    "ECONNREFUSED": "nothing answers there",
    "ECONNRESET": "the other side hung up",
    "ECONNABORTED": "the other side hung up",
    "EPIPE": "the other side hung up",
    "EHOSTUNREACH": "there is no way to it in the network",
    "ENETUNREACH": "there is no way to it in the network",
    "ETIMEDOUT": "it did not answer in time",
}
_WINDOWS_IN_USE = (32, 33)


def say_system_error(error: OSError | UnicodeError) -> str:
    """Return why the system refused, in words that end a sentence and without its numbers: ``its drive is full``."""
    if isinstance(error, UnicodeError):
        return "it is not plain text in UTF-8"
    if isinstance(error, socket.gaierror):
        return "no machine of that name is known"
    if isinstance(error, TimeoutError):
        return "it did not answer in time"
    if getattr(error, "winerror", None) in _WINDOWS_IN_USE:
        return "another program has it open"
    words = (
        _SYSTEM_WORDS.get(errno.errorcode.get(error.errno or 0, "").removeprefix("WSA"))
        or error.strerror
        or "the system gives no reason"
    )
    return words[:1].lower() + words[1:].rstrip(". ")
