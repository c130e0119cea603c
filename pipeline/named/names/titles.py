"""Titles before names: Mr, Dr, Sister. The one list, in ``titles.toml``, which says what its parts mean.

Who asks says by ``Shows`` how much the title alone must show: at the head of any sentence only what is never another
word, before a name that is known every one.
"""

from enum import IntEnum
from pathlib import Path

from pipeline.text.rules import load_rules

MORE = ("whose",)
"""What the rules of this file may have besides."""


class Shows(IntEnum):
    """Where a title alone shows that a name follows; each includes those above it."""

    ANYWHERE = 0
    """In any sentence."""
    BESIDE = 1
    """Beside a role, or where a name has its place."""
    KNOWN = 2
    """Only before a name that is known for one."""


_RULES = load_rules(Path(__file__).with_suffix(".toml"), MORE).rules
TITLES = {title: Shows[rule.kind.upper()] for rule in _RULES for title in rule.phrases}
"""Every title with where it shows a name."""
MEN = frozenset(title.casefold() for rule in _RULES if rule.more.get("whose") == "he" for title in rule.phrases)
"""Titles of men, small and without a full stop."""
WOMEN = frozenset(title.casefold() for rule in _RULES if rule.more.get("whose") == "she" for title in rule.phrases)
GLUED = r"(?<=\.)(?=[^\W\d_a-z])"
"""A pattern of what parts a title's full stop from a name where no blank does: "Mr.Lowe"."""
_CUT_SHORT = ("Br", "Cllr", "Dr", "Fr", "Mme", "Mr", "Mrs", "Ms", "Mx", "Prof", "Rev", "Revd", "Sr")
"""Titles that a full stop may follow in the middle of a sentence: behind "the doctor." the sentence has ended."""


def titles_small(shows: Shows = Shows.KNOWN) -> frozenset[str]:
    """Return the titles that show a name there, in small letters and without a full stop."""
    return frozenset(title.casefold() for title, known in TITLES.items() if known <= shows)


def one_title(shows: Shows = Shows.KNOWN) -> str:
    """Return a pattern of one title that shows a name there, as it is written, its full stop left out.

    It is met only where a word begins: "CPOMs. However" holds none.
    """
    known = sorted((title for title, its in TITLES.items() if its <= shows), key=len, reverse=True)
    return rf"(?:(?<![^\W_])(?:{'|'.join(known)}))"


def one_cut_short() -> str:
    """Return a pattern of one title whose full stop ends no sentence, the full stop left out."""
    return f"(?:{'|'.join(sorted(_CUT_SHORT, key=len, reverse=True))})"


def no_title_before() -> str:
    """Return a pattern that is met nowhere right behind a title whose full stop ends no sentence."""
    return "".join(rf"(?<!\b{title})" for title in _CUT_SHORT)


def no_word_ends_here() -> str:
    """Return a pattern that is not met where a word that is a title too ends a sentence: "ask the doctor. Bob Hill"."""
    return f"(?!(?:{'|'.join(title.casefold() for title in TITLES if title not in _CUT_SHORT)})\\.)"
