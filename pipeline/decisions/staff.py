"""One person is added whom no list has, or what is known of one is changed.

Nobody changes their own record: it says what they are asked to read.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from pipeline.decisions.declare import Case, DecisionSaid, DecisionWords, DeclaredDecision, Look, page_of_person
from pipeline.decisions.fields import Where, asked, asked_at_desk
from pipeline.decisions.people import OWN_RECORD, refuse_own_address, said_of, say_open, words_on_person
from pipeline.decisions.rights import Action
from pipeline.errors import UsageError
from pipeline.model.people import Person
from pipeline.people.by_hand import add_by_hand, set_by_hand
from pipeline.register.people.persons import list_people
from pipeline.wording import KINDS


@dataclass(frozen=True, kw_only=True)
class AddPerson(DeclaredDecision):
    """A person is added whom no list has."""

    words: ClassVar[DecisionWords] = DecisionWords(
        "staff add",
        "Add somebody whom no list has: NAME, then FIELD=VALUE such as role=Teacher.",
        Action.LOOK_AFTER_PEOPLE,
        page="/people/add",
        above="/people",
        heading="Add one person",
        button="Add them",
        explains="For somebody whom no list has. Whoever comes with the next list need not be added.",
        begins_register=True,
    )
    name: str = asked(
        "First and last name",
        hint="Spelt as they type it: they confirm a reading by their last name.",
        missing="Give the first and the last name",
        is_argument=True,
    )
    fields: tuple[str, ...] = asked(where=Where.COMMAND, is_argument=True, metavar="[FIELD=VALUE]...", default=())
    kind: str | None = asked_at_desk("What they are here", missing="Say what they are here")
    role: str | None = asked_at_desk("Role", hint="Such as Teacher; it decides what they are asked to read.")
    team: str | None = asked_at_desk("Team")
    work_email: str | None = asked_at_desk(
        "Work address", hint="Their own, read by nobody else. Without one they are asked on paper.", typed_as="email"
    )
    starts: date | None = asked_at_desk("First day")
    another: bool = asked(
        "Somebody of the same name is here already, and this is somebody else",
        help="They are somebody else than whoever has the same name.",
        default=False,
    )

    @classmethod
    def look(cls, case: Case) -> Look:
        """Show which teams there are."""
        people = list_people(case.decision.tx, case.decision.school, case.today)
        teams = sorted({row.person.team for row in people if row.person.team}, key=str.casefold)
        hints = {"team": f"In use here: {', '.join(teams[:12])}."} if teams else {}
        return Look(choices={"kind": KINDS}, values={"kind": "staff"}, hints=hints)

    def faults(self, case: Case) -> Mapping[str, str]:
        """Say where the address is that of the person who types it."""
        return refuse_own_address(case, self.work_email)

    def do(self, case: Case) -> DecisionSaid:
        """Add them."""
        typed = {name: getattr(self, name) for name in ("kind", "role", "team", "work_email", "starts")}
        given = [*self.fields, *(f"{name}={value}" for name, value in typed.items() if value)]
        return said_of(case, add_by_hand(case.decision, self.name, given, case.today, is_another=self.another))


@dataclass(frozen=True, kw_only=True)
class ChangePerson(DeclaredDecision):
    """What is known of a person is changed: on the page, what is filled in otherwise than it was shown."""

    words: ClassVar[DecisionWords] = words_on_person(
        "change",
        "Change {name}",
        "Change what is known of one person, such as away_until=2027-01-04.",
        "Keep it",
        "What they are decides what they are asked to read. A list that says otherwise is told of when it is taken in.",
        "Change name, role, team or first day",
        "staff set",
    )
    person: str = asked(where=Where.ADDRESS)
    fields: tuple[str, ...] = asked(where=Where.COMMAND, is_argument=True, metavar="FIELD=VALUE...", default=())
    only: str | None = asked(
        help="Of which list, for somebody who stands in several.",
        option="--list",
        metavar="NAME",
        where=Where.COMMAND,
        default=None,
    )
    first_name: str | None = asked_at_desk("First name")
    last_name: str | None = asked_at_desk("Last name", hint="They confirm a reading by typing it.")
    role: str | None = asked_at_desk("Role")
    team: str | None = asked_at_desk("Team")
    manager: str | None = asked_at_desk("Line manager")
    kind: str | None = asked_at_desk("What they are here")
    start_date: str | None = asked_at_desk("First day", typed_as="date")

    @classmethod
    def look(cls, case: Case, person: str) -> Look:
        """Show what is known of a person."""
        row = case.person(person, own=OWN_RECORD)
        known = _known(row.person)
        shown, rows = repr(list(known.values())), known if case.who is None else {}
        return Look(page_of_person(row), rows=rows, values=known, choices={"kind": KINDS}, shown=shown)

    def do(self, case: Case) -> DecisionSaid:
        """Change it."""
        row = case.person(self.person, own=OWN_RECORD)
        typed = {name: (getattr(self, name), known) for name, known in _known(row.person).items()}
        given = [*self.fields, *(f"{name}={one}" for name, (one, known) in typed.items() if one not in (None, known))]
        if case.who is not None and not given:
            raise UsageError("Nothing was filled in otherwise than it is known, so nothing was changed.")
        change = set_by_hand(case.decision, row.id, given, case.today, list_name=self.only)
        return said_of(case, change, say_open(case, change))


def _known(person: Person) -> dict[str, str]:
    """Return what the page shows of a person, by its fields."""
    names = ("first_name", "last_name", "role", "team", "manager", "kind")
    return {name: str(getattr(person, name) or "") for name in names} | {"start_date": str(person.start_on or "")}


DECISIONS = (AddPerson, ChangePerson)
