"""A list that tells another post with a role: whoever follows in the role is not put beside it."""

import pytest

from pipeline.documents import read_document_bytes
from pipeline.facts.reading import extract_facts
from pipeline.model.contacts import Directory, Holder
from pipeline.word.regenerate import regenerate_docx
from tests.builders import paragraph, table, word_file

NOW = Directory(
    (Holder("dsl", "Jo Hill", "Ms", "01632 960901", None), Holder("deputy-dsl", "Tom Fox", "Mr", "01632 960902", None))
)


def copy_of(lines: str) -> tuple[str, str | None]:
    return _copy(*map(paragraph, lines.split("\n")))


def table_of(*row: str) -> tuple[str, str | None]:
    return _copy(table(row, ("Caretaker", "Tom Pike")))


def _copy(*body: str) -> tuple[str, str | None]:
    content = word_file(paragraph("Care Policy"), *body)
    contacts = extract_facts(read_document_bytes(content, shown_as="care.docx")).contacts
    copy = regenerate_docx(content, contacts, NOW, shown_as="care.docx")
    return read_document_bytes(copy.content, shown_as="care.docx").text, copy.plan.held


@pytest.mark.parametrize(
    "lines",
    [
        "Ada Holt Lead Tutor DSL 01632 960101",
        "Ada Holt – Director of Therapies and DSL",
        "Ada Holt\nLead Tutor\nDSL\nBen Lowe\nAssistant Headteacher\nDeputy DSL",
        "Deputy Head & DSL\nAda Holt\n01632 960101",
        "Role:\nDSL\nName:\nAda Holt\nPosition:\nSENCO",
        "Name\nAda Holt\nBen Lowe\nRole\nDeputy Head, DSL\nSENCO, Deputy DSL",
        "Our safeguarding team: Ada Holt Lead Tutor DSL Ben Lowe Year Leader Deputy DSL",
        "Safeguarding: Ada Holt (Bursar)",
    ],
)
def test_a_copy_waits_where_another_post_is_told_with_the_role(lines: str) -> None:
    words, held = copy_of(lines)
    assert held is not None
    assert "Jo Hill" not in words


@pytest.mark.parametrize(
    "lines",
    [
        "DSL: Ada Holt, Playleader",
        "DSL: Ada Holt (Registrar)",
        "Ada Holt, DSL and Registrar",
        "Ada Holt (DSL, Registrar)",
        "Ada Holt is our DSL and registrar.",
        "Registrar and DSL: Ada Holt",
        "KW/DSL: Ada Holt",
    ],
)
def test_nobody_is_put_beside_a_post_that_is_joined_with_the_role(lines: str) -> None:
    words, held = copy_of(lines)
    assert held is not None
    assert "Jo Hill" not in words


@pytest.mark.parametrize("row", [("Ada Holt", "DSL and Registrar"), ("Registrar and DSL", "Ada Holt")])
def test_nobody_is_put_in_the_row_of_a_post_that_is_joined_with_the_role(row: tuple[str, ...]) -> None:
    words, held = table_of(*row)
    assert held is not None
    assert "Jo Hill" not in words


@pytest.mark.parametrize(
    "lines", ["Ada Holt is the DSL and must be told.", "SLT and DSL: Ada Holt", "DSL: Ada Holt, Main Office"]
)
def test_other_words_joined_with_the_role_hold_nothing(lines: str) -> None:
    words, held = copy_of(lines)
    assert held is None
    assert "Jo Hill" in words


LABELLED = ["SENCO", "Assistant Headteacher", "Online safety lead", "Designated Teacher"]
"""Posts that label a row in which the name alone tells of the role."""


@pytest.mark.parametrize("words", ["Ada Holt (DSL)", "Ada Holt, DSL"])
@pytest.mark.parametrize("label", LABELLED)
def test_a_row_of_another_post_is_not_given_to_whoever_follows_as_lead(label: str, words: str) -> None:
    text, held = table_of(label, words)
    assert held is not None
    assert "Jo Hill" not in text


@pytest.mark.parametrize("label", ["DSL", "SENCO and DSL", "Complaints", "First aid"])
def test_a_row_of_the_role_or_of_a_task_is_given_to_whoever_follows(label: str) -> None:
    text, held = table_of(label, "Ada Holt (DSL)")
    assert held is None
    assert "Jo Hill (DSL)" in text


@pytest.mark.parametrize(
    ("lines", "now"),
    [
        ("Ada Holt DSL\nBen Lowe Deputy DSL", "Jo Hill DSL\nTom Fox Deputy DSL"),
        ("Ada Holt – School DSL", "Jo Hill – School DSL"),
        ("DSL ........ Ada Holt", "DSL ........ Jo Hill"),
    ],
)
def test_a_list_of_nothing_but_names_and_roles_is_renewed(lines: str, now: str) -> None:
    assert copy_of(lines) == (f"Care Policy\n{now}", None)
