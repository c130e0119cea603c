"""A school whose mail has gone, and what comes back to it: mails in the shapes that servers and mail programs write.

The shapes follow RFC 3464, 3834 and 8098 and what Postfix, Exchange, Gmail and Outlook are known to write; names and
addresses are invented.
"""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from pathlib import Path

from pipeline.acknowledgements.replies import TakenIn, Taker
from pipeline.letters.contributors.returned import AnswerWriter, tell_who_wrote
from pipeline.mail.inbox.imap import HEADS_AT_ONCE
from pipeline.mail.inbox.mailbox import Head, MailboxPage
from pipeline.mail.outbox import Seams, deliver
from pipeline.register.mail.inbox import MailboxPosition
from pipeline.register.mail.outbox import MessageRow
from pipeline.register.people.persons import PersonRow
from tests.mail.world import CollectingTransport, FrozenClock
from tests.school import MONDAY, SECRET, School, at

INBOX = """
[contacts.office]
name = "Joan Frost"
phone = "01632 960100"
email = "office@example.org"
[mail]
route = "smtp"
host = "mail.example.org"
from = "School policies <policies@example.org>"
confirm_above = 0
[inbox]
route = "imap"
host = "mail.example.org"
user = "policies@example.org"
own = {own}
"""


class FolderMailbox:
    """A mailbox whose mails lie in a list; number 1 is the oldest."""

    def __init__(self, mails: Sequence[bytes], *, uid_validity: int = 1, arrived_at: datetime | None = None) -> None:
        self.mails, self.uid_validity = list(mails), uid_validity
        self.arrived_at = arrived_at or at(MONDAY, 12)
        self.fetched: list[int] = []

    def pages(self, place: MailboxPosition | None) -> Iterator[MailboxPage]:
        is_known = place is not None and place.uid_validity == self.uid_validity
        found = [
            self.head(uid) for uid in range(1, len(self.mails) + 1) if not (place and is_known) or uid > place.last_uid
        ]
        for start in range(0, len(found), HEADS_AT_ONCE):
            some = tuple(found[start : start + HEADS_AT_ONCE])
            yield MailboxPage(some, some[-1].place)

    def head(self, uid: int) -> Head:
        headers = self.mails[uid - 1].partition(b"\r\n\r\n")[0] + b"\r\n\r\n"
        return Head(str(uid), self.arrived_at, headers, MailboxPosition(self.uid_validity, uid))

    def content(self, head: Head) -> bytes | None:
        self.fetched.append(int(head.id))
        return self.mails[int(head.id) - 1]

    def has(self, message_id: str, code: str) -> bool:
        return any(message_id.encode() in mail for mail in self.mails)

    def close(self) -> None:
        """Nothing is held open."""


class Answering(School):
    """A school whose first letters have gone on Monday at nine."""

    def __init__(self, root: Path, toml: str = "", *, own: bool = True) -> None:
        super().__init__(root, INBOX.format(own=str(own).lower()) + toml)
        self.add_policy("Confidentiality")

    def send(self, today: date = MONDAY) -> CollectingTransport:
        """Plan a day and let everything go."""
        self.plan(today)
        return self.go(at(today), today)

    def go(self, now: datetime, today: date = MONDAY, *, failures: Sequence[Exception] = ()) -> CollectingTransport:
        """Let everything go that may, but for as many mails as there are ``failures``."""
        transport = CollectingTransport(failures)
        deliver(
            self.register,
            self.config,
            today=today,
            now=now,
            environ={},
            seams=Seams(transport=lambda: transport, clock=FrozenClock),
        )
        return transport

    def asked(self, row: PersonRow) -> MessageRow:
        """Return the letter that asked somebody."""
        return next(mail for mail in self.messages() if mail.person == row.id)

    def take_in(
        self, *mails: bytes, mailbox: FolderMailbox | None = None, now: datetime | None = None, tell: bool = False
    ) -> TakenIn:
        """Take in some mails, or what a mailbox has; with ``tell`` tell who wrote."""
        moment = now or at(MONDAY, 13)
        today = moment.date()
        answers = AnswerWriter(self.register, self.config, SECRET, today, moment)
        taker = Taker(self.register, self.config, SECRET, today, moment, answers.write)
        taken = taker.take_in(mailbox or FolderMailbox(mails, uid_validity=hash(mails)))
        if tell:
            tell_who_wrote(self.register, self.config, SECRET, today, moment)
        return taken


