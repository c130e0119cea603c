"""What the catalogue expects of a policy: how often it is reviewed, who approves it, which ones there must be."""

from datetime import date
from pathlib import Path

import pytest

from pipeline.catalogue.duties import FEWEST_POLICIES, missing_entries
from pipeline.catalogue.policies import CatalogueEntry, find_entry, load_catalogue
from pipeline.catalogue.reading_rules import reading_rule
from pipeline.config import parse_config
from pipeline.configuration.reading import ReadingSection
from pipeline.facts.reading import extract_facts
from pipeline.findings.expectations import ahead_problems, approver_problems, cycle_problems
from pipeline.model.dates import PartialDate, Precision
from pipeline.model.facts import Facts, Problem
from pipeline.model.policies import ReadingRule
from pipeline.text.sameness import may_be_same_day, same_words
from tests.evaluate import document_from_text

TODAY = date(2026, 11, 24)


def entry(slug: str) -> CatalogueEntry:
    found = find_entry(slug)
    assert found is not None
    return found


def facts(text: str) -> Facts:
    return extract_facts(document_from_text("Westhaven School\nSome Policy\n" + text))


def cycle(slug: str, text: str) -> list[Problem]:
    read = facts(text)
    return list(cycle_problems(entry(slug), read, read.last_review or read.approved_on, read.next_review))


def test_a_yearly_duty_with_a_longer_stated_cycle_is_told_as_a_must() -> None:
    (problem,) = cycle("child-protection", "This policy is reviewed every two years.")
    assert "every two years" in problem.message
    assert "(line 3)" in problem.message
    assert "It must be reviewed every year" in problem.message
    assert not problem.minor


def test_a_longer_gap_between_the_dates_than_advised_is_minor() -> None:
    (problem,) = cycle("complaints", "Last reviewed: March 2024\nNext review: March 2027")
    assert "From “March 2024” (line 3) to “March 2027” are 36 months" in problem.message
    assert "The advice is to review it every year" in problem.message
    assert problem.minor


def test_a_three_year_plan_after_four_years_is_told_in_months() -> None:
    (problem,) = cycle("accessibility-plan", "Last reviewed: March 2022\nNext review: March 2026")
    assert "at least every 36 months" in problem.message


@pytest.mark.parametrize(
    ("slug", "text"),
    [
        ("child-protection", "Last reviewed: 10 September 2025\nNext review: 30 September 2026"),
        ("child-protection", "Last reviewed: September 2025\nNext review: Autumn term 2026"),
        ("complaints", "Last reviewed: September 2025\nNext review: October 2026"),
        ("pshe", "This policy is reviewed every five years."),
        ("single-central-record", "This record is reviewed every two years."),
        ("child-protection", "Next review: September 2026"),
        ("child-protection", "Last reviewed: September 2025"),
        ("accessibility-plan", "Last reviewed: September 2023\nNext review: September 2026"),
    ],
)
def test_reviews_within_the_rule_and_policies_without_one_are_no_finding(slug: str, text: str) -> None:
    assert cycle(slug, text) == []


def approver(slug: str, text: str, recorded: str | None = None) -> list[str]:
    return [problem.message for problem in approver_problems(entry(slug), facts(text), recorded)]


@pytest.mark.parametrize("body", ["Curriculum Committee", "Headteacher", "Senior Leadership Team"])
def test_somebody_less_than_the_full_board_is_told_where_the_board_must_approve(body: str) -> None:
    (message,) = approver("child-protection", f"Approved by: {body}")
    assert f"“{body}”" in message
    assert "full governing body" in message


def test_a_recorded_approval_counts_before_the_documents_words() -> None:
    assert approver("child-protection", "Approved by: Headteacher", "Full Governing Body") == []
    (message,) = approver("child-protection", "Approved by: Governing Body", "Resources Committee")
    assert "“Resources Committee”." in message


@pytest.mark.parametrize(
    ("slug", "text"),
    [
        ("child-protection", "Approved by: Full Governing Body"),
        ("child-protection", "Approved by: Governors"),
        ("child-protection", "Approved by: Headteacher and Governing Body"),
        ("child-protection", "Approved by: Management Committee"),
        ("child-protection", "Approved by: the governing body and its Standards Committee"),
        ("behaviour", "Approved by: Headteacher"),
        ("child-protection", "Approved by:"),
    ],
)
def test_the_board_itself_and_delegated_policies_are_no_finding(slug: str, text: str) -> None:
    assert approver(slug, text) == []


def test_the_policies_that_must_be_there_are_named_once_a_folder_is_a_schools() -> None:
    present = ["child-protection", "behaviour", "equality-objectives", None, "pshe"]
    missing = [each.slug for each in missing_entries(present, policies=5, today=TODAY)]
    assert "complaints" in missing
    assert not {"child-protection", "behaviour", "equality-information"} & set(missing)
    assert missing_entries(present, policies=FEWEST_POLICIES - 1, today=TODAY) == ()
    assert missing_entries([each.slug for each in load_catalogue()], policies=80, today=TODAY) == ()
    assert len(missing_entries([], policies=9, today=TODAY)) == 20
    assert {"mobile-phones", "premises-management", "privacy-notices"} <= set(missing)
    assert not {"uniform", "whistleblowing"} & set(missing), "not every school must have them"
    assert "mobile-phones" not in [
        each.slug for each in missing_entries(present, policies=5, today=date(2026, 6, 28))
    ], "the duty began on 29 June 2026"


def rule(slug: str, toml: str = "") -> ReadingRule:
    reading: ReadingSection = parse_config(toml, root=Path()).reading
    return reading_rule(slug, find_entry(slug), reading)


def test_the_schools_lists_decide_before_the_catalogue() -> None:
    assert rule("child-protection") is ReadingRule.SIGN
    assert rule("lettings") is ReadingRule.FIND
    assert rule("child-protection", '[reading]\nread = ["child-protection"]\n') is ReadingRule.READ
    assert rule("child-protection", '[reading]\nfind = ["child-protection"]\n') is ReadingRule.FIND
    assert rule("lettings", '[reading]\ndefault = "read"\n') is ReadingRule.READ
    assert rule("lettings", '[reading]\nsign = ["lettings"]\n') is ReadingRule.SIGN


def test_dates_of_different_precision_may_be_one_day() -> None:
    august = PartialDate("2025-08", Precision.MONTH)
    assert may_be_same_day(august, PartialDate("2025-08-31", Precision.DAY))
    assert not may_be_same_day(august, PartialDate("2025-09-01", Precision.DAY))


def test_words_are_the_same_whatever_the_lay_out() -> None:
    text = "Halls are left clean by everybody who hires them for an evening. " * 10
    assert same_words(text, "Page 1\n" + text.replace(" ", "\n").upper())
    assert not same_words(text, text.replace("clean", "dirty").replace("evening", "hour"))
    assert not same_words("", "")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Approved: 5 May 2062\nNext review: May 2063", "The approval “5 May 2062” (line 3) is still to come"),
        ("Last reviewed: December 2026\nNext review: May 2028", "The last review “December 2026” (line 3) is still"),
    ],
)
def test_approval_or_last_review_after_today_is_told(text: str, words: str) -> None:
    (problem,) = ahead_problems(facts(text), date(2026, 11, 24))
    assert problem.code == "date-ahead"
    assert words in problem.message


def test_month_or_year_that_has_begun_is_not_still_to_come() -> None:
    text = "Approved: November 2026\nLast reviewed: 2026-27\nNext review: May 2028"
    assert not list(ahead_problems(facts(text), date(2026, 11, 24)))
