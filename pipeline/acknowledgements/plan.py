"""Turn what is owed into requests, and requests into one mail a person. One transaction, before anything is sent.

Called by ``run`` after copies are made and staff are imported. Asking twice is impossible: a request stays open until
it is answered, and what each mail puts before its reader is noted beside the outbox.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from pipeline.acknowledgements.changed import ChangesForReaders
from pipeline.acknowledgements.counting import Reading, counts_since, find_counting, list_readings
from pipeline.acknowledgements.reader_mail import MailContents, MailPlanner, MailSize, QueuedMail
from pipeline.config import Config
from pipeline.copies.confirmations import contacts_of_day
from pipeline.mail.reviews import OwnedReviews
from pipeline.model import PolicyStanding, ReadingRule
from pipeline.people.obligations import Obligation, has_left, is_away, obligations
from pipeline.people.staff_list import shared_addresses
from pipeline.policies.version_labels import label_versions
from pipeline.register.copies import CopyRow, copies_to_give
from pipeline.register.database import Register, Transaction
from pipeline.register.decisions import list_overrides
from pipeline.register.people import PersonRow, list_people
from pipeline.register.policies import list_versions
from pipeline.register.reader_mail import cancel_all_mail, cancel_answered_mail
from pipeline.register.requests import (
    AcknowledgementRow,
    ClosedReason,
    RequestRow,
    close_request,
    list_acknowledgements,
    list_requests,
    open_request,
)


@dataclass(frozen=True, slots=True)
class PaperItem:
    """One policy that somebody is to read on paper."""

    slug: str
    title: str
    due_on: date


@dataclass(frozen=True, slots=True)
class PaperReader:
    """Somebody whom mail does not reach, and what they are still to read and sign."""

    person: PersonRow
    why: str
    """``no e-mail address`` or ``shares an address``."""
    items: tuple[PaperItem, ...]


@dataclass(frozen=True, slots=True)
class RequestPlan:
    """What one day's planning did."""

    opened: tuple[RequestRow, ...] = ()
    closed: tuple[RequestRow, ...] = ()
    """As they were while open."""
    queued: tuple[QueuedMail, ...] = ()
    paper: tuple[PaperReader, ...] = ()
    """Everybody whom mail does not reach and who still owes something, asked today or before."""
    away: tuple[PersonRow, ...] = ()
    """Who is asked only once they are back."""
    waiting_for_copy: tuple[str, ...] = ()
    """Titles of policies that nobody is asked to read today, since no copy of them as they are today could be made."""
    size: MailSize = field(default_factory=MailSize)


def plan_requests(
    register: Register,
    config: Config,
    standings: Sequence[PolicyStanding],
    copies: Mapping[int, CopyRow],
    *,
    secret: str,
    today: date,
    now: datetime,
    reviews: Mapping[str, OwnedReviews] | None = None,
) -> RequestPlan:
    """Open what is owed and not yet asked, close what need not be answered any more, and queue one mail a person.

    ``copies`` are the current copies by the register's key of the policy; a policy without one of its version in force
    is not asked for, nor is one whose newest copy could not be made while the one before names people who changed.
    ``secret`` signs the personal links. ``reviews`` are what owners are to be told today, by address in lower case: who
    is mailed anyway finds theirs in the same mail, noted as told.

    Raises:
        ConfigurationError: when a mail template cannot be filled; nothing is kept then.
    """
    with register.transaction() as tx:
        right = copies_to_give(tx, register.school)
        copies = {policy_id: copy for policy_id, copy in copies.items() if policy_id in right}
        desk = _Desk(tx, register.school, config, standings, copies, today, now)
        closed = desk.close_finished()
        opened = desk.open_owed()
        queued, size = desk.queue_mail(secret, reviews or {})
        return RequestPlan(
            tuple(opened),
            tuple(closed),
            tuple(queued),
            desk.list_paper(),
            desk.list_away(),
            desk.waiting_for_copy,
            size,
        )


