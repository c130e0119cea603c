"""Decide what each reader is mailed today, and queue it: at most one mail a person.

Who also looks after a review that is to be told today finds it in the same mail, unless that mail would wait for the
confirmation of a mailing.

Part of ``plan``. What a person was told is noted by version and route, so that a version is put before them once;
turning the SMTP route on tells everybody afresh who still owes something.
"""

import hashlib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path

from pipeline.acknowledgements.changed import ChangesForReaders, why_again
from pipeline.acknowledgements.counting import Reading
from pipeline.acknowledgements.links import personal_link
from pipeline.config import Config
from pipeline.copies.confirmations import contacts_of_day
from pipeline.lifecycle.calendar import next_mail_day
from pipeline.lifecycle.wording import say_day
from pipeline.mail import outbox
from pipeline.mail.mailings import mailing_waits
from pipeline.mail.messages import (
    Attachment,
    ComposedMail,
    ReadingItem,
    attached_bytes,
    attachment_name,
    compose_notice,
    compose_reading,
    mail_context,
    tells_reviews,
)
from pipeline.mail.reviews import OwnedReviews, note_reviews
from pipeline.model import MailKind, ReadingRule
from pipeline.people.obligations import Obligation
from pipeline.register.campaigns import put_into_campaign
from pipeline.register.copies import CopyRow
from pipeline.register.database import Transaction
from pipeline.register.outbox import cancel_messages
from pipeline.register.people import PersonRow
from pipeline.register.reader_mail import list_stale_mail, list_told_readers
from pipeline.register.requests import (
    AcknowledgementRow,
    DeadlineReason,
    RequestRow,
    date_request,
)
from pipeline.register.told import ASKED, About, ToldRecord, ToldRow, add_told


@dataclass(frozen=True, slots=True)
class QueuedMail:
    """One mail put into the outbox."""

    message: int
    """The outbox's key."""
    person: PersonRow
    kind: MailKind
    titles: tuple[str, ...]
    """The policies it asks to read, or of a notice those it tells of."""
    minutes: int
    """The reading it asks for."""
    reviews: tuple[str, ...] = ()
    """Slugs of the policies whose review it tells their owner of as well."""


@dataclass(frozen=True, slots=True)
class MailSize:
    """What the copies add to one day's mails to readers."""

    attached_bytes: int = 0
    """With every copy attached, as it is written in the mails."""
    carried: bool = True
    """Whether they are attached; else each mail says where the copies are."""


@dataclass(frozen=True, slots=True)
class _Entry:
    """One policy as today's mail would put it before its reader."""

    item: ReadingItem
    version_id: int
    request_id: int | None


@dataclass(frozen=True, slots=True)
class _Letter:
    """What one person would be mailed today."""

    kind: MailKind
    entries: tuple[_Entry, ...]


@dataclass(frozen=True, slots=True)
class MailContents:
    """What the day's mail can tell its readers, by policy or person."""

    copies: Mapping[int, CopyRow]
    """The copies to give, by the register's key of the policy."""
    readings: Mapping[int, Reading]
    """Which versions are the same reading, by the register's key of the policy."""
    changes: ChangesForReaders
    reviews: Mapping[str, OwnedReviews]
    """What owners are to be told today, by address in lower case."""
    secret: str
    """Signs the personal links."""


