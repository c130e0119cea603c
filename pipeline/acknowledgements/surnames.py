"""Compare the surname a reader typed with the one the school has, tolerant of how keyboards and people write it."""

import unicodedata

_SPELT_OUT = str.maketrans({"ø": "o", "æ": "ae", "œ": "oe", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i"})


def surname_matches(typed: str, last_name: str) -> bool:
    """Return whether ``typed`` is the surname ``last_name``, whatever its capitals, accents, hyphens and spaces.

    ``oneill`` is O'Neill and ``garcia lopez`` is García-López; a first name in front of it is not the surname.
    """
    wanted = _letters(last_name)
    return bool(wanted) and _letters(typed[:500]) == wanted


def _letters(name: str) -> str:
    decomposed = unicodedata.normalize("NFKD", name.casefold()).translate(_SPELT_OUT)
    return "".join(character for character in decomposed if unicodedata.category(character)[0] in "LN")
