"""``[governors]`` and ``[calendar]``, and what the school's own calendar gave last (``distribution/calendar.json``).

``settings.calendar_source`` reads the calendar and writes the file; whoever loads the configuration finds it here, so
that meetings, terms and closed days of a calendar count wherever those of ``config.toml`` do.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field

from pipeline.configuration.values import Address, BodyKey, CalendarPlace, Day, DayRange, Names, Section, Text
from pipeline.configuration.words import SettingsPage, Words

KEPT_NAME = "calendar.json"


class BodySection(Section):
    """``[governors.bodies.BODY]``: a body that approves certain policies, by the school's own scheme of delegation."""

    name: Text
    """As it is said: “Finance Committee”."""
    policies: Annotated[Names, Words("Policies it approves")] = ()
    """By short name, whatever is usual; of several bodies that approve the same policy the first here decides first."""
    meetings: tuple[Day, ...] = ()
    """The days it meets."""
    any_day: Annotated[bool, Words("It decides on any day")] = False
    """As the headteacher, the leadership team or the chair does: no meeting is waited for."""


class GovernorsSection(Section):
    """``[governors]``"""

    meetings: tuple[Day, ...] = ()
    """The days the full governing body meets. Reviews are counted back from them: which one is the last in time, and
    when its papers go."""
    clear_days: Annotated[int, Words("Clear days between papers and meeting")] = Field(default=7, ge=0, le=60)
    """Neither the day of sending nor that of the meeting counted: seven at maintained schools; in an academy trust the
    articles say how many."""
    clerk_email: Annotated[Address, Words("The clerk’s address")] = ""
    """Papers go there once their owners have called them ready."""
    heads: Annotated[bool, Words("Email the clerk the seal of the records, once a term")] = False
    """To keep: by it anybody can check later that nothing recorded before was rewritten on the school's computers."""
    summary: Annotated[bool, Words("Email the governors’ clerk, or chair, a summary once a term")] = False
    """How the policies stand: reviewed, due, late or moved with the reason, awaiting approval, and counts of readings
    without a name."""
    bodies: Annotated[dict[BodyKey, BodySection], SettingsPage("Who else approves policies")] = Field(
        default_factory=dict
    )
    """The school's own scheme of delegation, where it differs from what is usual: each body that approves certain
    policies."""


class CalendarSection(Section):
    """``[calendar]``"""

    closed: Annotated[tuple[DayRange, ...], Words("Closed days")] = ()
    """No email goes to staff on these days."""
    terms: tuple[DayRange, ...] = ()
    """First and last day of each. A first or larger mailing goes only where those of this school year are here. School
    days do not count the holidays between terms; email can go in them."""
    ics: Annotated[CalendarPlace, Words("The school’s own calendar")] = ""
    """A file in the school's folder, or the web address of an .ics: its meetings of governors, terms and closed days
    count beside those written here. It is read with each update; while it cannot be, what it gave last counts."""
    meeting_words: Annotated[Names, Words("Words for a governors’ meeting")] = (
        "governors meeting", "governing body", "governing board", "FGB", "trust board",
    )  # fmt: skip
    """What the title of an entry holds that is a meeting of the full governing body. Of another body: its name."""
    term_words: Annotated[Names, Words("Words for a term")] = ("term",)
    """What the title of a term, or of its first or last day, holds."""
    closed_words: Annotated[Names, Words("Words for closed days")] = (
        "half term", "holiday", "holidays", "school closed", "bank holiday",
    )  # fmt: skip
    """What the title of days on which the school is closed holds."""

    @property
    def no_school(self) -> tuple[DayRange, ...]:
        """The closed days and the holidays between the terms that are known: none of them is a school day.

        Mail can go on such days, unless they are ``closed``; what waits for school days does not count them.
        """
        return (*self.closed, *_holidays(self.terms)) if self.terms else self.closed


_LONGEST_HOLIDAY = timedelta(days=70)
"""Where there are more days between two terms, a term between them is not known."""
_DAY = timedelta(days=1)


@lru_cache(maxsize=64)
def _holidays(terms: tuple[DayRange, ...]) -> tuple[DayRange, ...]:
    """Return the days between terms that follow each other; and August, before the first or after the last of them."""
    ordered = sorted(terms)
    first, last = ordered[0][0], max(end for _, end in ordered)
    before, after = date(first.year, 8, 1), date(last.year, 8, 31)
    found = [(last + _DAY, after)] if last.month in (6, 7, 8) and last < after else []
    found += [(before, first - _DAY)] if first.month in (8, 9) and before < first else []
    ends = ordered[0][1]
    for begins_on, ends_on in ordered[1:]:
        if _DAY < begins_on - ends <= _LONGEST_HOLIDAY:
            found.append((ends + _DAY, begins_on - _DAY))
        ends = max(ends, ends_on)
    return tuple(sorted(found))


@dataclass(frozen=True, slots=True)
class KeptCalendar:
    """What a calendar gave when it was last read, and since when it cannot be."""

    source: str
    """The address or file, as ``[calendar] ics`` has it."""
    read_on: date | None = None
    """When it was last read; None where it never was."""
    failed_since: date | None = None
    problem: str = ""
    """Why it cannot be read, in a sentence; empty where it can."""
    meetings: Mapping[str, tuple[date, ...]] | None = None
    """By key of the body."""
    terms: tuple[DayRange, ...] = ()
    closed: tuple[DayRange, ...] = ()


def read_kept(folder: Path, source: str) -> KeptCalendar | None:
    """Return what the calendar of that address gave last; None where nothing of it is kept, or it cannot be read."""
    try:
        kept = json.loads((folder / KEPT_NAME).read_text(encoding="utf-8"))
        found = KeptCalendar(
            source=kept["source"],
            read_on=_day(kept["read_on"]),
            failed_since=_day(kept["failed_since"]),
            problem=kept["problem"],
            meetings={key: tuple(map(date.fromisoformat, days)) for key, days in (kept["meetings"] or {}).items()},
            terms=tuple(map(_range, kept["terms"])),
            closed=tuple(map(_range, kept["closed"])),
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None
    return found if found.source == source else None


def kept_text(kept: KeptCalendar) -> str:
    """Return the text of the file."""
    return json.dumps(asdict(kept), default=str, indent=1, sort_keys=True)


def _day(value: Any) -> date | None:
    return None if value is None else date.fromisoformat(value)


def _range(value: Any) -> DayRange:
    first, last = value
    return date.fromisoformat(first), date.fromisoformat(last)
