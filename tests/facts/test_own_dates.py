"""Dates a document gives itself are set aside; a date of a rule is not, however short the rule."""

import pytest

from pipeline.facts.own_dates import without_own_dates
from pipeline.facts.reading import extract_facts
from tests.evaluate import document_from_text


@pytest.mark.parametrize(
    ("line", "bare"),
    [
        ("Date of last review: August 2025", "Date of last review:"),
        ("Agreed by Governors – May 2025", "Agreed by Governors –"),
        ("Reviewed annually, next due September 2026", "Reviewed annually, next due"),
        ("Version 2.1, September 2025", "Version,"),
        ("Version No: 3", "Version"),
        ("Child Protection Policy 2025-26 v2.1", "Child Protection Policy"),
        ("September 2025 Annual review J Smith", "Annual review J Smith"),
        ("To be reviewed before September 2026", "To be reviewed before"),
        ("This policy will be reviewed in September 2026.", "This policy will be reviewed in ."),
        ("The governors approved this policy on 3 May 2025", "The governors approved this policy on"),
    ],
)
def test_a_line_of_the_header_block_or_footer_loses_its_dates_and_its_version(line: str, bare: str) -> None:
    assert without_own_dates(line) == bare


def test_a_long_sentence_of_a_policy_on_itself_loses_its_dates_and_its_neighbours_keep_theirs() -> None:
    rule = "Phones are handed in from 1 September 2025 until the end of the term."
    itself = (
        "This policy was approved by the Full Governing Body of Westhaven Primary School on {} and is reviewed in {}."
    )
    assert without_own_dates(
        f"{rule} {itself.format('3 May 2025', 'May 2026')}"
    ) == f"{rule} {itself.format('', '')}".replace("  ", " ")


@pytest.mark.parametrize(
    "rule",
    [
        "Risk assessments must be reviewed by 1 September 2025.",
        "Reviews of placements take place before 1 October 2025",
        "Visitor badges issued before 1 September 2024 are not valid.",
        "Training is updated on 3 September 2025",
        "Review date: must be before 1 May 2026",
        "All plans under this policy must be reviewed by 1 March 2026",
        "Staff handbook must be signed by 3 May 2026.",
        "Issue 3 pupils with a badge; version 2 is not valid.",
    ],
)
def test_a_rule_keeps_its_date(rule: str) -> None:
    assert without_own_dates(rule) == rule


def test_the_edition_of_somebody_elses_text_in_a_bracket_is_no_review_of_the_policy() -> None:
    text = (
        "Child Protection Policy\nIn Ireland schools must follow the Child Protection Procedures for Primary and Post "
        "Primary Schools (revised 2023), which can be had from the office at any time that anybody asks for them there."
    )
    assert extract_facts(document_from_text(text)).last_review is None
