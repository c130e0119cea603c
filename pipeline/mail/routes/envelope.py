"""Build the bytes of one message (RFC 5322, MIME) and prove that its header is the intended one.

The header is written here, line by line, and read again with the standard library's parser before anything leaves: a
name or title that would add, drop or change a header stops that one message. An attachment is encoded once for all the
messages it goes with and spliced in.
"""

import base64
import binascii
import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email import policy
from email.parser import BytesHeaderParser
from email.utils import format_datetime
from functools import lru_cache
from urllib.parse import quote

from pipeline.errors import ConfigurationError, DeliveryError
from pipeline.mail.words import one_line, plain_text

_LINE_LIMIT = 76
_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*")
_PLAIN_WORDS = re.compile(r"[\x20-\x7e]*")
_SENDER = re.compile(r"(.*)<([^<>]*)>")
_ANSWERED = re.compile(r"<[A-Za-z0-9.!#$%&'*+/=?^_`{|}~@:\[\]-]{1,200}>")
"""Message-IDs that are written into a header as they are; a stranger made them."""
_NO_SENDER = "policies@school.invalid"


@dataclass(frozen=True, slots=True)
class EncodedAttachment:
    """One copy, as a finished MIME part."""

    part: bytes
    """Headers, empty line, base64 body; without boundaries."""


@dataclass(frozen=True, slots=True)
class Envelope:
    """A message as it is handed to a route."""

    row_id: int
    """The register's key of the message."""
    message_id: str
    sender: str
    """Bare address."""
    recipient: str
    """Bare address, in the form the wire wants."""
    content: bytes
    """Lines end in CR LF; all of it is ASCII."""
    name: str
    """Stem of the file the folder route writes."""


PLAIN_TEXT = "text/plain; charset=utf-8"


def encode_attachment(file_name: str, content: bytes, *, kind: str = "application/pdf") -> EncodedAttachment:
    """Return a file as a MIME part: encode it once, splice it into every message it goes with.

    Source: RFC 2183 and, for names beyond ASCII, RFC 2231.
    """
    name = one_line(file_name, 200)
    if _PLAIN_WORDS.fullmatch(name) and not set(name) & set('"\\'):
        disposition = f'attachment; filename="{name}"'
    else:
        disposition = f"attachment;\r\n filename*=utf-8''{quote(name, safe='')}"
    head = f"Content-Type: {kind}\r\nContent-Transfer-Encoding: base64\r\nContent-Disposition: {disposition}\r\n\r\n"
    return EncodedAttachment(head.encode("ascii") + base64.encodebytes(content).replace(b"\n", b"\r\n"))


def wire_address(address: str) -> str:
    """Return a bare address as mail servers take it: a domain beyond ASCII in its IDNA form.

    Raises:
        DeliveryError: permanent, when the address cannot be written to.
    """
    local, at, domain = address.strip().rpartition("@")
    try:
        wire = f"{local}{at}{domain.encode('idna').decode('ascii')}"
    except UnicodeError:
        wire = ""
    if not _ADDRESS.fullmatch(wire):
        raise DeliveryError(f"{one_line(address, 80)!r} is not an address mail can be sent to.", permanent=True)
    return wire


def build_bytes(
    *,
    sender: str,
    recipient: str,
    subject: str,
    text: str,
    html: str,
    message_id: str,
    date: datetime,
    attachments: Sequence[EncodedAttachment] = (),
    answers: str | None = None,
) -> bytes:
    """Build one message: text and HTML alternatives, then the attachments.

    ``sender`` is what the configuration has (name and address); ``recipient`` a bare wire address; ``message_id`` with
    its angle brackets; ``answers`` that of the mail it is the automatic answer to (RFC 3834, 3.1.5 and 5). The bytes
    are ASCII with CR LF line ends.

    Raises:
        DeliveryError: permanent, when the header read back is not the one intended.
    """
    headers = [
        ("Date", format_datetime(date)),
        ("From", _sender_line(sender)),
        ("To", recipient),
        ("Subject", _encoded(one_line(subject, 400), len("Subject: "))),
        ("Message-ID", message_id),
        ("Auto-Submitted", "auto-replied" if answers else "auto-generated"),
        *([("In-Reply-To", answers), ("References", answers)] if answers and _ANSWERED.fullmatch(answers) else []),
        ("MIME-Version", "1.0"),
    ]
    token = hashlib.sha256(f"{message_id}\n{text}\n{html}".encode("utf-8", "replace")).hexdigest()[:32]
    kind, body = _alternative(text, html, token)
    if attachments:
        kind, body = _mixed(kind, body, attachments, token)
    headers.append(("Content-Type", kind))
    head = "".join(f"{name}: {value}\r\n" for name, value in headers)
    _prove(head, headers, one_line(subject, 400), sender, recipient)
    return b"".join([head.encode("ascii"), b"\r\n", *body])


def sender_address(sender: str) -> str:
    """Return the bare address of a From setting; one under ``.invalid`` where none is set.

    Raises:
        ConfigurationError: when it is no address.
    """
    return _sender_parts(sender)[1]


def _alternative(text: str, html: str, token: str) -> tuple[str, list[bytes]]:
    """Return the content type of both alternatives and the pieces of their body, to be joined once with all others."""
    # "=_" stands neither in quoted-printable nor in base64, so no content can look like the boundary.
    boundary = f"=_alternative_{token}"
    parts = [[_text_part("plain", text)], [_text_part("html", html)]]
    return f'multipart/alternative;\r\n boundary="{boundary}"', _bounded(parts, boundary)


