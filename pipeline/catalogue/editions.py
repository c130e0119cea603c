"""National guidance that schools cite by its edition, and which edition is in force on a day.

A document's citations are read when the document is read; whether one is out of date is asked each day anew.
"""

import re
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.dates.written import scan_dates
from pipeline.model import CitedGuidance, NewGuidance, Problem
from pipeline.text.lazily import compiled_lazily
from pipeline.wording import say_day, say_list

if TYPE_CHECKING:
    from pipeline.text.lines import Line


@dataclass(frozen=True, slots=True)
class Edition:
    """One edition of a guidance."""

    year: int
    """By which it is cited."""
    since: date
    """The first day on which it applied."""
    source: str
    """Where that was seen."""
    checked_on: date


@dataclass(frozen=True, slots=True)
class Guidance:
    """A guidance with its editions, oldest first."""

    key: str
    name: str
    pattern: str
    """How documents name it, a regular expression."""
    marks: tuple[str, ...]
    """A line without one of these, in small letters, does not name it."""
    touches: tuple[str, ...]
    """Slugs of the catalogue: the policies that rest on it."""
    editions: tuple[Edition, ...]

    def in_force(self, today: date) -> Edition | None:
        """Return the edition that applies on a day, None before the first."""
        return next((edition for edition in reversed(self.editions) if edition.since <= today), None)

    def newest_out(self, today: date) -> Edition | None:
        """Return the latest edition that applies on a day or will before long, None before the first."""
        return self.in_force(today + _LOOKED_AHEAD)


_LOOKED_AHEAD = timedelta(days=62)
"""Editions are out before they apply: a review in July or August looks at the one of September."""
_NEW_FOR = timedelta(days=366)
"""What has applied for longer is no news; that nobody has looked at it stays a finding."""
_PATH = Path(__file__).with_name("guidance.toml")


@cache
def load_guidance() -> tuple[Guidance, ...]:
    """Return the guidance in the order of its file, ``guidance.toml``."""
    with _PATH.open("rb") as file:
        rows = tomllib.load(file)["guidance"]
    return tuple(
        Guidance(
            row["key"],
            row["name"],
            row["pattern"],
            tuple(row["marks"]),
            tuple(row["touches"]),
            tuple(_edition(each) for each in row["edition"]),
        )
        for row in rows
    )


def _edition(row: dict[str, Any]) -> Edition:
    return Edition(row["year"], row["from"], row["source"], row["checked_on"])


_BETWEEN_TEXT = """
    0 1 2 25 [A-H] advice an and annex children colleges? dated Department DfE document edition Education England for
    force from Government guidance HM in inter-agency KCSi?E of on one part promote published safeguard schools?
    statutory the to two updated version welfare working years
"""
_BETWEEN = compiled_lazily(rf"(?:[\s,:;()\[\]“”\"'’‘–—-]|\b(?:{'|'.join(_BETWEEN_TEXT.split())})\b)*", re.IGNORECASE)
"""What may stand between the name of a guidance and its year."""
_REACH_LETTERS = 150
_YEAR_BEFORE = compiled_lazily(
    r"(?:\((?P<year>20\d\d)\)[.,:]?\s*[“\"'‘]?|(?P<of>20\d\d)\s+(?:edition|version)\s+of\s+(?:the\s+)?)$"
)
_PAST = compiled_lazily(r"\b(?:replac\w+|supersed\w+|previous\w*|withdrawn|former\w*|no\s+longer)\b", re.IGNORECASE)
_VERSION_CELL = compiled_lazily(r"^v?\.?\d{1,2}(?:\.\d+)*$", re.IGNORECASE)


def find_guidance(lines: "Sequence[Line]") -> tuple[CitedGuidance, ...]:
    """Return each edition of each guidance that the document cites, at its first place.

    A row of a revision history ("Sept 2021: updated for KCSIE 2021") and what the text calls replaced are left out.
    """
    found: dict[tuple[str, int], CitedGuidance] = {}
    for line in lines:
        folded = " ".join(line.text.casefold().split())
        if any(mark in folded for mark in _marks()) and not _is_history(line):
            for cited in _cited_in(line):
                found.setdefault((cited.guidance, cited.year), cited)
    return tuple(found.values())


@cache
def _marks() -> tuple[str, ...]:
    return tuple(dict.fromkeys(mark for guidance in load_guidance() for mark in guidance.marks))


@cache
def _compiled() -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple((each.key, re.compile(rf"(?<!\w)(?:{each.pattern})(?!\w)", re.IGNORECASE)) for each in load_guidance())


