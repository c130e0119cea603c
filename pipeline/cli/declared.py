"""The commands of declared decisions: arguments, options, ``--preview`` and JSON, made of the declaration."""

from collections.abc import Callable
from datetime import date
from typing import Any

import click

from pipeline.cli.days import DayParameter
from pipeline.cli.session import Session, json_option, pass_session
from pipeline.commands import COMMANDS
from pipeline.decisions.declare import Case, DecisionSaid, DeclaredDecision
from pipeline.decisions.fields import DeclaredField, Where, fields_of
from pipeline.decisions.table import DECISIONS
from pipeline.register.decision import Decision

_TYPES: dict[type, Any] = {str: click.STRING, int: click.INT, bool: click.BOOL, date: DayParameter()}


_WHO = "by"
"""The field of a decision whose command asks who records it, where that may be another than runs it."""


def add_declared(group: click.Group) -> click.Group:
    """Return a group with those of its commands that are declared."""
    for one in DECISIONS:
        named, _, under = one.words.command.partition(" ")
        if under and named == group.name:
            group.add_command(command_of(one))
    return group


def find_command(name: str) -> click.Command:
    """Return a command of declared decisions; a group where several are called by a second name."""
    whole = next((one for one in DECISIONS if one.words.command == name), None)
    return command_of(whole) if whole is not None else add_declared(click.Group(name, help=COMMANDS[name][1]))


def command_of(declared: type[DeclaredDecision]) -> click.Command:
    """Return the command of one decision."""
    asked = [one for one in fields_of(declared) if one.words.where is not Where.PAGE]

    @json_option
    @click.option("--preview", is_flag=True, help="Show what would happen, and record nothing.")
    @pass_session
    def call(session: Session, /, preview: bool, **typed: Any) -> None:
        if preview:
            _preview(session, declared, typed)
        else:
            decide(session, declared(**typed))

    params = [_parameter(one) for one in asked]
    name = declared.words.command.split(" ")[-1]
    made = click.command(name, help=declared.words.help)(call)
    made.params[:0] = params
    return made


def _parameter(one: DeclaredField) -> click.Parameter:
    kind, words = _TYPES[one.kind], one.words
    if one.is_argument:
        nargs = -1 if one.is_several else 1
        return click.Argument([one.name], type=kind, required=one.is_required, nargs=nargs, metavar=words.metavar)
    names = [one.option, one.name]
    if one.kind is bool:
        return click.Option(names, is_flag=True, help=words.help)
    more = {"required": True} if one.is_required else {"default": one.default}
    return click.Option(names, type=kind, metavar=words.metavar, help=words.help, **more)


def decide(session: Session, made: DeclaredDecision) -> None:
    """Make a decision as it was typed, and say what was decided."""
    named = getattr(made, _WHO, None)
    if named is None and session.named is None and hasattr(made, _WHO):
        raise click.UsageError("--by NAME is needed: who records it.")
    decide_as(session, named, made.do, create=made.words.begins_register)


def decide_as(session: Session, by: str | None, do: Callable[[Case], DecisionSaid], *, create: bool = False) -> None:
    """Make a decision of ``by``, else of ``--as``, do what follows of it, and say what came of both."""
    with session.writing(by=session.actor_or(by), create=create) as decision:
        said = do(case_of(session, decision))
    lines = [str(said.said)]
    if said.then is not None:
        with session.open_register() as register:
            lines.append(said.then(register))
    session.answer(said.json, *filter(None, lines))


def _preview(session: Session, declared: type[DeclaredDecision], typed: dict[str, Any]) -> None:
    address = {one.name: typed[one.name] for one in fields_of(declared) if one.words.where is Where.ADDRESS}
    with session.looking() as decision:
        case = case_of(session, decision)
        look = declared(**typed).check(case) or declared.look(case, **address)
    now = {key: value for key, value in look.rows.items() if value}
    would = [each for each in (*look.said, look.warns, look.nothing) if each] or [look.heading or declared.words.help]
    session.answer({"now": now, "would": would}, *(f"{key}: {value}" for key, value in now.items()), *would)


def case_of(session: Session, decision: Decision) -> Case:
    """Return in what a command's decision is looked at or made."""
    return Case(decision, session.config, session.today, session.environ)
