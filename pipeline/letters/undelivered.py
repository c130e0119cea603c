"""Whose mail came back: named every day, with what the owner can do, until that is done.

For the run's report and the dashboard. A letter to the office names a person once (``office``); this says it until the
address is corrected, the papers are printed, a later mail arrives, or the owner drops it.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from pipeline.config import Config
from pipeline.lifecycle.wording import say_count, say_day
from pipeline.register.bounced import Returned, list_returned
from pipeline.register.database import Transaction
from pipeline.register.outbox import has_left
from pipeline.register.people import PersonRow, list_people

_MOST = 10


def say_returned(tx: Transaction, school: str, config: Config, today: date) -> tuple[str, ...]:
    """Return a sentence for each address whose last mail came back, and one of what to do; nothing where none did."""
    people = list_people(tx, school, today)
    returned = _list_standing(tx, school, config, people, today)
    if not returned:
        return ()
    lines = [_say(one, config) for one in returned[:_MOST]]
    if len(returned) > _MOST:
        lines.append(f"Mail to {say_count(len(returned) - _MOST, 'more address', 'more addresses')} came back.")
    numbers = {row.id: row.person.person_id for row in people}
    return (*lines, _to_do(next((numbers[one.person] for one in returned if one.person in numbers), "")))


def _list_standing(
    tx: Transaction, school: str, config: Config, people: Sequence[PersonRow], today: date
) -> tuple[Returned, ...]:
    """Return the last mail of each address that came back and still matters; who has left is left out.

    So is an address that stands neither in the lists nor in the settings any more.
    """
    last = {one.recipient.casefold(): one for one in list_returned(tx, school, config.mail.route)}
    if not last:
        return ()
    known = {row.person.work_email.casefold() for row in people if row.person.work_email}
    known |= set(_addresses(config.model_dump()))
    return tuple(
        one
        for address, one in last.items()
        if (address in known if one.person is None else not has_left(tx, school, one.person, today))
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


def _say(one: Returned, config: Config) -> str:
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
