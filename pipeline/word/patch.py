"""Change single words inside the XML of a Word file's member, every byte between them kept.

The parsed tree tells which elements change; the n-th text element of the tree is the n-th of the bytes, and only its
content is exchanged there. Where the two do not agree (an unusual encoding, CDATA) the member is refused.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from html import unescape
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape, quoteattr

from lxml import etree

from pipeline.errors import RenderError
from pipeline.plan.values import Replacement

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

    from pipeline.documents.word.paragraph import WordParagraph

_ATTRIBUTES = rb"""(?:[^>"'/]++|"[^"]*"|'[^']*'|/(?!>))*+"""
_TEXT = re.compile(
    rb"<(?P<name>(?:[\w.-]++:)?+(?P<local>t|instrText|fldSimple))(?=[\s/>])(?P<attributes>" + _ATTRIBUTES + rb")"
    rb"(?:(?P<empty>/)>|>(?P<text>[^<]*)(?:(?P<end></(?P=name)\s*>))?)"
)
_OPENING = re.compile(rb"<(?:[\w.-]++:)?+(?:t|instrText|fldSimple)[\s/>]")
_BOM = b"\xef\xbb\xbf"
TEXT_TAGS = ("{*}t", "{*}instrText", "{*}fldSimple")
_INSTRUCTION = re.compile(rb"""\s[\w.-]+:instr\s*=\s*("[^"]*"|'[^']*')""")
_PLAIN = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
_SPACE = re.compile(rb"\sxml:space\s*=\s*(?:\"[^\"]*\"|'[^']*')")


@dataclass(slots=True)
class MemberChange:
    """What is to change in one member."""

    texts: dict["Element", str] = field(default_factory=dict)
    """New text by element (``w:t``, ``w:instrText``)."""
    instructions: dict["Element", str] = field(default_factory=dict)
    """New instruction by ``w:fldSimple``."""


def changed_words(paragraph: "WordParagraph", replacements: Sequence[Replacement], change: MemberChange) -> None:
    """Put each replacement's words into the first piece it touches, and take its old words out of all."""
    for piece in paragraph.pieces:
        mine = [each for each in replacements if each.start < piece.end and piece.start < each.end]
        if not mine:
            continue
        text = piece.element.text or ""
        for each in reversed(mine):
            start, end = max(each.start, piece.start), min(each.end, piece.end)
            words = each.after if start == each.start else ""
            text = text[: start - piece.start] + words + text[end - piece.start :]
        if text != (piece.element.text or ""):
            change.texts[piece.element] = text


@dataclass(frozen=True, slots=True)
class Edit:
    """One stretch of a member's bytes and what stands there afterwards."""

    start: int
    end: int
    new: bytes


class TextPlaces:
    """Where in the bytes of a member each text element of its tree stands."""

    def __init__(self, content: bytes, root: "Element", member: str) -> None:
        """Match ``content`` with ``root``, which is ``content`` parsed.

        Raises:
            RenderError: they cannot be matched.
        """
        elements, matches = list(root.iter(*TEXT_TAGS)), list(_TEXT.finditer(content))
        if len(elements) != len(matches):
            raise _unusual(member)
        self.member = member
        self.elements: Sequence[Element] = elements
        self._matches = dict(zip(elements, matches, strict=True))
        self._proved: dict[int, Element | None] = {}
        self._counted = 0, 0
        """A place and the number of tags that open before it."""
        # Between comments and the like the n-th tag of the bytes need not be the n-th element.
        odd = b"!" in content and (b"<!--" in content or b"<![CDATA[" in content)
        self.is_plain = not odd and (b"?" not in content[len(_BOM) + 2 :] or content.rfind(b"<?") <= len(_BOM))
        self._content = content

    def edits(self, change: MemberChange) -> list[Edit]:
        """Return the edits that put the changed texts into the member's bytes, in order.

        Raises:
            RenderError: an element is not in the tree, or reads otherwise there than in the bytes.
        """
        edits: list[Edit] = []
        for element in dict.fromkeys((*change.texts, *change.instructions)):
            match = self._matches.get(element)
            if match is None:
                raise _unusual(self.member)
            edits.append(Edit(*match.span(), _new_markup(element, match, change, self.member)))
        return sorted(edits, key=lambda each: each.start)

    def element_at(self, start: int) -> "Element | None":
        """Return the element whose tag opens at ``start``, found by counting tags and by nothing else."""
        if start not in self._proved:
            here = _OPENING.match(self._content, start)
            at, before = self._counted if self._counted[0] <= start else (0, 0)
            number = before + len(_OPENING.findall(self._content, at, start))
            if here is not None:
                # No tag reaches over the beginning of another, so the count can go on from here.
                self._counted = start, number
            known = here is not None and number < len(self.elements)
            self._proved[start] = self.elements[number] if known else None
        return self._proved[start]


def text_edits(content: bytes, root: "Element", change: MemberChange, member: str) -> list[Edit]:
    """Return the edits that put the changed texts into a member's bytes, in order.

    ``root`` is ``content`` parsed, and ``change`` speaks of its elements.

    Raises:
        RenderError: the bytes cannot be matched with the tree.
    """
    return TextPlaces(content, root, member).edits(change)


def spliced(content: bytes, edits: Iterable[Edit]) -> bytes:
    """Return ``content`` with the edits made; every byte between them is kept."""
    pieces: list[bytes] = []
    position = 0
    for edit in sorted(edits, key=lambda each: (each.start, each.end)):
        pieces += [content[position : edit.start], edit.new]
        position = edit.end
    pieces.append(content[position:])
    return b"".join(pieces)


def _new_markup(element: "Element", match: re.Match[bytes], change: MemberChange, member: str) -> bytes:
    if element in change.instructions:
        return _with_instruction(element, match, change.instructions[element], member)
    text = change.texts[element]
    old = unescape((match["text"] or b"").decode("utf-8"))
    if (match["end"] is None and match["empty"] is None) or old.replace("\r\n", "\n") != (element.text or ""):
        raise _unusual(member)
    attributes = match["attributes"].rstrip()
    if text != text.strip() and b"xml:space" not in attributes:
        attributes += b' xml:space="preserve"'
    name = match["name"]
    return b"<" + name + attributes + b">" + escape(text).encode("utf-8") + b"</" + name + b">"


def _with_instruction(element: "Element", match: re.Match[bytes], new: str, member: str) -> bytes:
    attribute = _INSTRUCTION.search(match[0])
    if attribute is None or unescape(attribute[1][1:-1].decode("utf-8")) not in element.attrib.values():
        raise _unusual(member)
    return match[0][: attribute.start(1)] + quoteattr(new).encode("utf-8") + match[0][attribute.end(1) :]


def words_of(markup: bytes) -> str | None:
    """Return what a text element of a member's bytes says (a ``w:fldSimple``: its instruction), read as XML.

    None where the bytes are not one such element and nothing else.
    """
    match = _TEXT.fullmatch(markup)
    if match is None or (match["empty"] is None and match["end"] is None and match["local"] != b"fldSimple"):
        return None
    inside = b"<t>" + (match["text"] or b"") + b"</t>"
    if match["local"] == b"fldSimple":
        instruction = _INSTRUCTION.search(match[0])
        inside = b"<t instr=" + (instruction[1] if instruction else b'""') + b"/>"
    try:
        element = etree.fromstring(inside, _PLAIN)
    except etree.XMLSyntaxError:
        return None
    return element.text or element.get("instr") or ""


def is_written_value(value: bytes) -> bool:
    """Tell whether bytes may stand as the text of an element and as an attribute in either quotes."""
    if any(sign in value for sign in (b"<", b'"', b"'")):
        return False
    try:
        etree.fromstring(b"<t>" + value + b"</t>", _PLAIN)
    except etree.XMLSyntaxError:
        return False
    return True


def _unusual(member: str) -> RenderError:
    return RenderError(f"The document’s part {member} is written in an unusual way; open it in Word and save it again.")


def patched_relationships(content: bytes, targets: Mapping[str, str], member: str) -> bytes:
    """Return a ``.rels`` member with new targets by relationship id; all else byte for byte.

    Raises:
        RenderError: an id is not in it.
    """
    open_ids = set(targets)

    def exchange(match: re.Match[bytes]) -> bytes:
        identifier = re.search(rb"""\sId\s*=\s*("[^"]*"|'[^']*')""", match[0])
        name = unescape(identifier[1][1:-1].decode("utf-8")) if identifier else ""
        target = re.search(rb"""\sTarget\s*=\s*("[^"]*"|'[^']*')""", match[0])
        if name not in targets or target is None:
            return match[0]
        open_ids.discard(name)
        written = quoteattr(targets[name], {'"': "&quot;"}).encode("utf-8")
        return match[0][: target.start(1)] + written + match[0][target.end(1) :]

    changed = re.sub(rb"<(?:[\w.-]+:)?Relationship\s" + _ATTRIBUTES + rb"/?>", exchange, content)
    if open_ids:
        raise _unusual(member)
    return changed


def frame_of(content: bytes) -> bytes:
    """Return a member's bytes without the words of its text elements: what a change must leave as it was."""

    def emptied(match: re.Match[bytes]) -> bytes:
        if match["local"] == b"fldSimple":
            return re.sub(rb"""(\s[\w.-]+:instr\s*=\s*)(?:"[^"]*"|'[^']*')""", rb"\1", match[0])
        return b"<" + match["name"] + _SPACE.sub(b"", match["attributes"]).rstrip() + b"/>"

    return _TEXT.sub(emptied, content)
