"""A front sheet before a damaged PDF: joined, or refused in words, and never a fault of the program."""

import io
import random

import pytest
from pypdf import PdfReader, PdfWriter

from pipeline.documents import read_document_bytes
from pipeline.errors import DocumentError, RenderError
from pipeline.pages.joining import accessibility_notes, join
from tests.builders import PdfText, pdf_file
from tests.documents.hostile_pdfs import DRAWN, FONT, TREE, pdf_of, stream


def _sheet() -> bytes:
    writer, stream = PdfWriter(), io.BytesIO()
    writer.add_blank_page(200, 200)
    writer.write(stream)
    return stream.getvalue()


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
            join(sheet, content, "Visits Policy")
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
            joined = read_document_bytes(join(sheet, content, "Visits Policy"), shown_as="copy.pdf")
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
    joined = read_document_bytes(join(_sheet(), original, "Visits Policy"), shown_as="copy.pdf")
    assert "Ordinary words." in joined.text
