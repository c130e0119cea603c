"""A form whose line ends were lost is read like the same form in lines, or not at all where it cannot be told."""

import random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.facts.labelled.running import part_running
from pipeline.facts.reading import extract_facts
from pipeline.model import DateFact, Facts, FactStatus
from pipeline.text.lines import list_lines
from tests.evaluate import document_from_text
from tests.facts.test_variants import BODIES, LABELS, OWNERS

PROSE = (
    "1. Aims Every pupil is known by name here. Nobody is left waiting at the gate when the bell has gone. "
    "The staff talk to families first and write to them afterwards. What was agreed is kept in one place. "
)


def running(form: str) -> Facts:
    return extract_facts(document_from_text(f"Lone Working Policy {form} {PROSE * 3}"))


def value(facts: Facts, field: str) -> Any:
    found = getattr(facts, field)
    return found.date.value if isinstance(found, DateFact) else found


def stated(facts: Facts, field: str) -> str | None:
    """Return the words of a date."""
    return facts.evidence[field].text if facts.evidence[field].status is FactStatus.FOUND else None


def test_a_value_ends_where_the_next_label_begins() -> None:
    facts = running(
        "Policy owner: Estates Manager Date of last review March 2025 Approval: Trust Board Next review: March 2027"
    )
    assert (facts.owner, facts.approved_by) == ("Estates Manager", "Trust Board")
    assert (stated(facts, "last_review"), stated(facts, "next_review")) == ("March 2025", "March 2027")


def test_the_last_value_ends_before_a_heading_in_capitals() -> None:
    facts = running("Review cycle Two years Author/Owner Premises Team ADVICE FOR STAFF WHO STAY LATE ALONE")
    assert (facts.owner, facts.review_cycle_months) == ("Premises Team", 24)


def test_the_title_lends_its_last_word_to_no_label() -> None:
    facts = running("Written by Mrs A Holt Date written May 2025 Adopted date: June 2025")
    assert (facts.owner, stated(facts, "approved_on")) == ("Mrs A Holt", "June 2025")


def test_a_version_ends_with_its_number() -> None:
    assert running("Reviewed: May 2025 Owner: Headteacher Version: 7.2 Holt Lane, Wokeford").version == "7.2"


def test_labels_before_their_values_take_what_only_they_can_take() -> None:
    facts = running("Responsible officer: Reviewed: Facilities Manager October 2025")
    assert (facts.owner, stated(facts, "last_review")) == ("Facilities Manager", "October 2025")


def test_of_two_dates_that_may_change_places_none_is_taken() -> None:
    facts = running("Date approved: Last reviewed: Next review: May 2025 June 2026")
    assert (facts.approved_on, facts.last_review, facts.next_review) == (None, None, None)


def test_a_column_of_labels_beside_a_column_of_values_gives_what_is_certain() -> None:
    facts = extract_facts(
        document_from_text(
            "Lone Working Policy\n"
            "Last reviewed: Reviewed by: Shared with parents: Frequency of review: Next review: | June 2025 Ada Holt\n"
            "Annually June 2026 |\nStaff tell the office when they stay late."
        )
    )
    assert (facts.review_cycle_months, stated(facts, "next_review")) == (12, "June 2026")


def test_a_person_at_a_label_of_a_date_shows_that_values_stand_apart() -> None:
    facts = running("Author Link Governor Date Approved Ada Holt Ben Lowe Date of Next Review Approved by Whole Trust")
    assert (facts.owner, facts.approved_on) == (None, None)


def test_words_of_a_form_are_nobody_who_approves() -> None:
    facts = running("Written by Ada Holt Approved by: Date (Trust Board) Approved by: Consultation (if required)")
    assert facts.approved_by is None


def test_a_sentence_is_no_form() -> None:
    text = (
        "The review of each plan is led by the office. A plan that was approved in May 2025 is kept for a year. "
        "Owners of a plan write to families, and next reviews are set by the office at the end of a term. "
    )
    lines = list_lines(document_from_text(text * 3))
    assert part_running(lines) is lines


@settings(max_examples=60, deadline=None)
@given(st.integers(min_value=0, max_value=2**32))
def test_a_form_in_one_paragraph_is_read_as_in_lines(seed: int) -> None:
    """Nothing else is read than in lines: a value may be lost, another's words never come in its place."""
    pick = random.Random(seed)
    rows = {
        "approved_on": "May 2025",
        "next_review": "June 2027",
        "owner": pick.choice(OWNERS),
        "approved_by": pick.choice(BODIES),
    }
    form = [f"{pick.choice(LABELS[field].split('|'))}: {said}" for field, said in rows.items()]
    pick.shuffle(form)
    in_lines = extract_facts(document_from_text("\n".join(["Lone Working Policy", *form, PROSE])))
    flat = running(" ".join(form))
    for field in rows:
        assert value(flat, field) in {value(in_lines, field), None}, (form, field)


@pytest.mark.parametrize("joint", [" ", "  "])
def test_every_word_of_a_form_is_kept(joint: str) -> None:
    form = joint.join(("Adopted: May 2025", "Ada Holt", "Signed: Ben Lowe", "Review date: May 2026", PROSE * 3))
    lines = list_lines(document_from_text(form))
    kept = " ".join(line.text for line in part_running(lines))
    assert set(kept.replace("\t", " ").replace(":", " ").split()) == set(form.replace(":", " ").split())


@pytest.mark.parametrize("issuer", ["DfE", "DENI", "Department for Education"])
def test_a_department_approves_no_policy_of_a_school(issuer: str) -> None:
    text = f"Lone Working Policy\nApproved by: {issuer}\n{PROSE}"
    assert extract_facts(document_from_text(text)).approved_by is None
