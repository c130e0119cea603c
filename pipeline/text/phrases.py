"""Phrases as rules give them: plain words with what may be missing, as patterns and as words to look for first.

``safeguarding children('s) board(s)`` is met with and without what stands in round brackets, of several parted by
``/`` with one or none; ``[for/of]`` is one of several. A space is any white space, an opening bracket behind it or not;
an apostrophe is of any kind or missing; a comma may be missing. A phrase with a capital letter is met only as it is
written, every other one in capitals too.
"""

import re
from collections.abc import Iterable

_PART = re.compile(
    r"\((?P<may>[^()\[\]]*)\)|\[(?P<one>[^\[\]()]*)\]|(?P<gap>\s+)|(?P<sign>['’‘,])|(?P<words>[^()\[\]\s'’‘,]+)"
)
_APOSTROPHE = "['’‘]?"


def phrase_pattern(phrase: str) -> str:
    """Return the regular expression of a phrase, to be met as whole words; case counts where it has capitals.

    Raises:
        ValueError: a bracket is not closed, or stands inside another.
    """
    pattern, end = "", 0
    for part in _PART.finditer(phrase):
        if part.start() != end:
            break
        pattern, end = pattern + _part_pattern(part), part.end()
    if end != len(phrase) or not pattern:
        raise ValueError(f"“{phrase}” is no phrase from “{phrase[end:]}” on: is a bracket missing?")
    return pattern if phrase != phrase.lower() else f"(?i:{pattern})"


def _part_pattern(part: re.Match[str]) -> str:
    if part["may"] is not None:
        return f"(?:{'|'.join(map(_inside, part['may'].split('/')))})?"
    if part["one"] is not None:
        return f"(?:{'|'.join(map(_inside, part['one'].split('/')))})"
    if part["sign"] is not None:
        return ",?" if part["sign"] == "," else _APOSTROPHE
    return r"\s+\(?" if part["gap"] is not None else re.escape(part["words"])


def _inside(words: str) -> str:
    return "".join(_part_pattern(part) for part in _PART.finditer(words))


def phrase_mark(phrase: str) -> str:
    """Return the longest words, in small letters, that every text has in which the phrase is met.

    The text is looked at in small letters, with single spaces and a space for each opening bracket.
    """
    runs = re.split(r"\([^()]*\)|\[[^\[\]]*\]|['’‘,]", " ".join(phrase.casefold().split()))
    return max(runs, key=len).strip()


def met_as_whole_words(patterns: Iterable[str], not_before: Iterable[str] = ()) -> re.Pattern[str]:
    """Return one pattern of several, the longest first, met between words and outside addresses.

    Nothing is met where a pattern of ``not_before`` follows.
    """
    follows = "|".join(not_before)
    ahead = rf"(?!\s+(?:{follows})\b)" if follows else ""
    longest_first = sorted(patterns, key=len, reverse=True)
    return re.compile(rf"(?<![\w@./-])(?:{'|'.join(longest_first)})(?![\w@]|\.\w){ahead}")
