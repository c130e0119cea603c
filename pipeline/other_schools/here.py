"""What this school itself knows: who of its people may be asked, and how each stands with the trust's policies."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from pipeline.acknowledgements.asking import Asker
from pipeline.acknowledgements.counting import PolicyReading, counts_since, find_counting, given_here, list_readings
from pipeline.acknowledgements.situation import Situation, ToldChange, read_situation
from pipeline.config import Config
from pipeline.configuration.trust import SchoolEntry, Trust
from pipeline.contacts.cover import covers_on
from pipeline.letters.groups import lines_of
from pipeline.letters.plan import list_askable
from pipeline.model.policies import PolicyStanding, ReadingRule
from pipeline.other_schools.editions import Editions, read_received
from pipeline.other_schools.known_people import hashes_of, in_common
from pipeline.people.away import away_through
from pipeline.people.lists.staff_list import without_own_address
from pipeline.people.obligations import Duties, ReadingDuty, has_left, is_asked, policies_in_use
from pipeline.register.mail.told import HAS_TOLD, About, ToldOutcome
from pipeline.register.people.persons import PersonRow, list_people
from pipeline.register.people.situations import list_situations
from pipeline.register.policies.copies import CopyRow, copies_to_give
from pipeline.register.policies.policies import VersionRow, list_source_files, list_versions
from pipeline.register.readings.requests import AcknowledgementRow, list_acknowledgements
from pipeline.register.readings.shared_readings import KnownAs, list_known_as
from pipeline.register.store.chunks import in_chunks
from pipeline.register.transaction import Transaction

_LEFT_LATELY = timedelta(days=30)
"""So long after a person left, other schools are told what they have read here."""


@dataclass(frozen=True, slots=True)
class SharedPerson:
    """A person who may be asked here, or left lately."""

    row: PersonRow
    hashes: frozenset[str]
    addresses: frozenset[str]
    """All that they have had here, in small letters."""
    is_here: bool
    away_until: date | None


@dataclass(frozen=True, slots=True)
class SharedPolicy:
    """A policy of the trust that this school's staff can be asked for."""

    policy_id: int
    slug: str
    edition: str
    reading: PolicyReading
    copy: CopyRow


@dataclass(frozen=True, slots=True)
class Owed:
    """How one person stands with one policy of the trust that they are to sign here."""

    policy: SharedPolicy
    since: datetime
    """A word counts that was given since."""
    given: AcknowledgementRow | None
    """The word that counts; None where none was given."""
    asked_on: date | None = None
    """Of the request that is open; None where none is."""
    is_told: bool = False
    came_back: bool = False
    has_come_back: bool = False


