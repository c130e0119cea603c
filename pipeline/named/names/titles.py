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


def titles_small(shows: Shows = Shows.KNOWN) -> frozenset[str]:
    """Return the titles that show a name there, in small letters and without a full stop."""
    return frozenset(title.casefold() for title, known in TITLES.items() if known <= shows)


def one_title(shows: Shows = Shows.KNOWN) -> str:
    """Return a pattern of one title that shows a name there, as it is written, its full stop left out."""
    return (
        f"(?:{'|'.join(sorted((title for title, known in TITLES.items() if known <= shows), key=len, reverse=True))})"
    )


def no_title_before() -> str:
    """Return a pattern that is met nowhere right behind a title: a full stop there ends no sentence."""
    return "".join(rf"(?<!\b{title})" for title in TITLES)
