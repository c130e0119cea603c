"""Nobody takes a former lead's place but where the lead is certainly told, and no former lead stays in silence."""

import io

import pypdf
import pytest
from pypdf.generic import ArrayObject, DictionaryObject, FloatObject, NameObject, TextStringObject

from pipeline.copies.copy import Naming, Part
from pipeline.copies.rewording import open_original, reword
from pipeline.documents.source import Source
from pipeline.facts.reading import extract_facts
from pipeline.model.contacts import Directory, Holder
from pipeline.model.documents import DocumentFormat
from tests.builders import lines_down, paragraph, pdf_file, run, word_file

ADA = Holder("dsl", "Ada Holtby", "Mrs", "01632 960101", "ada.holtby@example.org")
NOW = (Holder("dsl", "Jo Hill", "Ms", "01632 960901", None), Holder("deputy-dsl", "Tom Fox", "Mr", None, None))
WITH_FORMER, WITHOUT = Directory(NOW, former=(ADA,)), Directory(NOW)
BOTH = pytest.mark.parametrize("directory", [WITH_FORMER, WITHOUT], ids=["listed", "unlisted"])
LEAD = "Our Designated Safeguarding Lead is Ada Holtby."


def copy_of(content: bytes, directory: Directory, document_format: DocumentFormat) -> Part:
    original = open_original(Source(content, f"policy.{document_format.value}"), document_format)
    return reword(original, Naming(extract_facts(original.document).contacts, directory))


def text_copy(text: str, directory: Directory = WITH_FORMER) -> Part:
    return copy_of(f"Child Protection Policy\n\n{text}\n".encode(), directory, DocumentFormat.TXT)


def word_copy(*body: str, members: dict[str, bytes] | None = None) -> Part:
    content = word_file(paragraph("Fees Policy"), *body, members=members)
    return copy_of(content, WITH_FORMER, DocumentFormat.DOCX)


def says(part: Part, words: str) -> bool:
    return words in part.document.text


@BOTH
@pytest.mark.parametrize(
    "told",
    [
        ", Playleader, to discuss her fees talk",
        ", our registrar",
        ", our churchwarden, about the hall",
        ", Lead Practitioner, first",
        ", Key Worker",
        ", Head of Year 7",
        " (Forest School Lead) on Mondays",
        ", the person responsible for fees, on Mondays",
        ", playworker, on Mondays",
        ", Nursery Cook",
    ],
)
def test_whatever_post_stands_behind_a_name_no_new_lead_is_given_it(told: str, directory: Directory) -> None:
    part = text_copy(f"{LEAD}\n\nPlease speak with Ada Holtby{told}.", directory)
    assert not says(part, f"Hill{told}")
    assert any("Ada Holtby" in each.text for each in (*part.plan.left, *part.plan.left_on_purpose))


@pytest.mark.parametrize(
    "told",
    [", Monday to Friday", ", the first contact", ", at once", " (AH)", ", our main contact", ", Oakfield School"],
)
def test_what_is_no_post_behind_a_name_lets_the_name_change(told: str) -> None:
    part = text_copy(f"{LEAD}\n\nTell Ada Holtby{told}.")
    assert not part.plan.holds
    assert says(part, "Tell Jo Hill")


@BOTH
@pytest.mark.parametrize(
    "role",
    [
        "NSPCC Designated Safeguarding Lead:",
        "The FA Safeguarding Lead is",
        "FA Designated Safeguarding Officer:",
        "The Diocese of Oxmoor Designated Safeguarding Lead is",
        "Diocesan Safeguarding Adviser:",
        "Oxmoor County Council Designated Safeguarding Lead:",
        "The Scout Association’s safeguarding lead is",
        "Rugby Football Union safeguarding lead:",
        "England Hockey Safeguarding Lead:",
        "Barnardo’s Designated Safeguarding Lead:",
        "Army Cadets Designated Safeguarding Lead:",
        "XYZ Safeguarding Lead:",
    ],
)
def test_a_role_with_another_bodys_name_before_it_is_that_bodys(role: str, directory: Directory) -> None:
    part = text_copy(f"{role} Ada Holtby", directory)
    assert says(part, "Ada Holtby")
    assert not says(part, "Jo Hill")


@pytest.mark.parametrize(
    "role",
    ["Senior Designated Safeguarding Lead:", "The School’s Designated Safeguarding Lead is", "THE DSL IS", "KS1 DSL:"],
)
def test_letters_of_schools_before_a_role_are_no_other_bodys(role: str) -> None:
    part = text_copy(f"{role} Ada Holtby")
    assert not part.plan.holds
    assert says(part, f"{role} Jo Hill")


@pytest.mark.parametrize("role", ["EYFS DSL:", "Boarding DSL:", "DSL (Nursery):", "DSL (EYFS) –", "DSL for EYFS:"])
def test_the_lead_of_a_part_of_the_school_is_not_followed_by_the_schools_lead(role: str) -> None:
    part = text_copy(f"{role} Ada Holtby")
    assert part.plan.holds
    assert says(part, f"{role} Ada Holtby")