def reply(
    mail: MessageRow,
    words: str,
    *,
    sender: str = "",
    subject: str = "",
    headers: str = "",
    answers: bool = True,
    number: int = 1,
) -> bytes:
    """A reply as Gmail writes it, above a quote of the whole mail."""
    quoted = "\n".join(f"> {line}" for line in mail.text.splitlines())
    text = f"{words}\n\nOn Mon, 23 Nov 2026 at 09:00, School policies <policies@example.org>\nwrote:\n\n{quoted}\n"
    return raw(
        f"From: Kim Lee <{sender or mail.recipient}>\n"
        "To: policies@example.org\n"
        f"Subject: {subject or f'Re: {mail.subject}'}\n"
        f"Message-ID: <answer-{number}@mail.example.org>\n"
        "Date: Mon, 23 Nov 2026 12:00:00 +0000\n"
        + (f"In-Reply-To: {mail.message_id}\nReferences: {mail.message_id}\n" if answers else "")
        + headers
        + f"Content-Type: text/plain; charset=utf-8\n\n{text}"
    )


def outlook_reply(mail: MessageRow, words: str) -> bytes:
    """A reply as Outlook writes it: HTML beside text, another Message-ID named, the quote below a line."""
    quote = f"From: School policies <policies@example.org>\nSent: 23 November 2026 09:00\nTo: {mail.recipient}\n"
    quote += f"Subject: {mail.subject}\n\n{mail.text}"
    return raw(
        f'From: "Lee, Kim" <{mail.recipient}>\nTo: policies@example.org\nSubject: RE: {mail.subject}\n'
        "Thread-Topic: reading\nMessage-ID: <LO2P265MB0001@LO2P265MB0001.GBRP265.PROD.OUTLOOK.COM>\n"
        "In-Reply-To: <rewritten@LO2P265MB0001.GBRP265.PROD.OUTLOOK.COM>\nDate: Mon, 23 Nov 2026 12:00:00 +0000\n"
        'X-MS-Has-Attach:\nMIME-Version: 1.0\nContent-Type: multipart/alternative; boundary="_000_"\n\n'
        f'--_000_\nContent-Type: text/plain; charset="utf-8"\n\n{words}\n\n________________________________\n{quote}\n'
        f'--_000_\nContent-Type: text/html; charset="utf-8"\n\n<html><body><div>{words}</div><hr>'
        f'<div id="divRplyFwdMsg">{quote}</div></body></html>\n--_000_--\n'
    )


def postfix_bounce(mail: MessageRow, *, action: str = "failed", status: str = "5.1.1", address: str = "") -> bytes:
    """A report as Postfix writes it, with the header of the mail."""
    to = address or mail.recipient
    return raw(
        "Return-Path: <>\nFrom: MAILER-DAEMON@mail.example.org (Mail Delivery System)\n"
        "Subject: Undelivered Mail Returned to Sender\nTo: policies@example.org\nAuto-Submitted: auto-replied\n"
        "MIME-Version: 1.0\nMessage-Id: <20261123120000.4F3A2@mail.example.org>\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="4F3A2.1/mail"\n\n'
        "This is a MIME-encapsulated message.\n\n--4F3A2.1/mail\nContent-Description: Notification\n"
        f"Content-Type: text/plain; charset=us-ascii\n\n<{to}>: host mx.example.org said: 550 no such user\n\n"
        "--4F3A2.1/mail\nContent-Description: Delivery report\nContent-Type: message/delivery-status\n\n"
        "Reporting-MTA: dns; mail.example.org\nArrival-Date: Mon, 23 Nov 2026 09:00:00 +0000\n\n"
        f"Final-Recipient: rfc822; {to}\nOriginal-Recipient: rfc822;{to}\nAction: {action}\nStatus: {status}\n"
        "Diagnostic-Code: smtp; 550 5.1.1 ring 09 8790 0000 at once\n\n"
        "--4F3A2.1/mail\nContent-Description: Undelivered Message Headers\nContent-Type: text/rfc822-headers\n\n"
        f"From: policies@example.org\nTo: {mail.recipient}\nSubject: {mail.subject}\nMessage-ID: {mail.message_id}\n\n"
        "--4F3A2.1/mail--\n"
    )


def exchange_bounce(mail: MessageRow, *, message_id: str = "") -> bytes:
    """A report as Exchange Online writes it, with the whole mail; a Message-ID of its own where one is given."""
    return raw(
        "From: <postmaster@example.org>\nTo: <policies@example.org>\n"
        f"Subject: Undeliverable: {mail.subject}\nMIME-Version: 1.0\nMessage-ID: <3f0c@example.org>\n"
        f"X-MS-Exchange-Message-Is-Ndr:\nIn-Reply-To: {message_id or mail.message_id}\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="_ndr_"\n\n'
        '--_ndr_\nContent-Type: multipart/alternative; boundary="_alt_"\n\n--_alt_\n'
        'Content-Type: text/plain; charset="us-ascii"\n\nYour message couldn\'t be delivered.\n--_alt_--\n'
        "--_ndr_\nContent-Type: message/delivery-status\n\n"
        "Reporting-MTA: dns;LO2P265MB0001.GBRP265.PROD.OUTLOOK.COM\n\n"
        f"Final-Recipient: rfc822;{mail.recipient}\nAction: failed\nStatus: 5.1.10\n"
        "Diagnostic-Code: smtp;550 5.1.10 RESOLVER.ADR.RecipientNotFound\n\n"
        "--_ndr_\nContent-Type: message/rfc822\n\n"
        f"From: policies@example.org\nTo: {mail.recipient}\nSubject: {mail.subject}\n"
        f"Message-ID: {message_id or mail.message_id}\nContent-Type: text/plain\n\nWords\n--_ndr_--\n"
    )


