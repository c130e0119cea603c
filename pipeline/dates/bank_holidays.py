"""England's bank holidays: those of the years to come at once, of any other from the library that knows them all.

The library loads three hundred countries, which takes a tenth of a second of every run. A test holds the days below
against it, so that an edition of it that knows of another day (one that was proclaimed) is not overlooked.
"""

from datetime import date
from functools import cache

DAYS = {
    2025: "01-01 04-18 04-21 05-05 05-26 08-25 12-25 12-26",
    2026: "01-01 04-03 04-06 05-04 05-25 08-31 12-25 12-26 12-28",
    2027: "01-01 03-26 03-29 05-03 05-31 08-30 12-25 12-26 12-27 12-28",
    2028: "01-01 01-03 04-14 04-17 05-01 05-29 08-28 12-25 12-26",
    2029: "01-01 03-30 04-02 05-07 05-28 08-27 12-25 12-26",
    2030: "01-01 04-19 04-22 05-06 05-27 08-26 12-25 12-26",
    2031: "01-01 04-11 04-14 05-05 05-26 08-25 12-25 12-26",
    2032: "01-01 03-26 03-29 05-03 05-31 08-30 12-25 12-26 12-27 12-28",
    2033: "01-01 01-03 04-15 04-18 05-02 05-30 08-29 12-25 12-26 12-27",
    2034: "01-01 01-02 04-07 04-10 05-01 05-29 08-28 12-25 12-26",
    2035: "01-01 03-23 03-26 05-07 05-28 08-27 12-25 12-26",
}
"""Month and day of each, by the year; a day at a weekend stands beside the one that is off in its place."""


@cache
def bank_holidays(year: int) -> frozenset[date]:
    """Return England's bank holidays of one year."""
    if year in DAYS:
        return frozenset(date.fromisoformat(f"{year}-{day}") for day in DAYS[year].split())
    import holidays

    return frozenset(holidays.country_holidays("GB", subdiv="ENG", years=year))
