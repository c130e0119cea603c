"""``policy contacts --settle``: whose a name or number is that nobody in ``config.toml`` has, asked or given."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from functools import partial

from pipeline.cli.places import say_place
from pipeline.cli.session import Session, print_json, read_line, say
from pipeline.errors import UsageError
from pipeline.pages.place_files import empty_places
from pipeline.policies.decisions.contact_answers import (
    Given,
    OpenContact,
    list_open_contacts,
    say_settled,
    settle_contact,
)
from pipeline.policies.decisions.decide import get_policy
from pipeline.policies.places_asked import place_of_contact
from pipeline.register.policies.settlements import Answer, Settlement
from pipeline.wording import say_count, say_list, say_role


@dataclass(frozen=True, slots=True)
class Answered:
    """What was given on the command line."""

    slug: str
    value: str
    answer: str | None
    """None: what was said before is taken back."""
    reason: str | None
    by: str | None
    role: str | None = None
    everywhere: bool = False
    until: date | None = None


def settle_one(session: Session, answered: Answered) -> None:
    """Record one answer and say so."""
    answer = Answer(answered.answer) if answered.answer else Answer.TAKEN_BACK
    given = Given(
        answered.slug,
        answered.value,
        answer,
        answered.reason or ("recorded in error" if answer is Answer.TAKEN_BACK else ""),
        answered.role,
        answered.everywhere,
        answered.until,
    )
    settled, title = _record(session, given, session.actor_or(answered.by))
    if session.as_json:
        print_json(
            {
                "slug": given.slug,
                "title": title,
                "everywhere": given.everywhere,
                "role": settled.role,
                "kind": settled.kind,
                "value": settled.value,
                "answer": settled.answer.value,
                "until": settled.until.isoformat() if settled.until else None,
                "by": settled.decided_by,
                "message": say_settled(settled, title),
            }
        )
    else:
        say(say_settled(settled, title))


def _record(session: Session, given: Given, by: str) -> tuple[Settlement, str]:
    with session.writing(by=by) as decision:
        settled = settle_contact(decision, session.config, given, today=session.today)
        return settled, get_policy(decision.tx, decision.school, given.slug).title


def walk_open(session: Session, slug: str | None, by: str | None) -> None:
    """Ask about each name and number that waits, one at a time; of one policy where ``slug`` names it."""
    waiting = _open(session, slug)
    if session.as_json:
        print_json([asdict(one) for one in waiting])
    elif not waiting:
        say("Nobody waits to be settled. 'policy contacts' shows whom the documents name.")
    else:
        say(
            f"{say_count(len(waiting), 'question')}. Type a number; Enter leaves it for later, 'stop' ends. Each "
            "answer is kept at once."
        )
        empty_places(session.config)
        _walk(session, slug, session.actor_or(by))


def _open(session: Session, slug: str | None) -> Sequence[OpenContact]:
    with session.open_register(create=False) as register, register.reading() as tx:
        if slug is not None:
            get_policy(tx, register.school, slug)
        directory = session.config.directory(session.today)
        waiting = list_open_contacts(tx, register.school, directory)
    return [one for one in waiting if slug in (None, one.slug)]


def _walk(session: Session, slug: str | None, by: str) -> None:
    kept = 0
    asked: set[tuple[str, str, str]] = set()
    try:
        while one := next((each for each in _open(session, slug) if _key(each) not in asked), None):
            asked.add(_key(one))
            kept += _ask(session, one, by)
    except EOFError:
        say("")
    say(f"{say_count(kept, 'answer')} kept, {say_count(len(_open(session, slug)), 'question')} left.")


def _key(one: OpenContact) -> tuple[str, str, str]:
    return one.slug, one.role, one.value


def _ask(session: Session, one: OpenContact, by: str) -> bool:
    """Ask one question until the answer can be kept or is left for later; return whether it was kept."""
    holders = [holder.name for holder in session.config.directory(session.today).of(one.role)]
    role, now = say_role(one.role), f"; that is {say_list(holders)}" if holders else "; nobody is that today"
    say(f"\n{one.title} ({one.slug}), {one.where}: “{one.words}”")
    say_place(
        session, partial(place_of_contact, named=one), name=f"{one.slug}-{one.key}", asks=f"Whose is {one.value}?"
    )
    say(f"{one.value} is given there as {role} and is nobody’s in config.toml{now}.")
    say("  1. It is right there: leave it in this document")
    say("  2. It is a former holder’s: copies of this document give today’s instead")
    say("  3. It is right in every policy that gives it")
    say("  4. It is a former holder’s, in every policy")
    while True:
        answer = read_line("Answer: ")
        if answer in ("1", "2", "3", "4"):
            break
        if not answer:
            return False
        say("Type 1, 2, 3 or 4; Enter leaves it for later.")
    what = Answer.RIGHT if answer in ("1", "3") else Answer.FORMER
    reason = read_line("How do you know? (kept with the answer) ")
    if not reason:
        say("Without a reason nothing is kept; it is left for later.")
        return False
    until = _last_day() if what is Answer.FORMER and one.kind == "name" else None
    try:
        given = Given(one.slug, one.value, what, reason, one.role, answer in ("3", "4"), until)
        settled, title = _record(session, given, by)
    except UsageError as error:
        say(str(error))
        return False
    say(say_settled(settled, title))
    return True


def _last_day() -> date | None:
    """Return the last day in the role as it is typed, None where it is not known."""
    while typed := read_line("Last day in the role, like 2026-08-31 (Enter: not known): "):
        try:
            return date.fromisoformat(typed)
        except ValueError:
            say(f"“{typed}” is not a day; write it like 2026-08-31.")
    return None
