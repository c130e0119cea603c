"""What is recorded of paper: that it was handed over, signed lines by their codes, the slip of a card.

Nobody enters their own.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from pipeline.acknowledgements.keys import secret_for_reading_codes
from pipeline.acknowledgements.paper import EnteredLine, PaperSheet, record_codes
from pipeline.acknowledgements.record import RecordingOutcome
from pipeline.decisions.declare import Case, DecisionSaid, DecisionWords, DeclaredDecision, Look
from pipeline.decisions.fields import Where, asked
from pipeline.decisions.rights import Action
from pipeline.errors import UsageError
from pipeline.papers.handing_over import PrintedPapers, list_printed, record_handed_over
from pipeline.papers.slips import Slip, record_slip
from pipeline.register.people.persons import PersonRow
from pipeline.wording import say_count, say_day, say_list

_MOST_NAMED = 12


def say_entered(entered: Sequence[EnteredLine], on: date) -> str:
    """Return what was recorded, and by name what was not."""
    names: dict[RecordingOutcome, list[str]] = {outcome: [] for outcome in RecordingOutcome}
    for one in entered:
        names[one.outcome].append(f"{one.person.person.name} ({one.policy.title})")
    words = {
        RecordingOutcome.RECORDED: f"Recorded: {say_count(len(names[RecordingOutcome.RECORDED]), 'reading')} on "
        f"{say_day(on)}",
        RecordingOutcome.ALREADY: "Held already, so nothing was added",
        RecordingOutcome.REPLACED: "Not recorded, since a later version must be read",
    }
    return " ".join(f"{said}: {_named(names[outcome])}." for outcome, said in words.items() if names[outcome])


def _named(names: Sequence[str]) -> str:
    more = len(names) - _MOST_NAMED
    return say_list(names) if more <= 0 else f"{', '.join(names[:_MOST_NAMED])} and {more} more"


def entered_as_json(entered: Sequence[EnteredLine]) -> list[dict[str, str]]:
    """Return each line that was entered: whose, of which policy, and what came of it."""
    return [
        {"person_id": one.person.person.person_id, "policy": one.policy.slug, "outcome": one.outcome.value}
        for one in entered
    ]


def _secret(case: Case) -> str:
    tx, school = case.decision.tx, case.decision.school
    return secret_for_reading_codes(tx, school, case.config, case.environ) or ""


def _refuse_own(case: Case, row: PersonRow) -> None:
    if case.who is not None and case.who.is_at(row.person.work_email):
        raise UsageError(f"This is {row.person.name}’s, and so your own; somebody else has to enter it.")


@dataclass(frozen=True, kw_only=True)
class EnterCodes(DeclaredDecision):
    """Lines of signed sheets are entered by the codes in them: all, or none where one cannot be right."""

    words: ClassVar[DecisionWords] = DecisionWords(
        "",
        "Enter signed lines by their codes; as `policy acknowledge record --code CODE`.",
        Action.RECORD_READINGS,
        page="/readings/codes",
        heading="Enter signed lines by their codes",
        button="Record readings",
        explains="Each line of a printed sheet has a code; it says who, and of which policy. Where one of the codes "
        "cannot be right, none is recorded, and it is said which.",
    )
    codes: str = asked(
        "Codes of the lines that were signed",
        hint="With spaces or commas between them, or each on a line of its own.",
        missing="Type the codes, as they stand in the lines that were signed",
        is_long=True,
    )
    on: date | None = asked("The day on the sheet", missing="Give the day on the sheet", is_today=True, default=None)
    by: str | None = asked(where=Where.COMMAND, default=None)

    def do(self, case: Case) -> DecisionSaid:
        """Record the lines."""
        decision, on = case.decision, self.on or case.today
        sheet = PaperSheet(on, decision.actor, case.today, decision.now)
        codes = self.codes.replace(",", " ").split()
        entered = record_codes(decision.tx, decision.school, case.config, codes, sheet, secret=_secret(case))
        for one in entered:
            _refuse_own(case, one.person)
        return DecisionSaid(say_entered(entered, on), entered_as_json(entered))


@dataclass(frozen=True, kw_only=True)
class EnterSlip(DeclaredDecision):
    """A reader was given a card and has read it."""

    words: ClassVar[DecisionWords] = DecisionWords(
        "",
        "Enter the slip of a card; as `policy acknowledge record --card CODE --name NAME`.",
        Action.RECORD_READINGS,
        page="/readings/slip",
        heading="Enter the slip of a card",
        button="Record slip",
        explains="A reader who is in no list is added as supply, with the day on the slip as their last unless you "
        "give another.",
    )
    card: str = asked("Code on the slip", missing="Type the code on the slip")
    name: str = asked(
        "Name on the slip", hint="First and last name.", missing="Type the name on the slip, first and last"
    )
    on: date | None = asked("The day on the slip", missing="Give the day on the slip", is_today=True, default=None)
    until: date | None = asked("Their last day here", hint="Empty where it is that day.", default=None)
    by: str | None = asked(where=Where.COMMAND, default=None)

    def do(self, case: Case) -> DecisionSaid:
        """Record the slip, and its reader where nobody listed them."""
        slip = Slip(self.card, self.name, self.on or case.today, case.decision.actor, self.until)
        entered = record_slip(case.decision, slip, secret=_secret(case), today=case.today)
        _refuse_own(case, entered.person)
        person, outcome = entered.person.person, "already" if entered.already else "recorded"
        added = " Added as supply." if entered.is_new_person else ""
        said = f"Recorded: {person.name} ({person.person_id}) was given card {entered.number} and has read it.{added}"
        if entered.already:
            said = f"This slip of {person.name} was entered already; nothing was added."
        as_json = {"person_id": person.person_id, "new": entered.is_new_person, "outcome": outcome}
        return DecisionSaid(said, as_json, self.words.page)


@dataclass(frozen=True, kw_only=True)
class HandOverPapers(DeclaredDecision):
    """Printed papers were put into the hands of their readers."""

    words: ClassVar[DecisionWords] = DecisionWords(
        "acknowledge handed",
        "Record that printed papers were handed over: the days to read begin.",
        Action.RECORD_READINGS,
        page="/papers/handed",
        above="/people",
        heading="Record that papers were handed over",
        button="Record hand-over",
        explains="Printed papers ask nobody yet. Tick whose papers were put into their hands: their days to read begin "
        "on that day.",
    )
    people: tuple[str, ...] = asked(
        "Whose papers?",
        missing="Tick whose papers were handed over",
        is_argument=True,
        metavar="[PERSON]...",
        default=(),
    )
    all_printed: bool = asked(
        help="Everybody whose papers are printed and not handed over yet.", where=Where.COMMAND, default=False
    )
    on: date | None = asked(
        "The day on which they were handed over",
        missing="Give the day on which they were handed over",
        help="The day of it; else today.",
        is_today=True,
        default=None,
    )
    by: str | None = asked(help="Who records it. --as says it too.", metavar="NAME", where=Where.COMMAND, default=None)

    @classmethod
    def look(cls, case: Case) -> Look:
        """Show whose papers are printed and not handed over."""
        waiting = list_printed(case.decision.tx, case.decision.school, case.config, case.today)
        links = {"To print": ("papers to read and sign", "/papers")}
        if not waiting:
            return Look(nothing="No printed papers wait to be handed over.", links=links)
        titles = {one.policy_id: one.title for one in case.find_policies()}
        people = {str(one.person.id): _say_printed(one, titles) for one in waiting}
        return Look(choices={"people": people}, links=links)

    def do(self, case: Case) -> DecisionSaid:
        """Record it: the days to read begin."""
        if case.who is None and self.all_printed == bool(self.people):
            raise UsageError("Name the people, or give --all-printed.")
        wanted = self.people if case.who is None else [int(key) for key in self.people]
        on = self.on or case.today
        done = record_handed_over(case.decision, wanted, on=on, config=case.config, today=case.today)
        as_json = {"people": [row.person.person_id for row in done.people], "papers": done.papers, "on": f"{on}"}
        return DecisionSaid(done.message, as_json, self.words.page)


def _say_printed(one: PrintedPapers, titles: Mapping[int, str]) -> str:
    """Return whose papers are printed, which, and since when."""
    named = [titles[key] for key in one.policies if key in titles] + ["the new contacts"] * one.has_contacts
    return (
        f"{one.person.person.name}, {one.person.person.role}: {say_list(named)}, printed on {say_day(one.printed_on)}"
    )


DECISIONS = (EnterCodes, EnterSlip, HandOverPapers)
