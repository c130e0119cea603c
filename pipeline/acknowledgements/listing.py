"""Who has read what, who has not and who is late: the lines of ``acknowledge list`` and the counts of ``status``.

Reads the register only. Everything recorded is shown, even what is later than the day asked about.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from pipeline.acknowledgements.counting import counts_since, find_counting, given_here, list_readings
from pipeline.acknowledgements.tally import (
    GivenReadings,
    ReadingCount,
    ReadingTally,
    list_overdue_members,
    list_to_sign,
    make_tally,
)
from pipeline.config import Config
from pipeline.model.policies import IN_FORCE, PolicyStanding, ReadingRule
from pipeline.model.readings import AcknowledgementMethod, RequestState
from pipeline.people.away import absent_through
from pipeline.people.obligations import Obligation, is_away, obligations
from pipeline.policies.version_labels import label_versions
from pipeline.register.corrections import CorrectionKind, CorrectionRow, list_corrections
from pipeline.register.people.persons import PersonRow, list_people
from pipeline.register.people.situations import list_overdue
from pipeline.register.policies.copies import readable_policies
from pipeline.register.policies.decisions import list_overrides
from pipeline.register.policies.policies import list_policies, list_versions
from pipeline.register.readings.requests import (
    AcknowledgementRow,
    ClosedReason,
    RequestRow,
    list_asked_policies,
    list_requests,
)
from pipeline.register.readings.requests import list_acknowledgements as list_rows
from pipeline.register.transaction import Transaction

if TYPE_CHECKING:
    from pipeline.register.readings.shared_readings import SharedReading


@dataclass(frozen=True, slots=True)
class ReadingLine:
    """One person and one version: asked, answered, or neither any more."""

    person: PersonRow
    policy_id: int
    slug: str
    title: str
    version: int
    """As the register counts."""
    version_label: str
    """What it is called."""
    state: RequestState
    method: AcknowledgementMethod | None
    """None unless acknowledged."""
    acknowledged_at: datetime | None
    due_on: date | None
    """None where nothing was asked: an acknowledgement taken over from elsewhere, or a reader away."""
    days_late: int = 0
    """Since the day to read by, where it is over and nothing was recorded of what the reader was told."""
    corrected_at: datetime | None = None
    """When it was said that this was recorded in error."""
    at_school: str = ""
    """The other school of the trust that asks, or where it was read; empty of what is this school's."""


@dataclass(frozen=True, slots=True)
class LateReader:
    """A reader at work who has not recorded a reading by the day they were asked to."""

    person: PersonRow
    lines: tuple[ReadingLine, ...]
    """What they are late with, the longest first."""

    @property
    def days_late(self) -> int:
        """Of what is late the longest."""
        return self.lines[0].days_late


def list_late(lines: Sequence[ReadingLine]) -> tuple[LateReader, ...]:
    """Return who is late with what, of the lines of ``list_acknowledgements``; who is late the longest comes first."""
    by_person: dict[int, list[ReadingLine]] = defaultdict(list)
    for line in lines:
        if line.days_late:
            by_person[line.person.id].append(line)
    late = [
        LateReader(mine[0].person, tuple(sorted(mine, key=lambda line: (-line.days_late, line.title))))
        for mine in by_person.values()
    ]
    return tuple(sorted(late, key=lambda reader: (-reader.days_late, reader.person.person.name)))


def find_late(tx: Transaction, school: str, config: Config, today: date) -> tuple[LateReader, ...]:
    """Return who is late with what, those who are late the longest first; of a large school only what is late is read.

    Nobody is late with what no mail server took, and nobody recorded as handed over on paper: a file reaches nobody.
    """
    overdue = list_requests(tx, school, only_open=True, due_before=today)
    if not overdue:
        return ()
    desk = ReadingDesk(tx, school, config, today)
    return list_late([desk.asked_line(row, today) for row in overdue])


def readings(
    tx: Transaction, school: str, config: Config, standings: Sequence[PolicyStanding], today: date
) -> Mapping[int, ReadingCount]:
    """Return how many have read each policy that is signed, by the register's key of the policy.

    Required is everybody who is to sign it today, those away only once they have. A policy whose copy is held and that
    nobody was asked for is left out.
    """
    people, in_force = list_people(tx, school, today), list_readings(list_versions(tx, school))
    given = GivenReadings(people, in_force, config, today)
    given.take_in(tx, school)
    to_sign = list_to_sign(people, standings, in_force, config, today)
    tally = make_tally(to_sign, given, list_overdue_members(tx, school, today))
    return count_readings(tally, held_and_unasked(tx, school, standings))


def count_readings(tally: ReadingTally, unasked: Set[int]) -> Mapping[int, ReadingCount]:
    """Return how many have read each policy that a reader is to sign; ``unasked`` is what ``held_and_unasked`` says."""
    counts = {policy_id: tally.count(policy_id) for policy_id in tally.required}
    return {
        policy_id: count
        for policy_id, count in counts.items()
        if count.required and (count.done or policy_id not in unasked)
    }


def held_and_unasked(tx: Transaction, school: str, standings: Sequence[PolicyStanding]) -> Set[int]:
    """Return the policies that have no copy to read and confirm, and that nobody is asked for."""
    held = {one.policy_id for one in standings} - readable_policies(tx, school)
    return held - list_asked_policies(tx, school) if held else held


