"""The rows of the register that a plan and its letters come to: what is asked anew, and what each letter told whom."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from pipeline.acknowledgements.asking import Opening
from pipeline.acknowledgements.declarations.declared import DeclarationDuty
from pipeline.letters.day_plan import PersonPlan
from pipeline.letters.items import LetterContents
from pipeline.register.mail.told import About, ToldRecord
from pipeline.register.people.persons import PersonRow
from pipeline.register.readings import bulk
from pipeline.register.readings.declarations import (
    DeclarationRequest,
    DeclarationTold,
)
from pipeline.register.readings.requests import DECLARATION, Place, close_requests
from pipeline.register.transaction import Transaction

Letter = tuple[int, str, str, int | None, LetterContents]
"""A letter that was queued: the outbox's key, the address in small letters, the route, whose it is, what it says."""


def new_request(row: PersonRow, opening: Opening) -> bulk.NewRequest:
    """Return the row of a reading that is asked of a reader."""
    return bulk.NewRequest(
        row.id,
        row.engagement or None,
        opening.policy_id,
        opening.version_id,
        opening.rule.value,
        opening.occasion.value,
        opening.asked_on,
        opening.due_on,
    )


def keep_declarations(
    tx: Transaction, school: str, part: Sequence[PersonPlan], now: datetime
) -> dict[tuple[int, Place], int]:
    """Close, open and date anew what some people are asked to declare; return what is open, by person and place."""
    concerned = [one for one in part if one.outcome.declared or one.outcome.contents.declare]
    if not concerned:
        return {}
    persons = [one.row.id for one in concerned]
    found = bulk.list_open_requests(tx, school, DECLARATION, persons)
    closed = [
        (found.pop((one.row.id, place)), reason)
        for one in concerned
        for place, reason in one.outcome.declared.closed.items()
    ]
    close_requests(tx, school, DECLARATION, closed, now)
    new = [_declaration(one.row, duty, now) for one in concerned for duty in one.outcome.declared.opened]
    for row, key in zip(new, bulk.open_requests(tx, school, DECLARATION, new), strict=True):
        found[row.person, (row.declaration, row.school_year)] = key
    dated = [
        bulk.NewDeadline(found[one.row.id, place], *moved)
        for one in concerned
        for place, moved in one.outcome.declared.dated.items()
    ]
    bulk.date_requests(tx, school, DECLARATION, dated, now)
    return found


def _declaration(row: PersonRow, duty: DeclarationDuty, now: datetime) -> DeclarationRequest:
    asked = duty.asked
    return DeclarationRequest(
        person=row.id,
        engagement=row.engagement or None,
        declaration=asked.key,
        name=asked.section.name,
        statement=asked.section.statement,
        statement_sha256=asked.statement_sha256,
        policy_id=asked.policy.policy_id,
        school_year=asked.school_year,
        asked_on=duty.asked_on,
        due_on=duty.due_on,
        opened_at=now,
    )


def told_of(letters: Sequence[Letter], requests: Mapping[tuple[int, Place], int]) -> list[ToldRecord]:
    """Return what letters tell of readings, contacts, reviews, late readers and to the office."""
    rows: list[ToldRecord] = []
    for message, address, route, person, contents in letters:
        shared = (message, address, route)
        for entry in contents.to_reader:
            assert person is not None
            request = requests.get((person, entry.policy_id)) if entry.asks else None
            rows.append(
                ToldRecord(
                    *shared, person, entry.about, entry.stage, entry.policy_id, entry.version_id, request,
                    entry.item.due_on,
                )
            )  # fmt: skip
        notices = contents.contacts.notices if contents.contacts is not None else ()
        rows += [ToldRecord(*shared, person, About.CONTACTS, str(number)) for number in notices]
        for part, items in contents.others:
            rows += part.noted(items, shared)
    return rows


def declarations_told_of(
    letters: Sequence[Letter], requests: Mapping[tuple[int, Place], int]
) -> Iterator[DeclarationTold]:
    """Yield what letters tell of declarations; ``requests`` are those open, by person and what is asked."""
    for message, address, route, person, contents in letters:
        for item in contents.declare:
            assert person is not None
            request = requests[person, (item.key, item.school_year)]
            yield DeclarationTold(message, request, person, address, route, item.stage, item.due_on)
