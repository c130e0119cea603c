"""The styles that ``styles.xml`` describes, each read when a caller asks for it: what it says by itself.

Word files carry hundreds of styles and use a dozen: what is asked for is cut out of the bytes of the part, and read
there where it is written as Word writes it. What is not is made a tree, which says the same.

Source: ECMA-376 part 1, 17.7.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from xml.sax.saxutils import escape, unescape

from lxml import etree

from pipeline.documents.word.marks import LIST
from pipeline.documents.word.names import PARAGRAPH_PROPERTIES, RUN_PROPERTIES, VAL, VANISH, W_NAMESPACE, is_on, w
from pipeline.documents.word.numbering_part import BINDS_A_NAME, child_value, usual_opening
from pipeline.documents.word.package import parse_member

Element = etree._Element

_LIST_NAME = re.compile(r"^list (?:bullet|number) ([2-5])$")
_HEADING_NAME = re.compile(
    r"^(?:heading|überschrift|titre|título|titolo|kop|rubrik|overskrift|nagłówek|otsikko)\s*([1-9])\b", re.IGNORECASE
)
_STYLE, _BASIS, _NAME = w("style"), w("basedOn"), w("name")
_TITLES = {"title": 1, "subtitle": 2}
_QUOTE = {'"': "&quot;"}
_BODY_OUTLINE = 9
_TOGGLES = {w("b"): 0, w("i"): 1, VANISH: 2}
_ROOT = re.compile(rb"<w:styles\b[^>]*>")
_STYLE_ID = re.compile(rb'w:styleId="([^"]*)"')
_BEGIN, _ID, _END = b"<w:style ", b'w:styleId="', b"</w:style>"

_STANDS_IN: Mapping[bytes, bytes | None] = {
    b"name": None, b"basedOn": None, b"pPr": None, b"rPr": None,
    b"outlineLvl": b"pPr", b"numPr": b"pPr", b"numId": b"numPr", b"ilvl": b"numPr",
    b"b": b"rPr", b"i": b"rPr", b"vanish": b"rPr",
}  # fmt: skip
"""What is asked of a style, and the element that it stands in; None for the style itself."""
_HOLDING = frozenset({b"pPr", b"rPr", b"numPr"})
_ANY = b"|".join(_STANDS_IN)
_SAID = re.compile(rb"<(/?)w:(" + _ANY + rb')( w:val="([^"<>&\t\r\n]*)")? ?(/?)>')
_MAY_SAY = re.compile(rb"</?w:(?:" + _ANY + rb")[\s/>]")
_NOT_OF_ITS_OWN = (b"<w:tblStylePr", b"<mc:", BINDS_A_NAME)
"""What a style may hold with which such elements say something else."""


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
    """The styles of one part; a part written in another manner than Word's is brought into this one first."""

    def __init__(self, content: bytes) -> None:
        """Take the bytes of a part; none where there is no such part.

        Raises:
            DocumentError: as ``parse_member``.
        """
        root = _ROOT.search(content)
        first = content.find(b"w:styleId=")
        if content and (root is None or content[first + 10 : first + 11] != b'"'):
            held = [etree.tostring(each) for each in parse_member(content, "word/styles.xml").iterchildren(w("style"))]
            content = f'<w:styles xmlns:w="{W_NAMESPACE}">'.encode() + b"".join(held) + b"</w:styles>"
            root = _ROOT.search(content)
        self._content = content
        self._opening = b"" if root is None else root.group()
        self._is_usual = usual_opening(content, b"styles") is not None

    def own(self, style_id: str) -> OwnStyle | None:
        """Return what one style says, None where there is no such style.

        Raises:
            DocumentError: as ``parse_member``.
        """
        markup = self._cut(style_id)
        if markup is None:
            return None
        said = _said_in(markup) if self._is_usual else None
        return said or _read(parse_member(self._opening + markup + _END + b"</w:styles>", "word/styles.xml"))

    def _cut(self, style_id: str) -> bytes | None:
        """Return a style as it stands in the part, its end tag left out; None where there is no such style."""
        markup = self._by_id.get(escape(style_id, _QUOTE).encode())
        end = -1 if markup is None else markup.find(_END)
        return None if markup is None or end < 0 else _BEGIN + markup[:end]

    @cached_property
    def _by_id(self) -> dict[bytes, bytes]:
        """What stands behind the beginning of each style, by its id as written; of two with one id, the first."""
        found: dict[bytes, bytes] = {}
        for markup in self._content.split(_BEGIN)[1:]:
            at = markup.find(_ID) + len(_ID)
            if at >= len(_ID):
                found.setdefault(markup[at : markup.find(b'"', at)], markup)
        return found

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


def _said_in(markup: bytes) -> OwnStyle | None:
    """Return what the bytes of one style say, None where they are not written as Word writes them."""
    if not markup.isascii() or any(each in markup for each in _NOT_OF_ITS_OWN):
        return None
    said = _SAID.findall(markup)
    if len(said) != len(_MAY_SAY.findall(markup)):
        return None
    given: dict[bytes, str | None] = {}
    within: list[bytes | None] = [None]
    for closes, name, has_value, value, ends in said:
        if closes:
            if within.pop() != name:
                return None
            continue
        out_of_order = name == b"name" and b"pPr" in given
        if name in given or within[-1] != _STANDS_IN[name] or out_of_order or bool(ends) is (name in _HOLDING):
            # An element twice, or with nothing in it.
            return None
        given[name] = value.decode() if has_value else None
        if not ends:
            within.append(name)
    return _own_of(given) if len(within) == 1 else None


def _own_of(given: Mapping[bytes, str | None]) -> OwnStyle:
    """Return what a style says of which the elements have these values."""
    named = given.get(b"name") or ""
    outline = outline_level(given.get(b"outlineLvl"))
    bold, italic, hidden = (is_on(given[each]) if each in given else None for each in (b"b", b"i", b"vanish"))
    own = Style(
        _named_heading(named) if outline is None else outline,
        bold,
        italic,
        hidden,
        given.get(b"numId"),
        level_of(given.get(b"ilvl"), None),
        _named_depth(named),
    )
    return OwnStyle(own, given.get(b"basedOn"))


def _read(root: Element) -> OwnStyle:
    """Return what the tree of one style says."""
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
