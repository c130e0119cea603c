"""Make any text fit to be shown: no control characters; in a PDF nothing without a shape, no word wider than a page."""

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

PLACE_TO_BREAK = "\u200b"
"""Zero-width space: a place to break a line that shows nothing."""
_LONGEST_WORD = 40
_LONG_WORDS = re.compile(rf"[^\s\u200b\u00ad]{{{_LONGEST_WORD + 1},}}")
# Overrides of direction can make a name or a number read as another.
_OVERRIDES = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_KEPT_CONTROLS = frozenset("\t\n")
BOX = "□"
"""Stands for a sign that no font here can show."""
_MODIFIERS = frozenset(range(0xFE00, 0xFE10)) | frozenset(range(0x1F3FB, 0x1F400)) | {0x200D, 0x20E3}
_EVERYDAY = re.compile(r"[\t\n\u0020-\u007e\u00a0-\u00ac\u00ae-\u017f\u2010-\u2015\u2018-\u201e\u2022\u2026\u20ac]*")


@lru_cache(maxsize=4096)
def showable(text: str, missing: frozenset[str] = frozenset()) -> str:
    """Return ``text`` with what no font here can show put in words or as a box, control characters out.

    ``missing`` are characters that setting the page has found to have no shape. Very long words get places to break.
    """
    if _EVERYDAY.fullmatch(text) is None or missing:
        text = _without_loose_marks(_shown(each, missing) for each in unicodedata.normalize("NFC", text))
    if max(map(len, text.split()), default=0) > _LONGEST_WORD:
        text = _LONG_WORDS.sub(_breakable, text)
    return text


@lru_cache(maxsize=4096)
def readable(text: str) -> str:
    """Return ``text`` without control characters and overrides of direction, for a screen that has every shape."""
    if _EVERYDAY.fullmatch(text) is not None:
        return text
    kept = (each for each in unicodedata.normalize("NFC", text) if each not in _OVERRIDES)
    return "".join(
        "\n" if each in "\u2028\u2029" else "•" if 0xF0A0 <= ord(each) <= 0xF0FF else each
        for each in kept
        if each in _KEPT_CONTROLS or unicodedata.category(each) not in ("Cc", "Cs", "Cn")
    )


def reads_from_the_right(text: str) -> bool:
    """Return whether a paragraph runs from right to left, as its first letter of a direction says.

    Source: UAX #9, rules P2 and P3.
    """
    if text.isascii():
        return False
    directions = (unicodedata.bidirectional(each) for each in text)
    return next((each for each in directions if each in ("L", "R", "AL")), "L") != "L"


def scripts_in_boxes(text: str, missing: frozenset[str] = frozenset()) -> tuple[str, ...]:
    """Return by alphabet the names of the scripts whose letters become a box; empty where all are shown."""
    letters = (each for each in set(text) if unicodedata.category(each).startswith("L"))
    names = {unicodedata.name(each, "unknown").split()[0] for each in letters if showable(each, missing) == BOX}
    return tuple(sorted({"Chinese" if name == "CJK" else name.capitalize() for name in names}))


def _without_loose_marks(shown: Iterable[str]) -> str:
    """Join what is shown; the signs over and under a letter that became a box go with it, as no box can bear them."""
    kept: list[str] = []
    on_box = False
    for each in shown:
        if on_box and each and _begins_with_a_mark(each[0]):
            continue
        kept.append(each)
        on_box = each == BOX or (on_box and not each)
    return "".join(kept)


def _begins_with_a_mark(sign: str) -> bool:
    """Whether a sign stands over the one before, as a part of the Thai and Lao letter am does."""
    return unicodedata.category(unicodedata.normalize("NFKD", sign)[0]).startswith("M")


def _breakable(match: re.Match[str]) -> str:
    word = match[0]
    return PLACE_TO_BREAK.join(word[at : at + _LONGEST_WORD] for at in range(0, len(word), _LONGEST_WORD))


def _shown(character: str, missing: frozenset[str]) -> str:
    if character < "\u0180" and character >= " " and character != "\x7f" and not ("\x80" <= character < "\xa0"):
        return BOX if character in missing else character
    return _in_words(character) if character in missing else _shown_rare(character)


@lru_cache(maxsize=4096)
def _shown_rare(character: str) -> str:
    code = ord(character)
    category = unicodedata.category(character)
    if character in _KEPT_CONTROLS:
        return character
    if character in _OVERRIDES or category in ("Cc", "Cs", "Cn") or code in _MODIFIERS:
        return " " if category == "Cc" and character in "\r\x0b\x0c\x85" else ""
    if character in "\u2028\u2029":
        return "\n"
    if category == "Zs":
        return " "
    if category == "Co":
        return "•" if 0xF0A0 <= code <= 0xF0FF else BOX
    return _in_words(character) if code >= 0x2E80 and not 0xFB00 <= code <= 0xFEFC else character


def _in_words(character: str) -> str:
    """A picture sign by its name ("😀" is "(grinning face)"), a letter of a script without a font as a box."""
    if unicodedata.category(character) in ("So", "Sk"):
        return f"({unicodedata.name(character, 'sign').lower()})"
    return BOX
