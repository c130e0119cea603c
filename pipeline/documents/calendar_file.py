"""Read an iCalendar file: the entries whose titles hold certain words, each time they happen in a span of days.

Runs in the child process (``sandbox.readers.contained_map``), as every untrusted file is read. Only entries with such a
word are worked out, so that whatever else a calendar holds costs nothing.

Source: RFC 5545; ``icalendar`` reads it, ``recurring-ical-events`` works out its repetitions.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from pipeline.documents.source import refusal
from pipeline.errors import UnreadableCode

MOST_BYTES = 5 * 1024 * 1024
MOST_ENTRIES = 20_000
"""In the whole file."""
MOST_TIMES = 2_000
"""That entries with such words may happen in the span of days."""
_LONGEST_TITLE = 200
_PERIOD_DAYS = {"DAILY": 1, "WEEKLY": 7, "MONTHLY": 28, "YEARLY": 365}
_TOO_OFTEN = frozenset({"SECONDLY", "MINUTELY", "HOURLY"})


@dataclass(frozen=True, slots=True)
class CalendarEntry:
    """One entry, once: first and last day, both included."""

    title: str
    first: date
    last: date


@dataclass(frozen=True, slots=True)
class CalendarEntries:
    """What was found."""

    found: tuple[CalendarEntry, ...]
    """By first day, then title."""
    total: int
    """Entries in the file, whatever their titles; one that repeats counts once."""


def read_calendar(path: Path, *, words: Sequence[str], first: date, last: date, zone: str) -> CalendarEntries:
    """Return the entries of a calendar file whose titles hold one of ``words`` (as ``folded`` has them).

    Days are those of the school's ``zone``. Cancelled entries are left out.

    Raises:
        DocumentError: it is too large, no calendar, or repeats beyond all measure.
    """
    content = _bytes(path)
    from icalendar import Calendar

    try:
        calendar: Any = Calendar.from_ical(content)
    except (ValueError, KeyError, TypeError, IndexError, AttributeError) as error:
        raise refusal(
            UnreadableCode.DAMAGED, str(path), "is no calendar that can be read (iCalendar, .ics)."
        ) from error
    events = list(calendar.walk("VEVENT"))
    if len(events) > MOST_ENTRIES:
        raise refusal(
            UnreadableCode.TOO_LARGE, str(path), f"has more than {MOST_ENTRIES:,} entries, as no school's calendar has."
        )
    wanted = [event for event in events if has_word(folded(str(event.get("SUMMARY", ""))), words)]
    if any(_repeats_within_a_day(event) for event in wanted):
        raise refusal(
            UnreadableCode.HOSTILE, str(path), "has an entry that repeats each hour or more often, as no meeting does."
        )
    if sum(_most_times(event, (last - first).days) for event in wanted) > MOST_TIMES:
        raise refusal(
            UnreadableCode.HOSTILE, str(path), f"has entries that happen more than {MOST_TIMES:,} times in three years."
        )
    found = sorted(set(_happening(path, calendar, wanted, first, last, ZoneInfo(zone))), key=_order)
    return CalendarEntries(tuple(found), len(events))


def _bytes(path: Path) -> bytes:
    with path.open("rb") as file:
        content = file.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        most = f"{MOST_BYTES // 1_048_576} MB"
        raise refusal(UnreadableCode.TOO_LARGE, str(path), f"is larger than {most}, as no school's calendar is.")
    if not content.lstrip(b"\xef\xbb\xbf \r\n\t").upper().startswith(b"BEGIN:VCALENDAR"):
        raise refusal(UnreadableCode.UNSUPPORTED, str(path), "is no calendar: it does not begin with BEGIN:VCALENDAR.")
    return content


def _order(entry: CalendarEntry) -> tuple[date, date, str]:
    return entry.first, entry.last, entry.title


def _rules(event: Any) -> Sequence[Any]:
    rules = event.get("RRULE", [])
    return rules if isinstance(rules, list) else [rules]


def _repeats_within_a_day(event: Any) -> bool:
    within = ("BYHOUR", "BYMINUTE", "BYSECOND")
    return any(
        str(rule.get("FREQ", [""])[0]).upper() in _TOO_OFTEN or any(len(rule.get(name, [])) > 1 for name in within)
        for rule in _rules(event)
    )


def _most_times(event: Any, days: int) -> int:
    """Return how often an entry can happen in so many days at most, without working it out."""
    times = 1 + sum(len(part.dts) for part in _several(event.get("RDATE")))
    for rule in _rules(event):
        interval = max(1, int(rule.get("INTERVAL", [1])[0]))
        often = days // (_PERIOD_DAYS.get(str(rule.get("FREQ", [""])[0]).upper(), 1) * interval) + 2
        for name in ("BYMONTH", "BYWEEKNO", "BYYEARDAY", "BYMONTHDAY", "BYDAY"):
            often *= max(1, len(rule.get(name, [])))
        times += min(often, days + 1, int(rule.get("COUNT", [days + 1])[0]))
    return times


def _several(value: Any) -> Sequence[Any]:
    if value is None:
        return ()
    return value if isinstance(value, list) else (value,)


def _happening(
    path: Path, calendar: Any, wanted: Sequence[Any], first: date, last: date, zone: ZoneInfo
) -> Iterator[CalendarEntry]:
    """Yield each time that the wanted entries happen."""
    import recurring_ical_events
    from icalendar import Calendar

    some = Calendar()
    for part in calendar.subcomponents:
        if part.name != "VEVENT":
            some.add_component(part)
    for event in wanted:
        some.add_component(event)
    try:
        for event in recurring_ical_events.of(some).between(first, last + timedelta(days=1)):
            entry = _entry(event, zone)
            if entry is not None and entry.last >= first and entry.first <= last:
                yield entry
    except (ValueError, KeyError, TypeError, OverflowError, AttributeError) as error:
        raise refusal(
            UnreadableCode.DAMAGED, str(path), "has an entry whose days or repetitions cannot be read."
        ) from error


def _entry(event: Any, zone: ZoneInfo) -> CalendarEntry | None:
    if str(event.get("STATUS", "")).upper() == "CANCELLED" or "DTSTART" not in event:
        return None
    start, end = event["DTSTART"].dt, event["DTEND"].dt if "DTEND" in event else None
    begins = _day(start, zone)
    if end is None:
        ends = begins
    elif isinstance(end, datetime):
        # What ends at midnight does not reach into the day that begins then.
        ends = _day(end - timedelta(seconds=1), zone)
    else:
        ends = end - timedelta(days=1)
    title = " ".join(str(event.get("SUMMARY", "")).split())[:_LONGEST_TITLE]
    return CalendarEntry(title, begins, max(begins, ends))


def _day(moment: date, zone: ZoneInfo) -> date:
    if not isinstance(moment, datetime):
        return moment
    return (moment.astimezone(zone) if moment.tzinfo is not None else moment).date()


def folded(words: str) -> str:
    """Return words in small letters with single spaces, without apostrophes and other marks: to be held against."""
    kept = (" " if not (char.isalnum() or char in "'’") else char for char in words.casefold())
    return " ".join("".join(kept).replace("'", "").replace("’", "").split())


def has_word(title: str, words: Iterable[str]) -> bool:
    """Return whether a title holds one of some words whole; both as ``folded`` has them."""
    return any(word and f" {word} " in f" {title} " for word in words)
