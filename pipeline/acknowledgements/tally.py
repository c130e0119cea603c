"""How many have read each policy: who is to sign it, who has, who is late, as a set of people for each policy.

Between the register's rows and every count of readings: ``policy status``, the desk's bars, the page for an inspector.
A set of people is a whole number whose bit n stands for the person with the register's key n, so that counting one team
of 2,000 people over 200 policies is a few thousand operations on numbers and no row a person.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Self

from pipeline.acknowledgements.counting import PolicyReading, counts_since
from pipeline.config import Config
from pipeline.model.policies import PolicyStanding, ReadingRule
from pipeline.people.obligations import is_asked, is_away, policies_in_use, posts_of, rule_book
from pipeline.register.people.persons import PersonRow
from pipeline.register.people.situations import list_overdue_people, list_people_yet_to_answer
from pipeline.register.readings.requests import list_given_after
from pipeline.register.transaction import Transaction

Members = int
"""A set of people, by the register's key of each."""
EVERYBODY: Members = -1
"""In every set: to count without choosing."""


@dataclass(frozen=True, slots=True)
class ReadingCount:
    """How many have read a policy, of those who are to sign it."""

    done: int
    required: int
    late: int = 0
    """How many of those who have not were to read it by a day that is over."""

    @property
    def due(self) -> int:
        """How many are to read it by a day that is yet to come."""
        return self.required - self.done - self.late

    def __add__(self, other: Self) -> "ReadingCount":
        """Return both together."""
        return ReadingCount(self.done + other.done, self.required + other.required, self.late + other.late)


NONE_ASKED = ReadingCount(0, 0)


def members_of(people: Iterable[int]) -> Members:
    """Return the set of some people, by the register's key of each."""
    found = 0
    for person in people:
        found |= 1 << person
    return found


def iterate(members: Members) -> Iterator[int]:
    """Yield the register's key of each person of a set, the least first."""
    while members:
        lowest = members & -members
        yield lowest.bit_length() - 1
        members ^= lowest


@dataclass(frozen=True, slots=True)
class ToSign:
    """Who is to sign what on a day, by the rules; whether or not they have."""

    people: tuple[PersonRow, ...]
    """Everybody ever recorded, by name."""
    asked: Mapping[int, Members]
    """Who is to sign each policy that is signed, by the register's key of the policy."""
    yearly: Mapping[int, Members]
    """Whom of them it asks each school year."""
    away: Members
    """Who is away on the day."""

    def choose(self, is_meant: Callable[[PersonRow], bool]) -> Members:
        """Return everybody whom ``is_meant`` is true of."""
        return members_of(row.id for row in self.people if is_meant(row))


def list_to_sign(
    people: tuple[PersonRow, ...],
    standings: Sequence[PolicyStanding],
    readings: Mapping[int, PolicyReading],
    config: Config,
    today: date,
) -> ToSign:
    """Return who is to sign which policy in use on ``today``; people of one profile are worked out together."""
    in_use = [one for one in policies_in_use(standings) if one.policy_id in readings]
    book = rule_book(in_use, config.reading, config.people.read_within_days, today)
    profiles: dict[object, list[int]] = defaultdict(list)
    for row in people:
        if is_asked(row.person, config, today):
            profiles[posts_of(row, today)].append(row.id)
    asked: dict[int, Members] = defaultdict(int)
    yearly: dict[int, Members] = defaultdict(int)
    for posts, ids in profiles.items():
        members = members_of(ids)
        for standing, one in zip(in_use, book.asked_of(posts), strict=True):  # type: ignore[arg-type]
            if one.rule is ReadingRule.SIGN:
                asked[standing.policy_id] |= members
                yearly[standing.policy_id] |= members if one.repeats else 0
    return ToSign(people, dict(asked), dict(yearly), members_of(row.id for row in people if is_away(row.person, today)))


