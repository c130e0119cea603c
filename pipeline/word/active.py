"""Take out of the copy of a Word file what it would fetch or start; what it shows stays. Used by ``regenerate``.

A picture of an object stays as a picture, the words of a field as plain words. Every other member is copied as it lies.
"""

import io
from collections.abc import Collection
from zipfile import ZipFile

from lxml import etree

from pipeline.documents.word.active import Element, active_fields, active_relationships, members_with_relationships
from pipeline.documents.word.names import A_NAMESPACE, FIELD_SIMPLE, R_NAMESPACE
from pipeline.documents.word.package import parse_member, relationships_member, word_members
from pipeline.word.zip_patch import exchange_members

_VML = "urn:schemas-microsoft-com:vml"
_STILL_SHOW = frozenset({f"{{{A_NAMESPACE}}}blip", f"{{{_VML}}}imagedata"})
"""Elements that may show something although what they point to is gone; every other one goes with it."""
_OBJECT_KINDS = frozenset({"oleObject", "activeXControlBinary"})


def without_active_content(content: bytes) -> bytes:
    """Return the Word file with nothing left in it that is fetched or started when it is opened or clicked.

    Raises:
        DocumentError: as ``docx_package.parse_member``.
        RenderError: the zip is of a kind that cannot be changed in place.
    """
    changed: dict[str, bytes] = {}
    with ZipFile(io.BytesIO(content)) as archive:
        roots = {part.member: parse_member(archive.read(part.member), part.member) for part in word_members(archive)}
        fields = {name for name, root in roots.items() if _take_out_fields(root)}
        for member in members_with_relationships(archive):
            active = active_relationships(archive, member)
            if not active:
                continue
            ids = {each.id for each in active}
            name = relationships_member(member)
            changed[name] = _without_entries(archive.read(name), name, ids)
            if member in archive.NameToInfo and member.endswith(".xml"):
                root = roots.setdefault(member, parse_member(archive.read(member), member))
                _take_out_references(root, ids)
                fields.add(member)
            for each in active:
                if each.kind in _OBJECT_KINDS and not each.external and each.target in archive.NameToInfo:
                    changed[each.target] = b""
        for member in fields:
            changed[member] = _written(roots[member])
    return exchange_members(content, changed)


def _take_out_fields(root: Element) -> bool:
    found = list(active_fields(root))
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


def _without_entries(content: bytes, name: str, ids: Collection[str]) -> bytes:
    root = parse_member(content, name)
    for entry in list(root.iterchildren("{*}Relationship")):
        if entry.get("Id", "") in ids:
            root.remove(entry)
    return _written(root)


def _written(root: Element) -> bytes:
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
