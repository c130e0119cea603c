"""Mend the words of a title in which a PDF lost the letters that were printed as one: "collec2on" is "collection".

Such a file gives another sign for the one it drew ("ti", "ft", "fi"). Only a word that comes out as a known one is
changed: an ordinary word, one of the names of policies, or one that the document writes whole elsewhere.
"""

import re
from collections.abc import Callable, Iterable
from functools import cache

from pipeline.catalogue.policies import load_catalogue
from pipeline.named.names.given_names import ordinary_words

_DRAWN_AS_ONE = ("ti", "tt", "ft", "fi", "fl", "ff", "ffi", "ffl", "tti", "th", "fj")
_DAMAGED = re.compile(
    r"(?<![\w.@/-])(?P<before>[A-Za-z]+)(?P<sign>[^\w\s.’'/&()–-]|\d|\ufffd)"
    r"(?P<after>[a-z]+|(?<=[\ufffd\ufffe])(?=[\s-]))(?!\w)"
)
_WORD = re.compile(r"[a-z]{3,}")


def mend_letters(title: str, lines: Iterable[str]) -> str:
    """Return a title with its damaged words written out; ``lines`` are those of its document."""
    if not _DAMAGED.search(title):
        return title
    own = frozenset(word for line in lines for word in _WORD.findall(line.lower()))
    return _DAMAGED.sub(lambda match: _mended(match, lambda word: word in own or word in _known()), title)


def _mended(match: re.Match[str], is_word: Callable[[str], bool]) -> str:
    if match["sign"] in ",;:" and is_word(match["after"]) and is_word(match["before"].lower()):
        return match[0]
    whole = [match["before"] + letters + match["after"] for letters in _DRAWN_AS_ONE]
    words = [word for word in whole if is_word(word.lower())]
    return words[0] if len(words) == 1 else match[0]


@cache
def _known() -> frozenset[str]:
    names = (name for entry in load_catalogue() for name in (entry.name, *entry.aliases))
    return ordinary_words() | {word for name in names for word in _WORD.findall(name.lower())}
