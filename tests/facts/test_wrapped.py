"""Labels of dates that a narrow column or a running header breaks over two lines, and dates before their word."""

from typing import Any

import pytest

from pipeline.facts.reading import extract_facts
from pipeline.model.facts import Facts
from tests.evaluate import dates_of, document_from_text

Dates = tuple[str | None, str | None, str | None]


def _facts(text: str) -> Facts:
    return extract_facts(document_from_text(f"Thornfield School\nHomework Policy\n{text}"))


def _dates(text: str) -> Dates:
    return dates_of(_facts(text))


BROKEN: list[tuple[str, Dates]] = [
    ("Date of last\tMay 2024\nreview:\nDate of next\tMay 2026\nreview:", (None, "2024-05", "2026-05")),
    ("Date of last\tMay 2024 Review period:\t2 years\nreview:", (None, "2024-05", None)),
    ("Ratified by the\nBoard of Governors on:\nMarch 2024", ("2024-03", None, None)),
    (
        "Presented to the\tMay 2023\nBoard of Governors on:\nRatified by the\nBoard of Governors on:\nMarch 2024",
        ("2024-03", None, None),
    ),
    (
        "This policy was adopted\nby\nElm Nursery\t(name of provider)\nOn\t15th October 2024\t(date)",
        ("2024-10-15", None, None),
    ),
    ("Review / Adolygu\tNovember 2026", (None, None, "2026-11")),
    ("Ada Holt, last updated October 2025.", (None, "2025-10", None)),
    ("We take account of the advice of Elm Council, which was last updated in January 2023.", (None, None, None)),
    ("We follow the EYFS requirements, as revised in September 2025.", (None, None, None)),
    ("Determined by the Governing Body on 25/02/2025", ("2025-02-25", None, None)),
    ("Signed:\tA Holt\tChair of Governors\nSigned:\tB Lowe\tPrincipal\nDate:\t16/09/2025", ("2025-09-16", None, None)),
    ("Signed:\tB Lowe\tPrincipal\nDate:\t16/09/2025", (None, None, None)),
    ("Signed:\tA Holt\tBursar\nSigned:\tB Lowe\tPrincipal\nDate:\t16/09/2025", (None, None, None)),
    ("Policy adopted at the management committee meeting 6.2.23", ("2023-02-06", None, None)),
    (
        "It was ratified on 26 February 2025 and will be considered again in February 2027.",
        ("2025-02-26", None, "2027-02"),
    ),
    ("Review cycle: annual. Approved May 2024", ("2024-05", None, None)),
    ("Revised in 2012 and 2014, 2018,\n2021, 2023", (None, "2023", None)),
    ("Reviewed: May 2024 Approved: 12th June 2024 Next Review\nDate: May 2026", ("2024-06-12", "2024-05", "2026-05")),
]


@pytest.mark.parametrize(("text", "expected"), BROKEN)
def test_a_label_broken_over_two_lines_names_the_date_beside_it(text: str, expected: Dates) -> None:
    assert _dates(text) == expected


NO_SECOND_HALF: list[tuple[str, Dates]] = [
    ("Policy\tMay 2024\nreview:", (None, None, None)),
    ("Approved:\tMay 2024\nreview: May 2026", ("2024-05", None, "2026-05")),
    ("Date of next\tMay 2026\nmeeting:", (None, None, None)),
    ("Reviewed 2018, 2019,\n2021 pupils took part.", (None, "2019", None)),
]


@pytest.mark.parametrize(("text", "expected"), NO_SECOND_HALF)
def test_a_line_under_a_row_that_makes_no_label_of_it_changes_nothing(text: str, expected: Dates) -> None:
    assert _dates(text) == expected


BEFORE_THE_WORD: list[tuple[str, Dates]] = [
    ("Status: 12/05/25 APPROVED", ("2025-05-12", None, None)),
    ("12 May 2025 Approved", ("2025-05-12", None, None)),
    ("Version:\tStatus: 21/03/2025: Approved at Full Trust Board.", ("2025-03-21", None, None)),
    ("12 May 2025: Approved by the Governing Body", ("2025-05-12", None, None)),
    ("12 May 2025 Approved suppliers of meals", (None, None, None)),
    ("Status: 12 May 2025 APPROVED by the county", (None, None, None)),
    ("Training held 12 May 2025 Approved", (None, None, None)),
    ("12 May 2025 Approved\n13 June 2025", (None, None, None)),
]


