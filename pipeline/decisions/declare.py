"""What a decision is declared as: its words, its fields, what would happen, and what is done.

A decision is a frozen dataclass of what is typed; nothing else has to know of it::

    @dataclass(frozen=True, kw_only=True)
    class MoveDue(DeclaredDecision):
        words = DecisionWords("due", "Move the day a review is due.", page="/policies/{slug}/due", ...)
        slug: str = asked(where=Where.ADDRESS)
        to: date = asked("The day it is due instead", help="The day it is due instead.", missing="Say on which day")

        @classmethod
        def look(cls, case, slug): ...        # what would happen: shown by the page and by --preview
        def do(self, case): ...               # check, record; the edge has locked, and signs

``cli.declared`` makes the command of it, ``web.desk.declared`` the form.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from string import Formatter
from types import MappingProxyType
from typing import Any, ClassVar

from pipeline.config import Config
from pipeline.decisions.rights import Action, Who
from pipeline.errors import UsageError
from pipeline.model.policies import PolicyStanding
from pipeline.people.naming import find_one
from pipeline.policies.standing import list_standings
from pipeline.reasons.reason import Reason, Voice
from pipeline.register.decision import Decision
from pipeline.register.people.persons import PersonRow, find_person, list_people
from pipeline.register.store.database import Register

_LONGEST_KEY = 12
_NOTHING: Mapping[str, Any] = MappingProxyType({})
"""Handed out by a factory: Python 3.11 takes no such value for a default of a field."""


class NotHereError(UsageError):
    """What a decision is about is not there."""

    def __init__(self, what: str, said: str) -> None:
        """``what`` is a noun, such as "policy"; ``said`` tells a person at the command line."""
        super().__init__(said)
        self.what = what


class NotForYouError(UsageError):
    """Somebody else has to decide it."""

    def __init__(self, about: tuple[str, str], said: str) -> None:
        """``about`` is as ``Look`` has it."""
        super().__init__(said)
        self.about = about


@dataclass(frozen=True, slots=True)
class DecisionWords:
    """What a decision is called, where it is found, and who may decide it."""

    command: str
    """Its command, such as "due" or "correct due"; empty where it has none."""
    help: str
    """What the command does, in one sentence."""
    right: Action
    page: str = ""
    """The address of its form; empty where it has none."""
    above: str = ""
    """The list that the form stands under, where it is not the first part of its address."""
    heading: str = ""
    """Of the page, unless ``look`` gives another; ``{name}`` is that of what it is about."""
    link: str = ""
    """Leads to the page from that of what it is about; empty where ``offer`` says it, or none does."""
    button: str = ""
    is_stop: bool = False
    """Whether the button ends something, and looks like it."""
    explains: str = ""
    """What is told about it on the page and in the reference, in a sentence or two."""
    begins_register: bool = False
    """Whether the command may be the first of a workspace that has no register yet."""

    @property
    def list_page(self) -> str:
        """The list that the form stands under, such as "/policies"."""
        return self.above or f"/{self.page.split('/')[1]}"


@dataclass(frozen=True, slots=True)
class Case:
    """In what a decision is looked at or made."""

    decision: Decision
    """Of the transaction; while it is only looked, nothing may be written into it."""
    config: Config
    today: date
    environ: Mapping[str, str]
    """The environment of the process, where secrets may stand."""
    who: Who | None = None
    """Who is signed in; None at the command line."""
    standings: Callable[[], Sequence[PolicyStanding]] | None = None
    """Returns how all policies stand, where that is known already."""

    def find_policies(self) -> Sequence[PolicyStanding]:
        """Return how all policies stand."""
        if self.standings is not None:
            return self.standings()
        return list_standings(self.decision.tx, self.decision.school, self.config, self.today)

    def policy(self, slug: str) -> PolicyStanding:
        """Return how a policy stands. Raises NotHereError."""
        found = next((one for one in self.find_policies() if one.slug == slug), None)
        if found is None:
            raise NotHereError("policy", f"No policy has the short name {slug!r}. 'policy status' lists them all.")
        return found

    def person(self, meant: str, *, own: str = "") -> PersonRow:
        """Return one person: of the desk's pages by their key, of commands by what a user calls them.

        ``own`` is said where it is the person who decides. Raises NotHereError, UsageError.
        """
        tx, school = self.decision.tx, self.decision.school
        if self.who is None:
            return find_one(list_people(tx, school, self.today), meant, self.today)
        key = int(meant) if meant.isdecimal() and len(meant) <= _LONGEST_KEY else 0
        row = find_person(tx, school, key, self.today)
        if row is None:
            raise NotHereError("person", "That person is no longer on record, so nothing was changed.")
        if own and self.who.is_at(row.person.work_email):
            raise NotForYouError(page_of_person(row), own)
        return row

    @property
    def voice(self) -> Voice:
        """For whom sentences are."""
        return Voice.COMMAND if self.who is None else Voice.DESK

    def lines(self, said: Iterable[str]) -> str:
        """Return sentences, at the command line each on a line of its own."""
        return ("\n" if self.who is None else " ").join(said)

    def may(self, action: Action) -> bool:
        """Return whether the person who decides may do this; the command line may do everything."""
        return self.who is None or self.who.may(action)


def page_of_person(row: PersonRow) -> tuple[str, str]:
    """Return a person's name and the address of their page."""
    return row.person.name, f"/people/{row.id}"


