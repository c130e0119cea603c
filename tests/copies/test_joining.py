"""A front sheet before a damaged PDF: joined, or refused in words, and never a fault of the program."""

import io
import random

import pytest
from pypdf import PdfWriter

from pipeline.copies.joining import accessibility_notes, join
from pipeline.errors import RenderError
from tests.builders import PdfText, pdf_file


def _sheet() -> bytes:
    writer, stream = PdfWriter(), io.BytesIO()
    writer.add_blank_page(200, 200)
    writer.write(stream)
    return stream.getvalue()


@pytest.mark.filterwarnings("ignore")
def test_a_damaged_pdf_is_joined_or_refused_in_words() -> None:
    original, sheet = pdf_file([PdfText("The policy")]), _sheet()
    refused: list[str] = []
    for seed in range(300):
        chance = random.Random(seed)
        content = bytearray(original)
        for _ in range(chance.choice([3, 20, 80])):
            content[chance.randrange(len(content))] = chance.choice(b"/<>[]()0 RnX")
        accessibility_notes(bytes(content))
        try:
            join(sheet, bytes(content), "Visits Policy")
        except RenderError as error:
            refused.append(str(error))
    assert 0 < len(refused) < 300
    assert all("Print it to a new PDF" in each for each in refused)
