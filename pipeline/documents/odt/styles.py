"""What an OpenDocument text's styles say: bold, italic, titles, numbered lists; and its properties."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

from pipeline.documents.packages import Package
from pipeline.documents.word.package import parse_member

Element = etree._Element

_BASE = "{urn:oasis:names:tc:opendocument:xmlns:"
OFFICE = _BASE + "office:1.0}"
TEXT = _BASE + "text:1.0}"
TABLE = _BASE + "table:1.0}"
DRAW = _BASE + "drawing:1.0}"
STYLE = _BASE + "style:1.0}"
META = _BASE + "meta:1.0}"
XLINK = "{http://www.w3.org/1999/xlink}"
_FO = _BASE + "xsl-fo-compatible:1.0}"
_DC = "{http://purl.org/dc/elements/1.1/}"
_TITLES = {"Title": 1, "Subtitle": 2}
_MAX_INHERITANCE = 12
_PROPERTIES = {
    _DC + "title": "title",
    _DC + "subject": "subject",
    META + "initial-creator": "author",
    META + "creation-date": "created",
    _DC + "date": "modified",
}


@dataclass(frozen=True, slots=True)
class TextLook:
    """How text is set."""

    bold: bool = False
    italic: bool = False

    def over(self, inner: "TextLook") -> "TextLook":
        """Return this look with ``inner`` on top of it."""
        return TextLook(self.bold or inner.bold, self.italic or inner.italic)


@dataclass(frozen=True, slots=True)
class OdtStyles:
    """The styles of a file by name."""

    looks: dict[str, TextLook] = field(default_factory=dict)
    parents: dict[str, str] = field(default_factory=dict)
    ordered: dict[str, frozenset[int]] = field(default_factory=dict)
    """Of a list style: the levels that are numbered; 0 is the outermost."""
    struck: dict[str, bool] = field(default_factory=dict)
    """Of a style that says so: whether a line goes through its words."""

    def look(self, name: str | None) -> TextLook:
        """Return how the style sets text, its ancestors included."""
        look = TextLook()
        for each in self._lineage(name):
            look = look.over(self.looks.get(each, TextLook()))
        return look

    def is_struck(self, name: str | None) -> bool | None:
        """Tell whether the style draws a line through words; None where neither it nor an ancestor says so."""
        return next((self.struck[each] for each in self._lineage(name) if each in self.struck), None)

    def title_level(self, name: str | None) -> int:
        """Return 1 for a title, 2 for a subtitle, 0 otherwise."""
        return next((_TITLES[each] for each in self._lineage(name) if each in _TITLES), 0)

    def is_ordered(self, name: str | None, level: int) -> bool:
        """Tell whether the list style numbers that level."""
        return level in self.ordered.get(name or "", frozenset())

    def _lineage(self, name: str | None) -> Iterator[str]:
        for _ in range(_MAX_INHERITANCE):
            if not name:
                return
            yield name
            name = self.parents.get(name)


def read_odt_styles(content: Element, styles: Element | None) -> OdtStyles:
    """Return the styles of both parts that hold them."""
    found = OdtStyles()
    for root in (content,) if styles is None else (styles, content):
        for style in root.iter(STYLE + "style"):
            name = style.get(STYLE + "name", "")
            parent = style.get(STYLE + "parent-style-name")
            if parent:
                found.parents[name] = parent
            for fonts in style.iterchildren(STYLE + "text-properties"):
                bold, italic = fonts.get(_FO + "font-weight"), fonts.get(_FO + "font-style")
                found.looks[name] = TextLook(
                    bold in ("bold", "600", "700", "800", "900"), italic in ("italic", "oblique")
                )
                line = fonts.get(STYLE + "text-line-through-style") or fonts.get(STYLE + "text-line-through-type")
                if line:
                    found.struck[name] = line != "none"
        for listed in root.iter(TEXT + "list-style"):
            levels = (each.get(TEXT + "level", "1") for each in listed.iterchildren(TEXT + "list-level-style-number"))
            numbered = frozenset(int(level) - 1 for level in levels if level.isdigit())
            found.ordered[listed.get(STYLE + "name", "")] = numbered
    return found


def read_odt_metadata(archive: Package) -> dict[str, str]:
    """Return the file's own properties where set."""
    if "meta.xml" not in archive.NameToInfo:
        return {}
    root = parse_member(archive.read("meta.xml"), "meta.xml")
    return {
        _PROPERTIES[each.tag]: each.text.strip()
        for each in root.iter(*_PROPERTIES)
        if each.text is not None and each.text.strip()
    }
