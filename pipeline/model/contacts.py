"""Who holds which role, and what a copy changes for them."""

from dataclasses import dataclass
from enum import StrEnum


class Pronoun(StrEnum):
    """How a holder is spoken of in a copy."""

    SHE = "she"
    HE = "he"
    THEY = "they"


@dataclass(frozen=True, slots=True)
class Holder:
    """A person who holds a role at the school, as the configuration gives them."""

    role: str
    name: str
    title: str
    """``Ms``, ``Mr``, ``Dr`` …; empty where none is wanted."""
    phone: str | None
    email: str | None
    pronoun: Pronoun = Pronoun.THEY
    covers: str | None = None
    """For whom they stand in until a day; None where the role is theirs."""


@dataclass(frozen=True, slots=True)
class StayingLine:
    """A line of a document in which a former holder's name stays, by the owner's word: an author's, a trainer's."""

    name: str
    words: str
    """The whole line, its spaces single."""


@dataclass(frozen=True, slots=True)
class Directory:
    """Who holds which role on one day."""

    holders: tuple[Holder, ...] = ()
    """In the order of the configuration; several deputies stand one after the other."""
    former: tuple[Holder, ...] = ()
    """Who held a role before, or is covered for; ``role`` is the one they held."""
    vacant: tuple[str, ...] = ()
    """Roles that a person held before and nobody holds on the day."""
    office: Holder | None = None
    """The school office, where it is taken out of ``holders``: its number may stand anywhere."""
    settled: tuple[Holder, ...] = ()
    """Whom a document rightly names in a role they do not hold, by the owner's word; a number alone has no name."""
    staying: tuple[StayingLine, ...] = ()
    """The lines of a document in which the name of a person who goes stays all the same."""

    @property
    def with_office(self) -> tuple[Holder, ...]:
        """The holders, and the school office behind them where it is taken out."""
        return self.holders if self.office is None else (*self.holders, self.office)

    def of(self, role: str) -> tuple[Holder, ...]:
        """Return the holders of ``role``, empty where the configuration has no entry."""
        return tuple(holder for holder in self.holders if holder.role == role)


@dataclass(frozen=True, slots=True)
class ShownDirectory(Directory):
    """A directory that pages, mails and copies may be handed: no number or address that nobody confirmed is in it.

    Only ``contacts.confirmations`` makes one; the code that writes for others takes nothing else, and a test holds all
    of the program to it.
    """


class ReplacementKind(StrEnum):
    """What sort of words one replacement changes."""

    NAME = "name"
    PHONE = "phone"
    EMAIL = "email"
    LINK = "link"
    """The target of a link, not its visible words."""
    PRONOUN = "pronoun"
    FIELD = "field"
    """A field in double braces, filled."""
    HEADER = "header"
    """A date, an approval or a version in the document's own header block."""