def _cited_in(line: "Line") -> Iterator[CitedGuidance]:
    for key, pattern in _compiled():
        for match in pattern.finditer(line.text):
            cited = _year_after(line.text, match) or _year_before(line.text, match)
            if cited is not None and not _PAST.search(line.text[max(0, match.start() - 50) : cited[1] + 40]):
                year, end, start = cited
                yield CitedGuidance(key, year, _closed(line.text[start:end]), line.where)


def _closed(words: str) -> str:
    """Return quoted words with a bracket closed that the year left open."""
    tidied = " ".join(words.split()).lstrip("(“\"'‘")
    return tidied + ")" if tidied.count("(") > tidied.count(")") else tidied


def _year_after(text: str, match: re.Match[str]) -> tuple[int, int, int] | None:
    """Return year, end and start of a citation whose year follows the name with nothing else in between."""
    dates = scan_dates(text[match.end() : match.end() + _REACH_LETTERS]).dates
    if not dates or not _BETWEEN.fullmatch(text[match.end() : match.end() + dates[0].start]):
        return None
    return int(dates[0].date.value[:4]), match.end() + dates[0].end, match.start()


def _year_before(text: str, match: re.Match[str]) -> tuple[int, int, int] | None:
    before = _YEAR_BEFORE.search(text[: match.start()])
    return None if before is None else (int(before["year"] or before["of"]), match.end(), before.start())


def _is_history(line: "Line") -> bool:
    first = line.cells[0].strip()
    dates = scan_dates(first).dates
    starts_with_date = bool(dates) and dates[0].start == 0
    return starts_with_date or (len(line.cells) > 1 and bool(_VERSION_CELL.match(first)))


def outdated_problems(cited: Sequence[CitedGuidance], today: date) -> Iterator[Problem]:
    """Yield a finding ``outdated-guidance`` for each guidance of which an edition is cited that applies no more."""
    for guidance in load_guidance() if cited else ():
        current = guidance.in_force(today)
        if current is None:
            continue
        old = [each for each in cited if each.guidance == guidance.key and each.year < current.year]
        if old:
            places = say_list([f"“{each.text}” ({each.where})" for each in old])
            yield Problem(
                "outdated-guidance",
                f"It cites {places}. The {current.year} edition of {guidance.name} applies since "
                f"{say_day(current.since)}; check what it changed and name it.",
            )


def changed_problems(
    catalogue_slug: str | None, cited: Sequence[CitedGuidance], looked_at: date | None, today: date, *, late: bool
) -> Iterator[Problem]:
    """Yield a finding ``guidance-changed`` for each guidance a policy rests on that changed since it was ``looked_at``.

    None where the text cites an edition, whose age ``outdated_problems`` tells, or where no day of a review is known.
    It is minor where the review is ``late`` anyway.
    """
    for guidance in load_guidance():
        if looked_at is None or catalogue_slug not in guidance.touches:
            continue
        current = guidance.in_force(today)
        if current is None:
            continue
        if looked_at >= current.since - _LOOKED_AHEAD or any(each.guidance == guidance.key for each in cited):
            continue
        yield Problem(
            "guidance-changed",
            f"The {current.year} edition of {guidance.name} applies since {say_day(current.since)}; this was last "
            f"looked at before ({say_day(looked_at)}). See whether it must change. If not, record it as checked, "
            "unchanged.",
            minor=late,
        )


def find_edition(new: NewGuidance) -> tuple[Guidance, Edition] | None:
    """Return the guidance and edition that are meant, None where the program knows them no more."""
    guidance = next((each for each in load_guidance() if each.key == new.guidance), None)
    edition = next((each for each in guidance.editions if each.year == new.year), None) if guidance else None
    return (guidance, edition) if guidance is not None and edition is not None else None


def new_guidance(
    catalogue_slug: str | None, cited: Sequence[CitedGuidance], looked_at: date | None, today: date
) -> Iterator[NewGuidance]:
    """Yield each new edition of a guidance that a policy rests on, or cites, and that nobody has looked at since.

    ``looked_at`` is the last day on which somebody is known to have looked at its text; None where none is known. An
    edition counts as new from when it is out until it has applied for a year.
    """
    for guidance in load_guidance():
        years = [each.year for each in cited if each.guidance == guidance.key]
        if catalogue_slug not in guidance.touches and not years:
            continue
        newest = guidance.newest_out(today)
        if newest is None or newest.since < today - _NEW_FOR:
            continue
        has_looked = looked_at is not None and looked_at >= newest.since - _LOOKED_AHEAD
        if not has_looked and max(years, default=0) < newest.year:
            yield NewGuidance(guidance.key, newest.year)
