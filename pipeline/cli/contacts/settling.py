"""``policy contacts --settle``: whose a name or number is that nobody in ``config.toml`` has, asked or given."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date
from functools import partial

from pipeline.cli.places import say_place
from pipeline.cli.session import Session, print_json, read_line, say
from pipeline.copies.answered import list_answered
from pipeline.errors import UsageError
from pipeline.model.pick import pick
from pipeline.pages.place_files import empty_places
from pipeline.policies.decisions.contact_answers import (
    NAME,
    ContactAnswer,
    TypedAnswer,
    UnknownContact,
    list_open_contacts,
    list_unknowns,
    say_all_settled,
    say_settled,
    settle_contact,
    settle_unknown,
)
from pipeline.policies.places_asked import place_of_contact
from pipeline.register.policies.policies import get_policy
from pipeline.register.policies.settlements import SettledAs
from pipeline.wording import say_count, say_list, say_role


def settle_one(session: Session, given: TypedAnswer, by: str | None) -> None:
    """Record one answer and say so."""
    with session.writing(by=session.actor_or(by)) as decision:
        settled = settle_contact(decision, session.config, given, today=session.today)
        title = get_policy(decision.tx, decision.school, given.slug).title
    said = say_settled(settled, title)
    about = {"slug": given.slug, "title": title, "everywhere": given.everywhere}
    answer = pick(settled, "role", "kind", "value", "answer", "until")
    session.answer(about | answer | {"by": settled.decided_by, "message": said}, said)


def walk_open(session: Session, slug: str | None, by: str | None) -> None:
    """Ask about each person and number that waits, over all documents; of one policy where ``slug`` names it."""
    waiting = _open(session, slug)
    if session.as_json:
        print_json([asdict(place) for one in waiting for place in one.places if slug in (None, place.slug)])
    elif not waiting:
        say("Nobody waits to be settled. 'policy contacts' shows whom the documents name.")
    else:
        say(
            f"{say_count(len(waiting), 'question')}. Type a number; Enter leaves it for later, 'stop' ends. Each "
            "answer is kept at once."
        )
        empty_places(session.config)
        _walk(session, slug, session.actor_or(by))


def _open(session: Session, slug: str | None) -> Sequence[UnknownContact]:
    with session.open_register(create=False) as register, register.reading() as tx:
        if slug is not None:
            get_policy(tx, register.school, slug)
        waiting = list_unknowns(list_open_contacts(tx, register.school, session.config.directory(session.today)))
    return [one for one in waiting if slug is None or any(place.slug == slug for place in one.places)]


def _walk(session: Session, slug: str | None, by: str) -> None:
    kept = 0
    asked: set[str] = set()
    try:
        while one := next((each for each in _open(session, slug) if each.key not in asked), None):
            asked.add(one.key)
            kept += _ask(session, one, by)
    except EOFError:
        say("")
    say(f"{say_count(kept, 'answer')} kept, {say_count(len(_open(session, slug)), 'question')} left.")


def _ask(session: Session, one: UnknownContact, by: str) -> bool:
    """Ask who a person is until the answer can be kept or is left for later; return whether it was kept."""
    directory = session.config.directory(session.today)
    asks = f"Who is {one.value}?" if one.kind == NAME else f"Whose is {one.value}?"
    say(f"\n{asks} Nobody in config.toml has it.")
    for place in one.places:
        say(f"  {place.title} ({place.slug}), {place.where}: “{place.words}”")
    first = one.places[0]
    find = partial(place_of_contact, named=first)
    say_place(session, find, name=f"{first.slug}-{first.key}", asks=asks)
    roles: dict[str, SettledAs] = {}
    for role in one.roles:
        holders = [holder.name for holder in directory.of(role)]
        say(f"As {say_role(role)}{f'; that is {say_list(holders)}' if holders else '; nobody is that today'}:")
        say("  1. Was, and is not any more: copies give today's instead")
        say("  2. Is, or was named rightly: leave it")
        answer = _choose()
        if answer is not None:
            roles[role] = answer
    if not roles:
        return False
    reason = read_line("How do you know? (kept with the answer) ")
    if not reason:
        say("Without a reason nothing is kept; it is left for later.")
        return False
    is_former = SettledAs.FORMER in roles.values()
    until = _last_day() if is_former and one.kind == NAME else None
    stays = _lines_that_stay(session, one, roles) if one.kind == NAME else ()
    apart = frozenset[str]() if one.kind == NAME else _policies_apart(one)
    try:
        with session.writing(by=by) as decision:
            said = ContactAnswer(one.key, roles, reason, until, apart, stays)
            kept = settle_unknown(decision, session.config, said, today=session.today)
    except UsageError as error:
        say(str(error))
        return False
    say(say_all_settled(kept, {place.policy_id: place.title for place in one.places}))
    return True


def _choose() -> SettledAs | None:
    """Return what is typed of a role, None for later."""
    while answer := read_line("Answer: "):
        if answer in ("1", "2"):
            return SettledAs.FORMER if answer == "1" else SettledAs.RIGHT
        say("Type 1 or 2; Enter leaves it for later.")
    return None


def _lines_that_stay(
    session: Session, one: UnknownContact, roles: Mapping[str, SettledAs]
) -> tuple[tuple[str, str], ...]:
    """Show what each place of a name becomes; return the lines that are to stay, each with its policy."""
    with session.open_register(create=False) as register:
        places = list_answered(register, session.config, one, roles, session.today)
    changes = [place for place in places if place.after]
    for number, place in enumerate(changes, 1):
        say(f"  {number}. {place.title}, {place.where}: “{place.line}” becomes “{place.after}”")
    for place in places:
        if not place.after:
            say(f"  stays: {place.title}{f', {place.where}' if place.where else ''}: “{place.line}”")
    if not changes:
        return ()
    chosen = _numbers("Lines that are to stay as they are, like 1, 3 (Enter: none): ", len(changes))
    return tuple((changes[number - 1].slug, changes[number - 1].line) for number in chosen)


def _policies_apart(one: UnknownContact) -> frozenset[str]:
    """Return the policies that an answer about a number is not about."""
    policies = list(dict.fromkeys((place.slug, place.title) for place in one.places))
    if len(policies) < 2:
        return frozenset()
    for number, (_, title) in enumerate(policies, 1):
        say(f"  {number}. {title}")
    chosen = _numbers("Policies that the answer is not about, like 1, 3 (Enter: none): ", len(policies))
    return frozenset(policies[number - 1][0] for number in chosen)


def _numbers(asks: str, most: int) -> list[int]:
    """Return the numbers from 1 to ``most`` that are typed."""
    while typed := read_line(asks):
        words = typed.replace(",", " ").split()
        if all(word.isdecimal() and 1 <= int(word) <= most for word in words):
            return [int(word) for word in words]
        say(f"Type numbers from 1 to {most}, or Enter for none.")
    return []


def _last_day() -> date | None:
    """Return the last day in the role as it is typed, None where it is not known."""
    while typed := read_line("Last day in the role, like 2026-08-31 (Enter: not known): "):
        try:
            return date.fromisoformat(typed)
        except ValueError:
            say(f"“{typed}” is not a day; write it like 2026-08-31.")
    return None
