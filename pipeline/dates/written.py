"""Find and read the dates that schools write, as exactly as they are written.

Text in, ``PartialDate`` out. Day before month always; a date that cannot be (31 February, a month 17) is handed back as
unreadable and never turned round until it fits.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from pipeline.dates.months import MONTHS_SMALL, SHORT_MONTHS_SMALL
from pipeline.dates.weekdays import one_weekday
from pipeline.model.dates import PartialDate, Precision


@dataclass(frozen=True, slots=True)
class FoundDate:
    """A date in a text."""

    date: PartialDate
    start: int
    end: int
    text: str
    """The exact words, ``text[start:end]``."""
    short_year: bool = False
    """The year has two digits: a date only where it stands as a value ("Oct 12"), not in running text."""


@dataclass(frozen=True, slots=True)
class UnreadableDate:
    """Something written as a date that no calendar has."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class DateScan:
    """All that looks like a date in one text, in reading order."""

    dates: tuple[FoundDate, ...]
    unreadable: tuple[UnreadableDate, ...]


_SHORT_MONTHS = {name: number for number, name in enumerate(SHORT_MONTHS_SMALL, 1)} | {"sept": 9, "febr": 2}
_TERMS = {
    "autumn": "autumn",
    "fall": "autumn",
    "michaelmas": "autumn",
    "spring": "spring",
    "lent": "spring",
    "hilary": "spring",
    "easter": "spring",
    "summer": "summer",
    "trinity": "summer",
    "aut": "autumn",
    "spr": "spring",
    "sum": "summer",
}
_CENTURY_TURNS_AT = 50
"""Two-digit years below are of this century. No school policy in use is older than 1950 or newer than 2049."""

# A word may be glued to what stands before it ("reviewSeptember 2017") where the change of case shows the seam.
_WORD_START = r"(?:(?<![A-Za-z])|(?<=[a-z])(?=[A-Z]))"
_NUMBER_START = r"(?<![\d/.\-–])"
_END = r"(?![\d]|[/.\-–]\d)"
_YEAR = r"(?:19|20)\d\d"
_SHORT_YEAR = r"['’‘]?\d\d(?!\s?(?:st|nd|rd|th|am|pm|%|:)\b|:\d)"
_ANY_YEAR = rf"(?P<year>{_YEAR}|{_SHORT_YEAR})"
_DAY = r"(?P<day>\d{1,2})(?:\s?(?i:st|nd|rd|th)(?![a-z]))?"
_WEEKDAY = rf"(?:{_WORD_START}(?i:{one_weekday()})[,.]?\s+(?i:the\s+)?)?"
_MONTH = r"(?P<month>[A-Za-z]{3,10})"
_TERM = (
    r"(?P<term>(?i:autumn|fall|spring|summer)|(?i:michaelmas|lent|hilary|trinity"
    r"|easter)(?=\s+(?i:half[\s-]?)?(?i:term))|(?:Aut|AUT|Spr|SPR|Sum|SUM)(?=\.?\s?[/'’-]?\s?\d))"
)
"""Short names count in capitals and right before their year: "SUM/17", "Aut 2021"."""

