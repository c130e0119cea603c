"""Tables whose cells span columns and rows: nobody may be put in a role that stands over another column or row."""

import io
import re
import zipfile
from collections.abc import Callable

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from pipeline.documents import read_document_bytes
from pipeline.facts.reading import extract_facts
from pipeline.model.contacts import Directory, Holder, Pronoun
from pipeline.model.documents import Document, DocumentFormat
from pipeline.plan.rewording import passages_of, regenerate_document
from pipeline.word.regenerate import regenerate_docx
from tests.builders import PdfText, paragraph, pdf_file, table, word_file, zip_file
from tests.span_tables import SpanTable, as_odt, as_pdf, as_word, random_table, word_table

LEAD, DEPUTY = ("Ann Lister", "01632 960177"), ("Gwen Hale", "01632 960178")
NEW_LEAD = Holder("dsl", "Jane Okafor", "Mrs", "01632 960123", "j.okafor@example.org", Pronoun.SHE)
NEW_DEPUTY = Holder("deputy-dsl", "Hal Moss", "Mr", "01632 960124", "h.moss@example.org", Pronoun.HE)
OTHERS = Directory((NEW_LEAD, NEW_DEPUTY))
SWAPPED = Directory(
    (
        Holder("dsl", "Gwen Hale", "Ms", "01632 960178", None, Pronoun.SHE),
        Holder("deputy-dsl", "Ann Lister", "Mrs", "01632 960177", None, Pronoun.SHE),
    )
)
AFTER = {
    id(OTHERS): {
        "Ann Lister": "Jane Okafor",
        "01632 960177": "01632 960123",
        "Gwen Hale": "Hal Moss",
        "01632 960178": "01632 960124",
    },
    id(SWAPPED): {
        "Ann Lister": "Gwen Hale",
        "01632 960177": "01632 960178",
        "Gwen Hale": "Ann Lister",
        "01632 960178": "01632 960177",
    },
}
"""What each cell must hold afterwards."""

Copied = tuple[list[str], str | None]
"""The words of the copy, a cell each, and why it is held."""


def in_word(laid: SpanTable, directory: Directory) -> Copied:
    return copied_word(as_word(laid), directory)


def copied_word(content: bytes, directory: Directory) -> Copied:
    document = read(content, DocumentFormat.DOCX)
    copy = regenerate_docx(content, extract_facts(document).contacts, directory)
    return words_of(read(copy.content, DocumentFormat.DOCX)), copy.plan.held


def in_odt(laid: SpanTable, directory: Directory) -> Copied:
    document = read(as_odt(laid), DocumentFormat.ODT)
    changed, plan = regenerate_document(document, extract_facts(document).contacts, directory)
    return words_of(changed), plan.held


def read(content: bytes, kind: DocumentFormat) -> Document:
    return read_document_bytes(content, shown_as=f"contacts.{kind}", format=kind)


def words_of(document: Document) -> list[str]:
    return [each.text for each in passages_of(document)][1:]


def expected(laid: SpanTable, directory: Directory) -> list[str]:
    boxes = sorted(laid.boxes, key=lambda box: (box.row, box.column))
    return [AFTER[id(directory)].get(box.text, box.text) for box in boxes if box.text]


formats = pytest.mark.parametrize("copied", [in_word, in_odt], ids=["Word", "OpenDocument"])


@formats
@given(seed=st.integers(0, 1_000_000), directory=st.sampled_from([OTHERS, SWAPPED]))
@settings(max_examples=60, deadline=None)
def test_whoever_stands_under_or_beside_a_role_gets_that_roles_holder_or_the_copy_is_held(
    copied: Callable[[SpanTable, Directory], Copied], seed: int, directory: Directory
) -> None:
    laid = random_table(seed, LEAD, DEPUTY)
    words, held = copied(laid, directory)
    before = [box.text for box in sorted(laid.boxes, key=lambda box: (box.row, box.column)) if box.text]
    assert words == (before if held else expected(laid, directory))


@formats
def test_few_tables_with_merged_cells_are_held(copied: Callable[[SpanTable, Directory], Copied]) -> None:
    held = sum(copied(random_table(seed, LEAD, DEPUTY), OTHERS)[1] is not None for seed in range(100))
    assert held <= 15


@given(seed=st.integers(0, 1_000_000), directory=st.sampled_from([OTHERS, SWAPPED]))
@example(seed=325, directory=SWAPPED)
@example(seed=2129, directory=SWAPPED)
@settings(max_examples=60, deadline=None)
def test_a_file_that_leaves_out_how_far_its_cells_reach_puts_nobody_in_another_role(
    seed: int, directory: Directory
) -> None:
    laid = random_table(seed, LEAD, DEPUTY)
    content = as_word(laid)
    assume(content == without_reach(content) or len(cells_of_rows(content)) > 1)
    words, held = copied_word(without_reach(content), directory)
    if held is None:
        assert words == expected(laid, directory)


def test_few_files_that_leave_out_how_far_their_cells_reach_are_held() -> None:
    contents = [as_word(random_table(seed, LEAD, DEPUTY)) for seed in range(60)]
    held = [copied_word(without_reach(each), OTHERS)[1] is not None for each in contents]
    assert sum(held) <= 33, "half of them: cells without a reach tell little"


