"""The rows of the register that a plan and its letters come to: what is asked anew, and what each letter told whom."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from pipeline.acknowledgements.asking import AskingChanges, New_co, Opening
from pipeline.acknowledgements.declarations.declared import DeclarationDuty
from pipeline.letters.items import LetterContents
from pipeline.register.mail.told import About, ToldRecord
from pipeline.register.people.persons import PersonRow
from pipeline.register.readings import bulk
from pipeline.register.readings.declarations import (
    DeclarationRequest,
    DeclarationTold,
)
from pipeline.register.readings.requests import Place, RequestKind, close_requests
from pipeline.register.transaction import Transaction

Letter = tuple[int, str, str, int | None, LetterContents]
"""A letter that was queued: the outbox's key, the address in small letters, the route, whose it is, what it says."""


@dataclass(frozen=True, slots=True)
class KeptRequests:
    """What was kept of one kind of requests."""

    requests: Mapping[tuple[int, Place], int]
    """The register's keys of those that some people have open now, by person and place."""
    opened: int
    closed: int


def keep_requests(
    tx: Transaction,
    school: str,
    kind: RequestKind,
    part: Sequence[tuple[PersonRow, AskingChanges[New_co]]],
    new: Callable[[PersonRow, New_co], bulk.NewRequest | DeclarationRequest],
    now: datetime,
) -> KeptRequests:
    """Close, open and date anew what some people are asked; ``new`` makes the row of what is asked anew."""
    found = bulk.list_open_requests(tx, school, kind, [row.id for row, _ in part])
    closed = [(found[row.id, one.place], one.reason) for row, changes in part for one in changes.closed]
    were_open = close_requests(tx, school, kind, closed, now)
    opened = [(row, one) for row, changes in part for one in changes.opened]
    keys = bulk.open_requests(tx, school, kind, [new(row, one) for row, one in opened])
    moved = {}
    for (row, one), key in zip(opened, keys, strict=True):
        if one.follows:
            moved[found[row.id, one.place]] = key
        found[row.id, one.place] = key
    bulk.carry_over_told(tx, school, moved)
    dated = [
        bulk.NewDeadline(found[row.id, one.place], one.due_on, one.reason)
        for row, changes in part
        for one in changes.dated
    ]
    bulk.date_requests(tx, school, kind, dated, now)
    return KeptRequests(found, len(opened), were_open)


def new_reading(row: PersonRow, opening: Opening) -> bulk.NewRequest:
    """Return the row of a reading that is asked of a reader."""
    return bulk.NewRequest(
        row.id,
        row.engagement or None,
        opening.place,
        opening.version_id,
        opening.rule.value,
        opening.occasion.value,
        opening.asked_on,
        opening.due_on,
    )


def new_declaration(now: datetime, row: PersonRow, duty: DeclarationDuty) -> DeclarationRequest:
    """Return the row of a declaration that is asked of a person."""
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
            request = requests[person, item.place]
            yield DeclarationTold(message, request, person, address, route, item.stage, item.due_on)
