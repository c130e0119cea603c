"""Tables that tick who does what: each role is that of whoever is ticked under it."""

import pytest

from pipeline.documents import read_document_bytes
from pipeline.facts.reading import extract_facts
from pipeline.model.contacts import Directory, Holder
from pipeline.word.regenerate import regenerate_docx
from tests.builders import paragraph, table, word_file

NOW = Directory((Holder("dsl", "Jo Hill", "Ms", None, None), Holder("deputy-dsl", "Tom Fox", "Mr", None, None)))


def contacts_of(*rows: tuple[str, ...]) -> list[tuple[str, str | None]]:
    content = word_file(paragraph("Care Policy"), table(*rows))
    found = extract_facts(read_document_bytes(content, shown_as="care.docx")).contacts
    return [(each.role, each.name) for each in found]


@pytest.mark.parametrize(("yes", "no"), [("✓", ""), ("x", ""), ("Yes", "No"), ("☑", "☐"), ("Y", "–"), ("√", "n/a")])
def test_a_role_is_of_whoever_is_ticked_under_it(yes: str, no: str) -> None:
    rows = [("Name", "DSL", "Deputy DSL"), ("Ada Holt", yes, no), ("Ben Lowe", no, yes)]
    assert contacts_of(*rows) == [("dsl", "Ada Holt"), ("deputy-dsl", "Ben Lowe")]


def test_ticks_for_other_things_give_no_role() -> None:
    rows = [("Staff", "First aid", "DSL"), ("Ada Holt", "✓", ""), ("Ben Lowe", "✓", "✓"), ("Tove Marlow", "", "")]
    assert contacts_of(*rows) == [("dsl", "Ben Lowe")]


def test_names_under_roles_are_no_ticks() -> None:
    rows = [("Site", "DSL", "Deputy DSL"), ("Elm", "Ada Holt", "Ben Lowe")]
    assert contacts_of(*rows) == [("dsl", "Ada Holt"), ("deputy-dsl", "Ben Lowe")]


def test_no_row_of_a_lead_is_taken_out_and_each_gets_the_successor() -> None:
    rows = [("Name", "DSL", "Deputy DSL"), ("Ada Holt", "✓", ""), ("Ben Lowe", "", "✓")]
    content = word_file(paragraph("Care Policy"), table(*rows))
    contacts = extract_facts(read_document_bytes(content, shown_as="care.docx")).contacts
    copy = regenerate_docx(content, contacts, NOW, shown_as="care.docx")
    words = read_document_bytes(copy.content, shown_as="care.docx").text
    assert copy.plan.held is None
    assert words.index("Jo Hill") < words.index("Tom Fox")
    assert copy.plan.rows == ()
