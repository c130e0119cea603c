"""What is recorded in person of readings and declarations; nobody records their own."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from pipeline.acknowledgements.declarations.declaring import DeclarationEntry, Declared, name_asked, record_entered
from pipeline.acknowledgements.declarations.listing import DeclarationState, list_declaration_lines
from pipeline.decisions.declare import (
    Case,
    DecisionSaid,
    DecisionWords,
    DeclaredDecision,
    Look,
    NotHereError,
    page_of_person,
)
from pipeline.decisions.fields import Where, asked
from pipeline.decisions.rights import Action
from pipeline.register.readings.declarations import list_declaration_requests
from pipeline.wording import say_day, say_moment

_OWN_DECLARATION = "This is your own declaration, so somebody else has to record it."
_HOW = {
    "in-person": "They have declared in person what they have to",
    "nothing": "They have signed a sheet that they have nothing to declare",
}


@dataclass(frozen=True, kw_only=True)
class RecordDeclaration(DeclaredDecision):
    """A person declared in person what they have to, or signed that it is nothing; never what it is."""

    words: ClassVar[DecisionWords] = DecisionWords(
        "acknowledge declared",
        "Record that somebody declared in person what they have to; never what it is.",
        Action.RECORD_READINGS,
        page="/readings/declarations/{asked}",
        heading="What {name} declares",
        button="Record it",
        explains="Record that they did it, and not what they said.",
    )
    person: str = asked(where=Where.ADDRESS)
    declaration: str = asked(where=Where.ADDRESS)
    how: str = asked("What have they done?", missing="Choose what they have done", where=Where.PAGE, default="")
    on: date | None = asked(
        "The day of it",
        missing="Give the day on which they declared it, or on the sheet",
        to_come="That day has not come yet",
        help="The day on which they said it, or on the sheet; else today.",
        default=None,
    )
    by: str | None = asked(
        help="Who records it; never the person. --as says it too.", metavar="NAME", where=Where.COMMAND, default=None
    )
    nothing: bool = asked(
        help="They signed a sheet that they have nothing to declare.", where=Where.COMMAND, default=False
    )

    @classmethod
    def meant(cls, case: Case, **address: str) -> Mapping[str, str]:
        """Return who was asked to declare what, by the request that the page is of."""
        requests = list_declaration_requests(case.decision.tx, case.decision.school)
        for one in requests:
            if str(one.id) == address["asked"]:
                return {"person": str(one.person), "declaration": one.declaration}
        raise NotHereError("declaration", "This is not asked any more; nothing was recorded.")

    @classmethod
    def look(cls, case: Case, person: str, declaration: str) -> Look:
        """Show how a person stands with a declaration."""
        row, tx, school = case.person(person, own=_OWN_DECLARATION), case.decision.tx, case.decision.school
        heading = f"{row.person.name}: {name_asked(tx, school, case.config, row, declaration)}"
        lines = list_declaration_lines(tx, school, case.today)
        mine = [one for one in lines if (one.person.id, one.request.declaration) == (row.id, declaration)]
        if not mine:
            return Look(page_of_person(row), heading, nothing=f"{row.person.name} is not asked for it.")
        one = min(mine, key=lambda each: each.request.closed_at is not None)
        said = one.said and f"{one.state.words}, {say_moment(one.said.given_at.astimezone(case.config.zone))}"
        rows = {
            "School year": one.year,
            "How it stands": said or f"{one.state.words}, by {say_day(one.request.due_on)}",
            "The words of it": f"I have nothing to declare: {one.request.statement}",
        }
        if one.request.closed_at:
            by = f" by {one.said.entered_by}" if one.said and one.said.entered_by else ""
            nothing = f"It is recorded{by}. They are asked again next school year."
            error = "it was recorded in error", f"/people/{row.id}/declarations/{declaration}/correct"
            return Look(page_of_person(row), heading, rows, nothing=nothing, links={"If that is wrong": error})
        values = {"on": case.today.isoformat(), "how": "in-person" if one.state is DeclarationState.WISHES else ""}
        return Look(page_of_person(row), heading, rows, values=values, choices={"how": _HOW})

    def do(self, case: Case) -> DecisionSaid:
        """Record that they declared."""
        row, tx, school = case.person(self.person, own=_OWN_DECLARATION), case.decision.tx, case.decision.school
        name = name_asked(tx, school, case.config, row, self.declaration)
        nothing = self.nothing or self.how == "nothing"
        entry = DeclarationEntry(self.declaration, self.on or case.today, case.decision.actor, nothing)
        outcome = record_entered(case.decision, case.config, row, entry, today=case.today)
        what = "has nothing to declare" if nothing else "has declared in person"
        said = f"Recorded: {row.person.name} {what}, “{name}”, on {say_day(entry.on)}."
        if outcome is Declared.ALREADY:
            said = f"{row.person.name}’s declaration “{name}” is held already; nothing was added."
        as_json = {"person_id": row.person.person_id, "declaration": self.declaration, "outcome": outcome.value}
        return DecisionSaid(said, as_json, "/readings/declarations")


DECISIONS = (RecordDeclaration,)
