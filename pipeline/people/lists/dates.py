"""Read the dates of one column of a list, all together, so that day and month are never swapped.

Between ``sheets`` and ``staff_list``. A date written 03/04/2026 means nothing by itself: the school's own order says
which number is the day, or the column as a whole shows it, or it is refused.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from pipeline.dates.months import MONTHS_SMALL, SHORT_MONTHS_SMALL

_ISO = re.compile(r"(\d{4})[-/](\d{1,2})[-/](\d{1,2})(?:[T ]\d{1,2}:\d{2}.*)?")
_NUMBERS = re.compile(r"(\d{1,2})([/.-])(\d{1,2})\2(\d{4}|\d{2})(?:[T ,]+\d{1,2}:\d{2}.*)?")
_WORDS = re.compile(r"(\d{1,2})(?:st|nd|rd|th)?[ -]([A-Za-z]{3,9})[ ,-]+(\d{4}|\d{2})", re.IGNORECASE)
_SERIAL = re.compile(r"[1-6]\d{4}(?:[.,]\d+)?")


class DateOrder(StrEnum):
    """Which number of 03/04/2026 is the day, as a whole column shows it."""

    DAY_FIRST = "day-first"
    UNCLEAR = "unclear"
    """No date in the column has a number above 12 where it would tell."""
    MONTH_FIRST = "month-first"
    MIXED = "mixed"
    """Some dates can only be day first and others only month first."""


@dataclass(frozen=True, slots=True)
class DateColumn:
    """One column's dates, read."""

    order: DateOrder
    dates: tuple[date | None, ...]
    """In the order of the cells; None where the cell is empty or is refused."""
    refusals: tuple[str | None, ...]
    """Why a cell was refused, as the end of a sentence; None where it was not."""


def looks_like_date(cell: str) -> bool:
    """Return whether a cell is written like a date, in whatever order."""
    return any(pattern.fullmatch(cell) for pattern in (_ISO, _NUMBERS, _WORDS))


def is_in_numbers(cell: str) -> bool:
    """Return whether a cell is a date that means two days, by which number is the day: 03/04/2026, not 2026-04-03."""
    return _NUMBERS.fullmatch(cell) is not None


def find_contradiction(cells: Sequence[str], order: DateOrder) -> int | None:
    """Return the place of the first cell that cannot be a date in ``order``, though it is one in the other; else None.

    09/25/2019 is no date day first.
    """
    for place, cell in enumerate(cells):
        if match := _NUMBERS.fullmatch(cell):
            first, second = int(match[1]), int(match[3])
            day, month = (first, second) if order is DateOrder.DAY_FIRST else (second, first)
            if month > 12 >= day:
                return place
    return None


def read_date_column(cells: Sequence[str], order: DateOrder | None = None) -> DateColumn:
    """Read every cell of a column, in the order given, else deciding day and month by the column as a whole.

    ISO dates and months in words are always plain. Without an order, numbers are taken day first when some date of the
    column can only be meant so and none the other way; otherwise each of them is refused, unless both its numbers are
    the same. An order that is given is kept: look for a contradiction (``find_contradiction``) first.
    """
    given = order is not None
    order = order or _order(cells)
    dates: list[date | None] = []
    refusals: list[str | None] = []
    for cell in cells:
        try:
            dates.append(_read(cell, order, given=given))
            refusals.append(None)
        except ValueError as reason:
            dates.append(None)
            refusals.append(str(reason))
    return DateColumn(order, tuple(dates), tuple(refusals))


def _order(cells: Sequence[str]) -> DateOrder:
    numbers = [match for cell in cells if (match := _NUMBERS.fullmatch(cell))]
    day_first = any(int(match[1]) > 12 >= int(match[3]) for match in numbers)
    month_first = any(int(match[3]) > 12 >= int(match[1]) for match in numbers)
    if day_first and month_first:
        return DateOrder.MIXED
    if day_first:
        return DateOrder.DAY_FIRST
    return DateOrder.MONTH_FIRST if month_first else DateOrder.UNCLEAR


_ORDER_REFUSALS = {
    DateOrder.UNCLEAR: "could be day first or month first, and no other date in the column tells",
    DateOrder.MONTH_FIRST: "stands in a column written month first",
    DateOrder.MIXED: "stands in a column that mixes day first and month first",
}


def _read(cell: str, order: DateOrder, *, given: bool) -> date | None:
    """Return the date of a cell, None for an empty one; raise ValueError with the reason otherwise."""
    if not cell:
        return None
    if match := _ISO.fullmatch(cell):
        return _date(cell, int(match[1]), int(match[2]), int(match[3]))
    if match := _WORDS.fullmatch(cell):
        return _date(cell, _year(match[3]), _month(cell, match[2]), int(match[1]))
    if match := _NUMBERS.fullmatch(cell):
        if given and order is DateOrder.MONTH_FIRST:
            return _date(cell, _year(match[4]), int(match[1]), int(match[3]))
        if order is not DateOrder.DAY_FIRST and match[1].lstrip("0") != match[3].lstrip("0"):
            raise ValueError(f"{cell!r} {_ORDER_REFUSALS[order]}; write it as 2026-09-01")
        return _date(cell, _year(match[4]), int(match[3]), int(match[1]))
    if _SERIAL.fullmatch(cell):
        raise ValueError(
            f"{cell!r} is a day as a spreadsheet counts it; format the column as a date (2026-09-01) and save again"
        )
    raise ValueError(f"{cell[:40]!r} is not a date that can be read; write it as 2026-09-01")


def _month(cell: str, word: str) -> int:
    word = word.lower()
    if word not in (*SHORT_MONTHS_SMALL, *MONTHS_SMALL, "sept"):
        raise ValueError(f"{cell!r} names no month; write it as 2026-09-01")
    return SHORT_MONTHS_SMALL.index(word[:3]) + 1


def _year(digits: str) -> int:
    year = int(digits)
    if len(digits) == 4:
        return year
    return 2000 + year if year < 70 else 1900 + year


def _date(cell: str, year: int, month: int, day: int) -> date:
    try:
        found = date(year, month, day)
    except ValueError:
        raise ValueError(f"{cell!r} is not a day of the calendar") from None
    if not 1940 <= found.year <= 2100:
        raise ValueError(f"{cell!r} is too far away to be a date of employment")
    return found
