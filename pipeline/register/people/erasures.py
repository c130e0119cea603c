"""Who asked for a person to be erased, who agreed, and of whom nothing is erased for now: the SQL about it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import func, select, update

from pipeline.register.decision import Decision
from pipeline.register.tables.erasure import erasure, person_hold
from pipeline.register.tables.mapper import Mapper, stored
from pipeline.register.transaction import Transaction


class ErasureReason(StrEnum):
    """Why a person is to be erased."""

    ASKED = "asked"
    """The school decided so of this one person, such as at their own wish."""
    RETENTION = "retention"
    """They left so long ago that nothing of them is kept any more."""
    AGAIN = "again"
    """They were erased before, and an older safety copy brought them back."""


@dataclass(frozen=True, slots=True)
class Hold:
    """That nothing of a person is erased for now."""

    id: int
    person: int
    """The register's key."""
    held_by: str
    held_at: datetime
    position: int
    """Of the record that has the reason."""


@dataclass(frozen=True, slots=True)
class ErasureProposal:
    """That one asked for a person to be erased, and nobody has agreed or withdrawn it yet."""

    id: int
    person: int
    """The register's key."""
    occasion: ErasureReason
    reason: str
    proposed_by: str
    proposed_at: datetime
    position: int
    """Of the record that asks for it."""


@dataclass(frozen=True, slots=True)
class Erased:
    """A person who was erased."""

    person: int
    """The register's key, behind which nobody stands any more."""
    number: int
    """By which they are told from others who were erased."""
    erased_at: datetime
    proposed_by: str
    agreed_by: str
    reason: str
    print: str
    """SHA-256 of the first random part of their link, 64 hexadecimal digits."""


_HOLDS = Mapper(Hold, person_hold, position=person_hold.c.ledger_position)
_PROPOSALS = Mapper(ErasureProposal, erasure, position=erasure.c.proposed_position)
_ERASED = Mapper(Erased, erasure, print=stored(erasure.c.print, lambda print_: print_ or ""))


# --- holds ---------------------------------------------------------------------------------------------------------


def add_hold(decision: Decision, person: int, name: str, reason: str) -> None:
    """Hold everything of a person; why stands in the ledger alone."""
    position = decision.record("person-held", {}, words={"name": name, "reason": reason})
    _HOLDS.add(decision.tx, decision.school, Hold(0, person, decision.actor, decision.now, position))


def release_hold(decision: Decision, hold: Hold) -> None:
    """End a hold."""
    decision.record("person-released", {"record": hold.position})
    mine = update(person_hold).where(person_hold.c.id == hold.id)
    decision.tx.execute(mine.values(released_by=decision.actor, released_at=decision.now))


def list_holds(tx: Transaction, school: str) -> dict[int, Hold]:
    """Return the holds that stand, by the register's key of the person."""
    return {row.person: row for row in _HOLDS.all(tx, _HOLDS.of(school, person_hold.c.released_at.is_(None)))}


# --- proposals -----------------------------------------------------------------------------------------------------


def add_proposal(decision: Decision, person: int, name: str, occasion: ErasureReason, reason: str) -> None:
    """Ask for a person to be erased; nothing is until a second person agrees."""
    position = decision.record("erasure-proposed", {"occasion": occasion.value}, words={"name": name, "reason": reason})
    new = ErasureProposal(0, person, occasion, reason, decision.actor, decision.now, position)
    _PROPOSALS.add(decision.tx, decision.school, new)


def withdraw_proposal(decision: Decision, proposal: ErasureProposal) -> None:
    """Take back that a person is to be erased."""
    decision.record("erasure-withdrawn", {"record": proposal.position})
    mine = update(erasure).where(erasure.c.id == proposal.id)
    decision.tx.execute(mine.values(withdrawn_by=decision.actor, withdrawn_at=decision.now))


def list_proposals(tx: Transaction, school: str) -> dict[int, ErasureProposal]:
    """Return the proposals that wait for a second person, by the register's key of the person."""
    waits = erasure.c.erased_at.is_(None), erasure.c.withdrawn_at.is_(None)
    return {row.person: row for row in _PROPOSALS.all(tx, _PROPOSALS.of(school, *waits))}


# --- erasures ------------------------------------------------------------------------------------------------------


def next_number(tx: Transaction, school: str) -> int:
    """Return the number of the next person who is erased."""
    return int(tx.scalar(select(func.max(erasure.c.number)).where(erasure.c.school == school)) or 0) + 1


def note_erased(
    decision: Decision, proposal: ErasureProposal, *, agreed_by: str, number: int, print_: str, position: int
) -> None:
    """Write down that a proposal was agreed to, and done."""
    values = {
        "agreed_by": agreed_by,
        "erased_at": decision.now,
        "number": number,
        "print": print_,
        "ledger_position": position,
    }
    decision.tx.execute(update(erasure).where(erasure.c.id == proposal.id).values(**values))


def list_erased(tx: Transaction, school: str) -> dict[int, Erased]:
    """Return everybody who was erased, by the register's key."""
    return {row.person: row for row in _ERASED.all(tx, _ERASED.of(school, erasure.c.erased_at.is_not(None)))}
