"""National guidance that schools cite by its edition, and which edition is in force on a day.

A document's citations are read when the document is read; whether one is out of date is asked each day anew.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache

from pipeline.lifecycle.dates import scan_dates
from pipeline.lifecycle.lines import Line
from pipeline.lifecycle.wording import say_day, say_list
from pipeline.model import CitedGuidance, Problem


@dataclass(frozen=True, slots=True)
class Edition:
    """One edition of a guidance."""

    year: int
    """By which it is cited."""
    since: date
    """The first day on which it applied."""


@dataclass(frozen=True, slots=True)
class Guidance:
    """A guidance with its editions, oldest first."""

    key: str
    name: str
    pattern: str
    editions: tuple[Edition, ...]


def _editions(*days: str, years: Sequence[int] = ()) -> tuple[Edition, ...]:
    since = [date.fromisoformat(day) for day in days]
    return tuple(Edition(year, day) for year, day in zip(years or [day.year for day in since], since, strict=True))


GUIDANCE: tuple[Guidance, ...] = (
    Guidance(
        "keeping-children-safe",
        "Keeping Children Safe in Education",
        r"keeping\s+children\s+safe\s+in\s+education(?:\s*\(KCSi?E\))?|KCSi?E",
        _editions(
            *("2014-04-03", "2015-03-26", "2016-09-05", "2018-09-03", "2019-09-02", "2020-09-01", "2021-09-01"),
            *("2022-09-01", "2023-09-01", "2024-09-01", "2025-09-01", "2026-09-01"),
        ),
    ),
    Guidance(
        "working-together",
        "Working Together to Safeguard Children",
        r"working\s+together\s+to\s+safeguard\s+children|(?-i:Working\s+Together)(?=\W{1,3}(?:\w+\s)?20\d\d)",
        _editions("2006-04-01", "2010-03-17", "2013-04-15", "2015-03-26", "2018-07-04", "2023-12-15", "2026-03-19"),
    ),
    Guidance(
        "attendance",
        "Working together to improve school attendance",
        r"working\s+together\s+to\s+improve\s+school\s+attendance",
        _editions("2022-09-01", "2024-08-19"),
    ),
    Guidance(
        "send-code",
        "the SEND Code of Practice",
        r"(?:special\s+educational\s+needs(?:\s+and\s+disabilit(?:y|ies))?|SEND?)(?:\s*\(SEND?\))?"
        r"\s*:?\s+code\s+of\s+practice",
        _editions("2001-11-01", "2014-09-01"),
    ),
    Guidance(
        "early-years",
        "the Statutory Framework for the Early Years Foundation Stage",
        r"statutory\s+framework\s+for\s+the\s+early\s+years(?:\s+foundation\s+stage)?(?:\s*\(EYFS\))?",
        _editions("2008-09-01", "2012-09-01", "2014-09-01", "2017-04-03", "2021-09-01", "2024-01-04", "2025-09-01"),
    ),
    Guidance(
        "relationships-education",
        "the guidance on Relationships and Sex Education and Health Education",
        r"relationships\s+and\s+sex\s+education(?:\s*\(RSE\))?,?\s+and\s+health\s+education",
        _editions("2020-09-01", "2026-09-01", years=(2019, 2025)),
    ),
    Guidance(
        "exclusions",
        "the guidance on suspension and permanent exclusion",
        r"suspensions?\s+and\s+permanent\s+exclusions?(?:\s+from\s+maintained\s+schools[\w\s,]{0,80}?movement)?"
        r"|exclusion\s+from\s+maintained\s+schools,\s+academies\s+and\s+pupil\s+referral\s+units(?:\s+in\s+England)?",
        _editions("2012-09-01", "2017-09-01", "2022-09-01", "2023-09-01", "2024-08-19"),
    ),
    Guidance(
        "prevent", "the Prevent duty guidance", r"prevent\s+duty\s+guidance", _editions("2015-07-01", "2023-12-31")
    ),
)
"""As of November 2026. Source: the publication pages of each guidance on GOV.UK, in our own words."""

_MARKS = (
    *("keeping children", "kcsi", "working together", "code of practice", "statutory framework", "health education"),
    *("permanent exclusion", "exclusion from", "prevent duty"),
)
"""A line without one of these names no guidance."""
_BETWEEN = re.compile(
    r"(?:[\s,:;()\[\]“”\"'’‘–—-]|\b(?:DfE|HM|Government|the|an?|of|on|for|from|in|and|to|statutory|guidance|schools?"
    r"|colleges?|part|one|two|1|2|annex|[A-H]|document|updated|published|version|edition|dated|force|KCSi?E|advice"
    r"|Department|Education|England|inter-agency|working|safeguard|promote|welfare|children|0|25|years)\b)*",
    re.IGNORECASE,
)
_REACH_LETTERS = 150
_YEAR_BEFORE = re.compile(
    r"(?:\((?P<year>20\d\d)\)[.,:]?\s*[“\"'‘]?|(?P<of>20\d\d)\s+(?:edition|version)\s+of\s+(?:the\s+)?)$"
)
_PAST = re.compile(r"\b(?:replac\w+|supersed\w+|previous\w*|withdrawn|former\w*|no\s+longer)\b", re.IGNORECASE)
_VERSION_CELL = re.compile(r"^v?\.?\d{1,2}(?:\.\d+)*$", re.IGNORECASE)


def find_guidance(lines: Sequence[Line]) -> tuple[CitedGuidance, ...]:
    """Return each edition of each guidance that the document cites, at its first place.

    A row of a revision history ("Sept 2021: updated for KCSIE 2021") and what the text calls replaced are left out.
    """
    found: dict[tuple[str, int], CitedGuidance] = {}
    for line in lines:
        folded = " ".join(line.text.casefold().split())
        if any(mark in folded for mark in _MARKS) and not _is_history(line):
            for cited in _cited_in(line):
                found.setdefault((cited.guidance, cited.year), cited)
    return tuple(found.values())


@cache
def _compiled() -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple((each.key, re.compile(rf"(?<!\w)(?:{each.pattern})(?!\w)", re.IGNORECASE)) for each in GUIDANCE)


def _cited_in(line: Line) -> Iterator[CitedGuidance]:
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


def _is_history(line: Line) -> bool:
    first = line.cells[0].strip()
    dates = scan_dates(first).dates
    starts_with_date = bool(dates) and dates[0].start == 0
    return starts_with_date or (len(line.cells) > 1 and bool(_VERSION_CELL.match(first)))


def outdated_problems(cited: Sequence[CitedGuidance], today: date) -> Iterator[Problem]:
    """Yield a finding ``outdated-guidance`` for each guidance of which an edition is cited that applies no more."""
    for guidance in GUIDANCE:
        current = _in_force(guidance, today)
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


def _in_force(guidance: Guidance, today: date) -> Edition | None:
    return next((edition for edition in reversed(guidance.editions) if edition.since <= today), None)
