"""What each person is to read on paper today: what they owe, by when and why, with the copy that may be given.

Before ``pack``. A person who is given papers is asked by them: what they owe and were not asked yet becomes a request
here, so that every line to sign has a code. A person whose first day is to come is asked as of that day.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from pipeline.acknowledgements.changed import why_again, why_missing
from pipeline.acknowledgements.counting import counts_since, find_counting, given_here, list_readings, occasion_of
from pipeline.config import Config
from pipeline.copies.copy_files import is_as_written
from pipeline.errors import UsageError
from pipeline.letters.contributors.contacts import list_contacts_on_paper
from pipeline.letters.others_day import PaperContacts
from pipeline.model.people import Person
from pipeline.model.policies import PolicyStanding, ReadingRule
from pipeline.people.lists.staff_list import without_own_address
from pipeline.people.naming import find_if_any, find_one
from pipeline.people.obligations import Obligation, has_left, is_asked, is_away, obligations, pack_day
from pipeline.register.mail.told import ToldOutcome, list_on_paper
from pipeline.register.people.persons import PersonRow, list_people
from pipeline.register.policies.copies import CopyRow, copies_for_staff
from pipeline.register.policies.policies import list_versions
from pipeline.register.readings.requests import (
    AcknowledgementRow,
    RequestRow,
    list_acknowledgements,
    list_requests,
    open_request,
)
from pipeline.register.transaction import Transaction

_STARTS_SOON_DAYS = 14
"""So long before their first day the papers of a person whom no mail reaches are printed with everybody's."""


@dataclass(frozen=True, slots=True)
class PaperReading:
    """One policy that a person is given on paper."""

    standing: PolicyStanding
    due_on: date
    why: str
    copy: CopyRow
    request: RequestRow | None
    """What its signed line answers; None where nothing is signed."""
    within_days: int | None = None
    """In how many days it is to be read, which begin when the papers are handed over; None where ``due_on`` stands:
    papers of it were handed over before."""
    is_renewed: bool = False
    """It was read before, and is given for the new contacts in it alone."""

    @property
    def is_for_information(self) -> bool:
        """Whether its copy is one with contacts being updated that leaves something out: the full one comes later."""
        return not self.copy.takes_reading


@dataclass(frozen=True, slots=True)
class MissingPaper:
    """One policy that a person is to read and of which there is no copy to print."""

    standing: PolicyStanding
    why: str
    """A sentence."""


@dataclass(frozen=True, slots=True)
class ReaderPapers:
    """What one person is given on paper."""

    person: PersonRow
    readings: tuple[PaperReading, ...]
    find: tuple[str, ...]
    """Titles of what it is good to know where to find."""
    contacts: PaperContacts | None = None
    """What they are to be told of the school's contacts; None where nothing is."""
    missing: tuple[MissingPaper, ...] = ()

    @property
    def says_something(self) -> bool:
        """Whether there is anything to print."""
        return bool(self.readings or self.missing or self.contacts)

    @property
    def to_sign(self) -> tuple[PaperReading, ...]:
        """What is signed of the readings."""
        return tuple(one for one in self.readings if one.request is not None)


@dataclass(frozen=True, slots=True)
class GatheredReadings:
    """What was found for the people asked about."""

    papers: tuple[ReaderPapers, ...]
    """Of those who have something to read, would have if there were a copy of it, or are to be told of contacts."""
    nothing_owed: tuple[PersonRow, ...]
    waiting_for_copy: tuple[str, ...]
    """Titles of what cannot be printed: no copy of it as it is today could be made, or its file is not as it was
    written."""


def choose_people(people: Sequence[PersonRow], wanted: Sequence[str | int], today: date) -> tuple[PersonRow, ...]:
    """Return whom ``wanted`` means: each an id of the staff list, a whole name, a team or a role, in whatever capitals;
    a number is the register's key of a person.

    Of a team or role those who are asked to read today; a person named alone may start later, or be away.

    Raises:
        UsageError: one means nobody, or two people of one name.
    """
    here = [row for row in people if not has_left(row.person, today)]
    found = [row for one in wanted for row in _meant(here, one, today)]
    return tuple(dict.fromkeys(found))


def choose_on_paper(people: Sequence[PersonRow], config: Config, today: date) -> tuple[PersonRow, ...]:
    """Return everybody whom mail does not reach: at work, or to start within two weeks; nobody who is away."""
    unreached = without_own_address(people, today)
    return tuple(
        row
        for row in people
        if row.id in unreached
        and not is_away(row.person, today)
        and (is_asked(row.person, config, today) or _starts_soon(row.person, today))
    )


def _starts_soon(person: Person, today: date) -> bool:
    return person.start_on is not None and (person.start_on - today).days <= _STARTS_SOON_DAYS


def _meant(here: Sequence[PersonRow], wanted: str | int, today: date) -> Sequence[PersonRow]:
    if isinstance(wanted, int):
        return (find_one(here, wanted, today),)
    named = find_if_any(here, wanted, today)
    if named is not None:
        return (named,)
    word = wanted.strip().casefold()
    group = [row for row in here if word and word in _groups(row)]
    if not group:
        raise UsageError(
            f"Nobody here has the id, the address or the name {wanted!r}, and no team or role is called so; "
            "`policy staff list` shows everybody with their id and role."
        )
    return [row for row in group if not is_away(row.person, today) and not _starts_later(row.person, today)]


def _groups(row: PersonRow) -> frozenset[str]:
    posts = [(row.person.role, row.person.team), *((one.role, one.team) for one in row.engagements)]
    return frozenset(group.strip().casefold() for post in posts for group in post)


