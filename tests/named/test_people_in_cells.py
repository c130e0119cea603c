"""Lines of one cell that each tell of their own person, and a role behind a name and a colon."""

import pytest

from pipeline.documents import read_document_bytes
from pipeline.facts.reading import extract_facts
from tests.builders import paragraph, run, table, word_file

Named = list[tuple[str, str | None]]
BOTH: Named = [("dsl", "Ada Holt"), ("deputy-dsl", "Ben Lowe")]


def cell_of(lines: str, *, paragraphs: bool = False) -> str:
    """A cell with a line break before each further line, or a paragraph for each."""
    if paragraphs:
        return "".join(map(paragraph, lines.split("\n")))
    first, *more = map(run, lines.split("\n"))
    return paragraph(first, *(f"<w:r><w:br/></w:r>{each}" for each in more))


def named_in(*body: str) -> Named:
    document = read_document_bytes(word_file(paragraph("Safeguarding Policy"), *body), shown_as="care.docx")
    return [(each.role, each.name) for each in extract_facts(document).contacts]


@pytest.mark.parametrize(
    ("cell", "named"),
    [
        ("Mrs Ada Holt – DSL\nMr Ben Lowe – Deputy DSL", BOTH),
        ("Mrs Ada Holt, DSL\nMr Ben Lowe, Deputy DSL", BOTH),
        ("Mrs Ada Holt: DSL\nMr Ben Lowe: Deputy DSL", BOTH),
        ("Mrs Ada Holt (DSL)\nMr Ben Lowe (Deputy DSL)", BOTH),
        ("DSL: Mrs Ada Holt\nDeputy DSL: Mr Ben Lowe", BOTH),
        ("Mrs Ada Holt\nDSL\nMr Ben Lowe\nDeputy DSL", BOTH),
        ("Mrs Ada Holt – Deputy Head, DSL\nMr Ben Lowe – Deputy DSL", BOTH),
        ("• Mrs Ada Holt – DSL – 01632 960101\n• Mr Ben Lowe – Deputy DSL – 01632 960102", BOTH),
    ],
)
@pytest.mark.parametrize("label", ["Safeguarding team", "Designated Safeguarding Leads"])
def test_each_line_of_a_cell_tells_of_its_own_person(label: str, cell: str, named: Named) -> None:
    for paragraphs in (False, True):
        held = cell_of(cell, paragraphs=paragraphs)
        assert named_in(table((label, held), ("Caretaker", "Mr Dan Moss"))) == named


def test_one_of_the_people_may_have_another_role_where_the_label_is_none() -> None:
    cell = "Mrs Ada Holt, DSL\nMr Ben Lowe, Deputy DSL\nMs Cy Dale, SENCO"
    assert named_in(table(("Safeguarding team", cell_of(cell)))) == [*BOTH, ("senco", "Cy Dale")]


def test_posts_beside_a_label_of_leads_are_those_of_their_own_lines() -> None:
    cell = "Mrs Ada Holt, Headteacher\nMr Ben Lowe, SENCO"
    assert named_in(table(("DSL", cell_of(cell)))) == [
        ("headteacher", "Ada Holt"),
        ("dsl", "Ada Holt"),
        ("senco", "Ben Lowe"),
    ]


@pytest.mark.parametrize(
    ("label", "cell", "named"),
    [
        ("DSL", "Mrs Ada\nHolt", [("dsl", "Ada Holt")]),
        ("Deputy DSLs", "Ada Holt\nBen Lowe", [("deputy-dsl", "Ada Holt"), ("deputy-dsl", "Ben Lowe")]),
        ("Contacts", "Designated Safeguarding\nLead: Ada Holt", [("dsl", "Ada Holt")]),
        ("Contacts", "DSL:\nAda Holt\nDeputy DSL:\nBen Lowe", BOTH),
    ],
)
def test_a_cell_of_other_lines_is_read_as_it_was(label: str, cell: str, named: Named) -> None:
    assert named_in(table((label, cell_of(cell)), ("Caretaker", "Mr Dan Moss"))) == named


@pytest.mark.parametrize(
    ("lines", "named"),
    [
        ("Mrs Ada Holt: DSL\nMr Ben Lowe: DDSL", BOTH),
        ("- Ada Holt: Designated Safeguarding Lead", [("dsl", "Ada Holt")]),
        ("Ada Holt: DSL training in May", []),
        ("DSL:\nAda Holt: Headteacher", [("dsl", "Ada Holt")]),
    ],
)
def test_a_role_behind_a_name_and_a_colon_is_that_persons(lines: str, named: Named) -> None:
    assert named_in(*map(paragraph, lines.split("\n"))) == named
