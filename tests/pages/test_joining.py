"""A front sheet before a damaged PDF: joined, or refused in words, and never a fault of the program nor an attack."""

import io
import random

import pytest
from pypdf import PdfReader, PdfWriter

from pipeline.documents import read_document_bytes
from pipeline.documents.sandbox.calls import ContainedCalls
from pipeline.documents.source import Source
from pipeline.errors import DocumentError, RenderError
from pipeline.pages.joining import accessibility_notes, join_behind
from tests.builders import PdfText, pdf_file
from tests.documents.hostile_pdfs import DRAWN, FONT, PAGE, TREE, pdf_of, stream


def _sheet() -> bytes:
    writer, stream = PdfWriter(), io.BytesIO()
    writer.add_blank_page(200, 200)
    writer.write(stream)
    return stream.getvalue()


def _joined(sheet: bytes, original: bytes) -> bytes:
    return join_behind(Source(original, "visits.pdf"), sheet, "Visits Policy").pdf


def _broken(original: bytes, seed: int) -> bytes:
    chance = random.Random(seed)
    content = bytearray(original)
    for _ in range(chance.choice([3, 20, 80])):
        content[chance.randrange(len(content))] = chance.choice(b"/<>[]()0 RnX")
    return bytes(content)


@pytest.mark.filterwarnings("ignore")
def test_a_damaged_pdf_is_joined_or_refused_in_words() -> None:
    original, sheet = pdf_file([PdfText("The policy")]), _sheet()
    refused: list[str] = []
    for seed in range(60):
        content = _broken(original, seed)
        accessibility_notes(content)
        try:
            _joined(sheet, content)
        except RenderError as error:
            refused.append(str(error))
    assert 0 < len(refused) < 60
    assert all(each.endswith("Open it, print it to a new PDF, and use that.") for each in refused)
    assert not any("object" in each or "offset" in each for each in refused)


@pytest.mark.filterwarnings("ignore")
def test_a_damaged_pdf_that_reads_well_gets_its_copy() -> None:
    """Whatever the reader can read can be put behind a front sheet, although a second program does that."""
    original, sheet = pdf_file([PdfText("The policy")], [PdfText("Its second page")]), _sheet()
    same, refused, loses_words = 0, 0, 0
    for seed in range(40):
        content = _broken(original, seed)
        try:
            document = read_document_bytes(content, shown_as="policy.pdf")
        except DocumentError:
            continue
        try:
            joined = read_document_bytes(_joined(sheet, content), shown_as="copy.pdf")
        except RenderError:
            refused += 1
            continue
        assert joined.text == document.text
        same += 1
        loses_words += not _stricter_program_shows(content, document.text)
    assert same > 5 * refused
    assert loses_words > 0


def _stricter_program_shows(content: bytes, text: str) -> bool:
    try:
        shown = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)
    except Exception:
        return False
    return "".join(shown.split()) == "".join(text.split())


@pytest.mark.parametrize("annotations", [b"[1]", b"[<< /Subtype /Link /A 9 >>]"])
def test_a_page_with_broken_links_keeps_its_words(annotations: bytes) -> None:
    page = (
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Annots %s "
        b"/Resources << /Font << /F1 5 0 R >> >> >>" % annotations
    )
    original = pdf_of(b"<< /Type /Catalog /Pages 2 0 R >>", TREE, page, stream(DRAWN), FONT)
    joined = read_document_bytes(_joined(_sheet(), original), shown_as="copy.pdf")
    assert "Ordinary words." in joined.text


_OUTLINED = b"<< /Type /Catalog /Pages 2 0 R /Outlines 6 0 R >>"
_OUTLINES = b"<< /Type /Outlines /First 7 0 R /Last 7 0 R /Count 1 >>"
_BOOKMARK = b"<< /Title (Aims) /Title (Aims) /Parent 6 0 R /Dest [3 0 R /Fit] >>"


@pytest.mark.parametrize("fault", ["bookmark named twice", "table one line off"])
def test_an_honest_pdf_that_its_program_wrote_badly_gets_its_copy_in_the_child(fault: str) -> None:
    """The child may write no file: what mends such a PDF once made a folder there, and the PDF was called hostile."""
    original = pdf_of(_OUTLINED, TREE, PAGE, stream(DRAWN), FONT, _OUTLINES, _BOOKMARK)
    if fault != "bookmark named twice":
        original = original.replace(b"/Title (Aims) /Title (Aims)", b"/Title (Aims)")
        original = original.replace(b"xref\n0 8", b"xref\n1 8")
    with ContainedCalls() as call:
        joined = call(join_behind, Source(original, "visits.pdf"), _sheet(), "Visits Policy")
    copy = read_document_bytes(joined.pdf, shown_as="copy.pdf")
    assert "Ordinary words." in copy.text
    assert copy.page_count == 2
