"""Which versions of a policy one reading covers. Pure.

Between the register's versions and everything that asks "have they read it?". A small change, new contact details or
moved dates ask nobody to read again, so the word given for the version before still counts.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import UTC, date, datetime, tzinfo

from pipeline.config import Config
from pipeline.dates.calendar import academic_year_start
from pipeline.model.policies import IN_FORCE, RevisionKind, VersionStatus
from pipeline.model.readings import Occasion
from pipeline.register.people.persons import PersonRow
from pipeline.register.policies.policies import VersionRow
from pipeline.register.readings.requests import AcknowledgementRow

_SAME_WORDS = frozenset({RevisionKind.CONTACTS, RevisionKind.REAFFIRMED})
_SAME_READING = _SAME_WORDS | {RevisionKind.MINOR}
_WAS_IN_FORCE = IN_FORCE | {VersionStatus.SUPERSEDED}


@dataclass(frozen=True, slots=True)
class PolicyReading:
    """One policy as a reader meets it: the version in force, and which earlier ones ask for no second reading."""

    in_force: VersionRow
    covered: frozenset[int]
    """The version in force and each before it back to the last that had to be read; the register's keys."""
    same_words: frozenset[int]
    """Those of ``covered`` since which only contacts and dates have changed."""
    versions: tuple[VersionRow, ...]
    """Those of ``covered``, the newest first; the last is the one that had to be read."""

    def version_on(self, day: date, zone: tzinfo) -> VersionRow | None:
        """Return which of ``versions`` was in use on a day; None before the one that had to be read.

        One adopted at the first run was in use before it, nobody knows since when.
        """
        return next((version for version in self.versions if in_use_since(version, zone) <= day), None)


def in_use_since(version: VersionRow, zone: tzinfo) -> date:
    """Return the day on which a version came into use; the first of all days for one adopted at the first run."""
    if version.kind is RevisionKind.ADOPTED:
        return date.min
    return version.issued_on or version.recorded_at.astimezone(zone).date()


def list_readings(versions: Sequence[VersionRow]) -> Mapping[int, PolicyReading]:
    """Return the reading of each policy that has a version in force, by the register's key of the policy."""
    by_policy: dict[int, list[VersionRow]] = defaultdict(list)
    for version in versions:
        if version.status in _WAS_IN_FORCE and version.kind is not None:
            by_policy[version.policy_id].append(version)
    return {policy_id: reading for policy_id, group in by_policy.items() if (reading := _reading(group))}


def _reading(versions: Sequence[VersionRow]) -> PolicyReading | None:
    newest_first = sorted(versions, key=lambda version: version.number, reverse=True)
    in_force = next((version for version in newest_first if version.status in IN_FORCE), None)
    if in_force is None:
        return None
    newest_first = [version for version in newest_first if version.number <= in_force.number]
    covered = _back_to_change(newest_first, _SAME_READING)
    versions = tuple(version for version in newest_first if version.id in covered)
    return PolicyReading(in_force, covered, _back_to_change(newest_first, _SAME_WORDS), versions)


def _back_to_change(newest_first: Sequence[VersionRow], same: Set[RevisionKind]) -> frozenset[int]:
    """Return the versions from the newest back to the first that is of no kind in ``same``, that one included."""
    found = set()
    for version in newest_first:
        found.add(version.id)
        if version.kind not in same:
            break
    return frozenset(found)


def school_year(today: date, *, repeats: bool) -> int:
    """Return the school year that an acknowledgement is asked for in: its first calendar year, 0 if for good."""
    return academic_year_start(today).year if repeats else 0


def find_counting(
    acknowledgements: Sequence[AcknowledgementRow], reading: PolicyReading, since: datetime
) -> AcknowledgementRow | None:
    """Return the last of one person's acknowledgements that counts for ``reading``, if any does.

    ``since`` is what ``counts_since`` says of what the person is asked.
    """
    counting = [row for row in acknowledgements if row.version_id in reading.covered and row.acknowledged_at >= since]
    return max(counting, key=lambda row: (row.acknowledged_at, row.id), default=None)


def given_here(acknowledgements: Sequence[AcknowledgementRow], row: PersonRow) -> list[AcknowledgementRow]:
    """Return those of a reader's acknowledgements that count still: who left and came back reads anew.

    One of which no engagement is known counts.
    """
    return [one for one in acknowledgements if one.engagement is None or one.engagement in row.counting]


def counts_since(config: Config, today: date, *, repeats: bool) -> datetime:
    """Return the moment since which a word counts: 1 September where it is asked for each school year, else ever."""
    if not repeats:
        return datetime.min.replace(tzinfo=UTC)
    return datetime.combine(academic_year_start(today), datetime.min.time(), tzinfo=config.zone)


def occasion_of(answered: Set[int], reading: PolicyReading, *, is_starter: bool) -> Occasion:
    """Return on which occasion a reader is asked for a reading that they owe today.

    ``answered`` are the versions of the policy that they have acknowledged in this engagement. The year's repeat asks
    for a text that was read before; a text that is new to a reader is the pack of a starter who never read any version
    of it, and a new version to everybody else.
    """
    if answered & reading.covered:
        return Occasion.YEARLY
    return Occasion.JOINING if is_starter and not answered else Occasion.VERSION
