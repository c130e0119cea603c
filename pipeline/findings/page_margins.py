"""Hold what the pages carry at their top and bottom against what the document says in its text.

A running footer is what everybody forgets: the cover says one date, every page another.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from pipeline.dates.calendar import last_day
from pipeline.dates.written import FoundDate, find_dates
from pipeline.facts.dates import settle_dates
from pipeline.facts.labelled_dates import read_dates
from pipeline.facts.versions import find_version
from pipeline.findings.words import words_of
from pipeline.model.dates import Precision
from pipeline.model.facts import DateFact, Facts, Problem
from pipeline.text.lines import Line, numbered
from pipeline.text.sameness import may_be_same_day

_NAMES = {"approved_on": "approval", "last_review": "last review", "next_review": "next review"}
_WORD = re.compile(r"[^\W\d_]+")
_YEAR = re.compile(r"(?:19|20)\d\d")
_VERSION = re.compile(r"\s+version\b", re.IGNORECASE)
_DATE_REACH = 40
_WHOLE = frozenset({Precision.DAY, Precision.MONTH, Precision.TERM, Precision.ACADEMIC_YEAR})


def cover_problems(lines: Sequence[Line], facts: Facts) -> Iterator[Problem]:
    """Yield a finding ``cover-differs`` for each date or version that a running header or footer gives otherwise.

    So is a year that was left below a date, and the foot of one page ("January 2022 version") that is of another day.
    """
    furniture = _numbered(line for line in lines if line.is_furniture)
    text = _numbered(line for line in lines if not line.is_furniture)
    yield from _years_left_over(text, facts)
    yield from _version_of_another_day(text, facts)
    if not furniture or not text:
        return
    labelled = list(_labelled_dates(text, furniture))
    yield from labelled
    yield from _versions(text, furniture)
    if not labelled:
        yield from _plain_dates(furniture, facts)


def _numbered(lines: Iterable[Line]) -> list[Line]:
    """Return lines as a document of their own: readers of dates look at a line's neighbours by its number."""
    return list(numbered(lines))


def _labelled_dates(text: Sequence[Line], furniture: Sequence[Line]) -> Iterator[Problem]:
    inside, around = settle_dates(read_dates(text)), settle_dates(read_dates(furniture))
    for name, meaning in _NAMES.items():
        said: DateFact | None = getattr(inside, name).fact
        carried: DateFact | None = getattr(around, name).fact
        if said is not None and carried is not None and not may_be_same_day(said.date, carried.date):
            yield Problem(
                "cover-differs",
                f"The {meaning} is “{said.text}” in the text ({said.where}) but “{carried.text}” in the running header "
                f"or footer ({carried.where}). Correct the one that is wrong.",
            )


def _versions(text: Sequence[Line], furniture: Sequence[Line]) -> Iterator[Problem]:
    said, carried = find_version(text), find_version(furniture)
    if said is None or carried is None or not said.value or not carried.value:
        return
    if _bare(said.value) != _bare(carried.value):
        yield Problem(
            "cover-differs",
            f"The text says version “{said.value}” ({said.where}), the running header or footer “{carried.value}” "
            f"({carried.where}). Correct the one that is wrong.",
        )


def _bare(version: str) -> str:
    """Return a version as numbers: v1.0 and 1 are one."""
    return re.sub(r"(?:\.0)+$", "", version.lower().lstrip("v. "))


def _plain_dates(furniture: Sequence[Line], facts: Facts) -> Iterator[Problem]:
    """Yield what a footer such as "Behaviour Policy September 2019" says against every date of the text."""
    stated = [fact for fact in (facts.approved_on, facts.last_review, facts.next_review) if fact is not None]
    own = set(_WORD.findall(f"{facts.title or ''} {facts.school or ''}".casefold())) | words_of("margin")
    past = [fact for fact in (facts.last_review, facts.approved_on) if fact is not None]
    for line in furniture:
        found = _lone_date(line, own)
        if found is None or not past or any(may_be_same_day(found.date, fact.date) for fact in stated):
            continue
        latest = max(past, key=lambda fact: last_day(fact.date))
        yield Problem(
            "cover-differs",
            f"“{line.text}” stands in the running header or footer ({line.where}), but the document says "
            f"“{latest.text}” ({latest.where}). Bring them together.",
        )
        return


def _years_left_over(text: Sequence[Line], facts: Facts) -> Iterator[Problem]:
    """Yield a year that stands alone right below a date of the policy and is another: "May 2024" over "2023"."""
    dates = [fact for fact in (facts.approved_on, facts.last_review, facts.next_review) if fact is not None]
    for above, line in pairwise(text):
        fact = next((each for each in dates if above.text.endswith(each.text)), None)
        if fact is not None and _YEAR.fullmatch(line.text.strip()) and line.text.strip() not in fact.text:
            yield Problem(
                "cover-differs",
                f"“{line.text.strip()}” ({line.where}) stands below “{above.text}” and says otherwise. "
                "Take out what is wrong.",
                minor=True,
            )


def _version_of_another_day(text: Sequence[Line], facts: Facts) -> Iterator[Problem]:
    """Yield a line that begins "January 2022 version" where the policy was approved or reviewed at another time."""
    past = [fact for fact in (facts.last_review, facts.approved_on) if fact is not None]
    for line in text if past else ():
        found = next((each for each in find_dates(line.text[:_DATE_REACH]) if each.start == 0), None)
        if found is None or not _VERSION.match(line.text, found.end) or found.date.precision not in _WHOLE:
            continue
        if not any(may_be_same_day(found.date, fact.date) for fact in past):
            words = f"{line.text[: found.end]} version"
            yield Problem(
                "cover-differs",
                f"“{words}” ({line.where}) stands on a page, but the document says “{past[0].text}” ({past[0].where}). "
                "Bring them together.",
                minor=True,
            )
            return


def _lone_date(line: Line, own: set[str]) -> FoundDate | None:
    """Return the one date of a line that says nothing but whose policy it is."""
    found = [each for each in find_dates(line.text) if not each.short_year]
    if len(found) != 1 or found[0].date.precision not in _WHOLE:
        return None
    rest = line.text[: found[0].start] + " " + line.text[found[0].end :]
    return found[0] if set(_WORD.findall(rest.casefold())) <= own else None