@pytest.mark.parametrize(("text", "expected"), BEFORE_THE_WORD)
def test_a_date_right_before_a_lone_word_is_its_date(text: str, expected: Dates) -> None:
    assert _dates(text) == expected


WORDINGS: list[tuple[str, Dates]] = [
    ("Policy Review by Governors Date: May 2024\nNext review: May 2027", (None, "2024-05", "2027-05")),
    ("Review by Resources Committee: 19th May 2024\nNext review: May 2027", (None, "2024-05-19", "2027-05")),
    ("Approved: May 2024\nReview by Governors: May 2027", ("2024-05", None, "2027-05")),
    ("It was discussed in consultation with the union during May 2024.", (None, None, None)),
]


@pytest.mark.parametrize(("text", "expected"), WORDINGS)
def test_words_that_change_nothing_leave_a_label_and_its_date_joined(text: str, expected: Dates) -> None:
    assert _dates(text) == expected


def test_a_revision_in_brackets_behind_another_text_is_not_the_policys() -> None:
    text = (
        "The governors follow the rules laid down in the county's booklet on the hire of halls, Guide for Governors May"
        " 2001(Revised August 2011), and this policy should be read beside it by everybody who lets a hall."
    )
    assert _dates(f"Review date: May 2027\n{text}") == (None, None, "2027-05")


OWNERS: list[tuple[str, dict[str, Any]]] = [
    ("Last reviewed\tAuthor/owner\nMay 2024\tResources Committee", {"owner": "Resources Committee"}),
    (
        "Date adopted\tVersion\tLast reviewed\tAuthor/owner\n4 May 2021\t2\t17 May 2024\tResources Committee",
        {"owner": "Resources Committee"},
    ),
    ("Version\tDate\tAuthor\tChanges\n1\tMay 2021\tMrs A Holt\tFirst version", {"owner": None}),
]


@pytest.mark.parametrize(("text", "expected"), OWNERS)
def test_a_committee_may_own_a_policy_but_writes_none(text: str, expected: dict[str, Any]) -> None:
    assert _facts(text).owner == expected["owner"]


def test_a_line_that_ends_in_a_comma_takes_no_date_of_a_sentence() -> None:
    text = "Care Policy\nReviewed May 2021,\nJune 2022 was when the hall was opened.\nStaff are kind."
    assert dates_of(extract_facts(document_from_text(text))) == (None, "2021-05", None)


@pytest.mark.parametrize(
    "text",
    [
        "Sessions are led by qualified leaders, in line with the principles of the Forest Association agreed in 2011, "
        "in every kind of weather and at every time of the year that we are out.",
        "In science and computing, behaviour appears in the long-term plan agreed in July 2024, and the house system "
        "gathers children of all ages in the hall once in a week to speak of it.",
    ],
)
def test_what_others_agreed_is_no_approval(text: str) -> None:
    assert _dates(text) == (None, None, None)


def test_a_policy_told_late_in_a_long_sentence_was_agreed() -> None:
    text = (
        "After a long talk about the pond and all the ducks that live in it this policy was agreed in May 2025 by the "
        "governors, and copies went to the families of the school in the same week."
    )
    assert _dates(text) == ("2025-05", None, None)


def test_a_caption_behind_a_value_is_no_part_of_it() -> None:
    facts = _facts("This policy was adopted by\tElm Tree Pre-school (name of provider)\nOn\t12 May 2025")
    assert facts.approved_by == "Elm Tree Pre-school"


def test_brackets_that_the_next_line_closes_are_one_label() -> None:
    facts = _facts("Name of signatory\tDawn Holt\nRole of signatory (e.g. chair,\ndirector or owner)\nChair")
    assert facts.owner is None
