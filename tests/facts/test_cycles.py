"""How often a policy is reviewed, in words: of the policy and not of what it speaks of."""

import pytest

from pipeline.facts.reading import extract_facts
from pipeline.model.facts import Facts, FactStatus
from tests.evaluate import document_from_text


def _facts(text: str) -> Facts:
    return extract_facts(document_from_text(f"Elm Pre-School\nMedicines Policy\n{text}"))


@pytest.mark.parametrize(
    ("text", "months"),
    [
        ("This policy will be reviewed\nannually to ensure that it is up to date.", 12),
        ("We keep records safe. The policy is\nreviewed every two years.", 24),
        ("Frequency of review\t2 yearly", 24),
        ("The child's care plan is reviewed every six months or more.\nThis policy is reviewed annually.", 12),
        ("This policy asks that consent is updated every six months.\nThis policy is reviewed annually.", 12),
        ("Review frequency Annual", 12),
        ("Review cycle (years): 2", 24),
        ("Review Period (Months)\t18", 18),
        ("Review cycle Annual", 12),
        ("The school monitors it. It must be reviewed annually, and the head keeps it.", 12),
        ("We will look at this policy again every two years or when the law changes.", 24),
        ("Review takes place every three years, or sooner if the law changes.", 36),
        ("Reviewed: Autumn 2025 by Ada Holt. Reviewed every two years unless the law changes.", 24),
        ("I review my policies at least once a year.", 12),
        ("The committee looks at this policy annually.", 12),
        ("The committee is looking at this policy annually.", 12),
        ("September 2024. Owner: Ada Holt. To be reviewed annually.", 12),
        ("These guidelines are updated annually.", 12),
        ("The board undertakes an annual review of this policy and of how it is carried out.", 12),
        ("Our policy and the way in which it works will be reviewed every year.", 12),
    ],
)
def test_the_policys_own_rhythm_is_read(text: str, months: int) -> None:
    assert _facts(text).review_cycle_months == months


@pytest.mark.parametrize(
    "text",
    [
        "The support plan is reviewed every six months.",
        "This policy asks that consent is updated every six months.",
        "Version\tDate\tChanges\n1.0\tMay 2025\tFirst version\n1.1\tMay 2026\tAnnual review",
        "The national guidelines are updated annually.",
        "We look at these books again every two years.",
        "Plans are kept in the office. Reviewed every two years, they go home.",
        "The annual review of the plan is in May.",
        "The policy lists the plans.\nChildren are seen annually.",
    ],
)
def test_rhythms_of_plans_and_rows_of_versions_are_not_the_policys(text: str) -> None:
    assert _facts(text).review_cycle_months is None


def test_bi_annually_is_asked_about() -> None:
    facts = _facts("Review cycle: bi-annually")
    assert facts.review_cycle_months is None
    assert facts.evidence["review_cycle_months"].status is FactStatus.AMBIGUOUS
