"""What ``python -m tests.evaluate`` says of confidence: right values must be told from wrong ones."""

import pytest

from pipeline.facts.reading import extract_facts
from pipeline.model.facts import Facts, FactStatus
from tests.evaluate import Score, auc, document_from_text, print_quality


def test_auc_is_the_chance_that_the_right_value_was_stated_more_surely() -> None:
    assert auc([(0.9, True), (0.5, False)]) == 1.0
    assert auc([(0.5, True), (0.9, False)]) == 0.0
    assert auc([(0.9, True), (0.9, False), (0.8, True), (0.7, False)]) == 0.625
    assert auc([(0.9, True)]) is None


def test_wrong_values_and_the_share_of_sure_ones_are_printed_by_field(capsys: pytest.CaptureFixture[str]) -> None:
    owner, version = Score(), Score()
    for confidence, right in ((0.97, True), (0.97, False), (0.85, True)):
        owner.state(confidence, right=right)
    version.state(0.5, right=False)
    print_quality({"owner": owner, "version": version}, documents=4)
    lines = [" ".join(line.split()) for line in capsys.readouterr().out.splitlines()]
    assert lines == [
        "nonsense values per 100 documents: 25.0 (owner 1)",
        "calibration right of >= .95 right of >= .8 AUC",
        "all fields 1 of 2 0.500 2 of 3 0.667 0.625",
        "owner 1 of 2 0.500 2 of 3 0.667 0.250",
        "version - - -",
    ]


def _facts(text: str) -> Facts:
    return extract_facts(document_from_text(f"Lettings Policy\n{text}\nWe let the hall."))


@pytest.mark.parametrize(
    ("text", "field", "confidence"),
    [
        ("Approved: 12 May 2026", "approved_on", 0.99),
        ("This policy was approved on 12 May 2026.", "approved_on", 0.93),
        ("Approved\tDate 12 May 2026", "approved_on", 0.96),
        ("Signed: ........ (Chair of Governors)\nDate: 12 May 2026", "approved_on", 0.9),
        ("Approved: 2026", "approved_on", 0.88),
        ("Approved: May 2026\nSchedule\nApproved: June 2026", "approved_on", 0.92),
        ("Review date: May 2027", "next_review", 0.9),
        ("Policy owner: Ada Holt", "owner", 0.97),
        ("Lead: Ada Holt", "owner", 0.88),
        ("Approved by: Governors", "approved_by", 0.95),
        ("Approved by: Ada Holt", "approved_by", 0.88),
    ],
)
def test_how_sure_a_value_is_follows_from_its_label_and_place(text: str, field: str, confidence: float) -> None:
    assert _facts(text).evidence[field].confidence == confidence


def test_what_is_read_unsurely_is_asked_and_not_taken() -> None:
    facts = _facts("Reviewed by: Ada Holt")
    assert facts.owner is None
    assert facts.evidence["owner"].status is FactStatus.AMBIGUOUS
    assert facts.evidence["owner"].text == "Ada Holt"
    assert any("“Ada Holt” (line 2) reviewed this policy" in each.message for each in facts.problems)


def test_a_contact_whose_name_shows_no_person_for_certain_is_less_sure() -> None:
    assert _facts("DSL: Quorra Tansley").evidence["contacts"].confidence == 0.88
    assert _facts("DSL: Ada Tansley").evidence["contacts"].confidence == 0.95
