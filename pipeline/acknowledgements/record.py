"""Record that somebody has read a policy: acknowledgement, closed request and ledger record, or none of them.

The one door for the personal page, paper sheets and imported answers. A word given once for a version stands; giving it
again shows what is held and records nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from pipeline.acknowledgements.counting import Reading, counts_since, find_counting, list_readings, school_year
from pipeline.config import Config
from pipeline.errors import UsageError
from pipeline.model import AcknowledgementMethod, ReadingRule
from pipeline.names.likeness import COULD_BE, same_person
from pipeline.people.obligations import asked_of, has_left
from pipeline.register import ledger
from pipeline.register.database import Register, Transaction
from pipeline.register.people import PersonRow, find_by_list_id, find_person
from pipeline.register.policies import PolicyRow, VersionRow, find_policy, list_policies, list_versions
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

    It is recorded for the version in force, whose hash is kept, as long as every change since the version they read
    asked nobody to read again. Mail to them that has not gone and asks only for what is now answered is dropped.
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
    if given.version_id not in reading.covered:
        return Recording(Outcome.REPLACED)
    year = school_year(today, repeats=repeats)
    return Recording(Outcome.RECORDED, _add(tx, school, row, policy, reading.in_force, given, year, now))


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
    personal = {"person_id": row.person.person_id, "name": row.person.name}
    if given.entered_by:
        personal["entered_by"] = given.entered_by
    return ledger.append(tx, school, "acknowledgement", fields, personal=personal, now=now)


def record_on_paper(
    register: Register,
    config: Config,
    *,
    person_id: str,
    slug: str,
    signed_on: date,
    entered_by: str,
    today: date,
    now: datetime,
) -> Recording:
    """Record a signed sheet: the list's key of the person, the policy, the day on the sheet, and who types it in.

    Raises:
        UsageError: nobody or nothing is known by that key or slug, the day has not come, or somebody would be entering
            their own sheet.
    """
    if signed_on > today:
        raise UsageError(f"{signed_on} has not come yet; give the day on the sheet.")
    with register.transaction() as tx:
        row = _one_person(tx, register.school, person_id, today)
        typed_by = entered_by.strip()
        check_not_own(row, typed_by)
        version, day = _reading_of(tx, register.school, slug).in_force, moment_of(signed_on, config, now)
        given = Given(row.id, version.policy_id, version.id, AcknowledgementMethod.PAPER, day, typed_by)
        recording = record_within(tx, register.school, config, given, today=today, now=now)
    if recording.outcome is Outcome.REFUSED:
        raise UsageError(f"{row.person.name} has left, so nothing was recorded.")
    return recording


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
    noon = datetime.combine(day, datetime.min.time().replace(hour=12), tzinfo=config.zone)
    return now if now.astimezone(config.zone).date() == day else noon


def _one_person(tx: Transaction, school: str, person_id: str, today: date) -> PersonRow:
    rows = find_by_list_id(tx, school, person_id, today)
    if len(rows) != 1:
        found = "nobody has" if not rows else f"{len(rows)} people have"
        raise UsageError(
            f"{found.capitalize()} the id {person_id!r}; `policy staff list` shows everybody with their id."
        )
    return rows[0]


def _reading_of(tx: Transaction, school: str, slug: str) -> Reading:
    policy = find_policy(tx, school, slug)
    reading = list_readings(list_versions(tx, school, policy.id)).get(policy.id) if policy else None
    if reading is None:
        raise UsageError(f"No policy in use is called {slug!r}; `policy status` shows what each is called.")
    return reading
