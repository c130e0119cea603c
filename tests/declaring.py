"""A school that asks its staff for a declaration each year, and what it holds of them."""

from datetime import date, datetime, timedelta
from pathlib import Path

from pipeline.acknowledgements.declarations.declaring import DeclarationEntry, Declared, record_entered, record_own
from pipeline.letters.write import QueuedLetter
from pipeline.register.decision import Decision
from pipeline.register.people.persons import PersonRow
from pipeline.register.readings.declarations import (
    DeclarationAnswer,
    DeclarationRequestRow,
    DeclarationRow,
    list_declaration_requests,
    list_declarations,
)
from pipeline.register.transaction import Transaction
from tests.school import MONDAY, School, at

GIFTS = """
[contacts.headteacher]
name = "Helen Marchbanks"
title = "Mrs"
phone = "01632 960100"
email = "helen@example.org"
[declarations.gifts]
name = "Gifts and hospitality"
policy = "confidentiality"
statement = "I have taken no gift worth more than £25"
"""
WEB = '[web]\nbase_url = "https://policies.example.org"\n'


def school_that_asks(root: Path, toml: str = WEB) -> School:
    """Return a school with one policy that nobody is asked to sign, and a declaration under it."""
    school = School(root, GIFTS + toml)
    school.add_policy("Confidentiality", None)
    return school


def asked(school: School, *, only_open: bool = True) -> tuple[DeclarationRequestRow, ...]:
    with school.register.reading() as tx:
        return list_declaration_requests(tx, school.key, only_open=only_open)


def said(school: School) -> tuple[DeclarationRow, ...]:
    with school.register.reading() as tx:
        return list_declarations(tx, school.key)


def say(school: School, row: PersonRow, answer: DeclarationAnswer, now: datetime | None = None) -> Declared:
    """Say it as on the person's own page, to what is open of them."""
    [request] = [one for one in asked(school) if one.person == row.id]
    with school.register.transaction() as tx:
        return record_own(tx, school.key, row, request.id, answer, now or at(MONDAY, 10))


def decision_of(school: School, tx: Transaction, day: date, actor: str = "Helen Marchbanks") -> Decision:
    return Decision(tx, school.key, actor, at(day, 11))


def declare(
    school: School, row: PersonRow, day: date, *, by: str = "Helen Marchbanks", nothing: bool = False
) -> Declared:
    """Enter that it was said in person, or that a sheet was signed, on a day."""
    with school.register.transaction() as tx:
        entry = DeclarationEntry("gifts", day, by, nothing)
        return record_entered(decision_of(school, tx, day, by), school.config, row, entry, today=day)


def lived(school: School, first: date, last: date) -> list[tuple[date, QueuedLetter]]:
    """Plan and deliver every day from ``first`` to ``last``; return the letters of each day."""
    letters = []
    for number in range((last - first).days + 1):
        day = first + timedelta(days=number)
        letters += [(day, letter) for letter in school.plan(day).report.queued]
        school.deliver(day)
    return letters
