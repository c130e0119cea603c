"""Labels first and values after: joined where they pair off one to one, unclear where they do not."""

from typing import Any

import pytest

from pipeline.lifecycle.fields import extract_facts
from pipeline.model import Facts
from tests.evaluate import document_from_text

A, L, N = "approved_on", "last_review", "next_review"


def said(text: str, *names: str) -> dict[str, Any]:
    facts: Facts = extract_facts(document_from_text(f"Thornfield School\nHomework Policy\n{text}\n\nIntroduction"))
    values = {name: getattr(facts, name) for name in names}
    return {name: value.date.value if hasattr(value, "date") else value for name, value in values.items()}


RUNS: list[tuple[str, dict[str, Any]]] = [
    (
        "Policy owner:\nDate approved:\nNext review:\nSENCO\nMay 2020\nMay 2022",
        {"owner": "SENCO", A: "2020-05", N: "2022-05"},
    ),
    (
        "Review cycle\nApproved by governors on:\nVersion number\nApproval\nAnnual\n3.2.21\n2.1\nFull Governing Body",
        {"review_cycle_months": 12, A: "2021-02-03", "version": "2.1", "approved_by": "Full Governing Body"},
    ),
    (
        "Reviewed\nReview due by\nPolicy lead\nEvery two years\nSpring 2026\nAda Holt",
        {"review_cycle_months": 24, L: None, N: "2026-spring", "owner": "Ada Holt"},
    ),
]


@pytest.mark.parametrize(("text", "expected"), RUNS)
def test_run_of_labels_is_answered_by_the_run_of_values_after_it(text: str, expected: dict[str, Any]) -> None:
    assert said(text, *expected) == expected


UNCLEAR = [
    # one value is missing, so that nobody knows which
    "Policy owner:\nDate approved:\nNext review:\nMay 2020\nMay 2022",
    "Review cycle:\nDate adopted:\nApproving body:\nLast modified:\nTwo colours\n2 May 2021\nThe Board of Hats\n1",
    # a date where a name is asked for
    "Policy owner:\nNext review:\nMay 2020\nSENCO",
    "Agreed Adopting body Next review due\n12 May 2020 Trust",
    "Policy approved Who approved it Next review\nMay 2020",
    # the last of a row of headings does not own the first date under them
    "Approved by governors Last reviewed\n2024/25 12 May 2025",
]


@pytest.mark.parametrize("text", UNCLEAR)
def test_date_under_several_labels_is_nobodys(text: str) -> None:
    assert said(text, A, L, N) == {A: None, L: None, N: None}


def test_blank_label_between_labels_with_their_own_values_takes_nothing() -> None:
    text = "Last reviewed\nMay 2022\nReview cycle\nReview due\nMay 2025\nOwner\nAda Holt"
    expected = {L: "2022-05", N: "2025-05", "review_cycle_months": None, "owner": "Ada Holt"}
    assert said(text, *expected) == expected


def test_colon_of_an_unlisted_label_parts_an_approval_from_the_date_behind_it() -> None:
    assert said("Approved: Full Governors Date of printing: May 2020", A) == {A: None}
    assert said("Approved by: Full Governors Date: May 2020", A) == {A: "2020-05"}


def test_columns_that_name_their_dates_are_no_history() -> None:
    row = "Version\tApproval date\tNext review\tAuthor\n3\tMay 2020\tMay 2022\tAda Holt"
    assert said(row, A, L, N) == {A: "2020-05", L: None, N: "2022-05"}


def test_bare_date_beside_a_review_date_is_the_documents_own() -> None:
    row = "Date\tReview date\tCoordinator\nMarch 2017\tMarch 2018\tAda Holt"
    assert said(row, A, L, N) == {A: None, L: None, N: "2018-03"}
