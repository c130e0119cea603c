"""Where one person, or many alike, stand with what they are asked: open requests, readings given, what was told.

Made from the register's lines (``register.people.situations``) and handed to whatever decides what is asked and told.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from pipeline.model.readings import Occasion
from pipeline.register.mail.told import PAPER, About, ToldOutcome, routes_like
from pipeline.register.people.lines import BETWEEN_ENTRIES, BETWEEN_FIELDS
from pipeline.register.readings.requests import Place


@dataclass(frozen=True, slots=True)
class OpenRequest:
    """Something that is asked for and not answered."""

    place: Place
    wording: int | str
    """The register's key of the version to read, or the hash of the words to declare."""
    asked_on: date
    due_on: date
    occasion: Occasion


@dataclass(frozen=True, slots=True)
class UncertainReading:
    """A reading that was given; which of several people's it is, nobody can tell from it."""

    policy_id: int
    version_id: int
    this_year: bool
    """Since the school year began."""


@dataclass(frozen=True, slots=True)
class ToldChange:
    """Something that was told, or is about to be."""

    version_id: int
    about: About
    stage: str
    due_on: date | None
    """The day to read by that it said."""
    outcome: ToldOutcome | None
    route: str
    open_policy: int | None
    """The policy whose open request it asked to answer; None where that is closed, or nothing was asked."""


@dataclass(frozen=True, slots=True)
class Situation:
    """Where a reader stands."""

    requests: Mapping[Place, OpenRequest]
    """Open ones by policy; the newest where there are several."""
    given: tuple[UncertainReading, ...]
    """Of the engagements that count."""
    told: tuple[ToldChange, ...]
    written_elsewhere: frozenset[int] = frozenset()
    """The policies whose open request was put into a letter to an address that they have no more: it is written
    again, with the day to read by that stands."""
    of_open: Mapping[Place, tuple[ToldChange, ...]] = field(init=False, repr=False, compare=False)
    """What was told of open requests, by policy."""
    known_versions: frozenset[int] = field(init=False, repr=False, compare=False)
    """The versions that were told of, or read."""

    def __post_init__(self) -> None:
        """Sort what was told, once for however many questions."""
        versions = [one.version_id for one in self.told] + [one.version_id for one in self.given]
        object.__setattr__(self, "known_versions", frozenset(versions))
        found: dict[Place, list[ToldChange]] = defaultdict(list)
        for one in self.told:
            if one.open_policy is not None:
                found[one.open_policy].append(one)
        object.__setattr__(self, "of_open", {policy: tuple(told) for policy, told in found.items()})

    def versions_given(self, policy_id: int) -> frozenset[int]:
        """Return the versions of a policy that were acknowledged, by the register's key."""
        return frozenset(one.version_id for one in self.given if one.policy_id == policy_id)

    def told_of_open(self, policy_id: Place, route: str) -> tuple[ToldChange, ...]:
        """Return what was told of the open request for a policy by a route: read by mail, or handed out on paper."""
        routes = (*routes_like(route), PAPER)
        return tuple(one for one in self.of_open.get(policy_id, ()) if one.route in routes)


def read_situation(
    requests: str, given: str, told: str, counting: frozenset[int], *, forgets_bounces: bool = False
) -> Situation:
    """Return the situation that three lines of the register tell; ``counting`` are the engagements that count.

    ``forgets_bounces``: what came back was told to nobody, and is told again at the same address.
    """
    open_requests: dict[Place, OpenRequest] = {one.place: one for one in map(_request, _entries(requests))}
    readings = tuple(_given(fields) for fields in _entries(given) if not fields[3] or int(fields[3]) in counting)
    entries = _entries(told)
    tellings = [_telling(fields) for fields in entries if not fields[7]]
    kept = (one for one in tellings if not (forgets_bounces and one.outcome is ToldOutcome.BOUNCED))
    elsewhere = frozenset(int(fields[6]) for fields in entries if fields[7] and fields[6])
    return Situation(open_requests, readings, tuple(kept), elsewhere)


def _entries(line: str) -> list[Sequence[str]]:
    return [entry.split(BETWEEN_FIELDS) for entry in line.split(BETWEEN_ENTRIES)] if line else []


def _request(fields: Sequence[str]) -> OpenRequest:
    policy, version, asked_on, due_on, occasion = fields
    days = date.fromisoformat(asked_on), date.fromisoformat(due_on)
    return OpenRequest(int(policy), int(version), *days, Occasion(occasion))


def _given(fields: Sequence[str]) -> UncertainReading:
    policy, version, this_year, _ = fields
    return UncertainReading(int(policy), int(version), this_year == "1")


def _telling(fields: Sequence[str]) -> ToldChange:
    version, about, stage, due_on, outcome, route, open_policy, _ = fields
    return ToldChange(
        int(version),
        About(about),
        stage,
        date.fromisoformat(due_on) if due_on else None,
        ToldOutcome(outcome) if outcome else None,
        route,
        int(open_policy) if open_policy else None,
    )