class MailPlanner:
    """Works through the people whom mail reaches and queues what each is to be told today."""

    def __init__(
        self,
        tx: Transaction,
        school: str,
        config: Config,
        contents: MailContents,
        *,
        today: date,
        now: datetime,
    ) -> None:
        self._tx, self._school, self._config, self._today, self._now = tx, school, config, today, now
        self._contents, self._reviews = contents, contents.reviews
        self._context = mail_context(config, contacts_of_day(tx, school, config, today).safety, today)
        self._route = config.mail.route
        self.size = MailSize()
        """What ``queue_all`` made of the copies."""
        self._mailing_of = self._drop_stale()
        self._told: dict[int, list[ToldRow]] = defaultdict(list)
        for told in list_told_readers(tx, school):
            self._told[told.person or 0].append(told)

    def queue_all(
        self,
        owed: Mapping[int, Sequence[Obligation]],
        open_requests: Sequence[RequestRow],
        acknowledgements: Mapping[int, Sequence[AcknowledgementRow]],
    ) -> list[QueuedMail]:
        """Queue one mail for each person who has not been told of something they owe; return what was queued."""
        open_by_policy = {(request.person, request.policy_id): request for request in open_requests}
        letters = [
            (obligations[0].person, letter)
            for person, obligations in owed.items()
            if (letter := self._letter(obligations, open_by_policy, acknowledgements.get(person, ()))) is not None
        ]
        # A reminder that waited with a mailing would come too late without anybody knowing.
        if mailing_waits(self._tx, self._school, self._route, self._config.mail.confirm_above, more=len(letters)):
            self._reviews = {}
        self._weigh([letter for _, letter in letters])
        queued = [self._queue(row, letter) for row, letter in letters]
        return [mail for mail in queued if mail is not None]

    def _weigh(self, letters: Sequence[_Letter]) -> None:
        """Decide whether today's mails carry their copies: not where they would fill a disk or a mail server.

        By mail they do where a reader has no page to find the copies on.
        """
        size = sum(attached_bytes([entry.item for entry in letter.entries]) for letter in letters)
        fits = size <= self._config.mail.attach_below_mb * 1_000_000
        folder = self._route == "folder"
        carried = fits or not (folder or self._config.web.base_url)
        self.size = MailSize(size, carried)
        copies = str(self._config.distribution / "copies") if folder and not carried else ""
        self._context = replace(self._context, carries=carried, copies_folder=copies)

    def _drop_stale(self) -> Mapping[int, int | None]:
        """Drop the mail that waited past the day it asks to read by, or whose reader has another address now.

        It is planned afresh in the mailing it waited with: return that of each such reader.
        """
        goes_on = next_mail_day(self._today, self._config.calendar.closed)
        stale = list_stale_mail(self._tx, self._school, self._route, goes_on)
        messages = tuple(mail.message for mail in stale)
        cancel_messages(self._tx, self._school, messages, "it was for an earlier day or address", self._now)
        return {mail.person: mail.campaign for mail in stale}

    def _letter(
        self,
        obligations: Sequence[Obligation],
        open_by_policy: Mapping[tuple[int, int], RequestRow],
        given: Sequence[AcknowledgementRow],
    ) -> _Letter | None:
        person = obligations[0].person.id
        is_starter = obligations[0].is_starter and not self._told_versions(person)
        asked, find, notices = [], [], []
        for one in obligations:
            request = open_by_policy.get((person, one.standing.policy_id))
            if one.rule is ReadingRule.FIND:
                if one.standing.policy_id in self._contents.copies:
                    find.append(self._entry(one, "it is good to know where it is", None))
            elif self._is_to_be_told(one, request):
                why = why_again(given, self._contents.readings[one.standing.policy_id]) or one.duty.why
                asked.append(self._entry(one, why, request, given))
            elif self._changed_a_little(one, given):
                entry = self._entry(one, self._why_notice(request), request, given)
                notices.append(replace(entry, item=replace(entry.item, still_owed=request is not None)))
        if asked or (is_starter and find):
            return _Letter(MailKind.STARTER if is_starter else MailKind.READING, (*asked, *find))
        # A notice waits for a day on which its reader gets no other mail.
        return _Letter(MailKind.NOTICE, tuple(notices)) if notices else None

    def _told_versions(self, person: int, *, any_route: bool = False) -> set[int]:
        found = (told for told in self._told[person] if any_route or told.route == self._route)
        return {told.version_id for told in found if told.version_id is not None}

    def _is_to_be_told(self, one: Obligation, request: RequestRow | None) -> bool:
        """Return whether this reading is still owed and no mail of today's route has put it before the reader."""
        if one.rule is ReadingRule.SIGN and request is None:
            return False
        told = [told for told in self._told[one.person.id] if told.route == self._route]
        if request is not None and any(item.request == request.id for item in told):
            return False
        covered = self._contents.readings[one.standing.policy_id].covered
        asked_again = request is not None and one.repeats
        return asked_again or not any(item.version_id in covered for item in told)

    def _changed_a_little(self, one: Obligation, given: Sequence[AcknowledgementRow]) -> bool:
        """Return whether the reader knows an earlier version and has not been told of the words in force."""
        reading = self._contents.readings[one.standing.policy_id]
        known = self._told_versions(one.person.id, any_route=True) | {row.version_id for row in given}
        return bool(known & reading.covered) and not known & reading.same_words

    def _why_notice(self, request: RequestRow | None) -> str:
        if request is None:
            return "A small change, no need to read it again."
        by = f" by {say_day(request.due_on)}" if request.due_on >= self._today else ""
        return f"A small change. You have not recorded your reading of it yet: please read the new copy{by}."

    def _entry(
        self, one: Obligation, why: str, request: RequestRow | None, given: Sequence[AcknowledgementRow] = ()
    ) -> _Entry:
        standing, in_force = one.standing, self._contents.readings[one.standing.policy_id].in_force
        item = ReadingItem(
            title=standing.title,
            slug=standing.slug,
            rule=one.rule,
            minutes=standing.reading_minutes,
            due_on=one.due_on,
            attachment=None if one.rule is ReadingRule.FIND else _attachment(one, self._contents.copies),
            why=why,
            address=standing.address or "",
            changes=self._contents.changes.since_last_reading(given, in_force),
        )
        return _Entry(item, in_force.id, request.id if request else None)

    def _queue(self, row: PersonRow, letter: _Letter) -> QueuedMail | None:
        reviews = self._reviews.get((row.person.work_email or "").casefold())
        mail = self._compose(row, letter, reviews)
        if reviews is not None and not tells_reviews(mail, reviews.items):
            reviews, mail = None, self._compose(row, letter, None)
        outgoing = outbox.OutgoingMail(
            kind=letter.kind,
            person=row.id,
            recipient=row.person.work_email or "",
            mail=mail,
            due_on=self._today,
            key=self._key(row, letter),
            route=self._route,
        )
        message = outbox.queue(self._tx, self._school, outgoing, self._now)
        if message is None:
            return None
        self._note(message, row, letter)
        if (mailing := self._mailing_of.get(row.id)) is not None:
            put_into_campaign(self._tx, self._school, (message,), mailing)
        if reviews is not None:
            note_reviews(self._tx, self._school, reviews, message, self._route)
        asked = [entry.item for entry in letter.entries if entry.item.rule is not ReadingRule.FIND]
        minutes = 0 if letter.kind is MailKind.NOTICE else sum(item.minutes for item in asked)
        slugs = tuple(item.standing.slug for item in reviews.items) if reviews is not None else ()
        return QueuedMail(message, row, letter.kind, tuple(item.title for item in asked), minutes, slugs)

    def _compose(self, row: PersonRow, letter: _Letter, reviews: OwnedReviews | None) -> ComposedMail:
        items = [entry.item for entry in letter.entries]
        page_url = personal_link(self._config, self._contents.secret, row, self._school) or None
        first_name = row.person.first_name or row.person.last_name
        told = reviews.items if reviews is not None else ()
        if letter.kind is MailKind.NOTICE:
            return compose_notice(self._context, first_name=first_name, items=items, page_url=page_url, reviews=told)
        return compose_reading(
            self._context,
            first_name=first_name,
            items=items,
            page_url=page_url,
            starter=letter.kind is MailKind.STARTER,
            reviews=told,
        )

    def _key(self, row: PersonRow, letter: _Letter) -> str:
        told = ",".join(f"{entry.version_id}/{entry.request_id or ''}" for entry in letter.entries)
        digest = hashlib.sha256(f"{row.person.work_email}\n{told}".encode()).hexdigest()[:16]
        return f"{self._route}:{row.id}:{letter.kind.value}:{self._today}:{digest}"

    def _note(self, message: int, row: PersonRow, letter: _Letter) -> None:
        records = []
        for entry in letter.entries:
            if letter.kind is not MailKind.NOTICE and entry.request_id is not None:
                late = DeadlineReason.MAIL_LATE
                date_request(self._tx, self._school, entry.request_id, entry.item.due_on, late, self._now)
            about = About.FIND if entry.item.rule is ReadingRule.FIND else About.READING
            about = About.NOTICE if letter.kind is MailKind.NOTICE else about
            records.append(
                ToldRecord(
                    message=message,
                    person=row.id,
                    address=(row.person.work_email or "").casefold(),
                    route=self._route,
                    about=about,
                    stage=ASKED if about is About.READING else None,
                    version_id=entry.version_id,
                    request=None if letter.kind is MailKind.NOTICE else entry.request_id,
                    due_on=entry.item.due_on,
                )
            )
        add_told(self._tx, self._school, records)


def _attachment(one: Obligation, copies: Mapping[int, CopyRow]) -> Attachment | None:
    copy = copies.get(one.standing.policy_id)
    if copy is None or not (copy.pdf_path and copy.pdf_sha256 and copy.pdf_bytes):
        return None
    return Attachment(
        copy_id=copy.id,
        file_name=attachment_name(one.standing.title),
        path=Path(copy.pdf_path),
        sha256=copy.pdf_sha256,
        size_bytes=copy.pdf_bytes,
    )
