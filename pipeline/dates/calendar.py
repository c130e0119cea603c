"""Pure date rules: when a date of a month or term falls due, how a review rolls on, on which days mail goes.

Nothing here reads the clock or the configuration; both are parameters.
"""

import calendar
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from pipeline.dates.bank_holidays import bank_holidays
from pipeline.model.dates import PartialDate, Precision

DayRange = tuple[date, date]
"""First and last day, both included."""

_MOST_DAYS = 4096
_TERMS = {"autumn": ((9, 1), (12, 31)), "spring": ((1, 1), (3, 31)), "summer": ((4, 1), (8, 31))}


def first_day(partial: PartialDate) -> date:
    """Return the first day a partial date may mean.

    Terms are autumn 1 September to 31 December, spring 1 January to 31 March, summer 1 April to 31 August; an academic
    year is 1 September to 31 August.

    Raises:
        ValueError: when the value is not written as its precision demands.
    """
    return _bounds(partial)[0]


def last_day(partial: PartialDate) -> date:
    """Return the last day a partial date may mean: the day on which a review of "August 2025" falls due.

    Raises:
        ValueError: when the value is not written as its precision demands.
    """
    return _bounds(partial)[1]


def _bounds(partial: PartialDate) -> DayRange:
    value = partial.value
    match partial.precision:
        case Precision.DAY:
            day = date.fromisoformat(value)
            return day, day
        case Precision.MONTH:
            year, month = int(value[:4]), int(value[5:])
            return date(year, month, 1), _end_of_month(year, month)
        case Precision.TERM:
            year_text, _, term = value.partition("-")
            if term not in _TERMS:
                raise ValueError(f"{value!r} names no term")
            (first_month, first), (last_month, last) = _TERMS[term]
            return date(int(year_text), first_month, first), date(int(year_text), last_month, last)
        case Precision.YEAR:
            return date(int(value), 1, 1), date(int(value), 12, 31)
        case Precision.ACADEMIC_YEAR:
            year = int(value[:4])
            return date(year, 9, 1), date(year + 1, 8, 31)


@lru_cache(maxsize=_MOST_DAYS)
def _end_of_month(year: int, month: int) -> date:
    return date(year, month, calendar.monthrange(year, month)[1])


def add_months(day: date, months: int) -> date:
    """Return the same day ``months`` calendar months on; the last day of a month stays the last day.

    Months, not days: eight "years" of 365 days from 1 September 2023 end a day early.
    """
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    end = _end_of_month(year, month + 1)
    if day == _end_of_month(day.year, day.month):
        return end
    return date(year, month + 1, min(day.day, end.day))


