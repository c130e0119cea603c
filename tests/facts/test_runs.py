"""Labels first and values after: joined where they pair off one to one, unclear where they do not."""

import time
from typing import Any

import pytest

from pipeline.facts.reading import extract_facts
from pipeline.model.documents import Block, BlockKind, Cell, Document, DocumentFormat, Span
from pipeline.model.facts import Facts
from pipeline.places import read_place
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


def test_value_too_many_leaves_every_date_unclear() -> None:
    text = "Date of policy\nDate approved by governors\nDate of review\nMay 2015\nAda Holt\n19 May 2015\nMay 2017"
    assert said(text, A, N) == {A: None, N: None}


def test_row_of_dates_is_read_in_a_long_line() -> None:
    line = (
        "Thornfield Trust HOMEWORK POLICY Approval date: 21 May 2016 Review date: Spring 2018 With regard to the law: "
    )
    assert said(line + "the Education Act 2002 and what follows from it for pupils", A, N) == {
        A: "2016-05-21",
        N: "2018-spring",
    }


@pytest.mark.parametrize(
    ("text", "body"),
    [
        ("COUNTY POLICY ADOPTED BY HOLLOW LANE SCHOOL", "HOLLOW LANE SCHOOL"),
        ("APPROVED BY FGB ON 3 MAY 2020", "FGB"),
        ("Approved by Principal(s) Yes", "Principal(s)"),
        (
            "Approving body: Local Management Board 1 Thornfield School Homework Policy version 4 page 1",
            "Local Management Board",
        ),
    ],
)
def test_body_is_no_part_of_a_name_nor_more_than_the_body(text: str, body: str | None) -> None:
    assert said(text, "approved_by") == {"approved_by": body}


@pytest.mark.parametrize(
    ("text", "owner"),
    [
        ("Responsible for review: Ada Holt Policy valid until: May 2020", "Ada Holt"),
        ("Policy holder: Mrs Ada Holt, a.holt@example.sch.uk", "Mrs Ada Holt"),
    ],
)
def test_owner_ends_before_the_next_label_and_the_address(text: str, owner: str) -> None:
    assert said(text, "owner") == {"owner": owner}


def test_cycle_that_begins_with_a_figure_is_read_on_the_next_line() -> None:
    assert said("Frequency of review\n2 years", "review_cycle_months") == {"review_cycle_months": 24}


def test_number_of_an_issue_stands_before_its_date() -> None:
    assert said("Issue 4: September 2025", "version", A, L, N) == {"version": "4", A: None, L: None, N: None}


def test_cycle_is_read_beside_a_bare_review_and_behind_policy_reviewed() -> None:
    assert said("Review 2 year", "review_cycle_months") == {"review_cycle_months": 24}
    assert said("Review\t2 year", "review_cycle_months") == {"review_cycle_months": 24}
    assert said("Policy reviewed annually by the Headteacher.", "review_cycle_months") == {"review_cycle_months": 12}


def test_latest_row_of_a_table_of_versions_counts() -> None:
    rows = (
        ("Version", "Date", "Written by", "Review date"),
        ("1", "May 10", "ABC", "Oct 12"),
        ("2", "Oct 12", "ABC", "Aug 14"),
        ("3", "Aug 14", "ABC", "Aug 16"),
    )
    made = tuple(
        tuple(Cell((Block(BlockKind.PARAGRAPH, read_place(f"table 1, row {at}"), (Span(text),)),)) for text in row)
        for at, row in enumerate(rows, 1)
    )
    blocks = (*document_from_text("Homework Policy").blocks, Block(BlockKind.TABLE, read_place("table 1"), rows=made))
    facts = extract_facts(Document("x.docx", DocumentFormat.DOCX, "0" * 64, 1, blocks))
    assert facts.version == "3"
    assert facts.next_review is not None
    assert facts.next_review.date.value == "2016-08"


def test_author_may_be_an_office_written_as_initials() -> None:
    assert said("Author of policy: SENCO", "owner") == {"owner": "SENCO"}


def test_endless_run_of_labels_is_read_in_good_time() -> None:
    started = time.process_time()
    assert said("Next review:\n" * 4000, N) == {N: None}
    assert time.process_time() - started < 8
