"""Why all mail is held, in words, and how its owner lets it go again.

A register that was put back, replaced or lost no longer knows whom it has mailed, and a changed key ends every link
that was sent. Nothing leaves by any route then until somebody who has looked says so: ``policy send --confirm``.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from pipeline.register.decision import Decision
from pipeline.register.ledger import ledger
from pipeline.register.ledger.heads import Field
from pipeline.register.mail import outbox
from pipeline.register.store.counter import MailHold, hold_mail, lift_holds, list_holds, raise_counter
from pipeline.register.store.database import Register, Transaction
from pipeline.register.store.marks import OF_KEYS, HoldReason, Mark, read_marks
from pipeline.wording import say_day

_LOOK_FIRST = "See whom it would write to with 'policy send'; 'policy send --confirm' lets it go."
_WORDS = {
    HoldReason.OLDER: (
        "The register is older than the one used here last: a safety copy was put in its place. It does not know whom "
        "was mailed and what was recorded since, so all mail is held; else those people would be mailed again. If you "
        f"have the newer register, put it back. If this is the newest there is: {_LOOK_FIRST}"
    ),
    HoldReason.OTHER: (
        "The register is another one than was used here last. It may not know who was mailed, so all mail is held. If "
        f"you have the right register, put it back. If this one is to be used: {_LOOK_FIRST}"
    ),
    HoldReason.RESTORED: (
        "A safety copy of the register was put back. It does not know who was mailed after it was made, so all mail is "
        f"held. {_LOOK_FIRST}"
    ),
    HoldReason.UNREADABLE: (
        "What is noted beside the register of how far it has come (register.sqlite3.mark, .secrets/register-mark) "
        f"cannot be read, so nobody can tell whether it is the newest, and all mail is held. {_LOOK_FIRST}"
    ),
    HoldReason.LOST: (
        f"The register began afresh and does not know who was mailed before, so all mail is held. {_LOOK_FIRST}"
    ),
    HoldReason.LINK_KEY: (
        "The key that the personal links sent so far were made with is gone or was changed (.secrets/secret-key, or "
        "POLICY_SECRET_KEY): they do not open. All mail is held, and nobody new is asked. Put that key back from a "
        "safety copy and run again; where it is lost for good, 'policy keys --renew links' makes a new one and says "
        "what that ends."
    ),
    HoldReason.LEDGER_KEY: f"{ledger.ANOTHER_KEY} All mail is held until then.",
}


def say_hold(reason: HoldReason) -> str:
    """Return why all mail is held and what to do."""
    return _WORDS[reason]


def say_obstacle(holds: Sequence[MailHold]) -> str:
    """Return since when mail is held, for whoever asks why nothing goes."""
    return (
        f"All mail has been held since {say_day(holds[0].held_at.date())}: 'policy send' says why, and what would go."
    )


def note_doubt(tx: Transaction, register: Register, now: datetime) -> tuple[MailHold, ...]:
    """Hold all mail where the register was found to be an older or another one when it was opened; return all holds."""
    if register.doubt is not None:
        hold_mail(tx, register.school, register.doubt, now)
    return list_holds(tx, register.school)


@dataclass(frozen=True, slots=True)
class HeldMail:
    """What is held, and what would go if it were not."""

    reasons: tuple[HoldReason, ...] = ()
    """Empty where mail is not held."""
    mails: tuple[tuple[str, str], ...] = ()
    """Recipient and subject of each mail that has not gone."""


def list_held(register: Register) -> HeldMail:
    """Return why mail is held and which mails would go; nothing of either where it is not held."""
    with register.reading() as tx:
        return list_held_in(tx, register)


def list_held_in(tx: Transaction, register: Register) -> HeldMail:
    """Return the same within a transaction that is open."""
    reasons = [hold.reason for hold in list_holds(tx, register.school)]
    if register.doubt is not None and register.doubt not in reasons:
        reasons.append(register.doubt)
    return HeldMail(tuple(reasons), outbox.list_unsent(tx, register.school) if reasons else ())


def is_held_for_register(tx: Transaction, register: Register) -> bool:
    """Return whether all mail is held for what its owner's word lifts; a key that is not right is no such thing."""
    holds = [hold for hold in list_holds(tx, register.school) if hold.reason not in OF_KEYS]
    return bool(holds) or register.doubt is not None


@dataclass(frozen=True, slots=True)
class Doubt:
    """What spoke against the register when it was opened."""

    reason: HoldReason | None
    newest: Mark | None
    """The furthest of the marks beside it."""


@contextmanager
def aside_from_doubt(register: Register) -> Iterator[Doubt]:
    """Put aside what the marks say against the register while its owner decides that it is the one; back if not kept.

    Whoever writes to a register in doubt would hold all mail first.
    """
    marks = [mark for mark in read_marks(register.marks) if mark is not None]
    doubt, register.doubt = register.doubt, None
    try:
        yield Doubt(doubt, max(marks, key=lambda mark: mark.counter, default=None))
    except BaseException:
        register.doubt = doubt
        raise


def release_mail(decision: Decision, found: Doubt) -> tuple[MailHold, ...]:
    """Let mail go again that was held for its register; return the holds that were lifted.

    A hold for a key stays: it ends when the key is right. What the marks knew goes into the ledger, and they are
    written anew, so that the register counts as the newest from now on.
    """
    tx, school, now = decision.tx, decision.school, decision.now
    if found.reason is not None:
        hold_mail(tx, school, found.reason, now)
    reasons = [each for each in HoldReason if each not in OF_KEYS]
    lifted = lift_holds(tx, school, reasons, now, actor=decision.actor)
    if lifted:
        raise_counter(tx, school, found.newest.counter if found.newest is not None else 0)
        head = found.newest.head if found.newest is not None else None
        fields: dict[str, Field] = {
            "reasons": ", ".join(hold.reason.value for hold in lifted),
            "known_size": head.size if head is not None else None,
            "known_root_hash": head.root_hash if head is not None else None,
        }
        decision.record("mail-released", fields)
    return lifted
