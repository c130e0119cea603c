"""``policy review``: settle what is unclear, one question at a time."""

import re
from functools import partial
from typing import Any

import click

from pipeline.cli.places import say_place
from pipeline.cli.session import Session, pass_json_session, print_json, read_line, say
from pipeline.errors import UsageError
from pipeline.model.pick import pick
from pipeline.pages.place_files import empty_places
from pipeline.policies.decisions.settle import check_answer, say_unreached, settle_all
from pipeline.policies.places_asked import place_of_question
from pipeline.policies.questions import (
    ABOUT_FILES,
    SORTS,
    STATUS_DIFFERS,
    Question,
    alike,
    is_of_school,
    list_asked,
    list_questions,
    sort_of,
)
from pipeline.wording import say_count, say_list

EVERYWHERE = "everywhere"
"""Asks what is the same in every policy."""
MOST_QUESTIONS = 15
"""So many are asked in one sitting: a first review of a whole folder has many more."""
_FOR_ALL = re.compile(r"\s+for\s+all[.!]?$", re.IGNORECASE)
_LEAVES = re.compile(
    r"(?:l|later|skip|pass|\?+|(?:i\s+)?(?:do\s?n[o'’]?t|do not) know|dunno|(?:i['’]?m\s+)?(?:not sure|unsure)|no idea"
    r"|unknown|unclear)[.!?]*",
    re.IGNORECASE,
)
"""Words of a user who cannot tell, which are no value."""


@click.command("review", help="Settle what is unclear, one question at a time.")
@click.argument("sort", required=False, metavar="[FIELD]")
@click.option("--all", "ask_all", is_flag=True, help=f"Ask everything; else {MOST_QUESTIONS} questions at a time.")
@pass_json_session
def review_command(session: Session, sort: str | None, ask_all: bool) -> None:
    """Settle what is unclear, one question at a time; with FIELD that alone, for all policies.

    FIELD is such as owner; everywhere: what is the same in every policy, and the people whom nobody knows.
    """
    if sort == EVERYWHERE:
        _review_school(session)
        return
    if sort is not None and sort not in SORTS:
        sorts = ", ".join((EVERYWHERE, *SORTS))
        raise UsageError(f"{sort!r} is nothing that can be asked about alone; write one of {sorts}.")
    everything = ask_all or sort is not None
    questions = _questions(session, sort, everything)
    if session.as_json:
        print_json([_as_json(thing) for thing in list_asked(questions, everything=True)])
    elif not questions:
        what = f"Nothing of {sort} is unclear." if sort else "Nothing is unclear."
        say(f"{what} 'policy status' shows how every policy stands.")
    else:
        asked = len(list_asked(questions, everything=True))
        most = len(questions) if ask_all or sort else MOST_QUESTIONS
        begins = f"; the first {most} are asked now" if asked > most else ""
        say(
            f"{say_count(asked, 'question')}{begins}. Type a number or a value; Enter leaves it for later, "
            "'stop' ends. Each answer is kept at once."
        )
        empty_places(session.config)
        _walk(session, questions, sort, most, everything=everything)


def _review_school(session: Session) -> None:
    """Ask what is the same in every policy, each thing once: an owner, other organisations, people and numbers."""
    from pipeline.cli.policies.everywhere import ask_of_people, name_default_owner, print_of_school

    things = [thing for thing in list_asked(_questions(session, None, everything=False)) if is_of_school(thing)]
    if session.as_json:
        print_of_school(session, things)
        return
    empty_places(session.config)
    kept = 0
    try:
        for thing in things:
            if thing[0].field == "owner":
                kept += bool(name_default_owner(session, thing))
            else:
                _show(session, thing[0], len(thing) - 1)
                kept += bool(_ask(session, thing[0], thing))
    except EOFError:
        say("")
    say(f"{say_count(kept, 'answer')} kept of {say_count(len(things), 'question')} for the whole school.")
    ask_of_people(session)


def _questions(session: Session, sort: str | None, everything: bool) -> tuple[Question, ...]:
    """Return what is asked: of one sort, or everything, what can wait too."""
    with session.open_register(create=False) as register, register.reading() as tx:
        found = list_questions(tx, register.school, session.config, session.today)
    found = tuple(question for question in found if everything or not question.can_wait)
    return tuple(question for question in found if sort is None or sort_of(question) == sort)


