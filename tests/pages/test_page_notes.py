"""What the sheet in front of a PDF says of its pages: whoever stands there in a role, with the pages."""

import io
from dataclasses import replace
from datetime import date

import pypdf

from pipeline.copies.regenerate import Copy, make_copy
from pipeline.documents import read_document_bytes
from pipeline.facts.reading import extract_facts
from pipeline.model import Contact, Directory, DocumentFormat, Holder, Pronoun, ReplacementKind
from pipeline.pages.page_notes import PageReading, page_notes
from pipeline.pages.pdf import FrontBlock, front_contacts
from pipeline.places import read_place
from pipeline.plan.contacts import plan_replacements
from pipeline.plan.header import HeaderChange, HeaderFacts
from pipeline.plan.rewording import passages_of
from pipeline.plan.values import Replacement, ReplacementPlan, Unknown
from pipeline.text.passages import Passage
from tests.builders import lines_down, pdf_file

NOW = Directory((Holder("dsl", "Yusra Quill", "Mrs", "01632 960901", "y.quill@example.org", Pronoun.SHE),))
FRONT = FrontBlock(
    "Safeguarding Policy", "Test Primary School", "", "in use", None, None, None, "Head", front_contacts(NOW),
    "K7M-2QX4", made_on=date(2026, 11, 26),
)  # fmt: skip
TWO_LEADS = (
    "Designated Safeguarding Lead: Ada Holt",
    "Designated Safeguarding Lead: Ben Lowe",
    "What is written down is kept in a cupboard.",
)


def copy_of(*pages: tuple[str, ...]) -> Copy:
    content = pdf_file(*(lines_down(*lines) for lines in pages))
    read = read_document_bytes(content, shown_as="policy.pdf", format=DocumentFormat.PDF)
    return make_copy(content, read, extract_facts(read), NOW, FRONT)


def sheet_of(copy: Copy) -> str:
    return " ".join(pypdf.PdfReader(io.BytesIO(copy.pdf)).pages[0].extract_text().split())


def reading(*texts: tuple[str, str], stated: tuple[Contact, ...] = ()) -> PageReading:
    return PageReading([Passage(read_place(where), text) for where, text in texts], stated, NOW)


def unknown(value: str, where: str, *, role: str = "dsl", holds: bool = True) -> Unknown:
    return Unknown(role, ReplacementKind.NAME, value, read_place(where), value, holds)


def test_a_sheet_before_pages_that_name_two_other_leads_says_both_with_their_pages() -> None:
    copy = copy_of(("Safeguarding Policy", *TWO_LEADS), ("Ask Ada Holt for the key.", "The end."))
    said = sheet_of(copy)
    assert "Pages 1 and 2 say Ada Holt (designated safeguarding lead); it is now Mrs Yusra Quill." in said
    assert "Page 1 says Ben Lowe (designated safeguarding lead); it is now Mrs Yusra Quill." in said


def test_one_person_on_many_pages_is_told_once_with_all_of_them() -> None:
    line = "The Designated Safeguarding Lead is Ada Holt."
    said = sheet_of(copy_of(("Safeguarding Policy", line), ("More.", line), ("Last.", line)))
    assert "Pages 1, 2 and 3 say Ada Holt (designated safeguarding lead); it is now Yusra Quill." in said
    assert said.count("Ada Holt") == 1


def test_a_role_that_nobody_holds_here_has_no_note() -> None:
    pages = reading(("page 1, line 1", "Ada Holt"))
    assert page_notes(pages, ReplacementPlan(), [unknown("Ada Holt", "page 1, line 1", role="senco")]) == ()


def test_whoever_stands_with_another_role_too_is_told_at_that_place_alone() -> None:
    both = (Contact("dsl", "Ada Holt", None, None), Contact("headteacher", "Mrs Holt", None, None))
    texts = (("page 1, line 1", "Head: Ada Holt"), ("page 3, line 2", "Ada Holt, DSL"))
    found = page_notes(reading(*texts, stated=both), ReplacementPlan(), [unknown("Ada Holt", "page 3, line 2")])
    assert found == ("Page 3 says Ada Holt (designated safeguarding lead); it is now Mrs Yusra Quill.",)


def test_a_name_that_is_only_near_a_role_is_told_as_that() -> None:
    pages = reading(("page 4, line 9", "Ada Holt"))
    found = page_notes(pages, ReplacementPlan(), [unknown("Ada Holt", "page 4, line 9", holds=False)])
    assert found == ("Page 4 says Ada Holt near “designated safeguarding lead”; that is Mrs Yusra Quill today.",)


def test_a_number_that_is_nobodys_is_told() -> None:
    number = replace(unknown("07700 900123", "page 2, line 1"), kind=ReplacementKind.PHONE)
    assert page_notes(reading(), ReplacementPlan(), [number]) == (
        "Page 2 says 07700 900123 (designated safeguarding lead); use the number and address above.",
    )


def test_signatures_are_no_page_of_somebody_in_a_role() -> None:
    content = pdf_file(lines_down("Policy", *TWO_LEADS), lines_down("Signed: Ada Holt", "The end."))
    read = read_document_bytes(content, shown_as="policy.pdf", format=DocumentFormat.PDF)
    stated = extract_facts(read).contacts
    plan = plan_replacements(passages_of(read), stated, NOW)
    assert any("page 2" in str(each.where) for each in plan.left_on_purpose)
    found = page_notes(PageReading(passages_of(read), stated, NOW), plan, plan.unknown)
    assert next(each for each in found if "Ada Holt" in each).startswith("Page 1 says Ada Holt")


def test_places_without_pages_are_named_too() -> None:
    made = Replacement(0, 0, 3, "Ann", "Bob", "dsl", ReplacementKind.NAME, read_place("text box 1"))
    pronoun = Replacement(0, 4, 7, "her", "his", "dsl", ReplacementKind.PRONOUN, read_place("text box 1"))
    assert page_notes(reading(), ReplacementPlan((made, pronoun))) == (
        "Text box 1 says Ann (designated safeguarding lead); it is now Bob.",
    )


def test_pages_that_call_themselves_by_a_number_that_was_not_raised_are_told() -> None:
    header = HeaderFacts(changes=(HeaderChange("version", read_place("page 1, line 2"), "1", "2", blank=False),))
    assert page_notes(replace(reading(), header=header), ReplacementPlan()) == (
        "Page 1 says version 1; this is version 2.",
    )
