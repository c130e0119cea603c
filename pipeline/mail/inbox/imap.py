"""Read a mailbox over IMAP and change nothing in it: it is opened for looking only, no mail is marked or moved.

imap-tools opens the connection and signs in. Mails are asked for by their place in the folder, since during such a
question a server may not number them anew (RFC 3501, 7.4.1); their heads first and a few at a time, each with a limit
on its size, so that a mailbox of ten thousand strange mails costs a hundred short answers.
"""

import imaplib
import re
import ssl
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from pipeline.configuration.inbox import InboxSection
from pipeline.errors import DeliveryError, say_system_error
from pipeline.mail.inbox.mailbox import HEAD_FIELDS, Head, MailboxPage
from pipeline.mail.inbox.received import MOST_BYTES
from pipeline.mail.words import one_line
from pipeline.register.mail.inbox import MailboxPosition

if TYPE_CHECKING:
    from imap_tools import BaseMailBox

TIMEOUT_SECONDS = 30
HEADS_AT_ONCE = 100
_MOST_HEAD = 16_384
"""Bytes of the few headers that tell whether a mail is looked at."""
_HEAD = f"(UID INTERNALDATE BODY.PEEK[HEADER.FIELDS ({' '.join(HEAD_FIELDS).upper()})]<0.{_MOST_HEAD}>)"
_WHOLE = f"(UID BODY.PEEK[]<0.{MOST_BYTES}>)"
_NUMBER = re.compile(rb"^\s*(\d+) \(")
_UID = re.compile(rb"\bUID (\d+)")


class ImapMailbox:
    """A folder on an IMAP server, opened for looking only."""

    def __init__(self, box: "BaseMailBox", folder: str) -> None:
        self._client = box.client
        _, counted = box.folder.set(folder, readonly=True)
        self._count = int(counted[0] or 0)
        _, validity = self._client.response("UIDVALIDITY")
        self.uid_validity = int((validity or [b"0"])[0] or 0)
        self._places: dict[int, int] = {}

    def pages(self, place: MailboxPosition | None) -> Iterator[MailboxPage]:
        """Yield the mails after a place, a hundred at a time, the oldest first."""
        is_known = place is not None and place.uid_validity == self.uid_validity
        after_uid = place.last_uid if place is not None and is_known else 0
        for start in range(self._first_after(after_uid), self._count + 1, HEADS_AT_ONCE):
            last = min(start + HEADS_AT_ONCE - 1, self._count)
            found = [each for each in self._fetch(f"{start}:{last}", _HEAD) if each[1] > after_uid]
            self._places = {uid: number for number, uid, _, _ in found}
            heads = tuple(self._head(uid, meta, literal) for _, uid, meta, literal in found)
            yield MailboxPage(heads, heads[-1].place if heads else None)

    def content(self, head: Head) -> bytes | None:
        """Return the first part of a mail; None where it is gone."""
        for _, uid, _, literal in self._fetch(str(self._places[int(head.id)]), _WHOLE):
            if str(uid) == head.id:
                return literal
        return None

    def has(self, message_id: str, code: str) -> bool:
        """Return whether a mail of that Message-ID, or with that code in its subject, lies in the folder."""
        try:
            self._client.noop()
            asked = ("OR", "HEADER", "Message-ID", f'"{message_id}"', "SUBJECT", f'"{code}"')
            _, found = self._client.search(None, *asked)
        except (OSError, imaplib.IMAP4.error) as error:
            raise DeliveryError(f"The mailbox does not answer any more: {_said(error)}.", permanent=False) from error
        return any(numbers.strip() for numbers in found if numbers)

    def close(self) -> None:
        """Say goodbye to the server."""
        with suppress(imaplib.IMAP4.error, OSError):
            self._client.logout()

    def _head(self, uid: int, meta: bytes, literal: bytes) -> Head:
        return Head(str(uid), _moment(meta), literal, MailboxPosition(self.uid_validity, uid))

    def _first_after(self, uid: int) -> int:
        """Return the place of the first mail with a number above ``uid``, found by halving."""
        low, high = 1, self._count + 1
        while uid and low < high:
            middle = (low + high) // 2
            found = [each for _, each, _, _ in self._fetch(str(middle), "(UID)")]
            if found and found[0] > uid:
                high = middle
            else:
                low = middle + 1
        return low

    def _fetch(self, places: str, what: str) -> list[tuple[int, int, bytes, bytes]]:
        """Return place, number, the rest of the answer and the literal of each mail."""
        try:
            status, answer = self._client.fetch(places, what)
        except (OSError, imaplib.IMAP4.error) as error:
            raise DeliveryError(f"The mailbox does not answer any more: {_said(error)}.", permanent=False) from error
        if status != "OK":
            raise DeliveryError("The mailbox did not answer as it should.", permanent=False)
        found: list[tuple[int, int, bytes, bytes]] = []
        for meta, literal in _items(answer):
            place, uid = _NUMBER.match(meta), _UID.search(meta)
            if place and uid:
                found.append((int(place[1]), int(uid[1]), meta, literal))
        return sorted(found)


