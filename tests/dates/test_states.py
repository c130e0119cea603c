"""How a policy stands on a day, and how an approval moves its next review on."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.dates.calendar import last_day, next_review
from pipeline.dates.states import as_precise_as, due_on, review_state
from pipeline.model.dates import PartialDate, Precision
from pipeline.model.policies import ReviewState
from pipeline.wording import say_count, say_day, say_distance, say_list, say_partial, say_role, say_state

AUGUST = PartialDate("2025-08", Precision.MONTH)
TODAY = date(2026, 11, 24)


def state(
    due: date | None, *, withdrawn: bool = False, live_document: bool = False, awaiting_approval: bool = False
) -> ReviewState:
    return review_state(
        withdrawn=withdrawn,
        live_document=live_document,
        awaiting_approval=awaiting_approval,
        due_on=due,
        today=TODAY,
        due_soon_days=90,
    )


def test_the_first_state_that_holds_is_the_state() -> None:
    assert state(None, withdrawn=True, live_document=True) is ReviewState.WITHDRAWN
    assert state(None, live_document=True) is ReviewState.LIVE_DOCUMENT
    assert state(None, awaiting_approval=True) is ReviewState.UNDATED
    assert state(date(2025, 8, 31), awaiting_approval=True) is ReviewState.AWAITING_APPROVAL
    assert state(date(2026, 11, 23)) is ReviewState.OVERDUE
    assert state(TODAY) is ReviewState.DUE_SOON
    assert state(date(2027, 2, 22)) is ReviewState.DUE_SOON
    assert state(date(2027, 2, 23)) is ReviewState.CURRENT


def test_a_month_falls_due_on_its_last_day() -> None:
    assert due_on(AUGUST) == date(2025, 8, 31)
    assert due_on(None) is None


def test_an_approval_in_october_rolls_the_august_review_to_next_august() -> None:
    rolled = next_review(PartialDate("2026-08", Precision.MONTH), 12, date(2026, 10, 14))
    assert rolled == PartialDate("2027-08", Precision.MONTH)


def test_an_approval_a_little_early_rolls_the_review() -> None:
    rolled = next_review(PartialDate("2026-08", Precision.MONTH), 12, date(2026, 7, 8))
    assert rolled == PartialDate("2027-08", Precision.MONTH)


def test_a_review_in_the_month_that_was_due_a_year_ago_is_not_due_again_that_month() -> None:
    april = PartialDate("2025-04", Precision.MONTH)
    assert next_review(april, 12, date(2026, 4, 26)) == PartialDate("2027-04", Precision.MONTH)
    assert next_review(april, 24, date(2026, 4, 26)) == PartialDate("2027-04", Precision.MONTH)
    assert next_review(april, 36, date(2026, 12, 2)) == PartialDate("2031-04", Precision.MONTH)


def test_a_date_the_document_already_moved_on_is_kept() -> None:
    moved = PartialDate("2027-08", Precision.MONTH)
    assert next_review(moved, 12, date(2026, 10, 14)) == moved


EXAMPLES = st.sampled_from(
    [
        PartialDate("2025-08-17", Precision.DAY),
        AUGUST,
        PartialDate("2025-autumn", Precision.TERM),
        PartialDate("2025-spring", Precision.TERM),
        PartialDate("2025-summer", Precision.TERM),
        PartialDate("2025", Precision.YEAR),
        PartialDate("2024-25", Precision.ACADEMIC_YEAR),
        None,
    ]
)


@given(EXAMPLES, st.sampled_from([12, 24, 36, 48]), st.dates(date(2020, 1, 1), date(2040, 1, 1)))
def test_a_rolled_date_is_read_back_from_its_last_day(
    stated: PartialDate | None, cycle_months: int, approved_on: date
) -> None:
    rolled = next_review(stated, cycle_months, approved_on)
    assert as_precise_as(last_day(rolled), stated) == rolled


def test_a_day_in_mid_month_is_said_as_its_month_where_a_term_cannot_hold_it() -> None:
    read_back = as_precise_as(date(2026, 6, 30), PartialDate("2024-autumn", Precision.TERM))
    assert read_back == PartialDate("2026-06", Precision.MONTH)


@pytest.mark.parametrize(
    ("partial", "words"),
    [
        (PartialDate("2026-09-01", Precision.DAY), "1 September 2026"),
        (AUGUST, "August 2025"),
        (PartialDate("2024-autumn", Precision.TERM), "autumn term 2024"),
        (PartialDate("2024-25", Precision.ACADEMIC_YEAR), "2024-25"),
        (None, None),
    ],
)
def test_dates_are_said_as_exactly_as_they_were_written(partial: PartialDate | None, words: str | None) -> None:
    assert say_partial(partial) == words


@pytest.mark.parametrize(
    ("days", "words"),
    [
        (0, "today"),
        (1, "in 1 day"),
        (-1, "1 day late"),
        (59, "in 59 days"),
        (-450, "15 months late"),
        (-1500, "4 years late"),
        (-4230, "11 years late"),
        (-720, "2 years late"),
    ],
)
def test_distances_are_said_in_days_months_or_years(days: int, words: str) -> None:
    assert say_distance(days) == words


def test_every_state_has_words_and_none_says_expired() -> None:
    words = [say_state(each) for each in ReviewState] + [
        say_state(ReviewState.AWAITING_APPROVAL, next_meeting=date(2026, 12, 9))
    ]
    assert all(words)
    assert "in use; governors decide on 9 December 2026" in words
    assert "review late, still in force" in words
    assert not any("expired" in each for each in words)


def test_counts_lists_roles_and_days_are_said() -> None:
    assert say_count(1, "policy", "policies") == "1 policy"
    assert say_count(1200, "policy", "policies") == "1,200 policies"
    assert (say_list([]), say_list(["a"]), say_list(["a", "b", "c"])) == ("", "a", "a, b and c")
    assert say_role("dsl") == "Designated Safeguarding Lead"
    assert say_role("mental-health-lead") == "Mental health lead"
    assert say_day(date(2026, 1, 9)) == "9 January 2026"
