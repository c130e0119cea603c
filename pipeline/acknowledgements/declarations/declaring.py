"""Record what a person declares: nothing, that they have something, or that it was said in person. One door for all.

``nothing`` comes from the person's own page, or from a sheet that they signed and another person enters; ``something``
from their page alone; that it was said in person is recorded by the person to whom it was said, or by another for them.
What it was is written nowhere. A reply by mail, the school's form and a session's list declare nothing: each of them
says that something was read, for many at once, and a declaration is each person's own.
"""

import re
from collections.abc import Sequence, Set
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from pipeline.acknowledgements.record import check_not_own, moment_of
from pipeline.config import Config
from pipeline.errors import UsageError
from pipeline.people.obligations import has_left
from pipeline.register.corrections import CorrectionKind, add_correction
from pipeline.register.decision import Decision
from pipeline.register.mail.reader_mail import cancel_answered_mail
from pipeline.register.people.persons import PersonRow
from pipeline.register.policies.policies import list_policies
from pipeline.register.readings.declarations import (
    Declaration,
    DeclarationAnswer,
    DeclarationMethod,
    DeclarationRequestRow,
    DeclarationRow,
    add_declaration,
    list_declaration_requests,
    list_declarations,
)
from pipeline.register.readings.requests import DECLARATION, ClosedReason, close_requests
from pipeline.register.transaction import Transaction
from pipeline.wording import say_day, say_school_year

RECORD = "declaration"
"""The kind of the ledger's record."""
_ANSWERED_BEFORE = "declared before it went"


class Declared(StrEnum):
    """What came of it."""

    RECORDED = "recorded"
    ALREADY = "already"
    """The same, or more, is held for this school year; nothing was added."""
    REPLACED = "replaced"
    """Other words are asked for by now, or it is not asked any more."""


@dataclass(frozen=True, slots=True)
class Word:
    """What a person says to one request, how and when."""

    answer: DeclarationAnswer
    method: DeclarationMethod
    at: datetime
    """Aware; the moment it was given, which for paper is the day on the sheet."""
    entered_by: str | None = None
    """Who records it; None where it is the person themself."""


def record_own(
    tx: Transaction, school: str, row: PersonRow, request: int, answer: DeclarationAnswer, now: datetime
) -> Declared:
    """Record what a person says on their own page to the request with this key.

    Raises ValueError where it is not for the person to say on the page.
    """
    if answer is DeclarationAnswer.DECLARED:
        raise ValueError("that it was said in person is recorded by whoever it was said to")
    asked = list_declaration_requests(tx, school, person=row.id)
    mine = next((one for one in asked if one.id == request), None)
    if mine is None:
        return Declared.REPLACED
    if mine.closed_at is not None:
        return Declared.ALREADY if mine.closed_reason is ClosedReason.ANSWERED else Declared.REPLACED
    said = {one.answer for one in list_declarations(tx, school, person=row.id) if one.request == request}
    if answer in said:
        return Declared.ALREADY
    _add(Decision(tx, school, row.person.name, now), row, mine, Word(answer, DeclarationMethod.PAGE, now))
    return Declared.RECORDED


@dataclass(frozen=True, slots=True)
class DeclarationEntry:
    """What the office enters of another person's declaration."""

    key: str
    """Of the declaration, in ``config.toml``."""
    on: date
    """The day on which it was said, or on the sheet."""
    entered_by: str
    nothing: bool = False
    """It is a sheet that they signed for having nothing to declare; else they said in person what they have."""


def record_entered(
    decision: Decision, config: Config, row: PersonRow, entry: DeclarationEntry, *, today: date
) -> Declared:
    """Record that a person declared in person, or signed for having nothing to declare; never what it was.

    Raises:
        UsageError: it is not asked of them, the day cannot be right, or it is their own.
    """
    tx, school = decision.tx, decision.school
    check_not_own(row, entry.entered_by.strip())
    name, known = row.person.name, name_asked(tx, school, config, row, entry.key)
    if has_left(row.person, today):
        raise UsageError(f"{name} has left, so nothing was recorded.")
    if entry.on > today:
        raise UsageError(f"{say_day(entry.on)} has not come yet; give the day on which {name} declared it.")
    asked = [one for one in list_declaration_requests(tx, school, person=row.id) if one.declaration == entry.key]
    said = list_declarations(tx, school, person=row.id)
    request = _request_of(asked, said)
    if request is None:
        if _answered(said) & {one.id for one in asked}:
            return Declared.ALREADY
        raise UsageError(f"{name} is not asked for the declaration “{known}”, so nothing was recorded.")
    if entry.on < request.asked_on:
        raise UsageError(
            f"{name} was asked for “{request.name}” on {say_day(request.asked_on)} for {_year(request)}, after "
            f"{say_day(entry.on)}. Look at the day again."
        )
    at = moment_of(entry.on, config, decision.now)
    answer, method = DeclarationAnswer.DECLARED, DeclarationMethod.IN_PERSON
    if entry.nothing:
        answer, method = DeclarationAnswer.NOTHING, DeclarationMethod.PAPER
    _add(decision, row, request, Word(answer, method, at, entry.entered_by.strip()))
    return Declared.RECORDED


