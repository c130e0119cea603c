"""Files made to harm the program that opens them, each with what must become of it.

Every one is small on disk; ``specimens`` says how each is built, so that only what is asked for is made.
"""

import io
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial

from pipeline.model.documents import DocumentFlag
from tests.builders import NAMESPACES, RELATIONSHIP_TYPE, odt_file, paragraph, run, word_file
from tests.documents import hostile_pdfs as pdfs
from tests.documents.hostile_pdfs import WORDS

READ = "read"
ELSEWHERE = "http://policy.example.org/harm"


@dataclass(frozen=True)
class Specimen:
    """One hostile file."""

    name: str
    build: Callable[[], bytes]
    becomes: frozenset[str]
    """The error codes that are right for it; ``read`` where its words are read all the same."""
    flag: DocumentFlag | None = None
    """What must be flagged where it is read."""


# --- zips ------------------------------------------------------------------------------------------------------


def with_members(content: bytes, members: Mapping[str, bytes]) -> bytes:
    """Return a zip with more in it."""
    buffer = io.BytesIO(content)
    with zipfile.ZipFile(buffer, "a", zipfile.ZIP_DEFLATED) as archive:
        for name, held in members.items():
            archive.writestr(name, held)
    return buffer.getvalue()


def flat_bomb(member: str, megabytes: int = 64) -> bytes:
    """Return a Word file one part of which unpacks to hundreds of times its size."""
    return with_members(word_file(paragraph(WORDS)), {member: bytes(megabytes << 20)})


def nested_bomb() -> bytes:
    """Return a Word file holding a zip of zips of zips; the whole of it would fill a disk."""
    held = zip_of({"0": bytes(1 << 20)})
    for _ in range(4):
        held = zip_of({f"{number}.zip": held for number in range(16)})
    related = RELATIONSHIP.format("e", "package", "embeddings/bomb.zip")
    return word_file(paragraph(WORDS), members={"word/embeddings/bomb.zip": held, **document_relationships(related)})


