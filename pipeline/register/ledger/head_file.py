"""The signed heads as they are kept outside the register, in ``.secrets/ledger-heads``: a lost tail shows by them.

One line of JSON a head, as an export has it, and the register's own id; only ever added to, and on the drive itself
before the next step. Lines say as well from where on the register was written without the ledger's key. ``read_heads``
also reads heads that were kept elsewhere, in whatever form they were handed out.
"""

import base64
import binascii
import json
import os
import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from email import message_from_bytes
from pathlib import Path
from typing import Any

from pipeline.private_files import add_line
from pipeline.register.ledger.merkle import canonical
from pipeline.register.ledger.signed_heads import LedgerHead
from pipeline.register.store.marks import RegisterMark

PENDING_HEAD = "ledger_head_outside"
"""Where a transaction keeps the head that is to be written behind its commit."""
_NAME = "ledger-heads"
_LONGEST_LINE = 4096
_HASH = re.compile(r"[0-9a-f]{64}")
_MAIL = re.compile(rb"[A-Za-z][A-Za-z-]{1,60}:[ \t\r\n]")
"""How a mail begins: the name of a header field (RFC 5322, 2.2)."""
_SHORT = re.compile(r"([0-9]{1,15}):([0-9a-f]{64})")


@dataclass(frozen=True, slots=True)
class OutsideHead:
    """A head as it was kept outside: that the first ``size`` records have this root."""

    size: int
    root_hash: str
    """64 hexadecimal digits."""
    register_id: str | None = None
    """Of the register it was signed in; None where that was not kept."""
    head: LedgerHead | None = None
    """With its signature; None where only size and root were kept."""


@dataclass(frozen=True, slots=True)
class Outside:
    """What ``.secrets/ledger-heads`` knows."""

    heads: tuple[OutsideHead, ...] = ()
    """In the order they were signed in."""
    unsealed: tuple[tuple[str, int], ...] = ()
    """Register id and how many records it had when the key was first missing."""
    unreadable: int = 0
    """Lines that are none."""


def outside_path(secrets: Path) -> Path:
    """Return where the heads are kept outside the register; ``secrets`` is the workspace's folder of keys."""
    return secrets / _NAME


def keep_head(secrets: Path, register_id: str, head: LedgerHead) -> None:
    """Add a head to those kept outside, unless it is the last there already.

    What cannot be written is left: the register itself is the truth, and the next head is written again.
    """
    line = _line_of(register_id, head)
    with suppress(OSError):
        if _last_line(outside_path(secrets)) != line:
            add_line(outside_path(secrets), line)


def _line_of(register_id: str, head: LedgerHead) -> bytes:
    return canonical({**head.statement(), "register": register_id, "signature": head.signature})


def note_unsealed(secrets: Path, register_id: str, school: str, size: int) -> None:
    """Note that from ``size`` records on the register is written without the ledger's key. What cannot be is left."""
    with suppress(OSError):
        add_line(
            outside_path(secrets),
            canonical({"register": register_id, "school": school, "size": size, "type": "unsealed"}),
        )


def read_outside(secrets: Path) -> Outside:
    """Return what is kept outside; nothing where there is no such file. Raises OSError where it cannot be read."""
    try:
        words = outside_path(secrets).read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return Outside()
    heads: list[OutsideHead] = []
    unsealed: list[tuple[str, int]] = []
    unreadable = 0
    for line in words.splitlines():
        found = _parsed(line)
        head = _head_of(found)
        if head is not None and head.head is not None and _line_of(head.register_id or "", head.head) == line:
            heads.append(head)
        elif isinstance(found, dict) and found.get("type") == "unsealed" and type(found.get("size")) is int:
            unsealed.append((str(found.get("register")), found["size"]))
        elif line.strip():
            unreadable += 1
    return Outside(tuple(heads), tuple(unsealed), unreadable)


