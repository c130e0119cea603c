"""Contents lists, case studies and forms in appendices say nothing of the document; its own lines stay."""

import pytest

from pipeline.facts.own_lines import own_lines
from pipeline.facts.reading import extract_facts
from pipeline.model.facts import Facts, FactStatus
from pipeline.text.lines import list_lines
from tests.evaluate import document_from_text


def _facts(text: str) -> Facts:
    return extract_facts(document_from_text(f"Child Protection Policy\n{text}"))


def _kept(text: str) -> list[str]:
    return [line.text for line in own_lines(list_lines(document_from_text(text)))]


def test_a_list_of_contents_gives_no_values_and_asks_nothing() -> None:
    facts = _facts(
        "Contents\n1 Introduction 3\n2 Staff members 13\n3 Approved by ........ 45\nPolicy owner: Deputy Head"
    )
    assert facts.owner == "Deputy Head"
    assert facts.evidence["approved_on"].status is FactStatus.MISSING
    assert facts.evidence["approved_by"].status is FactStatus.MISSING


def test_the_header_below_a_list_of_contents_is_kept() -> None:
    text = "Contents\n1 Aims 3\nReviewed: 12 May 2026\nVersion 3"
    assert _kept(text) == ["Contents", "Reviewed: 12 May 2026", "Version 3"]


def test_a_case_study_names_nobody_and_dates_nothing() -> None:
    facts = _facts("Case study\nThe DSL, Mrs Polly Reed, was told. The plan was approved on 3 May 2026.")
    assert (facts.approved_on, facts.contacts) == (None, ())


def test_a_form_in_an_appendix_gives_nothing_but_the_policys_own_dates() -> None:
    facts = _facts(
        "DSL: Ada Holt\nAppendix 1: Record of concern form\nDSL: Joe Hart\nApproved: 3 May 2026\n"
        "Appendix 2: Key contacts\nDeputy DSL: Ben Marsh\nAppendix 3: Consent form\nNext policy review: May 2027"
    )
    assert [each.name for each in facts.contacts] == ["Ada Holt", "Ben Marsh"]
    assert facts.approved_on is None
    assert facts.next_review is not None


@pytest.mark.parametrize(
    "story",
    [
        "For discussion in training\nIn March 2014 a neighbour rang. The DSL, Mrs Polly Reed, had kept five notes.",
        "This was put together from several cases. The designated safeguarding lead, Mrs Polly Reed, had gone home.",
        "Training scenario 2\nThe DSL is Mrs Polly Reed. Whom do you tell?",
        "In this fictitious school the DSL is Mrs Polly Reed; all names have been changed.",
    ],
)
def test_a_case_to_learn_from_names_nobody_of_this_school(story: str) -> None:
    facts = _facts(f"Safeguarding Policy\n\nThe DSL is Mr Adam Holt.\n\n{story}")
    assert [each.name for each in facts.contacts if each.role == "dsl"] == ["Adam Holt"]


def test_training_that_is_spoken_of_is_no_case() -> None:
    facts = _facts("Safeguarding Policy\n\nTraining is for discussion with the DSL.\n\nThe DSL is Mr Adam Holt.")
    assert [each.name for each in facts.contacts if each.role == "dsl"] == ["Adam Holt"]
