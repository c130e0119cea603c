"""PDFs made to harm the program that opens them; ``hostile_files`` lists them with what must become of each."""

import io
import struct
import zlib

from pypdf import PdfReader, PdfWriter

from tests.builders import lines_down, pdf_file

WORDS = "Ordinary words."
PLAIN = pdf_file(lines_down(WORDS))


def pdf_with(catalog: str) -> bytes:
    """Return a PDF with further entries in its catalogue."""
    return pdf_file(lines_down(WORDS), catalog=catalog)


def pdf_of(*objects: bytes, root: int = 1, trailer: bytes = b"") -> bytes:
    """Return a PDF of objects as they are written."""
    content, places = b"%PDF-1.7\n", []
    for number, held in enumerate(objects, start=1):
        places.append(len(content))
        content += b"%d 0 obj\n" % number + held + b"\nendobj\n"
    listed = b"".join(b"%010d 00000 n \n" % place for place in places)
    size = len(objects) + 1
    tail = b"xref\n0 %d\n0000000000 65535 f \n" % size + listed
    tail += b"trailer\n<< /Size %d /Root %d 0 R %s >>\nstartxref\n%d\n%%%%EOF\n" % (size, root, trailer, len(content))
    return content + tail


def stream(content: bytes, entries: bytes = b"") -> bytes:
    """Return a stream object."""
    return b"<< /Length %d %s >>\nstream\n" % (len(content), entries) + content + b"\nendstream"


FONT = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"
TREE = b"<< /Type /Pages /Count 1 /Kids [3 0 R] >>"
PAGE = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>"
DRAWN = b"BT /F1 11 Tf 72 700 Td (Ordinary words.) Tj ET"


def page_with(content: bytes, *more: bytes, resources: bytes = b"", box: bytes = b"0 0 595 842") -> bytes:
    """Return a PDF of one page; further objects are numbered from 6."""
    page = (
        b"<< /Type /Page /Parent 2 0 R /MediaBox [%s] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> %s >> >>"
        % (box, resources)
    )
    return pdf_of(b"<< /Type /Catalog /Pages 2 0 R >>", TREE, page, content, FONT, *more)


def stream_bomb(layers: int = 1, megabytes: int = 600) -> bytes:
    """Return a page whose drawing unpacks to more than a child may take."""
    packer = zlib.compressobj(6)
    block = b"0 0 m 9 9 l S\n" * 74_898
    packed = b"".join(packer.compress(block) for _ in range(megabytes)) + packer.flush()
    for _ in range(layers - 1):
        packed = zlib.compress(packed, 9)
    return page_with(stream(packed, b"/Filter [%s]" % (b"/FlateDecode " * layers)))


def many_pages(count: int = 100_000) -> bytes:
    """Return a PDF of so many pages, all one object."""
    kids = b"3 0 R " * count
    tree = b"<< /Type /Pages /Count %d /Kids [%s] >>" % (count, kids)
    return pdf_of(b"<< /Type /Catalog /Pages 2 0 R >>", tree, PAGE, stream(DRAWN), FONT)


def untrue_count(count: int) -> bytes:
    """Return a PDF that says it has so many pages and has one."""
    return PLAIN.replace(b"/Count 1", b"/Count %d" % count)


def self_drawing() -> bytes:
    """Return a page that draws a form that draws itself."""
    form = stream(
        b"/X Do " * 50, b"/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /X 6 0 R >> >>"
    )
    return page_with(stream(DRAWN + b" /X Do"), form, resources=b"/XObject << /X 6 0 R >>")


def doubling_forms(depth: int = 28) -> bytes:
    """Return forms each of which draws the next ten times over."""
    forms = []
    for number in range(6, 6 + depth):
        entries = b"/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /X %d 0 R >> >>" % (
            number + 1
        )
        forms.append(stream(b"/X Do " * 10, entries))
    return page_with(stream(DRAWN + b" /X Do"), *forms, stream(b"n"), resources=b"/XObject << /X 6 0 R >>")


