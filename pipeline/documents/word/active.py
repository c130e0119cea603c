"""What a Word file fetches from elsewhere or starts when it is opened or clicked: links to files, objects, fields.

``document`` tells of it; ``word.active`` takes it out of copies. Stands below both.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from zipfile import ZipFile

from lxml import etree

from pipeline.documents.word.marks import MarkElements
from pipeline.documents.word.names import FIELD_CHARACTER, INSTRUCTION, w
from pipeline.documents.word.package import Relationship, read_relationships

Element = etree._Element

ACTIVE_FIELDS = frozenset(
    {"DATABASE", "DDE", "DDEAUTO", "HTMLCONTROL", "IMPORT", "INCLUDE", "INCLUDEPICTURE", "INCLUDETEXT", "LINK"}
)
"""Fields that bring in a file or ask another program. Source: ECMA-376 part 1, 17.16.5, and Word's own."""
_OBJECTS = frozenset({"oleObject", "control", "activeXControlBinary"})
_SHOWN_TO_READERS = frozenset({"hyperlink"})
_REMOTE = ("http:", "https:", "ftp:")
_TURN, _INSTR = w("fldCharType"), w("instr")


def is_remote(relationship: Relationship) -> bool:
    """Return whether what it points to lies on another computer; the author's own disk is nobody else's."""
    target = relationship.target.lower().replace("\\", "/").removeprefix("file:")
    slashes = len(target) - len(target.lstrip("/"))
    # A share is //server/…, and file:///\\\\server\\… as Word writes it; three are the root of the own machine.
    return relationship.external and (target.startswith(_REMOTE) or slashes == 2 or slashes > 3)


def is_active(relationship: Relationship) -> bool:
    """Return whether opening the file follows it: a remote picture, template or part, an object, a control."""
    if relationship.kind in _OBJECTS:
        return True
    return relationship.kind not in _SHOWN_TO_READERS and is_remote(relationship)


def members_with_relationships(archive: ZipFile) -> Iterator[str]:
    """Yield the name of each member that has relationships of its own; ``""`` for the package is left out."""
    for name in archive.namelist():
        folder, mark, rest = name.rpartition("_rels/")
        if mark and rest.endswith(".rels") and rest != ".rels":
            yield folder + rest.removesuffix(".rels")


def active_relationships(archive: ZipFile, member: str) -> tuple[Relationship, ...]:
    """Return what of a member's relationships is active.

    Raises:
        DocumentError: as ``package.parse_member``.
    """
    return tuple(each for each in read_relationships(archive, member).values() if is_active(each))


@dataclass(slots=True)
class ActiveField:
    """One field of Word."""

    instruction: str = ""
    marks: list[Element] = field(default_factory=list)
    """What makes it a field, its result apart: to be taken out for the result to become plain words."""


def active_fields(marks: MarkElements) -> Iterator[ActiveField]:
    """Yield each field of a part that brings in a file or asks another program; one that never ends included."""
    for simple in marks.simple_fields:
        if _is_active(simple.get(_INSTR, "")):
            yield ActiveField(simple.get(_INSTR, ""), [simple])
    open_fields: list[ActiveField] = []
    parted: list[bool] = []
    for element in marks.fields:
        turn = element.get(_TURN) if element.tag == FIELD_CHARACTER else None
        if turn == "begin":
            open_fields.append(ActiveField(marks=[element]))
            parted.append(False)
        elif open_fields and element.tag == INSTRUCTION and not parted[-1]:
            open_fields[-1].instruction += element.text or ""
            open_fields[-1].marks.append(element)
        elif open_fields and turn == "separate":
            parted[-1] = True
            open_fields[-1].marks.append(element)
        elif open_fields and turn == "end":
            open_fields[-1].marks.append(element)
            parted.pop()
            yield from _active(open_fields.pop())
    for unended in open_fields:
        yield from _active(unended)


def _active(found: ActiveField) -> Iterable[ActiveField]:
    return (found,) if _is_active(found.instruction) else ()


def _is_active(instruction: str) -> bool:
    words = instruction.split(None, 1)
    return bool(words) and words[0].upper().lstrip("\\") in ACTIVE_FIELDS
