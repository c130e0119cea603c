"""Fields in double braces and the document's own header block: filled from the directory and the register, strictly."""

import io
import zipfile
from dataclasses import replace

import pytest

from pipeline.documents import read_document_bytes
from pipeline.errors import RenderError
from pipeline.facts.reading import extract_facts
from pipeline.model.contacts import Directory, Holder, Pronoun
from pipeline.model.dates import PartialDate, Precision
from pipeline.model.facts import Contact, Facts
from pipeline.model.policies import PolicyStanding, ReviewState
from pipeline.places import read_place
from pipeline.plan.header import HeaderChange, HeaderFacts, header_facts
from pipeline.word.regenerate import regenerate_docx, verify_copy
from tests.builders import field as field_markup
from tests.builders import paragraph, run, table, word_file

NOW = Directory(
    (
        Holder("dsl", "Bob Ray & Sons", "Mr", "01632 960222", None, Pronoun.HE),
        Holder("deputy-dsl", "Cy Fox", "", "01632 960333", None),
        Holder("deputy-dsl", "Ida Moss", "", "01632 960444", "i.moss@example.org"),
        Holder("senco", "Jo Fox", "", None, None),
    )
)
REGISTER = HeaderFacts(school="West Park School", title="Safeguarding", next_review="August 2027", version="3")


def lines(*markup: str, header: HeaderFacts | None = REGISTER) -> list[str]:
    original = word_file(*markup)
    copy = regenerate_docx(original, [], NOW, header=header)
    return [each.text for each in verify_copy(original, copy.content, copy.plan)]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("{{ dsl.name }}", "Bob Ray & Sons"),
        ("{{dsl.title}}", "Mr"),
        ("{{ dsl.surname }}", "Sons"),
        ("{{ dsl.phone }}", "01632 960222"),
        ("{{ deputy-dsl.2.email }}", "i.moss@example.org"),
        ("{{ deputies }}", "Cy Fox and Ida Moss"),
        ("{{ school.name }}", "West Park School"),
        ("{{  policy.next_review }}", "August 2027"),
        ("{{ policy.version }}", "3"),
    ],
)
def test_a_field_is_filled_over_any_split_of_runs(field: str, value: str) -> None:
    for cut in range(1, len(field)):
        assert lines(paragraph(run("Ring " + field[:cut], "<w:b/>"), run(field[cut:] + "."))) == [f"Ring {value}."]


@pytest.mark.parametrize(
    "field",
    [
        "{{ dsl.fax }}",
        "{{ dsl.email }}",
        "{{ senco.phone }}",
        "{{ deputy-dsl.name }}",
        "{{ deputy-dsl.3.name }}",
        "{{ deputy-dsl.0.name }}",
        "{{ lado.name }}",
        "{{ policy.owner }}",
        "{{ policy.changes }}",
        "{{ school.head }}",
        "{{ }}",
        "{{ dsl.name",
        "{{ dsl.name } }",
        "{{ dsl.phone }} and {{ open",
    ],
)
def test_an_unknown_empty_or_open_field_stops_the_copy_and_names_the_place(field: str) -> None:
    original = word_file(paragraph("One"), table(("DSL", field)))
    with pytest.raises(RenderError, match=r"Policy\.docx, table 1, row 1, column 2: .* The copy was not written\."):
        regenerate_docx(original, [], NOW, header=REGISTER, shown_as="Policy.docx")


def test_fields_of_the_register_stop_the_copy_where_nothing_is_known_of_the_policy() -> None:
    with pytest.raises(RenderError, match=r"policy\.next_review"):
        lines(paragraph("{{ policy.next_review }}"), header=None)


def test_a_field_is_filled_in_headers_properties_and_descriptions_too() -> None:
    core = b"<p xmlns:dc='d'><dc:title>{{ school.name }}</dc:title></p>"
    picture = "<w:r><w:drawing><wp:docPr id='1' name='x' descr='{{ dsl.name }}'/></w:drawing></w:r>"
    original = word_file(
        paragraph("x", picture), parts={"header1": paragraph("{{ dsl.phone }}")}, members={"docProps/core.xml": core}
    )
    copy = regenerate_docx(original, [], NOW, header=REGISTER).content
    with zipfile.ZipFile(io.BytesIO(copy)) as archive:
        assert b">01632 960222<" in archive.read("word/header1.xml")
        assert b">West Park School<" in archive.read("docProps/core.xml")
        assert b"descr='Bob Ray &amp; Sons'" in archive.read("word/document.xml")


def link(target: str, words: str = "write") -> bytes:
    return word_file(
        paragraph(f'<w:hyperlink r:id="rIdL">{run(words)}</w:hyperlink>' if words else "x"), links={"rIdL": target}
    )


