"""Hold what was seen against what should have been: every stage exactly once, none early, none late, none once done.

It knows nothing of the program: the drawn school, the reviews that were done, and the mails as they lay in the outbox.
"""

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from tests.soak_calendar.drawing import Drawn, Person, Span
from tests.soak_calendar.dumb import DAY, is_school_day, run_moment, stage_begins
from tests.soak_calendar.living import Done, Told

TWICE, EARLY, MISSED, LATE = "twice", "early", "missed", "late"
AFTER, STRANGER, NO_SCHOOL, WORDS, UNKNOWN = "after-done", "wrong-person", "no-school-day", "wrong-words", "unknown"
_PATIENCE = timedelta(hours=24)
_SETTLED = timedelta(minutes=15)
"""What changes within so little of a run may stand before it or after it."""
_AS_DAYS = 60
"""Distances below this are said in days."""

Key = tuple[str, date, date, str]
"""Title, due day, the day on which the stage began, address."""


@dataclass
class Judged:
    """What the oracle says."""

    counts: Counter[str] = field(default_factory=Counter)
    faults: list[tuple[str, str]] = field(default_factory=list)


@dataclass(frozen=True)
class _Cycle:
    """From one review to the next."""

    due: date
    begins: datetime | None
    """When the review before it was done; None for the first."""
    ends: datetime | None
    """When it was done; None where it never was."""


