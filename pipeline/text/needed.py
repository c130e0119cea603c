"""Which of many things a text may hold, told by letters that each of them needs: one look a word, not one a thing.

Code that has many patterns says for each some letters of which every text holds one that the pattern finds anything in.
What was told of a word is kept for the next text that has it.
"""

import re
from collections.abc import Collection, Iterable, Sequence
from functools import lru_cache

_KEY = 2
"""Letters by which the places of a word are looked up; no letters that are needed are fewer."""
_MOST_WORDS, _MOST_TEXTS = 50_000, 4096
"""Words and texts of which is kept what they hold."""
_ALSO_SMALL = ("\u0130", "\u0131", "\u017f", "\u0307", "\u212a")
"""Signs that are no letters of English and become some in plain letters, or are lost."""


def in_plain_letters(text: str) -> str:
    """Return ``text`` in small letters, every i with one dot: whatever a pattern in small letters of English may meet.

    A pattern to which case is all one meets the long s, the Kelvin sign and the i without or with a second dot, too.
    """
    small = text.casefold()
    return small if small.isascii() else small.replace("ı", "i").replace("i\u0307", "i")


def one_of_letters(choices: Iterable[str]) -> str:
    """Return a regular expression of any of ``choices``, the longest first, in which beginnings they share stand once.

    Where nothing fits, that is told by one sign and not by one choice after the other.
    """
    by_first: dict[str, list[str]] = {}
    for each in dict.fromkeys(choices):
        by_first.setdefault(each[:1], []).append(each[1:])
    ends = "" in by_first
    by_first.pop("", None)
    branches = [re.escape(first) + one_of_letters(rest) for first, rest in by_first.items()]
    return f"(?:{'|'.join(branches)}){'?' if ends else ''}" if branches else ""


@lru_cache(maxsize=64)
def without_longer(words: frozenset[str]) -> tuple[str, ...]:
    """Return the words that hold no other of them: of "cp", "dcp" and "lead" the first and the last.

    A text has one of these wherever it has any.
    """
    return tuple(word for word in words if not any(other in word for other in words - {word}))


@lru_cache(maxsize=8192)
def numbers_of(things: int) -> tuple[int, ...]:
    """Return the numbers of the bits that are set, from the lowest on."""
    found = []
    while things:
        lowest = things & -things
        found.append(lowest.bit_length() - 1)
        things ^= lowest
    return tuple(found)


class Needed:
    """Things by number, each with the letters of which a text needs one."""

    def __init__(self, *needs: Sequence[Collection[str]], begins: Sequence[Collection[str]] = ()) -> None:
        """Take for each thing its letters: English and small, two and more, no space; none where it needs none.

        Of several such lists a text needs letters of each. ``begins``: with which letters each thing begins, right
        behind no other letter; none where it may begin with any.

        Raises:
            ValueError: letters are not so.
        """
        self._every = (1 << max(map(len, (*needs, begins)))) - 1
        self._lists = [
            (_LETTERS.add(each, begins=each is begins), sum(1 << at for at, letters in enumerate(each) if not letters))
            for each in (*needs, begins)
            if any(each)
        ]
        """The first bit of each list, and the things that need nothing of it."""

    def of(self, text: str) -> int:
        """Return the things that a text may hold, as a number with the bit of each set."""
        held, found = _LETTERS.held_by(text), self._every
        for first, always in self._lists:
            found &= held >> first | always
        return found


class _Letters:
    """The letters of all that are looked for, so that each text is gone through once for all."""

    def __init__(self) -> None:
        self._things = self._of_beginnings = 0
        self._by_key: dict[str, list[tuple[str, int, bool]]] = {}
        """By their first two, with the bit of what needs them and whether it begins with them."""
        self._known: dict[str, int] = {}
        """What each word holds."""
        self.held_by = lru_cache(maxsize=_MOST_TEXTS)(self._held_by)
        """Returns the things whose letters stand in a text, those that need none left out."""

    def add(self, needs: Sequence[Collection[str]], *, begins: bool) -> int:
        """Return the number that the first of further things has among all; ``begins``: letters that begin them."""
        first = self._things
        for number, each in enumerate(needs, start=first):
            self._of_beginnings |= begins << number
            for letters in each:
                if len(letters) < _KEY or not letters.isascii() or letters != "".join(letters.lower().split()):
                    raise ValueError(f"“{letters}” cannot be looked for in words")
                self._by_key.setdefault(letters[:_KEY], []).append((letters, 1 << number, begins))
        self._things += len(needs)
        self._known = {}
        self.held_by.cache_clear()
        return first

    def _held_by(self, text: str) -> int:
        small, found = in_plain_letters(text), 0
        if not text.isascii() and (len(text.casefold()) != len(text) or any(map(text.__contains__, _ALSO_SMALL))):
            # Letters that come of other signs are none to code that looks for what begins behind them.
            found = self._of_beginnings
        words, known = small.split(), self._known
        told = set(map(known.get, words))
        if None in told:  # of a word never met
            told = {self._look(word) for word in set(words)}
        for each in told:
            found |= each or 0
        return found

    def _look(self, word: str) -> int:
        """Return what a word holds, and keep it."""
        held = self._known.get(word, 0)
        if word in self._known:
            return held
        for at in range(len(word) - _KEY + 1):
            for letters, thing, begins in self._by_key.get(word[at : at + _KEY], ()):
                if word.startswith(letters, at) and not (begins and at and "a" <= word[at - 1] <= "z"):
                    held |= thing
        if len(self._known) >= _MOST_WORDS:
            self._known = {}
        self._known[word] = held
        return held


_LETTERS = _Letters()