@pytest.mark.parametrize(
    ("target", "filled"),
    [
        ("mailto:{{ deputy-dsl.2.email }}", "mailto:i.moss@example.org"),
        ("mailto:%7b%7bdeputy-dsl.2.email%7D%7d?subject=Ring {{school.name}}", "mailto:i.moss@example.org?subject=Ring "
         "West%20Park%20School"),
        ("tel:%7B%7B%20dsl.phone%20%7D%7D", "tel:01632960222"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("words", ["write", "{{ dsl.name }}", ""])
def test_a_field_in_the_address_of_a_link_is_filled_however_word_wrote_it(target: str, filled: str, words: str) -> None:
    original = link(target, words)
    copy = regenerate_docx(original, [], NOW, header=REGISTER)
    verify_copy(original, copy.content, copy.plan)
    with zipfile.ZipFile(io.BytesIO(copy.content)) as archive:
        assert f'Target="{filled}"' in archive.read("word/_rels/document.xml.rels").decode()


def test_a_field_in_the_instruction_of_a_link_field_is_filled() -> None:
    original = word_file(paragraph(field_markup('HYPERLINK "mailto:{{deputy-dsl.2.email}}"', "write")))
    copy = regenerate_docx(original, [], NOW, header=REGISTER)
    verify_copy(original, copy.content, copy.plan)
    with zipfile.ZipFile(io.BytesIO(copy.content)) as archive:
        assert b'HYPERLINK "mailto:i.moss@example.org"' in archive.read("word/document.xml")


@pytest.mark.parametrize("target", ["mailto:{{dsl.email}}", "mailto:%7b%7bdsl.mail%7d%7d", "tel:%7B%7Bdsl.phone"])
def test_an_unknown_empty_or_open_field_in_the_address_of_a_link_stops_the_copy(target: str) -> None:
    with pytest.raises(RenderError, match=r"the address of a link: .* The copy was not written\."):
        regenerate_docx(link(target), [], NOW, header=REGISTER)


@pytest.mark.parametrize(
    ("field", "said"),
    [
        ("{{ deputy-dsl.name }}", r"any of 2 people.*deputy-dsl\.1\.name.*\{\{ deputies \}\}"),
        ("{{ deputy-dsl.3.name }}", r"config\.toml has 2 under contacts\.deputy-dsl"),
        ("{{ dls.name }}", "written dsl"),
        ("{{ next_review }}", r"policy\.next_review"),
    ],
)
def test_what_is_wrong_with_a_field_is_said_so_that_it_can_be_mended(field: str, said: str) -> None:
    with pytest.raises(RenderError, match=said):
        lines(paragraph(field))


def test_a_field_beside_a_name_is_filled_while_the_name_changes() -> None:
    original = word_file(paragraph("The DSL is Ann Lee ({{ dsl.phone }}). DSL: {{ dsl.name }}"))
    copy = regenerate_docx(original, [Contact("dsl", "Ann Lee"), Contact("dsl", "{{ dsl.name }}")], NOW)
    assert [each.text for each in verify_copy(original, copy.content, copy.plan)] == [
        "The DSL is Bob Ray & Sons (01632 960222). DSL: Bob Ray & Sons"
    ]


def day(value: str) -> PartialDate:
    return PartialDate(value, Precision.DAY)


def standing(approved: PartialDate | None, last: PartialDate | None, due: PartialDate | None) -> PolicyStanding:
    return PolicyStanding(
        1,
        "s",
        "Safeguarding",
        None,
        1,
        1,
        "0",
        1,
        ReviewState.CURRENT,
        approved,
        last,
        due,
        None,
        None,
        "Head",
        None,
        (),
    )


def called(known: PolicyStanding, version: str | None) -> PolicyStanding:
    return replace(known, version_label=version, states_version=version is not None)


def with_header(*markup: str, known: PolicyStanding, version: str | None = None) -> tuple[list[str], list[str]]:
    original = word_file(*markup)
    facts = extract_facts(read_document_bytes(original, shown_as="p.docx"))
    header = header_facts(called(known, version), facts, school="West Park School")
    copy = regenerate_docx(original, (), NOW, header=header)
    return [each.text for each in verify_copy(original, copy.content, copy.plan)], [e.text for e in copy.plan.left]


def test_dates_in_the_header_block_follow_the_register_in_their_own_style() -> None:
    known = standing(
        day("2026-10-14"), PartialDate("2026-08", Precision.MONTH), PartialDate("2027-08", Precision.MONTH)
    )
    found, left = with_header(
        paragraph("Safeguarding Policy"),
        paragraph(run("Date approved by Governors: ", "<w:b/>"), run("01/09/2024")),
        paragraph("Date of last review: August 2024"),
        table(("Next review", "August 2025"), ("Version", "2.1")),
        paragraph("In August 2024 and on 01/09/2024 we met; August 2025 will be warm. Version 2.1 is old."),
        known=known,
        version="3",
    )
    assert found == [
        "Safeguarding Policy",
        "Date approved by Governors: 14/10/2026",
        "Date of last review: August 2026",
        "Next review", "August 2027", "Version", "3",
        "In August 2024 and on 01/09/2024 we met; August 2025 will be warm. Version 2.1 is old.",
    ]  # fmt: skip
    assert left == []


@pytest.mark.parametrize(
    ("footer", "expected"),
    [
        ("Version 2.1 | Approved: 10 September 2024 | Next review: August 2025",
         "Version 3 | Approved: 14 October 2026 | Next review: August 2027"),
        ("NEXT REVIEW DATE – August 2025", "NEXT REVIEW DATE – August 2027"),
        ("Printed in August 2025, see page 2.1", "Printed in August 2025, see page 2.1"),
    ],
)  # fmt: skip
def test_the_same_date_with_its_label_in_a_page_footer_follows_the_header_block(footer: str, expected: str) -> None:
    body = [
        paragraph("Safeguarding Policy"),
        paragraph("Version: 2.1"),
        paragraph("Date approved by Governors: 10 September 2024"),
        paragraph("Next review date: August 2025"),
    ]
    original = word_file(*body, parts={"footer1": paragraph(footer)})
    known = standing(day("2026-10-14"), None, PartialDate("2027-08", Precision.MONTH))
    facts = extract_facts(read_document_bytes(original, shown_as="p.docx"))
    header = header_facts(called(known, "3"), facts, school="West Park School")
    copy = regenerate_docx(original, (), NOW, header=header)
    found = [each.text for each in verify_copy(original, copy.content, copy.plan)]
    assert found[1:] == [
        "Version: 3", "Date approved by Governors: 14 October 2026", "Next review date: August 2027", expected,
    ]  # fmt: skip


def test_a_blank_is_filled_after_its_label_and_a_right_date_is_left_alone() -> None:
    known = standing(day("2026-10-14"), PartialDate("2024-08", Precision.MONTH), None)
    found, _ = with_header(
        paragraph("Safeguarding Policy"),
        paragraph("Date approved by Governors: ____________"),
        paragraph("Date of last review: Aug 2024"),
        known=known,
    )
    assert found[1:] == ["Date approved by Governors: 14 October 2026", "Date of last review: Aug 2024"]


@pytest.mark.parametrize(
    "markup",
    [
        table(("Date approved by Governors:", "")),
        paragraph("Date approved by Governors: see the minutes"),
        paragraph("Date approved by Governors: Date approved by Governors:"),
        paragraph("Approved:"),
    ],
)
def test_a_blank_that_cannot_be_filled_in_its_place_is_left_and_listed(markup: str) -> None:
    where = "table 1, row 1, column 1" if "<w:tbl>" in markup else "paragraph 1"
    change = HeaderChange(
        "approved_on", read_place(where), "Date approved by Governors:", "14 October 2026", blank=True
    )
    original = word_file(markup)
    copy = regenerate_docx(original, [], NOW, header=HeaderFacts(changes=(change,)))
    assert copy.content == original
    assert [str(each.where) for each in copy.plan.left] == [where]


def test_a_date_in_large_letters_or_short_numbers_keeps_its_style() -> None:
    known = standing(day("2026-03-04"), PartialDate("2026-09", Precision.MONTH), None)
    found, _ = with_header(
        paragraph("Safeguarding Policy"),
        paragraph("Date approved by Governors: 1.9.24"),
        paragraph("Date of last review: AUGUST 2024"),
        known=known,
    )
    assert found[1:] == ["Date approved by Governors: 4.3.26", "Date of last review: SEPTEMBER 2026"]


def test_a_value_that_stands_twice_at_its_place_is_left_and_listed() -> None:
    change = HeaderChange("next_review", read_place("paragraph 1"), "August 2025", "August 2027", blank=False)
    original = word_file(paragraph("Next review: August 2025 (not before August 2025)"))
    copy = regenerate_docx(original, [], NOW, header=HeaderFacts(changes=(change,)))
    assert copy.content == original
    assert [str(each.reason) for each in copy.plan.left] == [
        "the register says August 2027 (next review); change it in Word"
    ]


def test_facts_without_a_place_change_nothing() -> None:
    assert header_facts(standing(None, None, day("2027-01-01")), Facts(), school=None).changes == ()
