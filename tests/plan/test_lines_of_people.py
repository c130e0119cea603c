"""Lines that each tell of their own person: each new name stands in the line of the one before it.

Those who hold the roles today are the same two the other way round, so that no name is unknown afterwards.
"""

import pytest

from pipeline.documents import read_document_bytes
from pipeline.facts.reading import extract_facts
from pipeline.model.contacts import Directory, Holder
from pipeline.word.regenerate import regenerate_docx
from tests.builders import paragraph, table, word_file
from tests.named.test_people_in_cells import cell_of

TURNED = Directory((Holder("dsl", "Ben Lowe", "Mr", None, None), Holder("deputy-dsl", "Ada Holt", "Mrs", None, None)))


def copy_of(*body: str, directory: Directory = TURNED) -> tuple[list[str], str | None]:
    content = word_file(paragraph("Care Policy"), *body)
    contacts = extract_facts(read_document_bytes(content, shown_as="care.docx")).contacts
    copy = regenerate_docx(content, contacts, directory, shown_as="care.docx")
    words = read_document_bytes(copy.content, shown_as="care.docx").text
    return [each for each in words.replace("\t", "\n").split("\n") if each.strip()][1:], copy.plan.held


def turned(line: str) -> str:
    if "Ada Holt" in line:
        return line.replace("Mrs Ada Holt", "Mr Ben Lowe")
    return line.replace("Mr Ben Lowe", "Mrs Ada Holt")


LISTS = [
    "Mrs Ada Holt – DSL\nMr Ben Lowe – Deputy DSL",
    "Mrs Ada Holt, DSL\nMr Ben Lowe, Deputy DSL",
    "Mrs Ada Holt: DSL\nMr Ben Lowe: Deputy DSL",
    "Mrs Ada Holt (DSL)\nMr Ben Lowe (Deputy DSL)",
    "Mrs Ada Holt\nDSL\nMr Ben Lowe\nDeputy DSL",
    "Mrs Ada Holt\nDSL\nroom 4\nMr Ben Lowe\nDeputy DSL\nroom 5",
    "DSL\nMrs Ada Holt\nDeputy DSL\nMr Ben Lowe",
    "DSL: Mrs Ada Holt\nDeputy DSL: Mr Ben Lowe",
]


@pytest.mark.parametrize("paragraphs", [False, True])
@pytest.mark.parametrize("lines", LISTS)
def test_each_line_of_a_cell_gets_its_own_successor(lines: str, *, paragraphs: bool) -> None:
    words, held = copy_of(table(("Safeguarding team", cell_of(lines, paragraphs=paragraphs))))
    assert held is None
    assert [each for each in words if each != "Safeguarding team"] == [*map(turned, lines.split("\n"))]


@pytest.mark.parametrize("lines", LISTS)
def test_each_paragraph_gets_its_own_successor(lines: str) -> None:
    words, held = copy_of(*map(paragraph, lines.split("\n")))
    assert held is None
    assert words == [*map(turned, lines.split("\n"))]


def test_labels_with_dashes_in_one_line_are_those_of_the_names_behind_them() -> None:
    assert copy_of(paragraph("DSL – Mrs Ada Holt, DDSL – Mr Ben Lowe, Bursar – Ms Cy Dale")) == (
        ["DSL – Mr Ben Lowe, DDSL – Mrs Ada Holt, Bursar – Ms Cy Dale"],
        None,
    )


def test_a_role_over_a_name_stays_that_names_where_a_list_begins_with_a_role() -> None:
    lines = "DSL\nMrs Ada Holt\nDeputy DSL\nMr Ben Lowe\nHeadteacher"
    words, held = copy_of(*map(paragraph, lines.split("\n")))
    assert held is None
    assert words == [*map(turned, lines.split("\n"))]


@pytest.mark.parametrize("post", ["Assistant Headteacher", "(Headteacher)"])
def test_a_post_below_the_lead_does_not_hide_the_deputy_below_it(post: str) -> None:
    lines = f"DSL: Mrs Ada Holt\n{post}\nDeputy: Mr Ben Lowe\nSENCO"
    assert copy_of(*map(paragraph, lines.split("\n"))) == ([*map(turned, lines.split("\n"))], None)


@pytest.mark.parametrize("lines", ["DSL\nHeadteacher\nDeputy: Mr Ben Lowe", "DSL: Ms Cy Dale\nHeadteacher:\nDeputy: X"])
def test_a_post_that_is_a_label_itself_parts_the_deputy_from_the_lead(lines: str) -> None:
    content = word_file(paragraph("Care Policy"), *map(paragraph, lines.split("\n")))
    contacts = extract_facts(read_document_bytes(content, shown_as="care.docx")).contacts
    assert [each for each in contacts if each.role == "deputy-dsl"] == []


@pytest.mark.parametrize(
    "lines",
    [
        ["The DSL is Ada Holt and the deputy DSL is Ben Lowe. Both are contactable on 01632 960111."],
        ["Ada Holt is the DSL. Ben Lowe is the deputy DSL. You can reach either on 01632 960111."],
        ["DSL: Ada Holt", "Deputy DSL: Ben Lowe", "Both are contactable on 01632 960111."],
    ],
)
def test_a_number_told_of_lead_and_deputy_at_once_is_asked_about(lines: list[str]) -> None:
    both_new = Directory(
        (Holder("dsl", "Jo Hill", "Ms", "01632 960901", None), Holder("deputy-dsl", "Cy Dale", "Mr", None, None))
    )
    held = copy_of(*map(paragraph, lines), directory=both_new)[1]
    assert "01632 960111" in (held or ""), "neither successor is known to have it"


@pytest.mark.parametrize(
    "told",
    [
        *("Out of hours mobile (emergencies only):", "Duty phone", "24 hour line:", "Please use", "Safeguarding team:"),
        *("Messages can be left on", "Leave a message for her on"),
    ],
)
def test_a_number_behind_a_lead_who_changes_is_told_whatever_it_is_for(told: str) -> None:
    new = Directory((Holder("dsl", "Jo Hill", "Ms", "01632 960901", None),))
    for lines in (["DSL: Ada Holt", f"{told} 01632 960111"], [f"The DSL is Ada Holt. {told} 01632 960111."]):
        held = copy_of(*map(paragraph, lines), directory=new)[1]
        assert "01632 960111" in (held or "")