def _starts_later(person: Person, today: date) -> bool:
    return person.start_on is not None and person.start_on > today


def gather(
    tx: Transaction,
    school: str,
    config: Config,
    standings: Sequence[PolicyStanding],
    chosen: Sequence[PersonRow],
    today: date,
) -> GatheredReadings:
    """Return what ``chosen`` are to be given; what they owe to sign and were not asked for is asked of them now."""
    desk = _PaperReadings(tx, school, config, standings, today)
    papers = [desk.papers_of(row) for row in chosen]
    return GatheredReadings(
        tuple(one for one in papers if one.says_something),
        tuple(one.person for one in papers if not one.says_something),
        tuple(desk.waiting),
    )


_RENEWED = "the safeguarding contacts in it are new; please discard older copies"


class _PaperReadings:
    def __init__(
        self, tx: Transaction, school: str, config: Config, standings: Sequence[PolicyStanding], today: date
    ) -> None:
        self._tx, self._school, self._config, self._today = tx, school, config, today
        self._standings = standings
        self._in_use = list_readings(list_versions(tx, school))
        self._copies = copies_for_staff(tx, school)
        self._requests = {(row.person, row.policy_id): row for row in list_requests(tx, school, only_open=True)}
        self._given: dict[int, list[AcknowledgementRow]] = defaultdict(list)
        for row in list_acknowledgements(tx, school):
            self._given[row.person].append(row)
        people = list_people(tx, school, today)
        on_paper = list_contacts_on_paper(tx, school, config, standings, people, today)
        self._contacts = {one.person.id: one for one in on_paper}
        self._handed = {row.request for row in list_on_paper(tx, school) if row.outcome == ToldOutcome.HANDED}
        self._as_written: dict[int, bool] = {}
        self.waiting: dict[str, None] = {}

    def papers_of(self, row: PersonRow) -> ReaderPapers:
        """Return what one person is to be given."""
        owed = obligations([row], self._standings, self._config, self._as_of(row.person))
        find = tuple(one.standing.title for one in owed if one.rule is ReadingRule.FIND)
        found = tuple(self._readings(owed))
        readings = tuple(one for one in found if isinstance(one, PaperReading))
        missing = tuple(one for one in found if isinstance(one, MissingPaper))
        contacts = self._contacts.get(row.id)
        return ReaderPapers(row, (*readings, *self._renewed(contacts, readings)), find, contacts, missing)

    def _renewed(self, contacts: PaperContacts | None, readings: Sequence[PaperReading]) -> Iterator[PaperReading]:
        """Yield the renewed copies of what a person has read before: nothing of it is to be signed again."""
        wanted = set(contacts.policies if contacts else ()) - {one.standing.policy_id for one in readings}
        for standing in self._standings:
            copy = self._copies.get(standing.policy_id) if standing.policy_id in wanted else None
            if copy is not None and copy.pdf_path is not None and is_as_written(copy, self._config.distribution):
                yield PaperReading(standing, self._today, _RENEWED, copy, None, is_renewed=True)

    def _as_of(self, person: Person) -> date:
        first = person.start_on or self._today
        return max(first, self._today)

    def _readings(self, owed: Sequence[Obligation]) -> Iterator[PaperReading | MissingPaper]:
        for one in owed:
            reading = self._in_use.get(one.standing.policy_id)
            if one.rule is ReadingRule.FIND or reading is None or reading.in_force.id != one.standing.version_id:
                continue
            given = given_here(self._given[one.person.id], one.person)
            since = counts_since(self._config, self._today, repeats=one.repeats)
            if one.rule is ReadingRule.SIGN and find_counting(given, reading, since) is not None:
                continue
            copy = self._copy_of(one)
            if copy is None:
                self.waiting[one.standing.title] = None
                yield MissingPaper(one.standing, why_missing(one.standing))
                continue
            is_signed = one.rule is ReadingRule.SIGN and copy.takes_reading
            request = self._request_of(one, given) if is_signed else None
            why = why_again(given, reading) or one.duty.why
            within_days = None if request and request.id in self._handed else one.duty.asked.read_within_days
            due_on = request.due_on if request else one.due_on
            yield PaperReading(one.standing, due_on, why, copy, request, within_days)

    def _copy_of(self, one: Obligation) -> CopyRow | None:
        copy = self._copies.get(one.standing.policy_id)
        if copy is None or copy.version_id != one.standing.version_id:
            return None
        if copy.pdf_path is None and one.standing.address is None:
            return None
        if copy.id not in self._as_written:
            self._as_written[copy.id] = is_as_written(copy, self._config.distribution)
        return copy if self._as_written[copy.id] else None

    def _request_of(self, one: Obligation, given: Sequence[AcknowledgementRow]) -> RequestRow:
        asked = self._requests.get((one.person.id, one.standing.policy_id))
        if asked is not None:
            return asked
        first = pack_day(one.person.person, self._config)
        answered = {row.version_id for row in given if row.policy_id == one.standing.policy_id}
        return open_request(
            self._tx,
            self._school,
            person=one.person.id,
            policy_id=one.standing.policy_id,
            version_id=self._in_use[one.standing.policy_id].in_force.id,
            rule=one.rule,
            # A person who starts later is asked on the day on which mail would ask them.
            asked_on=max(self._today, first) if first and first > self._today else max(self._today, one.asked_on),
            due_on=one.due_on,
            occasion=occasion_of(answered, self._in_use[one.standing.policy_id], is_starter=one.is_starter),
            engagement=one.person.engagement or None,
        )
