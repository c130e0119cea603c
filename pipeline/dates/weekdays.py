"""The days of the week as texts write them: names, short names and a pattern of both, as ``months`` has its own."""

from collections.abc import Iterable

_SHORT = {
    "Monday": ("Mon",),
    "Tuesday": ("Tue", "Tues"),
    "Wednesday": ("Wed", "Weds"),
    "Thursday": ("Thu", "Thur", "Thurs"),
    "Friday": ("Fri",),
    "Saturday": ("Sat",),
    "Sunday": ("Sun",),
}
WEEKDAYS = tuple(_SHORT)
SCHOOL_DAYS = WEEKDAYS[:5]


def short_days(days: Iterable[str] = WEEKDAYS) -> frozenset[str]:
    """Return the short names of days in small letters."""
    return frozenset(short.casefold() for day in days for short in _SHORT[day])


def day_words(days: Iterable[str] = WEEKDAYS) -> frozenset[str]:
    """Return the names of days, full and short, in small letters."""
    named = tuple(days)
    return short_days(named) | {day.casefold() for day in named}


def one_weekday(days: Iterable[str] = WEEKDAYS) -> str:
    """Return a pattern of one day, in full, in plural or short."""
    return f"(?:{'|'.join(f'{day}s?|' + '|'.join(reversed(_SHORT[day])) for day in days)})"