def gmail_bounce(mail: MessageRow) -> bytes:
    """A report as Gmail writes it: pictures beside the words, the mail's header at the end."""
    return raw(
        "From: Mail Delivery Subsystem <mailer-daemon@googlemail.com>\nTo: policies@example.org\n"
        "Auto-Submitted: auto-replied\nSubject: Delivery Status Notification (Failure)\n"
        f"References: {mail.message_id}\n"
        f"In-Reply-To: {mail.message_id}\nX-Failed-Recipients: {mail.recipient}\n"
        "Message-ID: <6564@mx.example.org>\n"
        'Content-Type: multipart/report; boundary="g1"; report-type=delivery-status\n\n'
        '--g1\nContent-Type: multipart/related; boundary="g2"\n\n--g2\nContent-Type: text/plain; charset="UTF-8"\n\n'
        f"** Address not found **\n\nYour message wasn't delivered to {mail.recipient}\n--g2\n"
        'Content-Type: image/png; name="icon.png"\nContent-Transfer-Encoding: base64\n\niVBORw0KGgo=\n--g2--\n'
        "--g1\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; googlemail.com\n\n"
        f"Final-Recipient: rfc822; {mail.recipient}\nAction: failed\nStatus: 5.1.1\n\n"
        f"--g1\nContent-Type: message/rfc822\n\nMessage-ID: {mail.message_id}\nSubject: {mail.subject}\n\n--g1--\n"
    )


def qmail_bounce(mail: MessageRow) -> bytes:
    """A report of before RFC 3464: words alone, the mail below them."""
    return raw(
        "Return-Path: <>\nFrom: MAILER-DAEMON@mail.example.org\nTo: policies@example.org\nSubject: failure notice\n"
        "Message-ID: <q1@mail.example.org>\n\n"
        "Hi. This is the qmail-send program at mail.example.org.\nI'm afraid I wasn't able to deliver your message to "
        f"the following addresses.\n\n<{mail.recipient}>:\nSorry, no mailbox here by that name. (#5.1.1)\n\n"
        f"--- Below this line is a copy of the message.\n\nMessage-ID: {mail.message_id}\nSubject: {mail.subject}\n"
    )


def exchange_away(mail: MessageRow) -> bytes:
    """An automatic reply of an Exchange mailbox."""
    return raw(
        f"From: Kim Lee <{mail.recipient}>\nTo: policies@example.org\nSubject: Automatic reply: {mail.subject}\n"
        f"Message-ID: <oof@example.org>\nIn-Reply-To: {mail.message_id}\nAuto-Submitted: auto-generated\n"
        "X-Auto-Response-Suppress: All\nX-MS-Exchange-Inbox-Rules-Loop: kim@example.org\nContent-Type: text/plain\n\n"
        "I have read your mail and am away with a broken leg until Christmas.\n"
    )


def vacation(mail: MessageRow) -> bytes:
    """An automatic reply as RFC 3834 and 5230 have it."""
    return raw(
        f"From: <{mail.recipient}>\nTo: policies@example.org\nSubject: Away\nMessage-ID: <vac@example.org>\n"
        f"In-Reply-To: {mail.message_id}\nReferences: {mail.message_id}\nAuto-Submitted: auto-replied (vacation)\n"
        "Content-Type: text/plain\n\nI have read\n"
    )


def read_receipt(mail: MessageRow) -> bytes:
    """A receipt as Outlook sends it when a mail is opened (RFC 8098)."""
    return raw(
        f"From: Kim Lee <{mail.recipient}>\nTo: policies@example.org\nSubject: Read: {mail.subject}\n"
        f"Message-ID: <mdn@example.org>\nIn-Reply-To: {mail.message_id}\n"
        'Content-Type: multipart/report; report-type=disposition-notification; boundary="m"\n\n'
        "--m\nContent-Type: text/plain\n\nI have read\n--m\nContent-Type: message/disposition-notification\n\n"
        f"Final-recipient: RFC822; {mail.recipient}\nOriginal-Message-ID: {mail.message_id}\n"
        "Disposition: manual-action/MDN-sent-automatically; displayed\n\n--m--\n"
    )


def raw(text: str) -> bytes:
    """The bytes of a mail."""
    return text.replace("\n", "\r\n").encode()
