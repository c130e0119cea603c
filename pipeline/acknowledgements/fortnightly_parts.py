"""Spread what a September asks of one person over several fortnights. Pure.

Without it a school that edits its policies in August asks everybody for all of them on one day. The pack goes in parts
of about equal reading time, in the order of the catalogue, one a fortnight. What a starter must be given on the first
day never waits, nor does a version that was issued later in the autumn; and waiting moves no day to read by beyond the
end of the last fortnight.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache

from pipeline.acknowledgements.counting import PolicyReading
from pipeline.acknowledgements.situation import Situation
from pipeline.catalogue.policies import find_entry, load_catalogue
from pipeline.dates.calendar import DayRange, academic_year_start, last_mail_day, next_mail_day
from pipeline.model.policies import ReadingRule, RevisionKind
from pipeline.people.obligations import ReadingDuty

_FORTNIGHT = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class PackItem:
    """One reading of a pack, in the order in which it is to go."""

    minutes: int
    asked: bool
    """It went already."""
    at_once: bool = False
    """It may not wait."""


def parts_of(items: Sequence[PackItem], parts: int) -> tuple[int, ...]:
    """Return in which part each item goes, 0 being the first: parts of about equal reading time, none left out.

    What went, and what may not wait, is the beginning, whenever it went: a part that was missed is caught up.
    """
    total = sum(item.minutes for item in items)
    before = sum(item.minutes for item in items if item.asked or item.at_once)
    found = []
    for item in items:
        if item.asked or item.at_once:
            found.append(0)
        else:
            found.append(before * parts // total)
            before += item.minutes
    return tuple(found)


@dataclass(frozen=True, slots=True)
class FortnightlyParts:
    """The fortnights with which one school year begins."""

    begins_on: date
    """The first day of the school year on which mail goes."""
    fortnights: int
    closed: Sequence[DayRange]

    @classmethod
    def on(cls, today: date, fortnights: int, closed: Sequence[DayRange]) -> "FortnightlyParts | None":
        """Return the fortnights that ``today`` lies in; None where nothing waits on it."""
        drip = cls(next_mail_day(academic_year_start(today), closed), fortnights, closed)
        return drip if fortnights > 1 and today < drip.part_begins(fortnights) else None

    @property
    def ends_on(self) -> date:
        """The last day to read by that waiting may lead to: the last school day of the last fortnight."""
        return last_mail_day(self.part_begins(self.fortnights), self.closed)

    def part_begins(self, part: int) -> date:
        """Return the day from which a part is asked."""
        return self.begins_on + part * _FORTNIGHT

    def is_news(self, reading: PolicyReading) -> bool:
        """Return whether a text was issued after the pack began, and so is no part of it."""
        first = reading.versions[-1]
        issued_on = None if first.kind is RevisionKind.ADOPTED else first.issued_on
        return issued_on is not None and issued_on > self.begins_on

    def pack_of(
        self, duties: Sequence[ReadingDuty], situation: Situation, readings: Mapping[int, PolicyReading]
    ) -> Mapping[int, bool]:
        """Return what of ``duties`` is a person's pack, by policy, and whether each of it was asked already.

        It is what is asked of them afresh this school year: not what was asked before it and is still open, nor what
        was read before it and is not asked again.
        """
        pack = {}
        for duty in duties:
            policy_id = duty.standing.policy_id
            reading, request = readings.get(policy_id), situation.requests.get(policy_id)
            if duty.rule is not ReadingRule.SIGN or reading is None or self.is_news(reading):
                continue
            read = [one for one in situation.given if one.version_id in reading.covered]
            if request is not None and request.wording in reading.covered:
                if request.asked_on >= academic_year_start(self.begins_on):
                    pack[policy_id] = True
            elif any(one.this_year for one in read):
                pack[policy_id] = True
            elif not read or duty.asked.repeats:
                pack[policy_id] = False
        return pack

    def spread(self, duties: Sequence[ReadingDuty], pack: Mapping[int, bool], today: date) -> tuple[ReadingDuty, ...]:
        """Return a person's duties with those of later parts put off: ``asked_on`` is the first day of their part.

        ``pack`` has the policies of the pack by the register's key, and whether each was asked already; all other
        duties stay as they are.
        """
        mine = sorted((duty for duty in duties if duty.standing.policy_id in pack), key=_in_order)
        items = [
            PackItem(duty.standing.reading_minutes, pack[duty.standing.policy_id], _may_not_wait(duty)) for duty in mine
        ]
        parts = parts_of(items, self.fortnights)
        changed = {
            duty.standing.policy_id: self._in_part(duty, part, today)
            for duty, item, part in zip(mine, items, parts, strict=True)
            if part > 0 and not item.asked
        }
        return tuple(changed.get(duty.standing.policy_id, duty) for duty in duties)

    def _in_part(self, duty: ReadingDuty, part: int, today: date) -> ReadingDuty:
        begins_on = self.part_begins(part)
        goes_on = next_mail_day(begins_on, self.closed)
        if goes_on < today or duty.asked_on > begins_on or self._leaves_soon(duty, today):
            # It does not wait, or goes late for another reason, such as an absence: its own days hold.
            return duty
        within = timedelta(days=duty.asked.read_within_days)
        own, undelayed = (next_mail_day(day + within, self.closed) for day in (goes_on, self.begins_on))
        latest = max(self.ends_on, undelayed)
        if begins_on <= today:
            return replace(duty, due_on=min(duty.due_on, latest))
        return replace(duty, asked_on=begins_on, due_on=min(own, latest))

    def _leaves_soon(self, duty: ReadingDuty, today: date) -> bool:
        """Return whether a person has fewer days than others have: they leave before a later part could come."""
        goes_on = next_mail_day(max(today, duty.asked_on), self.closed)
        return duty.due_on < next_mail_day(goes_on + timedelta(days=duty.asked.read_within_days), self.closed)


def _may_not_wait(duty: ReadingDuty) -> bool:
    """Return whether it is among what a starter must be given on the first day."""
    entry = find_entry(duty.standing.catalogue_slug) if duty.standing.catalogue_slug else None
    return duty.is_starter and entry is not None and entry.new_starter_pack


def _in_order(duty: ReadingDuty) -> tuple[int, str]:
    """The order of the catalogue, then the school's own policies by title."""
    return _places().get(duty.standing.catalogue_slug or "", len(_places())), duty.standing.title


@cache
def _places() -> Mapping[str, int]:
    return {entry.slug: place for place, entry in enumerate(load_catalogue())}
