"""What the entries of a calendar mean for a school: meetings, terms and days on which it is closed. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from pipeline.dates.calendar import DayRange
from pipeline.documents.calendar_file import CalendarEntry, folded, has_word

BOARD = "governing-body"
_BEGINS = ("begins", "begin", "starts", "start of", "first day")
_ENDS = ("ends", "end of", "last day")
_SHORTEST_TERM_DAYS = 14
"""An entry with a term's name that is shorter is a day in it, such as “end of term assembly”."""
_LONGEST_TERM_DAYS = 150


@dataclass(frozen=True, slots=True)
class CalendarWords:
    """By which words in its title an entry is told."""

    meetings: Sequence[str]
    """Of the full governing body."""
    terms: Sequence[str]
    closed: Sequence[str]
    bodies: Mapping[str, str]
    """Names of other bodies by key: an entry that holds one is a meeting of it."""

    @property
    def all_folded(self) -> tuple[str, ...]:
        """Every word, to look for in titles."""
        words = (*self.meetings, *self.terms, *self.closed, *self.bodies.values())
        return tuple(dict.fromkeys(folded(word) for word in words if folded(word)))


@dataclass(frozen=True, slots=True)
class SchoolDays:
    """What a calendar says; days earliest first, each once."""

    meetings: Mapping[str, tuple[date, ...]]
    """By key of the body."""
    terms: tuple[DayRange, ...]
    closed: tuple[DayRange, ...]

    @property
    def is_empty(self) -> bool:
        """Whether nothing of the kind was found."""
        return not (any(self.meetings.values()) or self.terms or self.closed)


def sort_entries(entries: Sequence[CalendarEntry], words: CalendarWords) -> SchoolDays:
    """Return what entries mean: first a meeting, then a day on which the school is closed, then a term.

    Two entries "Autumn term begins" and "Autumn term ends" are one term, and so are two of a holiday.
    """
    meetings: dict[str, set[date]] = {}
    closed: list[CalendarEntry] = []
    terms: list[CalendarEntry] = []
    for entry in entries:
        title = folded(entry.title)
        body = next((key for key, name in words.bodies.items() if has_word(title, (folded(name),))), None)
        if body is None and has_word(title, map(folded, words.meetings)):
            body = BOARD
        if body is not None:
            meetings.setdefault(body, set()).add(entry.first)
        elif has_word(title, map(folded, words.closed)):
            closed.append(entry)
        elif has_word(title, map(folded, words.terms)):
            terms.append(entry)
    whole = (each for each in _ranges(terms) if (each[1] - each[0]).days >= _SHORTEST_TERM_DAYS)
    return SchoolDays(
        {key: tuple(sorted(days)) for key, days in sorted(meetings.items())},
        tuple(sorted(set(whole))),
        tuple(sorted(set(_ranges(closed)))),
    )


def _ranges(entries: Sequence[CalendarEntry]) -> Iterator[DayRange]:
    """Yield the days of each entry, those of two that begin and end something as one."""
    begun: date | None = None
    for entry in sorted(entries, key=lambda one: (one.first, one.last)):
        title = folded(entry.title)
        if has_word(title, _BEGINS) and entry.first == entry.last:
            begun = entry.first
        elif has_word(title, _ENDS) and entry.first == entry.last:
            if begun is not None and (entry.last - begun).days <= _LONGEST_TERM_DAYS:
                yield begun, entry.last
            begun = None
        else:
            yield entry.first, entry.last
