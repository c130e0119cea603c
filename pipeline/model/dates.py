"""Days as people write them: a day, a month, a term, a year."""

from dataclasses import dataclass
from enum import StrEnum

MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


class Precision(StrEnum):
    """How exactly a date was written."""

    DAY = "day"
    """``2013-09-17``"""
    MONTH = "month"
    """``2024-08``"""
    TERM = "term"
    """``2024-autumn`` (``spring``, ``summer``): the calendar year the term lies in"""
    YEAR = "year"
    """``2024``"""
    ACADEMIC_YEAR = "academic-year"
    """``2024-25``: 1 September to 31 August"""


@dataclass(frozen=True, slots=True)
class PartialDate:
    """A date as exactly as it was written, and no more so. ``dates.calendar`` knows its first and last day."""

    value: str
    precision: Precision
