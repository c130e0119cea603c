"""On which day something can next come to people to whom a day brings nothing: until then a plan need not ask again.

``plan`` notes them in a look ahead (``register.cached_answers``), where one day follows the other. While people stand
where they stood, nothing comes to them by itself but on a day that can be told: a reminder that is reached, a new
school year, a day beside their names. Whatever else may bring something is compared. Of anybody for whom more can come
with a day, such as who is away, nothing is noted.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Generic, TypeVar

from pipeline.acknowledgements.asking import Asker
from pipeline.acknowledgements.declarations.declared import AskedDeclaration
from pipeline.acknowledgements.situation import OpenRequest
from pipeline.catalogue.policies import entry_on
from pipeline.config import Config
from pipeline.dates.calendar import academic_year_start, is_mail_day, school_day_from
from pipeline.letters.groups import Group
from pipeline.model.policies import PolicyStanding
from pipeline.people.obligations import STARTER_DAYS, pack_day
from pipeline.register.cached_answers import carried, keeps_answers
from pipeline.register.transaction import Transaction

_Nothing = TypeVar("_Nothing")
_DAY = timedelta(days=1)


@dataclass(slots=True)
class _Noted(Generic[_Nothing]):
    """What is carried from day to day."""

    basis: object = None
    """What it rests on besides where people stand: with another nothing of this holds."""
    until: dict[object, tuple[date, _Nothing]] = field(default_factory=dict)
    """By group, the first day that may bring something, and what the days before it come to."""


class NextDue(Generic[_Nothing]):
    """Remembers, for one day's plan and those that follow, who has nothing to expect until when."""

    def __init__(self, tx: Transaction, school: str, config: Config, basis: object, today: date) -> None:
        """``basis`` is equal while the policies, their versions and copies, and what is asked of whom are the same."""
        self._noted: _Noted[_Nothing] = carried(tx, ("next due", school), _Noted)
        # Readings spread over weeks come on days of their own.
        self._is_on = keeps_answers(tx) and not config.reading.drip
        self._config, self._today = config, today
        self._is_mail_day = is_mail_day(today, config.calendar.closed)
        if self._noted.basis != basis:
            self._noted.basis, self._noted.until = basis, {}
        self._before = self._noted.until
        self._noted.until = {}
        self._reminders: dict[date, date] = {}

    def find(self, group: Group) -> _Nothing | None:
        """Return what was noted of a group, if today still brings them nothing; None where it may bring something."""
        before = self._before.get(group.key)
        if before is None or before[0] <= self._today:
            return None
        self._noted.until[group.key] = before
        return before[1]

    def note(self, group: Group, nothing: _Nothing, requests: Collection[OpenRequest]) -> None:
        """Note that today brings nothing to a group whose open requests are these.

        Not on a day without mail, which may hold back what was reached.
        """
        person, marks = group.row.person, group.marks
        is_away = bool(person.away) or person.away_until is not None
        unforeseen = group.lines[3] or is_away or marks.again or marks.quiet or marks.resting or marks.waits
        is_foreseen = not unforeseen and all(one.asked_on <= self._today for one in requests)
        if self._is_on and self._is_mail_day and is_foreseen:
            days = (*self._days_beside(group), *self._days_of(requests))
            self._noted.until[group.key] = min(day for day in days if day > self._today), nothing

    def _days_beside(self, group: Group) -> Iterator[date]:
        """Yield the days on which anything changes in what a person is at the school."""
        person = group.row.person
        starts = [person.start_on, *(one.start_on for one in group.row.engagements)]
        ends = [person.leave_on, *(one.leave_on for one in group.row.engagements)]
        for start in (day for day in starts if day is not None):
            yield from (start, start + timedelta(days=STARTER_DAYS))
        yield from (day + _DAY for day in ends if day is not None)
        if (pack := pack_day(person, self._config)) is not None:
            yield pack

    def _days_of(self, requests: Collection[OpenRequest]) -> Iterator[date]:
        """Yield the next day on which a reminder is reached, and the first of the next school year."""
        start = academic_year_start(self._today)
        yield start.replace(year=start.year + 1)
        stages, closed = self._config.reading.remind_school_days, self._config.calendar.no_school
        for due_on in {one.due_on for one in requests}:
            if due_on not in self._reminders:
                days = (school_day_from(due_on, stage, closed) for stage in stages)
                self._reminders[due_on] = min((day for day in days if day > self._today), default=date.max)
            yield self._reminders[due_on]


def rests_on(asker: Asker, in_use: Sequence[PolicyStanding], asked: Sequence[AskedDeclaration], today: date) -> object:
    """Return what decides, besides where people stand, whether a day brings them anything; equal while it is so."""
    policies = tuple((one.policy_id, one.version_id, one.slug, entry_on(one.catalogue_slug, today)) for one in in_use)
    return asker.has_copy, asker.unread, asker.readings, policies, tuple((one.key, one.school_year) for one in asked)