class Here:
    """This school's people and policies on a day."""

    def __init__(
        self,
        tx: Transaction,
        school: str,
        config: Config,
        places: tuple[Trust, SchoolEntry],
        standings: Sequence[PolicyStanding],
        today: date,
    ) -> None:
        self._tx, self._school, self._config, self._today = tx, school, config, today
        self._in_use = policies_in_use(standings)
        versions = list_versions(tx, school)
        self._copies = copies_to_give(tx, school)
        self._duties = Duties(self._in_use, config, today)
        self._asker = Asker(list_readings(versions), list_askable(self._in_use, self._copies), self._duties, today)
        self.policies = self._list_policies(places, versions)
        self.covered_until = min((one.until for one in covers_on(tx, school, today)), default=None)

    def _list_policies(
        self, places: tuple[Trust, SchoolEntry], versions: Sequence[VersionRow]
    ) -> Mapping[int, SharedPolicy]:
        """Return the trust's policies in use by the register's key; none that is left to the school."""
        trust, entry = places
        files = list_source_files(self._tx, self._school)
        appendices = {one.appendix_path for one in versions if one.appendix_path}
        editions = Editions(
            read_received(self._config.root), [files[path].sha256 for path in appendices if path in files]
        )
        of_policy: dict[int, list[VersionRow]] = defaultdict(list)
        for version in versions:
            of_policy[version.policy_id].append(version)
        found = {}
        for one in self._in_use:
            if one.policy_id not in self._asker.has_copy or trust.decider_of(one.slug, entry) == "school":
                continue
            reading = self._asker.readings.get(one.policy_id)
            edition = editions.asked_for(reading, of_policy[one.policy_id]) if reading else None
            if reading is not None and edition is not None:
                copy = self._copies[one.policy_id]
                found[one.policy_id] = SharedPolicy(one.policy_id, one.slug, edition, reading, copy)
        return found

    def members(self, secret: bytes) -> Mapping[int, SharedPerson]:
        """Return who may be asked here and has an address to themself, or left lately, by the register's key."""
        people = list_people(self._tx, self._school, self._today)
        unreached = without_own_address(people, self._today)
        known = list_known_as(self._tx, self._school)
        found = {}
        for row in people:
            person, address = row.person, row.person.work_email
            is_here = is_asked(person, self._config, self._today)
            left_lately = person.leave_on is not None and person.leave_on >= self._today - _LEFT_LATELY
            if not address or row.id in unreached or not (is_here or (has_left(person, self._today) and left_lately)):
                continue
            now, before = KnownAs(person.first_name, person.last_name, address), known.get(row.id, ())
            addresses = frozenset(one.work_email.strip().casefold() for one in (now, *before))
            away_until = away_through(person, self._today)
            found[row.id] = SharedPerson(row, hashes_of(now, before, secret), addresses, is_here, away_until)
        shared = in_common(one.hashes for one in found.values())
        return {person: replace(one, hashes=one.hashes - shared) for person, one in found.items()}

    def owed(self, members: Collection[SharedPerson]) -> Mapping[int, Sequence[Owed]]:
        """Return how some people stand with each policy of the trust that they are to sign, by the register's key."""
        found: dict[int, Sequence[Owed]] = {}
        for some in in_chunks(tuple(members)):
            ids = [one.row.id for one in some]
            began = counts_since(self._config, self._today, repeats=True)
            lines = list_situations(self._tx, self._school, year_began=began, today=self._today, persons=ids)
            given: dict[tuple[int, int], list[AcknowledgementRow]] = defaultdict(list)
            for answer in list_acknowledgements(self._tx, self._school, persons=ids):
                given[answer.person, answer.policy_id].append(answer)
            for one in some:
                situation = read_situation(*lines_of(lines, one.row.id)[:3], one.row.counting)
                found[one.row.id] = [
                    self._owed(one.row, duty, situation, given[one.row.id, duty.standing.policy_id])
                    for duty in self._duties.of(one.row)
                    if duty.rule is ReadingRule.SIGN
                    and duty.standing.policy_id in self.policies
                    and self._asker.is_in_force(duty)
                ]
        return found

    def _owed(
        self, row: PersonRow, duty: ReadingDuty, situation: Situation, given: Sequence[AcknowledgementRow]
    ) -> Owed:
        policy = self.policies[duty.standing.policy_id]
        since = counts_since(self._config, self._today, repeats=duty.asked.repeats)
        held = find_counting(given_here(given, row), policy.reading, since)
        request = situation.requests.get(policy.policy_id)
        told = situation.told_of_open(policy.policy_id, self._config.mail.route) if request else ()
        readings = [one for one in told if one.about is About.READING]
        is_told = any(one.outcome in HAS_TOLD for one in readings)
        return Owed(
            policy,
            since,
            held,
            asked_on=request.asked_on if request else None,
            is_told=is_told,
            came_back=not is_told and any(_came_back(one) for one in readings),
            has_come_back=any(_came_back(one) and one.version_id in policy.reading.covered for one in situation.told),
        )


def _came_back(one: ToldChange) -> bool:
    return one.outcome is ToldOutcome.BOUNCED