def _items(answer: Iterable[Any]) -> Iterator[tuple[bytes, bytes]]:
    """Yield what an answer says of each mail, and its literal; imaplib cuts an answer up behind each literal."""
    meta, literal = b"", b""
    for piece in answer:
        words = piece[0] if isinstance(piece, tuple) else piece or b""
        if _NUMBER.match(words):
            if meta:
                yield meta, literal
            meta, literal = words, b""
        else:
            meta += b" " + words
        if isinstance(piece, tuple):
            literal = piece[1]
    if meta:
        yield meta, literal


def _moment(meta: bytes) -> datetime:
    """Return when a mail arrived, in UTC; long ago where the server does not say it."""
    found = imaplib.Internaldate2tuple(meta)
    if found is None:
        return datetime(1970, 1, 1, tzinfo=UTC)
    # imaplib gives it in this machine's time.
    return datetime(*found[:6]).astimezone(UTC)


def open_imap(
    inbox: InboxSection, password: str, *, token: Callable[[], str] | None = None, context: ssl.SSLContext | None = None
) -> ImapMailbox:
    """Open the configured folder, for looking only.

    ``token`` gives an access token for XOAUTH2; None signs in by ``password``. ``context`` verifies the server; None is
    the system's own trust.

    Raises:
        DeliveryError: the server cannot be reached, refuses the sign-in or has no such folder; says which.
    """
    server = f"{inbox.host}, port {inbox.port}"
    try:
        box = _connect(inbox, context)
    except ssl.SSLCertVerificationError as error:
        raise DeliveryError(
            f"The mailbox on {server} was not read: its certificate is not trusted ({error.verify_message}). Check "
            "[inbox] host.",
            permanent=False,
        ) from error
    except (OSError, imaplib.IMAP4.error, _imap_error()) as error:
        raise DeliveryError(
            f"The mailbox on {server} could not be reached: {_said(error)}. Check [inbox] host, port and security.",
            permanent=False,
        ) from error
    try:
        _sign_in(box, inbox, password, token)
        return ImapMailbox(box, inbox.folder)
    except (OSError, imaplib.IMAP4.error, _imap_error()) as error:
        with suppress(Exception):
            box.client.shutdown()
        raise DeliveryError(_say_refusal(inbox, error, is_in=box.login_result is not None), permanent=False) from error


def _connect(inbox: InboxSection, context: ssl.SSLContext | None) -> "BaseMailBox":
    from imap_tools import MailBox, MailBoxStartTls, MailBoxUnencrypted

    trusted = context or ssl.create_default_context()
    if inbox.security == "tls":
        return MailBox(inbox.host, inbox.port, timeout=TIMEOUT_SECONDS, ssl_context=trusted)
    if inbox.security == "starttls":
        return MailBoxStartTls(inbox.host, inbox.port, timeout=TIMEOUT_SECONDS, ssl_context=trusted)
    return MailBoxUnencrypted(inbox.host, inbox.port, timeout=TIMEOUT_SECONDS)


def _sign_in(box: "BaseMailBox", inbox: InboxSection, password: str, token: Callable[[], str] | None) -> None:
    if token is not None:
        box.xoauth2(inbox.user, token(), initial_folder=None)
    elif password.isascii() and inbox.user.isascii():
        box.login(inbox.user, password, initial_folder=None)
    else:
        box.login_utf8(inbox.user, password, initial_folder=None)


def _say_refusal(inbox: InboxSection, error: Exception, *, is_in: bool) -> str:
    if is_in:
        return f"{inbox.user} has no folder {inbox.folder!r} on {inbox.host}: {_said(error)}. Check [inbox] folder."
    return (
        f"{inbox.host} refused the sign-in of {inbox.user}: {_said(error)}. Check [inbox] user and the password; "
        "whoever looks after the mail server says whether IMAP is switched on for that mailbox."
    )


def _imap_error() -> type[Exception]:
    from imap_tools.errors import ImapToolsError

    return ImapToolsError


def _said(error: Exception) -> str:
    if isinstance(error, OSError) and not isinstance(error, ssl.SSLError):
        return say_system_error(error)
    return one_line(str(error) or type(error).__name__, 200).rstrip(". ")
