"""Whose address the mail server does not know: starters are written to again for five school days, then it is printed.

A starter's mailbox may not be there yet. Of everybody else the office is told on the next day on which mail goes.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from pipeline.config import Config
from pipeline.lifecycle.calendar import school_day_from
from pipeline.people.obligations import STARTER_DAYS, has_left
from pipeline.register.database import Transaction
from pipeline.register.people import PersonRow
from pipeline.register.reader_mail import list_first_bounces, list_unreached

TRIES_FOR = 5
"""School days."""


@dataclass(frozen=True, slots=True)
class Bounces:
    """People to whose address the letters came back; the register's keys."""

    again: frozenset[int] = frozenset()
    """Starters: written to again, a letter a day."""
    unknown: tuple[int, ...] = ()
    """Not any more, or not at all: what they are to read is printed."""


def list_bounces(tx: Transaction, school: str, people: Sequence[PersonRow], config: Config, today: date) -> Bounces:
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
    return Bounces(frozenset(again), tuple(unknown))
