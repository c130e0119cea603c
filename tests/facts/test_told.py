"""The ways in which documents tell their dates, review cycle, owner, approver and version: each row of a table."""

from pathlib import Path

import pytest

from pipeline.facts.reading import extract_facts
from pipeline.model.facts import DateFact
from tests.evaluate import document_from_text

ROWS = Path(__file__).with_name("told.txt").read_text(encoding="utf-8").splitlines()
"""What is to be read, and the words; ¶ ends a line, ⇥ a column."""


@pytest.mark.parametrize("row", ROWS)
def test_what_a_document_says_of_itself_is_read_however_it_is_told(row: str) -> None:
    wanted, words = row.split(" ¦ ")
    told = words.replace(" ¶ ", "\n").replace(" ⇥ ", "\t")
    text = f"Attendance Policy\nHillside Primary School\n{told}\n1. Aims\nWe want every child to be in school."
    facts = extract_facts(document_from_text(text))
    for name, value in (each.split("=") for each in wanted.split("; ")):
        read = getattr(facts, name)
        assert str(read.date.value if isinstance(read, DateFact) else read) == value, name


@pytest.mark.parametrize(
    "line",
    [
        "Issue 3 March 2026",
        "V2 rockets",
        "Annually review the risk assessment.",
        "Review the training every two years.",
        "Each child’s plan has an annual review",
        "This care plan is reviewed every six months.",
        "We review the individual healthcare plan annually.",
        "Procedures are reviewed each year with the nurse.",
        "A review of the plan takes place each term.",
    ],
)
def test_what_only_looks_like_a_version_or_a_cycle_is_none(line: str) -> None:
    facts = extract_facts(
        document_from_text(f"Attendance Policy\nHillside Primary School\n{line}\nWe want all in school.")
    )
    assert (facts.version, facts.review_cycle_months) == (None, None)


def test_a_word_of_an_address_is_no_ordinary_word() -> None:
    text = "Safeguarding Policy\nOur DSLs are:\nElowen Guyson - elowen.guyson@hill.example.sch.uk\nBryony Shepley\nEnd"
    assert [each.name for each in extract_facts(document_from_text(text)).contacts] == [
        "Elowen Guyson",
        "Bryony Shepley",
    ]


@pytest.mark.parametrize("label", ["Safeguarding Leads", "Child Protection Leaders", "Safeguarding Officers"])
def test_all_below_a_label_of_several_leads_are_read(label: str) -> None:
    text = f"Safeguarding Policy\nDesignated {label} are\n• Mrs Reed – Head Teacher\n• Mrs Cole – Deputy Head Teacher\n"
    contacts = extract_facts(document_from_text(text)).contacts
    assert [each.name for each in contacts if each.role == "dsl"] == ["Reed", "Cole"]


@pytest.mark.parametrize(
    "line", ["Call: 01632 960312", "ISI Reference 7a", "Tel 01632 960312", "E-mail: office@hill.example.sch.uk"]
)
def test_how_to_reach_the_school_and_where_a_document_is_filed_is_no_title(line: str) -> None:
    facts = extract_facts(
        document_from_text(f"{line}\nSafeguarding\nAll staff keep children safe, whatever they do here.\n")
    )
    assert facts.title == "Safeguarding"
