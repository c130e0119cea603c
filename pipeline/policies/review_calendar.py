"""Reviews and meetings as a calendar file (iCalendar, .ics), for the calendars of those who look after policies.

Each entry has a name of its own that stays (UID): a calendar that takes the file again moves the entry instead of
making a second one. It says nothing of anybody: neither who looks after a policy nor who is away.

Source: RFC 5545, 3.6.1 (an entry of whole days; its end is the day after), 3.8.4.7 (UID), RFC 7986 (name, refresh).
"""

import uuid
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from pipeline.config import Config
from pipeline.dates.calendar import add_months
from pipeline.dates.meetings import say_coming, steps_to
from pipeline.model.policies import PolicyStanding, ReviewState
from pipeline.named.bodies import without_article
from pipeline.policies.meetings import bodies_that_meet, calendar_of, say_meeting, say_missing_approval, schedule_of
from pipeline.wording import say_day, say_list

if TYPE_CHECKING:
    from icalendar import Event

_NAMES = uuid.UUID("5b0f4c1e-5b9c-4e0c-9d53-6a2f1f7d9a10")
"""Under which the names of entries are made; never changed, or every entry would be doubled."""
_PRODUCT = "-//policy-pipeline//reviews and meetings//EN"
_MONTHS_BACK = 12
"""Meetings that are over for longer are left out."""
_NOT_REVIEWED = (ReviewState.WITHDRAWN, ReviewState.LIVE_DOCUMENT)


def calendar_of_reviews(
    school: str, standings: Sequence[PolicyStanding], config: Config, *, today: date, made_at: datetime
) -> bytes:
    """Return a calendar of the reviews that are due, the meetings that are known, and when the papers of each go.

    ``school`` is the school's key in the register, ``made_at`` an aware moment that the entries carry. Entries are of
    whole days, by day and title; a policy without a date has none. The same arguments give the same bytes.
    """
    return gather_reviews(school, standings, config, today).as_file(made_at)


def gather_reviews(
    school: str, standings: Sequence[PolicyStanding], config: Config, today: date
) -> "CalendarOfReviews":
    """Return what ``calendar_of_reviews`` writes, unwritten: writing takes twenty times as long."""
    name = config.school.name
    title = f"{name}: policy reviews and meetings" if name else "Policy reviews and meetings"
    entries = sorted([*_reviews(standings, config, today), *_meetings(standings, config, today)], key=_order)
    return CalendarOfReviews(school, title, tuple(entries))


def count_entries(content: bytes) -> int:
    """Return how many entries a calendar has that ``calendar_of_reviews`` made."""
    return content.count(b"BEGIN:VEVENT")


def _uid(school: str, *of: str) -> str:
    return str(uuid.uuid5(_NAMES, "\n".join((school, *of))))


@dataclass(frozen=True, slots=True)
class _CalendarEntry:
    """One entry of a whole day."""

    of: tuple[str, ...]
    """What it is of, whatever its day: its name is made of that."""
    day: date
    title: str
    words: Sequence[str]
    """Sentences; empty ones are left out."""


@dataclass(frozen=True, slots=True)
class CalendarOfReviews:
    """The entries of a calendar; two that are equal say the same."""

    school: str
    """Its key in the register."""
    title: str
    entries: tuple[_CalendarEntry, ...]

    def as_file(self, made_at: datetime) -> bytes:
        """Return it as an .ics file; ``made_at`` is an aware moment that the entries carry."""
        from icalendar import Calendar

        calendar = Calendar.new(
            prodid=_PRODUCT,
            name=self.title,
            uid=_uid(self.school, "calendar"),
            refresh_interval=timedelta(days=1),
            subcomponents=[_event(self.school, one, made_at) for one in self.entries],
        )
        content: bytes = calendar.to_ical()
        return content


def _order(entry: _CalendarEntry) -> tuple[date, str, tuple[str, ...]]:
    return entry.day, entry.title, entry.of


def _event(school: str, entry: _CalendarEntry, made_at: datetime) -> "Event":
    from icalendar import TRANSP, Event

    return Event.new(
        uid=_uid(school, *entry.of),
        summary=entry.title,
        start=entry.day,
        end=entry.day + timedelta(days=1),
        description=" ".join(said for said in entry.words if said) or None,
        # Nobody is busy for it.
        transparency=TRANSP.TRANSPARENT,
        stamp=made_at,
    )


def _reviews(standings: Sequence[PolicyStanding], config: Config, today: date) -> Iterator[_CalendarEntry]:
    for one in standings:
        if one.due_on is None or one.state in _NOT_REVIEWED:
            continue
        late = f"It was due on {say_day(one.due_on)} and is late; it stays in force." if one.due_on < today else ""
        moved = f"It was moved from {say_day(one.due_move.before)}." if one.due_move is not None else ""
        words = say_missing_approval(one, config, today) or say_meeting(one, config, today)
        yield _CalendarEntry(("review", one.slug), one.due_on, f"Review due: {one.title}", (late, moved, words))


def _meetings(standings: Sequence[PolicyStanding], config: Config, today: date) -> Iterator[_CalendarEntry]:
    awaited = _awaited(standings, config, today)
    for key, body in bodies_that_meet(config):
        of = without_article(body.name)
        for day in (day for day in body.meetings if day >= add_months(today, -_MONTHS_BACK)):
            titles = sorted(awaited.get((body.name, day), ()), key=str.casefold)
            last = f"The last meeting in time for: {say_list(titles)}." if titles else ""
            papers_on, place = steps_to(day, calendar_of(config)).papers_on, (key, day.isoformat())
            papers = f"Papers by {say_coming(papers_on, day)}."
            yield _CalendarEntry(("meeting", *place), day, f"Meeting: {of}", (last, papers))
            yield _CalendarEntry(
                ("papers", *place), papers_on, f"Papers due: {of} of {say_coming(day, papers_on)}", (last,)
            )


def _awaited(
    standings: Sequence[PolicyStanding], config: Config, today: date
) -> Mapping[tuple[str, date], Sequence[str]]:
    """Return the titles of the reviews that need a meeting, by the body's name and the day."""
    found: dict[tuple[str, date], list[str]] = defaultdict(list)
    for one in standings:
        schedule = schedule_of(one, config, today)
        for each in schedule.bodies if schedule is not None else ():
            if each.is_last:
                found[each.body, each.meeting].append(one.title)
    return found