def zip_of(members: Mapping[str, bytes]) -> bytes:
    """Return a zip."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, held in members.items():
            archive.writestr(name, held)
    return buffer.getvalue()


def overlapping_bomb(times: int = 3000) -> bytes:
    """Return a Word file whose list names one packed megabyte under thousands of names."""
    content = with_members(word_file(paragraph(WORDS)), {"word/media/00000.png": bytes(1 << 20)})
    end = content.rfind(b"PK\x05\x06")
    count, size, start = struct.unpack_from("<HII", content, end + 10)
    listed = content[start:end]
    last = listed[listed.rfind(b"PK\x01\x02") :]
    more = b"".join(last.replace(b"00000", b"%05d" % number) for number in range(1, times))
    tail = struct.pack(
        "<4sHHHHIIH", b"PK\x05\x06", 0, 0, count + times - 1, count + times - 1, size + len(more), start, 0
    )
    return content[:end] + more + tail


def lying_size(megabytes: int = 40) -> bytes:
    """Return a Word file whose body says it is small and unpacks to much."""
    body = f"<w:document {NAMESPACES}><w:body>".encode() + bytes(megabytes << 20)
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = packer.compress(body) + packer.flush()
    content = word_file(paragraph(WORDS), members={"word/document.xml": packed})
    at = content.rfind(packed)
    return content[:at] + packed + content[at + len(packed) :]


# --- Word ------------------------------------------------------------------------------------------------------

RELATIONSHIP = f'<Relationship Id="{{}}" Type="{RELATIONSHIP_TYPE}{{}}" Target="{{}}"/>'
OUTSIDE = f'<Relationship Id="{{}}" Type="{RELATIONSHIP_TYPE}{{}}" Target="{{}}" TargetMode="External"/>'


def relationships(*entries: str) -> bytes:
    """Return a ``.rels`` member."""
    address = "http://schemas.openxmlformats.org/package/2006/relationships"
    return f'<Relationships xmlns="{address}">{"".join(entries)}</Relationships>'.encode()


def document_relationships(*entries: str) -> dict[str, bytes]:
    """Return the relationships of the body, by member name."""
    return {"word/_rels/document.xml.rels": relationships(*entries)}


def raw_body(before: str, inside: str) -> bytes:
    """Return a Word file whose body is written as it is."""
    content = f'<?xml version="1.0"?>{before}<w:document {NAMESPACES}><w:body>{inside}</w:body></w:document>'
    return word_file(members={"word/document.xml": content.encode()})


def entity_bomb() -> bytes:
    """Return a billion laughs."""
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    return raw_body(f'<!DOCTYPE x [<!ENTITY l0 "lol">{laughs}]>', paragraph("<w:r><w:t>&l9;</w:t></w:r>"))


def outside_entity(address: str) -> bytes:
    """Return a Word file that would paste a file or page of somebody else into its text."""
    entity = f'<!DOCTYPE x [<!ENTITY x SYSTEM "{address}">]>'
    return raw_body(entity, paragraph("<w:r><w:t>&x;</w:t></w:r>"))


def hidden_entity_bomb() -> bytes:
    """Return a bomb written in an encoding that a search for its letters does not see."""
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    text = f'<?xml version="1.0" encoding="IBM037"?><!DOCTYPE x [<!ENTITY l0 "lol">{laughs}]><x>&l9;</x>'
    return word_file(members={"word/document.xml": text.encode("cp037")})


def outside_parts() -> bytes:
    """Return a Word file with template, picture, object and frame on another machine."""
    settings = '<w:attachedTemplate r:id="t"/>'
    held = word_file(paragraph(WORDS), parts={"settings": settings})
    return with_members(
        held, {"word/_rels/settings.xml.rels": relationships(OUTSIDE.format("t", "attachedTemplate", ELSEWHERE))}
    )


def macro_file() -> bytes:
    """Return a Word file with macros and an object of another program."""
    entries = (
        RELATIONSHIP.format("m", "vbaProject", "vbaProject.bin"),
        RELATIONSHIP.format("o", "oleObject", "embeddings/oleObject1.bin"),
    )
    members = {"word/vbaProject.bin": b"\xd0\xcf\x11\xe0macro", "word/embeddings/oleObject1.bin": b"\xd0\xcf\x11\xe0"}
    return word_file(paragraph(WORDS), members={**members, **document_relationships(*entries)})


def relationship_loop() -> bytes:
    """Return a Word file whose parts all point at each other and at themselves."""
    entries = [
        RELATIONSHIP.format("h", "header", "header1.xml"),
        RELATIONSHIP.format("b", "header", "document.xml"),
        RELATIONSHIP.format("f", "footnotes", "/word/document.xml"),
        RELATIONSHIP.format("d", "diagramData", "../word/./header1.xml"),
    ]
    members = {
        "word/header1.xml": f"<w:hdr {NAMESPACES}>{paragraph('Head.')}</w:hdr>".encode(),
        "word/_rels/header1.xml.rels": relationships(*entries),
        "word/_rels/document.xml.rels": relationships(*entries),
    }
    return word_file(paragraph(WORDS), members=members)


def style_loop() -> bytes:
    """Return a Word file whose styles are based on each other in a ring."""
    ring = "".join(
        f'<w:style w:styleId="s{n}"><w:name w:val="s{n}"/><w:basedOn w:val="s{(n + 1) % 500}"/></w:style>'
        for n in range(500)
    )
    return word_file(*[paragraph(WORDS, style=f"s{n}") for n in range(500)], styles=ring)


def nested(tag_open: str, tag_close: str, depth: int, inside: str) -> bytes:
    """Return a Word file nested ``depth`` deep."""
    return raw_body("", tag_open * depth + inside + tag_close * depth)


def deep_boxes(depth: int = 38) -> bytes:
    """Return text boxes in text boxes, each twice as Word writes them: 2 to the power of ``depth`` ways through."""
    inside = paragraph(WORDS)
    opened = "<w:p><w:r><w:pict><v:shape><v:textbox><w:txbxContent>"
    closed = "</w:txbxContent></v:textbox></v:shape></w:pict></w:r></w:p>"
    return raw_body("", opened * depth + inside + closed * depth)


def million_cells() -> bytes:
    """Return a table of a thousand rows and a thousand columns."""
    cell = "<w:tc><w:p><w:r><w:t>{}</w:t></w:r></w:p></w:tc>"
    rows = ("".join(cell.format(n * n + m * 7919) for n in range(1000)) for m in range(1000))
    return raw_body("", f"<w:tbl>{''.join(f'<w:tr>{row}</w:tr>' for row in rows)}</w:tbl>")


def endless_merge() -> bytes:
    """Return a table whose cells claim a thousand million columns and rows."""
    wide = '<w:tcPr><w:gridSpan w:val="1000000000"/><w:vMerge w:val="restart"/></w:tcPr>'
    row = f"<w:tr><w:trPr><w:gridBefore w:val='99999999'/></w:trPr><w:tc>{wide}{paragraph(WORDS)}</w:tc></w:tr>"
    return word_file(f"<w:tbl>{row * 300}</w:tbl>")


def open_fields() -> bytes:
    """Return fields that begin and never end."""
    begin = '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r>'
    return word_file(*[paragraph(begin, run(WORDS)) for _ in range(3000)])


def many_lists(count: int = 4000) -> bytes:
    """Return a numbering part of thousands of lists, all at the ninth level, with numbers beyond any integer."""
    levels = "".join(
        f'<w:lvl w:ilvl="{n}"><w:start w:val="{"9" * 400}"/><w:numFmt w:val="upperRoman"/>'
        f'<w:lvlText w:val="{"%1" * 50}"/></w:lvl>'
        for n in range(9)
    )
    numbers = "".join(f'<w:num w:numId="{n}"><w:abstractNumId w:val="0"/></w:num>' for n in range(1, count))
    held = [
        paragraph(WORDS, properties=f'<w:numPr><w:ilvl w:val="8"/><w:numId w:val="{n}"/></w:numPr>')
        for n in range(1, count, 4)
    ]
    return word_file(
        *held, parts={"numbering": f'<w:abstractNum w:abstractNumId="0">{levels}</w:abstractNum>{numbers}'}
    )


# --- OpenDocument ----------------------------------------------------------------------------------------------


def repeated(count: str = "2000000000") -> bytes:
    """Return an .odt that asks for thousands of millions of spaces, columns and rows."""
    cell = f'<table:table-cell table:number-columns-repeated="{count}"><text:p>x</text:p></table:table-cell>'
    row = f'<table:table-row table:number-rows-repeated="{count}">{cell}</table:table-row>'
    return odt_file(f'<text:p>{WORDS}<text:s text:c="{count}"/></text:p><table:table>{row}</table:table>')


def deep_lists(depth: int) -> bytes:
    """Return lists in lists."""
    return odt_file(
        "<text:list><text:list-item>" * depth + f"<text:p>{WORDS}</text:p>" + "</text:list-item></text:list>" * depth
    )


def odt_entity_bomb() -> bytes:
    """Return an .odt that defines an entity of its own."""
    return odt_file("", members={"content.xml": b'<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>'})


# --- the list --------------------------------------------------------------------------------------------------

_SPECIMENS: tuple[tuple[str, Callable[[], bytes], str, DocumentFlag | None], ...] = (
    ("flat-bomb.docx", partial(flat_bomb, "word/comments.xml"), "hostile", None),
    ("nested-bomb.docx", nested_bomb, "read", DocumentFlag.EMBEDDED_FILES),
    ("zip-of-zips.docx", lambda: zip_of({"a.zip": zip_of({"a": bytes(9)})}), "damaged", None),
    ("overlapping-bomb.docx", overlapping_bomb, "hostile", None),
    ("lying-size.docx", lying_size, "hostile damaged", None),
    ("entity-bomb.docx", entity_bomb, "hostile", None),
    ("hidden-entity-bomb.docx", hidden_entity_bomb, "hostile damaged", None),
    ("xxe-file.docx", partial(outside_entity, "file:///etc/passwd"), "hostile", None),
    ("xxe-network.docx", partial(outside_entity, ELSEWHERE), "hostile", None),
    ("template.docx", outside_parts, "read", DocumentFlag.EXTERNAL_TEMPLATE),
    ("macros.docm", macro_file, "read", DocumentFlag.MACROS),
    ("object.docx", macro_file, "read", DocumentFlag.EMBEDDED_FILES),
    ("slip.docx", lambda: word_file(paragraph(WORDS), members={"../../evil": b"x"}), "hostile", None),
    ("slip-absolute.docx", lambda: word_file(paragraph(WORDS), members={"/evil": b"x"}), "hostile", None),
    ("control-names.docx", lambda: word_file(paragraph(WORDS), members={"word/\x1b[2J\x07.xml": b"x"}), "read", None),
    ("relationship-loop.docx", relationship_loop, "read", None),
    ("style-loop.docx", style_loop, "read", None),
    ("deep-xml.docx", partial(nested, "<w:sdt>", "</w:sdt>", 100_000, paragraph(WORDS)), "hostile", None),
    (
        "deep-tables.docx",
        partial(nested, "<w:tbl><w:tr><w:tc>", "</w:tc></w:tr></w:tbl>", 5000, paragraph(WORDS)),
        "hostile",
        None,
    ),
    ("deep-boxes.docx", deep_boxes, "read hostile", None),
    ("million-cells.docx", million_cells, "too-large hostile", None),
    ("endless-merge.docx", endless_merge, "read", None),
    ("open-fields.docx", open_fields, "read", None),
    ("many-lists.docx", many_lists, "read", None),
    ("repeated.odt", repeated, "read", None),
    ("deep-lists.odt", partial(deep_lists, 100_000), "hostile", None),
    ("entity-bomb.odt", odt_entity_bomb, "hostile", None),
    (
        "script.pdf",
        partial(pdfs.script_in, "/OpenAction << /S /JavaScript /JS (app.alert\\(1\\)) >>"),
        "read",
        DocumentFlag.ACTIVE_CONTENT,
    ),
    (
        "launch.pdf",
        partial(pdfs.script_in, "/OpenAction << /S /Launch /F (cmd.exe) >>"),
        "read",
        DocumentFlag.ACTIVE_CONTENT,
    ),
    (
        "named-script.pdf",
        partial(pdfs.script_in, "/Names << /JavaScript << /Names [(a) << /S /JavaScript /JS (x) >>] >> >>"),
        "read",
        DocumentFlag.ACTIVE_CONTENT,
    ),
    (
        "escaped-script.pdf",
        partial(pdfs.script_in, "/Open#41ction << /S /Java#53cript /JS (x) >>"),
        "read",
        DocumentFlag.ACTIVE_CONTENT,
    ),
    (
        "later-script.pdf",
        partial(pdfs.script_in, "/OpenAction << /S /GoTo /Next << /S /JavaScript /JS (x) >> >>"),
        "read",
        DocumentFlag.ACTIVE_CONTENT,
    ),
    ("packed-script.pdf", pdfs.packed_script, "read", DocumentFlag.ACTIVE_CONTENT),
    ("locked.pdf", pdfs.locked_pdf, "encrypted", None),
    ("pdfs.stream-bomb.pdf", pdfs.stream_bomb, "hostile too-large", None),
    ("layered-bomb.pdf", partial(pdfs.stream_bomb, 3, 256), "hostile too-large no-text", None),
    ("many-pages.pdf", pdfs.many_pages, "too-large", None),
    ("untrue-count.pdf", partial(pdfs.untrue_count, 2_000_000_000), "read too-large damaged no-text", None),
    ("negative-count.pdf", partial(pdfs.untrue_count, -5), "read too-large damaged no-text", None),
    ("page-tree-loop.pdf", pdfs.page_tree_loop, "read damaged no-text", None),
    ("inherited-loop.pdf", pdfs.inherited_loop, "read damaged no-text hostile", None),
    ("xref-loop.pdf", pdfs.xref_loop, "read damaged", None),
    ("outline-loop.pdf", pdfs.outline_loop, "read", None),
    ("object-loop.pdf", pdfs.object_loop, "read damaged no-text", None),
    ("self-drawing.pdf", pdfs.self_drawing, "read hostile", None),
    ("doubling-forms.pdf", pdfs.doubling_forms, "read hostile", None),
    ("huge-page.pdf", lambda: pdfs.page_with(pdfs.stream(pdfs.DRAWN), box=b"0 0 1e30 1e30"), "read", None),
    ("no-page.pdf", lambda: pdfs.page_with(pdfs.stream(pdfs.DRAWN), box=b"0 0 0 0"), "read no-text", None),
    (
        "upside-down.pdf",
        lambda: pdfs.page_with(pdfs.stream(pdfs.DRAWN), box=b"595 842 -1e9 -1e9"),
        "read no-text",
        None,
    ),
    ("far-text.pdf", pdfs.far_text, "read", None),
    ("deep-arrays.pdf", partial(pdfs.script_in, "/OpenAction " + "[" * 40_000 + "]" * 40_000), "read damaged", None),
    ("endless-line.txt", lambda: b"a" * (3 << 20), "read", None),
    ("many-lines.txt", lambda: b"a\n" * (1 << 20), "too-large", None),
    ("controls.txt", lambda: b"\x1b[2J\x07\x9b" + WORDS.encode() + b"\r\x08\x08", "damaged", None),
    ("too-long.txt", lambda: b"policy " * (1_600_000), "too-large", None),
    ("empty.docx", lambda: b"", "no-text", None),
    ("zeros.pdf", lambda: bytes(1 << 20), "damaged", None),
)


def specimens() -> Iterator[Specimen]:
    """Yield the whole zoo."""
    for name, build, becomes, flag in _SPECIMENS:
        yield Specimen(name, build, frozenset(becomes.split()), flag)