_DAY_MONTH_YEAR = re.compile(
    # A weekday or a figure: nothing else is tried at other letters.
    rf"(?=[FMSTWfmstwſ\d]){_WEEKDAY}{_NUMBER_START}{_DAY}(?:[\s.,\-–/]|\s(?i:of)\s|(?i:day\s+of)\s"
    rf"|(?<=[a-z]))\s*{_MONTH}[\s.,\-–/]{{0,3}}\s*{_ANY_YEAR}{_END}"
)
_MONTH_DAY_YEAR = re.compile(rf"{_WEEKDAY}{_WORD_START}{_MONTH}\.?\s+{_DAY}\s?,?\s+(?P<year>{_YEAR}){_END}")
_NUMERIC = re.compile(
    rf"{_NUMBER_START}(?P<day>\d{{1,2}})\s?(?P<mark>[/.\-–])\s?(?P<month>\d{{1,2}})\s?(?P=mark)\s?(?P<year>{_YEAR}"
    rf"|\d\d){_END}"
)
_ISO = re.compile(rf"{_NUMBER_START}(?P<year>{_YEAR})-(?P<month>\d\d)-(?P<day>\d\d){_END}")
_TERM_YEAR = re.compile(
    rf"(?=[AEFHLMSTaefhlmstſ]){_WORD_START}{_TERM}(?:\s+(?i:half[\s-]?term|term|half))*(?:\s*[12](?=[\s,(]))?(?:\s+(?i:half[\s-]?term"
    rf"|term|half))*"
    rf"\.?\s*[,(\-–/]?\s*(?:(?i:of)\s+)?(?P<year>{_YEAR}|['’‘]?\d\d)(?:\s?[/\-–]\s?(?P<second>{_YEAR}|\d\d))?\)?(?![\d:])"
)
_YEAR_TERM = re.compile(
    rf"{_NUMBER_START}(?P<year>{_YEAR})(?:\s?[/\-–]\s?(?P<second>{_YEAR}"
    rf"|\d\d))?[\s,\-–]+{_TERM}\s+(?i:half[\s-]?)?(?i:term)\b"
)
_MONTH_YEAR = re.compile(
    rf"{_WORD_START}{_MONTH}[.,]?(?:\s*[\-–/]\s*|\s*\(\s*|\s*,?\s*(?i:of\s+)?)\s*{_ANY_YEAR}{_END}"
)
_NUMERIC_MONTH = re.compile(rf"{_NUMBER_START}(?P<month>0?[1-9]|1[0-2])\s?[/.]\s?(?P<year>{_YEAR}){_END}")
_SHORT_NUMERIC_MONTH = re.compile(
    rf"{_NUMBER_START}(?!12\s?/\s?13)(?P<month>0?[1-9]|1[0-2])\s?/\s?(?P<year>1[3-9]|[2-4]\d){_END}"
)
"""A year up to 12 may as well be a month ("09/10" is 9 October or a school year, as is "12/13")."""
_TWO_YEARS = re.compile(
    rf"{_NUMBER_START}(?P<year>{_YEAR})\s?(?P<mark>[/\-–])\s?(?P<second>{_YEAR}|\d\d)(?!\d|[/.\-–]\d)"
)
_SHORT_ACADEMIC = re.compile(
    rf"(?i:academic|school)\s+(?i:year)\s*:?\s*(?P<year>{_YEAR}|\d\d)(?:\s?[/\-–]\s?(?P<second>{_YEAR}|\d\d))?{_END}"
)
_YEAR_ALONE = re.compile(rf"(?<![\d/.\-–£#]){_YEAR}(?![\d]|[/.\-–]\d|\s?[–-]\s?\d)")


def find_dates(text: str) -> list[FoundDate]:
    """Return every date in ``text`` in reading order, none overlapping another.

    Unreadable ones are left out; ``scan_dates`` names them.
    """
    return list(scan_dates(text).dates)


def parse_date(text: str) -> PartialDate | None:
    """Return the date that ``text`` is as a whole, None where it is none or says more than one date.

    Space, brackets and closing marks round it do not count, nor does a leading "on", "in" or "by".
    """
    trimmed = re.sub(r"^[\s(\[:–-]*(?:(?:on|in|by|the)\s+)?|[\s)\].,;:]+$", "", text, flags=re.IGNORECASE)
    whole = [found for found in find_dates(trimmed) if found.start == 0 and found.end >= len(trimmed)]
    return whole[0].date if whole else None


_WITHOUT_DATES = DateScan((), ())