def _mixed(
    kind: str, body: Sequence[bytes], attachments: Sequence[EncodedAttachment], token: str
) -> tuple[str, list[bytes]]:
    boundary = f"=_mixed_{token}"
    first = [f"Content-Type: {kind}\r\n\r\n".encode("ascii"), *body]
    parts = [first, *([attachment.part] for attachment in attachments)]
    return f'multipart/mixed;\r\n boundary="{boundary}"', _bounded(parts, boundary)


def _bounded(parts: Sequence[Sequence[bytes]], boundary: str) -> list[bytes]:
    line = f"--{boundary}\r\n".encode("ascii")
    pieces = [piece for part in parts for piece in (line, *part, b"\r\n")]
    return [*pieces, f"--{boundary}--\r\n".encode("ascii")]


def _text_part(subtype: str, text: str) -> bytes:
    content = binascii.b2a_qp(plain_text(text).encode("utf-8"), istext=True).replace(b"\n", b"\r\n")
    head = f"Content-Type: text/{subtype}; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
    return head.encode("ascii") + content


def _sender_line(sender: str) -> str:
    name, address = _sender_parts(sender)
    if not name:
        return address
    if _PLAIN_WORDS.fullmatch(name) and "=?" not in name and len(name) <= 60:
        escaped = name.replace("\\", "\\\\").replace('"', '\\"')
        return f'"{escaped}" <{address}>'
    return f"{_encoded_words(name, len('From: '))}\r\n <{address}>"


def _sender_parts(sender: str) -> tuple[str, str]:
    """Return name and address of ``School, office <office@school.sch.uk>``; quotes round the name go."""
    line = one_line(sender, 20_000)
    match = _SENDER.fullmatch(line)
    name, address = (match.group(1), match.group(2)) if match else ("", line)
    name = name.strip()
    if len(name) > 1 and name[0] == name[-1] == '"':
        name = name[1:-1].replace('\\"', '"')
    try:
        return one_line(name, 120), wire_address(address or _NO_SENDER)
    except DeliveryError as error:
        raise ConfigurationError(f"[mail] from: {one_line(address, 80)!r} cannot be a sender's address.") from error


def _encoded(value: str, used: int) -> str:
    """Return a header value folded at 76 characters; as RFC 2047 encoded words where it is not plain ASCII."""
    words = value.split(" ")
    if not _PLAIN_WORDS.fullmatch(value) or "=?" in value or any(len(word) > 60 for word in words):
        return _encoded_words(value, used)
    lines, line = [], " " * used
    for word in words:
        if len(line) + 1 + len(word) > _LINE_LIMIT and line.strip():
            lines.append(line)
            line = f" {word}"
        else:
            line = f"{line} {word}" if line.strip() else f"{line}{word}"
    return "\r\n".join([*lines, line]).lstrip(" ")


def _encoded_words(value: str, used: int) -> str:
    """Return ``value`` as encoded words of at most 75 characters, cut between characters.

    Source: RFC 2047, section 2.
    """
    words, piece, room = [], b"", _LINE_LIMIT - used - len("=?utf-8?b??=")
    for char in value:
        encoded = char.encode("utf-8", "replace")
        if (len(piece) + len(encoded) + 2) // 3 * 4 > room and piece:
            words.append(piece)
            piece, room = b"", _LINE_LIMIT - 1 - len("=?utf-8?b??=")
        piece += encoded
    words.append(piece)
    return "\r\n ".join(f"=?utf-8?b?{base64.b64encode(word).decode('ascii')}?=" for word in words)


def _prove(head: str, headers: Sequence[tuple[str, str]], subject: str, sender: str, recipient: str) -> None:
    """Read the header back and compare each field with what was meant, and their order.

    Whom it is from and to and its subject are compared as a reader's mail program understands them, all other fields
    letter by letter.

    Raises:
        DeliveryError: permanent.
    """
    try:
        parsed = BytesHeaderParser().parsebytes(head.encode("ascii"))
        found = list(parsed.raw_items())
        sound = [name for name, _ in found] == [name for name, _ in headers] and not parsed.get_payload()
        sound = sound and all(
            _is_meant(name, str(value), meant, subject, sender, recipient)
            for (name, value), (_, meant) in zip(found, headers, strict=True)
        )
    except (UnicodeEncodeError, ValueError) as error:
        raise DeliveryError(f"The mail header would not be sound: {error}.", permanent=True) from error
    if not sound:
        raise DeliveryError("The mail header read back is not the one meant; look for odd characters.", permanent=True)


def _is_meant(name: str, value: str, written: str, subject: str, sender: str, recipient: str) -> bool:
    if name == "From":
        return _read_people(name, value) == [_squeezed(part) for part in _sender_parts(sender)]
    if name == "To":
        return _read_people(name, value) == ["", recipient]
    if name == "Subject":
        return str(policy.default.header_fetch_parse(name, value)) == subject
    return value == written


@lru_cache(maxsize=64)
def _read_people(name: str, value: str) -> list[str]:
    """Return name and address of each person a header names; the sender is the same in every mail of a run."""
    people = policy.default.header_fetch_parse(name, value).addresses
    return [part for person in people for part in (_squeezed(person.display_name), person.addr_spec)]


def _squeezed(name: str) -> str:
    # The parser drops or adds a space between encoded words of a name; letters and address are what matters.
    return "".join(name.split())
