"""Tables whose cells span columns and rows: nobody may be put in a role that stands over another column or row."""

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.copies.docx import regenerate_docx
from pipeline.copies.rewording import passages_of, regenerate_document
from pipeline.documents import read_document_bytes
from pipeline.lifecycle.fields import extract_facts
from pipeline.model import Directory, Document, DocumentFormat, Holder, Pronoun
from tests.builders import paragraph, word_file
from tests.span_tables import SpanTable, as_odt, as_word, random_table, word_table

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


def in_word(table: SpanTable, directory: Directory) -> Copied:
    return copied_word(as_word(table), directory)


def copied_word(content: bytes, directory: Directory) -> Copied:
    document = read(content, DocumentFormat.DOCX)
    copy = regenerate_docx(content, extract_facts(document).contacts, directory)
    return words_of(read(copy.content, DocumentFormat.DOCX)), copy.plan.held


def in_odt(table: SpanTable, directory: Directory) -> Copied:
    document = read(as_odt(table), DocumentFormat.ODT)
    changed, plan = regenerate_document(document, extract_facts(document).contacts, directory)
    return words_of(changed), plan.held


def read(content: bytes, kind: DocumentFormat) -> Document:
    return read_document_bytes(content, shown_as=f"contacts.{kind}", format=kind)


def words_of(document: Document) -> list[str]:
    return [each.text for each in passages_of(document)][1:]


def expected(table: SpanTable, directory: Directory) -> list[str]:
    boxes = sorted(table.boxes, key=lambda box: (box.row, box.column))
    return [AFTER[id(directory)].get(box.text, box.text) for box in boxes if box.text]


formats = pytest.mark.parametrize("copied", [in_word, in_odt], ids=["Word", "OpenDocument"])


@formats
@given(seed=st.integers(0, 1_000_000), directory=st.sampled_from([OTHERS, SWAPPED]))
@settings(max_examples=60, deadline=None)
def test_whoever_stands_under_or_beside_a_role_gets_that_roles_holder_or_the_copy_is_held(
    copied: Callable[[SpanTable, Directory], Copied], seed: int, directory: Directory
) -> None:
    table = random_table(seed, LEAD, DEPUTY)
    words, held = copied(table, directory)
    before = [box.text for box in sorted(table.boxes, key=lambda box: (box.row, box.column)) if box.text]
    assert words == (before if held else expected(table, directory))


@formats
def test_few_tables_with_merged_cells_are_held(copied: Callable[[SpanTable, Directory], Copied]) -> None:
    held = sum(copied(random_table(seed, LEAD, DEPUTY), OTHERS)[1] is not None for seed in range(100))
    assert held <= 15


def shifted() -> SpanTable:
    """A head cell over two columns of the body, so that cells counted from the left stand under the wrong head."""
    table = SpanTable("shifted")
    table.put(0, 0, "School", columns=2)
    table.put(0, 2, "DSL")
    table.put(0, 3, "Deputy DSL")
    for column, text in enumerate(("Elm School", "Infants", LEAD[0], DEPUTY[0])):
        table.put(1, column, text)
    return table


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
    table = SpanTable("far")
    for first, (role, person) in ((0, ("DSL", LEAD)), (5, ("Deputy DSL", DEPUTY))):
        table.put(first, 0, role, rows=5)
        for row in range(first, first + 5):
            table.put(row, 1, f"Year {row - first}", columns=1 + row % 2)
            if row % 2 == 0:
                table.put(row, 2, "Monday")
            table.put(row, 3, person[0])
            table.put(row, 4, person[1])
    assert copied(table, OTHERS) == (expected(table, OTHERS), None)


@formats
def test_roles_under_a_head_of_their_own_are_those_of_the_columns_below(
    copied: Callable[[SpanTable, Directory], Copied],
) -> None:
    table = SpanTable("two levels")
    table.put(0, 0, "School", rows=2, columns=2)
    table.put(0, 2, "Safeguarding team", columns=4)
    table.put(1, 2, "Deputy DSL", columns=2)
    table.put(1, 4, "DSL", columns=2)
    table.put(2, 0, "Elm School", columns=2)
    for column, text in enumerate((*DEPUTY, *LEAD), start=2):
        table.put(2, column, text)
    assert copied(table, OTHERS) == (expected(table, OTHERS), None)


@formats
def test_a_name_under_both_roles_holds_the_copy(copied: Callable[[SpanTable, Directory], Copied]) -> None:
    table = SpanTable("both")
    table.put(0, 0, "DSL")
    table.put(0, 1, "Deputy DSL")
    table.put(1, 0, LEAD[0], columns=2)
    words, held = copied(table, OTHERS)
    assert (words, held is not None) == (["DSL", "Deputy DSL", LEAD[0]], True)


@formats
def test_a_name_beside_both_roles_holds_the_copy(copied: Callable[[SpanTable, Directory], Copied]) -> None:
    table = SpanTable("both")
    table.put(0, 0, "DSL")
    table.put(1, 0, "Deputy DSL")
    table.put(0, 1, LEAD[0], rows=2)
    words, held = copied(table, OTHERS)
    assert (words, held is not None) == (["DSL", LEAD[0], "Deputy DSL"], True)


@formats
def test_a_number_beside_both_people_is_nobodys(copied: Callable[[SpanTable, Directory], Copied]) -> None:
    table = SpanTable("one number")
    for row, (role, person) in enumerate((("DSL", LEAD), ("Deputy DSL", DEPUTY))):
        table.put(row, 0, role)
        table.put(row, 1, person[0])
    table.put(0, 2, "01632 960199", rows=2)
    words, held = copied(table, OTHERS)
    assert held is not None or "01632 960199" in words


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


def test_cells_merged_across_in_the_old_way_count_as_columns() -> None:
    def cell(text: str, merge: str = "") -> str:
        mark = f'<w:hMerge w:val="{merge}"/>' if merge else ""
        return f"<w:tc><w:tcPr>{mark}</w:tcPr>{paragraph(text)}</w:tc>"

    head = cell("School", "restart") + cell("", "continue") + cell("DSL") + cell("Deputy DSL")
    body = "".join(map(cell, ("Elm School", "Infants", LEAD[0], DEPUTY[0])))
    content = word_file(paragraph("Safeguarding Policy"), f"<w:tbl><w:tr>{head}</w:tr><w:tr>{body}</w:tr></w:tbl>")
    words, held = copied_word(content, OTHERS)
    assert ([word for word in words if word], held) == (expected(shifted(), OTHERS), None)