@lru_cache(maxsize=8192)
def scan_dates(text: str) -> DateScan:
    """Return the dates of ``text`` and what is written like one but cannot be, both in reading order."""
    figures = _DIGIT.search(text)
    if figures is None:
        return _WITHOUT_DATES
    first = max(0, figures.start() - _REACH)
    first = 0 if first and _WIDE_GAP.search(text, first) else first
    taken: list[tuple[int, int]] = []
    dates: list[FoundDate] = []
    unreadable: list[UnreadableDate] = []
    small = text.casefold()
    for pattern, read, words in _FORMS:
        if words and not any(map(small.__contains__, words)):
            continue
        for match in pattern.finditer(text, first):
            start, end = match.span()
            if any(start < other_end and other_start < end for other_start, other_end in taken):
                continue
            if match[0].count("\t") == 1 and _NUMBER_CELL.match(match[0]):
                continue
            outcome = read(match)
            if outcome is _NOT_A_DATE:
                continue
            taken.append((start, end))
            if isinstance(outcome, PartialDate):
                short = "year" in match.groupdict() and len(match["year"].strip("'’‘")) == 2
                dates.append(FoundDate(outcome, start, end, text[start:end], short))
            elif outcome is _UNREADABLE:
                unreadable.append(UnreadableDate(start, end, text[start:end]))
    return DateScan(
        tuple(sorted(dates, key=lambda found: found.start)), tuple(sorted(unreadable, key=lambda found: found.start))
    )


_DIGIT = re.compile(r"\d\d")
_REACH = 120
"""How far before its first two figures a date begins at most: "Wednesday the 1st day of September 2026"."""
_WIDE_GAP = re.compile(r"\s{4}")
_NUMBER_CELL = re.compile(r"\d{1,2}\t")
"""The cell before a month is a version's number, no day: "8", "Feb 2015". A day set in columns parts all three."""


class _NoDate:
    """Why a match gave no date."""


_NOT_A_DATE = _NoDate()
"""Other words of the same shape; another pattern may read them."""
_UNREADABLE = _NoDate()
_RANGE = _NoDate()
"""Several years: neither of them is a date of its own."""


def _full_year(digits: str) -> int:
    digits = digits.strip("'’‘")
    if len(digits) == 4:
        return int(digits)
    return int(digits) + (2000 if int(digits) < _CENTURY_TURNS_AT else 1900)


def _month_number(word: str) -> int | None:
    """Return 1 to 12 for a month's name, short name or a one-letter slip in a long one ("Febuary")."""
    lower = word.lower()
    if lower in MONTHS_SMALL:
        return MONTHS_SMALL.index(lower) + 1
    if lower in _SHORT_MONTHS:
        return _SHORT_MONTHS[lower]
    if len(lower) < 5:
        return None
    for number, name in enumerate(MONTHS_SMALL, 1):
        if len(name) >= 6 and lower[0] == name[0] and _is_one_slip(lower, name):
            return number
    return None


def _is_one_slip(word: str, name: str) -> bool:
    """Say whether one letter was dropped, added, changed or swapped with its neighbour."""
    if abs(len(word) - len(name)) > 1:
        return False
    head = next((i for i, (a, b) in enumerate(zip(word, name, strict=False)) if a != b), min(len(word), len(name)))
    rest, rest_name = word[head:], name[head:]
    return (
        rest[1:] == rest_name[1:]
        or rest[1:] == rest_name
        or rest == rest_name[1:]
        or (rest[:2] == rest_name[:2][::-1] and rest[2:] == rest_name[2:])
    )


def _day(year: int, month: int, day: int) -> PartialDate | _NoDate:
    try:
        return PartialDate(date(year, month, day).isoformat(), Precision.DAY)
    except ValueError:
        return _UNREADABLE


def _read_day_month_year(match: re.Match[str]) -> PartialDate | _NoDate:
    month = _month_number(match["month"])
    if month is None:
        return _NOT_A_DATE
    return _day(_full_year(match["year"]), month, int(match["day"]))


def _read_numeric(match: re.Match[str]) -> PartialDate | _NoDate:
    return _day(_full_year(match["year"]), int(match["month"]), int(match["day"]))


