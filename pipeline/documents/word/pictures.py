"""Pictures anchored in a Word paragraph, with the description their author gave. Used by ``document`` alone."""

from collections.abc import Iterator, Mapping
from zipfile import ZipFile

from lxml import etree

from pipeline.documents.word.names import A_NAMESPACE, R_NAMESPACE
from pipeline.documents.word.package import Relationship
from pipeline.model.documents import Picture

Element = etree._Element

_BLIP = f"{{{A_NAMESPACE}}}blip"
_IMAGE = "{urn:schemas-microsoft-com:vml}imagedata"
_PROPERTIES = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}docPr"
_EXTENT = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}extent"
_EMBED = f"{{{R_NAMESPACE}}}embed"
_ID = f"{{{R_NAMESPACE}}}id"
_EMU_PER_MM = 36_000
_MEDIA_TYPES = {
    "png": "image/png",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "jpe": "image/jpeg",
    "gif": "image/gif",
    "svg": "image/svg+xml",
    "webp": "image/webp",
}


def read_pictures(
    drawing: Element, archive: ZipFile, relationships: Mapping[str, Relationship], *, content: bool
) -> Iterator[Picture]:
    """Yield each picture in ``drawing``, those too that no copy can show (Windows metafiles and the like).

    Without ``content`` the pictures are noticed and described but not unpacked. Linked pictures on other machines are
    left out: nothing is fetched.
    """
    properties = next(drawing.iter(_PROPERTIES), None)
    extent = next(drawing.iter(_EXTENT), None)
    description = "" if properties is None else properties.get("descr") or ""
    for image in drawing.iter(_BLIP, _IMAGE):
        relationship = relationships.get(image.get(_EMBED) or image.get(_ID) or "")
        if relationship is None or relationship.external or relationship.target not in archive.NameToInfo:
            continue
        ending = relationship.target.rsplit(".", 1)[-1].lower()
        media_type = _MEDIA_TYPES.get(ending, f"image/{ending}")
        held = archive.read(relationship.target) if content else b""
        yield Picture(held, media_type, description.strip() or _alternative(image), _width_mm(extent))


def _alternative(image: Element) -> str:
    shape = image.getparent()
    return "" if shape is None else (shape.get("alt") or "").strip()


def _width_mm(extent: Element | None) -> float | None:
    given = "" if extent is None else extent.get("cx", "")
    return round(int(given) / _EMU_PER_MM, 1) if given.isdigit() and int(given) else None
