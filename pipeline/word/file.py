"""Open a Word file for changing: every place that holds words, with the bytes it came from.

Below ``regenerate`` (which plans, patches and proves) and above the walk of ``documents``.
"""

import re
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from functools import cached_property

from pipeline.documents.packages import Package, open_package
from pipeline.documents.source import Source
from pipeline.documents.word.marks import PARAGRAPH_STYLE, MarkElements, marks_in
from pipeline.documents.word.names import PARAGRAPH_PROPERTIES, VAL, P, T, w
from pipeline.documents.word.package import (
    Relationship,
    WordPart,
    is_strict,
    parsed,
    read_relationships,
    relationships_member,
    word_members,
)
from pipeline.documents.word.paragraph import Element, WordLink, WordParagraph
from pipeline.documents.word.walk import walk_paragraphs
from pipeline.errors import RenderError
from pipeline.named.scene import Scene
from pipeline.places import called
from pipeline.plan.values import Left
from pipeline.text.passages import Passage, PassageLink
from pipeline.word.outside import OutsidePlace, holds_properties, property_places, shown_places
from pipeline.word.patch import TextPlaces
from pipeline.word.zip_patch import Deflater

HIDDEN = called("hidden text")
TAKEN_OUT = called("a tracked deletion")
_LOOSE_LINK = called("a link without words")
"""What passages are called that nobody reads."""
_DELETED = w("delText")
_MOVED = w("moveFrom")
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_TYPES = "[Content_Types].xml"
_MACRO_TYPE = re.compile(rb"macroEnabled(?:Template)?\.main\+xml")
_TEMPLATE_TYPE = b"wordprocessingml.template.main+xml"
"""What a file may call itself that Word refuses to open under the name .docx, as copies are named."""
_HEADING = re.compile(r"heading|title|subtitle", re.IGNORECASE)
_PEOPLE_LINKS = re.compile(r"\s*(?:mailto|tel|callto|sms):", re.IGNORECASE)


@dataclass(slots=True)
class Member:
    """One member that holds words, open."""

    name: str
    part: WordPart | None
    """None for the properties of the file."""
    content: bytes
    root: Element | None = None
    marks: MarkElements | None = None
    relationships: Mapping[str, Relationship] = field(default_factory=dict)
    paragraphs: list[WordParagraph] = field(default_factory=list)
    outside: list[OutsidePlace] = field(default_factory=list)
    loose_links: list[str] = field(default_factory=list)
    """Relationship ids of addresses and numbers that no words lead to (a picture that is a link)."""
    deflater: Deflater = field(default_factory=Deflater)
    _text_places: TextPlaces | None = None

    def text_places(self) -> TextPlaces:
        """Return where in its bytes the texts of a member stand, found once for all copies.

        Raises:
            RenderError: the bytes cannot be matched with the tree.
        """
        if self._text_places is None:
            assert self.root is not None
            self._text_places = TextPlaces(self.content, self.root, self.name)
        return self._text_places


@dataclass(frozen=True)
class WordFile:
    """All words of a Word file: paragraphs in reading order, then what stands outside them."""

    members: Mapping[str, Member]
    paragraphs: Sequence[WordParagraph]
    outside: Sequence[OutsidePlace]
    loose_links: Sequence[tuple[str, str]]
    """Member and relationship id."""
    passages: Sequence[Passage]
    """Of ``paragraphs``, then of ``outside``, then of ``loose_links``."""
    archive: Package
    """The zip that all of it came from, for what is looked at besides."""

    @cached_property
    def scene(self) -> Scene:
        """The passages looked at together, once for all copies."""
        return Scene(self.passages)

    @cached_property
    def elsewhere(self) -> dict[tuple[str, ...], tuple[Passage, ...]]:
        """What was found in parts that no copy changes, by the words that were looked for; the last search only."""
        return {}

    @cached_property
    def unchecked(self) -> dict[str, tuple[Left, ...]]:
        """What cannot be searched of each part, by the name of the part; filled by the code that looks."""
        return {}

    @cached_property
    def unread(self) -> tuple[Passage, ...]:
        """Words that nobody reads and a copy would still carry, called ``HIDDEN`` or ``TAKEN_OUT``."""
        return tuple(passage for member in self.members.values() for passage in _unread(member))

    def outside_at(self, passage: int) -> OutsidePlace | None:
        """Return the place outside paragraphs that a passage stands for, None where it is a paragraph or a link."""
        index = passage - len(self.paragraphs)
        return self.outside[index] if 0 <= index < len(self.outside) else None

    def loose_link_at(self, passage: int) -> tuple[str, str] | None:
        """Return member and relationship id where a passage is a link without words."""
        index = passage - len(self.paragraphs) - len(self.outside)
        return self.loose_links[index] if index >= 0 else None


def open_word_file(content: bytes, shown_as: str, *, package: Package | None = None) -> WordFile:
    """Open every member that holds words; ``package`` is the zip where it is open already.

    Raises:
        RenderError: the file is signed, locked, a template, holds macros, or was saved as "Strict Open XML".
        DocumentError: it cannot be opened as a Word file.
    """
    if content.startswith(_OLE):
        raise RenderError(f"{shown_as} is locked with a password or an old Word file; no copy of it can be made.")
    archive = package or open_package(Source(content, shown_as))
    _refuse_what_must_not_change(archive, shown_as)
    members = {part.member: _open_member(archive, part) for part in word_members(archive)}
    if any(is_strict(archive, name) for name in members):
        raise RenderError(
            f"{shown_as} was saved as “Strict Open XML Document”, which cannot be changed word by word. Open it in "
            "Word and save it as “Word Document (.docx)”."
        )
    members |= {name: _open_properties(archive, name) for name in archive.namelist() if holds_properties(name)}
    return _gathered(members, archive)


