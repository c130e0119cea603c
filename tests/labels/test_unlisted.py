"""Labels nobody listed are told by their words, where every word is one of labels."""

from typing import Any

import pytest

from pipeline.facts.reading import extract_facts
from pipeline.labels.kinds import LabelKind
from pipeline.labels.listed import find_labels
from pipeline.labels.unlisted import phrase_kinds
from pipeline.model.facts import Facts
from tests.evaluate import document_from_text

K = LabelKind
PHRASES: list[tuple[str, tuple[LabelKind, ...]]] = [
    ("Review required by", (K.NEXT_REVIEW,)),
    ("Policy expires", (K.NEXT_REVIEW,)),
    ("Date of renewal", (K.NEXT_REVIEW,)),
    ("Review date (last)", (K.LAST_REVIEW,)),
    ("Date of amendment", (K.LAST_REVIEW,)),
    ("Date of this review", (K.LAST_REVIEW,)),
    ("Date to review", (K.REVIEW,)),
    ("Body responsible for approval", (K.APPROVER,)),
    ("Governors' sub committee", (K.APPROVER,)),
    ("Approval needed from", (K.APPROVER,)),
    ("To be approved by", (K.APPROVER,)),
    ("Approval", (K.APPROVED, K.APPROVER)),
    ("SLT link", (K.OWNER,)),
    ("Job title of owner", (K.OWNER,)),
    ("Reviewing officer", (K.OWNER,)),
    ("Review rota", (K.CYCLE,)),
    ("Frequency of updates", (K.CYCLE,)),
    ("Document version ref", (K.VERSION,)),
    ("Issue", (K.OTHER_DATE, K.VERSION)),
    ("Lead governor", (K.OTHER,)),
    ("Designated safeguarding lead", ()),
    ("Approved by Governors", ()),
    ("Full Governing Body", ()),
    ("Senior leader", ()),
    ("Headteacher", ()),
]


@pytest.mark.parametrize(("phrase", "kinds"), PHRASES)
def test_phrase_asks_for_what_its_words_say(phrase: str, kinds: tuple[LabelKind, ...]) -> None:
    assert phrase_kinds(phrase) == kinds


def read(text: str) -> Facts:
    return extract_facts(document_from_text(f"Thornfield School\nHomework Policy\n{text}\n\nIntroduction"))


FORMS: list[tuple[str, dict[str, Any]]] = [
    ("Policy review rota: every two years", {"review_cycle_months": 24}),
    ("To be reviewed\tAnnually", {"review_cycle_months": 12}),
    ("Reviewed:\nEvery three years", {"review_cycle_months": 36}),
    ("Approved by (name of body)\nResources Committee", {"approved_by": "Resources Committee"}),
    ("Committee name .......... Finance", {"approved_by": "Finance"}),
    ("Approval – Trust Board", {"approved_by": "Trust Board"}),
    ("Originator: Ada Holt", {"owner": "Ada Holt"}),
    ("Reviewer\tDate approved\nAda Holt\tMay 2020", {"owner": "Ada Holt"}),
    ("Issue number:\n3", {"version": "3"}),
    ("Rev ... 2.1", {"version": "2.1"}),
]


@pytest.mark.parametrize(("text", "said"), FORMS)
def test_value_is_read_at_a_label_told_by_its_words(text: str, said: dict[str, Any]) -> None:
    facts = read(text)
    assert {name: getattr(facts, name) for name in said} == said


def test_label_ends_with_its_column() -> None:
    labels = find_labels("Last review\tDate approved")
    assert [(label.text, label.kinds) for label in labels] == [
        ("Last review", (K.LAST_REVIEW,)),
        ("Date approved", (K.APPROVED,)),
    ]
    facts = read("Last review\tDate approved\nMay 2021\tMay 2019")
    assert facts.last_review is not None
    assert facts.approved_on is not None
    assert (facts.last_review.date.value, facts.approved_on.date.value) == ("2021-05", "2019-05")


@pytest.mark.parametrize("heading", ["Responsibility", "Review", "Review of policy", "Policy review"])
def test_heading_of_a_section_is_no_label_of_an_owner_or_body(heading: str) -> None:
    facts = read(f"{heading}\nThe Headteacher")
    assert (facts.owner, facts.approved_by, facts.review_cycle_months) == (None, None, None)


@pytest.mark.parametrize("text", ["LOCAL AUTHORITY DESIGNATED OFFICER", "RESPONSIBILITIES"])
def test_label_is_no_beginning_of_a_longer_word_in_capitals(text: str) -> None:
    assert read(text).owner is None
    assert read(f"{text}: ADA HOLT").owner in {None, "ADA HOLT"}


def test_day_with_a_short_year_is_a_date_in_a_sentence_too() -> None:
    facts = read("The Headteacher and Chair of Governors of Thornfield School adopted this policy on 05/06/19.")
    assert facts.approved_on is not None
    assert facts.approved_on.date.value == "2019-06-05"


def test_date_of_a_history_is_no_version() -> None:
    assert read("Version\tDate\tChanges\n13.02.18\tMay 2018\tAmended").version is None


def test_month_in_capitals_is_no_body() -> None:
    assert read("Adopted MARCH 2016").approved_by is None


def test_approver_ends_before_the_date() -> None:
    assert read("Approving body: Premises and Hats Committee May 2026").approved_by == "Premises and Hats Committee"


def test_bare_review_is_dated_by_any_form_of_a_month_or_term() -> None:
    for words, value in (("May-27", "2027-05"), ("Autumn Term 2027", "2027-autumn"), ("Sept '27", "2027-09")):
        facts = read(f"Review {words}")
        assert facts.next_review is not None
        assert facts.next_review.date.value == value
