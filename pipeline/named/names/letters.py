"""The letters and signs of names, as keyboards, programs and languages write them: the same name in one spelling.

An apostrophe has a dozen signs, a hyphen as many, an accent is one sign or two, and some signs are seen by nobody.
"""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from pipeline.text.lazily import compiled_lazily

APOSTROPHES = "'’‘‛ʼʻʽˈʹ′‵`´＇"
"""Straight, curly either way, modifier letters, primes, the backtick and the accent typed alone, full width."""
HYPHENS = "-‐‑‒–—―−﹣－⁃"
"""Every dash, the hyphen that breaks no line, and the minus."""
UNSEEN = "\u00ad\u200b\u200c\u200d\u2060\ufeff"
"""Soft hyphens and spaces of no width: signs that nobody sees and that may stand inside any word."""
PREFIX = compiled_lazily(r"\b(?:O(?=[A-Z][a-z])|Ma?c(?=[A-Z]))")
"""What begins a surname and may have an apostrophe or a gap behind it: O'Dowd, Mc Donald."""
_SPELT_OUT = {
    "ø": "o", "æ": "ae", "œ": "oe", "ł": "l", "đ": "d", "ħ": "h", "ð": "d", "þ": "th", "ı": "i", "ß": "ss", "ŋ": "n",
}  # fmt: skip
_LOWER = str.maketrans(_SPELT_OUT)
_LATIN = tuple(map(chr, (*range(0xC0, 0x250), *range(0x1E00, 0x1F00))))
_MARKS = tuple(map(chr, range(0x300, 0x370)))
_MISREAD_APOSTROPHE = compiled_lazily(r"â€™|â€˜|(?<=\b[ODLod])[ÕÔ](?=[A-Z])|(?<=\b[OD])[õô](?=[a-z]{3})")
"""A curly apostrophe of a Mac or Windows list that was read in another encoding: "OÕDowd"."""


def plain_letters(text: str) -> str:
    """Return a text in small letters without marks above or below them, ``ø`` and its like spelt out."""
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFKD", text.casefold()).translate(_LOWER)
    return "".join(sign for sign in decomposed if not unicodedata.combining(sign))


def _bare(letter: str) -> str:
    """A letter without its marks, its capital kept: "Ö" is O, "Æ" is AE."""
    decomposed = "".join(sign for sign in unicodedata.normalize("NFD", letter) if not unicodedata.combining(sign))
    spelt = _SPELT_OUT.get(decomposed.lower(), decomposed)
    return spelt.upper() if decomposed.isupper() else spelt


_BARE = {letter: bare for letter in _LATIN if (bare := _bare(letter)) != letter}
_ONE_FOR_ONE: dict[int, str | None] = {ord(letter): bare for letter, bare in _BARE.items() if len(bare) == 1}
_OTHER_LENGTH = compiled_lazily(f"[\u0300-\u036f{''.join(letter for letter, bare in _BARE.items() if len(bare) != 1)}]")
_NOT_ASCII = compiled_lazily(r"[^\x00-\x7f]")
_BACKTICK = "`"
"""The one sign of ASCII that becomes another, in texts that are not all ASCII."""
_FOR_LOOKING: dict[int, str | None] = {
    **{ord(letter): bare.lower() for letter, bare in _BARE.items()},
    **dict.fromkeys(map(ord, (*_MARKS, *UNSEEN))),
    **dict.fromkeys(map(ord, APOSTROPHES), "'"),
}


def for_looking(text: str) -> str:
    """Return a text in small letters of one spelling, to look whether a word is in it before searching.

    Without accents and signs that nobody sees, every apostrophe the straight one; what a part of ``text`` becomes is a
    part of what the whole becomes.
    """
    if text.isascii():
        return text.casefold()
    return _exchanged(text.replace(_BACKTICK, "'"), _FOR_LOOKING).casefold()


def _exchanged(text: str, table: Mapping[int, str | None]) -> str:
    """Return what ``text.translate`` returns for a table in which nothing that comes out is changed once more.

    A text has few signs that are not ASCII, and most of them stay: changing each is less than asking of every sign.
    """
    for sign in set(_NOT_ASCII.findall(text)):
        other = table.get(ord(sign), sign)
        if other != sign:
            text = text.replace(sign, other or "")
    return text


@dataclass(frozen=True, slots=True)
class Unaccented:
    """A text without accents, and where each of its signs stood."""

    text: str
    """Capitals, apostrophes and hyphens as they were."""
    _places: tuple[int, ...] | None
    """Of each sign of ``text`` and its end, the place in the original; None where both have the same."""

    def original(self, start: int, end: int) -> tuple[int, int]:
        """Return where a stretch of ``text`` stands in the original, marks behind its last letter included."""
        return (start, end) if self._places is None else (self._places[start], self._places[end])


def unaccented(text: str) -> Unaccented:
    """Return a text without the accents of its Latin letters, ``ß`` and its like spelt out, with its places."""
    if text.isascii():
        return Unaccented(text, None)
    if _OTHER_LENGTH.search(text) is None:
        return Unaccented(_exchanged(text, _ONE_FOR_ONE), None)
    signs: list[str] = []
    places: list[int] = []
    for place, sign in enumerate(text):
        bare = "" if sign in _MARKS else _BARE.get(sign, sign)
        signs.append(bare)
        places += [place] * len(bare)
    return Unaccented("".join(signs), (*places, len(text)))


def with_apostrophes(text: str) -> str:
    """Return a name with an apostrophe where a list that was read in the wrong encoding has ``Õ`` or ``â€™``."""
    return text if text.isascii() else _MISREAD_APOSTROPHE.sub("'", text)


def letters_of(word: str) -> str:
    """Return nothing but the letters and figures of a name, small and plain: those of "O’Dowd" are ``odowd``."""
    if word.isascii():
        return "".join(filter(str.isalnum, word.casefold()))
    signs = (sign for sign in with_apostrophes(word) if sign not in APOSTROPHES)
    return "".join(filter(str.isalnum, plain_letters("".join(signs))))
