"""Days of the week: one list of their names, and the dates that begin with one."""

import re

import pytest

from pipeline.dates.weekdays import SCHOOL_DAYS, WEEKDAYS, day_words, one_weekday, short_days
from pipeline.dates.written import find_dates


@pytest.mark.parametrize("written", ["Monday", "Mondays", "Mon", "Tue", "Tues", "Weds", "Thurs", "Sat", "Sundays"])
def test_a_day_is_told_in_full_in_plural_and_short(written: str) -> None:
    assert re.fullmatch(one_weekday(), written)


def test_days_of_school_are_five_and_their_words_know_no_other() -> None:
    assert len(WEEKDAYS) == 7
    assert SCHOOL_DAYS == ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday")
    assert {"sat", "saturday", "sun", "sunday"} == day_words() - day_words(SCHOOL_DAYS)
    assert not short_days() & {day.casefold() for day in WEEKDAYS}
    assert re.fullmatch(one_weekday(SCHOOL_DAYS), "Sat") is None


@pytest.mark.parametrize("day", ["Tuesday ", "Tues. ", "Tue, ", "Tuesday the ", ""])
def test_a_date_is_read_behind_its_day(day: str) -> None:
    (found,) = find_dates(f"Reviewed {day}3 May 2022")
    assert found.text == f"{day}3 May 2022"
