"""Take one mail apart that came back: addresses, what it answers, its readable words. Pure, with limits.

The standard parser does it, on the first part of the mail alone. What is nested or cut so that it cannot be read is
refused as a whole: such a mail is noted, and the office looks at it.
"""

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from email.errors import HeaderParseError
from email.header import decode_header
from email.message import Message
from email.parser import BytesParser
from email.policy import compat32
from email.utils import getaddresses

from pipeline.mail.inbox.page_text import text_of_page

MOST_BYTES = 262_144
"""So much of a mail is fetched and parsed: enough for what a reader wrote and for a returned mail's header."""
_MOST_NESTED = 30
"""More parts within parts than any mail program makes: each costs the parser time for every line below it."""
_MOST_PARTS = 60
_MOST_HEADER = 4_000
"""Characters of one header."""
_MOST_HEADERS = 300
_MOST_REFERENCES = 100
_MOST_TEXT = 60_000
"""Characters of a mail's words."""
_MESSAGE_ID = re.compile(r"<[^<>\s]{1,250}>")
_ADDRESS = re.compile(r"[^\s<>@,;:\"()\[\]\\]{1,64}@[A-Za-z0-9.-]{1,253}")
_CHARSETS = re.compile(
    r"(utf-?8|us-ascii|ascii|iso-?8859-\d{1,2}|windows-12\d\d|cp12\d\d|koi8-[ru]|macintosh|gb2312|gbk|gb18030|big5"
    r"|shift_jis|euc-(jp|kr)|iso-2022-jp)",
    re.IGNORECASE,
)
_RETURNED = ("message/rfc822", "text/rfc822-headers", "message/global", "message/global-headers")
_STATUS = ("message/delivery-status", "message/global-delivery-status")


class UnreadableError(Exception):
    """The mail cannot be taken apart within the limits."""


@dataclass(frozen=True, slots=True)
class Received:
    """One mail that came back."""

    headers: Mapping[str, tuple[str, ...]]
    """By name in small letters, decoded, each cut to 4,000 characters."""
    content_type: str
    """Of the whole, in small letters."""
    report_type: str
    """Of a report: ``delivery-status``, ``disposition-notification``; else empty."""
    text: str
    """What can be read of it, up to 60,000 characters; a returned mail and what is attached left out."""
    statuses: tuple[Mapping[str, str], ...]
    """The blocks of a delivery status (RFC 3464, 2.1), the one about the mail as a whole included."""
    returned: Mapping[str, tuple[str, ...]]
    """The header of the mail that a report gives back; empty where it gives none."""
    has_forwarded: bool
    """Another mail is attached to it."""
    print: str
    """SHA-256 over what tells it from others."""
    message: Message
    """As the parser left it, for ``flufl.bounce``."""

    def first(self, name: str) -> str:
        """Return the first value of a header, empty where there is none."""
        return next(iter(self.headers.get(name, ())), "")

    @property
    def subject(self) -> str:
        """Its subject, decoded."""
        return self.first("subject")

    @property
    def senders(self) -> tuple[str, ...]:
        """Every address that it says to be from, in small letters; none where one of them cannot be read."""
        return addresses_in(self.headers.get("from", ()), only_whole=True)

    @property
    def sent_by(self) -> tuple[str, ...]:
        """Who handed it in for them, in small letters."""
        return addresses_in(self.headers.get("sender", ()))

    @property
    def answers(self) -> tuple[str, ...]:
        """The Message-IDs that it answers, the mail it is an answer to first."""
        return message_ids_in((*self.headers.get("in-reply-to", ()), *reversed(self.headers.get("references", ()))))


def parse_mail(content: bytes) -> Received:
    """Take apart the first ``MOST_BYTES`` of a mail.

    Raises:
        UnreadableError: it is nested deeper than any mail is, or the parser cannot take it.
    """
    content = content[:MOST_BYTES]
    small = content.lower()
    if small.count(b"multipart/") > _MOST_NESTED or small.count(b"message/") > _MOST_NESTED:
        raise UnreadableError("it is nested too deep")
    try:
        message = BytesParser(policy=compat32).parsebytes(content)
        return _received(message, content)
    except (RecursionError, ValueError, LookupError, AssertionError, TypeError, AttributeError, IndexError) as error:
        # What the standard parser raises for broken mails is no closed list.
        raise UnreadableError(f"the parser gave up ({type(error).__name__})") from error


def mail_of_head(headers: Mapping[str, tuple[str, ...]]) -> Received:
    """Return a mail of which the head alone is known."""
    content_type = next(iter(headers.get("content-type", ())), "").split(";")[0].strip().lower()
    return Received(headers, content_type, "", "", (), {}, has_forwarded=False, print="", message=Message())


def parse_head(content: bytes) -> Mapping[str, tuple[str, ...]]:
    """Return the headers of a mail's head alone; of one that cannot be parsed, none."""
    try:
        return _headers(BytesParser(policy=compat32).parsebytes(content[:MOST_BYTES], headersonly=True))
    except (RecursionError, ValueError, LookupError, TypeError, AttributeError, IndexError):
        return {}


