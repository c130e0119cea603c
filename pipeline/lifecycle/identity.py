"""Whether a name that somebody typed could be a certain person, however it is spelt: who may not act for themself.

Used where a person must be somebody else (a confirmation, a reading entered on paper) and where lists are compared.
Wide on purpose: two people who cannot be told apart by what was typed count as one, and are asked to write more.
"""

import re
from functools import lru_cache

from pipeline.lifecycle.letters import plain_letters

_TITLES = frozenset(
    ("mr", "mrs", "ms", "miss", "mx", "dr", "prof", "professor", "sir", "dame", "rev", "revd", "reverend", "sister",
     "father", "fr", "canon", "cllr", "councillor", "lord", "lady", "madame", "mme")
)  # fmt: skip
_LETTERS_AFTER = frozenset(
    ("ba", "bsc", "bed", "ma", "msc", "med", "phd", "pgce", "qts", "npqh", "obe", "mbe", "cbe", "jp", "hons")
)
_ASIDE = re.compile(r"[(\[].*?(?:[)\]]|$)")
_SAME_BEGINNING = 3
"""Letters after which a first name may go on otherwise: Debbie and Deborah."""


def could_be_one_person(one: str, other: str) -> bool:
    """Return whether two written names could be one person's.

    Titles, accents, apostrophes, capitals and remarks in brackets are set aside; surnames may come first, with or
    without a comma; a double surname may lack one of its parts; first names may be initials, short forms or missing.
    """
    first, second = _words(one), _words(other)
    if not first or not second:
        return False
    if sorted(first) == sorted(second) or "".join(first) == "".join(second):
        return True
    if _initials(first, second) or _initials(second, first):
        return True
    ways = ((mine, theirs) for mine in _readings(first) for theirs in _readings(second))
    return any(_agree(mine, theirs) for mine, theirs in ways)


@lru_cache(maxsize=4096)
def _words(name: str) -> tuple[str, ...]:
    """Take a name apart, the surname last: small letters without accents, no title, no degree."""
    surname, comma, given = _ASIDE.sub(" ", name).partition(",")
    if comma and _plain(given).split() and not set(_plain(given).split()) <= _LETTERS_AFTER:
        surname, given = given, surname
        words = _plain(f"{surname} {given}").split()
    else:
        words = _plain(surname).split()
    words = [word for word in words if word not in _TITLES]
    while len(words) > 1 and words[-1] in _LETTERS_AFTER:
        words.pop()
    return tuple(words)


def _plain(text: str) -> str:
    letters = re.sub(r"['’‘`´ʼ]", "", plain_letters(text))
    return re.sub(r"[^\w]+|_", " ", letters)


def _initials(short: tuple[str, ...], full: tuple[str, ...]) -> bool:
    """Whether ``short`` is nothing but the initials of ``full``: JH or J. H. for Jo Hill."""
    letters = "".join(short)
    return len(full) > 1 and len(letters) > 1 and letters == "".join(word[0] for word in full)


def _readings(words: tuple[str, ...]) -> tuple[tuple[str, frozenset[str]], ...]:
    """Return the ways to take a name: its first name (empty where it is a surname alone) and the other words."""
    if len(words) == 1:
        return (("", frozenset(words)),)
    return ((words[0], frozenset(words[1:])), (words[-1], frozenset(words[:-1])))


def _agree(one: tuple[str, frozenset[str]], other: tuple[str, frozenset[str]]) -> bool:
    shared = {word for word in one[1] & other[1] if len(word) > 1}
    return bool(shared) and _same_first(one[0], other[0])


def _same_first(one: str, other: str) -> bool:
    if not one or not other or one == other:
        return True
    if one.startswith(other) or other.startswith(one):
        return True
    return len(one) >= _SAME_BEGINNING and one[:_SAME_BEGINNING] == other[:_SAME_BEGINNING]
