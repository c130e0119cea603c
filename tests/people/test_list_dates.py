"""Dates of a list's column: day and month are told by the whole column or not at all."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.people.lists.dates import DateOrder, read_date_column

_DAYS = st.dates(date(1941, 1, 1), date(2099, 12, 31))


@given(st.lists(_DAYS, max_size=20))
def test_iso_dates_are_always_themselves(days: list[date]) -> None:
    assert list(read_date_column([day.isoformat() for day in days]).dates) == days


@given(st.lists(_DAYS, min_size=1, max_size=20))
def test_numbers_are_read_day_first_or_refused_and_never_swapped(days: list[date]) -> None:
    column = read_date_column([f"{day:%d/%m/%Y}" for day in days])
    assert all(found in (None, day) for found, day in zip(column.dates, days, strict=True))
    if any(day.day > 12 for day in days):
        assert list(column.dates) == days


@given(st.lists(_DAYS, min_size=1, max_size=20))
def test_month_first_column_is_never_taken_day_first(days: list[date]) -> None:
    column = read_date_column([f"{day:%m/%d/%Y}" for day in days])
    if any(day.day > 12 for day in days):
        assert all(found in (None, day) for found, day in zip(column.dates, days, strict=True))
        assert column.order is DateOrder.MONTH_FIRST


@pytest.mark.parametrize(
    ("cell", "day"),
    [
        ("2026-09-01T00:00:00", date(2026, 9, 1)),
        ("2026/9/1", date(2026, 9, 1)),
        ("1 Sep 2026", date(2026, 9, 1)),
        ("1st September 2026", date(2026, 9, 1)),
        ("01-Sept-26", date(2026, 9, 1)),
        ("3 May 1987", date(1987, 5, 3)),
        ("13.9.26", date(2026, 9, 13)),
        ("13-09-1999 08:30", date(1999, 9, 13)),
        ("13/09/87", date(1987, 9, 13)),
        ("04/04/2026", date(2026, 4, 4)),
        ("", None),
    ],
)
def test_usual_ways_of_writing_a_date_are_read(cell: str, day: date | None) -> None:
    column = read_date_column([cell])
    assert (column.dates, column.refusals) == ((day,), (None,))


@pytest.mark.parametrize(
    ("cells", "says"),
    [
        (["03/04/2026"], "could be day first or month first"),
        (["03/04/2026", "04/25/2026"], "month first"),
        (["03/04/2026", "04/25/2026", "25/04/2026"], "mixes"),
        (["31/02/2026"], "not a day of the calendar"),
        (["46266"], "a day as a spreadsheet counts it"),
        (["soon"], "not a date"),
        (["1 Brumaire 2026"], "not a date|names no month"),
        (["1 Foo 2026"], "names no month"),
        (["1066-10-14"], "too far away"),
    ],
)
def test_dates_that_cannot_be_told_are_refused_with_the_reason(cells: list[str], says: str) -> None:
    import re

    column = read_date_column(cells)
    assert column.dates[0] is None
    assert column.refusals[0] is not None
    assert re.search(says, column.refusals[0])