@BOTH
@pytest.mark.parametrize(
    "role",
    [
        "The Deputy Child Safeguarding Officer for Child Protection in this school is:",
        "Deputy Child Protection Officer:",
        "The Deputy Safeguarding Officer for child protection is",
        "Deputy Children’s Safeguarding Officer:",
        "Second in charge of safeguarding:",
    ],
)
def test_a_deputy_officer_is_a_deputy(role: str, directory: Directory) -> None:
    part = text_copy(f"{role} Ada Holtby", directory)
    assert says(part, f"{role} Tom Fox")


@pytest.mark.parametrize(
    "told",
    [
        " (née Field)",
        " (formerly Field)",
        " (Level 3 trained, March 2024)",
        " – Level 3 training March 2024",
        ", who has completed Level 3 training",
        ", last trained in May 2023",
    ],
)
def test_what_is_told_of_the_former_lead_alone_holds_the_copy(told: str) -> None:
    for directory in (WITH_FORMER, WITHOUT):
        assert text_copy(f"The Designated Safeguarding Lead is Ada Holtby{told}.", directory).plan.holds


def test_what_the_lead_has_to_be_holds_nothing() -> None:
    part = text_copy("The DSL, Ada Holtby, attends training every two years and is trained to Level 3.")
    assert not part.plan.holds
    assert says(part, "The DSL, Jo Hill, attends")


@BOTH
@pytest.mark.parametrize(
    "line",
    [
        "Designated Safeguarding Lead: Ada\u200f Holt\u00adby\u200e",
        "D S L :  A D A   H O L T B Y",
        "Designated Safeguarding Lead:  A D A   H O L T B Y",
    ],
)
def test_signs_nobody_sees_and_letters_spaced_out_hold_the_copy(line: str, directory: Directory) -> None:
    assert text_copy(line, directory).plan.holds


def test_soft_hyphens_elsewhere_hold_nothing_and_one_that_is_read_changes() -> None:
    assert says(text_copy("Designated Safeguarding Lead: Ada Holt\u200bby"), "Lead: Jo Hill")
    part = text_copy(f"{LEAD}\n\nAll safe\u00adguarding con\u00adcerns go to Ada Holtby.")
    assert not part.plan.holds
    assert not says(part, "Holtby")


def test_the_initials_of_a_listed_former_lead_in_the_role_hold_the_copy() -> None:
    part = text_copy("Pass your form to AH (DSL) on the day. AH keeps it.")
    assert "they are the initials of Ada Holtby" in str(part.plan.holds[0])
    assert not text_copy("Pass your form to AH (DSL) on the day.", WITHOUT).plan.holds


def test_words_that_stand_in_for_a_shape_hold_the_copy() -> None:
    words = run("DSL: Ada Holtby")
    part = word_copy(
        f'<w:p><mc:AlternateContent><mc:Choice Requires="wps">{words}</mc:Choice>'
        f"<mc:Fallback>{words}</mc:Fallback></mc:AlternateContent></w:p>"
    )
    assert "words for programs that cannot draw a shape" in str(part.plan.holds)


@pytest.mark.parametrize("name", ["word/charts/chart1.xml", "word/diagrams/data1.xml"])
def test_a_chart_and_a_drawn_list_of_people_show_and_hold_the_copy(name: str) -> None:
    drawn = b"<c xmlns='urn:x'><t>Designated Safeguarding Lead</t><t>Ada Holtby</t></c>"
    part = word_copy(paragraph("See the chart."), members={name: drawn})
    assert "drawn letters or a chart" in str(part.plan.holds)


def test_a_name_typed_into_a_field_of_a_pdf_is_read_where_it_stands() -> None:
    reader = pypdf.PdfReader(io.BytesIO(pdf_file(lines_down("Fees Policy", "Designated Safeguarding Lead:"))))
    writer = pypdf.PdfWriter(clone_from=reader)
    box = ArrayObject(map(FloatObject, (230, 728, 400, 742)))
    typed = {"Type": "Annot", "Subtype": "Widget", "FT": "Tx"}
    field = DictionaryObject({NameObject(f"/{key}"): NameObject(f"/{value}") for key, value in typed.items()})
    field[NameObject("/T")], field[NameObject("/V")] = TextStringObject("dsl"), TextStringObject("Ada Holtby")
    field[NameObject("/Rect")] = box
    at = writer._add_object(field)
    writer.pages[0][NameObject("/Annots")] = ArrayObject([at])
    writer.root_object[NameObject("/AcroForm")] = DictionaryObject({NameObject("/Fields"): ArrayObject([at])})
    stream = io.BytesIO()
    writer.write(stream)
    part = copy_of(stream.getvalue(), WITHOUT, DocumentFormat.PDF)
    assert part.page_notes == ("Page 1 names a safeguarding lead: use the details above.",)
