"""Content controls: what somebody filled in is text, the prompt of an empty one is not."""

import pytest

from pipeline.documents import read_document_bytes
from pipeline.model.documents import Document
from tests.builders import paragraph, run, table, word_file

PROMPT = "Click or tap to enter a date."


def control(inner: str, *, marked: bool = True, style: str = "") -> str:
    mark = "<w:showingPlcHdr/>" if marked else ""
    looks = f"<w:rPr><w:rStyle w:val='{style}'/></w:rPr>" if style else ""
    return f"<w:sdt><w:sdtPr>{looks}{mark}</w:sdtPr><w:sdtContent>{inner}</w:sdtContent></w:sdt>"


def read(*body: str) -> Document:
    return read_document_bytes(word_file(*body), shown_as="policy.docx")


def test_prompt_in_a_line_is_left_out_and_the_label_stays() -> None:
    document = read(paragraph(run("Approved on: "), control(run(PROMPT)), run(".")))
    assert document.text == "Approved on: ."
    assert document.notes == (f"Places to fill in were left empty and count as blank: “{PROMPT}”.",)


def test_prompt_that_is_a_paragraph_or_a_cell_counts_for_the_place_of_what_follows() -> None:
    cell = control(f"<w:tc>{paragraph(PROMPT)}</w:tc>")
    row = f"<w:tbl><w:tr><w:tc>{paragraph('Review date')}</w:tc>{cell}</w:tr></w:tbl>"
    document = read(control(paragraph(PROMPT) + table((PROMPT,))), row, paragraph("Words."))
    assert document.text.split() == ["Review", "date", "Words."]
    assert str(document.blocks[-1].where) == "paragraph 2"


@pytest.mark.parametrize(
    ("held", "text"),
    [
        (control(run("1 May 2026"), marked=False), "1 May 2026"),
        (control(run("1 May 2026")), "1 May 2026"),
        (control(run(PROMPT), marked=False), PROMPT),
        (control(run("School name", "<w:rStyle w:val='PlaceholderText'/>")), ""),
        (control(run("[Insert name]")), ""),
    ],
)
def test_only_what_is_marked_and_looks_like_a_prompt_is_left_out(held: str, text: str) -> None:
    assert read(paragraph(run("Date: "), held)).text == f"Date: {text}"
