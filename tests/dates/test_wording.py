"""How amounts of reading are said to an owner before a mailing goes."""

import pytest

from pipeline.wording import say_minutes, say_most_reading


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
