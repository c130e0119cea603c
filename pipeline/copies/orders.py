"""What a run orders of copies, what all of them are made with, and what became of them.

``shelf`` orders what is missing or out of date, and ``filling`` makes it. Most runs order nothing: no module here loads
what opens, changes or sets a document.
"""

from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import TYPE_CHECKING

from pipeline.config import Config
from pipeline.contacts.confirmations import ContactsOfDay
from pipeline.model.contacts import ShownDirectory
from pipeline.model.facts import Facts
from pipeline.model.policies import PolicyStanding
from pipeline.pages.pdf import FrontBlock
from pipeline.pages.policy_links import PolicyNames
from pipeline.reasons.reason import Reason
from pipeline.register.policies.copies import CopyRow
from pipeline.register.policies.policies import VersionRow
from pipeline.register.store.database import Register

if TYPE_CHECKING:
    from pipeline.copies.copy import Maker


@dataclass(slots=True)
class CopyReport:
    """What became of the copies. Entries are titles, with a reason where one is due."""

    made: list[str] = field(default_factory=list)
    unchanged: int = 0
    held: list[tuple[str, str]] = field(default_factory=list)
    failed: list[tuple[str, str]] = field(default_factory=list)
    damaged: list[str] = field(default_factory=list)
    """Policies whose document in the register is not the one it was given; no copy is made of it."""
    removed: list[str] = field(default_factory=list)
    replacements: int = 0
    """Contact details put right in the copies made."""
    notes: list[tuple[str, str]] = field(default_factory=list)
    """What could not be shown as it is in the copies made, and what of the school's look could not be used."""

    def following(self, earlier: "CopyReport") -> "CopyReport":
        """Return what both came to, ``earlier`` having been before: what it made is not unchanged now."""
        again = set(earlier.made) - set(self.made)
        return replace(
            self,
            made=list(dict.fromkeys([*earlier.made, *self.made])),
            unchanged=max(0, self.unchanged - len(again)),
            removed=list(dict.fromkeys([*earlier.removed, *self.removed])),
            replacements=earlier.replacements + self.replacements,
            notes=list(dict.fromkeys([*earlier.notes, *self.notes])),
        )


@dataclass(frozen=True, slots=True)
class CopyOrder:
    """One copy that has to be made."""

    standing: PolicyStanding
    version: VersionRow
    facts: Facts
    front: FrontBlock
    fingerprint: str
    code: str
    held: Reason | None
    """Why it must not be made yet; None where it may."""
    directory: ShownDirectory
    """Who may be named in its words, with what the owner said of this text."""
    again: CopyRow | None
    """The current copy, where only its files are missing or were changed; None where the copy is new."""


@dataclass(frozen=True, slots=True)
class Shop:
    """What all copies of one run are made with."""

    register: Register
    config: Config
    contacts: ContactsOfDay
    links: PolicyNames
    """Where the PDF of each policy lies, by its title."""
    today: date
    now: datetime
    write: bool
    """Files are written; not in a dry run."""
    maker: "Maker"
    """Asked first for each copy."""
