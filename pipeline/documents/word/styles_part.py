"""The styles that ``styles.xml`` describes, each read when a caller asks for it: Word files carry hundreds.

Source: ECMA-376 part 1, 17.7.
"""

import re
from dataclasses import dataclass

from lxml import etree

from pipeline.documents.word.marks import LIST
from pipeline.documents.word.names import PARAGRAPH_PROPERTIES, RUN_PROPERTIES, VAL, VANISH, is_on, w
from pipeline.documents.word.numbering_part import child_value
from pipeline.documents.word.package import parse_member

Element = etree._Element

_LIST_NAME = re.compile(r"^list (?:bullet|number) ([2-5])$")
_HEADING_NAME = re.compile(
    r"^(?:heading|überschrift|titre|título|titolo|kop|rubrik|overskrift|nagłówek|otsikko)\s*([1-9])\b", re.IGNORECASE
)
_STYLE, _BASIS, _NAME = w("style"), w("basedOn"), w("name")
_TITLES = {"title": 1, "subtitle": 2}
_BODY_OUTLINE = 9
_TOGGLES = {w("b"): 0, w("i"): 1, VANISH: 2}
_STYLE_ID = w("styleId")


@dataclass(frozen=True, slots=True)
class Style:
    """What one style says, its ancestors included; None where it says nothing."""

    heading: int | None = None
    """0 where the style, or one it is based on, is expressly body text."""
    bold: bool | None = None
    italic: bool | None = None
    hidden: bool | None = None
    number: str | None = None
    """Its ``numId``."""
    level: int | None = None
    depth: int | None = None
    """How deep Word's own list styles stand in a list that has but one level."""


PLAIN = Style()


@dataclass(frozen=True, slots=True)
class OwnStyle:
    """What one style says by itself."""

    style: Style
    parent: str | None
    """The id of the style it is based on."""


class StylesPart:
    """The styles of one part by their ids; of two with one id, the first."""

    def __init__(self, content: bytes) -> None:
        """Take the bytes of a part; none where there is no such part.

        Raises:
            DocumentError: as ``parse_member``.
        """
        self._styles: dict[str, Element] = {}
        for each in parse_member(content, "word/styles.xml").iter(_STYLE) if content else ():
            self._styles.setdefault(each.get(_STYLE_ID, ""), each)

    def own(self, style_id: str) -> OwnStyle | None:
        """Return what one style says, None where there is no such style."""
        style = self._styles.get(style_id)
        return None if style is None else _read(style)

    def mentioning(self, element: str) -> set[str]:
        """Return the ids of the styles that hold an element of that name."""
        return {name for name, style in self._styles.items() if next(style.iter(w(element)), None) is not None}


def _read(style: Element) -> OwnStyle:
    parent_id = heading = number = level = depth = None
    fonts = PLAIN
    for child in style:
        tag = child.tag
        if tag == _BASIS:
            parent_id = child.get(VAL)
        elif tag == _NAME:
            heading, depth = _named_heading(child.get(VAL, "")), _named_depth(child.get(VAL, ""))
        elif tag == PARAGRAPH_PROPERTIES:
            outline = outline_level(child_value(child, "outlineLvl"))
            heading = heading if outline is None else outline
            for held in child.iterchildren(LIST):
                number, level = child_value(held, "numId"), child_value(held, "ilvl")
        elif tag == RUN_PROPERTIES:
            fonts = run_style(child)
    own = Style(heading, fonts.bold, fonts.italic, fonts.hidden, number, level_of(level, None), depth)
    return OwnStyle(own, parent_id)


def _named_depth(name: str) -> int | None:
    """Return how deep Word's own list styles stand: "List Bullet 2" is a list of its own, set in by one."""
    found = _LIST_NAME.match(name.strip().lower())
    return int(found.group(1)) - 1 if found else None


def level_of(given: str | None, otherwise: int | None) -> int | None:
    """Return the level that a ``w:ilvl`` gives, ``otherwise`` where it gives none."""
    return int(given) if given and len(given) == 1 and given.isdecimal() else otherwise


def _named_heading(name: str) -> int | None:
    plain = name.strip().lower()
    if plain in _TITLES:
        return _TITLES[plain]
    if plain in ("normal", "body text", "toc heading"):
        return 0
    found = _HEADING_NAME.match(plain)
    return int(found.group(1)) if found else None


def outline_level(given: str | None) -> int | None:
    """Return the heading level a ``w:outlineLvl`` sets (0: expressly body text), None where it sets none."""
    if given is None or not given.isdigit():
        return None
    return 0 if int(given) >= _BODY_OUTLINE else int(given) + 1


def run_style(properties: Element) -> Style:
    """Return what a ``w:rPr`` says of bold, italic and hidden."""
    found: list[bool | None] = [None, None, None]
    for child in properties.iterchildren(*_TOGGLES):
        found[_TOGGLES[child.tag]] = is_on(child.get(VAL))
    return Style(bold=found[0], italic=found[1], hidden=found[2])
