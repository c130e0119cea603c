"""Compare the surname a reader typed with the one the school has, tolerant of how keyboards and people write it."""

import unicodedata

from pipeline.lifecycle.letters import plain_letters


def surname_matches(typed: str, last_name: str) -> bool:
    """Return whether ``typed`` is the surname ``last_name``, whatever its capitals, accents, hyphens and spaces.

    ``oneill`` is O'Neill and ``garcia lopez`` is García-López; a first name in front of it is not the surname.
    """
    wanted = _letters(last_name)
    return bool(wanted) and _letters(typed[:500]) == wanted


def _letters(name: str) -> str:
    return "".join(character for character in plain_letters(name) if unicodedata.category(character)[0] in "LN")