def _request_of(asked: Sequence[DeclarationRequestRow], said: Sequence[DeclarationRow]) -> DeclarationRequestRow | None:
    """Return the open request that is meant: the one in which they want to say something, else the newest."""
    waiting = [one for one in asked if one.closed_at is None]
    wishes = {one.request for one in said}
    return next((one for one in waiting if one.id in wishes), waiting[-1] if waiting else None)


def _answered(said: Sequence[DeclarationRow]) -> Set[int]:
    """Return the requests that what was said has answered."""
    return {one.request for one in said if one.answer is not DeclarationAnswer.SOMETHING}


def take_back(decision: Decision, config: Config, row: PersonRow, key: str, *, reason: str) -> str:
    """Record that a person's last answer to a declaration was recorded in error; they are asked again.

    Returns what that means, in a sentence.

    Raises:
        UsageError: nothing is recorded of it.
    """
    name, known = row.person.name, name_asked(decision.tx, decision.school, config, row, key)
    found = last_answer(decision.tx, decision.school, row, key)
    if found is None:
        raise UsageError(f"No declaration “{known}” by {name} is recorded, so nothing was taken back.")
    last, request = found
    add_correction(
        decision,
        CorrectionKind.DECLARATION,
        last.id,
        reason,
        fields={"declaration": key, "answer": last.answer.value, "school_year": request.school_year},
        words={"person_id": row.person.person_id, "name": name},
    )
    return f"{name}’s declaration “{known}” for {_year(request)} was recorded in error. The next run asks them again."


def last_answer(
    tx: Transaction, school: str, row: PersonRow, key: str
) -> tuple[DeclarationRow, DeclarationRequestRow] | None:
    """Return the last answer of a person to a declaration, with what it answers; None where none holds."""
    asked = {one.id: one for one in list_declaration_requests(tx, school, person=row.id)}
    said = list_declarations(tx, school, person=row.id)
    answers = [one for one in said if one.request in _answered(said) and asked[one.request].declaration == key]
    if not answers or answers[-1].answer is DeclarationAnswer.SOMETHING:
        return None
    return answers[-1], asked[answers[-1].request]


def name_asked(tx: Transaction, school: str, config: Config, row: PersonRow, key: str) -> str:
    """Return the name of a declaration: as the settings have it, else as a person was asked for it before.

    What is no longer in the settings may be waited for still, since its reader said that they have something to.

    Raises:
        UsageError: there is none of this key; it says which there are.
    """
    if (section := config.declarations.get(key)) is not None:
        return section.name
    if before := [one.name for one in list_declaration_requests(tx, school, person=row.id) if one.declaration == key]:
        return before[-1]
    known = ", ".join(config.declarations)
    there = f"there are: {known}" if known else "none stands under [declarations] in config.toml"
    raise UsageError(f"No declaration is called {key!r}; {there}.")


def say_not_so(config: Config, words: str, way: str) -> str:
    """Return why something cannot be given by ``way``, since ``words`` name a declaration; empty where they do not."""
    said = _folded(words)
    for key, section in config.declarations.items():
        if said == _folded(key) or _folded(section.name) in said:
            return (
                f"“{section.name}” is a declaration, which each person gives for themself, so it cannot be given by "
                f"{way}. They give it on their own page; or, signed or said by each: policy acknowledge declared "
                f"PERSON {key} --by NAME."
            )
    return ""


def refuse_declaration(config: Config, slug: str, way: str) -> None:
    """Refuse to record a declaration as if it were a reading; ``way`` says how the caller wants to.

    Raises:
        UsageError: ``slug`` names a declaration.
    """
    if why := say_not_so(config, slug, way):
        raise UsageError(why)


def _folded(words: str) -> str:
    return " ".join(re.findall(r"[^\W_]+", words.casefold().replace("&", " and ")))


def _add(decision: Decision, row: PersonRow, request: DeclarationRequestRow, word: Word) -> None:
    tx, school, now = decision.tx, decision.school, decision.now
    add_declaration(
        tx,
        school,
        Declaration(
            request=request.id,
            person=row.id,
            answer=word.answer,
            method=word.method,
            entered_by=word.entered_by,
            given_at=word.at,
            recorded_at=now,
            ledger_position=_seal(decision, row, request, word),
        ),
    )
    if word.answer is not DeclarationAnswer.SOMETHING:
        close_requests(tx, school, DECLARATION, [(request.id, ClosedReason.ANSWERED)], now)
    cancel_answered_mail(tx, school, [row.id], now, _ANSWERED_BEFORE)


def _seal(decision: Decision, row: PersonRow, request: DeclarationRequestRow, word: Word) -> int:
    """Put a declaration, and the words that were asked for, into the ledger; return its place there."""
    slugs = {policy.id: policy.slug for policy in list_policies(decision.tx, decision.school)}
    fields: dict[str, str | int | None] = {
        "declaration": request.declaration,
        "answer": word.answer.value,
        "statement_sha256": request.statement_sha256,
        "policy": slugs[request.policy_id],
        "method": word.method.value,
        "given_at": word.at.isoformat(),
        "asked_on": request.asked_on.isoformat(),
        "due_on": request.due_on.isoformat(),
        "occasion": request.occasion,
        "school_year": request.school_year,
    }
    person = row.person
    words = {"person_id": person.person_id, "name": person.name, "entered_by": word.entered_by}
    return decision.record(RECORD, fields, words=words)


def _year(request: DeclarationRequestRow) -> str:
    return say_school_year(request.school_year)