def cells_of_rows(content: bytes) -> set[int]:
    """Return how many cells the rows have: alike, a file without its marks says nothing of them."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {row.count(b"<w:tc>") for row in archive.read("word/document.xml").split(b"<w:tr>")[1:]}


@pytest.mark.parametrize("centred", [False, True], ids=["to the left", "in the middle"])
@given(seed=st.integers(0, 1_000_000))
@settings(max_examples=40, deadline=None)
def test_a_pdf_gives_nobody_the_role_of_another_column(seed: int, centred: bool) -> None:
    laid = random_table(seed, LEAD, DEPUTY)
    assume(laid.kind == "roles over columns")
    found = extract_facts(read(as_pdf(laid, centred=centred), DocumentFormat.PDF)).contacts
    assert {(each.role, each.name) for each in found} <= {("dsl", "Ann Lister"), ("deputy-dsl", "Gwen Hale")}
    assert {each.phone for each in found if each.name == "Ann Lister"} <= {None, "01632 960177"}


def test_a_pdf_is_read_by_where_its_cells_stand_on_the_page() -> None:
    for heads in ((72, 250, 400), (72, 245, 395)):
        texts = [PdfText("Safeguarding Policy", 72, 780, 16)]
        for left, text in zip(heads, ("School", "DSL", "Deputy DSL"), strict=True):
            texts.append(PdfText(text, left, 740))
        for left, text in ((72, "Elm School"), (160, "Infants"), (250, LEAD[0]), (400, DEPUTY[0])):
            texts.append(PdfText(text, left, 724))
        found = extract_facts(read(pdf_file(texts), DocumentFormat.PDF)).contacts
        assert [(each.role, each.name) for each in found] == [("dsl", "Ann Lister"), ("deputy-dsl", "Gwen Hale")]


def test_a_pdf_whose_roles_run_on_gives_them_to_nobody() -> None:
    texts = [PdfText("Safeguarding Policy", 72, 780, 16), PdfText("Safeguarding Lead (DSL) Deputy DSL", 72, 740)]
    texts += [PdfText(LEAD[0], 72, 724), PdfText(DEPUTY[0], 250, 724)]
    assert extract_facts(read(pdf_file(texts), DocumentFormat.PDF)).contacts == ()


def without_reach(content: bytes) -> bytes:
    """Take the marks out that say how many columns cells span and rows leave free."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    marks = rb"<w:(?:gridSpan|gridBefore|gridAfter) [^>]*/>"
    return zip_file(members | {"word/document.xml": re.sub(marks, b"", members["word/document.xml"])})


@formats
def test_a_name_that_is_not_read_under_or_beside_a_role_holds_the_copy(
    copied: Callable[[SpanTable, Directory], Copied],
) -> None:
    for seed in range(40):
        laid = random_table(seed, ("LISTER, Ann", "01632 960177"), ("HALE, Gwen", "01632 960178"))
        words, held = copied(laid, OTHERS)
        assert held is not None
        assert "LISTER, Ann" in words


def shifted() -> SpanTable:
    """A head cell over two columns of the body, so that cells counted from the left stand under the wrong head."""
    laid = SpanTable("shifted")
    laid.put(0, 0, "School", columns=2)
    laid.put(0, 2, "DSL")
    laid.put(0, 3, "Deputy DSL")
    for column, text in enumerate(("Elm School", "Infants", LEAD[0], DEPUTY[0])):
        laid.put(1, column, text)
    return laid


@formats
@pytest.mark.parametrize("directory", [OTHERS, SWAPPED], ids=["others", "swapped"])
def test_a_head_over_two_columns_does_not_put_the_deputy_into_the_leads_column(
    copied: Callable[[SpanTable, Directory], Copied], directory: Directory
) -> None:
    assert copied(shifted(), directory) == (expected(shifted(), directory), None)


def test_a_head_over_two_columns_gives_each_their_own_role() -> None:
    for content, kind in ((as_word(shifted()), DocumentFormat.DOCX), (as_odt(shifted()), DocumentFormat.ODT)):
        found = [(each.role, each.name) for each in extract_facts(read(content, kind)).contacts]
        assert found == [("dsl", "Ann Lister"), ("deputy-dsl", "Gwen Hale")]


@formats
def test_a_role_merged_down_from_far_above_is_that_of_the_last_row_beside_it(
    copied: Callable[[SpanTable, Directory], Copied],
) -> None:
    laid = SpanTable("far")
    for first, (role, person) in ((0, ("DSL", LEAD)), (5, ("Deputy DSL", DEPUTY))):
        laid.put(first, 0, role, rows=5)
        for row in range(first, first + 5):
            laid.put(row, 1, f"Year {row - first}", columns=1 + row % 2)
            if row % 2 == 0:
                laid.put(row, 2, "Monday")
            laid.put(row, 3, person[0])
            laid.put(row, 4, person[1])
    assert copied(laid, OTHERS) == (expected(laid, OTHERS), None)