def roll_partial(partial: PartialDate, months: int) -> PartialDate:
    """Return the date ``months`` on, as exactly as it was written: August stays August, a term stays that term.

    A term or academic year moves by whole years; where ``months`` is no whole number of years it becomes the month its
    last day falls in.
    """
    whole_years = months % 12 == 0
    match partial.precision:
        case Precision.DAY:
            return PartialDate(add_months(date.fromisoformat(partial.value), months).isoformat(), Precision.DAY)
        case Precision.TERM if whole_years:
            year, _, term = partial.value.partition("-")
            return PartialDate(f"{int(year) + months // 12}-{term}", Precision.TERM)
        case Precision.YEAR if whole_years:
            return PartialDate(str(int(partial.value) + months // 12), Precision.YEAR)
        case Precision.ACADEMIC_YEAR if whole_years:
            year_number = int(partial.value[:4]) + months // 12
            return PartialDate(f"{year_number}-{(year_number + 1) % 100:02}", Precision.ACADEMIC_YEAR)
        case _:
            return PartialDate(f"{add_months(last_day(partial), months):%Y-%m}", Precision.MONTH)


def next_review(scheduled: PartialDate | None, cycle_months: int, after: date) -> PartialDate:
    """Return the next review after a review done on ``after``.

    It rolls from the *scheduled* date, never from the day the school got round to it: by as few whole cycles as bring
    its last day at least half a cycle past ``after``, by none where it lies there already. Without a scheduled date it
    is one cycle after ``after``, to the month.

    Raises:
        ValueError: when ``cycle_months`` is not positive.
    """
    if cycle_months < 1:
        raise ValueError("a review cycle is at least one month")
    if scheduled is None:
        return PartialDate(f"{add_months(after, cycle_months):%Y-%m}", Precision.MONTH)
    half = add_months(after, cycle_months // 2) + timedelta(days=15 * (cycle_months % 2))
    cycles = 0
    while last_day(rolled := roll_partial(scheduled, cycles * cycle_months) if cycles else scheduled) < half:
        cycles += 1
    return rolled


def is_mail_day(day: date, closed: Sequence[DayRange]) -> bool:
    """Return whether mail goes to staff on ``day``: Monday to Friday, no bank holiday, no closed day."""
    if day.weekday() >= 5 or any(first <= day <= last for first, last in closed):
        return False
    return day not in bank_holidays(day.year)


def next_mail_day(day: date, closed: Sequence[DayRange]) -> date:
    """Return the first mail day on or after ``day``."""
    return _mail_day(day, tuple(closed), timedelta(days=1))


def last_mail_day(day: date, closed: Sequence[DayRange]) -> date:
    """Return the last mail day on or before ``day``."""
    return _mail_day(day, tuple(closed), timedelta(days=-1))


@lru_cache(maxsize=_MOST_DAYS)
def _mail_day(day: date, closed: tuple[DayRange, ...], step: timedelta) -> date:
    limit = 1000  # a school closed for longer than this has no mail day at all; its own day is as good as any
    for _ in range(limit):
        if is_mail_day(day, closed):
            return day
        day += step
    return day


def school_day_from(day: date, school_days: int, closed: Sequence[DayRange]) -> date:
    """Return the day so many school days after ``day``, before it where negative; 0 is the day itself.

    School days are those on which mail would go if the school were closed on ``closed``: the closed days and, where
    terms are known, the holidays between them (``[calendar]``, ``no_school``).
    """
    step = timedelta(days=1 if school_days > 0 else -1)
    for _ in range(abs(school_days)):
        day = _mail_day(day + step, tuple(closed), step)
    return day


def knows_terms(terms: Sequence[DayRange], today: date) -> bool:
    """Return whether a term of this school year covers ``today`` or follows it.

    From July on the next school year's do as well: this one's last term may be over.
    """
    years = 2 if today.month in (7, 8) else 1
    start = academic_year_start(today)
    end = date(start.year + years, 9, 1)
    return any(last >= today and first < end for first, last in terms)


def term_of(day: date, terms: Sequence[DayRange]) -> DayRange | None:
    """Return the term that ``day`` lies in, None in the holidays.

    ``terms`` are those of the school's calendar; where it has none of this school year they are those of ``first_day``.
    """
    start = academic_year_start(day)
    if any(start <= first < date(start.year + 1, 9, 1) for first, _ in terms):
        return next((term for term in terms if term[0] <= day <= term[1]), None)
    usual = [_bounds(PartialDate(f"{day.year}-{name}", Precision.TERM)) for name in _TERMS]
    return next(term for term in usual if term[0] <= day <= term[1])


def skipped_hour(at: time, zone: ZoneInfo, first: date) -> tuple[date, time] | None:
    """Return the first day from ``first`` on, within a year, on which the clocks go forward over a time of day.

    With it the time that the clock shows then; None where there is no such day.
    """
    for days in range(366):
        day = first + timedelta(days=days)
        shown = datetime.combine(day, at, tzinfo=zone).astimezone(UTC).astimezone(zone)
        if shown.time() != at:
            return day, shown.time()
    return None


def academic_year_start(day: date) -> date:
    """Return 1 September of the school year ``day`` lies in."""
    return date(day.year if day.month >= 9 else day.year - 1, 9, 1)
