"""Record that a reader has read a policy: acknowledgement, closed request and ledger record, or none of them.

The one door for the personal page, signed sheets (``paper``) and imported answers (``forms.export``). A word given once
for a version stands; giving it again shows what is held and records nothing.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum

from pipeline.acknowledgements.counting import (
    PolicyReading,
    counts_since,
    find_counting,
    given_here,
    list_readings,
    occasion_of,
    school_year,
)
from pipeline.config import Config
from pipeline.errors import UsageError
from pipeline.model.policies import ReadingRule, RevisionKind
from pipeline.model.readings import AcknowledgementMethod
from pipeline.named.names.likeness import COULD_BE, same_person
from pipeline.people.obligations import asked_of, has_left, is_starter, posts_of
from pipeline.register.decision import Decision
from pipeline.register.ledger.ledger import Appending
from pipeline.register.mail.reader_mail import cancel_answered_mail
from pipeline.register.people.persons import PersonRow, list_people
from pipeline.register.policies.copies import ReadableCopy, list_readable
from pipeline.register.policies.policies import PolicyRow, VersionRow, list_policies, list_versions
from pipeline.register.readings.requests import (
    READING,
    AcknowledgementRecord,
    AcknowledgementRow,
    ClosedReason,
    RequestRow,
    add_acknowledgements,
    close_requests,
    list_acknowledgements,
    list_given_by,
    list_open_of,
    list_requests,
    open_request,
)
from pipeline.register.readings.shared_readings import ReadElsewhere
from pipeline.register.store.database import Register
from pipeline.register.transaction import Transaction
from pipeline.wording import say_day

ANSWERED_BEFORE = "acknowledged before it went"
"""Why mail is dropped that asks for nothing any more."""


class RecordingOutcome(StrEnum):
    """What came of recording."""

    RECORDED = "recorded"
    ALREADY = "already"
    """The person's word for this reading is held; nothing was added."""
    REPLACED = "replaced"
    """A later version that must be read is in use by now."""
    REFUSED = "refused"
    """The person has left or is unknown, or the policy is not in use."""
    NO_COPY = "no-copy"
    """There was no copy that could have been read; nothing was added."""


@dataclass(frozen=True, slots=True)
class RecordedReading:
    """What came of recording, and the acknowledgement that is held now."""

    outcome: RecordingOutcome
    acknowledgement: AcknowledgementRow | None = None
    """Set for ``RECORDED`` and ``ALREADY``."""


@dataclass(frozen=True, slots=True)
class GivenWord:
    """A reader's word that they have read a version of a policy, and how and when they gave it."""

    person: int
    """The register's key, as are the next two."""
    policy_id: int
    version_id: int
    method: AcknowledgementMethod
    at: datetime
    """Aware; the moment it was given, which for paper is the day on the sheet."""
    entered_by: str | None = None
    """Who typed it in; None where the reader did."""
    trainer: str | None = None
    """Who held the training session; None of every other method."""
    elsewhere: ReadElsewhere | None = None
    """What was read at which other school; None of every other method."""
    copy_id: int | None = None
    """The copy that was shown, by the register's key; None: the newest of the version that there was by then."""


def record_acknowledgement(
    register: Register, config: Config, given: GivenWord, *, today: date, now: datetime
) -> RecordedReading:
    """Record that a reader has read a version of a policy.

    It is recorded for the version they read, whose hash is kept, as long as every change since asked nobody to read
    again. Mail to them that has not gone and asks only for what is now answered is dropped.
    """
    with register.transaction() as tx:
        return record_within(tx, register.school, config, given, today=today, now=now)


def record_within(
    tx: Transaction, school: str, config: Config, given: GivenWord, *, today: date, now: datetime
) -> RecordedReading:
    """Record an acknowledgement inside a transaction that is open already; see ``record_acknowledgement``."""
    return record_all(tx, school, config, [given], today=today, now=now)[0]


def record_all(
    tx: Transaction, school: str, config: Config, given: Sequence[GivenWord], *, today: date, now: datetime
) -> list[RecordedReading]:
    """Record some acknowledgements, in their order, inside a transaction that is open already."""
    recorder = Recorder(tx, school, config, today=today, now=now, only=given)
    outcomes = [recorder.record(one) for one in given]
    recorder.finish()
    return [
        RecordedReading(one.outcome, recorder.held(word)) if one.outcome is RecordingOutcome.RECORDED else one
        for one, word in zip(outcomes, given, strict=True)
    ]


