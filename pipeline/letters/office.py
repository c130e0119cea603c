"""What the school office has to do for people whom mail does not reach: told once for each, in the office's letter.

A starter without an address is told of five school days before the first day, so that the pack can be printed; one
whose address the mail server does not know is written to again for five school days, then printed. Of anybody else
whose letter came back the office is told at once, and again where the next address is not known either.
"""

from collections.abc import Sequence, Set
from dataclasses import dataclass
from datetime import date, timedelta

from pipeline.config import Config
from pipeline.letters.addressed import Addressed, add_for, only_here
from pipeline.letters.items import LetterContents, OfficeItem
from pipeline.lifecycle.calendar import is_mail_day, school_day_from
from pipeline.lifecycle.wording import say_day
from pipeline.model import Directory
from pipeline.people.obligations import STARTER_DAYS
from pipeline.people.staff_list import without_own_address
from pipeline.policies.owners import Recipient, reachable, resolve_default_owner
from pipeline.register.people import PersonRow
from pipeline.register.told import ToldOutcome, ToldRow, routes_like

OFFICE = "office"
NO_ADDRESS, UNKNOWN_ADDRESS = "no-address", "unknown-address"
_BEFORE = 5
"""School days before the first day."""


@dataclass(frozen=True, slots=True)
class OfficeDay:
    """What decides what the office is told today."""

    config: Config
    directory: Directory
    people: Sequence[PersonRow]
    unknown: Sequence[int]
    """People whose address the server does not know, and who are not written to again."""
    told: Sequence[ToldRow]
    """What the office was told so far."""
    not_here: Set[str]
    """The addresses of those who have left or are away."""
    today: date


def list_for_office(day: OfficeDay) -> dict[str, Addressed]:
    """Return what the office is to be told today, by address in small letters; nothing on a day without mail."""
    addressed: dict[str, Addressed] = {}
    recipients = office_recipients(day.directory, day.config, day.not_here)
    if not recipients or not is_mail_day(day.today, day.config.calendar.closed):
        return addressed
    gone, routes = (ToldOutcome.CANCELLED, ToldOutcome.BOUNCED), routes_like(day.config.mail.route)
    told = {(row.person, row.stage) for row in day.told if row.outcome not in gone and row.route in routes}
    by_id = {row.id: row for row in day.people}
    items = [_no_address(row) for row in _unreachable_starters(day)]
    items += [_unknown_address(by_id[person]) for person in day.unknown if person in by_id]
    for item in items:
        if (item.person, item.stage) not in told:
            for recipient in recipients:
                add_for(addressed, recipient, LetterContents(office=(item,)))
    return addressed


def office_recipients(directory: Directory, config: Config, not_here: Set[str]) -> tuple[Recipient, ...]:
    """Return whose letter has what the office has to do: the office's, else that of the default owner."""
    office = only_here(reachable(list(directory.of(OFFICE))), not_here)
    return office or only_here(resolve_default_owner(directory, config), not_here)


def _unreachable_starters(day: OfficeDay) -> Sequence[PersonRow]:
    """Return who starts within five school days, or has not been here for long, and has no address of their own."""
    closed = day.config.calendar.closed
    unreached = without_own_address(day.people, day.today)
    return [
        row
        for row in day.people
        if row.id in unreached
        and row.person.start_on is not None
        and school_day_from(row.person.start_on, -_BEFORE, closed) <= day.today
        and day.today <= row.person.start_on + timedelta(days=STARTER_DAYS)
    ]


def _no_address(row: PersonRow) -> OfficeItem:
    person = row.person
    starts = f" on {say_day(person.start_on)}" if person.start_on else ""
    words = (
        f"{person.name} starts{starts} and has no work address of their own, so no mail goes. Put the address into the "
        f"staff list, or print the pack: policy pack {person.person_id} --out FOLDER."
    )
    return OfficeItem(words, row.id, NO_ADDRESS)


def _unknown_address(row: PersonRow) -> OfficeItem:
    person = row.person
    words = (
        f"The mail server has refused {person.work_email} of {person.name}, so no letter reaches them. Correct the "
        f"address in the staff list, or print what they are to read: policy pack {person.person_id} --out FOLDER."
    )
    return OfficeItem(words, row.id, f"{UNKNOWN_ADDRESS} {(person.work_email or '').casefold()}")
