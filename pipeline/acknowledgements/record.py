"""Record that somebody has read a policy: acknowledgement, closed request and ledger record, or none of them.

The one door for the personal page, signed sheets (``paper``) and imported answers (``form_export``). A word given once
for a version stands; giving it again shows what is held and records nothing.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum

from pipeline.acknowledgements.counting import (
    Reading,
    counts_since,
    find_counting,
    given_here,
    list_readings,
    occasion_of,
    school_year,
)
from pipeline.config import Config
from pipeline.errors import UsageError
from pipeline.lifecycle.wording import say_day
from pipeline.model import AcknowledgementMethod, ReadingRule
from pipeline.names.likeness import COULD_BE, same_person
from pipeline.people.obligations import asked_of, has_left, is_starter, posts_of
from pipeline.register.database import Register, Transaction
from pipeline.register.decision import Decision
from pipeline.register.people import PersonRow, find_person, list_people
from pipeline.register.policies import PolicyRow, VersionRow, list_policies, list_versions
from pipeline.register.reader_mail import cancel_answered_mail
from pipeline.register.requests import (
    AcknowledgementRecord,
    AcknowledgementRow,
    ClosedReason,
    RequestRow,
    add_acknowledgement,
    close_all,
    list_acknowledgements,
    list_requests,
    open_request,
)

ANSWERED_BEFORE = "acknowledged before it went"
"""Why mail is dropped that asks for nothing any more."""


class Outcome(StrEnum):
    """What came of recording."""

    RECORDED = "recorded"
    ALREADY = "already"
    """The person's word for this reading is held; nothing was added."""
    REPLACED = "replaced"
    """A later version that must be read is in use by now."""
    REFUSED = "refused"
    """The person has left or is unknown, or the policy is not in use."""


@dataclass(frozen=True, slots=True)
class Recording:
    """What came of recording, and the acknowledgement that is held now."""

    outcome: Outcome
    acknowledgement: AcknowledgementRow | None = None
    """Set for ``RECORDED`` and ``ALREADY``."""


@dataclass(frozen=True, slots=True)
class Given:
    """Somebody's word that they have read a version of a policy, and how and when they gave it."""

    person: int
    """The register's key, as are the next two."""
    policy_id: int
    version_id: int
    method: AcknowledgementMethod
    at: datetime
    """Aware; the moment it was given, which for paper is the day on the sheet."""
    entered_by: str | None = None
    """Who typed it in; None where the reader did."""


def record_acknowledgement(
    register: Register, config: Config, given: Given, *, today: date, now: datetime
) -> Recording:
    """Record that somebody has read a version of a policy.

    It is recorded for the version they read, whose hash is kept, as long as every change since asked nobody to read
    again. Mail to them that has not gone and asks only for what is now answered is dropped.
    """
    with register.transaction() as tx:
        return record_within(tx, register.school, config, given, today=today, now=now)


def record_within(
    tx: Transaction, school: str, config: Config, given: Given, *, today: date, now: datetime
) -> Recording:
    """Record an acknowledgement inside a transaction that is open already; see ``record_acknowledgement``."""
    row = find_person(tx, school, given.person, today)
    policy = next((policy for policy in list_policies(tx, school) if policy.id == given.policy_id), None)
    reading = list_readings(list_versions(tx, school, given.policy_id)).get(given.policy_id)
    if row is None or policy is None or reading is None:
        return Recording(Outcome.REFUSED)
    before = list_acknowledgements(tx, school, person=given.person, policy_id=policy.id)
    known = _Known(row, policy, reading, asked_of(row, policy.slug, policy.catalogue_slug, config, today).repeats)
    asked = [one for one in list_requests(tx, school, person=row.id, only_open=True) if one.policy_id == policy.id]
    recording = _recorded(tx, school, config, known, before, asked, given, today, now)
    if recording.outcome is Outcome.RECORDED:
        cancel_answered_mail(tx, school, [row.id], now, ANSWERED_BEFORE)
    return recording


