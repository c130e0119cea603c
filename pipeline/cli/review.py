"""``policy review``: settle what is unclear, one question at a time."""

import re
import sys
from typing import Any

import click

from pipeline.cli.session import Session, json_option, pass_session, print_json, say
from pipeline.errors import UsageError
from pipeline.lifecycle.wording import say_count
from pipeline.policies.questions import Question, list_questions
from pipeline.policies.settle import check_answer, settle

_LEAVES = re.compile(
    r"(?:l|later|skip|pass|\?+|(?:i\s+)?(?:do\s?n[o'’]?t|do not) know|dunno|(?:i['’]?m\s+)?(?:not sure|unsure)|no idea"
    r"|unknown|unclear)[.!?]*",
    re.IGNORECASE,
)
"""Words of somebody who cannot tell, which are no value."""


@click.command("review", help="Settle what is unclear, one question at a time.")
@json_option
@pass_session
def review_command(session: Session) -> None:
    """Settle what is unclear, one question at a time."""
    questions = _questions(session)
    if session.as_json:
        print_json([_as_json(question) for question in questions])
    elif not questions:
        say("Nothing is unclear. 'policy status' shows how every policy stands.")
    else:
        say(
            f"{say_count(len(questions), 'question')}. Type a number or a value; Enter leaves it for later, 'stop' "
            "ends. Each answer is kept at once."
        )
        _walk(session, questions)


def _questions(session: Session) -> tuple[Question, ...]:
    with session.open_register(create=False) as register, register.reading() as tx:
        return list_questions(tx, register.school, session.config, session.today)


def _walk(session: Session, questions: tuple[Question, ...]) -> None:
    """Ask one question after the other; an answer may do away with some and give others more choices."""
    settled = 0
    asked: set[tuple[str, str]] = set()
    try:
        while question := next((each for each in questions if (each.slug, each.field) not in asked), None):
            asked.add((question.slug, question.field))
            _show(question)
            if _ask(session, question):
                settled += 1
                questions = _questions(session)
    except EOFError:
        say("")
    left = len(_questions(session))
    say(f"{say_count(settled, 'answer')} kept, {say_count(left, 'question')} left.")


def _show(question: Question) -> None:
    say(f"\n{question.title} ({question.slug})")
    if question.status not in ("held", "differs", "put-away"):
        said = f"“{question.words}”" if question.words else "nothing"
        say(f"The document says {said}{f' ({question.where})' if question.where else ''}.")
    say(question.asks)
    for position, choice in enumerate(question.choices, 1):
        say(f"  {position}. {choice.label}")


def _ask(session: Session, question: Question) -> bool:
    """Ask until the answer can be kept; return whether it was."""
    while True:
        answer = _read_line("Answer: ")
        if not answer or _LEAVES.fullmatch(answer):
            return False
        value = _value(question, answer)
        try:
            check_answer(question, value, session.today)
        except UsageError as error:
            say(str(error))
            continue
        reason = _read_line("Why? (kept with the answer) ")
        if not reason:
            say("Without a reason nothing is kept; it is left for later.")
            return False
        return _keep(session, question, value, reason)


def _keep(session: Session, question: Question, value: str, reason: str) -> bool:
    try:
        with session.writing() as (register, tx):
            decision = settle(tx, register.school, question, value, reason=reason, today=session.today, now=session.now)
    except UsageError as error:
        say(str(error))
        return False
    say(decision.message)
    return True


def _value(question: Question, answer: str) -> str:
    """Return what an answer stands for: the choice of that number, else what was typed."""
    if answer.isdecimal() and 1 <= int(answer) <= len(question.choices):
        return question.choices[int(answer) - 1].value
    return answer


def _read_line(prompt: str) -> str:
    """Return what is typed; EOFError where there is no more, or the owner wants to stop."""
    click.echo(prompt, nl=False)
    line = sys.stdin.readline()
    if not line or line.strip().casefold() in ("s", "stop", "q", "quit"):
        raise EOFError
    return line.strip()


def _as_json(question: Question) -> dict[str, Any]:
    return {
        "slug": question.slug,
        "title": question.title,
        "field": question.field,
        "status": question.status,
        "question": question.asks,
        "words": question.words,
        "where": question.where,
        "choices": [{"value": choice.value, "label": choice.label} for choice in question.choices],
    }
