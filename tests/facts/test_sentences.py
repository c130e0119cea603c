"""Dates told in sentences, adoption blocks and signatures: what belongs together and what is another's life."""

import pytest

from pipeline.facts.reading import extract_facts
from pipeline.model.facts import Facts, FactStatus
from tests.evaluate import dates_of, document_from_text

Dates = tuple[str | None, str | None, str | None]


def _facts(text: str) -> Facts:
    return extract_facts(document_from_text(f"Homework Policy\n{text}\nWe set homework every week."))


def _dates(text: str) -> Dates:
    return dates_of(_facts(text))


ADOPTION_BLOCKS: list[tuple[str, Dates]] = [
    (
        "This policy was adopted at a meeting of\tElm Pre-school\nHeld on\t12 May 2026\nDate to be reviewed\tMay 2027",
        ("2026-05-12", None, "2027-05"),
    ),
    ("This policy was adopted at a meeting of:\nElm Pre-School\nOn (date)\t12 May 2026", ("2026-05-12", None, None)),
    (
        "This policy was adopted by:\tElm Playgroup\nOn:\t12/05/2026\nDate to be reviewed:\t12/05/2027",
        ("2026-05-12", None, "2027-05-12"),
    ),
    (
        "This policy was adopted by Elm Pre-School.\nSigned on behalf of the setting by:\n.......... Chairperson\n"
        "Date: 14th September 2026\tReview Date: September 2027",
        ("2026-09-14", None, "2027-09"),
    ),
    ("This policy was approved by the Governing Body.\nDate: 12 May 2026", ("2026-05-12", None, None)),
    ("Signed: .......... (Chair of Governors)\nDate: 12 May 2026", ("2026-05-12", None, None)),
]


@pytest.mark.parametrize(("text", "expected"), ADOPTION_BLOCKS)
def test_the_date_of_an_adoption_stands_below_its_statement_or_signature(text: str, expected: Dates) -> None:
    assert _dates(text) == expected


BARE_DATES: list[str] = [
    "This policy was reviewed by all staff and parents after the inspection.\nDate: May 2026",
    "The school was approved as an examination centre.\nDate: 3 May 2026",
    "Signed on behalf of the school: ..........\nDate: 5 September 2026",
]


@pytest.mark.parametrize("text", BARE_DATES)
def test_a_bare_date_inherits_nothing_from_a_sentence_above_it(text: str) -> None:
    assert _dates(text) == (None, None, None)


OTHERS: list[str] = [
    "The Children (Scotland) Bill\nwas passed unanimously by the Scottish Parliament on 16 March 2026.",
    "We keep to the Convention on the Rights of the Child, of which the\nsecond part was adopted in May 2026.",
    "- our electronic tracking tool, adopted August 2026, is used to compare classes.",
    "The county's toolkit, written by Jane Roe, was reviewed in June 2026.",
]


@pytest.mark.parametrize("text", OTHERS)
def test_what_parliaments_adopt_and_tools_go_through_is_no_date_of_the_policy(text: str) -> None:
    assert _dates(text) == (None, None, None)


OWN: list[tuple[str, Dates]] = [
    ("It was reviewed in June 2026.", (None, "2026-06", None)),
    ("This was approved in June 2026 by the governors.", ("2026-06", None, None)),
    ("The Homework Policy of this school and of its nursery\nwas approved on 3 June 2026.", ("2026-06-03", None, None)),
]


@pytest.mark.parametrize(("text", "expected"), OWN)
def test_a_sentence_about_the_document_still_tells_its_date(text: str, expected: Dates) -> None:
    assert _dates(text) == expected


LABELS_FIRST: list[tuple[str, Dates]] = [
    ("Approved: March 2026\nThis policy was agreed in May 2026.", ("2026-03", None, None)),
    ("Next review: Summer 2027\nThe policy will be reviewed in May 2028.", (None, None, "2027-summer")),
    (
        "Next review: Summer 2027\nVersion History\nVersion Number\tDate\tNext review\nV1\t10/03/26\t15/12/26",
        (None, None, "2027-summer"),
    ),
    (
        "Author\tHeadteacher\tDate March 2026\nApproved\tDate April 2026 with effect\nSeptember 2026",
        ("2026-04", None, None),
    ),
]


@pytest.mark.parametrize(("text", "expected"), LABELS_FIRST)
def test_a_label_of_the_header_beats_sentences_and_lists_of_versions(text: str, expected: Dates) -> None:
    approved, _, due = _dates(text)
    assert (approved, None, due) == expected


TERMS: list[tuple[str, str]] = [
    ("SUM/17", "2017-summer"),
    ("Aut 2021", "2021-autumn"),
    ("SPR 22/23", "2023-spring"),
    ("Autumn/16", "2016-autumn"),
    ("Summer Term 2021", "2021-summer"),
]


@pytest.mark.parametrize(("words", "value"), TERMS)
def test_a_term_in_short_stands_wherever_a_month_may(words: str, value: str) -> None:
    facts = _facts(f"Next review: {words}")
    assert facts.next_review is not None
    assert facts.next_review.date.value == value
    assert _facts(f"The sum 12 of the text {words[:0]}").next_review is None


def test_two_labels_that_differ_are_still_a_question() -> None:
    facts = _facts("Next review: May 2027\nDate of next review: June 2027")
    assert facts.next_review is None
    assert facts.evidence["next_review"].status is FactStatus.AMBIGUOUS


@pytest.mark.parametrize(
    "text",
    [
        "Records are kept and looked through so that they stay relevant and up to date.",
        "All who work here are told of it, and this policy will be reviewed\nwhere the law has changed.",
        "This policy is reviewed annually or earlier following:\n- a change of law",
        "Children may start on a date agreed with the nursery, however:\n- the place is paid for",
    ],
)
def test_a_sentence_that_goes_on_is_no_blank_to_fill_in(text: str) -> None:
    evidence = _facts(text).evidence
    assert {evidence[name].status for name in ("approved_on", "last_review", "next_review")} == {FactStatus.MISSING}
