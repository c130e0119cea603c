"""What the sheet in front of a PDF says of its pages: which of them name a role's former holder, and nobody by name."""

import io
from dataclasses import replace
from datetime import date

import pypdf
import pytest

from pipeline.copies.copy import Copy
from pipeline.documents import read_document_bytes
from pipeline.facts.reading import extract_facts
from pipeline.model.contacts import Directory, Holder, Pronoun, ReplacementKind
from pipeline.model.documents import DocumentFormat
from pipeline.model.facts import Contact
from pipeline.pages.page_notes import PageReading, page_notes
from pipeline.pages.pdf import FrontBlock, front_contacts
from pipeline.places import read_place
from pipeline.plan.contacts import plan_replacements
from pipeline.plan.header import HeaderChange, HeaderFacts
from pipeline.plan.rewording import passages_of
from pipeline.plan.values import Replacement, ReplacementPlan
from pipeline.text.passages import Passage
from tests.builders import lines_down, pdf_file
from tests.copies.in_process import make_copy

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


def reading(*texts: tuple[str, str], stated: tuple[Contact, ...] = (), directory: Directory = NOW) -> PageReading:
    return PageReading([Passage(read_place(where), text) for where, text in texts], stated, directory)


def notes_of(*lines: str, directory: Directory = NOW) -> tuple[str, ...]:
    content = pdf_file(lines_down("Policy", *lines))
    read = read_document_bytes(content, shown_as="policy.pdf", format=DocumentFormat.PDF)
    stated = extract_facts(read).contacts
    pages = PageReading(passages_of(read), stated, directory)
    return page_notes(pages, plan_replacements(pages.passages, stated, directory))


def test_a_sheet_before_pages_that_name_another_lead_says_where_and_names_nobody() -> None:
    line = "The Designated Safeguarding Lead is Ada Holt."
    said = sheet_of(copy_of(("Safeguarding Policy", line), ("More.", line), ("Last.", line)))
    assert "Pages 1, 2 and 3 name a safeguarding lead: use the details above." in said
    assert "Holt" not in said


def test_what_of_two_leads_nobody_can_tell_is_for_the_office_alone() -> None:
    copy = copy_of(("Safeguarding Policy", *TWO_LEADS), ("Ask Ada Holt for the key.", "The end."))
    said = sheet_of(copy)
    assert not any(words in said for words in ("Holt", "Lowe", "Page 1"))
    assert "Where they name another person in one of the roles above, use the details on this sheet." in said
    assert {each.value for each in copy.plan.unknown} == {"Ada Holt", "Ben Lowe"}


def test_a_deputy_is_told_as_a_deputy() -> None:
    both = Directory((*NOW.holders, Holder("deputy-dsl", "Owen Tarn", "Mr", None, None)))
    notes = notes_of("Designated Safeguarding Lead: Mrs Yusra Quill", "Deputy DSL: Mrs Ada Holt", directory=both)
    assert notes == ("Page 1 names a deputy safeguarding lead: use the details above.",)


def test_whoever_a_document_calls_lead_and_deputy_is_told_as_neither() -> None:
    both = (Contact("dsl", "Ada Holt"), Contact("deputy-dsl", "Ada Holt"))
    made = Replacement(0, 0, 8, "Ada Holt", "X", "dsl", ReplacementKind.NAME, read_place("page 1, line 1"), told=True)
    assert page_notes(reading(stated=both), ReplacementPlan((made,))) == ()
    assert page_notes(reading(stated=both[:1]), ReplacementPlan((made,)))


@pytest.mark.parametrize(
    "lines",
    [
        ("Incidents are recorded on CPOMs. However, the designated safeguarding lead is told.",),
        ("All of it is recorded on CPOMs. For the designated safeguarding lead this is a record.",),
        ("The day is set by the head. INSET DAY", "INSET DAY Headteacher"),
        ("Repairs need funding.", "Headteacher PTA Funding", "Headteacher Repairs"),
    ],
)
def test_what_is_no_person_is_on_no_sheet(lines: tuple[str, ...]) -> None:
    head = Holder("headteacher", "Owen Tarn", "Mr", None, None)
    assert notes_of(*lines, directory=Directory((*NOW.holders, head))) == ()


def test_a_name_of_any_origin_is_told_where_it_stands_in_the_role_again() -> None:
    name = "Siyar Okoroji"
    notes = notes_of(f"The Designated Safeguarding Lead is {name}.", f"All concerns go to the DSL, {name}, at once.")
    assert notes == ("Page 1 names a safeguarding lead: use the details above.",)


def test_a_person_in_another_capacity_is_on_no_sheet() -> None:
    made = Replacement(0, 0, 8, "Ada Holt", "X", "dsl", ReplacementKind.NAME, read_place("page 1, line 1"))
    assert page_notes(reading(), ReplacementPlan((made,))) == ()


def test_a_number_is_told_only_where_it_is_that_persons_own() -> None:
    former = Holder("dsl", "Ada Holt", "Mrs", "01632 960955", "a.holt@example.org")
    with_former = Directory(NOW.holders, former=(former,))
    where = read_place("page 2, line 1")

    def told(kind: ReplacementKind, before: str, directory: Directory) -> tuple[str, ...]:
        made = Replacement(0, 0, 9, before, "01632 960901", "dsl", kind, where)
        return page_notes(reading(directory=directory), ReplacementPlan((made,)))

    said = ("Page 2 gives a number or an address of a safeguarding lead: use the details above.",)
    assert told(ReplacementKind.PHONE, "01632 960955", with_former) == said
    assert told(ReplacementKind.PHONE, "01632 960955", NOW) == ()
    assert told(ReplacementKind.EMAIL, "aholt@example.org", with_former) == said
    assert told(ReplacementKind.EMAIL, "admin@example.org", with_former) == ()


def test_signatures_are_no_page_of_somebody_in_a_role() -> None:
    content = pdf_file(
        lines_down("Policy", "The Designated Safeguarding Lead is Ada Holt."), lines_down("Signed: Ada Holt")
    )
    read = read_document_bytes(content, shown_as="policy.pdf", format=DocumentFormat.PDF)
    stated = extract_facts(read).contacts
    plan = plan_replacements(passages_of(read), stated, NOW)
    assert any("page 2" in str(each.where) for each in plan.left_on_purpose)
    notes = page_notes(PageReading(passages_of(read), stated, NOW), plan)
    assert notes == ("Page 1 names a safeguarding lead: use the details above.",)


def test_places_without_pages_are_named_too() -> None:
    place = read_place("text box 1")
    made = Replacement(0, 0, 7, "Ann Lee", "Bob", "dsl", ReplacementKind.NAME, place, told=True)
    pronoun = Replacement(0, 8, 11, "her", "his", "dsl", ReplacementKind.PRONOUN, place)
    said = ("Text box 1 names a safeguarding lead: use the details above.",)
    assert page_notes(reading(), ReplacementPlan((made, pronoun))) == said


def test_pages_that_call_themselves_by_a_number_that_was_not_raised_are_told() -> None:
    header = HeaderFacts(changes=(HeaderChange("version", read_place("page 1, line 2"), "1", "2", blank=False),))
    assert page_notes(replace(reading(), header=header), ReplacementPlan()) == (
        "Page 1 says version 1; this is version 2.",
    )
