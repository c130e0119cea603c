"""Builds the files the tests read: Word files part by part, so that every place Word keeps text can be written."""

import io
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from xml.sax.saxutils import escape

from pipeline.places import CellPlace, read_place
from pipeline.text.passages import Passage

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
_MADE_AT = (2026, 11, 24, 9, 0, 0)
"""When the members of a zip were written: two files made a second apart are the same."""


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


def table_passages(*rows: Sequence[str], number: int = 1) -> list[Passage]:
    """Return the passages of a plain table as planning sees them, a cell a passage."""
    return [
        Passage(
            replace(
                read_place(f"table {number}, row {row}, column {column}"),
                cell=CellPlace(f"table {number}", row, column),
            ),
            text,
        )
        for row, texts in enumerate(rows, start=1)
        for column, text in enumerate(texts, start=1)
    ]


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
    """Return a zip of ``members``, the same bytes whenever it is made."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(zipfile.ZipInfo(name, _MADE_AT), content, zipfile.ZIP_DEFLATED)
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


@dataclass(frozen=True)
class PdfText:
    """Words at a place on a page: points from the lower left corner of A4."""

    text: str
    left: float = 72
    bottom: float = 750
    size: float = 11
    bold: bool = False


def pdf_file(
    *pages: Sequence[PdfText],
    links: Sequence[tuple[float, float, float, float, str]] = (),
    scans: Sequence[int] = (),
    catalog: str = "",
    title: str = "",
) -> bytes:
    """Return a PDF that shows each text where it is told to, in the order given.

    ``links``: left, bottom, right, top and address, on the first page. ``scans``: numbers of pages that are one
    picture. ``catalog``: further entries of the catalogue, as written in a PDF.
    """
    font = "<< /Type /Font /Subtype /Type1 /BaseFont /{} /Encoding /WinAnsiEncoding >>"
    objects = ["", "", font.format("Helvetica"), font.format("Helvetica-Bold")]
    picture = "<< /Type /XObject /Subtype /Image /Width 1 /Height 1 /ColorSpace /DeviceGray /BitsPerComponent 8"
    objects.append(f"{picture} /Length 1 >>\nstream\n\x00\nendstream")
    kids = []
    for number, texts in enumerate(pages, start=1):
        drawn = "".join(_pdf_text(each) for each in texts)
        if number in scans:
            drawn = "q 595 0 0 842 0 0 cm /Im1 Do Q\n" + drawn
        objects.append(f"<< /Length {len(drawn.encode('cp1252'))} >>\nstream\n{drawn}endstream")
        notes = "".join(
            f"<< /Type /Annot /Subtype /Link /Rect [{left} {bottom} {right} {top}] /A << /S /URI /URI ({address}) >> >>"
            for left, bottom, right, top, address in (links if number == 1 else ())
        )
        resources = "<< /Font << /F1 3 0 R /F2 4 0 R >> /XObject << /Im1 5 0 R >> >>"
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources {resources} "
            f"/Contents {len(objects)} 0 R /Annots [{notes}] >>"
        )
        kids.append(f"{len(objects)} 0 R")
    objects[0] = f"<< /Type /Catalog /Pages 2 0 R {catalog} >>"
    objects[1] = f"<< /Type /Pages /Count {len(kids)} /Kids [{' '.join(kids)}] >>"
    if title:
        objects.append(f"<< /Title ({title}) /CreationDate (D:20250314091500Z) >>")
    return _pdf_objects(objects, len(objects) if title else 0)


def _pdf_text(each: PdfText) -> str:
    escaped = each.text.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")
    return f"BT /F{2 if each.bold else 1} {each.size} Tf {each.left} {each.bottom} Td ({escaped}) Tj ET\n"


def _pdf_objects(objects: Sequence[str], properties: int) -> bytes:
    content = b"%PDF-1.7\n"
    places = []
    for number, held in enumerate(objects, start=1):
        places.append(len(content))
        content += f"{number} 0 obj\n{held}\nendobj\n".encode("cp1252")
    table = "".join(f"{place:010d} 00000 n \n" for place in places)
    more = f"/Info {properties} 0 R" if properties else ""
    size = len(objects) + 1
    tail = f"xref\n0 {size}\n0000000000 65535 f \n{table}trailer\n<< /Size {size} /Root 1 0 R {more} >>\n"
    return content + tail.encode() + f"startxref\n{len(content)}\n%%EOF\n".encode()


def lines_down(*texts: str, left: float = 72, top: float = 750, size: float = 11, bold: bool = False) -> list[PdfText]:
    """Return one text below the other."""
    return [PdfText(text, left, top - number * size * 1.3, size, bold) for number, text in enumerate(texts)]


def odt_file(body: str, *, styles: str = "", automatic: str = "", members: Mapping[str, bytes] | None = None) -> bytes:
    """Return an .odt whose text is ``body``; ``styles`` goes into styles.xml, ``automatic`` beside the text."""
    names = {
        "office": "office",
        "text": "text",
        "table": "table",
        "draw": "drawing",
        "style": "style",
        "fo": "xsl-fo-compatible",
        "svg": "svg-compatible",
        "meta": "meta",
    }
    declared = " ".join(
        f'xmlns:{key}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for key, name in names.items()
    )
    declared += ' xmlns:xlink="http://www.w3.org/1999/xlink" xmlns:dc="http://purl.org/dc/elements/1.1/"'
    content = f"<office:automatic-styles>{automatic}</office:automatic-styles><office:body><office:text>{body}"
    return zip_file(
        {
            "mimetype": b"application/vnd.oasis.opendocument.text",
            "content.xml": _xml(
                f"<office:document-content {declared}>{content}</office:text></office:body></office:document-content>"
            ),
            "styles.xml": _xml(f"<office:document-styles {declared}>{styles}</office:document-styles>"),
            "meta.xml": _xml(
                f"<office:document-meta {declared}><office:meta><dc:title>Held title</dc:title></office:meta>"
                "</office:document-meta>"
            ),
            **(members or {}),
        }
    )


def scanned_pdf(*pages: Sequence[PdfText]) -> bytes:
    """Return a PDF whose pages are pictures of the texts, as a scanner makes them: no letter is text."""
    import zlib

    from pypdf import PdfReader, PdfWriter
    from pypdf.generic import NameObject, NumberObject, StreamObject

    from pipeline.documents.pdf.page import draw_page, open_pdf
    from pipeline.documents.source import Source

    writer = PdfWriter()
    content = pdf_file(*pages)
    with open_pdf(Source(content, "typed.pdf")) as typed:
        pictures = [draw_page(typed, number) for number in range(1, len(PdfReader(io.BytesIO(content)).pages) + 1)]
    for picture in pictures:
        image = StreamObject()
        image._data = zlib.compress(picture.grey)
        named = {"Type": "/XObject", "Subtype": "/Image", "ColorSpace": "/DeviceGray", "Filter": "/FlateDecode"}
        counted = {"Width": picture.width, "Height": picture.height, "BitsPerComponent": 8}
        image.update({NameObject(f"/{key}"): NameObject(value) for key, value in named.items()})
        image.update({NameObject(f"/{key}"): NumberObject(value) for key, value in counted.items()})
        page = writer.add_blank_page(width=595, height=842)
        page.merge_page(PdfReader(io.BytesIO(pdf_file([], scans=[1]))).pages[0])
        page["/Resources"]["/XObject"][NameObject("/Im1")] = writer._add_object(image)  # type: ignore[index]
    buffer = io.BytesIO()
    writer.write(buffer)
    return buffer.getvalue()
