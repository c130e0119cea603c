"""Addresses and numbers that a narrow cell of a PDF breaks over two lines."""

import pytest

from pipeline.facts.reading import extract_facts
from tests.evaluate import document_from_text

Details = tuple[str | None, str | None]


def details(text: str) -> Details:
    facts = extract_facts(document_from_text(f"Child Protection Policy\n{text}\nStaff report every concern."))
    (contact,) = (each for each in facts.contacts if each.role == "dsl")
    return contact.phone, contact.email


BROKEN: list[tuple[str, Details]] = [
    ("DSL\tAda Holt\tlead@elm.example.o\nrg", (None, "lead@elm.example.org")),
    ("DSL\tAda Holt\tlead@elm.example.\norg", (None, "lead@elm.example.org")),
    ("DSL\tAda Holt\tlead@elm.example.sch\n.uk", (None, "lead@elm.example.sch.uk")),
    ("DSL\tAda Holt\tlead@elm.example.sc h.uk", (None, "lead@elm.example.sch.uk")),
    ("DSL\tAda Holt\tada.holt\n@elm.example.org", (None, "ada.holt@elm.example.org")),
    ("DSL\tAda Holt\t01632 960101\tlead@elm.exampl\ne.org", ("01632 960101", "lead@elm.example.org")),
    ("Designated\tAda Holt\tlead@elm.e\nSafeguarding Lead\txample.org", (None, "lead@elm.example.org")),
    ("DSL\tAda Holt\t01632\n960101", ("01632 960101", None)),
    ("The DSL is Ada Holt, dsl@elm.example.co.uk. The manager stands in.", (None, "dsl@elm.example.co.uk")),
    ("The DSL is Ada Holt, dsl@elm.example.co.uk.The manager stands in.", (None, "dsl@elm.example.co.uk")),
]


@pytest.mark.parametrize(("text", "expected"), BROKEN)
def test_a_broken_detail_is_whole_again(text: str, expected: Details) -> None:
    assert details(text) == expected


WHOLE: list[tuple[str, Details]] = [
    ("DSL\tAda Holt\tlead@elm.example.org\nuk", (None, "lead@elm.example.org")),
    ("DSL\tAda Holt\tHolt@Elm.Example.Org", (None, "Holt@Elm.Example.Org")),
    ("DSL\tAda Holt\tlead@elm.example.org\nor ring", (None, "lead@elm.example.org")),
    ("DSL\tAda Holt\tlead@elm.example.org\nwww.example.org", (None, "lead@elm.example.org")),
    ("DSL\tAda Holt\t01632 960101\n12", ("01632 960101", None)),
    ("DSL\tAda Holt\t01632 960101\n07700 900101", ("01632 960101", None)),
]


@pytest.mark.parametrize(("text", "expected"), WHOLE)
def test_whole_details_take_nothing_from_the_next_line(text: str, expected: Details) -> None:
    assert details(text) == expected
