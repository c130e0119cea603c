"""Where a Word file keeps words outside its paragraphs: descriptions of pictures, screen tips, properties of the file.

``regenerate`` plans them with the paragraphs, each alone under what it is called, and exchanges their bytes in place.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from html import unescape
from xml.sax.saxutils import escape

from lxml.etree import _Element as Element

from pipeline.documents.word.marks import DESCRIBED
from pipeline.places import Place, PlaceKind, called
from pipeline.text.passages import Passage

_ATTRIBUTES = rb"""(?:[^>"'/]++|"[^"]*"|'[^']*'|/(?!>))*+"""
_SHOWN = re.compile(
    rb"<(?:[\w.-]+:)?(?P<tag>" + "|".join(DESCRIBED).encode() + rb")(?=\s)(?P<attributes>" + _ATTRIBUTES + rb")/?>"
)
_SAYING = frozenset({"descr", "title", "alt", "tooltip", "val"})
"""The attributes in which descriptions and tips stand, without their namespaces."""
_LONGEST_PREFIX = 100
_ATTRIBUTE = re.compile(
    rb"""\s(?:[\w.-]+:)?(?P<name>descr|title|alt|tooltip|val)\s*=\s*(?P<quote>["'])(?P<value>.*?)(?P=quote)""",
    re.DOTALL,
)
_LEAF = re.compile(
    rb"<(?P<tag>[\w.:-]++)(?P<attributes>" + _ATTRIBUTES + rb")>(?P<value>[^<]+)(?=</)|<[\w.-]*:?property\s"
    rb"(?P<property>" + _ATTRIBUTES + rb")/?>"
)
_NAMED = re.compile(rb"""\sname\s*=\s*(?:"([^"]*)"|'([^']*)')""")
_CALLED: Mapping[str, str] = {
    "hyperlink": "the tip of a link",
    "tblCaption": "the description of a table",
    "tblDescription": "the description of a table",
}
_AUTHORS = {"creator": "author", "lastModifiedBy": "author of the last change", "Manager": "author’s manager"}
_SHOWN_OF_THE_PROGRAM = frozenset({"Manager", "Company", "HyperlinkBase", "lpstr"})
"""The rest of ``docProps/app.xml`` counts pages and words."""
_PROPERTY_MEMBER = re.compile(r"^(?:docProps/(?:core|app|custom)\.xml|customXml/item\d+\.xml)$")


@dataclass(frozen=True, slots=True)
class OutsidePlace:
    """One stretch of a member's bytes that people read and that is no paragraph's."""

    member: str
    start: int
    end: int
    """The value is ``content[start:end]``, as written in XML."""
    passage: Passage
    is_picture: bool = False
    """It says what a picture shows, and the picture stays."""


def holds_properties(member: str) -> bool:
    """Whether a member's elements are properties of the file."""
    return _PROPERTY_MEMBER.match(member) is not None


def shown_places(member: str, content: bytes, described: Iterable[Element]) -> Iterator[OutsidePlace]:
    """Yield descriptions of pictures and tables and tips of links in a member that holds words.

    ``described`` are its elements of those kinds.
    """
    saying = {
        str(element.tag).rpartition("}")[2]
        for element in described
        if any(str(name).rpartition("}")[2] in _SAYING for name in element.attrib)
    }
    opens = {
        content.rfind(b"<", max(0, at - _LONGEST_PREFIX), at)
        for name in saying
        for at in _places_of(name.encode(), content)
    }
    for start in sorted(opens):
        match = _SHOWN.match(content, start) if start >= 0 else None
        if match is None:
            continue
        tag = match["tag"].decode()
        for attribute in _ATTRIBUTE.finditer(content, match.start("attributes"), match.end("attributes")):
            wanted = {"hyperlink": (b"tooltip",), "tblCaption": (b"val",), "tblDescription": (b"val",)}
            if attribute["name"] in wanted.get(tag, (b"descr", b"title", b"alt")):
                words = _CALLED.get(tag, "the description of a picture")
                yield _place(member, attribute, called(words), words, is_picture=tag not in _CALLED)


def _places_of(word: bytes, content: bytes) -> Iterator[int]:
    at = content.find(word)
    while at >= 0:
        yield at
        at = content.find(word, at + 1)


def property_places(member: str, content: bytes) -> Iterator[OutsidePlace]:
    """Yield the properties of the file that a member holds, each under its own name.

    Lists of sources (``customXml`` bibliographies) are no properties.
    """
    if b"officeDocument/2006/bibliography" in content[:2000] or content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return
    name = ""
    for match in _LEAF.finditer(content):
        if match["property"] is not None:
            found = _NAMED.search(match["property"])
            name = _decoded((found[1] or found[2] or b"") if found else b"")
            continue
        local = match["tag"].rsplit(b":", 1)[-1].decode()
        if not match["value"].strip() or (member == "docProps/app.xml" and local not in _SHOWN_OF_THE_PROGRAM):
            continue
        name_said = _AUTHORS.get(local) or (name if member.endswith("custom.xml") and name else local)
        name_said = name_said.replace("_x0020_", " ").replace("_", " ")
        yield _place(member, match, Place(PlaceKind.PROPERTY, name=name_said), name_said)


def _place(member: str, match: re.Match[bytes], where: Place, label: str, *, is_picture: bool = False) -> OutsidePlace:
    passage = Passage(where, _decoded(match["value"]), label=label)
    return OutsidePlace(member, match.start("value"), match.end("value"), passage, is_picture)


def _decoded(value: bytes) -> str:
    return unescape(value.decode("utf-8", "replace"))


def written_value(text: str) -> bytes:
    """Return text as it stands in an element or in an attribute with either quote."""
    return escape(text, {'"': "&quot;", "'": "&apos;"}).encode("utf-8")


def without_values(content: bytes, places: list[OutsidePlace]) -> bytes:
    """Return a member's bytes with the values of ``places`` taken out: what a change must leave as it was."""
    pieces, position = [], 0
    for place in sorted(places, key=lambda each: each.start):
        pieces.append(content[position : place.start])
        position = place.end
    return b"".join([*pieces, content[position:]])
