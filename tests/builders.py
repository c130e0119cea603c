"""Builds the files the tests read: Word files part by part, so that every place Word keeps text can be written."""

import io
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from xml.sax.saxutils import escape

NAMESPACES = " ".join(
    f'xmlns:{prefix}="{address}"'
    for prefix, address in {
        "w": "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
        "r": "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
        "a": "http://schemas.openxmlformats.org/drawingml/2006/main",
        "pic": "http://schemas.openxmlformats.org/drawingml/2006/picture",
        "wp": "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing",
        "wps": "http://schemas.microsoft.com/office/word/2010/wordprocessingShape",
        "mc": "http://schemas.openxmlformats.org/markup-compatibility/2006",
        "v": "urn:schemas-microsoft-com:vml",
        "m": "http://schemas.openxmlformats.org/officeDocument/2006/math",
    }.items()
)
RELATIONSHIP_TYPE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
_CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml."


def run(text: str, properties: str = "") -> str:
    """Return one ``w:r`` holding ``text``."""
    held = f"<w:rPr>{properties}</w:rPr>" if properties else ""
    return f'<w:r>{held}<w:t xml:space="preserve">{escape(text)}</w:t></w:r>'


def paragraph(*inner: str, style: str = "", properties: str = "") -> str:
    """Return one ``w:p``; a part that is no markup is put into a run of its own."""
    named = f'<w:pStyle w:val="{style}"/>' if style else ""
    held = f"<w:pPr>{named}{properties}</w:pPr>" if named or properties else ""
    return f"<w:p>{held}{''.join(part if part.startswith('<') else run(part) for part in inner)}</w:p>"


def table(*rows: Sequence[str], header_rows: int = 0) -> str:
    """Return a ``w:tbl``; each cell is text or the markup of its paragraphs."""
    written = []
    for number, row in enumerate(rows):
        marked = "<w:trPr><w:tblHeader/></w:trPr>" if number < header_rows else ""
        cells = "".join(f"<w:tc>{cell if cell.startswith('<') else paragraph(cell)}</w:tc>" for cell in row)
        written.append(f"<w:tr>{marked}{cells}</w:tr>")
    return f"<w:tbl>{''.join(written)}</w:tbl>"


def text_box(*paragraphs: str) -> str:
    """Return a run with a text box as Word writes it: once for itself, once for older programs."""
    content = f"<w:txbxContent>{''.join(paragraphs)}</w:txbxContent>"
    return (
        "<w:r><mc:AlternateContent><mc:Choice Requires='wps'><w:drawing><wp:anchor><a:graphic><a:graphicData>"
        f"<wps:wsp><wps:txbx>{content}</wps:txbx></wps:wsp></a:graphicData></a:graphic></wp:anchor></w:drawing>"
        f"</mc:Choice><mc:Fallback><w:pict><v:shape><v:textbox>{content}</v:textbox></v:shape></w:pict></mc:Fallback>"
        "</mc:AlternateContent></w:r>"
    )


def field(instruction: str, result: str) -> str:
    """Return the runs of a complex field."""
    return (
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r>'
        f'<w:r><w:instrText xml:space="preserve"> {escape(instruction)} </w:instrText></w:r>'
        f'<w:r><w:fldChar w:fldCharType="separate"/></w:r>{run(result)}<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )


def word_file(
    *body: str,
    parts: Mapping[str, str] | None = None,
    links: Mapping[str, str] | None = None,
    styles: str = "",
    members: Mapping[str, bytes] | None = None,
) -> bytes:
    """Return a .docx.

    ``body``: the markup of the body. ``parts``: inner markup by kind and number: ``header1``, ``footer1``,
    ``footnotes``, ``endnotes``, ``comments``, ``numbering``, ``settings``; its relationship id is the key itself.
    ``links``: addresses by relationship id. ``members``: further members as they are.
    """
    roots = {"header": "hdr", "footer": "ftr"}
    relationships = [_relationship(key, "hyperlink", address, external=True) for key, address in (links or {}).items()]
    written: dict[str, bytes] = {}
    overrides = []
    for key, inner in {**(parts or {}), **({"styles": styles} if styles else {})}.items():
        kind = key.rstrip("0123456789")
        root = roots.get(kind, kind)
        written[f"word/{key}.xml"] = _xml(f"<w:{root} {NAMESPACES}>{inner}</w:{root}>")
        relationships.append(_relationship(key, kind, f"{key}.xml"))
        overrides.append(f'<Override PartName="/word/{key}.xml" ContentType="{_CONTENT_TYPE}{kind}+xml"/>')
    held = {
        "[Content_Types].xml": _content_types(overrides),
        "_rels/.rels": _relationships([_relationship("rId1", "officeDocument", "word/document.xml")]),
        "word/document.xml": _xml(f"<w:document {NAMESPACES}><w:body>{''.join(body)}</w:body></w:document>"),
        "word/_rels/document.xml.rels": _relationships(relationships),
        **written,
        **(members or {}),
    }
    return zip_file(held)


def zip_file(members: Mapping[str, bytes]) -> bytes:
    """Return a zip of ``members``."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def write(path: Path, content: bytes) -> Path:
    """Write ``content`` and return ``path``."""
    path.write_bytes(content)
    return path


def _xml(inner: str) -> bytes:
    return f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n{inner}'.encode()


def _relationship(identifier: str, kind: str, target: str, *, external: bool = False) -> str:
    mode = ' TargetMode="External"' if external else ""
    return f'<Relationship Id="{identifier}" Type="{RELATIONSHIP_TYPE}{kind}" Target="{escape(target)}"{mode}/>'


def _relationships(entries: Sequence[str]) -> bytes:
    address = "http://schemas.openxmlformats.org/package/2006/relationships"
    return _xml(f'<Relationships xmlns="{address}">{"".join(entries)}</Relationships>')


def _content_types(overrides: Sequence[str]) -> bytes:
    return _xml(
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/><Default Extension="png" ContentType="image/png"/>'
        f'<Override PartName="/word/document.xml" ContentType="{_CONTENT_TYPE}document.main+xml"/>'
        f"{''.join(overrides)}</Types>"
    )