def list_acknowledgements(
    tx: Transaction, school: str, config: Config, standings: Sequence[PolicyStanding], today: date
) -> tuple[ReadingLine, ...]:
    """Return a line for every request and every acknowledgement, by name, then policy, then version.

    A reader away who will be asked on return has a line of state ``away`` too.
    """
    desk = ReadingDesk(tx, school, config, today)
    lines = desk.recorded_lines(today)
    known = {(line.person.id, line.slug) for line in lines if line.state is not RequestState.CLOSED}
    for one, is_read in _signing(tx, school, config, standings, today):
        standing = one.standing
        if (
            absent_through(one.person.person, today) is not None
            and not is_read
            and (one.person.id, standing.slug) not in known
        ):
            called = standing.version_number or 0, standing.version_label or ""
            lines.append(
                ReadingLine(
                    one.person,
                    standing.policy_id,
                    standing.slug,
                    standing.title,
                    *called,
                    RequestState.AWAY,
                    None,
                    None,
                    None,
                )
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
    for one in obligations(list_people(tx, school, today), standings, config, today):
        reading = in_use.get(one.standing.policy_id)
        if one.rule is ReadingRule.SIGN and reading is not None:
            since = counts_since(config, today, repeats=one.repeats)
            is_read = find_counting(given_here(given[one.person.id], one.person), reading, since) is not None
            found.append((one, is_read))
    return found


def _given_elsewhere(tx: Transaction, school: str, persons: Collection[int] | None) -> "list[SharedReading]":
    """Return what people read at another school of the trust and are not asked for here."""
    from pipeline.register.readings.shared_readings import AskedBy, list_shared

    return [one for one in list_shared(tx, school, persons=persons) if one.standing is AskedBy.THERE]


class ReadingDesk:
    """The register's rows by key, and the lines made of them: of everybody, or of some people or one policy."""

    def __init__(
        self,
        tx: Transaction,
        school: str,
        config: Config,
        today: date,
        *,
        rows: Sequence[PersonRow] | None = None,
        policy_id: int | None = None,
    ) -> None:
        """``rows`` are the people it is about, at most as many as one statement takes; else everybody."""
        self.people = {row.id: row for row in (list_people(tx, school, today) if rows is None else rows)}
        self._persons = None if rows is None else tuple(self.people)
        self._policy_id = policy_id
        self._policies = {policy.id: policy for policy in list_policies(tx, school)}
        versions = list_versions(tx, school, policy_id)
        labels = label_versions(versions, list_overrides(tx, school))
        self._called = {version.id: (version.number, labels[version.id].text) for version in versions}
        overdue = list_overdue(tx, school, today, persons=self._persons)
        self._reached = frozenset(one.request for one in overdue)
        self._in_force = {version.policy_id: version.id for version in versions if version.status in IN_FORCE}
        # A school of no trust has none, and is not asked.
        shared = _given_elsewhere(tx, school, self._persons) if config.school.trust else []
        self._shared = [one for one in shared if policy_id in (None, one.policy_id)]
        self._tx, self._school = tx, school

    def recorded_lines(self, today: date) -> list[ReadingLine]:
        """Return the lines of what was given, and of what was asked without an answer."""
        in_error = list_corrections(self._tx, self._school, CorrectionKind.ACKNOWLEDGEMENT)
        some, policy_id = self._persons, self._policy_id
        given = list_rows(self._tx, self._school, corrected=True, persons=some, policy_id=policy_id)
        asked = list_requests(self._tx, self._school, persons=some, policy_id=policy_id)
        lines = [self._given_line(row, in_error.get(row.id)) for row in given]
        lines += [self.asked_line(row, today) for row in asked if row.closed_reason is not _ANSWERED]
        return lines + self._lines_elsewhere({(row.person, row.policy_id) for row in asked if row.closed_at is None})

    def _lines_elsewhere(self, asked: Set[tuple[int, int]]) -> list[ReadingLine]:
        """Return a line for each policy that another school asks a reader for; none for what is ``asked`` here."""
        return [
            ReadingLine(
                self.people[one.person],
                one.policy_id,
                self._policies[one.policy_id].slug,
                self._policies[one.policy_id].title,
                *self._called[self._in_force[one.policy_id]],
                RequestState.ELSEWHERE,
                None,
                None,
                None,
                at_school=one.at_school,
            )
            for one in self._shared
            if one.person in self.people
            and one.policy_id in self._in_force
            and (one.person, one.policy_id) not in asked
        ]

    def _given_line(self, row: AcknowledgementRow, in_error: CorrectionRow | None) -> ReadingLine:
        policy = self._policies[row.policy_id]
        return ReadingLine(
            self.people[row.person],
            policy.id,
            policy.slug,
            policy.title,
            *self._called[row.version_id],
            RequestState.CLOSED if in_error else RequestState.ACKNOWLEDGED,
            row.method,
            row.acknowledged_at,
            None,
            corrected_at=in_error.recorded_at if in_error else None,
            at_school=(row.entered_by or "") if row.method is AcknowledgementMethod.ELSEWHERE else "",
        )

    def asked_line(self, row: RequestRow, today: date) -> ReadingLine:
        """Return the line of one request."""
        policy, person = self._policies[row.policy_id], self.people[row.person]
        state = RequestState.CLOSED
        if row.closed_at is None:
            state = RequestState.OWED if absent_through(person.person, today) is None else RequestState.AWAY
        called = self._called[row.version_id]
        is_late = state is RequestState.OWED and row.id in self._reached and not is_away(person.person, today)
        late = max(0, (today - row.due_on).days) if is_late else 0
        return ReadingLine(person, policy.id, policy.slug, policy.title, *called, state, None, None, row.due_on, late)


_ANSWERED = ClosedReason.ACKNOWLEDGED
