"""The numbers Word sets before headings and list items by itself: ``3.1``, ``(a)``, ``iv.``.

They are nowhere in the text; ``numbering.xml`` says how they look and the order of the paragraphs says what they are.
Used by ``styles`` (is it a list, of which kind) and ``blocks`` (its number).

Source: ECMA-376 part 1, 17.9.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from lxml import etree

from pipeline.documents.word.names import VAL, is_on, w
from pipeline.documents.word.package import parse_member

Element = etree._Element

_NUM, _NUM_ID, _ABSTRACT, _ABSTRACT_ID = w("num"), w("numId"), w("abstractNum"), w("abstractNumId")
_FORMAT, _TEXT, _START, _RESTART = w("numFmt"), w("lvlText"), w("start"), w("lvlRestart")
_LEGAL, _STYLE = w("isLgl"), w("pStyle")
_PLACEHOLDER = re.compile(r"%([1-9])")
_LEVELS = 9
_LONGEST_MARKER = 40
_MOST = 1_000_000
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


@dataclass(frozen=True, slots=True)
class ListLevel:
    """How the items of one level are numbered."""

    format: str = "decimal"
    """``bullet``, ``none``, ``decimal``, ``lowerLetter``, ``upperRoman``, …"""
    text: str = ""
    """The pattern: ``%1.%2`` is this level's number after that of the level above."""
    start: int = 0
    restarts_after: int | None = None
    """The level (counted from 1) whose items begin this one anew; None: any above; 0: none."""
    legal: bool = False
    """All numbers are shown as 1, 2, 3, whatever their own levels say."""
    style: str | None = None
    """The paragraph style whose paragraphs stand on this level."""


@dataclass(frozen=True, slots=True)
class NumberedList:
    """One ``w:num``: what a paragraph refers to."""

    counted_with: str
    """Lists with the same key go on counting where the other left off."""
    levels: Mapping[int, ListLevel]
    starts: Mapping[int, int]
    """Levels that begin anew where this list is first used, with the number they begin at."""


class Numbering:
    """All lists of a document by their ``numId``.

    Word files carry dozens of lists and use a few: only those asked for are read.
    """

    def __init__(self, content: bytes | None = None) -> None:
        self._content = content
        self._unread: _NumberingPart | None = None
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
                self._unread = _NumberingPart(parse_member(self._content, "word/numbering.xml"))
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
                counts[restarted] = None
        before = counts[level]
        counts[level] = held.starts.get(level, look.start) if before is None else min(before + 1, _MOST)
        for deeper in range(level + 1, _LEVELS):
            after = held.levels.get(deeper, ListLevel()).restarts_after
            if after is None or level < after:
                counts[deeper] = None
        return "" if look.format == "bullet" else _marker(held, look, counts)


def _marker(held: NumberedList, look: ListLevel, counts: list[int | None]) -> str:
    def shown(found: re.Match[str]) -> str:
        level = int(found[1]) - 1
        each = held.levels.get(level, ListLevel())
        count = counts[level]
        number = held.starts.get(level, each.start) if count is None else count
        return number_text(number, "decimal" if look.legal and each.format != "none" else each.format)

    return _PLACEHOLDER.sub(shown, look.text).strip()[:_LONGEST_MARKER]


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


class _NumberingPart:
    """The elements of ``numbering.xml`` by their ids."""

    def __init__(self, root: Element) -> None:
        self._numbers = {each.get(_NUM_ID, ""): each for each in root.iterchildren(_NUM)}
        self._abstract = {each.get(_ABSTRACT_ID, ""): each for each in root.iterchildren(_ABSTRACT)}

    def list_of(self, number: str) -> NumberedList | None:
        """Read one list."""
        element = self._numbers.get(number)
        if element is None:
            return None
        key = self._linked(child_value(element, "abstractNumId") or "")
        abstract = self._abstract.get(key)
        levels = {} if abstract is None else _levels(abstract)
        starts = {}
        for override in element.iterchildren(w("lvlOverride")):
            levels.update(_levels(override))
            at, start = _level_number(override), child_value(override, "startOverride")
            if at is not None and start is not None:
                starts[at] = _small(start)
        return NumberedList(key, levels, starts)

    def _linked(self, key: str) -> str:
        """A list may only name the style whose list it follows."""
        abstract = self._abstract.get(key)
        link = None if abstract is None else child_value(abstract, "numStyleLink")
        if link is None:
            return key
        return next((other for other, each in self._abstract.items() if child_value(each, "styleLink") == link), key)


def _levels(container: Element) -> dict[int, ListLevel]:
    levels: dict[int, ListLevel] = {}
    for level in container.iterchildren(w("lvl")):
        at = _level_number(level)
        if at is not None:
            levels[at] = _read_level(level)
    return levels


def _read_level(level: Element) -> ListLevel:
    values = {child.tag: child.get(VAL) for child in level}
    restart = values.get(_RESTART)
    return ListLevel(
        values.get(_FORMAT) or "decimal",
        (values.get(_TEXT) or "")[:_LONGEST_MARKER],
        _small(values.get(_START) or ""),
        None if restart is None else _small(restart),
        _LEGAL in values and is_on(values[_LEGAL]),
        values.get(_STYLE),
    )


def _level_number(element: Element) -> int | None:
    given = element.get(w("ilvl"), "")
    return int(given) if len(given) == 1 and given.isdecimal() else None


def _small(given: str) -> int:
    """A number of a stranger's file; ``isdigit`` alone would let through figures that ``int`` does not take."""
    return min(int(given), _MOST) if given.isascii() and given.isdigit() and len(given) < 12 else 0


def child_value(element: Element, child: str) -> str | None:
    """Return the ``w:val`` of the first such child, None where there is none."""
    for held in element.iterchildren(w(child)):
        return held.get(VAL)
    return None
