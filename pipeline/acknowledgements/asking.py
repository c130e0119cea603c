"""Decide which requests a reader's day opens, closes and dates anew, and so what they owe today. Pure.

Between what is owed (``people.obligations``) and where they stand (``situation``); ``letters`` asks it for each
situation once, and keeps what it decides together with the letter.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta, tzinfo

from pipeline.acknowledgements.counting import PolicyReading, occasion_of
from pipeline.acknowledgements.situation import OpenRequest, Situation
from pipeline.model.people import AwayPeriod
from pipeline.model.policies import ReadingRule
from pipeline.model.readings import Occasion
from pipeline.people.obligations import Duties, ReadingDuty
from pipeline.register.policies.copies import Unreadable
from pipeline.register.readings.requests import ClosedReason, DeadlineReason


@dataclass(frozen=True, slots=True)
class Closing:
    """An open request that need not be answered any more."""

    request: OpenRequest
    reason: ClosedReason


@dataclass(frozen=True, slots=True)
class Opening:
    """A request to be opened."""

    policy_id: int
    version_id: int
    rule: ReadingRule
    occasion: Occasion
    asked_on: date
    due_on: date
    follows: int | None = None
    """The version that was asked for before a small change: what was told of that request counts for this one."""


@dataclass(frozen=True, slots=True)
class Dating:
    """An open request that is to be answered by another day."""

    policy_id: int
    due_on: date
    reason: DeadlineReason


@dataclass(frozen=True, slots=True)
class AskingChanges:
    """What one day changes in what a reader is asked."""

    closed: tuple[Closing, ...] = ()
    opened: tuple[Opening, ...] = ()
    dated: tuple[Dating, ...] = ()

    def __bool__(self) -> bool:
        """Return whether anything changes."""
        return bool(self.closed or self.opened or self.dated)


def days_without_copy(times: Sequence[Unreadable], zone: tzinfo) -> Mapping[int, tuple[AwayPeriod, ...]]:
    """Return the days, now over, on which each policy had no copy to read and confirm, by the register's key."""
    found: dict[int, list[AwayPeriod]] = defaultdict(list)
    for one in times:
        if one.ended_at is not None:
            began, ended = (moment.astimezone(zone).date() for moment in (one.began_at, one.ended_at))
            if began < ended:
                found[one.policy_id].append(AwayPeriod(began, ended - timedelta(days=1)))
    return {policy_id: tuple(days) for policy_id, days in found.items()}


