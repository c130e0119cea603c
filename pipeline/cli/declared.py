"""The commands of declared decisions: arguments, options, ``--preview`` and JSON, made of the declaration."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import click

from pipeline.cli.days import DayParameter
from pipeline.cli.session import Session, json_option, pass_session
from pipeline.commands import COMMANDS
from pipeline.decisions.declare import Case, DeclaredDecision, DeclaredField, Look, Where, fields_of
from pipeline.decisions.table import DECISIONS
from pipeline.people.naming import find_one
from pipeline.policies.standing import list_standings
from pipeline.register.decision import Decision
from pipeline.register.people.persons import list_people

_TYPES: dict[type, Any] = {str: click.STRING, int: click.INT, bool: click.BOOL, date: DayParameter()}


def find_command(name: str) -> click.Command:
    """Return a command of declared decisions; a group where several are called by a second name."""
    found = [one for one in DECISIONS if one.words.command.split(" ")[0] == name]
    if found[0].words.command == name:
        return command_of(found[0])
    help_line = COMMANDS[name][1]
    return click.Group(name, {one.words.command.split(" ")[1]: command_of(one) for one in found}, help=help_line)


def command_of(declared: type[DeclaredDecision]) -> click.Command:
    """Return the command of one decision."""
    asked = [one for one in fields_of(declared) if one.words.where is not Where.PAGE]

    @json_option
    @click.option("--preview", is_flag=True, help="Show what would happen, and record nothing.")
    @pass_session
    def decide(session: Session, /, preview: bool, **typed: Any) -> None:
        if preview:
            _preview(session, declared, typed)
        else:
            _decide(session, declared(**typed))

    params = [_parameter(one) for one in asked]
    name = declared.words.command.split(" ")[-1]
    made = click.command(name, help=declared.words.help)(decide)
    made.params[:0] = params
    return made


def _parameter(one: DeclaredField) -> click.Parameter:
    kind, words = _TYPES[one.kind], one.words
    if words.where is Where.ADDRESS:
        return click.Argument([one.name], type=kind, required=one.is_required, metavar=words.metavar)
    names = [one.option, one.name]
    if one.kind is bool:
        return click.Option(names, is_flag=True, help=words.help)
    more = {"required": True} if one.is_required else {"default": one.default}
    return click.Option(names, type=kind, metavar=words.metavar, help=words.help, **more)


def _decide(session: Session, made: DeclaredDecision) -> None:
    with session.writing() as decision:
        said = made.do(_case(session, decision))
    session.answer({**said.json, "message": str(said.said)}, str(said.said))


def _preview(session: Session, declared: type[DeclaredDecision], typed: dict[str, Any]) -> None:
    address = {one.name: typed[one.name] for one in fields_of(declared) if one.words.where is Where.ADDRESS}
    with session.looking() as decision:
        look = declared.look(_case(session, decision), **address)
    rows, lines = {key: value for key, value in look.rows.items() if value}, tuple(_lines(look))
    session.answer({"now": rows, "would": list(lines)}, *(f"{key}: {value}" for key, value in rows.items()), *lines)


def _lines(look: Look) -> Iterator[str]:
    yield from (each for each in (*look.said, look.warns, look.nothing) if each)


def _case(session: Session, decision: Decision) -> Case:
    tx, school, today = decision.tx, decision.school, session.today
    return Case(
        decision,
        session.config,
        today,
        lambda: list_standings(tx, school, session.config, today),
        lambda typed: find_one(list_people(tx, school, today), typed, today),
    )
