"""Turn the bytes of a list into text, whatever program of whatever machine saved it.

Used by ``sheets``. A wrong guess would not fail, it would garble names: O’Dowd saved on an old Mac reads OÕDowd
elsewhere.
"""

import re
import unicodedata
from dataclasses import dataclass

from pipeline.errors import UsageError

MAC = "mac_roman"
_WINDOWS = "cp1252"
_NOT_ASCII = re.compile(r"[^\x00-\x7f]")
_NEVER_IN_NAMES = frozenset("ŒœŸÿƒˆªºµıﬁﬂ")
_UNDEFINED = "\ufffd"
_SO_MUCH_LESS_ODD = 4
"""A reading must have so many times fewer odd letters than the usual one to be preferred."""


@dataclass(frozen=True, slots=True)
class Decoded:
    """The text of a list, and how it was stored."""

    text: str
    encoding: str


def decode_list(content: bytes, name: str) -> Decoded:
    """Turn bytes into text: a byte-order mark decides, then UTF-8, UTF-16 told by its zeros, Windows-1252 or old Mac.

    Raises:
        UsageError: it is no text, or its letters cannot be told; the file is called ``name``.
    """
    for encoding in _candidates(content):
        try:
            return Decoded(content.decode(encoding), encoding)
        except UnicodeDecodeError:
            continue
    raise UsageError(f"{name} is not text that can be read; save it as 'CSV UTF-8' and try again.")


def _candidates(content: bytes) -> tuple[str, ...]:
    if content.startswith(b"\xef\xbb\xbf"):
        return ("utf-8-sig",)
    if content.startswith((b"\xff\xfe", b"\xfe\xff")) and b"\0" in content:
        # Without zeros, which a comma or the end of a line has, the mark is two letters of an 8-bit text.
        return ("utf-16",)
    if b"\0" in content[:200]:
        return ("utf-16-le" if content[1:2] == b"\0" else "utf-16-be",)
    return ("utf-8", MAC if _is_mac(content) else _WINDOWS)


def _is_mac(content: bytes) -> bool:
    """Return whether 8-bit text is that of an old Mac: by its line ends, else by which reading gives more names."""
    if b"\r" in content and b"\n" not in content:
        return True
    as_windows, as_mac = content.decode(_WINDOWS, errors="replace"), content.decode(MAC)
    odd = count_odd_letters(as_windows)
    return odd > 0 and count_odd_letters(as_mac) * _SO_MUCH_LESS_ODD <= odd


def looks_garbled(name: str) -> bool:
    """Return whether a name was saved in one encoding and read in another: ``ZoÃ«`` was Zoë, ``OÕDowd`` O’Dowd."""
    try:
        if name.encode(_WINDOWS).decode("utf-8") != name:
            return True
    except UnicodeError:
        pass
    try:
        as_mac = name.encode(_WINDOWS).decode(MAC)
    except UnicodeError:
        return False
    return count_odd_letters(as_mac) < count_odd_letters(name)


def count_odd_letters(text: str) -> int:
    """Count the signs of a text that stand where no name has them: capitals behind small letters, ‡ within a word."""
    return sum(_is_odd(text, match.start()) for match in _NOT_ASCII.finditer(text))


def _is_odd(text: str, place: int) -> bool:
    before, sign, after = text[place - 1 : place], text[place], text[place + 1 : place + 2]
    if not (before.isalpha() or after.isalpha()):
        return sign == _UNDEFINED
    if sign in "’‘":
        return before.isalpha() and not after.isalpha() and (sign == "‘" or before.isupper())
    if sign in "–‑":
        return before.isalpha() and after.islower()
    if not sign.isalpha() or sign in _NEVER_IN_NAMES or unicodedata.category(sign) == "Lm":
        return True
    if sign.isupper():
        mixed = after.islower() or (after.isupper() and text[place + 2 : place + 3].islower())
        return before.islower() or (before.isupper() and mixed)
    return (before.isupper() and after.isupper()) or not before.isalpha()