def _walk(session: Session, questions: tuple[Question, ...], sort: str | None, most: int, *, everything: bool) -> None:
    """Ask one thing after the other, ``most`` at the most; an answer may do away with some and change others.

    Of one sort, those that one answer may settle are asked together first. Else what is left for later is left of all
    that one answer may settle.
    """
    settled = things = 0
    asked: set[tuple[str, str]] = set()
    try:
        if sort is not None:
            settled += _ask_together(session, questions)
            questions = _questions(session, sort, everything)
        while question := next((each for each in questions if (each.slug, each.field) not in asked), None):
            if things == most:
                break
            things += 1
            asked.add((question.slug, question.field))
            together = alike(question, questions)
            _show(session, question, len(together) - 1)
            if kept := _ask(session, question, together):
                settled += kept
                questions = _questions(session, sort, everything)
            elif sort is None:
                asked |= {(each.slug, each.field) for each in together}
    except EOFError:
        say("")
    left = len(list_asked(_questions(session, sort, everything), everything=True))
    more = ": 'policy review --all' asks about all of them" if left and things == most < left else ""
    say(f"{say_count(settled, 'answer')} kept, {say_count(left, 'question')} left{more}.")


def _ask_together(session: Session, questions: tuple[Question, ...]) -> int:
    """Ask for one answer to all of a kind; 'each', or Enter, goes through them one at a time instead."""
    groups = [alike(question, questions) for question in questions]
    together = max(groups, key=len)
    if len(together) < 2:
        return 0
    say(f"\n{len(together)} policies: {say_list([each.title for each in together])}.")
    say(together[0].asks)
    _show_choices(together[0])
    while True:
        answer = read_line("One answer for all of them, or Enter to answer for each: ")
        if not answer or answer.casefold() == "each" or _LEAVES.fullmatch(answer):
            return 0
        kept = _take(session, together, _value(together[0], answer))
        if kept is not None:
            return kept


def _show(session: Session, question: Question, others: int) -> None:
    say(f"\n{question.title} ({question.slug})")
    if question.status not in (*ABOUT_FILES, STATUS_DIFFERS):
        said = f"“{question.words}”" if question.words else "nothing"
        say(f"The document says {said}{f' ({question.where})' if question.where else ''}.")
    asks = f"{question.title}: {question.asks}"
    find = partial(place_of_question, question=question)
    say_place(session, find, name=f"{question.slug}-{question.name}", asks=asks)
    say(question.asks)
    _show_choices(question)
    if others:
        same = "the same is asked of one more policy" if others == 1 else f"the same is asked of {others} more policies"
        say(f"  ({same}: add 'for all', as in '1 for all', to settle it for them too; Enter leaves all of them)")


def _show_choices(question: Question) -> None:
    for position, choice in enumerate(question.choices, 1):
        say(f"  {position}. {choice.label}")


def _ask(session: Session, question: Question, together: tuple[Question, ...]) -> int:
    """Ask until the answer can be kept; return how many questions it settled."""
    while True:
        answer = read_line("Answer: ")
        if not answer or _LEAVES.fullmatch(answer):
            return 0
        for_all = _FOR_ALL.search(answer)
        if for_all is not None and len(together) > 1:
            answer = answer[: for_all.start()].strip()
        kept = _take(session, together if for_all else (question,), _value(question, answer))
        if kept is not None:
            return kept


def _take(session: Session, questions: tuple[Question, ...], value: str) -> int | None:
    """Keep one answer with its reason; return how many questions it settled, None where it answers none of them."""
    try:
        for question in questions:
            check_answer(question, value, session.today)
    except UsageError as error:
        say(str(error))
        return None
    reason = read_line("Why? (kept with the answer) ")
    if not reason:
        say("Without a reason nothing is kept; it is left for later.")
        return 0
    return _keep(session, questions, value, reason)


def _keep(session: Session, questions: tuple[Question, ...], value: str, reason: str) -> int:
    try:
        with session.writing() as decision:
            said = settle_all(decision, questions, value, reason=reason, today=session.today)
    except UsageError as error:
        say(str(error))
        return 0
    say(said)
    if unreached := say_unreached(questions[0], value):
        say(unreached)
    return len(questions)


def _value(question: Question, answer: str) -> str:
    """Return what an answer stands for: the choice of that number, else what was typed."""
    if answer.isdecimal() and 1 <= int(answer) <= len(question.choices):
        return question.choices[int(answer) - 1].value
    return answer


def _as_json(thing: tuple[Question, ...]) -> dict[str, Any]:
    question = thing[0]
    return {
        "slug": question.slug,
        "policies": [each.slug for each in thing],
        **pick(question, "title", "field", "status"),
        "question": question.asks,
        **pick(question, "words", "where"),
        "choices": [pick(choice, "value", "label") for choice in question.choices],
    }
