"""The stage of a night in which the schools of a trust tell each other whom they ask, for people who work at several.

After what came back was taken in and before letters are planned. What the other schools said is read, who asks is
settled, what was read there is recorded here, and what this school says is written. A school of no trust does nothing.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from pipeline.acknowledgements.record import GivenWord, Recorder
from pipeline.config import Config
from pipeline.configuration.trust import SchoolEntry, Trust, read_trust
from pipeline.dates.calendar import is_mail_day
from pipeline.errors import PolicyPipelineError
from pipeline.files import way_to
from pipeline.model.policies import PolicyStanding
from pipeline.model.readings import AcknowledgementMethod
from pipeline.other_schools.current_contacts import CurrentContacts, contacts_hash
from pipeline.other_schools.exchange import (
    Exchange,
    SaidCopy,
    SaidPerson,
    SaidReading,
    SchoolSays,
    SharedState,
    hold_exchange,
)
from pipeline.other_schools.here import Here, Owed, SharedPerson
from pipeline.other_schools.settling import Mine, Other, Ruling, Today, say, settle
from pipeline.policies.version_labels import label_versions
from pipeline.register.policies.copies import list_copies
from pipeline.register.policies.decisions import list_overrides
from pipeline.register.policies.policies import list_versions
from pipeline.register.readings.requests import AcknowledgementRow
from pipeline.register.readings.shared_readings import (
    LASTS_DAYS,
    AskedBy,
    CopyBeside,
    ReadElsewhere,
    SharedReading,
    keep_shared,
    list_carried,
    list_shared,
)
from pipeline.register.store.database import Register
from pipeline.register.transaction import Transaction
from pipeline.wording import say_count, say_list


@dataclass(frozen=True, slots=True)
class _FoundElsewhere:
    """What a night found."""

    shared: tuple[SharedReading, ...] = ()
    read: tuple[GivenWord, ...] = ()
    says: SchoolSays | None = None


def share_readings(
    register: Register, config: Config, standings: Sequence[PolicyStanding], today: date, now: datetime
) -> tuple[str, ...]:
    """Settle who asks people who work at several schools of the trust; return what to say of it, a sentence each.

    A register in memory, of a dry run, says nothing to the other schools. Where they cannot be heard, what was settled
    holds for some days; then this school asks by itself.
    """
    if not config.school.trust:
        with register.reading() as tx:
            has_left = bool(list_shared(tx, register.school))
        if has_left:
            _keep(register, config, _FoundElsewhere(), today, now)
        return ()
    try:
        trust = read_trust((config.root / config.school.trust).resolve())
        entry = next((one for one in trust.schools if trust.folder_of(one) == config.root.resolve()), None)
        if entry is None:
            _keep(register, config, _FoundElsewhere(), today, now)
            return ()
        with hold_exchange(trust.root, write=not register.is_in_memory) as exchange:
            found = (
                _FoundElsewhere()
                if exchange is None
                else _find(register, config, (trust, entry), exchange, standings, today)
            )
            if exchange is not None and found.says is not None and not register.is_in_memory:
                exchange.keep_only([one.key for one in trust.schools])
                exchange.write(found.says)
    except (PolicyPipelineError, OSError) as error:
        return (
            "What the trust's schools tell each other of people who work at several of them could not be shared: "
            f"{str(error).rstrip('.')}. What another school asks for is asked here too from {LASTS_DAYS} days after "
            "the last time on; nothing else waits for it.",
        )
    _keep(register, config, found, today, now)
    return say_shared(found.shared)


def _keep(register: Register, config: Config, found: _FoundElsewhere, today: date, now: datetime) -> None:
    """Keep what was settled, and record what was read elsewhere."""
    with register.transaction() as tx:
        keep_shared(tx, register.school, found.shared, now)
        if found.read:
            recorder = Recorder(tx, register.school, config, today=today, now=now, only=found.read)
            for one in found.read:
                recorder.record(one)
            recorder.finish()


def say_shared(shared: Sequence[SharedReading]) -> tuple[str, ...]:
    """Return for how many people other schools ask, in one sentence; nobody is named."""
    there = [one for one in shared if one.standing is AskedBy.THERE]
    if not there:
        return ()
    people = say_count(len({one.person for one in there}), "person", "people")
    schools = say_list(sorted({one.at_school for one in there}))
    return (f"Asked for the trust's policies by {schools}, where they work too, and not from here: {people}.",)


def _find(
    register: Register,
    config: Config,
    places: tuple[Trust, SchoolEntry],
    exchange: Exchange,
    standings: Sequence[PolicyStanding],
    today: date,
) -> _FoundElsewhere:
    """Return what the night comes to; nothing is written."""
    trust, entry = places
    others = exchange.read([one.key for one in trust.schools if one.key != entry.key])
    with register.reading() as tx:
        here = Here(tx, register.school, config, places, standings, today)
        members = here.members(exchange.secret)
        knowing = _schools_by_hash(others.values())
        shared_by = {
            person: [others[key] for key in others if key in keys]
            for person, member in members.items()
            if (keys := {key for each in member.hashes for key in knowing.get(each, ())})
        }
        night = _SharedNight(tx, register.school, config, places, here, today, exchange.secret)
        found = night.settle_all({person: (members[person], theirs) for person, theirs in shared_by.items()})
    everybody = frozenset(each for one in members.values() if one.is_here for each in one.hashes)
    name = config.school.name or entry.key
    says = SchoolSays(
        entry.key,
        name,
        today,
        everybody,
        tuple(night.people),
        _say_copies(config, here),
        contacts_hash(config, today, exchange.secret),
        here.covered_until,
        _sends(config),
    )
    return _FoundElsewhere(tuple(found), tuple(night.read), says)


def _schools_by_hash(schools: Iterable[SchoolSays]) -> Mapping[str, set[str]]:
    """Return which schools have a person, by each hash of theirs."""
    found: dict[str, set[str]] = defaultdict(set)
    for school in schools:
        for each in school.everybody.union(*(person.hashes for person in school.people)):
            found[each].add(school.key)
    return found


def _sends(config: Config) -> bool:
    return config.mail.route != "folder"


def _say_copies(config: Config, here: Here) -> Mapping[str, SaidCopy]:
    """Return the copies that other schools may put beside theirs."""
    found = {}
    for one in here.policies.values():
        copy = one.copy
        if copy.pdf_path and copy.pdf_sha256 and copy.pdf_bytes:
            path = way_to(config.distribution / copy.pdf_path, config.root)
            found[one.slug] = SaidCopy(one.edition, path, copy.pdf_sha256, copy.pdf_bytes)
    return found


class _SharedNight:
    """Settles one person after another; gathers what this school says of them, and what was read elsewhere."""

    def __init__(
        self,
        tx: Transaction,
        school: str,
        config: Config,
        places: tuple[Trust, SchoolEntry],
        here: Here,
        today: date,
        secret: bytes,
    ) -> None:
        self._tx, self._school, self._config, self._here = tx, school, config, here
        self._current = CurrentContacts(places[0], today, secret)
        self._trust, self._entry = places
        self._today = Today(today, is_mail_day(today, config.calendar.closed))
        versions = list_versions(tx, school)
        labels = label_versions(versions, list_overrides(tx, school))
        self._called = {one.id: labels[one.id].text for one in versions}
        self._before = {(one.person, one.policy_id): one for one in list_shared(tx, school)}
        self._mine: Mapping[str | None, int] = {}
        """The version of each copy that this school has given, by the hash of its PDF."""
        self.people: list[SaidPerson] = []
        self.read: list[GivenWord] = []

    def settle_all(self, people: Mapping[int, tuple[SharedPerson, Sequence[SchoolSays]]]) -> list[SharedReading]:
        """Return how it stands with everybody who is at several schools."""
        owed = self._here.owed([member for member, _ in people.values()])
        carried = list_carried(self._tx, self._school, people.keys())
        self._mine = {row.pdf_sha256: row.version_id for row in list_copies(self._tx, self._school)} if people else {}
        found: list[SharedReading] = []
        for person, (member, others) in people.items():
            said = {}
            for one in owed[person]:
                kept, said[one.policy.slug] = self._settle(member, one, others, carried.get(person, frozenset()))
                found += [kept] if kept is not None else []
            self.people.append(SaidPerson(member.hashes, member.is_here, member.away_until, said))
        return found

    def _settle(
        self, member: SharedPerson, owed: Owed, others: Sequence[SchoolSays], carried: frozenset[str]
    ) -> tuple[SharedReading | None, SaidReading]:
        """Return how it stands with one person and policy, and what this school says of it."""
        edition, before = owed.policy.edition, self._before.get((member.row.id, owed.policy.policy_id))
        if owed.given is not None:
            if owed.given.method is not AcknowledgementMethod.ELSEWHERE:
                return None, self._say_read(owed.given, edition, carried)
            was_read = before is not None and before.edition == edition and before.standing is AskedBy.READ
            return before if was_read else None, SaidReading(edition, SharedState.LEFT)
        views = [self._view(one, member, owed) for one in others]
        if (elsewhere := next((one for one in views if _has_read(one, owed)), None)) is not None:
            return self._take_read(member, owed, elsewhere), SaidReading(edition, SharedState.LEFT)
        mine = Mine(
            edition,
            self._place_of(self._entry.key, member),
            owed.asked_on,
            owed.is_told,
            owed.came_back,
            owed.has_come_back,
            member.away_until,
        )
        if not member.is_here:
            return None, SaidReading(edition, SharedState.LEFT)
        ruling = settle(mine, views, before, self._today)
        said = say(mine, ruling, tuple(sorted(carried)), self._today)
        return self._kept(member, owed, ruling, others), said

    def _place_of(self, key: str, member: SharedPerson) -> int:
        """Return where a school stands in the order of those that ask a person: 0 is their home school."""
        homes = {self._trust.home_schools.get(address) for address in member.addresses}
        keys = [one.key for one in self._trust.schools]
        return 0 if key in homes else 1 + keys.index(key)

    def _view(self, school: SchoolSays, member: SharedPerson, owed: Owed) -> Other:
        said = school.find(member.hashes)
        is_here = bool(school.everybody & member.hashes) if said is None else said.is_here
        place = self._place_of(school.key, member)
        # A school whose mail goes never leaves it to one that only writes files, which leaves it to every school.
        sends = _sends(self._config)
        return Other(
            school.key,
            school.name,
            place - len(self._trust.schools) - 1 if school.sends and not sends else place,
            school.day,
            is_here and (school.sends or not sends),
            said.away_until if said else None,
            said is not None,
            said.readings.get(owed.policy.slug) if said else None,
        )

    # --- what this school keeps ---

    def _take_read(self, member: SharedPerson, owed: Owed, at: Other) -> SharedReading:
        """Take a reading that was given at another school, to be recorded here; return that it is read."""
        says = at.says
        assert says is not None
        assert says.read_at is not None
        covered = owed.policy.reading.covered
        went = [self._mine[each] for each in says.carried if self._mine.get(each) in covered]
        has_asked = owed.is_told
        there = ReadElsewhere(at.name, says.version, says.sha256, says.method, says.edition, bool(went))
        version = went[-1] if went else owed.policy.reading.versions[-1].id
        self.read.append(
            GivenWord(
                member.row.id,
                owed.policy.policy_id,
                version,
                AcknowledgementMethod.ELSEWHERE,
                says.read_at,
                entered_by=at.name,
                elsewhere=there,
            )
        )
        return SharedReading(
            person=member.row.id,
            policy_id=owed.policy.policy_id,
            edition=owed.policy.edition,
            standing=AskedBy.READ,
            at_key=at.key,
            at_school=at.name,
            is_told=True,
            gives_copy=not (went or has_asked),
            since_on=self._today.today,
            renewed_on=self._today.today,
        )

    def _kept(self, member: SharedPerson, owed: Owed, ruling: Ruling, others: Sequence[SchoolSays]) -> SharedReading:
        at, says = ruling.at, ruling.at.says if ruling.at else None
        is_there = ruling.standing is AskedBy.THERE
        went = says is not None and any(self._mine.get(each) in owed.policy.reading.covered for each in says.carried)
        beside = ruling.standing is AskedBy.HERE and not owed.is_told
        return SharedReading(
            person=member.row.id,
            policy_id=owed.policy.policy_id,
            edition=owed.policy.edition,
            standing=ruling.standing,
            at_key=at.key if at else "",
            at_school=at.name if at else "",
            is_told=ruling.is_told,
            gives_copy=is_there and ruling.is_told and not (went or owed.is_told),
            since_on=ruling.since_on,
            waited=ruling.waited,
            renewed_on=self._today.today,
            beside=tuple(self._beside(member, owed, others)) if beside else (),
        )

    def _beside(self, member: SharedPerson, owed: Owed, others: Sequence[SchoolSays]) -> list[CopyBeside]:
        """Return the copies of the other schools that a person is at, of the same document of the trust."""
        found = []
        for school in others:
            copy, said = school.copies.get(owed.policy.slug), school.find(member.hashes)
            entry = self._trust.school(school.key)
            is_here = said is None or said.is_here
            if copy is None or entry is None or copy.edition != owed.policy.edition or not is_here:
                continue
            if not self._current.are_in_copies_of(school, entry):
                continue  # That school sends its copy by itself, once it has made it anew.
            path = way_to(self._trust.folder_of(entry) / copy.path, self._config.distribution)
            found.append(CopyBeside(school.key, school.name, path, copy.sha256, copy.size_bytes))
        return found

    # --- what this school says ---

    def _say_read(self, given: AcknowledgementRow, edition: str, carried: frozenset[str]) -> SaidReading:
        return SaidReading(
            edition,
            SharedState.READ,
            carried=tuple(sorted(carried)),
            read_at=given.acknowledged_at,
            version=self._called.get(given.version_id, ""),
            sha256=given.version_sha256,
            method=given.method.value,
        )


def _has_read(other: Other, owed: Owed) -> bool:
    """Return whether another school has a person's word for the same document of the trust, and it counts here."""
    says = other.says
    if says is None or says.state is not SharedState.READ or says.read_at is None:
        return False
    return says.edition == owed.policy.edition and says.read_at >= owed.since
