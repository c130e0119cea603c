"""Read what a mail server says of a mail that it could not deliver. Pure.

RFC 3464 comes first; ``flufl.bounce`` is asked only where a report has no delivery status, since it tries every pattern
it has on any mail. Of the server's words none are kept: only the recipient, the status code and which mail it was.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from pipeline.mail.inbox.received import Received, addresses_in, message_ids_in

_STATUS = re.compile(r"\s*([245])\.(\d{1,3})\.(\d{1,3})")
_MOST_RECIPIENTS = 50
_ID_LINE = re.compile(r"^\s*Message-ID:\s*(<[^<>\s]{1,250}>)", re.IGNORECASE | re.MULTILINE)
_WORDS = {
    "1.1": "there is no such mailbox",
    "1.2": "there is no such mail domain",
    "1.3": "the address is not written as one",
    "1.6": "the mailbox has moved",
    "1.10": "the address takes no mail",
    "2.1": "the mailbox is switched off",
    "2.2": "the mailbox is full",
    "2.3": "the mail is too large for the mailbox",
    "3.4": "the mail is too large",
    "4.1": "the server did not answer",
    "4.4": "the way to the server is not known",
    "4.7": "it could not be delivered in time",
    "7.1": "the server does not let it through",
}
"""What the school is told for the last two digits of a status code (RFC 3463, section 3)."""


@dataclass(frozen=True, slots=True)
class Failure:
    """One recipient to whom a mail was not delivered."""

    address: str
    """In small letters; empty where the report does not say."""
    status: str
    """Such as ``5.1.1``; empty where the report does not say."""

    @property
    def words(self) -> str:
        """What is kept of it."""
        said = _WORDS.get(self.status[2:], "")
        code = f" ({self.status})" if self.status else ""
        return f"It came back{code}: {said}." if said else f"It came back{code}."


@dataclass(frozen=True, slots=True)
class Bounce:
    """What a report says: of which mail, and who did not get it."""

    failures: tuple[Failure, ...]
    """Empty where it only says that the mail is late, or was delivered."""
    message_ids: tuple[str, ...]
    """Of the mail that is given back."""
    words: str
    """Where a code of the mail can stand: its subject."""


def read_bounce(mail: Received) -> Bounce:
    """Return what a mail server's report says."""
    ids = message_ids_in((*mail.returned.get("message-id", ()), *mail.returned.get("x-original-message-id", ())))
    words = "\n".join(mail.returned.get("subject", ()))
    if mail.statuses:
        failures = tuple(filter(None, map(_failure, mail.statuses[:_MOST_RECIPIENTS])))
    else:
        failures = _by_pattern(mail)
        ids = ids or tuple(dict.fromkeys(_ID_LINE.findall(mail.text)))[:_MOST_RECIPIENTS]
    return Bounce(failures, ids or mail.answers, words or f"{mail.subject}\n{mail.text}")


def _failure(block: Mapping[str, str]) -> Failure | None:
    """Return the failure that one block of a delivery status tells of; None for a delay, a delivery or the whole.

    Source: RFC 3464, 2.3.3 and 2.3.4: the action says whether it is final, the status why.
    """
    action = block.get("action", "").split(";")[0].strip().casefold()
    found = _STATUS.match(block.get("status", ""))
    status = ".".join(found.groups()) if found else ""
    if action != "failed" and not (not action and status.startswith("5")):
        return None
    address = _recipient(block.get("original-recipient", "")) or _recipient(block.get("final-recipient", ""))
    return Failure(address, status)


def _recipient(value: str) -> str:
    """Return the address of ``rfc822; name@school.sch.uk``, in small letters."""
    return next(iter(addresses_in((value.partition(";")[2] or value,))), "")


def _by_pattern(mail: Received) -> tuple[Failure, ...]:
    """Return whom a report without a delivery status names as not reached for good."""
    from flufl.bounce import all_failures

    try:
        _, permanent = all_failures(mail.message)
    except Exception:
        # Its two dozen detectors each take mails apart in their own way; a mail that breaks one tells nothing.
        return ()
    found = [next(iter(addresses_in((address.decode("ascii", "replace"),))), "") for address in sorted(permanent)]
    return tuple(Failure(address, "") for address in found[:_MOST_RECIPIENTS] if address)
