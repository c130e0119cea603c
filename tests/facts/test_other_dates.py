"""Dates, people and numbers in the body of a policy that are not the policy's own."""

from typing import Any

import pytest

from pipeline.facts.reading import extract_facts
from tests.evaluate import document_from_text

HEADER = (
    "Thornfield School\nHomework Policy\nApproved: May 2020\nNext review: May 2027\n\nIntroduction\nText of homework."
)
NOT_THE_POLICYS: list[tuple[str, dict[str, Any]]] = [
    (
        "Person responsible\tAction\tReview date\nMrs A Holt\tBuy ramp\tMay 2026\nMr B Marsh\tPaint lines\tJuly 2026",
        {"last_review": None, "owner": None},
    ),
    (
        "Action\tLead\tTimescale\tReview\nBuy ramp\tMrs A Holt\tMay 2026\tJuly 2026",
        {"last_review": None, "owner": None},
    ),
    ("Target\tPerson responsible\tTimescale\tSuccess criteria\nRamp\tMrs Holt\tAutumn 2025\tUsed", {"owner": None}),
    ("Risk assessment review date: May 2026", {"last_review": None}),
    ("School Lead\nMrs A Holt", {"owner": None}),
    ("Issue: 3 pupils were late", {"version": None}),
    ("Release: 2.15pm", {"version": None}),
    ("Frequency\tWeekly", {"review_cycle_months": None}),
    ("Safeguarding Link Governor: Mrs C Dale", {"owner": None, "approved_by": None}),
    ("Date of approval of visit: 12 May 2025", {}),
    ("We follow the Procedures for All Schools (revised 2023) and the Act.", {"last_review": None}),
    ("Headteacher approval of leave\nSigned: ____ Date: ____", {"approved_by": None}),
]


@pytest.mark.parametrize(("text", "expected"), NOT_THE_POLICYS)
def test_body_of_a_policy_changes_no_fact_of_its_header(text: str, expected: dict[str, Any]) -> None:
    facts = extract_facts(document_from_text(f"{HEADER}\n{text}"))
    assert facts.approved_on is not None
    assert facts.next_review is not None
    assert (facts.approved_on.date.value, facts.next_review.date.value) == ("2020-05", "2027-05")
    assert {name: getattr(facts, name) for name in expected} == expected


def test_committee_named_resources_heads_no_plan() -> None:
    facts = extract_facts(document_from_text("Homework Policy\nCommittee\tResources\tNext review\tMay 2027"))
    assert facts.approved_by == "Resources"


BROKEN: list[tuple[str, tuple[str | None, str | None, str | None]]] = [
    ("This policy is due to be\nreviewed in May 2026.", (None, None, "2026-05")),
    ("It will be\nreviewed in the Summer term 2027 unless the law changes.", (None, None, "2027-summer")),
    ("It will be\napproved by the governors in May 2026.", (None, None, None)),
    ("It has been\nreviewed in May 2024.", (None, "2024-05", None)),
    ("Last reviewed: September\n2024", (None, "2024-09", None)),
    ("Last reviewed | SUMMER TERM\n2024\nNext review | May\n2026", (None, "2024-summer", "2026-05")),
    ("It was reviewed in May\n2024 and will be reviewed again in May\n2026.", (None, "2024-05", "2026-05")),
    ("Approved by the Board on 12\nMay 2024", ("2024-05-12", None, None)),
    ("Date of next review: 12th\nMay 2026", (None, None, "2026-05-12")),
    ("Approved by the Board: Version 2\nMay 2024", (None, None, None)),
    ("Approved: May\n2024-2026", (None, None, None)),
]


@pytest.mark.parametrize(("text", "expected"), BROKEN)
def test_a_date_or_promise_broken_over_two_lines_is_read_whole(
    text: str, expected: tuple[str | None, str | None, str | None]
) -> None:
    facts = extract_facts(document_from_text(f"Homework Policy\n{text}"))
    dates = (facts.approved_on, facts.last_review, facts.next_review)
    assert tuple(fact.date.value if fact else None for fact in dates) == expected
