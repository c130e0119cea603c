"""What a look ahead finds: the mails that would go, day by day, and what keeps mail from going."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from pipeline.mail.simulated_delivery import WaitingMailing
from pipeline.model.mail import MailKind
from pipeline.reasons.reason import Reason


@dataclass(frozen=True, slots=True)
class SimulatedMail:
    """One mail that would go."""

    on: date
    """The day on which it goes; in the file's name on the folder route."""
    to: str
    """A bare address."""
    kind: MailKind
    """What it is kept as."""
    kinds: tuple[MailKind, ...]
    """All that it is for."""
    subject: str
    """Without the code that every letter's ends in: that is drawn when it is written."""
    titles: tuple[str, ...]
    """The policies that it asks to read, reminds of or tells of; where there are none, those it says where to find."""
    slugs: tuple[str, ...]
    """The same policies, in the same order."""


@dataclass(frozen=True, slots=True)
class SimulatedDay:
    """What a day brings."""

    on: date
    mails: tuple[SimulatedMail, ...] = ()
    """By address, kind and subject."""
    waiting: tuple[WaitingMailing, ...] = ()
    """Mailings that wait for a confirmation from this day on; taken as given that day, unless asked otherwise."""

    @property
    def is_empty(self) -> bool:
        """Whether the day brings nothing."""
        return not (self.mails or self.waiting)


@dataclass(frozen=True, slots=True)
class Simulation:
    """A look ahead."""

    first: date
    last: date
    """The last day that was looked at, included."""
    confirmed: bool
    """Mailings that wait were taken to be confirmed on their day."""
    days: tuple[SimulatedDay, ...]
    """In their order; days that bring nothing are left out."""
    notices: tuple[Reason | str, ...]
    """What keeps mail from going, or a confirmation from being given, a sentence each."""

    @property
    def mails(self) -> Iterator[SimulatedMail]:
        """Every mail, the first to go first."""
        return (mail for day in self.days for mail in day.mails)
