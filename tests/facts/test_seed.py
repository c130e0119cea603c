"""The school's own policy, in its three forms, comes out right in every fact."""

from pathlib import Path

import pytest

from pipeline.documents import read_document
from pipeline.facts.as_json import facts_to_json
from pipeline.facts.reading import extract_facts
from pipeline.model.facts import Facts

SEED = Path(__file__).resolve().parents[3] / "shared" / "seed"
pytestmark = pytest.mark.skipif(not SEED.is_dir(), reason="needs the seed beside the repository (../shared/seed)")


@pytest.fixture(scope="module", params=["docx", "pdf", "txt"])
def facts(request: pytest.FixtureRequest) -> Facts:
    return extract_facts(read_document(SEED / f"confidentiality-policy.{request.param}"))


def test_every_fact_of_the_seed_is_right(facts: Facts) -> None:
    stored = facts_to_json(facts)
    assert stored["title"] == "Confidentiality Policy"
    assert stored["school"] == "West Park School"
    assert stored["approved_on"] is None
    assert stored["approved_by"] == "Governors"
    assert (stored["last_review"]["value"], stored["last_review"]["precision"]) == ("2024-08", "month")
    assert stored["last_review"]["text"] == "August 2024"
    assert (stored["next_review"]["value"], stored["next_review"]["precision"]) == ("2025-08", "month")
    assert stored["review_cycle_months"] is None
    assert stored["owner"] == "Safeguarding Lead"
    assert stored["version"] is None
    assert stored["contacts"] == [
        {
            "role": "dsl",
            "name": "Deborah Sheffield",
            "phone": "01332 662337",
            "email": "Deborah.Sheffield@westpark.derby.sch.uk",
        }
    ]
    assert stored["linked_policies"] == [
        "Safeguarding", "PSHE", "Sex and Relationships", "Drug Education", "Anti Bullying",
    ]  # fmt: skip


def test_blank_approval_of_the_seed_is_evidence_and_a_problem(facts: Facts) -> None:
    blank = facts.evidence["approved_on"]
    assert (blank.status, blank.text) == ("blank", "Date approved by Governors:")
    assert [problem.code for problem in facts.problems] == ["approval-blank"]


def test_facts_of_the_seed_are_sure(facts: Facts) -> None:
    confident = [
        facts.evidence[name].confidence for name in ("last_review", "next_review", "owner", "title", "contacts")
    ]
    assert all(value is not None and value >= 0.9 for value in confident)


def test_places_of_the_seed_are_the_paragraphs_a_reader_counts() -> None:
    facts = extract_facts(read_document(SEED / "confidentiality-policy.docx"))
    places = [str(facts.evidence[name].where) for name in ("approved_on", "owner", "last_review", "next_review")]
    assert places == ["paragraph 3", "paragraph 4", "paragraph 5", "paragraph 6"]
