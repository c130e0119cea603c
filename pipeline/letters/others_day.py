"""What is known of a day where it is decided what others than readers are told: owners, office, clerk, governors."""

from collections.abc import Callable, Iterator, Sequence, Set
from dataclasses import dataclass
from datetime import date

from pipeline.acknowledgements.declarations.declared import AskedDeclaration
from pipeline.config import Config
from pipeline.dates.calendar import is_mail_day
from pipeline.model.contacts import Directory
from pipeline.model.policies import PolicyStanding
from pipeline.register.mail.told import ToldOutcome, ToldRow, routes_like
from pipeline.register.people.persons import PersonRow
from pipeline.register.people.situations import OverdueRequest
from pipeline.register.readings.requests import Place
from pipeline.register.transaction import Transaction


@dataclass(frozen=True, slots=True)
class OfficeItem:
    """Something that the school office, or a policy's owner, has to do for one person or about what a person said."""

    words: str
    """A sentence that says who, what and how."""
    person: int | None
    """The register's key; None for a person of no list."""
    stage: str
    """Under which it is noted as told."""
    short: str = ""
    """What is wrong in a few words, as the list of what is open has it; empty where it does not stand there."""
    page: str = ""
    """Where the desk puts it right: a path."""
    command: str = ""
    """The same at the command line."""
    from_reader: bool = False
    """A reader told it from their page: it goes to the policy's owner."""
    policy_id: int | None = None
    """The policy that a reader told it of."""
    people: frozenset[int] = frozenset()
    """Whom it is of, where they are many."""


@dataclass(frozen=True, slots=True)
class StarterWithoutPack:
    """A person who started school days ago and was told of nothing to read yet."""

    row: PersonRow
    why: str
    """``waits``, ``back``, ``no-address`` or ``no-copy``."""


@dataclass(frozen=True, slots=True)
class PaperContacts:
    """A person whom mail does not reach, and what they are to be told of the school's contacts on paper."""

    person: PersonRow
    notices: tuple[int, ...]
    """Under which it is noted as told."""
    said: tuple[str, ...]
    """A sentence a role."""
    policies: tuple[int, ...]
    """The policies whose renewed copies they get, by the register's key."""


@dataclass(frozen=True, slots=True)
class ListWeekToday:
    """Whether lists of what is open go today, and to whom."""

    week: str
    monday: date
    is_day: bool
    """The week's list belongs to this day."""
    opens: bool
    """No letters were planned in this week before: the caller that keeps the plan notes it."""
    told: Set[str]
    """The addresses that had theirs, in small letters."""
    again: Set[str]
    """The addresses whose letter was dropped before it went."""

    def goes_to(self, address: str) -> bool:
        """Return whether the person at ``address`` is to have their list today."""
        mine = address.casefold()
        return mine not in self.told and (self.is_day or mine in self.again)


def nothing_overdue(policies: Set[int]) -> Sequence[OverdueRequest]:
    """Return nothing: for a day of which no reading is looked at."""
    return ()


@dataclass(frozen=True, slots=True)
class OthersDay:
    """A day as the functions see it that say who is told what; the last fields come of the plan of readers' letters."""

    tx: Transaction
    school: str
    config: Config
    directory: Directory
    standings: Sequence[PolicyStanding]
    people: Sequence[PersonRow]
    told: Sequence[ToldRow]
    """What was told so far as any ``LetterPart.about``."""
    not_here: Set[str]
    """The addresses of those who have left or are away, in small letters: the default owner is told in their place."""
    today: date
    list_overdue: Callable[[Set[int]], Sequence[OverdueRequest]] = nothing_overdue
    """Returns the open requests for some policies whose day is over and whose reader was told: asked only where an
    owner or manager is to hear of those."""
    unknown: Sequence[int] = ()
    """People whose address the server does not know, and who are not written to again."""
    starters: Sequence[StarterWithoutPack] = ()
    on_paper: Sequence[PaperContacts] = ()
    asked: Sequence[AskedDeclaration] = ()
    settled: Set[tuple[int, Place]] = frozenset()
    """Person and place of the requests that the day closes or dates anew."""
    quiet: Set[int] = frozenset()
    """People whose mailbox says that they are away."""
    week: ListWeekToday | None = None
    facts: Sequence[OfficeItem] = ()
    """What is out of order: ``office_facts`` and ``contacts`` find it out from the rest of the day."""

    @property
    def has_mail(self) -> bool:
        """Whether mail goes on the day."""
        return is_mail_day(self.today, self.config.calendar.closed)

    @property
    def told_stages(self) -> Set[tuple[int | None, str | None]]:
        """Of whom, and what, a person was told, or is about to be: person and stage."""
        return {(row.person, row.stage) for row in self.counted()}

    def counted(self) -> Iterator[ToldRow]:
        """Yield what was told, or is about to be, by a route like today's, and did not come back."""
        gone, routes = (ToldOutcome.CANCELLED, ToldOutcome.BOUNCED), routes_like(self.config.mail.route)
        return (row for row in self.told if row.outcome not in gone and row.route in routes)
