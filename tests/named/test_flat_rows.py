"""Contact tables whose rows a PDF runs together: where they are parted, and where nobody is named by them."""

import pytest

from pipeline.facts.reading import extract_facts
from pipeline.named.contacts import find_contacts
from pipeline.text.lines import list_lines
from tests.evaluate import document_from_text


def named(text: str, own: str | None = None) -> list[tuple[str, str]]:
    lines = list_lines(document_from_text(f"Safeguarding Policy\n{text}\nThe end."))
    return [
        (each.contact.role, each.contact.name or "")
        for each in find_contacts(lines, own=own)
        if each.contact.role in {"dsl", "deputy-dsl"}
    ]


@pytest.mark.parametrize(
    "text",
    [
        "Chair of Governors DSL\nAda Holt",
        "DSL Deputy DSL\nZzyx Holt Qoph Lowe",
        "Link governors\nSafeguarding: Ada Holt\nSEND: Ben Lowe",
        "Safeguarding training: Ada Holt",
        "Ada Holt\nSENCO\nThe DSL is told.",
        "Name\nAda Holt\nBen Lowe\nRole\nDSL",
    ],
)
def test_where_nobody_can_tell_whose_role_it_is_nobody_is_read(text: str) -> None:
    assert named(text) == []


@pytest.mark.parametrize(
    ("own", "text", "people"),
    [
        ("Moorland Judo Club", "The club’s Safeguarding Officer is Ada Holt.", [("dsl", "Ada Holt")]),
        ("Moorland Judo Club", "Club Welfare Officer: Ada Holt", [("dsl", "Ada Holt")]),
        ("Moorland Judo Club", "The agency’s Safeguarding Officer is Ada Holt.", []),
        ("Moorland School", "The club’s Safeguarding Officer is Ada Holt.", []),
        ("Moorland School", "Welfare Officer: Ada Holt", []),
        ("Moorland School", "The DSL at Thornfield School is Ada Holt.", []),
        ("Moorland School", "The DSL at Moorland Primary School is Ada Holt.", [("dsl", "Ada Holt")]),
        ("Moorland Trust", "The DSL at Thornfield School is Ada Holt.", [("dsl", "Ada Holt")]),
        (None, "The DSL at Thornfield School is Ada Holt.", [("dsl", "Ada Holt")]),
    ],
)
def test_whose_lead_it_is_depends_on_whose_document_it_is(own: str, text: str, people: list[tuple[str, str]]) -> None:
    assert named(text, own) == people


@pytest.mark.parametrize(
    ("text", "people"),
    [
        ("DSL: Ada Holt\nThe DSL is Mrs Holt.", ["Ada Holt"]),
        ("DSL: A. Holt\nThe DSL is Ada Holt.", ["Ada Holt"]),
        ("DSL: Ada Holt\nDSL: B. Holt", ["Ada Holt", "B. Holt"]),
        ("DSLs: Ada Holt and Amy Holt\nThe DSL is Mrs Holt.", ["Ada Holt", "Amy Holt", "Holt"]),
    ],
)
def test_a_name_in_short_is_the_one_person_of_the_role_who_is_called_so(text: str, people: list[str]) -> None:
    assert [name for _, name in named(text)] == people


def test_whoever_leads_only_while_the_lead_is_away_is_a_deputy() -> None:
    told = "Ada Holt has lead responsibility for safeguarding. When she is off site, Ben Lowe acts as DSL."
    assert named(told) == [("dsl", "Ada Holt"), ("deputy-dsl", "Ben Lowe")]
    assert named("The DSL is Ada Holt. It must never be delegated to Ben Lowe.") == [("dsl", "Ada Holt")]


def test_annual_review_is_a_rhythm_on_the_cover_and_none_over_a_part_of_the_text() -> None:
    cover = "Homework Policy\nHillside Primary School\nAnnual Review\nWe want all in school."
    part = "SEND Policy\nHillside Primary School\nWe want all in school.\n5. Annual Review\nParents are asked."
    read = [extract_facts(document_from_text(each)).review_cycle_months for each in (cover, part)]
    assert read == [12, None]
