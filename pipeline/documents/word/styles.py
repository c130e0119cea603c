"""What a Word file's styles and numbering say of a paragraph: heading, list item, bold, hidden.

Used by ``document`` alone. Styles are looked up by name, inheritance and outline level, since their ids are
translated ("berschrift1") and their names may be a school's own.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TypeVar
from xml.sax.saxutils import escape, unescape

from lxml import etree

from pipeline.documents.word.marks import LIST
from pipeline.documents.word.names import PARAGRAPH_PROPERTIES, RUN_PROPERTIES, VAL, VANISH, W_NAMESPACE, is_on, w
from pipeline.documents.word.numbering import Numbering
from pipeline.documents.word.numbering_part import child_value
from pipeline.documents.word.package import parse_member

Element = etree._Element
Given = TypeVar("Given")

_LIST_NAME = re.compile(r"^list (?:bullet|number) ([2-5])$")
_HEADING_NAME = re.compile(
    r"^(?:heading|überschrift|titre|título|titolo|kop|rubrik|overskrift|nagłówek|otsikko)\s*([1-9])\b", re.IGNORECASE
)
_STYLE, _BASIS, _NAME = w("style"), w("basedOn"), w("name")
_TITLES = {"title": 1, "subtitle": 2}
_QUOTE = {'"': "&quot;"}
_MAX_INHERITANCE = 12
_BODY_OUTLINE = 9


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
class ListPlace:
    """How a paragraph stands in a list."""

    number: str
    """The list's ``numId``."""
    level: int
    kind: str
    """``bullet``, ``decimal``, …"""
    depth: int
    """How deep it is shown; deeper than its level where its style says so."""


class StyleSheet:
    """All styles by id, and the formats of all lists.

    Word files carry hundreds of styles and use a dozen: only those asked for are parsed.
    """

    def __init__(self, styles: bytes | None = None, numbering: bytes | None = None) -> None:
        self.numbering = Numbering(numbering)
        self._resolved: dict[str, Style] = {}
        self._cutter = _StyleCutter(styles or b"")
        self.hidden: frozenset[str] = frozenset(
            each for each in self._cutter.mentioning("vanish") if self.of(each).hidden
        )
        """The ids of styles that hide their text."""

    def of(self, style_id: str | None) -> Style:
        """Return what the style says, its ancestors included; nothing where there is no such style."""
        return PLAIN if style_id is None else self._resolve(style_id, _MAX_INHERITANCE)

    def list_place(self, numbers: Iterable[tuple[str | None, str | None]], style: Style) -> ListPlace | None:
        """Return how a paragraph stands in a list, None where it does not; ``numbers``: its ``numId`` and ``ilvl``."""
        number, level = style.number, style.level
        for own, depth in numbers:
            number = own or number
            level = _depth(depth, level)
        found = self.numbering.of(number)
        if number is None or found is None:
            return None
        level = level or 0
        look = found.levels.get(level)
        return ListPlace(number, level, "bullet" if look is None else look.format, level or style.depth or 0)

    def _resolve(self, style_id: str, depth: int) -> Style:
        if style_id in self._resolved:
            return self._resolved[style_id]
        markup = self._cutter.cut(style_id)
        if markup is None or depth == 0:
            return PLAIN
        own, parent_id = _read_style(parse_member(markup, "word/styles.xml"))
        if own.number is not None and own.level is None:
            own = replace(own, level=self.numbering.level_of_style(own.number, style_id))
        parent = self._resolve(parent_id, depth - 1) if parent_id else PLAIN
        style = Style(
            inherit(own.heading, parent.heading),
            inherit(own.bold, parent.bold),
            inherit(own.italic, parent.italic),
            inherit(own.hidden, parent.hidden),
            inherit(own.number, parent.number),
            inherit(own.level, parent.level),
            inherit(own.depth, parent.depth),
        )
        self._resolved[style_id] = style
        return style


_ROOT = re.compile(rb"<w:styles\b[^>]*>")
_STYLE_ID = re.compile(rb'w:styleId="([^"]*)"')
_BEGIN, _END = b"<w:style ", b"</w:style>"


class _StyleCutter:
    """Cuts single styles out of the part, unparsed; a part written in another manner is brought into this one first."""

    def __init__(self, content: bytes) -> None:
        root = _ROOT.search(content)
        first = content.find(b"w:styleId=")
        if content and (root is None or content[first + 10 : first + 11] != b'"'):
            held = [etree.tostring(each) for each in parse_member(content, "word/styles.xml").iterchildren(w("style"))]
            content = f'<w:styles xmlns:w="{W_NAMESPACE}">'.encode() + b"".join(held) + b"</w:styles>"
            root = _ROOT.search(content)
        self._content = content
        self._opening = b"" if root is None else root.group()

    def cut(self, style_id: str) -> bytes | None:
        """Return a small document that holds one style, None where there is no such style."""
        at = self._content.find(f'w:styleId="{escape(style_id, _QUOTE)}"'.encode())
        begin, end = self._content.rfind(_BEGIN, 0, max(at, 0)), self._content.find(_END, max(at, 0))
        if min(at, begin, end) < 0:
            return None
        return self._opening + self._content[begin:end] + _END + b"</w:styles>"

    def mentioning(self, element: str) -> set[str]:
        """Return the ids of the styles that hold an element of that name."""
        found = set()
        at = self._content.find(f"<w:{element}".encode())
        while at >= 0:
            begin = self._content.rfind(_BEGIN, 0, at)
            identifier = _STYLE_ID.search(self._content, max(begin, 0), at)
            if identifier is not None:
                found.add(unescape(identifier.group(1).decode("utf-8", "replace"), {"&quot;": '"'}))
            at = self._content.find(f"<w:{element}".encode(), at + 1)
        return found


def _read_style(root: Element) -> tuple[Style, str | None]:
    """Return what one style says by itself, and the id of the style it is based on."""
    parent_id = heading = number = level = depth = None
    fonts = PLAIN
    for child in next(root.iter(_STYLE), root):
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
    return Style(heading, fonts.bold, fonts.italic, fonts.hidden, number, _depth(level, None), depth), parent_id


def _named_depth(name: str) -> int | None:
    """Return how deep Word's own list styles stand: "List Bullet 2" is a list of its own, set in by one."""
    found = _LIST_NAME.match(name.strip().lower())
    return int(found.group(1)) - 1 if found else None


def _depth(given: str | None, otherwise: int | None) -> int | None:
    return int(given) if given and len(given) == 1 and given.isdecimal() else otherwise


def inherit(own: Given | None, inherited: Given | None) -> Given | None:
    """Return what is set here, else what is set above."""
    return inherited if own is None else own


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


_TOGGLES = {w("b"): 0, w("i"): 1, VANISH: 2}


def run_style(properties: Element) -> Style:
    """Return what a ``w:rPr`` says of bold, italic and hidden."""
    found: list[bool | None] = [None, None, None]
    for child in properties.iterchildren(*_TOGGLES):
        found[_TOGGLES[child.tag]] = is_on(child.get(VAL))
    return Style(bold=found[0], italic=found[1], hidden=found[2])
