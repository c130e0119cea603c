"""Facts go to JSON and come back the same."""

import json

from hypothesis import given
from hypothesis import strategies as st

from pipeline.lifecycle.facts_json import facts_from_json, facts_to_json
from pipeline.model import (
    FACT_FIELDS,
    CitedGuidance,
    Contact,
    DateFact,
    Evidence,
    Facts,
    FactStatus,
    PartialDate,
    Precision,
    Problem,
    Promise,
    PromiseKind,
)

TEXT = st.text(max_size=30)
MAYBE = st.none() | TEXT
SURE = st.floats(0, 1)
DATES = st.builds(DateFact, st.builds(PartialDate, TEXT, st.sampled_from(Precision)), TEXT, TEXT, SURE)
FACTS = st.builds(
    Facts,
    title=MAYBE,
    school=MAYBE,
    approved_on=st.none() | DATES,
    approved_by=MAYBE,
    last_review=st.none() | DATES,
    next_review=st.none() | DATES,
    review_cycle_months=st.none() | st.integers(1, 60),
    owner=MAYBE,
    version=MAYBE,
    contacts=st.lists(st.builds(Contact, TEXT, MAYBE, MAYBE, MAYBE), max_size=3).map(tuple),
    linked_policies=st.lists(TEXT, max_size=3).map(tuple),
    evidence=st.dictionaries(
        st.sampled_from(FACT_FIELDS), st.builds(Evidence, st.sampled_from(FactStatus), MAYBE, MAYBE, st.none() | SURE)
    ),
    problems=st.lists(st.builds(Problem, TEXT, TEXT, st.booleans()), max_size=3).map(tuple),
    promises=st.lists(st.builds(Promise, st.sampled_from(PromiseKind), TEXT, TEXT), max_size=2).map(tuple),
    guidance=st.lists(st.builds(CitedGuidance, TEXT, st.integers(1990, 2100), TEXT, TEXT), max_size=2).map(tuple),
)


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
    facts = Facts(evidence={"approved_on": Evidence(FactStatus.BLANK, "Approved:", "paragraph 3")})
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
