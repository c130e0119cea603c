"""Patterns of any plain name: compiled once for all, where a pattern of each name takes longer than all its texts.

The name is put before the text, and the pattern goes back to it ("(?P=own_surname)") where it would spell it.
"""

import re
from collections.abc import Iterator

from pipeline.named.names.letters import PREFIX

OWN_INITIAL, OWN_FIRST, OWN_SURNAME = "(?P=own_initial)", "(?i:(?P=own_first))", "(?i:(?P=own_surname))"
"""What stands in such a pattern for the initial, the first name and the surname in any case."""
_NAME = r"(?:(?P<own_initial>[A-Z])(?P<own_first>[A-Za-z]++))?\n(?P<own_surname>[A-Za-z]++)\n"
_BEFORE = "\n\n"
"""What a pattern may look back at from where it begins: two signs."""
_OTHER_CASE = re.compile("[ıſ]")
"""Letters that a pattern in any case takes for i and s, and takes for themselves where it goes back to a name."""
_LONGEST_TEXT = 20_000
"""A text is copied for each place that is found in it."""


def pattern_of_any_name(pattern: str) -> str:
    """Return what finds a pattern with ``OWN_SURNAME`` and its like in it, for ``places_of`` to be used with.

    It looks back at two signs at most and finds no empty place.
    """
    return rf"\A{_NAME}(?s:..)(?s:.*?)(?P<found>{pattern})"


def is_plain(word: str) -> bool:
    """Whether a word of a name is spelled in one way: English letters, and nothing that an apostrophe may follow."""
    return word.isascii() and word.isalpha() and PREFIX.search(word) is None


def is_usual(text: str) -> bool:
    """Whether such patterns find the same in a text as those of a name do; it has no signs that nobody sees."""
    return len(text) < _LONGEST_TEXT and (text.isascii() or _OTHER_CASE.search(text) is None)


def places_of(pattern: re.Pattern[str], first: str, surname: str, text: str) -> Iterator[tuple[re.Match[str], int]]:
    """Yield what ``finditer`` would find of a name, each with what its places are too high by.

    ``pattern`` is made by ``pattern_of_any_name``; what it finds is its group "found". ``first`` may be empty where the
    pattern does not ask for it. Both words are plain and the text is usual.
    """
    before = f"{first[:1].upper()}{first}\n{surname}\n"
    added = len(before) + len(_BEFORE)
    padded, at = _BEFORE + text, 0
    while (match := pattern.match(before + padded[at:])) is not None:
        yield match, added - at
        at = match.end() - added + at