def _read_month_year(match: re.Match[str]) -> PartialDate | _NoDate:
    month = _month_number(match["month"])
    if month is None:
        return _NOT_A_DATE
    # "may 12 pupils" is no month of 2012.
    if len(match["year"].strip("'’‘")) == 2 and not match["month"][0].isupper():
        return _NOT_A_DATE
    return PartialDate(f"{_full_year(match['year']):04}-{month:02}", Precision.MONTH)


def _read_numeric_month(match: re.Match[str]) -> PartialDate | _NoDate:
    return PartialDate(f"{_full_year(match['year'])}-{int(match['month']):02}", Precision.MONTH)


def _follows(first: int, second: str) -> bool:
    return int(second) == (first + 1 if len(second) == 4 else (first + 1) % 100)


def _read_term(match: re.Match[str]) -> PartialDate | _NoDate:
    term = _TERMS[match["term"].lower()]
    year = _full_year(match["year"])
    second = match["second"]
    if second is not None:
        if not _follows(year, second):
            return _RANGE
        year += term != "autumn"
    return PartialDate(f"{year:04}-{term}", Precision.TERM)


def _read_two_years(match: re.Match[str]) -> PartialDate | _NoDate:
    first, second = int(match["year"]), match["second"]
    if _follows(first, second):
        return PartialDate(f"{first:04}-{(first + 1) % 100:02}", Precision.ACADEMIC_YEAR)
    if match["mark"] == "-" and len(second) == 2 and 1 <= int(second) <= 12:
        return PartialDate(f"{first:04}-{second}", Precision.MONTH)
    return _RANGE


def _read_academic_year(match: re.Match[str]) -> PartialDate | _NoDate:
    first = _full_year(match["year"])
    if match["second"] is None:
        return _NOT_A_DATE
    if not _follows(first, match["second"]):
        return _RANGE
    return PartialDate(f"{first:04}-{(first + 1) % 100:02}", Precision.ACADEMIC_YEAR)


def _read_year(match: re.Match[str]) -> PartialDate | _NoDate:
    return PartialDate(match[0], Precision.YEAR)


_CENTURIES = ("19", "20")
_FORMS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], PartialDate | _NoDate], tuple[str, ...]], ...] = (
    (_DAY_MONTH_YEAR, _read_day_month_year, ()),
    (_MONTH_DAY_YEAR, _read_day_month_year, _CENTURIES),
    (_ISO, _read_numeric, _CENTURIES),
    (_NUMERIC, _read_numeric, ("/", ".", "-", "–")),
    (_SHORT_ACADEMIC, _read_academic_year, ("year",)),
    (_TERM_YEAR, _read_term, tuple(_TERMS)),
    (_YEAR_TERM, _read_term, tuple(_TERMS)),
    (_MONTH_YEAR, _read_month_year, ()),
    (_NUMERIC_MONTH, _read_numeric_month, ("/", ".")),
    (_SHORT_NUMERIC_MONTH, _read_numeric_month, ("/",)),
    (_TWO_YEARS, _read_two_years, _CENTURIES),
    (_YEAR_ALONE, _read_year, _CENTURIES),
)
"""Each form with letters, small, one of which a text has that has the form; none where it may have any.

Most exact first: a later form never takes letters from an earlier one.
"""


def order_key(when: PartialDate) -> tuple[str, str]:
    """Return a key that sorts dates by their first possible day, then by their last.

    Terms stand where they lie in the school year (autumn from September). For comparison only; due days are the
    business of ``calendar``.
    """
    value = when.value
    if when.precision is Precision.DAY:
        return (value, value)
    if when.precision is Precision.MONTH:
        return (f"{value}-01", f"{value}-31")
    year = value[:4]
    if when.precision is Precision.TERM:
        first, last = {"autumn": ("09-01", "12-31"), "spring": ("01-01", "03-31"), "summer": ("04-01", "08-31")}[
            value[5:]
        ]
        return (f"{year}-{first}", f"{year}-{last}")
    if when.precision is Precision.ACADEMIC_YEAR:
        return (f"{year}-09-01", f"{int(year) + 1}-08-31")
    return (f"{year}-01-01", f"{year}-12-31")
