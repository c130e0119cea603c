"""The numbers Word sets before headings and list items by itself: ``3.1``, ``(a)``, ``iv.``.

They are nowhere in the text; ``numbering.xml`` says how they look and the order of the paragraphs says what they are.
Used by ``styles`` (is it a list, of which kind) and ``blocks`` (its number).

Source: ECMA-376 part 1, 17.9.
"""

import re

from pipeline.documents.word.numbering_part import LONGEST_MARKER, MOST, ListLevel, NumberedList, NumberingPart

_PLACEHOLDER = re.compile(r"%([1-9])")
_LEVELS = 9
_UNTOLD = ListLevel()
_MOST_ROMAN = 3999
_ROMAN = (
    (1000, "m"),
    (900, "cm"),
    (500, "d"),
    (400, "cd"),
    (100, "c"),
    (90, "xc"),
    (50, "l"),
    (40, "xl"),
    (10, "x"),
    (9, "ix"),
    (5, "v"),
    (4, "iv"),
    (1, "i"),
)
_LONGEST_LETTERS = 5


class Numbering:
    """All lists of a document by their ``numId``.

    Word files carry dozens of lists and use a few: only those asked for are read.
    """

    def __init__(self, content: bytes | None = None) -> None:
        self._content = content
        self._unread: NumberingPart | None = None
        self._lists: dict[str, NumberedList | None] = {}

    def of(self, number: str | None) -> NumberedList | None:
        """Return the list, None where there is no such list (``0`` takes a paragraph out of its style's list).

        Raises:
            DocumentError: as ``parse_member``.
        """
        if number is None or self._content is None:
            return None
        if number not in self._lists:
            if self._unread is None:
                self._unread = NumberingPart(self._content)
            self._lists[number] = self._unread.list_of(number)
        return self._lists[number]

    def level_of_style(self, number: str, style_id: str) -> int | None:
        """Return the level on which ``style_id`` stands in the list, None where the list does not name it."""
        held = self.of(number)
        levels = {} if held is None else held.levels
        return next((level for level, look in levels.items() if look.style == style_id), None)


class ListCounters:
    """Counts the paragraphs of one part in their order."""

    def __init__(self, numbering: Numbering) -> None:
        self._numbering = numbering
        self._counts: dict[str, list[int | None]] = {}
        self._begun: set[str] = set()

    def next_marker(self, number: str, level: int) -> str:
        """Count one more paragraph and return what Word sets before it; empty for bullets and unknown lists."""
        held = self._numbering.of(number)
        look = None if held is None else held.levels.get(level)
        if held is None or look is None or level >= _LEVELS:
            return ""
        counts = self._counts.setdefault(held.counted_with, [None] * _LEVELS)
        if number not in self._begun:
            self._begun.add(number)
            for restarted in held.starts:
                if 0 <= restarted < _LEVELS:  # Word knows no others; a broken file may name one.
                    counts[restarted] = None
        before = counts[level]
        counts[level] = held.starts.get(level, look.start) if before is None else min(before + 1, MOST)
        for deeper in range(level + 1, _LEVELS):
            after = held.levels.get(deeper, _UNTOLD).restarts_after
            if after is None or level < after:
                counts[deeper] = None
        return "" if look.format == "bullet" else _marker(held, look, counts)


def _marker(held: NumberedList, look: ListLevel, counts: list[int | None]) -> str:
    def shown(found: re.Match[str]) -> str:
        level = int(found[1]) - 1
        each = held.levels.get(level, _UNTOLD)
        count = counts[level]
        number = held.starts.get(level, each.start) if count is None else count
        return number_text(number, "decimal" if look.legal and each.format != "none" else each.format)

    return _PLACEHOLDER.sub(shown, look.text).strip()[:LONGEST_MARKER]


def number_text(number: int, kind: str) -> str:
    """Return ``number`` in one of Word's formats; formats that are not known, and numbers they lack, as figures."""
    if kind == "none":
        return ""
    if kind == "decimalZero":
        return f"{number:02}"
    if kind == "ordinal":
        return f"{number}{_ordinal_ending(number)}"
    if kind in ("lowerLetter", "upperLetter") and 1 <= number <= 26 * _LONGEST_LETTERS:
        # After z comes aa, then bb: the letter again, not the next pair.
        letters = chr(ord("a") + (number - 1) % 26) * ((number - 1) // 26 + 1)
        return letters.upper() if kind == "upperLetter" else letters
    if kind in ("lowerRoman", "upperRoman") and 1 <= number <= _MOST_ROMAN:
        roman = ""
        for value, digits in _ROMAN:
            roman += digits * (number // value)
            number %= value
        return roman.upper() if kind == "upperRoman" else roman
    return str(number)


def _ordinal_ending(number: int) -> str:
    if number % 100 in (11, 12, 13):
        return "th"
    return {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
