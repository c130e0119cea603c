"""Take out of the copy of a Word file what it would fetch or start; what it shows stays. Used by ``regenerate``.

A picture of an object stays as a picture, the words of a field as plain words. Every other member is copied as it lies.
"""

from collections.abc import Collection

from lxml import etree

from pipeline.documents.packages import Package, open_package
from pipeline.documents.source import Source
from pipeline.documents.word.active import Element, active_fields, active_relationships, members_with_relationships
from pipeline.documents.word.marks import MarkElements
from pipeline.documents.word.names import A_NAMESPACE, FIELD_SIMPLE, R_NAMESPACE
from pipeline.documents.word.package import parsed, relationships_member, word_members
from pipeline.word.zip_patch import exchange_members

_VML = "urn:schemas-microsoft-com:vml"
_STILL_SHOW = frozenset({f"{{{A_NAMESPACE}}}blip", f"{{{_VML}}}imagedata"})
"""Elements that may show something although what they point to is gone; every other one goes with it."""
_OBJECT_KINDS = frozenset({"oleObject", "activeXControlBinary"})


def without_active_content(content: bytes, *, package: Package | None = None) -> bytes:
    """Return the Word file with nothing left in it that is fetched or started when it is opened or clicked.

    ``package`` is its zip where that is open already; its trees are changed, so nobody may use it afterwards.

    Raises:
        DocumentError: as ``docx_package.parse_member``.
        RenderError: the zip is of a kind that cannot be changed in place.
    """
    changed: dict[str, bytes] = {}
    archive = package or open_package(Source(content, "the document"))
    fields = {part.member for part in word_members(archive) if _take_out_fields(parsed(archive, part.member))}
    for member in members_with_relationships(archive):
        active = active_relationships(archive, member)
        if not active:
            continue
        ids = {each.id for each in active}
        name = relationships_member(member)
        changed[name] = _without_entries(parsed(archive, name), ids)
        if member in archive.NameToInfo and member.endswith(".xml"):
            _take_out_references(parsed(archive, member), ids)
            fields.add(member)
        for each in active:
            if each.kind in _OBJECT_KINDS and not each.external and each.target in archive.NameToInfo:
                changed[each.target] = b""
    changed |= {member: _written(parsed(archive, member)) for member in fields}
    return exchange_members(content, changed)


def _take_out_fields(root: Element) -> bool:
    found = list(active_fields(MarkElements(root)))
    for each in found:
        for mark in each.marks:
            if mark.tag == FIELD_SIMPLE:
                _unwrap(mark)
            else:
                _remove(mark)
    return bool(found)


def _take_out_references(root: Element, ids: Collection[str]) -> None:
    for element in list(root.iter(etree.Element)):
        for key, value in list(element.attrib.items()):
            if value in ids and str(key).startswith(f"{{{R_NAMESPACE}}}"):
                del element.attrib[key]
                if element.tag not in _STILL_SHOW:
                    _remove(element)


def _unwrap(element: Element) -> None:
    parent = element.getparent()
    if parent is None:
        return
    at = parent.index(element)
    for child in reversed(list(element)):
        parent.insert(at, child)
    parent.remove(element)


def _remove(element: Element) -> None:
    parent = element.getparent()
    if parent is not None:
        parent.remove(element)


def _without_entries(root: Element, ids: Collection[str]) -> bytes:
    for entry in list(root.iterchildren("{*}Relationship")):
        if entry.get("Id", "") in ids:
            root.remove(entry)
    return _written(root)


def _written(root: Element) -> bytes:
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
