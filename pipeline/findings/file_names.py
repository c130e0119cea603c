"""Hold the title in a file's properties and the file's name against what the document says.

Both are inherited: a policy begun from a neighbour's file keeps that school's title in its properties, where browsers
and search engines show it; a file name keeps the year of the copy it was saved from.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from pipeline.catalogue.titles import is_policy_name, match_policy
from pipeline.dates.calendar import first_day, last_day
from pipeline.dates.written import FoundDate, find_dates
from pipeline.findings.words import words_of
from pipeline.model.facts import Facts, Problem
from pipeline.text.lazily import compiled_lazily
from pipeline.text.lines import Line

_PROGRAM_PREFIX = compiled_lazily(r"^Microsoft (?:Office )?\w+\s*-\s*|\.(?:docx?|pdf|rtf|odt|txt)$", re.IGNORECASE)
_TYPE = compiled_lazily(r"\b(?:policy|policies|procedures?|statement|scheme|code of conduct)\b", re.IGNORECASE)
_WORD = compiled_lazily(r"[^\W\d_]{3,}")
_FURTHEST_DAYS = 366
"""So far a date in a file name may lie from a date of the text: a policy is saved in the year it is made for."""


def inherited_title_problems(metadata: Mapping[str, str], lines: Sequence[Line], facts: Facts) -> Iterator[Problem]:
    """Yield a minor finding ``inherited-title`` where the file's own title names another school or another policy."""
    title = " ".join(_PROGRAM_PREFIX.sub("", metadata.get("title", "").strip()).split())
    if not title:
        return
    whose = _other_school(title, lines, facts) or _other_policy(title, facts)
    if whose:
        yield Problem(
            "inherited-title",
            f"The title in the file's properties is “{title}”, which is {whose}. Browsers and search engines show it: "
            "put it right under File, Info, Title.",
            minor=True,
        )


def _other_school(title: str, lines: Sequence[Line], facts: Facts) -> str | None:
    from pipeline.changes.revisions import same_school
    from pipeline.named.schools import school_in

    school = school_in(title)
    if school is None or facts.school is None or same_school(school, facts.school):
        return None
    words = [word for word in _WORD.findall(school.casefold()) if word not in words_of("title")]
    named = any(all(word in line.text.casefold() for word in words) for line in lines)
    return None if named or not words else "another school's"


def _other_policy(title: str, facts: Facts) -> str | None:
    if facts.title is None:
        return None
    inherited, own = match_policy(title), match_policy(facts.title)
    if inherited is not None and own is not None:
        return "another policy's" if inherited.slug != own.slug and not _share(title, facts.title) else None
    return "another policy's" if _TYPE.search(title) and _telling(title) and not _share(title, facts.title) else None


def _telling(text: str) -> set[str]:
    return {word.rstrip("s") for word in _WORD.findall(text.casefold()) if word not in words_of("title")}


def _share(one: str, other: str) -> bool:
    return (
        bool(_telling(one) & _telling(other))
        or _initials(one) in other.casefold()
        or _initials(other) in one.casefold()
    )


def _initials(text: str) -> str:
    """Return the abbreviation of a title: "Relationships and Sex Education Policy" is RSE."""
    letters = [word[0] for word in re.findall(r"[^\W\d_]+", text.casefold()) if word not in words_of("title")]
    return "".join(letters) if len(letters) > 1 else "\0"


def file_name_problems(path: str, facts: Facts) -> Iterator[Problem]:
    """Yield a finding ``file-name-differs`` where a file's name says another policy, or a date no date of it is near.

    ``path`` has forward slashes. A name without a date or a known policy says nothing.
    """
    name = path.rsplit("/", 1)[-1]
    stem = re.sub(r"[_~+]+|(?<=[a-z])(?=[A-Z])", " ", re.sub(r"\.[A-Za-z]{2,4}$", "", name))
    stem = re.sub(r"\s*\(\d\)$|^\s*Word\s+-\s+", "", stem)
    # Only a name as it stands in the catalogue counts: a file name with a slip says too little to contradict a text.
    named = match_policy(stem) if is_policy_name(stem) else None
    own = match_policy(facts.title or "") if named is not None else None
    if named is not None and own is not None and named.slug != own.slug:
        yield Problem(
            "file-name-differs",
            f"The file is called “{name}”, but the text is headed “{facts.title}”. Rename it, or check that it is the "
            "right file.",
        )
    for found in find_dates(stem):
        if not found.short_year and _is_far_from_all(found, facts):
            said = facts.last_review or facts.approved_on or facts.next_review
            assert said is not None  # a date is only far where there is one to be far from
            yield Problem(
                "file-name-differs",
                f"The file is called “{name}”, but the text says “{said.text}” ({said.where}). Rename it, or check "
                "that it is the right file.",
                minor=True,
            )
            return


def _is_far_from_all(found: FoundDate, facts: Facts) -> bool:
    stated = [fact.date for fact in (facts.approved_on, facts.last_review, facts.next_review) if fact is not None]
    heading = facts.evidence["title"].text if "title" in facts.evidence else None
    if found.text in (heading or ""):
        return False
    named = (first_day(found.date), last_day(found.date))
    return bool(stated) and all(
        _days_between(named, (first_day(day), last_day(day))) > _FURTHEST_DAYS for day in stated
    )


def _days_between(one: tuple[date, date], other: tuple[date, date]) -> int:
    """Return how many days lie between two stretches of time, 0 where they touch."""
    return max(0, (other[0] - one[1]).days, (one[0] - other[1]).days)
