"""Tell what wrote a mail: a person, or a machine, and which. Pure.

Only what a person wrote, for themself and to us, can acknowledge anything. In doubt it was a machine.

Source: RFC 3834, sections 2 and 5 (automatic replies); RFC 3464 (delivery status); RFC 8098 (read receipts); RFC 2919
(lists); [MS-OXCMAIL] 2.1.3.2.20 (X-Auto-Response-Suppress).
"""

import re
from enum import StrEnum

from pipeline.mail.inbox.received import Received


class Nature(StrEnum):
    """What wrote a mail."""

    PERSON = "person"
    REPORT = "report"
    """A mail server, about a mail that it could not deliver or has not yet."""
    RECEIPT = "receipt"
    """A mail program, when a mail was opened."""
    AWAY = "away"
    """An automatic reply of a person's mailbox."""
    MACHINE = "machine"
    """Any other program, or a list."""


_AUTOMATIC_SUBJECT = re.compile(
    r"\s*(automatic reply|automated reply|auto[- ]?reply|auto[- ]?response|autosvar|automatische antwort|"
    r"abwesenheitsnotiz|réponse automatique|respuesta automática|out of (the )?office|away from (the |my )?office|"
    r"on (annual|maternity|sick|study) leave)\b",
    re.IGNORECASE,
)
_RECEIPT_SUBJECT = re.compile(r"\s*(read|gelesen|lu|not read|opened)\s*:", re.IGNORECASE)
_REPORT_SUBJECT = re.compile(
    r"\s*(undeliver(able|ed)|delivery (status notification|failure|has failed|incomplete)|failure notice|"
    r"mail delivery (failed|system)|returned mail|message (undeliverable|not delivered))",
    re.IGNORECASE,
)
SERVERS = re.compile(r"(mailer-daemon|postmaster|mail-daemon|microsoftexchange[0-9a-f]*)@", re.IGNORECASE)
"""Addresses that mail servers write from."""
_NOBODY = re.compile(r"(no-?reply|do-?not-?reply|bounces?|notifications?)([+=-][^@]*)?@", re.IGNORECASE)
_REPLY_HEADERS = ("x-autoreply", "x-autorespond", "x-autoresponder", "x-auto-reply", "x-mail-autoreply", "x-vacation")
_MACHINE_HEADERS = (
    "x-auto-response-suppress", "x-ms-exchange-generated-message-source", "x-failed-recipients", "feedback-id",
    "list-id", "list-post", "list-unsubscribe", "list-help", "mailing-list", "x-loop",
)  # fmt: skip
_PRECEDENCES = ("bulk", "junk", "list", "auto_reply", "auto-reply")


def nature_of(mail: Received) -> Nature:
    """Return what wrote a mail."""
    if mail.content_type == "multipart/report":
        if mail.report_type == "disposition-notification":
            return Nature.RECEIPT
        return Nature.REPORT if mail.report_type == "delivery-status" or mail.statuses else Nature.MACHINE
    if mail.statuses or _is_old_report(mail):
        return Nature.REPORT
    if _is_receipt(mail):
        return Nature.RECEIPT
    if not _is_automatic(mail):
        return Nature.PERSON
    return Nature.AWAY if _is_reply_of_a_mailbox(mail) else Nature.MACHINE


def _is_old_report(mail: Received) -> bool:
    """Return whether a mail server says in words alone that a mail did not arrive."""
    from_server = any(SERVERS.match(address) for address in mail.senders)
    says_so = bool(_REPORT_SUBJECT.match(mail.subject)) or "x-failed-recipients" in mail.headers
    return says_so and (from_server or _has_null_path(mail))


def _is_receipt(mail: Received) -> bool:
    is_named = "disposition-notification" in mail.content_type or "x-mdn" in mail.headers
    return is_named or bool(_RECEIPT_SUBJECT.match(mail.subject))


def _is_automatic(mail: Received) -> bool:
    submitted = mail.first("auto-submitted").strip().casefold()
    precedence = mail.first("precedence").strip().casefold()
    if submitted and submitted.split(";")[0].strip() != "no":
        return True
    if any(name in mail.headers for name in (*_REPLY_HEADERS, *_MACHINE_HEADERS)) or precedence in _PRECEDENCES:
        return True
    from_machine = any(SERVERS.match(address) or _NOBODY.match(address) for address in mail.senders)
    return from_machine or _has_null_path(mail) or bool(_AUTOMATIC_SUBJECT.match(mail.subject))


def _is_reply_of_a_mailbox(mail: Received) -> bool:
    submitted = mail.first("auto-submitted").strip().casefold()
    precedence = mail.first("precedence").strip().casefold()
    return (
        submitted.startswith("auto-replied")
        or precedence in ("auto_reply", "auto-reply")
        or any(name in mail.headers for name in _REPLY_HEADERS)
        or bool(_AUTOMATIC_SUBJECT.match(mail.subject))
    )


def _has_null_path(mail: Received) -> bool:
    return any(value.strip() == "<>" for value in mail.headers.get("return-path", ()))
