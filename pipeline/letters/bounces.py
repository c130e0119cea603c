"""Starters whose address the mail server did not know: written to again for five school days, then printed for."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from pipeline.config import Config
from pipeline.letters.readings import school_day_from
from pipeline.people.obligations import STARTER_DAYS, has_left
from pipeline.register.database import Transaction
from pipeline.register.people import PersonRow
from pipeline.register.reader_mail import list_first_bounces

TRIES_FOR = 5
"""School days."""


@dataclass(frozen=True, slots=True)
class Bounces:
    """Starters to whose address the letters came back; the register's keys."""

    again: frozenset[int] = frozenset()
    """Written to again, a letter a day."""
    unknown: tuple[int, ...] = ()
    """Not any more: the pack is printed."""


def list_bounces(tx: Transaction, school: str, people: Sequence[PersonRow], config: Config, today: date) -> Bounces:
    """Return which starters' letters have come back from the address they have now, and whether it is tried again."""
    first = list_first_bounces(tx, school, config.mail.route)
    again, unknown = set(), []
    for row in people:
        start = row.person.start_on
        if row.id not in first or start is None or (today - start).days > STARTER_DAYS or has_left(row.person, today):
            continue
        bounced_on = first[row.id].astimezone(config.zone).date()
        if school_day_from(bounced_on, TRIES_FOR, config.calendar.closed) >= today:
            again.add(row.id)
        else:
            unknown.append(row.id)
    return Bounces(frozenset(again), tuple(unknown))