def addresses_in(values: tuple[str, ...], *, only_whole: bool = False) -> tuple[str, ...]:
    """Return the bare addresses of headers, in small letters, each once; what cannot be read is left out.

    ``only_whole``: where anything cannot be read, or there are many headers, none.
    """
    pairs = getaddresses([value.replace("\n", " ").replace("\r", " ") for value in values[:5]])
    found = [address.casefold() for _, address in pairs if _ADDRESS.fullmatch(address)]
    if only_whole and (len(found) != len(pairs) or len(values) > 5):
        return ()
    return tuple(dict.fromkeys(found))


def message_ids_in(values: tuple[str, ...]) -> tuple[str, ...]:
    """Return the Message-IDs that stand in headers, with their angle brackets, each once."""
    found = [each for value in values for each in _MESSAGE_ID.findall(value)]
    return tuple(dict.fromkeys(found))[:_MOST_REFERENCES]


def print_of(headers: Mapping[str, tuple[str, ...]], content: bytes = b"") -> str:
    """Return what a mail is known by: its Message-ID with sender and date, else all of it that was read."""
    named = [headers.get(name, ("",))[0] for name in ("message-id", "from", "date")]
    told = "\n".join(named).encode("utf-8", "replace") if named[0] else content
    return hashlib.sha256(told).hexdigest()


def _received(message: Message, content: bytes) -> Received:
    headers = _headers(message)
    parts = list(_own_parts(message))
    return Received(
        headers=headers,
        content_type=message.get_content_type(),
        report_type=_parameter(message, "report-type"),
        text=_text(parts)[:_MOST_TEXT],
        statuses=tuple(block for part in parts if part.get_content_type() in _STATUS for block in _blocks(part)),
        returned=next((_headers_within(part) for part in parts if part.get_content_type() in _RETURNED), {}),
        has_forwarded=any(part.get_content_type() == "message/rfc822" for part in parts),
        print=print_of(headers, content),
        message=message,
    )


def _own_parts(message: Message) -> Iterator[Message]:
    """Yield the parts of a mail, not those of a mail within it."""
    left, seen = [message], 0
    while left and seen < _MOST_PARTS:
        part, seen = left.pop(0), seen + 1
        payload = part.get_payload()
        if part.get_content_maintype() == "multipart" and isinstance(payload, list):
            left = [*(one for one in payload if isinstance(one, Message)), *left]
        else:
            yield part


def _headers(message: Message) -> Mapping[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for name, value in list(message.items())[:_MOST_HEADERS]:
        found.setdefault(name.lower(), []).append(_decoded(str(value)[:_MOST_HEADER]))
    return {name: tuple(values) for name, values in found.items()}


def _decoded(value: str) -> str:
    """Return a header's words; one that cannot be decoded as it stands. No register in PostgreSQL takes a NUL."""
    value = value.replace("\0", "")
    if "=?" not in value:
        return value
    try:
        pieces = decode_header(value)
    except (HeaderParseError, ValueError, LookupError):
        return value
    return "".join(
        piece if isinstance(piece, str) else _in_charset(piece, charset or "us-ascii") for piece, charset in pieces
    )


def _headers_within(part: Message) -> Mapping[str, tuple[str, ...]]:
    """Return the header of the mail that a part holds or quotes."""
    payload = part.get_payload()
    if isinstance(payload, list) and payload and isinstance(payload[0], Message):
        return _headers(payload[0])
    return parse_head(_bytes_of(part))


def _blocks(part: Message) -> Iterator[Mapping[str, str]]:
    payload = part.get_payload()
    if isinstance(payload, list):
        for block in payload[:_MOST_PARTS]:
            if isinstance(block, Message):
                yield {name: values[0] for name, values in _headers(block).items()}


def _text(parts: list[Message]) -> str:
    """Return the words of the first part that is text, plain before HTML."""
    shown = [part for part in parts if "attachment" not in str(part.get("Content-Disposition", "")).lower()[:200]]
    for kind in ("text/plain", "text/html"):
        for part in shown:
            if part.get_content_type() == kind:
                text = _in_charset(_bytes_of(part), str(part.get_content_charset() or "utf-8"))
                if text.strip():
                    return text if kind == "text/plain" else text_of_page(text)
    return ""


def _bytes_of(part: Message) -> bytes:
    payload = part.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else b""


def _in_charset(content: bytes, charset: str) -> str:
    known = charset if _CHARSETS.fullmatch(charset) else "utf-8"
    try:
        text = content.decode(known, "replace")
    except (LookupError, UnicodeError):
        text = content.decode("utf-8", "replace")
    return text.replace("\0", "")


def _parameter(message: Message, name: str) -> str:
    value = message.get_param(name)
    return value.lower() if isinstance(value, str) else ""
