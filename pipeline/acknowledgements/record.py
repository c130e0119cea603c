"""Record that somebody has read a policy: acknowledgement, closed request and ledger record, or none of them.

The one door for the personal page, signed sheets (``paper``) and imported answers (``form_export``). A word given once
for a version stands; giving it again shows what is held and records nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum

from pipeline.acknowledgements.counting import Reading, counts_since, find_counting, list_readings, school_year
from pipeline.config import Config
from pipeline.errors import UsageError
from pipeline.lifecycle.wording import say_day
from pipeline.model import AcknowledgementMethod, ReadingRule
from pipeline.names.likeness import COULD_BE, same_person
from pipeline.people.obligations import asked_of, has_left
from pipeline.register.database import Register, Transaction
from pipeline.register.decision import Decision
from pipeline.register.people import PersonRow, find_person
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
    if row is None or has_left(row.person, today):
        return Recording(Outcome.REFUSED)
    policy = next((policy for policy in list_policies(tx, school) if policy.id == given.policy_id), None)
    reading = list_readings(list_versions(tx, school, given.policy_id)).get(given.policy_id)
    if policy is None or reading is None or policy.withdrawn_on is not None:
        return Recording(Outcome.REFUSED)
    before = list_acknowledgements(tx, school, person=given.person, policy_id=policy.id)
    repeats = asked_of(row, policy.slug, policy.catalogue_slug, config, today).repeats
    held = find_counting(before, reading, counts_since(config, today, repeats=repeats))
    if held is not None:
        return Recording(Outcome.ALREADY, held)
    version = next((version for version in reading.versions if version.id == given.version_id), None)
    if version is None:
        return Recording(Outcome.REPLACED)
    year = school_year(today, repeats=repeats)
    return Recording(Outcome.RECORDED, _add(tx, school, row, policy, version, given, year, now))


def _add(
    tx: Transaction,
    school: str,
    row: PersonRow,
    policy: PolicyRow,
    version: VersionRow,
    given: Given,
    year: int,
    now: datetime,
) -> AcknowledgementRow:
    asked = _asked(tx, school, row, version, given)
    word = AcknowledgementRecord(
        person=row.id,
        policy_id=policy.id,
        version_id=version.id,
        version_sha256=version.sha256,
        method=given.method,
        entered_by=given.entered_by,
        acknowledged_at=given.at,
        recorded_at=now,
        ledger_position=_seal(tx, school, row, policy, version, given, now),
        school_year=year,
        request=asked[-1].id,
    )
    added = add_acknowledgement(tx, school, word)
    close_all(tx, school, asked, ClosedReason.ACKNOWLEDGED, now)
    cancel_answered_mail(tx, school, [row.id], now, "acknowledged before it went")
    return added


def _asked(tx: Transaction, school: str, row: PersonRow, version: VersionRow, given: Given) -> Sequence[RequestRow]:
    """Return what the person is asked of the policy; who was not asked yet answers what is asked with the answer."""
    asked = list_requests(tx, school, person=row.id, only_open=True)
    found = [one for one in asked if one.policy_id == version.policy_id]
    day = given.at.date()
    return found or [
        open_request(
            tx,
            school,
            person=row.id,
            policy_id=version.policy_id,
            version_id=version.id,
            rule=ReadingRule.SIGN,
            asked_on=day,
            due_on=day,
        )
    ]


def _seal(
    tx: Transaction, school: str, row: PersonRow, policy: PolicyRow, version: VersionRow, given: Given, now: datetime
) -> int:
    """Put a reading into the ledger, whose names are held apart; return its place there."""
    fields: dict[str, str | int | None] = {
        "policy": policy.slug,
        "version": version.number,
        "sha256": version.sha256,
        "method": given.method.value,
        "acknowledged_at": given.at.isoformat(),
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
    row: PersonRow, policy: PolicyRow, reading: Reading, day: date, config: Config, today: date
) -> VersionRow:
    """Return which version of a policy somebody read who gave their word on ``day``: the one in use then.

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
    repeats = asked_of(row, policy.slug, policy.catalogue_slug, config, today).repeats
    if _noon(day, config) < counts_since(config, today, repeats=repeats):
        raise UsageError(
            f"{name} read {policy.title} on {said}; it is asked for anew each school year, and that day was before it."
        )
    return version
