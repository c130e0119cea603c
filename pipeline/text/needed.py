"""Which of many things a text may hold, told by letters that each of them needs: one look a word, not one a thing.

Whoever has many patterns says for each some letters of which every text holds one that the pattern finds anything in.
A text is then looked through once, word by word, and what was told of a word is kept for the next text that has it.
"""

import re
import threading
from collections.abc import Callable, Collection, Iterable, Sequence
from functools import lru_cache

_KEY = 2
"""Letters by which the places of a word are looked up; no letters that are needed are fewer."""
_MOST_WORDS, _MOST_TEXTS = 50_000, 4096
"""Words and texts of which is kept what they hold."""


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
        own = (1 << max(map(len, (*needs, begins)))) - 1
        parts = [
            (_TABLE.add(each, begins=each is begins), sum(1 << at for at, letters in enumerate(each) if not letters))
            for each in (*needs, begins)
            if any(each)
        ]
        self.of = _looking_for(own, parts)
        """Returns the things that a text may hold, as a number with the bit of each set."""


def _looking_for(own: int, parts: Sequence[tuple[int, int]]) -> Callable[[str], int]:
    """Return what tells the things of a text; ``parts``: the first bit of each list and the bits of its empty ones.

    A function made for them, as it is asked some hundred times a document.
    """
    held_by = _TABLE.held_by
    (first, without), *more = parts or [(0, own)]
    if not more and not without:
        return lambda text: held_by(text) >> first & own

    def look(text: str) -> int:
        held = held_by(text)
        found = (held >> first | without) & own
        for offset, always in more:
            found &= held >> offset | always
        return found

    return look


_Step = tuple[int, int, dict[str, "_Step"]]
"""Letters gone through: the things that these are all the letters of, those of them that must begin there, and each
letter that may come next."""


class _Words:
    """What is known of words: each has the number of what it holds, as many hold the same and most hold nothing."""

    def __init__(self) -> None:
        self.numbers: dict[str, int] = {}
        self.held = [0]
        self._number_of = {0: 0}

    def note(self, word: str, held: int) -> None:
        """Keep what a word holds."""
        number = self._number_of.get(held)
        if number is None:
            with _LOCK:
                number = self._number_of.get(held, len(self.held))
                if number == len(self.held):
                    self.held.append(held)
                    self._number_of[held] = number
        self.numbers[word] = number


class _Table:
    """The letters of all that are looked for, so that each text is gone through once for all."""

    def __init__(self) -> None:
        self._things = 0
        self._by_key: dict[str, list[tuple[str, int, bool]]] = {}
        self._steps: dict[str, _Step] = {}
        """Of two letters that some word had: what may come of them."""
        self._words = _Words()
        self._of_beginnings = 0
        self.held_by = lru_cache(maxsize=_MOST_TEXTS)(self._held_by)
        """Returns the things whose letters stand in a text, those that need none left out."""

    def add(self, needs: Sequence[Collection[str]], *, begins: bool = False) -> int:
        """Return the number that the first of further things has among all; ``begins``: letters that begin them."""
        things: dict[str, int] = {}
        for number, each in enumerate(needs, start=self._things):
            for letters in each:
                if len(letters) < _KEY or not letters.isascii() or letters != "".join(letters.lower().split()):
                    raise ValueError(f"“{letters}” cannot be looked for in words")
                things[letters] = things.get(letters, 0) | 1 << number
                self._of_beginnings |= begins << number
        for letters, mask in things.items():
            self._by_key.setdefault(letters[:_KEY], []).append((letters, mask, begins))
        self._words = _Words()
        self._steps.clear()
        self.held_by.cache_clear()
        first, self._things = self._things, self._things + len(needs)
        return first

    def _held_by(self, text: str) -> int:
        known, found, small = self._words, 0, text.casefold()
        if not text.isascii():
            # Letters that come of other signs are none to whoever looks for what begins behind them.
            odd = len(small) != len(text) or any(map(text.__contains__, _ALSO_SMALL))
            found, small = (self._of_beginnings, in_plain_letters(text)) if odd else (0, small)
        words = small.split()
        # What is known of each word is gathered before it is put together.
        told = set(map(known.numbers.get, words))
        if None in told:  # of a word never met
            for word in set(words).difference(known.numbers):
                self._look(known, word)
            told = set(map(known.numbers.get, words))
        for each in told:
            found |= known.held[each or 0]
        return found

    def _look(self, known: _Words, word: str) -> None:
        """Note what a word holds."""
        found, length, steps, by_key = 0, len(word), self._steps, self._by_key
        for at in range(length - _KEY + 1):
            end = at + _KEY
            key = word[at:end]
            step = steps.get(key)
            if step is None and key in by_key:
                step = steps[key] = _step_of(by_key[key], _KEY)
            while step is not None:
                held, beginning, further = step
                found |= held
                if beginning and not (at and "a" <= word[at - 1] <= "z"):
                    found |= beginning
                step = further.get(word[end]) if end < length else None
                end += 1
        if len(known.numbers) >= _MOST_WORDS:
            self._words = _Words()
        known.note(word, found)


def _step_of(things: Iterable[tuple[str, int, bool]], length: int) -> _Step:
    """Return where a word stands of which so many letters are those that all of ``things`` begin with."""
    held = beginning = 0
    further: dict[str, list[tuple[str, int, bool]]] = {}
    for each in things:
        letters, mask, begins = each
        if len(letters) > length:
            further.setdefault(letters[length], []).append(each)
        elif begins:
            beginning |= mask
        else:
            held |= mask
    return held, beginning, {letter: _step_of(rest, length + 1) for letter, rest in further.items()}


_ALSO_SMALL = ("\u0130", "\u0131", "\u017f", "\u0307", "\u212a")
"""Signs that are no letters of English and become some in plain letters, or are lost."""
_LOCK = threading.Lock()
_TABLE = _Table()
