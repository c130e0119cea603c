"""A name as a pattern: found in a text whatever apostrophe, hyphen, accent or gap it is written with there."""

import re
from functools import lru_cache

from pipeline.named.names.letters import APOSTROPHES, HYPHENS, PREFIX, UNSEEN, unaccented, with_apostrophes

GAP = rf"(?:[\s\u00a0{UNSEEN}]{{1,3}})"
"""Between the words of a name."""
APOSTROPHE_SIGNS, HYPHEN_SIGNS = re.escape(APOSTROPHES), re.escape(f"{HYPHENS}\u00ad")
"""For a class of signs; the soft hyphen shows at the end of a line."""
_APOSTROPHE = rf"(?:[{APOSTROPHE_SIGNS}][ \u00a0]?|[ \u00a0]?)"
"""How the apostrophe of a name may be written, left out included: O’Dowd, O' Dowd, O Dowd, ODowd."""
_HYPHEN = rf"(?:[{HYPHEN_SIGNS}][ \u00a0]?|[ \u00a0][{HYPHEN_SIGNS}]|{GAP})"
"""How the hyphen of a double-barrelled name may be: any dash, at the end of a line too, or a gap."""


_ANY_UNSEEN = re.compile(f"[{UNSEEN}]")


def has_unseen(text: str) -> bool:
    """Whether a sign stands in a text that nobody sees, such as a soft hyphen."""
    return not text.isascii() and _ANY_UNSEEN.search(text) is not None


def without_unseen(pattern: str) -> str:
    """Return a pattern of names that finds the same in any text that has no unseen sign.

    Most have none, and between all letters of a name such signs make most of what a pattern takes to compile.
    """
    return pattern.replace(f"[{UNSEEN}]*", "").replace(UNSEEN, "")


def compiled_for(text: str, pattern: str) -> re.Pattern[str]:
    """Return a pattern made of ``spelled`` names, compiled for a text."""
    return _compiled(pattern, has_unseen(text))


@lru_cache(maxsize=1024)
def _compiled(pattern: str, unseen: bool) -> re.Pattern[str]:
    return re.compile(pattern if unseen else without_unseen(pattern))


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
