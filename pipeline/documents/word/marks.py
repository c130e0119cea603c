"""The few elements of a part, among thousands, that its readers ask for, gathered in one search of its tree.

Stands below ``walk`` and all that reads a part: each search by itself goes through the whole tree, or all its bytes.
"""

from weakref import WeakKeyDictionary
from zipfile import ZipFile

from lxml import etree

from pipeline.documents.word.names import FIELD_CHARACTER, FIELD_SIMPLE, INSTRUCTION, SDT, VANISH, w

Element = etree._Element

BOLD, ITALIC, RUN_STYLE = w("b"), w("i"), w("rStyle")
PARAGRAPH_STYLE, LIST, OUTLINE, BREAK_BEFORE = w("pStyle"), w("numPr"), w("outlineLvl"), w("pageBreakBefore")
SHOWS_PROMPT = w("showingPlcHdr")
DESCRIBED = (
    "docPr", "cNvPr", "hyperlink", "imagedata", "shape", "rect", "roundrect", "oval", "tblCaption", "tblDescription",
)  # fmt: skip
"""Of any namespace: pictures, links and tables, of which an attribute may say what they show."""
_GROUPS = {
    "looks": (RUN_STYLE, BOLD, ITALIC),
    "properties": (PARAGRAPH_STYLE, LIST, OUTLINE, BREAK_BEFORE),
    "fields": (FIELD_CHARACTER, INSTRUCTION),
    "simple_fields": (FIELD_SIMPLE,),
    "controls": (SDT,),
    "prompts": (SHOWS_PROMPT,),
    "hidden": (VANISH,),
    "unread": (w("specVanish"), w("delText"), w("moveFromRangeStart"), w("moveFromRangeEnd")),
    "described": tuple(f"{{*}}{name}" for name in DESCRIBED),
    "struck": (w("strike"), w("dstrike")),
    "changes": (w("ins"), w("del"), w("moveFrom"), w("moveTo")),
    "sections": (w("sectPr"),),
}
_TAGS = tuple(tag for tags in _GROUPS.values() for tag in tags)


class MarkElements:
    """The elements of each kind in one part, each list in the order of the part."""

    __slots__ = tuple(_GROUPS)

    looks: list[Element]
    """What makes runs bold or italic, and names their styles."""
    properties: list[Element]
    """What properties of paragraphs say of style, list, outline level and new page."""
    fields: list[Element]
    """The marks and instructions of fields that are made of several."""
    simple_fields: list[Element]
    controls: list[Element]
    prompts: list[Element]
    """The marks of controls that show what asks to fill them in."""
    hidden: list[Element]
    unread: list[Element]
    """What else marks words that nobody reads, tracked changes apart."""
    described: list[Element]
    struck: list[Element]
    changes: list[Element]
    """Tracked ones."""
    sections: list[Element]

    def __init__(self, root: Element) -> None:
        lists: dict[str, list[Element]] = {}
        for name, tags in _GROUPS.items():
            found: list[Element] = []
            setattr(self, name, found)
            lists |= dict.fromkeys(tags, found)
        described = self.described
        for element in root.iter(*_TAGS):
            lists.get(element.tag, described).append(element)


def marks_in(archive: ZipFile, member: str, root: Element) -> MarkElements:
    """Return the marks of one member, gathered once as long as the zip is open.

    ``root`` is the tree that ``package.parsed`` gives of it.
    """
    known = _MARKS.setdefault(archive, {})
    if member not in known:
        known[member] = MarkElements(root)
    return known[member]


_MARKS: WeakKeyDictionary[ZipFile, dict[str, MarkElements]] = WeakKeyDictionary()
"""What was gathered already of each zip: the reader and the patcher look at the same members."""