class Oracle:
    """What should have been told at one school."""

    def __init__(self, drawn: Drawn, done: Sequence[Done]) -> None:
        self._drawn = drawn
        self._bad = _join([*drawn.outages, *(span for span, _ in drawn.wrong)])
        self._bad_begins = [begin for begin, _ in self._bad]
        self._cycles: dict[str, list[_Cycle]] = {}
        self._person: dict[str, Person] = {person.address: person for person in drawn.people}
        by_title: dict[str, list[Done]] = defaultdict(list)
        for one in sorted(done, key=lambda one: one.at):
            by_title[one.title].append(one)
        for policy in drawn.policies:
            mine = by_title[policy.title]
            dues = [policy.due, *(one.again for one in mine)]
            ends = [*(one.at for one in mine), None]
            begins = [None, *(one.at for one in mine)]
            self._cycles[policy.title] = [
                _Cycle(due, begin, end) for due, begin, end in zip(dues, begins, ends, strict=True)
            ]
        self._post = {policy.title: policy.post for policy in drawn.policies}

    def judge(self, told: Sequence[Told]) -> Judged:
        """Judge all that was told."""
        judged = Judged()
        seen: dict[Key, list[Told]] = defaultdict(list)
        newest: dict[tuple[str, date, str], date] = {}
        for one in sorted(told, key=lambda one: one.at):
            key = self._judge_one(one, judged)
            if key is None:
                continue
            if seen[key] or newest.get((key[0], key[1], key[3]), key[2]) > key[2]:
                judged.faults.append((TWICE, _say(one)))
            seen[key].append(one)
            newest[key[0], key[1], key[3]] = key[2]
        judged.counts["stages told"] = len(seen)
        for key, deadline in self._expected():
            judged.counts["stages that had to be told"] += 1
            told_at = [one.at for one in seen.get(key, ())]
            if not told_at:
                judged.faults.append((MISSED, f"{key[0]}, due {key[1]}, stage of {key[2]}, to {key[3]}"))
            elif min(told_at) > deadline:
                judged.faults.append((LATE, f"{key[0]}, stage of {key[2]}, to {key[3]}: {min(told_at)}"))
            else:
                waited = min(told_at) - (deadline - _PATIENCE)
                minutes = max(0, int(waited.total_seconds() // 60))
                judged.counts["most minutes late"] = max(judged.counts["most minutes late"], minutes)
        return judged

    def _judge_one(self, one: Told, judged: Judged) -> Key | None:
        """Judge one that was told by itself; return which stage it is, None where it is none."""
        day = one.shown.astimezone(self._drawn.zone).date()
        cycle = next((each for each in self._cycles.get(one.title, ()) if each.due == one.due), None)
        faults = []
        if cycle is None:
            judged.faults.append((UNKNOWN, _say(one)))
            return None
        if cycle.ends is not None and one.at > cycle.ends:
            faults.append(AFTER)
        if not is_school_day(day, self._drawn.closed):
            faults.append(NO_SCHOOL)
        if one.address not in self._told_of(one.title, one.at, day):
            faults.append(STRANGER)
        days = (one.due - day).days
        if abs(days) < _AS_DAYS and _distance(days) != one.distance:
            faults.append(WORDS)
        stage = self._stage(one.due, day)
        if stage is None or (cycle.begins is not None and one.at < cycle.begins):
            faults.append(EARLY)
        judged.faults += [(fault, _say(one)) for fault in faults]
        return None if stage is None else (one.title, one.due, stage, one.address)

    def _stage(self, due: date, day: date) -> date | None:
        return stage_begins(due, day, self._drawn.remind, self._drawn.every, self._drawn.closed)

    def _told_of(self, title: str, moment: datetime, day: date) -> list[str]:
        """Return who is told of a policy's review at a moment of a day: its owner, else the default one."""
        owners = self._drawn.owners[self._post[title]]
        owner = next(address for begin, address in reversed(owners) if begin <= moment)
        for address in (owner, self._drawn.default):
            if self._person[address].is_here(day):
                return [address]
        return []

    def _expected(self) -> Iterator[tuple[Key, datetime]]:
        """Yield each stage that somebody had to be told, and by when: a day from when the machine could, at the latest.

        Those are left out whose only days the machine was off or its clock wrong, or on which the review was done.
        """
        last = self._drawn.last - 2 * DAY
        for title, cycles in self._cycles.items():
            for cycle in cycles:
                found: dict[Key, datetime] = {}
                for day in self._days(cycle, last):
                    stage = self._stage(cycle.due, day)
                    moment = self._runs_on(day)
                    if stage is None or moment is None or not _is_open(cycle, moment):
                        continue
                    for address in self._told_of(title, moment, day):
                        key = title, cycle.due, stage, address
                        found[key] = min(found.get(key, moment + _PATIENCE), moment + _PATIENCE)
                yield from found.items()

    def _days(self, cycle: _Cycle, last: date) -> Iterator[date]:
        """Yield the school days of a cycle on which a stage may be reached."""
        furthest = max(*self._drawn.remind, 100)
        day = max(self._drawn.first, cycle.due - furthest * DAY)
        end = last if cycle.ends is None else min(last, cycle.ends.astimezone(self._drawn.zone).date())
        while day <= end:
            if is_school_day(day, self._drawn.closed):
                yield day
            day += DAY

    def _runs_on(self, day: date) -> datetime | None:
        """Return when the day's run surely begins; None where the machine is off, or its clock wrong, until it ends."""
        moment = run_moment(day, self._drawn.at, self._drawn.zone)
        place = bisect_right(self._bad_begins, moment) - 1
        if place >= 0 and self._bad[place][1] > moment:
            moment = self._bad[place][1]
        following = self._bad_begins[place + 1] if place + 1 < len(self._bad) else None
        if following is not None and following < moment + _SETTLED:
            return None
        return moment if (moment + _SETTLED).astimezone(self._drawn.zone).date() == day else None


def _is_open(cycle: _Cycle, moment: datetime) -> bool:
    """Return whether a review surely waits at a moment: not done, and not just about to be."""
    has_begun = cycle.begins is None or cycle.begins < moment
    return has_begun and (cycle.ends is None or cycle.ends > moment + _SETTLED)


def _join(spans: Sequence[Span]) -> list[Span]:
    """Return spans in their order, those that meet as one."""
    joined: list[Span] = []
    for begin, end in sorted(spans):
        if joined and begin <= joined[-1][1] + _SETTLED:
            joined[-1] = joined[-1][0], max(end, joined[-1][1])
        else:
            joined.append((begin, end))
    return joined


def _distance(days: int) -> str:
    if days == 0:
        return "today"
    number = f"{abs(days)} day" if abs(days) == 1 else f"{abs(days)} days"
    return f"in {number}" if days > 0 else f"{number} late"


def _say(one: Told) -> str:
    return f"{one.mail} to {one.address}: {one.title}, due {one.due}, {one.distance}; seen {one.at:%Y-%m-%d %H:%M}"
