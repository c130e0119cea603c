"""Find the days on which certificates run out, where a table says so beside people: "Name | Certificate expiry date".

Whether such a day has passed depends on the day; nobody's name is kept with it.
"""

import re
from collections.abc import Iterator, Sequence
from datetime import date

from pipeline.dates.calendar import last_day
from pipeline.dates.written import find_dates
from pipeline.model.facts import DateFact, Problem
from pipeline.named.names.people import find_name
from pipeline.text.lines import Line
from pipeline.text.needed import Needed
from pipeline.wording import say_partial

_NEEDED = Needed([("expir", "valid", "runs")])
_HEAD = re.compile(
    r"\b(?:certificat\w*|first aid\w*|qualification\w*|training)\b.*\b(?:expir(?:y|es)|runs out|valid (?:to|until))\b"
    r"|\b(?:expiry date|date of expiry|expires)\b",
    re.IGNORECASE,
)
_LONGEST_HEAD, _BROKEN = 60, 24
"""A longer line than the second, without a name and a day, ends such a table; a cell may be broken over lines."""


def find_certificates(lines: Sequence[Line]) -> tuple[DateFact, ...]:
    """Return the day on which each certificate of a table runs out, in reading order."""
    return tuple(_found(lines))


def _found(lines: Sequence[Line]) -> Iterator[DateFact]:
    heads = False
    for line in lines:
        if len(line.text) <= _LONGEST_HEAD and _NEEDED.of(line.text) and _HEAD.search(line.text):
            heads = len(line.cells) > 1
        elif heads and len(line.cells) > 1 and find_name(line.cells[0]) is not None:
            day = next((each[0] for cell in line.cells[1:] if (each := find_dates(cell))), None)
            if day is not None:
                yield DateFact(day.date, day.text, line.where, 1.0)
        elif len(line.text) > _BROKEN:
            heads = False


def certificate_problems(certificates: Sequence[DateFact], today: date) -> Iterator[Problem]:
    """Yield a minor finding ``certificates-expired`` where certificates of a table have run out by ``today``."""
    out = sorted((each for each in certificates if last_day(each.date) < today), key=lambda each: last_day(each.date))
    if out:
        many = f"{len(out)} of {len(certificates)} certificates that it lists have run out"
        words = f"{many}, the first on {say_partial(out[0].date)} ({out[0].where}). Put in those that hold today."
        yield Problem("certificates-expired", words, minor=True)
