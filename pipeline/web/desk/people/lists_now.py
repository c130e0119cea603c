"""What the office must know of the lists of people as they are now: refused rows, what waits, a list that is gone.

A daily run says it in its report, which nobody sees who works in the browser;
here the files are looked at again, and nothing is written.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from pipeline.config import Config
from pipeline.people.list_faults import FaultyList, list_faults, say_fault
from pipeline.people.lists.identity import Asks, PersonQuestion
from pipeline.people.lists.several_lists import faults_of, of_list, read_lists
from pipeline.people.lists.staff_import import StaffImport, import_staff
from pipeline.people.lists.staff_wording import refusal_lines, say_bad_list, say_waiting
from pipeline.register.people.persons import list_engaged, lists_taken_from_files
from pipeline.register.transaction import Transaction
from pipeline.web.desk.receiving import Sent

_FIELD, _ANSWERS = "answer-", ("same", "other")
_TAKE_IN = "“Take in a new list of people”, under People, shows them and takes a list in whole."


@dataclass(frozen=True, slots=True)
class AskedOf:
    """A question about a person in one list."""

    list_name: str
    question: PersonQuestion
    person: int | None = None
    """The register's key of who can be given their pack on paper meanwhile."""


@dataclass(frozen=True, slots=True)
class ListsNow:
    """What the lists of people, as they are now, keep from being known."""

    pressing: tuple[str, ...] = ()
    """A list that is gone, or of which nothing or not all is taken."""
    refused: tuple[str, ...] = ()
    """Each row that was refused: the person in it is asked nothing that an earlier list did not say."""
    asked: tuple[AskedOf, ...] = ()
    faults: tuple[tuple[str, str, bool], ...] = ()
    """What is said of each list that is gone, empty or unreadable, its name, and whether a run has noted it."""
    waits: tuple[str, ...] = ()
    """What is said of each list that waits as a whole."""


def look_at_lists(tx: Transaction, school: str, config: Config, today: date, now: datetime) -> ListsNow:
    """Return what is wrong with the lists that the configuration names."""
    read = read_lists(config)
    noted = {one.name: one for one in list_faults(tx, school)}
    pressing: list[str] = []
    refused: list[str] = []
    asked: list[AskedOf] = []
    faulty: list[tuple[str, str, bool]] = []
    waits: list[str] = []
    found = faults_of(tx, school, config.people_lists, read, today)
    for place, (one, listed) in enumerate(zip(config.people_lists, read, strict=True)):
        called = one.name if place else ""
        if (fault := found.get(one.name)) is not None:
            known = noted.get(one.name)
            is_noted = known is not None and known.fault is fault
            now_so = known if known is not None and is_noted else FaultyList(one.name, fault, today)
            if not now_so.is_meant:
                faulty.append((say_fault(now_so, called, today), one.name, is_noted))
        if listed.fault is not None and not listed.refused:
            if one.name not in found:
                # A school that adds everybody by hand, or hands its lists over, never had people in that file.
                is_lost = one.name in lists_taken_from_files(tx, school)
                pressing += [of_list(note, called) for note in listed.notes] if is_lost else ()
            continue
        would = import_staff(tx, school, listed, one.name, today, now, preview=True, domains=config.people.domains)
        pressing += say_bad_list(would, called)
        shown = [each for each in would.refused if each.row or each.person_id]
        refused += [of_list(line, called) for line in refusal_lines(shown)]
        pressing += [of_list(question, called) for question in would.questions]
        waits += [f"{say_waiting(would, called)} {_TAKE_IN}"] if would.waiting else ()
        asked += _asked_of(tx, school, one.name, would, today)
    said = (*(said for said, _, _ in faulty), *pressing, *waits)
    return ListsNow(said, tuple(refused), tuple(asked), tuple(faulty), tuple(waits))


def _asked_of(tx: Transaction, school: str, list_name: str, would: StaffImport, today: date) -> list[AskedOf]:
    """Return the questions of one list, each with who can be given their pack on paper meanwhile."""
    if not would.asked:
        return []
    rows = {row.person.person_id: row.id for row in list_engaged(tx, school, list_name, today)}
    return [
        AskedOf(list_name, one, rows.get(one.stated.person_id) if one.asks is Asks.ADDRESS else None)
        for one in would.asked
    ]


def choices_of(question: PersonQuestion) -> Mapping[str, str]:
    """Return what may be said to a question, in words; the first is that it is the same person."""
    match question.asks:
        case Asks.ADDRESS:
            return {"same": "The address is right"}
        case Asks.BACK:
            return {"same": "They are back", "other": "They have left"}
        case _:
            return {"same": "The same person", "other": "Somebody else"}


def field_of(question: PersonQuestion) -> str:
    """Return the name under which a form sends the answer to a question."""
    return f"{_FIELD}{question.stated.person_id}"


def read_answers(sent: Sent) -> dict[str, bool]:
    """Return what was answered, by the list's key: that it is the same person; of those left open nothing."""
    found = {name.removeprefix(_FIELD): sent.of(name) for name in sent.values if name.startswith(_FIELD)}
    return {key: value == "same" for key, value in found.items() if value in _ANSWERS}
