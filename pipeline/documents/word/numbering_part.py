"""The lists that ``numbering.xml`` describes, each read when a caller asks for it.

Source: ECMA-376 part 1, 17.9.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from lxml import etree

from pipeline.documents.word.names import VAL, is_on, w
from pipeline.documents.word.package import parse_member

Element = etree._Element

_NUM, _NUM_ID, _ABSTRACT, _ABSTRACT_ID = w("num"), w("numId"), w("abstractNum"), w("abstractNumId")
_FORMAT, _TEXT, _START, _RESTART = w("numFmt"), w("lvlText"), w("start"), w("lvlRestart")
_LEGAL, _STYLE = w("isLgl"), w("pStyle")
_NO_LIST = "0"
"""The id that takes a paragraph out of the list of its style."""
LONGEST_MARKER = 40
MOST = 1_000_000


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


class NumberingPart:
    """The lists of one part by their ids."""

    def __init__(self, content: bytes) -> None:
        """Take the bytes of a part.

        Raises:
            DocumentError: as ``parse_member``.
        """
        root = parse_member(content, "word/numbering.xml")
        self._numbers = {each.get(_NUM_ID, ""): each for each in root.iterchildren(_NUM)}
        self._abstract = {each.get(_ABSTRACT_ID, ""): each for each in root.iterchildren(_ABSTRACT)}

    def list_of(self, number: str) -> NumberedList | None:
        """Return one list, None where there is no such list."""
        element = self._numbers.get(number)
        if element is None or number == _NO_LIST:
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
            levels[at] = _level_of({child.tag: child.get(VAL) for child in level})
    return levels


def _level_of(values: Mapping[str, str | None]) -> ListLevel:
    """Return a level of which the elements in its ``w:lvl`` have these values."""
    restart = values.get(_RESTART)
    return ListLevel(
        values.get(_FORMAT) or "decimal",
        (values.get(_TEXT) or "")[:LONGEST_MARKER],
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
    return min(int(given), MOST) if given.isascii() and given.isdigit() and len(given) < 12 else 0


def child_value(element: Element, child: str) -> str | None:
    """Return the ``w:val`` of the first such child, None where there is none."""
    for held in element.iterchildren(w(child)):
        return held.get(VAL)
    return None
