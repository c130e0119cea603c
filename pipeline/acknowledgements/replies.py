"""Take in what came back to our mails: bounces, automatic replies, "I have read", and what people write.

Each mail is judged and recorded in one transaction of its own with the place in the mailbox, so that a run that is
killed takes none twice and loses none. Only a person's own words, from the address the mail went to, acknowledge
anything; in doubt the office is asked to look (``letters.contributors.returned``). Of no mail any words are kept.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from pipeline.acknowledgements.codes import mail_code, mails_named
from pipeline.acknowledgements.reply import is_forged, judge_reply, record_reply
from pipeline.config import Config
from pipeline.dates.calendar import school_day_from
from pipeline.mail.inbox.bounces import Bounce, Failure, read_bounce
from pipeline.mail.inbox.mailbox import Head, Mailbox, MailboxPage
from pipeline.mail.inbox.nature import SERVERS, Nature, nature_of
from pipeline.mail.inbox.received import (
    Received,
    UnreadableError,
    addresses_in,
    mail_of_head,
    message_ids_in,
    parse_head,
    parse_mail,
    print_of,
)
from pipeline.people.lists.staff_list import shared_addresses
from pipeline.people.obligations import has_left
from pipeline.register.mail import inbox
from pipeline.register.mail.inbox import Answered, ItemKind, MailboxPosition, NewItem, ReplyReason
from pipeline.register.people.persons import PersonRow, list_people
from pipeline.register.store.database import Register
from pipeline.register.transaction import Transaction

AWAY_SCHOOL_DAYS = 5
"""So long nobody is reminded after an automatic reply."""
MOST_TAKEN = 2_000
"""So many mails are fetched in one go; the rest is for the next."""
MOST_STRANGERS = 20
"""So many mails a day of people on no list are passed on and answered; of more it is said that there are more."""
PASSED_ON_WITHIN = timedelta(days=14)
"""Older mail that answers nothing of ours is left alone: it lay there before anybody looked into the mailbox."""

_REPLY_SUBJECT = re.compile(r"\s*(re|aw|sv|antw|res|odp)\s*(\[\d+\])?\s*:", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class ToAnswer:
    """A person who wrote to a mailbox that nobody watches."""

    address: str
    row: PersonRow | None
    """None for an address of nobody on the lists."""
    message_id: str
    """Of their mail; empty where it has none."""
    is_stranger: bool = False
    """On no list, and they answer no mail of ours."""


@dataclass(slots=True)
class TakenIn:
    """What one look into the mailbox came to. Counts are mails."""

    seen: int = 0
    """New in the mailbox."""
    bounced: int = 0
    """Mails of ours that could not be delivered."""
    delayed: int = 0
    """Reports that a mail is late: nothing follows from them."""
    away: int = 0
    """Automatic replies of readers."""
    read: int = 0
    """Replies that acknowledged."""
    replies: int = 0
    """For the office to look at."""
    answered: int = 0
    """Of these, people told that nobody watches the mailbox."""
    machines: int = 0
    """Receipts, lists and other programs."""
    unreadable: int = 0
    strange: int = 0
    """Nothing of ours; left alone."""
    is_whole: bool = True
    """Nothing is left for the next look."""


@dataclass(slots=True)
class Taker:
    """Takes in the mails of one mailbox."""

    register: Register
    config: Config
    secret: str | None
    """With which codes are read; None where it is not the right one, and mails are known by Message-ID alone."""
    today: date
    now: datetime
    answer: Callable[[Transaction, ToAnswer], bool]
    """Queues the answer to a writer, in the transaction in which their mail is taken in; False where they had one."""
    stop: Callable[[], bool] = lambda: False
    taken: TakenIn = field(default_factory=TakenIn)
    _people: dict[str, PersonRow] = field(default_factory=dict)
    _fetched: int = 0
    _strangers: int = 0
    """Mails of people on no list that were passed on today."""

    def take_in(self, mailbox: Mailbox) -> TakenIn:
        """Take in what is new in a mailbox; return what it came to.

        Raises:
            DeliveryError: the mailbox does not answer any more; what was taken in so far is kept.
        """
        name, school = self.config.inbox.mailbox, self.register.school
        with self.register.reading() as tx:
            place = inbox.find_place(tx, school, name)
            midnight = datetime.combine(self.today, time(0), tzinfo=self.config.zone)
            self._strangers = inbox.count_strangers(tx, school, midnight)
            rows = [row for row in list_people(tx, school, self.today) if not has_left(row.person, self.today)]
        shared = shared_addresses([row.person for row in rows])
        addresses = {(row.person.work_email or "").casefold(): row for row in rows}
        self._people = {address: row for address, row in addresses.items() if address and address not in shared}
        for page in mailbox.pages(place):
            if not self._take_some(mailbox, page):
                self.taken.is_whole = False
                break
        return self.taken

    def _take_some(self, mailbox: Mailbox, page: MailboxPage) -> bool:
        """Take in some mails; return False where it is time to stop."""
        headers = [parse_head(head.headers) if head.headers else None for head in page.heads]
        with self.register.reading() as tx:
            ours = [
                each is None or self._is_for_us(tx, each) or self._is_to_us(head, each)
                for head, each in zip(page.heads, headers, strict=True)
            ]
        for head, known, is_for_us in zip(page.heads, headers, ours, strict=True):
            if self.stop() or self._fetched >= MOST_TAKEN:
                return False
            if is_for_us and not self._is_taken(known):
                self._fetched += 1
                self._take(mailbox, head)
            elif not is_for_us:
                self.taken.strange += 1
            self.taken.seen += 1
        if page.place is not None:
            with self.register.transaction() as tx:
                self._note_place(tx, page.place)
        return True

    def _is_taken(self, headers: Mapping[str, tuple[str, ...]] | None) -> bool:
        """Return whether a mail was taken in before, as far as its head tells."""
        if not headers or not headers.get("message-id"):
            return False
        with self.register.reading() as tx:
            return inbox.is_taken(tx, self.register.school, print_of(headers, b""))

    def _note_place(self, tx: Transaction, place: MailboxPosition | None) -> None:
        if place is not None:
            inbox.note_place(tx, self.register.school, self.config.inbox.mailbox, place, self.now)

    def _is_for_us(self, tx: Transaction, headers: Mapping[str, tuple[str, ...]]) -> bool:
        """Return whether a mail can be about one of ours, by its head alone."""
        answers = message_ids_in((*headers.get("in-reply-to", ()), *headers.get("references", ())))
        senders = addresses_in(headers.get("from", ()))
        subject = next(iter(headers.get("subject", ())), "")
        kind = next(iter(headers.get("content-type", ())), "").casefold()
        is_report = (
            kind.startswith("multipart/report")
            or "x-failed-recipients" in headers
            or any(SERVERS.match(address) for address in senders)
            or any(value.strip() == "<>" for value in headers.get("return-path", ()))
        )
        if is_report or self._known(tx, answers, subject):
            return True
        is_reply = bool(answers) or bool(_REPLY_SUBJECT.match(subject))
        return is_reply and any(address in self._people for address in senders)

    def _is_to_us(self, head: Head, headers: Mapping[str, tuple[str, ...]]) -> bool:
        """Return whether a mail is a person's to a mailbox that is ours alone, as far as its head tells."""
        if not self._is_passed_on(head) or nature_of(mail_of_head(headers)) is not Nature.PERSON:
            return False
        is_known = any(address in self._people for address in addresses_in(headers.get("from", ())))
        return is_known or self._strangers <= MOST_STRANGERS

    def _is_passed_on(self, head: Head) -> bool:
        """Return whether the office hears of a mail that answers nothing of ours."""
        return self.config.inbox.own and head.arrived_at > self.now - PASSED_ON_WITHIN

    def _known(self, tx: Transaction, message_ids: Sequence[str], words: str) -> tuple[Answered, ...]:
        """Return our mails that Message-IDs or the codes in a text name, in that order, each once."""
        school, secret = self.register.school, self.secret
        by_id = {row.message_id: row for row in inbox.list_answered(tx, school, message_ids=message_ids)}
        found = [by_id[each] for each in message_ids if each in by_id]
        if secret is not None:
            named = mails_named(secret, school, words)
            rows = {row.id: row for row in inbox.list_answered(tx, school, keys=named)}
            found += [
                rows[key]
                for key, code in named.items()
                if key in rows and code == mail_code(secret, school, key, rows[key].message_id)
            ]
        return tuple(dict.fromkeys(found))

    # --- one mail ---

    def _take(self, mailbox: Mailbox, head: Head) -> None:
        content = mailbox.content(head)
        if content is None:
            return
        try:
            mail = parse_mail(content)
            bounce = read_bounce(mail) if nature_of(mail) is Nature.REPORT else None
        except UnreadableError:
            mail, bounce = None, None
        known_as = print_of({}, content) if mail is None else mail.print
        with self.register.transaction() as tx:
            if not inbox.is_taken(tx, self.register.school, known_as):
                if mail is None:
                    self.taken.unreadable += 1
                    self._keep(tx, known_as, head, ItemKind.UNREADABLE)
                else:
                    self._judge(tx, mail, bounce, head)
            self._note_place(tx, head.place)

    def _judge(self, tx: Transaction, mail: Received, bounce: Bounce | None, head: Head) -> None:
        nature = nature_of(mail)
        if bounce is not None:
            self._take_bounce(tx, mail, bounce, head)
        elif nature is Nature.AWAY:
            self._take_away(tx, mail, head)
        elif nature is Nature.PERSON:
            self._take_reply(tx, mail, head)
        else:
            self.taken.machines += 1

    def _take_bounce(self, tx: Transaction, mail: Received, bounce: Bounce, head: Head) -> None:
        """Record which of our mails told nobody."""
        if not bounce.failures:
            self.taken.delayed += 1
            return
        by_id = self._known(tx, message_ids_in(mail.returned.get("message-id", ())), "")
        rows = self._known(tx, bounce.message_ids, bounce.words)
        bounced = 0
        for row in rows:
            failure = _failure_of(row, bounce.failures, is_sure=row in by_id)
            if failure and inbox.mark_bounced(tx, self.register.school, row.id, failure.words, self.now):
                if not bounced:
                    self._keep(tx, mail.print, head, ItemKind.BOUNCED, row, person=row.person)
                bounced += 1
        self.taken.bounced += bounced
        self.taken.strange += not rows

    def _take_away(self, tx: Transaction, mail: Received, head: Head) -> None:
        """Remind a reader of nothing for some days whose mailbox answers for them."""
        rows = self._known(tx, mail.answers, f"{mail.subject}\n{mail.text}")
        theirs = [row for row in rows if row.person is not None and self._is_from(mail, row.person)]
        if not theirs:
            self.taken.machines += 1
            return
        arrived_on = min(head.arrived_at, self.now).astimezone(self.config.zone).date()
        until_on = school_day_from(arrived_on, AWAY_SCHOOL_DAYS, self.config.calendar.no_school)
        self.taken.away += 1
        self._keep(tx, mail.print, head, ItemKind.AWAY, theirs[0], person=theirs[0].person, until_on=until_on)

    def _is_from(self, mail: Received, person: int) -> bool:
        """Return whether a mail comes from the address that a person has now, and from no other."""
        sender = self._sender(mail)
        return sender is not None and sender.id == person

    def _sender(self, mail: Received) -> PersonRow | None:
        return self._people.get(mail.senders[0]) if len(mail.senders) == 1 else None

    def _take_reply(self, tx: Transaction, mail: Received, head: Head) -> None:
        """Record what a person has read, or put before the office what they wrote and tell them so."""
        school, sender = self.register.school, self._sender(mail)
        named = self._known(tx, mail.answers, f"{mail.subject}\n{mail.text}")
        if not named and not self._is_passed_on(head):
            self.taken.strange += 1
            return
        if not named and sender is None:
            self._take_strangers(tx, mail, head)
            return
        asked = inbox.list_asked_for(tx, school, named[0].id) if named else ()
        judged = judge_reply(mail, named, asked, sender)
        reason = judged.reason
        if judged.acknowledges:
            assert sender is not None
            at = min(max(head.arrived_at, named[0].settled_at or head.arrived_at), self.now)
            is_held = record_reply(tx, school, self.config, sender.id, asked, at=at, today=self.today, now=self.now)
            self.taken.read += is_held
            reason = reason if is_held else ReplyReason.NOTHING
        first = named[0] if named else None
        if reason is None:
            self._keep(tx, mail.print, head, ItemKind.READ, first, person=sender.id if sender else None)
            return
        self.taken.replies += 1
        self._keep(tx, mail.print, head, ItemKind.REPLY, first, reason=reason, person=sender.id if sender else None)
        self._answer(tx, mail, sender)

    def _take_strangers(self, tx: Transaction, mail: Received, head: Head) -> None:
        """Put before the office what a person on no list wrote to a mailbox that is ours alone, and tell them so.

        They are answered where the mail names the mailbox as whom it is to, and its sender is not known to be forged.
        Source: RFC 3834, section 2.
        """
        if self._strangers > MOST_STRANGERS:
            self.taken.strange += 1
            return
        self._strangers += 1
        is_one_of_many = self._strangers > MOST_STRANGERS
        self.taken.replies += 1
        reason = ReplyReason.MANY if is_one_of_many else ReplyReason.STRANGER
        self._keep(tx, mail.print, head, ItemKind.REPLY, reason=reason)
        is_to = set(addresses_in((*mail.headers.get("to", ()), *mail.headers.get("cc", ()))))
        if not is_one_of_many and is_to & self._own_addresses and not is_forged(mail):
            self._answer(tx, mail, None, is_stranger=True)

    def _answer(self, tx: Transaction, mail: Received, sender: PersonRow | None, *, is_stranger: bool = False) -> None:
        """Tell a writer that nobody watches the mailbox; never ourselves."""
        if len(mail.senders) == 1 and mail.senders[0] not in self._own_addresses:
            message_id = next(iter(message_ids_in(mail.headers.get("message-id", ()))), "")
            self.taken.answered += self.answer(tx, ToAnswer(mail.senders[0], sender, message_id, is_stranger))

    @property
    def _own_addresses(self) -> set[str]:
        return {self.config.mail.from_address.casefold(), self.config.inbox.user.casefold()}

    def _keep(
        self,
        tx: Transaction,
        known_as: str,
        head: Head,
        kind: ItemKind,
        answered: Answered | None = None,
        *,
        reason: ReplyReason | None = None,
        person: int | None = None,
        until_on: date | None = None,
    ) -> None:
        new = NewItem(
            print=known_as,
            kind=kind,
            reason=reason,
            message=answered.id if answered else None,
            person=person,
            until_on=until_on,
            arrived_at=head.arrived_at,
        )
        inbox.add_item(tx, self.register.school, new, self.now)


def _failure_of(row: Answered, failures: Sequence[Failure], *, is_sure: bool) -> Failure | None:
    """Return which failure is about one of our mails, None for none.

    A report names an address that the mail was passed on to where a mailbox does so: then the mail is known by its
    Message-ID in what is given back (``is_sure``), and there is only that failure.
    """
    same = next((one for one in failures if one.address == row.recipient.casefold()), None)
    return same or (failures[0] if is_sure and len(failures) == 1 else None)
