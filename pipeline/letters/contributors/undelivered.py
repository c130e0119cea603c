"""Whose mail the mail server does not deliver: who is written to again, who is handed to the office, who is named.

A starter's mailbox may not be there yet, so starters are written to again for five school days; then, and for everybody
else at once, the office is told on the next day on which mail goes (``office``). Report and dashboard name
each address every day with what the owner can do, until it is corrected, the papers are printed, a later mail arrives,
or the owner drops it.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from pipeline.config import Config
from pipeline.dates.calendar import school_day_from
from pipeline.people.obligations import STARTER_DAYS, has_left
from pipeline.register.mail import outbox
from pipeline.register.mail.bounced import UndeliveredMail, list_undelivered
from pipeline.register.mail.reader_mail import list_first_bounces, list_unreached
from pipeline.register.people.persons import PersonRow, list_people
from pipeline.register.transaction import Transaction
from pipeline.wording import say_count, say_day

TRIES_FOR = 5
"""School days."""
_MOST_NAMED = 10


@dataclass(frozen=True, slots=True)
class UnknownAddresses:
    """People whose address the mail server does not know; the register's keys."""

    again: frozenset[int] = frozenset()
    """Starters: written to again, a letter a day."""
    unknown: tuple[int, ...] = ()
    """Not any more, or not at all: what they are to read is printed."""


def list_unknown_addresses(
    tx: Transaction, school: str, people: Sequence[PersonRow], config: Config, today: date
) -> UnknownAddresses:
    """Return whose letters have come back from the address they have now, and who of them is written to again."""
    first = list_first_bounces(tx, school, config.mail.route)
    unreached = list_unreached(tx, school, config.mail.route) if first else frozenset()
    again, unknown = set(), []
    for row in people:
        if row.id not in first or has_left(row.person, today):
            continue
        start = row.person.start_on
        if start is None or (today - start).days > STARTER_DAYS:
            unknown += [row.id] if row.id in unreached else []
            continue
        bounced_on = first[row.id].astimezone(config.zone).date()
        if school_day_from(bounced_on, TRIES_FOR, config.calendar.closed) >= today:
            again.add(row.id)
        elif row.id in unreached:
            unknown.append(row.id)
    return UnknownAddresses(frozenset(again), tuple(unknown))


def say_undelivered(tx: Transaction, school: str, config: Config, today: date) -> tuple[str, ...]:
    """Return a sentence for each address whose last mail came back, and one of what to do; nothing where none did."""
    people = list_people(tx, school, today)
    undelivered = list_standing_undelivered(tx, school, config, people, today)
    if not undelivered:
        return ()
    lines = [_say(one, config) for one in undelivered[:_MOST_NAMED]]
    if len(undelivered) > _MOST_NAMED:
        lines.append(
            f"Mail to {say_count(len(undelivered) - _MOST_NAMED, 'more address', 'more addresses')} came back."
        )
    numbers = {row.id: row.person.person_id for row in people}
    return (*lines, _to_do(next((numbers[one.person] for one in undelivered if one.person in numbers), "")))


def list_standing_undelivered(
    tx: Transaction, school: str, config: Config, people: Sequence[PersonRow], today: date
) -> tuple[UndeliveredMail, ...]:
    """Return the last mail of each address that came back and still matters; who has left is left out.

    So is an address that stands neither in the lists nor in the settings any more.
    """
    last = {one.recipient.casefold(): one for one in list_undelivered(tx, school, config.mail.route)}
    if not last:
        return ()
    known = {row.person.work_email.casefold() for row in people if row.person.work_email}
    known |= set(_addresses(config.model_dump()))
    return tuple(
        one
        for address, one in last.items()
        if (address in known if one.person is None else not outbox.has_left(tx, school, one.person, today))
    )


def _addresses(value: object) -> Iterator[str]:
    """Yield every text of the settings that has an address in it, in small letters."""
    if isinstance(value, str) and "@" in value:
        yield value.casefold()
    elif isinstance(value, Mapping):
        for each in value.values():
            yield from _addresses(each)
    elif isinstance(value, list | tuple):
        for each in value:
            yield from _addresses(each)


def _say(one: UndeliveredMail, config: Config) -> str:
    who = f"{one.name} <{one.recipient}>" if one.name else one.recipient
    came = say_day(one.settled_at.astimezone(config.zone).date())
    return f"The mail to {who} came back on {came} and has told them nothing. {one.detail}".rstrip(". ") + "."


def _to_do(person: str) -> str:
    """Say what ends the naming; ``person`` is the first of them as commands name them, empty where on no list."""
    ways = [f"correct the address ('policy staff set {person} work_email=ADDRESS')"] if person else []
    ways += [f"print what they are to read ('policy pack {person} --out FOLDER')"] if person else []
    ways += [] if person else ["correct the address in config.toml"]
    ways += ["try again ('policy send --retry --refused')", "drop it ('policy send --drop ADDRESS')"]
    return f"For each of them: {', '.join(ways[:-1])}, or {ways[-1]}. Until then it is said every day."
