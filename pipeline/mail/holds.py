"""Why all mail is held, in words, and how its owner lets it go again.

A register that was put back, replaced or lost no longer knows whom it has mailed, and a changed key ends every link
that was sent. Nothing leaves by any route then until a person who has looked says so: ``policy send --confirm``.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from pipeline.errors import UsageError
from pipeline.reasons.reason import Reason, Voice, because, say
from pipeline.register.decision import Decision
from pipeline.register.ledger import ledger
from pipeline.register.ledger.signed_heads import Field
from pipeline.register.mail import outbox
from pipeline.register.store.counter import MailHold, hold_mail, lift_holds, list_holds, note_mark, raise_counter
from pipeline.register.store.database import Register
from pipeline.register.store.marks import OF_KEYS, HoldReason, RegisterMark
from pipeline.register.transaction import Transaction
from pipeline.wording import say_day


def why_held(reason: HoldReason, register: Register | None = None) -> Reason:
    """Return why all mail is held and what to do; ``register``, where given, tells which one it was copied from."""
    place = register.copied_from if register is not None else None
    if place is None:
        return _reasons(because("look-whom-it-writes-to"))[reason]
    if reason is HoldReason.COPIED:
        return because("register-is-copy-of", place=str(place))
    return _reasons(because("nothing-goes-from-a-copy"))[reason]


def _reasons(do: Reason) -> Mapping[HoldReason, Reason]:
    """Return every reason, ``do`` being what to do about those that end at the owner's word."""
    return {
        HoldReason.OLDER: because("register-is-older", do=do),
        HoldReason.COPIED: because("register-is-copied", do=do),
        HoldReason.ELSEWHERE: because("register-is-elsewhere", do=do),
        HoldReason.OTHER: because("register-is-another", do=do),
        HoldReason.RESTORED: because("register-put-back", do=do),
        HoldReason.UNREADABLE: because("mark-unreadable", do=do),
        HoldReason.LOST: because("register-began-afresh", do=do),
        HoldReason.LINK_KEY: because("link-key-gone"),
        HoldReason.LEDGER_KEY: because("ledger-key-gone", why=ledger.ANOTHER_KEY),
    }


def say_hold(reason: HoldReason, register: Register | None = None, voice: Voice = Voice.COMMAND) -> str:
    """Return the same in the words for its reader."""
    return say(why_held(reason, register), voice)


def say_obstacle(holds: Sequence[MailHold]) -> Reason:
    """Return since when mail is held, for a caller that asks why nothing goes."""
    return because("mail-held-since", day=say_day(holds[0].held_at.date()))


def note_doubt(tx: Transaction, register: Register, now: datetime) -> tuple[MailHold, ...]:
    """Hold all mail where the register was found to be an older or another one when it was opened; return all holds.

    Where it was not, its place is noted.
    """
    if register.doubt is not None:
        hold_mail(tx, register.school, register.doubt, now)
    else:
        # Though nothing else is to be marked: by it a copy of a folder that was moved is told.
        note_mark(tx, register.school)
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
    reasons = why_all_is_held(tx, register)
    return HeldMail(reasons, outbox.list_unsent(tx, register.school) if reasons else ())


def why_all_is_held(tx: Transaction, register: Register) -> tuple[HoldReason, ...]:
    """Return why mail is held now, the first reason first; empty where it is not.

    A copy whose original is in its place is called that, and never older: the original goes on meanwhile.
    """
    reasons = [hold.reason for hold in list_holds(tx, register.school)]
    if register.doubt is not None and register.doubt not in reasons:
        reasons.append(register.doubt)
    if register.copied_from is not None:
        reasons = [HoldReason.COPIED, *(each for each in reasons if each not in (HoldReason.COPIED, HoldReason.OLDER))]
    return tuple(reasons)


def is_copy(tx: Transaction, register: Register) -> bool:
    """Return whether the workspace is a copy of another one, or may be, and its owner has not said that it counts."""
    return bool({HoldReason.COPIED, HoldReason.ELSEWHERE} & set(why_all_is_held(tx, register)))


def refuse_copy(register: Register) -> None:
    """Raise UsageError where the register is a copy whose original is in its place: nothing is to go from both."""
    if register.copied_from is not None:
        raise UsageError(f"Nothing was sent. {say_hold(HoldReason.COPIED, register)}")


def is_held_for_register(tx: Transaction, register: Register) -> bool:
    """Return whether all mail is held for what its owner's word lifts; a key that is not right is no such thing."""
    holds = [hold for hold in list_holds(tx, register.school) if hold.reason not in OF_KEYS]
    return bool(holds) or register.doubt is not None


@dataclass(frozen=True, slots=True)
class RegisterDoubt:
    """What spoke against the register when it was opened."""

    reason: HoldReason | None
    newest: RegisterMark | None
    """The furthest of the marks beside it."""


@contextmanager
def aside_from_doubt(register: Register) -> Iterator[RegisterDoubt]:
    """Put aside what the marks say against the register while its owner decides that it is the one; back if not kept.

    A process that writes to a register in doubt would hold all mail first.
    """
    marks = register.known_marks()
    doubt, register.doubt = register.doubt, None
    register.account.hasten()
    try:
        yield RegisterDoubt(doubt, max(marks, key=lambda mark: mark.counter, default=None))
    except BaseException:
        register.doubt = doubt
        raise


def release_mail(decision: Decision, found: RegisterDoubt) -> tuple[MailHold, ...]:
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