class Recorder:
    """Records many readings in one transaction, as ``record_within`` does one; the register is read once for all.

    Call ``finish`` at the end: it drops the mail that asks only for what is answered now.
    """

    def __init__(self, tx: Transaction, school: str, config: Config, *, today: date, now: datetime) -> None:
        self._tx, self._school, self._config, self._today, self._now = tx, school, config, today, now
        self._people = {row.id: row for row in list_people(tx, school, today)}
        self._policies = {policy.id: policy for policy in list_policies(tx, school)}
        self._readings = list_readings(list_versions(tx, school))
        self._before: dict[tuple[int, int], list[AcknowledgementRow]] = defaultdict(list)
        for row in list_acknowledgements(tx, school):
            self._before[row.person, row.policy_id].append(row)
        self._asked: dict[tuple[int, int], list[RequestRow]] = defaultdict(list)
        for request in list_requests(tx, school, only_open=True):
            self._asked[request.person, request.policy_id].append(request)
        self._repeats: dict[tuple[object, int], bool] = {}
        self._answered: dict[int, None] = {}

    def record(self, given: Given) -> Recording:
        """Record one acknowledgement, what was recorded before by this recorder included."""
        row, policy = self._people.get(given.person), self._policies.get(given.policy_id)
        reading = self._readings.get(given.policy_id)
        if row is None or policy is None or reading is None:
            return Recording(Outcome.REFUSED)
        key = (row.id, policy.id)
        known = _Known(row, policy, reading, self.does_repeat(row, policy))
        recording = _recorded(
            self._tx,
            self._school,
            self._config,
            known,
            self._before[key],
            self._asked[key],
            given,
            self._today,
            self._now,
        )
        if recording.outcome is Outcome.RECORDED and recording.acknowledgement is not None:
            self._before[key].append(recording.acknowledgement)
            self._asked[key].clear()
            self._answered[row.id] = None
        return recording

    def does_repeat(self, row: PersonRow, policy: PolicyRow) -> bool:
        """Return whether a policy is asked of somebody anew each school year."""
        # People of the same posts are asked the same.
        key = (posts_of(row, self._today), policy.id)
        if key not in self._repeats:
            asked = asked_of(row, policy.slug, policy.catalogue_slug, self._config, self._today)
            self._repeats[key] = asked.repeats
        return self._repeats[key]

    def finish(self) -> None:
        """Drop the mail that has not gone and asks only for what was recorded here."""
        if self._answered:
            cancel_answered_mail(self._tx, self._school, list(self._answered), self._now, ANSWERED_BEFORE)


@dataclass(frozen=True, slots=True)
class _Known:
    """What the register knows of one person and one policy."""

    row: PersonRow
    policy: PolicyRow
    reading: Reading
    repeats: bool
    """It is asked of them anew each school year."""


def _recorded(
    tx: Transaction,
    school: str,
    config: Config,
    known: _Known,
    before: Sequence[AcknowledgementRow],
    asked: Sequence[RequestRow],
    given: Given,
    today: date,
    now: datetime,
) -> Recording:
    """Judge somebody's word, and write it down where it counts."""
    if has_left(known.row.person, today) or known.policy.withdrawn_on is not None:
        return Recording(Outcome.REFUSED)
    before = given_here(before, known.row)
    held = find_counting(before, known.reading, counts_since(config, today, repeats=known.repeats))
    if held is not None:
        return Recording(Outcome.ALREADY, held)
    version = next((version for version in known.reading.versions if version.id == given.version_id), None)
    if version is None:
        return Recording(Outcome.REPLACED)
    asked = asked or [_ask_with_the_answer(tx, school, known, version, before, given, today)]
    year = school_year(today, repeats=known.repeats)
    word = AcknowledgementRecord(
        person=known.row.id,
        policy_id=known.policy.id,
        version_id=version.id,
        version_sha256=version.sha256,
        method=given.method,
        entered_by=given.entered_by,
        acknowledged_at=given.at,
        recorded_at=now,
        ledger_position=_seal(tx, school, known, version, given, asked[-1], year, now),
        school_year=year,
        request=asked[-1].id,
        engagement=known.row.engagement or None,
    )
    added = add_acknowledgement(tx, school, word)
    close_all(tx, school, asked, ClosedReason.ACKNOWLEDGED, now)
    return Recording(Outcome.RECORDED, added)


def _ask_with_the_answer(
    tx: Transaction,
    school: str,
    known: _Known,
    version: VersionRow,
    before: Sequence[AcknowledgementRow],
    given: Given,
    today: date,
) -> RequestRow:
    """Ask somebody who was not asked yet with their answer: an acknowledgement answers a request."""
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
    tx: Transaction,
    school: str,
    known: _Known,
    version: VersionRow,
    given: Given,
    asked: RequestRow,
    year: int,
    now: datetime,
) -> int:
    """Put a reading, and what was asked, into the ledger, whose names are held apart; return its place there."""
    row = known.row
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
    words = {"person_id": row.person.person_id, "name": row.person.name, "entered_by": given.entered_by}
    # On their own page the reader decides for themself.
    decision = Decision(tx, school, given.entered_by or row.person.name, now)
    return decision.record("acknowledgement", fields, words=words)


def check_not_own(row: PersonRow, entered_by: str) -> None:
    """Refuse somebody who enters their own reading.

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


def moment_of(day: date, config: Config, now: datetime) -> datetime:
    """Return the moment kept for something dated to the day: ``now`` for today, else noon of it at the school."""
    return now if now.astimezone(config.zone).date() == day else _noon(day, config)


def _noon(day: date, config: Config) -> datetime:
    return datetime.combine(day, time(12), tzinfo=config.zone)


def version_given(
    row: PersonRow, policy: PolicyRow, reading: Reading, day: date, config: Config, today: date, *, repeats: bool
) -> VersionRow:
    """Return which version of a policy somebody read who gave their word on ``day``: the one in use then.

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