class Recorder:
    """Records readings in one transaction that is open already; what the register knows is read once for all of them.

    Call ``finish`` at the end: only then everything is written, and the mail dropped that asks only for what is
    answered now.
    """

    def __init__(
        self,
        tx: Transaction,
        school: str,
        config: Config,
        *,
        today: date,
        now: datetime,
        only: Sequence[GivenWord] | None = None,
    ) -> None:
        """``only`` are the words that will be recorded, where that is known before; None: whatever comes."""
        self._tx, self._school, self._config, self._today, self._now = tx, school, config, today, now
        pairs = None if only is None else [*dict.fromkeys((one.person, one.policy_id) for one in only)]
        persons = None if pairs is None else tuple({person for person, _ in pairs})
        policies = None if pairs is None else tuple({policy_id for _, policy_id in pairs})
        self._people = {row.id: row for row in list_people(tx, school, today, only=persons)}
        self._policies = {policy.id: policy for policy in list_policies(tx, school, only=policies)}
        self._readings = list_readings(list_versions(tx, school, only=policies))
        self._before: dict[tuple[int, int], list[AcknowledgementRow]] = defaultdict(list)
        for row in list_acknowledgements(tx, school) if pairs is None else list_given_by(tx, school, pairs):
            self._before[row.person, row.policy_id].append(row)
        self._asked: dict[tuple[int, int], list[RequestRow]] = defaultdict(list)
        for request in list_requests(tx, school, only_open=True) if pairs is None else list_open_of(tx, school, pairs):
            self._asked[request.person, request.policy_id].append(request)
        self._copies: dict[int, list[ReadableCopy]] = defaultdict(list)
        for copy in list_readable(tx, school, policies):
            self._copies[copy.version_id].append(copy)
        self._repeats: dict[tuple[object, int], bool] = {}
        self._ledger = Appending(tx, school, now)
        self._words: list[AcknowledgementRecord] = []
        self._answered: list[RequestRow] = []
        self._readers: dict[int, None] = {}

    def record(self, given: GivenWord) -> RecordedReading:
        """Take one acknowledgement; the recording of one that is new names no acknowledgement yet: see ``held``."""
        row, policy = self._people.get(given.person), self._policies.get(given.policy_id)
        reading = self._readings.get(given.policy_id)
        if row is None or policy is None or reading is None:
            return RecordedReading(RecordingOutcome.REFUSED)
        if has_left(row.person, self._today) or policy.withdrawn_on is not None:
            return RecordedReading(RecordingOutcome.REFUSED)
        known = _KnownReadings(row, policy, reading, self.does_repeat(row, policy))
        if any((word.person, word.policy_id) == known.key for word in self._words):
            self._write()
        before = given_here(self._before[known.key], row)
        held = find_counting(before, reading, counts_since(self._config, self._today, repeats=known.repeats))
        if held is not None:
            return RecordedReading(RecordingOutcome.ALREADY, held)
        version = next((version for version in reading.versions if version.id == given.version_id), None)
        if version is None:
            return RecordedReading(RecordingOutcome.REPLACED)
        read = self._what_was_read(version, reading, given)
        if read is None:
            return RecordedReading(RecordingOutcome.NO_COPY)
        self._take(known, *read, before, given)
        return RecordedReading(RecordingOutcome.RECORDED)

    def _what_was_read(
        self, version: VersionRow, reading: PolicyReading, given: GivenWord
    ) -> tuple[VersionRow, ReadableCopy | None] | None:
        """Return the version and copy that a word is of; None where there was nothing that could have been read.

        A sheet or list that gives only a day may be of an earlier version whose reading counts, where the newer one had
        no copy yet. Before the register knew of a policy, its document itself was what people had: never one that is
        held, or was replaced while it was, which was never in use.
        """
        if given.method in _OF_EARLIER_LISTS:
            return version, None
        if given.method is AcknowledgementMethod.PAGE:
            copy = self._copy_of(version, given.copy_id, None)
            return None if copy is None else (version, copy)
        until = given.at if given.method is AcknowledgementMethod.REPLY else _end_of_day(given.at, self._config)
        for each in reading.versions:
            if each.number <= version.number and (copy := self._copy_of(each, given.copy_id, until)) is not None:
                return each, copy
        known_on = version.recorded_at.astimezone(self._config.zone).date()
        was_before = version.kind is RevisionKind.ADOPTED and given.at.astimezone(self._config.zone).date() < known_on
        return (version, None) if was_before and not version.holds else None

    def _copy_of(self, version: VersionRow, copy_id: int | None, until: datetime | None) -> ReadableCopy | None:
        """Return the copy of a version with a key, or else the newest that was made by a moment; None without one."""
        copies = [each for each in self._copies[version.id] if until is None or each.made_at <= until]
        if copy_id is not None:
            copies = [each for each in copies if each.id == copy_id]
        return copies[-1] if copies else None

    def held(self, given: GivenWord) -> AcknowledgementRow | None:
        """Return the newest acknowledgement of a reader for a policy, once what was recorded is written."""
        before = self._before[given.person, given.policy_id]
        return before[-1] if before else None

    def does_repeat(self, row: PersonRow, policy: PolicyRow) -> bool:
        """Return whether a policy is asked of a reader anew each school year."""
        # People of the same posts are asked the same.
        key = (posts_of(row, self._today), policy.id)
        if key not in self._repeats:
            asked = asked_of(row, policy.slug, policy.catalogue_slug, self._config, self._today)
            self._repeats[key] = asked.repeats
        return self._repeats[key]

    def finish(self) -> None:
        """Write what was recorded, and drop the mail that has not gone and asks only for that."""
        self._write()
        if self._readers:
            cancel_answered_mail(self._tx, self._school, list(self._readers), self._now, ANSWERED_BEFORE)

    def _take(
        self,
        known: "_KnownReadings",
        version: VersionRow,
        copy: ReadableCopy | None,
        before: Sequence[AcknowledgementRow],
        given: GivenWord,
    ) -> None:
        """Take a word that counts, to be written."""
        tx, school, today = self._tx, self._school, self._today
        asked = self._asked.pop(known.key, []) or [
            _ask_with_the_answer(tx, school, known, version, before, given, today)
        ]
        year = school_year(today, repeats=known.repeats)
        # On their own page the reader decides for themself.
        decision = Decision(tx, school, given.entered_by or known.row.person.name, self._now, self._ledger)
        word = AcknowledgementRecord(
            person=known.row.id,
            policy_id=known.policy.id,
            version_id=version.id,
            version_sha256=version.sha256,
            method=given.method,
            entered_by=given.entered_by,
            acknowledged_at=given.at,
            recorded_at=self._now,
            ledger_position=_seal(decision, known, version, copy, given, asked[-1], year),
            school_year=year,
            request=asked[-1].id,
            engagement=known.row.engagement or None,
            copy_id=copy.id if copy is not None else None,
        )
        self._words.append(word)
        self._answered += asked
        self._readers[known.row.id] = None

    def _write(self) -> None:
        self._ledger.finish()
        for row in add_acknowledgements(self._tx, self._school, self._words):
            self._before[row.person, row.policy_id].append(row)
        answered = [(one.id, ClosedReason.ACKNOWLEDGED) for one in self._answered]
        close_requests(self._tx, self._school, READING, answered, self._now)
        self._words, self._answered = [], []


