"""What a day's planning comes to: for everybody, for those whom mail does not reach, and for others."""

from collections.abc import Mapping, Set
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from pipeline.acknowledgements.asking import AskingChanges, Closing, Dating, Opening
from pipeline.acknowledgements.declarations.declared import DeclarationDuty
from pipeline.contacts.safety_lines import SafetyLines
from pipeline.letters.addressed import Addressed
from pipeline.letters.contributors.readings import AskedReader
from pipeline.letters.contributors.reviews import Unresolved
from pipeline.letters.groups import Lines
from pipeline.letters.items import LetterContents
from pipeline.letters.others_day import PaperContacts
from pipeline.register.people.persons import PersonRow
from pipeline.register.readings.requests import Place

_NOTHING_DECLARED: AskingChanges[DeclarationDuty] = AskingChanges()
_EVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class ReadOnPaper:
    """One policy that a person is to read on paper."""

    slug: str
    title: str
    due_on: date
    is_printed: bool
    """Their papers were printed with it; the signed line has not come back."""
    is_handed: bool = False
    """It is recorded that they were handed over."""


@dataclass(frozen=True, slots=True)
class PaperReader:
    """A person whom mail does not reach, and what they are still to read and sign."""

    person: PersonRow
    why: str
    """``no e-mail address`` or ``shares an address``."""
    items: tuple[ReadOnPaper, ...]


@dataclass(frozen=True, slots=True)
class PaperDeclaration:
    """One declaration that mail asks some people for in vain: each signs a sheet, or says it in person."""

    key: str
    """In ``config.toml``, as are the next two."""
    name: str
    statement: str
    people: tuple[PersonRow, ...]


@dataclass(frozen=True, slots=True)
class DayMail:
    """What a day brings to everybody in one situation."""

    changes: AskingChanges[Opening]
    contents: LetterContents
    """Of their letter; empty where they get none."""
    reader: AskedReader
    owes_on_return: bool
    """Away, and asked for something once they are back."""
    declared: AskingChanges[DeclarationDuty] = _NOTHING_DECLARED
    to_declare: Set[Place] = frozenset()
    """The declarations that are asked once the day's changes are made, and to which nothing was said."""

    @property
    def settled(self) -> tuple[Closing | Dating, ...]:
        """What it ends or dates anew of what is asked: nobody is told today that they are late with it."""
        changes, declared = self.changes, self.declared
        return (*changes.closed, *declared.closed, *changes.dated, *declared.dated)

    @property
    def is_nothing(self) -> bool:
        """Whether the day brings nothing."""
        return not self.changes and not self.declared and not self.contents.kinds


@dataclass(frozen=True, slots=True)
class PersonPlan:
    """What a day brings to one person."""

    row: PersonRow
    outcome: DayMail
    """Shared with everybody in the same situation."""
    lines: Lines
    """Where they stood. The writing of the plan asks whether it still holds."""


@dataclass(frozen=True, slots=True)
class DayPlan:
    """Everything that one day's planning came to."""

    today: date
    people: tuple[PersonPlan, ...] = ()
    """To whom the day brings something."""
    others: Mapping[str, Addressed] = field(default_factory=dict)
    """What is told of reviews, late readers and to the office, by address in small letters."""
    unresolved: Unresolved = field(default_factory=Unresolved)
    paper: tuple[PaperReader, ...] = ()
    """Everybody whom mail does not reach and who still owes something, asked today or before."""
    to_declare: tuple[PaperDeclaration, ...] = ()
    """What those whom mail does not reach have not declared yet."""
    contacts_on_paper: tuple[PaperContacts, ...] = ()
    """Everybody whom mail does not reach and who was not handed the new contacts yet."""
    away: tuple[PersonRow, ...] = ()
    """Who is asked only once they are back."""
    waiting_for_copy: tuple[str, ...] = ()
    """Titles of policies that nobody is asked to read today, since no copy of them as they are today could be made."""
    without_policy: tuple[str, ...] = ()
    """A sentence for each declaration that nobody is asked for, since its policy is not in use."""
    year_began: datetime = _EVER
    """Since when a word counts where it is asked for each school year."""
    safety: SafetyLines | None = None
    """Whom a worry goes to on the day; None only of an empty plan."""
    opens_week: bool = False
    """No letters were planned in this week before: its lists of what is open belong to this day."""
