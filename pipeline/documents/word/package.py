"""The zip around a Word file: which members hold text, and what their relationships point to.

Stands below ``walk``; the patcher in ``word`` uses it to find the members it must rewrite.
"""

import posixpath
import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import unquote
from weakref import WeakKeyDictionary
from zipfile import ZipFile

from lxml import etree

from pipeline.errors import PartError, UnreadableCode
from pipeline.model.documents import Region
from pipeline.places import Place, PlaceKind

_DOCTYPES = tuple("<!DOCTYPE".encode(encoding) for encoding in ("ascii", "utf-16-le", "utf-16-be"))
_STRICT = (
    (
        b"http://purl.oclc.org/ooxml/wordprocessingml/main",
        b"http://schemas.openxmlformats.org/wordprocessingml/2006/main",
    ),
    (b"http://purl.oclc.org/ooxml/drawingml/main", b"http://schemas.openxmlformats.org/drawingml/2006/main"),
    (b"http://purl.oclc.org/ooxml/officeDocument/", b"http://schemas.openxmlformats.org/officeDocument/2006/"),
)
_STRICT_SIGN = b"http://purl.oclc.org/ooxml/"
_MAIN = "officeDocument"
_PLAIN_NAME = re.compile(r"\w[\w-]*(?:[./]\w[\w-]*)*")
"""A member's name that is written out and leads nowhere else."""
_NO_MEMORY = 2
"""libxml2's XML_ERR_NO_MEMORY, which lxml takes for a mistake in the XML."""


@dataclass(frozen=True, slots=True)
class Relationship:
    """One entry of a ``.rels`` member."""

    id: str
    kind: str
    """The last word of its type: ``hyperlink``, ``header``, ``image``, …"""
    target: str
    """An address where ``external``; otherwise a member name counted from the root of the zip."""
    external: bool


@dataclass(frozen=True, slots=True)
class WordPart:
    """One member that holds words."""

    member: str
    region: Region
    place: Place | None
    """What its paragraphs stand in: ``page header``; None for the body."""
    repeats: bool = False
    """It shows again what another member holds (the drawn picture of a diagram): change it, do not read it."""


def parse_member(content: bytes, member: str) -> etree._Element:
    """Parse one XML member with nothing fetched, expanded or defined by itself.

    Files saved as "Strict Open XML" come back in the ordinary namespaces.

    Raises:
        PartError: ``hostile`` where it declares a document type, ``damaged`` where it is no XML. The message is a
            half-sentence about ``member``; the reader puts the file's name before it.
    """
    return _parse(_with_ordinary_names(content) if _STRICT_SIGN in content else content, member)


def _with_ordinary_names(content: bytes) -> bytes:
    for strict, ordinary in _STRICT:
        content = content.replace(strict, ordinary)
    return content


def _parse(content: bytes, member: str) -> etree._Element:
    # One sign is looked for many times as fast as a word; most parts hold none.
    if b"!" in content and any(mark in content for mark in _DOCTYPES):
        raise PartError(
            UnreadableCode.HOSTILE, f"its part {member} defines entities of its own, which no document does"
        )
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_pis=False)
    try:
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        if getattr(error, "code", None) == _NO_MEMORY:
            raise MemoryError from error
        if "depth" in error.msg:
            raise PartError(
                UnreadableCode.HOSTILE, f"its part {member} is nested deeper than any document is"
            ) from error
        raise PartError(
            UnreadableCode.DAMAGED, f"its part {member} is broken ({' '.join(error.msg.split())})"
        ) from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise PartError(
            UnreadableCode.HOSTILE, f"its part {member} defines entities of its own, which no document does"
        )
    return root


def parsed(archive: ZipFile, member: str, content: bytes | None = None) -> etree._Element:
    """Return the tree of one member, parsed once as long as the zip is open; each caller gets the same tree.

    ``content`` is the member, where it is unpacked already.

    Raises:
        KeyError: no such member.
        DocumentError: as ``parse_member``; it cannot be unpacked.
    """
    known = _TREES.setdefault(archive, {})
    if member not in known:
        content = archive.read(member) if content is None else content
        if _STRICT_SIGN in content:
            content = _with_ordinary_names(content)
            _STRICT_MEMBERS.setdefault(archive, set()).add(member)
        known[member] = _parse(content, member)
    return known[member]


_TREES: WeakKeyDictionary[ZipFile, dict[str, etree._Element]] = WeakKeyDictionary()
"""What was parsed already of each zip: the reader and the patcher ask for the same members."""
_STRICT_MEMBERS: WeakKeyDictionary[ZipFile, set[str]] = WeakKeyDictionary()
"""Of the members parsed of each zip, those saved as "Strict Open XML"."""


