"""Judge one reply of a person: does it acknowledge, and if not, why is it put before the office? And record it.

The rules that keep a reply from acknowledging look at nothing but the mail and whom the mails it names went to, so that
a test can ask them about any mail.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from pipeline.acknowledgements.record import GivenWord, RecordingOutcome, record_within
from pipeline.config import Config
from pipeline.mail.inbox.nature import Nature, nature_of
from pipeline.mail.inbox.received import Received
from pipeline.mail.inbox.words import Statement, read_words
from pipeline.model.readings import AcknowledgementMethod
from pipeline.register.mail.inbox import Answered, AskedFor, ReplyReason
from pipeline.register.people.persons import PersonRow
from pipeline.register.readings.requests import ClosedReason, list_acknowledgements
from pipeline.register.transaction import Transaction

_FORWARD_SUBJECT = re.compile(r"\s*((re|aw)\s*:\s*)*(fwd?|wg|tr|rv|doorst|vb|enc)\s*:", re.IGNORECASE)
_FORGED = re.compile(r"\bdmarc\s*=\s*fail\b", re.IGNORECASE)
_HELD = (RecordingOutcome.RECORDED, RecordingOutcome.ALREADY)


@dataclass(frozen=True, slots=True)
class Judged:
    """What a reply comes to."""

    acknowledges: bool
    """Its writer has read everything that the mail asks for."""
    reason: ReplyReason | None
    """Why the office is to look at it; None where it need not."""


def judge_reply(
    mail: Received, named: Sequence[Answered], asked: Sequence[AskedFor], sender: PersonRow | None
) -> Judged:
    """Return what a reply comes to.

    ``named`` are our mails that it names, what it answers first; ``asked`` is what that one asks for; ``sender`` is who
    has the address it comes from, and has it alone.
    """
    if nature_of(mail) is not Nature.PERSON:
        return Judged(acknowledges=False, reason=None)
    names = (sender.person.first_name, sender.person.last_name) if sender else ()
    said = read_words(mail.text, titles=[each.title for each in asked], names=names)
    reason = _why_not(mail, named, sender) or (ReplyReason.FORWARDED if said.is_forwarded else None)
    if reason is None and said.statement is not Statement.READ:
        reason = ReplyReason.WORDS
    if reason is not None:
        return Judged(acknowledges=False, reason=reason)
    return Judged(acknowledges=bool(asked), reason=ReplyReason.MORE if said.has_more else None)


def _why_not(mail: Received, named: Sequence[Answered], sender: PersonRow | None) -> ReplyReason | None:
    """Return what in a mail's header keeps it from acknowledging anything, whatever it says."""
    if len(mail.senders) != 1:
        return ReplyReason.SENDER
    if "sender" in mail.headers and mail.sent_by != mail.senders:
        return ReplyReason.DELEGATED
    if _is_forwarded(mail):
        return ReplyReason.FORWARDED
    if not named or named[0].person is None:
        return ReplyReason.WORDS
    if any(one.person != named[0].person for one in named):
        return ReplyReason.ANOTHERS
    if sender is None or is_forged(mail):
        return ReplyReason.SENDER
    return None if sender.id == named[0].person else ReplyReason.ANOTHERS


def is_forged(mail: Received) -> bool:
    """Return whether the mail server says that a mail does not come from the domain that it names (RFC 8601, DMARC)."""
    return any(_FORGED.search(value) for value in mail.headers.get("authentication-results", ()))


def _is_forwarded(mail: Received) -> bool:
    is_resent = any(name.startswith("resent-") for name in mail.headers)
    return is_resent or mail.has_forwarded or bool(_FORWARD_SUBJECT.match(mail.subject))


def record_reply(
    tx: Transaction,
    school: str,
    config: Config,
    person: int,
    asked: Sequence[AskedFor],
    *,
    at: datetime,
    today: date,
    now: datetime,
) -> bool:
    """Record that a reader has read what a mail asks for; return whether their word for all of it is held now.

    A request that was closed otherwise is not answered by it any more, nor is one that was opened since: last year's
    answer says nothing of what is asked again this year.
    """
    held = True
    for each in asked:
        if each.closed is None:
            given = GivenWord(person, each.policy_id, each.version_id, AcknowledgementMethod.REPLY, at)
            held &= record_within(tx, school, config, given, today=today, now=now).outcome in _HELD
        else:
            words = list_acknowledgements(tx, school, person=person, policy_id=each.policy_id)
            held &= each.closed is ClosedReason.ACKNOWLEDGED and any(one.request == each.request for one in words)
    return held
