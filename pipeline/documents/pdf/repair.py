"""Mend what typesetting does to words in a PDF: doubled letters, spaced capitals, ligatures, bullets, hyphens."""

import re
from collections.abc import Container, Sequence
from functools import cached_property

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
_APART = re.compile(r" \S \S ")
"""In every text in which letters or figures are set apart."""
_FRAGMENTS = re.compile(r"(?<!\S)[A-Z]+(?: [A-Z]+)+(?!\S)")
_LONE_CAPITAL = re.compile(r"[B-HJ-Z](?!\S)(?<!\S[A-Z])")
"""A letter that is no word by itself."""
_LONGEST_FRAGMENTS = 8
_SHORT_WORDS = frozenset({"on", "of", "in", "to", "at", "by", "and", "the", "for"})
_WORD = re.compile(r"[^\W\d_]{2,}")
_AROUND = ".,;:!?()'\"’”“"
_SHORTEST_MENDED = 4
_BEFORE_HYPHENS = frozenset({
    "after", "all", "anti", "bi", "by", "child", "co", "counter", "cross", "cyber", "day", "de", "deputy", "double",
    "drop", "early", "eco", "equal", "ex", "extra", "face", "fire", "first", "five", "follow", "four", "free", "full",
    "good", "half", "hand", "hard", "head", "health", "high", "home", "ill", "in", "inter", "intra", "key", "know",
    "large", "late", "lead", "life", "line", "list", "local", "long", "low", "macro", "mid", "mini", "mis", "multi",
    "near", "neo", "new", "non", "off", "old", "on", "one", "open", "out", "over", "own", "para", "parent", "part",
    "peer", "per", "play", "post", "pre", "pro", "pseudo", "quasi", "re", "risk", "role", "safe", "school", "second",
    "self", "semi", "set", "short", "six", "sleep", "small", "so", "socio", "staff", "step", "sub", "super",
    "teacher", "ten", "term", "third", "three", "time", "top", "trans", "two", "ultra", "un", "under", "up", "vice",
    "water", "well", "whole", "work", "year", "young",
})  # fmt: skip
"""What stands before a hyphen in words that always have one, whether or not a document uses it by itself."""
_WIDE = re.compile(r" {2,}")
_CONTROLS = re.compile(r"[\x00-\x01\x03-\x08\x0b-\x1f\x7f\ue000-\uf8ff]")
_SHORTEST_DOUBLED = 6
LINE_END_HYPHENS = ("\x02", "\ufffe")
"""What PDFium gives for a hyphen at the end of a line whose word goes on."""
_INNER_HYPHENS = re.compile(rf"(?<=\w)[{''.join(LINE_END_HYPHENS)}](?=\w)")
"""The same mark within a line is a hyphen that a change of fonts or a piece of text set apart ends with."""
_NO_WORDS = re.compile(rf"\w+[{''.join(LINE_END_HYPHENS)}]\w+|\S*[/@]\S*|www\.\S*")
"""Words that a line's end breaks, and addresses: what is one word there may be two in a sentence."""
_BROKEN_WORD = re.compile(rf"(\w+)[{''.join(LINE_END_HYPHENS)}](\w+)")


def plain_letters(text: str) -> str:
    """Return a text with ligatures and the bullets of picture fonts written out, and without what shows nothing."""
    written = text if text.isascii() else text.translate(_LIGATURES)
    return written if written.isprintable() else _CONTROLS.sub("", written)


def repair_line(text: str, *, several: bool = False) -> str:
    """Return the line as its author typed it, as far as can be told. Tabs stay.

    ``several``: PDFium gave lines as one where words break at their ends; the marks of those hyphens stay for
    ``join_words``.
    """
    if text.isascii() and text.isprintable():
        text = text.strip(" ")
        if "  " not in text and not _may_be_doubled(text) and _APART.search(text) is None:
            # As most lines are: nothing in it is to be repaired.
            return text
    text = plain_letters(text).rstrip(" ").lstrip(" \t")
    if not several and _has_line_end(text):
        text = _INNER_HYPHENS.sub("-", text)
    return "\t".join(_close_up(part) for part in _undouble(text).split("\t"))


def _has_line_end(text: str) -> bool:
    """Say whether a text has the mark of a hyphen that ends a line."""
    return "\x02" in text or "\ufffe" in text


def _may_be_doubled(text: str) -> bool:
    """Say whether a text may begin with a letter printed twice."""
    return text[:1] == text[1:2] or not text[:2].isalnum()


def _undouble(text: str) -> str:
    """``GGEENNEERRAALL``: bold made by printing each letter twice. All words of the line are, or none."""
    if not _may_be_doubled(text):
        return text
    words = text.split()
    letters = "".join(words)
    if len(letters) < _SHORTEST_DOUBLED or letters[0::2] != letters[1::2] or len(set(letters)) < 3:
        return text
    if not any(letter.isalpha() for letter in letters):
        return text
    return " ".join(word[0::2] for word in words) if all(len(word) % 2 == 0 for word in words) else text


