"""Titles in file properties, and names of files, held against the text."""

import pytest

from pipeline.facts.reading import extract_facts
from pipeline.findings.file_names import file_name_problems, inherited_title_problems
from pipeline.text.lines import list_lines
from tests.evaluate import document_from_text

TEXT = (
    "Westhaven Infant School\nMathematics Policy\nLast reviewed: October 2025\nNext review: October 2026\n"
    "We joined with Barnet Lane Primary School in 2019.\n"
)


def inherited(title: str, text: str = TEXT) -> list[str]:
    document = document_from_text(text)
    facts = extract_facts(document)
    return [each.message for each in inherited_title_problems({"title": title}, list_lines(document), facts)]


def misnamed(path: str, text: str = TEXT) -> list[str]:
    return [each.message for each in file_name_problems(path, extract_facts(document_from_text(text)))]


def test_another_schools_title_in_the_properties_is_told() -> None:
    (message,) = inherited("Microsoft Word - Margaret Stancomb Nursery School.doc")
    assert "“Margaret Stancomb Nursery School”, which is another school's" in message


def test_another_policys_title_in_the_properties_is_told() -> None:
    (message,) = inherited("ANTI-BULLYING POLICY")
    assert "another policy's" in message
    (message,) = inherited("Complaints Policy", TEXT.replace("Mathematics", "Behaviour"))
    assert "another policy's" in message


@pytest.mark.parametrize(
    "title",
    [
        "",
        "Mathematics Policy",
        "Draft Mathematics Policy - February 1999",
        "Westhaven School",
        "Barnet Lane Primary School",
        "Policy",
        "Our school day",
        "Maths Policies and Mathematics",
    ],
)
def test_its_own_title_a_school_it_names_and_plain_words_are_no_finding(title: str) -> None:
    assert inherited(title) == []


def test_an_abbreviation_of_the_title_is_its_own() -> None:
    assert (
        inherited("EVC Procedures", TEXT.replace("Mathematics Policy", "Educational Visits Coordination Policy")) == []
    )


def test_a_text_without_title_or_school_is_held_against_nothing() -> None:
    assert inherited("Margaret Stancomb Nursery School", "nothing here says what it is\n") == []


@pytest.mark.parametrize("name", ["Behaviour Policy.docx", "old/Behaviour_Policy_2025 (1).docx"])
def test_a_file_named_after_another_policy_is_told(name: str) -> None:
    (message,) = misnamed(name, TEXT.replace("Mathematics", "Complaints"))
    assert "headed “Complaints Policy”" in message


def test_a_file_named_after_a_year_no_date_is_near_is_told() -> None:
    (message,) = misnamed("Mathematics Policy Feb 2021.docx")
    assert "the text says “October 2025” (line 3)" in message


@pytest.mark.parametrize(
    "name",
    [
        "Mathematics Policy 2025.docx",
        "Mathematics Policy Sept 2026.docx",
        "Mathematics Policy 2024-25.docx",
        "maths.pdf",
        "20150601~Year 5 Fun Day.docx",
        "Word - Mathematics Policy (1).docx",
    ],
)
def test_a_name_that_fits_or_says_nothing_is_no_finding(name: str) -> None:
    assert misnamed(name) == []


def test_a_year_in_the_title_itself_may_stand_in_the_name() -> None:
    text = "Westhaven School\nMathematics Policy 2019\nNext review: October 2026\n"
    assert misnamed("Mathematics Policy 2019.docx", text) == []


def test_a_text_without_dates_contradicts_no_name() -> None:
    assert misnamed("Mathematics Policy 2012.docx", "Westhaven School\nMathematics Policy\n") == []