@formats
def test_roles_under_a_head_of_their_own_are_those_of_the_columns_below(
    copied: Callable[[SpanTable, Directory], Copied],
) -> None:
    laid = SpanTable("two levels")
    laid.put(0, 0, "School", rows=2, columns=2)
    laid.put(0, 2, "Safeguarding team", columns=4)
    laid.put(1, 2, "Deputy DSL", columns=2)
    laid.put(1, 4, "DSL", columns=2)
    laid.put(2, 0, "Elm School", columns=2)
    for column, text in enumerate((*DEPUTY, *LEAD), start=2):
        laid.put(2, column, text)
    assert copied(laid, OTHERS) == (expected(laid, OTHERS), None)


@formats
def test_a_name_under_both_roles_holds_the_copy(copied: Callable[[SpanTable, Directory], Copied]) -> None:
    laid = SpanTable("both")
    laid.put(0, 0, "DSL")
    laid.put(0, 1, "Deputy DSL")
    laid.put(1, 0, LEAD[0], columns=2)
    words, held = copied(laid, OTHERS)
    assert (words, held is not None) == (["DSL", "Deputy DSL", LEAD[0]], True)


@formats
def test_a_name_beside_both_roles_holds_the_copy(copied: Callable[[SpanTable, Directory], Copied]) -> None:
    laid = SpanTable("both")
    laid.put(0, 0, "DSL")
    laid.put(1, 0, "Deputy DSL")
    laid.put(0, 1, LEAD[0], rows=2)
    words, held = copied(laid, OTHERS)
    assert (words, held is not None) == (["DSL", LEAD[0], "Deputy DSL"], True)


@formats
def test_a_number_beside_both_people_is_nobodys(copied: Callable[[SpanTable, Directory], Copied]) -> None:
    laid = SpanTable("one number")
    for row, (role, person) in enumerate((("DSL", LEAD), ("Deputy DSL", DEPUTY))):
        laid.put(row, 0, role)
        laid.put(row, 1, person[0])
    laid.put(0, 2, "01632 960199", rows=2)
    words, held = copied(laid, OTHERS)
    assert "01632 960199 in table 1, row 1, column 3 stands behind Ann Lister and Gwen Hale" in (held or "")
    assert "01632 960199" in words


def test_a_table_inside_a_cell_has_columns_of_its_own() -> None:
    inner = SpanTable("inner")
    inner.put(0, 0, "Elm School", columns=2)
    inner.put(0, 2, "DSL")
    inner.put(0, 3, "Deputy DSL")
    for column, text in enumerate(("North site", "Infants", LEAD[0], DEPUTY[0])):
        inner.put(1, column, text)
    nested = f"<w:tbl><w:tr><w:tc>{paragraph('Who we are')}</w:tc><w:tc>{word_table(inner)}<w:p/></w:tc></w:tr></w:tbl>"
    words, held = copied_word(word_file(paragraph("Safeguarding Policy"), nested), OTHERS)
    assert (words, held) == (["Who we are", *expected(inner, OTHERS)], None)


def test_a_name_in_a_table_inside_a_cell_has_the_role_beside_or_above_that_cell() -> None:
    def inner(name: str, phone: str) -> str:
        return f"{table((name, phone))}<w:p/>"

    beside = table(("DSL", inner(*LEAD)), ("Deputy DSL", inner(*DEPUTY)))
    over = table(("DSL", "Deputy DSL"), (inner(*LEAD), inner(*DEPUTY)))
    words, held = copied_word(word_file(paragraph("Safeguarding Policy"), beside), SWAPPED)
    named = ["DSL", *LEAD, "Deputy DSL", *DEPUTY]
    assert (words, held) == ([AFTER[id(SWAPPED)].get(each, each) for each in named], None)
    words, held = copied_word(word_file(paragraph("Safeguarding Policy"), over), SWAPPED)
    assert words == ["DSL", "Deputy DSL", *LEAD, *DEPUTY]
    assert "who takes whose place cannot be told" in (held or "")


def test_a_name_that_is_not_read_in_a_table_inside_the_cell_beside_a_role_holds_the_copy() -> None:
    nested = table(("DSL", f"{table(('LISTER, Ann', 'Room 4'))}<w:p/>"))
    assert copied_word(word_file(paragraph("Safeguarding Policy"), nested), OTHERS)[1] is not None


def test_cells_merged_across_in_the_old_way_count_as_columns() -> None:
    def cell(text: str, merge: str = "") -> str:
        mark = f'<w:hMerge w:val="{merge}"/>' if merge else ""
        return f"<w:tc><w:tcPr>{mark}</w:tcPr>{paragraph(text)}</w:tc>"

    head = cell("School", "restart") + cell("", "continue") + cell("DSL") + cell("Deputy DSL")
    body = "".join(map(cell, ("Elm School", "Infants", LEAD[0], DEPUTY[0])))
    content = word_file(paragraph("Safeguarding Policy"), f"<w:tbl><w:tr>{head}</w:tr><w:tr>{body}</w:tr></w:tbl>")
    words, held = copied_word(content, OTHERS)
    assert ([word for word in words if word], held) == (expected(shifted(), OTHERS), None)