@dataclass(frozen=True, slots=True)
class _KnownReadings:
    """What the register knows of one person and one policy."""

    row: PersonRow
    policy: PolicyRow
    reading: PolicyReading
    repeats: bool
    """It is asked of them anew each school year."""

    @property
    def key(self) -> tuple[int, int]:
        """The register's keys of both."""
        return self.row.id, self.policy.id


def _ask_with_the_answer(
    tx: Transaction,
    school: str,
    known: _KnownReadings,
    version: VersionRow,
    before: Sequence[AcknowledgementRow],
    given: GivenWord,
    today: date,
) -> RequestRow:
    """Ask a reader who was not asked yet with their answer: an acknowledgement answers a request."""
    day, row = given.at.date(), known.row
    answered = {one.version_id for one in before}
    return open_request(
        tx,
        school,
        person=row.id,
        policy_id=version.policy_id,
        version_id=version.id,
        rule=ReadingRule.SIGN,
        asked_on=day,
        due_on=day,
        occasion=occasion_of(answered, known.reading, is_starter=is_starter(row.person, today)),
        engagement=row.engagement or None,
    )


def _seal(
    decision: Decision,
    known: _KnownReadings,
    version: VersionRow,
    copy: ReadableCopy | None,
    given: GivenWord,
    asked: RequestRow,
    year: int,
) -> int:
    """Put a reading, and what was asked, into the ledger, whose names are held apart; return its place there."""
    fields: dict[str, str | int | None] = {
        "policy": known.policy.slug,
        "version": version.number,
        "sha256": version.sha256,
        "method": given.method.value,
        "acknowledged_at": given.at.isoformat(),
        "asked_on": asked.asked_on.isoformat(),
        "due_on": asked.due_on.isoformat(),
        "occasion": asked.occasion.value,
        "school_year": year,
    }
    if copy is not None:
        fields |= {"copy": copy.code, "copy_sha256": copy.pdf_sha256}
    if (there := given.elsewhere) is not None:
        fields |= {"at_school": there.at_school, "at_version": there.version, "at_sha256": there.sha256}
        fields |= {"at_method": there.method, "edition": there.edition, "copy_went": "yes" if there.copy_went else "no"}
    person = known.row.person
    words = {"person_id": person.person_id, "name": person.name, "entered_by": given.entered_by}
    if given.trainer:
        words["trainer"] = given.trainer
    return decision.record("acknowledgement", fields, words=words)


