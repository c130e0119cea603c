"""How amounts of reading are said to an owner before a mailing goes, and what is asked of a computer's clock."""

from datetime import date

import pytest

from pipeline.wording import say_clock, say_minutes, say_most_reading


@pytest.mark.parametrize(
    ("minutes", "said"),
    [
        (0, "0 minutes"),
        (1, "1 minute"),
        (59, "59 minutes"),
        (60, "1 hour"),
        (61, "1 hour 1 minute"),
        (125, "2 hours 5 minutes"),
    ],
)
def test_reading_time_is_said_in_hours_and_minutes(minutes: int, said: str) -> None:
    assert say_minutes(minutes) == said


def test_whom_the_most_is_asked_of_is_named_or_counted_with_what_it_comes_to() -> None:
    assert say_most_reading([("Kim Lee", 80), ("Jo Ray", 10)]) == (
        "The most is asked of Kim Lee: 1 hour 20 minutes of reading. For all together it is 1 hour 30 minutes."
    )
    assert say_most_reading([("Kim Lee", 40), ("Jo Ray", 40), ("Al Bo", 5)]).startswith(
        "The most is asked of each of 2 people: 40 minutes of reading."
    )


def test_one_reader_or_nothing_to_read_needs_no_such_line() -> None:
    assert say_most_reading([]) == ""
    assert say_most_reading([("Kim Lee", 80)]) == ""
    assert say_most_reading([("Kim Lee", 0), ("Jo Ray", 0)]) == ""


TODAY = date(2026, 11, 24)


@pytest.mark.parametrize(
    ("later", "before", "said"),
    [
        (None, None, ""),
        (None, date(2026, 11, 23), ""),
        (None, date(2026, 11, 8), ""),
        (None, date(2026, 11, 7), "The last run was for 7 November 2026, 17 days ago. If fewer have passed"),
        (
            date(2027, 1, 5),
            date(2026, 11, 7),
            "This run takes 24 November 2026 for today, but one was made for 5 January",
        ),
    ],
)
def test_a_clock_is_asked_about_after_a_long_break_or_a_step_back(
    later: date | None, before: date | None, said: str
) -> None:
    assert " ".join(say_clock(later, before, TODAY)).startswith(said)
    assert bool(say_clock(later, before, TODAY)) is bool(said)
