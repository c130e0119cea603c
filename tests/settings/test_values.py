"""Values of settings as a page shows them and as they stand in a field."""

from datetime import date

from pipeline.settings.values import say_value, typed_value

MARCH, JULY = date(2027, 3, 10), date(2027, 7, 9)


def test_two_meetings_are_two_days_and_no_range() -> None:
    assert say_value((MARCH, JULY)) == "10 March 2027, 9 July 2027"
    assert typed_value((MARCH, JULY)) == "2027-03-10\n2027-07-09"


def test_closed_days_and_terms_are_ranges() -> None:
    assert say_value(((MARCH, JULY),)) == "10 March 2027 to 9 July 2027"
    assert typed_value(((MARCH, JULY),)) == "2027-03-10..2027-07-09"
