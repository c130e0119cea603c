"""A sign that no font here has, anywhere on a front sheet: a substitute and a note, never a failed copy."""

import io
from dataclasses import replace
from datetime import date

import pypdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.documents import read_document_bytes
from pipeline.pages.front_sheet import front_sheet_pdf, office_copy_pdf
from pipeline.pages.pdf import ContactLine, FrontBlock, PolicyPages, set_policy
from tests.builders import lines_down, pdf_file

ORIGINAL = pdf_file(lines_down("Lettings Policy", "The hall is let to groups of the parish."))
LEAD = ContactLine("dsl", "Designated Safeguarding Lead", "Ms Ann Lee", "01632 960101", "a.lee@example.org")
FRONT = FrontBlock(
    "Lettings Policy", "Test Primary School", "2", "in use", None, None, None, "Clerk", (LEAD,), "K7M-2QX4",
    made_on=date(2026, 11, 26),
)  # fmt: skip
GARBLED = "Protec\u08a2on"


def sheet(front: FrontBlock, *notes: str) -> PolicyPages:
    return front_sheet_pdf(ORIGINAL, front, notes)


def words(pages: PolicyPages) -> str:
    return " ".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pages.pdf)).pages)


def test_a_title_with_a_sign_without_a_shape_gets_its_copy_and_a_note() -> None:
    made = sheet(replace(FRONT, title=f"Child {GARBLED} Policy"))
    assert "Child Protec□on Policy" in words(made)
    assert made.notes == (
        "The front of the PDF copy shows a box for a sign that its font lacks: “Child Protec□on Policy”. Type such a "
        "title anew in the document, or set it with 'policy set SLUG title=… --reason …'.",
    )


@pytest.mark.parametrize(
    "front",
    [
        replace(FRONT, school=GARBLED),
        replace(FRONT, owner=GARBLED),
        replace(FRONT, version=GARBLED),
        replace(FRONT, contacts=(replace(LEAD, name=GARBLED),)),
        replace(FRONT, contacts=(replace(LEAD, role_words=f"Lead, covering for {GARBLED}"),)),
        replace(FRONT, contacts=(replace(LEAD, phone=f"01632 960101 {GARBLED}"),)),
    ],
    ids=["school", "owner", "version", "name", "covered", "phone"],
)
def test_any_other_word_of_the_front_may_hold_such_a_sign(front: FrontBlock) -> None:
    assert "Protec□on" in words(sheet(front))
    assert "Protec□on" in words(office_copy_pdf(ORIGINAL, front, date(2026, 11, 26), None))


def test_what_is_said_of_the_pages_may_hold_such_a_sign() -> None:
    assert "Protec□on" in words(sheet(FRONT, f"Page 1 says {GARBLED}; it is now Ann Lee."))


def test_a_front_that_is_shown_whole_has_no_note() -> None:
    assert sheet(FRONT).notes == ()


def test_the_front_of_pages_set_here_has_the_same_note() -> None:
    document = read_document_bytes(b"Lettings Policy\nThe hall is let.\n", shown_as="policy.txt")
    assert "“Protec□on”" in set_policy(document, replace(FRONT, title=GARBLED)).notes[0]


def test_the_title_in_the_file_keeps_every_letter_that_has_one() -> None:
    made = sheet(replace(FRONT, title=f"{GARBLED} \ud800\u202e漢"))
    assert pypdf.PdfReader(io.BytesIO(made.pdf)).metadata.title == f"{GARBLED} 漢"  # type: ignore[union-attr]


@settings(max_examples=25)
@given(st.text(st.characters(), min_size=1, max_size=8))
def test_no_text_on_the_front_stops_a_copy(text: str) -> None:
    front = replace(FRONT, title=text, school=text, owner=text, contacts=(replace(LEAD, name=text),))
    assert len(pypdf.PdfReader(io.BytesIO(sheet(front).pdf)).pages) == 2