class _Desk:
    """One day's work on requests: what is owed, what is open, what was answered."""

    def __init__(
        self,
        tx: Transaction,
        school: str,
        config: Config,
        standings: Sequence[PolicyStanding],
        copies: Mapping[int, CopyRow],
        today: date,
        now: datetime,
    ) -> None:
        self._tx, self._school, self._config, self._today, self._now = tx, school, config, today, now
        self._copies = copies
        self._people = list_people(tx, school, today)
        versions = list_versions(tx, school)
        self._readings: Mapping[int, Reading] = list_readings(versions)
        shown = contacts_of_day(tx, school, config, today).shown
        labels = label_versions(versions, list_overrides(tx, school))
        self._changes = ChangesForReaders(tx, versions, config.zone, labels=labels, directory=shown)
        self._acknowledgements = _by_person(list_acknowledgements(tx, school))
        owed = [one for one in obligations(self._people, standings, config, today) if self._in_force(one)]
        self._owed = [one for one in owed if _has_copy(one, copies)]
        self.waiting_for_copy: tuple[str, ...] = tuple(
            dict.fromkeys(
                one.standing.title for one in owed if one.rule is not ReadingRule.FIND and not _has_copy(one, copies)
            )
        )
        self._signing = {(one.person.id, one.standing.policy_id) for one in owed if one.rule is ReadingRule.SIGN}
        self._repeating = {(one.person.id, one.standing.policy_id) for one in owed if one.repeats}
        self._shared = shared_addresses([row.person for row in self._people if not has_left(row.person, today)])

    def _in_force(self, one: Obligation) -> bool:
        reading = self._readings.get(one.standing.policy_id)
        return reading is not None and reading.in_force.id == one.standing.version_id

    def _is_read(self, person: int, policy_id: int) -> bool:
        reading, given = self._readings.get(policy_id), self._acknowledgements.get(person, ())
        since = counts_since(self._config, self._today, repeats=(person, policy_id) in self._repeating)
        return reading is not None and find_counting(given, reading, since) is not None

    def open_requests(self) -> Sequence[RequestRow]:
        """Return what is open now."""
        return list_requests(self._tx, self._school, only_open=True)

    def close_finished(self) -> list[RequestRow]:
        """Close what was answered, is not asked any more, or was replaced; drop the mail that asks only for that."""
        by_id = {row.id: row for row in self._people}
        closed = []
        for request in self.open_requests():
            reason = self._reason_to_close(request, by_id[request.person])
            if reason is not None and close_request(self._tx, self._school, request.id, reason, self._now):
                closed.append(request)
                if reason is ClosedReason.SUPERSEDED:
                    self._move(request)
        for person in dict.fromkeys(request.person for request in closed):
            if has_left(by_id[person].person, self._today):
                cancel_all_mail(self._tx, self._school, person, self._now, "no longer asked")
            else:
                cancel_answered_mail(self._tx, self._school, [person], self._now, "no longer asked")
        return closed

    def _reason_to_close(self, request: RequestRow, row: PersonRow) -> ClosedReason | None:
        if has_left(row.person, self._today):
            return ClosedReason.LEFT
        if self._is_read(request.person, request.policy_id):
            return ClosedReason.ACKNOWLEDGED
        if (request.person, request.policy_id) not in self._signing:
            return None if self._is_to_come(request) else ClosedReason.NOT_NEEDED
        same = request.version_id in self._readings[request.policy_id].same_words
        return None if same else ClosedReason.SUPERSEDED

    def _is_to_come(self, request: RequestRow) -> bool:
        """Return whether the papers of somebody who starts later were printed, and are still right."""
        reading = self._readings.get(request.policy_id)
        return request.asked_on > self._today and reading is not None and request.version_id in reading.covered

    def _move(self, request: RequestRow) -> None:
        """After a small change ask for the new version instead, by the same day; a larger one is asked for afresh."""
        reading = self._readings[request.policy_id]
        if request.version_id in reading.covered:
            open_request(
                self._tx,
                self._school,
                person=request.person,
                policy_id=request.policy_id,
                version_id=reading.in_force.id,
                rule=request.rule,
                asked_on=self._today,
                due_on=request.due_on,
            )

    def open_owed(self) -> list[RequestRow]:
        """Open a request for each policy that somebody present owes and was not asked for."""
        asked = {(request.person, request.policy_id) for request in self.open_requests()}
        return [
            open_request(
                self._tx,
                self._school,
                person=one.person.id,
                policy_id=one.standing.policy_id,
                version_id=self._readings[one.standing.policy_id].in_force.id,
                rule=one.rule,
                asked_on=one.asked_on,
                due_on=one.due_on,
            )
            for one in self._owed
            if one.rule is ReadingRule.SIGN
            and not is_away(one.person.person, self._today)
            and (one.person.id, one.standing.policy_id) not in asked
            and not self._is_read(one.person.id, one.standing.policy_id)
        ]

    def _reachable(self) -> Mapping[int, Sequence[Obligation]]:
        """Return what is owed by each person whom mail reaches today, by the register's key of the person."""
        owed: dict[int, list[Obligation]] = defaultdict(list)
        for one in self._owed:
            if self._own_address(one.person) and not is_away(one.person.person, self._today):
                owed[one.person.id].append(one)
        return owed

    def _own_address(self, row: PersonRow) -> bool:
        address = row.person.work_email
        return address is not None and address.casefold() not in self._shared

    def queue_mail(self, secret: str, reviews: Mapping[str, OwnedReviews]) -> tuple[list[QueuedMail], MailSize]:
        """Queue one mail for each person who has not been told of something they owe; return what was queued."""
        contents = MailContents(self._copies, self._readings, self._changes, reviews, secret)
        planner = MailPlanner(self._tx, self._school, self._config, contents, today=self._today, now=self._now)
        queued = planner.queue_all(self._reachable(), self.open_requests(), self._acknowledgements)
        return queued, planner.size

    def list_paper(self) -> tuple[PaperReader, ...]:
        """Return whom mail does not reach and what is still open for them."""
        titles = {one.standing.policy_id: one.standing for one in self._owed}
        due: dict[int, list[PaperItem]] = defaultdict(list)
        for request in self.open_requests():
            if standing := titles.get(request.policy_id):
                due[request.person].append(PaperItem(standing.slug, standing.title, request.due_on))
        return tuple(
            PaperReader(row, "shares an address" if row.person.work_email else "no e-mail address", tuple(due[row.id]))
            for row in self._people
            if row.id in due and not self._own_address(row) and not is_away(row.person, self._today)
        )

    def list_away(self) -> tuple[PersonRow, ...]:
        """Return who is away and would be asked for something."""
        return tuple(
            dict.fromkeys(
                one.person
                for one in self._owed
                if one.rule is ReadingRule.SIGN
                and is_away(one.person.person, self._today)
                and not self._is_read(one.person.id, one.standing.policy_id)
            )
        )


def _has_copy(one: Obligation, copies: Mapping[int, CopyRow]) -> bool:
    copy = copies.get(one.standing.policy_id)
    return one.rule is ReadingRule.FIND or (copy is not None and copy.version_id == one.standing.version_id)


def _by_person(rows: Sequence[AcknowledgementRow]) -> Mapping[int, Sequence[AcknowledgementRow]]:
    by_person: dict[int, list[AcknowledgementRow]] = defaultdict(list)
    for row in rows:
        by_person[row.person].append(row)
    return by_person
