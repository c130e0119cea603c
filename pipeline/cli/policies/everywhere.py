"""``policy review everywhere``: what is the same in every policy, asked once: owners, other organisations, people."""

from collections.abc import Sequence
from typing import Any

from pipeline.cli.contacts.settling import walk_open
from pipeline.cli.session import Session, print_json, read_line, say
from pipeline.errors import ConfigurationError
from pipeline.model.pick import pick
from pipeline.policies.decisions.contact_answers import UnknownContact, list_open_contacts, list_unknowns
from pipeline.policies.questions import Question
from pipeline.settings.change import Deciding, change_settings, settings_change
from pipeline.settings.text import TablePlace, set_key
from pipeline.wording import say_count, say_list

_KEY = "default_owner"


def name_default_owner(session: Session, thing: Sequence[Question]) -> int:
    """Ask who looks after what nobody looks after, and write it into the settings; return how many questions went."""
    policies = say_count(len(thing), "policy names", "policies name")
    say(f"\n{policies} nobody: {say_list([question.title for question in thing])}.")
    say("Who is to be told of their reviews, and of those of every policy that names nobody?")
    choices = [choice for choice in thing[0].choices if thing[0].owners and thing[0].owners.is_reached(choice.value)]
    for number, choice in enumerate(choices, 1):
        say(f"  {number}. {choice.label}")
    while answer := read_line("A number, or an e-mail address (Enter leaves it for later): "):
        is_number = answer.isdecimal() and 1 <= int(answer) <= len(choices)
        try:
            _write(session, choices[int(answer) - 1].value if is_number else answer)
        except ConfigurationError as error:
            say(" ".join(fault.said for fault in error.faults) or str(error))
            continue
        say("Kept. An owner that a policy names itself is told as before.")
        return len(thing)
    return 0


def _write(session: Session, owner: str) -> None:
    """Write the default owner into the settings, recorded as every change of them is."""
    before = session.config.review.default_owner
    change = settings_change(
        "review", [_KEY], lambda text: set_key(text, TablePlace("review"), _KEY, owner), before, owner
    )
    with session.open_register(create=False) as register:
        by = Deciding(session.actor, session.now, "")
        session.take(change_settings(register, session.config, change, by))


def ask_of_people(session: Session) -> None:
    """Ask about each person and number that nobody knows, where there are any."""
    if _unknowns(session):
        walk_open(session, None, None)


def print_of_school(session: Session, things: Sequence[Sequence[Question]]) -> None:
    """Print as JSON what is the same in every policy: questions with their policies, then people and numbers."""
    questions: list[dict[str, Any]] = [
        {
            "field": thing[0].field,
            "question": thing[0].asks,
            "named": thing[0].names_instead or None,
            "policies": [question.slug for question in thing],
        }
        for thing in things
    ]
    people = [
        pick(one, "kind", "value", "roles", "holds")
        | {"places": [pick(place, "slug", "where", "words") for place in one.places]}
        for one in _unknowns(session)
    ]
    print_json({"questions": questions, "people": people})


def _unknowns(session: Session) -> Sequence[UnknownContact]:
    with session.open_register(create=False) as register, register.reading() as tx:
        return list_unknowns(list_open_contacts(tx, register.school, session.config.directory(session.today)))
