"""The one way in which anything is decided: a short transaction, a person who decides, a record, a signed head.

Commands and pages open a ``Decision`` here and hand it to the function that checks and writes. Nothing waits for a run:
the transaction lies between a run's own, and what plans or sends mail asks the register again.

Names and whatever people type in their own words stand in the ledger only as commitments, never in the clear.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import TYPE_CHECKING

from pipeline.register.actors import read_actor
from pipeline.register.transaction import Transaction

if TYPE_CHECKING:
    from pipeline.register.ledger import ledger
    from pipeline.register.ledger.signed_heads import Field

ACTOR = "actor"
"""What the ledger's records call the person who decided."""
THE_RUN = "the daily run"
"""Decides what follows by itself from what a run read."""


@dataclass(frozen=True, slots=True)
class Decision:
    """One decision while it is being made: what the function that checks and writes it needs, the clock included."""

    tx: Transaction
    school: str
    actor: str
    """Who decides: as they named themself, else the account that runs the command."""
    now: datetime
    several: "ledger.Appending | None" = None
    """Takes the record where several decisions go into one transaction; the caller that opened it finishes it."""

    def record(
        self,
        kind: str,
        fields: "Mapping[str, Field]",
        *,
        words: Mapping[str, str | None] = MappingProxyType({}),
    ) -> int:
        """Add a record that names the actor, and return its position.

        ``fields`` are codes, days and numbers, and stand in the clear; ``words`` are names and free text, and stand as
        commitments, the empty ones left out. Raises as ``ledger.append``.
        """
        from pipeline.register.ledger import ledger

        personal = {name: value for name, value in words.items() if value} | {ACTOR: self.actor}
        if self.several is not None:
            return self.several.append(kind, fields, personal=personal)
        return ledger.append(self.tx, self.school, kind, fields, personal=personal, now=self.now)


def could_be_one(by: str, other: str) -> bool:
    """Tell whether two who decide could be one: by the same words, by the address they signed in with, or by a name."""
    from pipeline.named.names.likeness import COULD_BE, same_person

    is_same = _folded(by) == _folded(other) or read_actor(by).account == read_actor(other).account != ""
    return is_same or same_person(by, other, COULD_BE)


def _folded(words: str) -> str:
    return " ".join(words.split()).casefold()