@dataclass(frozen=True, slots=True)
class Asker:
    """Decides for one person after another; the same answer for the same situation."""

    readings: Mapping[int, PolicyReading]
    """The reading of each policy in use, by policy."""
    has_copy: frozenset[int]
    """The policies that can be asked for: a copy of the version in force is to be given, or none is needed."""
    duties: Duties
    today: date
    unread: Mapping[int, tuple[AwayPeriod, ...]] = field(default_factory=dict)
    """The days on which a policy had no copy to read and confirm, and that are over: they count for nobody."""

    def decide(
        self,
        duties: Sequence[ReadingDuty],
        situation: Situation,
        *,
        has_left: bool,
        is_away: bool,
        absences: Sequence[AwayPeriod],
    ) -> AskingChanges:
        """Return what changes for a reader with these ``duties``; ``absences`` are the days they were or are away."""
        signing = {
            duty.standing.policy_id: duty for duty in duties if duty.rule is ReadingRule.SIGN and self.is_in_force(duty)
        }
        closed, opened, stays = [], [], dict(situation.requests)
        for request in situation.requests.values():
            duty = signing.get(request.policy_id)
            reason = ClosedReason.LEFT if has_left else self._reason_to_close(request, duty, situation)
            if reason is None:
                continue
            closed.append(Closing(request, reason))
            del stays[request.policy_id]
            if reason is ClosedReason.SUPERSEDED and duty is not None and self._is_small_change(request):
                moved = self._opening(duty, situation, request)
                opened.append(moved)
                stays[request.policy_id] = _as_open(moved)
        if not is_away:
            owed = [duty for policy_id, duty in signing.items() if policy_id in self.has_copy]
            missing = [
                duty
                for duty in owed
                if duty.asked_on <= self.today
                and duty.standing.policy_id not in stays
                and not self.is_read(duty, situation)
            ]
            opened += [self._opening(duty, situation) for duty in missing]
        dated = () if is_away else tuple(self._put_off(stays, signing, absences))
        return AskingChanges(tuple(closed), tuple(opened), dated)

    def is_in_force(self, duty: ReadingDuty) -> bool:
        """Return whether the version a duty is about is the one that readers are asked for."""
        reading = self.readings.get(duty.standing.policy_id)
        return reading is not None and reading.in_force.id == duty.standing.version_id

    def is_read(self, duty: ReadingDuty, situation: Situation) -> bool:
        """Return whether a reading that counts today was given."""
        covered = self.readings[duty.standing.policy_id].covered
        return any(one.version_id in covered and (one.this_year or not duty.asked.repeats) for one in situation.given)

    def _reason_to_close(
        self, request: OpenRequest, duty: ReadingDuty | None, situation: Situation
    ) -> ClosedReason | None:
        if duty is None:
            return None if self._is_to_come(request) else ClosedReason.NOT_NEEDED
        if self.is_read(duty, situation):
            return ClosedReason.ACKNOWLEDGED
        same = request.version_id in self.readings[request.policy_id].same_words
        return None if same else ClosedReason.SUPERSEDED

    def _is_to_come(self, request: OpenRequest) -> bool:
        """Return whether the papers of a person who starts later were printed, and are still right."""
        reading = self.readings.get(request.policy_id)
        return request.asked_on > self.today and reading is not None and request.version_id in reading.covered

    def _is_small_change(self, request: OpenRequest) -> bool:
        return request.version_id in self.readings[request.policy_id].covered

    def _opening(self, duty: ReadingDuty, situation: Situation, before: OpenRequest | None = None) -> Opening:
        policy_id = duty.standing.policy_id
        reading = self.readings[policy_id]
        answered = situation.versions_given(policy_id)
        occasion = before.occasion if before else occasion_of(answered, reading, is_starter=duty.is_starter)
        return Opening(
            policy_id,
            reading.in_force.id,
            duty.rule,
            occasion,
            self.today if before else duty.asked_on,
            before.due_on if before else duty.due_on,
            before.version_id if before else None,
        )

    def _put_off(
        self, stays: Mapping[int, OpenRequest], signing: Mapping[int, ReadingDuty], absences: Sequence[AwayPeriod]
    ) -> Sequence[Dating]:
        """Return the new day to read by of what fell into an absence that is over, or into days without a copy.

        It is given once, counted from the return, or from the day on which it can be read. That mail was held for a
        question about them puts nothing off: what they were asked before stands.
        """
        dated = []
        for policy_id, request in stays.items():
            unread = self.unread.get(policy_id, ()) if policy_id in self.has_copy else ()
            over = [one for one in (*absences, *unread) if one.until_on < self.today and _touches(one, request)]
            if not over or policy_id not in signing:
                continue
            last = max(over, key=lambda one: one.until_on)
            back_on = last.until_on + timedelta(days=1)
            reason = DeadlineReason.NO_COPY if last in unread else DeadlineReason.RETURNED
            wanted = self.duties.read_by(signing[policy_id], back_on, absences)
            if request.due_on < wanted:
                due_on = max(wanted, signing[policy_id].due_on) if wanted < self.today else wanted
                dated.append(Dating(policy_id, due_on, reason))
        return dated


def _touches(period: AwayPeriod, request: OpenRequest) -> bool:
    return not period.is_held and period.until_on >= request.asked_on and period.from_on <= request.due_on


def _as_open(opening: Opening) -> OpenRequest:
    return OpenRequest(opening.policy_id, opening.version_id, opening.asked_on, opening.due_on, opening.occasion)