def is_strict(archive: ZipFile, member: str) -> bool:
    """Return whether a member of which ``parsed`` gave the tree was saved as "Strict Open XML"."""
    return member in _STRICT_MEMBERS.get(archive, ())


def relationships_member(member: str) -> str:
    """Return the name of the member that holds the relationships of ``member`` (of the package for ``""``)."""
    folder, name = posixpath.split(member)
    return posixpath.join(folder, "_rels", f"{name}.rels")


def read_relationships(archive: ZipFile, member: str) -> Mapping[str, Relationship]:
    """Return the relationships of ``member`` by id; empty where it has none.

    Raises:
        DocumentError: as ``parse_member``.
    """
    known = _KNOWN.setdefault(archive, {})
    if member not in known:
        known[member] = _parse_relationships(archive, member)
    return known[member]


_KNOWN: WeakKeyDictionary[ZipFile, dict[str, Mapping[str, Relationship]]] = WeakKeyDictionary()
"""What was parsed already, as long as the zip is open: every reader asks for the same few parts again."""


def _parse_relationships(archive: ZipFile, member: str) -> Mapping[str, Relationship]:
    name = relationships_member(member)
    try:
        root = parsed(archive, name)
    except KeyError:
        return {}
    folder = posixpath.dirname(member)
    found: dict[str, Relationship] = {}
    for entry in root.iterchildren("{*}Relationship"):
        identifier, target = entry.get("Id", ""), entry.get("Target", "")
        external = entry.get("TargetMode") == "External"
        if not external:
            target = _member_name(folder, target)
        found[identifier] = Relationship(identifier, entry.get("Type", "").rsplit("/", 1)[-1], target, external)
    return found


def _member_name(folder: str, target: str) -> str:
    plain = f"{folder}/{target}" if folder else target
    if _PLAIN_NAME.fullmatch(plain):
        return plain
    path = target[1:] if target.startswith("/") else posixpath.join(folder, target)
    return posixpath.normpath(unquote(path))


def main_member(archive: ZipFile) -> str | None:
    """Return the name of the member that holds the body, None where the zip is no office document."""
    for relationship in read_relationships(archive, "").values():
        if relationship.kind == _MAIN and not relationship.external:
            return relationship.target
    return "word/document.xml" if "word/document.xml" in archive.NameToInfo else None


_PART_KINDS: Mapping[str, tuple[int, Region, PlaceKind, bool]] = {
    "header": (0, Region.PAGE_HEADER, PlaceKind.PAGE_HEADER, False),
    "diagramData": (2, Region.TEXT_BOX, PlaceKind.DIAGRAM, False),
    "diagramDrawing": (2, Region.TEXT_BOX, PlaceKind.DIAGRAM, True),
    "chart": (2, Region.TEXT_BOX, PlaceKind.CHART, False),
    "footnotes": (3, Region.FOOTNOTE, PlaceKind.FOOTNOTE, False),
    "endnotes": (4, Region.FOOTNOTE, PlaceKind.ENDNOTE, False),
    "footer": (5, Region.PAGE_FOOTER, PlaceKind.PAGE_FOOTER, False),
    "comments": (6, Region.COMMENT, PlaceKind.COMMENT, False),
}
_NUMBERED = frozenset({PlaceKind.DIAGRAM, PlaceKind.CHART})


def word_members(archive: ZipFile) -> tuple[WordPart, ...]:
    """Return every member that holds words, in the reading order of ``Document.blocks``.

    Diagrams and charts hanging on headers, footers and notes are found too. Members without a relationship are
    invisible in Word and left out.

    Raises:
        DocumentError: as ``parse_member``.
    """
    main = main_member(archive)
    if main is None or main not in archive.NameToInfo:
        return ()
    found: dict[str, tuple[int, WordPart]] = {main: (1, WordPart(main, Region.BODY, None))}
    counts: dict[tuple[PlaceKind, bool], int] = {}
    waiting = [main]
    while waiting:
        for relationship in read_relationships(archive, waiting.pop(0)).values():
            kind = _PART_KINDS.get(relationship.kind)
            name = relationship.target
            if kind is None or relationship.external or name in found or name not in archive.NameToInfo:
                continue
            order, region, place, repeats = kind
            number = None
            if place in _NUMBERED:
                number = counts[place, repeats] = counts.get((place, repeats), 0) + 1
            found[name] = (order, WordPart(name, region, Place(place, number), repeats))
            waiting.append(name)
    return tuple(part for _, part in sorted(found.values(), key=lambda entry: entry[0]))
