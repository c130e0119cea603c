"""Facts go to JSON and come back the same."""

import json

from hypothesis import given

from pipeline.facts.as_json import facts_from_json, facts_to_json
from pipeline.model.facts import Evidence, Facts, FactStatus, Problem
from pipeline.places import read_place
from tests.any_facts import FACTS


@given(FACTS)
def test_facts_survive_the_way_to_json_and_back(facts: Facts) -> None:
    assert facts_from_json(json.loads(json.dumps(facts_to_json(facts)))) == facts


def test_every_key_is_present_when_nothing_was_found() -> None:
    assert facts_to_json(Facts()) == {
        "title": None,
        "school": None,
        "approved_on": None,
        "approved_by": None,
        "last_review": None,
        "next_review": None,
        "review_cycle_months": None,
        "owner": None,
        "version": None,
        "contacts": [],
        "linked_policies": [],
        "evidence": {},
        "problems": [],
        "promises": [],
        "guidance": [],
    }


def test_blank_evidence_has_no_confidence_key() -> None:
    facts = Facts(evidence={"approved_on": Evidence(FactStatus.BLANK, "Approved:", read_place("paragraph 3"))})
    assert facts_to_json(facts)["evidence"] == {
        "approved_on": {"status": "blank", "text": "Approved:", "where": "paragraph 3"}
    }


def test_facts_kept_before_promises_and_guidance_were_read_are_still_read() -> None:
    earlier = facts_to_json(Facts(title="Behaviour Policy", problems=(Problem("review-late", "It is late."),)))
    del earlier["promises"], earlier["guidance"]
    earlier["evidence"] = {"title": {"status": "blank", "text": None, "where": None, "confidence": None}}
    assert facts_from_json(earlier) == Facts(
        title="Behaviour Policy",
        problems=(Problem("review-late", "It is late."),),
        evidence={"title": Evidence(FactStatus.BLANK)},
    )
