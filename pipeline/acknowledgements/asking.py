"""Decide which requests a reader's day opens, closes and dates anew, and so what they owe today. Pure.

Between what is owed (``people.obligations``) and where they stand (``situation``); ``letters`` asks it for each
situation once, and keeps what it decides together with the letter.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta, tzinfo
from functools import partial
from typing import Generic, Protocol, TypeVar

from pipeline.acknowledgements.counting import PolicyReading, occasion_of
from pipeline.acknowledgements.situation import OpenRequest, Situation
from pipeline.model.people import AwayPeriod
from pipeline.model.policies import ReadingRule
from pipeline.model.readings import Occasion
from pipeline.people.obligations import Duties, ReadingDuty
from pipeline.register.policies.copies import Unreadable
from pipeline.register.readings.requests import ClosedReason, DeadlineReason, Place


@dataclass(frozen=True, slots=True)
class Closing:
    """An open request that need not be answered any more."""

    place: Place
    reason: ClosedReason


@dataclass(frozen=True, slots=True)
class Opening:
    """A request to read that is to be opened."""

    place: int
    """The policy, by the register's key."""
    version_id: int
    rule: ReadingRule
    occasion: Occasion
    asked_on: date
    due_on: date
    follows: bool = False
    """An earlier version was asked for, before a small change: what was told of that request counts for this one."""

    def as_open(self) -> OpenRequest:
        """Return the request as it stands once it is opened."""
        return OpenRequest(self.place, self.version_id, self.asked_on, self.due_on, self.occasion)


class NewlyAsked(Protocol):
    """A request of any kind that is to be opened."""

    @property
    def place(self) -> Place:
        """What is asked for."""

    @property
    def follows(self) -> bool:
        """Whether what was told of the request before it counts for it."""

    def as_open(self) -> OpenRequest:
        """Return the request as it stands once it is opened."""


New_co = TypeVar("New_co", bound=NewlyAsked, covariant=True)


@dataclass(frozen=True, slots=True)
class Dating:
    """An open request that is to be answered by another day."""

    place: Place
    due_on: date
    reason: DeadlineReason


@dataclass(frozen=True, slots=True)
class AskingChanges(Generic[New_co]):
    """What one day changes in what a person is asked, of one kind of requests."""

    closed: tuple[Closing, ...] = ()
    opened: tuple[New_co, ...] = ()
    dated: tuple[Dating, ...] = ()

    def __bool__(self) -> bool:
        """Return whether anything changes."""
        return bool(self.closed or self.opened or self.dated)

    def with_days(
        self, said: Iterable[tuple[Place, date]], requests: Mapping[Place, OpenRequest]
    ) -> "AskingChanges[New_co]":
        """Return them so that what a letter asks is to be answered by the day that it says, by what is asked.

        It may go later than the request was opened; ``requests`` are those that are open after the changes.
        """
        dated = {one.place: one for one in self.dated}
        for place, due_on in said:
            if requests[place].due_on != due_on:
                dated[place] = Dating(place, due_on, DeadlineReason.MAIL_LATE)
        return replace(self, dated=tuple(dated.values()))


def requests_after(
    requests: Mapping[Place, OpenRequest], changes: AskingChanges[NewlyAsked]
) -> dict[Place, OpenRequest]:
    """Return what is open once the changes are made to open ``requests``."""
    found = dict(requests)
    for closing in changes.closed:
        found.pop(closing.place, None)
    found |= {one.place: one.as_open() for one in changes.opened}
    for dating in changes.dated:
        found[dating.place] = replace(found[dating.place], due_on=dating.due_on)
    return found


def later_day(
    request: OpenRequest,
    periods: Sequence[AwayPeriod],
    answer_by: Callable[[date], date],
    due_on: date,
    today: date,
) -> tuple[date, AwayPeriod] | None:
    """Return the new day to answer by of what fell into periods, such as an absence, and the last that is over.

    It is given once, counted by ``answer_by`` from the day after; no sooner than ``due_on``, that of what is asked
    today, where it would be over. None where no period is over, or the day it has is as late. That mail was held for a
    question about them puts nothing off: what they were asked before stands.
    """
    over = [one for one in periods if one.until_on < today and _touches(one, request)]
    if not over:
        return None
    last = max(over, key=lambda one: one.until_on)
    wanted = answer_by(last.until_on + timedelta(days=1))
    if request.due_on >= wanted:
        return None
    return (max(wanted, due_on) if wanted < today else wanted), last


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
    ) -> AskingChanges[Opening]:
        """Return what changes for a reader with these ``duties``; ``absences`` are the days they were or are away."""
        signing: dict[Place, ReadingDuty] = {
            duty.standing.policy_id: duty for duty in duties if duty.rule is ReadingRule.SIGN and self.is_in_force(duty)
        }
        closed, opened, stays = [], [], dict(situation.requests)
        for place, request in situation.requests.items():
            duty = signing.get(place)
            reason = ClosedReason.LEFT if has_left else self._reason_to_close(request, duty, situation)
            if reason is None:
                continue
            closed.append(Closing(place, reason))
            del stays[place]
            if reason is ClosedReason.SUPERSEDED and duty is not None and self._is_small_change(duty, request):
                moved = self._opening(duty, situation, request)
                opened.append(moved)
                stays[place] = moved.as_open()
        if not is_away:
            owed = [duty for place, duty in signing.items() if place in self.has_copy]
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
        same = request.wording in self.readings[duty.standing.policy_id].same_words
        return None if same else ClosedReason.SUPERSEDED

    def _is_to_come(self, request: OpenRequest) -> bool:
        """Return whether the papers of a person who starts later were printed, and are still right."""
        return request.asked_on > self.today and any(request.wording in one.covered for one in self.readings.values())

    def _is_small_change(self, duty: ReadingDuty, request: OpenRequest) -> bool:
        return request.wording in self.readings[duty.standing.policy_id].covered

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
            before is not None,
        )

    def _put_off(
        self, stays: Mapping[Place, OpenRequest], signing: Mapping[Place, ReadingDuty], absences: Sequence[AwayPeriod]
    ) -> Iterator[Dating]:
        """Yield the new day to read by of what fell into an absence that is over, or into days without a copy."""
        for place, request in stays.items():
            if (duty := signing.get(place)) is None:
                continue
            unread = self.unread.get(duty.standing.policy_id, ()) if place in self.has_copy else ()
            answer_by = partial(self.duties.read_by, duty, absences=absences)
            later = later_day(request, (*absences, *unread), answer_by, duty.due_on, self.today)
            if later is not None:
                reason = DeadlineReason.NO_COPY if later[1] in unread else DeadlineReason.RETURNED
                yield Dating(place, later[0], reason)


def _touches(period: AwayPeriod, request: OpenRequest) -> bool:
    return not period.is_held and period.until_on >= request.asked_on and period.from_on <= request.due_on