def read_heads(content: bytes) -> tuple[OutsideHead, ...]:
    """Return every head that a file speaks of: ``.secrets/ledger-heads``, an export, a mark of the register, a
    checkpoint (C2SP tlog-checkpoint), a proof that holds one, a mail with any of these in it or attached, as it was
    saved, or plain ``SIZE:ROOT_HASH``; empty where it has none.
    """
    if _MAIL.match(content):
        return tuple(dict.fromkeys(each for part in _texts_of_mail(content) for each in read_heads(part)))
    try:
        text = content.decode("utf-8").replace("\r\n", "\n")
    except UnicodeDecodeError:
        return ()
    found = list(_heads_of_json(text))
    if not found:
        found = [OutsideHead(int(size), root) for size, root in _SHORT.findall(text)]
    if not found and (checkpoint := _checkpoint_in(text)) is not None:
        found = [checkpoint]
    return tuple(found)


def _texts_of_mail(content: bytes) -> Iterator[bytes]:
    """Yield each text of a mail, whatever it was encoded in on its way; a mail in it is left out."""
    for part in message_from_bytes(content).walk():
        words = part.get_payload(decode=True) if part.get_content_maintype() == "text" else None
        if isinstance(words, bytes) and not _MAIL.match(words):
            yield words


def heads_of_marks(school: str, marks: Sequence[RegisterMark | None]) -> tuple[OutsideHead, ...]:
    """Return the heads that the marks of a register know; none of one put back by command, which is on record."""
    found = []
    for mark in marks:
        if mark is not None and mark.head is not None and not mark.restored:
            known = mark.head
            head = LedgerHead(school, known.size, known.root_hash, known.signed_at, known.public_key, known.signature)
            found.append(OutsideHead(known.size, known.root_hash, mark.register_id, head))
    return tuple(found)


def _heads_of_json(text: str) -> Iterator[OutsideHead]:
    for line in text.splitlines():
        value = _parsed(line.encode("utf-8", "surrogatepass"))
        if isinstance(value, dict) and isinstance(value.get("head"), dict):
            # A mark of the register.
            value = {**value["head"], "register": value.get("register_id")}
        head = _head_of(value)
        if head is not None:
            yield head


def _head_of(value: Any) -> OutsideHead | None:
    if not isinstance(value, dict) or value.get("type", "head") != "head":
        return None
    size, root = value.get("size"), value.get("root_hash")
    if type(size) is not int or size < 0 or not isinstance(root, str) or not _HASH.fullmatch(root):
        return None
    named = [value.get(name) for name in ("school", "signed_at", "public_key", "signature")]
    words = [each for each in named if isinstance(each, str)]
    head = None
    if len(words) == len(named):
        school, signed_at, public_key, signature = words
        head = LedgerHead(school, size, root, signed_at, public_key, signature)
    register_id = value.get("register")
    return OutsideHead(size, root, register_id if isinstance(register_id, str) else None, head)


def _checkpoint_in(text: str) -> OutsideHead | None:
    """Return what a checkpoint says, alone or at the end of a proof. Source: C2SP tlog-checkpoint."""
    body, blank, signatures = text.rpartition("\n\n")
    if not blank or not signatures.startswith("\u2014 "):
        return None
    lines = body.rpartition("\n\n")[2].split("\n")
    if len(lines) < len(("origin", "size", "root")):
        return None
    try:
        root = base64.b64decode(lines[2], validate=True).hex()
        size = int(lines[1])
    except (ValueError, binascii.Error):
        return None
    return OutsideHead(size, root) if _HASH.fullmatch(root) and size >= 0 else None


def _parsed(line: bytes) -> Any:
    try:
        return json.loads(line)
    except (ValueError, RecursionError):
        return None


def _last_line(path: Path) -> bytes | None:
    try:
        with path.open("rb") as file:
            file.seek(max(0, file.seek(0, os.SEEK_END) - _LONGEST_LINE))
            lines: Sequence[bytes] = file.read().splitlines()
    except (FileNotFoundError, NotADirectoryError):
        return None
    return lines[-1] if lines else None
