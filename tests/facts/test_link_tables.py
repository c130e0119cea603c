"""Policies listed in the cells of a table."""

import pytest

from pipeline.facts.reading import extract_facts
from pipeline.model.documents import Block, BlockKind, Cell, Document, DocumentFormat, Span
from pipeline.places import read_place

THREE = ("Pond Policy", "Visits Policy", "Staff Code of Conduct")
LISTED = "\n".join(THREE)


def paragraph(text: str) -> Block:
    return Block(BlockKind.PARAGRAPH, read_place("paragraph 1"), (Span(text),))


def links_in(*rows: tuple[str, ...]) -> tuple[str, ...]:
    cells = tuple(tuple(Cell(tuple(map(paragraph, text.split("\n"))) if text else ()) for text in row) for row in rows)
    blocks = (
        paragraph("Homework Policy"),
        Block(BlockKind.TABLE, read_place("table 1"), rows=cells),
        paragraph("We set homework."),
    )
    return extract_facts(Document("x.docx", DocumentFormat.DOCX, "0", 1, blocks)).linked_policies


@pytest.mark.parametrize(
    "rows",
    [
        (("Related policies", LISTED), ("Approved by", "Governors")),
        (("Supersedes", "Homework Policy 2019"), ("Related policies and procedures:", LISTED)),
        (("Related policies", "• Pond Policy\n• Visits Policy\n• Staff Code of\nconduct"),),
        (("Owner", "SENCO", "Linked policies", LISTED), ("Review date", "May 2025", "", "")),
        (("Approved by\nGovernors", "Related policies:\n" + LISTED),),
    ],
)  # fmt: skip
def test_each_line_of_a_cell_is_a_policy(rows: tuple[tuple[str, ...], ...]) -> None:
    assert tuple(name.title() for name in links_in(*rows)) == tuple(name.title() for name in THREE)


@pytest.mark.parametrize(
    "rows",
    [
        (("Related policies", "N/A"), ("Approved by", "Governors")),
        (("Related policies", ""), ("Approved by", "Governors\nTrustees")),
        (("Linked to", "Science\nArt"), ("Year", "Five\nSix")),
        (("Related policies", "Keeping Children Safe in Education, Sept 2024\nEquality Act 2010"),),
    ],
)  # fmt: skip
def test_what_is_no_policy_is_left_out(rows: tuple[tuple[str, ...], ...]) -> None:
    assert links_in(*rows) == ()
