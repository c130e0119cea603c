"""What a Word file's styles and numbering say of a paragraph: heading, list item, bold, hidden.

Used by ``docx.py`` alone. Styles are looked up by name, inheritance and outline level, since their ids are translated
("berschrift1") and their names may be a school's own.
"""

import re
from dataclasses import dataclass
from typing import TypeVar
from xml.sax.saxutils import escape, unescape

from lxml import etree

from pipeline.documents.docx_package import parse_member
from pipeline.documents.word_names import PARAGRAPH_PROPERTIES, RUN_PROPERTIES, VAL, VANISH, W_NAMESPACE, is_on, w

Element = etree._Element
Given = TypeVar("Given")

_HEADING_NAME = re.compile(
    r"^(?:heading|überschrift|titre|título|titolo|kop|rubrik|overskrift|nagłówek|otsikko)\s*([1-9])\b", re.IGNORECASE
)
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


PLAIN = Style()


@dataclass(frozen=True, slots=True)
class ListPlace:
    """How a list item is set."""

    level: int
    ordered: bool


class StyleSheet:
    """All styles by id, and the formats of all lists.

    Word files carry hundreds of styles and use a dozen: only those asked for are parsed.
    """

    def __init__(self, styles: bytes | None = None, numbering: Element | None = None) -> None:
        self._numbers = {} if numbering is None else _read_numbers(numbering)
        self._resolved: dict[str, Style] = {}
        self._cutter = _StyleCutter(styles or b"")
        self.hidden: frozenset[str] = frozenset(
            each for each in self._cutter.mentioning("vanish") if self.of(each).hidden
        )
        """The ids of styles that hide their text."""

    def of(self, style_id: str | None) -> Style:
        """Return what the style says, its ancestors included; nothing where there is no such style."""
        return PLAIN if style_id is None else self._resolve(style_id, _MAX_INHERITANCE)

    def list_place(self, properties: Element | None, style: Style) -> ListPlace | None:
        """Return how the paragraph stands in a list, None where it does not."""
        number, level = style.number, style.level
        for held in () if properties is None else properties.iterchildren(w("numPr")):
            number = _value(held, "numId") or number
            given = _value(held, "ilvl")
            level = int(given) if given and given.isdigit() else level
        if number is None or number not in self._numbers:
            return None
        level = level or 0
        kind = self._numbers[number].get(level, "bullet")
        return None if kind == "none" else ListPlace(level, kind != "bullet")

    def _resolve(self, style_id: str, depth: int) -> Style:
        if style_id in self._resolved:
            return self._resolved[style_id]
        markup = self._cutter.cut(style_id)
        if markup is None or depth == 0:
            return PLAIN
        own, parent_id = _read_style(parse_member(markup, "word/styles.xml"))
        parent = self._resolve(parent_id, depth - 1) if parent_id else PLAIN
        style = Style(
            inherit(own.heading, parent.heading),
            inherit(own.bold, parent.bold),
            inherit(own.italic, parent.italic),
            inherit(own.hidden, parent.hidden),
            inherit(own.number, parent.number),
            inherit(own.level, parent.level),
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
    parent_id = heading = number = level = None
    fonts = PLAIN
    for child in next(root.iter(w("style")), root):
        tag = child.tag
        if tag == w("basedOn"):
            parent_id = child.get(VAL)
        elif tag == w("name"):
            heading = _named_heading(child.get(VAL, ""))
        elif tag == PARAGRAPH_PROPERTIES:
            outline = outline_level(child)
            heading = heading if outline is None else outline
            for held in child.iterchildren(w("numPr")):
                number, level = _value(held, "numId"), _value(held, "ilvl")
        elif tag == RUN_PROPERTIES:
            fonts = run_style(child)
    depth = int(level) if level and level.isdigit() else None
    return Style(heading, fonts.bold, fonts.italic, fonts.hidden, number, depth), parent_id


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


def outline_level(properties: Element) -> int | None:
    """Return the heading level a ``w:pPr`` sets (0: expressly body text), None where it sets none."""
    given = _value(properties, "outlineLvl")
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


def _read_numbers(numbering: Element) -> dict[str, dict[int, str]]:
    abstract: dict[str, dict[int, str]] = {}
    for each in numbering.iterchildren(w("abstractNum")):
        abstract[each.get(w("abstractNumId"), "")] = _levels(each)
    numbers: dict[str, dict[int, str]] = {}
    for each in numbering.iterchildren(w("num")):
        levels = dict(abstract.get(_value(each, "abstractNumId") or "", {}))
        for override in each.iterchildren(w("lvlOverride")):
            levels.update(_levels(override))
        numbers[each.get(w("numId"), "")] = levels
    return numbers


def _levels(container: Element) -> dict[int, str]:
    levels: dict[int, str] = {}
    for level in container.iterchildren(w("lvl")):
        number = level.get(w("ilvl"), "")
        if number.isdigit():
            levels[int(number)] = _value(level, "numFmt") or "decimal"
    return levels


def _value(element: Element, child: str) -> str | None:
    for held in element.iterchildren(w(child)):
        return held.get(VAL)
    return None
