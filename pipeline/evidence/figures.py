"""The figures of a day: of each policy how many were asked, had read it and how, were late, away or in time."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from pipeline.acknowledgements.counting import PolicyReading, find_counting, given_here, list_readings
from pipeline.evidence.as_at import DayPicture, PolicyOfDay
from pipeline.model.people import EngagementKind
from pipeline.model.readings import AcknowledgementMethod
from pipeline.people.obligations import is_active, is_away
from pipeline.register.people.persons import PersonRow
from pipeline.register.readings.requests import AcknowledgementRow, RequestRow


class ReadingState(StrEnum):
    """How one person stood with one policy."""

    READ = "read"
    LATE = "late"
    AWAY = "away"
    """Asked, and not there on the day."""
    IN_TIME = "in time"
    """Asked, and the day to read by had not passed."""
    NOT_ASKED = "not asked yet"
    """To be asked: no mail server took it, and nobody recorded that it was handed over on paper."""


@dataclass(frozen=True, slots=True)
class PersonReading:
    """One person and one policy they were asked to read."""

    person: PersonRow
    state: ReadingState
    given: AcknowledgementRow | None
    request: RequestRow | None
    """The one that stood open; None where they had read it."""


@dataclass(frozen=True, slots=True)
class PolicyFigures:
    """One policy and everybody who was asked to read it, or is to be."""

    policy: PolicyOfDay
    readings: tuple[PersonReading, ...]
    """By name; nobody who had left."""

    def count(self, state: ReadingState | None = None, kinds: Sequence[EngagementKind] = ()) -> int:
        """Return how many stood so, of some groups where ``kinds`` names any; all who were asked without a state."""
        return sum(
            (one.state is not ReadingState.NOT_ASKED if state is None else one.state == state)
            and (not kinds or one.person.person.kind in kinds)
            for one in self.readings
        )

    def methods(self) -> Mapping[AcknowledgementMethod, int]:
        """Return how many had given it in each way. They are never added up: a sheet is not a page."""
        counted = Counter(one.given.method for one in self.readings if one.given is not None)
        return {method: counted[method] for method in AcknowledgementMethod if counted[method]}


_EVER = datetime.min.replace(tzinfo=UTC)
GROUPS: Mapping[str, tuple[EngagementKind, ...]] = {
    "Staff": (EngagementKind.STAFF,),
    "Governors": (EngagementKind.GOVERNOR,),
    "Volunteers": (EngagementKind.VOLUNTEER,),
    "Agency and visiting": (
        EngagementKind.SUPPLY,
        EngagementKind.CONTRACTOR,
        EngagementKind.VISITING,
    ),
}
"""As an inspector asks for them."""


def figures_of(picture: DayPicture) -> tuple[PolicyFigures, ...]:
    """Return the figures of each policy that was in force, by title.

    Asked is whom a mail that its server took, or paper that was handed over, has asked, and those who have read it. Who
    was asked again, as each school year, and has not answered that yet, has not read it.
    """
    readings = list_readings(picture.versions)
    given: dict[tuple[int, int], list[AcknowledgementRow]] = defaultdict(list)
    for answer in picture.readings:
        given[answer.person, answer.policy_id].append(answer)
    open_ones: dict[tuple[int, int], RequestRow] = {
        (row.person, row.policy_id): row for row in picture.requests if row.closed_at is None
    }
    people = sorted(
        (row for row in picture.people if is_active(row.person, picture.today)),
        key=lambda row: (row.person.last_name.casefold(), row.person.first_name.casefold(), row.id),
    )
    found = []
    for policy in picture.policies:
        if policy.version is None or policy.version.policy_id not in readings:
            continue
        key, reading, mine = policy.version.policy_id, readings[policy.version.policy_id], []
        for row in people:
            counting = find_counting(given_here(given[row.id, key], row), reading, _EVER)
            one = _stand(picture, row, counting, open_ones.get((row.id, key)), reading)
            if one is not None:
                mine.append(one)
        found.append(PolicyFigures(policy, tuple(mine)))
    return tuple(found)


def _stand(
    picture: DayPicture,
    row: PersonRow,
    counting: AcknowledgementRow | None,
    request: RequestRow | None,
    reading: PolicyReading,
) -> PersonReading | None:
    asked = request is not None and request.version_id in reading.covered
    if counting is not None and not asked:
        return PersonReading(row, ReadingState.READ, counting, None)
    if request is None or not asked:
        return None
    if request.id not in picture.reached:
        return PersonReading(row, ReadingState.NOT_ASKED, None, request)
    if is_away(row.person, picture.today):
        return PersonReading(row, ReadingState.AWAY, None, request)
    late = request.due_on < picture.today
    return PersonReading(row, ReadingState.LATE if late else ReadingState.IN_TIME, None, request)