@dataclass(frozen=True, slots=True)
class Look:
    """What would happen, or why nothing can be decided; shown before it counts."""

    about: tuple[str, str] | None = None
    """What it is about, with the address of its page."""
    heading: str = ""
    rows: Mapping[str, str] = field(default_factory=lambda: _NOTHING)
    """What is so now, by what it is called; empty ones are left out."""
    said: Sequence[str] = ()
    """What follows, in sentences."""
    warns: str = ""
    changes: Sequence[object] = ()
    """Paragraphs of a text that differ from the one before it, as ``changes.differences`` lists them."""
    nothing: str = ""
    """Why there is nothing to decide."""
    shown: str = ""
    """What of the register the page shows: where another holds when the form comes, nothing is done."""
    values: Mapping[str, str] = field(default_factory=lambda: _NOTHING)
    """What stands in fields while nothing was typed."""
    hints: Mapping[str, str] = field(default_factory=lambda: _NOTHING)
    choices: Mapping[str, Mapping[str, str]] = field(default_factory=lambda: _NOTHING)
    """Of a field that is one of a few: values with their words. Where there are none it is not asked for."""
    links: Mapping[str, tuple[str, str]] = field(default_factory=lambda: _NOTHING)
    """Further rows: words with the address that they lead to."""
    button: str = ""
    is_stop: bool = False


@dataclass(frozen=True, slots=True)
class DecisionSaid:
    """What was decided."""

    said: Reason | str
    json: Mapping[str, object] | Sequence[object] = field(default_factory=lambda: _NOTHING)
    """What ``--json`` prints."""
    to: str = ""
    """The page to go on to; else that of what it is about."""
    then: Callable[[Register], str] | None = None
    """Does what follows once it is kept, outside of its transaction; returns what is to be said of it, if anything."""
    begins_run: bool = False
    """Whether the desk begins a run with it."""

    def saying(self, said: Reason | str) -> "DecisionSaid":
        """Return it with other words."""
        return replace(self, said=said)


class DeclaredDecision(ABC):
    """One decision: a frozen dataclass of what is typed."""

    words: ClassVar[DecisionWords]

    @classmethod
    def look(cls, case: Case, *args: Any, **address: Any) -> Look:
        """Return what would happen to what the fields of the address name. Raises NotHereError, UsageError."""
        return Look()

    @classmethod
    def meant(cls, case: Case, **address: str) -> Mapping[str, str]:
        """Return the fields of the address by the parts of the page's own. Raises NotHereError where none are meant."""
        return address

    @abstractmethod
    def do(self, case: Case) -> DecisionSaid:
        """Check and record it. Raises UsageError with what to do instead."""

    def faults(self, case: Case) -> Mapping[str, str]:
        """Return what is wrong with what was typed on the page, by field; what ``do`` refuses is not said twice."""
        return {}

    def check(self, case: Case) -> Look | None:
        """Return what to look at of what was typed before it counts; None where ``look`` has shown what follows."""
        return None

    @classmethod
    def offer(cls, case: Case, subject: Any) -> str:
        """Return the words of the link on the page of what it is about; empty where it is not for now."""
        return cls.words.link


def address_names(declared: type[DeclaredDecision]) -> set[str]:
    """Return the parts of the address of a decision's page."""
    return {name for _, name, _, _ in Formatter().parse(declared.words.page) if name}
