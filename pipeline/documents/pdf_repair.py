"""Mend what typesetting does to words in a PDF: doubled letters, spaced capitals, ligatures, bullets, hyphens."""

import re
from collections.abc import Set

_LIGATURES = str.maketrans(
    {
        "ﬀ": "ff",
        "ﬁ": "fi",
        "ﬂ": "fl",
        "ﬃ": "ffi",
        "ﬄ": "ffl",
        "\u00a0": " ",
        "\u00ad": "",
        "\ufeff": "",
        "\u200b": "",
        "\ufffd": "",
        # Bullets and ticks of picture fonts keep the private numbers of those fonts.
        "\uf0b7": "•",
        "\uf0a7": "•",
        "\uf0d8": "•",
        "\uf0fc": "✓",
        "\uf076": "•",
        "\uf0a8": "☐",
        "\uf0fe": "☑",
        "\uf028": "☎",
        "\uf02a": "✉",
        "\uf06c": "•",
        "\uf020": " ",
    }
)
_SPACED = re.compile(r"(?<![^\s])(?:[A-Z&] ){4,}[A-Z](?![^\s])")
_ALL_SPACED = re.compile(r"(?:[A-Z&] )+[A-Z]")
_WIDE = re.compile(r" {2,}")
_CONTROLS = re.compile(r"[\x00-\x01\x03-\x08\x0b-\x1f\x7f\ue000-\uf8ff]")
_SHORTEST_DOUBLED = 6
LINE_END_HYPHENS = ("\x02", "\ufffe")
"""What PDFium gives for a hyphen at the end of a line whose word goes on."""


def repair_line(text: str) -> str:
    """Return the line as its author typed it, as far as can be told. Tabs stay."""
    text = _CONTROLS.sub("", text.translate(_LIGATURES)).rstrip(" ").lstrip(" \t")
    return _close_up(_undouble(text))


def _undouble(text: str) -> str:
    """``GGEENNEERRAALL``: bold made by printing each letter twice. All words of the line are, or none."""
    words = text.split()
    letters = "".join(words)
    if len(letters) < _SHORTEST_DOUBLED or letters[0::2] != letters[1::2] or len(set(letters)) < 3:
        return text
    if not any(letter.isalpha() for letter in letters):
        return text
    return " ".join(word[0::2] for word in words) if all(len(word) % 2 == 0 for word in words) else text


def _close_up(text: str) -> str:
    """``P O L I C Y``: capitals set apart. Two spaces between the letters part the words."""
    spaced = _SPACED.search(text) is not None
    if not spaced and "  " not in text:
        return text
    parts = _WIDE.split(text)
    if not spaced:
        return " ".join(parts)
    return " ".join(
        part.replace(" ", "") if _ALL_SPACED.fullmatch(part) else _SPACED.sub(_without_spaces, part) for part in parts
    )


def _without_spaces(found: re.Match[str]) -> str:
    return found.group().replace(" ", "")


def join_words(before: str, after: str, vocabulary: Set[str]) -> str:
    """Join two lines of one paragraph, a word broken by a hyphen included.

    The hyphen goes where the document elsewhere has the word whole, and stays otherwise ("well-being"): word
    processors break at the author's own hyphens far more often than they add any.
    """
    soft = before.endswith(LINE_END_HYPHENS)
    if not soft and not (before.endswith("-") and before[-2:-1].isalpha() and after[:1].islower()):
        return f"{before} {after}"
    head, tail = before[:-1].rsplit(maxsplit=1)[-1:], after.split(maxsplit=1)[:1]
    whole = "".join((*head, *tail)).strip(".,;:!?()'\"’”“").lower()
    return f"{before[:-1]}{'' if whole in vocabulary else '-'}{after}"
