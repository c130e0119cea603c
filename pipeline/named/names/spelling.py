"""A name as a pattern: found in a text whatever apostrophe, hyphen, accent or gap it is written with there."""

import re
from enum import IntEnum
from functools import lru_cache

from pipeline.named.names.letters import APOSTROPHES, HYPHENS, PREFIX, UNSEEN, unaccented, with_apostrophes
from pipeline.text.lazily import compiled_lazily

GAP = rf"(?:[\s\u00a0{UNSEEN}]{{1,3}})"
"""Between the words of a name."""
APOSTROPHE_SIGNS, HYPHEN_SIGNS = re.escape(APOSTROPHES), re.escape(f"{HYPHENS}\u00ad")
"""For a class of signs; the soft hyphen shows at the end of a line."""
_APOSTROPHE = rf"(?:[{APOSTROPHE_SIGNS}][ \u00a0]?|[ \u00a0]?)"
"""How the apostrophe of a name may be written, left out included: O’Dowd, O' Dowd, O Dowd, ODowd."""
_HYPHEN = rf"(?:[{HYPHEN_SIGNS}][ \u00a0]?|[ \u00a0][{HYPHEN_SIGNS}]|{GAP})"
"""How the hyphen of a double-barrelled name may be: any dash, at the end of a line too, or a gap."""


class Signs(IntEnum):
    """Which apostrophes and hyphens, and which signs that nobody sees, a pattern of names must reckon with."""

    USUAL = 0
    """Of apostrophes ``'``, ``‘`` and ``’``, of hyphens ``-``, ``–`` and ``—``."""
    RARE = 1
    """Any that a reader sees."""
    UNSEEN = 2
    """Those too that nobody sees, such as a soft hyphen."""


_USUAL_APOSTROPHES, _USUAL_HYPHENS = "'‘’", "-–—"
_BACKTICK = "`"
_UNUSUAL = compiled_lazily(
    f"[{UNSEEN}{''.join(sign for sign in APOSTROPHES + HYPHENS if sign not in _USUAL_APOSTROPHES + _USUAL_HYPHENS)}]"
)
_ANY_UNSEEN = compiled_lazily(f"[{UNSEEN}]")
_SHORTER = (
    (f"[{APOSTROPHE_SIGNS}{HYPHEN_SIGNS}]", f"(?:[{_USUAL_APOSTROPHES}]|(?=)[{_USUAL_HYPHENS}])"),
    (f"[{APOSTROPHE_SIGNS}]", f"[{_USUAL_APOSTROPHES}]"),
    (f"[{HYPHEN_SIGNS}]", f"[{_USUAL_HYPHENS}]"),
)
"""Classes of signs that lie far apart, each of which takes longer to compile than twenty letters, and what stands for
them in a text of usual signs: two classes of neighbours, kept from being made one by what stands between them."""


def signs_in(text: str) -> Signs:
    """Return which signs a text has."""
    if text.isascii():
        return Signs.RARE if _BACKTICK in text else Signs.USUAL
    if _UNUSUAL.search(text) is None:
        return Signs.USUAL
    return Signs.RARE if _ANY_UNSEEN.search(text) is None else Signs.UNSEEN


def fitted(pattern: str, signs: Signs) -> str:
    """Return a pattern of names that finds the same in any text that has no further signs.

    Most texts have none, and such signs make most of what a pattern takes to compile.
    """
    if signs is not Signs.UNSEEN:
        pattern = pattern.replace(f"[{UNSEEN}]*", "").replace(UNSEEN, "")
    if signs is Signs.USUAL:
        for written, shorter in _SHORTER:
            pattern = pattern.replace(written, shorter)
    return pattern


def compiled_for(text: str, pattern: str) -> re.Pattern[str]:
    """Return a pattern made of ``spelled`` names, compiled for a text."""
    return _compiled(pattern, signs_in(text))


@lru_cache(maxsize=1024)
def _compiled(pattern: str, signs: Signs) -> re.Pattern[str]:
    return re.compile(fitted(pattern, signs))


def spelled(name: str, *, any_case: bool = True) -> str:
    """Return a pattern of a name with any apostrophe and hyphen, and any gap between its words.

    An accent of the name may be missing in the text; one that only the text has is matched in ``unaccented`` of it.
    """
    words = with_apostrophes(name).split()
    return rf"(?{'i' if any_case else ''}:{GAP.join(map(_spelled_word, words))})"


def _spelled_word(word: str) -> str:
    prefixed = PREFIX.sub(lambda found: f"{found[0]}'", word)
    return rf"[{UNSEEN}]*".join(_sign(sign) for sign in prefixed if sign not in UNSEEN)


def _sign(sign: str) -> str:
    if sign in APOSTROPHES:
        return _APOSTROPHE
    if sign in HYPHENS:
        return _HYPHEN
    bare = unaccented(sign).text
    if not bare:
        return f"{sign}?"
    return re.escape(sign) if bare == sign else rf"(?:{sign}|{re.escape(bare)}[\u0300-\u036f]*)"
