"""The calendar of the oracle: which stage of a review is due on a day, by plain counting, and nothing of the program.

All days are local days of the school. Whoever draws a school uses it too, so that what is lived and what is expected
are told by the same dates; what the program makes of them is never asked.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

Days = tuple[date, date]
"""First and last, both included."""
DAY = timedelta(days=1)
_MONDAY, _SATURDAY = 0, 5
_STEP = timedelta(minutes=5)
_FURTHEST_ZONE = timedelta(hours=15)


@lru_cache(maxsize=64)
def bank_holidays(year: int) -> frozenset[date]:
    """Return the bank holidays of England. Source: gov.uk/bank-holidays, with the substitute days counted by hand."""
    found = {_easter(year) - 2 * DAY, _easter(year) + DAY}
    new_year = date(year, 1, 1)
    while new_year.weekday() >= _SATURDAY:
        new_year += DAY
    found.add(new_year)
    found |= {_monday_from(date(year, 5, 1)), _monday_from(date(year, 5, 25)), _monday_from(date(year, 8, 25))}
    for christmas in (date(year, 12, 25), date(year, 12, 26)):
        while christmas.weekday() >= _SATURDAY or christmas in found:
            christmas += DAY
        found.add(christmas)
    return frozenset(found)


def _monday_from(day: date) -> date:
    while day.weekday() != _MONDAY:
        day += DAY
    return day


def _easter(year: int) -> date:
    """Return Easter Sunday. Source: the anonymous Gregorian algorithm (Meeus, Astronomical Algorithms, chapter 8)."""
    a, b, c = year % 19, year // 100, year % 100
    d, e = b // 4, b % 4
    g = (8 * b + 13) // 25
    h = (19 * a + b - d - g + 15) % 30
    i, k = c // 4, c % 4
    m = (32 + 2 * e + 2 * i - h - k) % 7
    n = (a + 11 * h + 22 * m) // 451
    month, day = divmod(h + m - 7 * n + 114, 31)
    return date(year, month, day + 1)


def is_school_day(day: date, closed: Sequence[Days]) -> bool:
    """Return whether mail goes on a day."""
    if day.weekday() >= _SATURDAY or day in bank_holidays(day.year):
        return False
    return not any(first <= day <= last for first, last in closed)


def months_on(day: date, months: int) -> date:
    """Return the day so many months on: the last day of a month stays the last, whichever that is."""
    is_last = (day + DAY).day == 1
    year, month = day.year, day.month + months
    while month > 12:
        year, month = year + 1, month - 12
    last = (date(year + month // 12, month % 12 + 1, 1) - DAY).day
    return date(year, month, last if is_last else min(day.day, last))


def next_due(due: date, cycle_months: int, done: date) -> date:
    """Return when a review is due again that was due on one day and done on another: on from the day it was due."""
    while due <= done:
        due = months_on(due, cycle_months)
    return due


def rolled(due: date, cycle_months: int, done: date) -> date:
    """Return when a review done on a day is due again, at least one cycle later and half a cycle from that day."""
    half = months_on(done, cycle_months // 2) + cycle_months % 2 * 15 * DAY
    return next_due(months_on(due, cycle_months), cycle_months, half - DAY)


def summer_notice(due: date, closed: Sequence[Days]) -> int | None:
    """Return how many days before a due day in the summer holidays its first notice is; None for any other day.

    The summer term ends on 20 July; the notice is on the fifteenth school day before its last one.
    """
    if due.month not in (7, 8) or due <= date(due.year, 7, 20):
        return None
    day = date(due.year, 7, 20)
    while not is_school_day(day, closed):
        day -= DAY
    for _ in range(15):
        day -= DAY
        while not is_school_day(day, closed):
            day -= DAY
    return (due - day).days


def stage_begins(due: date, day: date, remind: Sequence[int], every: int, closed: Sequence[Days]) -> date | None:
    """Return the day on which the stage began that a review has reached on ``day``; None where it has reached none.

    ``remind`` are days before it is due; once it is past, a stage begins on the day after, and each ``every`` days from
    the due day on.
    """
    begins = [due - timedelta(days=number) for number in remind]
    summer = summer_notice(due, closed)
    if summer is not None and summer > max(remind) + 7:
        begins.append(due - timedelta(days=summer))
    if day > due:
        weeks = (day - due).days // every
        begins.append(due + timedelta(days=weeks * every) if weeks else due + DAY)
    return max((begin for begin in begins if begin <= day), default=None)


@lru_cache(maxsize=200_000)
def run_moment(day: date, at: time, zone: ZoneInfo) -> datetime:
    """Return the first moment, in UTC, at which the clock on the wall shows the day's hour or a later one."""
    moment = datetime.combine(day, time(), tzinfo=UTC) - _FURTHEST_ZONE
    while True:
        shown = moment.astimezone(zone)
        if shown.date() == day and shown.time() >= at:
            return moment
        moment += _STEP


def clock_changes(first: date, last: date, zone: ZoneInfo) -> int:
    """Return how often the clocks change between two days."""
    count, day = 0, first
    while day < last:
        before, after = (datetime.combine(one, time(12), tzinfo=zone).utcoffset() for one in (day, day + DAY))
        count += before != after
        day += DAY
    return count
