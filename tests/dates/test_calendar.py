"""The date rules: month ends, leap years, terms, rolling, mail days."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.config import parse_config
from pipeline.dates.bank_holidays import bank_holidays
from pipeline.dates.calendar import (
    academic_year_start,
    add_months,
    first_day,
    is_mail_day,
    last_day,
    last_mail_day,
    next_mail_day,
    next_review,
    roll_partial,
    school_day_from,
)
from pipeline.model.dates import PartialDate, Precision

DAYS = st.dates(date(1990, 1, 1), date(2090, 12, 31))


def partial(value: str, precision: Precision) -> PartialDate:
    return PartialDate(value, precision)


PARTIALS = st.one_of(
    DAYS.map(lambda day: partial(day.isoformat(), Precision.DAY)),
    DAYS.map(lambda day: partial(f"{day:%Y-%m}", Precision.MONTH)),
    st.tuples(st.integers(1990, 2090), st.sampled_from(["autumn", "spring", "summer"])).map(
        lambda pair: partial(f"{pair[0]}-{pair[1]}", Precision.TERM)
    ),
    st.integers(1990, 2090).map(lambda year: partial(str(year), Precision.YEAR)),
    st.integers(1990, 2090).map(lambda year: partial(f"{year}-{(year + 1) % 100:02}", Precision.ACADEMIC_YEAR)),
)


@pytest.mark.parametrize(
    ("value", "precision", "first", "last"),
    [
        ("2013-09-17", Precision.DAY, date(2013, 9, 17), date(2013, 9, 17)),
        ("2025-08", Precision.MONTH, date(2025, 8, 1), date(2025, 8, 31)),
        ("2024-02", Precision.MONTH, date(2024, 2, 1), date(2024, 2, 29)),
        ("2024-autumn", Precision.TERM, date(2024, 9, 1), date(2024, 12, 31)),
        ("2024-spring", Precision.TERM, date(2024, 1, 1), date(2024, 3, 31)),
        ("2024-summer", Precision.TERM, date(2024, 4, 1), date(2024, 8, 31)),
        ("2024", Precision.YEAR, date(2024, 1, 1), date(2024, 12, 31)),
        ("2024-25", Precision.ACADEMIC_YEAR, date(2024, 9, 1), date(2025, 8, 31)),
    ],
)
def test_a_partial_date_has_a_first_and_a_last_day(value: str, precision: Precision, first: date, last: date) -> None:
    assert first_day(partial(value, precision)) == first
    assert last_day(partial(value, precision)) == last


def test_an_unknown_term_is_refused() -> None:
    with pytest.raises(ValueError, match="names no term"):
        last_day(partial("2024-winter", Precision.TERM))


@given(PARTIALS)
def test_the_last_day_is_never_before_the_first(value: PartialDate) -> None:
    assert first_day(value) <= last_day(value)


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2023, 9, 1), 96, date(2031, 9, 1)),
        (date(2024, 1, 31), 1, date(2024, 2, 29)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2024, 2, 29), 48, date(2028, 2, 29)),
        (date(2025, 4, 30), 1, date(2025, 5, 31)),
        (date(2024, 12, 15), 1, date(2025, 1, 15)),
        (date(2024, 1, 30), 1, date(2024, 2, 29)),
    ],
)
def test_months_are_calendar_months(day: date, months: int, expected: date) -> None:
    assert add_months(day, months) == expected


@given(DAYS, st.integers(0, 240))
def test_adding_months_lands_in_the_month_meant(day: date, months: int) -> None:
    later = add_months(day, months)
    assert (later.year * 12 + later.month) - (day.year * 12 + day.month) == months


@given(PARTIALS, st.integers(1, 10))
def test_whole_years_keep_the_month_or_term(value: PartialDate, years: int) -> None:
    rolled = roll_partial(value, years * 12)
    assert rolled.precision is value.precision
    assert last_day(rolled).month == last_day(value).month
    assert last_day(rolled).year == last_day(value).year + years


def test_a_term_rolled_by_half_a_year_becomes_a_month() -> None:
    assert roll_partial(partial("2024-autumn", Precision.TERM), 6) == partial("2025-06", Precision.MONTH)


@given(st.one_of(st.none(), PARTIALS), st.integers(1, 60), DAYS)
def test_the_next_review_is_at_least_half_a_cycle_after_the_review_done(
    scheduled: PartialDate | None, cycle_months: int, after: date
) -> None:
    due = last_day(next_review(scheduled, cycle_months, after))
    assert due >= after + timedelta(days=cycle_months * 30.4375 / 2 - 3)


def test_a_late_review_rolls_from_the_scheduled_date() -> None:
    august = partial("2025-08", Precision.MONTH)
    assert next_review(august, 12, date(2025, 10, 14)) == partial("2026-08", Precision.MONTH)
    assert next_review(august, 12, date(2026, 11, 24)) == partial("2027-08", Precision.MONTH)


def test_a_review_done_early_still_rolls_one_cycle() -> None:
    august = partial("2027-08", Precision.MONTH)
    assert next_review(august, 12, date(2027, 7, 7)) == partial("2028-08", Precision.MONTH)


def test_without_a_scheduled_date_the_cycle_counts_from_the_review() -> None:
    assert next_review(None, 24, date(2026, 12, 9)) == partial("2028-12", Precision.MONTH)


def test_a_cycle_of_no_months_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one month"):
        next_review(None, 0, date(2026, 12, 9))


def test_days_of_a_funeral_and_those_that_stand_in_for_a_weekend_are_bank_holidays() -> None:
    assert date(2022, 9, 19) in bank_holidays(2022)
    assert {date(2026, 12, 28), date(2027, 12, 27), date(2027, 12, 28)} <= bank_holidays(2026) | bank_holidays(2027)


def test_mail_goes_on_weekdays_that_are_no_holidays() -> None:
    closed = [(date(2026, 12, 21), date(2027, 1, 4))]
    assert is_mail_day(date(2026, 11, 24), closed)
    assert not is_mail_day(date(2026, 11, 28), closed)
    assert not is_mail_day(date(2026, 12, 21), closed)
    assert not is_mail_day(date(2026, 8, 31), [])
    assert date(2026, 12, 25) in bank_holidays(2026)
    assert next_mail_day(date(2026, 12, 19), closed) == date(2027, 1, 5)
    assert last_mail_day(date(2027, 1, 4), closed) == date(2026, 12, 18)


@given(DAYS)
def test_the_next_and_last_mail_day_enclose_the_day(day: date) -> None:
    assert last_mail_day(day, []) <= day <= next_mail_day(day, [])
    assert is_mail_day(next_mail_day(day, []), [])
    assert next_mail_day(day, []) - day <= timedelta(days=5)


def test_a_school_that_is_always_closed_still_gets_an_answer() -> None:
    assert next_mail_day(date(2026, 1, 1), [(date.min, date.max)]) > date(2026, 1, 1)


def test_the_school_year_begins_in_september() -> None:
    assert academic_year_start(date(2026, 8, 31)) == date(2025, 9, 1)
    assert academic_year_start(date(2026, 9, 1)) == date(2026, 9, 1)


@pytest.mark.parametrize(
    ("day", "school_days", "found"),
    [
        (date(2026, 11, 27), 0, date(2026, 11, 27)),
        (date(2026, 11, 28), 0, date(2026, 11, 28)),
        (date(2026, 11, 27), 1, date(2026, 11, 30)),
        (date(2026, 11, 30), -1, date(2026, 11, 27)),
        (date(2026, 11, 28), 5, date(2026, 12, 4)),
        (date(2026, 12, 24), 1, date(2027, 1, 6)),
        (date(2027, 1, 6), -2, date(2026, 12, 23)),
    ],
)
def test_school_days_are_counted_over_weekends_holidays_and_closed_days(
    day: date, school_days: int, found: date
) -> None:
    closed = [(date(2026, 12, 28), date(2027, 1, 5))]
    assert school_day_from(day, school_days, closed) == found


def days_without_school(*terms: str, closed: str = "") -> list[str]:
    """Return the ranges of days without school, as the settings have them."""
    given = ", ".join(f'"{term}"' for term in terms)
    text = f"[calendar]\nclosed = [{closed}]\nterms = [{given}]\n"
    return [f"{first}..{last}" for first, last in parse_config(text, root=Path()).calendar.no_school]


YEAR = ("2026-09-03..2026-10-23", "2026-11-02..2026-12-18", "2027-01-05..2027-03-25", "2027-04-12..2027-07-21")


def test_days_between_known_terms_and_in_august_are_no_school_days() -> None:
    found = ["2026-08-01..2026-09-02", "2026-10-24..2026-11-01", "2026-12-19..2027-01-04", "2027-03-26..2027-04-11"]
    assert days_without_school(*YEAR) == [*found, "2027-07-22..2027-08-31"]
    assert days_without_school(*reversed(YEAR), "2027-09-02..2027-12-17")[-1] == "2027-07-22..2027-09-01"
    assert days_without_school() == []
    assert days_without_school(closed='"2026-12-21..2027-01-04"') == ["2026-12-21..2027-01-04"]


def test_where_a_term_between_two_others_is_not_known_its_days_are_school_days() -> None:
    assert days_without_school("2026-09-01..2026-12-18", "2027-04-12..2027-07-21") == [
        "2026-08-01..2026-08-31",
        "2027-07-22..2027-08-31",
    ]
    assert days_without_school("2026-09-01..2026-12-18") == ["2026-08-01..2026-08-31"]


def test_school_days_are_counted_past_the_holidays() -> None:
    text = f"[calendar]\nterms = {list(YEAR)}\n"
    no_school = parse_config(text, root=Path()).calendar.no_school
    assert school_day_from(date(2026, 12, 17), 2, no_school) == date(2027, 1, 5)
    assert school_day_from(date(2027, 1, 5), -2, no_school) == date(2026, 12, 17)
    assert school_day_from(date(2027, 7, 20), 1, no_school) == date(2027, 7, 21)
