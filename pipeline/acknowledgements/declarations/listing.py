"""Who has declared, who wants to say it in person, who has not answered: lines and counts, apart from readings.

A declaration is never added to readings, nor one way of giving it to another. Reads the register only.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from pipeline.people.obligations import has_left, is_away
from pipeline.register.people.persons import PersonRow, list_people
from pipeline.register.readings.bulk import as_they_stood
from pipeline.register.readings.declarations import (
    DeclarationAnswer,
    DeclarationRequestRow,
    DeclarationRow,
    list_declaration_requests,
    list_declarations,
)
from pipeline.register.readings.requests import DECLARATION, ClosedReason
from pipeline.register.transaction import Transaction
from pipeline.wording import say_school_year


class DeclarationState(StrEnum):
    """How one person stands with one declaration of one school year."""

    NOTHING = "nothing to declare"
    DECLARED = "spoke to the owner"
    WISHES = "wishes to speak to the owner"
    OWED = "owed"
    LATE = "late"
    AWAY = "away"
    CLOSED = "not asked any more"

    @property
    def words(self) -> str:
        """As a person reads it; the value is what other programs are given."""
        return "not declared yet" if self is DeclarationState.OWED else self.value


_ANSWERED = {
    DeclarationAnswer.NOTHING: DeclarationState.NOTHING,
    DeclarationAnswer.DECLARED: DeclarationState.DECLARED,
}
UNANSWERED = (DeclarationState.OWED, DeclarationState.LATE, DeclarationState.AWAY)


@dataclass(frozen=True, slots=True)
class DeclarationLine:
    """One person and one declaration that they were asked for."""

    person: PersonRow
    request: DeclarationRequestRow
    state: DeclarationState
    said: DeclarationRow | None
    """What they said last; None where they said nothing."""

    @property
    def year(self) -> str:
        """The school year in words."""
        return say_school_year(self.request.school_year)


@dataclass(frozen=True, slots=True)
class DeclarationCount:
    """How the people who were asked stand with one declaration of one school year."""

    key: str
    name: str
    school_year: int
    nothing: int
    declared: int
    wishes: int
    owed: int
    """Not answered yet, in time, late or away."""
    late: int
    """Of these, those whose day is over and who are not away."""

    @property
    def year(self) -> str:
        """The school year in words."""
        return say_school_year(self.school_year)

    @property
    def people(self) -> int:
        """How many were asked: so few that a number would name them get none."""
        return self.nothing + self.declared + self.wishes + self.owed

    @property
    def words(self) -> str:
        """The counts, never added up: ``27 nothing to declare, 2 spoke to the owner, 3 still to declare``."""
        parts = [f"{self.nothing} nothing to declare", f"{self.declared} spoke to the owner"]
        if self.wishes:
            parts.append(f"{self.wishes} {'wishes' if self.wishes == 1 else 'wish'} to")
        parts.append(f"{self.owed} still to declare" + (f" ({self.late} late)" if self.late else ""))
        return ", ".join(parts)


def list_declaration_lines(tx: Transaction, school: str, today: date) -> tuple[DeclarationLine, ...]:
    """Return a line for every request, by name, then declaration, the newest school year first."""
    requests = list_declaration_requests(tx, school)
    if not requests:
        return ()
    return lines_of(list_people(tx, school, today), requests, list_declarations(tx, school), today)


def only_late(lines: Sequence[DeclarationLine]) -> tuple[DeclarationLine, ...]:
    """Return the lines of those who are late, the longest first."""
    return tuple(
        sorted((one for one in lines if one.state is DeclarationState.LATE), key=lambda one: one.request.due_on)
    )


def lines_as_at(
    tx: Transaction, school: str, people: Sequence[PersonRow], moment: datetime, today: date
) -> tuple[DeclarationLine, ...]:
    """Return as ``list_declaration_lines`` what was known by a moment; ``people`` and ``today`` are of it."""
    asked = [one for one in list_declaration_requests(tx, school) if one.opened_at <= moment]
    requests = as_they_stood(tx, school, DECLARATION, asked, moment) if asked else ()
    said = list_declarations(tx, school, as_at=moment) if requests else ()
    return lines_of(people, requests, said, today)


def lines_of(
    people: Sequence[PersonRow],
    requests: Sequence[DeclarationRequestRow],
    said: Sequence[DeclarationRow],
    today: date,
) -> tuple[DeclarationLine, ...]:
    """Return a line for each of some requests, by name, then declaration, the newest school year first."""
    places = {row.id: (position, row) for position, row in enumerate(people)}
    last = {one.request: one for one in said}
    known = [one for one in requests if one.person in places]
    known.sort(key=lambda one: (places[one.person][0], one.declaration, -one.school_year, one.id))
    return tuple(_line(places[one.person][1], one, last.get(one.id), today) for one in known)


def _line(row: PersonRow, request: DeclarationRequestRow, said: DeclarationRow | None, today: date) -> DeclarationLine:
    return DeclarationLine(row, request, _state(row, request, said, today), said)


def _state(
    row: PersonRow, request: DeclarationRequestRow, said: DeclarationRow | None, today: date
) -> DeclarationState:
    if request.closed_reason is ClosedReason.ANSWERED and said is not None and said.answer in _ANSWERED:
        return _ANSWERED[said.answer]
    if request.closed_at is not None:
        return DeclarationState.CLOSED
    if said is not None:
        return DeclarationState.WISHES
    if is_away(row.person, today):
        return DeclarationState.AWAY
    return DeclarationState.LATE if request.due_on < today else DeclarationState.OWED


def count_declarations(lines: Sequence[DeclarationLine], today: date) -> tuple[DeclarationCount, ...]:
    """Return the counts of each declaration and school year, of those who have not left, the newest year first."""
    by_place: dict[tuple[int, str], list[DeclarationLine]] = {}
    for line in lines:
        if line.state is not DeclarationState.CLOSED and not has_left(line.person.person, today):
            by_place.setdefault((-line.request.school_year, line.request.declaration), []).append(line)
    return tuple(_count(mine) for _, mine in sorted(by_place.items()))


def _count(lines: Sequence[DeclarationLine]) -> DeclarationCount:
    states: Mapping[DeclarationState, int] = {
        state: sum(line.state is state for line in lines) for state in DeclarationState
    }
    request = lines[-1].request
    return DeclarationCount(
        request.declaration,
        request.name,
        request.school_year,
        states[DeclarationState.NOTHING],
        states[DeclarationState.DECLARED],
        states[DeclarationState.WISHES],
        sum(states[state] for state in UNANSWERED),
        states[DeclarationState.LATE],
    )
