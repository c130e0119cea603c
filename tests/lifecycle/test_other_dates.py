"""Dates, people and numbers in the body of a policy that are not the policy's own."""

from typing import Any

import pytest

from pipeline.lifecycle.fields import extract_facts
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