class GivenReadings:
    """Who has given their word for the text in force of each policy; takes in what was recorded since it was asked."""

    def __init__(
        self, people: Sequence[PersonRow], readings: Mapping[int, PolicyReading], config: Config, today: date
    ) -> None:
        self._covered = {version for reading in readings.values() for version in reading.covered}
        self._counting = {engagement for row in people for engagement in row.counting}
        self._year_began = counts_since(config, today, repeats=True)
        self._ever: dict[int, Members] = defaultdict(int)
        self._this_year: dict[int, Members] = defaultdict(int)
        self._last = 0

    def take_in(self, tx: Transaction, school: str) -> None:
        """Add what was recorded since the last time; corrections are not taken back out: begin afresh for them."""
        for given in list_given_after(tx, school, self._last, self._year_began):
            self._last = given.id
            counts = given.engagement is None or given.engagement in self._counting
            if counts and given.version_id in self._covered:
                self._ever[given.policy_id] |= 1 << given.person
                if given.is_this_year:
                    self._this_year[given.policy_id] |= 1 << given.person

    def of(self, policy_id: int, yearly: Members) -> Members:
        """Return whose word counts for a policy; of those whom it asks each year only this school year's does."""
        return (self._ever.get(policy_id, 0) & ~yearly) | self._this_year.get(policy_id, 0)


@dataclass(frozen=True, slots=True)
class ReadingTally:
    """Who is to sign each policy, who has and who is late, by the register's key of the policy."""

    people: tuple[PersonRow, ...]
    """Everybody ever recorded, by name."""
    required: Mapping[int, Members]
    """Who is to sign it today; those away only once they have."""
    done: Mapping[int, Members]
    """Who has, of ``required``."""
    late: Mapping[int, Members]
    """Who has not, of ``required``, and was to by a day that is over, as they were told."""
    away: Members
    """Who is away today."""

    def count(self, policy_id: int, among: Members = EVERYBODY) -> ReadingCount:
        """Return how many of some people have read a policy, and how many are late."""
        return ReadingCount(
            (self.done.get(policy_id, 0) & among).bit_count(),
            (self.required.get(policy_id, 0) & among).bit_count(),
            (self.late.get(policy_id, 0) & among).bit_count(),
        )

    def total(self, policies: Iterable[int], among: Members = EVERYBODY) -> ReadingCount:
        """Return how many readings some people have given of all that they are to give of ``policies``."""
        return sum((self.count(policy_id, among) for policy_id in policies), NONE_ASKED)

    def owing(self, policies: Iterable[int]) -> Members:
        """Return who has a reading of any of ``policies`` still to give."""
        found = 0
        for policy_id in policies:
            found |= self.required.get(policy_id, 0) & ~self.done.get(policy_id, 0)
        return found

    def rows(self, members: Members) -> list[PersonRow]:
        """Return the people of a set, by name."""
        return [row for row in self.people if members >> row.id & 1]


def make_tally(to_sign: ToSign, given: GivenReadings, overdue: Mapping[int, Members]) -> ReadingTally:
    """Return how it stands with everybody; ``overdue`` is who is asked and past the day, as ``list_overdue_members``.

    A reader away is never late, nor is one who has read meanwhile.
    """
    required, done, late = {}, {}, {}
    for policy_id, asked in to_sign.asked.items():
        read = asked & given.of(policy_id, to_sign.yearly[policy_id])
        required[policy_id] = read | (asked & ~to_sign.away)
        done[policy_id] = read
        late[policy_id] = required[policy_id] & ~read & ~to_sign.away & overdue.get(policy_id, 0)
    return ReadingTally(to_sign.people, required, done, late, to_sign.away)


def list_overdue_members(tx: Transaction, school: str, today: date) -> Mapping[int, Members]:
    """Return to whom a reading was put that is open and past its day, by the register's key of the policy."""
    return {policy_id: members_of(people) for policy_id, people in list_overdue_people(tx, school, today).items()}


def list_members_yet_to_answer(tx: Transaction, school: str, policies: Collection[int]) -> Mapping[int, Members]:
    """Return to whom a reading of some ``policies`` was put that is open, by the register's key of the policy."""
    found = list_people_yet_to_answer(tx, school, policies)
    return {policy_id: members_of(people) for policy_id, people in found.items()}