def _close_up(text: str) -> str:
    """``P O L I C Y``: letters set apart. Two spaces between the letters part the words."""
    if _APART.search(text) is None:
        return " ".join(_WIDE.split(text)) if "  " in text else text
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


def mend_fragments(text: str, vocabulary: Container[str]) -> str:
    """Join capitals that wide setting tore apart (``P O L ICY BASED O N``) into words that stand elsewhere whole.

    Nothing is joined in a line without a letter that is no word by itself.
    """
    if _LONE_CAPITAL.search(text) is None:
        return text
    return _FRAGMENTS.sub(lambda found: _mended(found.group(), vocabulary), text)


def _mended(text: str, vocabulary: Container[str]) -> str:
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


def _fragments_of_a_word(tokens: Sequence[str], vocabulary: Container[str]) -> int:
    """How many of the first tokens make one known word, at least one."""
    for count in range(len(tokens), 1, -1):
        word = "".join(tokens[:count]).lower()
        whole = _is_long_word(word, vocabulary) or word in _SHORT_WORDS
        if whole and any(len(token) < 4 for token in tokens[:count]) and not _are_words(tokens[:count], vocabulary):
            return count
    return 1


def _are_words(tokens: Sequence[str], vocabulary: Container[str]) -> bool:
    return all(
        _is_long_word(token.lower(), vocabulary) or token.lower() in _SHORT_WORDS or token in ("A", "I")
        for token in tokens
    )


def _is_long_word(word: str, vocabulary: Container[str]) -> bool:
    """Whether it is a word of the document, and not one of the short ones, which torn letters make by themselves."""
    return len(word) >= _SHORTEST_MENDED and word in vocabulary


class WholeWords:
    """The words of a document in small letters, without the halves of those that break at a line's end.

    Listed when the first is asked for: many documents have no word that was torn.
    """

    def __init__(self, lines: Sequence[str]) -> None:
        self._lines = lines

    def __contains__(self, word: object) -> bool:
        """Say whether a word is one of them."""
        return word in self._words

    @cached_property
    def _words(self) -> frozenset[str]:
        return whole_words(self._lines)


def whole_words(lines: Sequence[str]) -> frozenset[str]:
    """Return the words of a document in small letters, without the halves of those that break at a line's end."""
    words: set[str] = set()
    plain: list[str] = []
    broken = False
    for line in lines:
        breaks = line.endswith(_BREAK_OFF)
        if broken or breaks or any(map(line.__contains__, _IN_NO_WORDS)) or "www." in line.lower():
            found = _WORD.findall(_NO_WORDS.sub(" ", line.lower()))
            first = 1 if broken and found and line[:1].isalpha() else 0
            words.update(found[first : len(found) - breaks])
        else:
            plain.append(line)
        broken = breaks
    return frozenset(words.union(_WORD.findall("\n".join(plain).lower())))


_BREAK_OFF = (*LINE_END_HYPHENS, "-")
_IN_NO_WORDS = (*LINE_END_HYPHENS, "/", "@")


def join_words(before: str, after: str, vocabulary: Container[str]) -> str:
    """Join two lines of one paragraph, a word broken by a hyphen included.

    The hyphen goes where the document (``vocabulary``) elsewhere has the word whole, or where neither half is a word
    ("Confiden-tiality"). It stays otherwise ("well-being", "pre-school"): word processors break at the author's own
    hyphens far more often than they add any.
    """
    if not before.endswith(LINE_END_HYPHENS) and not (
        before.endswith("-") and before[-2:-1].isalpha() and after[:1].islower()
    ):
        return f"{before} {after}"
    head = "".join(before[:-1].rsplit(maxsplit=1)[-1:]).strip(_AROUND).lower()
    tail = "".join(after.split(maxsplit=1)[:1]).strip(_AROUND).lower()
    is_one = head + tail in vocabulary or (after[:1].islower() and _are_halves(head, tail, vocabulary))
    return f"{before[:-1]}{'' if is_one else '-'}{after}"


def close_broken_words(text: str, vocabulary: Container[str]) -> str:
    """Return lines that PDFium gave as one with each word whole that breaks at their ends; as ``join_words``."""
    if not _has_line_end(text):
        return text
    return _BROKEN_WORD.sub(lambda found: join_words(f"{found[1]}-", found[2], vocabulary), text)


def _are_halves(head: str, tail: str, vocabulary: Container[str]) -> bool:
    """Whether two parts around a hyphen are no words, nor what English sets before one with a hyphen."""
    if not (head.isalpha() and tail.isalpha()) or len(head) < 2 or len(tail) < 2:
        return False
    known = {head, tail} & _SHORT_WORDS or head in vocabulary or tail in vocabulary
    return not known and head not in _BEFORE_HYPHENS
