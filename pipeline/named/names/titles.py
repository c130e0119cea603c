"""Titles before names: Mr, Dr, Sister. The one list, in ``titles.toml``, which says what its parts mean.

Who asks says by ``Shows`` how much the title alone must show: at the head of any sentence only what is never another
word, before a name that is known every one.
"""

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path

_TITLES = Path(__file__).with_suffix(".toml")


class Shows(IntEnum):
    """Where a title alone shows that a name follows; each includes those above it."""

    ANYWHERE = 0
    """In any sentence."""
    BESIDE = 1
    """Beside a role, or where a name has its place."""
    KNOWN = 2
    """Only before a name that is known for one."""


@dataclass(frozen=True, slots=True)
class Title:
    """One title: one entry of ``titles.toml``."""

    title: str
    shows: Shows
    example: str
    counter_example: str
    whose: str | None = None
    """``he`` or ``she`` where it is a man's or a woman's alone."""


def _load() -> tuple[Title, ...]:
    with _TITLES.open("rb") as file:
        return tuple(Title(**entry | {"shows": Shows[entry["shows"].upper()]}) for entry in tomllib.load(file)["title"])


TITLES = _load()
"""Every title, in the order of the file."""
MEN = frozenset(each.title.casefold() for each in TITLES if each.whose == "he")
"""Titles of men, small and without a full stop."""
WOMEN = frozenset(each.title.casefold() for each in TITLES if each.whose == "she")


def titles_small(shows: Shows = Shows.KNOWN) -> frozenset[str]:
    """Return the titles that show a name there, in small letters and without a full stop."""
    return frozenset(each.title.casefold() for each in TITLES if each.shows <= shows)


def one_title(shows: Shows = Shows.KNOWN) -> str:
    """Return a pattern of one title that shows a name there, as it is written, its full stop left out."""
    return f"(?:{'|'.join(_longest_first(each.title for each in TITLES if each.shows <= shows))})"


def no_title_before() -> str:
    """Return a pattern that is met nowhere right behind a title: a full stop there ends no sentence."""
    return "".join(rf"(?<!\b{each.title})" for each in TITLES)


def _longest_first(words: Iterable[str]) -> list[str]:
    return sorted(words, key=len, reverse=True)
