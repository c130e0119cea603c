"""Who has read what and who has not: the lines of ``acknowledge list`` and the counts of ``status``.

Reads the register only. Everything recorded is shown, even what is later than the day asked about.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from pipeline.acknowledgements.counting import find_counting, list_readings
from pipeline.config import Config
from pipeline.model import AcknowledgementMethod, PolicyStanding, ReadingRule, RequestState
from pipeline.people.obligations import Obligation, is_away, obligations
from pipeline.register.database import Transaction
from pipeline.register.people import PersonRow, list_people
from pipeline.register.policies import list_policies, list_versions
from pipeline.register.requests import (
    AcknowledgementRow,
    ClosedReason,
    RequestRow,
    list_requests,
)
from pipeline.register.requests import list_acknowledgements as list_rows


@dataclass(frozen=True, slots=True)
class ReadingCount:
    """How many have read a policy, of those who are to sign it."""

    done: int
    required: int


@dataclass(frozen=True, slots=True)
class ReadingLine:
    """One person and one version: asked, answered, or neither any more."""

    person: PersonRow
    slug: str
    title: str
    version: int
    state: RequestState
    method: AcknowledgementMethod | None
    """None unless acknowledged."""
    acknowledged_at: datetime | None
    due_on: date | None
    """None where nothing was asked: an acknowledgement taken over from elsewhere, or somebody away."""


def readings(
    tx: Transaction, school: str, config: Config, standings: Sequence[PolicyStanding], today: date
) -> Mapping[int, ReadingCount]:
    """Return how many have read each policy that is signed, by the register's key of the policy.

    Required is everybody who is to sign it today, those away only once they have.
    """
    done: dict[int, int] = defaultdict(int)
    required: dict[int, int] = defaultdict(int)
    for one, is_read in _signing(tx, school, config, standings, today):
        policy_id = one.standing.policy_id
        if is_read or not is_away(one.person.person, today):
            required[policy_id] += 1
            done[policy_id] += is_read
    return {policy_id: ReadingCount(done[policy_id], count) for policy_id, count in required.items()}


def list_acknowledgements(
    tx: Transaction, school: str, config: Config, standings: Sequence[PolicyStanding], today: date
) -> tuple[ReadingLine, ...]:
    """Return a line for every request and every acknowledgement, by name, then policy, then version.

    Somebody away who will be asked on return has a line of state ``away`` too.
    """
    desk = _Desk(tx, school)
    lines = desk.recorded_lines(today)
    known = {(line.person.id, line.slug) for line in lines if line.state is not RequestState.CLOSED}
    for one, is_read in _signing(tx, school, config, standings, today):
        standing = one.standing
        if is_away(one.person.person, today) and not is_read and (one.person.id, standing.slug) not in known:
            number = standing.version_number or 0
            lines.append(
                ReadingLine(one.person, standing.slug, standing.title, number, RequestState.AWAY, None, None, None)
            )
    names = {row.id: position for position, row in enumerate(desk.people.values())}
    return tuple(sorted(lines, key=lambda line: (names[line.person.id], line.slug, line.version)))


def _signing(
    tx: Transaction, school: str, config: Config, standings: Sequence[PolicyStanding], today: date
) -> Sequence[tuple[Obligation, bool]]:
    """Return what everybody is to sign today, and whether their word for it is held."""
    given: dict[int, list[AcknowledgementRow]] = defaultdict(list)
    for row in list_rows(tx, school):
        given[row.person].append(row)
    in_use = list_readings(list_versions(tx, school))
    found = []
    for one in obligations(list_people(tx, school), standings, config, today):
        reading = in_use.get(one.standing.policy_id)
        if one.rule is ReadingRule.SIGN and reading is not None:
            is_read = find_counting(given[one.person.id], reading, config, today) is not None
            found.append((one, is_read))
    return found


class _Desk:
    """The register's rows by key, and the lines made of them."""

    def __init__(self, tx: Transaction, school: str) -> None:
        self.people = {row.id: row for row in list_people(tx, school)}
        self._policies = {policy.id: policy for policy in list_policies(tx, school)}
        self._numbers = {version.id: version.number for version in list_versions(tx, school)}
        self._requests = list_requests(tx, school)
        self._given = list_rows(tx, school)

    def recorded_lines(self, today: date) -> list[ReadingLine]:
        """Return the lines of what was given, and of what was asked without an answer."""
        lines = [self._given_line(row) for row in self._given]
        lines += [self._asked_line(row, today) for row in self._requests if row.closed_reason is not _ANSWERED]
        return lines

    def _given_line(self, row: AcknowledgementRow) -> ReadingLine:
        policy = self._policies[row.policy_id]
        return ReadingLine(
            self.people[row.person],
            policy.slug,
            policy.title,
            self._numbers[row.version_id],
            RequestState.ACKNOWLEDGED,
            row.method,
            row.acknowledged_at,
            None,
        )

    def _asked_line(self, row: RequestRow, today: date) -> ReadingLine:
        policy, person = self._policies[row.policy_id], self.people[row.person]
        state = RequestState.CLOSED
        if row.closed_at is None:
            state = RequestState.AWAY if is_away(person.person, today) else RequestState.OWED
        number = self._numbers[row.version_id]
        return ReadingLine(person, policy.slug, policy.title, number, state, None, None, row.due_on)


_ANSWERED = ClosedReason.ACKNOWLEDGED
