"""Mend what typesetting does to words in a PDF: doubled letters, spaced capitals, ligatures, bullets, hyphens."""

import re
from collections.abc import Sequence, Set

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
_ALL_SPACED = re.compile(r"(?:^| {2,})[A-Z] (?:[^\W_] |[-&’'] ){2,}[^\W_](?: ?[:.])?(?=$| {2,})")
"""A whole stretch of letters set apart, small ones too, that begins with a capital."""
_SPACED_YEAR = re.compile(r"(?<![\d] )(?<!\S)(?:1 9|2 0) \d \d(?! \d)(?!\S)")
_FRAGMENTS = re.compile(r"(?<!\S)[A-Z]+(?: [A-Z]+)+(?!\S)")
_LONGEST_FRAGMENTS = 8
_SHORT_WORDS = frozenset({"on", "of", "in", "to", "at", "by", "and", "the", "for"})
_WIDE = re.compile(r" {2,}")
_CONTROLS = re.compile(r"[\x00-\x01\x03-\x08\x0b-\x1f\x7f\ue000-\uf8ff]")
_SHORTEST_DOUBLED = 6
LINE_END_HYPHENS = ("\x02", "\ufffe")
"""What PDFium gives for a hyphen at the end of a line whose word goes on."""
_INNER_HYPHENS = re.compile(rf"(?<=\w)[{''.join(LINE_END_HYPHENS)}](?=\w)")
"""The same mark within a line is a hyphen that a change of fonts or a piece of text set apart ends with."""


def plain_letters(text: str) -> str:
    """Return a text with ligatures and the bullets of picture fonts written out, and without what shows nothing."""
    return _CONTROLS.sub("", text.translate(_LIGATURES))


def repair_line(text: str) -> str:
    """Return the line as its author typed it, as far as can be told. Tabs stay."""
    text = plain_letters(text).rstrip(" ").lstrip(" \t")
    text = _INNER_HYPHENS.sub("-", text)
    return "\t".join(_close_up(part) for part in _undouble(text).split("\t"))


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
    """``P O L I C Y``: letters set apart. Two spaces between the letters part the words."""
    dated = _SPACED_YEAR.sub(_without_spaces, text)
    spaced = dated != text or _SPACED.search(text) is not None or _ALL_SPACED.search(text) is not None
    text = dated
    if not spaced and "  " not in text:
        return text
    parts = _WIDE.split(text)
    if not spaced:
        return " ".join(parts)
    return " ".join(part.replace(" ", "") if _is_spaced(part) else _SPACED.sub(_without_spaces, part) for part in parts)


def _is_spaced(part: str) -> bool:
    """Whether a stretch is nothing but single letters and marks: one word, or part of a line that is set so."""
    tokens = part.split(" ")
    return len(tokens) > 1 and all(len(token) == 1 for token in tokens) and any(token.isalpha() for token in tokens)


def _without_spaces(found: re.Match[str]) -> str:
    return found.group().replace(" ", "")


def mend_fragments(text: str, vocabulary: Set[str]) -> str:
    """Join capitals that wide setting tore apart (``P O L ICY BASED O N``) into words that stand elsewhere whole.

    Nothing is joined in a line without a letter that is no word by itself.
    """
    return _FRAGMENTS.sub(lambda found: _mended(found.group(), vocabulary), text)


def _mended(text: str, vocabulary: Set[str]) -> str:
    tokens = text.split(" ")
    if not any(len(token) == 1 and token not in "AI" for token in tokens):
        return text
    joined: list[str] = []
    at = 0
    while at < len(tokens):
        count = _fragments_of_a_word(tokens[at : at + _LONGEST_FRAGMENTS], vocabulary)
        joined.append("".join(tokens[at : at + count]))
        at += count
    return " ".join(joined)


def _fragments_of_a_word(tokens: Sequence[str], vocabulary: Set[str]) -> int:
    """How many of the first tokens make one known word, at least one."""
    for count in range(len(tokens), 1, -1):
        word = "".join(tokens[:count]).lower()
        whole = word in vocabulary or word in _SHORT_WORDS
        if whole and any(len(token) < 4 for token in tokens[:count]) and not _are_words(tokens[:count], vocabulary):
            return count
    return 1


def _are_words(tokens: Sequence[str], vocabulary: Set[str]) -> bool:
    return all(token.lower() in vocabulary or token.lower() in _SHORT_WORDS or token in ("A", "I") for token in tokens)


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
