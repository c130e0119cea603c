"""National guidance that schools cite by its edition, and which edition is in force on a day.

A document's citations are read when the document is read; whether one is out of date is asked each day anew.
"""

import re
import tomllib
from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeGuard

from pipeline.catalogue.policies import Quoted, read_quoted
from pipeline.dates.written import scan_dates
from pipeline.model.facts import CitedGuidance, Problem
from pipeline.model.policies import NewGuidance
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
    read: Quoted | None = None
    """None where the source itself was not read."""
    expected: bool = False
    """It is reported; that it applies was not seen at its source. It counts as in force for nobody."""
    doubt: str = ""
    """Of one that is expected: who reports it and what was not seen, in a sentence."""
    change: str = ""
    """Of a law, which has no editions: what changes on that day, as the end of a sentence."""


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
    only_with: str = ""
    """Slug of the catalogue: it touches the other policies of schools alone that keep this one."""

    def in_force(self, today: date) -> Edition | None:
        """Return the edition that applies on a day, None before the first; what is only expected is none."""
        return next((one for one in reversed(self.editions) if one.since <= today and not one.expected), None)

    def newest_out(self, today: date) -> Edition | None:
        """Return the latest edition that applies on a day or will before long, None before the first."""
        return self.in_force(today + _LOOKED_AHEAD)

    def reported(self, today: date) -> Edition | None:
        """Return the newest edition where it is only expected and out, or out before long; else None."""
        newest = next((one for one in reversed(self.editions) if one.since <= today + _LOOKED_AHEAD), None)
        return newest if newest is not None and newest.expected else None

    def rests(self, slug: str | None, kept: Container[str]) -> bool:
        """Return whether a policy rests on it at a school that keeps the policies ``kept``."""
        return slug in self.touches and (self.only_with in ("", slug) or self.only_with in kept)


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
            row.get("pattern", ""),
            tuple(row.get("marks", ())),
            tuple(row["touches"]),
            tuple(_edition(each) for each in row["edition"]),
            row.get("only_with", ""),
        )
        for row in rows
    )


def _edition(row: dict[str, Any]) -> Edition:
    return Edition(
        row["year"], row["from"], row["source"], row["checked_on"], read_quoted(row.get("read")),
        row.get("expected", False), row.get("doubt", ""), row.get("change", ""),
    )  # fmt: skip


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
    named = (each for each in load_guidance() if each.pattern)
    return tuple((each.key, re.compile(rf"(?<!\w)(?:{each.pattern})(?!\w)", re.IGNORECASE)) for each in named)


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
    """Yield a finding ``outdated-guidance`` for each guidance of which an edition is cited that applies no more.

    It is minor where the later edition is only expected.
    """
    for guidance in load_guidance() if cited else ():
        current, reported = guidance.in_force(today), guidance.reported(today)
        mine = [each for each in cited if each.guidance == guidance.key]
        old = [each for each in mine if current is not None and each.year < current.year]
        if current is not None and old:
            yield Problem(
                "outdated-guidance",
                f"It cites {_say_cited(old)}. The {current.year} edition of {guidance.name} applies since "
                f"{say_day(current.since)}; check what it changed and name it.",
            )
        elif reported is not None and (old := [each for each in mine if each.year < reported.year]):
            yield Problem(
                "outdated-guidance",
                f"It cites {_say_cited(old)}. {say_reported(guidance, reported, today)}",
                minor=True,
            )


def _say_cited(cited: Sequence[CitedGuidance]) -> str:
    return say_list([f"“{each.text}” ({each.where})" for each in cited])


def say_reported(guidance: Guidance, edition: Edition, today: date) -> str:
    """Return in sentences what is only expected of a guidance or law, with the doubt."""
    is_over, day = edition.since <= today, say_day(edition.since)
    name = guidance.name[:1].upper() + guidance.name[1:]
    if edition.change:
        said = f"{name} {f'is said to have changed on {day}' if is_over else f'is expected to change on {day}'}"
        return f"{said}: {edition.change}. {edition.doubt} Look it up."
    said = f"is said to apply since {day}" if is_over else f"is expected to apply from {day}"
    return f"The {edition.year} edition of {guidance.name} {said}. {edition.doubt} Look it up."


def changed_problems(
    catalogue_slug: str | None,
    cited: Sequence[CitedGuidance],
    looked_at: date | None,
    today: date,
    *,
    late: bool,
    kept: Container[str] = (),
) -> Iterator[Problem]:
    """Yield a finding ``guidance-changed`` for each guidance a policy rests on that changed since it was ``looked_at``.

    ``kept``: the slugs of the school's policies. None where the text cites an edition, whose age ``outdated_problems``
    tells, or where no day of a review is known. It is minor where the review is ``late`` anyway, and where the change
    is only expected.
    """
    if looked_at is None:
        return
    for guidance in load_guidance():
        if not guidance.rests(catalogue_slug, kept) or any(each.guidance == guidance.key for each in cited):
            continue
        current, reported = guidance.in_force(today), guidance.reported(today)
        if _is_since(current, looked_at):
            yield Problem(
                "guidance-changed",
                f"The {current.year} edition of {guidance.name} applies since {say_day(current.since)}; this was last "
                f"looked at before ({say_day(looked_at)}). See whether it must change. If not, record it as checked, "
                "unchanged.",
                minor=late,
            )
        if _is_since(reported, looked_at):
            yield Problem("guidance-changed", say_reported(guidance, reported, today), minor=True)


def _is_since(edition: Edition | None, looked_at: date) -> TypeGuard[Edition]:
    """Say whether an edition is there that was not out yet when a text was looked at."""
    return edition is not None and looked_at < edition.since - _LOOKED_AHEAD


def find_edition(new: NewGuidance) -> tuple[Guidance, Edition] | None:
    """Return the guidance and edition that are meant, None where the program knows them no more."""
    guidance = next((each for each in load_guidance() if each.key == new.guidance), None)
    edition = next((each for each in guidance.editions if each.year == new.year), None) if guidance else None
    return (guidance, edition) if guidance is not None and edition is not None else None


def new_guidance(
    catalogue_slug: str | None,
    cited: Sequence[CitedGuidance],
    looked_at: date | None,
    today: date,
    kept: Container[str] = (),
) -> Iterator[NewGuidance]:
    """Yield each new edition of a guidance that a policy rests on, or cites, and that nobody has looked at since.

    ``looked_at`` is the last day on which the school is known to have looked at its text; None where none is known. An
    edition counts as new from when it is out until it has applied for a year; one that is only expected does not.
    ``kept``: the slugs of the school's policies.
    """
    for guidance in load_guidance():
        years = [each.year for each in cited if each.guidance == guidance.key]
        if not guidance.rests(catalogue_slug, kept) and not years:
            continue
        newest = guidance.newest_out(today)
        if newest is None or newest.since < today - _NEW_FOR:
            continue
        has_looked = looked_at is not None and looked_at >= newest.since - _LOOKED_AHEAD
        if not has_looked and max(years, default=0) < newest.year:
            yield NewGuidance(guidance.key, newest.year)