def outline_loop() -> bytes:
    """Return bookmarks that follow each other in a ring."""
    first = b"<< /Title (a) /Parent 6 0 R /Next 8 0 R /Prev 8 0 R /First 7 0 R /Last 8 0 R >>"
    second = b"<< /Title (b) /Parent 7 0 R /Next 7 0 R /First 6 0 R >>"
    held = page_with(stream(DRAWN), b"<< /Type /Outlines /First 7 0 R /Last 8 0 R /Count 9 >>", first, second)
    return held.replace(b"/Pages 2 0 R", b"/Pages 2 0 R /Outlines 6 0 R /Names 6 0 R /Dests 6 0 R", 1)


def page_tree_loop() -> bytes:
    """Return a page tree that is its own branch."""
    tree = b"<< /Type /Pages /Count 3 /Kids [2 0 R 3 0 R 2 0 R] /Parent 2 0 R >>"
    return pdf_of(b"<< /Type /Catalog /Pages 2 0 R >>", tree, PAGE, stream(DRAWN), FONT)


def inherited_loop() -> bytes:
    """Return a page that inherits everything from a parent that is its own parent."""
    tree = b"<< /Type /Pages /Count 1 /Kids [3 0 R] /Parent 2 0 R >>"
    page = b"<< /Type /Page /Parent 2 0 R /Contents [4 0 R 4 0 R] >>"
    return pdf_of(b"<< /Type /Catalog /Pages 2 0 R >>", tree, page, stream(DRAWN), FONT)


def xref_loop() -> bytes:
    """Return a table of places that names itself as the earlier one."""
    at = PLAIN.rfind(b"xref\n0")
    return PLAIN.replace(b"/Root 1 0 R", b"/Root 1 0 R /Prev %010d" % at)


def object_loop() -> bytes:
    """Return a length that is its own length, and a page whose drawing is itself."""
    loop = b"<< /Length 4 0 R >>\nstream\n" + DRAWN + b"\nendstream"
    return page_with(loop, b"6 0 R", b"<< /Length 7 0 R >>", resources=b"/ExtGState 6 0 R")


def script_in(entries: str) -> bytes:
    """Return a PDF that would run a script."""
    return pdf_with(entries)


def packed_script() -> bytes:
    """Return a PDF whose script is packed inside an object stream, where a search for its name does not see it."""
    action = b"<< /S /JavaScript /JS (app.alert\\(1\\)) >>"
    held = b"6 0 " + action
    objects = stream(zlib.compress(held), b"/Type /ObjStm /N 1 /First 4 /Filter /FlateDecode")
    body = [
        b"<< /Type /Catalog /Pages 2 0 R /OpenAction 6 0 R >>",
        TREE,
        PAGE,
        stream(DRAWN),
        FONT,
    ]
    content, places = b"%PDF-1.7\n", []
    for number, each in (*enumerate(body, start=1), (7, objects)):
        places.append(len(content))
        content += b"%d 0 obj\n" % number + each + b"\nendobj\n"
    rows = [b"\0\0\0\0\0\xff"] + [b"\1" + struct.pack(">IB", place, 0) for place in places[:5]]
    rows += [b"\2" + struct.pack(">IB", 7, 0), b"\1" + struct.pack(">IB", places[5], 0)]
    rows.append(b"\1" + struct.pack(">IB", len(content), 0))
    table = stream(b"".join(rows), b"/Type /XRef /Size 9 /W [1 4 1] /Root 1 0 R")
    return content + b"8 0 obj\n" + table + b"\nendobj\nstartxref\n%d\n%%%%EOF\n" % len(content)


def locked_pdf(content: bytes = PLAIN, password: str = "secret", algorithm: str = "AES-256") -> bytes:
    """Return a PDF that opens with a password only; with an empty one it opens, and is ciphered all the same."""
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(content)))
    writer.encrypt(password, "owner", algorithm=algorithm)
    buffer = io.BytesIO()
    writer.write(buffer)
    return buffer.getvalue()


def far_text() -> bytes:
    """Return words at places that no page has, in sizes that no print has."""
    drawn = b" ".join(
        b"BT /F1 %s Tf %s %s Td (Ordinary words.) Tj ET" % (size, at, at)
        for size, at in ((b"1e30", b"1e30"), (b"-5", b"-1e38"), (b"0", b"0"), (b"11", b"99999999999999999999"))
    )
    return page_with(stream(DRAWN + b" " + drawn))
