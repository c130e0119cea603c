"""Days on which somebody is away, several stretches of them, and what becomes of deadlines."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.config import parse_config
from pipeline.model.people import AwayPeriod, Person
from pipeline.people.away import absences_after, away_through, put_off
from pipeline.people.obligations import is_away, obligations
from pipeline.register.people.persons import PersonRow
from tests.people.test_obligations import _standing

MONDAY = date(2026, 11, 23)
DAY = timedelta(days=1)
WEEK = timedelta(days=7)
_DAYS = st.dates(date(2026, 1, 1), date(2026, 12, 31))
_PERIODS = st.lists(
    st.builds(lambda first, length: AwayPeriod(first, first + length * DAY), _DAYS, st.integers(0, 60)), max_size=5
).map(lambda periods: tuple(sorted(periods, key=lambda one: (one.from_on, one.until_on))))


def _person(*away: AwayPeriod, until: date | None = None) -> Person:
    return Person("p1", "Ana", "Lee", "ana@example.org", "Teacher", None, None, until, away=away)


def test_an_absence_to_come_is_none_yet() -> None:
    later = _person(AwayPeriod(MONDAY + WEEK, MONDAY + 2 * WEEK))
    assert [away_through(later, MONDAY + step * WEEK) for step in range(3)] == [None, *[MONDAY + 2 * WEEK] * 2]
    assert away_through(later, MONDAY + 2 * WEEK + DAY) is None


def test_absences_that_meet_are_one_and_a_weekend_between_them_is_no_return() -> None:
    first = AwayPeriod(MONDAY, MONDAY + 4 * DAY)
    overlapping = AwayPeriod(MONDAY + 2 * DAY, MONDAY + 3 * DAY)
    on_monday = AwayPeriod(MONDAY + WEEK, MONDAY + WEEK + DAY)
    back_on_monday = AwayPeriod(MONDAY + WEEK + DAY, MONDAY + WEEK + 2 * DAY)
    assert away_through(_person(first, overlapping), MONDAY) == first.until_on
    assert away_through(_person(first, overlapping, on_monday), MONDAY) == on_monday.until_on
    assert away_through(_person(first, back_on_monday), MONDAY) == first.until_on


def test_what_a_list_says_without_a_first_day_counts_from_the_beginning() -> None:
    assert away_through(_person(until=MONDAY), MONDAY - WEEK) == MONDAY
    assert not is_away(_person(until=MONDAY), MONDAY + DAY)


@given(_PERIODS, _DAYS)
def test_somebody_is_away_on_the_days_of_their_absences_and_no_others(
    periods: tuple[AwayPeriod, ...], today: date
) -> None:
    inside = any(one.from_on <= today <= one.until_on for one in periods)
    assert is_away(_person(*periods), today) == inside
    until = away_through(_person(*periods), today)
    assert until is None or not any(one.from_on <= until + DAY <= one.until_on for one in periods)


@given(_PERIODS, _DAYS, st.integers(0, 30))
def test_a_deadline_is_put_off_by_the_days_away_and_falls_on_none(
    periods: tuple[AwayPeriod, ...], asked_on: date, within: int
) -> None:
    due_on = asked_on + within * DAY
    later = put_off(due_on, asked_on, absences_after(_person(*periods), asked_on))
    days = [asked_on + step * DAY for step in range(1, (later - asked_on).days + 1)]
    there = [day for day in days if not any(one.from_on <= day <= one.until_on for one in periods)]
    assert len(there) == within
    assert not there or there[-1] == later


@pytest.mark.parametrize(
    ("away", "asked_on", "due_on"),
    [
        ((), MONDAY, MONDAY + 2 * WEEK),
        ((AwayPeriod(MONDAY, MONDAY + 6 * DAY),), MONDAY + WEEK, MONDAY + 3 * WEEK),
        # Away for a week before the deadline: seven days more; not for what is over.
        ((AwayPeriod(MONDAY + WEEK, MONDAY + WEEK + 6 * DAY),), MONDAY, MONDAY + 3 * WEEK),
        ((AwayPeriod(MONDAY - WEEK, MONDAY - DAY),), MONDAY, MONDAY + 2 * WEEK),
        # Back for a week between two absences.
        (
            (AwayPeriod(MONDAY, MONDAY + 6 * DAY), AwayPeriod(MONDAY + 2 * WEEK, MONDAY + 3 * WEEK - DAY)),
            MONDAY + WEEK,
            MONDAY + 4 * WEEK,
        ),
    ],
)
def test_who_is_away_is_asked_on_return_and_has_all_their_days(
    away: tuple[AwayPeriod, ...], asked_on: date, due_on: date
) -> None:
    row = PersonRow(1, _person(*away), "staff.csv", "key")
    closed = parse_config("", root=Path())
    (one,) = obligations([row], [_standing("safeguarding")], closed, MONDAY)
    assert (one.asked_on, one.due_on) == (asked_on, due_on)
