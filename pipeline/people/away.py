"""On which days a person is away: absences that meet are one, and days away are not counted against a deadline. Pure.

Used by ``obligations`` and by what says until when a person is away. No reason for an absence is known anywhere.
"""

from dataclasses import replace
from datetime import date, timedelta

from pipeline.model.people import AwayPeriod, Person

_DAY = timedelta(days=1)
_FRIDAY = 4


def periods_of(person: Person) -> tuple[AwayPeriod, ...]:
    """Return the absences of a person by first day; a list's own ``away_until`` counts from long ago."""
    if person.away or person.away_until is None:
        return person.away
    return (AwayPeriod(date.min, person.away_until),)


def away_through(person: Person, today: date) -> date | None:
    """Return the last day of the absence that ``today`` is in, None for a person who is there.

    An absence that begins on the day after another one, or on the Monday after one that ends on a Friday, goes on.
    """
    if not person.away and person.away_until is None:
        return None
    return _through(periods_of(person), today)


def absent_through(person: Person, today: date) -> date | None:
    """Return the same of what the office said: that mail is held for a question says nothing of an absence."""
    said = tuple(period for period in person.away if not period.is_held)
    return away_through(replace(person, away=said), today)


def _through(periods: tuple[AwayPeriod, ...], today: date) -> date | None:
    last: date | None = None
    for period in periods:
        reaches = today if last is None else _next_weekday(last)
        if period.from_on <= reaches and period.until_on >= (today if last is None else last):
            last = period.until_on
    return last


def absences_after(person: Person, day: date) -> tuple[AwayPeriod, ...]:
    """Return the absences that end after ``day``."""
    return tuple(period for period in periods_of(person) if period.until_on > day)


def put_off(due_on: date, after: date, absences: tuple[AwayPeriod, ...]) -> date:
    """Return ``due_on``, later by each day after ``after`` on which a person is away: never a day on which they are.

    ``absences`` stand in the order of their first days.
    """
    counted = after
    for period in absences:
        if period.from_on > due_on:
            break
        first = max(period.from_on, counted + _DAY)
        if period.until_on >= first:
            due_on += period.until_on - first + _DAY
            counted = period.until_on
    return due_on


def _next_weekday(day: date) -> date:
    following = day + _DAY
    while following.weekday() > _FRIDAY:
        following += _DAY
    return following
