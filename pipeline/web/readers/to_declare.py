"""What one member of staff sees of declarations: to give this school year, given, and waiting to be said in person.

Reads only, so that looking at the page can record nothing.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial

from pipeline.acknowledgements.links import declaration_token
from pipeline.config import Config
from pipeline.model.policies import PolicyStanding
from pipeline.register.people.persons import PersonRow
from pipeline.register.readings.declarations import (
    DeclarationAnswer,
    DeclarationMethod,
    DeclarationRequestRow,
    DeclarationRow,
    list_declaration_requests,
    list_declarations,
)
from pipeline.register.transaction import Transaction
from pipeline.wording import say_day, say_school_year

SAID = {
    (DeclarationAnswer.NOTHING, DeclarationMethod.PAGE): "nothing to declare, said by you on this page",
    (
        DeclarationAnswer.NOTHING,
        DeclarationMethod.PAPER,
    ): "nothing to declare, on a signed sheet, entered by the school",
    (DeclarationAnswer.DECLARED, DeclarationMethod.IN_PERSON): "declared in person, entered by the school",
}


@dataclass(frozen=True, slots=True)
class ToDeclare:
    """A declaration that is waited for."""

    key: str
    """Its key in ``config.toml``."""
    request: int
    name: str
    statement: str
    slug: str
    """Of the policy it belongs to, as is the next."""
    title: str
    year: str
    due: str
    is_late: bool
    form_token: str
    """Of the form for who has nothing to declare."""
    wished_on: str = ""
    """The day on which they said that they have something to declare; empty where they did not."""
    page_token: str = ""
    """Of the form for who has something to declare."""


@dataclass(frozen=True, slots=True)
class HasDeclared:
    """A declaration that is held."""

    request: int
    name: str
    year: str
    when: str
    said: str


@dataclass(frozen=True, slots=True)
class ReaderDeclarations:
    """Everything the personal page says about declarations."""

    to_declare: tuple[ToDeclare, ...] = ()
    """The earliest due first."""
    declared: tuple[HasDeclared, ...] = ()
    """The newest first; each school year's stands beside the others."""

    def find(self, key: str) -> ToDeclare | None:
        """Return what is waited for of one declaration: this year's before one of an earlier year."""
        return next((one for one in reversed(self.to_declare) if one.key == key), None)


def declarations_of(
    tx: Transaction,
    school: str,
    config: Config,
    secret: str,
    row: PersonRow,
    standings: Sequence[PolicyStanding],
    today: date,
    *,
    both_names: bool = False,
) -> ReaderDeclarations:
    """Return what ``row`` sees of declarations; ``standings`` are those of every policy, ``both_names`` as the view."""
    asked = list_declaration_requests(tx, school, person=row.id)
    if not asked:
        return ReaderDeclarations()
    said = list_declarations(tx, school, person=row.id)
    policies = {one.policy_id: one for one in standings}
    wishes = {one.request: _day(one, config) for one in said if one.answer is DeclarationAnswer.SOMETHING}
    waiting = sorted((one for one in asked if one.closed_at is None), key=lambda one: (one.due_on, one.id))
    by_id = {one.id: one for one in asked}
    token = partial(declaration_token, secret, school, row, both_names=both_names)
    to_declare = tuple(
        _to_declare(one, policies[one.policy_id], wishes.get(one.id, ""), today, token) for one in waiting
    )
    held = tuple(
        _declared(one, by_id[one.request], _day(one, config))
        for one in reversed(said)
        if one.answer is not DeclarationAnswer.SOMETHING
    )
    return ReaderDeclarations(to_declare, held)


def _day(one: DeclarationRow, config: Config) -> str:
    return say_day(one.given_at.astimezone(config.zone).date())


def _to_declare(
    one: DeclarationRequestRow, policy: PolicyStanding, wished_on: str, today: date, token: Callable[..., str]
) -> ToDeclare:
    return ToDeclare(
        one.declaration,
        one.id,
        one.name,
        one.statement,
        policy.slug,
        policy.title,
        say_school_year(one.school_year),
        say_day(one.due_on),
        one.due_on < today and not wished_on,
        token(request=one.id, answer=DeclarationAnswer.NOTHING.value),
        wished_on,
        token(request=one.id, answer=DeclarationAnswer.SOMETHING.value),
    )


def _declared(one: DeclarationRow, request: DeclarationRequestRow, when: str) -> HasDeclared:
    year, said = say_school_year(request.school_year), SAID[one.answer, one.method]
    return HasDeclared(one.request, request.name, year, when, said)