def reopen_changed(content: bytes, shown_as: str, original: WordFile, touched: Set[str]) -> WordFile:
    """Open a changed copy; members proved the same bytes as in ``original`` are taken from there.

    Raises:
        DocumentError: it cannot be opened as a Word file.
    """
    members = dict(original.members)
    archive = open_package(Source(content, shown_as))
    for name, member in original.members.items():
        if name in touched or relationships_member(name) in touched:
            part = member.part
            members[name] = _open_member(archive, part) if part is not None else _open_properties(archive, name)
    return _gathered(members, archive)


def _gathered(members: Mapping[str, Member], archive: Package) -> WordFile:
    paragraphs = [paragraph for member in members.values() for paragraph in member.paragraphs]
    outside = [place for member in members.values() for place in member.outside]
    loose = [(member.name, identifier) for member in members.values() for identifier in member.loose_links]
    headings = {each for member in members.values() if member.marks is not None for each in _headings(member.marks)}
    passages = [
        _passage(each, members[each.member].relationships, heading=each.element in headings) for each in paragraphs
    ]
    passages += [place.passage for place in outside]
    passages += [_loose_passage(members[name].relationships[identifier].target) for name, identifier in loose]
    return WordFile(members, paragraphs, outside, loose, passages, archive)


def _refuse_what_must_not_change(archive: Package, shown_as: str) -> None:
    names = archive.namelist()
    if any(name.startswith("_xmlsignatures/") for name in names):
        raise RenderError(f"{shown_as} is signed; a changed copy would break the signature. Save it without signature.")
    types = archive.read(_TYPES) if _TYPES in names else b""
    if any(name.lower().endswith("vbaproject.bin") for name in names) or _MACRO_TYPE.search(types):
        raise RenderError(f"{shown_as} holds macros, and copies go out without. Save it in Word as .docx.")
    if _TEMPLATE_TYPE in types:
        raise RenderError(
            f"{shown_as} is a Word template (.dotx), which no copy can be opened as. Save it in Word as .docx."
        )


def _open_member(archive: Package, part: WordPart) -> Member:
    content = archive.read(part.member)
    root = parsed(archive, part.member, content)
    marks = marks_in(archive, part.member, root)
    relationships = read_relationships(archive, part.member)
    paragraphs = list(walk_paragraphs(root, part, marks=marks))
    outside = list(shown_places(part.member, content, marks.described))
    loose = list(_loose_links(relationships, paragraphs))
    return Member(part.member, part, content, root, marks, relationships, paragraphs, outside, loose)


def _open_properties(archive: Package, name: str) -> Member:
    content = archive.read(name)
    return Member(name, None, content, outside=list(property_places(name, content)))


def _loose_links(relationships: Mapping[str, Relationship], paragraphs: Sequence[WordParagraph]) -> Iterator[str]:
    people = [each for each in relationships.values() if each.external and _PEOPLE_LINKS.match(each.target)]
    if people:
        bound = {link.relationship_id for paragraph in paragraphs for link in paragraph.links}
        yield from (each.id for each in people if each.id not in bound)


def _loose_passage(target: str) -> Passage:
    return Passage(_LOOSE_LINK, "", links=(PassageLink(0, 0, target),), label=str(_LOOSE_LINK))


def _passage(paragraph: WordParagraph, relationships: Mapping[str, Relationship], *, heading: bool) -> Passage:
    links: tuple[PassageLink, ...] = ()
    if paragraph.links:
        links = tuple(PassageLink(link.start, link.end, _target(link, relationships)) for link in paragraph.links)
    return Passage(paragraph.where, paragraph.text, paragraph.region, links, heading)


def _target(link: WordLink, relationships: Mapping[str, Relationship]) -> str:
    entry = relationships.get(link.relationship_id or "")
    return link.target or (entry.target if entry is not None and entry.external else "")


def _headings(marks: MarkElements) -> Iterator[Element]:
    """Yield the paragraphs whose properties, at their beginning, first name a style of headings."""
    for style in marks.properties:
        properties = style.getparent()
        if (
            style.tag == PARAGRAPH_STYLE
            and _HEADING.match(style.get(VAL, ""))
            and properties is not None
            and properties.tag == PARAGRAPH_PROPERTIES
            and properties.getprevious() is None
            and next(properties.iterchildren(PARAGRAPH_STYLE), None) is style
            and (paragraph := properties.getparent()) is not None
        ):
            yield paragraph


def _unread(member: Member) -> Iterator[Passage]:
    if member.root is None or member.marks is None or not _may_hide(member.marks):
        return
    read = {piece.element for paragraph in member.paragraphs for piece in paragraph.pieces}
    for paragraph in member.root.iter(P):
        moved = next(paragraph.iter(_MOVED), None) is not None
        for where, tag in ((TAKEN_OUT if moved else HIDDEN, T), (TAKEN_OUT, _DELETED)):
            text = "".join(_texts(paragraph, tag, read))
            if text.strip():
                yield Passage(where, text, label=str(where))


def _may_hide(marks: MarkElements) -> bool:
    return bool(marks.hidden or marks.unread) or any(each.tag == _MOVED for each in marks.changes)


def _texts(paragraph: Element, tag: str, read: set[Element]) -> Iterator[str]:
    for element in paragraph.iter(tag):
        if element not in read and next(element.iterancestors(P), None) is paragraph:
            yield element.text or ""