def check_not_own(row: PersonRow, entered_by: str) -> None:
    """Refuse a person who enters their own reading.

    Raises:
        UsageError: no name is given, or it is the reader's own.
    """
    if not entered_by:
        raise UsageError("Say who enters this: a name is kept with everything that is entered for somebody else.")
    keys = {row.person.person_id.casefold(), (row.person.work_email or "").casefold()}
    if same_person(entered_by, row.person.name, COULD_BE) or entered_by.casefold() in keys:
        raise UsageError(
            f"{row.person.name} cannot enter their own reading; somebody else has to, with their own first and last "
            "name."
        )


def say_no_copy(name: str, title: str, day: date) -> str:
    """Return why nothing was recorded of a reader's word, where there was nothing that they could have read."""
    return (
        f"{name} cannot have read {title} by {say_day(day)}: there was no copy of it to read, so nothing was recorded. "
        "Look at the day again, or give them the copy and ask anew."
    )


def moment_of(day: date, config: Config, now: datetime) -> datetime:
    """Return the moment kept for something dated to the day: ``now`` for today, else noon of it at the school."""
    return now if now.astimezone(config.zone).date() == day else _noon(day, config)


def _noon(day: date, config: Config) -> datetime:
    return datetime.combine(day, time(12), tzinfo=config.zone)


def _end_of_day(at: datetime, config: Config) -> datetime:
    return datetime.combine(at.astimezone(config.zone).date(), time.max, tzinfo=config.zone)


_OF_EARLIER_LISTS = frozenset({AcknowledgementMethod.BASELINE, AcknowledgementMethod.ELSEWHERE})
"""Given for what was read before this register had it, or at a school whose copy it was."""


def version_given(
    row: PersonRow, policy: PolicyRow, reading: PolicyReading, day: date, config: Config, today: date, *, repeats: bool
) -> VersionRow:
    """Return which version of a policy a reader read who gave their word on ``day``: the one in use then.

    ``repeats``: it is asked of them anew each school year.

    Raises:
        UsageError: the day has not come, or a version that has to be read came after it, or the school asks anew since.
    """
    name, said = row.person.name, say_day(day)
    if day > today:
        raise UsageError(f"{name}, {policy.title}: {said} has not come yet; give the day on the sheet.")
    version = reading.version_on(day, config.zone)
    if version is None:
        raise UsageError(
            f"{name} read {policy.title} on {said}, before the version now in use was there; they are to read that one."
        )
    if _noon(day, config) < counts_since(config, today, repeats=repeats):
        raise UsageError(
            f"{name} read {policy.title} on {said}; it is asked for anew each school year, and that day was before it."
        )
    return version
