"""Whether two written things are one: dates of different precision, texts in other lay-out."""

import re
from collections import Counter

from pipeline.dates.calendar import first_day, last_day
from pipeline.model.dates import PartialDate

_WORD = re.compile(r"[^\W\d_]+")
_SAME_WORDS_SHARE = 0.95
"""Of all words of both texts; running headers and page numbers of a PDF are the rest."""


def may_be_same_day(one: PartialDate, other: PartialDate) -> bool:
    """Return whether two dates can mean one day: "August 2025" and 31/08/2025 can."""
    return first_day(one) <= last_day(other) and first_day(other) <= last_day(one)


def same_words(one: str, other: str) -> bool:
    """Return whether two texts have the same words, figures and the order of blocks set aside."""
    first, second = (Counter(_WORD.findall(text.casefold())) for text in (one, other))
    total = first.total() + second.total()
    return total > 0 and 2 * (first & second).total() / total >= _SAME_WORDS_SHARE
